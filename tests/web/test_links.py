"""Links and lessons: checked by the table that the page has, hostile ones included."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glassnet.training import recipe_names
from glassnet.web.ink import draw
from glassnet.web.lessons import ORDER, parse_lesson
from glassnet.web.links import KEYS, LONGEST, check, decode_ink, encode_ink
from tests.web.conftest import FOUR, Page

STATE_TS = Path(__file__).parents[2] / "page" / "src" / "state.ts"


def test_a_whole_link_is_understood():
    ink = encode_ink(FOUR)
    state, problems = check(
        f"http://127.0.0.1:9/#v=inside&m=gradients&model=run:a%20b@3&t=9&pin=-1.3.4.0&ink={ink}"
    )
    assert problems == []
    assert state == {
        "v": "inside",
        "m": "gradients",
        "model": "run:a b@3",
        "t": 9,
        "pin": [-1, 3, 4, 0],
        "ink": FOUR,
    }


@pytest.mark.parametrize(
    ("link", "what"),
    [
        ("#v=everything", "'v': expected one of draw, inside, train, data, got 'everything'"),
        ("#x=1", "'x': a link has no such part"),
        ("#seed=-1", "'seed': expected a whole number"),
        ("#seed=99999999999", "'seed'"),
        ("#rate=NaN", "'rate'"),
        ("#rate=1.2.3", "'rate'"),
        ("#rate=1e99", "'rate'"),
        ("#pin=a", "'pin'"),
        ("#pin=" + "1." * 100 + "1", "'pin'"),
        ("#ink=!", "'ink': expected strokes"),
        ("#ink=BQAA", "'ink': the drawing is cut short"),
        ("#ink=A", "'ink': the drawing is cut short"),
        ("#model=<script>", "'model': expected a name"),
        ("#model=%ff", "'model': a broken escape"),
        ("#" + "a" * (LONGEST + 1), "the link has 20,001 signs"),
    ],
)
def test_what_is_wrong_is_said(link: str, what: str):
    state, problems = check(link)
    assert state == {}
    assert len(problems) == 1
    assert problems[0].startswith(what)


@given(st.text(max_size=300))
def test_no_link_does_any_harm(link: str):
    state, problems = check(link)
    assert set(state) <= set(KEYS)
    assert all(isinstance(problem, str) for problem in problems)


@given(
    st.lists(st.lists(st.tuples(st.integers(0, 255), st.integers(0, 255)), min_size=1, max_size=40), max_size=6)
)
def test_drawings_travel_in_links(strokes: list[list[tuple[int, int]]]):
    flat = [[number for point in stroke for number in point] for stroke in strokes]
    assert decode_ink(encode_ink(flat)) == flat


def test_a_long_stroke_travels_in_pieces_that_share_a_point():
    long = [number % 256 for number in range(2 * 700)]
    pieces = decode_ink(encode_ink([long]))
    assert [len(piece) // 2 for piece in pieces] == [255, 255, 192]
    assert pieces[0][-2:] == pieces[1][:2]
    assert (draw([long], 9).canvas == draw(pieces, 9).canvas).all()


@pytest.mark.skipif(not STATE_TS.is_file(), reason="needs the page's source, page/src/state.ts")
def test_the_page_has_the_same_keys():
    table = STATE_TS.read_text(encoding="utf-8").partition("PROPERTIES = {")[2].partition("} as const")[0]
    keys = set(re.findall(r':\s*\w+(?:<[\w |]+>)?\("(\w+)"', table))
    assert keys == set(KEYS)


@pytest.mark.parametrize("name", ORDER)
def test_the_shipped_lessons_are_sound(page: Page, name: str):
    lesson = page.get(f"lessons/{name}")
    assert lesson["problems"] == []
    assert 4 <= len(lesson["cards"]) <= 6
    assert any("?" in card["text"] for card in lesson["cards"])  # it asks before it shows
    for card in lesson["cards"]:
        state, problems = check(card["link"])
        assert problems == []
        assert state.get("model", "quick") in recipe_names()
        if "ink" in state:
            assert not draw(state["ink"], state.get("pen", 18)).is_a_dot


def test_a_teachers_lesson_is_listed_beside_ours(page: Page):
    folder = page.box.home / "lessons"
    folder.mkdir(parents=True)
    (folder / "ours.md").write_text("# Our class\n\nLook.\n[Go](#v=data)\n")
    listed = page.get("lessons")["lessons"]
    assert [entry["lesson"] for entry in listed] == [*ORDER, "ours"]
    assert listed[-1] == {"lesson": "ours", "title": "Our class", "cards": 1, "own": True}
    assert page.get("lessons/ours")["cards"] == [{"text": "Look.", "label": "Go", "link": "v=data", "line": 4}]
    for name in ("nothing", "..%2fours", "../../x"):
        assert page.client.get(f"/api/lessons/{name}").status_code == 404


def test_a_lesson_is_checked_line_by_line():
    lesson = parse_lesson(
        "x", "Words that\ngo on\n[One](#v=nowhere)\n\n[Two](#v=train)\nmore\n[Three](http://a/)\n\nend\n"
    )
    assert lesson["title"] == "x"
    assert [card["text"] for card in lesson["cards"]] == ["Words that go on", "", "more"]
    told = {(problem["line"], problem["what"].split(":")[0]) for problem in lesson["problems"]}
    assert told == {
        (1, "no title"),
        (3, "'v'"),
        (5, "a link without words before it"),
        (7, "the link has no '#'"),
        (9, "words without a link after them, such as [Try it](#v=inside)"),
    }
    assert [problem["what"] for problem in parse_lesson("x", "")["problems"]][1].startswith("no cards")


@given(st.text(max_size=400))
def test_any_text_is_a_lesson_or_says_why_not(text: str):
    lesson = parse_lesson("x", text)
    assert lesson["problems"] or lesson["cards"]


def test_dropped_lessons_and_links_are_checked(page: Page):
    answer = page.client.post("/api/lessons/check", content=b"# A\n\nB\n[C](#v=inside)\n")
    assert page.told(answer, 200)["cards"][0]["link"] == "v=inside"
    assert page.client.post("/api/lessons/check", content=b"\xff" * 300_000).status_code == 413
    assert page.client.post("/api/lessons/check", content=b"\xff\x00").status_code == 200
    assert page.post("links/check", link="#v=inside&x=1")["state"] == {"v": "inside"}


def test_the_lesson_that_the_guide_shows_is_one():
    guide = (Path(__file__).parents[2] / "docs" / "lessons.md").read_text(encoding="utf-8")
    shown = guide.partition("```\n")[2].partition("```")[0]
    lesson = parse_lesson("own", shown)
    assert (lesson["title"], len(lesson["cards"]), lesson["problems"]) == ("A four that wants to be a nine", 3, [])
    table = guide.partition("## What a link can say")[2]
    examples = re.findall(r"`([a-z]+=[^`…]+)`", table)
    assert len(examples) > 15
    assert [problem for each in examples for problem in check(f"#{each}")[1]] == []
