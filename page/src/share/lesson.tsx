/** A lesson as a strip above the stage: a sentence, and the page it speaks of. */

import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";

import * as api from "../api";
import { droppedLesson } from "../files";
import { gridId } from "../inside/rows";
import { narrow } from "../screen";
import { attempt, card, trouble } from "../session";
import { raiseSheet } from "../sheet";
import { state, visit } from "../state";
import { W } from "../words";

/** After so long the rows of another view, or of another network, stand where they will. */
const SETTLED_MS = 400;

const lesson = signal<api.Lesson | null>(null);

/** Begin a lesson of one's own from a text; what has no card in it is none, and that is said. Whether it began. */
export async function beginOwnLesson(text: Blob): Promise<boolean> {
  const answer = await attempt(() => api.checkLesson(text));
  if (answer && !answer.cards.length) trouble.value = W.noLesson;
  if (!answer?.cards.length) return false;
  beginLesson(answer, "");
  return true;
}

/** Begin a lesson; one's own has no name that a link could hold. */
export function beginLesson(now: api.Lesson, name: string): void {
  lesson.value = now;
  state.lesson.value = name;
  state.card.value = 0;
}

/** Go where a card leads, and bring the number that it is about into view. */
function go(link: string): void {
  visit(link);
  const about = /(?:^|[&#])(?:pin|w)=(\d+)/.exec(link);
  if (!about) return;
  raiseSheet();
  if (narrow.peek()) return; // there the panel covers the rows, and the card is to stay
  const last = (card.peek()?.layers.length ?? 1) - 1;
  setTimeout(() => document.getElementById(gridId(Math.min(Number(about[1]), last)))?.scrollIntoView({ block: "nearest" }), SETTLED_MS);
}

export function LessonStrip() {
  const name = state.lesson.value;
  const own = droppedLesson.value;
  useEffect(() => {
    if (name && name !== lesson.peek()?.lesson) void attempt(() => api.lesson(name)).then((answer) => answer && (lesson.value = answer));
  }, [name]);
  useEffect(() => {
    if (!own) return;
    droppedLesson.value = null;
    void beginOwnLesson(own);
  }, [own]);
  const now = lesson.value;
  if (!now || (name && name !== now.lesson)) return null;
  const at = Math.min(state.card.value, now.cards.length - 1);
  const shown = now.cards[at];
  const leave = () => {
    lesson.value = null;
    state.lesson.value = "";
    state.card.value = 0;
  };
  return (
    <section class="card lesson" aria-label={W.lessonLabel(now.title)}>
      <p class="small muted">
        <b>{now.title}</b> {shown && W.cardOf(at + 1, now.cards.length)}
      </p>
      {shown && (
        <p class="lesson-text" role="status">
          {shown.text}
        </p>
      )}
      {now.problems.map(({ line, what }) => (
        <p key={line} class="small">
          ✗ {W.lessonProblem(line, what)}
        </p>
      ))}
      <div class="actions">
        <button type="button" disabled={at <= 0} onClick={() => (state.card.value = at - 1)}>
          {W.back}
        </button>
        {shown && (
          <button type="button" class="strong" onClick={() => go(shown.link)}>
            {shown.label}
          </button>
        )}
        <button type="button" disabled={at >= now.cards.length - 1} onClick={() => (state.card.value = at + 1)}>
          {W.next}
        </button>
        <button type="button" onClick={leave}>
          {W.leaveLesson}
        </button>
      </div>
    </section>
  );
}
