"""Functions of a notebook, saved as a program that runs in a terminal.

The program stands beside the notebook and needs nothing of the course but what its functions
import. It is no package and no installer: one file, for a person to read, start and change.
"""

import ast
import dis
import inspect
import linecache
import os
import symtable
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any

from netlib.errors import NetlibError

__all__ = ["save_program"]

# Annotations are not looked up when it runs: they may name what is in no part.
_HEAD = "from __future__ import annotations\n\nimport sys"
_MADE = "<string>"  # where the methods are from that @dataclass has made
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
    Functions and classes of the notebook that a part calls come along, before it; so do modules
    and constants that its cells have, unless given defines them.

    Args:
        name: of the file, which is written anew each time.
        given: lines for its beginning, such as imports and numbers that the parts need.
        parts: functions and classes of this notebook, in the order in which they stand there.

    Raises:
        NetlibError: the source of a part is not to be had.
    """
    if not parts:
        raise TypeError("save_program() expected a function to start with; got none")
    found = _with_what_they_use(parts)
    head = "\n".join(filter(None, [_HEAD, given.strip(), *_lines(found, given)]))
    texts = [head, *map(_source, found)]
    path = Path(name)
    end = _END.format(main=parts[-1].__name__)
    path.write_text("\n\n\n".join(texts) + "\n" + end, encoding="utf-8")
    return path


def _with_what_they_use(parts: tuple[Callable[..., Any], ...]) -> list[Callable[..., Any]]:
    """Return parts, and before each what it names of the same notebook, however far that goes."""
    found: list[Callable[..., Any]] = []
    seen: set[int] = set()

    def add(part: Callable[..., Any]) -> None:
        if id(part) not in seen:
            seen.add(id(part))
            for used in _used(part):
                add(used)
            found.append(part)

    for part in parts:
        add(part)
    return found


def _lines(parts: list[Callable[..., Any]], given: str) -> list[str]:
    """Return lines for what parts name besides parts: imports and constants."""
    names: dict[str, Any] = {}
    for part in parts:
        names |= _named(part)
    own = {part.__module__ for part in parts}
    found = {
        name: _line(name, value)
        for name, value in names.items()
        if getattr(value, "__module__", None) not in own
    }
    return [line for name, line in found.items() if line and name not in _bound(given)]


def _line(name: str, value: Any) -> str:
    """Return the line that gives a program this name, if one can."""
    home = getattr(value, "__module__", None)
    if isinstance(value, ModuleType):
        return f"import {value.__name__}" + (f" as {name}" if value.__name__ != name else "")
    if isinstance(value, int | float | str | bytes):
        return f"{name} = {value!r}"
    if home and getattr(sys.modules.get(home), name, None) is value:
        return f"from {home} import {name}"
    return ""


def _bound(given: str) -> set[str]:
    """Return the names that some lines define."""
    scope = symtable.symtable(given, "given", "exec")
    names = map(scope.lookup, scope.get_identifiers())
    return {name.get_name() for name in names if name.is_imported() or name.is_assigned()}


def _used(part: Callable[..., Any]) -> Iterator[Callable[..., Any]]:
    """Yield the functions and classes that a part names and its notebook defines."""
    names = _named(part)
    for value in (*getattr(part, "__bases__", ()), *names.values()):
        is_ours = isinstance(value, FunctionType | type) and value.__module__ == part.__module__
        if is_ours and value is not part:
            yield value


def _named(part: Callable[..., Any]) -> dict[str, Any]:
    """Return the global names that a part looks up, with their values."""
    functions, node = _functions(part), _found(part)[0]
    known = functions[0].__globals__ if functions else vars(sys.modules[part.__module__])
    named = [*_at_definition(node)]
    for function in functions:
        named += _names(function.__code__)
    return {name: known[name] for name in named if name in known}


def _at_definition(node: ast.AST) -> Iterator[str]:
    """Yield the names that are looked up when it is defined: in decorators, defaults, bases, and
    for a class's attributes."""
    for each in ast.walk(node):
        looked_up: list[ast.expr] = list(getattr(each, "decorator_list", ()))
        if isinstance(each, ast.ClassDef):
            values = [getattr(line, "value", None) for line in each.body]
            looked_up += [*each.bases, *filter(None, values)]
        if isinstance(each, ast.arguments):
            looked_up += [*each.defaults, *filter(None, each.kw_defaults)]
        for tree in looked_up:
            yield from (name.id for name in ast.walk(tree) if isinstance(name, ast.Name))


def _names(code: CodeType) -> Iterator[str]:
    for step in dis.get_instructions(code):
        if step.opname == "LOAD_GLOBAL":  # not an attribute of that name
            yield step.argval
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            yield from _names(inner)


def _source(part: Callable[..., Any]) -> str:
    """Return a function or class as its cell has it, decorators and all."""
    return _found(part)[1]


def _found(part: Callable[..., Any]) -> tuple[ast.AST, str]:
    """Return a function or class as its cell has it: parsed, and as text."""
    codes = [function.__code__ for function in _functions(part)]
    places: list[tuple[str, int | None]]
    places = [(code.co_filename, code.co_firstlineno) for code in codes]
    if isinstance(part, type) and not codes:  # a class without methods names no file
        cells = [name for name in linecache.cache if not os.path.exists(name)]
        places = [(name, None) for name in reversed(cells)]
    for file, line in places:
        lines = linecache.getlines(file)
        try:
            cell = ast.parse("".join(lines))
        except SyntaxError:  # the file has changed since
            continue
        for node in cell.body:
            if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                continue
            first = min([node.lineno, *(each.lineno for each in node.decorator_list)])
            last = node.end_lineno or first
            if node.name == part.__name__ and (line is None or first <= line <= last):
                return node, "".join(lines[first - 1 : last]).rstrip()
    name = getattr(part, "__name__", part)
    raise NetlibError(f"expected {name} to be defined in a cell: run that cell, then save again")


def _functions(part: Callable[..., Any]) -> list[FunctionType]:
    """Return a function, or the methods of a class."""
    part = inspect.unwrap(part)
    values = vars(part).values() if isinstance(part, type) else [part]
    unwrapped = [inspect.unwrap(value) if callable(value) else value for value in values]
    functions = [value for value in unwrapped if isinstance(value, FunctionType)]
    return [each for each in functions if each.__code__.co_filename != _MADE]
