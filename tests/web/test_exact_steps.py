"""Any step of a run: what was not filmed is recomputed, and held against what the run recorded."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from glassnet.training import RunFolder
from glassnet.web.box import Box
from glassnet.web.exact_steps import MOST_STATES, check_step, keep_state, recompute
from glassnet.web.film import Film
from tests.web.conftest import INK, Page
from tests.web.test_runs import SMALL, ThreadWorker, stored, wait

FILMED = [0, 1, 2, 3, 8, 13, 21]
"""Of the 21 steps; seven are an epoch."""


@pytest.fixture(autouse=True)
def in_a_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("glassnet.web.runs.Worker", ThreadWorker)


def made(folder: Path, *, sparse: bool, seconds: float, body: dict[str, Any]) -> str:
    """A finished run in ``folder``."""
    from glassnet.web.requests import Begin

    box = Box(folder / "runs", folder / "home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("glassnet.web.runs.Worker", ThreadWorker)
        patch.setattr("glassnet.web.trainee.SECONDS_BETWEEN_CHECKPOINTS", seconds)
        if sparse:
            patch.setattr("glassnet.web.trainee.moments", lambda *_: FILMED)
        try:
            run = str(box.runs.begin(Begin.model_validate(body))["run"])
            until_finished(box, run)
        finally:
            box.close()
    return run


def until_finished(box: Box, run: str) -> None:
    end = time.monotonic() + 60
    while (card := box.runs.card(run))["state"] != "finished":
        assert card["state"] != "failed", card
        assert time.monotonic() < end, card
        time.sleep(0.02)


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Runs of one seed: ``whole`` with a snapshot of every step, the others with a few."""
    folder = tmp_path_factory.mktemp("exact")
    components = {**SMALL, "set": {**SMALL["set"], "data.components": 20}}
    for name, sparse, seconds, body in (
        ("whole", False, 0, SMALL),
        ("sparse", True, 0, SMALL),
        ("fast", True, 1000, SMALL),
        ("folded", True, 0, components),
    ):
        run = made(folder, sparse=sparse, seconds=seconds, body=body)
        (folder / "runs" / run).rename(folder / "runs" / name)
    return folder / "runs"


@pytest.fixture
def box(runs: Path, tmp_path: Path) -> Iterator[Box]:
    shutil.copytree(runs, tmp_path / "runs")
    box = Box(tmp_path / "runs", tmp_path / "home")
    yield box
    box.close()


def parameters(page: Page, address: str) -> np.ndarray:
    return page.box.models.get(address)[1].network.parameters


def test_a_step_that_was_not_filmed_is_recomputed_to_the_bit(page: Page):
    assert page.get("runs/sparse")["snapshots"] == FILMED
    assert page.get("runs/sparse")["restarts"] == [0, 7, 14]
    hashes = page.get("runs/whole")["hashes"]
    for step, begin, compared in ((6, 0, 8), (7, 7, 8), (11, 7, 13), (20, 14, 21), (17, 14, 21)):
        page.post("read", 404, ink=INK, model=f"run:sparse@{step}")
        told = page.post("runs/sparse/exactly", step=step)
        assert (told["run"], told["step"], told["address"]) == ("sparse", step, f"run:sparse@{step}")
        assert (told["from"], told["recomputed"], told["agrees"]) == (begin, step - begin, True)
        assert told["compared_at"] == compared
        assert told["hash"] == hashes[str(step)]
        assert f"Recomputed {step - begin} step" in told["sentence"]
        assert f"Its fingerprint at step {compared} is the recorded one." in told["sentence"]
        np.testing.assert_array_equal(
            parameters(page, f"run:sparse@{step}"), parameters(page, f"run:whole@{step}")
        )
    assert page.get("runs/sparse")["snapshots"] == FILMED


def test_it_is_an_address_like_any_other_and_stays_one(page: Page):
    page.post("runs/sparse/exactly", step=11)
    _, said = page.post("read", ink=INK, model="run:sparse@11")
    assert said["model"] == "run:sparse@11"
    assert "immutable" in page.client.get("/api/models/run:sparse@11").headers["cache-control"]
    assert page.get("models/run:sparse@11")["title"] == "sparse, step 11"
    told = page.post("runs/sparse/digit", step=11)
    assert told["model"] == "run:sparse@11"
    branch = page.post("runs", 201, **{"from": "run:sparse@11", "begin": "pause", "epochs": 1})["run"]
    card = wait(page, branch, "paused")
    assert card["hashes"]["0"] == page.get("runs/whole")["hashes"]["11"]
    other = Box(page.box.runs_folder, page.box.home)
    np.testing.assert_array_equal(
        other.models.get("run:sparse@11")[1].network.parameters, parameters(page, "run:whole@11")
    )
    for model in ("run:sparse@011", "run:sparse@¹¹", "run:sparse@../../11", "run:sparse@-1"):
        page.post("read", 404, ink=INK, model=model)


def test_it_is_not_recomputed_twice(page: Page, monkeypatch: pytest.MonkeyPatch):
    first = page.post("runs/sparse/exactly", step=11)

    def refuse(*_: object) -> None:
        raise AssertionError("it is here already")

    monkeypatch.setattr(ThreadWorker, "recompute", refuse)
    assert page.post("runs/sparse/exactly", step=11) == first
    filmed = page.post("runs/sparse/exactly", step=13)
    assert (filmed["recomputed"], filmed["agrees"], filmed["sentence"]) == (0, True, "This step was filmed.")
    assert filmed["hash"] == page.get("runs/sparse")["hashes"]["13"]


def test_a_run_too_short_for_checkpoints_is_repeated_from_its_start(page: Page):
    assert page.get("runs/fast")["restarts"] == [0]
    told = page.post("runs/fast/exactly", step=20)
    assert (told["from"], told["recomputed"], told["agrees"]) == (0, 20, True)
    np.testing.assert_array_equal(parameters(page, "run:fast@20"), parameters(page, "run:whole@20"))


def test_a_run_from_components_is_recomputed_as_a_network_of_pixels(page: Page):
    told = page.post("runs/folded/exactly", step=11)
    assert told["agrees"] is True
    assert parameters(page, "run:folded@11").size == parameters(page, "run:folded@13").size


@pytest.mark.parametrize(
    ("run", "step", "status", "what", "do"),
    [
        ("sparse", 22, 404, "the run sparse has come to step 21: there is no step 22", "choose one from 0 to 21"),
        ("sparse", 10**12, 404, "there is no step 1,000,000,000,000", "choose one from 0 to 21"),
        ("sparse", -1, 400, "step: input should be greater than or equal to 0", None),
        ("sparse", "x", 400, "step: input should be a valid integer", None),
        ("sparse", 1.5, 400, "step: input should be a valid integer", None),
        ("nothing", 1, 404, "there is no run 'nothing' here", None),
    ],
)
def test_a_step_that_there_is_not_is_told(page: Page, run: str, step: Any, status: int, what: str, do: str | None):
    told = page.post(f"runs/{run}/exactly", status, step=step)
    assert what in told["what"]
    assert do is None or told["do"] == do
    assert page.post("runs/sparse/exactly", 400)["what"].startswith("step")


def test_a_run_that_kept_nothing_to_begin_from_says_so(page: Page):
    shutil.rmtree(stored(page, "sparse") / "film" / "states")
    told = page.post("runs/sparse/exactly", 404, step=11)
    assert told["what"] == "the run sparse kept no checkpoint before step 11, so that it cannot be recomputed"
    assert told["do"] == "choose one of its snapshots, with the slider"
    shutil.rmtree(stored(page, "sparse") / "film")
    assert "kept no film" in page.post("runs/sparse/exactly", 404, step=11)["what"]


def test_a_broken_checkpoint_is_told(page: Page):
    (stored(page, "sparse") / "film" / "states" / "7.safetensors").write_bytes(b"")  # of no epoch of this run
    (stored(page, "sparse") / "film" / "states" / "1.safetensors").write_bytes(b"broken")
    assert "cannot take up the run" in page.post("runs/sparse/exactly", 422, step=11)["what"]


def test_what_does_not_agree_is_said(page: Page):
    film = Film.of_run(stored(page, "sparse"))
    lines = [json.loads(line) for line in (film.folder / "snapshots.jsonl").read_text().splitlines()]
    lines = [line | {"hash": "00000000"} if line["step"] == 13 else line for line in lines]
    (film.folder / "snapshots.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    told = page.post("runs/sparse/exactly", step=11)
    assert (told["agrees"], told["compared_at"]) == (False, 13)
    assert "✗ It does not agree with what the run recorded at step 13" in told["sentence"]
    page.post("read", ink=INK, model="run:sparse@11")
    steps = film.steps()
    steps["loss"][18] *= 1.0001
    steps.tofile(film.folder / "steps.bin")
    told = page.post("runs/sparse/exactly", step=20)
    assert (told["agrees"], told["compared_at"]) == (False, 19)


def test_without_a_snapshot_after_it_the_losses_are_compared(page: Page):
    film = Film.of_run(stored(page, "sparse"))
    lines = (film.folder / "snapshots.jsonl").read_text().splitlines()
    (film.folder / "snapshots.jsonl").write_text("\n".join(lines[:3]) + "\n")  # as of a run that is at work
    told = page.post("runs/sparse/exactly", step=11)
    assert told["agrees"] is True
    assert "Every loss up to step 11 is the recorded one." in told["sentence"]
    (film.folder / "steps.bin").write_bytes(np.full(21, np.nan, film.steps().dtype).tobytes())
    told = page.post("runs/sparse/exactly", step=12)
    assert told["agrees"] is None
    assert "Nothing was recorded to compare it with." in told["sentence"]


def test_those_that_were_recomputed_first_make_room(page: Page, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("glassnet.web.exact_steps.MOST_MOMENTS", 2)
    for step in (4, 5, 6):
        page.post("runs/sparse/exactly", step=step)
    kept = sorted(path.stem for path in (stored(page, "sparse") / "film" / "moments").iterdir())
    assert kept == ["5", "6"]
    assert page.post("runs/sparse/exactly", step=4)["agrees"] is True


def test_no_more_states_are_kept_than_twelve(tmp_path: Path):
    folder = RunFolder(tmp_path)
    folder.checkpoint.write_bytes(b"state")
    for epoch in range(101):
        keep_state(folder, epoch, 100)
    kept = {int(path.stem) for path in (tmp_path / "film" / "states").iterdir()}
    assert {0, 9, 18} <= kept
    assert MOST_STATES - 1 <= len(kept) <= MOST_STATES + 1
    assert 100 not in kept


def test_states_are_copied_where_they_cannot_be_linked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def refuse(*_: object) -> None:
        raise OSError("no links here")

    monkeypatch.setattr("os.link", refuse)
    folder = RunFolder(tmp_path)
    folder.checkpoint.write_bytes(b"state")
    keep_state(folder, 0, 3)
    assert (tmp_path / "film" / "states" / "0.safetensors").read_bytes() == b"state"


def test_a_step_of_a_run_that_is_at_work_is_recomputed_beside_it(page: Page, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("glassnet.web.trainee.moments", lambda *_: FILMED)
    run = page.post("runs", 201, **SMALL, begin="pause")["run"]
    wait(page, run, "paused")
    page.post(f"runs/{run}/do", do="step", unit="batch", n=9)
    while page.get(f"runs/{run}")["step"] < 9 or page.get(f"runs/{run}")["state"] != "paused":
        pass
    told = page.post(f"runs/{run}/exactly", step=6)
    assert told["agrees"] is True
    assert told["hash"] == page.get("runs/whole")["hashes"]["6"]
    assert page.post(f"runs/{run}/exactly", 404, step=10)["do"] == "choose one from 0 to 9"


def test_a_process_of_its_own_recomputes(runs: Path, tmp_path: Path):
    from glassnet.errors import TrainingError
    from glassnet.web.worker import Worker

    shutil.copytree(runs / "sparse", tmp_path / "sparse")
    told = Worker().recompute(tmp_path / "sparse", 11, 60)
    assert told["agrees"] is True
    check_step(tmp_path / "sparse", 11, 7)
    (tmp_path / "sparse" / "film" / "states" / "1.safetensors").write_bytes(b"broken")
    with pytest.raises(TrainingError, match="cannot take up the run"):
        Worker().recompute(tmp_path / "sparse", 12, 60)
    with pytest.raises(TrainingError, match="was not recomputed within 0 s"):
        Worker().recompute(tmp_path / "sparse", 6, 0.0)
    assert recompute(RunFolder(tmp_path / "sparse"), 6)["agrees"] is True
