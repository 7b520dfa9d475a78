# %% [markdown] id="title" lang="en"
# # Framing: the cure for sticky packets
#
# **You will be able to** say why two messages can arrive as one, and one as two; mark the end of a
# message, with a length or with a line end; write parsers that work however the bytes arrive.
# **You need** chapter 11: `recv`, `sendall`, `b""`, timeouts. **Time:** about 110 minutes: 40 to
# read and run, 70 for five exercises. A good place for a break is after exercise 3.
#
# ## What goes wrong here?
#
# A server runs commands for a client, which calls `recv(1024)` once for each answer. Both are
# programs as in the **old notes**, the classroom notes that this course replaces. The client asks
# for `seq 600`, which prints the numbers from 1 to 600, and then for `echo SECOND`.

# %% [markdown] id="title" lang="zh" of="47d333bd"
# # 成帧：解决“粘包”
#
# **学完本章，你将能够**：说清楚为什么两条消息会合成一条到达，一条会拆成两条到达；用长度或行尾标出一条消息到哪里为止；写出不管字节怎样到达都正确的解析器。**需要**：第 11 章的 `recv`、`sendall`、`b""` 和超时。**用时**：约 110 分钟，其中阅读和运行 40 分钟，五道习题 70 分钟。做完习题 3 可以休息一下。
#
# ## 这里出了什么问题？
#
# 服务器替客户端执行命令；客户端对每条命令只调用一次 `recv(1024)` 来收响应。这两个程序都和**旧笔记**里的一样（旧笔记指本课程所取代的课堂笔记）。客户端先请求执行 `seq 600`，它打印 1 到 600；再请求执行 `echo SECOND`。

# %% id="import-check" demo=true lang="en"
from autograder import check, hint, outcome, predict, predictions, replay

# %% id="import-check" demo=true lang="zh" of="209d4e14"
from autograder.zh import check, hint, outcome, predict, predictions, replay

# %% id="predict-second" predict=true lang="en"
predict(
    "ch13/second",
    "What will the client show for echo SECOND?",
    second="SECOND",
    rest="numbers of the first answer",
    nothing="nothing, it waits",
)

# %% id="predict-second" predict=true lang="zh" of="12d5888d"
predict(
    "ch13/second",
    "对 echo SECOND，客户端会显示什么？",
    second="SECOND",
    rest="第一条命令的数字",
    nothing="什么也不显示，一直等",
)

# %% id="demo-second" demo=true lang="en"
import socket

from netlib.oldnotes.commands import ask, run, serve_tcp
from netlib.serving import serving

with (
    serving(serve_tcp, "tcp") as address,  # in a thread, on a free port
    socket.create_connection(address) as client,
):
    for command in ("seq 600", "echo SECOND"):
        answer = ask(client, command)
        print(f"{command:12}", repr(answer[:16]), "…", repr(answer[-8:]))

outcome("ch13/second", "second" if answer == "SECOND\n" else "rest")

# %% id="demo-second" demo=true lang="zh" of="32fa0ab3"
import socket

from netlib.oldnotes.commands import ask, run, serve_tcp
from netlib.serving import serving

with (
    serving(serve_tcp, "tcp") as address,  # 在一个线程里，用一个空闲端口
    socket.create_connection(address) as client,
):
    for command in ("seq 600", "echo SECOND"):
        answer = ask(client, command)
        print(f"{command:12}", repr(answer[:16]), "…", repr(answer[-8:]))

outcome("ch13/second", "second" if answer == "SECOND\n" else "rest")

# %% [markdown] id="after-second" lang="en"
# **The second command gets the rest of the first answer.** `seq 600` prints 2,292 bytes. The first
# `recv(1024)` took 1,024 of them; the others stayed in the receive buffer, and the next `recv` began
# there. The old notes call this a "sticky packet". But nothing is stuck together: the bytes came in
# order, and nothing among them says where an answer ends. To mark that is called **framing**.
#
# Here is a cure: three messages leave on one connection, and three come out. One byte before each
# message gives its length. (`makefile` makes the connection a file to read from.)

# %% [markdown] id="after-second" lang="zh" of="b1257241"
# **第二条命令得到的，是第一条响应剩下的部分。** `seq 600` 打印 2,292 个字节。第一次 `recv(1024)` 取走 1,024 个，其余的留在接收缓冲区里，下一次 `recv` 就从那里接着取。旧笔记把这叫作“粘包”。其实什么也没有粘在一起：字节按顺序到达，只是其中没有任何东西说明一条响应到哪里为止。标明一条消息到哪里为止，就叫**成帧**（framing）。
#
# 先看一种办法：三条消息从一条连接发出，收到的也是三条。每条消息前面有一个字节，写着它的长度。（`makefile` 把连接变成一个可读的文件。）


# %% id="demo-lengths" demo=true
def talker(sock, stop):
    with sock.accept()[0] as connection:
        for word in (b"hello", b"world", b"egon"):
            connection.sendall(bytes([len(word)]) + word)


with serving(talker, "tcp") as address:
    client = socket.create_connection(address)
    with client, client.makefile("rb") as stream:
        while size := stream.read(1):
            print(stream.read(size[0]))

# %% [markdown] id="buffer" lang="en"
# ## What lies in the buffer?
#
# These 17 bytes may arrive in any pieces. Below they come in three; `5` and `4` are the bytes that
# give a length.
#
# ```text
# arrives          lies in the buffer     leaves
# 5 h e l          5 h e l                nothing: 5 are due, 3 are here
# l o 5 w o r      5 h e l l o 5 w o r    hello
# l d 4 e g o n    5 w o r l d 4 e g o n  world, egon
# ```
#
# Whoever reads a stream does the same four things again and again: **append** what has come; ask
# whether a **whole** message is there; if so, **take** it and **keep** the rest; ask again. A piece
# can complete no message, one, or several.

# %% [markdown] id="buffer" lang="zh" of="cf43fa4f"
# ## 缓冲区里有什么？
#
# 这 17 个字节可以分成任意的几段到达。下面分三段；`5` 和 `4` 是写着长度的那个字节。
#
# ```text
# 到达             缓冲区里               取走
# 5 h e l          5 h e l                没有：要 5 个，只有 3 个
# l o 5 w o r      5 h e l l o 5 w o r    hello
# l d 4 e g o n    5 w o r l d 4 e g o n  world，egon
# ```
#
# 读字节流的程序，反复做的是同样四件事：把到达的字节**接**在后面；看看里面有没有一条**完整**的消息；有就**取**走，把剩下的**留**着；再看一次。一段字节可能凑不齐一条消息，可能凑齐一条，也可能凑齐几条。

# %% [markdown] id="names" lang="en"
# The next cell is given: your answers may use its names. Below it is a pair of connected sockets to
# experiment with.

# %% [markdown] id="names" lang="zh" of="39cabe5e"
# 下一个单元格是给定的，你的答案可以用里面的名字。再下面是做实验用的一对已连接套接字。

# %% id="setup" setup=true
import contextlib
import socket
import struct
import threading
import time

Address = tuple[str, int]


class FrameError(ValueError):
    """A frame or a line is longer than was agreed."""


# %% id="demo-pair" demo=true lang="en"
WORDS = (b"hello", b"world", b"egon")


def pair():
    """Return both ends of one TCP connection on this machine."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        near = socket.create_connection(listener.getsockname())
        far, _ = listener.accept()
    return near, far


def arrived(sock, n):
    """Wait until n bytes have come for sock; take none of them."""
    sock.recv(n, socket.MSG_PEEK | socket.MSG_WAITALL)


# %% id="demo-pair" demo=true lang="zh" of="992337fc"
WORDS = (b"hello", b"world", b"egon")


def pair():
    """返回本机上一条 TCP 连接的两端。"""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        near = socket.create_connection(listener.getsockname())
        far, _ = listener.accept()
    return near, far


def arrived(sock, n):
    """等到 sock 收到 n 个字节；一个也不取走。"""
    sock.recv(n, socket.MSG_PEEK | socket.MSG_WAITALL)


# %% [markdown] id="split" lang="en"
# ## Where is a stream cut?
#
# Between client and server stands a **relay**, which plays the network as we tell it. It hands over
# the 14 bytes of the three words, without lengths, in pieces that we choose.

# %% [markdown] id="split" lang="zh" of="76b28112"
# ## 流会在哪里被切开？
#
# 客户端和服务器之间有一个**中继**（relay），按我们的要求模拟网络：三个单词不带长度，共 14 个字节，它按我们选定的大小一段一段地转交。

# %% id="predict-split" predict=true lang="en"
predict(
    "ch13/split",
    "One sendall for each word. What can the first recv return?",
    word="hello, and nothing else",
    all="hello, or all that was sent",
    nine="any beginning of the 14 bytes",
)

# %% id="predict-split" predict=true lang="zh" of="f1ef693f"
predict(
    "ch13/split",
    "每个单词各由一次 sendall 发出。第一次 recv 可能返回什么？",
    word="只可能是 hello",
    all="hello，或者发出的全部",
    nine="14 个字节里从头开始的任意一段",
)

# %% id="demo-send-words" demo=true
def send_words(sock, stop):
    with sock.accept()[0] as connection:
        for word in WORDS:
            connection.sendall(word)


# %% id="demo-cut" demo=true lang="en"
from netlib.faults import TCPRelay
from netlib.pieces import Pieces


def cut(size, asked=1024):
    """Return the stream, cut after every size bytes, as recv sees it."""
    faults = f"merge reply 14 500ms; split reply every {size}"
    with serving(send_words, "tcp") as address:
        relay = TCPRelay(address, faults)
        with relay as front, socket.create_connection(front) as client:
            return Pieces(WORDS, [*iter(lambda: client.recv(asked), b"")])


# %% id="demo-cut" demo=true lang="zh" of="73573413"
from netlib.faults import TCPRelay
from netlib.pieces import Pieces


def cut(size, asked=1024):
    """每 size 个字节切一刀，返回 recv 看到的流。"""
    faults = f"merge reply 14 500ms; split reply every {size}"
    with serving(send_words, "tcp") as address:
        relay = TCPRelay(address, faults)
        with relay as front, socket.create_connection(front) as client:
            return Pieces(WORDS, [*iter(lambda: client.recv(asked), b"")])


# %% id="demo-split" demo=true
firsts = set()
for size in (14, 9, 5, 4, 1):
    pieces = cut(size)
    firsts.add(pieces.received[0])
    print(pieces)

others = firsts - {b"hello", b"".join(WORDS)}
kind = "all" if len(firsts) > 1 else "word"
outcome("ch13/split", "nine" if others else kind)

# %% [markdown] id="play" lang="en"
# **It can be any beginning: `helloworl`, with a part of the second word, or `h`.** Each `|` is the
# end of one `recv`; the letters below say which `send` a byte came from.
#
# Turn two knobs: how the network cuts, and how many bytes `recv` asks for. In which positions does
# each `recv` return just one word? Would they still fit if the first word were `hi`?

# %% [markdown] id="play" lang="zh" of="090c2292"
# **从头开始的任意一段都可能：比如 `helloworl`，带上了第二个单词的一部分，或者 `h`。** 每个 `|` 是一次 `recv` 的结尾；下面的字母说明这个字节来自第几次 `send`。
#
# 调节下面的控件：网络每隔几个字节切一刀，`recv` 一次要几个字节。调到哪里，每次 `recv` 正好返回一个单词？如果第一个单词换成 `hi`，还对得上吗？（想一想）

# %% id="demo-knobs" demo=true tags=["nbval-ignore-output"] lang="en"
from netlib.panels import Knobs

labels = {"size": "cut after every (bytes)", "asked": "recv asks for (bytes)"}
panel = Knobs(cut, labels=labels, size=range(1, 15), asked=(1024, 9, 5, 4))
panel

# %% id="demo-knobs" demo=true tags=["nbval-ignore-output"] lang="zh" of="49c963be"
from netlib.panels import Knobs

labels = {"size": "每隔几个字节切一刀", "asked": "recv 一次要几个字节"}
panel = Knobs(cut, labels=labels, size=range(1, 15), asked=(1024, 9, 5, 4))
panel

# %% [markdown] id="play-said" lang="en"
# The next cell turns them by itself, prints what the panel shows, and closes it.

# %% [markdown] id="play-said" lang="zh" of="e6cb5550"
# 下一个单元格自动调节这些控件，打印面板上的内容，然后把面板关闭。

# %% id="demo-knobs-text" demo=true
print(panel.turn(size=5))
print(panel.turn(size=14, asked=4))
panel.close()

# %% [markdown] id="after-play" lang="en"
# **Where a stream is cut says nothing about messages.** Packets, buffers and the reader's pace decide.
# A cut after every 5 bytes fits these three words, by luck. So you have to tell yourself whether a
# message is whole, and to ask again for what is missing. Here is a reader that does so for a text
# that ends with a dot. It takes one byte at a time: that is simple, and slow.

# %% [markdown] id="after-play" lang="zh" of="c90bb891"
# **流在哪里被切开，与消息毫无关系。** 起作用的是数据包、缓冲区和接收方的快慢。每 5 个字节切一刀，碰巧合得上这三个单词。所以要自己判断一条消息是否完整，不完整就再要。下面的函数就是这样读一段以句点结尾的文字的，一次一个字节：简单，但是慢。


# %% id="demo-until-dot" demo=true lang="en"
def until_dot(sock):
    """Return what comes up to the first dot, and read nothing behind it."""
    data = b""
    while not data.endswith(b"."):  # not whole yet:
        byte = sock.recv(1)  # one byte: never more than belongs to it
        if byte == b"":  # the peer has finished, and the dot never came
            raise EOFError(data)
        data += byte
    return data


# %% id="demo-until-dot" demo=true lang="zh" of="7c80ed48"
def until_dot(sock):
    """返回到第一个句点为止的内容，后面的一个字节也不读。"""
    data = b""
    while not data.endswith(b"."):  # 还不完整：
        byte = sock.recv(1)  # 一次只取一个字节，绝不多取
        if byte == b"":  # 对端发完了，句点一直没来
            raise EOFError(data)
        data += byte
    return data


# %% id="demo-dots" demo=true lang="en"
near, far = pair()
with near, far:
    near.sendall(b"One. Two")
    near.shutdown(socket.SHUT_WR)
    print(until_dot(far))
    try:
        until_dot(far)
    except EOFError as cut_off:
        print("cut off:", cut_off)

# %% id="demo-dots" demo=true lang="zh" of="e20c9083"
near, far = pair()
with near, far:
    near.sendall(b"One. Two")
    near.shutdown(socket.SHUT_WR)
    print(until_dot(far))
    try:
        until_dot(far)
    except EOFError as cut_off:
        print("被截断：", cut_off)

# %% [markdown] id="judged" lang="en"
# ## How are your answers judged?
#
# The cell below each exercise runs `check`; nothing is graded that the text does not state, and
# *not required* is never tested. After a red check, `hint()` tells the next step.
#
# - `sock` is a connected TCP socket, blocking or with a timeout. Payloads are `bytes`, sizes are in
#   bytes, times in seconds (`float`, > 0).
# - A function that is *given* a socket leaves it open and may change its timeout.
# - "Raises X" means X or a subclass; its text is free. Any other exception, or a wrong type
#   (`bytearray` for `bytes`), is a failure.
# - You may use your earlier functions. If one is wrong, `check` sends you there first. When your
#   work is graded, the later exercise is also tried with a right version of the earlier one: a
#   mistake in one exercise is not charged again in the next.
# - You may print; use the standard library only. Grading runs the setup cell, your answers and the
#   cells that you added, and no other.

# %% [markdown] id="judged" lang="zh" of="8aa94a8b"
# ## 怎样评分？
#
# 每道题下面的单元格运行 `check`；题目没写的一律不考查，列在“**不要求**”里的从不测试。检查没通过时，`hint()` 给出下一步提示。
#
# - `sock` 是已连接的 TCP 套接字，可能是阻塞的，也可能设了超时。载荷是 `bytes`，大小以字节计，时间以秒计（`float`，大于 0）。
# - **传给**函数的套接字要保持打开，可以改它的超时。
# - “抛出 X”指 X 或它的子类，异常信息不限。抛出别的异常，或类型不对（该是 `bytes` 却给 `bytearray`），都算错。
# - 可以用自己前面写的函数。如果那一题错了，`check` 会请你先去改；正式评分时，还会把它换成正确的，再判后面的题：前一题的错误不会在后一题再扣分。
# - 可以随意打印；只能用标准库。评分时只运行准备单元格、你的答案和你自己加的单元格。

# %% [markdown] id="ex-recv-exact" lang="en"
# ## Exercise 1 · Exactly n bytes (4 points)
#
# `recv_exact(sock, n)` returns exactly `n` (≥ 0) bytes from `sock` and reads none beyond them,
# however the stream was cut.
#
# - `n` = 0 returns `b""` without touching `sock`.
# - If the peer finishes first, raises `EOFError` whose first argument (`error.args[0]`) is all the
#   bytes that did come, perhaps `b""`.
# - The first `TimeoutError` and a `ConnectionResetError` of `sock` pass on. `sock` may have a timeout.
# - 1 MiB takes about a second at most: one byte a call is too slow for that.
# - *Not required:* negative `n`, another call after a `TimeoutError`, non-blocking sockets.
#
# `recv(n, MSG_WAITALL)` is tempting; on a socket with a timeout it can return fewer bytes. A file
# made by `makefile` reads ahead, and the next call never sees those bytes.

# %% [markdown] id="ex-recv-exact" lang="zh" of="40d4b84f"
# ## 习题 1 · 不多不少 n 个字节（4 分）
#
# `recv_exact(sock, n)` 从 `sock` 读取并返回恰好 `n`（≥ 0）个字节，后面的一个也不读，不管流是怎样切开的。
#
# - `n` = 0 时返回 `b""`，不碰 `sock`。
# - 对端提前关闭写端时，抛出 `EOFError`，第一个参数（`error.args[0]`）是已经收到的全部字节，可能是 `b""`。
# - `sock` 的第一次 `TimeoutError`，以及 `ConnectionResetError`，都原样抛出。`sock` 可能设了超时。
# - 读 1 MiB 最多一秒左右：一次一个字节就太慢了。
# - **不要求**：负的 `n`；`TimeoutError` 之后再次调用；非阻塞套接字。
#
# `recv(n, MSG_WAITALL)` 看上去很省事；但套接字设了超时，它就可能少给。`makefile` 得到的文件会预读，预读的字节下一次调用就看不到了。


# %% id="recv-exact" solution="ch13/recv_exact"
def recv_exact(sock: socket.socket, n: int) -> bytes:
    """Return exactly n bytes; EOFError with what came if the peer ends."""
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

# %% [markdown] id="merged" lang="en"
# ## Does each send arrive by itself?
#
# Now no relay cuts. Three words are sent, and the reader comes late. The old notes blame Nagle's
# algorithm for what happens: TCP waits with a small packet until the one before it has been
# acknowledged. The option TCP_NODELAY turns that off; we try both.

# %% [markdown] id="merged" lang="zh" of="cde322e0"
# ## 每次 send 会单独到达吗？
#
# 这次没有中继切分。发出三个单词，接收方来得晚一些。对接下来的现象，旧笔记归因于 Nagle 算法：前一个小数据包还没有得到确认，TCP 就先不发后一个。TCP_NODELAY 选项可以关掉它；两种情况我们都试。

# %% id="predict-merged" predict=true lang="en"
predict(
    "ch13/merged",
    "What does the first recv(1024) return?",
    one="all 14 bytes, with Nagle and without",
    nagle="all 14 with Nagle, one word without",
    word="one word, with Nagle and without",
)

# %% id="predict-merged" predict=true lang="zh" of="d14b76c1"
predict(
    "ch13/merged",
    "第一次 recv(1024) 返回什么？",
    one="14 个字节，开不开 Nagle 都一样",
    nagle="开着 Nagle 是 14 个字节，关掉是一个单词",
    word="一个单词，开不开 Nagle 都一样",
)

# %% id="demo-merged" demo=true
firsts = {}
for nodelay in (False, True):
    near, far = pair()
    with near, far:
        near.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, nodelay)
        for word in WORDS:
            near.sendall(word)
        arrived(far, 14)
        firsts[nodelay] = far.recv(1024)
        far.settimeout(0.2)
        try:
            print("TCP_NODELAY", nodelay, firsts[nodelay], far.recv(1024))
        except TimeoutError as late:
            print("TCP_NODELAY", nodelay, firsts[nodelay], late)

# %% id="demo-merged-outcome" demo=true
kind = "one" if len(firsts[True]) == 14 else "word"
outcome("ch13/merged", kind if firsts[False] == firsts[True] else "nagle")

# %% [markdown] id="after-merged" lang="en"
# **One `recv` takes all 14 bytes, with Nagle or without.** TCP carries a **byte stream**, not messages
# (RFC 9293 §2.2), and `recv` returns what is there, up to the number asked. The second `recv` waits,
# as the connection is open and nothing more has come
# ([STR-13](../catalogue.ipynb#cell-id=STR-13)). In the old notes it returned `b""`: their client had
# closed.
#
# A pause between two sends marks nothing, either ([STR-14](../catalogue.ipynb#cell-id=STR-14)): if
# the reader is slower still, it finds both together. The messages themselves must say where they
# end. Three ways are common:
#
# | border | example | price |
# |---|---|---|
# | all messages equally long | a record of 512 bytes | padding |
# | a **delimiter** ends each | lines: SMTP, HTTP headers | it must not occur inside |
# | a **length prefix** | DNS over TCP, TLS, HTTP/2 | the length must be known first |
#
# (Others: to escape the delimiter where it occurs inside, a syntax that shows its own end, such as
# JSON, or a connection for each message.)

# %% [markdown] id="after-merged" lang="zh" of="d10b7a8e"
# **一次 `recv` 就取走全部 14 个字节，开不开 Nagle 都一样。** TCP 传输的是**字节流**，不是消息（RFC 9293 第 2.2 节）；`recv` 有多少给多少，最多给到你要的数目。第二次 `recv` 在等，因为连接还开着，也没有新的字节到达（[STR-13](../catalogue.ipynb#cell-id=STR-13)）。旧笔记里它返回 `b""`，是因为那里的客户端已经关闭了连接。
#
# 两次发送之间停顿一下，也标不出边界（[STR-14](../catalogue.ipynb#cell-id=STR-14)）：接收方再慢一点，两次发的还是会凑到一起。消息到哪里为止，要由消息自己说明。常见的办法有三种：
#
# | 边界 | 例子 | 代价 |
# |---|---|---|
# | 消息一样长 | 每条记录 512 字节 | 要填充 |
# | 每条以**分隔符**（delimiter）结尾 | 文本行：SMTP、HTTP 首部 | 内容里不能出现它 |
# | **长度前缀**（length prefix） | DNS over TCP、TLS、HTTP/2 | 要事先知道长度 |
#
# （还有别的办法：内容里出现分隔符就转义；用本身看得出结尾的语法，例如 JSON；每条消息用一条连接。）

# %% [markdown] id="text" lang="en"
# ## Where does a length end?
#
# The old notes send the length as text, in decimal, and then the data. Here the data is `34 left`,
# seven bytes.

# %% [markdown] id="text" lang="zh" of="e74940cd"
# ## 长度写到哪里为止？
#
# 旧笔记先把长度写成十进制文本发出，再发数据。这里的数据是 `34 left`，七个字节。

# %% id="predict-text" predict=true lang="en"
predict("ch13/text", "What does the reader find? Write the eight characters.")

# %% id="predict-text" predict=true lang="zh" of="6547870f"
predict("ch13/text", "接收方读到什么？写出这八个字符。")

# %% id="demo-text" demo=true
near, far = pair()
with near, far:
    near.sendall(str(len(b"34 left")).encode())
    near.sendall(b"34 left")
    arrived(far, 8)
    came = far.recv(1024)
    print(came)

outcome("ch13/text", came.decode())

# %% [markdown] id="after-text" lang="en"
# **7, 73 and 734 fit equally well**: nothing says how many digits there are
# ([STR-10](../catalogue.ipynb#cell-id=STR-10)). So the server of the old notes waits until the client
# has answered `ready`, and only then sends the data. A header of fixed size needs no such handshake.
# Here are both servers:

# %% [markdown] id="after-text" lang="zh" of="533ba713"
# **7、73、734 都说得通**：没有任何东西说明有几位数字（[STR-10](../catalogue.ipynb#cell-id=STR-10)）。所以旧笔记里的服务器要等客户端回一个 `ready`，才发数据。长度固定的头部不需要这种握手。两种服务器如下：

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
# A client in a hurry sends its next command, `date`, right behind `ready`.

# %% [markdown] id="merged-ready" lang="zh" of="59a116f9"
# 有一个客户端不等数据，紧跟着 `ready` 就发出下一条命令 `date`。

# %% id="predict-ready" predict=true lang="en"
predict(
    "ch13/ready",
    "Does the client in a hurry get the data?",
    data="yes, all 100 bytes",
    nothing="no, not one byte",
)

# %% id="predict-ready" predict=true lang="zh" of="45f8aadd"
predict(
    "ch13/ready",
    "抢先发出下一条命令的客户端，收得到数据吗？",
    data="收得到，100 个字节",
    nothing="一个字节也收不到",
)

# %% id="demo-ready" demo=true
with (
    serving(ready_server, "tcp") as address,
    socket.create_connection(address) as client,
):
    client.sendall(b"data")
    print(client.recv(1024))
    client.sendall(b"ready" + b"date")
    came = client.recv(1024)
    print(came)

outcome("ch13/ready", "data" if came else "nothing")

# %% [markdown] id="after-ready" lang="en"
# **It gets none: `readydate` is not `ready`** ([STR-11](../catalogue.ipynb#cell-id=STR-11)). That word,
# too, is only some bytes in a stream. And what does waiting for it cost? The relay now delays each
# message by the same time, in both directions.

# %% [markdown] id="after-ready" lang="zh" of="fdc8de7e"
# **一个也收不到：`readydate` 不等于 `ready`**（[STR-11](../catalogue.ipynb#cell-id=STR-11)）。这个词本身也不过是流里的几个字节。那么，等它要付出多少代价？中继现在让两个方向的每条消息都延迟同样的时间到达。


# %% id="demo-took" demo=true lang="en"
def took_ms(server, faults):
    """Return how long one answer takes over a network with faults."""
    with serving(server, "tcp") as address:
        relay = TCPRelay(address, faults)
        with relay as front, socket.create_connection(front) as client:
            started = time.monotonic()
            client.sendall(b"data")
            if server is ready_server:
                client.recv(1024)  # the length
                client.sendall(b"ready")
            while (came := client.recv(1024)) and not came.endswith(b"."):
                pass
            return 1000 * (time.monotonic() - started)


# %% id="demo-took" demo=true lang="zh" of="c827b3da"
def took_ms(server, faults):
    """返回在有这些故障的网络上，得到一次响应要多久。"""
    with serving(server, "tcp") as address:
        relay = TCPRelay(address, faults)
        with relay as front, socket.create_connection(front) as client:
            started = time.monotonic()
            client.sendall(b"data")
            if server is ready_server:
                client.recv(1024)  # 长度
                client.sendall(b"ready")
            while (came := client.recv(1024)) and not came.endswith(b"."):
                pass
            return 1000 * (time.monotonic() - started)


# %% id="demo-rounds" demo=true tags=["nbval-ignore-output"] lang="en"
from netlib.plots import lines

waits, header = {}, {}
# delay 0,4,9: what begins behind 0 and 4 bytes, and the end at 9, is late
for ms in (2, 5, 10, 20):
    faults = f"delay 0,4,9 {ms}ms; delay reply 0,3,103 {ms}ms"
    waits[ms] = took_ms(ready_server, faults)
    faults = f"delay 0,4 {ms}ms; delay reply 0,104 {ms}ms"
    header[ms] = took_ms(header_server, faults)
series = {"length, ready, data": waits, "header and data": header}
lines(series, title="One answer", x="delay one way, ms", y="ms")

# %% id="demo-rounds" demo=true tags=["nbval-ignore-output"] lang="zh" of="eccb0d8d"
from netlib.plots import lines

waits, header = {}, {}
# delay 0,4,9：各消息的起点（最后一个是流的末尾），从这里起延迟
for ms in (2, 5, 10, 20):
    faults = f"delay 0,4,9 {ms}ms; delay reply 0,3,103 {ms}ms"
    waits[ms] = took_ms(ready_server, faults)
    faults = f"delay 0,4 {ms}ms; delay reply 0,104 {ms}ms"
    header[ms] = took_ms(header_server, faults)
series = {"长度、ready、数据": waits, "头部加数据": header}
lines(series, title="一次响应", x="单程延迟，ms", y="ms")

# %% [markdown] id="after-rounds" lang="en"
# **Waiting for `ready` costs two crossings more: four instead of two.** The old notes say themselves
# that sending the length first makes a slow network cost more; but the length costs four bytes, and
# the waiting costs the time. In this chapter **our frame** is 4 bytes of length (unsigned,
# big-endian: `struct` format `"!I"`), then so many bytes of payload. `pack` turns a number into a
# header; `unpack` turns a header back into the number (in a tuple of one):

# %% [markdown] id="after-rounds" lang="zh" of="0b2f0634"
# **等一个 `ready`，要多走两个单程：四次，而不是两次。** 旧笔记自己也说，先发长度会放大网络延迟带来的损耗；其实长度只占四个字节，费时间的是等待。本章里，**我们的帧**就是 4 个字节的长度（无符号、大端：`struct` 格式 `"!I"`），后面跟着这么多字节的载荷（payload）。`pack` 把数变成头部，`unpack` 把头部变回数（放在只有一项的元组里）：

# %% id="demo-frame" demo=true
from netlib.fields import Field
from netlib.hexview import HexView

five = struct.pack("!I", 5)
print(five, struct.unpack("!I", five)[0])
parts = [Field("length", 0, 4, "5"), Field("payload", 4, 9, "hello")]
HexView(five + b"hello", parts)

# %% [markdown] id="ex-send-frame" lang="en"
# ## Exercise 2 · A frame leaves (3 points)
#
# `send_frame(sock, payload)` sends `payload` (`bytes`, 0 to `2**32 - 1` of them) as one frame and
# returns `None`.
#
# - An empty payload is a frame, too: length 0.
# - All of it leaves, also to a slow reader. Where `sock` has a timeout, its `TimeoutError` may pass on.
# - *Not required:* one segment or two, `str`, a reader that pauses for longer than a second.

# %% [markdown] id="ex-send-frame" lang="zh" of="70a22f45"
# ## 习题 2 · 发出一帧（3 分）
#
# `send_frame(sock, payload)` 把 `payload`（`bytes`，0 到 `2**32 - 1` 字节）作为一帧发出，返回 `None`。
#
# - 空载荷也是一帧：长度为 0。
# - 对端读得慢，也要全部发完。`sock` 设了超时的话，它的 `TimeoutError` 可以原样抛出。
# - **不要求**：一个报文段还是两个；`str`；对端停顿超过一秒。


# %% id="send-frame" solution="ch13/send_frame"
def send_frame(sock: socket.socket, payload: bytes) -> None:
    """Send payload as one frame: 4 bytes of length, big-endian, before it."""
    ### BEGIN SOLUTION
    sock.sendall(struct.pack("!I", len(payload)) + payload)
    ### END SOLUTION


# %% id="check-send-frame" check="ch13/send_frame"
check("ch13/send_frame")

# %% [markdown] id="half" lang="en"
# ## Has all of it come?
#
# `near` sends a frame and closes its sending direction. The first time that is a whole frame. The
# second time `near` stops after `he`, though five bytes were announced. `far` reads what has come,
# and calls `recv` once more.

# %% [markdown] id="half" lang="zh" of="e2188398"
# ## 全部到了吗？
#
# `near` 发出一帧，然后关闭自己的写端。第一次发的是完整的一帧；第二次声明了五个字节，却发到 `he` 就停了。`far` 先读走到达的字节，再调用一次 `recv`。

# %% id="predict-half" predict=true lang="en"
predict(
    "ch13/half",
    "How does far's last recv tell the half frame from the whole one?",
    raises="it raises an exception",
    waits="it waits for the missing bytes",
    same="not at all: it does the same",
)

# %% id="predict-half" predict=true lang="zh" of="f34547e0"
predict(
    "ch13/half",
    "far 的最后一次 recv，怎样区分半帧和整帧？",
    raises="抛出异常",
    waits="等待缺少的字节",
    same="区分不了：两次的表现一样",
)

# %% id="demo-half" demo=true
lasts = []
for sent in (five + b"hello", five + b"he"):
    near, far = pair()
    far.settimeout(0.2)
    with near, far:
        near.sendall(sent)
        near.shutdown(socket.SHUT_WR)
        arrived(far, len(sent))
        print(far.recv(1024))
        try:
            lasts.append(repr(far.recv(1024)))
        except OSError as error:
            lasts.append(type(error).__name__)
print(lasts)
kinds = {lasts[0]: "same", "TimeoutError": "waits"}
outcome("ch13/half", kinds.get(lasts[1], "raises"))

# %% [markdown] id="after-half" lang="en"
# **Not at all: both times it returns `b""`** ([STR-24](../catalogue.ipynb#cell-id=STR-24)). That
# says only that no more will come. Between two frames it is the end; inside a frame something was cut
# off, and the length shows it. (`far` may still send: the other direction is open,
# [STR-27](../catalogue.ipynb#cell-id=STR-27), RFC 9293 §3.6.)

# %% [markdown] id="after-half" lang="zh" of="47a6f16a"
# **区分不了：两次都返回 `b""`**（[STR-24](../catalogue.ipynb#cell-id=STR-24)）。它只表示“不会再有了”。在两帧之间，这是正常结束；在一帧中间，就是被截断了，要靠长度才看得出来。（`far` 还可以发送：另一个方向还开着，[STR-27](../catalogue.ipynb#cell-id=STR-27)，RFC 9293 第 3.6 节。）

# %% [markdown] id="ex-recv-frame" lang="en"
# ## Exercise 3 · A frame arrives (5 points)
#
# `recv_frame(sock, limit=1 << 20)` returns the payload of the next frame (`bytes`, perhaps `b""`),
# or `None` if the peer finished before the frame's first byte (and `None` again if called again).
#
# - Raises `EOFError` if the peer finishes inside a frame, header or payload.
# - Raises `FrameError` if the header announces more than `limit` bytes, at once: nothing is read
#   or allocated for them. Exactly `limit` is fine.
# - Like `recv_exact`, it reads nothing beyond its frame, and lets `TimeoutError` and
#   `ConnectionResetError` pass on.
# - *Not required:* using `sock` after `FrameError`.
#
# It builds on exercise 1.

# %% [markdown] id="ex-recv-frame" lang="zh" of="80bf33d4"
# ## 习题 3 · 收到一帧（5 分）
#
# `recv_frame(sock, limit=1 << 20)` 返回下一帧的载荷（`bytes`，可能是 `b""`）；如果对端在这一帧的第一个字节之前就关闭了写端，返回 `None`（再次调用，还是 `None`）。
#
# - 对端在一帧中间（头部或载荷）关闭写端时，抛出 `EOFError`。
# - 头部声明的长度超过 `limit` 字节时，立即抛出 `FrameError`：不再读取载荷，也不分配内存。恰好 `limit` 字节是可以的。
# - 同 `recv_exact` 一样，不读这一帧以外的字节，`TimeoutError` 和 `ConnectionResetError` 原样抛出。
# - **不要求**：`FrameError` 之后继续使用 `sock`。
#
# 本题建立在习题 1 之上。


# %% id="recv-frame" solution="ch13/recv_frame"
def recv_frame(sock: socket.socket, limit: int = 1 << 20) -> bytes | None:
    """Return the payload of the next frame; None if the peer has finished."""
    ### BEGIN SOLUTION
    try:
        header = recv_exact(sock, 4)
    except EOFError as cut:
        if cut.args[0]:
            raise
        return None
    (size,) = struct.unpack("!I", header)
    if size > limit:
        raise FrameError(f"expected at most {limit} bytes; got {size}")
    return recv_exact(sock, size)
    ### END SOLUTION


# %% id="check-recv-frame" check="ch13/recv_frame"
check("ch13/recv_frame")

# %% [markdown] id="by-hand" lang="en"
# Type frames by hand: change these bytes, and look at what your `recv_frame` makes of them. (`attempt`
# runs a function in a copy of this process, and ends it there if it takes longer than 2 s.)

# %% [markdown] id="by-hand" lang="zh" of="54f03e7f"
# 亲手写几帧：改一改下面的字节，看你的 `recv_frame` 怎样处理。（`attempt` 在本进程的副本里运行函数，超过 2 秒就结束它。）

# %% id="demo-by-hand" demo=true
from netlib.attempt import attempt, built_on

some = b"\0\0\0\5hello", b"\0\0\0\0", b"\0\0\0\5hel", b"\0\0", b"", b"hello"
for typed in some:
    near, far = pair()
    with near, far:
        near.sendall(typed)
        near.shutdown(socket.SHUT_WR)
        print(f"{typed!r:26}", attempt(recv_frame, far))

# %% [markdown] id="cured" lang="en"
# And the program with which the chapter began? Here it is again, with your frames. (`built_on` says
# in a sentence which exercise is missing.)

# %% [markdown] id="cured" lang="zh" of="4aa71326"
# 那么，本章开头的程序呢？换成你的帧，再来一次。（缺了哪道习题，`built_on` 会用一句话说明。）


# %% id="demo-cured" demo=true
def framed_server(sock, stop):
    with sock.accept()[0] as connection:
        while (command := recv_frame(connection)) is not None:
            send_frame(connection, run(command.decode()))


with (
    built_on(1, 2, 3),
    serving(framed_server, "tcp") as address,
    socket.create_connection(address) as client,
):
    for command in ("seq 600", "echo SECOND"):
        send_frame(client, command.encode())
        answer = recv_frame(client)
        print(f"{command:12}", answer[:16], "…", answer[-8:], len(answer))

# %% [markdown] id="after-cured" lang="en"
# With your three functions, each command gets its own answer. (13b makes such a server safe.)

# %% [markdown] id="after-cured" lang="zh" of="97b61536"
# 三个函数都写对了，每条命令得到的就是自己的响应。（怎样让这种服务器变得安全，见 13b。）

# %% [markdown] id="clock" lang="en"
# ## What if a timeout comes in between?
#
# A server must look at `stop` now and then, so its sockets have a timeout. The header `00 00 00 02`
# and `hi` come with a pause inside the header, longer than the timeout. `recv_exact(far, 4)` raises
# `TimeoutError`, and is called again.

# %% [markdown] id="clock" lang="zh" of="614d92ac"
# ## 中间来一次超时，会怎样？
#
# 服务器要定时检查 `stop`，所以它的套接字设了超时。头部 `00 00 00 02` 和 `hi` 陆续到达，头部中间停顿了一下，比超时还长。`recv_exact(far, 4)` 抛出 `TimeoutError`，然后再调用一次。

# %% id="predict-clock" predict=true lang="en"
predict(
    "ch13/clock",
    "What does the second call return?",
    header="00 00 00 02",
    mixed="00 02 68 69",
    half="00 02",
)

# %% id="predict-clock" predict=true lang="zh" of="3c5156e3"
predict(
    "ch13/clock",
    "第二次调用返回什么？",
    header="00 00 00 02",
    mixed="00 02 68 69",
    half="00 02",
)

# %% id="demo-clock" demo=true
came = b""
near, far = pair()
with near, far:
    far.settimeout(0.1)
    with built_on(1):
        near.sendall(b"\0\0")
        try:
            recv_exact(far, 4)
        except TimeoutError as late:
            print(late)
        near.sendall(b"\0\2hi")
        came = recv_exact(far, 4)
        print(came.hex(" "))

kinds = {b"\0\0\0\2": "header", b"\0\2hi": "mixed", b"\0\2": "half"}
came and outcome("ch13/clock", kinds.get(came, "mixed"))

# %% [markdown] id="after-clock" lang="en"
# **The two bytes already read are gone** ([STR-37](../catalogue.ipynb#cell-id=STR-37)): nobody kept them.
# The next four bytes, two of the header and `hi`, are then read as a length: 157,801. The cure: keep
# every byte that you receive in an object that survives the timeout.
#
# ## How does a parser grow?
#
# Before frames, something smaller: numbers in decimal, each ended by `;`. Four steps. Step 1 takes
# each piece that comes as one number:

# %% [markdown] id="after-clock" lang="zh" of="ef4d803b"
# **已经读到的两个字节没有了**（[STR-37](../catalogue.ipynb#cell-id=STR-37)）：谁也没有把它们存下来。接下来的四个字节，两个属于头部，两个是 `hi`，就被当成了长度：157,801。办法是：收到的每个字节，都存在一个不受超时影响的对象里。
#
# ## 解析器是怎样一步步写成的？
#
# 先不管帧，看一个小一些的：十进制的数，每个以 `;` 结尾。分四步。第一步，来一段就当成一个数：


# %% id="demo-numbers-1" demo=true
def numbers(data):
    return [int(data.rstrip(b";"))]


for pieces in ([b"12;"], [b"1", b"2;"], [b"1;2;"]):
    try:
        print(pieces, [numbers(piece) for piece in pieces])
    except ValueError as error:
        print(pieces, error)

# %% [markdown] id="numbers-2" lang="en"
# The second line reads wrong numbers, the third raises. Step 2 **appends**, and asks whether a **whole**
# number is there:

# %% [markdown] id="numbers-2" lang="zh" of="2df32b28"
# 第二行读出的数不对，第三行抛出异常。第二步：把到达的字节**接**在后面，再看有没有一个**完整**的数：


# %% id="demo-numbers-2" demo=true lang="en"
class Numbers:
    def __init__(self):
        self.buffer = b""

    def feed(self, data):
        self.buffer += data
        if b";" not in self.buffer:
            return []
        number, self.buffer = self.buffer.split(b";", 1)  # take, and keep
        return [int(number)]


# %% id="demo-numbers-2" demo=true lang="zh" of="5b67b6ad"
class Numbers:
    def __init__(self):
        self.buffer = b""

    def feed(self, data):
        self.buffer += data
        if b";" not in self.buffer:
            return []
        number, self.buffer = self.buffer.split(b";", 1)  # 取走，其余留着
        return [int(number)]


# %% id="predict-numbers" predict=true lang="en"
predict("ch13/numbers", "How many numbers does feed(b'1;2;3;') return?")

# %% id="predict-numbers" predict=true lang="zh" of="b847571c"
predict("ch13/numbers", "feed(b'1;2;3;') 返回几个数？")

# %% id="demo-numbers-2-run" demo=true
parser = Numbers()
print([parser.feed(piece) for piece in (b"1", b"2;")])
came = Numbers().feed(b"1;2;3;")
print(came)
outcome("ch13/numbers", len(came))

# %% [markdown] id="numbers-3" lang="en"
# **One: the others stay in the buffer until more bytes come**, perhaps for ever
# ([STR-45](../catalogue.ipynb#cell-id=STR-45)). Step 3 asks **again**, until nothing whole is left.
# Step 4 refuses two things: a number that is too long, even before its `;` has come (else it could
# fill our memory), and a stream that ends inside a number.

# %% [markdown] id="numbers-3" lang="zh" of="b5f6d134"
# **一个：其余的留在缓冲区里，直到有新的字节到达**，也可能永远留在那里（[STR-45](../catalogue.ipynb#cell-id=STR-45)）。第三步：**再看**一次，直到没有完整的为止。第四步：有两种情况要报错。一是数太长，`;` 还没来也要报，否则它会塞满内存；二是流在一个数的中间结束。


# %% id="demo-numbers-4" demo=true lang="en"
class Numbers:
    def __init__(self):
        self.buffer = b""

    def feed(self, data):
        self.buffer, found = self.buffer + data, []
        while b";" in self.buffer:  # step 3
            number, self.buffer = self.buffer.split(b";", 1)
            found.append(number)
        if max(map(len, [*found, self.buffer])) > 9:  # step 4: a limit
            raise FrameError("more than nine digits")
        return [int(number) for number in found]

    def close(self):  # step 4
        if self.buffer:
            raise EOFError(self.buffer)


# %% id="demo-numbers-4" demo=true lang="zh" of="ca93269a"
class Numbers:
    def __init__(self):
        self.buffer = b""

    def feed(self, data):
        self.buffer, found = self.buffer + data, []
        while b";" in self.buffer:  # 第三步
            number, self.buffer = self.buffer.split(b";", 1)
            found.append(number)
        if max(map(len, [*found, self.buffer])) > 9:  # 第四步：上限
            raise FrameError("more than nine digits")
        return [int(number) for number in found]

    def close(self):  # 第四步
        if self.buffer:
            raise EOFError(self.buffer)


# %% id="demo-numbers-4-run" demo=true
streams = [b"1", b"2;"], [b"1;2;3;"], [b"4;", b"", b"5"]
for pieces in (*streams, [b"1234567890"], [b"1234567890;"]):
    parser = Numbers()
    try:
        print(pieces, [parser.feed(piece) for piece in pieces])
        parser.close()
    except (FrameError, EOFError) as error:
        print(pieces, type(error).__name__, error)

# %% [markdown] id="ex-frame-parser" lang="en"
# Your parser asks another question: is the header there, and if so, are as many bytes there as it
# says?
#
# ## Exercise 4 · A parser that forgets nothing (5 points)
#
# `FrameParser(limit=1 << 20)` cuts a stream into frames, however it arrives. No socket inside.
#
# - `feed(data)` takes the next bytes (`bytes`, perhaps none); returns a list of the payloads
#   (`bytes`) of the frames completed by them, in order. Raises `FrameError` as soon as a header
#   announces more than `limit` bytes, and allocates nothing for them; exactly `limit` is fine.
# - `close()`: the stream has ended. Raises `EOFError` if it ended inside a frame; else returns
#   `None`.
# - Two parsers know nothing of each other.
# - *Not required:* frames completed in the same call before a `FrameError`, use after an error,
#   feeding more than 100 kB one byte at a time quickly.

# %% [markdown] id="ex-frame-parser" lang="zh" of="5a249314"
# 你的解析器要问的是另一个问题：头部到齐了没有？到齐了，它说的那么多字节到齐了没有？
#
# ## 习题 4 · 什么都不丢的解析器（5 分）
#
# `FrameParser(limit=1 << 20)` 把流切成帧，不管字节怎样到达。里面没有套接字。
#
# - `feed(data)` 接收接下来的字节（`bytes`，可能为空），返回一个列表，按先后列出这一次凑齐的各帧的载荷（`bytes`）。头部一旦声明超过 `limit` 字节，就抛出 `FrameError`，也不为它们分配内存；恰好 `limit` 字节是可以的。
# - `close()`：流结束了。如果结束在一帧中间，抛出 `EOFError`；否则返回 `None`。
# - 两个解析器互不相干。
# - **不要求**：同一次调用中、`FrameError` 之前已凑齐的帧；出错之后继续使用；逐字节喂入 100 kB 以上数据时的性能。


# %% id="frame-parser" solution="ch13/frame_parser"
class FrameParser:
    """Cut a stream into frames, however it arrives. No socket inside."""

    def __init__(self, limit: int = 1 << 20):
        """limit: bytes that a payload may have."""
        ### BEGIN SOLUTION
        self.limit, self.buffer = limit, bytearray()
        ### END SOLUTION

    def feed(self, data: bytes) -> list[bytes]:
        """Take the next bytes; return the payloads that they complete."""
        ### BEGIN SOLUTION
        self.buffer += data
        payloads = []
        while len(self.buffer) >= 4:
            end = 4 + int.from_bytes(self.buffer[:4], "big")
            if end > 4 + self.limit:
                raise FrameError(f"more than {self.limit} bytes: {end - 4}")
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
            raise EOFError(f"ended {len(self.buffer)} bytes into a frame")
        ### END SOLUTION


# %% id="check-frame-parser" check="ch13/frame_parser"
check("ch13/frame_parser")

# %% [markdown] id="fuzz" lang="en"
# **Odd, and right:** `feed(b"")` returns `[]`. One `feed` may return five frames, the next none. A
# frame of length 0 gives `b""`, which is a payload. `feed` does not raise when it has half a frame.
# `close()` after a whole frame does nothing.
#
# Without sockets every cut can be tried. Three frames, one of them empty, are 14 bytes; a stream
# may be cut, or not, after each of the first 13.

# %% [markdown] id="fuzz" lang="zh" of="da9e6f82"
# **看着奇怪，其实是对的**：`feed(b"")` 返回 `[]`。一次 `feed` 可能返回五帧，下一次一帧也没有。长度为 0 的帧给出 `b""`，它也是一个载荷。手里只有半帧时，`feed` 不抛异常。刚好在一帧结束时调用 `close()`，什么也不发生。
#
# 不用套接字，所有切法都可以试一遍。三帧（其中一帧为空）共 14 个字节；前 13 个字节，每个后面都可以切，也可以不切。

# %% id="predict-fuzz" predict=true lang="en"
predict("ch13/fuzz", "In how many ways can these 14 bytes be cut? Write a number.")

# %% id="predict-fuzz" predict=true lang="zh" of="1c859a0b"
predict("ch13/fuzz", "这 14 个字节一共有多少种切法？写一个数字。")

# %% id="demo-fuzz" demo=true lang="en"
from itertools import pairwise

stream = b"\0\0\0\1a" + b"\0\0\0\0" + b"\0\0\0\1b"
ways = range(1 << 13)
right = 0
with built_on(4):
    for cuts in ways:  # bit i: a cut after byte i + 1
        ends = [i + 1 for i in range(13) if cuts >> i & 1] + [14]
        parser, frames = FrameParser(), []
        for start, end in pairwise([0, *ends]):
            frames += parser.feed(stream[start:end])
        right += frames == [b"a", b"", b"b"]
    print(f"{right:,} / {len(ways):,}")

outcome("ch13/fuzz", len(ways))

# %% id="demo-fuzz" demo=true lang="zh" of="1268bc73"
from itertools import pairwise

stream = b"\0\0\0\1a" + b"\0\0\0\0" + b"\0\0\0\1b"
ways = range(1 << 13)
right = 0
with built_on(4):
    for cuts in ways:  # 第 i 位：在第 i + 1 个字节后面切开
        ends = [i + 1 for i in range(13) if cuts >> i & 1] + [14]
        parser, frames = FrameParser(), []
        for start, end in pairwise([0, *ends]):
            frames += parser.feed(stream[start:end])
        right += frames == [b"a", b"", b"b"]
    print(f"{right:,} / {len(ways):,}")

outcome("ch13/fuzz", len(ways))

# %% [markdown] id="after-fuzz" lang="en"
# **Two to the thirteenth, and a right answer is right in each of them.** 13b and the
# chapters on files use your `FrameParser`.

# %% [markdown] id="after-fuzz" lang="zh" of="a3cd6f66"
# **2 的 13 次方种；写对了，怎么切结果都对。** 13b 和讲传文件的那几章都要用到 `FrameParser`。

# %% [markdown] id="lines" lang="en"
# ## Where does a line end?
#
# Lines need a parser, too. Is `splitlines` one? Here are two lines: `a\rb`, ended by LF, and ` c`,
# with a blank in front, ended by CR LF.

# %% [markdown] id="lines" lang="zh" of="c2819de7"
# ## 一行到哪里为止？
#
# 文本行也需要解析器。`splitlines` 算不算？这里有两行：`a\rb`，以 LF 结尾；开头有空格的 ` c`，以 CR LF 结尾。

# %% id="predict-lines" predict=true lang="en"
predict("ch13/lines", "How many lines does splitlines() find?")

# %% id="predict-lines" predict=true lang="zh" of="51d50603"
predict("ch13/lines", "splitlines() 找到几行？")

# %% id="demo-lines" demo=true
found = b"a\rb\n c\r\n".splitlines()
print(found, b" c\r\n".strip())
outcome("ch13/lines", len(found))

# %% [markdown] id="after-lines" lang="en"
# **Three, and `strip` has eaten the blank** ([STR-41](../catalogue.ipynb#cell-id=STR-41)).
# `splitlines` ends lines at a lone CR, too, and `strip` removes what belongs to the line.

# %% [markdown] id="after-lines" lang="zh" of="d4af8b15"
# **三行，而且 `strip` 把空格吃掉了**（[STR-41](../catalogue.ipynb#cell-id=STR-41)）。`splitlines` 遇到单独的 CR 也断行，`strip` 会去掉属于这一行的内容。

# %% [markdown] id="ex-line-parser" lang="en"
# ## Exercise 5 · Lines (3 points)
#
# `LineParser(max_len)` cuts a stream into lines, however it arrives. `feed(data)` takes the next
# bytes and returns a list of the lines completed by them, as `bytes`, in order.
#
# - A line ends with `b"\n"`; one `b"\r"` just before it belongs to the end. Nothing else is
#   removed. Empty lines count.
# - Raises `FrameError` for a line of more than `max_len` bytes (end not counted), at the latest
#   when `max_len` + 2 bytes have come without `b"\n"` (`max_len` + 1 may still be a line and its
#   `\r`): nobody may fill your memory.
# - *Not required:* lines completed in the same call before the error, a last line without end.

# %% [markdown] id="ex-line-parser" lang="zh" of="f478f6e4"
# ## 习题 5 · 文本行（3 分）
#
# `LineParser(max_len)` 把流切成行，不管字节怎样到达。`feed(data)` 接收接下来的字节，返回一个列表，按先后列出这一次凑齐的各行（`bytes`）。
#
# - 一行以 `b"\n"` 结尾；紧挨在它前面的一个 `b"\r"` 属于行尾。此外什么都不去掉。空行也算一行。
# - 一行超过 `max_len` 字节（不含行尾）时抛出 `FrameError`，最迟在收到 `max_len` + 2 个字节仍没有 `b"\n"` 时抛出（多留一个字节，因为末尾的 `\r` 可能属于行尾）：谁也不能把你的内存塞满。
# - **不要求**：同一次调用中、出错之前已凑齐的行；最后没有行尾的那一行。


# %% id="line-parser" solution="ch13/line_parser"
class LineParser:
    """Cut a stream into lines, however it arrives."""

    def __init__(self, max_len: int):
        """max_len: bytes that a line may have, its end not counted."""
        ### BEGIN SOLUTION
        self.max_len, self.buffer = max_len, b""
        ### END SOLUTION

    def feed(self, data: bytes) -> list[bytes]:
        """Take the next bytes; return the lines that they complete."""
        ### BEGIN SOLUTION
        *lines, self.buffer = (self.buffer + data).split(b"\n")
        lines = [line.removesuffix(b"\r") for line in lines]
        longest = max(map(len, lines), default=0)
        if longest > self.max_len or len(self.buffer) > self.max_len + 1:
            raise FrameError(f"a line of more than {self.max_len} bytes")
        return lines
        ### END SOLUTION


# %% id="check-line-parser" check="ch13/line_parser"
check("ch13/line_parser")

# %% [markdown] id="peers" lang="en"
# ## Does a program that we did not write understand you?
#
# Whoever knows the format can join. `perl` has your `send_frame` built in, as `pack("N/a*")`: it sends
# three frames to your `recv_frame`. `nc` sends lines to your `LineParser`, through a relay that cuts
# after every 3 bytes.

# %% [markdown] id="peers" lang="zh" of="5b7255c4"
# ## 能听懂别人写的程序吗？
#
# 知道格式，谁都可以加入。`perl` 的 `pack("N/a*")` 就相当于你的 `send_frame`：它给你的 `recv_frame` 发三帧。`nc` 给你的 `LineParser` 发几行，中间的中继每 3 个字节切一刀。

# %% id="demo-peer" demo=true lang="en"
import shutil
import subprocess

PERL = r"""
my $sock = IO::Socket::INET->new("$ARGV[0]:$ARGV[1]") or die $@;
print $sock pack("N/a*", $_) for "hello", "", "from perl";
"""


def send_from(address, *command, data=b""):
    """Run a program with host and port behind its words; it reads data."""
    if shutil.which(command[0]) is None:
        print(command[0], "is not installed here.")
    else:
        argv = [*command, address[0], str(address[1])]
        subprocess.run(argv, input=data, timeout=10)


# %% id="demo-peer" demo=true lang="zh" of="48940f4c"
import shutil
import subprocess

PERL = r"""
my $sock = IO::Socket::INET->new("$ARGV[0]:$ARGV[1]") or die $@;
print $sock pack("N/a*", $_) for "hello", "", "from perl";
"""


def send_from(address, *command, data=b""):
    """运行一个程序，把主机和端口接在命令后面；它的输入是 data。"""
    if shutil.which(command[0]) is None:
        print(command[0], "这里没有安装。")
    else:
        argv = [*command, address[0], str(address[1])]
        subprocess.run(argv, input=data, timeout=10)


# %% id="demo-servers-of-yours" demo=true
def frames_of(sock, stop):
    with sock.accept()[0] as connection:
        return [*iter(lambda: recv_frame(connection), None)]


def lines_of(sock, stop):
    parser = LineParser(100)
    with sock.accept()[0] as connection:
        pieces = iter(lambda: connection.recv(1024), b"")
        return [line for piece in pieces for line in parser.feed(piece)]


# %% id="demo-peers" demo=true tags=["nbval-ignore-output"]
with built_on(1, 3):
    server = serving(frames_of, "tcp")
    with server as address:
        send_from(address, "perl", "-MIO::Socket::INET", "-e", PERL)
    print(server.returned)
with built_on(5):
    server = serving(lines_of, "tcp")
    with server as address, TCPRelay(address, "split every 3") as front:
        send_from(front, "busybox", "nc", data=b"one\r\n\n two words \n")
    print(server.returned)

# %% [markdown] id="practice" lang="en"
# Where both programs are installed: `[b'hello', b'', b'from perl']` and
# `[b'one', b'', b' two words ']`.
#
# ## Where will you meet this?
#
# DNS over TCP has 2 bytes of length (RFC 1035 §4.2.2), TLS records too (RFC 8446 §5.1), HTTP/2
# frames 3 (RFC 9113 §4.1). WebSocket uses 1, 3 or 9 (RFC 6455 §5.2). HTTP/1.1 mixes lines with a
# length in text, which CR LF ends (RFC 9112). Netty's `LengthFieldBasedFrameDecoder`
# is your `FrameParser`.
#
# ## What can you say now?
#
# **You can now say:** TCP carries bytes in order, and no messages. `recv(n)` returns at most `n`
# bytes, whatever was sent by one call. A length prefix of fixed size, or a delimiter, says where a
# message ends. `b""` is the end between two frames, and an error inside of one. A parser keeps what
# is not whole yet, so neither a cut nor a timeout loses a byte.
#
# **Ask yourself:** 1. Which of the three ways do you take for a chat, for a file of 1 GB, for a sensor
# that sends one number a second? 2. `recv(4)` has returned two bytes: what went wrong? 3. A header
# says 4,000,000,000: what do you do? 4. From 04: why does UDP need none of this? 5. From 11: the peer
# has called `shutdown(SHUT_WR)`; may you still send?
#
# <details><summary>Answers</summary>1. Lines, or frames; frames; equally long records: your reasons
# count. 2. Nothing: ask for the other two. 3. Refuse it before you read or allocate anything. 4. A
# datagram comes whole or not at all, and carries its length. 5. Yes.</details>
#
# **Left out:** checksums and versions in headers; lengths of variable size; several conversations in
# one connection (HTTP/2); many clients at once (15); heartbeats (12); encryption (TLS).

# %% [markdown] id="practice" lang="zh" of="932fabe3"
# 两个程序都装了的话，结果是 `[b'hello', b'', b'from perl']` 和 `[b'one', b'', b' two words ']`。
#
# ## 实际应用
#
# DNS over TCP 的长度占 2 个字节（RFC 1035 第 4.2.2 节），TLS 记录也是（RFC 8446 第 5.1 节），HTTP/2 的帧占 3 个（RFC 9113 第 4.1 节），WebSocket 视情况占 1、3 或 9 个（RFC 6455 第 5.2 节）。HTTP/1.1 把文本行和用文本写的长度合起来用，长度以 CR LF 结尾（RFC 9112）。Netty 的 `LengthFieldBasedFrameDecoder` 就是你的 `FrameParser`。
#
# ## 小结
#
# **现在你能说清楚**：TCP 按顺序传输字节，不传消息。不管对端一次发了多少，`recv(n)` 最多返回 `n` 个字节。定长的长度前缀，或者分隔符，说明一条消息到哪里为止。`b""` 在两帧之间是正常结束，在一帧中间是错误。解析器把还不完整的部分留着，所以切开和超时都不会丢字节。
#
# **考考自己**：1. 聊天、1 GB 的文件、每秒发一个数的传感器，这三种场合分别选哪种办法？2. `recv(4)` 只返回两个字节，哪里出错了？3. 头部说长度是 4,000,000,000，怎么办？4. 第 4 章：为什么 UDP 用不着这些？5. 第 11 章：对端调用了 `shutdown(SHUT_WR)`，你还能发吗？
#
# <details><summary>答案</summary>1. 文本行或帧；帧；一样长的记录：说得出理由就行。2. 没有出错：再要另外两个。3. 不读取、不分配内存，直接拒绝。4. 一个数据报要么完整到达，要么不到，而且自带长度。5. 能。</details>
#
# **本章没有讲**：头部里的校验和与版本号；不定长的长度；一条连接里的多个会话（HTTP/2）；同时服务许多客户端（第 15 章）；心跳（第 12 章）；加密（TLS）。

# %% [markdown] id="old-notes" lang="en"
# ## Old notes, checked
#
# | They say or do | In fact |
# |---|---|
# | the sender waits until its buffer is full | TCP sends at once if it may; Nagle waits only for an ACK (RFC 9293 §3.7.4) |
# | UDP does not stick, because its receive buffer is a linked list | because each datagram is delivered by itself, with its length; Linux keeps what came by TCP in a list, too |
# | `recv(4)` returns the four bytes of the length | at most four ([STR-07](../catalogue.ipynb#cell-id=STR-07)) |
# | "empty: go on receiving", beside `break` | the code is right, the comment is not: `b""` is the end |
# | format `"i"` for the length ([TXT-06](../catalogue.ipynb#cell-id=TXT-06)) | signed, and in the byte order of *your* machine |
#
# One thing is done well: their file server puts a length before the name and one before the content.

# %% [markdown] id="old-notes" lang="zh" of="c3c975ba"
# ## 核对旧笔记
#
# | 旧说法、旧做法 | 事实 |
# |---|---|
# | 发送方等缓冲区满了才发 | 只要允许，TCP 立即就发；Nagle 等的只是一个 ACK（RFC 9293 第 3.7.4 节） |
# | UDP 不粘包，是因为接收缓冲区是链式结构 | 是因为每个数据报单独交付，自带长度；Linux 收到的 TCP 数据也存在链表里 |
# | `recv(4)` 收到长度的四个字节 | 最多四个（[STR-07](../catalogue.ipynb#cell-id=STR-07)） |
# | 注释写“空消息，继续接收”，旁边却是 `break` | 代码对，注释错：`b""` 表示结束 |
# | 长度用格式 `"i"`（[TXT-06](../catalogue.ipynb#cell-id=TXT-06)） | 有符号，而且用的是**你的**机器的字节序 |
#
# 有一点做得好：旧笔记里的文件服务器在文件名和内容前面各放了一个长度。

# %% [markdown] id="glossary" lang="en"
# ## Glossary
#
# | Term | 中文 | Source |
# |---|---|---|
# | byte stream | 字节流 | RFC 9293 §2.2 |
# | framing, message boundary | 成帧（定界），消息边界 | – |
# | "sticky packets", split messages | 粘包，拆包（半包） | folklore |
# | delimiter | 分隔符 | RFC 5321 §2.3.8 |
# | length prefix | 长度前缀 | RFC 1035 §4.2.2 |
# | header, payload | 头部，载荷 | – |
# | Nagle's algorithm | Nagle 算法 | RFC 9293 §3.7.4 |
# | half-close | 半关闭 | RFC 9293 §3.6 |
# | end of file (EOF) | EOF（对端已关闭写端） | recv(2) |
# | network byte order | 网络字节序 | RFC 1700 |
# | parser | 解析器 | – |
# | buffer | 缓冲区 | – |

# %% [markdown] id="glossary" lang="zh" of="d755aaa4"
# ## 术语表
#
# | 英文 | 中文 | 出处 |
# |---|---|---|
# | byte stream | 字节流 | RFC 9293 第 2.2 节 |
# | framing, message boundary | 成帧（定界），消息边界 | – |
# | "sticky packets", split messages | 粘包，拆包（半包） | 民间说法 |
# | delimiter | 分隔符 | RFC 5321 第 2.3.8 节 |
# | length prefix | 长度前缀 | RFC 1035 第 4.2.2 节 |
# | header, payload | 头部，载荷 | – |
# | Nagle's algorithm | Nagle 算法 | RFC 9293 第 3.7.4 节 |
# | half-close | 半关闭 | RFC 9293 第 3.6 节 |
# | end of file (EOF) | EOF（对端已关闭写端） | recv(2) |
# | network byte order | 网络字节序 | RFC 1700 |
# | parser | 解析器 | – |
# | buffer | 缓冲区 | – |

# %% [markdown] id="misses" lang="en"
# ## What did you predict?
#
# Next is 13b: the same frames, and commands that are run safely.

# %% [markdown] id="misses" lang="zh" of="e6983cb6"
# ## 你猜对了多少？
#
# 接下来是 13b：还是这些帧，用来安全地执行命令。

# %% id="demo-predictions" demo=true tags=["nbval-ignore-output"]
predictions("ch13")
