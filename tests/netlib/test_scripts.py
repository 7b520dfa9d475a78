"""Programs that a notebook saves: what stands in them, and that they run without the course."""

import contextlib
import functools
import linecache
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from netlib.deadlines import stretched
from netlib.errors import NetlibError
from netlib.scripts import save_program

DEADLINE_S = stretched(60)

CELL = '''
import contextlib

def twice(text):
    """Say it twice."""
    return f"{text} {text}"

@contextlib.contextmanager
def loud():
    yield str.upper

class Counter:
    def __init__(self):
        self.n = 0

    def hit(self):
        self.n += 1
        return self.n

def main(word, *more):
    counter = Counter()
    counter.hit()
    with loud() as upper:
        print(upper(twice(word)), counter.hit(), len(more))
'''


def cell(source: str, name: str = "<cell 1>") -> dict[str, Any]:
    """Run a cell as a notebook does; return what it defines."""
    linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)
    names: dict[str, Any] = {"__name__": "__main__"}
    exec(compile(source, name, "exec"), names)
    return names


def run(path: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-I", path, *words], capture_output=True, text=True, timeout=DEADLINE_S
    )


@pytest.fixture
def beside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the notebook."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_functions_and_classes_of_cells_become_a_program(beside: Path) -> None:
    names = cell(CELL)
    parts = [names[name] for name in ("twice", "loud", "Counter", "main")]
    path = save_program("say.py", "import contextlib", *parts)
    assert path == Path("say.py")
    assert run(beside / path, "hello", "a", "b").stdout == "HELLO HELLO 2 2\n"
    text = path.read_text(encoding="utf-8")
    begin = "from __future__ import annotations\n\nimport sys\nimport contextlib\n\n\n"
    assert text.startswith(begin + "def twice(text):\n")
    assert '"""Say it twice."""' in text
    assert "@contextlib.contextmanager\ndef loud():" in text


USED = '''
class Odd(ValueError):
    """It is odd."""

class Odder(Odd):
    pass

def even(n):
    return n == 0 or odd(n - 1)

def odd(n):
    return n > 0 and even(n - 1)

def unused():
    return never

class Checked:
    limit = 3

    def check(self, text):
        if [each for each in text if odd(int(each))]:
            raise Odder(text)

def main(text):
    try:
        Checked().check(text)
    except Odd as error:
        print(type(error).__name__, error)
'''


def test_what_a_part_uses_comes_along_before_it(beside: Path) -> None:
    path = save_program("check.py", "", cell(USED, "<cell of the used>")["main"])
    text = path.read_text(encoding="utf-8")
    order = ["class Odd(", "class Odder(", "class Checked:", "def main("]
    assert sorted(order, key=text.index) == order
    assert [text.count(f"def {name}(") for name in ("even", "odd", "unused")] == [1, 1, 0]
    assert run(beside / path, "241").stdout == "Odder 241\n"


IMPORTS = """
import os.path as places
from collections import Counter
from collections.abc import Iterator

SIZE = 3
count = "of another cell"

def pieces(text) -> Iterator[str]:
    yield from (text[at : at + SIZE] for at in range(0, len(text), SIZE))

def main(text):
    print([*pieces(text)], Counter(text)["a"], text.count("b"))
    print(places.basename("over/there"))
"""


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("", "['abc', 'abc', 'd'] 2 2"),
        ("from collections import Counter\nSIZE = 2", "['ab', 'ca', 'bc', 'd'] 2 2"),
    ],
)
def test_what_its_cells_import_comes_along_unless_it_is_given(
    beside: Path, given: str, said: str
) -> None:
    names = cell(IMPORTS, "<cell with imports>")
    path = save_program("n.py", given, names["main"])
    assert run(path, "abcabcd").stdout == f"{said}\nthere\n"
    assert "of another cell" not in path.read_text(encoding="utf-8")


DEFINED = """
import time
from dataclasses import dataclass

SLOW = 3

def speed():
    return 5

@dataclass(frozen=True)
class Mark:
    text: str
    times: int = SLOW

class Clock:
    def __init__(self, now=time.monotonic, pace=speed):
        self.pace = pace

def main(text, *, mark=Mark):
    print(mark(text), Clock().pace())
"""


def test_what_is_looked_up_when_a_part_is_defined_comes_along(beside: Path) -> None:
    saving = "from netlib.scripts import save_program\nsave_program('mark.py', '', main)"
    ipython(beside, DEFINED, saving)
    done = run(beside / "mark.py", "tea")
    assert (done.stdout, done.stderr) == ("Mark(text='tea', times=3) 5\n", "")


def test_it_is_written_anew_with_what_is_defined_now(beside: Path) -> None:
    for number in (1, 2):
        names = cell(f"def main():\n    print({number})\n", f"<cell of run {number}>")
        path = save_program("n.py", "", names["main"])
    assert run(path).stdout == "2\n"


def test_a_wrapped_function_is_found(beside: Path) -> None:
    source = "def quiet(f):\n    return f\n\n@quiet\ndef main():\n    print('你好')\n"
    names = cell(source, "<cell with a decorator>")
    names["main"] = functools.wraps(names["main"])(lambda: names["main"]())
    path = save_program("n.py", "def quiet(f):\n    return f", names["main"])
    environment = {**os.environ, "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run([sys.executable, path], capture_output=True, env=environment)
    assert done.stdout.decode() == "你好\n"


def test_an_interrupt_ends_it_without_a_traceback(beside: Path) -> None:
    names = cell("def main():\n    raise KeyboardInterrupt\n", "<cell of an interrupt>")
    done = run(save_program("n.py", "", names["main"]))
    assert (done.returncode, done.stdout, done.stderr) == (0, "\n", "")


def test_what_no_cell_defines_is_said(beside: Path) -> None:
    names = cell("def main():\n    pass\n", "<cell that is gone>")
    del linecache.cache["<cell that is gone>"]
    sentence = "^expected main to be defined in a cell: run that cell, then save again$"
    with pytest.raises(NetlibError, match=sentence):
        save_program("n.py", "", names["main"])
    with pytest.raises(NetlibError, match="^expected len to be"):
        save_program("n.py", "", len)
    with pytest.raises(TypeError, match="expected a function to start with; got none$"):
        save_program("n.py", "import socket")
    assert not list(beside.iterdir())


def test_a_file_that_has_changed_is_not_read_for_another(beside: Path) -> None:
    names = cell("\n\ndef main():\n    pass\n", "<cell that changes>")
    for other in ("def other():\n    pass\n", "def main(:\n", "x = 1\ny = 2\nz = 3\n"):
        linecache.cache["<cell that changes>"] = (1, None, other.splitlines(True), "")
        with contextlib.suppress(NetlibError):
            save_program("n.py", "", names["main"])
            pytest.fail(f"it has read {other!r}")


def ipython(folder: Path, *cells: str) -> None:
    """Run cells as a notebook does, in a process of their own."""
    shell = (
        "from IPython.core.interactiveshell import InteractiveShell\n"
        "shell = InteractiveShell.instance()\n"
        f"for each in {cells!r}:\n"
        "    shell.run_cell(each).raise_error()\n"
    )
    root = Path(__file__).resolve().parents[2]
    environment = {**os.environ, "PYTHONPATH": str(root), "IPYTHONDIR": str(folder / "ipython")}
    subprocess.run(
        [sys.executable, "-c", shell],
        check=True,
        env=environment,
        capture_output=True,
        timeout=DEADLINE_S,
    )


def test_cells_of_ipython_are_found_classes_too(beside: Path) -> None:
    ipython(
        beside,
        "class Box:\n    def get(self):\n        return 7\n",
        "x = !true\ndef main():\n    print(Box().get())\n",
        'from netlib.scripts import save_program\nsave_program("box.py", "", Box, main)',
    )
    assert run(beside / "box.py").stdout == "7\n"
