"""`nbgrader export`: who has how many points, and nothing that nobody was given."""

import csv
from pathlib import Path

import pytest
from nbgrader.api import Gradebook
from nbgrader.plugins import CsvExportPlugin

from autograder.nbgrader_bridge import Export

# nbgrader 0.9.6 and the libraries below it warn of their own future; that is not ours to mend.
pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture
def gradebook(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Gradebook:
    """Two chapters, of which one was handed in; three cells whose points add up badly."""
    monkeypatch.chdir(tmp_path)
    with Gradebook(f"sqlite:///{tmp_path}/gradebook.db") as gradebook:
        for chapter in ("ch04", "ch05"):
            gradebook.add_assignment(chapter)
            gradebook.add_notebook("n", chapter)
            for cell in "abc":
                gradebook.add_grade_cell(cell, "n", chapter, max_score=5, cell_type="code")
        gradebook.add_student("anna", last_name='O"Li, A')
        gradebook.add_student("ben")
        gradebook.add_submission("ch04", "anna")
        for cell, points in (("a", 0.1), ("b", 0.2), ("c", 3)):
            gradebook.find_grade(cell, "n", "ch04", "anna").auto_score = points
        gradebook.db.commit()
        yield gradebook


def rows(path: Path) -> list[dict[str, str]]:
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_table_is_nbgraders_but_for_what_nobody_handed_in(
    gradebook: Gradebook, tmp_path: Path
) -> None:
    CsvExportPlugin(to=str(tmp_path / "theirs.csv")).export(gradebook)
    gradebook.find_student("anna").last_name = "Li"
    Export().export(gradebook)
    ours, theirs = rows(tmp_path / "grades.csv"), rows(tmp_path / "theirs.csv")
    assert list(ours[0]) == list(theirs[0])[: len(ours[0])]
    assert {row["assignment"] for row in ours} == {"ch04"}
    assert {row["student_id"]: row["score"] for row in ours} == {"anna": "3.3", "ben": "0.0"}
    assert (tmp_path / "grades.csv").stat().st_mode & 0o077 == 0


def test_a_name_may_hold_what_it_likes(gradebook: Gradebook, tmp_path: Path) -> None:
    Export(to=str(tmp_path / "g.csv")).export(gradebook)
    assert 'O"Li, A' in {row["last_name"] for row in rows(tmp_path / "g.csv")}


def test_chapters_and_students_can_be_chosen(gradebook: Gradebook, tmp_path: Path) -> None:
    Export(to=str(tmp_path / "g.csv"), assignment=["ch05"], student=["ben"]).export(gradebook)
    (row,) = rows(tmp_path / "g.csv")
    assert (row["assignment"], row["student_id"], row["score"]) == ("ch05", "ben", "0.0")
