"""17.6 chat_room: a room over TCP, in which nobody waits for anybody."""

from random import Random

from autograder.exercise import Rules
from autograder.network import Learner, Steps, Stream
from autograder.network.reply import CHATTER_S
from autograder.rules.ch17.loop import CLOSED_FIRST
from autograder.rules.ch17.members import LINE, SENDS, ChatRoom
from autograder.rules.common import ANNA, BEN, CARL, DORA, EMMA, GONE, han, word
from autograder.rules.echo import STANDS
from autograder.text import Because, Mistakes, Proof, Text, such

__all__ = ["MISTAKES", "RULES"]
RULES = Rules()

MISTAKES: Mistakes = {
    such(UnicodeDecodeError, lambda got: "unexpected end" in str(got)): "TXT-02",
    UnicodeDecodeError: "MUX-12",
    BlockingIOError: "MUX-17",
    **GONE,
    **CLOSED_FIRST,
    KeyError: "EPL-15",
    such(RuntimeError, lambda got: "changed size" in str(got)): "MUX-03",
}
COUNT = ("the number of clients", "客户端个数")
NOTICE = ("a notice", "一条通知")
EARLY = ("what others hear before the line's end", "这一行结束之前，别人听到的内容")
THERE = ("who is there", "聊天室里的人")
KEPT = ("sockets that the room holds for nobody", "聊天室持有的多余的套接字")
SLEEPER, GINA = ("sleeper", "瞌睡虫"), Text("gina", "吉娜")
MAX_LINE = 512  # bytes
LINES, LENGTH = 300, 500  # bytes
LATE = 120  # lines: more than the kernel holds, and less than ROOM_BUFFER
CROWD, VISITS = 120, 20
IDLE_S = 0.4


@RULES.rule(weight=2)
def two_talk(learner: Learner, steps: Steps, rng: Random) -> None:
    """A member's line goes to all others, with the name in front, and not to the member.

    一个成员的每一行，前面加上名字，发给其他所有人，不发给自己。
    """
    room = ChatRoom(learner, steps)
    room.waits()
    ben, anna = room.joins(BEN, "ben"), room.joins(ANNA, "anna")
    for _ in range(2):
        room.talks(anna, word(rng, 4))
        room.talks(ben, f"{word(rng, 3)}: {word(rng, 2)}")
    carl = room.joins(CARL, "carl")
    for member in (ben, carl, anna):
        room.talks(member, word(rng, 5))


@RULES.rule(weight=2, condition="non-ascii")
def lines_however_they_come(learner: Learner, steps: Steps, rng: Random) -> None:
    """Lines may be cut anywhere, inside a character too, or come two in one segment; CR LF ends
    a line as LF does; bytes that are no UTF-8 are replaced.

    行可以在任何地方被切开，包括在一个字符中间，也可以两行一起到达；CR LF 和 LF 一样是行尾；
    不是 UTF-8 的字节被替换（U+FFFD）。
    """
    room = ChatRoom(learner, steps)
    anna, ben = room.joins(ANNA, "anna"), room.joins(BEN, han(rng))
    for at in (1, 4):
        text = han(rng, 3)
        data = text.encode() + b"\n"
        anna.send(data[:at])
        room.reply.rests()  # now it has read the first part, and passed on what it wants to
        steps.expect(EARLY, got=ben.unread(), want=b"", because=Proof("STR-01"))
        room.talks(ben, word(rng, 3))
        anna.send(data[at:])
        room.hears(ben, f"anna: {text}", (_cut(text), "STR-01"))
    first, second = word(rng, 3), word(rng, 4)
    anna.send(f"{first}\n{second}\r\n".encode())
    for text in (first, second):
        room.hears(ben, f"anna: {text}", "STR-01")
    anna.send(b"a\xffb\n")
    room.hears(ben, "anna: a\N{REPLACEMENT CHARACTER}b", "MUX-12")
    room.talks(ben, "")


def _cut(text: str) -> Mistakes:
    """Return the signs of a line that was taken before it was whole, and of one decoded so."""
    whole, replaced = len(f"anna: {text}\n".encode()), "\N{REPLACEMENT CHARACTER}".encode()
    return {
        such(bytes, lambda got: len(got) < whole): "STR-01",
        such(bytes, lambda got: replaced in got): "TXT-02",
    }


@RULES.rule(weight=1, condition="maximal")
def long_lines(learner: Learner, steps: Steps, rng: Random) -> None:
    """A line may have MAX_LINE bytes, its end not counted; who sends a longer one, or one without
    an end, leaves the room, and the room goes on.

    一行至多 MAX_LINE 字节，行尾不算；更长的行，或者没完没了的行，会让发送者离开聊天室，其他人
    照常聊。
    """
    room = ChatRoom(learner, steps)
    anna, ben, carl = room.joins(ANNA, "anna"), room.joins(BEN, "ben"), room.joins(CARL, "carl")
    longest = word(rng, MAX_LINE)
    room.talks(ben, longest)
    room.says(ben, longest, b"\r\n")
    room.told(f"ben: {longest}", but=ben)
    room.says(ben, f"{longest}x")
    room.misses(ben, None)
    room.hangs_up_on(ben)
    endless = word(rng, 1000).encode()
    carl.send(endless)
    room.misses(carl, None)
    room.hangs_up_on(carl)
    dora = room.joins(DORA, "dora")
    room.talks(anna, word(rng, 3))
    room.talks(dora, word(rng, 3))


@RULES.rule(weight=3)
def one_does_not_read(learner: Learner, steps: Steps, rng: Random) -> None:
    """Who does not read delays nobody: every line reaches the others within a second; and leaves
    the room when more than ROOM_BUFFER bytes wait here.

    不读的成员不耽误任何人：每一行一秒之内到达其他人；为它积压的字节超过 ROOM_BUFFER，它就离开
    聊天室。
    """
    room = ChatRoom(learner, steps)
    anna, ben = room.joins(ANNA, "anna"), room.joins(BEN, "ben")
    carl, sleeper = room.joins(CARL, "carl"), room.joins(SLEEPER, "sleeper", little=True)
    room.talks(sleeper, word(rng, 3))
    room.asleep(sleeper)
    steps.tell(anna.name, f"says {LINES} lines of {LENGTH} B", f"说 {LINES} 行，每行 {LENGTH} B")
    left, said = b"* sleeper left\n", b""
    gone = {ben: False, carl: False}
    with steps.untold():
        for _ in range(LINES):
            text = word(rng, LENGTH)
            room.says(anna, text)
            said += f"anna: {text}\n".encode()
            for listener in gone:
                got = listener.read_line(LINE, room.blamed((SENDS, STANDS, "EPL-18")))
                if got == left and not gone[listener]:
                    gone[listener] = True
                    got = listener.read_line(LINE, room.blamed((SENDS, STANDS, "EPL-18")))
                steps.expect(LINE, got=got, want=f"anna: {text}\n".encode())
    room.inside.remove(sleeper)
    for listener in gone:
        if not gone[listener]:
            got = listener.read_line(NOTICE, room.blamed(_in_vain(steps, sleeper, said)))
            steps.expect(NOTICE, got=got, want=left)
    room.hears(anna, "* sleeper left")
    room.hangs_up_on(sleeper)
    room.talks(ben, word(rng, 3))


def _in_vain(steps: Steps, sleeper: Stream, said: bytes) -> Because:
    """Return what it shows that nobody is told: is the sleeper gone, or has it got everything?"""

    def shown(got: object) -> str | None:
        if not isinstance(got, Text):
            return None
        with steps.untold():
            came = sleeper.read_on(len(said))
        if sleeper.is_over:
            return "EPL-30"
        return "EPL-28" if came == said else "EPL-13"

    return shown


@RULES.rule(weight=2)
def one_reads_late(learner: Learner, steps: Steps, rng: Random) -> None:
    """Who reads late, and has not been owed too much, gets every line, whole and in order.

    晚一点才读、但积压不算太多的成员，每一行都能收到，完整，顺序不变。
    """
    room = ChatRoom(learner, steps)
    anna, ben = room.joins(ANNA, "anna"), room.joins(BEN, "ben")
    late = room.joins(CARL, "carl", little=True)
    for _ in range(2):
        room.asleep(late)
        said = []
        steps.tell(anna.name, f"says {LATE} lines of {LENGTH} B", f"说 {LATE} 行，每行 {LENGTH} B")
        with steps.untold():
            for _ in range(LATE):
                text = word(rng, LENGTH)
                said.append(f"anna: {text}\n")
                room.says(anna, text)
                got = ben.read_line(LINE, room.blamed((SENDS, "EPL-18")))
                steps.expect(LINE, got=got, want=said[-1].encode())
        want = "".join(said).encode()
        came = late.read_on(len(want))
        if came != want:
            room.lives(None)
        late.expect_whole(want, ("lines", "各行"), came, "EPL-13")
        late.received.clear()
    room.talks(late, word(rng, 3))


@RULES.rule(weight=2, misconception="STR-29", condition="refused")
def some_leave(learner: Learner, steps: Steps, rng: Random) -> None:
    """Who finishes, or resets, also with much owed to them, leaves: the others are told once each,
    and go on.

    结束或复位的成员离开聊天室，哪怕还欠它很多字节：其他人各收到一次通知，照常聊。
    """
    room = ChatRoom(learner, steps)
    anna, ben, carl = room.joins(ANNA, "anna"), room.joins(BEN, "ben"), room.joins(CARL, "carl")
    dora = room.joins(DORA, "dora", little=True)
    with steps.untold():
        steps.tcp.connect(("nobody", "无名"), room.address).reset()
    steps.tell(Text("nobody", "无名"), "connects and resets", "连接后复位")
    room.reply.rests()
    room.talks(anna, word(rng, 3), "STR-29")
    carl.finish()
    room.misses(carl)
    room.hangs_up_on(carl)
    room.asleep(dora)
    steps.tell(ben.name, f"says {LATE} lines of {LENGTH} B", f"说 {LATE} 行，每行 {LENGTH} B")
    with steps.untold():
        for _ in range(LATE):
            room.says(ben, text := word(rng, LENGTH))
            got = anna.read_line(LINE, room.blamed((SENDS, "EPL-18")))
            steps.expect(LINE, got=got, want=f"ben: {text}\n".encode())
    dora.reset()
    room.misses(dora, "EPL-18")
    for member in (ben, anna):
        room.talks(member, word(rng, 3), "STR-29")
    emma = room.joins(EMMA, "carl")
    for member in (emma, ben):
        member.reset()
        room.inside.remove(member)
    lines = sorted(_notice(room, anna) for _ in range(2))
    steps.expect(NOTICE, got=lines, want=[b"* ben left\n", b"* carl left\n"], because="EPL-30")
    fred = room.joins(("fred", "小夫"), "ben")
    for member in (anna, fred):
        room.talks(member, word(rng, 3), "STR-29")
    steps.anew()
    room.resets_behind(GINA, word(rng, 3))
    steps.expect(THERE, got=room.present(CARL, "carl"), want="anna, ben", because=Proof("COR-09"))


def _notice(room: ChatRoom, stream: Stream) -> bytes:
    """Return the next line at somebody's."""
    return stream.read_line(NOTICE, room.blamed((SENDS, "STR-29")))


@RULES.rule(weight=1, condition="many clients")
def a_crowd(learner: Learner, steps: Steps, rng: Random) -> None:
    """With 120 connected who say nothing two talk as ever; who has come and gone leaves nothing
    behind.

    有 120 个连接着却不说话的客户端，两个人照样聊；来了又走的，什么也不留下。
    """
    room = ChatRoom(learner, steps, backlog=2 * CROWD)
    anna, ben = room.joins(ANNA, "anna"), room.joins(BEN, "ben")
    before = steps.process.sockets_kept()
    crowd = steps.tcp.crowd(CROWD, room.address)
    room.talks(anna, word(rng, 3))
    for sock in crowd[: CROWD // 2]:
        sock.close()
    for visit in range(VISITS):
        with steps.untold():
            carl = room.joins(CARL, f"carl{visit}")
            carl.finish()
            room.misses(carl)
            room.hangs_up_on(carl)
    steps.tell(Text.of(CARL), f"joins and leaves, {VISITS} times", f"加入又离开，共 {VISITS} 次")
    room.talks(ben, word(rng, 3))
    room.reply.rests()
    kept = steps.process.sockets_kept() - before - CROWD // 2
    got = Text("some", "有") if kept > 0 else kept  # how many may differ from run to run
    steps.expect(KEPT, got=got, want=0, because=Proof("STR-34") if kept > 0 else None)
    room.stops(CROWD + VISITS + 2, COUNT)
    room.reply.closed_its_sockets()


@RULES.rule(weight=1)
def idle(learner: Learner, steps: Steps, rng: Random) -> None:
    """While nobody says anything it uses no processor time to speak of.

    没有人说话的时候，几乎不占处理器。
    """
    room = ChatRoom(learner, steps)
    room.reply.idles(IDLE_S / 2, "MUX-01")
    anna, ben = room.joins(ANNA, "anna"), room.joins(BEN, "ben")
    late = room.joins(CARL, "carl", little=True)
    room.asleep(late)
    with steps.untold():
        for _ in range(LATE):
            room.talks(anna, word(rng, LENGTH))
    room.reply.idles(IDLE_S, "EPL-14")
    late.read_on(LATE * (LENGTH + 7))
    late.received.clear()
    room.reply.idles(IDLE_S, "EPL-14")
    room.talks(ben, word(rng, 3))


@RULES.rule(weight=1, misconception="UDP-16")
def stops(learner: Learner, steps: Steps, rng: Random) -> None:
    """It returns within 0.5 s of stop.set(), with the number of clients, whatever they do; theirs
    are closed, the listener is open.

    stop.set() 之后 0.5 秒之内返回客户端个数，不管客户端在做什么；客户端的套接字都已关闭，
    listener 仍然打开。
    """
    ChatRoom(learner, steps).stops(0, COUNT)
    room = ChatRoom(learner, steps)
    anna, ben = room.joins(ANNA, "anna"), room.joins(BEN, "ben")
    every = f"{CHATTER_S * 1000:g} ms"
    steps.tell(anna.name, f"says a line every {every}", f"每 {every} 说一行")

    def talk() -> None:
        with steps.untold():
            room.says(anna, "hi")

    got = room.stops_despite(talk)
    steps.expect(COUNT, got=got, want=2, because="STR-28")
    room.reply.closed_its_sockets()
    for member in (anna, ben):
        room.hangs_up(member, Proof("STR-34"))
