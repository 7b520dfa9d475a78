"""03.4 service_port: a service's number, from a table like /etc/services."""

import contextlib
from collections.abc import Iterator
from random import Random
from typing import Any

from autograder.exercise import Rules
from autograder.network import Learner, Reply, Steps
from autograder.rules.common import word
from autograder.text import Because, Failed, Mistakes, Text, such

__all__ = ["MISTAKES", "RULES"]
RULES = Rules()

MISTAKES: Mistakes = {such(str, str.isdigit): "TXT-08"}

NAME, PORT = "service_port", ("the port", "端口")
TABLE = Text("the table", "表")
_MOST = 2  # lines of it in a story
OTHER_TABLE = Text(
    "Look into the table that your function was given: this is the machine's own.",
    "要查的是传给函数的那张表：这里查的是机器自己的表。",
)
PARTS: Mistakes = {(int, KeyError): "PRT-11"}
"""Where a line has several names, or something that is none."""

Line = tuple[str, int, str, str]
"""A line: name, port, protocol, what comes behind."""

KNOWN: tuple[Line, ...] = (
    ("ftp-data", 20, "tcp", ""),
    ("ftp", 21, "tcp", ""),
    ("smtp", 25, "tcp", "mail"),
    ("domain", 53, "tcp", ""),
    ("domain", 53, "udp", ""),
    ("tftp", 69, "udp", ""),
    ("http", 80, "tcp", "www  # the Web"),
)


def _text(rng: Random, lines: tuple[Line, ...]) -> str:
    """Return a table with these lines, in this order, as such files look."""
    found = ["# Network services, Internet style", ""]
    for name, port, protocol, behind in lines:
        gap = rng.choice(("\t\t", "   ", " \t "))
        found.append(f"{name}{gap}{port}/{protocol}{gap if behind else ''}{behind}")
        found += rng.choice(([], [""], ["# local services"], ["   \t"]))
    return "\n".join(found) + "\n"


class Table:
    """A table, and what is asked of it."""

    def __init__(self, learner: Learner, steps: Steps, text: str) -> None:
        self._learner, self._steps, self._text = learner, steps, text

    def gives(self, name: str, *protocol: str, want: int, because: Because = None) -> None:
        """Expect that port."""
        with self._plainly():
            self._asked(name, *protocol).returns(want, PORT, because)

    def has_no(self, name: str, *protocol: str, because: Because = None) -> None:
        """Expect a KeyError."""
        with self._plainly():
            self._asked(name, *protocol).raises(KeyError, because=because)

    def _asked(self, *args: str) -> Reply:
        """Call the function; the story has the table, or its lines in which the name occurs."""
        self._steps.anew()
        lines = self._text.splitlines()
        if len(lines) > _MOST:
            lines = [line for line in lines if args[0] and args[0] in line]
        for line in lines[:_MOST]:
            self._steps.tell(TABLE, repr(line), repr(line))
        said = ", ".join(["table", *map(repr, args)])
        return self._learner.start_as(f"service_port({said})", NAME, self._text, *args)

    @contextlib.contextmanager
    def _plainly(self) -> Iterator[None]:
        """Say of a program which asks the system that it does."""
        try:
            yield
        except Failed as failure:
            if failure.raised is not None and "service/proto" in str(failure.raised.error):
                failure.plainly = OTHER_TABLE
            raise


def _is(number: int) -> Any:
    return such(int, lambda got: got == number)


@RULES.rule(weight=1)
def each_service(learner: Learner, steps: Steps, rng: Random) -> None:
    """A service of the table has its port there, for TCP if nothing is said, or for UDP.

    表里的服务得到表里的端口：不写协议就是 TCP，也可以是 UDP。
    """
    for before, gap in (("", " "), ("   \t", "\t\t"), ("# services", "   "), ("#", " \t ")):
        table = Table(learner, steps, f"{before}\nftp{gap}21/tcp\n")
        table.gives("ftp", want=21, because={_is(25): "PRT-01"})
    table = Table(learner, steps, _text(rng, KNOWN))
    for name, port, swapped in (("ftp", 21, 25), ("smtp", 25, 21), ("http", 80, 0)):
        table.gives(name, want=port, because={_is(swapped): "PRT-01", _is(20): "PRT-11"})
    own, tcp = word(rng, 5), rng.randrange(10_000, 20_000)
    lines = (*KNOWN, (own, tcp, "tcp", ""), (own, tcp + 1, "udp", ""))
    table = Table(learner, steps, _text(rng, lines))
    for name, port in (("tftp", 69), ("domain", 53), (own, tcp + 1)):
        table.gives(name, "udp", want=port, because={KeyError: "PRT-03", _is(port - 1): "PRT-03"})
    table.gives(own, want=tcp)


@RULES.rule(weight=1)
def other_names(learner: Learner, steps: Steps, rng: Random) -> None:
    """Behind the port stand other names of the same service, perhaps several; they count.

    端口后面是同一服务的别名，可能有几个，都算。
    """
    one, two, three = (word(rng, size) for size in (5, 6, 7))
    lines = (*KNOWN, (one, 4711, "udp", f"{two} {three}\t# {word(rng, 4)}"))
    table = Table(learner, steps, _text(rng, lines))
    for name, protocol, port in (
        ("mail", "tcp", 25),
        ("www", "tcp", 80),
        (two, "udp", 4711),
        (three, "udp", 4711),
    ):
        table.gives(name, protocol, want=port, because=PARTS)


@RULES.rule(weight=1, condition="lookalike")
def no_such_name(learner: Learner, steps: Steps, rng: Random) -> None:
    """KeyError for what is no name of that protocol: half of a name, a word of a comment, a
    number, nothing, or a name of the other protocol only.

    不是这个协议下的名字，抛出 KeyError：名字的一半、注释里的词、号码、空串、只属于另一协议的名字。
    """
    note = word(rng, 5)
    lines = (*KNOWN, (word(rng, 6), 4712, "tcp", f"# {note} of old"))
    table = Table(learner, steps, _text(rng, lines) + f"#{note} 4713/tcp\n")
    for name in ("data", "ftp-", "htt", "HTTP", "Web", note, f"#{note}", "#", "80", ""):
        table.has_no(name, because={int: "PRT-11"})
    for name in ("80/tcp", "tcp"):
        table.has_no(name, because={int: "PRT-11"})
    for name, protocol in (("tftp", "tcp"), ("http", "udp"), ("mail", "udp")):
        table.has_no(name, protocol, because={int: "PRT-03"})
