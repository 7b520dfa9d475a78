"""Notebook files: text to notebook and back, in the one form that git and nbgrader see.

The notebook format's own library does the work; it has no types, so this is where they end.
"""

import contextlib
import sys
from collections.abc import Iterator, Sequence


@contextlib.contextmanager
def without_a_grammar() -> Iterator[None]:
    """Import nbformat in this block: then jsonschema does without `rfc3987_syntax`, as where that
    is not installed. It would build a grammar for a second of CPU, for a format of texts that no
    schema of notebooks asks for."""
    name = "rfc3987_syntax"
    hidden = name not in sys.modules
    if hidden:
        sys.modules[name] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        if hidden:
            del sys.modules[name]


with without_a_grammar():
    import nbformat
    from nbformat import NotebookNode, ValidationError, v4

__all__ = [
    "LANGUAGE_INFO",
    "NotebookNode",
    "ValidationError",
    "code",
    "notebook",
    "prose",
    "reads",
    "v4",
    "without_a_grammar",
    "writes",
]

LANGUAGE_INFO = {"name": "python"}  # a kernel would add its version, which differs by machine
_KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}


def prose(id: str, source: str, metadata: dict[str, object]) -> dict[str, object]:
    """Return a markdown cell."""
    return {"cell_type": "markdown", "id": id, "metadata": metadata, "source": source}


def code(id: str, source: str, metadata: dict[str, object]) -> dict[str, object]:
    """Return a code cell that has not run."""
    return {
        "cell_type": "code",
        "execution_count": None,
        "id": id,
        "metadata": metadata,
        "outputs": [],
        "source": source,
    }


def notebook(cells: Sequence[dict[str, object]], ours: dict[str, str]) -> str:
    """Return a notebook file for the python3 kernel; ours is its live_sockets metadata."""
    metadata = {"kernelspec": _KERNEL, "language_info": LANGUAGE_INFO, "live_sockets": ours}
    file = {"cells": list(cells), "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    return writes(nbformat.from_dict(file))  # type: ignore[no-untyped-call]


def reads(text: str) -> NotebookNode:
    """Return the notebook of a file's text; raises what nbformat raises if it is none."""
    node: NotebookNode = nbformat.reads(text, as_version=4)  # type: ignore[no-untyped-call]
    return node


def writes(notebook: NotebookNode) -> str:
    """Return the file's text of a notebook, once it is seen to be one."""
    nbformat.validate(notebook)
    return str(nbformat.writes(notebook)) + "\n"  # type: ignore[no-untyped-call]
