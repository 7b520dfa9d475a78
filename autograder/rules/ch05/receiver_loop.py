"""05.3 receiver_loop: every datagram becomes one call, until stop is set."""

from random import Random
from typing import Any

from autograder.exercise import Rules
from autograder.network import Learner, Server, Steps
from autograder.rules.ch05.shared import LOST_ON_THE_WAY, Heard, counted, long_texts, say
from autograder.rules.common import AFTER_SILENCE, ANNA, AT_THE_KEYBOARD, BEN, mixed, word
from autograder.text import Hang, Mistakes, Text

__all__ = ["MISTAKES", "RULES"]
RULES = Rules()

MISTAKES: Mistakes = {**LOST_ON_THE_WAY, **AT_THE_KEYBOARD}
COUNT = ("the number of messages", "消息的条数")


class Loop(Server):
    """A call of receiver_loop, and what it has told."""

    def __init__(self, learner: Learner, steps: Steps) -> None:
        self.heard = Heard(steps)
        super().__init__(learner, steps, "receiver_loop", steps.own_socket(), self.heard.on_message)
        self.heard.server = self


@RULES.rule(weight=4, misconception="UDP-06")
def texts_of_friends(learner: Learner, steps: Steps, rng: Random) -> None:
    """on_message gets each text and the address that it came from, up to 65,507 bytes.

    on_message 得到每条文本和它的来源地址，最长可达 65507 个字节。
    """
    loop = Loop(learner, steps)
    friends = steps.udp(ANNA), steps.udp(BEN, "127.0.0.2")
    for number, text in enumerate(long_texts(rng)):
        for friend in (friends[number % 2], friends[1 - number % 2]):
            say(friend, text, loop.address)
            loop.heard.expect(text, friend.address)


@RULES.rule(weight=4, condition="binary")
def any_bytes_are_a_text(learner: Learner, steps: Steps, rng: Random) -> None:
    """Any bytes become a text, an empty datagram too, and the loop goes on.

    任何字节都成为一条文本，空数据报也是；循环继续。
    """
    loop, anna = Loop(learner, steps), steps.udp(ANNA)
    half = "你".encode()[: rng.randrange(1, 3)]
    for data in (b"\xff\xfe" + word(rng, 2).encode(), half, b"ok"):
        anna.send(data, loop.address)
        loop.heard.expect(data.decode(errors="replace"), anna.address)
    for data in (b"", b" ok\r\n", b"", b"ok"):
        anna.send(data, loop.address)
        loop.heard.expect(data.decode(), anna.address, "UDP-11" if not data else None)


@RULES.rule(weight=2, condition="duplicated", faults="duplicate 1; reorder 2; lose 4")
def as_it_arrives(learner: Learner, steps: Steps, rng: Random) -> None:
    """What arrives is told, in order of arrival, and a text that comes twice is two messages.

    到什么就报什么，按到达的顺序；同一条文本来两次，就是两条消息。
    """
    loop, anna = Loop(learner, steps), steps.udp(ANNA)
    texts = [word(rng) for _ in range(5)]
    for text in texts:
        say(anna, text, loop.address)
    for data in list(anna.delivered):
        loop.heard.expect(data.decode(), anna.address, "UDP-07")
    loop.stops(len(anna.delivered), COUNT)
    loop.heard.nothing_more(("on_message", "on_message"), "UDP-07")


@RULES.rule(weight=2, condition="quiet")
def stops_while_idle(learner: Learner, steps: Steps, rng: Random) -> None:
    """It goes on however long nobody writes; within 0.5 s of stop.set() it returns how many came.

    多久没有消息都继续；stop.set() 之后 0.5 秒之内返回，返回值是消息的条数。
    """
    loop, anna = Loop(learner, steps), steps.udp(ANNA)
    loop.silence(0.35)
    texts = [mixed(rng) for _ in range(rng.randrange(1, 4))]
    for text in texts:
        say(anna, text, loop.address)
        loop.heard.expect(text, anna.address, AFTER_SILENCE)
    loop.stops(len(texts), COUNT)
    again = learner.start("receiver_loop", loop.sock, loop.heard.on_message, loop.stop)
    again.returns(0, ("messages of a second call", "第二次调用的消息条数"))


@RULES.rule(weight=1)
def stops_under_traffic(learner: Learner, steps: Steps, rng: Random) -> None:
    """It returns within 0.5 s of stop.set(), and the right count, even if somebody goes on writing.

    即使有人一直在发，stop.set() 之后 0.5 秒之内也返回，条数也对。
    """
    loop, anna = Loop(learner, steps), steps.udp(ANNA)

    def shown(value: Any) -> Any:
        return Text("a number", "一个数") if type(value) is int and value else value

    say(anna, "?", loop.address)
    loop.heard.expect("?", anna.address)
    got = loop.stops_despite(anna.chatter(b"?", loop.address), shown=shown)
    told = loop.heard.count
    if type(got) is not int or got != told:
        want = Text("as many as there were calls of on_message", "和调用 on_message 的次数一样多")
        steps.fail(COUNT, got=counted(got, told), want=want)


@RULES.rule(weight=1)
def calls_in_its_own_thread(learner: Learner, steps: Steps, rng: Random) -> None:
    """on_message is called in the thread that called receiver_loop.

    on_message 在调用 receiver_loop 的那个线程里被调用。
    """
    sock, anna = steps.own_socket(), steps.udp(ANNA)
    count = rng.randrange(2, 4)
    reply = learner.start("loop_trial", sock, count)
    for _ in range(count):
        say(anna, word(rng), sock.address)
    what = ("for each call, whether it was in that thread", "每次调用是否在那个线程里")
    reply.returns([True] * count, what, {Hang: "UDP-16"})
