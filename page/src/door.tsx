/** What a window sees that was not let in: why, and how it gets a key. What was drawn stays in the address. */

import { useState } from "preact/hooks";

import { wayIn } from "./way_in";
import { W } from "./words";

export function Door() {
  const [text, type] = useState("");
  const [said, say] = useState(new URLSearchParams(location.search).has("used") ? W.door.used : "");
  const open = () => {
    const address = wayIn(text, location);
    if (address) location.assign(address);
    else say(W.door.noKey);
  };
  return (
    <main class="door">
      <section class="card" aria-labelledby="door-title">
        <p class="brand">{W.brand}</p>
        <h1 id="door-title">{W.door.title}</h1>
        <p>{W.door.why}</p>
        <ol>
          {W.door.steps.map((step) => (
            <li key={step}>{step}</li>
          ))}
        </ol>
        <label class="stacked">
          {W.door.label}
          <span class="copy-line">
            <input
              type="text"
              spellcheck={false}
              autocomplete="off"
              placeholder={`${location.origin}/?key=…`}
              value={text}
              onInput={(event) => type(event.currentTarget.value)}
              onKeyDown={(event) => event.key === "Enter" && open()}
            />
            <button type="button" class="strong" onClick={open}>
              {W.door.open}
            </button>
          </span>
        </label>
        <p role="alert" class="small">
          {said}
        </p>
      </section>
    </main>
  );
}
