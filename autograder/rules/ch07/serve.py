"""07.5 serve: what is asked and what comes back, on a network without faults."""

from random import Random

from autograder.deadlines import PATIENCE
from autograder.exercise import Rules
from autograder.network import Learner, Steps
from autograder.rules.ch07.serving import (
    ANNA,
    ANSWER,
    BEN,
    CARLA,
    WAIT_S,
    fetch,
    finish,
    serving,
    store,
)
from autograder.rules.ch07.shared import EDGES, TWO_BLOCKS
from autograder.rules.tftp import Receiving, Sending, ack, blocks, data, rrq, wrq
from autograder.text import Text

__all__ = ["RULES"]

RULES = Rules()


SOON_S = 0.3 * PATIENCE  # less than TRIES * TIMEOUT_S: nobody has been given up yet


@RULES.rule(weight=3, misconception="TFT-21")
def a_port_for_each_transfer(learner: Learner, steps: Steps, rng: Random) -> None:
    """Every transfer, and every ERROR, comes from a new port of the same host.

    每次传输、每个 ERROR，都从同一主机的一个新端口发出。
    """
    server = serving(learner, steps, {"pub/a": b"1"}, "127.0.0.2")
    sock69, ports = server.sock.address, set()
    for request, then in (
        (rrq("a"), ack(1)),
        (wrq("b"), data(1)),
        (rrq("a"), ack(1)),
        (rrq("missing"), b""),
    ):
        anna = steps.udp(ANNA)
        anna.send(request, sock69)
        source = anna.receive(ANSWER, server.died("TFT-21"), WAIT_S).source
        if source[0] != sock69[0]:
            _from(steps, _host(source), _host(sock69), "PRT-04")
        if source == sock69:
            _from(steps, ("sock69", " sock69"), ("a new port", "新的端口"), "TFT-21")
        if source in ports:
            _from(steps, ("the port before", "上一次的端口"), ("a new port", "新的端口"), "TFT-21")
        ports.add(source)
        if then:
            anna.send(then, source)


def _host(address: tuple[str, int]) -> tuple[str, str]:
    return address[0], f" {address[0]}"


def _from(steps: Steps, got: tuple[str, str], want: tuple[str, str], because: str) -> None:
    came, due = (Text(f"from {english}", f"来自{chinese}") for english, chinese in (got, want))
    steps.fail(ANSWER, got=came, want=due, because=because)


@RULES.rule(weight=3, condition="edges", misconception="TFT-10")
def files_read(learner: Learner, steps: Steps, rng: Random) -> None:
    """RRQ sends the file, of any size, byte by byte as it is.

    RRQ 把文件发出去：不管多大，逐字节原样。
    """
    files = {f"pub/{size}": rng.randbytes(size) for size in EDGES}
    server = serving(learner, steps, {**files, "pub/sub/text": b"a\r\nb\n\r\0\xff"})
    fetch(server, steps.udp(ANNA), rrq("sub/text"), b"a\r\nb\n\r\0\xff", "WEB-16")
    for size in EDGES:
        fetch(server, steps.udp(ANNA), rrq(str(size)), files[f"pub/{size}"], "TFT-10")


@RULES.rule(weight=3, condition="edges", misconception="TFT-10")
def files_written(learner: Learner, steps: Steps, rng: Random) -> None:
    """WRQ makes a new file, of any size, byte by byte as it was sent.

    WRQ 建立新文件：不管多大，逐字节原样。
    """
    server = serving(learner, steps)
    for size in EDGES:
        store(server, steps.udp(ANNA), f"new{size}", rng.randbytes(size), "TFT-10")
    store(server, steps.udp(ANNA), "text", b"a\r\nb\n\r\0\xff", "WEB-16")


@RULES.rule(weight=2, misconception="TFT-17")
def a_file_appears_when_complete(learner: Learner, steps: Steps, rng: Random) -> None:
    """A new file appears under its name only when it is complete.

    新文件完整之后，才以它的名字出现。
    """
    server, anna = serving(learner, steps), steps.udp(ANNA)
    content = rng.randbytes(2 * 512 + 1)
    side = Sending(content, server.sock.address, wrq("new"))
    packets = side.start()
    for _ in range(3):
        for packet, to in packets:
            anna.send(packet, to)
        came = anna.receive(ANSWER, server.died("TFT-17"), WAIT_S)
        if (early := server.folder.read().get("pub/new")) is not None:
            got = Text(f"{len(early)} bytes are there", f"已经有 {len(early)} 个字节")
            want = Text("nothing under that name yet", "这个名字下还什么也没有")
            steps.fail(("the new file", "新文件"), got=got, want=want)
        packets = side.feed(came.data, came.source)
    for packet, to in packets:
        anna.send(packet, to)
    server.shows("new", content, "TFT-17")


@RULES.rule(weight=2, condition="reordered", misconception="TFT-04")
def blocks_out_of_turn(learner: Learner, steps: Steps, rng: Random) -> None:
    """WRQ: a block with another number is not stored and ends nothing, short or not.

    WRQ：块号不对的块不会存下来，也不会结束传输，不管长短。
    """
    server, anna = serving(learner, steps), steps.udp(ANNA)
    content = rng.randbytes(TWO_BLOCKS)
    anna.send(wrq("new"), server.sock.address)
    came = anna.receive(ANSWER, server.died("TFT-04"), WAIT_S)
    for packet in (data(2, b"short"), data(9, b""), data(65535, rng.randbytes(512))):
        anna.send(packet, came.source)
    for packet in blocks(content):
        anna.send(packet, came.source)
        while (
            anna.receive(("its ACK", "它的 ACK"), server.died("TFT-04"), WAIT_S).data[2:]
            != packet[2:4]
        ):
            pass  # what the blocks before it have brought
    server.shows("new", content, "TFT-04")


@RULES.rule(weight=3, condition="many clients", misconception="CON-07")
def slow_clients_hold_up_nobody(learner: Learner, steps: Steps, rng: Random) -> None:
    """Two slow clients, and a third that is served meanwhile; each gets its own.

    两个慢客户端还没完，第三个照样得到服务；各得各的。
    """
    one, two, three = (rng.randbytes(TWO_BLOCKS) for _ in range(3))
    server = serving(learner, steps, {"pub/one": one, "pub/three": three})
    anna, ben = steps.udp(ANNA), steps.udp(BEN)
    reading = Receiving(server.sock.address, rrq("one"))
    writing = Sending(two, server.sock.address, wrq("two"))
    waiting = []
    for client, side in ((anna, reading), (ben, writing)):
        client.send(side.start()[0][0], server.sock.address)
        waiting.append((client, side, client.receive(ANSWER, server.died("CON-07"), SOON_S)))
    fetch(server, steps.udp(CARLA), rrq("three"), three, "CON-07", resend_s=SOON_S)
    for client, side, came in waiting:
        finish(server, client, side, came, "CON-07")
    steps.expect(("anna's file", "安娜的文件"), got=reading.content, want=one, because="TFT-21")
    server.shows("two", two, "TFT-21")
