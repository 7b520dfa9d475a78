"""06.4 Receiver, fed by hand: every row of its table. The same on bad networks: `transfers`."""

from random import Random
from typing import Any

from autograder.exercise import Rules
from autograder.network import Learner, Machine, Steps
from autograder.rules.ch06.shared import ASKS, OTHER_HOST, OTHER_PORT, SERVER, TID, made, spoilt
from autograder.rules.common import word
from autograder.rules.tftp import STRANGER, Address, ack, blocks, complains, data, error, oack
from autograder.text import NOTHING, Because, Mistakes, such

__all__ = ["RULES"]
RULES = Rules()


_is_silent = such(list, lambda got: not got)


def _asks_again(got: Any) -> bool:
    match got:
        case [(packet, _), *_]:
            return bool(packet == ASKS)
    return False


def _goes_astray(got: Any) -> bool:
    match got:
        case [(packet, address), *_]:
            return bool(packet == STRANGER or address != TID)
    return False


NO_ACK: Mistakes = {_goes_astray: "TFT-01"}
"""Where an ACK was due."""


def _begun(learner: Learner, steps: Steps, *expected: int) -> Machine:
    """Make a Receiver, and expect its request."""
    machine = made(learner, steps, *expected)
    machine.start(want=[(ASKS, SERVER)], because="TFT-12")
    return machine


def _takes(machine: Machine, packet: bytes, because: Because = NO_ACK) -> None:
    """Feed a DATA packet from the server's port and expect its ACK."""
    block = int.from_bytes(packet[2:4])
    machine.feed(packet, TID, want=[(ack(block), TID)], because=because)


@RULES.rule(weight=2, misconception="TFT-12")
def one_block(learner: Learner, steps: Steps, rng: Random) -> None:
    """It sends the request, takes block 1 from whichever port answers, and acknowledges there.

    它先发请求，接受响应端口发来的 1 号块，并向那个端口发 ACK。
    """
    machine, payload = _begun(learner, steps), rng.randbytes(3)
    machine.has(data=b"", done=False, error=None, progress=0, tid=None)
    _takes(machine, data(1, payload), {**NO_ACK, _is_silent: "TFT-12"})
    machine.has(data=payload, progress=1, error=None)
    machine.has(tid=TID, because="TFT-01")

    def waits_for_an_empty_one(_: Any) -> str | None:
        machine.feed(data(2), TID, tell=False)
        return "TFT-10" if machine.read("done") is True else None

    machine.has(done=True, because=waits_for_an_empty_one)


@RULES.rule(weight=4, condition="edges", misconception="TFT-10")
def sizes_around_whole_blocks(learner: Learner, steps: Steps, rng: Random) -> None:
    """The file is complete after its first block of fewer than 512 bytes, perhaps 0.

    收到第一个不足 512 字节（可以是 0 字节）的块，文件才算完整。
    """
    for size in (1, 0, 511, 512, 513, 1024):
        machine, content = _begun(learner, steps), rng.randbytes(size)
        *full, last = blocks(content)
        for count, packet in enumerate(full, 1):
            _takes(machine, packet)
            machine.has(done=False, because={bool: "TFT-10"})
            machine.has(progress=count)
        _takes(machine, last)
        machine.has(done=True, data=content, progress=len(full) + 1, error=None)


@RULES.rule(weight=4, condition="duplicated")
def repeated_blocks(learner: Learner, steps: Steps, rng: Random) -> None:
    """A block that was just taken gets the same ACK again, also the last, and is stored once.

    刚收下的块再来一次，就再发一次同样的 ACK（最后一块也一样），但只存一份。
    """
    machine, content = _begun(learner, steps), rng.randbytes(513)
    for count, packet in enumerate(blocks(content), 1):
        _takes(machine, packet)
        for _ in range(2):
            _takes(machine, packet, {_is_silent: "TFT-02"})
            machine.has(data=content[: 512 * count], because=spoilt(content[: 512 * count]))
            machine.has(progress=count, done=count == 2)


@RULES.rule(weight=3, condition="lost")
def what_is_sent_again(learner: Learner, steps: Steps, rng: Random) -> None:
    """After silence it sends the request again, or the last ACK; once done, nothing.

    没有动静时，重发请求或最后一个 ACK；完成以后什么也不发。
    """
    machine, (first, second) = _begun(learner, steps), blocks(rng.randbytes(513))

    def says_nothing(got: Any) -> bool:
        return _is_silent(got) and machine.read("done") is False

    unsaid = {says_nothing: "TFT-03", _asks_again: "TFT-03"}
    for _ in range(2):
        machine.on_timeout(want=[(ASKS, SERVER)], because={says_nothing: "TFT-03"})
    _takes(machine, first)
    for _ in range(2):
        machine.on_timeout(want=[(ack(1), TID)], because=unsaid)
    _takes(machine, second)
    machine.on_timeout(want=[])


@RULES.rule(weight=6, condition="stranger", misconception="TFT-01")
def strangers_are_turned_away(learner: Learner, steps: Steps, rng: Random) -> None:
    """Only the port that answered first may add to the file; others get ERROR 5.

    只有最先响应的那个端口可以往文件里添内容；其他端口得到 ERROR 5。
    """
    machine, content = _begun(learner, steps), rng.randbytes(513)
    first, second = blocks(content)
    _takes(machine, first, "TFT-01")
    evil = data(2, b"EVIL")
    for address, because in ((OTHER_PORT, "TFT-01"), (SERVER, "TFT-01"), (OTHER_HOST, "PRT-04")):
        for packet in (evil, first, ack(1), oack(blksize=600)):
            _turns_away(machine, packet, address, because)
        machine.has(data=content[:512], tid=TID, progress=1, done=False, because=because)
        machine.on_timeout(want=[(ack(1), TID)], because={complains: "TFT-01", list: None})
    _takes(machine, second, "TFT-01")
    machine.has(data=content, done=True)
    # Who is deaf from now on knows the port: that shows no belief.
    machine.feed(evil, OTHER_PORT, want=[(STRANGER, OTHER_PORT)], because=NOTHING, fate="forged")
    machine = _begun(learner, steps)
    _turns_away(machine, data(1, b"EVIL"), OTHER_HOST, "TFT-01")
    machine.has(tid=None, data=b"", done=False, because="TFT-01")
    _takes(machine, first, "TFT-01")
    # The server's ERROR ends what comes from the server; who sent a packet is asked before that.
    machine.feed(error(1, "no"), TID, because={Exception: "TFT-05"})
    turned_away = [(STRANGER, OTHER_PORT)]
    machine.feed(evil, OTHER_PORT, want=turned_away, because="TFT-05", fate="forged")


def _turns_away(machine: Machine, packet: bytes, address: Address, because: str) -> None:
    cites = ({_is_silent: "TFT-01"}, because)
    machine.feed(packet, address, want=[(STRANGER, address)], because=cites, fate="forged")


@RULES.rule(weight=3, condition="stranger", misconception="TFT-19")
def a_strangers_error(learner: Learner, steps: Steps, rng: Random) -> None:
    """A stranger's ERROR is not answered and changes nothing.

    陌生人的 ERROR 不予理会，什么也不改变。
    """
    machine, content = _begun(learner, steps), rng.randbytes(513)
    forged = error(rng.randrange(1, 5), word(rng))
    first, second = blocks(content)

    def ignores(*addresses: Address) -> None:
        for address in addresses:
            machine.feed(forged, address, want=[], fate="forged")
            machine.has(error=None, because="TFT-01")

    ignores(OTHER_HOST)
    machine.has(tid=None, because="TFT-01")
    _takes(machine, first)
    ignores(OTHER_PORT, SERVER, OTHER_HOST)
    _takes(machine, second, "TFT-01")
    machine.has(data=content, done=True)


@RULES.rule(weight=4, condition="reordered", misconception="TFT-04")
def blocks_out_of_turn(learner: Learner, steps: Steps, rng: Random) -> None:
    """A block with another number is not answered and ends nothing, short or not.

    块号不对的块不予响应，也不结束传输，不管长短。
    """
    machine, content = _begun(learner, steps), rng.randbytes(1025)
    *full, last = blocks(content)
    for packet in (data(2, b"short"), data(9, rng.randbytes(512)), data(65535, b"")):
        machine.feed(packet, TID, want=[])
        machine.has(data=b"", done=False, progress=0)
        machine.has(tid=None, because={tuple: "TFT-01"})
    for count, packet in enumerate(full, 1):
        _takes(machine, packet)
        once_more = [[(ack(count), TID)]]  # as if each packet had to cause an ACK
        for ahead in (2, 3, 300):
            stray = data(count + ahead, rng.randbytes(512) if ahead == 2 else b"stray")
            machine.feed(stray, TID, want=[], because={once_more.__contains__: "TFT-16"})
            machine.has(data=content[: 512 * count], done=False, progress=count)
    _takes(machine, last)
    machine.has(data=content, done=True)
    machine.feed(data(len(full) + 2, b"more"), TID, want=[])
    machine.has(data=content, done=True, progress=len(full) + 1)


@RULES.rule(weight=4, condition="wrap", misconception="TFT-09")
def after_65535(learner: Learner, steps: Steps, rng: Random) -> None:
    """Block 65535 is followed by block 0, then 1, and the file goes on.

    65535 号块之后是 0 号块，再是 1 号块，文件接着往下写。
    """
    machine, content = _begun(learner, steps, 65534), rng.randbytes(512 * 4 + 1)
    for count, packet in enumerate(blocks(content, 65534), 1):
        _takes(machine, packet, {_goes_astray: "TFT-01"})
        machine.has(data=content[: 512 * count], because="TFT-08")
        _takes(machine, packet, "TFT-02")
        if count < 5:
            block = int.from_bytes(packet[2:4])
            machine.on_timeout(want=[(ack(block), TID)], because=NOTHING)
    machine.has(done=True, data=content, progress=5)


@RULES.rule(weight=4, condition="refused")
def the_servers_error(learner: Learner, steps: Steps, rng: Random) -> None:
    """The server's ERROR, at once or midway, ends the transfer: error is (code, message).

    服务器的 ERROR，不管最先就来还是中途才来，都使传输结束，错误码和消息记在 error 里。
    """
    content, code, text = rng.randbytes(513), rng.randrange(1, 5), word(rng)
    first, second = blocks(content)
    for kept in (b"", content[:512]):
        machine = _begun(learner, steps)
        if kept:
            _takes(machine, first)
        # At first there is nothing yet of what an ERROR may end.
        early: Mistakes = {} if kept else {(Exception, AttributeError, TypeError): "TFT-05"}
        cites = {complains: "TFT-19", **early}
        machine.feed(error(code, text), TID, want=[], because=cites)
        machine.has(error=(code, text), because={int: "TFT-06"})
        machine.has(done=False, data=kept)
        for packet in (second, first, error(0)) if kept else ():
            machine.feed(packet, TID, want=[], because={such(list, len): "TFT-05"})
            machine.has(data=kept, done=False, progress=1)
        machine.on_timeout(want=[])


@RULES.rule(weight=4, condition="truncated")
def garbage(learner: Learner, steps: Steps, rng: Random) -> None:
    """What is shorter than 4 bytes or has an unknown opcode is ignored, whoever sent it.

    不足 4 字节或操作码未知的包，不管谁发的，一律忽略。
    """
    machine, content = _begun(learner, steps), rng.randbytes(513)
    first, second = blocks(content)

    def ignores(*addresses: Address) -> None:
        for address in addresses:
            for packet in (first[:3], b"", b"\0", b"\0\3"):
                cites = {Exception: "TFT-14"}
                machine.feed(packet, address, want=[], because=cites, fate="truncated")
            for opcode in (7, 0, 0x0103, 0xFFFF):
                packet = opcode.to_bytes(2) + first[2:8]
                machine.feed(packet, address, want=[], because=({Exception: "TFT-15"}, "TFT-15"))

    ignores(TID, OTHER_HOST)
    machine.has(tid=None, data=b"", progress=0, error=None, done=False)
    _takes(machine, first)
    ignores(TID, OTHER_PORT)
    _takes(machine, second)
    ignores(TID)
    machine.has(data=content, done=True, error=None)
