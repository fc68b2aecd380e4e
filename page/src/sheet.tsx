/** The panel's place: beside the stage where there is room, else a sheet that comes up from below. */

import { signal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";

import { roomy } from "./screen";
import { W } from "./words";

/** How far the sheet is up: away, a part of the screen, or nearly all of it. */
export const sheet = signal<"down" | "half" | "full">("down");

export const raiseSheet = () => {
  if (!roomy.peek() && sheet.peek() === "down") sheet.value = "half";
};

export function Sheet({ children, floats }: { children: ComponentChildren; floats: boolean }) {
  const box = useRef<HTMLElement>(null);
  const floating = floats && !roomy.value;
  const up = sheet.value;
  useEffect(() => {
    const root = document.documentElement;
    root.toggleAttribute("data-sheet", floating && up !== "down");
    return () => root.removeAttribute("data-sheet");
  }, [floating, up]);
  if (!floating) {
    return (
      <aside class="panel" aria-label={W.panelLabel}>
        {children}
      </aside>
    );
  }
  return (
    <aside
      ref={box}
      class={`panel sheet sheet-${up}`}
      aria-label={W.panelLabel}
      onKeyDown={(event) => event.key === "Escape" && (sheet.value = "down")}
    >
      <div class="sheet-bar">
        <button
          type="button"
          class="sheet-grip"
          aria-expanded={up !== "down"}
          onClick={() => (sheet.value = up === "down" ? "half" : up === "half" ? "full" : "half")}
          {...dragging(box)}
        >
          {up === "full" ? W.sheetLess : up === "half" ? W.sheetMore : W.sheetUp}
        </button>
        {up !== "down" && (
          <button type="button" class="icon" aria-label={W.close} onClick={() => (sheet.value = "down")}>
            ✕
          </button>
        )}
      </div>
      {up !== "down" && children}
    </aside>
  );
}

/** Drag the grip up or down: another way to do what its button does. */
function dragging(box: { current: HTMLElement | null }) {
  let from: number | null = null;
  return {
    onPointerDown: (event: PointerEvent) => (from = event.clientY),
    onPointerUp: (event: PointerEvent) => {
      if (from === null || !box.current) return;
      const moved = event.clientY - from;
      from = null;
      if (Math.abs(moved) < 24) return;
      const order = ["down", "half", "full"] as const;
      const next = order.indexOf(sheet.peek()) + (moved < 0 ? 1 : -1);
      sheet.value = order[Math.max(0, Math.min(2, next))]!;
      box.current.addEventListener("click", (click) => click.stopPropagation(), { capture: true, once: true });
      setTimeout(() => undefined);
    },
  };
}
