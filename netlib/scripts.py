"""Functions of a notebook, saved as a program that runs in a terminal.

The program stands beside the notebook and needs nothing of the course but what its functions
import. It is no package and no installer: one file, for a person to read, start and change.
"""

import ast
import inspect
import linecache
from collections.abc import Callable
from pathlib import Path
from types import CodeType
from typing import Any

from netlib.errors import NetlibError

__all__ = ["save_program"]

_END = """

if __name__ == "__main__":
    try:
        {main}(*sys.argv[1:])
    except KeyboardInterrupt:  # Ctrl+C is how it is ended
        print()
"""


def save_program(name: str, given: str, *parts: Callable[..., Any]) -> Path:
    """Write a program to a file beside the notebook, and return its path.

        save_program("shout.py", "import socket", answer, main)

    The last part is called with the words of the command line, as text: main(*sys.argv[1:]).

    Args:
        name: of the file, which is written anew each time.
        given: lines for its beginning, such as the imports that the parts need.
        parts: functions and classes of this notebook, in the order in which they stand there.

    Raises:
        NetlibError: the source of a part is not to be had.
    """
    if not parts:
        raise TypeError("save_program() expected a function to start with; got none")
    texts = [f"import sys\n{given.strip()}", *map(_source, parts)]
    path = Path(name)
    end = _END.format(main=parts[-1].__name__)
    path.write_text("\n\n\n".join(texts) + "\n" + end, encoding="utf-8")
    return path


def _source(part: Callable[..., Any]) -> str:
    """Return a function or class as its cell has it, decorators and all."""
    for code in _codes(part):
        lines = linecache.getlines(code.co_filename)
        try:
            cell = ast.parse("".join(lines))
        except SyntaxError:  # the file has changed since
            continue
        for node in cell.body:
            if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
                continue
            first = min([node.lineno, *(each.lineno for each in node.decorator_list)])
            last = node.end_lineno or first
            if node.name == part.__name__ and first <= code.co_firstlineno <= last:
                return "".join(lines[first - 1 : last]).rstrip()
    name = getattr(part, "__name__", part)
    raise NetlibError(f"expected {name} to be defined in a cell: run that cell, then save again")


def _codes(part: Callable[..., Any]) -> list[CodeType]:
    """Return the code of a function, or of a class's methods."""
    part = inspect.unwrap(part)
    values = vars(part).values() if isinstance(part, type) else [part]
    found = [getattr(value, "__code__", None) for value in values]
    return [code for code in found if isinstance(code, CodeType)]
