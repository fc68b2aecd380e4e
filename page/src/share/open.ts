/** Which dialog is open. */

import { signal } from "@preact/signals";

export const dialog = signal<"" | "share" | "lessons" | "help">("");
