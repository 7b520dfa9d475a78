"""Chapter 04, UDP: one message, one datagram.

The rules play the learner's peers on loopback. Where a rule says that the network lost or
delayed something, the rule itself is that network: it does not answer, or answers late.
"""

import errno
import string
from itertools import pairwise
from random import Random
from typing import Any

from autograder.calls import CALL_S
from autograder.exercise import exercise, rule
from autograder.learner import Learner, Reply
from autograder.peers import LARGEST, UDPPeer
from autograder.steps import YOU, Because, Steps, Talker
from autograder.wording import Text

PEER = ("peer", "对端")
ANNA, BEN = ("anna", "安娜"), ("ben", "小本")
STRANGER = ("stranger", "陌生人")
STOP_S = CALL_S  # the contract says 0.5 s after stop.set(); a busy machine gets more, twice
HAN = "你好世界网络套接字数据报中文消息服务器客户端端口地址"


def _word(rng: Random, length: int = 6) -> str:
    return "".join(rng.choices(string.ascii_lowercase, k=length))


def _han(rng: Random, length: int = 4) -> str:
    return "".join(rng.choices(HAN, k=length))


# -- 04.1 send_text -------------------------------------------------------------------------

exercise("ch04/send_text", points=2, names=("send_text",))


def _sent(subject: Learner, steps: Steps, text: str, *charset: str) -> None:
    """Call send_text and expect exactly its bytes in one datagram, and their number."""
    peer = steps.udp(PEER)
    want = text.encode(*charset)
    reply = subject.start("send_text", *peer.address, text, *charset)
    empty: Because = "UDP-11" if not want else None
    datagram = peer.receive(because=empty)
    steps.expect(
        ("the datagram", "数据报"), got=datagram.data, want=want, because=empty or "TXT-01"
    )
    steps.expect(("the number of bytes sent", "返回的字节数"), got=reply.result(), want=len(want))
    _nothing_more(steps, peer)


def _nothing_more(steps: Steps, peer: Talker, because: Because = "UDP-07") -> None:
    if more := peer.drain():
        steps.fail(("further datagrams", "多余的数据报"), got=len(more), want=0, because=because)


@rule("ch04/send_text", weight=2, misconception="TXT-01")
def ascii_text_arrives(subject: Learner, steps: Steps, rng: Random) -> None:
    """The datagram holds the text in its charset and nothing else.

    数据报里正好是按 charset 编码的文本，别无其他。
    """
    _sent(subject, steps, _word(rng))


@rule("ch04/send_text", weight=2, condition="non-ascii", misconception="UDP-20")
def chinese_text_in_either_charset(subject: Learner, steps: Steps, rng: Random) -> None:
    """Chinese text goes out in the charset asked for, and the bytes are counted.

    中文按指定的 charset 编码发出，返回的是字节数。
    """
    text = _han(rng)
    _sent(subject, steps, text)
    _sent(subject, steps, text, "gbk")


@rule("ch04/send_text", weight=1, condition="empty", misconception="UDP-11")
def empty_text_is_a_datagram(subject: Learner, steps: Steps, rng: Random) -> None:
    """An empty text is one empty datagram, and 0 is returned.

    空文本就是一个空数据报，返回 0。
    """
    _sent(subject, steps, "")


@rule("ch04/send_text", weight=1, misconception="TXT-01")
def unencodable_text_is_not_sent(subject: Learner, steps: Steps, rng: Random) -> None:
    """Text that charset cannot express raises UnicodeEncodeError, and nothing is sent.

    charset 表示不了的文本会抛出 UnicodeEncodeError，什么也不发送。
    """
    peer = steps.udp(PEER)
    reply = subject.start("send_text", *peer.address, _word(rng, 3) + _han(rng, 1), "ascii")
    reply.raises(UnicodeEncodeError)
    _nothing_more(steps, peer, because="TXT-01")


@rule("ch04/send_text", weight=1, condition="maximal", misconception="UDP-08")
def too_long_text_raises(subject: Learner, steps: Steps, rng: Random) -> None:
    """65,507 bytes go out; one more raises OSError (EMSGSIZE).

    65507 个字节可以发出；再多一个就抛出 OSError（EMSGSIZE）。
    """
    _sent(subject, steps, "x" * LARGEST)
    peer = steps.udp(PEER)
    error = subject.start("send_text", *peer.address, "x" * (LARGEST + 1)).raises(OSError)
    steps.expect(
        ("errno", "errno"),
        got=getattr(error, "errno", None),
        want=errno.EMSGSIZE,
    )
    _nothing_more(steps, peer, because="UDP-08")


@rule("ch04/send_text", weight=1, misconception="STR-34")
def its_socket_is_closed(subject: Learner, steps: Steps, rng: Random) -> None:
    """The socket that it makes is closed again, also when sending fails.

    它自己创建的套接字总会关闭，发送失败时也一样。
    """
    peer = steps.udp(PEER)
    reply = subject.start("send_text", *peer.address, _word(rng))
    reply.result()
    reply.closed_its_sockets()
    reply = subject.start("send_text", *peer.address, "x" * (LARGEST + 1))
    reply.raises(OSError, because="UDP-08")
    reply.closed_its_sockets()


# -- 04.2 recv_one ----------------------------------------------------------------------------

exercise("ch04/recv_one", points=3, names=("recv_one",))


def _received(subject: Learner, steps: Steps, sizes: tuple[int, ...], rng: Random) -> None:
    sock, anna = steps.own_socket(), steps.udp(ANNA)
    for size in sizes:
        data = rng.randbytes(size)
        anna.send(data, sock.address)
        got = subject.call("recv_one", sock, 5.0, because="UDP-11")
        steps.expect(
            ("the datagram and its sender", "数据报和它的发送者"),
            got=got,
            want=(data, anna.address),
            because="UDP-11" if size < 2 else "UDP-06",
        )


@rule("ch04/recv_one", weight=1, condition="maximal", misconception="UDP-06")
def large_datagrams_come_whole(subject: Learner, steps: Steps, rng: Random) -> None:
    """A datagram of any size comes back whole, with the address it came from.

    任何大小的数据报都完整返回，并带上来源地址。
    """
    _received(subject, steps, (1, 1025, 9000, LARGEST), rng)


@rule("ch04/recv_one", weight=1, condition="empty", misconception="UDP-11")
def empty_datagram_is_returned(subject: Learner, steps: Steps, rng: Random) -> None:
    """An empty datagram is returned as b"", and the next call gets the next one.

    空数据报返回 b""；下一次调用得到下一个数据报。
    """
    _received(subject, steps, (0, 1), rng)


@rule("ch04/recv_one", weight=1, condition="many clients", misconception="UDP-11")
def one_call_one_datagram(subject: Learner, steps: Steps, rng: Random) -> None:
    """One call takes one datagram, even if several wait.

    一次调用只取一个数据报，即使已经有好几个在排队。
    """
    sock, anna, ben = steps.own_socket(), steps.udp(ANNA), steps.udp(BEN)
    first, second = rng.randbytes(3), rng.randbytes(4)
    anna.send(first, sock.address)
    ben.send(second, sock.address)
    for data, sender in ((first, anna), (second, ben)):
        got = subject.call("recv_one", sock, 5.0)
        steps.expect(
            ("the datagram and its sender", "数据报和它的发送者"),
            got=got,
            want=(data, sender.address),
        )


@rule("ch04/recv_one", weight=3, condition="truncated", misconception="UDP-06")
def longer_than_limit_is_truncated(subject: Learner, steps: Steps, rng: Random) -> None:
    """Up to limit bytes are fine; more raise Truncated, and that datagram is used up.

    不超过 limit 个字节都正常；超过就抛出 Truncated，而且这个数据报已经用掉。
    """
    sock, anna = steps.own_socket(), steps.udp(ANNA)
    limit = rng.randrange(4, 8)
    for size in (limit - 1, limit, limit + 1, 2):
        data = rng.randbytes(size)
        anna.send(data, sock.address)
        if size > limit:
            subject.start("recv_one", sock, 5.0, limit).raises_named("Truncated")
            continue
        steps.expect(
            ("the datagram and its sender", "数据报和它的发送者"),
            got=subject.call("recv_one", sock, 5.0, limit, because="UDP-06"),
            want=(data, anna.address),
        )


@rule("ch04/recv_one", weight=3, condition="silence", misconception="UDP-04")
def silence_times_out(subject: Learner, steps: Steps, rng: Random) -> None:
    """TimeoutError when nothing arrives within timeout seconds, and not before.

    timeout 秒内什么也没到就抛出 TimeoutError，也不会提前抛出。
    """
    sock, anna = steps.own_socket(), steps.udp(ANNA)
    reply = subject.start("recv_one", sock, 0.1)
    reply.raises(TimeoutError)
    _waited(steps, reply, 0.1)
    anna.send(b"x", sock.address)
    steps.expect(
        ("the datagram after the silence", "沉默之后的数据报"),
        got=subject.call("recv_one", sock, 5.0),
        want=(b"x", anna.address),
    )
    reply.left_open(sock)


def _waited(steps: Steps, reply: Reply, seconds: float, because: Because = "UDP-04") -> None:
    """Fail if a call gave up early. (A lower bound is safe on any machine.)"""
    if reply.seconds < seconds * 0.98:
        shown = f"{reply.seconds:.2f} s"
        steps.fail(
            ("the wait", "等待时间"),
            got=Text.of(shown),
            want=Text(f"at least {seconds:g} s", f"至少 {seconds:g} s"),
            because=because,
        )


# -- 04.3 echo_server ---------------------------------------------------------------------------

exercise("ch04/echo_server", points=4, names=("echo_server",))


def _server(subject: Learner, steps: Steps, name: str) -> tuple[UDPPeer, Any, Reply]:
    sock, stop = steps.own_socket(), steps.event()
    return sock, stop, subject.start(name, sock, stop)


def _echo(steps: Steps, client: Talker, data: bytes, to: tuple[str, int], because: Because) -> None:
    client.send(data, to)
    answer = client.receive(("the answer", "应答"), because)
    steps.expect(("the answer", "应答"), got=answer.data, want=data, because=because)


@rule("ch04/echo_server", weight=2, condition="many clients", misconception="UDP-05")
def clients_in_turn(subject: Learner, steps: Steps, rng: Random) -> None:
    """Every datagram is answered with the same bytes, to its own sender.

    每个数据报都用同样的字节应答，发回给它自己的发送者。
    """
    sock, _, _ = _server(subject, steps, "echo_server")
    anna, ben = steps.udp(ANNA), steps.udp(BEN)
    for client in (anna, ben, anna):
        _echo(steps, client, _word(rng).encode(), sock.address, "UDP-05")


@rule("ch04/echo_server", weight=1, condition="duplicated", misconception="UDP-07")
def one_answer_for_each(subject: Learner, steps: Steps, rng: Random) -> None:
    """One answer for one datagram, in order of arrival, also for copies.

    一个数据报一个应答，按到达顺序，重复的数据报也一样。
    """
    sock, _, _ = _server(subject, steps, "echo_server")
    anna = steps.udp(ANNA)
    first, second = _word(rng).encode(), _word(rng).encode()
    for data, fate in ((second, "late"), (first, "delivered"), (first, "duplicate")):
        anna.send(data, sock.address, fate)
    for data in (second, first, first):
        answer = anna.receive(("the answer", "应答"))
        steps.expect(("the next answer", "下一个应答"), got=answer.data, want=data)
    _echo(steps, anna, b"end", sock.address, "UDP-07")


@rule("ch04/echo_server", weight=2, condition="binary", misconception="TXT-03")
def any_bytes(subject: Learner, steps: Steps, rng: Random) -> None:
    """Any bytes are answered unchanged; nobody promised text.

    任何字节都原样应答；没有人承诺过那是文本。
    """
    sock, _, _ = _server(subject, steps, "echo_server")
    anna = steps.udp(ANNA)
    for data in (b"\xff\xfe" + rng.randbytes(2), b" \r\n\0", bytes(range(256))):
        _echo(steps, anna, data, sock.address, "TXT-03")


@rule("ch04/echo_server", weight=2, condition="empty", misconception="UDP-11")
def empty_is_answered(subject: Learner, steps: Steps, rng: Random) -> None:
    """An empty datagram is answered with an empty one, and service goes on.

    空数据报用空数据报应答，服务继续。
    """
    sock, _, _ = _server(subject, steps, "echo_server")
    anna = steps.udp(ANNA)
    _echo(steps, anna, b"", sock.address, "UDP-11")
    _echo(steps, anna, b"x", sock.address, "UDP-11")


@rule("ch04/echo_server", weight=4, condition="maximal", misconception="UDP-06")
def large_is_answered_whole(subject: Learner, steps: Steps, rng: Random) -> None:
    """Datagrams of up to 65,507 bytes are answered whole.

    最大 65507 个字节的数据报也完整应答。
    """
    sock, _, _ = _server(subject, steps, "echo_server")
    anna = steps.udp(ANNA)
    for size in (1025, LARGEST):
        _echo(steps, anna, rng.randbytes(size), sock.address, "UDP-06")


@rule("ch04/echo_server", weight=1, condition="unreachable", misconception="UDP-12")
def a_client_that_left(subject: Learner, steps: Steps, rng: Random) -> None:
    """A client that is gone before its answer comes does not disturb the others.

    客户端没等到应答就离开，也不影响其他客户端。
    """
    sock, stop = steps.own_socket(), steps.event()
    anna, ben = steps.udp(ANNA), steps.udp(BEN)
    anna.send(_word(rng).encode(), sock.address)
    anna.close()
    subject.start("echo_server", sock, stop)
    for _ in range(3):  # the ICMP error could surface at any later call
        _echo(steps, ben, _word(rng).encode(), sock.address, "UDP-12")


@rule("ch04/echo_server", weight=2, condition="silence", misconception="UDP-16")
def stops_while_idle(subject: Learner, steps: Steps, rng: Random) -> None:
    """It returns within 0.5 s of stop.set(), also when nobody has sent anything; sock stays open.

    stop.set() 之后 0.5 s 内返回，没有人发送过也一样；sock 保持打开。
    """
    sock, stop, reply = _server(subject, steps, "echo_server")
    _stop(steps, stop, reply, 0)
    reply.left_open(sock, "UDP-16")


@rule("ch04/echo_server", weight=2, misconception="UDP-16")
def stops_and_counts(subject: Learner, steps: Steps, rng: Random) -> None:
    """After stop.set() it returns the number of answers sent.

    stop.set() 之后，返回已发送的应答数。
    """
    sock, stop, reply = _server(subject, steps, "echo_server")
    anna = steps.udp(ANNA)
    count = rng.randrange(2, 5)
    for _ in range(count):
        _echo(steps, anna, _word(rng, 3).encode(), sock.address, "UDP-05")
    _stop(steps, stop, reply, count)
    reply.left_open(sock, "UDP-16")


def _stop(steps: Steps, stop: Any, reply: Reply, count: int) -> None:
    reply.rests()
    steps.tell(YOU, "stop.set()", "stop.set()")
    stop.set()
    steps.expect(
        ("the number of answers", "应答数"),
        got=reply.result(within=STOP_S),
        want=count,
        because="UDP-07",
    )


# -- 04.4 request ---------------------------------------------------------------------------------

exercise("ch04/request", points=4, names=("request",))

PATIENT_S = 5.0  # a timeout that a busy machine does not reach by itself
SHORT_S = 0.05  # where the check stays silent


@rule("ch04/request", weight=2, misconception="UDP-07")
def answered_at_once(subject: Learner, steps: Steps, rng: Random) -> None:
    """The payload goes out once, and the answer is returned.

    载荷只发一次，返回收到的应答。
    """
    peer = steps.udp(PEER)
    payload, answer = rng.randbytes(4), rng.randbytes(5)
    reply = subject.start("request", peer.address, payload, PATIENT_S)
    asked = peer.receive(("the request", "请求"))
    steps.expect(("the request", "请求"), got=asked.data, want=payload)
    peer.send(answer, asked.source)
    steps.expect(("the return value", "返回值"), got=reply.result(), want=answer)
    _nothing_more(steps, peer)


@rule("ch04/request", weight=4, condition="lost", misconception="UDP-04")
def answered_at_the_third_try(subject: Learner, steps: Steps, rng: Random) -> None:
    """When answers are lost, the payload is sent again until one comes.

    应答丢失时就重发，直到有应答为止。
    """
    peer = steps.udp(PEER)
    payload, answer = rng.randbytes(4), rng.randbytes(5)
    reply = subject.start("request", peer.address, payload, SHORT_S, 6)
    for _ in range(2):
        lost = peer.receive(("the request", "请求"))
        peer.lose(lost)
        steps.expect(("the request", "请求"), got=lost.data, want=payload)
    asked = peer.receive(("the request, once more", "再发一次的请求"))
    peer.send(answer, asked.source)
    steps.expect(("the return value", "返回值"), got=reply.result(), want=answer)


@rule("ch04/request", weight=2, condition="delayed", misconception="UDP-04")
def a_late_answer_counts(subject: Learner, steps: Steps, rng: Random) -> None:
    """An answer to the first copy that comes after the second copy left is an answer.

    第二份发出之后才到的、对第一份的应答，也算应答。
    """
    peer = steps.udp(PEER)
    answer = rng.randbytes(5)
    reply = subject.start("request", peer.address, rng.randbytes(4), SHORT_S, 6)
    first = peer.receive(("the request", "请求"))
    peer.receive(("the request, once more", "再发一次的请求"))
    peer.send(answer, first.source, "late")
    steps.expect(("the return value", "返回值"), got=reply.result(), want=answer)


@rule("ch04/request", weight=4, condition="silence", misconception="UDP-04")
def gives_up_after_tries(subject: Learner, steps: Steps, rng: Random) -> None:
    """Silence: exactly tries copies, timeout apart, then TimeoutError.

    一直无应答：正好发 tries 份，间隔不少于 timeout，然后抛出 TimeoutError。
    """
    peer = steps.udp(PEER)
    tries = rng.randrange(2, 4)
    reply = subject.start("request", peer.address, rng.randbytes(4), SHORT_S, tries)
    reply.raises(TimeoutError)
    copies = peer.drain()
    steps.expect(("copies of the payload", "发出的份数"), got=len(copies), want=tries)
    gaps = [after.time - before.time for before, after in pairwise(copies)]
    if gaps and min(gaps) < SHORT_S * 0.95:
        steps.fail(
            ("the time between two copies", "两份之间的间隔"),
            got=Text.of(f"{min(gaps):.3f} s"),
            want=Text(f"at least {SHORT_S:g} s", f"至少 {SHORT_S:g} s"),
        )
    _waited(steps, reply, SHORT_S * tries)


@rule("ch04/request", weight=12, condition="stranger", misconception="UDP-05")
def strangers_are_ignored(subject: Learner, steps: Steps, rng: Random) -> None:
    """A datagram from any other host or port is not the answer.

    来自其他主机或其他端口的数据报不是应答。
    """
    peer = steps.udp(PEER)
    for host, port in (("127.0.0.1", 0), ("127.0.0.2", peer.address[1])):
        stranger = steps.udp(STRANGER, host, port)
        answer, forged = rng.randbytes(5), rng.randbytes(6)
        reply = subject.start("request", peer.address, rng.randbytes(4), PATIENT_S)
        asked = peer.receive(("the request", "请求"))
        stranger.send(forged, asked.source, "forged")
        peer.send(answer, asked.source)
        cites: Because = "UDP-05" if port == 0 else "PRT-04"
        got = reply.result(because=cites)
        steps.expect(("the return value", "返回值"), got=got, want=answer, because=cites)


@rule("ch04/request", weight=12, condition="stranger", misconception="UDP-19")
def strangers_do_not_buy_time(subject: Learner, steps: Steps, rng: Random) -> None:
    """A stranger that keeps sending does not lengthen the wait.

    陌生人一直发送，也不会延长等待。
    """
    peer, stranger = steps.udp(PEER), steps.udp(STRANGER)
    timeout, tries = 0.1, 2
    reply = subject.start("request", peer.address, rng.randbytes(4), timeout, tries)
    asked = peer.receive(("the request", "请求"))
    reply.raises_while(
        TimeoutError,
        every=timeout / 5,
        do=lambda: stranger.send(b"!", asked.source, "forged"),
        within=timeout * tries * 4,
    )


@rule("ch04/request", weight=3, condition="empty", misconception="UDP-11")
def an_empty_answer_counts(subject: Learner, steps: Steps, rng: Random) -> None:
    """An empty answer is an answer.

    空应答也是应答。
    """
    _answered(subject, steps, rng.randbytes(4), b"", "UDP-11")


@rule("ch04/request", weight=3, condition="maximal", misconception="UDP-06")
def a_large_answer_comes_whole(subject: Learner, steps: Steps, rng: Random) -> None:
    """An answer of 65,507 bytes comes back whole.

    65507 个字节的应答也完整返回。
    """
    _answered(subject, steps, rng.randbytes(4), rng.randbytes(LARGEST), "UDP-06")


def _answered(subject: Learner, steps: Steps, payload: bytes, answer: bytes, because: str) -> None:
    peer = steps.udp(PEER)
    reply = subject.start("request", peer.address, payload, PATIENT_S)
    asked = peer.receive(("the request", "请求"))
    peer.send(answer, asked.source)
    got = reply.result(because=because)
    steps.expect(("the return value", "返回值"), got=got, want=answer, because=because)


@rule("ch04/request", weight=3, condition="duplicated", misconception="UDP-07")
def an_old_answer_stays_old(subject: Learner, steps: Steps, rng: Random) -> None:
    """A second copy of an answer does not become the answer to the next request.

    应答的第二份副本，不会成为下一次请求的应答。
    """
    peer = steps.udp(PEER)
    for number in (b"1 ", b"2 "):
        answer = number + rng.randbytes(3).hex().encode()
        reply = subject.start("request", peer.address, rng.randbytes(4), PATIENT_S)
        asked = peer.receive(("the request", "请求"))
        peer.send(answer, asked.source)
        peer.send(answer, asked.source, "duplicate")
        steps.expect(("the return value", "返回值"), got=reply.result(), want=answer)


@rule("ch04/request", weight=3, condition="unreachable", misconception="UDP-12")
def a_dead_port_ends(subject: Learner, steps: Steps, rng: Random) -> None:
    """Where nobody listens it ends with ConnectionRefusedError or TimeoutError, its socket closed.

    没有程序监听时，以 ConnectionRefusedError 或 TimeoutError 结束，套接字也关闭。
    """
    peer = steps.udp(PEER)
    peer.close()
    reply = subject.start("request", peer.address, rng.randbytes(4), 0.05, 2)
    reply.raises(ConnectionRefusedError, TimeoutError)
    reply.closed_its_sockets()


# -- 04.5 parse_feiq, build_feiq ------------------------------------------------------------------

exercise("ch04/feiq", points=4, names=("parse_feiq", "build_feiq"))

FIELDS = ("version", "packet_no", "sender", "host", "command", "content")
SEED = b"1:1238605487:user:machine:32:hello"
SEED_FIELDS = dict(zip(FIELDS, ("1", 1238605487, "user", "machine", 32, "hello"), strict=True))


def _parsed(
    subject: Learner, steps: Steps, data: bytes, want: dict[str, Any], *charset: str
) -> None:
    got = subject.call("parse_feiq", data, *charset)
    steps.expect(("the fields", "各字段"), got=got, want=want, because=_fields_wrong)


def _fields_wrong(got: Any) -> str | None:
    if isinstance(got, dict) and any(isinstance(got.get(k), str) for k in ("packet_no", "command")):
        return "TXT-08"
    return None


def _built(
    subject: Learner, steps: Steps, message: dict[str, Any], want: bytes, *charset: str
) -> None:
    got = subject.call("build_feiq", message, *charset)
    steps.expect(("the message", "消息"), got=got, want=want, because="TXT-01")


def _message(rng: Random, content: str) -> dict[str, Any]:
    values = ("1", rng.randrange(1, 2**31), _word(rng, 4), _word(rng, 4), 32, content)
    return dict(zip(FIELDS, values, strict=True))


def _written(message: dict[str, Any], charset: str = "gbk") -> bytes:
    return ":".join(str(message[name]) for name in FIELDS).encode(charset)


@rule("ch04/feiq", weight=3, misconception="TXT-08")
def the_known_message(subject: Learner, steps: Steps, rng: Random) -> None:
    """The known message is read into six fields, two of them int, and written back.

    已知的那条消息读成六个字段（其中两个是 int），再写回原样。
    """
    _parsed(subject, steps, SEED, SEED_FIELDS)
    _built(subject, steps, SEED_FIELDS, SEED)
    message = _message(rng, _word(rng))
    _parsed(subject, steps, _written(message), message)


@rule("ch04/feiq", weight=2, misconception="UDP-21")
def content_may_hold_colons(subject: Learner, steps: Steps, rng: Random) -> None:
    """Only the first five colons separate; content may hold more.

    只有前五个冒号是分隔符；content 里还可以有冒号。
    """
    message = _message(rng, f"{_word(rng, 3)}:{_word(rng, 2)}::")
    _parsed(subject, steps, _written(message), message)
    _built(subject, steps, message, _written(message))


@rule("ch04/feiq", weight=2, condition="non-ascii", misconception="TXT-01")
def chinese_in_the_charset_asked_for(subject: Learner, steps: Steps, rng: Random) -> None:
    """Text is in charset, GBK unless told otherwise, both ways.

    文本使用 charset 编码，默认 GBK，读写都一样。
    """
    message = _message(rng, _han(rng))
    for charset in ((), ("utf-8",)):
        data = _written(message, *charset)
        _parsed(subject, steps, data, message, *charset)
        _built(subject, steps, message, data, *charset)


@rule("ch04/feiq", weight=2, condition="empty", misconception="UDP-11")
def fields_may_be_empty(subject: Learner, steps: Steps, rng: Random) -> None:
    """Content may be empty, and blanks in a field are kept.

    content 可以为空；字段里的空白原样保留。
    """
    for content in ("", f" {_word(rng)} \n"):
        message = _message(rng, content) | {"sender": "", "host": " h "}
        _parsed(subject, steps, _written(message), message)
        _built(subject, steps, message, _written(message))


@rule("ch04/feiq", weight=2, condition="truncated", misconception="MUX-02")
def bad_messages_raise(subject: Learner, steps: Steps, rng: Random) -> None:
    """Too few colons, a number that is none, or bytes that charset cannot read: ValueError.

    冒号不够、数字不是数字、或者字节无法按 charset 解码：抛出 ValueError。
    """
    whole = _written(_message(rng, "你好"))
    for bad in (
        b"1:2:user:machine:32",
        b"",
        whole[:-1],
        SEED.replace(b"32", b"x"),
        b"1:y:a:b:32:c",
    ):
        subject.start("parse_feiq", bad).raises(ValueError)


@rule("ch04/feiq", weight=1, misconception="UDP-21")
def no_colon_in_an_early_field(subject: Learner, steps: Steps, rng: Random) -> None:
    """build_feiq raises ValueError if version, sender or host holds a colon.

    version、sender 或 host 里有冒号时，build_feiq 抛出 ValueError。
    """
    for name in ("version", "sender", "host"):
        message = _message(rng, _word(rng)) | {name: f"{_word(rng, 2)}:{_word(rng, 1)}"}
        subject.start("build_feiq", message).raises(ValueError)


# -- 04.6 reply_counter_server -----------------------------------------------------------------

exercise("ch04/reply_counter_server", points=3, names=("reply_counter_server",))


def _counted(
    steps: Steps,
    client: Talker,
    data: bytes,
    to: tuple[str, int],
    number: int,
    because: Because,
    fate: str = "delivered",
) -> None:
    client.send(data, to, fate)
    answer = client.receive(("the answer", "应答"), because)
    want = str(number).encode() + b" " + data
    steps.expect(("the answer", "应答"), got=answer.data, want=want, because=because)


def _miscounted(got: Any) -> str:
    return "TXT-03" if b" b'" in got or b' b"' in got else "UDP-07"


@rule("ch04/reply_counter_server", weight=2, condition="duplicated", misconception="UDP-07")
def one_sender_counts_from_one(subject: Learner, steps: Steps, rng: Random) -> None:
    """The answers to one sender carry 1, 2, 3 and so on, and copies count.

    对同一个发送者，应答依次带上 1、2、3……，重复的也计数。
    """
    sock, _, _ = _server(subject, steps, "reply_counter_server")
    anna, data = steps.udp(ANNA), _word(rng, 2).encode()
    for number in (1, 2, 3):
        fate = "delivered" if number == 1 else "duplicate"
        _counted(steps, anna, data, sock.address, number, _miscounted, fate)


@rule("ch04/reply_counter_server", weight=1, condition="many clients", misconception="UDP-07")
def every_sender_has_its_own(subject: Learner, steps: Steps, rng: Random) -> None:
    """Senders that take turns are counted each for themselves; a port is part of a sender.

    轮流发送的各方分别计数；端口也是发送者的一部分。
    """
    sock, _, _ = _server(subject, steps, "reply_counter_server")
    anna, ben = steps.udp(ANNA), steps.udp(BEN)
    cites: Because = "UDP-07"
    for client, number in ((anna, 1), (ben, 1), (anna, 2), (anna, 3), (ben, 2)):
        _counted(steps, client, _word(rng, 2).encode(), sock.address, number, cites)


@rule("ch04/reply_counter_server", weight=1, condition="many clients", misconception="PRT-04")
def one_port_on_two_hosts(subject: Learner, steps: Steps, rng: Random) -> None:
    """The same port number on two hosts is two senders.

    两台主机上相同的端口号，是两个发送者。
    """
    stop = steps.event()
    sock = steps.own_socket("0.0.0.0")
    anna = steps.udp(ANNA, "127.0.0.1")
    ben = steps.udp(BEN, "127.0.0.2", anna.address[1])
    to = ("127.0.0.1", sock.address[1])
    subject.start("reply_counter_server", sock, stop)
    for client, number in ((anna, 1), (ben, 1), (anna, 2)):
        _counted(steps, client, _word(rng, 2).encode(), to, number, "PRT-04")


@rule("ch04/reply_counter_server", weight=1, condition="binary", misconception="TXT-03")
def counted_bytes_stay_bytes(subject: Learner, steps: Steps, rng: Random) -> None:
    """Any bytes come back behind the number, also none, also 65,000.

    任何字节都跟在编号后面原样返回，没有字节或 65000 个字节也一样。
    """
    sock, _, _ = _server(subject, steps, "reply_counter_server")
    anna = steps.udp(ANNA)
    cites = ("TXT-03", "UDP-11", "TXT-03", "UDP-06")
    payloads = (b"\xff\0 b'", b"", b"\n", rng.randbytes(65_000))
    for number, (data, because) in enumerate(zip(payloads, cites, strict=True), 1):
        _counted(steps, anna, data, sock.address, number, because)


@rule("ch04/reply_counter_server", weight=1, condition="silence", misconception="UDP-16")
def counter_stops(subject: Learner, steps: Steps, rng: Random) -> None:
    """It returns the number of answers within 0.5 s of stop.set(); sock stays open.

    stop.set() 之后 0.5 s 内返回应答总数；sock 保持打开。
    """
    sock, stop, reply = _server(subject, steps, "reply_counter_server")
    anna, ben = steps.udp(ANNA), steps.udp(BEN)
    for client in (anna, ben):
        _counted(steps, client, _word(rng, 2).encode(), sock.address, 1, "UDP-07")
    _stop(steps, stop, reply, 2)
    reply.left_open(sock, "UDP-16")
