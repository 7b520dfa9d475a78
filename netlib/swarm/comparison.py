"""Servers under the same load, one after the other: messages, processor time, memory."""

import ast
import html
import inspect
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import FunctionType

from netlib.columns import clean, pad, width
from netlib.errors import NetlibError, Unavailable
from netlib.language import chosen
from netlib.plots import Lines, lines
from netlib.swarm.served import Function, Served
from netlib.swarm.swarm import Swarm

__all__ = ["Comparison", "Row", "compare"]

_ROUNDS = 20  # of waiting until all are answered
_MEMORY_FROM = 100  # connections: with fewer, a connection's share is noise
_HEADS = {
    "en": (
        *("server", "connections", "answered", "messages/s", "per CPU s"),
        *("p50 ms", "p99 ms", "KiB each"),
    ),
    "zh": (
        *("服务器", "连接数", "得到响应", "消息/秒", "每 CPU 秒"),
        *("p50 毫秒", "p99 毫秒", "KiB/连接"),
    ),
}
_MISSING = {"en": "not written yet", "zh": "还没有写"}
_SILENT = {
    "en": "{there} connected, {messages} messages",
    "zh": "连上 {there} 个，收到 {messages} 条消息",
}
_LINES = {"en": "lines of code: {each}", "zh": "代码行数：{each}"}


@dataclass(frozen=True, slots=True)
class Row:
    """One server with so many connections.

    Attributes:
        messages_s: messages that came back in a second; per_cpu_s: in a second of its own
            processor time.
        p50_ms, p99_ms: how long one took in the median, and at the 99th of 100.
        kib: of memory for a connection; None for few connections.
        answered: connections that were answered meanwhile.
        failure: a sentence where it could not be measured; then all numbers are None.
    """

    server: str
    connections: int
    messages_s: float | None = None
    per_cpu_s: float | None = None
    p50_ms: float | None = None
    p99_ms: float | None = None
    kib: float | None = None
    failure: str = ""
    answered: int | None = None

    def cells(self) -> tuple[str, ...]:
        """Return what a table shows of it."""
        name = (clean(self.server), f"{self.connections:,}")
        if self.failure:
            return (*name, self.failure)
        numbers = (
            self.answered,
            self.messages_s,
            self.per_cpu_s,
            self.p50_ms,
            self.p99_ms,
            self.kib,
        )
        return (*name, *map(_number, numbers))


@dataclass(frozen=True, slots=True, repr=False)
class Comparison:
    """What came of it; str() of it is a table, lines() a picture.

    Attributes:
        code: lines of code of each server, by its name.
    """

    rows: tuple[Row, ...]
    code: Mapping[str, int]
    language: str

    def __str__(self) -> str:
        table = [_HEADS[self.language], *(row.cells() for row in self.rows)]
        whole = [cells for cells in table if len(cells) == len(_HEADS["en"])]
        wide = [max(map(width, column)) for column in zip(*whole, strict=True)]
        shown = []
        for cells in table:
            fitted = [pad(cell, wide[at]) for at, cell in enumerate(cells)]
            shown.append("  ".join(fitted).rstrip())
        return "\n".join([*shown, self._code()])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        heads = "".join(f"<th>{html.escape(head)}</th>" for head in _HEADS[self.language])
        rows = []
        for row in self.rows:
            *cells, last = row.cells()
            span = f' colspan="{len(_HEADS["en"]) - 2}"' if row.failure else ""
            shown = "".join(f"<td>{html.escape(cell)}</td>" for cell in cells)
            rows.append(f"<tr>{shown}<td{span}>{html.escape(last)}</td></tr>")
        table = f"<table><thead><tr>{heads}</tr></thead><tbody>{''.join(rows)}</tbody></table>"
        return f"{table}<p>{html.escape(self._code())}</p>"

    def lines(self) -> Lines:
        """Return messages per second of processor time over connections, of up to four servers."""
        series: dict[str, dict[float, float]] = {}
        for row in self.rows:
            if row.per_cpu_s is not None:
                series.setdefault(row.server, {})[row.connections] = row.per_cpu_s
        head = _HEADS[self.language]
        shown = dict(list(series.items())[:4])
        return lines(shown, title=head[3], x=head[1], y=head[3])

    def _code(self) -> str:
        counted = ((name, count) for name, count in self.code.items() if count)
        each = ", ".join(f"{clean(name)} {count}" for name, count in counted)
        return _LINES[self.language].format(each=each)


def compare(
    servers: Mapping[str, Function | None],
    connections: Sequence[int] = (1, 100, 1000),
    active: int = 100,
    seconds: float = 0.5,
    *,
    also: Mapping[str, Iterable[object]] | None = None,
    language: str | None = None,
) -> Comparison:
    """Return how echo servers do under the same load, each in a process of its own.

    Args:
        servers: server(listener, stop) by its name; None for one that is not there yet. Who is
            missing, or only raises NotImplementedError, has one row, which says so.
        connections: so many at once; of them active talk, the others are idle.
        seconds: of each measurement.
        also: functions and classes that are part of a server, where its lines are counted.
    """
    language = language or chosen()
    rows = []
    for name, server in servers.items():
        for count in connections:
            row = _measured(name, server, count, active, seconds, _SILENT[language])
            missing = server is None or row.failure.startswith("NotImplementedError")
            rows.append(replace(row, failure=_MISSING[language]) if missing else row)
            if missing:
                break  # said once
    parts = {name: [server, *(also or {}).get(name, ())] for name, server in servers.items()}
    code = {name: sum(map(_code_lines, each)) for name, each in parts.items()}
    return Comparison(tuple(rows), code, language)


def _measured(
    name: str, server: Function | None, count: int, active: int, seconds: float, silent: str
) -> Row:
    if server is None:
        return Row(name, count)
    try:
        with Served(server) as served:
            with Swarm(served.address, talkers=1) as first:
                first.measure(seconds / 5)  # it has started, and imported what it needs
            before_kib = served.memory_kib()
            with Swarm(served.address) as swarm:
                talkers = min(active, count)
                there = swarm.add(talkers=talkers, idle=count - talkers)
                _warm_up(swarm, talkers, seconds / 2)
                before_s = served.cpu_s()
                load = swarm.measure(seconds)
                used_s, kib = served.cpu_s() - before_s, served.memory_kib() - before_kib
            if failure := served.failure():
                return Row(name, count, failure=failure)
            if there.idle + there.talker < count or not load.messages:
                made = there.idle + there.talker
                said = silent.format(there=made, messages=load.messages)
                return Row(name, count, failure=said)
    except (NetlibError, Unavailable, OSError) as error:
        return Row(name, count, failure=clean(str(error)))
    return Row(
        name,
        count,
        load.messages / load.seconds,
        load.messages / used_s if used_s else None,
        load.p50_ms,
        load.p99_ms,
        kib / count if count >= _MEMORY_FROM else None,
        answered=load.answered,
    )


def _warm_up(swarm: Swarm, talkers: int, seconds: float) -> None:
    """Let the server accept all of them first: the kernel connects them long before."""
    for _ in range(_ROUNDS):
        if swarm.measure(seconds).answered >= talkers:
            return


def _code_lines(part: object) -> int:
    """Return how many lines of a function or class are code: no blanks, comments, docstrings."""
    if isinstance(part, type):  # of a notebook's classes Python knows no source
        methods = [each for each in vars(part).values() if isinstance(each, FunctionType)]
        return 1 + sum(map(_code_lines, methods))
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(part)))  # type: ignore[arg-type]
    except (OSError, TypeError, SyntaxError):
        return 0
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list) and body and _is_text(body[0]):
            body[0] = ast.Pass()
    return len(ast.unparse(tree).splitlines())


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _number(value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
