# %% [markdown] id="title" lang="en"
# # epoll and the chat room
#
# **You will be able to** read an epoll mask, and say what a FIN, a reset and a full buffer look like; choose
# between level- and edge-triggered, and write the loop that each needs; build a chat room in one thread that
# no member can stop. **You need** chapter 16 (non-blocking calls, bytes owed, back-pressure) and chapter 13
# (lines from a stream). **Time:** 45 minutes of reading and, for six exercises, about two hours; a good place
# for a pause is after exercise 3. epoll is Linux's; macOS and the BSDs have `kqueue`, and your answers are
# graded on Linux.
#
# ## Three people in a room
#
# This chat room is a program as in old notes (the classroom notes that this course replaces). What one says
# goes to all others. (As printed, the room of the notes closes each newcomer at the end of the same round
# ([EPL-17](../catalogue.ipynb#cell-id=EPL-17)); here that line stands behind the loop.) Write something.

# %% [markdown] id="title" lang="zh" of="4543a99f"
# # epoll 与聊天室
#
# **学完本章，你将能够**：读懂 epoll 的掩码，说出 FIN、复位、缓冲区已满各是什么样子；在水平触发和边缘触发之间做选择，并写出各自需要的循环；用一个线程写一个聊天室，哪个成员都不能让它停下来。**需要**：第 16 章（非阻塞调用、欠的字节、背压）和第 13 章（从字节流里取出一行行）。**用时**：阅读 45 分钟，六道习题大约两小时；可以在习题 3 之后休息。epoll 是 Linux 特有的；macOS 和 BSD 有 `kqueue`。评分在 Linux 上进行。
#
# ## 聊天室里有三个人
#
# 这个聊天室是旧笔记（本课程所取代的课堂笔记）里的那种程序：一个人说的话发给其他所有人。（旧笔记里的聊天室，照原样运行，会在同一轮的末尾关闭每个新来的人的连接（[EPL-17](../catalogue.ipynb#cell-id=EPL-17)）；这里把那一行移到了循环之后。）请随便写点什么。

# %% id="import-check" demo=true lang="en"
from autograder import check, hint, outcome, predict, predictions

# %% id="import-check" demo=true lang="zh" of="25d0a6e9"
from autograder.zh import check, hint, outcome, predict, predictions

# %% id="demo-room" demo=true tags=["nbval-ignore-output"]
from netlib.oldnotes.room import chat_room as old_room
from netlib.panels import ChatPanel

panel = ChatPanel(server=old_room, kind="tcp", people=("anna", "ben", "carl"))
panel

# %% id="demo-nc" demo=true tags=["nbval-ignore-output"] lang="en"
import shutil
import subprocess

panel.say("anna", "hi")
if busybox := shutil.which("busybox"):  # somebody joins from outside
    nc = [busybox, "nc", *map(str, panel.server_address)]
    subprocess.run(nc, input=b"hello from nc\n", timeout=5)
    panel.wait_for("hello from nc")
print(panel.text())
panel.close()

# %% id="demo-nc" demo=true tags=["nbval-ignore-output"] lang="zh" of="2c6bbaa7"
import shutil
import subprocess

panel.say("anna", "hi")
if busybox := shutil.which("busybox"):  # 有人从外面加入
    nc = [busybox, "nc", *map(str, panel.server_address)]
    subprocess.run(nc, input=b"hello from nc\n", timeout=5)
    panel.wait_for("hello from nc")
print(panel.text())
panel.close()

# %% [markdown] id="sleeper" lang="en"
# ## carl does not read: who hears what?
#
# The same room. carl is connected and reads nothing; the buffers between the room and him are small. anna says
# lines of 500 bytes; she says each when ben has heard the one before.

# %% [markdown] id="sleeper" lang="zh" of="77c3edee"
# ## carl 不读：谁能听到什么？
#
# 还是这个聊天室。carl 连着，但什么也不读；聊天室和他之间的缓冲区很小。anna 一行接一行地说，每行 500 字节，等 ben 听到上一行再说下一行。

# %% id="demo-people" demo=true lang="en"
import socket


def visit(address, *names):  # each has little room, and says the name
    socks = []
    for name in names:
        sock = socket.socket()
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8192)
        sock.settimeout(1)
        sock.connect(address)
        sock.sendall(name.encode() + b"\n")
        for other in socks:
            other.recv(100)  # so that all have heard it
        socks.append(sock)
    return socks

# %% id="demo-people" demo=true lang="zh" of="b276e23f"
import socket


def visit(address, *names):  # 缓冲区都很小，先报上名字
    socks = []
    for name in names:
        sock = socket.socket()
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8192)
        sock.settimeout(1)
        sock.connect(address)
        sock.sendall(name.encode() + b"\n")
        for other in socks:
            other.recv(100)  # 让大家都听到
        socks.append(sock)
    return socks

# %% id="demo-lines" demo=true
import contextlib


def lines_heard(speaker, listener, count):
    for number in range(count):
        line = b"%0499d\n" % number
        speaker.sendall(line)
        heard = b""
        with contextlib.suppress(TimeoutError):
            while line not in heard and (data := listener.recv(65536)):
                heard += data
        if line not in heard:
            return number
    return count

# %% id="predict-sleeper" predict=true lang="en"
predict(
    "ch17/sleeper",
    "anna says 1,000 lines. What does ben hear?",
    all="all of them: carl is none of his business",
    still="some, then nothing",
    none="nothing from the first line on",
)

# %% id="predict-sleeper" predict=true lang="zh" of="9b0108f0"
predict(
    "ch17/sleeper",
    "anna 说了 1000 行。ben 听到什么？",
    all="全部：carl 不读，不关他的事",
    still="听到一些，然后就没有了",
    none="从第一行起就听不到",
)

# %% id="demo-sleeper" demo=true lang="en"
from netlib.serving import serving

with serving(old_room, "tcp", buffer=16_384) as address:
    carl, ben, anna = visit(address, "carl", "ben", "anna")
    heard = lines_heard(anna, ben, 1_000)
    with contextlib.suppress(TimeoutError):
        while carl.recv(65536):  # now carl reads, and the room goes on
            pass
for sock in (anna, ben, carl):
    sock.close()
kinds = {0: "none", 1_000: "all"}
outcome("ch17/sleeper", kinds.get(heard, "still"))

# %% id="demo-sleeper" demo=true lang="zh" of="2b4fdaaf"
from netlib.serving import serving

with serving(old_room, "tcp", buffer=16_384) as address:
    carl, ben, anna = visit(address, "carl", "ben", "anna")
    heard = lines_heard(anna, ben, 1_000)
    with contextlib.suppress(TimeoutError):
        while carl.recv(65536):  # 现在 carl 开始读，聊天室继续
            pass
for sock in (anna, ben, carl):
    sock.close()
kinds = {0: "none", 1_000: "all"}
outcome("ch17/sleeper", kinds.get(heard, "still"))

# %% id="demo-heard" demo=true tags=["nbval-ignore-output"]
print(heard)

# %% [markdown] id="sleeper-says" lang="en"
# **Some tens of lines, then nobody hears anybody.** The room stands in `send` to carl, and with it the only
# thread ([EPL-18](../catalogue.ipynb#cell-id=EPL-18)). Next, carl resets his connection (RST).

# %% [markdown] id="sleeper-says" lang="zh" of="2beaeb2e"
# **听到几十行，然后谁也听不到谁了**。聊天室停在发给 carl 的 `send` 里，唯一的线程也停在那里（[EPL-18](../catalogue.ipynb#cell-id=EPL-18)）。接下来，carl 把连接复位（RST）。

# %% id="predict-reset" predict=true lang="en"
predict(
    "ch17/reset",
    "What becomes of the room?",
    goes_on="anna and ben go on talking",
    ends="the program ends with an exception",
)

# %% id="predict-reset" predict=true lang="zh" of="4309daae"
predict(
    "ch17/reset",
    "聊天室会怎么样？",
    goes_on="anna 和 ben 继续聊",
    ends="程序抛出异常，结束了",
)

# %% id="demo-reset" demo=true lang="en"
import struct


RESET = struct.pack("ii", 1, 0)  # SO_LINGER: close() sends an RST


def reset(sock):
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
    sock.close()


# %% id="demo-reset" demo=true lang="zh" of="3f759b5e"
import struct


RESET = struct.pack("ii", 1, 0)  # SO_LINGER：close() 会发 RST


def reset(sock):
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
    sock.close()


# %% id="demo-ended" demo=true
room = "goes_on"
try:
    with serving(old_room, "tcp") as address:
        carl, ben, anna = visit(address, "carl", "ben", "anna")
        reset(carl)
        lines_heard(anna, ben, 3)
except OSError:
    room = "ends"
for sock in (anna, ben):
    sock.close()
outcome("ch17/reset", room)

# %% [markdown] id="reset-says" lang="en"
# **`recv` raises ConnectionResetError, nobody catches it, and the room is gone for all.** This chapter builds
# a room that survives both. First you need epoll.
#
# ## What does epoll say when a client leaves?
#
# `select` (chapter 16) is given all sockets at each call. With `epoll` you **register** a socket once, with
# the events that you want. The kernel keeps it on an **interest list**; when something happens, the kernel puts
# an entry on the **ready list**, and `poll()` copies only those:
#
# ```text
#     your program                    kernel: interest list         ready list
#     {7: sock, 8: sock, 9: sock}     7: IN   8: IN OUT   9: IN     8: OUT   9: IN
#             ^                                                        |        ^
#             +------- poll() returns [(8, OUT), (9, IN)] -------------+        |
#                                     bytes arrive for 9 ----------------------+
# ```
#
# epoll knows only numbers (descriptors); your program remembers which socket has the number 9. What happened
# stands in a **mask**: each bit is a fact. Here are a listener and the sockets of four clients. For each
# client we ask for IN, OUT and RDHUP ("the peer has finished"):

# %% [markdown] id="reset-says" lang="zh" of="01fc00ee"
# **`recv` 抛出 ConnectionResetError，没有人捕获，整个聊天室就结束了**。本章要写一个两种情况都撑得住的聊天室。首先要认识 epoll。
#
# ## 客户端离开时，epoll 会说什么？
#
# `select`（第 16 章）每次调用都要把所有套接字交给它。用 `epoll`，套接字只需**注册**（register）一次，同时说明要哪些事件。内核把它记在**监视列表**（interest list）上；有事情发生时，内核把一项放进**就绪列表**（ready list），`poll()` 只复制这些：
#
# ```text
#     你的程序                        内核：监视列表                就绪列表
#     {7: sock, 8: sock, 9: sock}     7: IN   8: IN OUT   9: IN     8: OUT   9: IN
#             ^                                                        |        ^
#             +------- poll() 返回 [(8, OUT), (9, IN)] ----------------+        |
#                                     9 号收到字节 ----------------------------+
# ```
#
# epoll 只认得号码（描述符）；9 号是哪个套接字，由你的程序记住。发生了什么，写在**掩码**（mask）里：每个标志位是一件事实。下面是一个监听套接字和四个客户端的套接字，对每个客户端都要求 IN、OUT 和 RDHUP（“对端已关闭写端”）：

# %% id="demo-masks" demo=true
from netlib.pictures import epoll_lists

print(
    epoll_lists(
        anna="silent",
        ben="a line",
        dora="reset",
        emma="does not read",
    )
)

# %% [markdown] id="masks" lang="en"
# Next comes carl, who finishes politely (FIN). For him and for dora we ask for IN alone.

# %% [markdown] id="masks" lang="zh" of="b4b33cc7"
# 现在来了 carl，他正常关闭写端（FIN）。对他和 dora 都只要求 IN。

# %% id="predict-leaves" predict=true lang="en"
predict(
    "ch17/leaves",
    "Which bit tells that carl has finished?",
    readable="EPOLLIN",
    hangup="EPOLLHUP",
    nothing="none",
)

# %% id="predict-leaves" predict=true lang="zh" of="64657cec"
predict(
    "ch17/leaves",
    "哪个标志位说明 carl 已经关闭写端？",
    readable="EPOLLIN",
    hangup="EPOLLHUP",
    nothing="没有",
)

# %% id="demo-leaves" demo=true lang="en"
import select

lists = epoll_lists(asked=select.EPOLLIN, carl="finished", dora="reset")
print(lists)
mask = lists.rows[1][-1]  # carl's
kinds = {"HUP" in mask: "hangup", "IN" in mask: "readable"}
outcome("ch17/leaves", kinds.get(True, "nothing"))

# %% id="demo-leaves" demo=true lang="zh" of="df8ff194"
import select

lists = epoll_lists(asked=select.EPOLLIN, carl="finished", dora="reset")
print(lists)
mask = lists.rows[1][-1]  # carl 的
kinds = {"HUP" in mask: "hangup", "IN" in mask: "readable"}
outcome("ch17/leaves", kinds.get(True, "nothing"))

# %% [markdown] id="masks-says" lang="en"
# **EPOLLIN: the end of a stream can be read, as `b""`.** EPOLLHUP comes with a reset, or when both directions
# have ended. So when a client leaves politely, a server that waits for EPOLLHUP waits for ever
# ([EPL-12](../catalogue.ipynb#cell-id=EPL-12)). (RDHUP tells of a FIN, too, if you ask for it.) ERR and HUP come
# without being asked for.
#
# A program as in old notes reads `if event == select.EPOLLIN`, removes a client whose read gives `b""`, and ignores
# other events. dora has reset.

# %% [markdown] id="masks-says" lang="zh" of="b5f3024d"
# **EPOLLIN：流的结束表现为可读，读到的是 `b""`**。EPOLLHUP 要等到复位，或者两个方向都结束时才有。所以客户端正常离开时，等 EPOLLHUP 的服务器会永远等下去（[EPL-12](../catalogue.ipynb#cell-id=EPL-12)）。（要求了 RDHUP 的话，FIN 也会让它置位。）ERR 和 HUP 不用要求也会来。
#
# 旧笔记那样的程序写的是 `if event == select.EPOLLIN:` 才读，读到 `b""` 就移除这个客户端；别的事件不理。dora 已经复位。

# %% id="predict-equal" predict=true lang="en"
predict(
    "ch17/equal",
    "The loop asks epoll again and again. How does it go on?",
    removes="it removes dora",
    sleeps="it sleeps until somebody speaks",
    spins="it is woken for dora, over and over",
)

# %% id="predict-equal" predict=true lang="zh" of="a5f578cb"
predict(
    "ch17/equal",
    "循环一次次地问 epoll。接下来会怎样？",
    removes="它移除 dora",
    sleeps="它睡着，直到有人说话",
    spins="它为 dora 一次又一次地被唤醒",
)

# %% id="demo-equal" demo=true lang="en"
import time


def rounds(sock, asked, handle):  # for 0.3 s
    count, end = 0, time.monotonic() + 0.3
    with select.epoll() as poller:
        poller.register(sock, asked)
        while time.monotonic() < end:
            for _, event in poller.poll(0.1):
                count += 1
                handle(event)
    return count

# %% id="demo-equal" demo=true lang="zh" of="7eb16e3e"
import time


def rounds(sock, asked, handle):  # 持续 0.3 秒
    count, end = 0, time.monotonic() + 0.3
    with select.epoll() as poller:
        poller.register(sock, asked)
        while time.monotonic() < end:
            for _, event in poller.poll(0.1):
                count += 1
                handle(event)
    return count

# %% id="demo-spins" demo=true
with socket.create_server(("127.0.0.1", 0)) as listener:
    dora = socket.create_connection(listener.getsockname())
    client, _ = listener.accept()
reset(dora)
removed = []


def handle(event):
    if event == select.EPOLLIN and not client.recv(1024):
        removed.append(client)


woken = rounds(client, select.EPOLLIN, handle)
client.close()
kind = "spins" if woken > 99 else "sleeps"
outcome("ch17/equal", "removes" if removed else kind)

# %% [markdown] id="equal-says" lang="en"
# **It is woken thousands of times, and dora is never removed: 0x19 (three bits) is not 0x1**
# ([EPL-06](../catalogue.ipynb#cell-id=EPL-06)). So test a bit with `&`. The permissions of a file are a mask, too:

# %% [markdown] id="equal-says" lang="zh" of="b880fad6"
# **它被唤醒成千上万次，dora 却一直没有移除：0x19（三个标志位）不等于 0x1**（[EPL-06](../catalogue.ipynb#cell-id=EPL-06)）。所以要用 `&` 来判断某个标志位。文件权限也是掩码：

# %% id="demo-rights" demo=true
RIGHTS = {"read": 4, "write": 2, "execute": 1}


def rights(mode):
    return {name for name, bit in RIGHTS.items() if mode & bit}


print(sorted(rights(6)), sorted(rights(0)))

# %% id="setup" setup=true
import contextlib
import os
import select
import socket
import threading
import time
from collections.abc import Callable
from functools import partial

HIGH_WATER = 256 * 1024  # bytes
MAX_LINE = 512
ROOM_BUFFER = 64 * 1024


class FrameError(ValueError):
    """What came breaks the rules of the format."""

# %% [markdown] id="ex-names" lang="en"
# ## Exercise 1 · What a mask says (1 point)
#
# `names(mask)` returns the names of the bits that are set in an epoll mask: a set of `str`.
#
# - The names are "EPOLLIN", "EPOLLPRI", "EPOLLOUT", "EPOLLERR", "EPOLLHUP", "EPOLLRDHUP", "EPOLLONESHOT" and
#   "EPOLLET". Their values are in the module `select`.
# - Other bits are ignored; 0 gives the empty set.

# %% [markdown] id="ex-names" lang="zh" of="a1942b03"
# ## 习题 1 · 掩码说了什么（1 分）
#
# `names(mask)` 返回 epoll 掩码里置位的标志位的名字：一个 `str` 的集合。
#
# - 名字有 "EPOLLIN"、"EPOLLPRI"、"EPOLLOUT"、"EPOLLERR"、"EPOLLHUP"、"EPOLLRDHUP"、"EPOLLONESHOT" 和 "EPOLLET"；它们的值在 `select` 模块里。
# - 其他标志位忽略不计；0 得到空集合。

# %% id="names" solution="ch17/names"
def names(mask: int) -> set[str]:
    """Return the names of the bits set in an epoll mask; ignore others."""
    ### BEGIN SOLUTION
    known = ("IN", "PRI", "OUT", "ERR", "HUP", "RDHUP", "ONESHOT", "ET")
    every = {f"EPOLL{name}" for name in known}
    return {name for name in every if mask & getattr(select, name)}
    ### END SOLUTION

# %% id="check-names" check="ch17/names"
check("ch17/names")

# %% [markdown] id="edge" lang="en"
# ## 3,000 bytes, 1,024 a time: how many come?
#
# epoll can notify you in two ways. **Level-triggered** (the default): as long as there is something to read, each
# `poll()` says so. **Edge-triggered** (EPOLLET): `poll()` says so once, when something *new* has come.
#
# ```text
#       level-triggered                             edge-triggered
#  peer       kernel       your code          peer       kernel       your code
#   |--3,000-->|               |               |--3,000-->|               |
#   |          |-----IN------->| 1,024         |          |-----IN------->| 1,024
#   |          |-----IN------->| 1,024         |          |               |
#   |          |-----IN------->|   952         |          |   (silence)   |
# ```
#
# A program reads 1,024 bytes for each event, until `poll(0.2)` finds nothing.

# %% [markdown] id="edge" lang="zh" of="236e9a9f"
# ## 来了 3000 字节，每次读 1024：能读到多少？
#
# epoll 有两种通知方式。**水平触发**（level-triggered，默认）：只要还有东西可读，每次 `poll()` 都会说。**边缘触发**（edge-triggered，EPOLLET）：有*新*东西到达时，`poll()` 说一次。
#
# ```text
#       水平触发                                    边缘触发
#  对端       内核         你的代码           对端       内核         你的代码
#   |--3,000-->|               |               |--3,000-->|               |
#   |          |-----IN------->| 1,024         |          |-----IN------->| 1,024
#   |          |-----IN------->| 1,024         |          |               |
#   |          |-----IN------->|   952         |          |               |
# ```
#
# 程序每个事件读 1024 字节，直到 `poll(0.2)` 什么也没有。

# %% id="predict-edge" predict=true lang="en"
predict(
    "ch17/edge",
    "Then one more byte comes. Edge-triggered, how many bytes has the program read in all?",
)

# %% id="predict-edge" predict=true lang="zh" of="d686a58b"
predict(
    "ch17/edge",
    "随后又来了一个字节。边缘触发时，程序一共读到多少字节？",
)

# %% id="demo-edge" demo=true lang="en"
def per_event(flags):
    read = []
    here, there = socket.socketpair()
    with here, there, select.epoll() as poller:
        poller.register(here, select.EPOLLIN | flags)
        for size in (3000, 1):
            there.sendall(bytes(size))
            while poller.poll(0.2):
                read.append(len(here.recv(1024)))
    return read


print("level", per_event(0))
print("edge ", edge := per_event(select.EPOLLET))
outcome("ch17/edge", sum(edge))

# %% id="demo-edge" demo=true lang="zh" of="c2541e78"
def per_event(flags):
    read = []
    here, there = socket.socketpair()
    with here, there, select.epoll() as poller:
        poller.register(here, select.EPOLLIN | flags)
        for size in (3000, 1):
            there.sendall(bytes(size))
            while poller.poll(0.2):
                read.append(len(here.recv(1024)))
    return read


print("水平触发", per_event(0))
print("边缘触发", edge := per_event(select.EPOLLET))
outcome("ch17/edge", sum(edge))

# %% [markdown] id="edge-callers" lang="en"
# **2,048: each arrival brings one event, and so one read; 953 bytes lie there, and no event tells of them**
# ([EPL-07](../catalogue.ipynb#cell-id=EPL-07)). Now callers: five clients connect to an edge-triggered
# listener, and the program calls `accept` once for each event.

# %% [markdown] id="edge-callers" lang="zh" of="b9288334"
# **2048：每来一批新数据，只有一个事件，程序也就只读一次；还有 953 字节留在那里，不会再有通知**（[EPL-07](../catalogue.ipynb#cell-id=EPL-07)）。再看来连接的客户端：五个客户端连接一个边缘触发的监听套接字，程序每个事件只调用一次 `accept`。

# %% id="predict-callers" predict=true lang="en"
predict(
    "ch17/callers",
    "All five have connected before the program looks. How many does it accept?",
)

# %% id="predict-callers" predict=true lang="zh" of="0bcd498d"
predict(
    "ch17/callers",
    "程序查看之前，五个都已经连上。有几个被接受？",
)

# %% id="demo-callers" demo=true
served = []
listener = socket.create_server(("127.0.0.1", 0))
address = listener.getsockname()
with listener, select.epoll() as poller:
    poller.register(listener, select.EPOLLIN | select.EPOLLET)
    callers = [socket.create_connection(address) for _ in range(5)]
    while poller.poll(0.2):
        served.append(listener.accept()[0])
for sock in callers + served:
    sock.close()
outcome("ch17/callers", len(served))

# %% [markdown] id="edge-says" lang="en"
# **One; the other four wait for the next event** ([EPL-08](../catalogue.ipynb#cell-id=EPL-08)). So after an
# edge-triggered event, repeat the call until it says that nothing is left: BlockingIOError (EAGAIN). The socket
# must be non-blocking, or the last call waits for ever ([EPL-09](../catalogue.ipynb#cell-id=EPL-09)). A box of
# letters is emptied the same way:

# %% [markdown] id="edge-says" lang="zh" of="b7977577"
# **一个；另外四个在等下一次事件**（[EPL-08](../catalogue.ipynb#cell-id=EPL-08)）。所以收到边缘触发的通知之后，要反复调用，直到它说没有了为止：BlockingIOError（EAGAIN）。套接字必须是非阻塞的，不然最后一次调用会一直等下去（[EPL-09](../catalogue.ipynb#cell-id=EPL-09)）。清空信箱也是这样：

# %% id="demo-letters" demo=true
import queue


def empty(letters):
    taken = []
    while True:
        try:
            taken.append(letters.get_nowait())
        except queue.Empty:
            return taken


letters = queue.Queue()
for word in ("one", "two", "three"):
    letters.put(word)
print(empty(letters), empty(letters))

# %% [markdown] id="ex-drain" lang="en"
# ## Exercise 2 · Until nothing is left (3 points)
#
# `drain(sock)` returns a tuple: everything that can be read now (`bytes`), and whether the peer has ended
# (`bool`). `accept_all(listener)` returns all connections that wait now, a list of non-blocking sockets, oldest
# first. Neither ever waits.
#
# - Nothing there: `(b"", False)`, and `[]`. Bytes, then the end: both in one call.
# - A reset is an end, too; what came before it is still returned.
# - `sock` and `listener` may be blocking; you may change their mode. (They are blocking or non-blocking, never
#   under a timeout.)
# - *Not required:* a peer that sends faster than you read, too many open files.

# %% [markdown] id="ex-drain" lang="zh" of="82f5a423"
# ## 习题 2 · 直到什么也不剩（3 分）
#
# `drain(sock)` 返回一个元组：此刻能读到的全部内容（`bytes`），以及对端是否已经结束（`bool`）。`accept_all(listener)` 返回此刻正在等待的全部连接：一个非阻塞套接字的列表，先来的在前。两个函数都从不等待。
#
# - 什么也没有时，返回 `(b"", False)` 和 `[]`。先有字节、再是结束：一次调用同时返回。
# - 复位也是结束；复位之前到达的字节仍然要返回。
# - `sock` 和 `listener` 可能是阻塞的；可以改变它们的模式。（传进来的套接字或者阻塞，或者非阻塞，不会带超时。）
# - **不要求**：发得比你读得还快的对端；打开的文件太多。

# %% id="drain" solution="ch17/drain"
def drain(sock: socket.socket) -> tuple[bytes, bool]:
    """Return (all that can be read now, whether the peer has ended)."""
    ### BEGIN SOLUTION
    sock.setblocking(False)
    came = b""
    while True:
        try:
            data = sock.recv(65536)
        except BlockingIOError:
            return came, False
        except OSError:  # a reset
            return came, True
        if not data:
            return came, True
        came += data
    ### END SOLUTION


def accept_all(listener: socket.socket) -> list[socket.socket]:
    """Return all connections that wait now, oldest first, non-blocking."""
    ### BEGIN SOLUTION
    listener.setblocking(False)
    callers = []
    while True:
        try:
            sock, _ = listener.accept()
        except BlockingIOError:
            return callers
        sock.setblocking(False)
        callers.append(sock)
    ### END SOLUTION

# %% id="check-drain" check="ch17/drain"
check("ch17/drain")

# %% [markdown] id="costs" lang="en"
# ## How long does one wake-up take?
#
# Both are told their sockets once; but at each call `poll` has the kernel look at every one of them, and epoll keeps a
# list of those that are ready. `wake` measures how many microseconds
# one wake-up takes on your machine; `share` of the sockets are ready, at least one.

# %% [markdown] id="costs" lang="zh" of="770e1f10"
# ## 唤醒一次要多久？
#
# 两者都只登记一次；但 `poll` 每次调用都让内核把所有套接字查一遍，epoll 则一直维护着就绪的那张列表。`wake` 在你的机器上测量一次唤醒用多少微秒；套接字中有 `share` 那么大的比例就绪，至少一个。

# %% id="demo-wake" demo=true
def wake(kind, count, share):
    pairs = [socket.socketpair() for _ in range(count)]
    for _, far in pairs[: max(1, int(count * share))]:
        far.send(b"x")
    poller = getattr(select, kind)()
    for near, _ in pairs:
        poller.register(near, select.POLLIN)
    best = 1.0
    for _ in range(7):
        began = time.perf_counter()
        poller.poll(0)
        best = min(best, time.perf_counter() - began)
    for near, far in pairs:
        near.close()
        far.close()
    return best * 1e6

# %% id="demo-costs" demo=true lang="en"
import resource

from netlib.plots import bars

soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
if soft != resource.RLIM_INFINITY:  # as many sockets as the system allows us
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def costs(count, share):
    times = {kind: wake(kind, count, share) for kind in ("epoll", "poll")}
    return bars(times, title=f"{count} sockets, {share:.0%} ready", unit="µs")

# %% id="demo-costs" demo=true lang="zh" of="57fa4ad2"
import resource

from netlib.plots import bars

soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
if soft != resource.RLIM_INFINITY:  # 系统允许多少套接字，就用多少
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def costs(count, share):
    times = {kind: wake(kind, count, share) for kind in ("epoll", "poll")}
    return bars(times, title=f"{count} 个套接字，{share:.0%} 就绪", unit="微秒")

# %% id="predict-silent" predict=true lang="en"
predict(
    "ch17/silent",
    "1,000 sockets, one is ready. How long does epoll take, beside poll?",
    same="about as long",
    half="about half as long",
    tenth="a tenth, or less",
)

# %% id="predict-silent" predict=true lang="zh" of="4b9d6579"
predict(
    "ch17/silent",
    "1000 个套接字，其中一个就绪。和 poll 相比，epoll 用多久？",
    same="差不多",
    half="大约一半",
    tenth="十分之一，或者更少",
)

# %% id="demo-silent" demo=true
times = wake("poll", 1_000, 0) / wake("epoll", 1_000, 0)
kind = "half" if times > 1.5 else "same"
outcome("ch17/silent", "tenth" if times > 10 else kind)

# %% id="demo-knobs" demo=true tags=["nbval-ignore-output"] lang="en"
from netlib.panels import Knobs

labels = {"count": "sockets", "share": "ready"}
sizes, shares = (10, 100, 400, 1_000), (0.0, 0.1, 0.5, 1.0)
knobs = Knobs(costs, labels=labels, count=sizes, share=shares)
knobs

# %% id="demo-knobs" demo=true tags=["nbval-ignore-output"] lang="zh" of="c76c1f5f"
from netlib.panels import Knobs

labels = {"count": "套接字个数", "share": "就绪的比例"}
sizes, shares = (10, 100, 400, 1_000), (0.0, 0.1, 0.5, 1.0)
knobs = Knobs(costs, labels=labels, count=sizes, share=shares)
knobs

# %% id="demo-knobs-text" demo=true tags=["nbval-ignore-output"]
for share in (0.0, 0.5):
    print(knobs.turn(count=1_000, share=share), "\n")
knobs.close()

# %% [markdown] id="costs-says" lang="en"
# **A tenth or less: silent sockets cost epoll nothing.** `poll` is like a teacher who asks every pupil
# in turn; with epoll, those who have a question raise their hands. Where half of all are ready, epoll is hardly better.
# (`select` refuses any descriptor with the number 1,024 or more, [MUX-06](../catalogue.ipynb#cell-id=MUX-06);
# epoll and `poll` do not.)
#
# ## Whose number is 9?
#
# epoll knows only numbers. `close()` gives a number back.

# %% [markdown] id="costs-says" lang="zh" of="fe1fb2a7"
# **十分之一，或者更少：没有动静的套接字不占用 epoll 的时间**。`poll` 好比老师一个个地问学生，epoll 则是谁有问题谁举手。要是一半都就绪，epoll 也好不了多少。（号码达到 1024 的描述符，`select` 一律不接受，见 [MUX-06](../catalogue.ipynb#cell-id=MUX-06)；epoll 和 `poll` 没有这个限制。）
#
# ## 9 号是谁？
#
# epoll 只认号码。`close()` 会释放号码。

# %% id="predict-number" predict=true lang="en"
predict(
    "ch17/number",
    "A socket is closed, and another made at once. Which number has it?",
    same="the same",
    higher="the next higher one",
)

# %% id="predict-number" predict=true lang="zh" of="e4bdf43a"
predict(
    "ch17/number",
    "关闭一个套接字，马上新建一个。它得到几号？",
    same="同一个号码",
    higher="更大的下一个号码",
)

# %% id="demo-number" demo=true
def after_closing():
    first = socket.socket()
    number = first.fileno()
    first.close()
    with socket.socket() as second:
        return "same" if second.fileno() == number else "higher"


found = [after_closing() for _ in range(9)]
outcome("ch17/number", max(found, key=found.count))

# %% id="demo-order" demo=true lang="en"
def told(call, *arguments):
    try:
        call(*arguments)
    except (OSError, ValueError) as error:
        print(type(error).__name__)


sock = socket.socket()
with select.epoll() as poller, open(os.__file__) as file:
    poller.register(sock, select.EPOLLIN)
    told(poller.register, sock, select.EPOLLIN)  # once more
    told(poller.register, file, select.EPOLLIN)  # a file is always ready
    sock.close()
    told(poller.unregister, sock)  # closed first

# %% id="demo-order" demo=true lang="zh" of="68f752a1"
def told(call, *arguments):
    try:
        call(*arguments)
    except (OSError, ValueError) as error:
        print(type(error).__name__)


sock = socket.socket()
with select.epoll() as poller, open(os.__file__) as file:
    poller.register(sock, select.EPOLLIN)
    told(poller.register, sock, select.EPOLLIN)  # 再注册一次
    told(poller.register, file, select.EPOLLIN)  # 文件总是就绪的
    sock.close()
    told(poller.unregister, sock)  # 已经先关闭了

# %% [markdown] id="after-number" lang="en"
# **The same one: the lowest that is free.** And a closed socket has none: so *unregister first, then close*
# ([EPL-03](../catalogue.ipynb#cell-id=EPL-03)). One program of the old notes closes first; the others unregister
# first. (epoll refuses files: they are always ready.)
#
# One question is left. `poll()` returns several events at once. Two sockets are ready; what you do for the first
# removes the second, and a newcomer gets its number. Whom is the second event for? A board of bells has the
# same trouble. `ring` asks, when the turn of a name comes, whether that name is still there.

# %% [markdown] id="after-number" lang="zh" of="b855da99"
# **同一个：空闲号码里最小的那个**。而关闭了的套接字没有号码，所以要*先注销，再关闭*（[EPL-03](../catalogue.ipynb#cell-id=EPL-03)）。旧笔记里有一个程序先关闭，其余的都先注销。（epoll 不接受文件：文件总是就绪的。）
#
# 还剩一个问题。`poll()` 一次返回好几个事件。两个套接字就绪；你为第一个做的事移除了第二个，而一个新来的得到了它的号码。第二个事件是给谁的？一排门铃也有同样的麻烦：`ring` 轮到一个名字的时候，才看这个名字还在不在。

# %% id="demo-board" demo=true lang="en"
class Board:
    def __init__(self):
        self.bells = {}

    def add(self, name, call):
        self.bells[name] = call

    def remove(self, name):
        del self.bells[name]

    def ring(self, names):
        for name in names:
            if name in self.bells:  # its turn has come
                self.bells[name]()

# %% id="demo-board" demo=true lang="zh" of="e18c34bf"
class Board:
    def __init__(self):
        self.bells = {}

    def add(self, name, call):
        self.bells[name] = call

    def remove(self, name):
        del self.bells[name]

    def ring(self, names):
        for name in names:
            if name in self.bells:  # 轮到它了
                self.bells[name]()

# %% id="predict-board" predict=true lang="en"
predict(
    "ch17/board",
    "Both bells ring. anna's call removes ben, and adds another ben. Whose function is called?",
    one="anna alone",
    old="anna, then the old ben",
    new="anna, then the new ben",
)

# %% id="predict-board" predict=true lang="zh" of="0e3db0d5"
predict(
    "ch17/board",
    "两个门铃都响了。anna 的回调移除 ben，再加入另一个 ben。谁的函数会被调用？",
    one="只有 anna",
    old="anna，然后是原来的 ben",
    new="anna，然后是新的 ben",
)

# %% id="demo-rings" demo=true
board, rung = Board(), []


def anna_rings():
    rung.append("anna")
    board.remove("ben")
    board.add("ben", lambda: rung.append("new"))


board.add("anna", anna_rings)
board.add("ben", lambda: rung.append("old"))
board.ring(["anna", "ben"])
outcome("ch17/board", rung[1] if len(rung) > 1 else "one")

# %% [markdown] id="board-says" lang="en"
# **The new ben's function is called, for a bell that was not his.** Asking whether the *name* is there is not enough: is it
# still the same entry? ([EPL-24](../catalogue.ipynb#cell-id=EPL-24), [EPL-15](../catalogue.ipynb#cell-id=EPL-15))

# %% [markdown] id="board-says" lang="zh" of="4eadd489"
# **新的 ben 的函数，被一次不属于他的铃声触发了**。只问*名字*在不在还不够：还是不是原来的那一项？（[EPL-24](../catalogue.ipynb#cell-id=EPL-24)，[EPL-15](../catalogue.ipynb#cell-id=EPL-15)）

# %% [markdown] id="ex-loop" lang="en"
# ## Exercise 3 · The loop (4 points)
#
# `Loop()` watches sockets with one epoll (level-triggered), and calls back. Programs of this kind are called
# a **reactor**.
#
# - `add(sock, events, callback)` watches `sock`: when one of `events` (a mask) happens, or an error or hang-up,
#   `callback(mask)` is called. `modify(sock, events)` watches for these events from now on.
# - `remove(sock)` stops watching `sock` and closes it. From then on its callback is not called, not even for
#   an event that had already happened; nor does a new socket with the same number get that event.
# - `run_once(timeout=None)` waits at most `timeout` seconds (None: for ever; 0: looks once), then calls back for
#   what has happened. It returns the number of calls. Callbacks may add, modify and remove, also each other.
# - What a callback raises passes on; the next `run_once` reports the events of the others.
# - `close()` closes the epoll. Sockets stay as they are.
# - *Not required:* the order within a round, `remove` of an unknown socket, `add` twice, threads, a copy of a socket
#   that is open elsewhere, an event of this round that a `modify` no longer asks for. `select.poll` inside is as
#   right.

# %% [markdown] id="ex-loop" lang="zh" of="cdde3455"
# ## 习题 3 · 循环（4 分）
#
# `Loop()` 用一个 epoll（水平触发）监视套接字，并进行回调（callback）。这类程序叫**反应器**（reactor）。
#
# - `add(sock, events, callback)` 监视 `sock`：`events`（掩码）中的某个事件发生，或者出错、挂断时，调用 `callback(mask)`。`modify(sock, events)` 从此改为监视这些事件。
# - `remove(sock)` 不再监视 `sock`，并关闭它。从此不再回调它，已经发生的事件也不例外；得到同一个号码的新套接字，也得不到那个事件。
# - `run_once(timeout=None)` 至多等 `timeout` 秒（None：一直等；0：只看一眼），然后为已经发生的事件进行回调。返回回调的次数。回调里可以 add、modify、remove，也可以移除彼此。
# - 回调抛出的异常原样抛出；其余套接字的事件，下一次 `run_once` 照样报告。
# - `close()` 关闭 epoll；套接字保持原样。
# - **不要求**：一轮之内的顺序；`remove` 不认识的套接字；`add` 两次；线程；在别处还打开着的套接字副本；本轮已经发生、但 `modify` 之后不再要求的事件。内部用 `select.poll` 也同样正确。

# %% id="loop" solution="ch17/loop"
class Loop:
    """Watches sockets with one epoll, level-triggered, and calls back."""

    ### BEGIN SOLUTION
    def __init__(self) -> None:
        self._epoll = select.epoll()
        self._watched = {}

    def add(self, sock, events, callback):
        self._epoll.register(sock, events)
        self._watched[sock.fileno()] = (sock, callback)

    def modify(self, sock, events):
        self._epoll.modify(sock, events)

    def remove(self, sock):
        del self._watched[sock.fileno()]
        self._epoll.unregister(sock)
        sock.close()

    def run_once(self, timeout=None):
        happened = self._epoll.poll(timeout)
        ready = [(self._watched[fd], fd, mask) for fd, mask in happened]
        count = 0
        for entry, fd, mask in ready:
            if self._watched.get(fd) is entry:
                count += 1
                entry[1](mask)
        return count

    def close(self):
        self._epoll.close()

    ### END SOLUTION

# %% id="check-loop" check="ch17/loop"
check("ch17/loop")

# %% [markdown] id="writable" lang="en"
# ## How often is a socket writable?
#
# Nobody says anything, and nothing is owed to the client. The program has asked for IN and OUT.

# %% [markdown] id="writable" lang="zh" of="986048e2"
# ## 套接字什么时候可写？
#
# 没有人说话，也不欠客户端什么。程序要求了 IN 和 OUT。

# %% id="predict-writable" predict=true lang="en"
predict("ch17/writable", "Edge-triggered: how often is it woken in 0.3 s?")

# %% id="predict-writable" predict=true lang="zh" of="a1e0b28b"
predict("ch17/writable", "边缘触发：0.3 秒里被唤醒几次？")

# %% id="demo-writable" demo=true lang="en"
both, woken = select.EPOLLIN | select.EPOLLOUT, []
here, there = socket.socketpair()
print(rounds(here, both, woken.append) > 100)  # level-triggered
edge = rounds(here, both | select.EPOLLET, woken.append)
here.close()
there.close()
outcome("ch17/writable", edge)

# %% id="demo-writable" demo=true lang="zh" of="a49c5025"
both, woken = select.EPOLLIN | select.EPOLLOUT, []
here, there = socket.socketpair()
print(rounds(here, both, woken.append) > 100)  # 水平触发
edge = rounds(here, both | select.EPOLLET, woken.append)
here.close()
there.close()
outcome("ch17/writable", edge)

# %% [markdown] id="writable-says" lang="en"
# **Once; level-triggered it never sleeps** ([EPL-14](../catalogue.ipynb#cell-id=EPL-14)). So a level-triggered
# server asks for OUT only while it owes bytes, and takes it back with `modify`. An edge-triggered one may ask for
# both for good: OUT comes when a full buffer has room again. But when it has stopped reading because it owed
# too much, and then everything can be sent at once, no event will tell it of the bytes that it left. It has to go on
# reading after it has sent ([EPL-26](../catalogue.ipynb#cell-id=EPL-26)).
#
# The edge-triggered loop, on one pipe: 3,000 bytes, one wake-up.

# %% [markdown] id="writable-says" lang="zh" of="4d6218e9"
# **一次；水平触发则一刻也不睡**（[EPL-14](../catalogue.ipynb#cell-id=EPL-14)）。所以水平触发的服务器只在欠着字节的时候要求 OUT，发完就用 `modify` 取消。边缘触发的服务器可以一直两个都要：缓冲区从满变得有空间时，OUT 才会来。但是，如果因为欠得太多而停止读取，而欠的又一次全发了出去，留下没读的字节就不会再有事件：所以发完要接着读（[EPL-26](../catalogue.ipynb#cell-id=EPL-26)）。
#
# 边缘触发的循环，用在一个管道上：3000 字节，唤醒一次。

# %% id="demo-pipe" demo=true
here, there = os.pipe()
os.set_blocking(here, False)
os.write(there, bytes(3000))
sizes, wake_ups = [], 0
with select.epoll() as poller:
    poller.register(here, select.EPOLLIN | select.EPOLLET)
    while poller.poll(0.1):
        wake_ups += 1
        with contextlib.suppress(BlockingIOError):
            while True:
                sizes.append(len(os.read(here, 1024)))
os.close(here)
os.close(there)
print(sizes, wake_ups)

# %% [markdown] id="given" lang="en"
# Given are `OutBuffer` of chapter 16 and `LineParser` of chapter 13:

# %% [markdown] id="given" lang="zh" of="13c17eb6"
# 下面给出第 16 章的 `OutBuffer` 和第 13 章的 `LineParser`：

# %% id="setup-owed" setup=true
class OutBuffer:  # the bytes that one peer has still to get
    def __init__(self):
        self._owed = bytearray()

    def push(self, data):
        self._owed += data

    def pending(self):
        return len(self._owed)

    def flush(self, sock):  # returns whether nothing is left
        with contextlib.suppress(BlockingIOError):
            while self._owed:
                del self._owed[: sock.send(self._owed, socket.MSG_DONTWAIT)]
        return not self._owed

# %% id="setup-lines" setup=true
class LineParser:
    """Cut a stream into lines, however it arrives."""

    def __init__(self, max_len: int):
        self.max_len, self.buffer = max_len, b""

    def feed(self, data: bytes) -> list[bytes]:
        *lines, self.buffer = (self.buffer + data).split(b"\n")
        lines = [line.removesuffix(b"\r") for line in lines]
        longest = max(map(len, lines), default=0)
        if longest > self.max_len or len(self.buffer) > self.max_len + 1:
            raise FrameError(f"a line of more than {self.max_len} bytes")
        return lines

# %% [markdown] id="ex-epoll-echo" lang="en"
# ## Exercise 4 · An echo server for thousands (4 points)
#
# `epoll_echo(listener, stop, edge)` does what `select_echo` of chapter 16 does, for any number of clients, with
# `select.epoll`. It returns how many clients were accepted (`int`).
#
# - It serves until `stop` (a `threading.Event`) is set, and returns within 0.5 s of it. Then the clients'
#   sockets are closed, and `listener` is open.
# - Any bytes come back, in order. A client that finishes sending gets all of its own, then the end.
# - A client that does not read, or resets, delays no other. For one that does not read at most `HIGH_WATER +
#   65536` bytes are kept.
# - An idle server uses no processor time to speak of.
# - With `edge` true, all sockets are registered with EPOLLET, otherwise none; over the wire both are the same.
# - *Uses* `accept_all` of exercise 2; `drain` reads all at once, and cannot keep to `HIGH_WATER`. *Not required:*
#   fairness towards a client that never stops sending (but after `stop` it returns in time), bytes owed at `stop`.
#
# Make it in two parts: a class for one client, and the loop. One method of the client, "send and read, until
# neither goes on", serves both modes. (Level-triggered, one read an event is enough: epoll reports the rest again.)

# %% [markdown] id="ex-epoll-echo" lang="zh" of="827b68db"
# ## 习题 4 · 服务几千个客户端的回显服务器（4 分）
#
# `epoll_echo(listener, stop, edge)` 做的事和第 16 章的 `select_echo` 一样，但客户端再多也行，用的是 `select.epoll`。返回一共接受了多少个客户端（`int`）。
#
# - 一直服务到 `stop`（`threading.Event`）被设置，之后 0.5 秒之内返回。这时客户端的套接字都已关闭，`listener` 仍然打开。
# - 不管是什么字节，都按顺序发回。客户端发完就关闭写端，仍然得到自己的全部字节，然后连接关闭。
# - 不读的、复位的客户端，都不耽误别人。客户端一直不读，为它存下的字节最多 `HIGH_WATER + 65536` 个。
# - 空闲的服务器几乎不占处理器。
# - `edge` 为真时，所有套接字都带 EPOLLET 注册，否则都不带；在线路上两者看不出区别。
# - **用到**习题 2 的 `accept_all`；`drain` 一次读光，守不住 `HIGH_WATER`。**不要求**：对一直发个不停的客户端保持公平（`stop` 之后仍要按时返回）；`stop` 时还欠的字节。
#
# 分成两部分来写：一个表示客户端的类，一个循环。客户端的一个方法“发送并读取，直到两样都做不下去”，两种模式都能用。（水平触发时，每个事件读一次就够：剩下的会再次通知。）

# %% id="epoll-echo" solution="ch17/epoll_echo"
### BEGIN SOLUTION
class Client:
    """One client: its bytes come in, and go back."""

    def __init__(self, sock: socket.socket) -> None:
        self.sock, self.owed, self.finished = sock, OutBuffer(), False
        self.asked = select.EPOLLIN

    def work(self, edge: bool) -> bool:
        """Send and read, edge-triggered until neither goes on; return
        whether it is over."""
        try:
            if self.owed.pending():
                self.owed.flush(self.sock)
            while not self.finished and self.owed.pending() < HIGH_WATER:
                data = self.sock.recv(65536)
                self.finished = not data
                self.owed.push(data)
                self.owed.flush(self.sock)
                if not edge:
                    break
        except BlockingIOError:
            pass
        except OSError:
            return True
        return self.finished and not self.owed.pending()

    def wants(self) -> int:
        """Return what to ask for, level-triggered."""
        owed = self.owed.pending()
        reads = not self.finished and owed < HIGH_WATER
        return select.EPOLLIN * reads | select.EPOLLOUT * (owed > 0)


### END SOLUTION
def epoll_echo(
    listener: socket.socket, stop: threading.Event, edge: bool
) -> int:
    """Echo clients' bytes until stop is set; return how many came."""
    ### BEGIN SOLUTION
    both = select.EPOLLIN | select.EPOLLOUT | select.EPOLLET
    first = both if edge else select.EPOLLIN
    clients, count = {}, 0
    with select.epoll() as poller:
        poller.register(listener, first & ~select.EPOLLOUT)
        try:
            while not stop.is_set():
                for number, _ in poller.poll(0.1):
                    if number == listener.fileno():
                        for sock in accept_all(listener):
                            clients[sock.fileno()] = Client(sock)
                            poller.register(sock, first)
                            count += 1
                        continue
                    client = clients[number]
                    if client.work(edge):
                        poller.unregister(number)
                        clients.pop(number).sock.close()
                    elif not edge and client.wants() != client.asked:
                        client.asked = client.wants()
                        poller.modify(number, client.asked)
        finally:
            for client in clients.values():
                client.sock.close()
    return count
    ### END SOLUTION

# %% id="check-epoll-echo" check="ch17/epoll_echo"
check("ch17/epoll_echo")

# %% [markdown] id="quiz" lang="en"
# ## Who hears what?
#
# A room has two sides: sockets, and who is told what. The second needs no socket, and one line of code tries it. A
# quiz can be written like this: it returns pairs (who, text), and sends nothing.

# %% [markdown] id="quiz" lang="zh" of="72faa401"
# ## 谁听到什么？
#
# 聊天室有两面：一面是套接字，一面是对谁说什么。后者不需要套接字，一行代码就能试。抢答游戏可以这样写：返回（对谁，说什么）的列表，自己什么也不发送。

# %% id="demo-quiz" demo=true
class Quiz:
    def __init__(self):
        self.players = []

    def join(self, who):
        told = [(other, f"{who} plays, too") for other in self.players]
        self.players.append(who)
        return [(who, f"you are number {len(self.players)}"), *told]


quiz = Quiz()
print(quiz.join("anna"))
print(quiz.join("ben"))

# %% [markdown] id="ex-room" lang="en"
# ## Exercise 5 · Who hears what (3 points)
#
# `Room()` knows who is in a room: members are numbers, lines go in and come out. It has no sockets and is empty at
# first.
#
# - `line(member, text)`: `member` said `text`. It returns what to tell whom: a list of tuples `(member, line)`.
# - A line of a member without a name is the name that it wants. If it may have it, it joins, and the answer begins with a line for the newcomer, `"* with you:
#   anna, ben"` (the names in order of joining, or `nobody`); then comes `"* carl joined"` for everybody else in
#   the room, in order of joining.
# - An empty or blank name, or one that somebody has: only `"! choose another name"` to that member.
# - Later lines go to all others in the room, in order of joining, as `"carl: text"`. An empty line is a line.
# - A member without a name is not in the room, and hears nothing but the answers to its own lines.
# - `leave(member)` returns `"* carl left"` for all others in the room, in order of joining; `[]` if the member has no
#   name, or is unknown. The name is free again. `names()` returns the names in order of joining.
# - *Not required:* private lines, upper and lower case, blanks around a name, control characters.

# %% [markdown] id="ex-room" lang="zh" of="841cb911"
# ## 习题 5 · 谁听到什么（3 分）
#
# `Room()` 知道聊天室里有谁：成员是数字，一行进来，几行出去。它没有套接字，一开始是空的。
#
# - `line(member, text)`：`member` 说了 `text`。返回要对谁说什么：元组 `(member, line)` 的列表。
# - 成员还没有名字时，它的一行就是想用的名字。名字可用，它就加入：先回答新来的人自己：`"* with you: anna, ben"`（按加入先后列出名字，没有人就是 `nobody`）；后面是对聊天室里其他每个人，按加入先后：`"* carl joined"`。
# - 名字为空、全是空白、或者已经有人用：只对这个成员说 `"! choose another name"`。
# - 之后的每一行发给聊天室里其他所有人，按加入先后，写成 `"carl: text"`。空行也是一行。
# - 还没有名字的成员不在聊天室里，只听得到对自己的回答。
# - `leave(member)` 返回对聊天室里其他所有人说的 `"* carl left"`，按加入先后；成员没有名字、或者不认识，就返回 `[]`。这个名字别人又可以用了。`names()` 按加入先后返回名字。
# - **不要求**：私聊；名字的大小写；名字前后的空白；控制字符。

# %% id="room" solution="ch17/room"
class Room:
    """Who hears what: members are numbers, lines go in and come out."""

    ### BEGIN SOLUTION
    def __init__(self) -> None:
        self._names: dict[int, str] = {}

    def line(self, member: int, text: str) -> list[tuple[int, str]]:
        if member in self._names:
            said = f"{self._names[member]}: {text}"
            return [(other, said) for other in self._names if other != member]
        if not text.strip() or text in self._names.values():
            return [(member, "! choose another name")]
        there = ", ".join(self.names()) or "nobody"
        told = [(other, f"* {text} joined") for other in self._names]
        self._names[member] = text
        return [(member, f"* with you: {there}"), *told]

    def leave(self, member: int) -> list[tuple[int, str]]:
        name = self._names.pop(member, None)
        if name is None:
            return []
        return [(other, f"* {name} left") for other in self._names]

    def names(self) -> list[str]:
        return list(self._names.values())

    ### END SOLUTION

# %% id="check-room" check="ch17/room"
check("ch17/room")

# %% [markdown] id="ex-chat-room" lang="en"
# ## Exercise 6 · The chat room (5 points)
#
# `chat_room(listener, stop)` runs a `Room` over TCP until `stop` is set, and returns how many clients were accepted.
#
# - Lines are UTF-8 and end in LF. A CR before it belongs to the end; none is sent. Bytes that are no UTF-8 are
#   replaced (U+FFFD). A line has at most `MAX_LINE` bytes without its end; a longer one ends that connection.
# - A client that finishes, resets, or lets more than `ROOM_BUFFER` bytes pile up here leaves the room: its
#   connection is closed, and the others are told, once.
# - Nobody waits for anybody.
# - It returns within 0.5 s of `stop.set()`; then the clients' sockets are closed, and `listener` is open.
# - *Uses* exercises 2, 3 and 5; you may do without (`selectors` instead of `Loop`, asyncio). *Not required:* what is
#   owed to somebody who leaves, half a line at the end, the order between lines of different members.
#
# Given are `come` and the loop; a member has a number. Make `loop` and `room`; then write `serve`, `say` and `bury`
# in three steps: two talk; one leaves; one does not read. Read once an
# event: with `drain` one who never stops sending keeps the room busy. `say` may throw out any member, also the one that
# is being served: its remaining lines are not given to `room` any more.

# %% [markdown] id="ex-chat-room" lang="zh" of="cf7ccc06"
# ## 习题 6 · 聊天室（5 分）
#
# `chat_room(listener, stop)` 在 TCP 上运行一个 `Room`，直到 `stop` 被设置；返回一共接受了多少个客户端。
#
# - 每行是 UTF-8，以 LF 结尾；LF 前面的 CR 属于行尾，发送时不带 CR。不是 UTF-8 的字节被替换（U+FFFD）。一行除去行尾至多 `MAX_LINE` 字节；更长的行使这个连接结束。
# - 客户端关闭写端、复位，或者为它积压的字节超过 `ROOM_BUFFER`，它就离开聊天室：连接被关闭，其他人得到一次通知。
# - 谁也不用等谁。
# - `stop.set()` 之后 0.5 秒之内返回；这时客户端的套接字都已关闭，`listener` 仍然打开。
# - **用到**习题 2、3、5；也可以不用（用 `selectors` 代替 `Loop`，或者用 asyncio）。**不要求**：还欠离开者的内容；末尾的半行；不同成员的行之间的先后。
#
# 已经给出 `come` 和主循环；每个成员有一个编号。先创建 `loop` 和 `room`，再分三步写 `serve`、`say`、`bury`：两个人聊；一个人离开；一个人不读。每个事件只读一次：`drain` 会让发个不停的成员占住聊天室。`say` 可能把任何成员请出去，包括正在处理的这一个：它剩下的行不再交给 `room`。

# %% id="chat-room" solution="ch17/chat_room"
def chat_room(listener: socket.socket, stop: threading.Event) -> int:
    """Run a Room over TCP until stop is set; return how many came."""
    ### BEGIN SOLUTION
    loop, room = Loop(), Room()
    ### END SOLUTION
    members, count = {}, 0  # by number: (sock, LineParser, OutBuffer)

    def come(mask):
        nonlocal count
        for sock in accept_all(listener):
            count += 1
            members[count] = sock, LineParser(MAX_LINE), OutBuffer()
            serve_it = partial(serve, count)  # called with the mask
            loop.add(sock, select.EPOLLIN, serve_it)

    def serve(member, mask):
        """A member's socket is ready: do what can be done now."""
        ### BEGIN SOLUTION
        sock, parser, _ = members[member]
        if mask & select.EPOLLOUT and not give(member):
            say(bury(member))
        elif mask & ~select.EPOLLOUT:
            try:
                data = sock.recv(65536)
                lines = parser.feed(data)
            except (OSError, FrameError):
                data, lines = b"", []
            for line in lines:
                if member in members:
                    say(room.line(member, line.decode(errors="replace")))
            if not data and member in members:
                say(bury(member))
        ### END SOLUTION

    def say(pairs):
        """Tell each member its line, of pairs (member, line)."""
        ### BEGIN SOLUTION
        for member, line in pairs:  # which grow while somebody is thrown out
            if member in members:
                members[member][2].push(line.encode() + b"\n")
                if not give(member):
                    pairs += bury(member)

    def give(member):
        """Send what a member takes now; return whether it may stay."""
        sock, _, owed = members[member]
        try:
            writes = 0 if owed.flush(sock) else select.EPOLLOUT
        except OSError:
            return False
        loop.modify(sock, select.EPOLLIN | writes)
        return owed.pending() <= ROOM_BUFFER
        ### END SOLUTION

    def bury(member):
        """Take a member out of the room; return what to tell whom."""
        ### BEGIN SOLUTION
        loop.remove(members.pop(member)[0])
        return room.leave(member)
        ### END SOLUTION

    loop.add(listener, select.EPOLLIN, come)
    try:
        while not stop.is_set():
            loop.run_once(0.1)
    finally:
        for sock, _, _ in members.values():
            sock.close()
        loop.close()
    return count

# %% id="check-chat-room" check="ch17/chat_room"
check("ch17/chat_room")

# %% [markdown] id="passes" lang="en"
# ## Does your room pass?
#
# carl does not read, as before; now the room is yours. anna says 300 lines.

# %% [markdown] id="passes" lang="zh" of="74b11fb0"
# ## 你的聊天室通得过吗？
#
# 和前面一样，carl 不读；这次聊天室是你的。anna 说 300 行。

# %% id="demo-passes" demo=true lang="en"
from netlib.attempt import built_on

room = serving(chat_room, "tcp", buffer=16_384)
with built_on(2, 3, 5, 6), room as address:
    carl, ben, anna = visit(address, "carl", "ben", "anna")
    print(lines_heard(anna, ben, 300))
    print(anna.recv(1000).decode())  # what the room told anna
    for sock in (anna, ben, carl):
        sock.close()

# %% id="demo-passes" demo=true lang="zh" of="97509663"
from netlib.attempt import built_on

room = serving(chat_room, "tcp", buffer=16_384)
with built_on(2, 3, 5, 6), room as address:
    carl, ben, anna = visit(address, "carl", "ben", "anna")
    print(lines_heard(anna, ben, 300))
    print(anna.recv(1000).decode())  # 聊天室告诉了 anna 什么
    for sock in (anna, ben, carl):
        sock.close()

# %% [markdown] id="passes-says" lang="en"
# **All 300 lines arrive, and carl has left.** The kernel held some of what was due to him, your room at most
# `ROOM_BUFFER` bytes ([EPL-28](../catalogue.ipynb#cell-id=EPL-28)). Now the panel again, with your room, and with
# programs that we did not write. Tick *does not read* for somebody, and see whether the others notice.

# %% [markdown] id="passes-says" lang="zh" of="5a509729"
# **300 行全部到达，carl 已经离开**。该发给他的内容，一部分在内核里，在你的聊天室里至多 `ROOM_BUFFER` 字节（[EPL-28](../catalogue.ipynb#cell-id=EPL-28)）。再用一次面板，换成你的聊天室；别人写的程序也会加入。给某个人勾上*不读*，看看其他人受不受影响。

# %% id="demo-panel" demo=true tags=["nbval-ignore-output"]
people = ("anna", "ben", "carl", "dora")
with built_on(2, 3, 5, 6):
    panel = ChatPanel(
        server=chat_room, kind="tcp", people=people, introduce=True
    )
    display(panel)

# %% id="demo-outside" demo=true tags=["nbval-ignore-output"]
def join(command, *lines):
    argv = command.format(*panel.server_address).split()
    if shutil.which(argv[0]) is None:
        print(f"{argv[0]}: -")
        return
    pipe = subprocess.PIPE
    with subprocess.Popen(argv, stdin=pipe, stdout=pipe) as program:
        for line in lines:
            program.stdin.write(line.encode() + b"\n")
            program.stdin.flush()
            panel.wait_for(line)
        program.terminate()

# %% id="demo-joined" demo=true tags=["nbval-ignore-output"]
with built_on(2, 3, 5, 6):
    join("busybox nc {} {}", "nora", "hello from nc")
    join("socat - TCP:{}:{}", "小明", "大家好")

# %% id="demo-panel-text" demo=true tags=["nbval-ignore-output"]
with built_on(2, 3, 5, 6):
    panel.sleep("carl")
    panel.say("anna", "who is awake?")
    panel.wait_for("anna: who is awake?")
    print(*panel.text().splitlines()[-8:], sep="\n")
    panel.close()

# %% [markdown] id="terminals" lang="en"
# ## Three terminals
#
# The next cell writes your room as a program. Start it in one terminal, and `talk.py` of chapter 16 (or `nc`) in two
# others, with the lines that the cell prints. The first line that you type is your name. Every server has these three
# steps: make the listener, ask who is ready, serve those.

# %% [markdown] id="terminals" lang="zh" of="f516ed40"
# ## 三个终端
#
# 下一个单元格把你的聊天室写成一个程序。在一个终端里启动它，在另外两个终端里启动第 16 章的 `talk.py`（或者 `nc`），命令就是那个单元格打印的几行。你输入的第一行是你的名字。所有服务器都是这三步：创建监听套接字，问谁就绪了，为他们服务。

# %% id="demo-save" demo=true tags=["nbval-ignore-output"] lang="en"
from netlib.scripts import save_program


def serve_room(port):
    with socket.create_server(("127.0.0.1", int(port))) as listener:
        print("serving", flush=True)
        chat_room(listener, threading.Event())


with built_on(2, 3, 5, 6):
    save_program("room.py", "import threading", serve_room)
with socket.create_server(("127.0.0.1", 0)) as free:
    port = free.getsockname()[1]
print(f"python3 room.py {port}\npython3 talk.py 127.0.0.1 {port}")

# %% id="demo-save" demo=true tags=["nbval-ignore-output"] lang="zh" of="34b9533a"
from netlib.scripts import save_program


def serve_room(port):
    with socket.create_server(("127.0.0.1", int(port))) as listener:
        print("正在服务", flush=True)
        chat_room(listener, threading.Event())


with built_on(2, 3, 5, 6):
    save_program("room.py", "import threading", serve_room)
with socket.create_server(("127.0.0.1", 0)) as free:
    port = free.getsockname()[1]
print(f"python3 room.py {port}\npython3 talk.py 127.0.0.1 {port}")

# %% [markdown] id="old-notes" lang="en"
# ## Old notes, checked
#
# | They say or do | In fact |
# |---|---|
# | EPOLLLT | no such name; level is the default ([EPL-10](../catalogue.ipynb#cell-id=EPL-10)) |
# | program and kernel share memory | `epoll_wait` copies the events |
# | `import epoll`; an object called `epoll` or `socket` | it is `select.epoll()`; an object called `socket` hides the module |
# | `elif event = …`, `===`, `lineno`, `unresigster`, `unregister()` | SyntaxError, AttributeError, TypeError |
# | a server at port 1005 | ports below 1024 need privileges |
# | `unregister` destroys the handle | it closes nothing |
# | the write branch prints `data`, and sends `msg` | `data` is what was last read, perhaps from another client |
# | after Ctrl+D, `finally` still sends | it sends the last line once more, or raises NameError |
# | level-triggered is called 边缘触发 (edge), edge-triggered 平行触发 (parallel) | they are 水平触发 and 边缘触发 |
#
# They are right that ready sockets stand in a table, that an empty read means the end, that level repeats and edge
# does not, and that only active connections cost something.

# %% [markdown] id="old-notes" lang="zh" of="7bfc002b"
# ## 核对旧笔记
#
# | 旧说法、旧做法 | 事实 |
# |---|---|
# | EPOLLLT | 没有这个名字；默认就是水平触发（[EPL-10](../catalogue.ipynb#cell-id=EPL-10)） |
# | 程序和内核共享内存 | `epoll_wait` 会复制事件 |
# | `import epoll`；把对象叫做 `epoll` 或 `socket` | 应为 `select.epoll()`；叫做 `socket` 的对象遮住了同名模块 |
# | `elif event = …`、`===`、`lineno`、`unresigster`、`unregister()` | SyntaxError、AttributeError、TypeError |
# | 监听端口 1005 | 1024 以下的端口需要特权 |
# | `unregister` 销毁句柄 | 它什么也不关闭 |
# | 写分支打印的是 `data`，发送的是 `msg` | `data` 是最近读到的，可能来自另一个客户端 |
# | Ctrl+D 之后 `finally` 还在发送 | 上一行又发一次，或者抛出 NameError |
# | LT 叫“边缘触发”，ET 叫“平行触发” | LT 是水平触发，ET 是边缘触发 |
#
# 它们也有说对的：就绪的套接字放在一张表里；读到空表示对端结束；水平触发会重复通知，边缘触发不会；只有活跃的连接才有开销。

# %% [markdown] id="say-now" lang="en"
# ## What can you say now?
#
# **You can now say:** epoll keeps the list of sockets in the kernel, and reports only the ready ones. A mask holds
# several facts; test it with `&`. Level-triggered, epoll repeats an event while it is true; edge-triggered, it tells
# it once, so read until EAGAIN. Unregister, then close; the next socket may get the same number. A room drops a
# member to whom it owes too much, so that nobody waits.
#
# **Ask yourself:** You asked for EPOLLIN only: which bit tells of a FIN? Edge-triggered, five callers, one
# `accept`: how many are served? Unregister or close first? From chapter 16: when do you ask to write? From
# chapter 13: where does a line end?
#
# <details><summary>Answers</summary>EPOLLIN. One. Unregister. While bytes are owed. At LF.</details>
#
# **Left out:** members who have been silent too long (heartbeats: `run_once` waits until the next of them is due);
# a copy of a descriptor (`dup`), with which the entry outlives `close`; EPOLLONESHOT with several threads; 10,000
# idle connections; `strace -c` of the servers of chapters 16 and 17.
#
# **Where will you meet this?** nginx is edge-triggered, Redis level-triggered; chapter 18's asyncio has a loop
# like yours, on `selectors`.

# %% [markdown] id="say-now" lang="zh" of="3d098ed3"
# ## 小结
#
# **现在你能说清楚**：epoll 把套接字的列表留在内核里，只报告就绪的。一个掩码里有好几件事实，要用 `&` 来判断。水平触发只要情况还在就反复通知；边缘触发只通知一次，所以要读到 EAGAIN 为止。先注销，再关闭；下一个套接字可能得到同一个号码。聊天室把积压太多的成员请出去，这样谁也不用等。
#
# **考考自己**：只要求了 EPOLLIN，哪个标志位说明对端关闭了写端？边缘触发，五个客户端来连接，只 `accept` 一次，服务了几个？先注销还是先关闭？第 16 章：什么时候才要求可写？第 13 章：一行到哪里为止？
#
# <details><summary>答案</summary>EPOLLIN。一个。先注销。欠着字节的时候。到 LF 为止。</details>
#
# **本章没有讲**：沉默太久的成员（心跳检测：`run_once` 等到下一个成员到期为止）；描述符的副本（`dup`），有了它，`close` 之后登记还在；多线程配合 EPOLLONESHOT；一万个空闲连接；用 `strace -c` 比较第 16 章和第 17 章的服务器。
#
# **实际应用**：nginx 用边缘触发，Redis 用水平触发；第 18 章的 asyncio 里有一个和你写的一样的循环，建在 `selectors` 上。

# %% [markdown] id="glossary" lang="en"
# ## Glossary
#
# | Term | 中文 | Source |
# |---|---|---|
# | event notification | 事件通知 | `man 7 epoll` |
# | level-triggered, edge-triggered | 水平触发（LT），边缘触发（ET） | `man 7 epoll` |
# | mask | 掩码 | `man 2 epoll_ctl` |
# | hang-up (HUP) | 挂断 | `man 2 epoll_ctl` |
# | register | 注册 | `man 2 epoll_ctl` |
# | interest list, ready list | 监视列表，就绪列表 | `man 7 epoll` |
# | callback | 回调 | — |
# | event loop | 事件循环 | — |
# | reactor | 反应器（Reactor） | — |
# | stale event | 过期事件 | `man 7 epoll` |
# | descriptor reuse | 描述符复用 | `man 7 epoll` |
# | kqueue | kqueue（BSD、macOS） | `man 2 kqueue` |

# %% [markdown] id="glossary" lang="zh" of="f0f206cd"
# ## 术语表
#
# | 中文 | 英文 | 出处 |
# |---|---|---|
# | 事件通知 | event notification | `man 7 epoll` |
# | 水平触发（LT），边缘触发（ET） | level-triggered, edge-triggered | `man 7 epoll` |
# | 掩码 | mask | `man 2 epoll_ctl` |
# | 挂断（HUP） | hang-up | `man 2 epoll_ctl` |
# | 注册 | register | `man 2 epoll_ctl` |
# | 监视列表，就绪列表 | interest list, ready list | `man 7 epoll` |
# | 回调 | callback | — |
# | 事件循环 | event loop | — |
# | 反应器（Reactor） | reactor | — |
# | 过期事件 | stale event | `man 7 epoll` |
# | 描述符复用 | descriptor reuse | `man 7 epoll` |
# | kqueue（BSD、macOS） | kqueue | `man 2 kqueue` |

# %% [markdown] id="foreseen" lang="en"
# ## What did you predict?

# %% [markdown] id="foreseen" lang="zh" of="f55ec522"
# ## 你猜对了多少？

# %% id="demo-predictions" demo=true
predictions("ch17")
