"""Wrong programs made by machine: a right one with one small change of its syntax tree.

A change that does not compile, or compiles to what the program or another change of it compiles to,
is none.
"""

import ast
import marshal
import warnings
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from autograder.authoring.operators import OPERATORS, Other, of_no_matter

__all__ = ["Mutant", "mutants"]


@dataclass(frozen=True, slots=True)
class Mutant:
    """A program with one change.

    Attributes:
        old, new: the lines that differ, as Python writes them; several are joined by "; ",
            and of many only the first and last are said.
        nth: which of the places of the program that change so, from 1.
        line: where it stands in the program.
        source: the program with the change.
    """

    operator: str
    old: str
    new: str
    nth: int
    line: int
    source: str

    def __str__(self) -> str:
        return f"{self.old} → {self.new}" + (f" (#{self.nth})" if self.nth > 1 else "")


def mutants(source: str) -> Iterator[Mutant]:
    """Yield every mutant of a program, in the order of its places."""
    tree = ast.parse(source)
    program = ast.unparse(tree)
    seen = {_compiled(program)}
    same: Counter[tuple[str, str]] = Counter()
    for place in _places(tree):
        for operator, change in OPERATORS.items():
            for other in change(place.node):
                text = place.with_other(other, tree)
                code = _compiled(text)
                if code is None or code in seen:
                    continue
                seen.add(code)
                old, new = _difference(program, text)
                same[old, new] += 1
                yield Mutant(operator, old, new, same[old, new], place.line, text)


# -- where a program may change -------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Place:
    """A node, and where it hangs: in a field of its parent, or in a list that is one."""

    node: ast.AST
    line: int
    parent: ast.AST
    field: str
    index: int | None

    def with_other(self, other: Other, tree: ast.AST) -> str:
        """Return the text of the whole tree with something else in this place."""
        before = getattr(self.parent, self.field)
        after: Any = other
        if self.index is not None:
            few = other if isinstance(other, list) else [other]
            after = [*before[: self.index], *few, *before[self.index + 1 :]]
        setattr(self.parent, self.field, after)
        try:
            return ast.unparse(ast.fix_missing_locations(tree))
        finally:
            setattr(self.parent, self.field, before)


def _places(parent: ast.AST, line: int = 0) -> Iterator[_Place]:
    for field, value in ast.iter_fields(parent):
        if field in ("annotation", "returns", "decorator_list"):
            continue
        many = isinstance(value, list)
        for index, node in enumerate(value if many else [value]):
            if isinstance(node, ast.AST) and not of_no_matter(parent, node):
                here = getattr(node, "lineno", line)
                yield _Place(node, here, parent, field, index if many else None)
                yield from _places(node, here)


def _compiled(text: str) -> bytes | None:
    """Return what a program compiles to, wherever its lines stand; None if it does not."""
    try:
        tree = ast.parse(text)
        for node in ast.walk(tree):
            if isinstance(node, ast.expr | ast.stmt | ast.excepthandler | ast.arg | ast.keyword):
                node.lineno = node.end_lineno = 1
                node.col_offset = node.end_col_offset = 0
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SyntaxWarning)
            code = compile(tree, "", "exec", dont_inherit=True)
        return marshal.dumps(code, 2)  # a version without references
    except (SyntaxError, ValueError):
        return None


def _difference(program: str, text: str) -> tuple[str, str]:
    """Return what stands in each where they differ; how far lines are indented is nothing.

    Where lines are only new, both begin with the line before them.
    """
    old, new = ([line.strip() for line in each.splitlines()] for each in (program, text))
    before = ""
    while old and new and old[0] == new[0]:
        before = old.pop(0)
        del new[0]
    while old and new and old[-1] == new[-1]:
        del old[-1], new[-1]
    if not old:
        old, new = [before], [before, *new]
    return _joined(old), _joined(new)


def _joined(lines: list[str]) -> str:
    return "; ".join(lines if len(lines) <= 4 else [*lines[:2], "…", *lines[-2:]])
