# %% [markdown] id="title" lang="en"
# # UDP: one message, one datagram
#
# **You will be able to** send text and receive datagrams whole; write a server that can be
# stopped, and a client that survives a bad network; parse a real chat program's messages; run
# your programs in two terminals. **You need** chapter 00. **Time:** 45 minutes to read and
# run, 90 for the exercises.
#
# ## Two programs talk
#
# A **datagram** (RFC 768) is one message with two addresses on it, like a letter. An address is a
# pair: a host, and a **port**, the number of a program there.
#
#     | from 127.0.0.1:40001 | to 127.0.0.1:9001 | green tea |
#
# A guest sends an order to the known address of `waiter`, a server, and waits for the answer.

# %% [markdown] id="title" lang="zh" of="52d70407"
# # UDP：一条消息，一个数据报
#
# **学完本章，你将能够**：发送文本，完整地接收数据报；写出停得下来的服务器，写出不怕网络故障的客户端；解析真实聊天软件的消息；在两个终端里运行自己的程序。**需要**：第 0 章。**用时**：阅读和运行约 45 分钟，习题约 90 分钟。
#
# ## 两个程序对话
#
# **数据报**（datagram，RFC 768）是一条写着两个地址的消息，好比一封信。地址是一个二元组：主机，以及**端口**（port），用来区分同一台主机上的不同程序。
#
#     | 发自 127.0.0.1:40001 | 发往 127.0.0.1:9001 | green tea |
#
# 客人（`guest`）把要点的茶名发到服务器 `waiter` 的地址，等它响应。

# %% id="import-check" demo=true lang="en"
from autograder import check, hint, outcome, predict, predictions, replay

# %% id="import-check" demo=true lang="zh" of="209d4e14"
from autograder.zh import check, hint, outcome, predict, predictions, replay

# %% id="demo-waiter" demo=true lang="en"
import socket

from netlib.ladder import Ladder
from netlib.serving import serving
from netlib.trace import Trace


def waiter(sock, stop):  # the server; stop is for later
    order, guest_address = sock.recvfrom(65507)  # wait for a datagram
    sock.sendto(b"coming: " + order, guest_address)


# %% id="demo-waiter" demo=true lang="zh" of="59a3a67b"
import socket

from netlib.ladder import Ladder
from netlib.serving import serving
from netlib.trace import Trace


def waiter(sock, stop):  # 服务器；stop 以后再讲
    order, guest_address = sock.recvfrom(65507)  # 等一个数据报
    sock.sendto(b"coming: " + order, guest_address)


# %% id="demo-two-programs" demo=true lang="en"
trace = Trace()  # records what crosses
with (
    serving(waiter, trace=trace) as address,  # runs it until the with ends
    socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as guest,  # IPv4, UDP
):
    guest.sendto(b"green tea", address)
    answer, waiter_address = guest.recvfrom(65507)
print(answer)
Ladder(trace)  # draws it

# %% id="demo-two-programs" demo=true lang="zh" of="154259e9"
trace = Trace()  # 记录经过的消息
with (
    serving(waiter, trace=trace) as address,  # 一直运行到 with 结束
    socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as guest,  # IPv4，UDP
):
    guest.sendto(b"green tea", address)
    answer, waiter_address = guest.recvfrom(65507)
print(answer)
Ladder(trace)  # 画出来

# %% [markdown] id="after-two-programs" lang="en"
# **`sendto` and `recvfrom` are all of UDP.** `sendto` sends bytes to an address, as one datagram.
# `recvfrom` returns the bytes of one datagram, and the address that it came from. No connection
# is made first, which saves time. A server calls socket, bind, recvfrom, sendto, close; a client:
# socket, sendto, recvfrom, close.
#
# "Old notes" are the classroom notes that this course replaces. A code such as
# [UDP-06](../catalogue.ipynb#cell-id=UDP-06) leads to the page of a common mistake.

# %% [markdown] id="after-two-programs" lang="zh" of="e1c40678"
# **用 UDP，基本操作只有两个：`sendto` 和 `recvfrom`。** `sendto` 把字节串作为一个数据报发往一个地址；`recvfrom` 返回一个数据报里的字节串和它的来源地址。不用先建立连接，省了时间。服务器依次调用 socket、bind、recvfrom、sendto、close；客户端依次调用 socket、sendto、recvfrom、close。
#
# “旧笔记”指本课程所取代的课堂笔记。[UDP-06](../catalogue.ipynb#cell-id=UDP-06) 这样的代号指向一个常见错误的说明。

# %% id="setup" setup=true
import socket
import threading
import time

Address = tuple[str, int]
FEIQ_FIELDS = ("version", "packet_no", "sender", "host", "command", "content")


class Truncated(ValueError):
    """A datagram was longer than the caller allowed."""


# %% [markdown] id="ports" lang="en"
# ## Which port does a client get?
#
# A server chooses its address with `bind`. Port 0 asks the kernel (of the operating system) for a
# free one. The guest never called `bind`.

# %% [markdown] id="ports" lang="zh" of="b88c3bec"
# ## 客户端的端口从哪里来？
#
# 服务器用 `bind` 选定自己的地址；端口写 0，就是请操作系统的内核挑一个空闲的。上面的客人从没调用过 `bind`。


# %% id="bound" demo=true lang="en"
def bound():
    """Return a socket on a free port of 127.0.0.1, for server or client."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.bind(("127.0.0.1", 0))
    return sock


# %% id="bound" demo=true lang="zh" of="214bc7ab"
def bound():
    """返回绑定在 127.0.0.1 一个空闲端口上的套接字，服务器、客户端都用它。"""
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.bind(("127.0.0.1", 0))
    return sock


# %% id="predict-ports" predict=true lang="en"
predict(
    "ch04/ports",
    "Three clients send, and none called bind. What are their ports?",
    none="they have no port",
    one="all three have the same port",
    three="each has a port of its own",
)

# %% id="predict-ports" predict=true lang="zh" of="8647348d"
predict(
    "ch04/ports",
    "三个客户端从没调用过 bind，各发了一个数据报。它们的端口是什么？",
    none="没有端口",
    one="三个用同一个端口",
    three="每个都有自己的端口",
)

# %% id="demo-ports" demo=true lang="en"
clients = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(3)]
print("before sending:", clients[0].getsockname())
with bound() as server:
    for client in clients:
        client.sendto(b"hi", server.getsockname())
ports = {client.getsockname()[1] for client in clients}
for client in clients:
    client.close()
print("different ports:", len(ports))
outcome("ch04/ports", "three" if len(ports - {0}) == 3 else "one")

# %% id="demo-ports" demo=true lang="zh" of="ae74f343"
clients = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(3)]
print("发送之前：", clients[0].getsockname())
with bound() as server:
    for client in clients:
        client.sendto(b"hi", server.getsockname())
ports = {client.getsockname()[1] for client in clients}
for client in clients:
    client.close()
print("不同的端口数：", len(ports))
outcome("ch04/ports", "three" if len(ports - {0}) == 3 else "one")

# %% [markdown] id="after-ports" lang="en"
# **The kernel lends a client a port at its first send**, and takes it back at `close`.
# This is an **ephemeral port** (Linux: 32768–60999). Port 0 means "not bound yet". A server
# must bind: its clients have to know its address first.

# %% [markdown] id="after-ports" lang="zh" of="a0be9992"
# **客户端第一次发送时，内核分配给它一个端口**，`close` 时收回：这叫**临时端口**（ephemeral port，Linux 默认取自 32768～60999）。端口 0 表示“还没有绑定”。服务器必须 `bind`：客户端要事先知道它的地址。

# %% [markdown] id="charset" lang="en"
# ## What do the bytes mean?
#
# 你好 is sent in UTF-8, and read as UTF-8, then as GBK.

# %% [markdown] id="charset" lang="zh" of="fc135876"
# ## 这些字节是什么意思？
#
# “你好”以 UTF-8 发出，收到后先按 UTF-8、再按 GBK 读。

# %% id="predict-charset" predict=true lang="en"
predict("ch04/charset", "How many bytes arrive? (a number)")

# %% id="predict-charset" predict=true lang="zh" of="878e8070"
predict("ch04/charset", "会收到几个字节？（写一个数）")

# %% id="demo-charset" demo=true lang="en"
with bound() as receiver, bound() as sender:
    sender.sendto("你好".encode(), receiver.getsockname())  # in UTF-8
    data, _ = receiver.recvfrom(65507)
print(data.hex(" "))
print("as utf-8:", data.decode("utf-8"), "/ as gbk:", data.decode("gbk"))
print("gbk would send:", "你好".encode("gbk").hex(" "))
outcome("ch04/charset", len(data))

# %% id="demo-charset" demo=true lang="zh" of="9d296cae"
with bound() as receiver, bound() as sender:
    sender.sendto("你好".encode(), receiver.getsockname())  # 默认 UTF-8
    data, _ = receiver.recvfrom(65507)
print(data.hex(" "))
print("按 utf-8：", data.decode("utf-8"), "/ 按 gbk：", data.decode("gbk"))
print("若用 gbk 发：", "你好".encode("gbk").hex(" "))
outcome("ch04/charset", len(data))

# %% [markdown] id="after-charset" lang="en"
# **The bytes were right both times: the second reader used another charset**, and saw
# *mojibake*. (A Chinese character has three bytes in UTF-8, two in GBK.) No field of a datagram
# names the charset: two programs must agree on one.
#
# The first two of these lines have the mistakes of an old program; the third sends `str`:

# %% [markdown] id="after-charset" lang="zh" of="a397f43c"
# **字节没有变，变的是解读所用的编码**，看到的是**乱码**（mojibake）。UTF-8 里一个汉字占 3 个字节，GBK 里占 2 个。数据报里没有任何字段说明编码，要靠双方约定。
#
# 下面三行，前两行的错误来自旧笔记里的一个程序，第三行发送的是 `str`：

# %% id="demo-str" demo=true
wrong = (
    'cilent.send(b"msg", "127.0.0.1", 9001)',
    'client.send(b"msg", "127.0.0.1", 9001)',
    'client.sendto("你好", ("127.0.0.1", 9001))',
)
with bound() as client:
    for line in wrong:
        try:
            eval(line)
        except (NameError, TypeError) as error:
            print(type(error).__name__, "-", error)

# %% [markdown] id="after-str" lang="en"
# **A socket takes bytes. `sendto` and `bind` take an address as one argument, the pair (host,
# port)**; `send` takes no address.

# %% [markdown] id="after-str" lang="zh" of="c2c6dc0f"
# **套接字只收字节串。`sendto` 和 `bind` 的地址是一个参数，即二元组（主机，端口）**；`send` 不带地址。

# %% [markdown] id="judged" lang="en"
# ## How are your answers judged?
#
# - Only what an exercise states is graded; *Not required* is never tested. You may print;
#   standard library only.
# - `Address = tuple[str, int]`; hosts are dotted IPv4. Payloads are `bytes`, times seconds
#   (`float`, > 0); `sock` is a bound UDP socket, `stop` a `threading.Event`.
# - A function that is *given* a socket leaves it open, and may change its timeout; one that
#   *makes* a socket closes it, also when it fails.
# - "Raises X" means X or a subclass. Another exception or a wrong type (a list for a tuple,
#   `bytearray` for `bytes`) is a failure.
# - Your answers may use the cell with `class Truncated` and cells that you add, but no names of
#   the demos (`bound`, `collect`).

# %% [markdown] id="judged" lang="zh" of="fc7c276b"
# ## 怎样评分？
#
# - 只考查题目写明的内容；列在“**不要求**”里的从不测试。可以随意打印；只能用标准库。
# - `Address = tuple[str, int]`；主机是点分十进制的 IPv4 地址。载荷（payload）是 `bytes`，时间以秒计（`float`，大于 0）；`sock` 是已绑定的 UDP 套接字，`stop` 是 `threading.Event`。
# - **传给**函数的套接字要保持打开，可以改它的超时；函数**自己创建**的套接字由它自己关闭，出错时也一样。
# - “抛出 X”指 X 或它的子类。抛出别的异常，或类型不对（该是元组却给列表，该是 `bytes` 却给 `bytearray`），都算错。
# - 答案可以用含 `class Truncated` 的单元格和你自己加的单元格，不能用 `bound`、`collect` 等演示里的名字。

# %% [markdown] id="ex-send-text" lang="en"
# ## Exercise 1 · Text leaves as one datagram (2 points)
#
# `send_text(host, port, text, charset="utf-8")` sends `text` (`str`) to `(host, port)` as **one**
# UDP datagram (RFC 768) and returns the number of **bytes** sent (`int`).
#
# - The datagram holds `text` encoded with `charset`, nothing else. Empty text is one empty
#   datagram; the result is 0.
# - The socket is made and closed here.
# - Raises `UnicodeEncodeError`, with nothing sent, if `charset` cannot express `text`. Raises
#   `OSError` with `errno` EMSGSIZE, as `sendto` does, if the encoded text is longer than 65,507
#   bytes.
# - *Not required:* an answer, binding a port yourself, host names, other address families,
#   charsets that begin with a mark (`utf-16`). `connect` + `send` is as good as `sendto`.

# %% [markdown] id="ex-send-text" lang="zh" of="507ca65f"
# ## 习题 1 · 文本作为一个数据报发出（2 分）
#
# `send_text(host, port, text, charset="utf-8")` 把 `text`（`str`）作为**一个** UDP 数据报（RFC 768）发往 `(host, port)`，返回发出的**字节数**（`int`）。
#
# - 数据报里只有按 `charset` 编码后的 `text`。空文本发出一个空数据报，返回 0。
# - 套接字由本函数创建并关闭。
# - `charset` 无法表示 `text` 时抛出 `UnicodeEncodeError`，并且什么都不发；编码后超过 65,507 字节时抛出 `errno` 为 EMSGSIZE 的 `OSError`（`sendto` 自己就会抛出）。
# - **不要求**：等待响应、自己绑定端口、主机名、其他地址族、开头带标记的编码（`utf-16`）。用 `connect` 加 `send` 或用 `sendto` 都可以。

# %% id="send-text" solution="ch04/send_text"
def send_text(host: str, port: int, text: str, charset: str = "utf-8") -> int:
    """Send text as one UDP datagram; return the number of bytes sent."""
    ### BEGIN SOLUTION
    payload = text.encode(charset)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        return sock.sendto(payload, (host, port))
    ### END SOLUTION

# %% id="check-send-text" check="ch04/send_text"
check("ch04/send_text")


# %% [markdown] id="edges" lang="en"
# ## Does an empty message arrive?
#
# `collect` receives until `recvfrom` has waited 0.3 s in vain (TimeoutError), and returns what
# has arrived.

# %% [markdown] id="edges" lang="zh" of="7561ed43"
# ## 空消息到得了吗？
#
# `collect` 一直收，直到 `recvfrom` 白等了 0.3 秒（TimeoutError），然后返回收到的全部数据报。


# %% id="demo-collect" demo=true lang="en"
def collect(sock, quiet=0.3):
    """Return what arrives until nothing comes for quiet seconds."""
    sock.settimeout(quiet)
    arrived = []
    try:
        while True:
            arrived.append(sock.recvfrom(65507)[0])
    except TimeoutError:
        return arrived


# %% id="demo-collect" demo=true lang="zh" of="e028220f"
def collect(sock, quiet=0.3):
    """返回收到的数据报，直到连续 quiet 秒没有新的到来。"""
    sock.settimeout(quiet)
    arrived = []
    try:
        while True:
            arrived.append(sock.recvfrom(65507)[0])
    except TimeoutError:
        return arrived


# %% id="predict-edges" predict=true lang="en"
predict(
    "ch04/edges",
    "hello, an empty message and world are sent. What does recvfrom return?",
    one="one piece: helloworld",
    two="two messages: there is nothing to send in the empty one",
    three="three messages, the second empty",
)

# %% id="predict-edges" predict=true lang="zh" of="5ec4719d"
predict(
    "ch04/edges",
    "发出 hello、一条空消息和 world。recvfrom 会返回什么？",
    one="连成一段：helloworld",
    two="两条消息：空消息里没有东西可发",
    three="三条消息，第二条是空的",
)

# %% id="demo-edges" demo=true
with bound() as receiver, bound() as sender:
    for message in (b"hello", b"", b"world"):
        sender.sendto(message, receiver.getsockname())
    received = collect(receiver)
print(received)
outcome("ch04/edges", {1: "one", 2: "two", 3: "three"}[len(received)])

# %% [markdown] id="after-edges" lang="en"
# **One `sendto` makes one datagram, one `recvfrom` takes one: boundaries are kept, and an empty
# datagram is a message.**

# %% [markdown] id="after-edges" lang="zh" of="3c249966"
# **一次 `sendto` 发出一个数据报，一次 `recvfrom` 取走一个：消息边界不变，空数据报也是一条消息。**

# %% [markdown] id="cut" lang="en"
# ## What becomes of a datagram that is too long?
#
# Two datagrams are read with `recvfrom(100)`, a third one with `recvmsg`.

# %% [markdown] id="cut" lang="zh" of="a333fbca"
# ## 数据报太长，会怎样？
#
# 两个数据报用 `recvfrom(100)` 读，第三个用 `recvmsg` 读。

# %% id="predict-cut" predict=true lang="en"
predict(
    "ch04/cut",
    "200 bytes arrive, then b'next'. What does the second recvfrom(100) return?",
    rest="the other 100 bytes of the first datagram",
    next="b'next'",
    error="nothing: the first call has already raised an error",
)

# %% id="predict-cut" predict=true lang="zh" of="72ad5ef9"
predict(
    "ch04/cut",
    "先到 200 个字节，再到 b'next'。第二次 recvfrom(100) 返回什么？",
    rest="第一个数据报剩下的 100 个字节",
    next="b'next'",
    error="什么也不返回：第一次调用就已经报错了",
)

# %% id="demo-cut" demo=true lang="en"
with bound() as receiver, bound() as sender:
    for message in (bytes(200), b"next", bytes(200)):
        sender.sendto(message, receiver.getsockname())
    first, second = (receiver.recvfrom(100)[0] for _ in range(2))
    data, ancillary, flags, address = receiver.recvmsg(100)
print(len(first), "bytes, then", second)
print(len(data), "bytes, truncated:", bool(flags & socket.MSG_TRUNC))
outcome("ch04/cut", "next" if second == b"next" else "rest")

# %% id="demo-cut" demo=true lang="zh" of="d9eb633a"
with bound() as receiver, bound() as sender:
    for message in (bytes(200), b"next", bytes(200)):
        sender.sendto(message, receiver.getsockname())
    first, second = (receiver.recvfrom(100)[0] for _ in range(2))
    data, ancillary, flags, address = receiver.recvmsg(100)
print(len(first), "个字节，然后是", second)
print(len(data), "个字节，被截断：", bool(flags & socket.MSG_TRUNC))
outcome("ch04/cut", "next" if second == b"next" else "rest")

# %% [markdown] id="after-cut" lang="en"
# **The rest is thrown away, and on Linux `recvfrom` does not say so** (Windows raises an error).
# `recvmsg` returns data, ancillary data, flags and address; MSG_TRUNC among the flags means that
# the datagram was longer (recv(2)).

# %% [markdown] id="after-cut" lang="zh" of="3437e750"
# **剩下的被丢掉了，而且在 Linux 上 `recvfrom` 不作任何提示**（Windows 会报错）。`recvmsg` 依次返回数据、辅助数据、一组标志和来源地址：标志里的 MSG_TRUNC 表示数据报比缓冲区长，被截断（truncation）了，见 recv(2)。

# %% [markdown] id="limit" lang="en"
# ## How long may a datagram be?
#
# Old notes say: within 64 KB. The length fields of IPv4 and UDP have 16 bits.

# %% [markdown] id="limit" lang="zh" of="d1b15e05"
# ## 一个数据报最长是多少？
#
# 旧笔记说：64 KB 之内。IPv4 和 UDP 首部里的长度字段都是 16 位。

# %% id="demo-limit" demo=true lang="en"
with bound() as receiver, bound() as sender:
    to = receiver.getsockname()
    for size in (65507, 65508):
        try:
            print(size, "bytes: sent", sender.sendto(bytes(size), to))
        except OSError as error:
            print(size, "bytes:", error)

# %% id="demo-limit" demo=true lang="zh" of="4123f52d"
with bound() as receiver, bound() as sender:
    to = receiver.getsockname()
    for size in (65507, 65508):
        try:
            print(size, "字节：发出", sender.sendto(bytes(size), to))
        except OSError as error:
            print(size, "字节：", error)

# %% [markdown] id="after-limit" lang="en"
# **65,507 bytes fit**: 65,535 − 20 (IPv4 header, RFC 791) − 8 (UDP header). More is not sent at
# all. Above the MTU, often 1,500 bytes, IP sends a datagram in fragments; losing one loses the
# whole datagram (RFC 8085 §3.2).

# %% [markdown] id="after-limit" lang="zh" of="f58ccbf9"
# **最多 65,507 字节**：65,535 − 20（IPv4 首部，RFC 791）− 8（UDP 首部）。再多就发不出去。超过 MTU（常见为 1,500 字节）时，IP 要分片；丢一片，整个数据报就作废（RFC 8085 第 3.2 节）。

# %% [markdown] id="ex-recv-one" lang="en"
# ## Exercise 2 · One datagram, whole or not at all (3 points)
#
# `recv_one(sock, timeout, limit=65507)` returns the next datagram on `sock`, whole, and where it
# came from. The result is a tuple `(data, address)`, `bytes` and `Address` (RFC 768).
#
# - 1 ≤ `limit` ≤ 65,507; exactly `limit` bytes are fine. An empty datagram gives `(b"", address)`.
# - Raises `TimeoutError` if none arrives within `timeout`; `Truncated` if the datagram is longer
#   than `limit`. That datagram is then used up: the next call gets the next one.
# - *Not required:* a larger `limit`, timeout 0, restoring the socket's timeout, what `Truncated`
#   says.

# %% [markdown] id="ex-recv-one" lang="zh" of="67f3b72b"
# ## 习题 2 · 一个数据报，要么完整返回，要么报错（3 分）
#
# `recv_one(sock, timeout, limit=65507)` 返回 `sock` 上下一个完整的数据报和它的来源：元组 `(data, address)`，类型为 `bytes` 和 `Address`（RFC 768）。
#
# - 1 ≤ `limit` ≤ 65,507；恰好 `limit` 个字节也正常。空数据报返回 `(b"", 来源地址)`。
# - `timeout` 之内没有数据报到达时抛出 `TimeoutError`；数据报比 `limit` 长时抛出 `Truncated`，这个数据报随之丢弃：下一次调用得到的是下一个。
# - **不要求**：更大的 `limit`、超时为 0、恢复套接字原来的超时、`Truncated` 的异常信息。

# %% id="recv-one" solution="ch04/recv_one"
def recv_one(
    sock: socket.socket, timeout: float, limit: int = 65507
) -> tuple[bytes, Address]:
    """Return the next datagram, at most limit bytes, and its source."""
    ### BEGIN SOLUTION
    sock.settimeout(timeout)
    data, _, flags, address = sock.recvmsg(limit)
    if flags & socket.MSG_TRUNC:
        raise Truncated(f"the datagram is longer than {limit} bytes")
    return data, address
    ### END SOLUTION

# %% id="check-recv-one" check="ch04/recv_one"
check("ch04/recv_one")


# %% [markdown] id="same-port" lang="en"
# ## Is a port taken on the whole host?
#
# One socket holds a port on 127.0.0.1. Others ask for the same port; `""` means all addresses of
# the host.

# %% [markdown] id="same-port" lang="zh" of="d5e2d07c"
# ## 一个端口号，整台主机只能用一次吗？
#
# 一个套接字占住 127.0.0.1 上的一个端口，别的套接字再绑定同一个端口号。`""` 表示本机的所有地址。

# %% id="demo-same-port" demo=true lang="en"
with bound() as first:
    port = first.getsockname()[1]
    for host in ("127.0.0.1", "127.0.0.2", ""):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as second:
            try:
                second.bind((host, port))
                print(f"{host!r:12} is free")
            except OSError as error:
                print(f"{host!r:12} {error}")

# %% id="demo-same-port" demo=true lang="zh" of="9fb4a496"
with bound() as first:
    port = first.getsockname()[1]
    for host in ("127.0.0.1", "127.0.0.2", ""):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as second:
            try:
                second.bind((host, port))
                print(f"{host!r:12} 可以用")
            except OSError as error:
                print(f"{host!r:12} {error}")

# %% [markdown] id="after-same-port" lang="en"
# **An address is the whole pair**; `""` includes 127.0.0.1, hence the second error. (TCP has ports
# of its own.) To remember a peer, remember host *and* port.

# %% [markdown] id="after-same-port" lang="zh" of="51ec8f63"
# **地址是整个二元组**；`""` 包含 127.0.0.1，所以冲突。（TCP 另有一套端口。）要记住对端，主机和端口都要记。

# %% [markdown] id="anyone" lang="en"
# ## Can a neighbour use your server?
#
# So far all servers were bound to 127.0.0.1. Those of the old notes bind `("", 7788)`: all
# addresses, and a fixed port. `Lan` makes two machines, yours and a neighbour's.

# %% [markdown] id="anyone" lang="zh" of="b3b93e85"
# ## 另一台机器能用你的服务器吗？
#
# 前面的服务器都绑定在 127.0.0.1 上。旧笔记里的服务器绑定 `("", 7788)`：所有地址，固定的端口。`Lan` 造出同一局域网里的两台机器：你的，和另一台。


# %% id="demo-neighbour" demo=true lang="en"
from netlib.errors import Unavailable
from netlib.lan import Lan


def from_next_door(host):
    """Bind (host, 7788) on one machine; return what another sends there."""
    with Lan("192.0.2.0/24") as lan:
        yours, neighbours = lan.host("yours"), lan.host("neighbours")
        with yours:
            server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            server.bind((host, 7788))
        with neighbours:
            client = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        with server, client:
            client.sendto(b"hello", (yours.address, 7788))
            return collect(server)


# %% id="demo-neighbour" demo=true lang="zh" of="4b2ea22d"
from netlib.errors import Unavailable
from netlib.lan import Lan


def from_next_door(host):
    """在一台机器上绑定 (host, 7788)，返回另一台机器发来的内容。"""
    with Lan("192.0.2.0/24") as lan:
        yours, neighbours = lan.host("yours"), lan.host("neighbours")
        with yours:
            server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            server.bind((host, 7788))
        with neighbours:
            client = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        with server, client:
            client.sendto(b"hello", (yours.address, 7788))
            return collect(server)


# %% id="predict-anyone" predict=true lang="en"
predict(
    "ch04/anyone",
    "The neighbour sends to your machine. Which server there hears it?",
    both="the one on 127.0.0.1 and the one on the empty host",
    empty="only the one on the empty host",
    neither="neither: your machine must allow it first",
)

# %% id="predict-anyone" predict=true lang="zh" of="3677a1d9"
predict(
    "ch04/anyone",
    "另一台机器向你的机器发送。哪个服务器收得到？",
    both="绑定 127.0.0.1 的和主机为空串的都收得到",
    empty="只有主机为空串的那个",
    neither="都收不到：要先在你的机器上放行",
)

# %% id="demo-anyone" demo=true tags=["nbval-ignore-output"]
heard = {}
try:
    for host in ("127.0.0.1", ""):
        heard[host] = from_next_door(host)
        print(f"{host!r:12} {heard[host]}")
except Unavailable as error:
    print(error)

# %% id="demo-anyone-said" demo=true tags=["nbval-ignore-output"]
servers = sum(map(bool, heard.values()))
came = ("neither", "empty", "both")[servers]
outcome("ch04/anyone", came) if heard else None

# %% [markdown] id="after-anyone" lang="en"
# **A server on 127.0.0.1 hears this machine alone; one on `""` hears everybody who can reach the
# machine.** A server for others must be bound to `""`, or to an address that they reach: here
# the old notes are right. But then *anybody* on that network may send to it. **So do that only in
# a network where you may, let the firewall pass this port alone, and stop the program afterwards.**

# %% [markdown] id="after-anyone" lang="zh" of="201fc983"
# **绑定 127.0.0.1 的服务器只收得到本机的消息；绑定 `""` 的，凡是能访问到这台机器的都能发来消息。** 给别人用的服务器，必须绑定 `""` 或者别人访问得到的地址：这一点旧笔记是对的。但这样一来，那个网络里**任何人**都能往它发。**所以，只在允许的网络里用；防火墙只放行必需的端口；用完就停掉程序。**

# %% [markdown] id="stoppable" lang="en"
# ## How does a waiting server end?
#
# As in chapter 00: `recvfrom` gives up after 0.1 s, and the loop looks at `stop`.

# %% [markdown] id="stoppable" lang="zh" of="c6dea5f6"
# ## 怎样让等待中的服务器退出？
#
# 同第 0 章：`recvfrom` 等 0.1 秒就放弃，循环再看 `stop`。


# %% id="demo-length-server" demo=true lang="en"
def length_server(sock, stop):
    """Answer every datagram with its length, until stop is set."""
    sock.settimeout(0.1)
    while not stop.is_set():
        try:
            data, client = sock.recvfrom(65507)
        except TimeoutError:  # nothing came: look at stop, and wait again
            continue
        sock.sendto(str(len(data)).encode(), client)
    return "stopped"


# %% id="demo-length-server" demo=true lang="zh" of="8e8cc2d1"
def length_server(sock, stop):
    """对每个数据报发回它的长度（十进制数字），直到 stop 被设置。"""
    sock.settimeout(0.1)
    while not stop.is_set():
        try:
            data, client = sock.recvfrom(65507)
        except TimeoutError:  # 没有消息：看一眼 stop，再等
            continue
        sock.sendto(str(len(data)).encode(), client)
    return "stopped"


# %% id="demo-stoppable" demo=true
server = serving(length_server)
with server as address, bound() as client:
    for message in (b"hello", b""):
        client.sendto(message, address)
        print(client.recvfrom(65507)[0])
print(server.returned)

# %% [markdown] id="after-stoppable" lang="en"
# **The loop ended within 0.1 s.** Each answer went to the sender of *that* datagram.

# %% [markdown] id="after-stoppable" lang="zh" of="9815d2db"
# **循环在 0.1 秒之内结束。** 每个响应都发回给了**刚收到的那个**数据报的发送方。

# %% [markdown] id="ex-echo-server" lang="en"
# ## Exercise 3 · An echo server for any bytes (4 points)
#
# `echo_server(sock, stop)` answers every datagram on `sock` with the same bytes, to its sender,
# until `stop` is set (RFC 862). It returns the number of answers sent (`int`).
#
# - One answer for one datagram, in order of arrival: any bytes, also none, up to 65,507.
# - It returns within 0.5 s of `stop.set()`, with or without traffic.
# - *Not required:* a limit on clients or messages; serving clients at the same time (in turn is
#   enough); protection against another echo server; answering datagrams that are still unread when
#   `stop` is set, or arrive later (answering them is fine as well).

# %% [markdown] id="ex-echo-server" lang="zh" of="f2c233e4"
# ## 习题 3 · 能回显任意字节的服务器（4 分）
#
# `echo_server(sock, stop)` 把 `sock` 上收到的每个数据报原样发回给它的发送方，直到 `stop` 被设置；返回发出的响应数（`int`）；参见 RFC 862。
#
# - 一个数据报对应一个响应，按到达的顺序：任何字节都行，空的也行，最多 65,507 字节。
# - `stop.set()` 之后 0.5 秒之内返回，有没有流量都一样。
# - **不要求**：限制客户端数或消息数；并发服务多个客户端（轮流即可）；防范另一个回显服务器；`stop` 被设置时还没读、或之后才到的数据报不必响应（响应了也不算错）。

# %% id="echo-server" solution="ch04/echo_server"
def echo_server(sock: socket.socket, stop: threading.Event) -> int:
    """Answer every datagram with its bytes until stop is set; return how many."""
    ### BEGIN SOLUTION
    sock.settimeout(0.1)
    answers = 0
    while not stop.is_set():
        try:
            data, client = sock.recvfrom(65507)
        except TimeoutError:
            continue
        sock.sendto(data, client)
        answers += 1
    return answers
    ### END SOLUTION

# %% id="check-echo-server" check="ch04/echo_server"
check("ch04/echo_server")


# %% [markdown] id="beside-echo" lang="en"
# ## The old echo server beside yours
#
# `old_echo` does what an echo server in the old notes does: `recvfrom(1024)`, decode as GBK,
# encode again, send back. It gets `hello`, 2,000 bytes, the byte FF, and `hello` again.

# %% [markdown] id="beside-echo" lang="zh" of="4a71c3be"
# ## 旧的回显服务器和你的并排比较
#
# `old_echo` 和旧笔记里的回显服务器一样：用 `recvfrom(1024)` 收，按 GBK 解码，再编码发回。给它发 `hello`、2,000 个字节、一个字节 FF、再一次 `hello`。


# %% id="demo-whole" demo=true lang="en"
from netlib.attempt import attempt, built_on
from netlib.oldnotes.udp import echo as old_echo

MESSAGES = (b"hello", b"x" * 2000, b"\xff", b"hello")


def whole(server, back):
    """Append for each message to back whether it came back whole."""
    with serving(server) as address, bound() as client:
        for message in MESSAGES:
            client.sendto(message, address)
            back.append(message in b"".join(collect(client)))


# %% id="demo-whole" demo=true lang="zh" of="dd004795"
from netlib.attempt import attempt, built_on
from netlib.oldnotes.udp import echo as old_echo

MESSAGES = (b"hello", b"x" * 2000, b"\xff", b"hello")


def whole(server, back):
    """每条消息是否完整地发了回来，依次追加到 back。"""
    with serving(server) as address, bound() as client:
        for message in MESSAGES:
            client.sendto(message, address)
            back.append(message in b"".join(collect(client)))


# %% id="predict-beside-echo" predict=true lang="en"
predict("ch04/beside-echo", "How many of the four does old_echo return whole?")

# %% id="predict-beside-echo" predict=true lang="zh" of="6a15d15d"
predict("ch04/beside-echo", "四条消息中，old_echo 完整发回的有几条？")

# %% id="demo-beside-echo" demo=true lang="en"
old, yours = [], []
try:
    whole(old_echo, old)
except UnicodeDecodeError as error:
    print("old:", old, "-", error)
with built_on(3):
    whole(echo_server, yours)
    print("you:", yours)
outcome("ch04/beside-echo", sum(old))

# %% id="demo-beside-echo" demo=true lang="zh" of="2893bd28"
old, yours = [], []
try:
    whole(old_echo, old)
except UnicodeDecodeError as error:
    print("旧：", old, "-", error)
with built_on(3):
    whole(echo_server, yours)
    print("你：", yours)
outcome("ch04/beside-echo", sum(old))

# %% [markdown] id="after-beside-echo" lang="en"
# **One came back whole.** The long one was cut at 1,024 bytes. The byte FF is not valid GBK,
# and ended the server for everybody. Bytes that are only sent back need no decoding.

# %% [markdown] id="after-beside-echo" lang="zh" of="dc9349f3"
# **只有一条完整地发了回来。** 长消息在 1,024 字节处被截断。字节 FF 不是合法的 GBK，服务器因此异常退出，谁都用不了。原样发回，本来就不必解码。

# %% [markdown] id="flood" lang="en"
# ## How much can a receiver hold?
#
# Old notes say that UDP hardly loses anything on a local network. Here 20,000 datagrams go over
# loopback; the receiver reads after all are sent.

# %% [markdown] id="flood" lang="zh" of="5b214f02"
# ## 接收方存得下多少？
#
# 旧笔记说，UDP 在局域网里几乎不可能丢包。这里通过环回（loopback）发送 20,000 个数据报；全部发完，接收方才开始读。

# %% id="predict-flood" predict=true lang="en"
predict(
    "ch04/flood",
    "How many of the 20,000 does the receiver find?",
    all="all of them",
    most="most of them",
    few="fewer than half",
)

# %% id="predict-flood" predict=true lang="zh" of="4a32c9d0"
predict(
    "ch04/flood",
    "20,000 个里，接收方能读到多少？",
    all="全部",
    most="大部分",
    few="不到一半",
)

# %% id="demo-flood" demo=true tags=["nbval-ignore-output"] lang="en"
from netlib.plots import bars

with bound() as receiver, bound() as sender:
    for _ in range(20_000):
        sender.sendto(b"x", receiver.getsockname())
    arrived = len(collect(receiver))
counts = {"sent": 20_000, "arrived": arrived}
bars(counts, title="A reader that is late", unit="datagrams")

# %% id="demo-flood" demo=true tags=["nbval-ignore-output"] lang="zh" of="6fee83a6"
from netlib.plots import bars

with bound() as receiver, bound() as sender:
    for _ in range(20_000):
        sender.sendto(b"x", receiver.getsockname())
    arrived = len(collect(receiver))
counts = {"发出": 20_000, "读到": arrived}
bars(counts, title="接收方读得太晚", unit="个数据报")

# %% id="demo-flood-said" demo=true
many = "most" if arrived < 20_000 else "all"
outcome("ch04/flood", "few" if arrived < 10_000 else many)

# %% [markdown] id="after-flood" lang="en"
# **Most are gone**: the receive buffer (SO_RCVBUF) was full, and the kernel dropped the rest.
# "Sent" means handed to the kernel. To slow down and send again is your program's task (RFC 8085
# §3).

# %% [markdown] id="after-flood" lang="zh" of="3b7e45ce"
# **大部分都丢了**：接收缓冲区（SO_RCVBUF）满了，内核丢掉了其余的。“已发送”只表示交给了内核。放慢速度、重传，都是应用程序的事（RFC 8085 第 3 节）。

# %% [markdown] id="lost" lang="en"
# ## What does a client see when its request is lost?
#
# `UDPRelay` stands between client and server, and harms datagrams by a schedule.

# %% [markdown] id="lost" lang="zh" of="453570f0"
# ## 请求丢了，客户端会看到什么？
#
# `UDPRelay` 是客户端和服务器之间的中继（relay），按计划制造故障。

# %% id="demo-lost" demo=true lang="en"
from netlib.faults import UDPRelay

# lose 1: the client's first datagram is lost; lose 1,2: its first two.
# duplicate 2: the second comes twice. reorder 3: the third is overtaken.
# delay 3 50ms: it is late. lose reply 1: the server's first is lost.
# stranger reply 1 0x3431: before it a stranger sends these bytes, "41".
with (
    serving(waiter) as address,
    UDPRelay(address, "lose 1") as relay,
    bound() as guest,
):
    for number in (1, 2):
        guest.sendto(b"green tea", relay)
        print(number, collect(guest) or "no answer")

# %% id="demo-lost" demo=true lang="zh" of="096325a6"
from netlib.faults import UDPRelay

# lose 1：丢失客户端的第一个数据报；lose 1,2：丢失前两个。
# duplicate 2：第二个到两次。reorder 3：第三个被后一个超过。
# delay 3 50ms：第三个迟到。lose reply 1：丢失服务器的第一个。
# stranger reply 1 0x3431：在它之前，陌生人发来这两个字节，即 41。
with (
    serving(waiter) as address,
    UDPRelay(address, "lose 1") as relay,
    bound() as guest,
):
    for number in (1, 2):
        guest.sendto(b"green tea", relay)
        print(number, collect(guest) or "没有响应")

# %% [markdown] id="after-lost" lang="en"
# **It sees nothing, until its own timeout ends the wait.** Then it can send again. But it cannot
# know whether its request or the answer was lost: a server may carry out one order twice.

# %% [markdown] id="after-lost" lang="zh" of="fafe5d0f"
# **什么也看不到，只能等自己设的超时（timeout）到期。** 这时可以重传。不过客户端无从知道，丢的是请求还是响应：重传一次，服务器就可能把同一份订单做两遍。

# %% [markdown] id="doubled" lang="en"
# ## Who notices a copy?
#
# Three datagrams are sent; old notes say that 0 to 3 arrive. The network doubles the second.

# %% [markdown] id="doubled" lang="zh" of="7e836f87"
# ## 多出来的一份，谁会发现？
#
# 发出三个数据报，旧笔记说会收到 0 到 3 个。网络把第二个重复了一次。

# %% id="predict-doubled" predict=true lang="en"
predict(
    "ch04/doubled",
    "What does the receiving program find?",
    three="three: the kernel throws the copy away",
    four="four: the copy is a datagram like any other",
)

# %% id="predict-doubled" predict=true lang="zh" of="3fb3d5b3"
predict(
    "ch04/doubled",
    "接收方的程序会收到几个？",
    three="三个：内核会丢掉多出来的那份",
    four="四个：多出来的那份和别的数据报没有两样",
)

# %% id="demo-doubled" demo=true
with bound() as receiver, bound() as sender:
    relay = UDPRelay(receiver.getsockname(), faults="duplicate 2")
    with relay as address:
        for message in (b"one", b"two", b"three"):
            sender.sendto(message, address)
        arrived = len(collect(receiver))
display(Ladder(relay.trace, ("client", "server")))
outcome("ch04/doubled", {3: "three", 4: "four"}.get(arrived, "neither"))

# %% [markdown] id="after-doubled" lang="en"
# **Four: IP does not promise that a datagram arrives, or only once, or in order** (paths may
# differ). Damaged ones nearly always fail a checksum, and are dropped (RFC 1122 §4.1.3.4). Old
# notes say that `sendto` and `recvfrom` match one to one; they need not
# ([UDP-07](../catalogue.ipynb#cell-id=UDP-07)).

# %% [markdown] id="after-doubled" lang="zh" of="78b9e554"
# **四个：IP 不保证送达、不保证只到一次，也不保证顺序**（路径可能不同）。损坏的几乎总是过不了校验和这一关，会被丢弃（RFC 1122 第 4.1.3.4 节）。旧笔记说 `sendto` 和 `recvfrom` 次数完全对等，并不成立（[UDP-07](../catalogue.ipynb#cell-id=UDP-07)）。

# %% [markdown] id="play" lang="en"
# ## Play: which question got which answer?
#
# A client asks for the length of `tea` (3), then of `cake` (4), and waits 0.1 s for each answer.
# Turn the knobs: when does `cake` get 3?

# %% [markdown] id="play" lang="zh" of="4c5eba2a"
# ## 动手试：哪个请求得到了哪个响应？
#
# 客户端先问 `tea` 有多长（3），再问 `cake` 有多长（4），每个响应最多等 0.1 秒。调节下面的控件：什么时候，`cake` 得到的是 3？


# %% id="demo-two-questions" demo=true lang="en"
from netlib.trace import Note

WAIT_S = 0.1


def asks_twice(client, relay, front):
    """Ask for two lengths; write beside the ladder what each question got."""
    for question in (b"tea", b"cake"):
        client.sendto(question, front)
        time.sleep(0.01)  # meanwhile it crosses
        client.settimeout(WAIT_S)
        try:
            said = client.recvfrom(65507)[0].decode()
        except TimeoutError:
            said = "no answer in time"
        relay.trace.record(Note("client", f"{question.decode()}: {said}"))


# %% id="demo-two-questions" demo=true lang="zh" of="c306b398"
from netlib.trace import Note

WAIT_S = 0.1


def asks_twice(client, relay, front):
    """问两次长度，把每个请求得到的响应写在时序图旁边。"""
    for question in (b"tea", b"cake"):
        client.sendto(question, front)
        time.sleep(0.01)  # 让它先到
        client.settimeout(WAIT_S)
        try:
            said = client.recvfrom(65507)[0].decode()
        except TimeoutError:
            said = "超时，没有响应"
        relay.trace.record(Note("client", f"{question.decode()}: {said}"))


# %% id="demo-knobs" demo=true lang="en"
from netlib.panels import Knobs


def two_questions(lost, doubled, late):
    faults = [f"lose {lost}"] * bool(lost)
    faults += ["duplicate reply 1"] * doubled
    faults += [f"delay reply every 1 {late}ms"] * bool(late)
    with serving(length_server) as address, bound() as client:
        relay = UDPRelay(address, "; ".join(faults))
        with relay as front:
            asks_twice(client, relay, front)
            collect(client, 0.05 + late / 1000)  # let the late ones come
    return Ladder(relay.trace, ("client", "server"))

# %% id="demo-knobs" demo=true lang="zh" of="9ab05952"
from netlib.panels import Knobs


def two_questions(lost, doubled, late):
    faults = [f"lose {lost}"] * bool(lost)
    faults += ["duplicate reply 1"] * doubled
    faults += [f"delay reply every 1 {late}ms"] * bool(late)
    with serving(length_server) as address, bound() as client:
        relay = UDPRelay(address, "; ".join(faults))
        with relay as front:
            asks_twice(client, relay, front)
            collect(client, 0.05 + late / 1000)  # 等迟到的也到
    return Ladder(relay.trace, ("client", "server"))

# %% id="demo-knobs-shown" demo=true tags=["nbval-ignore-output"] lang="en"
knobs = Knobs(
    two_questions,
    labels={
        "lost": "lost question",
        "doubled": "first answer doubled",
        "late": "answers late by ms",
    },
    lost=(0, 1, 2),
    doubled=(False, True),
    late=(0, 60, 150),
)
knobs

# %% id="demo-knobs-shown" demo=true tags=["nbval-ignore-output"] lang="zh" of="5d5f9f05"
knobs = Knobs(
    two_questions,
    labels={
        "lost": "丢失第几个请求",
        "doubled": "重复第一个响应",
        "late": "响应延迟（毫秒）",
    },
    lost=(0, 1, 2),
    doubled=(False, True),
    late=(0, 60, 150),
)
knobs

# %% id="demo-knobs-turned" demo=true tags=["nbval-ignore-output"]
print(knobs.turn(doubled=True))
print(knobs.turn(doubled=False, late=150))
knobs.close()

# %% [markdown] id="after-knobs" lang="en"
# **An answer that is doubled or too late is taken for the answer to the next question.** The
# cure: number the questions, and repeat the number in the answer.

# %% [markdown] id="after-knobs" lang="zh" of="3b52b2ec"
# **响应如果重复，或者来得太晚，就会被当成下一个请求的响应。** 办法是给请求编号，响应里带上同一个编号。

# %% [markdown] id="stranger" lang="en"
# ## Whose answer is it?
#
# A client asks its server. A stranger who knows the client's port is faster.

# %% [markdown] id="stranger" lang="zh" of="b56c6384"
# ## 这是谁的响应？
#
# 客户端向服务器提问，可是一个知道客户端端口的陌生人抢了先。

# %% id="predict-stranger" predict=true lang="en"
predict(
    "ch04/stranger",
    "What does the client's recvfrom return?",
    server="the server's 42: the client asked the server",
    stranger="the stranger's 41",
    error="an error: nobody asked the stranger",
)

# %% id="predict-stranger" predict=true lang="zh" of="966ea69c"
predict(
    "ch04/stranger",
    "客户端的 recvfrom 会返回什么？",
    server="服务器的 42：客户端问的是服务器",
    stranger="陌生人的 41",
    error="报错：没有人问过陌生人",
)

# %% id="demo-stranger" demo=true lang="en"
with bound() as client, bound() as server, bound() as stranger:
    client.sendto(b"6 * 7?", server.getsockname())
    stranger.sendto(b"41", client.getsockname())
    server.sendto(b"42", client.getsockname())
    answer, source = client.recvfrom(65507)
    servers = source == server.getsockname()
print(answer, "from the server:", servers)
outcome("ch04/stranger", "server" if servers else "stranger")

# %% id="demo-stranger" demo=true lang="zh" of="74f70f49"
with bound() as client, bound() as server, bound() as stranger:
    client.sendto(b"6 * 7?", server.getsockname())
    stranger.sendto(b"41", client.getsockname())
    server.sendto(b"42", client.getsockname())
    answer, source = client.recvfrom(65507)
    servers = source == server.getsockname()
print(answer, "来自服务器：", servers)
outcome("ch04/stranger", "server" if servers else "stranger")

# %% [markdown] id="after-stranger" lang="en"
# **Anybody may send to your port.** Compare the source, host and port, with the address that you
# asked; or call `connect`, which on UDP sends nothing: then the kernel drops strangers. (A forged
# source passes both: RFC 5452.)

# %% [markdown] id="after-stranger" lang="zh" of="7f43a695"
# **谁都可以往你的端口发。** 要么把来源地址（主机和端口）同你问的那一方比较；要么先 `connect`：在 UDP 上它什么也不发，只是让内核丢掉陌生人的数据报。（伪造的源地址两关都能过：RFC 5452。）

# %% [markdown] id="dead" lang="en"
# ## What if no program uses the port?
#
# Two clients send to a port that no program uses; one has called `connect`.

# %% [markdown] id="dead" lang="zh" of="6d023f07"
# ## 目的端口没有程序在用，会怎样？
#
# 两个客户端往一个没有程序在用的端口发送，其中一个先调用了 `connect`。

# %% id="predict-dead" predict=true lang="en"
predict(
    "ch04/dead",
    "Which of the two learns that nobody is there?",
    neither="neither: UDP has no way to tell them",
    connected="the connected one",
    both="both",
)

# %% id="predict-dead" predict=true lang="zh" of="8638ab62"
predict(
    "ch04/dead",
    "哪一个会得知那里没有程序？",
    neither="都不会：UDP 无从得知",
    connected="调用过 connect 的那个",
    both="两个都会",
)

# %% id="demo-dead" demo=true
told = []
with bound() as connected, bound() as unconnected:
    with bound() as gone:
        dead = gone.getsockname()
    connected.connect(dead)
    connected.send(b"anybody?")
    unconnected.sendto(b"anybody?", dead)
    for sock in (connected, unconnected):
        sock.settimeout(0.3)
        try:
            sock.recv(65507)
        except OSError as error:
            told.append(type(error).__name__)
print("connected, unconnected:", *told)

# %% id="demo-dead-said" demo=true
refused = told.count("ConnectionRefusedError")
outcome("ch04/dead", ("neither", "connected", "both")[refused])

# %% [markdown] id="after-dead" lang="en"
# **On Linux the connected one is told at once.** Both were answered by ICMP "port unreachable"
# (RFC 1122 §4.1.3.1). Linux tells connected sockets, and others that ask for it (IP_RECVERR);
# Windows tells unconnected ones, too (error 10054). Old notes say that one side does not
# notice when the other leaves; it may notice when it sends. But a firewall, or a host without
# power, answers nothing: then only your timeout helps.

# %% [markdown] id="after-dead" lang="zh" of="3be2f810"
# **在 Linux 上，调用过 `connect` 的那个立刻得知。** 两个数据报都引来 ICMP“端口不可达”（RFC 1122 第 4.1.3.1 节）。Linux 只通知已 connect 的套接字，以及设置了 IP_RECVERR 的套接字；Windows 上未 connect 的也会收到（错误 10054）。旧笔记说，一方离开后，另一方不会知道；其实另一方一发送就可能得知。不过断电的主机、防火墙不会有任何响应，那就只能靠超时。

# %% [markdown] id="deadline" lang="en"
# ## When is the time up?
#
# Another program, `chatter`, sends to the listener every 20 ms, 40 times.

# %% [markdown] id="deadline" lang="zh" of="18fb1e54"
# ## 什么时候算超时？
#
# 另一个程序 `chatter` 每 20 ms 向 `listener` 发一次，共 40 次。

# %% id="predict-deadline" predict=true lang="en"
predict(
    "ch04/deadline",
    "After how long does collect(listener, 0.3) return?",
    short="after 0.3 s",
    long="after more than 0.8 s",
)

# %% id="predict-deadline" predict=true lang="zh" of="bda801c2"
predict(
    "ch04/deadline",
    "collect(listener, 0.3) 多久之后返回？",
    short="0.3 秒之后",
    long="0.8 秒以上",
)


# %% id="demo-chatter" demo=true lang="en"
def seconds_beside_chatter(wait):
    """Return how long wait(listener, 0.3) takes beside a talker."""
    with bound() as listener:

        def chatter(sock, stop):
            for _ in range(40):
                sock.sendto(b"psst", listener.getsockname())
                if stop.wait(0.02):
                    break

        with serving(chatter):
            started = time.monotonic()
            wait(listener, 0.3)
            return time.monotonic() - started


# %% id="demo-chatter" demo=true lang="zh" of="c306f765"
def seconds_beside_chatter(wait):
    """另一个程序不停地发消息时，wait(listener, 0.3) 用了多久。"""
    with bound() as listener:

        def chatter(sock, stop):
            for _ in range(40):
                sock.sendto(b"psst", listener.getsockname())
                if stop.wait(0.02):
                    break

        with serving(chatter):
            started = time.monotonic()
            wait(listener, 0.3)
            return time.monotonic() - started


# %% id="demo-renewed" demo=true
took = seconds_beside_chatter(collect)
outcome("ch04/deadline", "long" if took > 0.8 else "short")

# %% [markdown] id="deadlines" lang="en"
# **Each datagram began the 0.3 s again.** So fix the moment once, by `time.monotonic()` (a clock
# that never goes back), and wait for what is left:

# %% [markdown] id="deadlines" lang="zh" of="0aff4323"
# **每来一个数据报，0.3 秒就重新算起。** 所以先用 `time.monotonic()`（单调时钟，只进不退）把截止时间（deadline）定下来，每次只等剩下的那一段：


# %% id="demo-drain" demo=true lang="en"
def drain(sock, seconds):
    """Count the datagrams that arrive within seconds, however many come."""
    deadline = time.monotonic() + seconds
    count = 0
    while (left := deadline - time.monotonic()) > 0:
        sock.settimeout(left)
        try:
            sock.recvfrom(65507)
            count += 1
        except TimeoutError:
            pass
    return count


# %% id="demo-drain" demo=true lang="zh" of="35385b70"
def drain(sock, seconds):
    """数一数 seconds 秒之内到达的数据报，不管来多少。"""
    deadline = time.monotonic() + seconds
    count = 0
    while (left := deadline - time.monotonic()) > 0:
        sock.settimeout(left)
        try:
            sock.recvfrom(65507)
            count += 1
        except TimeoutError:
            pass
    return count


# %% id="demo-deadline" demo=true lang="en"
print("in time:", seconds_beside_chatter(drain) < 0.8)

# %% id="demo-deadline" demo=true lang="zh" of="e2f534c3"
print("按时返回：", seconds_beside_chatter(drain) < 0.8)

# %% [markdown] id="after-deadline" lang="en"
# **A deadline is a moment, not a length**: what arrives uses up the wait, and does not renew it.

# %% [markdown] id="after-deadline" lang="zh" of="43e78f0d"
# **截止时间是一个时刻，不是一段时长**：新来的数据报不会让计时重新开始。

# %% [markdown] id="ex-request" lang="en"
# ## Exercise 4 · Ask, wait, ask again (4 points)
#
# `request(address, payload, timeout=0.2, tries=4)` sends `payload` (`bytes`) to `address` as one
# datagram. It returns the first datagram that comes back from `address` (`bytes`); RFC 8085 §3.3.
#
# - If no answer comes within `timeout` seconds, it sends `payload` again, at least `timeout`
#   seconds after the previous send. It sends at most `tries` (≥ 1) times in all. A late answer to
#   an earlier copy is an answer, too (so one socket for all tries).
# - Datagrams from any other host or port are ignored and do not lengthen the wait. Payload and
#   answer may be empty, and hold at most 65,507 bytes.
# - Raises `TimeoutError` when `timeout` has passed after the last try. On
#   `ConnectionRefusedError` (nobody listens; only after `connect`) it may raise that at once or go
#   on trying.
# - The socket is made and closed here.
# - *Not required:* finding out which copy was answered, growing timeouts.

# %% [markdown] id="ex-request" lang="zh" of="aa299c71"
# ## 习题 4 · 问，等，再问（4 分）
#
# `request(address, payload, timeout=0.2, tries=4)` 把 `payload`（`bytes`）作为一个数据报发往 `address`，返回从 `address` 发回的第一个数据报（`bytes`）；参见 RFC 8085 第 3.3 节。
#
# - `timeout` 秒之内没有响应，就再发一次 `payload`：最多发 `tries`（≥ 1）次，相邻两次发送至少间隔 `timeout` 秒。对前几次发送的响应，即使迟到也算数（所以始终用同一个套接字）。
# - 来自其他主机或其他端口的数据报一律忽略，也不因此延长等待。载荷和响应都可以为空，最长 65,507 字节。
# - 最后一次发送之后又过了 `timeout` 秒，抛出 `TimeoutError`。遇到 `ConnectionRefusedError`（没有程序监听；只有 `connect` 过才会收到），可以立即抛出，也可以继续尝试。
# - 套接字由本函数创建并关闭。
# - **不要求**：弄清响应对应哪一份；逐次加长超时。

# %% id="request" solution="ch04/request"
def request(
    address: Address, payload: bytes, timeout: float = 0.2, tries: int = 4
) -> bytes:
    """Send payload, again after silence; return the first answer of address."""
    ### BEGIN SOLUTION
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        for _ in range(tries):
            sock.sendto(payload, address)
            deadline = time.monotonic() + timeout
            while (left := deadline - time.monotonic()) > 0:
                sock.settimeout(left)
                try:
                    answer, source = sock.recvfrom(65507)
                except TimeoutError:
                    continue
                if source == address:
                    return answer
    raise TimeoutError(f"no answer after {tries} tries of {timeout} s")
    ### END SOLUTION

# %% id="check-request" check="ch04/request"
check("ch04/request")


# %% [markdown] id="beside" lang="en"
# ## The old client beside yours
#
# `old_ask`, as in the old notes, sends once and waits without a timeout. Both ask how long `tea`
# is. `-` means: still waiting after 1 s.

# %% [markdown] id="beside" lang="zh" of="b7874bb0"
# ## 旧的客户端和你的并排比较
#
# `old_ask` 同旧笔记里的一样，只发一次，不设超时。两者都问 `tea` 有多长。`-` 表示 1 秒之后还在等。

# %% id="demo-clients" demo=true lang="en"
from netlib.oldnotes.udp import ask as old_ask


def answer_of(client, faults):
    """Return what client makes of a network; - if it waits after 1 s."""
    with serving(length_server) as at, UDPRelay(at, faults) as front:
        came = attempt(client, front, seconds=1)
    return "-" if came.outcome == "hung" else came.value or came.sentence


def yours(address):
    return request(address, b"tea").decode()

# %% id="demo-clients" demo=true lang="zh" of="b554e0e2"
from netlib.oldnotes.udp import ask as old_ask


def answer_of(client, faults):
    """返回 client 在这样的网络上得到的响应；1 秒之后还在等，就是 -。"""
    with serving(length_server) as at, UDPRelay(at, faults) as front:
        came = attempt(client, front, seconds=1)
    return "-" if came.outcome == "hung" else came.value or came.sentence


def yours(address):
    return request(address, b"tea").decode()

# %% id="demo-beside" demo=true lang="en"
networks = {
    "": "a good network",
    "lose 1": "the question is lost",
    "lose reply 1": "the answer is lost",
    "stranger reply 1 0x3431": "a stranger is faster: 41",
}
for faults, network in networks.items():
    old = answer_of(lambda to: old_ask(*to, "tea"), faults)
    print(f"old: {old:3} you: {answer_of(yours, faults):3} {network}")

# %% id="demo-beside" demo=true lang="zh" of="270b3262"
networks = {
    "": "网络正常",
    "lose 1": "请求丢失",
    "lose reply 1": "响应丢失",
    "stranger reply 1 0x3431": "陌生人抢先：41",
}
for faults, network in networks.items():
    old = answer_of(lambda to: old_ask(*to, "tea"), faults)
    print(f"旧：{old:3} 你：{answer_of(yours, faults):3} {network}")

# %% [markdown] id="after-beside" lang="en"
# **The old client is right only on a good network.**

# %% [markdown] id="after-beside" lang="zh" of="d65149d2"
# **旧客户端只在网络正常时才对。**

# %% [markdown] id="feiq-wire" lang="en"
# ## What is an application protocol?
#
# It is an agreement about the bytes. FeiQ (IP Messenger) is a chat program for a local network:
# UDP port 2425, one datagram for each message, six fields separated by colons. This message says
# 12:30 见 ("see you at 12:30").

# %% [markdown] id="feiq-wire" lang="zh" of="12a1fcf6"
# ## 什么是应用层协议？
#
# 就是双方对字节含义的约定。飞秋（FeiQ，兼容 IP Messenger）是局域网聊天软件：UDP 端口 2425，一条消息一个数据报，六个字段用冒号分隔。下面这条说的是 12:30 见。

# %% id="demo-feiq" demo=true lang="en"
wire = "1:1238605487:user:machine:32:12:30 见".encode("gbk")
print(wire)
print(len(wire.split(b":")), "pieces")

# %% id="demo-feiq" demo=true lang="zh" of="82d4f7cb"
wire = "1:1238605487:user:machine:32:12:30 见".encode("gbk")
print(wire)
print(len(wire.split(b":")), "段")

# %% [markdown] id="after-feiq" lang="en"
# | version | packet_no | sender | host | command | content |
# |---|---|---|---|---|---|
# | 1 | 1238605487 | user | machine | 32 | 12:30 见 |
#
# **Seven pieces, six fields: the last may hold the separator.** Command 32 sends a message. UDP
# acknowledges nothing, so its sender may ask for a receipt (command 33 with that packet number).
# Here are the same steps for an order of three fields:

# %% [markdown] id="after-feiq" lang="zh" of="ab508cf6"
# | version | packet_no | sender | host | command | content |
# |---|---|---|---|---|---|
# | 1 | 1238605487 | user | machine | 32 | 12:30 见 |
#
# **七段，六个字段：最后一个字段可以含分隔符。** 命令 32 表示“发消息”；UDP 没有确认机制，发送方可以要求回执（命令 33，内容为原消息的包编号）。下面用三个字段的订单走一遍同样的步骤：

# %% id="demo-order" demo=true lang="en"
order = b"2:green tea:not now: at 12:30"
cups, tea, wish = order.decode().split(":", 2)  # at most two cuts
print([int(cups), tea, wish])
for text in ("two", ""):
    try:
        int(text)
    except ValueError as error:
        print(error)

# %% id="demo-order" demo=true lang="zh" of="91357a08"
order = b"2:green tea:not now: at 12:30"
cups, tea, wish = order.decode().split(":", 2)  # 最多切两次
print([int(cups), tea, wish])
for text in ("two", ""):
    try:
        int(text)
    except ValueError as error:
        print(error)

# %% [markdown] id="ex-feiq" lang="en"
# ## Exercise 5 · FeiQ messages, both ways (4 points)
#
# `parse_feiq(data, charset="gbk")` returns the six fields of the message `data` (`bytes`) as a
# `dict` with the keys `FEIQ_FIELDS`. `build_feiq(message, charset="gbk")` turns such a `dict`
# into `bytes`, so `parse_feiq(build_feiq(m)) == m`. The format (no RFC), in `charset`:
#
#     version:packet_no:sender:host:command:content
#
# - `packet_no` and `command` are `int`; the others are `str`, kept exactly.
# - Only the first five colons separate: `content` may hold more. Text fields may be empty. Decode
#   or split first, both are right.
# - `parse_feiq` raises `ValueError` for fewer than five colons, a `packet_no` or `command` that
#   is no number, or bytes that `charset` cannot read.
# - `build_feiq` raises `ValueError` if `version`, `sender` or `host` holds a `:`.
# - *Not required:* signs, blanks, underscores or full-width digits in numbers; the NUL-separated
#   extras of real FeiQ; option bits of `command`; what `version` means; text for `build_feiq`
#   that `charset` cannot express; charsets in which `:` is not the byte 3A (UTF-16); other keys
#   or wrong types in `message`.

# %% [markdown] id="ex-feiq" lang="zh" of="a5d56f30"
# ## 习题 5 · 飞秋消息的解析和生成（4 分）
#
# `parse_feiq(data, charset="gbk")` 把消息 `data`（`bytes`）的六个字段作为 `dict` 返回，键就是 `FEIQ_FIELDS` 里的六个名字；`build_feiq(message, charset="gbk")` 把这样的 `dict` 变回 `bytes`，因此 `parse_feiq(build_feiq(m)) == m`。格式如下（没有 RFC），编码为 `charset`：
#
#     version:packet_no:sender:host:command:content
#
# - `packet_no` 和 `command` 是 `int`，其余是 `str`，原样保留。
# - 只有前五个冒号是分隔符：`content` 里可以再有冒号。文本字段可以为空。先解码、先切分都对。
# - 冒号不足五个，`packet_no` 或 `command` 不是数字，或者有无法按 `charset` 解码的字节，`parse_feiq` 都抛出 `ValueError`。
# - `version`、`sender` 或 `host` 里有 `:` 时，`build_feiq` 抛出 `ValueError`。
# - **不要求**：数字里的正负号、空格、下划线、全角数字；真实飞秋用 NUL 分隔的附加内容；`command` 的选项位；`version` 的含义；`build_feiq` 遇到 `charset` 无法表示的文字；`:` 不是字节 3A 的编码（UTF-16）；`message` 里有其他键或类型不对。

# %% id="feiq" solution="ch04/feiq"
def parse_feiq(data: bytes, charset: str = "gbk") -> dict:
    """Return the six fields of a FeiQ message, with the keys FEIQ_FIELDS."""
    ### BEGIN SOLUTION
    values = data.decode(charset).split(":", 5)
    if len(values) < 6:
        raise ValueError(f"expected five colons, got {len(values) - 1}")
    message = dict(zip(FEIQ_FIELDS, values, strict=True))
    numbers = {name: int(message[name]) for name in ("packet_no", "command")}
    return message | numbers
    ### END SOLUTION


def build_feiq(message: dict, charset: str = "gbk") -> bytes:
    """Return message, a dict as parse_feiq gives, as bytes."""
    ### BEGIN SOLUTION
    if any(":" in message[name] for name in ("version", "sender", "host")):
        raise ValueError("version, sender and host must not hold a colon")
    text = ":".join(str(message[name]) for name in FEIQ_FIELDS)
    return text.encode(charset)
    ### END SOLUTION

# %% id="check-feiq" check="ch04/feiq"
check("ch04/feiq")


# %% [markdown] id="counting" lang="en"
# An example: counting by key, and a number as bytes:

# %% [markdown] id="counting" lang="zh" of="ed8eaa3c"
# 先看一个例子：按键计数，把数字写进字节串：

# %% id="demo-counting" demo=true
seen = {}
for letter in "banana":
    seen[letter] = seen.get(letter, 0) + 1
print(seen, b"%d cups" % 12)

# %% [markdown] id="ex-reply-counter-server" lang="en"
# ## Exercise 6 · A server that counts for each sender (3 points)
#
# `reply_counter_server(sock, stop)` answers every datagram with its number, one space, and its
# bytes, until `stop` is set. It returns the number of all answers (`int`).
#
# - The number is decimal ASCII and counts the datagrams of *that sender* (host and port together)
#   from 1, whatever they hold. The third datagram of one sender, `b"hi"`, gets `b"3 hi"`.
# - Datagrams hold 0 to 65,000 bytes of any kind.
# - It answers in order of arrival, and returns within 0.5 s of `stop.set()`, as in exercise 3.
# - *Not required:* forgetting senders, remembering them after a restart, telling duplicates
#   apart. Datagrams still unread at `stop`: as in exercise 3.

# %% [markdown] id="ex-reply-counter-server" lang="zh" of="b097420a"
# ## 习题 6 · 为每个发送方分别计数的服务器（3 分）
#
# `reply_counter_server(sock, stop)` 对每个数据报发回：它的序号、一个空格、原来的字节，直到 `stop` 被设置；返回响应总数（`int`）。
#
# - 序号是十进制 ASCII 数字，表示这是**该发送方**（主机和端口合在一起）发来的第几个数据报，从 1 开始，与内容无关：同一发送方的第三个数据报 `b"hi"` 得到 `b"3 hi"`。
# - 数据报为 0～65,000 个任意字节。
# - 按到达的顺序响应，`stop.set()` 之后 0.5 秒之内返回：同习题 3。
# - **不要求**：清理旧的发送方、重启后仍记得、识别重复的数据报；`stop` 设置时尚未读取的数据报，同习题 3。

# %% id="reply-counter-server" solution="ch04/reply_counter_server"
def reply_counter_server(sock: socket.socket, stop: threading.Event) -> int:
    """Answer each datagram with its number for that sender, a space, its bytes."""
    ### BEGIN SOLUTION
    sock.settimeout(0.1)
    counts: dict[Address, int] = {}
    while not stop.is_set():
        try:
            data, client = sock.recvfrom(65507)
        except TimeoutError:
            continue
        counts[client] = counts.get(client, 0) + 1
        sock.sendto(b"%d %b" % (counts[client], data), client)
    return sum(counts.values())
    ### END SOLUTION

# %% id="check-reply-counter-server" check="ch04/reply_counter_server"
check("ch04/reply_counter_server")


# %% [markdown] id="bounce" lang="en"
# ## Two echo servers meet: who ends their talk?
#
# One forged datagram makes two echo servers talk to each other. We play both, for 1,000 steps.

# %% [markdown] id="bounce" lang="zh" of="f4c6d9ac"
# ## 两个回显服务器碰到一起，谁来结束？
#
# 一个伪造的数据报让两个回显（echo）服务器互相对话。下面由我们模拟它们，共 1,000 步。

# %% id="predict-bounce" predict=true lang="en"
predict(
    "ch04/bounce",
    "Who ends the conversation?",
    kernel="the kernel, when a datagram has gone back and forth too often",
    one="one of the servers, which sees its own answer come back",
    nobody="nobody",
)

# %% id="predict-bounce" predict=true lang="zh" of="1409be5b"
predict(
    "ch04/bounce",
    "谁会结束这场对话？",
    kernel="内核：数据报来回次数太多时",
    one="其中一个服务器：它看到自己的响应又回来了",
    nobody="谁也不会",
)

# %% id="demo-bounce" demo=true lang="en"
with bound() as left, bound() as right:
    left.sendto(b"hello?", right.getsockname())
    bounces = 0
    while bounces < 1000:
        for echo in (right, left):
            data, source = echo.recvfrom(65507)
            echo.sendto(data, source)
            bounces += 1
print(bounces, "steps, and still going:", data)
outcome("ch04/bounce", "nobody" if bounces == 1000 else "one")

# %% id="demo-bounce" demo=true lang="zh" of="5df1340e"
with bound() as left, bound() as right:
    left.sendto(b"hello?", right.getsockname())
    bounces = 0
    while bounces < 1000:
        for echo in (right, left):
            data, source = echo.recvfrom(65507)
            echo.sendto(data, source)
            bounces += 1
print(bounces, "步之后还在继续：", data)
outcome("ch04/bounce", "nobody" if bounces == 1000 else "one")

# %% [markdown] id="after-bounce" lang="en"
# **Nobody: each answer is the other's next question** (CERT CA-1996-01). A protocol must tell
# requests from replies. (Old notes say that `ping` works like this echo; but it is the *kernel*
# that answers, by ICMP: [UDP-14](../catalogue.ipynb#cell-id=UDP-14).)

# %% [markdown] id="after-bounce" lang="zh" of="89da139d"
# **谁也不会：每个响应都是另一方的下一个请求**（CERT CA-1996-01）。协议必须能区分请求和响应。（旧笔记说 `ping` 也是这样回显的；其实那是**内核**用 ICMP 应答：[UDP-14](../catalogue.ipynb#cell-id=UDP-14)。）

# %% [markdown] id="messenger" lang="en"
# ## Your functions at work
#
# Two people write to each other, with your `send_text` and `recv_one`. The second cell below
# writes by itself, and closes the panel.

# %% [markdown] id="messenger" lang="zh" of="0e6243ea"
# ## 把你的函数用起来
#
# 两个人用你的 `send_text` 和 `recv_one` 互相发消息。下面第二个单元格会自动发消息，然后关闭面板。

# %% id="demo-halves" demo=true tags=["nbval-ignore-output"]
from netlib.panels import ChatPanel

panel = ChatPanel(send=send_text, receive=recv_one)
panel

# %% id="demo-chat" demo=true lang="en"
panel.say("anna", "green tea?")
panel.wait_for("ben hears")
panel.say("ben", "12:30 见")
panel.wait_for("anna hears")
print(*panel.text().splitlines()[2:-1], sep="\n")
panel.close()

# %% id="demo-chat" demo=true lang="zh" of="e4ee37b1"
panel.say("anna", "green tea?")
panel.wait_for("ben 收到")
panel.say("ben", "12:30 见")
panel.wait_for("anna 收到")
print(*panel.text().splitlines()[2:-1], sep="\n")
panel.close()

# %% [markdown] id="messenger-say" lang="en"
# Next, `request` sends FeiQ messages to `echo_server`; the network loses two datagrams:

# %% [markdown] id="messenger-say" lang="zh" of="4c4b5fa7"
# 接着，用 `request` 向 `echo_server` 发飞秋消息，网络丢掉两个数据报：


# %% id="demo-say" demo=true lang="en"
def say(address, packet_no, content):
    """Send content as a FeiQ message; return the one that comes back."""
    values = ("1", packet_no, "learner", "notebook", 32, content)
    message = dict(zip(FEIQ_FIELDS, values, strict=True))
    return parse_feiq(request(address, build_feiq(message)))


with (
    built_on(3, 4, 5),
    serving(echo_server) as address,
    UDPRelay(address, "lose 1,2") as relay,
):
    for number, text in ((1, "你好"), (2, "12:30 见")):
        print(say(relay, number, text)["content"])

# %% id="demo-say" demo=true lang="zh" of="c9be0801"
def say(address, packet_no, content):
    """把 content 作为飞秋消息发出，返回发回来的消息。"""
    values = ("1", packet_no, "learner", "notebook", 32, content)
    message = dict(zip(FEIQ_FIELDS, values, strict=True))
    return parse_feiq(request(address, build_feiq(message)))


with (
    built_on(3, 4, 5),
    serving(echo_server) as address,
    UDPRelay(address, "lose 1,2") as relay,
):
    for number, text in ((1, "你好"), (2, "12:30 见")):
        print(say(relay, number, text)["content"])

# %% [markdown] id="messenger-counter" lang="en"
# `request` sent the first message three times. Now one of two orders is doubled:

# %% [markdown] id="messenger-counter" lang="zh" of="c848d59d"
# 第一条消息，`request` 一共发了三次。现在有两份订单，其中一份被网络重复：

# %% id="demo-counter" demo=true lang="en"
with built_on(4, 6):
    with serving(reply_counter_server) as address:
        relay = UDPRelay(address, "duplicate 1")
        with relay as front:
            for order in (b"tea", b"cake"):
                print("to you:", request(front, order, 1.0))
    sent = sorted(m.data for m in relay.trace if m.sender == "server")
    print("from the server:", sent)

# %% id="demo-counter" demo=true lang="zh" of="a705a2b4"
with built_on(4, 6):
    with serving(reply_counter_server) as address:
        relay = UDPRelay(address, "duplicate 1")
        with relay as front:
            for order in (b"tea", b"cake"):
                print("你收到：", request(front, order, 1.0))
    sent = sorted(m.data for m in relay.trace if m.sender == "server")
    print("服务器发出：", sent)

# %% [markdown] id="programs" lang="en"
# Both orders are number 1, as each `request` has a port of its own; but `b"2 tea"` shows that the
# tea was made twice.
#
# ## How do your programs run without the notebook?
#
# These cells save them as two files:

# %% [markdown] id="programs" lang="zh" of="ce82ee5e"
# 两份订单的序号都是 1，因为每次 `request` 都用自己的端口；可是 `b"2 tea"` 说明茶泡了两次。
#
# ## 怎样脱离笔记本运行？
#
# 下面的单元格把它们存成两个文件：

# %% id="demo-save-echo" demo=true lang="en"
from netlib.scripts import save_program  # it takes along what serve uses


def serve(port, host="127.0.0.1"):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind((host, int(port)))
        print("waiting at port", port)
        echo_server(sock, threading.Event())


with built_on(3):
    print("saved:", save_program("echo.py", "", serve))

# %% id="demo-save-echo" demo=true lang="zh" of="e517745b"
from netlib.scripts import save_program  # serve 用到的也一起存


def serve(port, host="127.0.0.1"):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind((host, int(port)))
        print("正在等待，端口", port)
        echo_server(sock, threading.Event())


with built_on(3):
    print("已保存：", save_program("echo.py", "", serve))


# %% id="demo-save-ask" demo=true lang="en"
def talk(port, host="127.0.0.1"):
    while line := input("you: "):  # an empty line ends it
        try:
            answer = request((host, int(port)), line.encode())
            print("server:", answer.decode(errors="replace"))
        except TimeoutError as error:
            print(error)


with built_on(4):
    print("saved:", save_program("ask.py", "", talk))


# %% id="demo-save-ask" demo=true lang="zh" of="e1899043"
def talk(port, host="127.0.0.1"):
    while line := input("你："):  # 空行结束
        try:
            answer = request((host, int(port)), line.encode())
            print("服务器：", answer.decode(errors="replace"))
        except TimeoutError as error:
            print(error)


with built_on(4):
    print("已保存：", save_program("ask.py", "", talk))

# %% [markdown] id="programs-how" lang="en"
# Open two terminals (*File → New → Terminal*, and `cd` to this folder), type one line in each, and
# talk. Ctrl+C ends the server, an empty line the client.
#
#     python3 echo.py 9001
#     python3 ask.py 9001
#
# **From a neighbour's machine:** on yours, start `python3 echo.py 9001 ""` and look up its address
# with `ip addr` (Windows: `ipconfig`). On the other, type `python3 ask.py 9001 192.168.1.23`, with
# your address. **The warning holds:** anybody on that network can then use your server, also to
# bounce forged datagrams at others.

# %% [markdown] id="programs-how" lang="zh" of="8e9e941d"
# 打开两个终端（*File → New → Terminal*；先用 `cd` 进入这个目录），各输入一行，然后对话。Ctrl+C 结束服务器，空行结束客户端。
#
#     python3 echo.py 9001
#     python3 ask.py 9001
#
# **从另一台机器上访问**：在自己的机器上启动 `python3 echo.py 9001 ""`，查出自己的地址（`ip addr`，Windows 上是 `ipconfig`），到那台机器上输入 `python3 ask.py 9001 192.168.1.23`，地址换成你的。**前面的警告同样适用**：这个网络里任何人都能使用你的服务器，也能用伪造的数据报借它骚扰别人。

# %% [markdown] id="messenger-peers" lang="en"
# Others' programs talk to your server, too. `socat` carries bytes. `dig` asks DNS questions, and
# warns "query response not set": in an echo the bit QR, which marks a reply, is not set.

# %% [markdown] id="messenger-peers" lang="zh" of="a6b98f3b"
# 别人写的程序也能同你的服务器对话：`socat` 搬运字节；`dig` 发 DNS 查询，并警告“query response not set”，因为回显里表示响应的 QR 位是 0。

# %% id="demo-peers" demo=true lang="en"
import shutil
import subprocess


def ask_echo_server(command, text=""):
    """Run command against echo_server; return what it printed."""
    program = command.split()[0]
    if shutil.which(program) is None:
        return f"{program} is not installed here, so it was not asked."
    with serving(echo_server) as (host, port):
        argv = command.format(host=host, port=port).split()
        done = subprocess.run(
            argv, input=text.encode(), capture_output=True, timeout=10
        )
    return done.stdout.decode().strip()


# %% id="demo-peers" demo=true lang="zh" of="3016a4f8"
import shutil
import subprocess


def ask_echo_server(command, text=""):
    """运行 command，让它同 echo_server 对话，返回它打印的内容。"""
    program = command.split()[0]
    if shutil.which(program) is None:
        return f"这里没有安装 {program}，没有问它。"
    with serving(echo_server) as (host, port):
        argv = command.format(host=host, port=port).split()
        done = subprocess.run(
            argv, input=text.encode(), capture_output=True, timeout=10
        )
    return done.stdout.decode().strip()


# %% id="demo-peers-run" demo=true tags=["nbval-ignore-output"]
DIG = "dig @{host} -p {port} +tries=1 +time=1 +short example.com"
with built_on(3):
    print(ask_echo_server("socat -t 0.5 - UDP4:{host}:{port}", "你好"))
    print(ask_echo_server(DIG))

# %% [markdown] id="stretch" lang="en"
# ## Stretch: each message once (not graded)
#
# Write `unique(messages)`, which keeps the first message of each number. Then let
# `reply_counter_server` answer a duplicate with its *earlier* answer.

# %% [markdown] id="stretch" lang="zh" of="639a77f9"
# ## 选做：每条消息只算一次（不计分）
#
# 写 `unique(messages)`，每个编号只留第一份。再让 `reply_counter_server` 遇到重复的请求时，重发**原来的**响应。

# %% id="demo-stretch" demo=true
with bound() as receiver, bound() as sender:
    relay = UDPRelay(receiver.getsockname(), faults="duplicate 1; reorder 3")
    with relay as address:
        for number in range(1, 5):
            sender.sendto(b"%d tea" % number, address)
        print(collect(receiver))

# %% [markdown] id="practice" lang="en"
# ## Where will you meet this?
#
# DNS, TFTP, DHCP, NTP, SNMP, QUIC, voice and games run on UDP. DNS and TFTP number their messages
# and send again; voice numbers them and never sends again (RFC 3550). Think of UDP when late is as
# bad as lost, when question and answer fit one datagram each, or for many receivers; else use TCP.

# %% [markdown] id="practice" lang="zh" of="26b6ea3b"
# ## 实际应用
#
# DNS、TFTP、DHCP、NTP、SNMP、QUIC、语音和游戏都使用 UDP。DNS 和 TFTP 有编号，也重传；语音有编号，但从不重传（RFC 3550）。迟到等于丢失；一问一答各装得进一个数据报；接收方很多：符合其中一条，就可以考虑 UDP，其余用 TCP。

# %% [markdown] id="old-notes" lang="en"
# ## Old notes, checked
#
# | They say or do | In fact |
# |---|---|
# | a menu sends or receives ([UDP-15](../catalogue.ipynb#cell-id=UDP-15)) | while it waits it cannot send: threads, chapter 05 |
# | a server waits in `input()` ([UDP-17](../catalogue.ipynb#cell-id=UDP-17)) | its other clients wait for that person |
# | `\r` before each chat message ([UDP-18](../catalogue.ipynb#cell-id=UDP-18)) | it moves the cursor, and erases nothing |
# | UDP's checksum is optional | over IPv4 only (RFC 8200 §8.1) |
# | dynamic ports: 1024–65535 ([PRT-02](../catalogue.ipynb#cell-id=PRT-02)) | RFC 6335: 49152–65535; Linux: 32768–60999 |
# | `AF_INIT`, `sendTo`; `print "…"` | misspelt; Python 2 |

# %% [markdown] id="old-notes" lang="zh" of="01163881"
# ## 核对旧笔记
#
# | 旧说法、旧做法 | 事实 |
# |---|---|
# | 菜单里选发送或接收（[UDP-15](../catalogue.ipynb#cell-id=UDP-15)） | 等待接收时发不出去：要用线程，见第 5 章 |
# | 服务器停在 `input()` 上（[UDP-17](../catalogue.ipynb#cell-id=UDP-17)） | 其他客户端都得等那一个人 |
# | 每条聊天消息前写 `\r`（[UDP-18](../catalogue.ipynb#cell-id=UDP-18)） | 只移动光标，什么也不擦除 |
# | UDP 校验和可有可无 | 仅限 IPv4（RFC 8200 第 8.1 节） |
# | 动态端口：1024～65535（[PRT-02](../catalogue.ipynb#cell-id=PRT-02)） | RFC 6335：49152～65535；Linux：32768～60999 |
# | `AF_INIT`、`sendTo`；`print "…"` | 拼写错误；Python 2 |

# %% [markdown] id="say-now" lang="en"
# ## What can you say now?
#
# One `sendto` makes one datagram, and one `recvfrom` takes one, whole or cut. "Sent" means handed
# to the kernel: a datagram may be lost, doubled or late, and only your program sends it again. A
# deadline is a moment, and each wait takes what is left. Look where an answer came from before
# you believe it. Bytes mean what two programs agree on.
#
# **Ask yourself:**
#
# 1. A client hears nothing. Can it tell what was lost?
# 2. Your server is on 127.0.0.1. Does it hear the neighbour?
# 3. `recvfrom(100)` has read the beginning of a datagram. Where is the rest?
# 4. How often does `while not stop:` run its body? (00)
# 5. A line raises between `bind` and `close`. When is the port free? (00)
#
# <details><summary>Answers</summary>1. No. 2. No. 3. Thrown away. 4. Never: ask
# <code>stop.is_set()</code>. 5. When the socket is closed; with <code>with</code>, at
# once.</details>
#
# **Left out:** broadcast (05); fragments (08); IPv6; congestion control (RFC 8085); encryption. **Next:** chapter 06 fetches a file over UDP.

# %% [markdown] id="say-now" lang="zh" of="39699a46"
# ## 小结
#
# 一次 `sendto` 发出一个数据报，一次 `recvfrom` 取走一个，要么完整，要么被截断。“已发送”只表示交给了内核：数据报可能丢失、重复、迟到，只有你的程序会重传。截止时间是一个时刻，每次只等剩下的那一段。相信响应之前，先看它来自哪里。字节的含义由两个程序约定。
#
# **考考自己**：
#
# 1. 客户端什么也没收到。它能知道丢的是什么吗？
# 2. 服务器绑定在 127.0.0.1 上，收得到另一台机器的消息吗？
# 3. `recvfrom(100)` 读到了一个数据报的开头。剩下的在哪里？
# 4. `while not stop:` 的循环体执行几次？（第 0 章）
# 5. `bind` 和 `close` 之间抛出异常，端口什么时候才空出来？（第 0 章）
#
# <details><summary>答案</summary>1. 不能。2. 收不到。3. 被丢掉了。4. 一次也不：要问 <code>stop.is_set()</code>。5. 套接字关闭时；用 <code>with</code> 就是立刻。</details>
#
# **本章没有讲**：广播（第 5 章）；分片（第 8 章）；IPv6；拥塞控制（RFC 8085）；加密。**下一步**：第 6 章用 UDP 取回一个文件。

# %% [markdown] id="glossary" lang="en"
# ## Glossary
#
# | Term | 中文 | Source |
# |---|---|---|
# | datagram, payload | 数据报，载荷 | RFC 768 |
# | ephemeral port | 临时端口 | RFC 6335 |
# | loopback | 环回 | RFC 1122 |
# | truncation | 截断 | recv(2) |
# | receive buffer | 接收缓冲区 | socket(7) |
# | loss, duplicate, reordering | 丢包，重复，乱序 | RFC 8085 |
# | timeout, deadline | 超时，截止时间 | RFC 8085 |
# | retransmission | 重传 | RFC 8085 |
# | port unreachable | 端口不可达 | RFC 792 |
# | mojibake | 乱码 | — |

# %% [markdown] id="glossary" lang="zh" of="b1d35b4c"
# ## 术语表
#
# | 英文 | 中文 | 出处 |
# |---|---|---|
# | datagram, payload | 数据报，载荷 | RFC 768 |
# | ephemeral port | 临时端口 | RFC 6335 |
# | loopback | 环回 | RFC 1122 |
# | truncation | 截断 | recv(2) |
# | receive buffer | 接收缓冲区 | socket(7) |
# | loss, duplicate, reordering | 丢包，重复，乱序 | RFC 8085 |
# | timeout, deadline | 超时，截止时间 | RFC 8085 |
# | retransmission | 重传 | RFC 8085 |
# | port unreachable | 端口不可达 | RFC 792 |
# | mojibake | 乱码 | — |


# %% [markdown] id="predicted" lang="en"
# ## What did you predict?

# %% [markdown] id="predicted" lang="zh" of="f55ec522"
# ## 你猜对了多少？

# %% id="demo-predictions" demo=true
predictions("ch04")
