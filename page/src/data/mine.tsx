/** Digits drawn and kept on this machine: collected, thrown away, taken along, trained on. */

import { useEffect, useState } from "preact/hooks";

import * as api from "../api";
import { Picture } from "../picture";
import { about, attempt, look, refreshAbout } from "../session";
import { state } from "../state";
import { W } from "../words";

interface Kept extends api.Mine {
  images: Uint8Array;
  size: number;
  side: number;
  places: number[];
}

export function MyDigits() {
  const [kept, arrived] = useState<Kept | null>(null);
  const refresh = () =>
    void attempt(async () => {
      const mine = await api.mine();
      const pictures = mine.digits.length ? await api.pictures("mine", { limit: 500 }) : null;
      const images = pictures?.tensors["images"];
      return {
        ...mine,
        images: (images?.data ?? new Uint8Array()) as Uint8Array,
        size: images ? images.shape[1]! * images.shape[2]! : 0,
        side: images?.shape[1] ?? 28,
        places: Array.from(pictures?.tensors["index"]?.data ?? []),
      };
    }).then((answer) => answer && arrived(answer));
  useEffect(refresh, []);
  if (!kept) return <p class="muted">{W.loadingData}</p>;
  const forget = async (index: number) => {
    await attempt(() => api.forget(index));
    refresh();
  };
  const train = async (data: string) => {
    await refreshAbout();
    state.data.value = data;
    state.view.value = "train";
  };
  const none = !kept.digits.length;
  return (
    <>
      <p>{none ? W.mineEmpty : W.mineCount(kept.digits.length)}</p>
      <ol class="bins">
        {api.DIGITS.map((name, label) => (
          <li key={name}>
            <b>{name}</b>
            <span class="small muted">{W.bin(kept.counts[label] ?? 0, kept.enough)}</span>
          </li>
        ))}
      </ol>
      <div class="actions">
        <button type="button" class="strong" disabled={none} onClick={() => void train("mine")}>
          {W.trainOnMine}
        </button>
        <button type="button" disabled={none} onClick={() => void train("mine+strokes:5000")}>
          {W.trainOnBoth}
        </button>
        {!none &&
          (about.value?.exports.sets ?? []).map((kind) => (
            <a key={kind} class="button" href={api.exportSet("mine", kind)} download>
              {W.exportAs(kind)}
            </a>
          ))}
      </div>
      <div class="pictures">
        {kept.places.map((index, place) => (
          <div key={index} class="kept">
            <button type="button" aria-label={W.lookAtMine(kept.digits.find((one) => one.index === index)?.label ?? "")} onClick={() => look(`mine:${index}`)}>
              <Picture values={kept.images.subarray(place * kept.size, (place + 1) * kept.size)} rows={kept.side} cols={kept.side} scale={255} ink size={2} />
              <span>{kept.digits.find((one) => one.index === index)?.label}</span>
            </button>
            <button type="button" class="small" onClick={() => void forget(index)}>
              {W.remove}
            </button>
          </div>
        ))}
      </div>
    </>
  );
}
