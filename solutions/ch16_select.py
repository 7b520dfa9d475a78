# %% [markdown] id="title" lang="en"
# # One thread, many sockets
#
# **You will be able to** ask sockets without waiting, and tell "nothing yet" from "finished" and "reset";
# let the kernel say which of many sockets are ready; write a server in one thread in which nobody waits
# for a slow client. **You need** chapter 11 (half-close, reset, what `send` returns), chapter 13 (several
# messages in one `recv`) and the Event of chapter 04. **Time:** 45 minutes of reading and, for seven
# exercises, about two hours; a good place for a pause is after exercise 4.
#
# ## Only the third client speaks: who answers?
#
# Chapter 11 served one client after the other. Here is another server. `select.select(socks, [], [], 0.1)`
# waits up to 0.1 s; its first result is the list of those of `socks` that have something to read.

# %% [markdown] id="title" lang="zh" of="61cef691"
# # 一个线程，许多套接字
#
# **学完本章，你将能够**：不等待地询问套接字，并分清“还没有”“已经结束”和“被复位”；让内核告诉你许多套接字里哪些就绪了；用一个线程写服务器，谁也不必等慢客户端。**需要**：第 11 章（半关闭、复位、`send` 的返回值），第 13 章（一次 `recv` 里有几条消息），第 4 章的 Event。**用时**：阅读 45 分钟，七道习题大约两小时；可以在习题 4 之后休息。
#
# ## 只有第三个客户端说话，谁来响应？
#
# 第 11 章一个接一个地服务客户端。下面是另一个服务器。`select.select(socks, [], [], 0.1)` 至多等 0.1 秒，它的第一个返回值是一个列表：`socks` 中有东西可读的那些。

# %% id="import-check" demo=true lang="en"
from autograder import check, hint, outcome, predict, predictions

# %% id="import-check" demo=true lang="zh" of="25d0a6e9"
from autograder.zh import check, hint, outcome, predict, predictions

# %% id="demo-naive" demo=true
import select


def naive(listener, stop):
    socks = [listener]
    while not stop.is_set():
        for sock in select.select(socks, [], [], 0.1)[0]:
            if sock is listener:
                socks.append(sock.accept()[0])
            elif data := sock.recv(65536):
                sock.sendall(data)
            else:
                socks.remove(sock)
                sock.close()

# %% id="predict-threads" predict=true lang="en"
predict(
    "ch16/threads",
    "Three are connected, and only the third sends. Does it get an answer?",
    at_once="yes, at once",
    waits="not before the first two have sent something, or left",
)

# %% id="predict-threads" predict=true lang="zh" of="975a47db"
predict(
    "ch16/threads",
    "三个客户端连着，只有第三个发送。它能得到响应吗？",
    at_once="能，马上",
    waits="要等前两个发了东西或者离开",
)

# %% id="demo-three" demo=true lang="en"
import socket
import threading

from netlib.serving import serving

with serving(naive, "tcp") as address:
    clients = [socket.create_connection(address, 1) for _ in range(3)]
    clients[2].sendall(b"hello")
    try:
        came = clients[2].recv(100) and "at_once"
    except TimeoutError:
        came = "waits"
    print(sum(each.name == "serving naive" for each in threading.enumerate()), "thread")
    for client in clients:
        client.close()
outcome("ch16/threads", came)

# %% id="demo-three" demo=true lang="zh" of="134f44cf"
import socket
import threading

from netlib.serving import serving

with serving(naive, "tcp") as address:
    clients = [socket.create_connection(address, 1) for _ in range(3)]
    clients[2].sendall(b"hello")
    try:
        came = clients[2].recv(100) and "at_once"
    except TimeoutError:
        came = "waits"
    print(sum(each.name == "serving naive" for each in threading.enumerate()), "个线程")
    for client in clients:
        client.close()
outcome("ch16/threads", came)

# %% [markdown] id="naive-says" lang="en"
# **It gets its answer at once, and one thread serves all three.** The server never calls `recv` on a socket that
# has nothing to read, so it never waits in `recv` or `accept`. `select` waits for all of them at once. This is
# **I/O multiplexing**: one wait for many sockets.
#
# ## anna does not read: what happens to ben?
#
# anna sends, and reads nothing of what comes back. Then ben sends two bytes.

# %% [markdown] id="naive-says" lang="zh" of="2ec0291d"
# **马上就得到了，而且一个线程服务了三个客户端**。套接字没有东西可读，服务器就不去 `recv`，所以它从不在 `recv` 或 `accept` 里等；`select` 同时替它等所有的套接字。这叫 **I/O 多路复用**（I/O multiplexing）：一次等待，等许多套接字。
#
# ## anna 不读：ben 会怎么样？
#
# anna 只发送，发回来的一个字节也不读。然后 ben 发了两个字节。

# %% id="predict-anna" predict=true lang="en"
predict(
    "ch16/anna",
    "anna sends without reading. Does ben get his answer?",
    answered="yes, within a second",
    waits="not while anna does not read",
)

# %% id="predict-anna" predict=true lang="zh" of="4a13462e"
predict(
    "ch16/anna",
    "anna 只发不读。ben 能得到响应吗？",
    answered="能，一秒之内",
    waits="只要 anna 不读，就得不到",
)

# %% id="demo-stuff" demo=true lang="en"
def stuff(sock):  # send until nothing more fits
    sock.settimeout(0.3)
    sent = 0
    try:
        while True:
            sent += sock.send(bytes(65536))
    except TimeoutError:
        return sent


def drain(sock, size):  # read so many bytes
    sock.settimeout(None)
    while size > 0:
        size -= len(sock.recv(65536))

# %% id="demo-stuff" demo=true lang="zh" of="b5c0cae7"
def stuff(sock):  # 一直发到再也放不下
    sock.settimeout(0.3)
    sent = 0
    try:
        while True:
            sent += sock.send(bytes(65536))
    except TimeoutError:
        return sent


def drain(sock, size):  # 读这么多字节
    sock.settimeout(None)
    while size > 0:
        size -= len(sock.recv(65536))

# %% id="demo-anna" demo=true lang="en"
with serving(naive, "tcp") as address:
    anna = socket.create_connection(address)
    ben = socket.create_connection(address, timeout=1)
    sent = stuff(anna)
    ben.sendall(b"hi")
    try:
        came = ben.recv(100) and "answered"
    except TimeoutError:
        came = "waits"
    drain(anna, sent)  # now anna reads
    ben.settimeout(None)
    print(ben.recv(100))
    anna.close()
    ben.close()
outcome("ch16/anna", came)

# %% id="demo-anna" demo=true lang="zh" of="78fa0767"
with serving(naive, "tcp") as address:
    anna = socket.create_connection(address)
    ben = socket.create_connection(address, timeout=1)
    sent = stuff(anna)
    ben.sendall(b"hi")
    try:
        came = ben.recv(100) and "answered"
    except TimeoutError:
        came = "waits"
    drain(anna, sent)  # 现在 anna 开始读
    ben.settimeout(None)
    print(ben.recv(100))
    anna.close()
    ben.close()
outcome("ch16/anna", came)

# %% id="demo-anna-ladder" demo=true tags=["nbval-ignore-output"]
from netlib.panels import LiveLadder
from netlib.trace import Trace

trace = Trace()
with serving(naive, "tcp", trace=trace) as address:
    anna = socket.create_connection(address)
    ben = socket.create_connection(address)
    with LiveLadder(trace, ("client", "server", "client 2"), rows=9) as picture:
        display(picture)
        sent = stuff(anna)
        ben.sendall(b"hi")
    drain(anna, sent)
    ben.recv(100)
    anna.close()
    ben.close()

# %% [markdown] id="anna-says" lang="en"
# **ben waits for anna to read.** When she has read all, his answer comes. In the picture anna is `client`
# and ben `client 2`; ben's two bytes do not appear: the server has not read them. Several megabytes lay in
# the buffers of both sockets; then `sock.sendall(data)` waited, and with it the only thread
# ([MUX-08](../catalogue.ipynb#cell-id=MUX-08)). This chapter cures that.
#
# ## Nothing has come: what does recv say?
#
# `sock.setblocking(False)` makes a socket **non-blocking**: a call that would wait raises `BlockingIOError`
# (its number is EAGAIN). We ask three times in a row.

# %% [markdown] id="anna-says" lang="zh" of="4be2ba9f"
# **ben 要等 anna 去读**。等她全部读完，ben 的响应就来了。图中 `client` 是 anna，`client 2` 是 ben；ben 的两个字节没有出现，因为服务器还没有读到它们。两端套接字的缓冲区里积了几兆字节，然后 `sock.sendall(data)` 就停在那里等，唯一的线程也跟着等（[MUX-08](../catalogue.ipynb#cell-id=MUX-08)）。本章就来解决它。
#
# ## 什么也没来：recv 会说什么？
#
# `sock.setblocking(False)` 把套接字变成**非阻塞**（non-blocking）的：本来要等的调用改为抛出 `BlockingIOError`（错误码 EAGAIN）。我们连续问三次。

# %% id="demo-reads" demo=true lang="en"
import struct

RESET = struct.pack("ii", 1, 0)  # SO_LINGER: close() sends an RST


def connected():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        there = socket.create_connection(listener.getsockname())
        return listener.accept()[0], there


def one_read(sock):
    try:
        return repr(sock.recv(10))
    except OSError as error:
        return type(error).__name__

# %% id="demo-reads" demo=true lang="zh" of="55fe6885"
import struct

RESET = struct.pack("ii", 1, 0)  # SO_LINGER：close() 会发 RST


def connected():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        there = socket.create_connection(listener.getsockname())
        return listener.accept()[0], there


def one_read(sock):
    try:
        return repr(sock.recv(10))
    except OSError as error:
        return type(error).__name__

# %% id="predict-reads" predict=true lang="en"
predict(
    "ch16/reads",
    "The peer has finished (FIN). What does the third recv say?",
    error="BlockingIOError",
    empty="b\"\"",
    reset="ConnectionResetError",
)

# %% id="predict-reads" predict=true lang="zh" of="b6ca6d10"
predict(
    "ch16/reads",
    "对端已经关闭写端（FIN）。第三次 recv 会怎样？",
    error="BlockingIOError",
    empty="b\"\"",
    reset="ConnectionResetError",
)

# %% id="demo-table" demo=true lang="en"
said = {}
for case in ("silent", "data", "FIN", "RST", "data, RST"):
    here, there = connected()
    here.setblocking(False)
    if "data" in case:
        there.sendall(b"hi")
    if "FIN" in case:
        there.shutdown(socket.SHUT_WR)
    if "RST" in case:
        there.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        there.close()
    said[case] = [one_read(here) for _ in range(3)]
    print(f"{case:10}", *said[case], sep="  ")
    here.close()
    there.close()

# %% id="demo-table" demo=true lang="zh" of="44b895cb"
said = {}
for case in ("没动静", "数据", "FIN", "RST", "数据、RST"):
    here, there = connected()
    here.setblocking(False)
    if "数据" in case:
        there.sendall(b"hi")
    if "FIN" in case:
        there.shutdown(socket.SHUT_WR)
    if "RST" in case:
        there.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        there.close()
    said[case] = [one_read(here) for _ in range(3)]
    print(f"{case:10}", *said[case], sep="  ")
    here.close()
    there.close()

# %% id="demo-third" demo=true
names = {"b''": "empty", "BlockingIOError": "error", "ConnectionResetError": "reset"}
outcome("ch16/reads", names[said["FIN"][2]])

# %% [markdown] id="recv-says" lang="en"
# **`b""` comes every time: the end stays the end.** Where nothing has come, `recv` raises each time. A reset
# raises once, after the bytes that came before it; from then on it looks like an end. So tell three things
# apart: nothing *yet* (BlockingIOError), nothing *ever again* (`b""`), and a broken connection.
#
# Now the listener is non-blocking, and a client connects.

# %% [markdown] id="recv-says" lang="zh" of="3ca9dbf3"
# **每次都是 `b""`：结束就一直是结束**。没有数据时，`recv` 每次都抛出异常。连接被复位时，先读完之前到达的字节，然后抛出一次异常，之后看起来就像结束。所以有三种情况要分清：*还*没有（BlockingIOError）、*再也*没有（`b""`）、连接断了。
#
# 现在监听套接字是非阻塞的，一个客户端来连接。

# %% id="predict-newcomer" predict=true lang="en"
predict(
    "ch16/newcomer",
    "What is gettimeout() of the socket that accept returns?",
    zero="0.0: non-blocking",
    none="None: blocking",
)

# %% id="predict-newcomer" predict=true lang="zh" of="b5049f14"
predict(
    "ch16/newcomer",
    "accept 返回的套接字，gettimeout() 是什么？",
    zero="0.0：非阻塞",
    none="None：阻塞",
)

# %% id="demo-newcomer" demo=true
with socket.create_server(("127.0.0.1", 0)) as listener:
    listener.setblocking(False)
    with socket.create_connection(listener.getsockname()):
        newcomer, _ = listener.accept()
mode = newcomer.gettimeout()
newcomer.close()
outcome("ch16/newcomer", "none" if mode is None else "zero")

# %% [markdown] id="newcomer-says" lang="en"
# **It is blocking: each socket has its own mode.** ([MUX-14](../catalogue.ipynb#cell-id=MUX-14))
#
# One more surprise. `client, _ = listener.accept()` in a loop binds the name anew. Nobody keeps the socket
# that had the name before: Python closes it, and the first client reads an end:

# %% [markdown] id="newcomer-says" lang="zh" of="8bca5113"
# **是阻塞的：每个套接字有自己的模式**（[MUX-14](../catalogue.ipynb#cell-id=MUX-14)）。
#
# 还有一处会让人意外：循环里的 `client, _ = listener.accept()` 把名字重新绑定；原来的套接字没有人保存，Python 就把它关闭了，第一个客户端读到结束：

# %% id="demo-dropped" demo=true lang="en"
import warnings

warnings.simplefilter("ignore", ResourceWarning)
client, anna = connected()
client, ben = connected()  # the name is bound anew
print(anna.recv(10))
for sock in (client, anna, ben):
    sock.close()

# %% id="demo-dropped" demo=true lang="zh" of="f03c5c63"
import warnings

warnings.simplefilter("ignore", ResourceWarning)
client, anna = connected()
client, ben = connected()  # 名字重新绑定
print(anna.recv(10))
for sock in (client, anna, ben):
    sock.close()

# %% [markdown] id="after-dropped" lang="en"
# So a server keeps its clients in something that can hold many.
#
# Your first exercise works like a look into a letter box, without waiting:

# %% [markdown] id="after-dropped" lang="zh" of="1948f651"
# 所以服务器要把客户端保存在能放下许多个的东西里。
#
# 第一道习题就像看一眼信箱：有信就取，没有就走，从不等待。

# %% id="demo-letters" demo=true lang="en"
import queue


def try_get(letters):
    try:
        return letters.get_nowait()
    except queue.Empty:  # this exception, and no other
        return None


letters = queue.Queue()
letters.put("hi")
print(try_get(letters), try_get(letters))

# %% id="demo-letters" demo=true lang="zh" of="2b936db2"
import queue


def try_get(letters):
    try:
        return letters.get_nowait()
    except queue.Empty:  # 只捕获这一种异常
        return None


letters = queue.Queue()
letters.put("hi")
print(try_get(letters), try_get(letters))

# %% id="setup" setup=true
import os
import select
import socket
import threading
import time

HIGH_WATER = 256 * 1024

# %% [markdown] id="ex-try-accept" lang="en"
# ## Exercise 1 · Is anything there? (3 points)
#
# `try_accept(listener)` returns the next connection if one is waiting now (a `socket.socket`), else
# None. `try_recv(sock, size=4096)` returns what has come (`bytes`, at most `size`); None if nothing is
# there yet; `b""` if the peer has finished. Neither ever waits.
#
# - `listener` and `sock` are blocking or non-blocking, never under a timeout; you may change their mode.
#   The socket that `try_accept` returns is non-blocking.
# - Every other error passes on: a reset, or a socket that does not listen.
# - *Not required:* the caller's address, putting a mode back.

# %% [markdown] id="ex-try-accept" lang="zh" of="ee8db857"
# ## 习题 1 · 有没有东西到？（3 分）
#
# `try_accept(listener)`：现在有连接在等，就返回它（`socket.socket`），否则返回 None。`try_recv(sock, size=4096)` 返回已经到的数据（`bytes`，至多 `size` 字节）；还没有数据就返回 None；对端已经关闭写端就返回 `b""`。两个函数都从不等待。
#
# - `listener` 和 `sock` 可能是阻塞的，也可能是非阻塞的，不会带超时；可以改变它们的模式。`try_accept` 返回的套接字是非阻塞的。
# - 其他错误一律原样抛出：连接被复位；套接字没有 listen。
# - **不要求**：客户端的地址；恢复原来的模式。

# %% id="try-accept" solution="ch16/try_accept"
def try_accept(listener: socket.socket) -> socket.socket | None:
    """Return the next connection if one is waiting now, else None."""
    ### BEGIN SOLUTION
    listener.setblocking(False)
    try:
        sock, _ = listener.accept()
    except BlockingIOError:
        return None
    sock.setblocking(False)
    return sock
    ### END SOLUTION


def try_recv(sock: socket.socket, size: int = 4096) -> bytes | None:
    """Return what has come, at most size bytes; None if nothing is there yet."""
    ### BEGIN SOLUTION
    sock.setblocking(False)
    try:
        return sock.recv(size)
    except BlockingIOError:
        return None
    ### END SOLUTION

# %% id="check-try-accept" check="ch16/try_accept"
check("ch16/try_accept")

# %% [markdown] id="idle" lang="en"
# ## What does an idle server cost?
#
# Three servers wait for clients, and nobody comes. The first asks `accept` again and again, as old notes do
# (the classroom notes that this course replaces); the second sleeps 0.01 s in between; the third waits in
# `select`.

# %% [markdown] id="idle" lang="zh" of="9a1d0b49"
# ## 空闲的服务器要花多少？
#
# 三个服务器等客户端，但没有人来。第一个一遍又一遍地问 `accept`，旧笔记（本课程所取代的课堂笔记）就是这样写的；第二个每次之间睡 0.01 秒；第三个在 `select` 里等。

# %% id="predict-idle" predict=true lang="en"
predict(
    "ch16/idle",
    "How much of one CPU does the first take?",
    none="next to none",
    some="about a tenth",
    all="as much as it can get",
)

# %% id="predict-idle" predict=true lang="zh" of="1c348b1c"
predict(
    "ch16/idle",
    "第一个占用一个 CPU 的多少？",
    none="几乎为零",
    some="大约十分之一",
    all="能拿到多少就用多少",
)

# %% id="demo-idle" demo=true lang="en"
def share(wait):
    def server(listener, stop):
        listener.setblocking(False)
        while not stop.is_set():
            try:
                listener.accept()
            except BlockingIOError:
                wait(listener)

    served = serving(server, "tcp")
    with served:
        time.sleep(0.5)
    return served.cpu_s / 0.5  # the processor time of its thread

# %% id="demo-idle" demo=true lang="zh" of="ea932853"
def share(wait):
    def server(listener, stop):
        listener.setblocking(False)
        while not stop.is_set():
            try:
                listener.accept()
            except BlockingIOError:
                wait(listener)

    served = serving(server, "tcp")
    with served:
        time.sleep(0.5)
    return served.cpu_s / 0.5  # 它的线程用掉的处理器时间

# %% id="demo-shares" demo=true tags=["nbval-ignore-output"]
from netlib.plots import bars

shares = {
    "accept": share(lambda listener: None),
    "sleep": share(lambda listener: time.sleep(0.01)),
    "select": share(lambda listener: select.select([listener], [], [], 0.1)),
}
bars({name: 100 * cpu for name, cpu in shares.items()}, title="CPU", unit="%")

# %% id="demo-dear" demo=true
times = shares["accept"] / shares["select"]
outcome("ch16/idle", "all" if times > 20 else "some" if times > 2 else "none")

# %% [markdown] id="after-idle" lang="en"
# **It takes as much as it can get, for nothing**: this is **busy waiting**. With a pause it takes about
# one percent, and every client may wait 10 ms for its turn. `select` sleeps until somebody comes
# ([MUX-01](../catalogue.ipynb#cell-id=MUX-01)).
#
# A loop asks four clients, one after the other. a and b have left, so it removes them from the list.

# %% [markdown] id="after-idle" lang="zh" of="525d31b0"
# **能拿到多少就用掉多少，而且什么也没换来**：这叫**忙等**（busy waiting）。加上停顿，大约占百分之一，可是每个客户端都可能白等 10 毫秒。`select` 会睡到有人来为止（[MUX-01](../catalogue.ipynb#cell-id=MUX-01)）。
#
# 循环依次询问四个客户端；a 和 b 已经离开，循环就把它们从列表里删掉。

# %% id="predict-names" predict=true lang="en"
predict(
    "ch16/names",
    "for name in names: if it has left, names.remove(name). Who is asked?",
    all="a, b, c and d",
    three="a, c and d",
    two="c and d",
)

# %% id="predict-names" predict=true lang="zh" of="66909110"
predict(
    "ch16/names",
    "for name in names：离开了的就 names.remove(name)。谁会被问到？",
    all="a、b、c、d",
    three="a、c、d",
    two="c、d",
)

# %% id="demo-names" demo=true lang="en"
names, visited = ["a", "b", "c", "d"], ""
for name in names:
    visited += name
    if name in "ab":  # it has left
        names.remove(name)
kinds = {"abcd": "all", "acd": "three", "cd": "two"}
outcome("ch16/names", kinds[visited])

# %% id="demo-names" demo=true lang="zh" of="ad327f41"
names, visited = ["a", "b", "c", "d"], ""
for name in names:
    visited += name
    if name in "ab":  # 它已经离开
        names.remove(name)
kinds = {"abcd": "all", "acd": "three", "cd": "two"}
outcome("ch16/names", kinds[visited])

# %% [markdown] id="after-names" lang="en"
# **b is never asked: it moved into the place of a, where the loop had been.**
# ([MUX-03](../catalogue.ipynb#cell-id=MUX-03)) First find out who, then remove:

# %% [markdown] id="after-names" lang="zh" of="383c4809"
# **b 一次也没有被问到：它移到了 a 的位置，而那里循环已经走过**（[MUX-03](../catalogue.ipynb#cell-id=MUX-03)）。先找出是谁，再删除：

# %% id="demo-alarms" demo=true
def ring(alarms, now):
    due = [name for name, at in alarms.items() if at <= now]
    for name in due:
        del alarms[name]
    return due


print(ring({"tea": 3, "egg": 5, "bath": 9}, now=5))

# %% [markdown] id="ex-clients" lang="en"
# ## Exercise 2 · Ask them all (2 points)
#
# `Clients()` keeps the clients of one server by name; at first there are none.
#
# - `add(name, sock)` adds a client; `sock` may be blocking, and you may change its mode.
# - `names()` returns who is here, a list in the order of `add`.
# - `sweep()` asks every client once, without waiting. It returns a list of `(name, data)` for each that
#   had something, in the order of `add`, at most 4096 bytes each.
# - A client that has finished, or reset, gives `(name, b"")` once. Its socket is closed, and it is no
#   longer here.
# - *Uses* exercise 1. *Not required:* the same name twice, threads.

# %% [markdown] id="ex-clients" lang="zh" of="9e066ab2"
# ## 习题 2 · 一个个问过去（2 分）
#
# `Clients()` 按名字保存一个服务器的客户端；一开始没有客户端。
#
# - `add(name, sock)` 加入一个客户端；`sock` 可能是阻塞的，可以改变它的模式。
# - `names()` 返回还在的客户端：一个列表，按 `add` 的顺序。
# - `sweep()` 把每个客户端问一遍，从不等待。返回一个列表，按 `add` 的顺序，有数据的客户端各给出一个 `(name, data)`，每个至多 4096 字节。
# - 已经发完、或者复位了连接的客户端给出一次 `(name, b"")`；它的套接字被关闭，名字不再出现。
# - **用到**习题 1。**不要求**：两次用同一个名字；线程。

# %% id="clients" solution="ch16/clients"
class Clients:
    """The clients of one server, by name."""

    ### BEGIN SOLUTION
    def __init__(self) -> None:
        self._socks: dict[str, socket.socket] = {}

    def add(self, name: str, sock: socket.socket) -> None:
        self._socks[name] = sock

    def names(self) -> list[str]:
        return list(self._socks)

    def sweep(self) -> list[tuple[str, bytes]]:
        heard = []
        for name, sock in self._socks.items():
            try:
                data = try_recv(sock)
            except OSError:
                data = b""
            if data is not None:
                heard.append((name, data))
        for name, data in heard:
            if not data:
                self._socks.pop(name).close()
        return heard

    ### END SOLUTION

# %% id="check-clients" check="ch16/clients"
check("ch16/clients")

# %% [markdown] id="models" lang="en"
# ## How can a program wait, and what does select tell it?
#
# There are five ways to wait for bytes (Stevens, *UNIX Network Programming* 1, §6.2). In the picture time
# runs from left to right:

# %% [markdown] id="models" lang="zh" of="62da8d81"
# ## 程序有哪些等法？select 会告诉它什么？
#
# 等字节有五种方式（Stevens《UNIX 网络编程》卷 1，6.2 节）。图中时间从左到右：

# %% id="demo-models" demo=true
from netlib.pictures import io_models

io_models()

# %% [markdown] id="lists" lang="en"
# In 1 to 4 the bytes are copied when *you* call `recv`; in 5 the kernel copies them by itself. `select` is the
# third way, and so is asyncio (chapter 18).
#
# The kernel answers `select` from what it knows of every socket. Here are a listener and the sockets of four
# clients; of each we ask whether it can be read, and written:

# %% [markdown] id="lists" lang="zh" of="dca9c6aa"
# 1 到 4 都要*你*调用 `recv`，才会复制字节；5 由内核自己复制。`select` 是第三种方式，第 18 章的 asyncio 也是。
#
# 内核根据它对每个套接字的了解来回答 `select`。下面是一个监听套接字和四个客户端的套接字，每个都问能不能读、能不能写：

# %% id="predict-lists" predict=true lang="en"
predict(
    "ch16/lists",
    "dora does not read, and the send buffer to her is full. What does select say of her socket?",
    read="read",
    write="write",
    nothing="nothing",
)

# %% id="predict-lists" predict=true lang="zh" of="31194ae0"
predict(
    "ch16/lists",
    "dora 不读，发给她的数据已经塞满发送缓冲区。select 对她的套接字怎么说？",
    read="可读",
    write="可写",
    nothing="什么也不说",
)

# %% id="demo-lists" demo=true
from netlib.pictures import select_lists

lists = select_lists(
    anna="a line", ben="silent", carl="finished", dora="does not read"
)
print(lists)
told = lists.rows[-1][-1]
outcome("ch16/lists", {"-": "nothing"}.get(told, "write"))

# %% [markdown] id="lists-says" lang="en"
# **It says nothing of her: there is nothing to read, and no room to write.** carl, who has finished, counts
# as readable, and everybody whose buffer has room counts as writable.
#
# The panel below runs `naive`, and shows after each round what it asked, what `select` answered, and how many
# bytes it owes. Before each click, say what the table will show. Let carl send 64 kB again and again, and read
# nothing; then let ben send a line.

# %% [markdown] id="lists-says" lang="zh" of="6440d040"
# **什么也不说：没有东西可读，也没有空间可写**。已经关闭写端的 carl 算可读；缓冲区有空间的都算可写。
#
# 下面的面板运行 `naive`，每一轮之后显示它问了什么、`select` 回答了什么、它还欠多少字节。每次点击之前，先说出表格会变成什么样。让 carl 一次次发 64 kB 而不读，再让 ben 发一行。

# %% id="demo-panel" demo=true tags=["nbval-ignore-output"]
from netlib.panels import SelectPanel

panel = SelectPanel(naive)
panel

# %% id="demo-panel-text" demo=true tags=["nbval-ignore-output"] lang="en"
print(panel.does("anna", "a line"), "\n")
for _ in range(200):
    panel.does("carl", "64 kB")  # and he does not read
print(panel.does("ben", "a line"))
panel.close()

# %% id="demo-panel-text" demo=true tags=["nbval-ignore-output"] lang="zh" of="97e48a48"
print(panel.does("anna", "a line"), "\n")
for _ in range(200):
    panel.does("carl", "64 kB")  # 而且他不读
print(panel.does("ben", "a line"))
panel.close()

# %% [markdown] id="knobs-says" lang="en"
# ## How long is one wait?
#
# `poll` does what `select` does, with one list in the place of three. Here it finds nothing. (Two calls of
# `select` follow: with empty lists, and with a high descriptor.)

# %% [markdown] id="knobs-says" lang="zh" of="5b69cd55"
# ## 一次等待有多久？
#
# `poll` 做的事和 `select` 一样，只是把三个列表合成一个。这里它什么也等不到。（后面还有两次 `select` 调用：一次列表全空，一次描述符的号码很大。）

# %% id="predict-units" predict=true lang="en"
predict(
    "ch16/units",
    "poll(0.5) finds nothing. After how long does it return?",
    half="half a second",
    soon="about a millisecond",
)

# %% id="predict-units" predict=true lang="zh" of="89cd5afa"
predict(
    "ch16/units",
    "poll(0.5) 什么也没等到。它多久之后返回？",
    half="半秒",
    soon="大约一毫秒",
)

# %% id="demo-units" demo=true lang="en"
began = time.monotonic()
select.poll().poll(0.5)
took = time.monotonic() - began
print(select.select([], [], [], 0.2))  # only waits
try:
    select.select([1100], [], [], 0)
except ValueError as error:
    print(error)
outcome("ch16/units", "half" if took > 0.4 else "soon")

# %% id="demo-units" demo=true lang="zh" of="734fcb12"
began = time.monotonic()
select.poll().poll(0.5)
took = time.monotonic() - began
print(select.select([], [], [], 0.2))  # 只是等待
try:
    select.select([1100], [], [], 0)
except ValueError as error:
    print(error)
outcome("ch16/units", "half" if took > 0.4 else "soon")

# %% [markdown] id="after-lists" lang="en"
# **It returns almost at once: `poll` counts milliseconds**, `select` seconds
# ([MUX-15](../catalogue.ipynb#cell-id=MUX-15)). With empty lists `select` only waits. Without a fourth
# argument it waits until a socket is ready, however long that takes. And a descriptor *number* of 1,024 or more
# is refused, on 64 bits too: the limit is the C library's FD_SETSIZE, and has nothing to do with how many files
# are open. Chapter 17 goes beyond it.
#
# Here is one socket in three calls:

# %% [markdown] id="after-lists" lang="zh" of="d6ceb8fd"
# **几乎马上返回：`poll` 用毫秒**，`select` 用秒（[MUX-15](../catalogue.ipynb#cell-id=MUX-15)）。列表全空，`select` 就只是等待；不给第四个参数，它就一直等到有套接字就绪，不管要多久。描述符的*号码*达到 1024 就被拒绝，64 位系统也一样：这是 C 库的 FD_SETSIZE，与打开的文件个数无关。第 17 章会越过它。
#
# 对同一个套接字调用三次：

# %% id="demo-three-calls" demo=true lang="en"
here, there = connected()
print(select.select([here], [], [], 0))  # silence
there.sendall(b"hi\n")
readable, writable, _ = select.select([here], [here], [], 0)
print(readable == [here], writable == [here])
there.close()
here.recv(10)
print(select.select([here], [], [])[0] == [here])  # the end
here.close()

# %% id="demo-three-calls" demo=true lang="zh" of="d12b1f02"
here, there = connected()
print(select.select([here], [], [], 0))  # 没有数据
there.sendall(b"hi\n")
readable, writable, _ = select.select([here], [here], [], 0)
print(readable == [here], writable == [here])
there.close()
here.recv(10)
print(select.select([here], [], [])[0] == [here])  # 对端已关闭
here.close()

# %% [markdown] id="ex-wait-readable" lang="en"
# ## Exercise 3 · Which ones? (2 points)
#
# `wait_readable(socks, timeout=None)` waits until one or more of `socks` (a list of sockets) are ready: a `recv`
# or `accept` on them would return at once. It returns their places in the list: a list of int, in order.
#
# - `timeout` is in seconds. None waits for ever; 0 looks once. If none is ready in time: `[]`.
# - `socks` may be empty; then it only waits.
# - A socket whose peer has finished, or that was reset, counts. Nothing is read.
# - Waiting uses no processor time to speak of. `select` and `poll` are equally good.
# - *Not required:* closed sockets, the same socket twice, writing, descriptors above 1,023.

# %% [markdown] id="ex-wait-readable" lang="zh" of="3713d0be"
# ## 习题 3 · 是哪几个？（2 分）
#
# `wait_readable(socks, timeout=None)` 等到 `socks`（套接字的列表）中有套接字可以马上 `recv` 或 `accept`，不必再等。它返回所有这样的套接字在列表中的位置：一个 int 的列表，从小到大。
#
# - `timeout` 的单位是秒。None 表示一直等，0 表示只看一眼。到时间仍没有就绪的，返回 `[]`。
# - `socks` 可以是空的，这时只是等待。
# - 对端已经关闭写端的、已经被复位的套接字也算。不读取任何内容。
# - 等待时几乎不占处理器。用 `select` 或 `poll` 都可以。
# - **不要求**：已经关闭的套接字；同一个套接字出现两次；写；大于 1023 的描述符。

# %% id="wait-readable" solution="ch16/wait_readable"
def wait_readable(
    socks: list[socket.socket], timeout: float | None = None
) -> list[int]:
    """Return the places of the sockets that are ready to be read, in order."""
    ### BEGIN SOLUTION
    readable, _, _ = select.select(socks, [], [], timeout)
    return [place for place, sock in enumerate(socks) if sock in readable]
    ### END SOLUTION

# %% id="check-wait-readable" check="ch16/wait_readable"
check("ch16/wait_readable")

# %% [markdown] id="fill" lang="en"
# ## How many bytes fit?
#
# The peer is alive, but does not read. The program sends 1,000 bytes at a time on a non-blocking socket.

# %% [markdown] id="fill" lang="zh" of="01b223e7"
# ## 能装下多少字节？
#
# 对端活着，但是不读。程序在非阻塞套接字上每次发送 1000 字节。

# %% id="predict-fill" predict=true lang="en"
predict(
    "ch16/fill",
    "What does the last send before BlockingIOError return?",
    all="1,000",
    less="less than 1,000",
    zero="0",
)

# %% id="predict-fill" predict=true lang="zh" of="4f4aee8a"
predict(
    "ch16/fill",
    "BlockingIOError 之前的最后一次 send 返回多少？",
    all="1000",
    less="不到 1000",
    zero="0",
)

# %% id="demo-fill" demo=true tags=["nbval-ignore-output"]
def fill(sock):
    sock.setblocking(False)
    taken = []
    try:
        while True:
            taken.append(sock.send(bytes(1000)))
    except BlockingIOError:
        return taken


here, there = connected()
taken = fill(here)
last = taken[-1]
outcome("ch16/fill", "all" if last == 1000 else "less" if last else "zero")

# %% id="demo-room" demo=true lang="en" tags=["nbval-ignore-output"]
read, accepted, first, steps = 0, sum(taken), None, {}
while read < 2_500_000:
    steps[read / 1e6] = accepted / 1e6
    read += len(there.recv(65536))
    if select.select([], [here], [], 0)[1]:  # there is room again
        first = first or read
        accepted += sum(fill(here))
print(f"room again after {first / 1000:.0f} kB")
here.close()
there.close()

# %% id="demo-room" demo=true lang="zh" of="d1840bec" tags=["nbval-ignore-output"]
read, accepted, first, steps = 0, sum(taken), None, {}
while read < 2_500_000:
    steps[read / 1e6] = accepted / 1e6
    read += len(there.recv(65536))
    if select.select([], [here], [], 0)[1]:  # 又有空间了
        first = first or read
        accepted += sum(fill(here))
print(f"读走 {first / 1000:.0f} kB 之后才又有空间")
here.close()
there.close()

# %% id="demo-room-plot" demo=true lang="en" tags=["nbval-ignore-output"]
from netlib.plots import lines

lines({"send": steps}, title="How many bytes fit", x="MB read", y="MB accepted")

# %% id="demo-room-plot" demo=true lang="zh" of="0bc9799a" tags=["nbval-ignore-output"]
from netlib.plots import lines

lines({"send": steps}, title="能装下多少字节", x="对端读走的 MB", y="send 收下的 MB")

# %% [markdown] id="after-fill" lang="en"
# **The last one takes less: a short send.** A program as in old notes says here that the peer has closed; but
# the peer is alive. A short send says only that the buffer is full. Before `select` calls the socket writable
# again, the peer has to read hundreds of kilobytes (the number above the picture): Linux wants a third of the
# send buffer free, not one byte. That makes the steps in the picture.
#
# What was not taken has to be kept ([EPL-13](../catalogue.ipynb#cell-id=EPL-13)). A page takes four letters;
# the rest stays:

# %% [markdown] id="after-fill" lang="zh" of="01d377b1"
# **最后一次装下的更少：这是一次部分写（short send）**。旧笔记那样的程序这时就说对端已经关闭，其实对端活得好好的。`send` 收下得少，只说明缓冲区满了。对端要读走几十万字节（图上面的那个数），`select` 才会再说这个套接字可写：Linux 要求发送缓冲区空出三分之一，而不是一个字节。图中的台阶就是这样来的。
#
# 没有装下的要自己留着（[EPL-13](../catalogue.ipynb#cell-id=EPL-13)）。一页纸写得下四个字母，其余的留着：

# %% id="demo-pages" demo=true lang="en"
def page(text):  # takes at most four letters, and says how many
    print(bytes(text[:4]).decode())
    return min(4, len(text))


text = bytearray(b"multiplexing!")
while text:
    taken = page(text)
    del text[:taken]

# %% id="demo-pages" demo=true lang="zh" of="1af25645"
def page(text):  # 至多写四个字母，返回写了几个
    print(bytes(text[:4]).decode())
    return min(4, len(text))


text = bytearray(b"multiplexing!")
while text:
    taken = page(text)
    del text[:taken]

# %% [markdown] id="ex-out-buffer" lang="en"
# ## Exercise 4 · What is still owed (3 points)
#
# `OutBuffer()` holds the bytes that one peer has still to get; at first none.
#
# - `push(data)` adds bytes at the end. It sends nothing.
# - `pending()` returns how many bytes are still here (`int`).
# - `flush(sock)` hands `sock` as much as it takes without waiting, and returns whether nothing is left
#   (`bool`). `sock` may be blocking; you may change its mode. Errors of a connection that is gone pass on.
# - *Not required:* what is pending after an error, speed beyond 1 MB.

# %% [markdown] id="ex-out-buffer" lang="zh" of="3225b463"
# ## 习题 4 · 还欠多少（3 分）
#
# `OutBuffer()` 存放一个对端还没有收到的字节；一开始是空的。
#
# - `push(data)` 把字节加到后面，什么也不发送。
# - `pending()` 返回还有多少字节（`int`）。
# - `flush(sock)` 把 `sock` 不用等就能接受的部分交给它，返回是否已经全部交出（`bool`）。`sock` 可能是阻塞的，可以改变它的模式。连接已经没有了，错误原样抛出。
# - **不要求**：出错之后还剩多少；1 MB 以上的速度。

# %% id="out-buffer" solution="ch16/out_buffer"
class OutBuffer:
    """The bytes that one peer has still to get."""

    ### BEGIN SOLUTION
    def __init__(self) -> None:
        self._owed = bytearray()

    def push(self, data: bytes) -> None:
        self._owed += data

    def pending(self) -> int:
        return len(self._owed)

    def flush(self, sock: socket.socket) -> bool:
        sock.setblocking(False)
        try:
            while self._owed:
                sent = sock.send(self._owed)
                del self._owed[:sent]
        except BlockingIOError:
            return False
        return True

    ### END SOLUTION

# %% id="check-out-buffer" check="ch16/out_buffer"
check("ch16/out_buffer")

# %% [markdown] id="one-client" lang="en"
# ## What must a server remember for one client?
#
# Here is a whole loop, for one client. It reads only when it owes nothing, and asks to write only when it owes
# something. anna is back: she sends, and does not read.

# %% [markdown] id="one-client" lang="zh" of="8b708cd2"
# ## 服务器要为一个客户端记住什么？
#
# 这是只服务一个客户端的完整循环。什么也不欠时才读；欠着字节时才问能不能写。anna 又来了：只发不读。

# %% id="demo-one-client" demo=true
def one_client(sock, stop):
    sock.setblocking(False)
    owed = b""
    while not stop.is_set():
        asked = ([], [sock]) if owed else ([sock], [])
        readable, writable, _ = select.select(*asked, [], 0.1)
        if writable:
            owed = owed[sock.send(owed) :]
        if readable and not (owed := sock.recv(65536)):
            return

# %% id="predict-obeys" predict=true lang="en"
predict(
    "ch16/obeys",
    "anna still does not read. Does the loop end when stop is set?",
    ends="yes",
    hangs="no, it waits for anna",
)

# %% id="predict-obeys" predict=true lang="zh" of="f4b86dab"
predict(
    "ch16/obeys",
    "anna 还是不读。设置 stop 之后，循环会结束吗？",
    ends="会",
    hangs="不会，它在等 anna",
)

# %% id="demo-obeys" demo=true
here, anna = connected()
stop = threading.Event()
thread = threading.Thread(target=one_client, args=(here, stop))
thread.start()
sent = stuff(anna)
stop.set()
thread.join(2)
outcome("ch16/obeys", "hangs" if thread.is_alive() else "ends")

# %% id="demo-obeys-end" demo=true lang="en"
here.close()
anna.close()
here, ben = connected()
thread = threading.Thread(target=one_client, args=(here, threading.Event()))
thread.start()
ben.sendall(bytes(500_000))
ben.shutdown(socket.SHUT_WR)
thread.join(5)  # it reads the end, and returns
here.close()
print(sum(map(len, iter(lambda: ben.recv(65536), b""))))
ben.close()

# %% id="demo-obeys-end" demo=true lang="zh" of="b00d3767"
here.close()
anna.close()
here, ben = connected()
thread = threading.Thread(target=one_client, args=(here, threading.Event()))
thread.start()
ben.sendall(bytes(500_000))
ben.shutdown(socket.SHUT_WR)
thread.join(5)  # 读到流的结束，就返回
here.close()
print(sum(map(len, iter(lambda: ben.recv(65536), b""))))
ben.close()

# %% [markdown] id="questions" lang="en"
# **It ends: it never waits for anna alone.** She has to wait instead, because nobody reads what she sends;
# that is **back-pressure**. Three questions lead from here to your server: Where do you keep the `owed` of each of
# several clients? When do you stop reading from one ([MUX-16](../catalogue.ipynb#cell-id=MUX-16))? What does a
# reset do to this loop?

# %% [markdown] id="questions" lang="zh" of="f93609fb"
# **会结束：它从不只等 anna 一个人**。要等的反而是她，因为她发的东西没有人读；这叫**背压**（back-pressure）。从这里到你的服务器还有三个问题：几个客户端的 `owed` 各放在哪里？什么时候不再读某个客户端（[MUX-16](../catalogue.ipynb#cell-id=MUX-16)）？客户端复位连接，这个循环会怎么样？

# %% [markdown] id="ex-echo-client" lang="en"
# ## Exercise 5 · One client, who never makes you wait (4 points)
#
# `EchoClient(sock)` is one client of an echo server, as an object; its attribute `sock` is the socket. It
# never waits, even if `sock` is blocking; you may change its mode. Your loop will ask it what it wants and
# tell it what can be done.
#
# - `wants()` returns `(wants to read, wants to write)`, two bools. It wants to write while bytes are
#   owed. It wants to read until the client has finished sending, and only while fewer than `HIGH_WATER`
#   bytes are owed. Once it is done, `wants()` returns `(False, False)`.
# - `on_readable()` takes what has come, at most 65536 bytes a call; these bytes are now owed.
# - `on_writable()` gives back what the socket takes now.
# - `done()` returns whether this connection is over: the client has finished and has got everything back,
#   or the connection is broken (a reset).
# - The methods may be called when there is nothing to do; none raises OSError. `sock` is left open:
#   the loop closes it.
# - *Uses* exercises 1 and 4. *Not required:* calls after done, `on_readable` while it does not want to read.

# %% [markdown] id="ex-echo-client" lang="zh" of="7bd21ab1"
# ## 习题 5 · 一个从不让你等的客户端（4 分）
#
# `EchoClient(sock)` 是回显服务器的一个客户端，写成对象；属性 `sock` 就是它的套接字。它从不等待，`sock` 是阻塞的也一样；可以改变它的模式。你的循环会问它想做什么，再告诉它现在能做什么。
#
# - `wants()` 返回 `(想读, 想写)`，两个 bool。有欠的字节就想写。客户端还没有发完、而且欠的字节少于 `HIGH_WATER` 时想读。结束之后是 `(False, False)`。
# - `on_readable()` 取走已经到的数据，每次至多 65536 字节；这些字节从此就是欠它的。
# - `on_writable()` 把套接字现在能接受的字节发回去。
# - `done()` 返回这个连接是否已经结束：客户端发完了，并且得到了全部字节；或者连接已经断了（被复位）。
# - 没有事情可做时，也可能调用这些方法；它们都不抛出 OSError。`sock` 保持打开，由循环来关闭。
# - **用到**习题 1 和 4。**不要求**：结束之后的调用；不想读的时候调用 `on_readable`。

# %% id="echo-client" solution="ch16/echo_client"
class EchoClient:
    """One client of an echo server; it never waits. Attribute: sock."""

    ### BEGIN SOLUTION
    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock
        self._owed = OutBuffer()
        self._finished = self._broken = False

    def wants(self) -> tuple[bool, bool]:
        if self.done():
            return False, False
        owed = self._owed.pending()
        return not self._finished and owed < HIGH_WATER, owed > 0

    def on_readable(self) -> None:
        try:
            data = try_recv(self.sock, 65536)
        except OSError:
            self._broken = True
            return
        if data:
            self._owed.push(data)
        elif data is not None:
            self._finished = True

    def on_writable(self) -> None:
        try:
            self._owed.flush(self.sock)
        except OSError:
            self._broken = True

    def done(self) -> bool:
        return self._broken or (self._finished and not self._owed.pending())

    ### END SOLUTION

# %% id="check-echo-client" check="ch16/echo_client"
check("ch16/echo_client")

# %% [markdown] id="ex-select-echo" lang="en"
# ## Exercise 6 · The loop (4 points)
#
# `select_echo(listener, stop)` gives every client its own bytes back, in order, in one thread. It returns
# how many clients were accepted (`int`).
#
# - It serves until `stop` (a `threading.Event`) is set, and returns within 0.5 s of it, whatever clients
#   do. Then the clients' sockets are closed, and `listener` is open.
# - Nobody waits for anybody: a client that is silent, does not read, or resets delays no other.
# - A client that finishes sending gets all its bytes, then the end.
# - For a client that does not read, at most `HIGH_WATER + 65536` bytes are kept here.
# - An idle server uses no processor time to speak of.
# - *Uses* exercises 1 and 5. *Not required:* descriptors above 1,023, bytes still owed at `stop`, one
#   accept a round or many.

# %% [markdown] id="ex-select-echo" lang="zh" of="e3347c9e"
# ## 习题 6 · 循环（4 分）
#
# `select_echo(listener, stop)` 在一个线程里，把每个客户端自己的字节按顺序发回去。返回一共接受了多少个客户端（`int`）。
#
# - 一直服务到 `stop`（`threading.Event`）被设置；之后 0.5 秒之内返回，不管客户端在做什么。这时客户端的套接字都已关闭，`listener` 仍然打开。
# - 谁也不用等谁：不说话的、不读的、复位连接的客户端，都不耽误别人。
# - 客户端发完就关闭写端，仍然得到全部字节，然后连接关闭。
# - 客户端一直不读，为它存下的字节最多 `HIGH_WATER + 65536` 个。
# - 空闲的服务器几乎不占处理器。
# - **用到**习题 1 和 5。**不要求**：大于 1023 的描述符；`stop` 时还欠的字节；每轮接受一个还是多个连接。

# %% id="select-echo" solution="ch16/select_echo"
def select_echo(listener: socket.socket, stop: threading.Event) -> int:
    """Echo every client's bytes until stop is set; return how many were accepted."""
    ### BEGIN SOLUTION
    clients, count = {}, 0
    try:
        while not stop.is_set():
            wants = {sock: client.wants() for sock, client in clients.items()}
            reads = [listener, *(sock for sock, (read, _) in wants.items() if read)]
            writes = [sock for sock, (_, write) in wants.items() if write]
            readable, writable, _ = select.select(reads, writes, [], 0.1)
            for sock in readable:
                if sock is not listener:
                    clients[sock].on_readable()
                elif caller := try_accept(listener):
                    clients[caller] = EchoClient(caller)
                    count += 1
            for sock in writable:
                clients[sock].on_writable()
            for sock in [sock for sock in clients if clients[sock].done()]:
                del clients[sock]
                sock.close()
    finally:
        for sock in clients:
            sock.close()
    return count
    ### END SOLUTION

# %% id="check-select-echo" check="ch16/select_echo"
check("ch16/select_echo")

# %% [markdown] id="poll" lang="en"
# ## Keyboard and network: can one wait watch both?
#
# `nc` waits for both. A program from the old notes asks the kernel whether the keyboard is readable, then calls
# `input`. Here three lines come through a pipe in one piece, and `readline` stands for `input`.

# %% [markdown] id="poll" lang="zh" of="72ea504a"
# ## 键盘和网络：一次等待能看住两个吗？
#
# `nc` 两个都等。旧笔记里的程序先问内核键盘是否可读，再调用 `input`。这里，三行内容通过管道一次到达，用 `readline` 代替 `input`。

# %% id="predict-lines" predict=true lang="en"
predict("ch16/lines", "How many lines are handled before the kernel says that nothing is left?")

# %% id="predict-lines" predict=true lang="zh" of="23b05db5"
predict("ch16/lines", "处理了几行之后，内核就说没有东西可读了？")

# %% id="demo-lines" demo=true
here, there = os.pipe()
os.write(there, b"one\ntwo\nthree\n")
handled = 0
with os.fdopen(here) as keyboard:
    while select.select([keyboard], [], [], 0.2)[0]:
        keyboard.readline()
        handled += 1
os.close(there)
outcome("ch16/lines", handled)

# %% [markdown] id="after-poll" lang="en"
# **One line: Python has read ahead, and the other two lie in its buffer, where the kernel cannot see them**
# ([EPL-20](../catalogue.ipynb#cell-id=EPL-20)). (A terminal gives one line per read, so there it
# happens to work.) `os.read(keyboard.fileno(), 65536)` takes what is there, and no more. `poll` waits for
# pipes and sockets alike; the `select` of Windows takes sockets only.

# %% [markdown] id="after-poll" lang="zh" of="dc355ffe"
# **一行：Python 提前读走了，另外两行躺在它自己的缓冲区里，内核看不见**（[EPL-20](../catalogue.ipynb#cell-id=EPL-20)）。（终端每次读取只给一行，所以碰巧没事。）`os.read(keyboard.fileno(), 65536)` 有多少取多少，不会多取。`poll` 既能等管道，也能等套接字；Windows 的 `select` 只接受套接字。

# %% id="demo-pipe" demo=true
here, there = os.pipe()
poller = select.poll()
poller.register(here, select.POLLIN)
print(poller.poll(100))
os.write(there, b"a line")
print(len(poller.poll(100)), os.read(here, 100))
os.close(here)
os.close(there)

# %% [markdown] id="ex-talk" lang="en"
# ## Exercise 7 · Talk (2 points)
#
# `talk(sock, keyboard, screen)` copies `keyboard` to `sock` and `sock` to `screen`, both at once, until the
# peer finishes. This is `nc`.
#
# - `keyboard` and `screen` are anything with `fileno()`: `sys.stdin`, a pipe, a socket. Like `sock`, they
#   are blocking.
# - Bytes go on as soon as they come, unchanged. Waiting uses no processor time to speak of.
# - When `keyboard` ends, `sock`'s sending direction ends (half-close), and the rest of the peer's bytes
#   still reach `screen`.
# - Returns how many bytes reached the screen (`int`). All three are left open.
# - *Not required:* a peer that does not read, a full screen, a reset, Windows, a file as keyboard.

# %% [markdown] id="ex-talk" lang="zh" of="21fded9b"
# ## 习题 7 · 对话（2 分）
#
# `talk(sock, keyboard, screen)` 把 `keyboard` 的内容送到 `sock`，把 `sock` 的内容送到 `screen`，两边同时进行，直到对端结束。这就是 `nc`。
#
# - `keyboard` 和 `screen` 是任何有 `fileno()` 的东西：`sys.stdin`、管道、套接字。它们和 `sock` 一样是阻塞的。
# - 字节一到就送出去，原样不变。等待时几乎不占处理器。
# - `keyboard` 结束时，关闭 `sock` 的写端（半关闭）；对端剩下的字节仍然送到 `screen`。
# - 返回送到屏幕的字节数（`int`）。三者都保持打开。
# - **不要求**：不读的对端；写满的屏幕；复位；Windows；以文件作为键盘。

# %% id="talk" solution="ch16/talk"
def talk(sock: socket.socket, keyboard, screen) -> int:
    """Copy keyboard to sock and sock to screen until the peer finishes."""
    ### BEGIN SOLUTION
    watched, count = [sock, keyboard], 0
    while True:
        readable, _, _ = select.select(watched, [], [])
        if keyboard in readable:
            if typed := os.read(keyboard.fileno(), 65536):
                sock.sendall(typed)
            else:
                watched.remove(keyboard)
                sock.shutdown(socket.SHUT_WR)
        if sock in readable:
            if not (data := sock.recv(65536)):
                return count
            count += len(data)
            while data:
                data = data[os.write(screen.fileno(), data) :]
    ### END SOLUTION

# %% id="check-talk" check="ch16/talk"
check("ch16/talk")

# %% [markdown] id="server" lang="en"
# ## Does your server pass?
#
# Once more, with your server: anna sends without reading, ben asks. Then nobody says anything for half a
# second: does the server use processor time?

# %% [markdown] id="server" lang="zh" of="8cb6f583"
# ## 你的服务器通得过吗？
#
# 再来一次，这次用你的服务器：anna 只发不读，ben 提问。然后半秒钟谁也不说话：服务器会占用处理器吗？

# %% id="demo-passes" demo=true lang="en"
from netlib.attempt import built_on

served = serving(select_echo, "tcp")
with built_on(1, 4, 5, 6), served as address:
    anna = socket.create_connection(address)
    ben = socket.create_connection(address, timeout=2)
    stuff(anna)
    ben.sendall(b"hi")
    print(ben.recv(100))
    used = served.cpu_s
    time.sleep(0.5)  # and nobody says anything
    print(served.cpu_s - used < 0.05)
    anna.close()
    ben.close()

# %% id="demo-passes" demo=true lang="zh" of="105fc1e8"
from netlib.attempt import built_on

served = serving(select_echo, "tcp")
with built_on(1, 4, 5, 6), served as address:
    anna = socket.create_connection(address)
    ben = socket.create_connection(address, timeout=2)
    stuff(anna)
    ben.sendall(b"hi")
    print(ben.recv(100))
    used = served.cpu_s
    time.sleep(0.5)  # 谁也不说话
    print(served.cpu_s - used < 0.05)
    anna.close()
    ben.close()

# %% [markdown] id="yours" lang="en"
# The panel again, with your server. Compare the rounds before and after ben's line: how many does it cost?
# What does your server ask about carl while he sends and does not read?

# %% [markdown] id="yours" lang="zh" of="55c0071e"
# 再用一次面板，换成你的服务器。比较 ben 发一行之前和之后的轮数：这一行花了几轮？carl 只发不读的时候，它对 carl 问的是什么？

# %% id="demo-yours" demo=true tags=["nbval-ignore-output"]
with built_on(1, 4, 5, 6):
    panel = SelectPanel(select_echo)
panel

# %% id="demo-yours-text" demo=true tags=["nbval-ignore-output"]
with built_on(1, 4, 5, 6):
    print(panel.does("anna", "a line"), "\n")
    for _ in range(200):
        before = panel.does("carl", "64 kB")
    print(before, "\n")
    print(panel.does("ben", "a line"), "\n")
    print(panel.does("anna", "reset"))
panel.close()

# %% [markdown] id="peers" lang="en"
# **One line costs two rounds if `on_readable` only reads: one to read, one to write.** About carl, who does
# not read, your server asks only whether it can write to him.
#
# Now come programs that we did not write: three times `busybox nc`, and `socat`. anna is there too, and never
# reads. Then your `talk` speaks with a `socat` that sends everything back.

# %% [markdown] id="peers" lang="zh" of="a33d75fc"
# **如果 `on_readable` 只管读，一行要花两轮：一轮读，一轮写**。对不读的 carl，你的服务器只问能不能写。
#
# 再让别人写的程序来连接：三次 `busybox nc`，一次 `socat`；anna 也连着，而且一直不读。然后，你的 `talk` 与一个把收到的内容原样发回的 `socat` 对话。

# %% id="demo-peers" demo=true
import shutil
import subprocess


def ask(command, address):
    argv = command.format(*address).split()
    if shutil.which(argv[0]) is None:
        return f"{argv[0]}: -"
    done = subprocess.run(argv, input=b"hello", capture_output=True, timeout=5)
    return f"{argv[0]}: {done.stdout.decode()}"

# %% id="demo-ask" demo=true tags=["nbval-ignore-output"]
with built_on(1, 4, 5, 6), serving(select_echo, "tcp") as address:
    anna = socket.create_connection(address)
    stuff(anna)
    for _ in range(3):
        print(ask("busybox nc {} {}", address))
    print(ask("socat - TCP:{}:{}", address))
    anna.close()

# %% id="demo-socat" demo=true tags=["nbval-ignore-output"]
def to_socat(keyboard, screen):
    argv = ["socat", "-d", "-d", "TCP-LISTEN:0,bind=127.0.0.1", "EXEC:cat"]
    with subprocess.Popen(argv, stderr=subprocess.PIPE, text=True) as peer:
        said = peer.stderr.readline()  # "... listening on AF=2 127.0.0.1:40001"
        port = int(said.rpartition(":")[2])
        with socket.create_connection(("127.0.0.1", port)) as sock:
            return talk(sock, keyboard, screen)

# %% id="demo-talk-socat" demo=true tags=["nbval-ignore-output"] lang="en"
with built_on(7):
    typing, keyboard = socket.socketpair()
    screen, shown = socket.socketpair()
    typing.sendall(b"hello\n")
    typing.close()  # the keyboard has ended
    if shutil.which("socat"):
        print(to_socat(keyboard, screen), shown.recv(100))
    for sock in (keyboard, screen, shown):
        sock.close()

# %% id="demo-talk-socat" demo=true tags=["nbval-ignore-output"] lang="zh" of="42051569"
with built_on(7):
    typing, keyboard = socket.socketpair()
    screen, shown = socket.socketpair()
    typing.sendall(b"hello\n")
    typing.close()  # 键盘输入结束
    if shutil.which("socat"):
        print(to_socat(keyboard, screen), shown.recv(100))
    for sock in (keyboard, screen, shown):
        sock.close()

# %% [markdown] id="terminals" lang="en"
# ## Three terminals
#
# The next cells write two programs beside this notebook. Start the server in one terminal, `talk.py` in two
# others, and type. Chapter 17 uses `talk.py` again.

# %% [markdown] id="terminals" lang="zh" of="e9946016"
# ## 三个终端
#
# 下面的单元格在笔记本旁边写出两个程序。在一个终端里启动服务器，在另外两个终端里启动 `talk.py`，然后打字。第 17 章还会用到 `talk.py`。

# %% id="demo-save" demo=true lang="en"
from netlib.scripts import save_program

GIVEN = "import os\nimport select\nimport socket\nimport sys\nimport threading"


def serve(port):
    with socket.create_server(("127.0.0.1", int(port))) as listener:
        print("serving", flush=True)
        select_echo(listener, threading.Event())


def call(host, port):
    with socket.create_connection((host, int(port))) as sock:
        talk(sock, sys.stdin, sys.stdout)

# %% id="demo-save" demo=true lang="zh" of="c42535fc"
from netlib.scripts import save_program

GIVEN = "import os\nimport select\nimport socket\nimport sys\nimport threading"


def serve(port):
    with socket.create_server(("127.0.0.1", int(port))) as listener:
        print("正在服务", flush=True)
        select_echo(listener, threading.Event())


def call(host, port):
    with socket.create_connection((host, int(port))) as sock:
        talk(sock, sys.stdin, sys.stdout)

# %% id="demo-saved" demo=true tags=["nbval-ignore-output"]
import sys

with built_on(1, 4, 5, 6, 7):
    save_program("echo_server.py", f"{GIVEN}\n\nHIGH_WATER = {HIGH_WATER}", serve)
    save_program("talk.py", GIVEN, call)
with socket.create_server(("127.0.0.1", 0)) as free:
    port = free.getsockname()[1]
print(f"python3 echo_server.py {port}\npython3 talk.py 127.0.0.1 {port}")

# %% [markdown] id="old-notes" lang="en"
# ## Old notes, checked
#
# | They say or do | In fact |
# |---|---|
# | `except Exception: pass` round `accept` and `recv` | it also hides a decoding error and a misspelt name; dead clients stay ([MUX-02](../catalogue.ipynb#cell-id=MUX-02)) |
# | no branch for an empty read | one client that leaves makes the loop spin ([MUX-07](../catalogue.ipynb#cell-id=MUX-07)) |
# | the program sends to everybody in the list that it gave to `select`, not in the one that `select` returned | one client who does not read holds up all |
# | the keyboard is in none of the lists | nothing that is typed is ever seen |
# | `socks.remove(data)` instead of `socks.remove(sock)` | ValueError as soon as one client leaves |
# | a function uses a global name before it assigns to it | UnboundLocalError in the first round |
# | the limit is 1,024 on 32 bits, 2,048 on 64 | it is 1,024 on both: the highest number, not how many |
#
# They are right that polling burns the processor and is slow with many clients; that `select` is cheaper than
# polling, runs nearly everywhere, and looks at all sockets each time (up to the highest number); and that it
# waits when the first list is empty (without a timeout it waits anyway, until something is ready).

# %% [markdown] id="old-notes" lang="zh" of="4b88821d"
# ## 核对旧笔记
#
# | 旧说法、旧做法 | 事实 |
# |---|---|
# | `accept` 和 `recv` 外面套 `except Exception: pass` | 解码错误、写错的名字也被藏起来；死掉的客户端一直留着（[MUX-02](../catalogue.ipynb#cell-id=MUX-02)） |
# | 没有处理 `b""` 的分支 | 一个客户端离开，循环就空转（[MUX-07](../catalogue.ipynb#cell-id=MUX-07)） |
# | 发送时遍历的是传给 `select` 的列表，而不是它返回的列表 | 一个不读的客户端拖住所有人 |
# | 键盘不在任何一个列表里 | 键入的内容永远看不到 |
# | 把 `socks.remove(sock)` 写成了 `socks.remove(data)` | 一有客户端离开，就是 ValueError |
# | 函数先用一个全局名字，后面才给它赋值 | 第一轮就是 UnboundLocalError |
# | 32 位上限 1024，64 位上限 2048 | 两者都是 1024，而且限制的是号码，不是个数 |
#
# 它们也有说对的：轮询烧 CPU，客户端多了就慢；`select` 比轮询省，几乎到处都能用；它每次都要看一遍所有套接字（直到最大的号码）；第一个列表为空时它会等待（没有超时的话，不管列表空不空，都会等到有套接字就绪）。

# %% [markdown] id="stretch" lang="en"
# ## Stretch: four more servers (not graded)
#
# - `poll_echo`: the same server with `poll`. What does it do with POLLHUP, for which nobody has to ask?
# - Make a table of `poll`'s masks: silence, data, FIN, RST, a full send buffer.
# - The same server with `selectors`: your `EchoClient` need not change.
# - Lower `resource.RLIMIT_NOFILE` and connect until `accept` raises EMFILE. The listener stays readable, and
#   the loop spins. Keep one spare descriptor: close it, accept, close the caller, and open it again.

# %% [markdown] id="stretch" lang="zh" of="93f117c2"
# ## 选做：再写四个（不计分）
#
# - `poll_echo`：用 `poll` 写同一个服务器。没有人问也会返回的 POLLHUP，它怎么处理？
# - 列一张 `poll` 的掩码表：没有数据、有数据、FIN、RST、发送缓冲区已满。
# - 用 `selectors` 写同一个服务器：你的 `EchoClient` 不用改。
# - 调低 `resource.RLIMIT_NOFILE`，不断连接，直到 `accept` 抛出 EMFILE。监听套接字一直可读，循环就空转。留一个备用的描述符：先关闭它，accept，关闭来的连接，再重新打开它。

# %% [markdown] id="say-now" lang="en"
# ## What can you say now?
#
# **You can now say:** A non-blocking call that would wait raises BlockingIOError. `accept` returns a blocking
# socket. Readable means: data, a caller, an end, or an error. A server asks to write only while it owes
# bytes. If a client does not read, the server stops reading from it: so that client waits, and nobody else.
#
# **Ask yourself:** `recv` returns `b""`: nothing yet, or finished? Which list holds a socket to which nothing
# is owed? How long does `poll(500)` wait? From chapter 11: `send` of 4,096 bytes returns 3,072; whose job is
# the rest? From chapter 13: two messages in one `recv`; is that an error?
#
# <details><summary>Answers</summary>Finished. The one for reading. Half a second. Yours. No.</details>
#
# **Left out:** descriptors above 1,023 and `epoll` (chapter 17) and how asyncio does it (chapter 18).
#
# **Where will you meet this?** Redis, nginx and Node.js are loops like yours.

# %% [markdown] id="say-now" lang="zh" of="7ee842c2"
# ## 小结
#
# **现在你能说清楚**：非阻塞的调用，本来要等的时候就抛出 BlockingIOError。`accept` 返回的套接字是阻塞的。可读的意思是：有数据、有人来连接、已经结束，或者出错。服务器只在欠着字节的时候才问能不能写。客户端不读，服务器就不再读它：这样要等的是它，而不是别人。
#
# **考考自己**：`recv` 返回 `b""`，是还没有，还是结束了？什么也不欠的套接字放在哪个列表里？`poll(500)` 等多久？第 11 章：`send` 4096 字节返回 3072，其余的归谁发？第 13 章：一次 `recv` 里有两条消息，是错误吗？
#
# <details><summary>答案</summary>结束了。读的列表。半秒。归你。不是。</details>
#
# **本章没有讲**：大于 1023 的描述符和 `epoll`（第 17 章）；asyncio 是怎么做的（第 18 章）。
#
# **实际应用**：Redis、nginx、Node.js 里都是你写的这种循环。

# %% [markdown] id="glossary" lang="en"
# ## Glossary
#
# | Term | 中文 | Source |
# |---|---|---|
# | non-blocking | 非阻塞 | `man 2 accept`, `man 2 recv` |
# | busy waiting | 忙等，轮询 | — |
# | I/O multiplexing | I/O 多路复用 | `man 2 select` |
# | readiness (readable, writable) | 就绪（可读，可写） | `man 2 poll` |
# | back-pressure | 背压（反压） | — |
# | slow reader | 慢消费者 | — |
# | high-water mark | 高水位线 | — |
# | file descriptor | 文件描述符 | — |
# | signal-driven, asynchronous I/O | 信号驱动 I/O，异步 I/O | — |
# | half-closed connection | 半关闭的连接 | RFC 9293 §3.6.1 |

# %% [markdown] id="glossary" lang="zh" of="fc227038"
# ## 术语表
#
# | 中文 | 英文 | 出处 |
# |---|---|---|
# | 非阻塞 | non-blocking | `man 2 accept`，`man 2 recv` |
# | 忙等，轮询 | busy waiting | — |
# | I/O 多路复用 | I/O multiplexing | `man 2 select` |
# | 就绪（可读，可写） | readiness | `man 2 poll` |
# | 背压（反压） | back-pressure | — |
# | 慢消费者 | slow reader | — |
# | 高水位线 | high-water mark | — |
# | 文件描述符 | file descriptor | — |
# | 信号驱动 I/O，异步 I/O | signal-driven, asynchronous I/O | — |
# | 半关闭的连接 | half-closed connection | RFC 9293 §3.6.1 |

# %% [markdown] id="foreseen" lang="en"
# ## What did you predict?

# %% [markdown] id="foreseen" lang="zh" of="f55ec522"
# ## 你猜对了多少？

# %% id="demo-predictions" demo=true
predictions("ch16")
