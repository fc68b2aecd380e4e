/** A committee from inside: no layers of its own, but what each of its networks says, and a way into each. */

import { Bars } from "../digit/bars";
import { about, card, reading } from "../session";
import { state } from "../state";
import { W } from "../words";

export function Votes() {
  const { members, views, classes } = card.value!;
  const title = (address: string) => about.value?.models.find((one) => one.address === address)?.title ?? address;
  return (
    <div class="card inside votes">
      <p>{W.committee(members.length, views.length)}</p>
      {members.map((address, member) => (
        <section key={address} class="row" aria-label={title(address)}>
          <h3>
            {title(address)}
            <button type="button" onClick={() => (state.model.value = address)}>
              {W.lookInside(title(address))}
            </button>
          </h3>
          <Bars names={classes} shares={reading.value?.votes?.[member] ?? null} softmax />
        </section>
      ))}
    </div>
  );
}
