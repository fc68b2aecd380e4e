/** Where an address of the terminal, or a key alone, leads: to the server that it names, with what was looked at. */
export function wayIn(text: string, { origin, hash }: { origin: string; hash: string }): string | null {
  const found = /^\s*(?:(http:\/\/(?:127\.0\.0\.1|localhost):\d{1,5})\/)?(?:\??key=)?([\w-]{20,64})(?:#\S*)?\s*$/.exec(text);
  return found && `${found[1] ?? origin}/?key=${found[2]}${hash}`;
}
