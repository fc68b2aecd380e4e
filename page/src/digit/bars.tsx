/** The answer as bars, one for each class, with dashed ghosts of what it was before. */

import { percent } from "../numbers";
import { W } from "../words";

/** With more classes the numbers would stand in each other's way. */
const MOST_WRITTEN = 12;

interface Props {
  names: readonly string[];
  shares: readonly number[] | null;
  softmax: boolean;
  before?: readonly number[] | null;
  dim?: boolean;
  /** Where given, every bar can be pressed. */
  onPick?: (index: number) => void;
}

export function Bars({ names, shares, softmax, before, dim, onPick }: Props) {
  const top = shares ? Math.max(...shares) : 0;
  return (
    <ol class={`bars${dim ? " dim" : ""}${names.length > 10 ? " many" : ""}`} aria-label={W.barsLabel}>
      {names.map((name, index) => {
        const share = shares?.[index] ?? 0;
        const old = before?.[index];
        const said = W.barLabel(name, share, softmax) + (old === undefined ? "" : W.barBefore(old));
        const inside = (
          <>
            <span class="vh">{said}</span>
            <span class="bar-parts" aria-hidden="true">
            <span class="bar-space">
              <span class="bar" style={{ height: `${100 * share}%` }} />
              {old !== undefined && <span class="bar-ghost" style={{ height: `${100 * old}%` }} />}
              {share >= 0.005 && names.length <= MOST_WRITTEN && (
                <span class="bar-number" style={{ bottom: `${100 * Math.max(share, old ?? 0)}%` }}>
                  {barText(share, share === top)}
                </span>
              )}
            </span>
            <span class="bar-name">{name}</span>
            </span>
          </>
        );
        return (
          <li key={name}>
            {onPick ? (
              <button type="button" onClick={() => onPick(index)}>
                {inside}
              </button>
            ) : (
              inside
            )}
          </li>
        );
      })}
    </ol>
  );
}

const barText = (share: number, top: boolean) => (top ? percent(share) : (100 * share).toFixed(0));
