"""11.6 chat_client: a line, its reply, the next line."""

import time
from random import Random
from typing import Any

from autograder.deadlines import WIRE_S
from autograder.exercise import Rules
from autograder.network import Learner, Reply, Steps, Stream
from autograder.rules.ch11.shared import (
    BUFFER,
    CUTS,
    ENDS,
    IN_CHARACTERS,
    PATIENT_S,
    PEER,
    arrived,
    han,
    word,
)
from autograder.text import YOU, Because, Failed, Happened, Text

__all__ = ["RULES"]

RULES = Rules()

LINE = ("the line", "这一行")
REPLIES = ("the replies", "各个答复")
LONG = 300_000  # bytes: more than fits between two small buffers
LONG_REPLY = 20_000  # bytes: more than programs read at once


def _asked(steps: Steps, peer: Stream, line: str, because: Because = None) -> None:
    """Expect that line, and no other, to come."""
    cites = _why_not(because)
    got, want = peer.read_line(LINE, cites), line.encode() + b"\n"
    steps.expect(LINE, got=got, want=want, because=_misspelt(line, because))


def _why_not(because: Because) -> Because:
    """Return what it means that a line does not come: because, unless an exception says more."""

    def cites(got: Any) -> str | None:
        match got:
            case UnicodeDecodeError():
                return "TXT-02"
            case UnicodeEncodeError():
                return "TXT-01"
            case TypeError() | NameError() | AttributeError():
                return None  # a slip: no belief about networks
        return because(got) if callable(because) else because

    return cites


def _misspelt(line: str, because: Because) -> Because:
    """Return what a line that came differently shows."""

    def cites(got: bytes) -> str | None:
        bare = got.removesuffix(b"\n")
        if not bare.strip():
            return "STR-18"
        if bare == line.strip().encode():
            return "STR-41"
        if bare in (line.encode(charset, "replace") for charset in ("gbk", "utf-16")):
            return "TXT-01"
        return because(got) if callable(because) else because

    return cites


def _ended(steps: Steps, reply: Reply, lent: Any, want: list[str], because: str = "STR-01") -> None:
    """Expect the call to return these replies."""

    def cites(got: Any) -> str | None:
        if isinstance(got, list) and all(isinstance(each, str) for each in got):
            if [each.strip() for each in want] == got != want:
                return "STR-41"
            if [each for each in want if each] == got != want:
                return "STR-23"
        return because

    got = reply.result(because=_why_not(cites))
    steps.expect(REPLIES, got=got, want=want, because=cites)
    reply.left_open(lent, "STR-43")


@RULES.rule(weight=4)
def a_reply_for_each_line(learner: Learner, steps: Steps, rng: Random) -> None:
    """A line goes out, its reply is awaited, then the next; all replies are returned.

    发出一行，等到它的答复，再发下一行；返回全部答复。
    """
    lent, peer = steps.tcp.connection(PEER)
    lines, replies = [word(rng) for _ in range(3)], [word(rng) for _ in range(3)]
    reply = learner.start("chat_client", lent, lines)
    for line, answer in zip(lines, replies, strict=True):
        _asked(steps, peer, line, "TCP-24")
        if line == lines[0]:
            reply.rests()
            peer.hear(time.monotonic())
        if peer.received:
            got, want = bytes(peer.received), Text("nothing before the reply", "答复之前什么也不发")
            steps.fail(("what comes next", "接下来发来的"), got=got, want=want, because="STR-11")
        peer.send(answer.encode() + b"\n")
    _ended(steps, reply, lent, replies, "STR-11")


@RULES.rule(weight=3, misconception="STR-01", faults=CUTS)
def replies_however_cut(learner: Learner, steps: Steps, rng: Random) -> None:
    """However the network cuts it, a reply is everything up to the next b"\\n".

    不管网络怎么切，一个答复就是到下一个 b"\\n" 为止的全部内容。
    """
    _talk(learner, steps, [word(rng, 2)], [word(rng, 5)], "STR-01")


@RULES.rule(weight=3, condition="non-ascii", faults=IN_CHARACTERS)
def cut_inside_a_character(learner: Learner, steps: Steps, rng: Random) -> None:
    """Lines and replies are UTF-8, also where a character is cut in two.

    发出的行和答复都是 UTF-8，一个字符被切成两半时也一样。
    """
    _talk(learner, steps, [han(rng)], [han(rng)], "TXT-02")


@RULES.rule(weight=3, misconception="STR-08", faults=("", "split 11"))
def replies_that_come_together(learner: Learner, steps: Steps, rng: Random) -> None:
    """Several replies may come together: what is left belongs to the next line.

    几个答复可能一起到达：剩下的属于下一行。
    """
    lent, peer = steps.tcp.connection(PEER)
    lines, replies = [word(rng, 2) for _ in range(3)], [word(rng, 4) for _ in range(3)]
    reply = learner.start("chat_client", lent, lines)
    _asked(steps, peer, lines[0])
    peer.send("".join(f"{each}\n" for each in replies).encode())
    for line in lines[1:]:
        _asked(steps, peer, line, "STR-08")
    _ended(steps, reply, lent, replies, "STR-08")


@RULES.rule(weight=3, condition="empty", misconception="STR-18")
def blank_lines_are_not_sent(learner: Learner, steps: Steps, rng: Random) -> None:
    """Lines that are empty or only blanks are not sent and get no reply.

    空行和只有空格的行不发送，也没有答复。
    """
    lines, replies = [word(rng), word(rng)], [word(rng), word(rng)]
    said = ["", lines[0], "   ", " ", lines[1], ""]
    _talk(learner, steps, lines, replies, "STR-18", said=said)
    lent, _ = steps.tcp.connection(PEER)
    _ended(steps, learner.start("chat_client", lent, ["", " "]), lent, [], "STR-18")


@RULES.rule(weight=2, condition="empty", misconception="STR-23")
def an_empty_reply_is_a_reply(learner: Learner, steps: Steps, rng: Random) -> None:
    """An empty reply line is a reply: "".

    只有换行的答复也是答复：""。
    """
    _talk(learner, steps, [word(rng), word(rng)], ["", word(rng)], "STR-23")


@RULES.rule(weight=1, misconception="STR-41")
def blanks_are_kept(learner: Learner, steps: Steps, rng: Random) -> None:
    """A line and a reply keep their blanks; only b"\\n" ends a reply.

    行和答复里的空白原样保留；只有 b"\\n" 结束一个答复。
    """
    lines = [f" {word(rng, 3)}  ", f"{word(rng, 2)} {word(rng, 2)}"]
    _talk(learner, steps, lines, [f"  {word(rng, 3)} ", f"{word(rng, 2)}\x0b "], "STR-41")


@RULES.rule(weight=2, misconception="STR-02")
def long_lines_and_replies(learner: Learner, steps: Steps, rng: Random) -> None:
    """A long line goes out whole, and a long reply comes back whole.

    很长的一行完整发出，很长的答复完整收回。
    """
    lent, peer = steps.tcp.connection(PEER, timeout=PATIENT_S, buffer=BUFFER)
    line, answer = word(rng, LONG), word(rng, LONG_REPLY)
    peer.reading = False
    reply = learner.start("chat_client", lent, [line])
    reply.rests()
    peer.reading, began = True, len(steps.story)
    try:
        got = peer.read_line(within=WIRE_S / 2)
    except Failed as failure:
        if failure.raised is not None:
            raise
        got = b""
    del steps.story[began:]  # in what pieces it came differs from run to run
    if got != line.encode() + b"\n":
        steps.tell(peer.name, "reads all that comes", "读完到达的所有字节")
        want = Text(f"{LONG + 1} bytes, b'\\n' at the end", f"{LONG + 1} 个字节，最后是 b'\\n'")
        steps.fail(LINE, got=Text("less, or others", "不够，或者是别的字节"), want=want)
    steps.crossed(YOU, peer.name, got)
    peer.send(answer.encode() + b"\n")
    _ended(steps, reply, lent, [answer])


@RULES.rule(weight=3, misconception="STR-09", faults=ENDS)
def the_peer_may_finish_early(learner: Learner, steps: Steps, rng: Random) -> None:
    """If the peer finishes early, after whichever byte, the replies so far are returned.

    对端提前结束，不管在第几个字节之后，都返回此前的答复。
    """
    lent, peer = steps.tcp.connection(PEER)
    lines, answers = [word(rng, 2), word(rng, 2)], [word(rng, 2), word(rng, 2)]
    reply, finished = learner.start("chat_client", lent, lines), Happened(peer.name, Text.of("FIN"))
    for line, answer in zip(lines, answers, strict=True):
        _asked(steps, peer, line, "STR-09")
        peer.send(answer.encode() + b"\n")
        if finished in steps.story:
            break
    got = reply.result(because=_why_not("STR-09"))
    *whole, rest = arrived(steps).decode().split("\n")
    half = rest and isinstance(got, list) and len(got) == len(whole) + 1  # free to keep or drop
    so_far = got[:-1] if half and isinstance(got[-1], str) else got
    steps.expect(REPLIES, got=so_far, want=whole, because="STR-09")


def _talk(
    learner: Learner,
    steps: Steps,
    lines: list[str],
    replies: list[str],
    because: str,
    *,
    said: list[str] | None = None,
) -> None:
    """Answer each of the lines, and expect the replies; said are the lines that were given."""
    lent, peer = steps.tcp.connection(PEER)
    reply = learner.start("chat_client", lent, lines if said is None else said)
    for line, answer in zip(lines, replies, strict=True):
        _asked(steps, peer, line, because)
        peer.send(answer.encode() + b"\n")
    _ended(steps, reply, lent, replies, because)
