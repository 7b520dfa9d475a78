"""13.7 command_server: requests and their answers. Its other rules are in `command_clients`."""

import socket
import time
from random import Random
from typing import Any

from autograder.exercise import Rules
from autograder.network import Learner, Steps
from autograder.rules.ch13.service import ANSWER_S, Service, request
from autograder.rules.ch13.shared import BUFFER, frame, han, their, word
from autograder.text import Text

__all__ = ["RULES"]

RULES = Rules()

ANNA = ("anna", "安娜")
CUTS = ("split 2", "split 12", "split 13", "split every 1")
"""In the header; in the first character, which follows it, `printf` and NUL; everywhere."""
LINES = 100_000  # of seq: 588,895 bytes, more than fits where nobody reads them
PAUSE_S = 0.22  # longer than the 0.1 to 0.2 s in which servers look at stop
SHORT_S = 0.08  # in the place of COMMAND_TIMEOUT_S: nobody has to wait a second for the check


@RULES.rule(weight=3)
def a_command_is_answered(learner: Learner, steps: Steps, rng: Random) -> None:
    """A request is answered by three frames: exit code, stdout, stderr; then comes the next.

    一个请求得到三帧响应：退出码、stdout、stderr；然后是下一个请求。
    """
    service = Service.begin(learner, steps)
    anna = service.client(ANNA)
    for _ in range(2):
        out, err = word(rng), word(rng)
        anna.send(request("sh", "-c", f"printf {out.decode()}; printf {err.decode()} >&2; exit 3"))
        service.answers(anna, ("3", out), "STR-11", err=err, wrong="STR-17")


@RULES.rule(weight=2, condition="empty", misconception="STR-18")
def empty_output_is_a_frame(learner: Learner, steps: Steps, rng: Random) -> None:
    """Empty stdout and stderr are frames, too.

    空的 stdout 和 stderr 也各是一帧。
    """
    service = Service.begin(learner, steps)
    anna = service.client(ANNA)
    for command, code in (("true", "0"), ("false", "1")):
        anna.send(request(command))
        service.answers(anna, (code, b""), "STR-18", err=b"")


@RULES.rule(weight=2, condition="binary", misconception="TXT-03")
def output_is_bytes(learner: Learner, steps: Steps, rng: Random) -> None:
    """Output comes back as it was, text or not.

    输出原样返回，不管是不是文本。
    """
    service = Service.begin(learner, steps)
    anna = service.client(ANNA)
    service.asks(anna, ["printf", r"\377\000\n"], ("0", b"\xff\0\n"), "TXT-03")


@RULES.rule(weight=3, condition="non-ascii", misconception="STR-07", faults=CUTS)
def however_it_is_cut(learner: Learner, steps: Steps, rng: Random) -> None:
    """However the bytes of a request arrive, also a character in two, it is answered.

    不管请求的字节怎样到达，一个字符被切成两半也一样，都得到响应。
    """
    service, said = Service.begin(learner, steps), han(rng)
    service.asks(service.client(ANNA), ["printf", said.decode()], ("0", said), _cut)


def _cut(got: Any) -> str:
    replaced = isinstance(got, bytes) and "\ufffd".encode() in got
    return "TXT-02" if replaced or isinstance(got, UnicodeError) else "STR-07"


@RULES.rule(weight=3, misconception="STR-08", faults=("", "split 16"))
def several_requests_at_once(learner: Learner, steps: Steps, rng: Random) -> None:
    """Three requests in one piece get their answers, in order.

    三个请求一起到达，按顺序各得到响应。
    """
    service = Service.begin(learner, steps)
    anna, words = service.client(ANNA), [word(rng) for _ in range(3)]
    anna.send(b"".join(request("printf", each.decode()) for each in words))
    for each in words:
        service.answers(anna, ("0", each), "STR-08")


@RULES.rule(
    weight=3,
    misconception="STR-37",
    faults="delay 2 220ms",
)
def a_pause_loses_nothing(learner: Learner, steps: Steps, rng: Random) -> None:
    """A pause inside a frame, longer than you look at stop, loses no byte.

    一帧中间的停顿，比查看 stop 的间隔还长，也不丢任何字节。
    """
    service = Service.begin(learner, steps)
    service.asks(service.client(ANNA), ["printf", "hi"], ("0", b"hi"), "STR-37")


@RULES.rule(
    weight=2,
    misconception="STR-27",
    faults=("", "half-close 0", "half-close 13"),
)
def half_close_gets_all_answers(learner: Learner, steps: Steps, rng: Random) -> None:
    """A client that finishes sending still gets all its answers, then the connection is closed.

    客户端发完就半关闭，仍然得到全部响应，然后连接关闭。
    """
    lent = steps.tcp.own_listener()
    anna = steps.tcp.connect(ANNA, lent.address)
    anna.send(request("printf", "hi"))
    anna.send(request("printf", "ho"))
    anna.finish()
    service = Service.begin(learner, steps, lent)  # all of it has come before accept
    count = {"half-close 0": 0, "half-close 13": 1}.get(str(steps.faults), 2)
    for said in (b"hi", b"ho")[:count]:
        service.answers(anna, ("0", said), "STR-27")
    service.ends(anna, "STR-09")


@RULES.rule(weight=2, misconception="STR-29")
def what_cannot_run_has_a_code(learner: Learner, steps: Steps, rng: Random) -> None:
    """Not allowed: 126; no such program: 127; stdout is empty, and the service goes on.

    不允许的命令：126；没有这个程序：127；stdout 为空，服务继续。
    """
    service = Service.begin(learner, steps)
    anna = service.client(ANNA)
    for command, code in (("rm", "126"), ("/bin/echo", "126"), ("no-such-program", "127")):
        service.asks(anna, [command, "x"], (code, b""), "STR-29")
    service.asks(anna, ["printf", "hi"], ("0", b"hi"), "STR-29")


@RULES.rule(weight=2, misconception="STR-42")
def what_takes_too_long_has_a_code(learner: Learner, steps: Steps, rng: Random) -> None:
    """Longer than COMMAND_TIMEOUT_S: 124; stdout is empty, and the service goes on.

    运行超过 COMMAND_TIMEOUT_S：124；stdout 为空，服务继续。
    """
    their(steps, "__main__").call("__setattr__", "COMMAND_TIMEOUT_S", SHORT_S)
    service = Service.begin(learner, steps)
    anna = service.client(ANNA)
    service.asks(anna, ["sleep", "5"], ("124", b""), "STR-42")
    service.asks(anna, ["printf", "hi"], ("0", b"hi"), "STR-29")


@RULES.rule(weight=2, misconception="STR-38")
def slow_readers_get_everything(learner: Learner, steps: Steps, rng: Random) -> None:
    """A client that reads its answer late gets all of it.

    客户端很晚才读响应，也一个字节都不少。
    """
    lent = steps.tcp.own_listener()
    lent.sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, BUFFER)  # its clients inherit it
    service = Service.begin(learner, steps, lent)
    anna = service.client(ANNA)
    anna.reading = False

    def read_on() -> None:
        anna.reading = True

    steps.timers.after(PAUSE_S, read_on)
    anna.send(request("seq", f"{LINES}"))
    anna.finish()
    began, end = len(steps.story), time.monotonic() + ANSWER_S
    while not (anna.ended or anna.was_reset) and time.monotonic() < end:
        anna.hear(end)
    del steps.story[began:]  # in what pieces it came differs from run to run
    steps.tell(anna.name, f"reads after {PAUSE_S:g} s", f"{PAUSE_S:g} s 后才读")
    much = b"".join(b"%d\n" % n for n in range(1, LINES + 1))
    want = frame(b"0") + frame(much) + frame(b"")
    if anna.received == want:
        return
    service.lives("STR-38")
    less = len(anna.received) < len(want)
    got = Text("less than that", "没有那么多") if less else Text("other bytes", "别的字节")
    three = ("the three frames", "三帧响应")
    steps.fail(three, got=got, want=Text(f"{len(want)} bytes", f"{len(want)} 个字节"))
