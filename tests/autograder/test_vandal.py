"""One student among four hands in whatever a file system can hold: the others notice nothing.

The whole way in one process, on a course of one small chapter: collect, autograde (stock
nbgrader's or `autograder grade`), feedback, release, export, and what the formgrader asks for.
nbgrader and its gradebook are real, judging is a stand-in. `LIVE_SOCKETS_VANDALS=200` tries more.
"""

import importlib.util
import json
import logging
import os
import shutil
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from nbgrader.api import Gradebook
from nbgrader.apps import NbGraderAPI
from nbgrader.coursedir import CourseDirectory
from nbgrader.utils import notebook_hash
from traitlets.config.loader import PyFileConfigLoader

from autograder.grading import grade as grading
from autograder.grading.farm import Event, Unit
from autograder.nbgrader_bridge import Export, preprocessors
from autograder.notebooks import chapter, rebuild

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
WHEN = "2026-01-01 00:00:00 UTC"
HONEST = ("anna", "ben", "zoe")
KEPT = "kept"  # the course as it is before anybody hands in
VARIABLE = "LIVE_SOCKETS_VANDALS"

# nbgrader 0.9.6 and the libraries below it warn of their own future; that is not ours to mend.
pytestmark = pytest.mark.filterwarnings("ignore")


def _load(name: str) -> ModuleType:
    """Import a neighbour: tests are no package."""
    spec = importlib.util.spec_from_file_location(f"vandal_{name}", HERE / f"{name}.py")
    assert spec is not None and spec.loader is not None
    loaded = sys.modules[spec.name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return loaded


bridge = _load("test_nbgrader_bridge")
CHAPTER: str = bridge.CHAPTER
NOTEBOOK = f"{CHAPTER}.ipynb"

# -- what a vandal does ------------------------------------------------------------------------

Place = bytes  # of a file or folder that is to be made


def rubbish(place: Place) -> None:
    Path(os.fsdecode(place)).write_bytes(b"\xff\x00rubbish\n\x1b[2J")


def nothing(place: Place) -> None:
    """Leave it out."""


def empty(place: Place) -> None:
    Path(os.fsdecode(place)).touch()


def huge(place: Place) -> None:
    with open(place, "wb") as file:
        file.truncate(300_000_000)


def fifo(place: Place) -> None:
    os.mkfifo(place)


def unix_socket(place: Place) -> None:
    folder, name = os.path.split(place)
    here = os.open(folder, os.O_PATH)  # names of sockets may have 107 bytes
    with socket.socket(socket.AF_UNIX) as sock:
        sock.bind(b"/proc/self/fd/%d/%s" % (here, name))
    os.close(here)


def link_to_a_classmate(place: Place) -> None:
    os.symlink(os.fsencode(Path("submitted", "anna", CHAPTER).absolute()), place)


def link_to_a_notebook(place: Place) -> None:
    os.symlink(os.fsencode(Path("submitted", "anna", CHAPTER, NOTEBOOK).absolute()), place)


def link_to_nothing(place: Place) -> None:
    os.symlink(b"nowhere", place)


def link_to_itself(place: Place) -> None:
    os.symlink(os.path.basename(place), place)


def folder(place: Place) -> None:
    os.mkdir(place)
    os.symlink(b"/etc", os.path.join(place, b"etc"))
    os.mkfifo(os.path.join(place, b"fifo.ipynb"))


def unreadable(place: Place) -> None:
    os.mkdir(place, 0)


def notebook(place: Place) -> None:
    data = json.dumps(bridge.notebook(echo="def echo(): 'right, and noted'"))
    Path(os.fsdecode(place)).write_text(data)


def the_time(place: Place) -> None:
    Path(os.fsdecode(place)).write_text(WHEN)


def a_time_that_is_a_file(place: Place) -> None:
    Path(os.fsdecode(place)).write_text("2026-01-01 00:00:00 /proc/self/environ")


KINDS = (
    *(rubbish, nothing, empty, huge, fifo, unix_socket, link_to_a_classmate, link_to_a_notebook),
    *(link_to_nothing, link_to_itself, folder, unreadable, notebook, the_time),
    a_time_that_is_a_file,
)
Make = Callable[[Place], None]

name = st.one_of(
    st.sampled_from(
        [
            *(
                b"vandal",
                b"..x",
                b".hidden",
                b"a\nb",
                b"\x1b[2Jb",
                b"\xff\xfe",
                b"x" * 254,
                b"anna",
            ),
            *(
                b"a,b",
                b"{x}",
                b"[ab]*",
                b"%s%n",
                b"-rf",
                b"a b",
                "安娜".encode(),
                b"x+y",
                b"ben,zoe",
            ),
            *(b"<img src=x onerror=alert(1)>", b"sitecustomize.py", NOTEBOOK.encode()),
            *(b"ch99_echo (1).ipynb", b"timestamp.txt", b"submission_secret.txt"),
        ]
    ),
    st.binary(min_size=1, max_size=40),
).filter(lambda name: not {0, 47} & set(name) and name not in (b".", b".."))
time = st.sampled_from([WHEN.encode(), b"later", b"9" * 60, b"2099-12-31 00:00:00 UTC", b""])
inside = st.dictionaries(
    st.one_of(
        st.sampled_from([NOTEBOOK.encode(), b"timestamp.txt", b"submission_secret.txt"]), name
    ),
    st.sampled_from(KINDS),
    max_size=6,
)
handed_in = st.tuples(name, time, st.one_of(inside, st.sampled_from(KINDS)))
Handed = tuple[bytes, bytes, Any]
Unpacked = tuple[bytes, Any, bool]


def put(place: Place, what: Any) -> None:
    """Make a folder with such files in it, or something else in its place."""
    with suppress(FileExistsError, OSError):  # a name that this file system does not take
        if not isinstance(what, dict):
            what(place)
            return
        os.makedirs(place)
        for file, make in what.items():
            with suppress(OSError):
                make(os.path.join(place, file))


# -- a class -----------------------------------------------------------------------------------


class Class:
    """A course in a folder: the three honest students, and how far it got."""

    def __init__(self, root: Path) -> None:
        self.root = root
        shutil.copy(ROOT / "nbgrader_config.py", root)
        self.inbound = root / "exchange" / "live_sockets" / "inbound"
        made = bridge.Class(root)
        made.release()
        self._clear()
        for student in HONEST:  # once, so that nothing is made anew for every example
            folder = root / "submitted" / student / CHAPTER
            folder.mkdir(parents=True)
        shutil.rmtree(root / "submitted")
        shutil.copy(root / "gradebook.db", root / KEPT)

    def _clear(self) -> None:
        for name in ("submitted", "autograded", "feedback", "set_aside", "exchange", ".judged"):
            if (self.root / name).exists():
                for folder, _, _ in os.walk(self.root / name):
                    os.chmod(folder, 0o700)
                shutil.rmtree(self.root / name)

    def go(self, who: str, handed: list[Handed], unpacked: list[Unpacked]) -> "Left":
        """Hand in, go the whole way, and return what is left of the honest."""
        self._clear()
        shutil.copy(self.root / KEPT, self.root / "gradebook.db")
        self.inbound.mkdir(parents=True)
        for number, student in enumerate(HONEST):
            there = self.inbound / f"{student}+{CHAPTER}+{WHEN}+{number}"
            there.mkdir()
            (there / "timestamp.txt").write_text(WHEN)
            (there / "submission_secret.txt").write_text(f"secret of {student}")
            right = "'right, and noted'" if number else "..."
            text = json.dumps(bridge.notebook(echo=f"def echo(): {right}"))
            (there / NOTEBOOK).write_text(text)
        for student, time, what in handed:
            full = b"+".join([student, CHAPTER.encode(), time, b"x"])
            put(os.path.join(os.fsencode(self.inbound), full), what)
        api = self._api()
        said = [_log(api.collect(CHAPTER))]
        for student, what, whole in unpacked:
            place = os.path.join(os.fsencode(self.root), b"submitted", student)
            put(place if whole else os.path.join(place, CHAPTER.encode()), what)
        if who == "nbgrader":
            said.append(_log(api.autograde(CHAPTER, "*")))
        else:
            done = grading.grade(CHAPTER, farm=_Nowhere, stream=open(os.devnull, "w"))
            assert set(HONEST) <= set(done.graded)
            said += [f"{student}: {why}" for student, why in done.failed.items()]
        said += [_log(api.generate_feedback(CHAPTER)), _log(api.release_feedback(CHAPTER))]
        assert "\x1b" not in "".join(said)
        return Left(self, api, "\n".join(said))

    def _api(self) -> Any:
        loader = PyFileConfigLoader("nbgrader_config.py", path=str(self.root))
        config = loader.load_config()
        config.CourseDirectory.root = str(self.root)
        return NbGraderAPI(CourseDirectory(config=config), config=config)


def _log(done: dict[str, Any]) -> str:
    return str(done.get("log", "")) + str(done.get("error", ""))


class _Nowhere:
    """A farm that judges nothing: the pipeline does."""

    def __init__(self, units: list[Unit], version: str) -> None:
        self._units = units

    def events(self) -> Iterator[Event]:
        for unit in self._units:
            yield Event("open", unit.student)

    def close(self) -> None:
        pass


class Left:
    """What a class has of its honest students at the end."""

    def __init__(self, course: Class, api: Any, said: str) -> None:
        self.said = said
        with Gradebook(f"sqlite:///{course.root}/gradebook.db") as gradebook:
            table = course.root / "grades.csv"
            Export(to=str(table)).export(gradebook)
        self.grades = [
            line for line in table.read_text().split("\n") if line.startswith(CHAPTER) and _of(line)
        ]
        self.pages = {
            (step, student): (course.root / step / student / CHAPTER / file).read_bytes()
            for step, file in (("autograded", NOTEBOOK), ("feedback", f"{CHAPTER}.html"))
            for student in HONEST
        }
        self.released = [
            (course.inbound.parent / "feedback" / f"{_page(student)}.html").read_bytes()
            for student in HONEST
        ]
        for asked in (api.get_submissions(CHAPTER), api.get_students(), api.get_assignments()):
            json.dumps(asked, ensure_ascii=False, default=str).encode()
        self.shown = [
            {name: value for name, value in row.items() if name != "id"}
            for row in api.get_submissions(CHAPTER)
            if row["student"] in HONEST
        ]

    def __eq__(self, other: object) -> bool:
        return vars(self) | {"said": ""} == vars(other) | {"said": ""}


def _of(line: str) -> bool:
    return line.split(",")[3] in HONEST


def _page(student: str) -> str:
    return str(notebook_hash(secret=f"secret of {student}", notebook_id=CHAPTER))


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Class]:
    """A course with one chapter, in which the class is graded again and again."""
    root = tmp_path_factory.mktemp("vandal")
    handlers, propagate = list(logging.getLogger("traitlets").handlers), sys.path[:]
    with pytest.MonkeyPatch.context() as patch:
        for module in (chapter, rebuild, grading):
            patch.setattr(module, "ROOT", root)
        for kept in ("Journal", "Results"):
            patch.setattr(grading, kept, partial(getattr(grading, kept), root=root))
        patch.setattr(grading, "Lock", partial(grading.Lock, root))
        patch.setattr(grading, "version", lambda assignment: "1")
        patch.setattr(preprocessors, "judge", bridge.stand_in)
        patch.delenv("LIVE_SOCKETS_EXCHANGE", raising=False)
        patch.setattr(sys, "argv", ["nbgrader"])
        patch.chdir(root)
        chapter.chapter.cache_clear()
        yield Class(root)
    chapter.chapter.cache_clear()
    logging.getLogger("traitlets").handlers[:] = handlers
    sys.path[:] = propagate


@pytest.fixture(scope="module")
def undisturbed(course: Class) -> dict[str, Left]:
    """What is left without a vandal."""
    return {who: course.go(who, [], []) for who in ("nbgrader", "autograder")}


FULL = {
    NOTEBOOK.encode(): notebook,
    b"x" * 254: fifo,
    b"y" * 255: link_to_a_notebook,
    b"\xff.ipynb": fifo,
    b"timestamp.txt": a_time_that_is_a_file,
    b"submission_secret.txt": empty,
    b"z\x1b\n": rubbish,
}


@settings(
    max_examples=int(os.environ.get(VARIABLE, "4")),
    derandomize=VARIABLE not in os.environ,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
@given(
    who=st.sampled_from(["nbgrader", "autograder"]),
    handed=st.lists(handed_in, max_size=4),
    unpacked=st.lists(
        st.tuples(name, st.one_of(inside, st.sampled_from(KINDS)), st.booleans()), max_size=4
    ),
)
@example(
    who="autograder",
    handed=[(b"vandal", WHEN.encode(), FULL), (b"..x", WHEN.encode(), FULL)],
    unpacked=[(name, FULL, False) for name in (b"..x", b"a\nb", b"\xff", b"\x1b[2J", b"full")]
    + [(b"linked", link_to_a_classmate, False), (b"linked2", link_to_a_classmate, True)]
    + [(b"filed", rubbish, False), (b"mallory", {b"timestamp.txt": fifo}, False)],
)
@example(
    who="nbgrader",
    handed=[(b"vandal", WHEN.encode(), FULL), (b"a\nb", WHEN.encode(), fifo)],
    unpacked=[(name, FULL, False) for name in (b"..x", b"a\nb", b"\xff", b"\x1b[2J", b"full")]
    + [(b"linked", link_to_a_classmate, False), (b"linked2", link_to_a_classmate, True)]
    + [(b"filed", rubbish, False), (b"ben,zoe", {NOTEBOOK.encode(): fifo}, False)],
)
def test_the_honest_have_what_they_have_without_a_vandal(
    course: Class,
    undisturbed: dict[str, Left],
    who: str,
    handed: list[Handed],
    unpacked: list[Unpacked],
) -> None:
    honest = {student.encode() for student in HONEST}
    theirs = [row for row in handed if row[0] not in honest]  # the owner is told by the account
    besides = [row for row in unpacked if row[0] not in honest]
    left = course.go(who, theirs, besides)
    assert left == undisturbed[who]


def test_who_is_left_out_is_named(course: Class) -> None:
    names = [b"..x", b"a\nb", b"\xff", b"\x1b[2J"]
    for who in ("nbgrader", "autograder"):
        handed: list[Handed] = [(name, WHEN.encode(), FULL) for name in names]
        left = course.go(who, handed, [(name, FULL, False) for name in names])
        for shown in ("..x", r"a\nb", r"\udcff", r"\x1b[2J"):
            assert f"Not collected: '{shown}+" in left.said
            assert f"'{shown}' cannot be a student's id" in left.said
