/** A part of the page that is fetched when it is first shown. */

import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";

import { report } from "./session";
import { Unreachable } from "./wire";

export function lazily(load: () => Promise<ComponentType>): ComponentType {
  let loaded: ComponentType | null = null;
  return function Lazy() {
    const [, arrived] = useState(loaded !== null);
    useEffect(() => {
      if (loaded) return;
      load().then(
        (part) => {
          loaded = part;
          arrived(true);
        },
        () => report(new Unreachable("a part of the page could not be fetched")),
      );
    }, []);
    const Part = loaded;
    return Part ? <Part /> : <div class="card" aria-busy="true" />;
  };
}
