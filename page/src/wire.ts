/** How the page talks to Glassnet: calls that give JSON or tensors, and a stream of events. Nothing else fetches. */

export type Tensor = Float32Array | Uint8Array | Int32Array;

export interface Entry<T extends Tensor = Tensor> {
  shape: number[];
  data: T;
}

/** Named tensors and the JSON that came with them. */
export interface Tensors<Extras> {
  tensors: Record<string, Entry>;
  extras: Extras;
}

/** What Glassnet says when something is wrong: in three parts, and the status. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly what: string,
    readonly expected?: string,
    readonly got?: string,
    readonly todo?: string,
  ) {
    super(what);
  }
}

/** Glassnet could not be reached at all. */
export class Unreachable extends Error {}

const KINDS: Record<string, (buffer: ArrayBuffer, start: number, count: number) => Tensor> = {
  F32: (buffer, start, count) => new Float32Array(buffer, start, count),
  I32: (buffer, start, count) => new Int32Array(buffer, start, count),
  U8: (buffer, start, count) => new Uint8Array(buffer, start, count),
};

/** Read the safetensors format: a length, a JSON header, then the numbers, which are looked at where they lie. */
export function parseTensors<Extras>(buffer: ArrayBuffer): Tensors<Extras> {
  const length = Number(new DataView(buffer).getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 8, length))) as Record<string, any>;
  const { __metadata__: metadata, ...entries } = header;
  const tensors: Record<string, Entry> = {};
  for (const [name, { dtype, shape, data_offsets: offsets }] of Object.entries(entries)) {
    const count = (shape as number[]).reduce((product, side) => product * side, 1);
    const view = KINDS[dtype as string];
    if (!view) throw new Error(`tensor ${name} has the unknown kind ${dtype}`);
    tensors[name] = { shape, data: view(buffer, 8 + length + offsets[0], count) };
  }
  return { tensors, extras: JSON.parse(metadata?.glassnet ?? "{}") as Extras };
}

interface Options {
  body?: unknown;
  signal?: AbortSignal;
  method?: string;
  anew?: boolean;
}

async function send(path: string, { body, signal, method, anew }: Options = {}): Promise<Response> {
  const raw = body instanceof Blob || body instanceof FormData;
  let response: Response;
  try {
    response = await fetch(path, {
      method: method ?? (body === undefined ? "GET" : "POST"),
      body: body === undefined ? undefined : raw ? (body as BodyInit) : JSON.stringify(body),
      headers: body === undefined || raw ? {} : { "content-type": "application/json" },
      signal,
      cache: anew ? "reload" : "default",
    });
  } catch (error) {
    if ((error as Error).name === "AbortError") throw error;
    throw new Unreachable("Glassnet does not answer");
  }
  if (response.ok) return response;
  const said = await response.json().catch(() => ({}));
  throw new Refusal(
    response.status,
    said.what ?? `Glassnet answered with status ${response.status}`,
    said.expected,
    said.got,
    said.do,
  );
}

export async function call<Answer>(path: string, options?: Options): Promise<Answer> {
  return (await (await send(path, options)).json()) as Answer;
}

export async function callTensors<Extras>(path: string, options?: Options): Promise<Tensors<Extras>> {
  return parseTensors<Extras>(await (await send(path, options)).arrayBuffer());
}

export async function callBlob(path: string, options?: Options): Promise<Blob> {
  return await (await send(path, options)).blob();
}

/** Asks one question at a time: while one is under way only the newest waiting one is kept. */
export function newestWins<Question, Answer>(
  ask: (question: Question) => Promise<Answer>,
  tell: (answer: Answer, question: Question) => void,
  fail: (error: unknown, question: Question) => void,
): (question: Question) => void {
  let busy = false;
  let waiting: { question: Question } | null = null;
  const next = async () => {
    if (busy || !waiting) return;
    const { question } = waiting;
    waiting = null;
    busy = true;
    try {
      const answer = await ask(question);
      tell(answer, question);
    } catch (error) {
      fail(error, question);
    } finally {
      busy = false;
      void next();
    }
  };
  return (question) => {
    waiting = { question };
    void next();
  };
}

/** Follow a stream of events until the returned function is called. The browser reconnects by itself. */
export function follow(path: string, hear: (kind: string, data: any) => void, kinds: readonly string[]): () => void {
  const source = new EventSource(path);
  for (const kind of kinds) {
    source.addEventListener(kind, (event) => hear(kind, JSON.parse((event as MessageEvent<string>).data)));
  }
  return () => source.close();
}
