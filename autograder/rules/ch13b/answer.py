"""13b.2 answer: the three payloads that answer a request."""

from random import Random

from autograder.exercise import Rules
from autograder.network import Learner, Reply, Steps
from autograder.rules.ch13b.service import ALLOWED
from autograder.rules.ch13b.three import PARTS, parts
from autograder.rules.common import AS_TEXT, han, mixed, named, word
from autograder.rules.their import their
from autograder.text import Because, Hang, Mistakes, Text, such

__all__ = ["RULES"]
RULES = Rules()

SHORT_S = 0.08  # in the place of COMMAND_TIMEOUT_S: nobody has to wait a second for the check
LATE: Mistakes = {(TimeoutError, named("TimeoutExpired"), Hang): "STR-42"}

_is_one_byte = such(bytes, lambda got: len(got) == 1)
_is_empty = such(bytes, lambda got: not got)


def _start(learner: Learner, *argv: str) -> Reply:
    """Begin a call; what is allowed is a set, which is shown in another order each time."""
    request = "\0".join(argv).encode()
    return learner.start_as(f"answer({request!r}, allow)", "answer", request, ALLOWED)


def _gives(steps: Steps, reply: Reply, *want: bytes, because: Because = None) -> None:
    """Expect the exit code, stdout and stderr, or as many of them as matter."""
    got = parts(steps, reply.result(because=(because, AS_TEXT)))
    for name, came, wanted in zip(PARTS, got, want, strict=False):
        steps.expect(name, got=came, want=wanted, because=(because, AS_TEXT))
    if not isinstance(got[2], bytes):
        steps.fail(PARTS[2], got=got[2], want=Text("any bytes", "任意 bytes"), because=AS_TEXT)


@RULES.rule(weight=3)
def a_command_is_answered(learner: Learner, steps: Steps, rng: Random) -> None:
    """It returns three payloads: the exit code in decimal ASCII, stdout, stderr.

    返回三个载荷：十进制 ASCII 的退出码、stdout、stderr。
    """
    for code in (3, rng.randrange(10, 100)):
        steps.anew()
        out, err = word(rng, 3), word(rng, 3)
        reply = _start(learner, "sh", "-c", f"printf {out}; printf {err} >&2; exit {code}")
        signs: Mistakes = {_is_empty: "STR-17"}
        if code > 9:
            signs = {**signs, _is_one_byte: "TXT-15"}
        _gives(steps, reply, b"%d" % code, out.encode(), err.encode(), because=signs)


@RULES.rule(weight=1, condition="no content")
def a_silent_command(learner: Learner, steps: Steps, rng: Random) -> None:
    """A command that prints nothing gives its exit code and b"" twice.

    什么都不打印的命令，给出退出码和两个 b""。
    """
    for command, code in (("true", b"0"), ("false", b"1")):
        _gives(steps, _start(learner, command), code, b"", b"")


@RULES.rule(weight=3, condition="non-ascii")
def arguments_stand_between_nuls(learner: Learner, steps: Steps, rng: Random) -> None:
    """The arguments stand between NULs, in UTF-8: blanks and empty arguments stay as they are.

    各参数以 UTF-8 编码，用 NUL 隔开：空格和空参数都保持原样。
    """
    for arguments in ([mixed(rng)], ["", word(rng, 2), "", han(rng, 2), ""]):
        steps.anew()
        said = "".join(f"{each}." for each in arguments).encode()
        _gives(steps, _start(learner, "printf", "%s.", *arguments), b"0", said, b"")


@RULES.rule(weight=2, condition="binary")
def output_is_bytes(learner: Learner, steps: Steps, rng: Random) -> None:
    """Output comes back as it was, text or not.

    输出原样返回，不管是不是文本。
    """
    replaced: Mistakes = {such(bytes, lambda got: "\ufffd".encode() in got): "TXT-03"}
    reply = _start(learner, "printf", r" \377\000\n")
    _gives(steps, reply, b"0", b" \xff\0\n", b"", because=replaced)
    steps.anew()
    reply = _start(learner, "sh", "-c", r"printf '\377\n' >&2")
    _gives(steps, reply, b"0", b"", b"\xff\n", because=replaced)


@RULES.rule(weight=3)
def what_cannot_run_has_a_code(learner: Learner, steps: Steps, rng: Random) -> None:
    """Not allowed: 126; no such program: 127. Then stdout is empty.

    不允许的命令：126；没有这个程序：127。这时 stdout 为空。
    """
    for command, code in (("rm", b"126"), ("/bin/echo", b"126"), ("no-such-program", b"127")):
        steps.anew()
        _gives(steps, _start(learner, command, "x"), code, b"")


@RULES.rule(weight=2)
def what_takes_too_long_has_a_code(learner: Learner, steps: Steps, rng: Random) -> None:
    """Longer than COMMAND_TIMEOUT_S: 124. Then stdout is empty.

    运行超过 COMMAND_TIMEOUT_S：124。这时 stdout 为空。
    """
    their(steps, "__main__").call("__setattr__", "COMMAND_TIMEOUT_S", SHORT_S)
    _gives(steps, _start(learner, "sleep", "5"), b"124", b"", because=LATE)
