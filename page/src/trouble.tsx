/** What Glassnet refused, and what to do: at the top of the page, or of the dialog that lies over it. */

import { sentence } from "./numbers";
import { trouble } from "./session";
import { W } from "./words";

export function TroubleBar() {
  const now = trouble.value;
  return (
    <div role="alert">
      {now && (
        <div class="trouble">
          <p>
            <strong>{sentence(now.what)}</strong> {now.todo && sentence(now.todo)}
          </p>
          <button type="button" onClick={() => (trouble.value = null)} aria-label={W.close}>
            ✕
          </button>
        </div>
      )}
    </div>
  );
}
