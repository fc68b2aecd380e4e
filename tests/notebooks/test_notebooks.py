"""Every notebook runs from its first cell to its last, and the pages kept here are those of the sources."""

from __future__ import annotations

import importlib.util
import json
import runpy
from pathlib import Path
from typing import Any

import pytest

from glassnet.blas import one_blas_thread

FOLDER = Path(__file__).parents[2] / "notebooks"
SOURCES = FOLDER / "sources"
NAMES = sorted(path.stem for path in SOURCES.glob("*.py"))
LARGEST = 500_000

every_notebook = pytest.mark.parametrize("name", NAMES)


@pytest.fixture
def beside(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a kernel started in ``notebooks/`` would find there, on small settings, with figures on no screen."""
    pyplot = pytest.importorskip("matplotlib.pyplot")
    pyplot.switch_backend("Agg")

    def show() -> None:
        for number in pyplot.get_fignums():
            pyplot.figure(number).canvas.draw()  # a title that cannot be typeset fails here
        pyplot.close("all")

    monkeypatch.setattr(pyplot, "show", show)
    monkeypatch.setenv("GLASSNET_QUICK", "1")
    monkeypatch.syspath_prepend(FOLDER)


def page(name: str) -> dict[str, Any]:
    return json.loads((FOLDER / f"{name}.ipynb").read_text(encoding="utf-8"))


def outputs(name: str) -> list[dict[str, Any]]:
    return [output for cell in page(name)["cells"] for output in cell.get("outputs", ())]


def test_there_is_one_for_each_reference_system_and_a_ladder():
    systems = {"ten-hidden", "ten-hidden-kaggle", "kaggle-relu-and-sigmoid", "one-at-a-time", "one-hidden-layer"}
    assert systems <= set(NAMES)
    assert [name for name in NAMES if name.startswith("ladder-")]


@every_notebook
def test_runs_on_small_settings(name: str, beside: None):
    """The checks of each rung and of engine against scratch are asserts in the notebooks: they hold here too."""
    with one_blas_thread():
        runpy.run_path(str(SOURCES / f"{name}.py"))


@every_notebook
def test_page_is_made_from_its_source(name: str):
    jupytext = pytest.importorskip("jupytext", reason="needs the extra 'notebooks'")
    source = jupytext.read(SOURCES / f"{name}.py", fmt="py:percent")
    expected = [(cell.cell_type, cell.source) for cell in source.cells]
    found = [(cell["cell_type"], "".join(cell["source"])) for cell in page(name)["cells"]]
    assert found == expected, f"run: python notebooks/build.py {name}"


@every_notebook
def test_page_was_run_in_order_and_without_complaint(name: str):
    counts = [cell["execution_count"] for cell in page(name)["cells"] if cell["cell_type"] == "code"]
    assert counts == list(range(1, len(counts) + 1))
    assert not [each for each in outputs(name) if each["output_type"] == "error" or each.get("name") == "stderr"]


@every_notebook
def test_page_shows_pictures_of_real_digits_and_stays_small(name: str):
    assert sum("image/png" in each.get("data", {}) for each in outputs(name)) >= 5
    assert "drawn by code" not in "".join("".join(each.get("text", "")) for each in outputs(name))
    assert (FOLDER / f"{name}.ipynb").stat().st_size < LARGEST


@every_notebook
def test_page_holds_nothing_of_the_machine_that_made_it(name: str):
    notebook = page(name)
    assert notebook["metadata"] == {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"file_extension": ".py", "mimetype": "text/x-python", "name": "python"},
    }
    assert all(cell["metadata"] == {} for cell in notebook["cells"])
    text = "".join("".join(each.get("text", "")) for each in outputs(name))
    assert not [start for start in ("/home/", "/tmp/", "/Users/", "C:\\", str(FOLDER.parent)) if start in text]


def test_map_names_every_notebook():
    text = (FOLDER / "README.md").read_text(encoding="utf-8")
    assert not [name for name in NAMES if f"({name}.ipynb)" not in text]


@pytest.fixture
def build() -> Any:
    for package in ("jupytext", "nbclient", "ipykernel"):
        pytest.importorskip(package, reason="needs the extra 'notebooks'")
    spec = importlib.util.spec_from_file_location("notebooks_build", FOLDER / "build.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_build_makes_a_page(build: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("sys.argv", ["build.py", "--quick", "--to", str(tmp_path), "ladder-1-one-neuron"])
    build.main()
    made = json.loads((tmp_path / "ladder-1-one-neuron.ipynb").read_text(encoding="utf-8"))
    committed = page("ladder-1-one-neuron")
    assert [cell["source"] for cell in made["cells"]] == [cell["source"] for cell in committed["cells"]]
    assert [cell["id"] for cell in made["cells"]] == [cell["id"] for cell in committed["cells"]]
    assert made["metadata"] == committed["metadata"]


@pytest.mark.parametrize(
    ("output", "complaint"),
    [
        ({"output_type": "stream", "name": "stderr", "text": "Warning: overflow"}, "cell-1 complains: Warning"),
        ({"output_type": "error", "ename": "E", "evalue": "no such file", "traceback": []}, "no such file"),
        (
            {"output_type": "stream", "name": "stdout", "text": f"read {FOLDER / 'data'}"},
            "means nothing elsewhere",
        ),
        ({"output_type": "stream", "name": "stdout", "text": "97 % right"}, None),
    ],
)
def test_build_refuses_pages_that_nobody_should_see(build: Any, output: dict[str, Any], complaint: str | None):
    import nbformat

    cell = nbformat.v4.new_code_cell("x", outputs=[nbformat.from_dict(output)], id="cell-1")
    found = build.problem(nbformat.v4.new_notebook(cells=[cell]))
    assert found is None if complaint is None else complaint in found


def test_build_names_the_notebooks_that_there_are(build: Any, monkeypatch: pytest.MonkeyPatch, capsys: Any):
    monkeypatch.setattr("sys.argv", ["build.py", "two-hidden"])
    with pytest.raises(SystemExit):
        build.main()
    assert "no such notebook: two-hidden; there are" in capsys.readouterr().err
