"""06.4 Receiver, fed by hand: every row of its table. The same on bad networks: `transfers`."""

from random import Random
from typing import Any

from autograder.exercise import Rules
from autograder.network import Learner, Machine, Steps
from autograder.rules.ch06.shared import OTHER_HOST, OTHER_PORT, SERVER, TID, begun, no_ack
from autograder.rules.common import word
from autograder.rules.tftp import STRANGER, ack, blocks, data, error, oack
from autograder.text import Because

__all__ = ["RULES"]

RULES = Rules()


def _take(machine: Machine, packet: bytes, because: Because = no_ack) -> None:
    """Feed a DATA packet from the server's port and expect its ACK."""
    block = int.from_bytes(packet[2:4])
    machine.feed(packet, TID, want=[(ack(block), TID)], because=because)


@RULES.rule(weight=2, misconception="TFT-12")
def one_block(learner: Learner, steps: Steps, rng: Random) -> None:
    """It sends the request, takes block 1 from whichever port answers, and acknowledges there.

    它先发请求，接受应答端口发来的 1 号块，并向那个端口发 ACK。
    """
    machine, _ = begun(learner, steps)
    machine.has(data=b"", done=False, error=None, progress=0, tid=None)
    payload = rng.randbytes(3)
    _take(machine, data(1, payload))
    machine.has(data=payload, progress=1, error=None)
    machine.has(tid=TID, because="TFT-01")
    machine.has(done=True, because="TFT-10")


@RULES.rule(weight=4, condition="edges", misconception="TFT-10")
def sizes_around_whole_blocks(learner: Learner, steps: Steps, rng: Random) -> None:
    """The file is complete after its first block of fewer than 512 bytes, perhaps 0.

    收到第一个不足 512 字节（可以是 0 字节）的块，文件才算完整。
    """
    for size in (1, 0, 511, 512, 513, 1024):
        machine, _ = begun(learner, steps)
        content = rng.randbytes(size)
        *full, last = blocks(content)
        for count, packet in enumerate(full, 1):
            _take(machine, packet)
            machine.has(done=False, progress=count)
        _take(machine, last)
        machine.has(done=True, data=content, progress=len(full) + 1, error=None)


@RULES.rule(weight=4, condition="duplicated", misconception="TFT-02")
def repeated_blocks(learner: Learner, steps: Steps, rng: Random) -> None:
    """A block that was just taken gets the same ACK again, also the last, and is stored once.

    刚收下的块再来一次，就再发一次同样的 ACK（最后一块也一样），但只存一份。
    """
    machine, _ = begun(learner, steps)
    content = rng.randbytes(513)
    for count, packet in enumerate(blocks(content), 1):
        _take(machine, packet)
        for _ in range(2):
            _take(machine, packet, "TFT-02")
            machine.has(data=content[: 512 * count], progress=count, done=count == 2)


@RULES.rule(weight=3, condition="lost", misconception="TFT-03")
def what_is_sent_again(learner: Learner, steps: Steps, rng: Random) -> None:
    """After silence it sends the request again, or the last ACK; once done, nothing.

    没有动静时，重发请求或最后一个 ACK；完成以后什么也不发。
    """
    machine, request = begun(learner, steps)
    for _ in range(2):
        machine.on_timeout(want=[(request, SERVER)])
    first, second = blocks(rng.randbytes(513))
    _take(machine, first)
    for _ in range(2):
        machine.on_timeout(want=[(ack(1), TID)])
    _take(machine, second)
    machine.on_timeout(want=[])


@RULES.rule(weight=6, condition="stranger", misconception="TFT-01")
def strangers_are_turned_away(learner: Learner, steps: Steps, rng: Random) -> None:
    """Only the port that answered first may add to the file; others get ERROR 5.

    只有最先应答的那个端口可以往文件里添内容；其他端口得到 ERROR 5。
    """
    machine, _ = begun(learner, steps)
    content = rng.randbytes(513)
    first, second = blocks(content)
    _take(machine, first, "TFT-01")
    evil = data(2, b"EVIL")
    for address, because in ((OTHER_PORT, "TFT-01"), (SERVER, "TFT-01"), (OTHER_HOST, "PRT-04")):
        for packet in (evil, first, ack(1), oack(blksize=600)):
            _turned_away(machine, packet, address, because)
        machine.has(data=content[:512], tid=TID, progress=1, done=False, because=because)
        machine.on_timeout(want=[(ack(1), TID)], because=because)
    _take(machine, second, "TFT-01")
    machine.has(data=content, done=True, because="TFT-01")
    machine, _ = begun(learner, steps)
    _turned_away(machine, data(1, b"EVIL"), OTHER_HOST, "PRT-04")
    machine.has(tid=None, data=b"", done=False, because="PRT-04")
    _take(machine, first, "PRT-04")


def _turned_away(machine: Machine, packet: bytes, address: tuple[str, int], because: str) -> None:
    machine.feed(
        packet,
        address,
        want=[(STRANGER, address)],
        because=lambda got: because if got else "TFT-01",
        fate="forged",
    )


@RULES.rule(weight=3, condition="stranger", misconception="TFT-19")
def a_strangers_error(learner: Learner, steps: Steps, rng: Random) -> None:
    """A stranger's ERROR is not answered and changes nothing.

    陌生人的 ERROR 不予理会，什么也不改变。
    """
    machine, _ = begun(learner, steps)
    content = rng.randbytes(513)
    forged = error(rng.randrange(1, 5), word(rng))
    first, second = blocks(content)

    def ignored(*addresses: tuple[str, int]) -> None:
        for address in addresses:
            machine.feed(forged, address, want=[], because=_answered, fate="forged")
            machine.has(error=None, because="TFT-01")

    ignored(OTHER_HOST)
    machine.has(tid=None, because="TFT-01")
    _take(machine, first)
    ignored(OTHER_PORT, SERVER, OTHER_HOST)
    _take(machine, second, "TFT-01")
    machine.has(data=content, done=True)


def _answered(got: Any) -> str | None:
    return "TFT-19" if isinstance(got, list) and got else None


@RULES.rule(weight=4, condition="reordered", misconception="TFT-04")
def blocks_out_of_turn(learner: Learner, steps: Steps, rng: Random) -> None:
    """A block with another number is not answered and ends nothing, short or not.

    块号不对的块不予应答，也不结束传输，不管长短。
    """
    machine, _ = begun(learner, steps)
    content = rng.randbytes(1025)
    packets = blocks(content)
    for packet in (data(2, b"short"), data(9, rng.randbytes(512)), data(65535, b"")):
        machine.feed(packet, TID, want=[])
        machine.has(data=b"", done=False, progress=0)
        machine.has(tid=None, because="TFT-01")
    for count, packet in enumerate(packets[:2], 1):
        _take(machine, packet)
        for ahead in (2, 3, 300):
            stray = data(count + ahead, rng.randbytes(512) if ahead == 2 else b"stray")
            machine.feed(stray, TID, want=[], because=_again(ack(count)))
            machine.has(data=content[: 512 * count], done=False, progress=count)
    _take(machine, packets[2])
    machine.has(data=content, done=True)


def _again(last: bytes) -> Because:
    """Return what the last ACK shows where nothing is due: that each packet causes one."""
    return lambda got: "TFT-16" if got == [(last, TID)] else None


@RULES.rule(weight=4, condition="wrap", misconception="TFT-09")
def after_65535(learner: Learner, steps: Steps, rng: Random) -> None:
    """Block 65535 is followed by block 0, then 1, and the file goes on.

    65535 号块之后是 0 号块，再是 1 号块，文件接着往下写。
    """
    machine, _ = begun(learner, steps, 65534)
    content = rng.randbytes(512 * 4 + 1)
    for count, packet in enumerate(blocks(content, 65534), 1):
        _take(machine, packet, _not_wrapped)
        machine.has(data=content[: 512 * count], because="TFT-08")
        _take(machine, packet, "TFT-02")
        if count < 5:
            block = int.from_bytes(packet[2:4])
            machine.on_timeout(want=[(ack(block), TID)], because=_silent)
    machine.has(done=True, data=content, progress=5)


def _not_wrapped(got: Any) -> str | None:
    return None if got == [] else no_ack(got)


def _silent(got: Any) -> str | None:
    return "TFT-03" if got == [] else None


@RULES.rule(weight=4, condition="refused", misconception="TFT-05")
def the_servers_error(learner: Learner, steps: Steps, rng: Random) -> None:
    """The server's ERROR, at once or midway, ends the transfer: error is (code, message).

    服务器的 ERROR，不管最先就来还是中途才来，都使传输结束，错误码和消息记在 error 里。
    """
    content, code, text = rng.randbytes(513), rng.randrange(1, 5), word(rng)
    first, second = blocks(content)
    for begins in (False, True):
        machine, _ = begun(learner, steps)
        if begins:
            _take(machine, first)
        kept = content[:512] if begins else b""
        machine.feed(error(code, text), TID, want=[], because=_not_ended)
        machine.has(error=(code, text), because=_code_as_block)
        machine.has(done=False, data=kept)
        if begins:
            for packet in (second, first, error(0)):
                machine.feed(packet, TID, want=[])
            machine.has(data=kept, done=False, progress=1)
        machine.on_timeout(want=[])


def _not_ended(got: Any) -> str:
    return "TFT-05" if isinstance(got, Exception) else "TFT-19"


def _code_as_block(got: Any) -> str | None:
    return None if got is None or isinstance(got, Exception) else "TFT-06"


@RULES.rule(weight=4, condition="truncated", misconception="TFT-14")
def garbage(learner: Learner, steps: Steps, rng: Random) -> None:
    """What is shorter than 4 bytes or has an unknown opcode is ignored, whoever sent it.

    不足 4 字节或操作码未知的包，不管谁发的，一律忽略。
    """
    machine, _ = begun(learner, steps)
    content = rng.randbytes(513)
    first, second = blocks(content)

    def ignored(*addresses: tuple[str, int]) -> None:
        for address in addresses:
            for packet in (first[:3], b"", b"\0", b"\0\3"):
                machine.feed(packet, address, want=[], because="TFT-14", fate="truncated")
            for opcode in (7, 0, 0x0103, 0xFFFF):
                packet = opcode.to_bytes(2) + first[2:8]
                machine.feed(packet, address, want=[], because="TFT-15")

    ignored(TID, OTHER_HOST)
    machine.has(tid=None, data=b"", progress=0, error=None, done=False)
    _take(machine, first)
    ignored(TID, OTHER_PORT)
    _take(machine, second)
    ignored(TID)
    machine.has(data=content, done=True, error=None)
