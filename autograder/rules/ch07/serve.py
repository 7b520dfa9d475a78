"""07.5 serve: what is asked and what comes back, on a network without faults."""

from random import Random

from autograder.deadlines import stretched
from autograder.exercise import Rules
from autograder.network import Learner, Steps
from autograder.rules.ch07.serving import ANSWER, FileServer, Transfer
from autograder.rules.ch07.shared import EDGES, TWO_BLOCKS
from autograder.rules.common import ANNA, BEN, CARL
from autograder.rules.tftp import Receiving, Sending, ack, blocks, data, rrq, wrq
from autograder.text import NOTHING, Proof, Text, such
from autograder.text.observed import Standing

__all__ = ["RULES"]
RULES = Rules()

SOON_S = stretched(0.3)  # less than TRIES * TIMEOUT_S: nobody has been given up yet
LINES = b"a\r\nb\n\r\0\xff"


def _has_other_ends(got: bytes) -> bool:
    return got != LINES and got.translate(None, b"\r\n") == LINES.translate(None, b"\r\n")


AS_LINES = {such(bytes, _has_other_ends): "WEB-16"}


@RULES.rule(weight=3, misconception="TFT-21")
def a_port_for_each_transfer(learner: Learner, steps: Steps, rng: Random) -> None:
    """Every transfer, and every ERROR, comes from a new port of the same host.

    每次传输、每个 ERROR，都从同一主机的一个新端口发出。
    """
    server = FileServer(learner, steps, {"pub/a": b"1"}, "127.0.0.2")
    host, _ = server.address
    known = {server.address: Text("from sock69", "来自 sock69")}
    for request, then in (
        (rrq("a"), ack(1)),
        (wrq("b"), data(1)),
        (rrq("a"), ack(1)),
        (rrq("missing"), b""),
        (rrq("missing"), b""),
    ):
        anna = steps.udp(ANNA)
        anna.send(request, server.address)
        source = anna.receive(ANSWER).source
        if source[0] != host:
            got, want = (Text(f"from {each}", f"来自 {each}") for each in (source[0], host))
            steps.fail(ANSWER, got=got, want=want, because=NOTHING)
        if source in known:
            want = Text("from a new port", "来自新的端口")
            steps.fail(ANSWER, got=known[source], want=want, because=Proof("TFT-21"))
        known[source] = Text("from the port before", "来自上一次的端口")
        if then:
            anna.send(then, source)


@RULES.rule(weight=3, condition="edges", misconception="TFT-10")
def files_read(learner: Learner, steps: Steps, rng: Random) -> None:
    """RRQ sends the file, of any size, byte by byte as it is.

    RRQ 把文件发出去：不管多大，逐字节原样。
    """
    files = {f"pub/{size}": rng.randbytes(size) for size in EDGES}
    server = FileServer(learner, steps, {**files, "pub/sub/text": LINES})
    server.sends(rrq("sub/text"), LINES, AS_LINES)
    for size in EDGES:
        server.sends(rrq(str(size)), files[f"pub/{size}"])


@RULES.rule(weight=3, condition="edges", misconception="TFT-10")
def files_written(learner: Learner, steps: Steps, rng: Random) -> None:
    """WRQ makes a new file, of any size, byte by byte as it was sent.

    WRQ 建立新文件：不管多大，逐字节原样。
    """
    server = FileServer(learner, steps)
    for size in EDGES:
        server.stores(f"new{size}", rng.randbytes(size))
    server.stores("text", LINES, AS_LINES)


@RULES.rule(weight=2, misconception="TFT-17")
def a_file_appears_when_complete(learner: Learner, steps: Steps, rng: Random) -> None:
    """A new file appears under its name only when it is complete; its last ACK comes again if its
    last block does.

    新文件完整之后，才以它的名字出现；最后一块再来一次，最后的 ACK 也再发一次。
    """
    server = FileServer(learner, steps)
    content = rng.randbytes(2 * 512 + 1)
    upload = Transfer(server, ANNA, Sending(content, server.address, wrq("new")))
    for _ in range(3):
        upload.goes_on()
        if (early := server.file("new")) is not None:
            got = Text(f"{len(early)} bytes are there", f"已经有 {len(early)} 个字节")
            want = Text("nothing under that name yet", "这个名字下还什么也没有")
            steps.fail(("the new file", "新文件"), got=got, want=want)
    last = upload.goes_on()
    upload.client.send(blocks(content)[-1], last.source, "duplicate")  # as if its ACK were lost
    upload.client.expect(ack(3), ("the last ACK, once more", "再发一次的最后一个 ACK"), "TFT-23")
    server.shows("new", content)


@RULES.rule(weight=2, condition="reordered", misconception="TFT-04")
def blocks_out_of_turn(learner: Learner, steps: Steps, rng: Random) -> None:
    """WRQ: a block with another number is not stored and ends nothing, short or not.

    WRQ：块号不对的块不会存下来，也不会结束传输，不管长短。
    """
    server, anna = FileServer(learner, steps), steps.udp(ANNA)
    content = rng.randbytes(TWO_BLOCKS)
    anna.send(wrq("new"), server.address)
    transfer = anna.receive(ANSWER).source
    for packet in (data(2, b"short"), data(9, b""), data(65535, rng.randbytes(512))):
        anna.send(packet, transfer)
    for packet in blocks(content):
        anna.send(packet, transfer)
        while anna.receive(("its ACK", "它的 ACK")).data[2:] != packet[2:4]:
            pass  # what the blocks before it have brought
    server.shows("new", content)


@RULES.rule(weight=3, condition="many clients", misconception="CON-07")
def slow_clients_hold_up_nobody(learner: Learner, steps: Steps, rng: Random) -> None:
    """Two slow clients, and a third that is served meanwhile; each gets its own.

    两个慢客户端还没完，第三个照样得到服务；各得各的。
    """
    one, two, three = (rng.randbytes(TWO_BLOCKS) for _ in range(3))
    server = FileServer(learner, steps, {"pub/one": one, "pub/three": three})
    reading = Receiving(server.address, rrq("one"))
    writing = Sending(two, server.address, wrq("two"))
    slow = Transfer(server, ANNA, reading), Transfer(server, BEN, writing)
    for transfer in slow:
        transfer.goes_on({Standing: "CON-07"}, within=SOON_S)
    server.resends = SOON_S, 0
    server.sends(rrq("three"), three, client=CARL)
    for transfer in slow:
        transfer.ends()
    steps.expect(("anna's file", "安娜的文件"), got=reading.content, want=one, because="TFT-21")
    server.shows("two", two, "TFT-21")
