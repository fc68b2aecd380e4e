"""Training as the page does it: in a process of its own, step by step, and looked back at."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from glassnet.errors import GlassnetError
from glassnet.training import Epoch, RunFolder, load_recipe, save_checkpoint, train
from glassnet.training.training_data import open_training_data
from glassnet.web.box import Box
from glassnet.web.control import Control
from glassnet.web.exact_steps import recompute
from glassnet.web.history import compared
from glassnet.web.trainee import Trainee
from tests.web.conftest import INK, Page

SMALL: dict[str, Any] = {
    "recipe": "quick",
    "data": "strokes:700",
    "epochs": 3,
    "set": {"network.layers": ["dense 12", "relu", "dense 10"], "training.batch_size": 100},
}
STEPS_PER_EPOCH = 7  # a tenth of 700 is set aside


def wait(page: Page, run: str, *states: str, seconds: float = 60) -> dict[str, Any]:
    end = time.monotonic() + seconds
    while (card := page.get(f"runs/{run}"))["state"] not in states:
        assert card["state"] != "failed" or "failed" in states, card
        assert time.monotonic() < end, card
        time.sleep(0.02)
    return card


def stored(page: Page, run: str) -> Path:
    return page.box.runs_folder / run


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one finished run in it, ``first``: most tests only look at it."""
    folder = tmp_path_factory.mktemp("runs")
    box = Box(folder / "runs", folder / "home")
    try:
        from glassnet.web.requests import Begin

        run = box.runs.begin(Begin.model_validate(SMALL))["run"]
        end = time.monotonic() + 60
        while (card := box.runs.card(run))["state"] != "finished":
            assert card["state"] != "failed", card
            assert time.monotonic() < end
            time.sleep(0.02)
    finally:
        box.close()
    (folder / "runs" / run).rename(folder / "runs" / "first")
    return folder / "runs"


class ThreadWorker:
    """The work of a :class:`Worker` in a thread of the test's own process, which begins a second sooner."""

    def __init__(self) -> None:
        self.run: str | None = None
        self.state, self.step, self.is_alive = "waiting", None, True
        self.control = Control()

    def work(self, folder: Path, *, paused: bool, hear: Callable[[dict[str, Any]], None]) -> None:
        self.run, self.state, self.hear = folder.name, "starting", hear
        self.control.goal = 0 if paused else None
        self.thread = threading.Thread(target=self._work, args=(RunFolder(folder),))
        self.thread.start()

    def _work(self, folder: RunFolder) -> None:
        try:
            with folder.alone():
                Trainee(folder, self.control, self).work()  # type: ignore[arg-type]
        except GlassnetError as error:
            told = {"kind": type(error).__name__, "what": str(error), "do": error.hint}
            self.write(json.dumps({"kind": "state", "state": "failed", "error": told}))

    def recompute(self, folder: Path, step: int, patience: float) -> dict[str, Any]:
        return recompute(RunFolder(folder), step)

    def write(self, line: str) -> None:
        message = json.loads(line)
        self.step = message.get("step", self.step)
        if message["kind"] == "state":
            self.state = message["state"]
        self.hear(message)

    def flush(self) -> None:
        pass

    def command(self, command: dict[str, Any]) -> None:
        self.control.commands.put(command)

    def end(self) -> None:
        if self.run is not None:
            self.command({"do": "stop"})
            self.thread.join(20)
        self.state = "ended"


@pytest.fixture
def in_a_process() -> None:
    """For tests that need the run to be a process."""


@pytest.fixture(autouse=True)
def in_a_thread(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs work in threads, but for the tests that are about processes."""
    if "in_a_process" not in request.fixturenames:
        monkeypatch.setattr("glassnet.web.runs.Worker", ThreadWorker)


@pytest.fixture
def box(finished: Path, tmp_path: Path) -> Iterator[Box]:
    """A server that finds the finished run."""
    runs = tmp_path / "runs"
    runs.mkdir()
    (runs / "first").symlink_to(finished / "first", target_is_directory=True)
    box = Box(runs, tmp_path / "home")
    yield box
    box.close()


def test_the_card_of_a_finished_run_says_what_it_was(page: Page):
    card = page.get("runs/first")
    assert card["state"] == "finished"
    assert card["outcome"] == "completed"
    assert card["changed"] == {
        "network.layers": ["dense 12", "relu", "dense 10"],
        "training.batch_size": 100,
        "training.epochs": 3,
    }
    assert (card["step"], card["steps"], card["steps_per_epoch"], card["epoch"]) == (21, 21, 7, 3)
    assert card["data"] == "strokes:700"
    assert card["samples"] == 630
    assert 0.2 < card["accuracy"] <= 1
    assert card["snapshots"] == list(range(22))
    assert set(card["hashes"]) == set(map(str, range(22)))
    listed = page.get("runs")["runs"]
    assert [each["run"] for each in listed] == ["first"]
    assert "snapshots" not in listed[0]


def test_it_is_the_run_that_glassnet_train_would_have_made(page: Page):
    changes = ["training.epochs=3", "network.layers=['dense 12', 'relu', 'dense 10']", "training.batch_size=100"]
    recipe = load_recipe("quick", changes)
    data = open_training_data(recipe, "strokes:700", offline=True, progress=lambda event: None)
    *_, last = train(recipe, data.train, data.validation)
    _, model = page.box.models.get("run:first")
    np.testing.assert_array_equal(model.network.parameters, last.state.network.parameters)
    assert (stored(page, "first") / "history.csv").is_file()
    assert not (stored(page, "first") / "checkpoint.safetensors").exists()


def test_a_moment_in_training_is_a_model_address(page: Page):
    start, said = page.post("read", ink=INK, model="run:first@0", layers="all")
    end, _ = page.post("read", ink=INK, model="run:first@21", layers="all")
    assert not np.array_equal(start["1/value"], end["1/value"])
    assert said["model"] == "run:first@0"
    _, kept = page.post("read", ink=INK, model="run:first")
    assert kept["model"] == "run:first"
    seed, _ = page.get("models/run:first@0/weights/1")
    recipe = page.box.models.get("run:first@0")[1].recipe
    from glassnet.training import Recipe

    network = Recipe.model_validate(recipe).make_network((28, 28, 1), 10)
    np.testing.assert_array_equal(seed["weight"].reshape(12, -1), network.layers[1].weight.T)
    told = page.post("read", 404, ink=INK, model="run:first@99")
    assert told["do"] == "the nearest one is at step 21"
    assert "immutable" in page.client.get("/api/models/run:first@3").headers["cache-control"]
    assert page.client.get("/api/models/run:first").headers["cache-control"] == "no-store"


def test_a_weight_remembers_where_it_began(page: Page):
    body = {"layer": 1, "index": [300, 3], "of": "weight", "target": 4}
    told = page.post("explain", ink=INK, model="run:first@21", **body)
    path = page.get("runs/first/path?layer=1&parameter=weight&index=300,3")
    assert path["steps"] == list(range(22))
    assert told["weight"]["start"] == pytest.approx(path["values"][0])
    assert told["weight"]["value"] == pytest.approx(path["values"][-1])
    step = page.post("edits", 201, model="run:first@21", ink=INK, step={"target": 4, "rate": 0.1})
    told = page.post("explain", ink=INK, model=step["address"], **body)
    assert told["weight"]["start"] == pytest.approx(path["values"][0])


def test_curves_and_film(page: Page):
    tensors, extras = page.get("runs/first/history")
    assert tensors["step"].tolist() == list(range(1, 22))
    assert tensors["loss"].shape == tensors["loss_min"].shape == (21,)
    assert tensors["loss"][-1] < tensors["loss"][0]
    assert tensors["epoch/step"].tolist() == [7, 14, 21]
    assert np.isfinite(tensors["epoch/validation_accuracy"]).all()
    assert len(tensors["evaluated/step"]) >= 3
    assert extras["steps"] == 21
    later, _ = page.get("runs/first/history?from=15")
    assert later["step"].tolist() == list(range(15, 22))
    none, _ = page.get("runs/first/history?from=500")
    assert len(none["step"]) == 0
    film, extras = page.get("runs/first/film/1?count=5")
    assert film["tiles"].shape == (22, 5, 28, 28, 1)
    weights, _ = page.get("models/run:first@21/weights/1?count=5")
    shown = (film["tiles"][-1].astype(float) - 128) / 127 * extras["scale"]
    np.testing.assert_allclose(shown, weights["weight"], atol=extras["scale"] / 127)
    assert "no picture" in page.get("runs/first/film/3", 422)["what"]
    assert page.get("runs/first/film/9", 422)


def test_long_histories_are_told_in_two_thousand_points(tmp_path: Path, page: Page):
    from glassnet.web.film import STEP
    from glassnet.web.history import history

    run = tmp_path / "long"
    (run / "film").mkdir(parents=True)
    steps = np.zeros(10_001, STEP)
    steps["loss"] = np.arange(10_001)
    steps.tofile(run / "film" / "steps.bin")
    tensors, _ = history(run)
    assert len(tensors["step"]) <= 2000
    assert tensors["step"][-1] == 10_001
    assert tensors["loss_min"][0] == 0
    assert tensors["loss_max"][-1] == 10_000
    assert (tensors["loss_min"] <= tensors["loss"]).all()


def test_the_same_seed_gives_the_same_film(page: Page):
    again = page.post("runs", 201, **SMALL)["run"]
    wait(page, again, "finished")
    assert page.get(f"runs/{again}")["hashes"] == page.get("runs/first")["hashes"]
    told = page.get(f"runs/{again}/compare?with=first")
    assert told["same_film"] is True
    assert told["different"] == []
    other = page.post("runs", 201, **SMALL, seed=5)["run"]
    wait(page, other, "finished")
    told = page.get(f"runs/{other}/compare?with=first")
    assert told["same_film"] is False
    assert told["different"] == [{"setting": "training.seed", "this": 5, "other": 0}]
    assert "Different: seed." in told["sentence"]


@pytest.mark.parametrize(
    ("events", "sentence"),
    [
        ([("evaluated", 4, {"accuracy": 0.6})], "reaches 50 % at step 4"),
        ([("epoch", 7, {"validation_accuracy": 0.4}), ("epoch", 14, {"validation_accuracy": 0.72})], "step 14"),
        ([("epoch", 7, {"validation_accuracy": None, "train_accuracy": 0.72})], "reaches 50 % at step 7"),
        (
            [
                ("epoch", 7, {"validation_accuracy": None, "train_accuracy": 0.9}),
                ("epoch", 14, {"validation_accuracy": 0.81, "train_accuracy": 0.95}),
            ],
            "reaches 80 % at step 14",
        ),
        ([("epoch", 7, {"validation_accuracy": 0.3})], "not both known to have come to 50 %"),
        ([], "not both known to have come to 50 %"),
    ],
)
def test_who_came_further_is_known_from_looks_and_from_epochs(
    events: list[tuple[str, int, dict[str, Any]]], sentence: str, finished: Path, tmp_path: Path
):
    """A short run has no time for looks."""
    run = tmp_path / "short"
    shutil.copytree(finished / "first", run)
    lines = [json.dumps({"kind": kind, "step": step, **more}) for kind, step, more in events]
    (run / "film" / "events.jsonl").write_text("".join(f"{line}\n" for line in lines))
    assert sentence in compared(run, run)["sentence"]


def test_step_by_step_to_the_end(page: Page):
    card = page.post("runs", 201, **SMALL, begin="pause")
    run = card["run"]
    assert wait(page, run, "paused")["step"] == 0
    page.post(f"runs/{run}/do", do="step", unit="batch", n=4)
    end = time.monotonic() + 30
    while page.get(f"runs/{run}")["step"] < 4 or page.get(f"runs/{run}")["state"] != "paused":
        assert time.monotonic() < end
    card = page.get(f"runs/{run}")
    assert card["step"] == 4
    assert 4 in card["snapshots"]
    page.post("read", ink=INK, model=f"run:{run}@4")
    page.post(f"runs/{run}/do", do="step", unit="epoch")
    while page.get(f"runs/{run}")["step"] < 7 or page.get(f"runs/{run}")["state"] != "paused":
        assert time.monotonic() < end
    assert page.get(f"runs/{run}")["step"] == 7
    assert page.get(f"runs/{run}")["epoch"] == 1
    page.post(f"runs/{run}/do", do="run")
    card = wait(page, run, "finished")
    assert card["hashes"] == page.get("runs/first")["hashes"]
    events = page.get(f"runs/{run}/events")["events"]
    assert [event["id"] for event in events] == list(range(1, len(events) + 1))
    kinds = {event["kind"] for event in events}
    assert kinds >= {"state", "snapshot", "epoch", "evaluated", "progress"}
    assert [event["step"] for event in events if event["kind"] == "snapshot"] == list(range(22))
    assert events[-1]["state"] == "finished"
    assert page.get(f"runs/{run}/events?after={len(events) - 1}")["events"] == events[-1:]
    refused = page.post(f"runs/{run}/do", 409, do="run")
    assert refused["kind"] == "BusyError"


def test_events_stream_to_the_end_of_the_run(page: Page):
    run = page.post("runs", 201, **SMALL)["run"]
    headers = {"accept": "text/event-stream"}
    with page.client.stream("GET", f"/api/runs/{run}/events", headers=headers) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        text = "".join(answer.iter_text())
    blocks = [block for block in text.split("\n\n") if block.startswith("id: ")]
    ids = [int(block.split("\n")[0].removeprefix("id: ")) for block in blocks]
    assert ids == list(range(1, len(ids) + 1))
    last = blocks[-1].split("\n")
    assert last[1] == "event: state"
    assert json.loads(last[2].removeprefix("data: "))["state"] == "finished"
    headers["last-event-id"] = str(ids[-2])
    with page.client.stream("GET", f"/api/runs/{run}/events", headers=headers) as answer:
        assert "".join(answer.iter_text()).count("id: ") == 1


def test_a_killed_run_is_taken_up_and_ends_with_the_same_film(in_a_process: None, page: Page):
    run = page.post("runs", 201, **SMALL, begin="pause")["run"]
    wait(page, run, "paused")
    page.post(f"runs/{run}/do", do="step", unit="batch", n=9)
    while page.get(f"runs/{run}")["step"] < 9:
        time.sleep(0.01)
    worker = page.box.runs._worker
    assert worker is not None
    os.kill(worker._process.pid, signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM)
    card = wait(page, run, "failed", "paused")
    end = time.monotonic() + 20
    while page.box.runs.active is not None:
        assert time.monotonic() < end
    assert page.get(f"runs/{run}")["step"] == card["step"] == 9
    page.post(f"runs/{run}/do", do="step", unit="batch")
    while page.get(f"runs/{run}")["step"] < 10 or page.get(f"runs/{run}")["state"] != "paused":
        assert time.monotonic() < end
    page.post(f"runs/{run}/do", do="run")
    card = wait(page, run, "finished")
    assert card["hashes"] == page.get("runs/first")["hashes"]
    tensors, _ = page.get(f"runs/{run}/history")
    first, _ = page.get("runs/first/history")
    np.testing.assert_array_equal(tensors["loss"], first["loss"])
    assert tensors["epoch/step"].tolist() == [7, 14, 21]


def test_a_run_survives_the_server(page: Page):
    run = page.post("runs", 201, **SMALL, begin="pause")["run"]
    wait(page, run, "paused")
    page.post(f"runs/{run}/do", do="step", unit="epoch")
    while page.get(f"runs/{run}")["step"] < 7:
        time.sleep(0.01)
    page.box.runs.close()
    other = Box(page.box.runs_folder, page.box.home)
    try:
        card = other.runs.card(run)
        assert (card["state"], card["step"], card["epoch"]) == ("paused", 7, 1)
        assert other.models.get(f"run:{run}")[0] == f"run:{run}@7"
    finally:
        other.close()
    resumed = load_and_finish(stored(page, run))
    assert resumed == page.get("runs/first")["hashes"]["21"]


def test_a_run_that_glassnet_train_began_is_taken_up(page: Page):
    changes = ["training.epochs=3", "network.layers=['dense 12', 'relu', 'dense 10']", "training.batch_size=100"]
    recipe = load_recipe("quick", changes)
    data = open_training_data(recipe, "strokes:700", offline=True, progress=lambda event: None)
    folder = RunFolder.create(page.box.runs_folder, recipe, "strokes:700")
    for event in train(recipe, data.train, data.validation):
        if isinstance(event, Epoch):
            save_checkpoint(folder.checkpoint, event.state)
            break
    run = folder.path.name
    assert page.get(f"runs/{run}")["state"] == "paused"
    page.post(f"runs/{run}/do", do="run")
    card = wait(page, run, "finished")
    assert card["snapshots"] == list(range(7, 22))
    first = page.get("runs/first")["hashes"]
    assert card["hashes"] == {step: first[step] for step in card["hashes"]}
    tensors, _ = page.get(f"runs/{run}/history")
    whole, _ = page.get("runs/first/history")
    assert np.isnan(tensors["loss"][:7]).all()
    np.testing.assert_array_equal(tensors["loss"][7:], whole["loss"][7:])
    page.post("read", ink=INK, model=f"run:{run}")


def load_and_finish(folder: Path) -> str:
    """``glassnet train --resume`` takes up what the page began; the hash of what it ends with."""
    from glassnet.cli import main
    from glassnet.models import Model
    from glassnet.web.film import parameter_hash

    assert main(["train", "--resume", str(folder), "--offline", "--quiet", "--no-figures"]) == 0
    return parameter_hash(Model.load(folder / "model.safetensors").network.parameters)


def test_the_process_ends_when_the_server_does(in_a_process: None, page: Page):
    run = page.post("runs", 201, **SMALL, begin="pause")["run"]
    wait(page, run, "paused")
    worker = page.box.runs._worker
    assert worker is not None
    assert worker._process.stdin is not None
    worker._process.stdin.close()  # what happens to the pipe when the server is killed
    assert worker._process.wait(10) == 0


@pytest.mark.skipif(os.name == "nt", reason="its terminals do it otherwise")
def test_ctrl_c_is_not_for_the_process_at_whatever_moment(tmp_path: Path):
    """A terminal sends it to all that the server has started, and most of the first second is imports."""
    script = """
import os, signal, time
from glassnet.web.worker import Worker

signal.signal(signal.SIGINT, lambda *_: None)
worker = Worker()
for _ in range(40):
    os.killpg(0, signal.SIGINT)
    time.sleep(0.02)
print(worker.is_alive)
worker.end()
"""
    ended = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        start_new_session=True,
        check=False,
    )
    assert (ended.stdout, ended.stderr) == ("True\n", "")


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ({"recipe": "nope"}, 422),
        ({"data": "nope.csv"}, 404),
        ({"set": {"training.nope": 1}}, 422),
        ({"from": "nope"}, 404),
    ],
    ids=str,
)
def test_what_cannot_begin_ends_no_other_run(wrong: dict[str, Any], status: int, page: Page):
    first = page.post("runs", 201, **{**SMALL, "epochs": 5000})["run"]
    wait(page, first, "running")
    page.post("runs", status, **{**SMALL, **wrong}, instead=True)
    assert page.get(f"runs/{first}")["state"] == "running"


def test_one_run_at_a_time(page: Page):
    long = {**SMALL, "epochs": 5000}
    first = page.post("runs", 201, **long)["run"]
    wait(page, first, "running")
    refused = page.post("runs", 409, **SMALL)
    assert refused["run"] == first
    assert page.get("about")["active_run"] == first
    second = page.post("runs", 201, **SMALL, instead=True)["run"]
    assert page.get(f"runs/{first}")["state"] == "paused"
    wait(page, second, "finished")
    assert page.get("about")["active_run"] is None
    assert page.post(f"runs/{first}/do", do="pause")["state"] == "paused"


def test_a_branch_begins_with_a_moment_of_another_run(page: Page):
    body = {"from": "run:first@7", "set": {"optimizer.learning_rate": 0.01}, "epochs": 1, "begin": "pause"}
    run = page.post("runs", 201, **body)["run"]
    card = wait(page, run, "paused")
    assert card["from"] == "run:first@7"
    assert card["learning_rate"] == 0.01
    assert card["data"] == "strokes:700"
    assert card["hashes"]["0"] == page.get("runs/first")["hashes"]["7"]
    told = page.get(f"runs/{run}/compare?with=first")
    assert {row["setting"] for row in told["different"]} >= {"optimizer.learning_rate", "from"}


def test_a_run_from_components_is_filmed_and_branched_as_a_network_of_pixels(page: Page):
    body = {**SMALL, "set": {**SMALL["set"], "data.components": 20}}
    run = page.post("runs", 201, **body)["run"]
    card = wait(page, run, "finished")
    first = page.box.models.get(f"run:{run}@0")[1]
    last = page.box.models.get(f"run:{run}@21")[1]
    kept = page.box.models.get(f"run:{run}")[1]
    assert card["parameters"] == first.network.parameter_count == 784 * 12 + 12 + 12 * 10 + 10
    np.testing.assert_array_equal(last.network.parameters, kept.network.parameters)
    branch = page.post("runs", 201, **{"from": f"run:{run}@21"}, epochs=1, begin="pause")["run"]
    wait(page, branch, "paused")
    begins = page.box.models.get(f"run:{branch}@0")[1]
    np.testing.assert_allclose(begins.network.parameters, last.network.parameters, atol=1e-5)


def test_slow_motion_takes_the_digits_of_the_run(page: Page):
    told = page.post("runs/first/digit", step=3)
    again = page.post("runs/first/digit", step=3)
    assert told["model"] == again["model"] == "run:first@3"
    assert told["ink"] != again["ink"]
    _, said = page.post("read", ink=told["ink"], model=told["model"])
    assert said["probabilities"] == pytest.approx(told["edit"]["before"])
    _, after = page.post("read", ink=told["ink"], model=told["after"])
    assert after["probabilities"] == pytest.approx(told["edit"]["after"])
    _, blame = page.post("gradients", ink=told["ink"], model=told["model"], target=told["target"])
    assert blame["loss"] == pytest.approx(told["edit"]["loss_before"])
    assert "100" in told["sentence"]
    order = np.random.default_rng([0, 1]).permutation(630)
    assert told["ink"]["index"] == order[300]


def test_a_rate_that_is_far_too_high_is_diagnosed(page: Page):
    body = {**SMALL, "set": {**SMALL["set"], "optimizer.learning_rate": 1e5}}
    run = page.post("runs", 201, **body)["run"]
    card = wait(page, run, "finished")
    assert card["outcome"] == "diverged"
    _, extras = page.get(f"runs/{run}/history")
    fatal = [event for event in extras["diagnoses"] if event["fatal"]]
    assert len(fatal) == 1
    assert fatal[0]["set"] == {"optimizer.learning_rate": 1e4}
    assert "overflow" in fatal[0]["text"]


@pytest.mark.parametrize(
    ("body", "status", "what"),
    [
        ({"recipe": "../../etc/passwd"}, 422, "there is no recipe"),
        ({"recipe": "/tmp/x.toml"}, 422, "there is no recipe"),
        ({"set": {"training.epoch": 3}}, 422, "there is no setting"),
        ({"set": {"training.epochs": "many"}}, 422, "training.epochs"),
        ({"set": {"name": "../evil"}}, 422, "name"),
        ({"epochs": 0}, 400, "epochs"),
        ({"data": "own-nothing"}, 404, "no data set"),
        ({"data": "no-such-data"}, 404, "no data set"),
        ({"data": "/etc"}, 404, "no data set"),
        ({"data": "strokes:10+/etc"}, 404, "no data set"),
        ({"data": "mine+own-x"}, 422, "no digits are kept"),
        ({"data": "mine"}, 422, "no digits are kept"),
        ({"from": "run:first@999"}, 404, "no snapshot"),
    ],
)
def test_what_cannot_be_trained_is_refused_in_words(page: Page, body: dict[str, Any], status: int, what: str):
    assert what in page.post("runs", status, **body)["what"]
    assert page.get("about")["active_run"] is None


def test_data_that_are_not_there_are_a_failed_run_with_a_reason(page: Page):
    card = page.post("runs", 201, recipe="quick", data="strokes:0")
    card = wait(page, card["run"], "failed")
    assert "strokes:0" in card["error"]["what"]
    assert card["error"]["kind"] == "DataError"


def test_a_run_of_the_command_line_is_there_too(page: Page, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    from glassnet.cli import main

    small = ["--set", "network.layers=['dense 10']", "--set", "training.batch_size=100", "--epochs", "2"]
    runs = str(page.box.runs_folder)
    assert main(["train", "--data", "strokes:300", *small, "--runs", runs, "--quiet", "--no-figures"]) == 0
    card = next(card for card in page.get("runs")["runs"] if card["run"] != "first")
    assert (card["state"], card["film"], card["epoch"]) == ("finished", False, 2)
    run = card["run"]
    page.post("read", ink=INK, model=f"run:{run}")
    tensors, _ = page.get(f"runs/{run}/history")
    assert tensors["epoch/step"].tolist() == [1, 2]
    assert "no film" in page.get(f"runs/{run}/film/0", 404)["what"]
    assert page.post("read", 404, ink=INK, model=f"run:{run}@0")["do"] == "it has none at all"


@pytest.mark.parametrize(
    "wrong",
    [{"training.nope": 1}, {"data": 1, "nope.nope": 2}, {"training.keep": "best", "data.validation": 0}],
    ids=str,
)
def test_what_is_wrong_is_told_in_the_page_s_words(wrong: dict[str, Any], page: Page):
    """Who presses buttons knows nothing of options."""
    refused = page.post("runs", 422, **{**SMALL, "set": wrong})
    assert "--" not in f"{refused['what']} {refused['do']}"
