/** The page's frame: header, the digit that is always there, the stage, the panel. */

import { useEffect } from "preact/hooks";

import { DigitColumn } from "./digit/column";
import { Door } from "./door";
import { catchFiles } from "./files";
import { Header, Tabs } from "./header";
import { InsidePanel } from "./inside/panel";
import { InsideStage } from "./inside/stage";
import { lazily } from "./lazily";
import { narrow } from "./screen";
import { locked, stage } from "./session";
import { LessonStrip } from "./share/lesson";
import { dialog } from "./share/open";
import { Sheet } from "./sheet";
import { SlowStrip } from "./slow_motion";
import { TroubleBar } from "./trouble";
import { W } from "./words";

const TrainStage = lazily(() => import("./train/train").then((train) => train.TrainStage));
const TrainPanel = lazily(() => import("./train/train").then((train) => train.TrainPanel));
const DataStage = lazily(() => import("./data/data").then((data) => data.DataStage));
const DataPanel = lazily(() => import("./data/data").then((data) => data.DataPanel));
const ShareDialog = lazily(() => import("./share/share").then((share) => share.ShareDialog));

const STAGES = {
  draw: { Stage: null, Panel: null },
  inside: { Stage: InsideStage, Panel: InsidePanel },
  train: { Stage: TrainStage, Panel: TrainPanel },
  data: { Stage: DataStage, Panel: DataPanel },
} as const;

export function App() {
  useEffect(catchFiles, []);
  if (locked.value) return <Door />;
  const { Stage, Panel } = STAGES[stage.value];
  return (
    <>
      {stage.value !== "draw" && (
        <a class="skip" href="#stage" onClick={focusStage}>
          {W.skip}
        </a>
      )}
      <Header />
      {!dialog.value && <TroubleBar />}
      <main class="page">
        {(!narrow.value || stage.value === "draw") && <DigitColumn />}
        {Stage && (
          <section id="stage" class="stage" aria-label={W.views[stage.value]} tabIndex={-1}>
            <h2 class="vh">{W.views[stage.value]}</h2>
            <LessonStrip />
            <SlowStrip />
            <Stage />
          </section>
        )}
        {Panel && (
          <Sheet floats={stage.value === "inside"}>
            <Panel />
          </Sheet>
        )}
      </main>
      {narrow.value && <Tabs />}
      {dialog.value && <ShareDialog />}
    </>
  );
}

function focusStage(event: Event) {
  event.preventDefault(); // the fragment is the page's state
  document.getElementById("stage")?.focus();
}

