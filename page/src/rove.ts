/** A block of buttons as one tab stop: arrows go from one to the next, Home and End to the ends. */

export function rove(event: KeyboardEvent, columns: number): void {
  const buttons = [...(event.currentTarget as HTMLElement).querySelectorAll<HTMLButtonElement>("button[data-rove]")];
  const here = buttons.indexOf(document.activeElement as HTMLButtonElement);
  if (here < 0) return;
  const steps: Record<string, number> = {
    ArrowLeft: here - 1,
    ArrowRight: here + 1,
    ArrowUp: here - columns,
    ArrowDown: here + columns,
    Home: 0,
    End: buttons.length - 1,
  };
  const to = buttons[steps[event.key] ?? -1];
  if (!to) return;
  event.preventDefault();
  for (const button of buttons) button.tabIndex = -1;
  to.tabIndex = 0;
  to.focus();
}

/** How many of a wrapping block's buttons stand in one line. */
export function columnsOf(block: HTMLElement): number {
  const tops = [...block.querySelectorAll<HTMLElement>("button[data-rove]")].map((button) => button.offsetTop);
  return Math.max(1, tops.filter((top) => top === tops[0]).length);
}
