# %% [markdown] id="title" lang="en"
# # Framing: the cure for sticky packets
#
# Run the next cell: three messages leave on one TCP connection, and three messages come out. In
# front of each stands its length, one byte. (`makefile` makes the connection a file to read from.)

# %% [markdown] id="title" lang="zh" of="3431cdc8"
# # 成帧：治好“粘包”
#
# 运行下一个单元格：三条消息从一条 TCP 连接发出，收到的也是三条。每条消息前面有它的长度，占一个字节。（`makefile` 把连接变成一个可读的文件。）

# %% id="demo-lengths" demo=true
import socket

from netlib.serving import serving


def talker(sock, stop):
    with sock.accept()[0] as connection:
        for word in (b"hello", b"world", b"egon"):
            connection.sendall(bytes([len(word)]) + word)


with serving(talker, "tcp") as address:
    client = socket.create_connection(address)
    with client, client.makefile("rb") as stream:
        while size := stream.read(1):
            print(stream.read(size[0]))

# %% [markdown] id="after-lengths" lang="en"
# Take the lengths away, and nobody can find the borders again: that is the old notes' "sticky
# packet". Here you learn to mark them, **framing**, and build with it a server that runs commands
# for others, safely. ("Old notes" are the classroom notes that this course replaces; STR-12 and
# the like are entries of its catalogue of misconceptions.) This cell defines names for the
# exercises:

# %% [markdown] id="after-lengths" lang="zh" of="6f596e68"
# 去掉这些长度，就再也找不到消息的边界了：这就是旧笔记所说的“粘包”。本章学习怎样标出边界，也就是**成帧**（framing），并用它写一个安全地替别人执行命令的服务器。（“旧笔记”指本课程所取代的课堂笔记；STR-12 这样的代号是课程误区目录的条目。）下一个单元格定义习题要用的名字：

# %% id="setup" setup=true
import contextlib
import socket
import struct
import subprocess
import threading
import time

Address = tuple[str, int]
COMMAND_TIMEOUT_S = 1.0


class FrameError(ValueError):
    """A frame or a line is longer than was agreed."""


# %% id="demo-pair" demo=true
WORDS = (b"hello", b"world", b"egon")


def pair():
    """Return both ends of one TCP connection on this machine."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        near = socket.create_connection(listener.getsockname())
        far, _ = listener.accept()
    return near, far


def arrived(sock, n):
    """Wait until n bytes lie in the receive buffer of sock; take none of them."""
    sock.recv(n, socket.MSG_PEEK | socket.MSG_WAITALL)


# %% [markdown] id="merged" lang="en"
# ## Three sends, one recv, with Nagle or without
#
# Three words are sent, without lengths; the reader is late. What will its first `recv` return,
# what its second? Old notes blame Nagle's algorithm, which holds back a small segment while an
# earlier one is unacknowledged. TCP_NODELAY turns it off: does that help? (Predictions are not
# graded.)

# %% [markdown] id="merged" lang="zh" of="0112231f"
# ## 发三次，收一次，与 Nagle 无关
#
# 发出三个单词，不带长度；接收方来晚了一步。它的第一次 `recv` 返回什么，第二次呢？旧笔记怪 Nagle 算法：前一个小报文段还没有被确认，后一个就先压着不发。TCP_NODELAY 会关掉它，这样有用吗？（预测不计分。）

# %% id="predict-merged" predict=true
my_prediction = ...

# %% id="demo-merged" demo=true
for nodelay in (False, True):
    near, far = pair()
    with near, far:
        near.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, nodelay)
        for word in WORDS:
            near.sendall(word)
        arrived(far, 14)
        print("Nagle off:" if nodelay else "Nagle on: ", far.recv(1024), end=", then ")
        far.settimeout(0.2)
        try:
            print(far.recv(1024))
        except TimeoutError:
            print("nothing: it waits")

# %% [markdown] id="after-merged" lang="en"
# One `recv` each time (STR-12): TCP carries a **byte stream**, without messages (RFC 9293 §3.8),
# and `recv` gives what is there, up to the number asked. The second one waits: old notes saw
# `b""` only because their client had left (STR-13).
#
# ## And one send can be many recvs
#
# The TCP relay cuts the same 14 bytes after every 9, 5, 4 or 1. Where will the words end?

# %% [markdown] id="after-merged" lang="zh" of="03dd1091"
# 两种情况都是一次 `recv` 就收完（STR-12）：TCP 传输的是**字节流**，没有消息（RFC 9293 第 3.8 节）；`recv` 有多少给多少，最多给到你要的数目。第二次 `recv` 在等：旧笔记里返回 `b""`，只因为他们的客户端已经退出了（STR-13）。
#
# ## 发一次，也可能收许多次
#
# TCP 中继（relay）把同样的 14 个字节每隔 9、5、4 或 1 个切一刀。单词会断在哪里？

# %% id="predict-split" predict=true
my_prediction = ...

# %% id="demo-split" demo=true
from netlib.faults import TCPRelay
from netlib.ladder import Ladder


def send_words(sock, stop):
    with sock.accept()[0] as connection:
        for word in WORDS:
            connection.sendall(word)


for size in (14, 9, 5, 4, 1):
    with serving(send_words, "tcp") as address:
        relay = TCPRelay(address, f"merge reply 14 500ms; split reply every {size}")
        with relay as front, socket.create_connection(front) as client:
            pieces = iter(lambda: client.recv(1024), b"")
            print(f"{size:2}", *(piece.decode() for piece in pieces), sep=" | ")

# %% [markdown] id="split-ladder" lang="en"
# The same stream five times (change the numbers!), the borders of `recv` at `|`. As a ladder, cut
# after every 9:

# %% [markdown] id="split-ladder" lang="zh" of="9c5436fc"
# 同一个字节流，五种切法（可以改改数字），`|` 是每次 `recv` 的分界。每 9 个字节切一刀，画成时序图：

# %% id="demo-split-ladder" demo=true
with serving(send_words, "tcp") as address:
    relay = TCPRelay(address, "merge reply 14 500ms; split reply every 9")
    with relay as front, socket.create_connection(front) as client:
        while client.recv(1024):
            pass
Ladder(relay.trace, relay.endpoints)

# %% [markdown] id="after-split" lang="en"
# Splitting and merging are both normal: segments, buffers and the reader's pace decide. A pause
# (`sleep(1)` in old notes, STR-14) marks nothing. Three cures exist:
#
# | border | example | price |
# |---|---|---|
# | all messages equally long | a record of 512 bytes | padding |
# | a **delimiter** ends each | lines: SMTP, HTTP headers | it must not occur inside |
# | a **length prefix** | DNS over TCP, TLS, HTTP/2 | the length must be known first |
#
# ## A length as bare text has no end
#
# Old notes send the length as text, then the data: seven bytes, `34 left`. What arrives, and how
# long is it?

# %% [markdown] id="after-split" lang="zh" of="e6bdbc41"
# 拆开、合并都是正常现象：由报文段、缓冲区和接收方的快慢决定。停顿一下（旧笔记里的 `sleep(1)`，STR-14）标不出边界。办法有三种：
#
# | 边界 | 例子 | 代价 |
# |---|---|---|
# | 消息一样长 | 每条记录 512 字节 | 要填充 |
# | 每条以**分隔符**（delimiter）结尾 | 文本行：SMTP、HTTP 首部 | 内容里不能出现它 |
# | **长度前缀**（length prefix） | DNS over TCP、TLS、HTTP/2 | 要事先知道长度 |
#
# ## 用文本写长度，不知道写到哪里为止
#
# 旧笔记先把长度作为文本发出，再发数据：七个字节，`34 left`。收到的是什么？长度是多少？

# %% id="predict-text" predict=true
my_prediction = ...

# %% id="demo-text" demo=true
near, far = pair()
with near, far:
    near.sendall(str(len(b"34 left")).encode())
    near.sendall(b"34 left")
    arrived(far, 8)
    print(far.recv(1024))

# %% [markdown] id="after-text" lang="en"
# Seven, 73 or 734 (STR-10)? So the notes wait for the client's `ready` before they send the data.
# A header of fixed size needs no such handshake. Both servers:

# %% [markdown] id="after-text" lang="zh" of="a96749ed"
# 7、73 还是 734（STR-10）？所以旧笔记要等客户端回一个 `ready` 再发数据。长度固定的头部就不需要这种握手。两种服务器如下：

# %% id="demo-servers" demo=true
DATA = bytes(99) + b"."


def ready_server(sock, stop):
    with sock.accept()[0] as connection:
        connection.recv(1024)
        connection.sendall(str(len(DATA)).encode())
        if connection.recv(1024) == b"ready":
            connection.sendall(DATA)


def header_server(sock, stop):
    with sock.accept()[0] as connection:
        connection.recv(1024)
        connection.sendall(struct.pack("!I", len(DATA)) + DATA)


# %% [markdown] id="merged-ready" lang="en"
# What happens to a client in a hurry, which sends its next command right behind `ready`?

# %% [markdown] id="merged-ready" lang="zh" of="38508efd"
# 如果客户端性子急，紧跟着 `ready` 就发出下一条命令，会怎样？

# %% id="predict-ready" predict=true
my_prediction = ...

# %% id="demo-ready" demo=true
with serving(ready_server, "tcp") as address, socket.create_connection(address) as client:
    client.sendall(b"data")
    print("length:", client.recv(1024))
    client.sendall(b"ready" + b"date")
    print("data:", client.recv(1024))

# %% [markdown] id="after-ready" lang="en"
# No data: `readydate` is not `ready` (STR-11). The word, too, is only bytes in a stream. And what
# does the handshake cost?

# %% [markdown] id="after-ready" lang="zh" of="4c612d85"
# 没有数据：`readydate` 不等于 `ready`（STR-11）。这个词也不过是流里的几个字节。那么，这次握手要付出多少代价？


# %% id="demo-took" demo=true
def took_ms(server, faults):
    """Return how long one answer of server takes over a network with faults."""
    with serving(server, "tcp") as address, TCPRelay(address, faults) as front:
        client = socket.create_connection(front)
        started = time.monotonic()
        client.sendall(b"data")
        if server is ready_server:
            client.recv(1024)  # the length
            client.sendall(b"ready")
        while (came := client.recv(1024)) and not came.endswith(b"."):
            pass
        client.close()
        return 1000 * (time.monotonic() - started)


# %% [markdown] id="took-question" lang="en"
# The relay delays each message, in both directions. The notes say that `ready` "doubles the
# latency". How long will an answer take at 20 ms one way?

# %% [markdown] id="took-question" lang="zh" of="63ba57ee"
# 中继把两个方向的每条消息都推迟。旧笔记说 `ready` 使“延迟加倍”。单程延迟 20 ms 时，一次响应要多久？

# %% id="predict-took" predict=true
my_prediction = ...

# %% id="demo-rounds" demo=true tags=["nbval-ignore-output"]
from netlib.plots import lines

took = {"length, ready, data": {}, "header and data": {}}
for ms in (2, 5, 10, 20):  # late is what comes after so many bytes: each message, and the end
    faults = f"delay 0,4,9 {ms}ms; delay reply 0,3,103 {ms}ms"
    took["length, ready, data"][ms] = took_ms(ready_server, faults)
    faults = f"delay 0,4 {ms}ms; delay reply 0,104 {ms}ms"
    took["header and data"][ms] = took_ms(header_server, faults)
lines(took, title="One answer", x="delay one way, ms", y="ms")

# %% [markdown] id="after-rounds" lang="en"
# Four crossings instead of two: that claim is true. A header costs four bytes. In this chapter
# **our frame** is 4 bytes of length (unsigned, big-endian: `struct` format `"!I"`), then so many
# bytes of payload:

# %% [markdown] id="after-rounds" lang="zh" of="0bba4ded"
# 单程要走四次，而不是两次：这个说法是对的。头部只花四个字节。本章里，**我们的帧**就是 4 个字节的长度（无符号、大端：`struct` 格式 `"!I"`），后面跟着这么多字节的载荷（payload）：

# %% id="demo-frame" demo=true
from netlib.fields import Field
from netlib.hexview import HexView

HexView(
    struct.pack("!I", 5) + b"hello", [Field("length", 0, 4, "5"), Field("payload", 4, 9, "hello")]
)

# %% [markdown] id="judged" lang="en"
# ## How your answers are judged
#
# The cell below each exercise runs `check`. Nothing is graded that the exercise does not state,
# and *not required* is never tested.
#
# - `sock` is a connected TCP socket, blocking or with a timeout. Payloads are `bytes`, sizes bytes,
#   times seconds (`float`, > 0).
# - A function that is *given* a socket leaves it open and may change its timeout; one that
#   *makes* a socket closes it, also when it fails.
# - "Raises X" means X or a subclass; its text is free. Any other exception, or a wrong type
#   (`bytearray` for `bytes`, list for tuple), is a failure.
# - You may use your earlier functions; you need not. If one of them is wrong, practice sends you
#   there first, and grading tries the later one again with that one put right: no mistake costs
#   twice.
# - Printing is free; standard library only. When judged, only the setup cell, your solutions and
#   what you add yourself are there.

# %% [markdown] id="judged" lang="zh" of="add668b0"
# ## 评分规则
#
# 每道题下面的单元格运行 `check`。题目没写的，一律不考查；列在“**不要求**”里的从不测试。
#
# - `sock` 是已连接的 TCP 套接字，可能是阻塞的，也可能设了超时。载荷是 `bytes`，大小以字节计，时间以秒计（`float`，大于 0）。
# - **传给**函数的套接字要保持打开，可以改它的超时；函数**自己创建**的套接字由它自己关闭，出错时也一样。
# - “抛出 X”指 X 或它的子类，异常信息不限。抛出别的异常，或类型不对（该是 `bytes` 却给 `bytearray`，该是元组却给列表），都算错。
# - 可以用自己前面写的函数，不用也行。如果前面那题错了，练习时会请你先去改那一题；评分时会把它换成正确的，再判后面的题：一个错误不重复扣分。
# - 可以随意打印；只能用标准库。评分时只有准备单元格、你的答案和你自己加的单元格。

# %% id="import-check" demo=true lang="en"
from autograder import check, replay

# %% id="import-check" demo=true lang="zh" of="fc3524f1"
from autograder.zh import check, replay

# %% [markdown] id="ex-recv-exact" lang="en"
# ## Exercise 1 · Exactly n bytes (3 points)
#
# `recv_exact(sock, n)` returns exactly `n` (≥ 0) bytes from `sock` and reads none beyond them,
# however the stream was cut (RFC 9293 §3.8).
#
# - `n` = 0 returns `b""` without touching `sock`.
# - If the peer finishes first, raises `EOFError` whose first argument is the bytes that did come,
#   perhaps `b""`.
# - `TimeoutError` and `ConnectionResetError` pass on. `sock` may have a timeout.
# - *Not required:* negative `n`, keeping bytes when it times out (exercise 7 needs another way),
#   non-blocking sockets.
#
# `recv(n, MSG_WAITALL)` is tempting; on a socket with a timeout it can be short.

# %% [markdown] id="ex-recv-exact" lang="zh" of="e243c2c0"
# ## 习题 1 · 不多不少 n 个字节（3 分）
#
# `recv_exact(sock, n)` 从 `sock` 读取并返回恰好 `n`（≥ 0）个字节，后面的一个也不读，不管流是怎样切开的（RFC 9293 第 3.8 节）。
#
# - `n` = 0 时返回 `b""`，不碰 `sock`。
# - 对端提前关闭写端时，抛出 `EOFError`，第一个参数是已经收到的字节，可能是 `b""`。
# - `TimeoutError` 和 `ConnectionResetError` 照样传出去。`sock` 可能设了超时。
# - **不要求**：负的 `n`；超时后保留已读的字节（习题 7 要用别的办法）；非阻塞套接字。
#
# `recv(n, MSG_WAITALL)` 看上去很省事；但套接字设了超时，它就可能少给。


# %% id="recv-exact" solution="ch13/recv_exact"
def recv_exact(sock: socket.socket, n: int) -> bytes:
    """Return exactly n bytes from sock; EOFError with what came if the peer finishes first."""
    ### BEGIN SOLUTION
    data = bytearray()
    while len(data) < n:
        chunk = sock.recv(min(n - len(data), 65536))
        if not chunk:
            raise EOFError(bytes(data))
        data += chunk
    return bytes(data)
    ### END SOLUTION


# %% id="check-recv-exact" check="ch13/recv_exact"
check("ch13/recv_exact")

# %% [markdown] id="ex-send-frame" lang="en"
# ## Exercise 2 · A frame leaves (2 points)
#
# `send_frame(sock, payload)` sends `payload` (`bytes`, 0 to `2**32 - 1` of them) as one frame and
# returns `None`.
#
# - An empty payload is a frame, too: length 0.
# - All of it leaves, also to a slow reader.
# - *Not required:* one segment or two, `str`.

# %% [markdown] id="ex-send-frame" lang="zh" of="640a534a"
# ## 习题 2 · 发出一帧（2 分）
#
# `send_frame(sock, payload)` 把 `payload`（`bytes`，0 到 `2**32 - 1` 字节）作为一帧发出，返回 `None`。
#
# - 空载荷也是一帧：长度为 0。
# - 对端读得再慢，也要全部发完。
# - **不要求**：一个报文段还是两个；`str`。


# %% id="send-frame" solution="ch13/send_frame"
def send_frame(sock: socket.socket, payload: bytes) -> None:
    """Send payload as one frame: 4 bytes length, big-endian, then the payload."""
    ### BEGIN SOLUTION
    sock.sendall(struct.pack("!I", len(payload)) + payload)
    ### END SOLUTION


# %% id="check-send-frame" check="ch13/send_frame"
check("ch13/send_frame")

# %% [markdown] id="half" lang="en"
# ## The peer has finished; is it gone?
#
# Old notes: "If one end leaves, the other's connection breaks, too." `near` ends its direction
# (half-close). What does `far` read, and does its answer still arrive?

# %% [markdown] id="half" lang="zh" of="98463f80"
# ## 对端发完了，就是走了吗？
#
# 旧笔记说：“一端断开，另一端的连接也就断了。”`near` 结束自己这个方向（半关闭）。`far` 会读到什么？它的响应还送得到吗？

# %% id="predict-half" predict=true
my_prediction = ...

# %% id="demo-half" demo=true
near, far = pair()
with near, far:
    near.sendall(b"that was all")
    near.shutdown(socket.SHUT_WR)
    print(far.recv(1024), far.recv(1024))
    far.sendall(b"here is the answer")
    print(near.recv(1024))

# %% [markdown] id="ex-recv-frame" lang="en"
# It arrives: only one direction has ended (STR-27; RFC 9293 §3.6). So `b""` means "no more will
# come". Between two frames that is the end; inside a frame something was cut off.
#
# ## Exercise 3 · A frame arrives (4 points)
#
# `recv_frame(sock, limit=1 << 20)` returns the payload of the next frame (`bytes`, perhaps `b""`),
# or `None` if the peer finished before its first byte (and `None` again, if asked again).
#
# - Raises `EOFError` if the peer finishes inside a frame, header or payload.
# - Raises `FrameError` if the header announces more than `limit` bytes, at once: nothing is read
#   or allocated for them. Exactly `limit` is fine.
# - Like `recv_exact`, it reads nothing beyond its frame, and lets `TimeoutError` and
#   `ConnectionResetError` pass on.
# - *Not required:* using `sock` after `FrameError`.
#
# It builds on exercise 1.

# %% [markdown] id="ex-recv-frame" lang="zh" of="2d4d8ea7"
# 送得到：只有一个方向结束了（STR-27；RFC 9293 第 3.6 节）。所以 `b""` 的意思是“不会再有了”。在两帧之间，这是正常结束；在一帧中间，就是被截断了。
#
# ## 习题 3 · 收到一帧（4 分）
#
# `recv_frame(sock, limit=1 << 20)` 返回下一帧的载荷（`bytes`，可能是 `b""`）；如果对端在这一帧的第一个字节之前就关闭了写端，返回 `None`（再次调用，还是 `None`）。
#
# - 对端在一帧中间（头部或载荷）关闭写端时，抛出 `EOFError`。
# - 头部声明的长度超过 `limit` 字节时，立即抛出 `FrameError`：不为它读取任何字节，也不为它分配内存。恰好 `limit` 字节是可以的。
# - 同 `recv_exact` 一样，不读这一帧以外的字节，`TimeoutError` 和 `ConnectionResetError` 照样传出去。
# - **不要求**：`FrameError` 之后继续使用 `sock`。
#
# 本题建立在习题 1 之上。


# %% id="recv-frame" solution="ch13/recv_frame"
def recv_frame(sock: socket.socket, limit: int = 1 << 20) -> bytes | None:
    """Return the payload of the next frame; None if the peer finished before it."""
    ### BEGIN SOLUTION
    try:
        header = recv_exact(sock, 4)
    except EOFError as cut:
        if cut.args[0]:
            raise
        return None
    (size,) = struct.unpack("!I", header)
    if size > limit:
        raise FrameError(f"expected a frame of at most {limit} bytes; got one of {size}")
    return recv_exact(sock, size)
    ### END SOLUTION


# %% id="check-recv-frame" check="ch13/recv_frame"
check("ch13/recv_frame")

# %% [markdown] id="clock" lang="en"
# ## Your clock ate my header
#
# A server must look at `stop` now and then, so its sockets have a timeout. The header `00 00 00 02`
# and `hi` come, with a pause in the header: longer than the timeout. `recv_exact(far, 4)` is called
# until it succeeds. What does it return?

# %% [markdown] id="clock" lang="zh" of="2d4f35b1"
# ## 超时吞掉了头部
#
# 服务器要不时看一眼 `stop`，所以它的套接字设了超时。头部 `00 00 00 02` 和 `hi` 陆续到达，头部中间停顿了一下，比超时还长。反复调用 `recv_exact(far, 4)`，直到成功。它返回什么？

# %% id="predict-clock" predict=true
my_prediction = ...

# %% id="demo-clock" demo=true
from netlib.attempt import built_on

near, far = pair()
with near, far:
    far.settimeout(0.1)
    with built_on(1):
        near.sendall(b"\0\0")
        try:
            recv_exact(far, 4)
        except TimeoutError:
            print("nothing yet, so once more:")
        near.sendall(b"\0\2hi")
        print(recv_exact(far, 4))

# %% [markdown] id="ex-frame-parser" lang="en"
# Two old bytes went with the exception, and the "header" is half header, half `hi` (STR-37): a
# frame of 157 kB. The cure: take what comes at once, and keep it in an object that outlives the
# clock.
#
# ## Exercise 4 · A parser that forgets nothing (3 points)
#
# `FrameParser(limit=1 << 20)` cuts a stream into frames, however it arrives. No socket inside.
#
# - `feed(data)` takes the next bytes (`bytes`, perhaps none); returns a list of the payloads
#   (`bytes`) of the frames completed by them, in order. Raises `FrameError` as soon as a header
#   announces more than `limit` bytes; exactly `limit` is fine.
# - `close()`: the stream has ended. Raises `EOFError` if it ended inside a frame; else returns
#   `None`.
# - Two parsers know nothing of each other.
# - *Not required:* frames completed in the same call before a `FrameError`, use after an error,
#   speed beyond 100 kB byte by byte.

# %% [markdown] id="ex-frame-parser" lang="zh" of="67c53d08"
# 前两个字节随着异常丢掉了，“头部”成了半个头部加上 `hi`（STR-37）：一个 157 kB 的帧。办法是：来了就全收下，存在一个不受超时影响的对象里。
#
# ## 习题 4 · 什么都不丢的解析器（3 分）
#
# `FrameParser(limit=1 << 20)` 把流切成帧，不管字节怎样到达。里面没有套接字。
#
# - `feed(data)` 接收接下来的字节（`bytes`，可能为空），返回因此而完整的各帧的载荷（`bytes`）的列表，按顺序。头部一旦声明超过 `limit` 字节，就抛出 `FrameError`；恰好 `limit` 字节是可以的。
# - `close()`：流结束了。如果结束在一帧中间，抛出 `EOFError`；否则返回 `None`。
# - 两个解析器互不相干。
# - **不要求**：同一次调用中、`FrameError` 之前已完整的帧；出错之后继续使用；逐字节输入时超过 100 kB 的速度。


# %% id="frame-parser" solution="ch13/frame_parser"
class FrameParser:
    """Cut a stream into frames, however it arrives. No socket inside."""

    def __init__(self, limit: int = 1 << 20):
        """limit: bytes that a payload may have."""
        ### BEGIN SOLUTION
        self.limit, self.buffer = limit, bytearray()
        ### END SOLUTION

    def feed(self, data: bytes) -> list[bytes]:
        """Take the next bytes; return the payloads of the frames completed by them."""
        ### BEGIN SOLUTION
        self.buffer += data
        payloads = []
        while len(self.buffer) >= 4:
            end = 4 + int.from_bytes(self.buffer[:4], "big")
            if end > 4 + self.limit:
                raise FrameError(f"expected at most {self.limit} bytes; got {end - 4}")
            if len(self.buffer) < end:
                break
            payloads.append(bytes(self.buffer[4:end]))
            del self.buffer[:end]
        return payloads
        ### END SOLUTION

    def close(self) -> None:
        """The stream has ended: raise EOFError if it ended inside a frame."""
        ### BEGIN SOLUTION
        if self.buffer:
            raise EOFError(f"the stream ended {len(self.buffer)} bytes into a frame")
        ### END SOLUTION


# %% id="check-frame-parser" check="ch13/frame_parser"
check("ch13/frame_parser")

# %% [markdown] id="fuzz" lang="en"
# Without sockets everything can be tried: three frames, one empty, are 14 bytes. In how many ways
# can a stream cut them?

# %% [markdown] id="fuzz" lang="zh" of="67aba614"
# 没有套接字，什么都可以试：三帧（其中一帧为空）共 14 个字节。流有多少种切法？

# %% id="predict-fuzz" predict=true
my_prediction = ...

# %% id="demo-fuzz" demo=true
from itertools import pairwise

stream = b"".join(struct.pack("!I", len(data)) + data for data in (b"a", b"", b"b"))
right = 0
with built_on(4):
    for cuts in range(1 << 13):  # bit i: a cut after byte i + 1
        ends = [i + 1 for i in range(13) if cuts >> i & 1] + [14]
        parser, frames = FrameParser(), []
        for start, end in pairwise([0, *ends]):
            frames += parser.feed(stream[start:end])
        right += frames == [b"a", b"", b"b"]
    print(f"{right:,} of {1 << 13:,} ways are right")

# %% [markdown] id="lines" lang="en"
# ## A line ends at LF, and nowhere else
#
# Delimiters need a parser, too. Is `splitlines` one? Here are two lines: `a\rb`, and one with
# a blank in front and CR LF behind.

# %% [markdown] id="lines" lang="zh" of="9ee060c6"
# ## 一行到 LF 为止，别处都不算
#
# 用分隔符也需要解析器。`splitlines` 算不算？这里有两行：`a\rb`；另一行开头有空格、末尾是 CR LF。

# %% id="predict-lines" predict=true
my_prediction = ...

# %% id="demo-lines" demo=true
print(b"a\rb\n c\r\n".splitlines(), b" c\r\n".strip())

# %% [markdown] id="ex-line-parser" lang="en"
# Three lines, and the blank is gone: `splitlines` also ends lines at a lone CR, `strip` eats what
# belongs to the line (STR-41).
#
# ## Exercise 5 · Lines (2 points)
#
# `LineParser(max_len)` cuts a stream into lines, however it arrives. `feed(data)` takes the next
# bytes and returns a list of the lines completed by them, as `bytes`, in order.
#
# - A line ends with `b"\n"`; one `b"\r"` just before it belongs to the end. Nothing else is
#   removed. Empty lines count.
# - Raises `FrameError` for a line of more than `max_len` bytes (end not counted), at the latest
#   when `max_len` + 2 bytes have come without `b"\n"`: nobody may fill your memory.
# - *Not required:* lines completed in the same call before the error, a last line without end.

# %% [markdown] id="ex-line-parser" lang="zh" of="c50435cd"
# 变成了三行，空格也没了：`splitlines` 遇到单独的 CR 也断行，`strip` 会吃掉属于这一行的内容（STR-41）。
#
# ## 习题 5 · 文本行（2 分）
#
# `LineParser(max_len)` 把流切成行，不管字节怎样到达。`feed(data)` 接收接下来的字节，返回因此而完整的各行（`bytes`）的列表，按顺序。
#
# - 一行以 `b"\n"` 结尾；紧挨在它前面的一个 `b"\r"` 属于行尾。此外什么都不去掉。空行也算一行。
# - 一行超过 `max_len` 字节（不含行尾）时抛出 `FrameError`，最迟在收到 `max_len` + 2 个字节仍没有 `b"\n"` 时抛出：谁也不能把你的内存塞满。
# - **不要求**：同一次调用中、出错之前已完整的行；最后没有行尾的那一行。


# %% id="line-parser" solution="ch13/line_parser"
class LineParser:
    """Cut a stream into lines, however it arrives."""

    def __init__(self, max_len: int):
        """max_len: bytes that a line may have, its end not counted."""
        ### BEGIN SOLUTION
        self.max_len, self.buffer = max_len, b""
        ### END SOLUTION

    def feed(self, data: bytes) -> list[bytes]:
        """Take the next bytes; return the lines completed by them, without their ends."""
        ### BEGIN SOLUTION
        *lines, self.buffer = (self.buffer + data).split(b"\n")
        lines = [line.removesuffix(b"\r") for line in lines]
        if max(map(len, lines), default=0) > self.max_len or len(self.buffer) > self.max_len + 1:
            raise FrameError(f"expected lines of at most {self.max_len} bytes")
        return lines
        ### END SOLUTION


# %% id="check-line-parser" check="ch13/line_parser"
check("ch13/line_parser")

# %% [markdown] id="hang" lang="en"
# ## The command that hangs
#
# Now commands for others. The notes end with a riddle: over their server `cat /etc/services`
# hangs. `old_run` is the heart of that server: a shell with pipes, then
#
#     err = res.stderr.read()
#     return err or res.stdout.read()
#
# Our file of that kind has 818 kB. (`attempt` runs a function in a copy of this process and ends
# it after so many seconds.) Which output comes back, and what is the other call waiting for?

# %% [markdown] id="hang" lang="zh" of="4866a773"
# ## 一直不返回的命令
#
# 现在替别人执行命令。旧笔记以一道谜题结尾：通过他们的服务器执行 `cat /etc/services`，会一直阻塞。`old_run` 是那个服务器的核心：启动 shell，接上管道，然后
#
#     err = res.stderr.read()
#     return err or res.stdout.read()
#
# 我们这个同类文件有 818 kB。（`attempt` 在本进程的副本里运行函数，到时间就结束它。）哪条命令的输出会回来？另一条又在等什么？

# %% id="predict-hang" predict=true
my_prediction = ...

# %% id="demo-hang" demo=true
import tempfile

from netlib.attempt import attempt
from netlib.oldnotes.commands import run as old_run


def services():
    """Return a long file for a with-block; it is gone afterwards."""
    file = tempfile.NamedTemporaryFile(buffering=0, suffix="-services")
    file.write(b"".join(b"service-%d\t%d/tcp\n" % (n, n) for n in range(35_000)))
    return file


with services() as file:
    for command in ("head -n 3", "cat"):
        print(f"{command:9}", attempt(old_run, f"{command} {file.name}", seconds=2))

# %% [markdown] id="pipe" lang="en"
# It hangs in `stderr.read()`. Who empties stdout meanwhile? And how much fits into a pipe that
# nobody empties?

# %% [markdown] id="pipe" lang="zh" of="54da558c"
# 它停在 `stderr.read()`。这期间谁来读 stdout？没有人读的管道，装得下多少？

# %% id="predict-pipe" predict=true
my_prediction = ...

# %% id="demo-pipe" demo=true tags=["nbval-ignore-output"]
import os

reading, writing = os.pipe()
os.set_blocking(writing, False)  # say BlockingIOError instead of waiting
filled = 0
try:
    while True:
        filled += os.write(writing, bytes(4096))
        print(f"\r[{'#' * (filled >> 12):16}] {filled:,} bytes", end="", flush=True)
        time.sleep(0.05)  # for your eyes
except BlockingIOError:
    print(", full: the next write would wait")
os.close(reading)
os.close(writing)

# %% [markdown] id="after-pipe" lang="en"
# 64 KiB (pipe(7)). Then `cat` waits for a reader of stdout; the reader waits for the end of stderr,
# that is, for `cat` to end: **deadlock** (STR-15). The riddle is solved; the cure reads both pipes
# at once, as `communicate` and `run` of `subprocess` do:

# %% [markdown] id="after-pipe" lang="zh" of="9be4113c"
# 64 KiB（pipe(7)）。装满之后，`cat` 等人来读 stdout；而读的一方在等 stderr 结束，也就是等 `cat` 退出：**死锁**（STR-15）。谜底揭开了；办法是两个管道同时读，`subprocess` 的 `communicate` 和 `run` 正是这样做的：

# %% id="demo-cure" demo=true
with services() as file:
    done = subprocess.run(["cat", file.name], capture_output=True)
    print("whole:", len(done.stdout) == os.path.getsize(file.name), "/ errors:", done.stderr)

# %% [markdown] id="shell" lang="en"
# ## A shell does what strangers write
#
# `shell=True` hands the text to `/bin/sh` (STR-19). This server means to allow `echo` only. The
# commands below are harmless, and run in a process of their own. What does each print?

# %% [markdown] id="shell" lang="zh" of="2ccde90b"
# ## 陌生人写什么，shell 就做什么
#
# `shell=True` 把文本交给 `/bin/sh`（STR-19）。下面这个服务器只想允许 `echo`。这些命令都无害，而且在单独的进程里运行。它们各打印什么？

# %% id="predict-shell" predict=true
my_prediction = ...


# %% id="demo-shell" demo=true
def careless(command):
    """Run a command if it is echo, or looks like it."""
    if not command.startswith("echo "):
        raise PermissionError(command)
    return old_run(command)


STRANGE = ("echo hi", "echo hi; echo PWNED", "echo $((6 * 7))", "echo $(echo PWNED)")
for command in STRANGE:
    print(f"{command:26}", attempt(careless, command).value)

# %% [markdown] id="after-shell" lang="en"
# Instead of `echo PWNED` any program of this machine could stand there: **command injection**
# (CWE-78). The notes' name "ssh server" is no comfort (STR-20): nothing asks who is calling, nothing
# is encrypted. The cure is not a better test of the text, but no shell: a list of arguments, of
# which the first is looked up in an **allow-list**.
#
# Here are the same texts as arguments, and `find`, which somebody has put on the list. Which line
# is still dangerous?

# %% [markdown] id="after-shell" lang="zh" of="5310b2ad"
# `echo PWNED` 的位置可以换成本机的任何程序：这就是**命令注入**（CWE-78）。旧笔记把它叫作“ssh 服务器”也无济于事（STR-20）：没有人问来者是谁，什么都没有加密。办法不是把文本检查得更仔细，而是不用 shell：传参数列表，并拿其中的第一个去查**允许列表**（allow-list）。
#
# 还是同样的文本，现在作为参数；另外有人把 `find` 也放进了允许列表。哪一行仍然危险？

# %% id="predict-argv" predict=true
my_prediction = ...

# %% id="demo-argv" demo=true
for argv in (
    *(["echo", command.removeprefix("echo ")] for command in STRANGE),
    ["find", "/dev/null", "-exec", "echo", "PWNED", ";"],
):
    print(argv, subprocess.run(argv, capture_output=True).stdout)

# %% [markdown] id="ex-run-command" lang="en"
# What was text stays text now. But `find`, like `tar` or `sort`, has options that start programs
# or write files: **argument injection** (CWE-88). Allow only what you know.
#
# ## Exercise 6 · A command, safely (3 points)
#
# `run_command(argv, timeout, allow)` runs `argv[0]` (`argv`: list of `str`) with the arguments
# `argv[1:]` and returns a tuple: exit code (`int`), all of stdout, all of stderr (`bytes`).
#
# - It runs only if `argv[0]`, exactly as written, is in `allow` (set of `str`); else, and for an
#   empty `argv`, raises `PermissionError` and starts nothing.
# - No shell: arguments are passed as they are. The command's standard input is empty.
# - If it runs longer than `timeout` seconds, it is killed and `TimeoutError` is raised.
#   (`subprocess.TimeoutExpired` is none, STR-42.) `FileNotFoundError` if there is no such program.
# - *Not required:* killing grandchildren, limiting output, environment, folder.
#
# Checks use `echo printf cat seq true false sleep sh`.

# %% [markdown] id="ex-run-command" lang="zh" of="925d1c53"
# 原来是文本的，现在还是文本。但 `find` 同 `tar`、`sort` 一样，有些选项能启动程序或写文件：这是**参数注入**（CWE-88）。只允许你了解的程序。
#
# ## 习题 6 · 安全地执行命令（3 分）
#
# `run_command(argv, timeout, allow)` 以 `argv[1:]` 为参数运行 `argv[0]`（`argv` 是 `str` 的列表），返回一个元组：退出码（`int`）、全部 stdout、全部 stderr（`bytes`）。
#
# - 只有 `argv[0]` 一字不差地在 `allow`（`str` 的集合）里才运行；否则，以及 `argv` 为空时，抛出 `PermissionError`，什么都不启动。
# - 不用 shell：参数原样传递。命令的标准输入是空的。
# - 运行超过 `timeout` 秒就把它杀掉，并抛出 `TimeoutError`（`subprocess.TimeoutExpired` 不是它的子类，STR-42）。没有这个程序时抛出 `FileNotFoundError`。
# - **不要求**：杀掉孙进程；限制输出；环境变量；工作目录。
#
# 检查时用的命令是 `echo printf cat seq true false sleep sh`。


# %% id="run-command" solution="ch13/run_command"
def run_command(argv: list[str], timeout: float, allow: set[str]) -> tuple[int, bytes, bytes]:
    """Run an allowed command without a shell; return its exit code, stdout and stderr."""
    ### BEGIN SOLUTION
    if not argv or argv[0] not in allow:
        raise PermissionError(f"not allowed: {argv[:1]}")
    try:
        done = subprocess.run(argv, stdin=subprocess.DEVNULL, capture_output=True, timeout=timeout)
    except subprocess.TimeoutExpired as late:
        raise TimeoutError(f"{argv[0]} ran longer than {timeout} s") from late
    return done.returncode, done.stdout, done.stderr
    ### END SOLUTION


# %% id="check-run-command" check="ch13/run_command"
check("ch13/run_command")

# %% [markdown] id="udp" lang="en"
# ## "UDP does not stick", so why not UDP?
#
# True: a datagram keeps its edges. So the notes have a UDP command server, too: if a command prints
# nothing, it answers `执行成功` ("done") in UTF-8; their client reads GBK. What comes back from
# these three, the second with 70,000 bytes?

# %% [markdown] id="udp" lang="zh" of="e8d1bf16"
# ## “UDP 不粘包”，那为什么不用 UDP？
#
# 不错：数据报自带边界。所以旧笔记也有一个 UDP 命令服务器：命令什么都不打印时，它用 UTF-8 答“执行成功”；他们的客户端却按 GBK 解码。下面三条命令，第二条输出 70,000 字节，各得到什么？

# %% id="predict-udp" predict=true
my_prediction = ...

# %% id="demo-udp" demo=true
from netlib.oldnotes.commands import serve_udp

try:
    with serving(serve_udp) as address, socket.socket(type=socket.SOCK_DGRAM) as client:
        client.settimeout(1)
        for command in ("true", "head -c 70000 /dev/zero", "echo hi"):
            client.sendto(command.encode(), address)
            try:
                print(f"{command:24}", client.recv(65507).decode("gbk"))
            except (TimeoutError, UnicodeDecodeError) as error:
                print(f"{command:24}", error)
except OSError as error:
    print("and the server:", error.strerror)

# %% [markdown] id="ex-command-server" lang="en"
# The bytes of the first were right, but read in another charset (TXT-01). The second is no
# datagram (65,507 bytes at most), and ends the server for all (UDP-09). Frames have room for it,
# and can be empty: on a stream `sendall(b"")` sends nothing, and the client waits (STR-18).
#
# ## Exercise 7 · The command server (3 points)
#
# `command_server(listener, allow, stop)` answers command requests until `stop` (a
# `threading.Event`) is set; returns the number of clients accepted (`int`). `listener` stays open.
#
# - Request: one frame, the arguments in UTF-8 with `b"\0"` between them (`b"echo\0hi"`). Answer:
#   three frames, exit code in decimal ASCII, stdout, stderr; empty ones, too.
# - Not allowed: code 126; no such program: 127; longer than `COMMAND_TIMEOUT_S`: 124. Then stdout
#   is empty and stderr free.
# - Requests of one client are answered in order, however the bytes arrive, until it finishes
#   sending; then the connection is closed. A client may read its answers late.
# - A frame over 65,536 bytes, as soon as its header announces it, or a reset ends that connection
#   only.
# - One client at a time. It returns within 0.5 s of `stop.set()` when no command is running, also
#   while a client is silent in the middle of a frame: look at `stop` every 0.1–0.2 s.
# - *Not required:* two clients at once, requests that are not UTF-8, an empty request, half a
#   frame at the end, `stop` while a client does not read its answers.
#
# It builds on exercises 2, 4 and 6; not on 3, as a timeout inside `recv_frame` loses bytes. The cell
# offers a split into three; the first two are yours to change or delete. `settimeout` also rules
# `sendall` (STR-38): take it back before you send.

# %% [markdown] id="ex-command-server" lang="zh" of="9b69a35f"
# 第一个响应的字节没有错，只是按另一种编码读了（TXT-01）。第二个装不进一个数据报（最多 65,507 字节），还让服务器对所有人停止了服务（UDP-09）。帧装得下它，也可以为空；而在流上，`sendall(b"")` 什么都不发，客户端只能干等（STR-18）。
#
# ## 习题 7 · 命令服务器（3 分）
#
# `command_server(listener, allow, stop)` 响应命令请求，直到 `stop`（`threading.Event`）被设置；返回接受的客户端数（`int`）。`listener` 保持打开。
#
# - 请求：一帧，各参数以 UTF-8 编码，中间用 `b"\0"` 隔开（`b"echo\0hi"`）。响应：三帧，依次是十进制 ASCII 的退出码、stdout、stderr；空的也要发。
# - 不允许的命令：退出码 126；没有这个程序：127；运行超过 `COMMAND_TIMEOUT_S`：124。这三种情况 stdout 为空，stderr 不限。
# - 同一客户端的请求按顺序响应，不管字节怎样到达，直到它关闭写端；随后关闭这条连接。客户端可以晚些才读响应。
# - 头部一旦声明超过 65,536 字节，或连接被复位（RST），就结束这一条连接，也只结束这一条。
# - 一次服务一个客户端。没有命令在运行时，`stop.set()` 之后 0.5 秒之内返回，哪怕有客户端停在一帧中间不出声：每隔 0.1～0.2 秒看一次 `stop`。
# - **不要求**：同时服务两个客户端；不是 UTF-8 的请求；空请求；末尾的半帧；客户端不读响应时的 `stop`。
#
# 本题建立在习题 2、4、6 之上；不用习题 3，因为 `recv_frame` 中途超时会丢字节。单元格里给出一种拆法，分成三个函数；前两个可以改，也可以删。`settimeout` 对 `sendall` 同样有效（STR-38）：发送之前先取消它。


# %% id="command-server" solution="ch13/command_server"
def answer(request: bytes, allow: set[str]) -> tuple[bytes, bytes, bytes]:
    """Return the three payloads that answer a request: exit code, stdout, stderr."""
    ### BEGIN SOLUTION
    argv = request.decode().split("\0")
    try:
        code, out, err = run_command(argv, COMMAND_TIMEOUT_S, allow)
    except PermissionError as error:
        code, out, err = 126, b"", str(error).encode()
    except FileNotFoundError as error:
        code, out, err = 127, b"", str(error).encode()
    except TimeoutError as error:
        code, out, err = 124, b"", str(error).encode()
    return str(code).encode(), out, err
    ### END SOLUTION


def command_session(sock: socket.socket, allow: set[str], stop: threading.Event) -> None:
    """Answer the requests of one client until it finishes sending, or stop is set."""
    ### BEGIN SOLUTION
    parser = FrameParser(65536)
    while not stop.is_set():
        sock.settimeout(0.1)
        try:
            data = sock.recv(65536)
        except TimeoutError:
            continue
        if not data:
            return
        sock.settimeout(None)
        for request in parser.feed(data):
            for payload in answer(request, allow):
                send_frame(sock, payload)
    ### END SOLUTION


def command_server(listener: socket.socket, allow: set[str], stop: threading.Event) -> int:
    """Answer command requests until stop is set; return the number of clients accepted."""
    ### BEGIN SOLUTION
    listener.settimeout(0.1)
    clients = 0
    while not stop.is_set():
        try:
            sock, _ = listener.accept()
        except TimeoutError:
            continue
        clients += 1
        # a reset or an oversized frame ends this connection only
        with sock, contextlib.suppress(OSError, ValueError):
            command_session(sock, allow, stop)
    return clients
    ### END SOLUTION


# %% id="check-command-server" check="ch13/command_server"
check("ch13/command_server")

# %% [markdown] id="program" lang="en"
# ## Your command server on a bad network
#
# Your functions together: `ask` sends all its requests at once, ends its direction, and reads the
# answers.

# %% [markdown] id="program" lang="zh" of="ca245a98"
# ## 你的命令服务器，在糟糕的网络上
#
# 把你的函数合起来：`ask` 一口气发出所有请求，结束自己的方向，再读响应。

# %% id="demo-ask" demo=true
ALLOW = {"echo", "printf", "cat", "true", "no-such-program"}


def my_server():
    """Return serving(...) of your command_server; NotImplementedError if it is not written."""
    if "NotImplemented" in attempt(command_server, None, ALLOW, threading.Event()).error:
        raise NotImplementedError
    return serving(lambda sock, stop: command_server(sock, ALLOW, stop), "tcp")


def ask(address, *requests):
    with socket.create_connection(address, timeout=5) as sock:
        for argv in requests:
            send_frame(sock, "\0".join(argv).encode())
        sock.shutdown(socket.SHUT_WR)
        return [tuple(recv_frame(sock) for _ in range(3)) for _ in requests]


# %% [markdown] id="program-question" lang="en"
# The relay hands over single bytes, both ways. Which of these succeed?

# %% [markdown] id="program-question" lang="zh" of="4950c16d"
# 中继在两个方向上都一个字节一个字节地转发。哪些请求会成功？

# %% id="predict-program" predict=true
my_prediction = ...

# %% id="demo-program" demo=true
requests = (
    *(("echo", "你好"), ("printf", r"\377\000"), ("true",)),
    *(("echo", "hi; echo PWNED"), ("rm", "no-such-file"), ("no-such-program",)),
)
with built_on(1, 2, 3, 4, 5, 6, 7):
    server = my_server()
    with server as address, TCPRelay(address, "split every 1; split reply every 1") as front:
        for argv, (code, out, _) in zip(requests, ask(front, *requests), strict=True):
            print(code, argv, out)
    print("clients:", server.returned)

# %% [markdown] id="program-ladder" lang="en"
# Frames kept their borders, and what the shell would have read stayed text. And the riddle?
# Beside it stands a ladder of three requests in one piece, in frames.

# %% [markdown] id="program-ladder" lang="zh" of="bac353c3"
# 帧的边界都在，本来会由 shell 解释的东西仍然只是文本。那道谜题呢？另附一张时序图：三个请求合成一段，以帧来看。

# %% id="demo-program-ladder" demo=true tags=["nbval-ignore-output"]
from functools import partial

from netlib.labels import label

relay = None
with built_on(1, 2, 3, 4, 5, 6, 7), my_server() as address, services() as file:
    [(code, out, _)] = ask(address, ("cat", file.name))
    print(code, "whole:", len(out) == os.path.getsize(file.name))
    faults = "merge 27 500ms; merge reply 16,29 500ms"
    relay = TCPRelay(address, faults, label=partial(label, hint="frame"))
    with relay as front:
        ask(front, ("echo", "hi"), ("true",), ("rm", "x"))
relay and Ladder(relay.trace, relay.endpoints)

# %% [markdown] id="peers" lang="en"
# ## Clients that we did not write
#
# Anybody who knows the format can join: asyncio with `readexactly`; `perl`, whose `pack("N/a*")`
# is your `send_frame`; and `busybox nc`, to which the shell's `printf` gives the raw bytes.

# %% [markdown] id="peers" lang="zh" of="07f62921"
# ## 别人写的客户端
#
# 知道格式，谁都可以加入：用 `readexactly` 的 asyncio；`perl`，它的 `pack("N/a*")` 就是你的 `send_frame`；还有 `busybox nc`，由 shell 的 `printf` 给它原始字节。

# %% id="demo-asyncio" demo=true
import asyncio


async def ask_asyncio(address, *argv):
    """Send one request; return the three payloads of its answer."""
    reader, writer = await asyncio.open_connection(*address)
    request = "\0".join(argv).encode()
    writer.write(len(request).to_bytes(4, "big") + request)
    answer = []
    for _ in range(3):
        size = int.from_bytes(await reader.readexactly(4), "big")
        answer.append(await reader.readexactly(size))
    writer.close()
    await writer.wait_closed()
    return answer


# %% id="demo-perl" demo=true
import shutil

PERL = r"""
my $sock = IO::Socket::INET->new("$ARGV[0]:$ARGV[1]") or die $@;
print $sock pack("N/a*", "echo\0hi from perl");
for (1 .. 3) { read $sock, my $size, 4; read $sock, my $data, unpack("N", $size); print "[$data]" }
"""
NC = r"printf '\0\0\0\7echo\0hi' | busybox nc $0 $1 | od -An -c"


def ask_program(address, *command):
    """Run command with host and port behind it; return what it prints."""
    if shutil.which(command[0]) is None:
        return f"{command[0]} is not installed here."
    argv = [*command, address[0], str(address[1])]
    return subprocess.run(argv, capture_output=True, timeout=10).stdout.decode()


# %% [markdown] id="peers-question" lang="en"
# What will `od` show, besides `h i`?

# %% [markdown] id="peers-question" lang="zh" of="4db0203e"
# 除了 `h i`，`od` 还会显示什么？

# %% id="predict-peers" predict=true
my_prediction = ...

# %% id="demo-peers" demo=true tags=["nbval-ignore-output"]
with built_on(1, 2, 3, 4, 5, 6, 7), my_server() as address:
    print(await asyncio.wait_for(ask_asyncio(address, "echo", "hi from asyncio"), 5))
    print(ask_program(address, "perl", "-MIO::Socket::INET", "-e", PERL))
    print(ask_program(address, "busybox", "sh", "-c", NC))

# %% [markdown] id="stretch" lang="en"
# Three frames: `0` of one byte, `hi` and LF of three, and an empty one.
#
# ## Stretch: shorter headers (not graded)
#
# Protobuf and MQTT write lengths as **varints**: 7 bits a byte, the lowest first; the top bit says
# that more follows. What is 300?

# %% [markdown] id="stretch" lang="zh" of="6cf32307"
# 三帧：一个字节的 `0`，三个字节的 `hi` 加 LF，还有一个空帧。
#
# ## 选做：更短的头部（不计分）
#
# Protobuf 和 MQTT 把长度写成**变长整数**（varint）：每个字节存 7 位，低位在前；最高位为 1 表示后面还有。300 怎么写？

# %% id="predict-varint" predict=true
my_prediction = ...


# %% id="demo-varint" demo=true
def varint(n):
    head = b""
    while n > 127:
        head, n = head + bytes([n & 127 | 128]), n >> 7
    return head + bytes([n])


for n in (5, 127, 128, 300, 1 << 20):
    print(n, varint(n).hex(" "))

# %% [markdown] id="practice" lang="en"
# Write a `VarintParser`, and try it at every cut as above. Which header never ends? Where must a
# limit stand?
#
# ## Where you will meet this
#
# DNS over TCP has 2 bytes of length (RFC 1035 §4.2.2), TLS records too (RFC 8446 §5.1), HTTP/2
# frames 3 (RFC 9113 §4.1). WebSocket changes between 1, 3 and 9 (RFC 6455 §5.2). HTTP/1.1 mixes
# lines with a length in text, which CR LF ends (RFC 9112). Netty's `LengthFieldBasedFrameDecoder`
# is your `FrameParser`. For remote commands use SSH (RFC 4254): its `exec` request carries one
# string, and a shell reads it.
#
# **Left out:** checksums and versions in headers; several conversations in one connection (HTTP/2);
# many clients at once (15); heartbeats (12); passwords and encryption (TLS, SSH).

# %% [markdown] id="practice" lang="zh" of="dd02f425"
# 写一个 `VarintParser`，像上面那样试遍所有切法。什么样的头部永远不结束？上限要设在哪里？
#
# ## 实际应用
#
# DNS over TCP 的长度占 2 个字节（RFC 1035 第 4.2.2 节），TLS 记录也是（RFC 8446 第 5.1 节），HTTP/2 的帧占 3 个（RFC 9113 第 4.1 节），WebSocket 视情况占 1、3 或 9 个（RFC 6455 第 5.2 节）。HTTP/1.1 把文本行和用文本写的长度合起来用，长度以 CR LF 结尾（RFC 9112）。Netty 的 `LengthFieldBasedFrameDecoder` 就是你的 `FrameParser`。要远程执行命令，请用 SSH（RFC 4254）：它的 `exec` 请求带一个字符串，由 shell 解释。
#
# **本章没有讲**：头部里的校验和与版本号；一条连接里的多个会话（HTTP/2）；同时服务许多客户端（第 15 章）；心跳（第 12 章）；口令和加密（TLS、SSH）。

# %% [markdown] id="old-notes" lang="en"
# ## What old notes get wrong
#
# | They say or do | In fact |
# |---|---|
# | the sender waits until its buffer is full | TCP sends at once if it may; Nagle waits only for an ACK (RFC 9293 §3.7.4) |
# | UDP does not stick because its queue is a linked list | because each datagram has a length; TCP's queue is a list, too |
# | `sleep(5)` between name and content (STR-14) | fails on a slower network |
# | `recv(10240)` fetches the whole output | at most that much; the rest answers the next command |
# | "empty = go on receiving", beside `break` (STR-36) | the comment says the opposite |
# | format `"i"` for the length (TXT-06) | signed, and in the byte order of *your* machine |
# | stdin stays open (STR-16) | `cat` or `python` wait for input for ever |
# | whatever is on stderr replaces the output (STR-17) | warnings are no failure; the exit code tells |
# | an "ssh server" (STR-20) | no login, no encryption |

# %% [markdown] id="old-notes" lang="zh" of="9ad7f033"
# ## 旧笔记里的错误
#
# | 旧说法或旧做法 | 事实 |
# |---|---|
# | 发送方等缓冲区满了才发 | 只要允许，TCP 立即就发；Nagle 等的只是一个 ACK（RFC 9293 第 3.7.4 节） |
# | UDP 不粘包，是因为队列是链表 | 是因为每个数据报都有长度；TCP 的队列也是链表 |
# | 文件名和内容之间 `sleep(5)`（STR-14） | 网络再慢一点就不灵了 |
# | `recv(10240)` 收下全部输出 | 最多收这么多；剩下的成了下一条命令的响应 |
# | 注释写“空则继续接收”，旁边却是 `break`（STR-36） | 注释与代码正相反 |
# | 长度用格式 `"i"`（TXT-06） | 有符号，而且用的是**你的**机器的字节序 |
# | 标准输入一直开着（STR-16） | `cat`、`python` 会永远等输入 |
# | stderr 上有内容就代替输出（STR-17） | 警告不是失败；要看退出码 |
# | “ssh 服务器”（STR-20） | 没有登录，没有加密 |

# %% [markdown] id="glossary" lang="en"
# ## Glossary
#
# | Term | 中文 | Source |
# |---|---|---|
# | byte stream | 字节流 | RFC 9293 §3.8 |
# | framing, message boundary | 成帧（定界），消息边界 | – |
# | "sticky packets", split messages | 粘包，拆包（半包） | folklore |
# | delimiter | 分隔符 | RFC 5321 §2.3.8 |
# | length prefix | 长度前缀 | RFC 1035 §4.2.2 |
# | Nagle's algorithm | Nagle 算法 | RFC 9293 §3.7.4 |
# | half-close | 半关闭 | RFC 9293 §3.6 |
# | end of file (EOF) | EOF（对端已关闭写端） | recv(2) |
# | network byte order | 网络字节序 | RFC 1700 |
# | round-trip time (RTT) | 往返时延 | RFC 2681 |
# | pipelining | 流水线 | RFC 9112 §9.3.2 |
# | pipe | 管道 | pipe(7) |
# | deadlock | 死锁 | – |
# | command injection, argument injection | 命令注入，参数注入 | CWE-78, CWE-88 |
# | allow-list | 允许列表（白名单） | – |
# | varint | 变长整数 | – |

# %% [markdown] id="glossary" lang="zh" of="6acca4b7"
# ## 术语表
#
# | 英文 | 中文 | 出处 |
# |---|---|---|
# | byte stream | 字节流 | RFC 9293 第 3.8 节 |
# | framing, message boundary | 成帧（定界），消息边界 | – |
# | "sticky packets", split messages | 粘包，拆包（半包） | 民间说法 |
# | delimiter | 分隔符 | RFC 5321 第 2.3.8 节 |
# | length prefix | 长度前缀 | RFC 1035 第 4.2.2 节 |
# | Nagle's algorithm | Nagle 算法 | RFC 9293 第 3.7.4 节 |
# | half-close | 半关闭 | RFC 9293 第 3.6 节 |
# | end of file (EOF) | EOF（对端已关闭写端） | recv(2) |
# | network byte order | 网络字节序 | RFC 1700 |
# | round-trip time (RTT) | 往返时延 | RFC 2681 |
# | pipelining | 流水线 | RFC 9112 第 9.3.2 节 |
# | pipe | 管道 | pipe(7) |
# | deadlock | 死锁 | – |
# | command injection, argument injection | 命令注入，参数注入 | CWE-78，CWE-88 |
# | allow-list | 允许列表（白名单） | – |
# | varint | 变长整数 | – |
