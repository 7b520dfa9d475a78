"""Attacks that are whole files, odd in form and right in content: all points are theirs."""

from typing import Any

from files import FILES, dump, file

__all__ = ["FILES"]


@file("broken", 20, 20)
def solved_on_windows(course: Any) -> bytes:
    """A right notebook with CR LF in its sources, and form feeds between its functions."""
    notebook = course.notebook(solved=True)
    for cell in notebook["cells"]:
        source = "".join(cell["source"]).replace("\n\n\n", "\n\f\n\n")
        cell["source"] = source.replace("\n", "\r\n")
    return dump(notebook)


@file("broken", 20, 20)
def solved_letter_by_letter(course: Any) -> bytes:
    """A right notebook whose sources are lists of letters, with magics in front and behind."""
    notebook = course.notebook(solved=True)
    for cell in notebook["cells"]:
        source = "".join(cell["source"])
        if cell["id"] in course.reference:
            source = f"%%time\n{source}\n%matplotlib inline\n!ls"
        cell["source"] = list(source)
    return dump(notebook)


@file("broken", 20, 20)
def solved_with_names_twice(course: Any) -> bytes:
    """JSON that says everything twice, first wrong; and numbers that are none in its metadata."""
    right = dump(course.notebook(solved=True))
    wrong = b'{"cells": [], "nbformat": 3, "metadata": {"x": NaN, "y": [-Infinity, 1e999]}, '
    return wrong + right.lstrip().removeprefix(b"{")


@file("broken", 20, 20)
def solved_in_a_format_of_the_future(course: Any) -> bytes:
    """A right notebook that says it is of format 4.99, with fields that nobody knows."""
    notebook = course.notebook(solved=True) | {"nbformat_minor": 99, "threads": [{"cells": []}]}
    for cell in notebook["cells"]:
        cell |= {"execution": {"state": "running"}, "outputs": {"": None}, "attachments": 5}
    return dump(notebook)
