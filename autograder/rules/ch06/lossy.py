"""06.6 download on bad networks: every single packet of a small exchange is harmed in turn."""

from random import Random

from autograder.exercise import Rules
from autograder.network import Learner, Steps
from autograder.rules.ch06.fetching import EAGER, NEVER, fetch
from autograder.rules.ch06.shared import tried_again

__all__ = ["RULES"]

RULES = Rules()


@RULES.rule(
    weight=2,
    condition="lost",
    misconception="TFT-03",
    faults=("lose 1", "lose 2"),
)
def what_it_must_send_again(learner: Learner, steps: Steps, rng: Random) -> None:
    """When the request or an ACK is lost, it is sent again until the transfer goes on.

    请求或 ACK 丢了，就重发，直到传输继续。
    """
    because = "TFT-03"
    fetch(
        learner,
        steps,
        rng.randbytes(513),
        because=because,
        request_because=because,
        resends=NEVER,
    )


@RULES.rule(
    weight=1,
    condition="lost",
    misconception="TFT-02",
    faults=("lose reply 1", "lose 2", "lose reply 2", "lose 3"),
)
def what_the_server_sends_again(learner: Learner, steps: Steps, rng: Random) -> None:
    """When a block or an ACK is lost and the server repeats the block, the transfer goes on.

    数据块或 ACK 丢了，服务器重发该块，传输就继续。
    """
    fetch(learner, steps, rng.randbytes(513), because="TFT-02", resends=EAGER)


@RULES.rule(
    weight=1,
    condition="lost",
    misconception="TFT-03",
    faults="lose every 2",
)
@tried_again()
def losses_far_apart(learner: Learner, steps: Steps, rng: Random) -> None:
    """Losses with progress between them do not add up to tries.

    各次丢包之间有进展，就不累计到 tries 里。
    """
    because = "TFT-03"
    content = rng.randbytes(512 * 3 + 1)
    fetch(learner, steps, content, because=because, timeout=0.03, tries=3, resends=NEVER)


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
    fetch(learner, steps, rng.randbytes(1025), because="TFT-02", resends=EAGER)


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
    fetch(learner, steps, rng.randbytes(513), because="TFT-02", resends=EAGER)


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
    fetch(learner, steps, rng.randbytes(513), because="TFT-14", resends=EAGER)
