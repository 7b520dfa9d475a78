"""11.3 recv_until_eof: everything up to the FIN, and not too much."""

import re
from collections.abc import Callable
from random import Random
from typing import Any

from autograder.exercise import Rules
from autograder.network import RETURNED, Learner, Steps
from autograder.rules.ch11.shared import CUTS, IN_CHARACTERS, SIZE
from autograder.rules.common import AS_TEXT, PEER, ends, han, payload, resets, spins_at_the_end
from autograder.text import Because, Hang, such

__all__ = ["RULES"]
RULES = Rules()

LIMIT = 100  # where it is not reached
LARGE = 1 << 20
FIRST, SECOND = 8192, 100  # bytes of a long stream that come by themselves
IMPATIENT_S = 0.03


def _early(got: Any) -> str | None:
    """Return what it shows to return so little of a long stream."""
    if not isinstance(got, bytes) or len(got) > FIRST + SECOND:
        return None
    if len(got) > FIRST:
        return "STR-13" if len(got) == FIRST + SECOND else None
    return "STR-05" if len(got) == FIRST else "STR-01"


def _hurries(learner: Learner, steps: Steps) -> Callable[[Any], str | None]:
    """Return evidence where bytes came too soon: a call that returns though its peer has only
    paused reads once, or takes a short read for the end."""
    source = steps.source.of(["recv_until_eof"])
    loops = re.search(r"^[ \t]*(?:while|for)\b|\biter\(", source, re.MULTILINE)

    def shown(got: Any) -> str | None:
        if not isinstance(got, bytes) or not got:
            return None
        with steps.untold():
            lent, peer = steps.tcp.connection(PEER)
            reply = learner.start("recv_until_eof", lent, LIMIT)
            peer.sock.send(b"a")
            reply.rests()
            return ("STR-13" if loops else "STR-01") if reply.ended else None

    return shown


def _reads(
    learner: Learner, steps: Steps, data: bytes, because: Because, limit: int = LIMIT
) -> None:
    """Let the peer send data and finish; expect what has arrived of it to be returned."""

    is_changed = such(bytes, lambda got: b"\xef\xbf\xbd" in got or len(got) == len(data))
    lent, peer = steps.tcp.connection(PEER)
    reply = learner.start("recv_until_eof", lent, limit)
    peer.send(data)
    peer.finish()
    cites = {
        spins_at_the_end: "STR-09",
        str: "TXT-03",
        UnicodeError: "TXT-02" if because == "TXT-02" else "TXT-03",
        is_changed: "TXT-02" if because == "TXT-02" else "TXT-03",  # replaced, not cut short
        OverflowError: None,  # where the limit lies: no belief
    }
    signs = (cites, _hurries(learner, steps), because)
    got = reply.result(because=signs)
    steps.expect(RETURNED, got=got, want=peer.delivered, because=signs)
    reply.left_open(lent)


@RULES.rule(weight=2)
def everything_to_the_end(learner: Learner, steps: Steps, rng: Random) -> None:
    """It returns every byte that the peer has sent when the peer finishes; sock stays open.

    对端发完（FIN）时，返回它发来的每一个字节；sock 保持打开。
    """
    _reads(learner, steps, payload(rng, SIZE), "STR-13")


@RULES.rule(weight=1)
def a_peer_that_sends_nothing(learner: Learner, steps: Steps, rng: Random) -> None:
    """b"" if the peer finishes without having sent anything.

    对端什么也没发就结束：返回 b""。
    """
    _reads(learner, steps, b"", "STR-09")


@RULES.rule(weight=3)
def a_mebibyte_in_pieces(learner: Learner, steps: Steps, rng: Random) -> None:
    """1 MiB is returned whole, in whatever pieces it comes.

    1 MiB 也完整返回，不管分成几段到达。
    """
    lent, peer = steps.tcp.connection(PEER)
    data = rng.randbytes(LARGE // 2).hex().encode()
    reply = learner.start("recv_until_eof", lent, LARGE)
    for start, end in ((0, FIRST), (FIRST, FIRST + SECOND), (FIRST + SECOND, LARGE)):
        peer.send(data[start:end])
        reply.rests()
        if reply.ended:
            break
    peer.finish()
    reply.returns(data, because=(AS_TEXT, _early))


@RULES.rule(weight=2, misconception="STR-01", faults=CUTS)
def however_it_is_cut(learner: Learner, steps: Steps, rng: Random) -> None:
    """However the network cuts or merges the stream, all of it is returned.

    不管网络怎样切开或合并字节流，都完整返回。
    """
    _reads(learner, steps, payload(rng, SIZE), "STR-01")


@RULES.rule(weight=2, condition="non-ascii", faults=IN_CHARACTERS)
def cut_inside_a_character(learner: Learner, steps: Steps, rng: Random) -> None:
    """A cut inside a character changes no byte.

    切在一个字符中间，也不改变任何字节。
    """
    _reads(learner, steps, han(rng, 2).encode(), "TXT-02")


@RULES.rule(weight=1, condition="binary", misconception="TXT-03")
def any_bytes(learner: Learner, steps: Steps, rng: Random) -> None:
    """Any bytes are returned as they came; nobody promised text.

    任何字节都原样返回；没有人承诺过那是文本。
    """
    _reads(learner, steps, b"\xff\xfe\r\n \0" + bytes(range(256)), "TXT-03", 1000)


@RULES.rule(weight=1, misconception="STR-09", faults=ends(SIZE))
def it_ends_after_any_byte(learner: Learner, steps: Steps, rng: Random) -> None:
    """After whichever byte the peer finishes: what came before is returned.

    对端不管在第几个字节之后结束，都返回此前到达的字节。
    """
    _reads(learner, steps, payload(rng, SIZE), "STR-09")


@RULES.rule(weight=2, faults=resets(SIZE))
def a_reset_is_no_end(learner: Learner, steps: Steps, rng: Random) -> None:
    """If the connection is reset, after whichever byte, ConnectionResetError passes on.

    连接被复位，不管在第几个字节之后：ConnectionResetError 原样抛出。
    """
    lent, peer = steps.tcp.connection(PEER)
    reply = learner.start("recv_until_eof", lent, LIMIT)
    peer.send(payload(rng, SIZE))
    if peer.was_reset:
        signs = (_hurries(learner, steps), {bytes: "STR-28"})
        reply.raises(ConnectionResetError, because=signs)
        return
    peer.finish()
    steps.expect(RETURNED, got=reply.result(), want=peer.delivered, because="STR-01")


@RULES.rule(weight=1, faults=("", "split every 1"))
def exactly_limit_is_fine(learner: Learner, steps: Steps, rng: Random) -> None:
    """One byte below limit and exactly limit bytes are returned.

    比 limit 少一个字节，以及正好 limit 个字节，都正常返回。
    """
    for limit in (7, 6):
        _reads(learner, steps, payload(rng, 6), None, limit)


@RULES.rule(weight=3, misconception="STR-25", faults=("", "split every 1"))
def too_much_is_refused_at_once(learner: Learner, steps: Steps, rng: Random) -> None:
    """OverflowError as soon as more than limit bytes have come, before the peer finishes.

    一旦来了超过 limit 个字节，不等对端结束就抛出 OverflowError。
    """
    lent, peer = steps.tcp.connection(PEER)
    reply = learner.start("recv_until_eof", lent, 5)
    peer.send(payload(rng, 6))
    cut_short = such(bytes, lambda got: len(got) <= 5)  # before too much came
    reply.raises(OverflowError, because={cut_short: None, bytes: "STR-25", Hang: "STR-25"})
    reply.left_open(lent)


@RULES.rule(weight=1)
def a_timeout_is_no_end(learner: Learner, steps: Steps, rng: Random) -> None:
    """If sock has a timeout and the peer falls silent, TimeoutError passes on.

    sock 设了超时，而对端不再发送：TimeoutError 原样抛出。
    """
    lent, peer = steps.tcp.connection(PEER, timeout=IMPATIENT_S)
    reply = learner.start("recv_until_eof", lent, LIMIT)
    peer.send(payload(rng, 6))
    reply.raises(TimeoutError, because=(_hurries(learner, steps), {bytes: "UDP-22"}))
