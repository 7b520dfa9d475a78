"""13.6 run_command: a command for somebody else, without a shell."""

import time
from random import Random
from typing import Any

from autograder.deadlines import PATIENCE
from autograder.exercise import Rules
from autograder.network import Learner, Reply, Steps
from autograder.rules.ch13.shared import RETURNED, han, their, word
from autograder.rules.common import or_hung
from autograder.text import YOU, Because, Failed, Text

__all__ = ["RULES"]

RULES = Rules()

ENOUGH_S = 5.0  # a timeout that a busy machine does not reach by itself
SHORT_S = 0.08
LINES = 40_000  # of seq: 228,894 bytes, more than a pipe holds
BEATS_S = 0.03 * PATIENCE  # in which a command that lives writes a few times
SHOWN = 48  # characters of an argument list
PARTS = (("the exit code", "退出码"), ("stdout", "stdout"), ("stderr", "stderr"))

Result = tuple[int, bytes, bytes]


def _start(
    learner: Learner, steps: Steps, argv: list[str], timeout: float = ENOUGH_S, *allowed: str
) -> Reply:
    """Begin a call; allowed is the command itself, if nothing is said."""
    allow = set(allowed or argv[:1])
    reply = learner.start("run_command", argv, timeout, allow)
    shown = repr(steps.naming.of(argv))
    shown = shown if len(shown) <= SHOWN else f"{shown[: SHOWN - 1]}…"
    call = f"run_command({shown}, {timeout:g}, {allow})"
    steps.story.pop()  # it cuts a list too short to see what is run
    steps.tell(YOU, call, call)
    return reply


def _gives(
    learner: Learner, steps: Steps, argv: list[str], want: Result, because: Because, hung: str
) -> None:
    """Run a command, and expect its exit code, stdout and stderr."""
    reply = _start(learner, steps, argv)
    cites = or_hung(reply, _or_text(because), hung)
    got = reply.result(because=cites)
    if not isinstance(got, tuple) or len(got) != 3:
        three = Text("(exit code, stdout, stderr)", "(退出码, stdout, stderr)")
        steps.fail(RETURNED, got=got, want=three, because=because)
    for name, came, wanted in zip(PARTS, got, want, strict=True):
        steps.expect(name, got=came, want=wanted, because=cites)


def _or_text(because: Because) -> Because:
    """Return because, unless what came is text."""

    def cites(got: Any) -> str | None:
        if isinstance(got, (UnicodeError, str)):
            return "TXT-03"
        return because(got) if callable(because) else because

    return cites


@RULES.rule(weight=3, misconception="STR-19")
def arguments_stay_as_they_are(learner: Learner, steps: Steps, rng: Random) -> None:
    """No shell: arguments are passed as they are, whatever stands in them.

    不经过 shell：不管参数里写了什么，都原样传递。
    """
    other = f"a; echo {word(rng).decode()}"
    shells = ["$HOME", "*", "", "a  b", "`x` $(x) \\", "'\"", han(rng).decode()]
    for arguments in ([other], [other, *shells]):
        said = "".join(f"{argument}." for argument in arguments).encode()
        argv = ["printf", "%s.", *arguments]
        _gives(learner, steps, argv, (0, said, b""), "STR-19", "STR-16")


@RULES.rule(weight=2, misconception="STR-17")
def code_and_both_streams(learner: Learner, steps: Steps, rng: Random) -> None:
    """It returns the exit code, all of stdout and all of stderr, each for itself.

    返回退出码、全部 stdout、全部 stderr，各归各的。
    """
    out, err = word(rng), word(rng)
    script = f"printf {out.decode()}; printf {err.decode()} >&2; exit 3"
    _gives(learner, steps, ["sh", "-c", script], (3, out, err), "STR-17", "STR-16")
    _gives(learner, steps, ["printf", out.decode()], (0, out, b""), "STR-17", "STR-16")


@RULES.rule(weight=1, condition="empty", misconception="STR-17")
def a_silent_command(learner: Learner, steps: Steps, rng: Random) -> None:
    """A command that prints nothing gives its exit code and b"" twice.

    什么都不打印的命令，给出退出码和两个 b""。
    """
    _gives(learner, steps, ["true"], (0, b"", b""), "STR-17", "STR-16")
    _gives(learner, steps, ["false"], (1, b"", b""), "STR-17", "STR-16")


@RULES.rule(weight=3, misconception="STR-19")
def only_what_is_allowed(learner: Learner, steps: Steps, rng: Random) -> None:
    """What is not in allow, exactly as written, raises PermissionError and is not started.

    不在 allow 里（一字不差）的命令，抛出 PermissionError，什么都不启动；argv 为空也一样。
    """
    folder = steps.folder()
    script = f"echo started > {folder.path}/proof"
    for argv in (
        ["sh", "-c", script],
        ["/bin/echo", "hi"],
        ["./echo"],
        ["ech"],
        ["echo "],
        [""],
        [],
    ):
        steps.story.clear()
        reply = _start(learner, steps, argv, ENOUGH_S, "echo")
        reply.raises(PermissionError, because="STR-19")
        if proof := folder.read():
            steps.tell(YOU, "the command has run", "命令已经运行了")
            nothing = Text("nothing", "什么都没有")
            steps.fail(("what was started", "启动了什么"), got=sorted(proof), want=nothing)
    steps.story.clear()
    reply = _start(learner, steps, ["/bin/true"])
    steps.expect(RETURNED, got=reply.result(because="STR-19"), want=(0, b"", b""), because="STR-19")


@RULES.rule(weight=1, misconception="MUX-02")
def no_such_program(learner: Learner, steps: Steps, rng: Random) -> None:
    """FileNotFoundError if there is no such program.

    没有这个程序时抛出 FileNotFoundError。
    """
    reply = _start(learner, steps, ["no-such-program"])
    reply.raises(FileNotFoundError, because="MUX-02")


@RULES.rule(weight=1, condition="binary", misconception="TXT-03")
def output_is_bytes(learner: Learner, steps: Steps, rng: Random) -> None:
    """Output is bytes, text or not; nothing is removed from its ends.

    输出是 bytes，不管是不是文本；首尾什么也不去掉。
    """
    argv = ["printf", r" \377\000\r\n\n"]
    _gives(learner, steps, argv, (0, b" \xff\0\r\n\n", b""), "STR-41", "STR-16")


@RULES.rule(weight=1, misconception="STR-01")
def output_that_comes_late(learner: Learner, steps: Steps, rng: Random) -> None:
    """Output belongs to it up to the end of the command, also after a pause.

    命令结束之前的输出都算，停顿之后的也算。
    """
    script = "printf one; sleep 0.05; printf two"
    _gives(learner, steps, ["sh", "-c", script], (0, b"onetwo", b""), "STR-01", "STR-16")


@RULES.rule(weight=3, misconception="STR-15")
def more_than_a_pipe_holds(learner: Learner, steps: Steps, rng: Random) -> None:
    """228,894 bytes on stdout, on stderr, on both at once: everything is returned.

    stdout、stderr、或者两者同时输出 228894 字节：全部返回。
    """
    much = b"".join(b"%d\n" % n for n in range(1, LINES + 1))
    both = f"seq {LINES} >&2; seq {LINES}"
    for argv, want in (
        (["seq", f"{LINES}"], (0, much, b"")),
        (["sh", "-c", f"seq {LINES} >&2"], (0, b"", much)),
        (["sh", "-c", both], (0, much, much)),
    ):
        steps.story.clear()
        _gives(learner, steps, argv, want, "STR-15", "STR-15")


@RULES.rule(weight=2, misconception="STR-16")
def standard_input_is_empty(learner: Learner, steps: Steps, rng: Random) -> None:
    """The command's standard input is empty: cat ends at once, whatever yours is.

    命令的标准输入是空的：不管你自己的标准输入是什么，cat 都马上结束。
    """
    system = their(steps, "os")
    reading, _ = system.call("pipe")  # in a terminal, too, standard input has no end
    system.call("dup2", reading, 0)
    _gives(learner, steps, ["cat"], (0, b"", b""), "STR-16", "STR-16")


@RULES.rule(weight=3, misconception="STR-42")
def a_slow_command_is_ended(learner: Learner, steps: Steps, rng: Random) -> None:
    """If it runs longer than timeout, TimeoutError is raised, soon.

    运行超过 timeout 秒：很快抛出 TimeoutError。
    """
    reply = _start(learner, steps, ["sleep", "5"], SHORT_S)
    try:
        reply.raises(TimeoutError, because=or_hung(reply, "STR-42", "UDP-04"))
    except Failed as failure:
        if failure.raised is None and not reply.ended:
            steps.story.pop()
            steps.tell(YOU, "sleep 5 is still running", "sleep 5 还在运行")
        raise
    if reply.seconds < SHORT_S * 0.98:
        early = Text("before that", "在那之前")
        want = Text(f"after {SHORT_S:g} s", f"{SHORT_S:g} s 之后")
        steps.fail(("TimeoutError", "TimeoutError"), got=early, want=want, because="STR-42")


@RULES.rule(weight=2, misconception="STR-42")
def what_is_ended_is_gone(learner: Learner, steps: Steps, rng: Random) -> None:
    """After TimeoutError the command does not run any more.

    抛出 TimeoutError 之后，命令不再运行。
    """
    folder = steps.folder()
    script = f"while :; do echo beat >> {folder.path}/heart; sleep 0.01; done"
    reply = _start(learner, steps, ["sh", "-c", script], SHORT_S)
    reply.raises(TimeoutError, because=or_hung(reply, "STR-42", "UDP-04"))
    for _ in range(2):  # what it was writing just then may still come
        before, end = folder.read(), time.monotonic() + BEATS_S
        while time.monotonic() < end:
            steps.listen(end)
    if folder.read() != before:
        steps.tell(YOU, "the command still runs", "命令还在运行")
        want, got = Text("ended", "已经结束"), Text("still writing", "还在写")
        steps.fail(("the command", "命令"), got=got, want=want)
