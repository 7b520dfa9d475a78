"""13b.3 command_server: requests and their answers, many clients, the end of the service."""

from random import Random

from autograder.clock import CLOCK
from autograder.exercise import Rules
from autograder.network import Learner, Steps
from autograder.network.reply import CHATTER_S
from autograder.rules.ch13b.service import COUNT, Service, request
from autograder.rules.common import (
    ANNA,
    AS_TEXT,
    AT_THE_KEYBOARD,
    BEN,
    CARL,
    GONE,
    han,
    mixed,
    named,
    waits_for_more,
    word,
)
from autograder.rules.frames import BUFFER, IS_SHORT, frame, header
from autograder.rules.their import capped, their
from autograder.text import Hang, Mistakes, such

__all__ = ["MISTAKES", "RULES"]
RULES = Rules()

MISTAKES: Mistakes = {**GONE, **AT_THE_KEYBOARD}

CUTS = ("split 2", "split 12", "split 13", "split every 1")
"""In the header; in the first character, which follows it, `printf` and NUL; everywhere."""
FINISHES = {"": 2, "half-close 0": 0, "half-close 13": 1}
"""Of two requests: how many arrive, where the client finishes so."""
LINES = 100_000  # of seq: 588,895 bytes, more than fits where nobody reads them
PAUSE_S = 0.22  # longer than the 0.1 to 0.2 s in which servers look at stop
SILENCE_S = 0.15  # longer than servers that go home early wait
SHORT_S = 0.08  # in the place of COMMAND_TIMEOUT_S: nobody has to wait a second for the check
MOST = 65_536  # bytes in a request
LONG = 10_000  # bytes, more than a client sends here


_is_one_byte = such(bytes, lambda got: len(got) == 1)


@RULES.rule(weight=3)
def a_command_is_answered(learner: Learner, steps: Steps, rng: Random) -> None:
    """A request is answered by three frames: exit code, stdout, stderr; then comes the next.

    一个请求得到三帧响应：退出码、stdout、stderr；然后是下一个请求。
    """
    service = Service(learner, steps)
    service.waits()
    anna = service.connect(ANNA)
    for _ in range(2):
        out, err = word(rng, 3), word(rng, 3)
        argv = ["sh", "-c", f"printf {out}; printf {err} >&2; exit 3"]
        want = b"3", out.encode(), err.encode()
        empty = such(bytes, lambda got: not got)
        service.asks(anna, argv, want, {empty: "STR-17", waits_for_more: "STR-11"})
    out, code = mixed(rng), rng.randrange(10, 100)
    argv = ["sh", "-c", 'printf %s. "$@"; exit ' + str(code), "sh", out, "", out]
    want = f"{code}".encode(), f"{out}..{out}.".encode(), b""
    service.asks(anna, argv, want, {_is_one_byte: "TXT-15"})


@RULES.rule(weight=2, condition="empty", misconception="STR-18")
def empty_output_is_a_frame(learner: Learner, steps: Steps, rng: Random) -> None:
    """Empty stdout and stderr are frames, too.

    空的 stdout 和 stderr 也各是一帧。
    """
    service = Service(learner, steps)
    anna = service.connect(ANNA)
    for command, code in (("true", b"0"), ("false", b"1")):
        service.asks(anna, [command], (code, b"", b""), {waits_for_more: "STR-18"})


@RULES.rule(weight=2, condition="binary")
def output_is_bytes(learner: Learner, steps: Steps, rng: Random) -> None:
    """Output comes back as it was, text or not.

    输出原样返回，不管是不是文本。
    """
    service, argv = Service(learner, steps), ["printf", r"\377\000\n"]
    anna = service.connect(ANNA)
    replaced = such(bytes, lambda got: "\ufffd".encode() in got)
    cites = ({**AS_TEXT, replaced: "TXT-03", (bytes, Hang): None}, "TXT-03")
    service.asks(anna, argv, (b"0", b"\xff\0\n"), cites)
    complaint = r"printf '\377\n' >&2"
    service.asks(anna, ["sh", "-c", complaint], (b"0", b"", b"\xff\n"), cites)


@RULES.rule(weight=3, condition="non-ascii", misconception="STR-07", faults=CUTS)
def however_it_is_cut(learner: Learner, steps: Steps, rng: Random) -> None:
    """However the bytes of a request arrive, also a character in two, it is answered.

    不管请求的字节怎样到达，一个字符被切成两半也一样，都得到响应。
    """
    service, said = Service(learner, steps), han(rng, 2)
    replaced = such(bytes, lambda got: "\ufffd".encode() in got)
    in_pieces = {IS_SHORT: "STR-07", bytes: "STR-07"}
    cites = ({UnicodeError: "TXT-02", replaced: "TXT-02", **in_pieces}, "STR-07")
    service.prints(service.connect(ANNA), said, cites)


@RULES.rule(weight=3, faults=("", "split 14"))
def several_requests_at_once(learner: Learner, steps: Steps, rng: Random) -> None:
    """Three requests in one piece get their answers, in order.

    三个请求一起到达，按顺序各得到响应。
    """
    service = Service(learner, steps)
    anna, words = service.connect(ANNA), [word(rng, 3) for _ in range(3)]
    anna.send(b"".join(request("echo", each) for each in words))  # it prints all that it gets
    for each in words:
        service.answers(anna, (b"0", f"{each}\n".encode()), {waits_for_more: "STR-08"})


@RULES.rule(weight=3, faults="delay 2 220ms")
def a_pause_loses_nothing(learner: Learner, steps: Steps, rng: Random) -> None:
    """A pause inside a frame, longer than you look at stop, loses no byte.

    一帧中间的停顿，比查看 stop 的间隔还长，也不丢任何字节。
    """
    service = Service(learner, steps)
    lost = ({(TimeoutError, Hang): "STR-37", bytes: None}, "STR-37")
    service.prints(service.connect(ANNA), "hi", lost)


@RULES.rule(weight=2, faults=tuple(FINISHES))
def half_close_gets_all_answers(learner: Learner, steps: Steps, rng: Random) -> None:
    """A client that finishes sending still gets all its answers, then the connection is closed.

    客户端发完就半关闭，仍然得到全部响应，然后连接关闭。
    """
    listener = steps.tcp.own_listener()
    anna = steps.tcp.connect(ANNA, listener.address)
    anna.send(request("printf", "hi"))
    anna.send(request("printf", "ho"))
    anna.finish()
    service = Service(learner, steps, listener)  # all of it has come before accept
    for said, id in ((b"hi", "STR-27"), (b"ho", None))[: FINISHES.get(str(steps.faults), 2)]:
        service.answers(anna, (b"0", said), id)
    service.ends(anna)


@RULES.rule(weight=2, misconception="STR-29")
def what_cannot_run_has_a_code(learner: Learner, steps: Steps, rng: Random) -> None:
    """Not allowed: 126; no such program: 127; stdout is empty, and the service goes on.

    不允许的命令：126；没有这个程序：127；stdout 为空，服务继续。
    """
    service = Service(learner, steps)
    anna = service.connect(ANNA)
    for command, code in (("rm", b"126"), ("/bin/echo", b"126"), ("no-such-program", b"127")):
        cites = ({(PermissionError, FileNotFoundError): "STR-29", bytes: None}, "STR-29")
        service.asks(anna, [command, "x"], (code, b""), cites)
    service.prints(anna, "hi")


@RULES.rule(weight=2)
def what_takes_too_long_has_a_code(learner: Learner, steps: Steps, rng: Random) -> None:
    """Longer than COMMAND_TIMEOUT_S: 124; stdout is empty, and the service goes on.

    运行超过 COMMAND_TIMEOUT_S：124；stdout 为空，服务继续。
    """
    their(steps, "__main__").call("__setattr__", "COMMAND_TIMEOUT_S", SHORT_S)
    service = Service(learner, steps)
    anna = service.connect(ANNA)
    late = {TimeoutError: "STR-42", named("TimeoutExpired"): "STR-42", bytes: None}
    service.asks(anna, ["sleep", "5"], (b"124", b""), (late, "STR-42"))
    service.prints(anna, "hi")


@RULES.rule(weight=2)
def slow_readers_get_everything(learner: Learner, steps: Steps, rng: Random) -> None:
    """A client that reads its answer late gets all of it.

    客户端很晚才读响应，也一个字节都不少。
    """
    service = Service(learner, steps, steps.tcp.own_listener(buffer=BUFFER))
    anna = service.connect(ANNA)
    anna.reading = False
    anna.send(request("seq", f"{LINES}"))
    anna.finish()
    service.reply.wait(PAUSE_S)
    steps.tell(anna.name, f"reads after {PAUSE_S:g} s", f"{PAUSE_S:g} s 后才读")
    came, much = anna.read_on(), b"".join(b"%d\n" % n for n in range(1, LINES + 1))
    want, three = frame(b"0") + frame(much) + frame(b""), ("the three frames", "三帧响应")
    if came != want:
        service.lives({TimeoutError: "STR-38"})
    cites = ({TimeoutError: "STR-38"}, lambda _: None if service.leaves_at_a_fin() else "STR-38")
    anna.expect_whole(want, three, came, service.blamed(cites))


@RULES.rule(weight=2)
def up_to_65536_bytes(learner: Learner, steps: Steps, rng: Random) -> None:
    """A request of 65,536 bytes is answered.

    65536 字节的请求得到响应。
    """
    service = Service(learner, steps)
    service.prints(service.connect(ANNA), "x" * (MOST - len("printf\0")))


@RULES.rule(weight=2)
def one_byte_more_hangs_up(learner: Learner, steps: Steps, rng: Random) -> None:
    """A header that announces more than 65,536 bytes ends that connection only, at once.

    头部声明超过 65536 字节，立即结束这一条连接，也只结束这一条。
    """
    capped(steps)
    service = Service(learner, steps)
    for size in (MOST + 1, 0xFFFFFFFF):
        ben = service.connect(BEN)
        ben.send(header(size))
        with ben.as_one():
            service.hangs_up(ben, "STR-25")
        carl = service.connect(CARL)
        service.prints(carl, "hi", {named("FrameError"): "STR-29"})
        carl.finish()
        service.ends(carl)


@RULES.rule(weight=3)
def a_reset_ends_one_connection(learner: Learner, steps: Steps, rng: Random) -> None:
    """A client that resets, after whichever byte, ends only its own connection, and is counted.

    客户端复位连接，不管在第几个字节之后，只结束它自己的连接，也照样计入个数。
    """
    service, data = Service(learner, steps), request("printf", "hi")
    for size in range(len(data) + 1):
        steps.anew()
        ben = service.connect(BEN)
        ben.send(data[:size])
        ben.reset()
    for part in (data, b""):
        carl = service.connect(CARL)
        service.prints(carl, "hi", "STR-29")
        steps.anew()
        ben = service.connect(BEN)  # who has to wait for carl's end
        ben.send(part)
        ben.finish()
        # Whoever answers him now gets EPIPE, not ECONNRESET (RFC 9293: CLOSE-WAIT); whoever has
        # nothing to answer reads his end, and a shutdown gets ENOTCONN.
        ben.reset()
        with steps.untold():
            carl.finish()
            service.ends(carl)
    carl = service.connect(CARL)
    service.prints(carl, "hi", "STR-29")
    carl.finish()
    service.ends(carl)
    # Those who have just finished, as it looks: carl each time, and ben where nothing was due.
    service.counts(len(data) + 6, COUNT, well=4)


@RULES.rule(weight=1, misconception="STR-29")
def a_reset_while_it_is_answered(learner: Learner, steps: Steps, rng: Random) -> None:
    """A client that resets while it is sent its answer ends only its own connection.

    客户端在收响应的途中复位连接，只结束它自己的连接。
    """
    service = Service(learner, steps, steps.tcp.own_listener(buffer=BUFFER))
    ben = service.connect(BEN)
    ben.reading = False
    ben.send(request("seq", f"{LINES}"))
    ben.reading = True
    with steps.untold():
        ben.hear(CLOCK.limit(0.5))  # the answer has begun
    ben.reset()
    service.prints(service.connect(CARL), "hi", "STR-29")


@RULES.rule(weight=2, condition="many clients")
def one_after_the_other(learner: Learner, steps: Steps, rng: Random) -> None:
    """It serves until stop is set, and returns the number of clients; listener stays open.

    一直服务到 stop 被设置，返回客户端个数；listener 保持打开。
    """
    service = Service(learner, steps)
    service.silence(SILENCE_S)
    count = rng.randrange(2, 4)
    for client in [service.connect((f"client {n}", f"客户端 {n}")) for n in range(1, count + 1)]:
        service.prints(client, word(rng, 3))
        client.finish()
        service.ends(client)
    service.stops_after(count)


@RULES.rule(weight=3, misconception="CON-04")
def a_silent_client_holds_up_nothing(learner: Learner, steps: Steps, rng: Random) -> None:
    """It returns within 0.5 s of stop.set(), also while a client is silent in a header.

    stop.set() 之后 0.5 秒之内返回，哪怕有客户端停在头部中间不出声。
    """
    service = Service(learner, steps)
    anna = service.connect(ANNA)
    service.prints(anna, "hi")
    anna.send(request("true")[:2])
    service.stops_after(1, "CON-04")
    steps.anew()
    service = Service(learner, steps)
    service.connect(BEN)  # who never says anything
    service.stops_after(1, "CON-04")


@RULES.rule(weight=1, misconception="UDP-16")
def a_talking_client_holds_up_nothing(learner: Learner, steps: Steps, rng: Random) -> None:
    """It returns within 0.5 s of stop.set() even if a client goes on sending a long request.

    即使有客户端一直在发送一个很长的请求，stop.set() 之后 0.5 秒之内也返回。
    """
    service = Service(learner, steps)
    anna = service.connect(ANNA)
    every = f"{CHATTER_S * 1000:g} ms"
    steps.tell(anna.name, f"a byte of a request every {every}", f"每 {every} 发请求的一个字节")
    rest = iter(request("printf", "x" * LONG))

    def talk() -> None:
        with steps.untold():
            anna.send(bytes([next(rest)]))

    service.stops_despite(talk)
