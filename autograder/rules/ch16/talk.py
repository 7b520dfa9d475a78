"""16.7 talk: keyboard and network at once."""

from random import Random

from autograder.exercise import Rules
from autograder.network import Learner, Reply, Steps
from autograder.rules.ch16.shared import IDLE_S
from autograder.rules.common import PEER, payload
from autograder.text import Hang, Mistakes, Proof, such

__all__ = ["MISTAKES", "RULES"]
RULES = Rules()

MISTAKES: Mistakes = {UnicodeDecodeError: "MUX-12"}
KEYBOARD, SCREEN = ("keyboard", "键盘"), ("screen", "屏幕")
TYPED, SHOWN = ("what the peer reads", "对端读到的"), ("what is on the screen", "屏幕上的内容")
COUNT = ("the bytes on the screen", "屏幕上的字节数")
LARGE = 200_000  # bytes
WAITS: Mistakes = {such(Hang, lambda got: "readline" in got.line): "EPL-20"}


class Talk:
    """One call of talk, and all that is around it."""

    def __init__(self, learner: Learner, steps: Steps) -> None:
        lent, self.peer = steps.tcp.connection(PEER)
        keyboard, self.keyboard = steps.pair(KEYBOARD, "keyboard")
        screen, self.screen = steps.pair(SCREEN, "screen")
        self.given = lent, keyboard, screen
        self.reply: Reply = learner.start("talk", lent, keyboard, screen)

    def returns(self, count: int) -> None:
        """Expect how many bytes have reached the screen, and that the sockets are open."""
        self.reply.returns(count, COUNT, {Hang: "MUX-07"})
        self.reply.left_open(self.given[0])


@RULES.rule(weight=2)
def typed_lines_go_out(learner: Learner, steps: Steps, rng: Random) -> None:
    """What is typed goes out as soon as it comes, three lines in one piece too.

    键盘输入的内容马上发出去；一次到达的三行也一样。
    """
    talk = Talk(learner, steps)
    lines = [payload(rng, 3) + b"\n" for _ in range(3)]

    def keeps_the_others(got: Hang) -> bool:  # it has taken all, or it would stand before the rest
        return not got.standing.spins and talk.peer.received == lines[0]

    ahead: Mistakes = {such(Hang, keeps_the_others): "EPL-20"}
    talk.keyboard.send(b"".join(lines))
    talk.peer.expect(b"".join(lines), TYPED, (ahead, WAITS, "EPL-20"))
    talk.peer.send(b"ok\n")
    talk.screen.expect(b"ok\n", SHOWN)
    unfinished = payload(rng, 4)
    talk.keyboard.send(unfinished)
    talk.peer.expect(unfinished, TYPED, (WAITS, "EPL-20"))
    talk.keyboard.send(b"\xff\x00")
    talk.peer.expect(b"\xff\x00", TYPED, "MUX-12")
    talk.peer.finish()
    talk.returns(3)


@RULES.rule(weight=1, condition="binary")
def the_peer_speaks_first(learner: Learner, steps: Steps, rng: Random) -> None:
    """What the peer says reaches the screen at once: without a newline, and whatever the bytes.

    对端发来的内容马上出现在屏幕上：没有换行符也一样，是什么字节都一样。
    """
    talk = Talk(learner, steps)
    for data in (payload(rng, 3), bytes(range(256))):
        talk.peer.send(data)
        talk.screen.expect(data, SHOWN, (WAITS, {bytes: "MUX-12"}))
    talk.peer.finish()
    talk.returns(259)


@RULES.rule(weight=2)
def the_keyboard_ends(learner: Learner, steps: Steps, rng: Random) -> None:
    """When the keyboard ends, the peer reads the end; what it still sends reaches the screen.

    键盘输入结束，对端就读到结束；它之后发来的内容仍然全部出现在屏幕上。
    """
    talk, data = Talk(learner, steps), rng.randbytes(LARGE)
    said = payload(rng, 4)
    talk.keyboard.send(said)
    talk.peer.expect(said, TYPED)
    talk.keyboard.finish()
    talk.peer.ends(("the end", "结束"), "STR-27")
    talk.peer.send(data)
    talk.peer.finish()
    talk.screen.expect_whole(data, SHOWN, talk.screen.read_on(LARGE), "STR-27")
    talk.returns(LARGE)


@RULES.rule(weight=2)
def the_peer_ends(learner: Learner, steps: Steps, rng: Random) -> None:
    """When the peer finishes it returns, though the keyboard is open; the sockets stay open.

    对端一结束就返回，键盘还开着也一样；套接字保持打开。
    """
    talk, data = Talk(learner, steps), payload(rng, 5)
    talk.peer.send(data)
    talk.peer.finish()
    talk.screen.expect(data, SHOWN)
    talk.returns(5)
    for each in talk.given:
        talk.reply.left_open(each)


@RULES.rule(weight=1)
def idle(learner: Learner, steps: Steps, rng: Random) -> None:
    """While nothing comes it uses no processor time, also after the keyboard has ended.

    没有数据时不占处理器，键盘输入结束之后也一样。
    """
    talk = Talk(learner, steps)
    talk.reply.idles(IDLE_S, "MUX-01")
    talk.keyboard.finish()
    talk.peer.ends(("the end", "结束"), "STR-27")
    talk.reply.idles(IDLE_S, Proof("MUX-07"))
    talk.peer.finish()
    talk.returns(0)
