"""``glassnet models``, and bundled models by name wherever a model is taken."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from glassnet.cli.completion import complete_format, complete_model
from glassnet.data import open_path
from glassnet.models import DEFAULT, Committee, bundled, bundled_model, bundled_models
from glassnet.models.certainty import certainty
from tests.cli.conftest import Run


@pytest.fixture
def picture(digits: Path, tmp_path: Path) -> Path:
    """The first test digit, saved as a picture file."""
    test = open_path(digits).test
    assert test is not None
    Image.fromarray(test.images[0]).save(tmp_path / "digit.png")
    return Path("digit.png")


def test_the_list_says_what_each_is_worth(run: Run) -> None:
    result = run("models")
    assert (result.code, result.err) == (0, "")
    for model in bundled_models():
        (line,) = (line for line in result.out.splitlines() if line.startswith(f"{model.name} "))
        low, high = model.metrics["interval"]
        assert f"{100 * model.metrics['accuracy']:.2f} %  {100 * low:.2f} to {100 * high:.2f}" in line
        assert f"{model.parameters:,}" in line
        assert model.title.split()[-1] in result.out
    heading, line, *_ = result.out.splitlines()
    figure = f"{bundled_models()[0].parameters:,}"
    assert heading.index("parameters") + len("parameters") == line.index(figure) + len(figure)


@pytest.mark.parametrize("width", [50, 80])
def test_the_list_fits_a_terminal(run: Run, width: int, monkeypatch: pytest.MonkeyPatch) -> None:
    from rich.console import Console

    screen = Console(width=width, force_terminal=True, color_system=None)
    monkeypatch.setattr("glassnet.cli.output.console", lambda stderr=False: screen)
    with screen.capture() as printed:
        run("models")
    lines = printed.get().splitlines()
    titles = [line for line in lines if line.startswith(" " * 9) and "right" not in line]
    assert titles
    assert max(map(len, titles)) <= width


def test_the_list_as_json(run: Run) -> None:
    (found,) = run("models", "--json").objects
    assert [row["name"] for row in found["models"]] == [model.name for model in bundled_models()]
    assert {"accuracy", "interval", "seeds", "mean_accuracy", "parameters", "size"} <= found["models"][0].keys()


def test_a_card_is_shown_as_it_was_written(run: Run) -> None:
    assert run("models", "show", DEFAULT).out == bundled_model(DEFAULT).card
    (found,) = run("models", "show", DEFAULT, "--json").objects
    assert found["metrics"]["accuracy"] == bundled_model(DEFAULT).metrics["accuracy"]


def test_a_card_of_nothing(run: Run) -> None:
    result = run("models", "show", "quikc")
    assert result.code == 5
    assert result.error.startswith("no model 'quikc' comes with Glassnet\nhint: those that do: ")
    assert DEFAULT in result.err


@pytest.mark.parametrize("words", [["--model", DEFAULT], [DEFAULT]], ids=["option", "argument"])
@pytest.mark.parametrize("command", ["predict", "explain"])
def test_a_bundled_model_by_name(run: Run, picture: Path, command: str, words: list[str]) -> None:
    result = run(command, *words, picture, "--json")
    assert (result.code, result.err) == (0, "")
    assert result.objects[0]["model"] == DEFAULT


def test_evaluate_takes_a_name_too(run: Run, digits: Path) -> None:
    by_argument = run("evaluate", "quick", "--data", digits, "--json")
    by_option = run("evaluate", "--model", "quick", "--data", digits, "--json")
    assert (by_argument.code, by_argument.out) == (0, by_option.out)
    test = open_path(digits).test
    assert test is not None
    right = (bundled("quick").predict(test.images) == test.labels).mean()
    assert by_argument.objects[0]["accuracy"] == pytest.approx(right)
    assert run("evaluate", "quick", "--model", "quick", "--data", digits).code == 2


def test_without_a_model_the_bundled_one_reads_and_says_so(run: Run, picture: Path) -> None:
    result = run("predict", picture, picture, "--json")
    assert result.code == 0
    assert [found["model"] for found in result.objects] == [DEFAULT, DEFAULT]
    assert f"note: no model was named: this is '{DEFAULT}', which comes with Glassnet" in result.err


def test_without_a_model_the_newest_run_comes_first(run: Run, picture: Path, trained: Path) -> None:
    Path("runs").symlink_to(trained.parents[1])
    result = run("predict", picture, "--json")
    named = str(Path("runs") / trained.parent.name / trained.name)
    assert result.objects[0]["model"] == named
    assert f"no model was named: this is {named}" in result.err


def test_a_mistyped_model_is_no_picture(run: Run, picture: Path) -> None:
    result = run("predict", "quikc", picture)
    assert result.code == 5
    assert "there is no model quikc" in result.error
    assert "did you mean quick?" in result.err
    assert DEFAULT in run("predict", "something-else", picture).err


def test_a_model_without_a_picture(run: Run, trained: Path) -> None:
    for model in (DEFAULT, trained, trained.parent):
        result = run("predict", model)
        assert result.code == 2
        assert "a PICTURE is missing" in result.error
    assert run("explain", DEFAULT, "a.png", "b.png").code == 2


def test_explain_tells_of_the_temperature(run: Run, picture: Path) -> None:
    model = bundled(DEFAULT)
    if model.temperature == 1:
        pytest.skip("the default needs none")
    result = run("explain", DEFAULT, picture)
    sure = float(model.probabilities(np.asarray(Image.open(picture))[None]).max())
    assert f", {certainty(sure)} sure" in result.out
    assert certainty(sure) in run("predict", DEFAULT, picture).out
    output, loss, _ = result.out.replace("loss:", "backward:").split("backward:")
    assert "z′ = z / T" in output
    assert f"the temperature T = {model.temperature:#.3g}" in " ".join(output.split())
    assert "The training knew no temperature: here and on the way back T is 1" in " ".join(loss.split())
    quick = run("explain", "quick", picture).out
    assert ("z / T" in quick) == (bundled("quick").temperature != 1)


def test_a_committee_predicts_and_is_evaluated_but_is_no_network(
    run: Run, trained: Path, digits: Path, picture: Path
) -> None:
    from glassnet.models import Model

    member = Model.load(trained)
    Committee([member, member], ["plain", "rotate 8"]).save("two.json", [trained, trained])
    (found,) = run("predict", "two.json", picture, "--json").objects
    assert found["label"] in member.classes
    assert run("evaluate", "--model", "two.json", "--data", digits).code == 0
    result = run("explain", "two.json", picture)
    assert result.code == 5
    assert "two.json is a committee of several networks" in result.error


def test_export_writes_what_other_programs_read(run: Run) -> None:
    pytest.importorskip("onnx")
    result = run("models", "export", "quick", "quick.onnx")
    assert (result.code, result.out, result.err) == (0, "quick.onnx\n", "")
    assert b"glassnet" in Path("quick.onnx").read_bytes()[:100]
    assert run("models", "export", "quick", "again.safetensors").code == 0
    assert run("models", "export", "again.safetensors", "third.onnx").code == 0
    for name, words in (("quick.doc", "'.doc' is no format for a model"), ("quick", "has no ending")):
        result = run("models", "export", "quick", name)
        assert result.code == 7
        assert words in result.error
        assert not Path(name).exists()


def test_export_spares_the_model_that_it_reads(run: Run, trained: Path) -> None:
    before = trained.read_bytes()
    result = run("models", "export", trained.parent, trained)
    assert result.code == 7
    assert "it is read here" in result.error
    assert trained.read_bytes() == before


def test_export_writes_programs(run: Run) -> None:
    for name in ("numpy", "glassnet", "pytorch", "keras"):
        result = run("models", "export", "quick", "--as", name, "--output", f"{name}.py")
        assert (result.code, result.out, result.err) == (0, f"{name}.py\n{name}.safetensors\n", "")
        assert f'"{name}.safetensors"' in Path(f"{name}.py").read_text(encoding="utf-8")
    assert run("models", "export", "quick", "positional.py", "--as", "numpy").code == 0
    assert Path("positional.py").is_file()


@pytest.mark.parametrize(
    ("words", "code", "error"),
    [
        (["quick.py"], 7, "say which, with --as: numpy, glassnet, pytorch, keras"),
        (["quick.py", "--as", "numpi"], 7, "did you mean 'numpy'?"),
        (["quick.onnx", "--as", "numpy"], 7, "call it quick.py"),
        (["quick.py", "--as", "onnx"], 7, "call it quick.onnx"),
        (["quick", "--as", "keras"], 7, "a model as keras has a name that ends in .py"),
        ([], 2, "say where it goes"),
        (["a.py", "--output", "b.py", "--as", "numpy"], 2, "give one"),
    ],
)
def test_what_cannot_be_exported_is_said(run: Run, words: list[str], code: int, error: str) -> None:
    result = run("models", "export", "quick", *words)
    assert result.code == code
    assert error in " ".join(result.err.split())
    assert not list(Path().glob("*.*"))


def test_a_committee_is_exported_by_its_members(run: Run, trained: Path) -> None:
    from glassnet.models import Model

    member = Model.load(trained)
    Committee([member, member], ["plain", "rotate 8"]).save("two.json", [trained, trained])
    result = run("models", "export", "two.json", "--as", "numpy", "--output", "two.py")
    assert result.code == 5
    assert "two.json is a committee of several networks" in result.error
    assert not Path("two.py").exists()


def test_the_help_names_every_format(run: Run) -> None:
    from glassnet.adapters.formats import FORMATS

    text = run("models", "export", "--help").out
    assert all(name in text for name in FORMATS)


def test_completion_offers_the_names() -> None:
    assert complete_format("k") == ["keras"]
    assert sorted(complete_model("")) == sorted(model.name for model in bundled_models())
    assert complete_model("zzz") == []
