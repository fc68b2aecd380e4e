/** What more ink would do to a number: ∂value/∂pixel as a picture. Every unit of every network has one. */

import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";

import * as api from "../api";
import { largest } from "../numbers";
import { Picture } from "../picture";
import { ink, reportAbout } from "../session";
import { W } from "../words";
import { newestWins, type Entry } from "../wire";
import type { Spot } from "./asking";

interface Answer {
  pixels: Entry;
  sentence: string;
}

const influence = signal<Answer | null>(null);

const ask = newestWins<Parameters<typeof api.influence>[0], Answer>(
  async (body) => {
    const { tensors, extras } = await api.influence(body);
    return { pixels: tensors["pixels"]!, sentence: extras.sentence };
  },
  (answer) => (influence.value = answer),
  (error, { model }) => reportAbout(model, error),
);

export function Influence({ spot, model: address }: { spot: Spot; model: string }) {
  const key = `${spot.layer}.${spot.index.join(".")}`;
  const asked = ink.value;
  useEffect(() => {
    ask({ ink: asked, model: address, layer: spot.layer, index: spot.index });
  }, [key, asked, address]);
  const now = influence.value;
  if (!now) return null;
  const { data, shape } = now.pixels;
  return (
    <figure class="influence">
      <span class="frame">
        <Picture
          values={data}
          rows={shape[0]!}
          cols={shape[1]!}
          scale={largest(data) || 1}
          size={5}
        />
      </span>
      <figcaption>
        <b>{W.moreInk}</b> {now.sentence}
      </figcaption>
    </figure>
  );
}
