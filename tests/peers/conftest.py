"""The references of a chapter as functions, for programs that we did not write to talk to."""

import contextlib
import os
import select
import shutil
import subprocess
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from autograder.notebooks.chapter import reference
from netlib.deadlines import stretched

DEADLINE_S = stretched(60)
Program = Callable[[str], str]


def _defined(chapter: str) -> Any:
    """Return a fixture: everything that the given cells and the solutions of a chapter define."""

    @pytest.fixture(scope="session", name=chapter)
    def names() -> dict[str, Any]:
        found: dict[str, Any] = {"__name__": chapter}
        for cell in reference(chapter).cells:
            if cell.role in ("setup", "solution"):
                exec(compile(cell.source, f"<{cell.id}>", "exec"), found)
        return found

    return names


ch01, ch02, ch03 = map(_defined, ("ch01", "ch02", "ch03"))
ch04, ch05, ch05b = map(_defined, ("ch04", "ch05", "ch05b"))
ch06, ch07, ch11 = map(_defined, ("ch06", "ch07", "ch11"))
ch13, ch13b = map(_defined, ("ch13", "ch13b"))
ch16, ch17, ch18 = map(_defined, ("ch16", "ch17", "ch18"))


@pytest.fixture
def program() -> Program:
    """Return the path of a program, or skip the test with what to install."""

    def find(name: str) -> str:
        path = shutil.which(name)
        if path is None:
            pytest.skip(f"there is no {name} here: install it to see it talk to our programs")
        return path

    return find


class Person:
    """Somebody who sits before a program, and types line by line."""

    def __init__(self, process: "subprocess.Popen[bytes]") -> None:
        self._process, self._shown = process, b""

    def types(self, line: str) -> None:
        """Type a line."""
        assert self._process.stdin is not None
        self._process.stdin.write(line.encode() + b"\n")

    def reads(self, text: str) -> None:
        """Wait until it shows that, behind what was read before."""
        assert self._process.stdout is not None
        while text.encode() not in self._shown:
            ready = select.select([self._process.stdout], [], [], DEADLINE_S)[0]
            assert ready, f"expected {text!r}; it shows {self._shown!r}"
            part = os.read(self._process.stdout.fileno(), 1024)
            assert part, f"expected {text!r}; it ended with {self._shown!r}"
            self._shown += part
        self._shown = self._shown.partition(text.encode())[2]


@contextlib.contextmanager
def _before(*command: str) -> Iterator[Person]:
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, bufsize=0) as process:
        try:
            yield Person(process)
        finally:
            process.kill()


@pytest.fixture
def person() -> Callable[..., contextlib.AbstractContextManager[Person]]:
    """Return what starts a program for somebody, and ends it: `with person(path, "-"):`."""
    return _before
