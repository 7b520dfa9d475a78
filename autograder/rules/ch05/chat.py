"""05.4 Chat: both directions at once on one socket, and an orderly end."""

from random import Random
from typing import Any

from autograder.clock import CLOCK
from autograder.exercise import Rules
from autograder.network import Handle, Learner, Reply, Steps, Talker, Tasks
from autograder.rules.ch05.shared import LOST_ON_THE_WAY, Heard, long_texts, say
from autograder.rules.common import ANNA, BEN, CARL, han, mixed, word
from autograder.text import NOTHING, YOU, Because, Hang, Mistakes, Proof, Text, brief, such
from autograder.text.observed import Raised

__all__ = ["MISTAKES", "RULES"]
RULES = Rules()

Address = tuple[str, int]


def _never_started(got: Any) -> bool:
    return isinstance(got, RuntimeError) and "cannot join" in str(got)


MISTAKES: Mistakes = {**LOST_ON_THE_WAY, _never_started: "UDP-26"}

MESSAGE = ("the datagram", "数据报")
BYTES = ("what send returns", "send 的返回值")
THREAD = ("the thread that start() began, after close()", "close() 之后，start() 启动的线程")
MEANWHILE_S = 0.15  # while one call lasts, no other should come
ANOTHER_SOCKET = Text("from another socket", "来自别的套接字")
ITS_PORT = Text("the port that it got", "分到的端口")
ITS_OWN = Text("from the chat's address", "来自这个聊天对象的 address")


def _is_free(port: int, wanted: int) -> bool:
    """Tell whether that is the port that was wanted; for 0, one that is lent to anybody."""
    return port == wanted if wanted else port > 1023


class Theirs:
    """A Chat of theirs.

    Attributes:
        heard: what it has told; address: what it says of itself.
    """

    def __init__(self, learner: Learner, steps: Steps, *where: Any) -> None:
        """where: host and port, if they are given."""
        self._learner, self._steps, self.heard = learner, steps, Heard(steps)
        made = learner.start("Chat", self.heard.on_message, *where).value()
        if not isinstance(made, Handle):
            want = Text("an object of class Chat", "一个 Chat 对象")
            steps.fail("Chat(on_message)", got=made, want=want)
        self._object, self._tasks = made, Tasks(steps)
        self.address: Address = self._bound(*where)

    def _bound(self, host: str = "127.0.0.1", wanted: int = 0) -> Address:
        try:
            got = self._object.read("address")
        except Raised as error:
            raise self._steps.raised(error) from None
        there = host or "0.0.0.0"
        match got:
            case (str(bound), int(port)) if bound == there and _is_free(port, wanted):
                self._steps.naming.addresses.append((bound, port))
                return bound, port
            case (str(bound), int(port)) if port > 1023:  # which it is differs from run to run
                other = Text("another one", "别的端口") if wanted else ITS_PORT
                got = Text(f'("{bound}", {other.en})', f'（"{bound}"，{other.zh}）')
        which = Text("the port", "给定的端口") if wanted else ITS_PORT
        want = Text(f'("{there}", {which.en})', f'（"{there}"，{which.zh}）')
        return self._steps.fail(("the attribute address", "属性 address"), got=got, want=want)

    def start(self) -> None:
        """Let it receive; that returns at once."""
        self._call("start")

    def send(self, text: str, to: Talker, because: Because = None) -> None:
        """Let it send, when its thread waits for a text or has none; expect that at somebody's,
        from its own address, and the number of bytes."""
        self._tasks.rest()
        said = brief(text, 8)
        self._tell(f"send({said.en}, …)", f"send({said.zh}, …)")
        reply = self._learner.watched(self._object.start("send", text, to.address))
        count = reply.value(because)
        came = to.expect(text.encode(), MESSAGE, because)
        if came.source[1] != self.address[1]:
            self._steps.fail(MESSAGE, got=ANOTHER_SOCKET, want=ITS_OWN, because=Proof("UDP-25"))
        in_characters = such(int, lambda got: got == len(text) != len(text.encode()))
        signs: Mistakes = {in_characters: "UDP-20"}
        self._steps.expect(BYTES, got=count, want=len(text.encode()), because=signs)

    def rests(self, seconds: float) -> None:
        """Let nobody say anything for so long."""
        end = CLOCK.after(seconds)
        while not CLOCK.passed(end):
            self._steps.listen(end)

    def send_to_nobody(self, text: str, address: Address) -> None:
        """Let it send where nobody listens."""
        self._tell("send(…) to a port where nobody is", "send(…)，那个端口没有人")
        self._learner.watched(self._object.start("send", text, address)).value("UDP-12")

    def hears(self, talker: Talker, text: str, because: Because = None) -> None:
        """Let somebody write; expect that it hears it."""
        say(talker, text, self.reached)
        self.heard.expect(text, talker.address, because)

    def hears_one_at_a_time(self, talker: Talker, first: str, second: str) -> None:
        """Let somebody write twice; the second is not told before on_message has returned."""
        at_once: list[bool] = []

        def meanwhile() -> None:
            before = self.heard.count
            say(talker, second, self.reached)
            self.rests(MEANWHILE_S)
            at_once.append(self.heard.count > before)

        self.heard.meanwhile = meanwhile
        self.hears(talker, first)
        if at_once[0]:
            self._tell("on_message once more, before it returned", "还没有返回，又调用了一次")
            want, got = Text("one at a time", "一次一个"), Text("two at once", "同时两个")
            what = ("the calls of on_message", "对 on_message 的调用")
            self._steps.fail(what, got=got, want=want, because=NOTHING)
        self.heard.expect(second, talker.address)

    @property
    def reached(self) -> Address:
        """Where it is written to."""
        host, port = self.address
        return ("127.0.0.1" if host in ("", "0.0.0.0") else host), port

    def close(self, again: bool = False) -> None:
        """Let it close, in time; again: it was closed already, so whatever it raises is of that."""
        twice: Mistakes = {(OSError, RuntimeError, AttributeError, TypeError): "UDP-26"}
        self._call("close", ({Hang: "UDP-16"}, twice if again else None))

    def closes_behind(self, talker: Talker, text: str) -> None:
        """Let it close while its thread is in on_message: it has to wait for that."""
        closing: list[Reply] = []
        early = []

        def meanwhile() -> None:
            closing.append(self._learner.watched(self._object.start("close")))
            closing[0].rests()  # now it waits for the thread, or has returned
            early.append(closing[0].ended)

        self.heard.meanwhile = meanwhile
        self.hears(talker, text)
        self._tell("close(), before on_message ends", "on_message 还没有结束，就 close()")
        closing[0].value({Hang: "UDP-16"})
        if early[0]:
            self._tell("close() has returned", "close() 已经返回")
            want = Text("after the thread's end", "在线程结束之后")
            got = Text("while the thread was in on_message", "线程还在 on_message 里")
            what = ("the return of close()", "close() 返回")
            because = Proof("UDP-16" if self._tasks.left() else "UDP-32")
            self._steps.fail(what, got=got, want=want, because=because)

    def ended(self) -> None:
        """Fail if its socket is open, or its thread runs."""
        try:
            self._steps.own_socket(*self.address).close()
        except OSError:
            self._tell("the port is taken", "端口还被占用")
            waits = self._tasks.began() > 0
            want, got = Text("free", "空闲"), Text("still taken", "还被占用")
            what = ("its port, after close()", "close() 之后，它的端口")
            because = Proof("UDP-16" if waits else "STR-34")
            self._steps.fail(what, got=got, want=want, because=because)
        self._tasks.ended(THREAD, Proof("UDP-16"))

    def _call(self, method: str, because: Because = None) -> None:
        self._tell(f"{method}()", f"{method}()")
        self._learner.watched(self._object.start(method)).value(because)

    def _tell(self, english: str, chinese: str) -> None:
        self._steps.tell(YOU, english, chinese)


@RULES.rule(weight=2)
def both_directions(learner: Learner, steps: Steps, rng: Random) -> None:
    """Texts go both ways, through one socket, and the bytes are counted; nothing is heard before
    start().

    两个方向都通，用的是同一个套接字，返回的是字节数；start() 之前什么也听不到。
    """
    anna, ben = steps.udp(ANNA), steps.udp(BEN)
    chat = Theirs(learner, steps)
    chat.send(mixed(rng), anna)  # before anybody has written, and before start()
    early = word(rng)
    say(anna, early, chat.address)
    chat.send(han(rng, 3), ben, {Hang: "UDP-15"})
    chat.heard.nothing_more(("on_message before start()", "start() 之前的 on_message"))
    chat.start()
    late = f"{han(rng)} {word(rng)}"
    say(ben, late, chat.address)
    text, address = chat.heard.next("UDP-15")
    if text == early:  # what came before is left open
        text, address = chat.heard.next("UDP-15")
    steps.expect(("what is heard", "听到的文本"), got=text, want=late)
    steps.expect(("from whom", "来自谁"), got=address, want=ben.address)
    chat.send(han(rng, 2), anna, {Hang: "UDP-15"})
    chat.close()


@RULES.rule(weight=1)
def where_it_listens(learner: Learner, steps: Steps, rng: Random) -> None:
    """It hears what is sent to its host and no other; with host "" what is sent to any.

    只收发给自己主机的数据报；host 为 "" 时，发给本机任何地址的都收。
    """
    anna = steps.udp(ANNA)
    one = Theirs(learner, steps, "127.0.0.2")
    one.start()
    steps.tell(ANNA, "writes to 127.0.0.3", "发往 127.0.0.3")
    anna.sock.sendto(b"not for it", ("127.0.0.3", one.address[1]))
    one.hears(anna, word(rng))
    one.close()
    every = Theirs(learner, steps, "")
    every.start()
    for host in ("127.0.0.2", "127.0.0.3"):
        text = word(rng)
        say(anna, text, (host, every.address[1]))
        every.heard.expect(text, anna.address)
    every.close()


@RULES.rule(weight=1, misconception="UDP-15")
def everybody_speaks_at_once(learner: Learner, steps: Steps, rng: Random) -> None:
    """15 texts each way, interleaved, and all of them arrive, in order, in one call of on_message
    after the other.

    双方交错着各发 15 条，全部到达，顺序不变，on_message 一次只调用一个。
    """
    anna, chat = steps.udp(ANNA), Theirs(learner, steps)
    chat.start()
    chat.hears_one_at_a_time(anna, word(rng), word(rng))
    steps.anew()
    for number in range(15):
        said = f"{number} {word(rng, 3)}"
        say(anna, said, chat.address)
        chat.send(f"{number} {han(rng)}", anna, {Hang: "UDP-15"})
        chat.heard.expect(said, anna.address, "UDP-15")
        if number % 5 == 4:
            steps.anew()
    chat.close()


@RULES.rule(weight=1, condition="binary")
def receives_as_the_loop_does(learner: Learner, steps: Steps, rng: Random) -> None:
    """start() receives as receiver_loop does: any bytes, an empty datagram, after silence, up to
    65,507 bytes.

    start() 像 receiver_loop 那样接收：任何字节，空数据报，安静一阵之后，最长 65507 个字节。
    """
    anna, chat = steps.udp(ANNA), Theirs(learner, steps)
    chat.start()
    anna.send(b"\xff\xfe" + word(rng, 2).encode(), chat.address)
    chat.heard.next("UDP-10")
    chat.hears(anna, han(rng), "UDP-10")
    steps.tell(YOU, "0.35 s of silence", "0.35 s 没有动静")
    chat.rests(0.35)
    chat.hears(anna, word(rng), "UDP-22")
    chat.hears(anna, "", "UDP-11")
    for text in long_texts(rng):
        chat.hears(anna, text, "UDP-06")
    chat.close()


@RULES.rule(weight=2)
def close_gives_all_back(learner: Learner, steps: Steps, rng: Random) -> None:
    """close() waits for the thread's end and frees the port, within 0.5 s, in silence too; again it
    does no harm.

    close() 等到线程结束，让出端口，没有动静时也在 0.5 秒之内；再调用一次也无妨。
    """
    host = f"127.9.{rng.randrange(1, 250)}.{rng.randrange(1, 250)}"
    chat, anna = Theirs(learner, steps, host), steps.udp(ANNA)
    chat.start()
    chat.hears(anna, word(rng))
    chat.closes_behind(anna, word(rng))
    chat.ended()
    chat.close(again=True)
    again = Theirs(learner, steps, *chat.address)
    again.start()
    again.hears(anna, han(rng))
    again.close()
    again.ended()


@RULES.rule(weight=1)
def closed_before_it_began(learner: Learner, steps: Steps, rng: Random) -> None:
    """close() without start() frees the port, and raises nothing.

    没有 start() 就 close()：端口让出来，什么异常也不抛。
    """
    chat = Theirs(learner, steps)
    chat.close()
    chat.ended()
    chat.close(again=True)


@RULES.rule(weight=1, condition="unreachable", misconception="UDP-12")
def a_friend_that_left(learner: Learner, steps: Steps, rng: Random) -> None:
    """Two texts to a port where nobody listens disturb nobody: the others are still heard.

    向没有人监听的端口发两次，谁也不受影响：别人的话照样听得到。
    """
    anna, ben = steps.udp(ANNA), steps.udp(BEN)
    chat = Theirs(learner, steps)
    chat.start()
    chat.hears(anna, word(rng))
    gone = ben.address
    ben.close()
    for _ in range(2):
        chat.send_to_nobody(word(rng), gone)
    chat.hears(anna, word(rng), "UDP-12")
    carl = steps.udp(CARL)
    chat.hears(carl, han(rng), "UDP-12")
    chat.send(word(rng), anna)
    chat.close()
