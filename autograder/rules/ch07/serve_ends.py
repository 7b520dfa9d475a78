"""07.5 serve, continued: how transfers end, and the server itself."""

from random import Random

from autograder.exercise import Rules
from autograder.network import Learner, Steps
from autograder.rules.ch07.serving import ANSWER, TIMEOUT_S, TRANSFERS, FileServer, Transfer
from autograder.rules.common import ANNA, BEN
from autograder.rules.tftp import Sending, ack, complains, error, rrq, wrq
from autograder.text import Text, such

__all__ = ["RULES", "half_written"]
RULES = Rules()


@RULES.rule(weight=2)
def stops_and_counts(learner: Learner, steps: Steps, rng: Random) -> None:
    """After stop.set() it returns how many transfers began, refused ones not; sock69 stays open,
    and no other socket.

    stop.set() 之后，返回开始过的传输次数，被拒绝的不算；sock69 保持打开，别的套接字都已关闭。
    """
    server = FileServer(learner, steps, {"pub/a": b"1"})
    reads = rng.randrange(1, 4)
    for _ in range(reads):
        server.sends(rrq("a"), b"1")
    server.stores("b", b"2")
    for request in (rrq("missing"), wrq("a"), rrq("../a"), rrq("a", "mail")):
        ben = steps.udp(BEN)
        ben.send(request, server.address)
        ben.receive(ANSWER)
    for no_request in (b"\0\1a", b"\0\7a\0octet\0"):  # ERROR 4, or nothing
        steps.udp(BEN).send(no_request, server.address)
    server.until(lambda: not steps.process.sockets_kept())
    server.stops(reads + 1, TRANSFERS)
    server.reply.closed_its_sockets()


@RULES.rule(weight=2, misconception="CON-04")
def stops_while_a_client_goes_on(learner: Learner, steps: Steps, rng: Random) -> None:
    """It returns within 0.5 s of stop.set() even if transfers still run, silent ones or slow ones.

    即使还有传输在进行（对方没有动静，或者很慢），stop.set() 之后 0.5 秒之内也返回。
    """
    server = FileServer(learner, steps, {"pub/a": rng.randbytes(100 * 512)})
    anna, ben = steps.udp(ANNA), steps.udp(BEN)
    ben.send(rrq("a"), server.address)  # and is silent
    anna.send(rrq("a"), server.address)
    came = anna.receive(ANSWER)

    def goes_on() -> None:
        nonlocal came
        with steps.untold():  # what comes when is a race
            anna.send(ack(int.from_bytes(came.data[2:4])), came.source)
            server.reply.wait(TIMEOUT_S / 4)  # so slow that it would take seconds
            came = next(iter(anna.drain()), came)

    steps.tell(anna.name, "goes on, slowly", "慢慢地继续")
    server.stops_despite(goes_on, "CON-04")


@RULES.rule(weight=1, misconception="UDP-16")
def stops_under_traffic(learner: Learner, steps: Steps, rng: Random) -> None:
    """It returns within 0.5 s of stop.set() even if requests go on coming.

    即使一直有请求到来，stop.set() 之后 0.5 秒之内也返回。
    """
    server = FileServer(learner, steps, {"pub/a": b"1"})
    server.stops_despite(steps.udp(ANNA).chatter(rrq("missing"), server.address))


@RULES.rule(weight=2, condition="refused", misconception="TFT-17")
def an_upload_is_broken_off(learner: Learner, steps: Steps, rng: Random) -> None:
    """A client that breaks off its upload with an ERROR is not answered, and leaves nothing.

    客户端用 ERROR 中断上传：不应答，也什么都不留下。
    """
    server = FileServer(learner, steps)
    for name in ("gone", "half"):
        upload, to = half_written(server, name, rng)
        upload.client.send(error(0, "I have changed my mind"), to)
        server.stores(f"after {name}", b"1")  # the ERROR has had its time
        if any(complains(came.data) for came in upload.client.drain()):
            got, want = Text("an ERROR", "一个 ERROR"), Text("nothing more", "什么也不再发")
            steps.fail(("what ben hears", "本尼收到的"), got=got, want=want, because="TFT-19")
    server.stores("half", b"2", {such(bytes, lambda got: len(got) > 512): "TFT-07"})
    server.holds({"pub/after gone": b"1", "pub/after half": b"1", "pub/half": b"2"})


def half_written(server: FileServer, name: str, rng: Random) -> tuple[Transfer, tuple[str, int]]:
    """Let ben begin to write a file; return that, and where the transfer's socket is."""
    content = rng.randbytes(512)  # block 1, and an empty one that is still to come
    upload = Transfer(server, BEN, Sending(content, server.address, wrq(name)))
    upload.goes_on("TFT-17")
    return upload, upload.goes_on("TFT-17").source
