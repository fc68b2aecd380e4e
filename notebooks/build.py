"""Make the notebooks: from sources that people edit to pages with results that people read.

A notebook's source is a Python file in ``sources/`` (cells divided by ``# %%``, the percent format), which can be
compared, linted and run like any other. This script runs the sources and writes the pages beside itself::

    python notebooks/build.py                       # all of them: half an hour on two cores
    python notebooks/build.py ladder-1-one-neuron   # one of them
    python notebooks/build.py --quick               # a minute's version of all, into build/notebooks

It needs the extra ``notebooks``. What a page says must not depend on who made it: cell numbers, metadata and the
number of BLAS threads are fixed, and a page that holds a path of this machine, a warning or an error is refused.
Times of computation are the exception, and the pages say so.
"""

from __future__ import annotations

import argparse
import os
import time
from pathlib import Path

import jupytext
import nbformat
from nbclient import NotebookClient

from glassnet.files import replacing

HERE = Path(__file__).resolve().parent
SOURCES = HERE / "sources"
QUICK = HERE.parent / "build" / "notebooks"

METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"file_extension": ".py", "mimetype": "text/x-python", "name": "python"},
}


def names() -> list[str]:
    """The notebooks, in the order of their names."""
    return sorted(path.stem for path in SOURCES.glob("*.py"))


def read_source(name: str) -> nbformat.NotebookNode:
    """The notebook ``name`` without results, with the same metadata and cell numbers every time."""
    notebook = jupytext.read(SOURCES / f"{name}.py", fmt="py:percent")
    for number, cell in enumerate(notebook.cells, start=1):
        cell.id = f"cell-{number}"
        cell.metadata = {}
    notebook.metadata = METADATA
    return notebook


def execute(name: str, *, quick: bool = False) -> nbformat.NotebookNode:
    """The notebook ``name`` with results; ``quick`` takes a small run on digits drawn by code."""
    environment = os.environ | {"OPENBLAS_NUM_THREADS": "1", "PYTHONPATH": str(HERE)}
    if quick:
        environment["GLASSNET_QUICK"] = "1"
    if data := environment.get("GLASSNET_DATA"):
        environment["GLASSNET_DATA"] = str(Path(data).resolve())  # the kernel works in another folder
    notebook = read_source(name)
    NotebookClient(
        notebook,
        timeout=None,
        kernel_name="python3",
        record_timing=False,
        coalesce_streams=True,
        resources={"metadata": {"path": str(HERE)}},
    ).execute(env=environment)
    notebook.metadata = METADATA
    complaint = problem(notebook)
    if complaint:
        raise SystemExit(f"{name}: {complaint}")
    return notebook


def problem(notebook: nbformat.NotebookNode) -> str | None:
    """Why a page should not be shown to anybody, or ``None``: an error, a warning, or a path of this machine."""
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            if output.output_type == "error" or output.get("name") == "stderr":
                return f"{cell.id} complains: {output.get('text') or output.get('evalue')}"
    page = nbformat.writes(notebook)
    for path in (
        HERE.parent,
        HERE.parent.parent,
        Path.home(),
        Path(os.environ.get("GLASSNET_DATA", HERE)).resolve(),
    ):
        if len(path.parts) > 1 and str(path) + os.sep in page:
            return f"the page holds the path {path}, which means nothing elsewhere"
    return None


def main() -> None:
    parser = argparse.ArgumentParser(description="Run the notebooks' sources and write the pages.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"default: all, {', '.join(names())}")
    parser.add_argument("--quick", action="store_true", help="small runs on drawn digits, into build/notebooks")
    parser.add_argument("--to", type=Path, help="another folder to write to")
    options = parser.parse_args()
    if unknown := set(options.names) - set(names()):
        parser.error(f"no such notebook: {', '.join(sorted(unknown))}; there are {', '.join(names())}")
    folder = options.to or (QUICK if options.quick else HERE)
    for name in options.names or names():
        began = time.perf_counter()
        notebook = execute(name, quick=options.quick)
        with replacing(folder / f"{name}.ipynb") as temporary:
            nbformat.write(notebook, temporary)
        size = (folder / f"{name}.ipynb").stat().st_size // 1000
        print(f"{folder / name}.ipynb: {time.perf_counter() - began:.0f} s, {size} kB", flush=True)


if __name__ == "__main__":
    main()
