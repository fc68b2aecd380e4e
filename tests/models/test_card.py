"""Cards: every figure of the header in its place, and nothing that was not measured."""

from __future__ import annotations

from glassnet.models import card_text

BARE = {"classes": ["a", "b"], "layers": ["dense 2"], "input_shape": [4, 5, 1], "parameter_count": 1234}


def test_a_model_that_was_never_measured_claims_nothing() -> None:
    card = card_text("bare", BARE, 5000)
    assert card.startswith("# bare\n")
    assert "| size | 5,000 bytes |" in card
    assert "1,234" in card
    assert "4 × 5 pixels" in card
    for claim in ("How good", "How sure", "less clean", "Digit by digit", "What chose what", "Recipe", "%"):
        assert claim not in card


def test_figures_and_intervals() -> None:
    metrics = {
        "accuracy": 0.9843,
        "interval": [0.981, 0.9866],
        "count": 10_000,
        "correct": 9_843,
        "cross_entropy": 0.05,
        "tested_on": {"name": "some digits", "count": 10_000},
        "seeds": [
            {"seed": 0, "accuracy": 0.9843, "interval": [0.981, 0.9866], "seconds": 30.0, "cpu_seconds": 600.0},
            {"seed": 1, "accuracy": 0.985, "interval": [0.982, 0.987], "seconds": 31.0, "cpu_seconds": 12.0},
        ],
        "mean_accuracy": 0.98465,
        "mean_interval": [0.9801, 0.9892],
        "full_precision": {"accuracy": 0.9844, "agreement": 0.9999},
        "refused": 12,
        "others": [{"data": {"name": "letters", "count": 5}, "accuracy": 0.8, "interval": [0.3, 0.99]}],
        "calibration": {
            "temperature": 1.989,
            "fitted_on": "other rows",
            "error_before": 0.01,
            "error_after": 0.002,
            "cross_entropy_before": 0.067,
            "cross_entropy_after": 0.049,
        },
        "robustness": [
            {"condition": "as they are", "accuracy": 0.9843, "interval": [0.98, 0.99]},
            {"condition": "turned by 20°", "accuracy": 0.7, "interval": [0.69, 0.71]},
        ],
        "per_class": [
            {"name": "a", "count": 5000, "recall": 0.99, "precision": None},
            {"name": "b", "count": 5000, "recall": 0.98, "precision": 0.97},
        ],
        "confusion": [[4950, 50], [107, 4893]],
        "validation": {"on": "rows 9 to 10", "runs": [{"seed": 0, "accuracy": 0.97, "interval": [0.96, 0.98]}]},
    }
    card = card_text("full", BARE | {"metrics": metrics}, 5000)
    for words in (
        "**98.43 %** of 10,000 pictures right on some digits (95 % interval 98.10 to 98.66, Wilson): 157 errors",
        "| 0 | 98.43 % (98.10 to 98.66) | 30 s | 10 min |",
        "Mean over 2 seeds 98.465 % (95 % interval 98.010 to 98.920, Student's t)",
        "In full precision 98.44 %, in the half precision that the file holds 98.43 %",
        "half precision |",
        "it takes 12 of the test digits for something else",
        "On letters: 80.00 % (30.00 to 99.00)",
        "temperature of 1.989, fitted on other rows",
        "1.00 points before, 0.20 points after",
        "| turned by 20° | 70.00 % | 69.00 to 71.00 |",
        "Hardest: turned by 20°",
        "| a | 5,000 | 50 | 99.00 % | – | b (50) |",
        "| b | 5,000 | 107 | 98.00 % | 97.00 % | a (107) |",
        "learned without rows 9 to 10",
    ):
        assert words in card


def test_what_it_learned_from_and_by_which_command() -> None:
    header = BARE | {
        "recipe": {"title": "A title", "augmentation": {"shift": 2.0, "blur": 0.0}},
        "provenance": {
            "glassnet": "0.1",
            "numpy": "2",
            "python": "3.11",
            "created": "2026-11-20T10:00:00",
            "machine": "2 cores of something",
            "trained_on": {"name": "some digits", "count": 60_000},
            "recipe_toml": "[training]\nepochs = 10\n",
            "recipe_changes": ["training.threads=1"],
            "command": "python benchmarks/bundle.py quick",
        },
    }
    card = card_text("made", header, 1)
    assert "60,000 pictures: some digits. Deformed anew in every epoch (shift 2)." in card
    assert "```toml\n[training]\nepochs = 10\n# and: training.threads=1\n```" in card
    assert "on a machine with 2 cores of something, by Glassnet 0.1" in card
    assert "```bash\npython benchmarks/bundle.py quick\n```" in card


def test_limits_depend_on_what_it_knows() -> None:
    assert "names a digit all the same" in card_text("ten", BARE, 1)
    twelve = card_text("twelve", BARE | {"classes": [*"0123456789", "none", "several"]}, 1)
    assert "It can say 'none' or 'several' to what is not one digit." in twelve
    assert "names a digit all the same" not in twelve


def test_seeds_that_score_the_same_have_no_interval() -> None:
    took = {"seconds": 30.0, "cpu_seconds": 30.0}
    seeds = [{"seed": seed, "accuracy": 0.997, "interval": [0.9957, 0.9979]} | took for seed in (0, 1)]
    metrics = {
        "accuracy": 0.997,
        "interval": [0.9957, 0.9979],
        "count": 10_000,
        "correct": 9_970,
        "cross_entropy": 0.01,
        "seeds": seeds,
        "mean_accuracy": 0.997,
        "mean_interval": [0.997, 0.997],
    }
    card = card_text("same", BARE | {"metrics": metrics}, 5000)
    assert "Mean over 2 seeds 99.700 % (all the same)" in card
    assert "Student" not in card
