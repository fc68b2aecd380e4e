"""The film of a run: which moments it keeps, and that what is read back is what was written."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glassnet.web.film import BUDGET, MOST, SAMPLES_A_SNAPSHOT, SHORT_RUN, Film, FilmWriter, moments
from tests.web.conftest import make_model


@given(
    epochs=st.integers(1, 200),
    per_epoch=st.integers(1, 2000),
    size=st.sampled_from([30_000, 400_000, 5_100_000]),
    batch=st.sampled_from([1, 32, 128]),
)
def test_moments_are_the_first_steps_the_last_and_no_more_than_fit(
    epochs: int, per_epoch: int, size: int, batch: int
):
    samples = epochs * per_epoch * batch
    steps = moments(epochs * per_epoch, per_epoch, size, samples)
    assert steps == sorted(set(steps))
    assert steps[0] == 0
    assert steps[-1] == epochs * per_epoch
    assert len(steps) <= MOST + 2
    assert len(steps) <= max(SHORT_RUN, samples / SAMPLES_A_SNAPSHOT) + 2
    assert len(steps) * size <= BUDGET * 1.3
    if size < 5_000_000:
        assert {step for step in (0, 1, 2, 3, 5, 8, 13) if step <= epochs * per_epoch} <= set(steps)


def test_moments_have_the_ends_of_epochs():
    assert set(range(0, 844, 422)) <= set(moments(844, 422, 400_000, 108_000))


@pytest.fixture
def film(tmp_path: Path) -> Film:
    film = Film(tmp_path / "film")
    film.folder.mkdir()
    make_model("modern").save(film.folder / "model.safetensors")
    return film


def test_what_is_read_back_is_what_was_written(film: Film):
    network = make_model("modern").network
    writer = FilmWriter(film)
    hashes, kept = [], []
    for step in (0, 1, 5):
        network.parameters += 0.25
        network.state += 0.5
        kept.append((network.parameters.copy(), network.state.copy()))
        hashes.append(writer.snapshot(step, network))
    assert writer.snapshot(1, network) is None
    writer.close()
    snapshots = film.snapshots()
    assert [(each.step, each.hash) for each in snapshots] == list(zip((0, 1, 5), hashes, strict=True))
    assert len(set(hashes)) == 3
    for snapshot, (parameters, state) in zip(snapshots, kept, strict=True):
        found = film.model(snapshot)
        np.testing.assert_array_equal(found.network.parameters, parameters)
        np.testing.assert_array_equal(found.network.state, state)
        np.testing.assert_array_equal(film.values(3, 2, snapshot), parameters[3:5])


def test_what_a_killed_process_left_half_written_is_cut_off(film: Film):
    network = make_model("modern").network
    writer = FilmWriter(film)
    writer.snapshot(0, network)
    writer.step(1, 2.3, 0.1, 0.5)
    writer.event({"kind": "epoch", "step": 1})
    writer.close()
    for name in ("snapshots.bin", "snapshots.jsonl", "steps.bin", "events.jsonl"):
        with (film.folder / name).open("ab") as file:
            file.write(b'{"ste')
    assert [snapshot.step for snapshot in film.snapshots()] == [0]
    assert len(film.steps()) == 1
    again = FilmWriter(film)
    network.parameters += 1
    again.snapshot(3, network)
    again.step(1, 9.9, 0.1, 0.5)  # known already
    again.step(2, 2.2, 0.1, 0.5)
    again.event({"kind": "epoch", "step": 2})
    again.close()
    assert [snapshot.step for snapshot in film.snapshots()] == [0, 3]
    np.testing.assert_array_equal(film.model(film.snapshots()[1]).network.parameters, network.parameters)
    assert film.steps()["loss"].tolist() == pytest.approx([2.3, 2.2])
    assert [event["step"] for event in film.events()] == [1, 2]


def test_a_folder_without_a_film_has_nothing(tmp_path: Path):
    film = Film.of_run(tmp_path)
    assert not film.exists
    assert film.snapshots() == []
    assert len(film.steps()) == 0
    assert film.about() == {}
