# %% [markdown] id="title" lang="en"
# # TFTP: a file, block by block
#
# Run the next two cells: `fetch` gets a file from a server that we did not write, and the ladder
# grows while the packets go. (`tftp_server` runs that server until its `with` ends; `UDPRelay`
# stands in between, slows the answers down and records them; `LiveLadder` draws.)

# %% [markdown] id="title" lang="zh" of="bdc5b280"
# # TFTP：把文件一块一块传过来
#
# 运行下面两个单元格：`fetch` 从一个别人写的服务器取文件，时序图随着数据包的往来逐行变长。（`tftp_server` 让那个服务器一直运行，直到 `with` 结束；`UDPRelay` 夹在中间，放慢响应并记录下来；`LiveLadder` 负责画图。）

# %% id="demo-fetch" demo=true
import socket


def fetch(server, name):
    """Return a file from a TFTP server, over a network on which nothing ever goes wrong."""
    content = b""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.settimeout(5)
        sock.sendto(b"\0\1" + name.encode() + b"\0octet\0", server)
        while True:
            packet, sender = sock.recvfrom(516)
            content += packet[4:]
            sock.sendto(b"\0\4" + packet[2:4], sender)
            if len(packet) < 516:
                return content


# %% id="demo-live" demo=true tags=["nbval-ignore-output"]
from netlib.faults import UDPRelay
from netlib.labels import label
from netlib.panels import LiveLadder
from netlib.programs import tftp_server

NOTES = b"".join(b"line %2d of the notes\n" % number for number in range(53))

with tftp_server({"notes.txt": NOTES * 16}) as server:
    relay = UDPRelay(server, "delay reply every 1 30ms", label=label)
    with relay as address:
        panel = LiveLadder(relay.trace, relay.endpoints, rows=12)
        display(panel)
        print("the same bytes:", fetch(address, "notes.txt") == NOTES * 16)
panel.close()  # now that everything has crossed

# %% [markdown] id="after-live" lang="en"
# One **block** of 512 bytes, one acknowledgement, the next block: TFTP (RFC 1350) moves a file
# over UDP in **lock step**. A block of fewer than 512 bytes is the last. Computers that boot from
# the network, IP phones and routers load their software this way.
#
# That is all, as long as nothing goes wrong. `fetch` is made for such a network; so is the
# downloader in the old classroom notes that this course replaces. (Codes such as TFT-01 are
# entries of our catalogue of misconceptions.) You will write one that survives loss, copies,
# strangers and silence. This cell defines names for the exercises:

# %% [markdown] id="after-live" lang="zh" of="71567c07"
# 一**块**（block）512 字节，一个确认，再下一块：TFTP（RFC 1350）在 UDP 上以**停等**（lock step）的方式传文件，不足 512 字节的那一块就是最后一块。开机从网络启动的电脑、IP 电话、路由器，都这样装载软件。
#
# 只要不出差错，协议就这么多。`fetch` 就是为这样的网络写的；本课程所取代的课堂笔记（“旧笔记”）里的下载器也是。（TFT-01 这样的代号是课程误区目录的条目。）你要写的下载器，经得起丢包、重复、陌生人和沉默。下面这个单元格定义习题要用的名字：

# %% id="setup" setup=true
import os
import socket
import struct
import tempfile
import time

Address = tuple[str, int]
RRQ, WRQ, DATA, ACK, ERROR, OACK = 1, 2, 3, 4, 5, 6
STRANGER = struct.pack("!HH", ERROR, 5) + b"unknown transfer ID\0"


# %% id="setup-error" setup=true
class TftpError(Exception):
    """The other side refused: code and message of its ERROR packet (RFC 1350, section 5)."""

    def __init__(self, code: int, message: str):
        super().__init__(code, message)
        self.code, self.message = code, message


# %% [markdown] id="packets" lang="en"
# ## Six packets are the whole protocol
#
# | packet | opcode | then |
# |---|---|---|
# | RRQ, read request | 1 | name, NUL, mode, NUL |
# | WRQ, write request (chapter 07) | 2 | the same |
# | DATA | 3 | block number, 0–512 bytes |
# | ACK | 4 | block number |
# | ERROR | 5 | code, message, NUL |
# | OACK | 6 | options (RFC 2347) |
#
# Opcode, block number and code take two bytes each, big-endian: 0x1122 travels as 11 22.
# `struct.pack("!HH", ACK, 1)` makes such fields (`H`: 16 bits, `!`: network byte order),
# `struct.unpack` reads them. A text has no length; a NUL (zero byte) ends it. Mode `octet` means
# bytes as they are.

# %% [markdown] id="packets" lang="zh" of="9d7b8ce8"
# ## 六种数据包就是整个协议
#
# | 数据包 | 操作码 | 后面是 |
# |---|---|---|
# | RRQ，读请求 | 1 | 文件名、NUL、模式、NUL |
# | WRQ，写请求（第 7 章） | 2 | 同上 |
# | DATA | 3 | 块号、0～512 字节 |
# | ACK | 4 | 块号 |
# | ERROR | 5 | 错误码、文字说明、NUL |
# | OACK | 6 | 选项（RFC 2347） |
#
# 操作码（opcode）、块号、错误码各占两个字节，大端：0x1122 在网络上依次是 11 22。`struct.pack("!HH", ACK, 1)` 生成这样的字段（`H`：16 位，`!`：网络字节序），`struct.unpack` 把它们读出来。文本不带长度，以一个 NUL（值为 0 的字节）结尾。`octet` 模式表示字节原样传输。

# %% id="demo-bytes" demo=true
from netlib.dissect.tftp import TFTP
from netlib.hexview import HexView

request = b"\0\1notes.txt\0octet\0"
HexView(request, list(TFTP.parse(request).fields()))

# %% [markdown] id="nuls" lang="en"
# ## Count the NULs
#
# `refuse` keeps a request and answers ERROR. Three programs ask it for `notes.txt`. How many NULs
# will each send after the opcode? Predict first; predictions are not graded.

# %% [markdown] id="nuls" lang="zh" of="8fcfaec9"
# ## 数一数 NUL
#
# `refuse` 记下请求，回一个 ERROR。三个程序都向它要 `notes.txt`。它们各自的请求里，操作码之后会有几个 NUL？先写下预测；预测不计分。

# %% id="predict-nuls" predict=true
my_prediction = ...

# %% id="demo-refuse" demo=true
import shutil
import subprocess

from netlib.serving import serving


def refuse(sock, stop):
    """Refuse one request, and return what it was; b"" if none came."""
    sock.settimeout(1.5)
    try:
        request, client = sock.recvfrom(516)
    except TimeoutError:
        return b""
    sock.sendto(b"\0\5\0\1no such file\0", client)
    return request


# %% [markdown] id="nuls-programs" lang="en"
# Now they ask:

# %% [markdown] id="nuls-programs" lang="zh" of="404f483a"
# 现在让它们来要：

# %% id="demo-nuls" demo=true tags=["nbval-ignore-output"]
for command in (
    "tftp -m binary {} {} -c get notes.txt /dev/null",
    "busybox tftp -g -r notes.txt -l /dev/null {} {}",
    "curl -s tftp://{}:{}/notes.txt",
):
    program = command.split()[0]
    if shutil.which(program) is None:
        print(program, "is not installed here, so it was not asked.")
        continue
    server = serving(refuse)
    with server as (host, port):
        subprocess.run(command.format(host, port).split(), capture_output=True, timeout=10)
    print(program, server.returned[2:].count(0), "NULs:", server.returned)

# %% [markdown] id="after-nuls" lang="en"
# `tftp` sends two: one ends the name, one the mode. A NUL is no "mark of the request format"
# (TFT-13). The others add **options**, pairs of texts, which a server may ignore. A name that
# holds a NUL would end there, and the rest be read as the mode. Old notes pack names into `"8s"`
# (TFT-11): eight bytes, cut or filled with NULs. They write names in GBK; servers compare bytes,
# and nearly all files are named in UTF-8.

# %% [markdown] id="after-nuls" lang="zh" of="6a10531c"
# `tftp` 有两个：一个结束文件名，一个结束模式。NUL 不是什么“请求格式的标志”（TFT-13）。另外两个程序还带了**选项**（option），即成对的文本，服务器可以不理。文件名里要是有 NUL，文件名到那里就断了，余下的会被当成模式。旧笔记用 `"8s"` 打包文件名（TFT-11）：固定八个字节，长了截断，短了补 NUL。旧笔记的文件名用 GBK；可服务器比较的是字节，而如今的文件名几乎都是 UTF-8。

# %% [markdown] id="judged" lang="en"
# ## How your answers are judged
#
# The cell below each exercise runs `check`. As in chapter 04: nothing is graded that the exercise
# does not state, and *not required* is never tested. Plan two sittings, with a break before
# exercise 5.
#
# - Packets are `bytes`, times seconds (`float`, > 0), sizes bytes; hosts are dotted IPv4 literals.
# - A function that is *given* a socket leaves it open and may change its timeout; one that
#   *makes* a socket closes it, also when it fails.
# - "Raises X" means X or a subclass; its text is free. Any other exception, or a wrong type
#   (`bytearray` for `bytes`, list for tuple), is a failure. A `NamedTuple` is a tuple.
# - New: exercises build on each other. You may use your earlier functions; you need not. If one
#   of them is wrong, practice sends you there first, and grading tries the later one again with
#   that one put right: no mistake costs twice.
# - Printing is free; standard library only. When judged, only the setup cells, your solutions and
#   what you add yourself are there.

# %% [markdown] id="judged" lang="zh" of="629b198e"
# ## 评分规则
#
# 每道题下面的单元格运行 `check`。同第 4 章一样：题目没写的，一律不考查；列在“**不要求**”里的从不测试。建议分两次做完，习题 5 之前可以休息一下。
#
# - 数据包是 `bytes`，时间以秒计（`float`，大于 0），大小以字节计；主机是点分十进制的 IPv4 地址。
# - **传给**函数的套接字要保持打开，可以改它的超时；函数**自己创建**的套接字由它自己关闭，出错时也一样。
# - “抛出 X”指 X 或它的子类，异常信息不限。抛出别的异常，或类型不对（该是 `bytes` 却给 `bytearray`，该是元组却给列表），都算错。`NamedTuple` 算元组。
# - 新的一条：后面的题建立在前面的题之上。可以用自己前面写的函数，不用也行。前面的题若有错，练习时会让你先改前面的；评分时会把前一题换成正确的，再测一遍后一题：一处错误不会扣两次分。
# - 可以随意打印；只能用标准库。评分时只有准备单元格、你的答案和你自己加的单元格。

# %% id="import-check" demo=true lang="en"
from autograder import check, replay

# %% id="import-check" demo=true lang="zh" of="fc3524f1"
from autograder.zh import check, replay

# %% [markdown] id="ex-build-rrq" lang="en"
# ## Exercise 1 · The request (2 points)
#
# `build_rrq(name, mode="octet")` returns a read request (RFC 1350 §5): opcode 1 in two bytes,
# big-endian, then `name` (`str`) in UTF-8, a NUL, `mode` (`str`) in ASCII, a NUL.
#
# - Names of any length and script.
# - Raises `ValueError` if `name` or `mode` holds a NUL.
# - *Not required:* empty names, unknown modes, a limit of length.

# %% [markdown] id="ex-build-rrq" lang="zh" of="4e833ee7"
# ## 习题 1 · 请求（2 分）
#
# `build_rrq(name, mode="octet")` 返回一个读请求（RFC 1350 第 5 节）：两字节大端的操作码 1，然后是 UTF-8 编码的 `name`（`str`）、一个 NUL、ASCII 编码的 `mode`（`str`）、一个 NUL。
#
# - 文件名长短、文字不限。
# - `name` 或 `mode` 里有 NUL 时抛出 `ValueError`。
# - **不要求**：空文件名、未知的模式、长度上限。


# %% id="build-rrq" solution="ch06/build_rrq"
def build_rrq(name: str, mode: str = "octet") -> bytes:
    """Return a TFTP read request for the file name."""
    ### BEGIN SOLUTION
    if "\0" in name + mode:
        raise ValueError("a NUL in a name or mode would end it there")
    return struct.pack("!H", RRQ) + name.encode() + b"\0" + mode.encode("ascii") + b"\0"
    ### END SOLUTION


# %% id="check-build-rrq" check="ch06/build_rrq"
check("ch06/build_rrq")

# %% [markdown] id="ex-parse" lang="en"
# ## Exercise 2 · What a packet says (3 points)
#
# `parse(packet)` returns what a server's packet says, as a tuple (RFC 1350 §5, RFC 2347):
#
#     ("DATA", block, payload)   ("ACK", block)   ("ERROR", code, message)   ("OACK", options)
#
# - `block` and `code` are `int`, 0–65535. `payload` (perhaps empty) and `options` are the `bytes`
#   that follow, unread: those of DATA after four bytes, those of OACK after two.
# - `message` is `str`: up to the first NUL or, without one, to the end. Odd bytes in it (80 ff)
#   never raise: `decode(errors="replace")`.
# - Raises `ValueError` if `packet` has fewer than 4 bytes, or any other opcode: 1 and 2 as well,
#   and 256 + 3 is not 3.
# - *Not required:* DATA longer than 516 bytes, ACK longer than 4, what odd bytes become, what is
#   inside `options`.

# %% [markdown] id="ex-parse" lang="zh" of="ebef3209"
# ## 习题 2 · 读懂数据包（3 分）
#
# `parse(packet)` 以元组返回服务器发来的数据包说了什么（RFC 1350 第 5 节，RFC 2347）：
#
#     ("DATA", block, payload)   ("ACK", block)   ("ERROR", code, message)   ("OACK", options)
#
# - `block` 和 `code` 是 `int`，0～65535。`payload`（可以为空）和 `options` 是后面的 `bytes`，不解析：DATA 从第四个字节之后算起，OACK 从第二个字节之后算起。
# - `message` 是 `str`：到第一个 NUL 为止，没有 NUL 就到结尾。里面有怪字节（80 ff）也不抛异常：`decode(errors="replace")`。
# - `packet` 不足 4 字节，或操作码是别的值，抛出 `ValueError`：1 和 2 也算，256 + 3 也不是 3。
# - **不要求**：超过 516 字节的 DATA、超过 4 字节的 ACK、怪字节变成什么文字、`options` 里面的内容。


# %% id="parse" solution="ch06/parse"
def parse(packet: bytes) -> tuple:
    """Return what a server's packet says: its kind, and the fields of that kind."""
    ### BEGIN SOLUTION
    if len(packet) < 4:
        raise ValueError(f"expected a packet of 4 bytes or more; got {len(packet)}")
    opcode, number = struct.unpack("!HH", packet[:4])
    if opcode == DATA:
        return "DATA", number, packet[4:]
    if opcode == ACK:
        return "ACK", number
    if opcode == ERROR:
        return "ERROR", number, packet[4:].partition(b"\0")[0].decode(errors="replace")
    if opcode == OACK:
        return "OACK", packet[2:]
    raise ValueError(f"expected DATA, ACK, ERROR or OACK; got opcode {opcode}")
    ### END SOLUTION


# %% id="check-parse" check="ch06/parse"
check("ch06/parse")

# %% [markdown] id="ex-build-ack" lang="en"
# ## Exercise 3 · The acknowledgement (1 point)
#
# `build_ack(block)` returns the 4 bytes that acknowledge `block` (`int`, 0–65535). *Not
# required:* other numbers.

# %% [markdown] id="ex-build-ack" lang="zh" of="cd6264a9"
# ## 习题 3 · 确认（1 分）
#
# `build_ack(block)` 返回确认 `block`（`int`，0～65535）的那 4 个字节。**不要求**：其他数值。


# %% id="build-ack" solution="ch06/build_ack"
def build_ack(block: int) -> bytes:
    """Return the 4 bytes that acknowledge block."""
    ### BEGIN SOLUTION
    return struct.pack("!HH", ACK, block)
    ### END SOLUTION


# %% id="check-build-ack" check="ch06/build_ack"
check("ch06/build_ack")

# %% [markdown] id="tid" lang="en"
# ## The answer comes from another port
#
# We ask `server`. From which address will block 1 come?

# %% [markdown] id="tid" lang="zh" of="49575961"
# ## 响应来自另一个端口
#
# 我们向 `server` 发请求。第 1 块会从哪个地址来？

# %% id="predict-tid" predict=true
my_prediction = ...

# %% id="demo-tid" demo=true
sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
with tftp_server({"notes.txt": NOTES}) as server, sock:
    sock.settimeout(5)
    sock.sendto(request, server)
    packet, sender = sock.recvfrom(516)
print("same host:", sender[0] == server[0], "/ same port:", sender[1] == server[1])

# %% [markdown] id="after-tid" lang="en"
# The well-known port (69; here a free one) only takes requests. Each transfer gets a new port;
# it and your own are the **transfer identifiers** (TID, RFC 1350 §4). ACKs go to the server's
# TID, and only what comes from there counts.
#
# ## The old notes' downloader on a bad network
#
# `old_download` is that program, typed anew. `ordeal` lets it fetch `notes.txt` over a relay, in
# a process of its own (`attempt`), so that what hangs can be ended.

# %% [markdown] id="after-tid" lang="zh" of="30b61bf6"
# 知名端口（69；这里是一个空闲端口）只收请求，每次传输都另开一个新端口。它和你自己的端口就是**传输标识**（TID，RFC 1350 第 4 节）。ACK 要发往服务器的 TID，也只有从那里来的才算数。
#
# ## 旧笔记的下载器遇上糟糕的网络
#
# `old_download` 就是那个程序，照样重打了一遍。`ordeal` 让它隔着中继取 `notes.txt`，而且放在单独的进程里（`attempt`），卡住了也能结束它。

# %% id="demo-ordeal" demo=true
from pathlib import Path

from netlib.attempt import attempt, built_on
from netlib.ladder import Ladder
from netlib.oldnotes.tftp import download as old_download


def ordeal(download, faults="", name="notes.txt", seconds=1.5):
    """Let download fetch name over a bad network; return the trace, the outcome, the file."""
    with tftp_server({"notes.txt": NOTES}) as server, tempfile.TemporaryDirectory() as folder:
        relay = UDPRelay(server, faults, label=label)
        with relay as (host, port):
            outcome = attempt(download, host, port, name, f"{folder}/copy", seconds=seconds)
        copy = Path(folder, "copy")
        return relay.trace, outcome, copy.read_bytes() if copy.exists() else None


# %% [markdown] id="lost" lang="en"
# First the request is lost. Who speaks next?

# %% [markdown] id="lost" lang="zh" of="f42326bd"
# 首先，请求丢了。接下来轮到谁说话？

# %% id="predict-lost" predict=true
my_prediction = ...

# %% id="demo-lost" demo=true
trace, outcome, saved = ordeal(old_download, "lose 1")
print(outcome)
Ladder(trace, ("client", "server"))

# %% [markdown] id="after-lost" lang="en"
# Nobody: the server heard nothing, and the client has no clock (TFT-03). What should be answered
# must be sent again after a **timeout**. Next, ACK 1 is lost. The server does have a clock. Is
# one enough?

# %% [markdown] id="after-lost" lang="zh" of="d4365b93"
# 谁也不说：服务器什么都没听到，客户端没有时钟（TFT-03）。凡是要有回音的，**超时**（timeout）之后都得重传。接着丢掉 ACK 1。服务器倒是有时钟的，只有一方有，够吗？

# %% id="predict-ack" predict=true
my_prediction = ...

# %% id="demo-ack" demo=true tags=["nbval-ignore-output"]
trace, outcome, saved = ordeal(old_download, "lose 2", seconds=0.6)
print(outcome)
Ladder(trace, ("client", "server"))

# %% [markdown] id="after-ack" lang="en"
# The server repeats block 1; the client has it and says nothing (TFT-02). But a repeated block
# means: your ACK got lost. Acknowledge it again, store it once.
#
# Next, a stranger sends a DATA 2 of its own, four bytes, just before the server's. What will be
# in the file?

# %% [markdown] id="after-ack" lang="zh" of="16b9ff11"
# 服务器重发第 1 块；客户端觉得自己已经有了，一声不吭（TFT-02）。可是收到重复的块，说明你的 ACK 丢了：再确认一次，但只存一份。
#
# 接着，一个陌生人赶在服务器前面发来自己的 DATA 2，内容四个字节。文件里会是什么？

# %% id="predict-intruder" predict=true
my_prediction = ...

# %% id="demo-intruder" demo=true tags=["nbval-ignore-output"]
INTRUDER = "stranger reply 2 0x000300024556494c"
trace, outcome, saved = ordeal(old_download, INTRUDER)
print(outcome, "/", len(saved), "of", len(NOTES), "bytes, the last:", saved[-8:])
Ladder(trace)

# %% [markdown] id="after-intruder" lang="en"
# EVIL, and the intruder got the ACK (TFT-01). One `if` prevents it: whoever is not the TID gets
# ERROR 5, and the transfer goes on (RFC 1350 §4).
#
# Now the stranger sends an empty DATA 9 (a late block of an earlier transfer looks like that).
# When will the client think that it has finished?

# %% [markdown] id="after-intruder" lang="zh" of="885d1de6"
# EVIL，连 ACK 也给了闯入者（TFT-01）。一个 `if` 就能防住：不是那个 TID 来的，回它 ERROR 5，传输照常继续（RFC 1350 第 4 节）。
#
# 现在陌生人发来一个空的 DATA 9（上一次传输迟到的块就长这样）。客户端什么时候会以为传完了？

# %% id="predict-short" predict=true
my_prediction = ...

# %% id="demo-short" demo=true
trace, outcome, saved = ordeal(old_download, "stranger reply 2 0x00030009")
print(outcome, "/", len(saved), "of", len(NOTES), "bytes")

# %% [markdown] id="after-short" lang="en"
# At once, with a third of the file (TFT-04): the end is the short block *that you expect*. Last,
# an ERROR instead of block 1, and a packet of one byte. What will the user read?

# %% [markdown] id="after-short" lang="zh" of="e24fc5d1"
# 马上就以为传完了，只拿到三分之一的文件（TFT-04）：**你正等着的**那一块不足 512 字节，才是结束。最后，第 1 块没来，来的是 ERROR；再有一次，来的是只有一个字节的数据包。用户会看到什么？

# %% id="predict-error" predict=true
my_prediction = ...

# %% id="demo-error" demo=true
for faults, name in (("", "nosuch.txt"), ("truncate reply 1 1B", "notes.txt")):
    trace, outcome, saved = ordeal(old_download, faults, name)
    print(outcome)

# %% [markdown] id="after-error" lang="en"
# Python's complaints (TFT-05, TFT-14), and not the server's words. In an ERROR the two bytes
# after the opcode are a code, no block number (TFT-06). Never answer an ERROR with an ERROR
# (TFT-19): two such programs would complain for ever.
#
# ## A state machine: bytes in, bytes out
#
# None of these rules is about sockets. So let an object hold them: it is told what came and
# returns what to send; no socket, no clock. A *reply* is a tuple `(packet, address)`; methods
# return a list of replies, often empty. `progress` counts what has moved it on. A toy machine
# knocks until it has heard three times "yes":

# %% [markdown] id="after-error" lang="zh" of="bd53ca6d"
# 看到的是 Python 的抱怨（TFT-05、TFT-14），不是服务器的话。ERROR 里操作码之后的两个字节是错误码，不是块号（TFT-06）。决不要用 ERROR 去答复 ERROR（TFT-19）：两个这样的程序会没完没了地互相抱怨。
#
# ## 状态机：字节进，字节出
#
# 这些规则没有一条跟套接字有关。那就让一个对象来掌管：告诉它收到了什么，它返回该发什么；没有套接字，也没有时钟。**回复**（reply）是元组 `(packet, address)`；方法返回回复的列表，常常是空的。`progress` 记录它前进了几步。下面是个玩具状态机：敲门，直到听见三次“yes”。


# %% id="demo-knocker" demo=true
class Knocker:
    def __init__(self, door):
        self.door, self.progress, self.done, self.error = door, 0, False, None

    def start(self):
        return [(b"knock", self.door)]

    on_timeout = start  # what to send again after silence

    def feed(self, packet, address):
        if packet != b"yes" or self.done:
            return []
        self.progress += 1
        self.done = self.progress == 3
        return [] if self.done else [(b"knock", self.door)]


# %% [markdown] id="knocker-question" lang="en"
# We feed it by hand. What does it answer to noise, and to the last "yes"?

# %% [markdown] id="knocker-question" lang="zh" of="c47b886a"
# 我们亲手喂给它。它对噪声、对最后一个“yes”怎么回答？

# %% id="predict-knocker" predict=true
my_prediction = ...

# %% id="demo-feed" demo=true
knocker = Knocker(("192.0.2.7", 7))
print(knocker.start())
for packet in (b"yes", b"noise", b"yes", b"yes"):
    replies = knocker.feed(packet, knocker.door)
    print(packet, replies, knocker.progress, knocker.done)

# %% [markdown] id="ex-receiver" lang="en"
# Nothing. Every disaster can be tried like this, in microseconds.
#
# ## Exercise 4 · The receiving machine (5 points)
#
# `Receiver(request, server, expected=1)` is the receiving side of one transfer (RFC 1350), without
# sockets or clocks. `request` is the packet that asks, `server` the address where it goes,
# `expected` the number of the first block due (checks start near 65535). Attributes: `data`
# (`bytes` so far), `done` (`bool`), `error` (`None` or `(code, message)`), `progress` (`int`,
# blocks taken so far), `tid` (`None` or the address that sends).
#
# - `start()` returns `[(request, server)]`.
# - `on_timeout()` returns what to send again: the request to `server` before the first block,
#   then the last ACK to `tid`; `[]` once done or in error.
# - `feed(packet, address)` returns the replies to a packet that came from `address`. It never
#   raises:
#
# | packet | from | returns | changes |
# |---|---|---|---|
# | what `parse` refuses | anyone | `[]` | – |
# | DATA, ACK, OACK | a stranger | `[(STRANGER, address)]` | – |
# | ERROR | a stranger | `[]` | – |
# | DATA, number expected, before `done` | the server | its ACK to `address` | the first sets `tid`; data grows; `progress` + 1; expected + 1, but 0 after 65535; `done` if under 512 bytes |
# | DATA, number just taken, also after `done` | `tid` | the same ACK again | – |
# | any other DATA, short or not | the server | `[]` | – |
# | ERROR | the server | `[]` | `error`; from now on `[]` for all that the server sends |
#
# *The server* is any port of its host before `tid` is set, then `tid` alone; everybody else is a
# *stranger*. Ask in the table's order: can it be read, who sent it, what is it, which number?
#
# - *Not required:* duplicates two or more blocks old, block 0 before the first block, ACK or OACK
#   from the server, options, ERROR after `done`, streaming to disk, speed.
#
# `data` is given: a property, computed when it is read, that joins the list `payloads` (`+=` on
# `bytes` would copy the whole file at every block). You may replace it.

# %% [markdown] id="ex-receiver" lang="zh" of="f6394961"
# 什么也不答。各种灾难都可以这样试，几微秒一次。
#
# ## 习题 4 · 接收方状态机（5 分）
#
# `Receiver(request, server, expected=1)` 是一次传输的接收方（RFC 1350），没有套接字和时钟。`request` 是请求包，`server` 是它的目的地址，`expected` 是等待的第一块的块号（检查会从 65535 附近开始）。属性：`data`（到目前为止的 `bytes`）、`done`（`bool`）、`error`（`None` 或 `(code, message)`）、`progress`（`int`，已接收的块数）、`tid`（`None` 或发送方的地址）。
#
# - `start()` 返回 `[(request, server)]`。
# - `on_timeout()` 返回要重发的：第一块到来之前是发往 `server` 的请求，之后是发往 `tid` 的最后一个 ACK；完成或出错之后是 `[]`。
# - `feed(packet, address)` 返回对 `address` 发来的数据包的回复。它从不抛出异常：
#
# | 数据包 | 来自 | 返回 | 变化 |
# |---|---|---|---|
# | `parse` 不接受的 | 任何人 | `[]` | – |
# | DATA、ACK、OACK | 陌生人 | `[(STRANGER, address)]` | – |
# | ERROR | 陌生人 | `[]` | – |
# | DATA，块号正是所等的，`done` 之前 | 服务器 | 发往 `address` 的 ACK | 第一块确定 `tid`；data 增加；`progress` + 1；所等块号 + 1，65535 之后是 0；不足 512 字节则 `done` |
# | DATA，块号是刚收下的，`done` 之后也一样 | `tid` | 同一个 ACK 再发一次 | – |
# | 其他任何 DATA，不管长短 | 服务器 | `[]` | – |
# | ERROR | 服务器 | `[]` | `error`；此后服务器发来的一律 `[]` |
#
# **服务器**：`tid` 确定之前是它那台主机的任何端口，确定之后只有 `tid`；其余都是**陌生人**。按表格的顺序问：读得懂吗？谁发的？是什么？几号？
#
# - **不要求**：隔了两块以上的重复块、第一块之前的块 0、服务器发来的 ACK 或 OACK、选项、`done` 之后的 ERROR、边收边写磁盘、速度。
#
# `data` 已经给出：它是 property，读取时才计算，把列表 `payloads` 连接起来（对 `bytes` 用 `+=`，每收一块都要把整个文件复制一遍）。你可以换掉它。


# %% id="receiver" solution="ch06/receiver"
class Receiver:
    """The receiving side of one TFTP transfer, without sockets or clocks."""

    def __init__(self, request: bytes, server: Address, expected: int = 1):
        """request: what asks. server: whom it asks. expected: number of the first block due."""
        self.payloads: list[bytes] = []
        ### BEGIN SOLUTION
        self.request, self.server, self.expected = request, server, expected
        self.done, self.error, self.progress, self.tid = False, None, 0, None
        ### END SOLUTION

    @property
    def data(self) -> bytes:
        """The bytes received so far."""
        return b"".join(self.payloads)

    def start(self) -> list:
        """Return the replies that begin the transfer."""
        ### BEGIN SOLUTION
        return [(self.request, self.server)]
        ### END SOLUTION

    def on_timeout(self) -> list:
        """Return what to send again after silence."""
        ### BEGIN SOLUTION
        if self.done or self.error:
            return []
        if self.tid is None:
            return self.start()
        return [(build_ack((self.expected - 1) % 65536), self.tid)]
        ### END SOLUTION

    def feed(self, packet: bytes, address: Address) -> list:
        """Return the replies to a packet that came from address."""
        ### BEGIN SOLUTION
        try:
            kind, *fields = parse(packet)
        except ValueError:
            return []
        known = address[0] == self.server[0] if self.tid is None else address == self.tid
        if not known:
            return [] if kind == "ERROR" else [(STRANGER, address)]
        if kind == "ERROR":
            self.error = tuple(fields)
        if kind != "DATA" or self.error:
            return []
        block, payload = fields
        if block == self.expected and not self.done:
            self.tid = address
            self.payloads.append(payload)
            self.progress += 1
            self.expected = (block + 1) % 65536
            self.done = len(payload) < 512
        elif self.tid is None or block != (self.expected - 1) % 65536:
            return []
        return [(build_ack(block), address)]
        ### END SOLUTION


# %% id="check-receiver" check="ch06/receiver"
check("ch06/receiver")

# %% [markdown] id="ex-drive" lang="en"
# ## Exercise 5 · A clock beside the machine (4 points)
#
# A machine does not notice silence. A driver does, the same for every machine: it sends, waits,
# feeds. Two traps: a wait that begins anew with every packet never ends beside a chatterbox
# (UDP-19; deadlines, chapter 04); and five losses in a row are not five in an hour.
#
# `drive(sock, machine, timeout, tries, on_progress=None)` runs `machine` over `sock`, a UDP
# socket, until `machine.done` or `machine.error` is true. Returns `None`.
#
# - It sends what `machine.start()` gives, hands every datagram (whole, 0 to 65,507 bytes) to
#   `machine.feed(packet, address)` and sends what that gives, also when it ends the transfer.
# - When `machine.progress` has not changed for `timeout` seconds, it sends what
#   `machine.on_timeout()` gives and waits again. Instead of the `tries`-th `on_timeout()` in a
#   row it raises `TimeoutError`. After progress the count begins anew.
# - Packets that do not change `progress` do not lengthen the wait.
# - Whenever `progress` has changed, it calls `on_progress(machine.progress)`, if given, once.
# - *Not required:* closing `sock`, listening after the end, `tries` or `timeout` ≤ 0.
#
# The check brings machines of its own; your `Receiver` need not be right.

# %% [markdown] id="ex-drive" lang="zh" of="ecf6d028"
# ## 习题 5 · 给状态机配一个时钟（4 分）
#
# 状态机觉察不到沉默，驱动程序可以，而且同一个驱动适用于所有状态机：发送，等待，喂给它。有两个陷阱：来一个包就重新计时，旁边有个话痨就永远等不完（UDP-19；截止时间见第 4 章）；连丢五次，和一小时里丢五次，不是一回事。
#
# `drive(sock, machine, timeout, tries, on_progress=None)` 在 UDP 套接字 `sock` 上运行 `machine`，直到 `machine.done` 或 `machine.error` 为真。返回 `None`。
#
# - 发送 `machine.start()` 给出的内容；把每个数据报（完整的，0～65,507 字节）交给 `machine.feed(packet, address)`，并发送它给出的内容，传输因此结束时也要发。
# - `machine.progress` 有 `timeout` 秒没有变化，就发送 `machine.on_timeout()` 给出的内容，再接着等。轮到连续第 `tries` 次 `on_timeout()` 时，不调用它，而是抛出 `TimeoutError`。有了进展就重新计数。
# - 不改变 `progress` 的数据包，不延长等待。
# - `progress` 每变化一次，就调用一次 `on_progress(machine.progress)`（如果给了）。
# - **不要求**：关闭 `sock`、结束之后继续监听、`tries` 或 `timeout` ≤ 0。
#
# 检查用的是它自带的状态机，你的 `Receiver` 对不对没有关系。


# %% id="drive" solution="ch06/drive"
def drive(sock: socket.socket, machine, timeout: float, tries: int, on_progress=None) -> None:
    """Run machine over sock until it is done or in error; TimeoutError after tries silences."""

    ### BEGIN SOLUTION
    def send(replies):
        for packet, address in replies:
            sock.sendto(packet, address)

    send(machine.start())
    progress, silences = machine.progress, 0
    deadline = time.monotonic() + timeout
    while not (machine.done or machine.error):
        left = deadline - time.monotonic()
        if left <= 0:
            silences += 1
            if silences == tries:
                raise TimeoutError(f"no progress after {tries} tries of {timeout} s")
            send(machine.on_timeout())
            deadline = time.monotonic() + timeout
            continue
        sock.settimeout(left)
        try:
            packet, address = sock.recvfrom(65507)
        except TimeoutError:
            continue
        send(machine.feed(packet, address))
        if machine.progress != progress:
            progress, silences = machine.progress, 0
            if on_progress is not None:
                on_progress(progress)
            deadline = time.monotonic() + timeout
    ### END SOLUTION


# %% id="check-drive" check="ch06/drive"
check("ch06/drive")

# %% [markdown] id="driven" lang="en"
# Your driver moves the toy: the second knock and the second "yes" are lost.

# %% [markdown] id="driven" lang="zh" of="b0405119"
# 用你的驱动来带动玩具状态机：第二次敲门和第二个“yes”都会丢。


# %% id="demo-door" demo=true
def door(sock, stop):
    sock.settimeout(0.1)
    while not stop.is_set():
        try:
            sock.sendto(b"yes", sock.recvfrom(516)[1])
        except TimeoutError:
            continue


sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
with (
    built_on(5), sock, serving(door) as address,
    UDPRelay(address, "lose 2; lose reply 2") as front,
):
    drive(sock, Knocker(front), 0.2, 5, on_progress=print)

# %% [markdown] id="last-ack" lang="en"
# ## Nobody acknowledges the last ACK
#
# `stubborn` sends the notes, every block up to five times, and tells how it ended. The network
# loses ACK 3 only, the last; `fetch` returns as soon as it has sent it. Who will be content?

# %% [markdown] id="last-ack" lang="zh" of="84e30dfc"
# ## 最后一个 ACK 没有人确认
#
# `stubborn` 发送 NOTES，每块最多发五次，最后说明结果如何。网络只丢最后的 ACK 3；`fetch` 一发完它就返回。谁会满意？

# %% id="predict-last-ack" predict=true
my_prediction = ...


# %% id="demo-stubborn" demo=true
def stubborn(sock, stop):
    client, block, sends = sock.recvfrom(516)[1], 1, 0
    sock.settimeout(0.2)
    while sends < 5 and 512 * (block - 1) <= len(NOTES):
        number = struct.pack("!H", block)
        sock.sendto(b"\0\3" + number + NOTES[512 * block - 512 : 512 * block], client)
        try:
            acknowledged = sock.recv(516) == b"\0\4" + number
        except TimeoutError:
            acknowledged = False
        block, sends = (block + 1, 0) if acknowledged else (block, sends + 1)
    said.put(f"failed at block {block}" if sends == 5 else "sent everything")


# %% [markdown] id="last-ack-run" lang="en"
# Now the two meet:

# %% [markdown] id="last-ack-run" lang="zh" of="b9ddd768"
# 让这两个碰面：

# %% id="demo-last-ack" demo=true
import queue

said = queue.Queue()
with serving(stubborn) as address:
    relay = UDPRelay(address, "lose 4", label=label)
    with relay as front:
        print("client has the file:", fetch(front, "notes.txt") == NOTES)
        print("server:", said.get(timeout=5))

# %% [markdown] id="after-last-ack" lang="en"
# The client has the file and the server reports failure: both are right (TFT-23). No last packet
# can be sure. So a client **dallies** (RFC 1350 §6): it listens for one more timeout and repeats
# the last ACK if asked.
#
# ## A half-finished file has no name yet
#
# Old notes open the file with `"ab"` at the first block. We run their download twice, on a good
# network. How long is the file?

# %% [markdown] id="after-last-ack" lang="zh" of="8b945cc2"
# 客户端拿到了文件，服务器却报告失败：双方都没错（TFT-23）。最后一个包永远没有保证。所以客户端要**多等一会儿**（dally，RFC 1350 第 6 节）：再听一个超时的时间，对方要，就把最后的 ACK 再发一次。
#
# ## 没写完的文件不该有名字
#
# 旧笔记收到第一块时用 `"ab"` 打开文件。网络良好，让它的下载运行两次。文件有多长？

# %% id="predict-twice" predict=true
my_prediction = ...

# %% id="demo-twice" demo=true
with tftp_server({"notes.txt": NOTES}) as server, tempfile.TemporaryDirectory() as folder:
    for _ in range(2):
        attempt(old_download, *server, "notes.txt", f"{folder}/copy")
        print(os.path.getsize(f"{folder}/copy"), "bytes")

# %% [markdown] id="ex-download" lang="en"
# Twice as long (TFT-07); and after a failure half a file remains that looks whole (TFT-17).
# Programs write beside the target, in the same folder, and then `os.replace` it: in one step the
# old content becomes the new.
#
# ## Exercise 6 · The downloader (4 points)
#
# `download(host, port, name, out_path, timeout=0.2, tries=5, on_progress=None)` fetches the file
# `name` in mode octet from the TFTP server at `(host, port)`, writes it to `out_path` (`str`) and
# returns its size in bytes (`int`).
#
# - On bad networks it does what exercises 4 and 5 say: it sends again what was lost, stores no
#   block twice, and turns strangers away.
# - Sizes from 0 bytes. An existing `out_path` is replaced, and only when everything has arrived.
#   After any failure, also if `out_path` is a folder, it is as it was, and no other file is left in
#   its folder.
# - After the last block the function listens for one more `timeout`, however many packets come,
#   and repeats its last ACK if that block comes again.
# - `on_progress(blocks_so_far)`, if given, is called once for each new block.
# - Raises `TftpError(code, message)` as soon as the server sends ERROR; `TimeoutError` after
#   `tries` sends without progress, `timeout` seconds apart.
# - The socket is made and closed here.
# - *Not required:* options, netascii, percent (who could tell the size?), files over 32 MiB, a
#   folder that does not exist, a crash of the computer.
#
# It builds on exercises 1, 4 and 5; of a `Receiver` use what exercise 4 names, no more. `tempfile`
# makes names, or whole folders, that nobody else has.

# %% [markdown] id="ex-download" lang="zh" of="c39752f0"
# 长了一倍（TFT-07）；要是中途失败，还会留下半个看上去完整的文件（TFT-17）。正规程序先写到目标旁边、同一个文件夹里，再用 `os.replace` 换过去：旧内容一步变成新内容。
#
# ## 习题 6 · 下载器（4 分）
#
# `download(host, port, name, out_path, timeout=0.2, tries=5, on_progress=None)` 以 octet 模式从 `(host, port)` 的 TFTP 服务器取文件 `name`，写到 `out_path`（`str`），返回它的字节数（`int`）。
#
# - 网络糟糕时，照习题 4、5 说的做：丢了的重发，每块只存一份，陌生人一概拒绝。
# - 大小从 0 字节起。已有的 `out_path` 要被替换，但要等全部收到之后。无论怎样失败，哪怕 `out_path` 本来就是个文件夹，它都保持原样，所在的文件夹里也不留下别的文件。
# - 收到最后一块之后，再听一个 `timeout`，不管来多少包都不延长；那一块若又来了，就重发最后的 ACK。
# - 每收到新的一块，调用一次 `on_progress(blocks_so_far)`（如果给了）。
# - 服务器一发来 ERROR 就抛出 `TftpError(code, message)`；发送 `tries` 次（每次间隔 `timeout` 秒）仍无进展，抛出 `TimeoutError`。
# - 套接字由本函数创建并关闭。
# - **不要求**：选项、netascii、百分比（谁能告诉你总长？）、32 MiB 以上的文件、不存在的文件夹、电脑崩溃。
#
# 它建立在习题 1、4、5 之上；`Receiver` 只用习题 4 写明的部分。`tempfile` 能生成别人不会用到的文件名，或者整个文件夹。


# %% id="download" solution="ch06/download"
def download(
    host: str,
    port: int,
    name: str,
    out_path: str,
    timeout: float = 0.2,
    tries: int = 5,
    on_progress=None,
) -> int:
    """Fetch the file name from the TFTP server at (host, port) to out_path; return its size."""
    ### BEGIN SOLUTION
    machine = Receiver(build_rrq(name), (host, port))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        drive(sock, machine, timeout, tries, on_progress)
        if machine.error:
            raise TftpError(*machine.error)
        data, folder = machine.data, os.path.dirname(os.path.abspath(out_path))
        with tempfile.TemporaryDirectory(dir=folder) as beside:
            part = os.path.join(beside, "part")
            with open(part, "wb") as file:
                file.write(data)
            os.replace(part, out_path)
        deadline = time.monotonic() + timeout
        while (left := deadline - time.monotonic()) > 0:
            sock.settimeout(left)
            try:
                replies = machine.feed(*sock.recvfrom(65507))
            except TimeoutError:
                break
            for packet, address in replies:
                sock.sendto(packet, address)
    return len(data)
    ### END SOLUTION


# %% id="check-download" check="ch06/download"
check("ch06/download")

# %% [markdown] id="beside" lang="en"
# ## Your program beside the old one
#
# The same networks as above, and one that doubles packets:

# %% [markdown] id="beside" lang="zh" of="eb8d99f2"
# ## 你的程序和旧程序并排比较
#
# 还是上面那些网络，再加一个让数据包全都重复的：


# %% id="demo-verdict" demo=true
def verdict(function, faults):
    """Say in one line what became of a download over a bad network."""
    _, outcome, saved = ordeal(function, faults, seconds=3.0 if function is download else 1.5)
    if "NotImplementedError" in str(outcome):
        return "exercises 1 to 6 come first"
    if saved == NOTES and outcome.outcome == "returned":
        return "the whole file"
    kept = "no file" if saved is None else f"a wrong file, {len(saved)} bytes"
    return f"{outcome.outcome}, {kept}"


# %% [markdown] id="beside-question" lang="en"
# What will the second column say?

# %% [markdown] id="beside-question" lang="zh" of="8614dd75"
# “you”这一列会是什么？

# %% id="predict-beside" predict=true
my_prediction = ...

# %% id="demo-beside" demo=true
networks = {
    "good": "",
    "request lost": "lose 1",
    "ACK 1 lost": "lose 2",
    "all doubled": "duplicate every 1; duplicate reply every 1",
    "intruder": INTRUDER,
    "stray short block": "stranger reply 2 0x00030009",
    "one byte": "truncate reply 1 1B",
}
print(f"{'network':18} {'old notes':34} you")
for network, faults in networks.items():
    print(f"{network:18} {verdict(old_download, faults):34} {verdict(download, faults)}")

# %% [markdown] id="after-beside" lang="en"
# What makes the difference is little: a clock, a TID, the comparison of two numbers. And the
# server's last words, when ACK 3 is lost again:

# %% [markdown] id="after-beside" lang="zh" of="3a41f82e"
# 差别其实不大：一个时钟，一个 TID，两个数的一次比较。再丢一次 ACK 3，看服务器最后怎么说：

# %% id="demo-dally" demo=true
with built_on(1, 2, 3, 4, 5, 6):
    folder = tempfile.TemporaryDirectory()
    with folder as f, serving(stubborn) as address, UDPRelay(address, "lose 4") as front:
        print("client:", download(*front, "notes.txt", f"{f}/copy", timeout=1.0), "bytes")
        print("server:", said.get(timeout=5))

# %% [markdown] id="ex-estimate-blocks" lang="en"
# ## Exercise 7 · How many blocks? (1 point)
#
# `estimate_blocks(size)` returns how many DATA packets a file of `size` (`int`, ≥ 0) bytes takes
# (`int`, exact for any size; RFC 1350 §6). Mind the last block: how does the receiver know that
# a file of 512 bytes has ended?

# %% [markdown] id="ex-estimate-blocks" lang="zh" of="ad7c4d81"
# ## 习题 7 · 一共几块？（1 分）
#
# `estimate_blocks(size)` 返回 `size`（`int`，≥ 0）字节的文件要用几个 DATA 包（`int`，多大都要精确；RFC 1350 第 6 节）。当心最后一块：512 字节的文件，接收方怎么知道它已经结束？


# %% id="estimate-blocks" solution="ch06/estimate_blocks"
def estimate_blocks(size: int) -> int:
    """Return how many DATA packets a file of size bytes takes."""
    ### BEGIN SOLUTION
    return size // 512 + 1
    ### END SOLUTION


# %% id="check-estimate-blocks" check="ch06/estimate_blocks"
check("ch06/estimate_blocks")

# %% [markdown] id="hours" lang="en"
# In lock step every block costs one round trip (RTT). How long will 1 GB take at an RTT of 20 ms,
# on the fastest line that you can buy?

# %% [markdown] id="hours" lang="zh" of="b0420d8d"
# 停等方式下，每一块都要花一个往返时延（RTT）。RTT 为 20 ms，线路要多快有多快，传 1 GB 要多久？

# %% id="predict-hours" predict=true
my_prediction = ...

# %% id="demo-hours" demo=true
with built_on(7):
    for rtt_ms in (0.1, 1, 20):
        print(f"RTT {rtt_ms:g} ms: {estimate_blocks(10**9) * rtt_ms / 3_600_000:.2f} hours")

# %% [markdown] id="real" lang="en"
# Eleven hours. Old notes call TFTP "unstable on the Internet"; with timeouts it is not, but it is
# slow there.
#
# ## Your program and a real server
#
# 33,555,044 bytes from a real server, over loopback: block numbers pass 65535 and go on with 0. A
# bar shows percent, as here we know the size.

# %% [markdown] id="real" lang="zh" of="01e49f70"
# 十一个小时。旧笔记说 TFTP“在互联网上不稳定”；有了超时重传，它并不是不稳定，而是慢。
#
# ## 你的程序和真正的服务器
#
# 通过环回接口，从真正的服务器取 33,555,044 字节：块号到 65535 之后接着是 0。这里我们知道总长，所以进度条显示百分比。


# %% id="demo-bar" demo=true
def bar(blocks_in_all):
    """Return a function for on_progress that draws a bar, and gives up after 20 s."""
    began, shown = time.monotonic(), -1

    def draw(blocks):
        nonlocal shown
        if time.monotonic() > began + 20:
            raise TimeoutError("over 20 s: does your Receiver copy everything at every block?")
        if (percent := 100 * blocks // blocks_in_all) > shown:
            shown = percent
            print(f"\r[{'#' * (percent // 4):25}] {percent} %", end="", flush=True)

    return draw


# %% [markdown] id="real-run" lang="en"
# The same bytes must arrive:

# %% [markdown] id="real-run" lang="zh" of="bb32fb79"
# 收到的字节必须一模一样：

# %% id="demo-real" demo=true tags=["nbval-ignore-output"]
import hashlib
import random

big = random.Random(6).randbytes(33_555_044)
with (
    built_on(1, 2, 3, 4, 5, 6, 7, seconds=60),
    tftp_server({"big.bin": big}) as server,
    tempfile.TemporaryDirectory() as folder,
):
    started = time.monotonic()
    draw = bar(estimate_blocks(len(big)))
    download(*server, "big.bin", f"{folder}/copy", on_progress=draw)
    print(f" in {time.monotonic() - started:.1f} s")
    digests = {hashlib.sha256(b).hexdigest() for b in (big, Path(folder, "copy").read_bytes())}
    print("same SHA-256:", len(digests) == 1)

# %% [markdown] id="live-again" lang="en"
# And once more as a ladder, on a slow network that loses packets. Which copies will you see?

# %% [markdown] id="live-again" lang="zh" of="e57c6c46"
# 再看一次时序图，网络又慢又丢包。你会看到哪些包发了两遍？

# %% id="predict-live" predict=true
my_prediction = ...

# %% id="demo-live-again" demo=true tags=["nbval-ignore-output"]
faults = "lose 1,3; lose reply 2; delay reply every 1 50ms"
with (
    built_on(1, 2, 3, 4, 5, 6),
    tftp_server({"notes.txt": NOTES}) as server,
    tempfile.TemporaryDirectory() as folder,
):
    relay = UDPRelay(server, faults, label=label)
    with relay as (host, port), LiveLadder(relay.trace, ("client", "server")) as panel:
        display(panel)
        print(download(host, port, "notes.txt", f"{folder}/copy"), "bytes")

# %% [markdown] id="peers" lang="en"
# Your clock sent RRQ and ACK 1 twice, the server's DATA 1. Two more programs have a look: `curl`
# fetches the same file, and `tshark` (Wireshark in a terminal) reads the packets of your transfer.

# %% [markdown] id="peers" lang="zh" of="88f5b958"
# RRQ 和 ACK 1 由你的时钟各发了两遍，DATA 1 由服务器的时钟。再请两个程序来看：`curl` 取同一个文件，`tshark`（终端里的 Wireshark）读出你刚才那次传输的数据包。


# %% id="demo-peers" demo=true tags=["nbval-ignore-output"]
def run(command):
    """Return what command prints, as bytes; a sentence if it is not installed."""
    if shutil.which(command[0]) is None:
        return f"{command[0]} is not installed here.".encode()
    return subprocess.run(command, capture_output=True, timeout=20).stdout


with tftp_server({"notes.txt": NOTES}) as (host, port):
    print("curl has the file:", run(["curl", "-s", f"tftp://{host}:{port}/notes.txt"]) == NOTES)
with tempfile.NamedTemporaryFile(suffix=".pcapng") as capture:
    relay.trace.save(capture.name)
    if relay.trace:  # else nothing was sent
        asked = relay.trace[0].destination[1]
        print(run(["tshark", "-r", capture.name, "-d", f"udp.port=={asked},tftp"]).decode())

# %% [markdown] id="stretch" lang="en"
# ## Stretch: larger blocks (not graded)
#
# A client may add options to its request; a server that knows them answers with OACK, which the
# client acknowledges as block 0 (RFC 2347). `blksize` (RFC 2348) sets the size of blocks; 1428
# still fits an Ethernet frame. Write `build_rrq(..., **options)` and a `Receiver` that knows OACK;
# its end is a block shorter than *agreed*. Below stands how it goes on a good network. How much
# faster will 1428 be than 512?

# %% [markdown] id="stretch" lang="zh" of="cacd76b6"
# ## 选做：更大的块（不计分）
#
# 客户端可以在请求里加上选项；认识这些选项的服务器以 OACK 应答，客户端把它当作块 0 来确认（RFC 2347）。`blksize`（RFC 2348）设定块的大小；1428 仍装得进一个以太网帧。请写 `build_rrq(..., **options)` 和认识 OACK 的 `Receiver`：比**约定的**大小短的块才是结束。下面是在良好网络上的做法。1428 会比 512 快多少？

# %% id="predict-stretch" predict=true
my_prediction = ...


# %% id="demo-blksize" demo=true
def fetch_blocks(server, name, size):
    """Fetch a file in blocks of that size, over a network on which nothing goes wrong."""
    content = b""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.settimeout(5)
        sock.sendto(b"\0\1%b\0octet\0blksize\0%d\0" % (name.encode(), size), server)
        oack, tid = sock.recvfrom(516)
        sock.sendto(b"\0\4\0\0", tid)
        while True:
            packet = sock.recv(4 + size)
            content += packet[4:]
            sock.sendto(b"\0\4" + packet[2:4], tid)
            if len(packet) < 4 + size:
                return content, oack


# %% [markdown] id="stretch-run" lang="en"
# Every answer is delayed by 5, 10 or 20 ms:

# %% [markdown] id="stretch-run" lang="zh" of="0840ebfe"
# 每个响应延迟 5、10 或 20 ms：

# %% id="demo-stretch" demo=true tags=["nbval-ignore-output"]
from netlib.plots import lines

rates = {"512 B": {}, "1428 B": {}}
with tftp_server({"f": bytes(30_000)}) as server:
    for title, rate in rates.items():
        for delay_ms in (5, 10, 20):
            with UDPRelay(server, f"delay reply every 1 {delay_ms}ms") as front:
                started = time.monotonic()
                content, oack = fetch_blocks(front, "f", int(title.split()[0]))
                rate[delay_ms] = len(content) / 1024 / (time.monotonic() - started)
print(oack)
lines(rates, title="One block a round trip", x="delay in ms", y="KiB/s")

# %% [markdown] id="after-stretch" lang="en"
# About 2.6 times: fewer round trips, each at the same price. Several blocks on their way at once
# (`windowsize`, RFC 7440) help more; that is TCP's way, too. And `tsize` (RFC 2349) tells the size,
# for a true percentage.

# %% [markdown] id="after-stretch" lang="zh" of="e715546a"
# 大约 2.6 倍：往返次数少了，每次的代价不变。让几个块同时在路上（`windowsize`，RFC 7440）更有用，TCP 也是这么做的。`tsize`（RFC 2349）则告诉你总长，百分比就有了依据。

# %% [markdown] id="practice" lang="en"
# ## Where you will meet this
#
# PXE and U-Boot load kernels by TFTP; routers, switches and IP phones their software and
# configuration: a client that fits into a boot ROM was its purpose. It has neither passwords nor
# encryption, so keep it inside one network; elsewhere HTTPS or SFTP.
#
# **Left out:** uploads and servers (07); netascii (07) and mail; options in earnest; growing
# timeouts; IPv6.

# %% [markdown] id="practice" lang="zh" of="423e91e3"
# ## 实际应用
#
# PXE 和 U-Boot 用 TFTP 装载内核；路由器、交换机、IP 电话用它装载软件和配置：当初的目的，就是客户端小到能放进启动 ROM。它没有口令，也不加密，只应在内部网络里使用；别处请用 HTTPS 或 SFTP。
#
# **本章没有讲**：上传和服务器（第 7 章）；netascii（第 7 章）和 mail 模式；选项的完整实现；逐次加长的超时；IPv6。

# %% [markdown] id="old-notes" lang="en"
# ## What old notes get wrong
#
# | They say | In fact |
# |---|---|
# | send the request to port 8080 (TFT-12) | to 69; and without ACKs nothing follows block 1 |
# | block 1 opens the file (TFT-08) | a doubled block 1 opens it again, and so does the next "1", 65,536 blocks later |
# | 0 marks the request format (TFT-13) | a NUL ends each text |
# | opcodes are 1 to 5 (TFT-15) | 6 is OACK; it comes only if you sent options, else answer ERROR 8 (RFC 2347) |
# | a packet under 516 bytes is the last | only where 512 was not changed by `blksize`, and only DATA |
# | save as `test.zip` (TFT-18) | every download overwrites the last one; where did the user say to save? |
# | `sendTo`, `senAddr` | misspelt |
# | C/S needs a client program, B/S a browser | a browser is a client too; TFTP is C/S |

# %% [markdown] id="old-notes" lang="zh" of="8587af7e"
# ## 旧笔记里的错误
#
# | 旧说法 | 事实 |
# |---|---|
# | 请求发往端口 8080（TFT-12） | 应发往 69；而且不发 ACK，第 1 块之后就什么也没有了 |
# | 收到块 1 就打开文件（TFT-08） | 重复的块 1 会再打开一次；65,536 块之后的下一个“1”也会 |
# | 0 是请求格式的标志（TFT-13） | NUL 是每段文本的结尾 |
# | 操作码只有 1～5（TFT-15） | 6 是 OACK；你发了选项它才会来，否则回 ERROR 8（RFC 2347） |
# | 不足 516 字节的包就是最后一个 | 只有 DATA 才算，而且没有用 `blksize` 改过 512 |
# | 一律存成 `test.zip`（TFT-18） | 每次下载都覆盖上一次的；用户说过要存到哪里吗？ |
# | `sendTo`、`senAddr` | 拼写错误 |
# | C/S 要装客户端，B/S 只要浏览器 | 浏览器也是客户端；TFTP 属于 C/S |

# %% [markdown] id="glossary" lang="en"
# ## Glossary
#
# | Term | 中文 | Source |
# |---|---|---|
# | read request (RRQ) | 读请求 | RFC 1350 §5 |
# | opcode | 操作码 | RFC 1350 §5 |
# | block, block number | 数据块，块号 | RFC 1350 §5 |
# | lock step | 停止等待（停等） | RFC 1350 §2 |
# | transfer identifier (TID) | 传输标识 | RFC 1350 §4 |
# | octet mode | octet 模式（原样传输） | RFC 1350 §1 |
# | well-known port | 知名端口 | RFC 6335 |
# | acknowledgement | 确认 | RFC 1350 §2 |
# | timeout, retransmission | 超时，重传 | RFC 1350 §2 |
# | to dally | 结束后再等一会儿 | RFC 1350 §6 |
# | state machine | 状态机 | RFC 9293 §3.3.2 |
# | wrap around | 回绕 | – |
# | option, OACK | 选项，选项确认 | RFC 2347 |
# | network byte order, big-endian | 网络字节序，大端 | RFC 1700 |
# | round-trip time (RTT) | 往返时延 | RFC 2681 |

# %% [markdown] id="glossary" lang="zh" of="fa8706fb"
# ## 术语表
#
# | 英文 | 中文 | 出处 |
# |---|---|---|
# | read request (RRQ) | 读请求 | RFC 1350 第 5 节 |
# | opcode | 操作码 | RFC 1350 第 5 节 |
# | block, block number | 数据块，块号 | RFC 1350 第 5 节 |
# | lock step | 停止等待（停等） | RFC 1350 第 2 节 |
# | transfer identifier (TID) | 传输标识 | RFC 1350 第 4 节 |
# | octet mode | octet 模式（原样传输） | RFC 1350 第 1 节 |
# | well-known port | 知名端口 | RFC 6335 |
# | acknowledgement | 确认 | RFC 1350 第 2 节 |
# | timeout, retransmission | 超时，重传 | RFC 1350 第 2 节 |
# | to dally | 结束后多等一会儿 | RFC 1350 第 6 节 |
# | state machine | 状态机 | RFC 9293 第 3.3.2 节 |
# | wrap around | 回绕 | – |
# | option, OACK | 选项，选项确认 | RFC 2347 |
# | network byte order, big-endian | 网络字节序，大端 | RFC 1700 |
# | round-trip time (RTT) | 往返时延 | RFC 2681 |
