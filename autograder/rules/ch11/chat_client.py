"""11.6 chat_client: a line, its reply, the next line."""

from collections.abc import Callable
from functools import partial
from operator import eq
from random import Random
from typing import Any

from autograder.exercise import Rules
from autograder.network import Learner, Lent, Reply, Steps, Stream
from autograder.rules.ch11.shared import BUFFER, CUTS, IN_CHARACTERS, SIZE
from autograder.rules.common import (
    PATIENT_S,
    PEER,
    ends,
    han,
    mixed,
    spins_at_the_end,
    waits_for_more,
    word,
)
from autograder.text import NOTHING, Because, Happened, Mistakes, Proof, Text, such

__all__ = ["MISTAKES", "RULES"]
RULES = Rules()

MISTAKES = {
    UnicodeDecodeError: "TXT-02",
    UnicodeEncodeError: "TXT-01",
    (TypeError, NameError, AttributeError): None,  # a slip: no belief about networks
}
LINE = ("the line", "这一行")
AFTER_ITS_END = ("what comes after its end", "对端结束之后，你的程序又发出的字节")
REPLIES = ("the replies", "各行响应")
LONG = 300_000  # bytes: more than fits between two small buffers
LONG_REPLY = 20_000  # bytes: more than programs read at once


def _bytes(line: str, charset: str = "utf-8") -> bytes:
    """Return a line as it crosses."""
    return line.encode(charset, "replace") + b"\n"


def _asked(steps: Steps, peer: Stream, line: str, because: str | None = None) -> None:
    """Expect that line, and no other, to come."""
    others = [_bytes(line, other) for other in ("gbk", "utf-16")]

    is_empty = such(bytes, lambda got: got == b"\n")
    is_blank = such(bytes, lambda got: not got.decode(errors="replace").strip())
    stripped = partial(eq, _bytes(line.strip()))

    def has_no_end(_: Any) -> str | None:
        return "TCP-24" if peer.received == _bytes(line).removesuffix(b"\n") else None

    mistakes = {
        is_empty: "STR-18",
        is_blank: None,
        stripped: "STR-41",
        others.__contains__: "TXT-01",
    }
    cites: Because = (mistakes, has_no_end, because)
    steps.expect(LINE, got=peer.read_line(LINE, cites), want=_bytes(line), because=cites)


def _are_cut(want: list[str]) -> Callable[[Any], bool]:
    """Return the sign of as many replies, of which some end too early and none goes on."""

    def are_cut(got: list[Any]) -> bool:
        texts = all(isinstance(each, str) for each in got) and len(got) == len(want)
        return texts and all(map(str.startswith, want, got)) and got != want

    return such(list, are_cut)


def _ended(reply: Reply, lent: Lent, want: list[str], because: str | None = "STR-01") -> None:
    """Expect the call to return these replies."""
    stripped = partial(eq, [each.strip() for each in want])
    without_empty_ones = partial(eq, [each for each in want if each])
    cut: Mistakes = {} if because == "STR-41" else {_are_cut(want): "STR-01"}
    mistakes = {stripped: "STR-41", without_empty_ones: "STR-23", **cut}
    reply.returns(want, REPLIES, ({**mistakes, waits_for_more: "STR-11"}, because))
    reply.left_open(lent)


def _talk(
    learner: Learner, steps: Steps, lines: list[str], replies: list[str], because: str | None
) -> None:
    """Answer each of the lines that is to come, and expect the replies."""
    lent, peer = steps.tcp.connection(PEER)
    reply = learner.start("chat_client", lent, lines)
    for line, answer in zip(filter(str.strip, lines), replies, strict=True):
        _asked(steps, peer, line, because)
        peer.send(_bytes(answer))
    _ended(reply, lent, replies, because)


@RULES.rule(weight=4)
def a_reply_for_each_line(learner: Learner, steps: Steps, rng: Random) -> None:
    """A line goes out, its reply is awaited, then the next; all replies are returned.

    发出一行，等到它的响应，再发下一行；返回全部响应。
    """
    lent, peer = steps.tcp.connection(PEER)
    lines, replies = [word(rng) for _ in range(3)], [word(rng) for _ in range(3)]
    reply = learner.start("chat_client", lent, lines)
    for line, answer in zip(lines, replies, strict=True):
        _asked(steps, peer, line, "TCP-24")
        reply.rests()
        if early := peer.unread():
            want = Text("nothing before the reply", "得到响应之前什么也不发")
            steps.fail(
                ("what comes next", "你的程序接下来发出的"),
                got=early,
                want=want,
                because=Proof("STR-11"),
            )
        peer.send(_bytes(answer))
    _ended(reply, lent, replies, "STR-11")
    steps.anew()
    _talk(learner, steps, [mixed(rng)], [mixed(rng)], None)


@RULES.rule(weight=3, misconception="STR-01", faults=CUTS)
def replies_however_cut(learner: Learner, steps: Steps, rng: Random) -> None:
    """However the network cuts it, a reply is everything up to the next b"\\n".

    不管网络怎么切，一行响应就是到下一个 b"\\n" 为止的全部内容。
    """
    _talk(learner, steps, [word(rng, 2)], [word(rng, 5)], "STR-01")


@RULES.rule(weight=3, condition="non-ascii", faults=IN_CHARACTERS)
def cut_inside_a_character(learner: Learner, steps: Steps, rng: Random) -> None:
    """Lines and replies are UTF-8, also where a character is cut in two.

    发出的行和响应都是 UTF-8，一个字符被切成两半时也一样。
    """
    _talk(learner, steps, [han(rng, 2)], [han(rng, 2)], "TXT-02")


@RULES.rule(weight=3, misconception="STR-08", faults=("", "split 11"))
def replies_that_come_together(learner: Learner, steps: Steps, rng: Random) -> None:
    """Several replies may come together: what is left belongs to the next line.

    几行响应可能一起到达：剩下的属于下一行。
    """
    lent, peer = steps.tcp.connection(PEER)
    lines, replies = [word(rng, 2) for _ in range(3)], [word(rng, 4) for _ in range(3)]
    reply = learner.start("chat_client", lent, lines)
    _asked(steps, peer, lines[0])
    peer.send(b"".join(map(_bytes, replies)))
    for line in lines[1:]:
        _asked(steps, peer, line, "STR-08")
    _ended(reply, lent, replies, "STR-08")


@RULES.rule(weight=3, condition="no content")
def blank_lines_are_not_sent(learner: Learner, steps: Steps, rng: Random) -> None:
    """Lines that are empty or only white space are not sent and get no reply.

    空行和只有空白的行不发送，也没有响应。
    """
    lines = ["", word(rng), "   ", " \t", word(rng), "\u3000", ""]
    _talk(learner, steps, lines, [word(rng), word(rng)], None)
    _talk(learner, steps, ["", " "], [], None)


@RULES.rule(weight=2, condition="no content", misconception="STR-23")
def an_empty_reply_is_a_reply(learner: Learner, steps: Steps, rng: Random) -> None:
    """An empty reply line is a reply: "".

    只有换行的响应也是响应：""。
    """
    _talk(learner, steps, [word(rng), word(rng)], ["", word(rng)], "STR-23")


@RULES.rule(weight=1, misconception="STR-41")
def blanks_are_kept(learner: Learner, steps: Steps, rng: Random) -> None:
    """A line and a reply keep their blanks; only b"\\n" ends a reply.

    行和响应里的空白原样保留；只有 b"\\n" 结束一行响应。
    """
    lines = [f" {word(rng, 3)}  ", f"{word(rng, 2)} {word(rng, 2)}"]
    _talk(learner, steps, lines, [f"  {word(rng, 3)} ", f"{word(rng, 2)}\x0b "], "STR-41")


@RULES.rule(weight=2, misconception="STR-02")
def long_lines_and_replies(learner: Learner, steps: Steps, rng: Random) -> None:
    """A long line goes out whole, and a long reply comes back whole.

    很长的一行完整发出，很长的响应完整收回。
    """
    lent, peer = steps.tcp.connection(PEER, timeout=PATIENT_S, buffer=BUFFER)
    line, answer = word(rng, LONG), word(rng, LONG_REPLY)
    peer.reading = False
    reply = learner.start("chat_client", lent, [line])
    reply.rests()
    peer.expect_whole(_bytes(line), LINE, peer.read_on(LONG + 1))
    peer.send(_bytes(answer))
    _ended(reply, lent, [answer])


@RULES.rule(weight=3, misconception="STR-09", faults=ends(SIZE))
def the_peer_may_finish_early(learner: Learner, steps: Steps, rng: Random) -> None:
    """If the peer finishes early, after whichever byte, the replies so far are returned.

    对端提前结束，不管在第几个字节之后，都返回此前的响应。
    """
    lent, peer = steps.tcp.connection(PEER)
    lines, answers = [word(rng, 2), word(rng, 2)], [word(rng, 2), word(rng, 2)]
    reply, finished = learner.start("chat_client", lent, lines), Happened(peer.name, Text.of("FIN"))
    for line, answer in zip(lines, answers, strict=True):
        _asked(steps, peer, line, "STR-09")
        peer.send(_bytes(answer))
        if finished in steps.story:
            break
    got = reply.result(because={spins_at_the_end: "STR-09"})
    *whole, rest = peer.delivered.decode().split("\n")
    half = rest and isinstance(got, list) and len(got) == len(whole) + 1  # free to keep or drop
    so_far = got[:-1] if half and isinstance(got[-1], str) else got
    steps.expect(REPLIES, got=so_far, want=whole, because="STR-09")
    if finished in steps.story and not peer.delivered.endswith(b"\n"):  # no reply, no next line
        because = NOTHING if half else "STR-09"  # it saw the end, and took the rest for a reply
        steps.expect(AFTER_ITS_END, got=peer.unread(), want=b"", because=because)
