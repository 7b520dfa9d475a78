"""The references of a chapter as functions, for programs that we did not write to talk to."""

import shutil
from collections.abc import Callable
from typing import Any

import pytest

from autograder.notebooks.chapter import reference

Program = Callable[[str], str]


def _names(chapter: str) -> dict[str, Any]:
    """Return everything that the given cells and the solutions of a chapter define."""
    names: dict[str, Any] = {"__name__": chapter}
    for cell in reference(chapter).cells:
        if cell.role in ("setup", "solution"):
            exec(compile(cell.source, f"<{cell.id}>", "exec"), names)
    return names


@pytest.fixture(scope="session")
def ch04() -> dict[str, Any]:
    """Everything that chapter 04 defines."""
    return _names("ch04")


@pytest.fixture(scope="session")
def ch05() -> dict[str, Any]:
    """Everything that chapter 05 defines."""
    return _names("ch05")


@pytest.fixture(scope="session")
def ch05b() -> dict[str, Any]:
    """Everything that chapter 05b defines."""
    return _names("ch05b")


@pytest.fixture(scope="session")
def ch17() -> dict[str, Any]:
    """Everything that chapter 17 defines."""
    return _names("ch17")


@pytest.fixture(scope="session")
def ch18() -> dict[str, Any]:
    """Everything that chapter 18 defines."""
    return _names("ch18")


@pytest.fixture
def program() -> Program:
    """Return the path of a program, or skip the test with what to install."""

    def find(name: str) -> str:
        path = shutil.which(name)
        if path is None:
            pytest.skip(f"there is no {name} here: install it to see it talk to our programs")
        return path

    return find
