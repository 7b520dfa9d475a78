"""13b.1 run_command: a command for somebody else, without a shell."""

from functools import partial
from random import Random
from typing import Any

from autograder.clock import CLOCK
from autograder.deadlines import stretched
from autograder.exercise import Rules
from autograder.network import Learner, Reply, Steps
from autograder.rules.ch13b.three import PARTS, parts
from autograder.rules.common import AS_TEXT, PATIENT_S, begins, han, named, word
from autograder.rules.their import their
from autograder.text import YOU, Because, Hang, Mistakes, Proof, Text, such

__all__ = ["RULES"]
RULES = Rules()

NAMES = ("run_command",)
SHORT_S = 0.08
LINES = 40_000  # of seq: 228,894 bytes, more than a pipe holds
BEATS_S = stretched(0.03)  # in which a command that lives writes a few times
SHOWN = 48  # characters of an argument list
Result = tuple[int, bytes, bytes]
SLOW: Mistakes = {Hang: "UDP-04", tuple: "STR-42", named("TimeoutExpired"): "STR-42"}


def _start(
    learner: Learner, steps: Steps, argv: list[str], timeout: float = PATIENT_S, *allowed: str
) -> Reply:
    """Begin a call; allowed is the command itself, if nothing is said."""
    allow = set(allowed or argv[:1])
    shown = repr(steps.naming.of(argv))  # longer than other lists: one has to see what is run
    shown = shown if len(shown) <= SHOWN else f"{shown[: SHOWN - 1]}…"
    said = f"run_command({shown}, {timeout:g}, {allow})"
    return learner.start_as(said, "run_command", argv, timeout, allow)


def _is_stripped(want: Any, got: bytes) -> bool:
    return isinstance(want, bytes) and got == want.strip() != want


def _gives(
    steps: Steps, reply: Reply, want: Result, because: Because = None, hung: str | None = None
) -> None:
    """Expect the exit code, stdout and stderr of a command. because is asked of these three, hung
    is cited where it does not return."""
    failed: Mistakes = {Hang: hung, named("CalledProcessError"): "STR-17", **AS_TEXT}
    got = parts(steps, reply.result(because=failed))
    for name, came, wanted in zip(PARTS, got, want, strict=True):
        is_stripped = such(bytes, partial(_is_stripped, wanted))
        signs: Mistakes = {is_stripped: "STR-41", **AS_TEXT}
        steps.expect(name, got=came, want=wanted, because=(because, signs))


@RULES.rule(weight=3)
def arguments_stay_as_they_are(learner: Learner, steps: Steps, rng: Random) -> None:
    """No shell: arguments are passed as they are, whatever stands in them.

    不经过 shell：不管参数里写了什么，都原样传递。
    """
    other = f"a; echo {word(rng, 3)}"
    shells = ["$HOME", "*", "", "a  b", "`x` $(x) \\", "'\"", han(rng, 2)]
    for arguments in ([other], [other, *shells]):
        said = "".join(f"{argument}." for argument in arguments).encode()
        reply = _start(learner, steps, ["printf", "%s.", *arguments])
        _gives(steps, reply, (0, said, b""), {(bytes, int): "STR-19"})


@RULES.rule(weight=2)
def code_and_both_streams(learner: Learner, steps: Steps, rng: Random) -> None:
    """It returns the exit code, all of stdout and all of stderr, each for itself.

    返回退出码、全部 stdout、全部 stderr，各归各的。
    """
    out, err = word(rng, 3), word(rng, 3)
    three = (3, out.encode(), err.encode())
    script = f"printf {out}; printf {err} >&2; exit 3"
    mixed = such(bytes, lambda got: out.encode() in got and err.encode() in got)
    hidden = such(bytes, lambda got: not got)
    cites = {mixed: "STR-17", hidden: None if "shell" in steps.source.of(NAMES) else "STR-17"}
    _gives(steps, _start(learner, steps, ["sh", "-c", script]), three, cites)
    _gives(steps, _start(learner, steps, ["printf", out]), (0, out.encode(), b""))


@RULES.rule(weight=1, condition="no content")
def a_silent_command(learner: Learner, steps: Steps, rng: Random) -> None:
    """A command that prints nothing gives its exit code and b"" twice.

    什么都不打印的命令，给出退出码和两个 b""。
    """
    _gives(steps, _start(learner, steps, ["true"]), (0, b"", b""))
    _gives(steps, _start(learner, steps, ["false"]), (1, b"", b""))


@RULES.rule(weight=3)
def only_what_is_allowed(learner: Learner, steps: Steps, rng: Random) -> None:
    """What is not in allow, exactly as written, raises PermissionError and is not started.

    不在 allow 里（一字不差）的命令，抛出 PermissionError，什么都不启动；argv 为空也一样。
    """
    folder = steps.folder()
    shell = ["sh", "-c", f"echo started > {folder.path}/proof"]
    for argv in (shell, ["/bin/echo", "hi"], ["./echo"], ["ech"], ["echo "], [""], []):
        steps.anew()
        reply = _start(learner, steps, argv, PATIENT_S, "echo")
        reply.raises(PermissionError, because={(tuple, FileNotFoundError): "STR-19"})
        if proof := folder.read():
            steps.tell(YOU, "the command has run", "命令已经运行了")
            nothing = Text("nothing", "什么都没有")
            steps.fail(
                ("what was started", "启动了什么"),
                got=sorted(proof),
                want=nothing,
                because=Proof("STR-19"),
            )
    steps.anew()
    _start(learner, steps, ["/bin/true"]).returns(
        (0, b"", b""), because={PermissionError: "STR-19"}
    )


@RULES.rule(weight=1, misconception="MUX-02")
def no_such_program(learner: Learner, steps: Steps, rng: Random) -> None:
    """FileNotFoundError if there is no such program.

    没有这个程序时抛出 FileNotFoundError。
    """
    _start(learner, steps, ["no-such-program"]).raises(FileNotFoundError)


@RULES.rule(weight=1, condition="binary")
def output_is_bytes(learner: Learner, steps: Steps, rng: Random) -> None:
    """Output is bytes, text or not; nothing is removed from its ends.

    输出是 bytes，不管是不是文本；首尾什么也不去掉。
    """
    want = (0, b" \xff\0\r\n\n", b"")
    _gives(steps, _start(learner, steps, ["printf", r" \377\000\r\n\n"]), want)
    steps.anew()
    complaint = ["sh", "-c", r"printf ' \377\n\n' >&2"]
    _gives(steps, _start(learner, steps, complaint), (0, b"", b" \xff\n\n"))


@RULES.rule(weight=1)
def output_that_comes_late(learner: Learner, steps: Steps, rng: Random) -> None:
    """Output belongs to it up to the end of the command, also after a pause.

    命令结束之前的输出都算，停顿之后的也算。
    """
    script = "printf one; sleep 0.05; printf two"
    want = (0, b"onetwo", b"")
    _gives(steps, _start(learner, steps, ["sh", "-c", script]), want, {begins(want[1]): "STR-01"})


@RULES.rule(weight=3)
def more_than_a_pipe_holds(learner: Learner, steps: Steps, rng: Random) -> None:
    """228,894 bytes on stdout, on stderr, on both at once: everything is returned.

    stdout、stderr、或者两者同时输出 228894 字节：全部返回。
    """
    much = b"".join(b"%d\n" % n for n in range(1, LINES + 1))
    for argv, want in (
        (["seq", f"{LINES}"], (0, much, b"")),
        (["sh", "-c", f"seq {LINES} >&2"], (0, b"", much)),
        (["sh", "-c", f"seq {LINES} >&2; seq {LINES}"], (0, much, much)),
    ):
        steps.anew()
        _gives(steps, _start(learner, steps, argv), want, hung="STR-15")


@RULES.rule(weight=2)
def standard_input_is_empty(learner: Learner, steps: Steps, rng: Random) -> None:
    """The command's standard input is empty: cat ends at once, whatever yours is.

    命令的标准输入是空的：不管你自己的标准输入是什么，cat 都马上结束。
    """
    system = their(steps, "os")
    reading, _ = system.call("pipe")  # in a terminal, too, standard input has no end
    system.call("dup2", reading, 0)
    _gives(steps, _start(learner, steps, ["cat"]), (0, b"", b""), hung="STR-16")


@RULES.rule(weight=3)
def a_slow_command_is_ended(learner: Learner, steps: Steps, rng: Random) -> None:
    """If it runs longer than timeout, TimeoutError is raised, soon.

    运行超过 timeout 秒：很快抛出 TimeoutError。
    """
    reply = _start(learner, steps, ["sleep", "5"], SHORT_S)
    reply.raises(TimeoutError, because=SLOW)
    reply.took(SHORT_S)


@RULES.rule(weight=2)
def what_is_ended_is_gone(learner: Learner, steps: Steps, rng: Random) -> None:
    """After TimeoutError the command does not run any more.

    抛出 TimeoutError 之后，命令不再运行。
    """
    folder = steps.folder()
    script = f"while :; do echo beat >> {folder.path}/heart; sleep 0.01; done"
    with steps.premise():
        _start(learner, steps, ["sh", "-c", script], SHORT_S).raises(TimeoutError)
    for _ in range(2):  # what it was writing just then may still come
        before = folder.read()
        steps.listen(CLOCK.after(BEATS_S))  # it says nothing more: that is a pause
    if folder.read() != before:
        steps.tell(YOU, "the command still runs", "命令还在运行")
        want, got = Text("ended", "已经结束"), Text("still writing", "还在写")
        steps.fail(("the command", "命令"), got=got, want=want, because=Proof("STR-42"))
