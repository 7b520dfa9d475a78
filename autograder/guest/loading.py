"""Which statements of a notebook's cells the guest runs, and the running of them.

Cells that the course vouches for or that hold a solution run whole. Of cells that the
learner added, only definitions run (imports, functions, classes, assignments to names), and
of those only the ones that the whole cells need: an experiment such as
`reply = request(address, b"hi")` is not repeated at every check.

What is wanted keeps the names that it has at its own place when the notebook is run in order:
cells behind it add what is missing and change nothing that is there.
"""

import __future__

import ast
import builtins
import dis
import inspect
import linecache
import re
import types
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

__all__ = ["PUT_RIGHT", "LoadCell", "Loaded", "Problem", "load"]

PUT_RIGHT = ", put right"
"""How the label of a cell ends that holds the course's answer in the place of a learner's: no line
of it is shown to them."""


@dataclass(frozen=True, slots=True)
class LoadCell:
    """A cell for the guest.

    Attributes:
        label: what messages call it, for example "echo-server" or "cell 7".
        whole: run everything; otherwise only the definitions that are needed.
    """

    label: str
    source: str
    whole: bool


@dataclass(frozen=True, slots=True)
class Problem:
    """An exception that a statement raised while it was loaded; line counts from 1."""

    label: str
    line: int
    error: str


@dataclass(frozen=True, slots=True)
class Loaded:
    """What came of loading.

    Attributes:
        undefined: names that the loaded code uses and nothing defines, sorted.
    """

    problems: tuple[Problem, ...]
    undefined: tuple[str, ...]


Namespace = dict[str, Any]
Statement = tuple[LoadCell, ast.stmt, types.CodeType]


def load(
    cells: Iterable[LoadCell],
    names: Iterable[str],
    namespace: Namespace,
    progress: Callable[[str], None] = lambda label: None,
) -> Loaded:
    """Run cells in order in namespace.

    names are wanted in any case. progress is told the label of each cell before it is read,
    and again before it runs: either may take long or end the process. An exception ends its own
    statement only; of what is left of a whole cell, the definitions run.
    """
    parsed, problems = _parse(cells, progress)
    wanted = set(names)
    needed = _needed(parsed, wanted)
    place = max((i for i, (_, each, _) in enumerate(parsed) if _binds(each) & wanted), default=None)
    there: Namespace = {}  # at the place of what is wanted, once that is reached
    cut: set[LoadCell] = set()
    used: set[str] = set()
    current = None
    for index, (cell, statement, code) in enumerate(parsed):
        bound = _binds(statement)
        if not (bound if cell in cut else cell.whole or bound & needed):
            continue
        if cell is not current:
            progress(cell.label)
            current = cell
        used |= _globals(code)
        try:
            _run(code, namespace)
        except BaseException as error:  # SystemExit and KeyboardInterrupt too: the cell's own
            problems.append(Problem(cell.label, _line(error, cell, statement), describe(error)))
            if cell.whole:
                cut.add(cell)
        namespace.update(there)
        if index == place:
            there = dict(namespace)
    undefined = used - namespace.keys() - set(dir(builtins))
    return Loaded(tuple(problems), tuple(sorted(undefined)))


def describe(error: BaseException) -> str:
    """Return "Type: message" in at most 200 characters."""
    try:
        text = f"{type(error).__name__}: {error}"
    except Exception:  # a learner's own __str__ may fail
        text = type(error).__name__
    return text[:200]


def _parse(
    cells: Iterable[LoadCell], progress: Callable[[str], None]
) -> tuple[list[Statement], list[Problem]]:
    statements: list[Statement] = []
    problems: list[Problem] = []
    flags = 0
    for cell in cells:
        progress(cell.label)
        name = f"<{cell.label}>"
        lines = [f"{line}\n" for line in cell.source.splitlines()]
        linecache.cache[name] = (len(cell.source), None, lines, name)
        try:
            tree = _tree(cell.source, name)
            for statement in tree.body:
                flags |= _future(statement)
                module = ast.Module([statement], [])
                code = compile(module, name, "exec", flags | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, True)
                statements.append((cell, statement, code))
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            line = getattr(error, "lineno", None) or 1
            problems.append(Problem(cell.label, line, describe(error)))
    return statements, problems


def _tree(source: str, name: str) -> ast.Module:
    try:
        return ast.parse(source, name)
    except SyntaxError:
        return ast.parse(as_python(source), name)


def as_python(source: str) -> str:
    """Return a cell as Jupyter takes it, with `pass` for what is no Python; lines keep numbers.

    An indented cell moves to the margin and prompts go, as IPython's own transformers do it
    (IPython takes too long to import for a process that lives a moment); its magics, shell lines
    and questions, which reach nothing here, are passed over.
    """
    margin = _MARGIN.match(source)
    if margin is not None:
        source = re.sub(rf"^{margin[1]}", "", source, flags=re.MULTILINE)
    for first, prompt in _PROMPTS:
        if any(map(first.match, source.split("\n", 2)[:2])):  # of two lines: a magic may lead
            source = prompt.sub("", source)
    return _NO_PYTHON.sub(lambda found: found[1] + "pass" + "\n" * found[0].count("\n"), source)


_MARGIN = re.compile(r"(?:[ \t]*+\n)*+([ \t]++)")
_PROMPTS = (
    (re.compile(r">>>(?: |$)", re.MULTILINE), re.compile(r"^(?:>>>|\.\.\.)(?: |$)", re.MULTILINE)),
    (
        re.compile(r"In \[\d++\]: ?"),
        re.compile(r"^(?:In \[\d++\]: ?|[ \t]*+\.{3,}+: ?)", re.MULTILINE),
    ),
)

# Possessive, so that no line can make the search slower than its length.
_NO_PYTHON = re.compile(
    r"^([ \t]*+)(?:(?:[\w.,* \t]++=[ \t]*+)?+[%!](?:.*\\\n)*+.*"
    r"|\?{1,2}+[\w.*%]++|[\w.*%]++\?{1,2}+[ \t]*+)$",
    re.MULTILINE,
)


def _future(statement: ast.stmt) -> int:
    if isinstance(statement, ast.ImportFrom) and statement.module == "__future__":
        known = (getattr(__future__, alias.name, None) for alias in statement.names)
        return sum(getattr(feature, "compiler_flag", 0) for feature in known)
    return 0


def _run(code: types.CodeType, namespace: Namespace) -> None:
    if code.co_flags & inspect.CO_COROUTINE:  # an `await` outside a function
        import asyncio

        asyncio.run(types.FunctionType(code, namespace)())
    else:
        exec(code, namespace)


def _needed(statements: list[Statement], names: set[str]) -> set[str]:
    """Return the names that the whole cells use, directly or through definitions."""
    needed: set[str] = set()
    waiting = {*names, _ALWAYS}
    makers: dict[str, list[types.CodeType]] = {}  # what binds a name, in cells that are added
    for cell, statement, code in statements:
        if cell.whole:
            waiting |= _uses(code) | _binds(statement)
        else:
            for name in _binds(statement):
                makers.setdefault(name, []).append(code)
    while waiting:  # each name once: thousands may be chained
        name = waiting.pop()
        needed.add(name)
        for code in makers.pop(name, ()):
            waiting |= _uses(code) - needed
    return needed


def _uses(code: types.CodeType) -> set[str]:
    """Return every global and attribute name in code: too many rather than too few."""
    inner = (constant for constant in code.co_consts if isinstance(constant, types.CodeType))
    return set(code.co_names).union(*map(_uses, inner))


def _globals(code: types.CodeType) -> set[str]:
    """Return the names that code looks up outside its functions."""
    instructions = list(dis.get_instructions(code))
    here = {i.argval for i in instructions if i.opname in _LOOKUPS}
    here -= {i.argval for i in instructions if i.opname == "STORE_NAME"}  # a class's own
    inner = (constant for constant in code.co_consts if isinstance(constant, types.CodeType))
    return here.union(*map(_globals, inner))


_LOOKUPS = ("LOAD_GLOBAL", "LOAD_NAME")
_ALWAYS = "*"  # what `from module import *` binds: unknown, so it always runs


def _binds(statement: ast.stmt) -> set[str]:
    """Return the names that a definition binds; nothing for any other statement."""
    match statement:
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            return {statement.name}
        case ast.Import() | ast.ImportFrom():
            return {(alias.asname or alias.name).partition(".")[0] for alias in statement.names}
        case ast.Assign():
            return {name for target in statement.targets for name in _targets(target)}
        case ast.AnnAssign() | ast.AugAssign():
            return set(_targets(statement.target))
        case ast.If() | ast.Try():
            return _bound_in(_branches(statement))
        case _:
            return set()


def _branches(block: ast.If | ast.Try) -> list[ast.stmt]:
    inner = [*block.body, *block.orelse]
    if isinstance(block, ast.Try):
        inner += block.finalbody
        inner += [each for handler in block.handlers for each in handler.body]
    return [each for each in inner if not isinstance(each, ast.Pass)]


def _bound_in(statements: list[ast.stmt]) -> set[str]:
    """Return what a block of definitions binds; one that does anything else is none."""
    found = list(map(_binds, statements))
    return set().union(*found) if all(found) else set()


def _targets(target: ast.expr) -> Iterator[str]:
    match target:
        case ast.Name():
            yield target.id
        case ast.Tuple() | ast.List():
            for element in target.elts:
                yield from _targets(element)
        case ast.Starred():
            yield from _targets(target.value)


def _line(error: BaseException, cell: LoadCell, statement: ast.stmt) -> int:
    line = statement.lineno
    trace = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == f"<{cell.label}>":
            line = trace.tb_lineno
        trace = trace.tb_next
    return line
