/** Colours of the numbers: blue is positive, orange is negative, zero is paper; ink runs from paper to text.
 *
 *  Mixed in OKLab, so that equal steps of a number look like equal steps, on both sides of zero alike. */

export type Theme = "light" | "dark";
export type RGB = readonly [number, number, number];

export interface Palette {
  paper: string;
  positive: string;
  negative: string;
  text: string;
  frame: string;
}

/** The same values as the custom properties in page.css; a test compares them. */
export const PALETTES: Record<Theme, Palette> = {
  light: { paper: "#ffffff", positive: "#0b5cad", negative: "#a14a00", text: "#1b1c1e", frame: "#d6d6d0" },
  dark: { paper: "#14161a", positive: "#6bb5ff", negative: "#ffa94d", text: "#ecedef", frame: "#2b2f37" },
};

/** Entries on each side of zero. */
export const STEPS = 255;

export interface Tables {
  /** 511 pixels, little-endian RGBA: most negative, …, zero at index 255, …, most positive. */
  signed: Uint32Array;
  /** 256 pixels from paper to text, for grey levels. */
  ink: Uint32Array;
  /** The line between tiles. */
  frame: number;
  paper: number;
}

export function parseHex(text: string): RGB {
  const number = Number.parseInt(text.slice(1), 16);
  return [number >> 16, (number >> 8) & 255, number & 255];
}

const toLinear = (level: number) => {
  const share = level / 255;
  return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
};

const fromLinear = (share: number) => {
  const curved = share <= 0.0031308 ? share * 12.92 : 1.055 * share ** (1 / 2.4) - 0.055;
  return Math.round(Math.min(1, Math.max(0, curved)) * 255);
};

/** Björn Ottosson's OKLab, from sRGB levels. */
export function toOklab(colour: RGB): RGB {
  const [r, g, b] = colour.map(toLinear) as unknown as [number, number, number];
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}

export function fromOklab([light, a, b]: RGB): RGB {
  const l = (light + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (light - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (light - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    fromLinear(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
    fromLinear(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
    fromLinear(-0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s),
  ];
}

export function mix(from: RGB, to: RGB, share: number): RGB {
  const start = toOklab(from);
  const end = toOklab(to);
  return fromOklab(start.map((value, axis) => value + share * (end[axis]! - value)) as unknown as RGB);
}

const packed = ([r, g, b]: RGB) => ((255 << 24) | (b << 16) | (g << 8) | r) >>> 0;

export function tables(theme: Theme): Tables {
  const palette = PALETTES[theme];
  const paper = parseHex(palette.paper);
  const ends = { positive: parseHex(palette.positive), negative: parseHex(palette.negative), text: parseHex(palette.text) };
  const signed = new Uint32Array(2 * STEPS + 1);
  const ink = new Uint32Array(STEPS + 1);
  for (let step = 0; step <= STEPS; step++) {
    signed[STEPS + step] = packed(mix(paper, ends.positive, step / STEPS));
    signed[STEPS - step] = packed(mix(paper, ends.negative, step / STEPS));
    ink[step] = packed(mix(paper, ends.text, step / STEPS));
  }
  return { signed, ink, frame: packed(parseHex(palette.frame)), paper: packed(paper) };
}

/** Index into the signed table for a value on a scale from −`scale` to `scale`; zero for what is no number. */
export function signedIndex(value: number, scale: number): number {
  const share = value / scale;
  if (!(share === share)) return STEPS;
  return STEPS + Math.round(Math.max(-1, Math.min(1, share)) * STEPS);
}

/** Black or white, whichever contrasts more with a packed pixel: at least 4.58 : 1 on any colour. */
export function textOn(pixel: number): "#000" | "#fff" {
  const luminance =
    0.2126 * toLinear(pixel & 255) + 0.7152 * toLinear((pixel >> 8) & 255) + 0.0722 * toLinear((pixel >> 16) & 255);
  return (luminance + 0.05) ** 2 > 1.05 * 0.05 ? "#000" : "#fff";
}

export const css = (pixel: number) =>
  `rgb(${pixel & 255} ${(pixel >> 8) & 255} ${(pixel >> 16) & 255})`;
