"""06.6 download: sizes, progress, bad networks. How it ends is in `endings`."""

from random import Random

from autograder.exercise import Rules
from autograder.network import Learner, Steps
from autograder.rules.ch06.fetching import EAGER, MANY, NEVER, SHORT_S, Download
from autograder.rules.ch06.shared import LOST, TOLD, recorder, tried_again
from autograder.rules.common import han, word
from autograder.text import such

__all__ = ["RULES"]
RULES = Rules()


@RULES.rule(weight=6, condition="edges", misconception="TFT-10")
def sizes_around_whole_blocks(learner: Learner, steps: Steps, rng: Random) -> None:
    """A file of any size arrives whole under out_path, and its size is returned.

    任意大小的文件都完整地存到 out_path，并返回它的大小。
    """
    for size in (3, 0, 511, 512, 513, 1024):
        content, out = rng.randbytes(size), f"{word(rng, 3)}.bin"
        host = "127.0.0.2" if size == 3 else "127.0.0.1"
        Download(learner, steps, host=host, out=out).fetches(content)
    name = f"{word(rng, 3).title()}/{rng.randrange(10, 100)} {han(rng)}.TXT"
    Download(learner, steps, name=name).fetches(rng.randbytes(3))


@RULES.rule(weight=6, condition="duplicated", faults="duplicate reply 1")
def tells_of_progress(learner: Learner, steps: Steps, rng: Random) -> None:
    """on_progress is called once for each new block, with the number of blocks so far.

    每收下一个新块，就用已收块数调用一次 on_progress。
    """
    told, on_progress = recorder()
    Download(learner, steps, SHORT_S, MANY, on_progress).fetches(rng.randbytes(1025))
    repeats = {such(list, lambda got: len(got) > len(set(got))): "TFT-02"}
    steps.expect(TOLD, got=told, want=[(1,), (2,), (3,)], because=repeats)


# -- bad networks ------------------------------------------------------------------------------


@RULES.rule(weight=2, condition="lost", misconception="TFT-03", faults=("lose 1", "lose 2"))
def what_it_must_send_again(learner: Learner, steps: Steps, rng: Random) -> None:
    """When the request or an ACK is lost, it is sent again until the transfer goes on.

    请求或 ACK 丢了，就重发，直到传输继续。
    """
    download = Download(learner, steps, unasked="TFT-03")
    download.fetches(rng.randbytes(513), resends=NEVER)


@RULES.rule(weight=1, condition="lost", misconception="TFT-02", faults=LOST[1:])
def what_the_server_sends_again(learner: Learner, steps: Steps, rng: Random) -> None:
    """When a block or an ACK is lost and the server repeats the block, the transfer goes on.

    数据块或 ACK 丢了，服务器重发该块，传输就继续。
    """
    Download(learner, steps).fetches(rng.randbytes(513), resends=EAGER)


@RULES.rule(weight=1, condition="lost", misconception="TFT-03", faults="lose every 2")
@tried_again()
def losses_far_apart(learner: Learner, steps: Steps, rng: Random) -> None:
    """Losses with progress between them do not add up to tries.

    各次丢包之间有进展，就不累计到 tries 里。
    """
    content = rng.randbytes(512 * 3 + 1)
    Download(learner, steps, timeout=0.03, tries=3).fetches(content, resends=NEVER)


@RULES.rule(
    weight=1,
    condition="duplicated",
    misconception="TFT-02",
    faults="duplicate every 1; duplicate reply every 1",
)
def every_packet_twice(learner: Learner, steps: Steps, rng: Random) -> None:
    """If every packet comes twice, the file is the same.

    即使每个包都来两次，文件也不变。
    """
    Download(learner, steps).fetches(rng.randbytes(1025), resends=EAGER)


@RULES.rule(
    weight=1,
    condition="reordered",
    misconception="TFT-04",
    faults=("reorder 1; reorder reply 2", "reorder reply 1; reorder 2", "reorder 3"),
)
def overtaken_packets(learner: Learner, steps: Steps, rng: Random) -> None:
    """Packets that are overtaken by the next do not change the file.

    包被后一个包超过，文件也不变。
    """
    Download(learner, steps).fetches(rng.randbytes(513), "TFT-02", EAGER)


@RULES.rule(
    weight=1,
    condition="storm",
    misconception="TFT-14",
    faults=(
        # No forged DATA before the first: nobody could tell the ports of one host apart.
        "stranger reply 1 0x00; truncate reply 1 3B; lose 2",
        "stranger reply 2; truncate reply 3 0B; duplicate 1; lose reply 2",
    ),
)
def forged_cut_and_lost(learner: Learner, steps: Steps, rng: Random) -> None:
    """Whatever is forged, cut short or lost: the file arrives as it was sent.

    不管伪造、截断还是丢包，收到的文件和发出的一样。
    """
    Download(learner, steps).fetches(rng.randbytes(513), resends=EAGER)
