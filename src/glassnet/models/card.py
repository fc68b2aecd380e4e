"""A model's card: what a careful person asks before relying on it, answered from the file itself.

A card is its model's header in words (after Mitchell et al. 2019, "Model cards for model reporting"). Whatever
stands in it was measured by the command that trained the model and lies in the header; nothing is added by hand,
so a card cannot say what its model is not.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import PurePath
from typing import Any

__all__ = ["card_text"]


def card_text(name: str, header: Mapping[str, Any], size: int) -> str:
    """The card of model ``name`` as Markdown, from its file's header (:func:`read_header`) and size in bytes.

    What was not measured is left out.
    """
    metrics, made = header.get("metrics", {}), header.get("provenance", {})
    sections = [
        ("", _opening(name, header, size)),
        ("What it is for", _purpose(header)),
        ("How good it is", _accuracy(metrics)),
        ("How sure it is", _calibration(metrics.get("calibration"))),
        ("What it reads when digits are less clean", _robustness(metrics.get("robustness", []))),
        ("Digit by digit", _digits(metrics)),
        ("What it learned from", _data(header)),
        ("What chose what", _choices(metrics)),
        ("Recipe", _recipe(made)),
        ("Where it comes from", _origin(made)),
    ]
    return "\n".join(f"{f'## {title}' if title else ''}\n\n{text}\n" for title, text in sections if text).lstrip()


def _opening(name: str, header: Mapping[str, Any], size: int) -> str:
    facts = [
        (
            "reads",
            f"{_by(header['input_shape'][:2])} pixels, ink bright on black" if "input_shape" in header else "",
        ),
        ("answers with", f"one of {len(header['classes'])} classes: {', '.join(header['classes'])}"),
        ("layers", " → ".join(f"`{layer}`" for layer in header.get("layers", []))),
        ("members", ", ".join(f"`{PurePath(member['file']).stem}`" for member in header.get("members", []))),
        ("views", ", ".join(header.get("views", []))),
        ("parameters", f"{header['parameter_count']:,}" if "parameter_count" in header else ""),
        ("size", f"{size:,} bytes" + _of_what(header)),
    ]
    title = header.get("recipe", {}).get("title") or header.get("title", "")
    return f"# {name}\n\n{title}\n\n" + _table(("", ""), [fact for fact in facts if fact[1]])


def _of_what(header: Mapping[str, Any]) -> str:
    if "members" in header:
        return ", its members' files included"
    return ", parameters in half precision" if "full_precision" in header.get("metrics", {}) else ""


def _purpose(header: Mapping[str, Any]) -> str:
    words = [
        "It reads one handwritten digit in a picture that was brought into MNIST's normal form: the ink in a box "
        "of 20 × 20 pixels, its centre of mass in the middle of 28 × 28. `glassnet predict` and other commands do "
        "that with any picture. It is meant for learning, teaching and play, and for programs that can live "
        "with the error rates below and let a person check what matters.",
        "It is not meant for cheques, exams, medicine or the law, and has not been tested on the hands of "
        "children, or of people from parts of the world that write their digits otherwise: MNIST's writers were "
        "employees of the United States' Census Bureau and high-school students.",
    ]
    if others := " or ".join(f"'{name}'" for name in header["classes"][10:]):
        words.append(f"It can say {others} to what is not one digit.")
    else:
        words.append(
            "It knows nothing but digits: to a letter, a scribble or an empty page it names a digit all the same, "
            "sometimes with great confidence."
        )
    return "\n\n".join(words)


def _accuracy(metrics: Mapping[str, Any]) -> str:
    if "accuracy" not in metrics:
        return ""
    tested, low_high = metrics.get("tested_on") or {"name": "its test part"}, metrics["interval"]
    lines = [
        f"**{_share(metrics['accuracy'])}** of {metrics['count']:,} pictures right on {tested['name']} (95 % "
        f"interval {_range(low_high)}, Wilson): {metrics['count'] - metrics['correct']:,} errors, cross-entropy "
        f"{metrics['cross_entropy']:.4f}."
    ]
    if metrics.get("seeds"):
        rows = [
            (str(row["seed"]), f"{_share(row['accuracy'])} ({_range(row['interval'])})", *_times(row))
            for row in metrics["seeds"]
        ]
        lines.append(_table(("seed", "right, test part", "time", "processor time"), rows))
        if metrics.get("mean_interval"):
            low, high = metrics["mean_interval"]
            spread = f"95 % interval {_range((low, high), 3)}, Student's t" if low < high else "all the same"
            lines.append(
                f"Mean over {len(rows)} seeds {_share(metrics['mean_accuracy'], 3)} ({spread}). The model is that "
                f"of seed {metrics['seeds'][0]['seed']}, which was settled before any was tested."
            )
    if "full_precision" in metrics:
        full = metrics["full_precision"]
        lines.append(
            f"In full precision {_share(full['accuracy'])}, in the half precision that the file holds "
            f"{_share(metrics['accuracy'])}; the two give the same answer to {_share(full['agreement'])} of the "
            "test pictures."
        )
    if metrics.get("refused") is not None:
        lines.append(
            f"Among the ten digits. With its other classes to choose from it takes {metrics['refused']:,} of the "
            "test digits for something else."
        )
    for other in metrics.get("others", []):
        lines.append(f"On {other['data']['name']}: {_share(other['accuracy'])} ({_range(other['interval'])}).")
    return "\n\n".join(lines)


def _calibration(found: Mapping[str, Any] | None) -> str:
    if not found:
        return ""
    return (
        f"Its logits are divided by a temperature of {found['temperature']:.3f}, fitted on {found['fitted_on']}. "
        f"Expected calibration error on the test part (15 bins): {_points(found['error_before'])} before, "
        f"{_points(found['error_after'])} after; cross-entropy {found['cross_entropy_before']:.4f} before, "
        f"{found['cross_entropy_after']:.4f} after."
    )


def _robustness(rows: Sequence[Mapping[str, Any]]) -> str:
    if not rows:
        return ""
    table = _table(
        ("test pictures", "right", "95 % interval"),
        [(row["condition"], _share(row["accuracy"]), _range(row["interval"])) for row in rows],
    )
    worst = min(rows, key=lambda row: row["accuracy"])
    return f"{table}\n\nHardest: {worst['condition']}. Directions alternate from picture to picture."


def _digits(metrics: Mapping[str, Any]) -> str:
    if "per_class" not in metrics:
        return ""
    names = [row["name"] for row in metrics["per_class"]]
    rows = []
    for row, counts in zip(metrics["per_class"], metrics["confusion"], strict=True):
        taken = sorted(((count, name) for count, name in zip(counts, names, strict=True) if name != row["name"]))
        most = ", ".join(f"{name} ({count})" for count, name in taken[::-1][:3] if count)
        errors = str(sum(count for count, _ in taken))
        rows.append((row["name"], f"{row['count']:,}", errors, *(_known(row[key]) for key in _RATES), most or "–"))
    return _table(("digit", "pictures", "errors", *_RATES, "most often taken for"), rows)


_RATES = ("recall", "precision")


def _data(header: Mapping[str, Any]) -> str:
    trained = header.get("provenance", {}).get("trained_on")
    if not trained:
        return ""
    augmented = {key: value for key, value in header.get("recipe", {}).get("augmentation", {}).items() if value}
    text = f"{trained['count']:,} pictures: {trained['name']}."
    if augmented:
        settings = ", ".join(f"{key} {value:g}" for key, value in augmented.items())
        text += f" Deformed anew in every epoch ({settings})."
    return text


def _choices(metrics: Mapping[str, Any]) -> str:
    validation = metrics.get("validation")
    if not validation:
        return ""
    rows = [
        (row.get("run") or f"seed {row['seed']}", f"{_share(row['accuracy'])} ({_range(row['interval'])})")
        for row in validation["runs"]
    ]
    return "\n\n".join(
        [
            "Settings were chosen on training rows alone. Before the release, runs learned without "
            f"{validation['on']} and were judged on them; the temperature was fitted there.",
            _table(("run", "right, held-out rows"), rows),
            "The released runs learned from all rows for the same number of epochs. The test part chose nothing: "
            "it was read once for each of them.",
        ]
    )


def _recipe(made: Mapping[str, Any]) -> str:
    if "recipe_toml" not in made:
        return ""
    changes = "".join(f"\n# and: {change}" for change in made.get("recipe_changes", []))
    return f"```toml\n{made['recipe_toml'].strip()}{changes}\n```"


def _origin(made: Mapping[str, Any]) -> str:
    if "glassnet" not in made:
        return ""
    where = f" on a machine with {made['machine']}" if "machine" in made else ""
    text = (
        f"Trained{where}, by Glassnet {made['glassnet']} with NumPy {made['numpy']} and Python {made['python']}, "
        f"{made['created'][:10]}."
    )
    if "command" in made:
        text += f" The command that trained it and wrote this card:\n\n```bash\n{made['command']}\n```"
    return f"{text}\n\nMIT licence, as all of Glassnet."


def _table(heading: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    return "\n".join(f"| {' | '.join(row)} |" for row in (heading, ["---"] * len(heading), *rows))


def _by(sides: Sequence[int]) -> str:
    return " × ".join(map(str, sides))


def _share(value: float, digits: int = 2) -> str:
    return f"{100 * value:.{digits}f} %"


def _range(interval: Sequence[float], digits: int = 2) -> str:
    low, high = interval
    return f"{100 * low:.{digits}f} to {100 * min(high, 1):.{digits}f}"


def _points(value: float) -> str:
    return f"{100 * value:.2f} points"


def _known(value: float | None) -> str:
    return "–" if value is None else _share(value)


def _times(row: Mapping[str, Any]) -> tuple[str, str]:
    return _duration(row["seconds"]), _duration(row["cpu_seconds"])


def _duration(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min"
