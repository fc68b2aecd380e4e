/** What is mistaken for what: a table of buttons, each leading to its pictures. */

import { useEffect, useState } from "preact/hooks";

import * as api from "../api";
import { signed, thousands } from "../numbers";
import { rove } from "../rove";
import { about, card, model, report } from "../session";
import { state } from "../state";
import { sheet } from "../sheet";
import { Refusal } from "../wire";
import { W } from "../words";

export function DataPanel() {
  const set = state.set.value || about.value?.example_set || "";
  const address = model.value;
  const [now, arrived] = useState<api.Confusion | "none" | null>(null);
  const wanted = state.tab.value !== "mine" && set && address;
  useEffect(() => {
    if (!wanted) return;
    let current = true;
    arrived(null);
    api.confusion(set, address).then((answer) => current && arrived(answer), (error) => {
      if (!current) return;
      if (error instanceof Refusal && error.status === 422) arrived("none"); // why stands above the pictures
      else report(error);
    });
    return () => {
      current = false;
    };
  }, [set, address, wanted]);
  if (!wanted || now === "none") return null;
  return (
    <section class="card matrix" aria-label={W.matrix}>
      <h2>{W.matrix}</h2>
      <p class="small muted">{W.matrixAxes}</p>
      {now ? <Matrix now={now} /> : <p class="muted">{W.counting}</p>}
    </section>
  );
}

function Matrix({ now }: { now: api.Confusion }) {
  const most = Math.max(1, ...now.confusion.flatMap((row, truth) => row.filter((_, answer) => answer !== truth)));
  const names = card.value?.classes ?? now.classes;
  const choose = (truth: number, answer: number) => {
    state.tab.value = "browse";
    state.page.value = 0;
    state.label.value = truth;
    state.readAs.value = answer;
    sheet.value = "down";
  };
  const large = now.classes.length > 12;
  const every = now.classes.map((_, each) => each); // a class that only the network has, such as "none", may be empty
  const rows = every.filter((truth) => truth < 10 || now.confusion[truth]!.some(Boolean));
  const shown = every.filter((answer) => answer < 10 || now.confusion.some((row) => row[answer]));
  return (
    <>
      <p class="small">{W.rightOf(thousands(now.correct), thousands(now.count), signed(100 * now.accuracy, 2))}</p>
      <div class={large ? "matrix-scroll" : undefined}>
        <table onKeyDown={(event) => rove(event, shown.length)}>
          <thead>
            <tr>
              <td />
              {shown.map((each) => (
                <th key={each} scope="col" class={names[each]!.length > 2 ? "long" : undefined}>
                  {names[each]}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((truth) => (
              <tr key={truth}>
                <th scope="row">{now.classes[truth]}</th>
                {shown.map((answer) => {
                  const count = now.confusion[truth]![answer]!;
                  const right = truth === answer;
                  const chosen = state.label.value === truth && state.readAs.value === answer;
                  const shade = right || !count ? 0 : 8 + Math.round((26 * count) / most);
                  return (
                    <td key={answer}>
                      <button
                        type="button"
                        data-rove
                        tabIndex={truth === 0 && answer === 0 ? 0 : -1}
                        class={right ? "right" : ""}
                        style={{ "--shade": `${shade}%` }}
                        aria-pressed={chosen}
                        aria-label={W.matrixCell(now.classes[truth]!, names[answer]!, count)}
                        onClick={() => choose(truth, answer)}
                      >
                        {count || ""}
                      </button>
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p class="muted small">{W.pickCell}</p>
      <WorstPairs now={now} choose={choose} />
    </>
  );
}

function WorstPairs({ now, choose }: { now: api.Confusion; choose(truth: number, answer: number): void }) {
  const pairs = now.confusion
    .flatMap((row, truth) => row.map((count, answer) => ({ truth, answer, count })))
    .filter(({ truth, answer, count }) => truth !== answer && count > 0)
    .sort((a, b) => b.count - a.count)
    .slice(0, 10);
  if (!pairs.length) return null;
  return (
    <details>
      <summary>{W.worstPairs}</summary>
      <ul class="worst">
        {pairs.map(({ truth, answer, count }) => (
          <li key={`${truth}-${answer}`}>
            <button type="button" class="small" onClick={() => choose(truth, answer)}>
              {W.worstPair(now.classes[truth]!, now.classes[answer]!, count)}
            </button>
          </li>
        ))}
      </ul>
    </details>
  );
}
