/** A choice of a few, side by side. */

interface Props<T extends string> {
  label: string;
  choices: readonly (readonly [T, string])[];
  chosen: T;
  choose(value: T): void;
}

export function Segments<T extends string>({ label, choices, chosen, choose }: Props<T>) {
  return (
    <div class="segments" role="group" aria-label={label}>
      {choices.map(([value, text]) => (
        <button key={value} type="button" aria-pressed={value === chosen} onClick={() => choose(value)}>
          {text}
        </button>
      ))}
    </div>
  );
}
