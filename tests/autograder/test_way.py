"""The record of practice, what is next, and the map of the course."""

import graphlib
import json
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import autograder
import autograder.zh
from autograder.cli import main
from autograder.notebooks.chapter import names
from autograder.rules import exercises
from autograder.way import record
from autograder.way.chapters import built, chapters
from autograder.way.course_map import course_map
from autograder.way.next_step import left_off, next_step
from autograder.way.record import keep, kept

FULL = "ch04/send_text"


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the record lies; it is not there yet."""
    path = tmp_path / "new" / "progress.json"
    monkeypatch.setenv("LIVE_SOCKETS_PROGRESS", str(path))
    return path


# -- the record --------------------------------------------------------------------------------


def test_it_lies_where_the_desktop_keeps_data(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("LIVE_SOCKETS_PROGRESS")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert record.place() == tmp_path / "live-sockets" / "progress.json"
    monkeypatch.delenv("XDG_DATA_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert record.place() == tmp_path / ".local/share/live-sockets/progress.json"


def test_the_best_is_kept_and_the_last(file: Path) -> None:
    for score in (1.5, 2.0, 0.5):
        keep(FULL, score, 2, f"text {score}")
    reached = kept()[FULL]
    assert (reached.best, reached.of, reached.last) == (2.0, 2, 0.5)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", reached.at)
    assert re.fullmatch(r"[0-9a-f]{64}", reached.text)
    assert json.loads(file.read_text())["format"] == 1


def test_off_keeps_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIVE_SOCKETS_PROGRESS", "off")
    keep(FULL, 2, 2, "")
    assert record.place() is None
    assert kept() == {}


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "[]",
        "\xff",
        "[" * 100_000,
        '{"format": 2, "exercises": {}}',
        '{"format": 1, "exercises": {"a": {"best": NaN, "of": 2, "last": 0, "at": ""}}}',
        '{"format": 1, "exercises": {"a": {"best": "2", "of": 2, "last": 0, "at": ""}}}',
    ],
)
def test_what_cannot_be_read_is_set_aside(file: Path, text: str) -> None:
    file.parent.mkdir()
    file.write_text(text, encoding="latin-1")
    assert kept() == {}
    keep(FULL, 2, 2, "")
    assert [*kept()] == [FULL]
    assert file.with_name("progress.json.unreadable").read_text(encoding="latin-1") == text


def test_a_folder_in_its_place_is_nobodys_fault(file: Path) -> None:
    file.mkdir(parents=True)
    keep(FULL, 2, 2, "")
    assert kept() == {}
    assert not [*file.parent.glob("progress.json.?*.?*")]  # no temporary file stays


def test_those_who_write_at_once_lose_nothing(file: Path) -> None:
    ids = [each.id for name in names() for each in exercises(name)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda id: keep(id, 1, 1, ""), ids))
    assert kept().keys() == {*ids}


# -- what is next --------------------------------------------------------------------------------


def solve(number: str, at_most: int = 100) -> None:
    for each in exercises(number)[:at_most]:
        keep(each.id, each.points, each.points, "")


def test_the_course_begins_with_the_first_chapter_that_is_there(file: Path) -> None:
    first = next(each.number for each in chapters() if built(each.number, "en"))
    following = left_off(kept(), "en")
    assert following is not None
    assert following.exercise == exercises(first)[0].id


def test_next_is_the_next_exercise_that_lacks_points(file: Path) -> None:
    second, third = (each.id for each in exercises("ch04")[1:3])
    keep(second, 1, 1, "")
    following = next_step("ch04", kept(), "en", after=FULL)
    assert following is not None
    assert following.exercise == third
    assert re.fullmatch(r"\.\./ch04_udp/ch04_udp\.ipynb#cell-id=[\w-]+", following.link)


def test_after_the_last_exercise_come_those_that_were_passed_over(file: Path) -> None:
    ids = [each.id for each in exercises("ch04")]
    for id in ids[1:]:
        keep(id, 1, 1, "")
    following = next_step("ch04", kept(), "en", after=ids[-1])
    assert following is not None
    assert following.exercise == FULL


@pytest.mark.parametrize("language", ["en", "zh"])
def test_after_a_chapter_comes_the_next_that_is_there(file: Path, language: str) -> None:
    solve("ch04")
    following = next_step("ch04", kept(), language, after=FULL)
    assert following is not None
    order = [each.number for each in chapters() if built(each.number, language)]
    assert following.chapter == order[order.index("ch04") + 1]
    assert following.exercise is None
    assert (
        following.link
        == f"../{built(following.chapter, language)}/"
        + following.link[-len(f"{built(following.chapter, language)}.ipynb") :]
    )
    assert left_off(kept(), language) == following


def test_at_the_end_nothing_is_next(file: Path) -> None:
    for name in names():
        solve(name)
    assert left_off(kept(), "en") is None
    assert str(course_map()).endswith("\n\nYou have done all that there is.")
    assert {stop.state for stop in course_map().stops} <= {"done", "coming"}


# -- the map -------------------------------------------------------------------------------------


def test_the_map_has_every_chapter_that_is_built_and_needs_only_chapters() -> None:
    known = {each.number: each for each in chapters()}
    assert {name.partition("_")[0] for name in names()} <= known.keys()
    order = graphlib.TopologicalSorter({each.number: each.needs for each in chapters()})
    assert {*order.static_order()} == known.keys()  # and no circle


def test_a_chapter_comes_after_what_it_needs() -> None:
    order = [each.number for each in chapters()]
    for each in chapters():
        assert all(order.index(need) < order.index(each.number) for need in each.needs), each


def test_the_map_shows_points_signs_and_what_is_next(file: Path) -> None:
    solve("ch04", 2)
    lines = str(course_map()).splitlines()
    (row,) = (line for line in lines if "one message" in line)
    assert re.match(r"▸  04  UDP: one message, one datagram +03 +5 / 20 +echo_server$", row)
    assert lines[-1] == "Next: ch04/echo_server"
    solve("ch04")
    assert re.search(r"(?m)^✓  04 .* 20 / 20 +done$", str(course_map()))


@pytest.mark.parametrize(("language", "coming"), [("en", "coming"), ("zh", "即将推出")])
def test_a_chapter_that_is_not_there_is_coming(file: Path, language: str, coming: str) -> None:
    shown = course_map(language)
    for stop in shown.stops:
        row = next(x for x in str(shown).splitlines() if stop.chapter.title.in_(language) in x)
        there = built(stop.chapter.number, language) is not None
        assert row.endswith(coming) != there
        assert (stop.link is not None) == there
    from netlib.columns import width

    assert max(map(width, str(shown).splitlines())) <= 78


def test_the_map_as_a_page_says_the_same(file: Path) -> None:
    solve("ch04", 2)
    page = course_map("zh")._repr_html_()
    text = re.sub(r"\s+", "", re.sub(r"<[^>]*>", "", page))
    assert text == re.sub(r"\s+", "", str(course_map("zh")))
    assert '<a href="../ch04_udp/ch04_udp.ipynb">' in page
    assert '<div lang="zh-Hans">' in page


def test_it_is_asked_for_as_check_is(file: Path) -> None:
    assert str(autograder.course_map()) == str(course_map("en"))
    assert str(autograder.zh.course_map()) == str(course_map("zh"))
    with pytest.raises(ValueError, match="expected a language"):
        course_map("fr")


def test_the_command_prints_it(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["progress", "--language", "zh"]) == 0
    assert capsys.readouterr().out == f"{course_map('zh')}\n"
