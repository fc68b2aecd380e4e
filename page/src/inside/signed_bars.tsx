/** The last layer: one signed bar for each class. One tab stop; arrows go from bar to bar. */

import { useId, useState } from "preact/hooks";

import type { LayerCard } from "../api";
import { written } from "../numbers";
import { card } from "../session";
import { W } from "../words";
import { pin, pinned, preview, type Of, type Spot } from "./asking";
import { followAndFocus, gridId } from "./rows";

export function SignedBars({ layer, values, of }: { layer: LayerCard; values: ArrayLike<number> | null; of: Of }) {
  const [focus, setFocus] = useState<number | null>(null);
  const name = useId();
  const classes = card.value?.classes ?? [];
  const count = layer.out[0]!;
  const numbers = Array.from({ length: count }, (_, unit) => values?.[unit] ?? 0);
  const end = Math.max(...numbers.map(Math.abs), 1e-9);
  const kept = pinned.value?.layer === layer.layer && pinned.value.of === of ? pinned.value.index[0]! : null;
  const here = focus ?? kept ?? 0;
  const spot = (unit: number): Spot => ({ of, layer: layer.layer, index: [unit] });
  const go = (unit: number) => {
    const to = Math.max(0, Math.min(count - 1, unit));
    setFocus(to);
    preview.value = spot(to);
  };
  const keys: Record<string, () => void> = {
    ArrowLeft: () => go(here - 1),
    ArrowRight: () => go(here + 1),
    ArrowUp: () => go(here - 2),
    ArrowDown: () => go(here + 2),
    Home: () => go(0),
    End: () => go(count - 1),
    Enter: () => pin(spot(here)),
    " ": () => pin(spot(here)),
    "[": () => followAndFocus(-1),
    "]": () => followAndFocus(1),
  };
  return (
    <div
      id={gridId(layer.layer)}
      class="signed-bars"
      role="grid"
      tabIndex={0}
      aria-label={W.gridLabel(layer.title, count, 1, 1)}
      aria-activedescendant={`${name}-${here}`}
      onFocus={() => go(here)}
      onBlur={() => {
        setFocus(null);
        preview.value = null;
      }}
      onKeyDown={(event) => {
        const act = event.ctrlKey || event.metaKey || event.altKey ? undefined : keys[event.key];
        if (!act) return;
        event.preventDefault();
        act();
      }}
    >
      {numbers.map((value, unit) => (
        <div
          key={unit}
          role="row"
          class={`signed${unit === kept ? " kept" : ""}${unit === focus ? " focus" : ""}`}
          onPointerEnter={(event) => event.pointerType !== "touch" && (preview.value = spot(unit))}
          onPointerLeave={() => (preview.value = null)}
          onClick={() => pin(spot(unit))}
        >
          <span role="gridcell" id={`${name}-${unit}`} aria-selected={unit === kept}>
            <b>{classes[unit] ?? unit}</b>
            <span class="signed-space" aria-hidden="true">
              <span
                class={value < 0 ? "minus" : "plus"}
                style={{ width: `${(50 * Math.abs(value)) / end}%`, [value < 0 ? "right" : "left"]: "50%" }}
              />
            </span>
            <span class={value < 0 ? "number minus" : "number plus"}>{values ? written(value) : ""}</span>
          </span>
        </div>
      ))}
    </div>
  );
}
