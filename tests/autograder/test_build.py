"""What a build makes of a small chapter, with nbgrader and a kernel in earnest."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import nbformat
import pytest

from autograder.authoring import build as building
from autograder.authoring.build import (
    SourceError,
    UnknownChapter,
    build,
    chapters,
    release_path,
    solved_path,
    source_notebook,
    stamp_all,
)
from autograder.authoring.source import digest

ENGLISH = "# Toys\n\nOne toy is enough."
TEXT = f"""\
# %% [markdown] id="toys" lang="en"
# # Toys
#
# One toy is enough.
# %% [markdown] id="toys" lang="zh" of="{digest(ENGLISH)}"
# # 玩具
# %% id="given" setup=true
def check(exercise):
    print("checked", exercise)
# %% id="here" demo=true tags=["nbval-ignore-output"]
import os
print(os.getcwd())
# %% id="double" solution="ch99/double"
def double(n):
    '''Return twice n.'''
    ### BEGIN SOLUTION
    return 2 * n
    ### END SOLUTION
# %% id="check-double" check="ch99/double"
check("ch99/double")
# %% id="twice" demo=true
double(21)
"""


@dataclass(frozen=True)
class Toy:
    """An exercise, as far as a build is concerned."""

    id: str = "ch99/double"
    points: float = 2
    rules: Sequence[object] = ("a rule",)


def toys(chapter: str) -> Sequence[Toy]:
    return [Toy()]


def course(root: Path) -> Path:
    wrong = root / "tests" / "submissions" / "ch99" / "double"
    wrong.mkdir(parents=True)
    for name in ("adds_two", "returns_none", "squares"):
        (wrong / f"{name}.py").write_text("# misconception: UDP-05\n")
    source = root / "solutions" / "ch99_toy.py"
    source.parent.mkdir()
    source.write_text(TEXT, encoding="utf-8")
    return source


@pytest.fixture
def root(tmp_path: Path) -> Path:
    course(tmp_path)
    return tmp_path


@dataclass(frozen=True)
class Done:
    """A course that was built once."""

    root: Path
    changed: tuple[str, ...]

    @property
    def paths(self) -> list[Path]:
        return chapters(self.root)

    def files(self) -> dict[str, bytes]:
        found = [*self.root.glob("notebooks/**/*"), *self.root.glob("solutions/*")]
        return {str(path): path.read_bytes() for path in found if path.is_file()}

    def notebook(self, language: str) -> dict:
        return json.loads(release_path(self.root, "ch99_toy", language).read_bytes())

    @property
    def solved(self) -> dict:
        return json.loads(solved_path(self.root, "ch99_toy").read_bytes())


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Done:
    root = tmp_path_factory.mktemp("course")
    source = course(root)
    built = build([source], root, catalogue=toys)
    assert built.problems == () and built.warnings == ()
    return Done(root, built.changed)


@pytest.fixture
def done(made: Done) -> Iterator[Done]:
    """The built course; what a test changes in it is put back."""
    before = made.files()
    yield made
    for path, content in before.items():
        Path(path).write_bytes(content)


@pytest.fixture
def released(done: Done, monkeypatch: pytest.MonkeyPatch) -> None:
    """The releases that there are, for tests of the solved notebook: nbgrader takes seconds."""
    releases = {
        f"ch99_toy.{language}": release_path(done.root, "ch99_toy", language).read_text("utf-8")
        for language in ("en", "zh")
    }
    monkeypatch.setattr(building, "release_notebooks", lambda texts: releases)


def cell(notebook: dict, id_: str) -> dict:
    (found,) = [cell for cell in notebook["cells"] if cell["id"] == id_]
    return found


def test_a_build_makes_two_releases_and_the_solved_notebook(done):
    assert done.changed == (
        "notebooks/en/ch99_toy/ch99_toy.ipynb",
        "notebooks/zh/ch99_toy/ch99_toy.ipynb",
        "solutions/ch99_toy.ipynb",
    )


def test_a_second_build_changes_no_byte(done):
    before = done.files()
    assert build(done.paths, done.root, catalogue=toys).changed == ()
    assert done.files() == before


def test_no_scratch_file_is_left(done):
    assert [path for path in done.files() if "/." in path.removeprefix(str(done.root))] == []


def test_the_release_has_stubs_and_no_solution(done):
    for language in ("en", "zh"):
        text = "".join(cell(done.notebook(language), "double")["source"])
        assert "return 2 * n" not in text
        assert text.endswith("    # YOUR CODE HERE\n    raise NotImplementedError()")
        assert "SOLUTION" not in text


def test_the_release_has_no_outputs(done):
    for language in ("en", "zh"):
        code = [c for c in done.notebook(language)["cells"] if c["cell_type"] == "code"]
        assert all(c["outputs"] == [] and c["execution_count"] is None for c in code)


def test_prose_is_in_the_notebooks_language(done):
    assert "".join(cell(done.notebook("en"), "toys")["source"]) == ENGLISH
    assert "".join(cell(done.notebook("zh"), "toys")["source"]) == "# 玩具"
    assert [c["id"] for c in done.notebook("en")["cells"]] == [
        c["id"] for c in done.notebook("zh")["cells"]
    ]


def test_cells_say_their_role_and_exercise(done):
    notebook = done.notebook("zh")
    assert notebook["metadata"]["live_sockets"] == {"chapter": "ch99_toy", "language": "zh"}
    assert notebook["metadata"]["kernelspec"]["name"] == "python3"
    assert notebook["metadata"]["language_info"] == {"name": "python"}
    roles = {c["id"]: c["metadata"].get("live_sockets") for c in notebook["cells"]}
    assert roles == {
        "toys": None,
        "given": {"role": "setup"},
        "here": {"role": "demo"},
        "double": {"role": "solution", "exercise": "ch99/double"},
        "check-double": {"role": "check", "exercise": "ch99/double"},
        "twice": {"role": "demo"},
    }
    assert cell(notebook, "here")["metadata"]["tags"] == ["nbval-ignore-output"]


def test_only_the_check_is_locked_and_it_has_the_points(done):
    notebook = done.notebook("en")
    graded = {c["id"]: c["metadata"]["nbgrader"] for c in notebook["cells"][3:5]}
    assert graded["double"]["solution"] and not graded["double"]["locked"]
    assert graded["check-double"]["grade"] and graded["check-double"]["points"] == 2
    locked = [c["id"] for c in notebook["cells"] if c["metadata"].get("editable") is False]
    assert locked == ["check-double"]


def test_the_solved_notebook_has_solutions_and_outputs_and_no_times(done):
    nbformat.validate(nbformat.from_dict(done.solved))
    assert "return 2 * n" in "".join(cell(done.solved, "double")["source"])
    assert cell(done.solved, "twice")["outputs"][0]["data"]["text/plain"] == ["42"]
    assert cell(done.solved, "check-double")["outputs"][0]["text"] == ["checked ch99/double\n"]
    assert all("execution" not in c["metadata"] for c in done.solved["cells"])
    assert done.solved["metadata"]["language_info"] == {"name": "python"}


def test_the_solved_notebook_runs_in_an_empty_folder(done):
    (output,) = cell(done.solved, "here")["outputs"]
    folder = "".join(output["text"]).strip()
    assert not Path(folder).exists()
    assert str(done.root) not in folder


def test_outputs_of_the_solved_notebook_are_not_compared(done, released):
    path = solved_path(done.root, "ch99_toy")
    path.write_text(path.read_text(encoding="utf-8").replace("42", "43"), encoding="utf-8")
    built = build(done.paths, done.root, check=True, catalogue=toys)
    assert (built.problems, built.changed) == ((), ())
    forced = build(done.paths, done.root, catalogue=toys, force=True)
    assert forced.changed == ("solutions/ch99_toy.ipynb",)
    assert "43" not in path.read_text(encoding="utf-8")


def test_check_names_every_file_that_would_change_and_changes_none(done):
    text = TEXT.replace("is enough", "will do").replace("double(21)", "double(4)")
    done.paths[0].write_text(text, encoding="utf-8")
    before = done.files()
    built = build(done.paths, done.root, check=True, catalogue=toys)
    assert built.changed == done.changed
    assert [problem.line for problem in built.problems] == [5], "a stale translation fails a check"
    assert done.files() == before


def test_a_changed_solution_changes_the_solved_notebook_alone(done):
    done.paths[0].write_text(TEXT.replace("2 * n", "n + n"), encoding="utf-8")
    built = build(done.paths, done.root, catalogue=toys)
    assert built.changed == ("solutions/ch99_toy.ipynb",)


def test_a_cell_that_fails_is_named_and_the_solved_notebook_stays(done, released):
    done.paths[0].write_text(TEXT.replace("double(21)", "double(1, 2)"), encoding="utf-8")
    solved = solved_path(done.root, "ch99_toy").read_bytes()
    (problem,) = build(done.paths, done.root, catalogue=toys).problems
    line = TEXT[: TEXT.index("double(21)")].count("\n")
    assert str(problem) == (
        f"solutions/ch99_toy.py:{line}: This cell does not run: TypeError: double() takes 1 "
        "positional argument but 2 were given"
    )
    assert solved_path(done.root, "ch99_toy").read_bytes() == solved


def test_a_stale_translation_is_built_in_english_with_a_warning(done):
    done.paths[0].write_text(TEXT.replace("is enough", "will do"), encoding="utf-8")
    built = build(done.paths, done.root, catalogue=toys)
    assert built.problems == ()
    (warning,) = built.warnings
    assert str(warning).startswith("solutions/ch99_toy.py:5: The Chinese of 'toys' translates an")
    assert cell(done.notebook("zh"), "toys")["source"][-1] == "One toy will do."


def test_nothing_is_made_of_a_source_with_problems(root):
    source = root / "solutions" / "ch99_toy.py"
    source.write_text(TEXT.replace("setup=true", "setpu=true").replace('id="here" ', ""))
    built = build([source], root, catalogue=toys)
    assert [problem.line for problem in built.problems] == [7, 10]
    assert not (root / "notebooks").exists()


def test_stamp_all_names_the_cells_and_the_chapter_is_fresh(root):
    source = root / "solutions" / "ch99_toy.py"
    source.write_text(TEXT.replace("is enough", "will do"), encoding="utf-8")
    assert stamp_all([source], root) == ["solutions/ch99_toy.py: toys"]
    assert stamp_all([source], root) == []
    assert digest("# Toys\n\nOne toy will do.") in source.read_text(encoding="utf-8")


def test_a_source_notebook_holds_the_solution_for_nbgrader(root):
    source = root / "solutions" / "ch99_toy.py"
    text = source_notebook(source, "zh", toys)
    assert text == source_notebook(source, "zh", toys)
    notebook = json.loads(text)
    assert "return 2 * n" in "".join(cell(notebook, "double")["source"])
    assert cell(notebook, "check-double")["metadata"]["nbgrader"] == {
        "grade": True,
        "grade_id": "check-double",
        "locked": True,
        "points": 2,
        "schema_version": 3,
        "solution": False,
        "task": False,
    }


def test_no_source_notebook_is_made_of_a_broken_source(root):
    source = root / "solutions" / "ch99_toy.py"
    source.write_text(TEXT.replace("setup=true", "setpu=true"), encoding="utf-8")
    with pytest.raises(SourceError) as caught:
        source_notebook(source, "en", toys)
    assert str(caught.value) == (
        "solutions/ch99_toy.py:7: There is no key 'setpu': did you mean 'setup'?"
    )
    with pytest.raises(SourceError, match="There is no exercise 'ch99/double'"):
        source_notebook(root / "solutions" / "ch99_toy.py", "en", lambda chapter: [])


@pytest.mark.parametrize("name", ["ch99", "ch99_toy", "solutions/ch99_toy.py"])
def test_a_chapter_is_found_by_number_name_or_path(root, name):
    assert chapters(root, [name]) == [root / "solutions" / "ch99_toy.py"]


def test_an_unknown_chapter_is_a_sentence(root):
    with pytest.raises(UnknownChapter) as caught:
        chapters(root, ["ch98"])
    assert str(caught.value) == "There is no chapter 'ch98' in solutions/. There is ch99_toy."
