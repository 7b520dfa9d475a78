# %% [markdown] id="title" lang="en"
# # TFTP: a file, block by block
#
# **You will be able to** build and read the packets of a file transfer; write a client that
# survives loss, repetition and strangers; keep a protocol's rules in a state
# machine; replace a file in one step. **You need** chapter 04. **Time:** 45 minutes of reading,
# two hours of exercises: two sittings, with a break before exercise 5.
#
# ## A file crosses the network
#
# Run the next three cells. `fetch` asks for a file. `tftp_server` is a server that we did not
# write; it runs until its `with` block ends. `UDPRelay` is the network between them and follows a
# schedule. `delay reply every 1 30ms`: each packet (`every 1`) from the server (`reply`) comes 30
# ms late. `LiveLadder` draws what crosses.

# %% [markdown] id="title" lang="zh" of="11360da2"
# # TFTP：把文件一块一块传过来
#
# **学完本章，你将能够**：生成并读懂文件传输的数据包；写出经得起丢包、重复包和陌生人的客户端；把协议规则放进状态机；用一步操作替换文件。**需要**：第 4 章。**用时**：阅读约 45 分钟，习题约 2 小时。建议分两次做完，习题 5 之前休息一下。
#
# ## 文件怎样传过网络？
#
# 运行下面三个单元格。`fetch` 请求一个文件。`tftp_server` 运行一个别人写的服务器，到 `with` 块结束为止。`UDPRelay` 是两者之间的网络，按给定的故障安排转发。`delay reply every 1 30ms`：服务器发来的（`reply`）每个包（`every 1`）都延迟 30 毫秒。`LiveLadder` 画出往来的包。

# %% id="import-check" demo=true lang="en"
from autograder import check, hint, outcome, predict, predictions, replay

# %% id="import-check" demo=true lang="zh" of="209d4e14"
from autograder.zh import check, hint, outcome, predict, predictions, replay

# %% id="demo-fetch" demo=true lang="en"
import socket


def fetch(server, name):
    """Return a file from a TFTP server, if nothing goes wrong on the way."""
    content = b""
    request = b"\0\1" + name.encode() + b"\0octet\0"  # "send me this file"
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.settimeout(5)
        sock.sendto(request, server)
        while True:
            packet, sender = sock.recvfrom(516)  # 4 bytes, then the content
            content += packet[4:]
            sock.sendto(b"\0\4" + packet[2:4], sender)  # "I have this block"
            if len(packet) < 516:
                return content


# %% id="demo-fetch" demo=true lang="zh" of="eb992a26"
import socket


def fetch(server, name):
    """从 TFTP 服务器取一个文件并返回，前提是路上不出任何差错。"""
    content = b""
    request = b"\0\1" + name.encode() + b"\0octet\0"  # “请发来这个文件”
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.settimeout(5)
        sock.sendto(request, server)
        while True:
            packet, sender = sock.recvfrom(516)  # 前 4 个字节之后是内容
            content += packet[4:]
            sock.sendto(b"\0\4" + packet[2:4], sender)  # “这一块收到了”
            if len(packet) < 516:
                return content


# %% id="demo-live" demo=true lang="en" tags=["nbval-ignore-output"]
from netlib.faults import UDPRelay
from netlib.labels import label  # names the packets
from netlib.panels import LiveLadder
from netlib.programs import tftp_server

NOTES = b"".join(b"line %2d of the notes\n" % number for number in range(53))

with tftp_server({"notes.txt": NOTES * 16}) as server:
    relay = UDPRelay(server, "delay reply every 1 30ms", label=label)
    with relay as address:
        panel = LiveLadder(relay.trace, relay.endpoints, rows=12)
        display(panel)
        print("the same bytes:", fetch(address, "notes.txt") == NOTES * 16)
panel.close()

# %% id="demo-live" demo=true lang="zh" of="bff49da3" tags=["nbval-ignore-output"]
from netlib.faults import UDPRelay
from netlib.labels import label  # 给数据包起名
from netlib.panels import LiveLadder
from netlib.programs import tftp_server

NOTES = b"".join(b"line %2d of the notes\n" % number for number in range(53))

with tftp_server({"notes.txt": NOTES * 16}) as server:
    relay = UDPRelay(server, "delay reply every 1 30ms", label=label)
    with relay as address:
        panel = LiveLadder(relay.trace, relay.endpoints, rows=12)
        display(panel)
        print("内容完全相同：", fetch(address, "notes.txt") == NOTES * 16)
panel.close()

# %% [markdown] id="after-live" lang="en"
# **TFTP moves a file in lock step**: one **block** of 512 bytes, its acknowledgement, the next
# block (RFC 1350). A block of fewer than 512 bytes is the last.
#
# `fetch` assumes that nothing goes wrong. So does the downloader in the old classroom notes that
# this course replaces. (A code such as [TFT-01](../catalogue.ipynb#cell-id=TFT-01) stands for a
# common misconception.) These cells define names for the exercises:

# %% [markdown] id="after-live" lang="zh" of="9b9e359b"
# **TFTP 以停等（lock step）方式传文件**：传一**块**（block，512 字节），确认一次，再传下一块（RFC 1350）。不足 512 字节的块就是最后一块。
#
# `fetch` 假定一切顺利；本课程所取代的课堂笔记（下称“旧笔记”）里的下载器也是如此。（[TFT-01](../catalogue.ipynb#cell-id=TFT-01) 这样的编号代表一个常见误解。）下面两个单元格定义习题要用的名字：

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
    """The other side refused: its ERROR's code and message (RFC 1350 §5)."""

    def __init__(self, code: int, message: str):
        super().__init__(code, message)
        self.code, self.message = code, message


# %% [markdown] id="packets" lang="en"
# ## What is in the packets?
#
# ```text
# RRQ    | 0 1 | file name    | 0 | octet | 0 |     please send this file
# WRQ    | 0 2 | file name    | 0 | octet | 0 |     please take it (chapter 07)
# DATA   | 0 3 | block number | 0 to 512 bytes |
# ACK    | 0 4 | block number |                     I have this block
# ERROR  | 0 5 | code         | message | 0 |
# OACK   | 0 6 | options                            (RFC 2347)
# ```
#
# The first two bytes, the **opcode**, say what a packet is. RFC 1350 has five opcodes
# ([TFT-15](../catalogue.ipynb#cell-id=TFT-15)); OACK came later, for requests with options.
# Numbers have two bytes, the high one first: **network byte order**, or big-endian. A zero byte
# (NUL) ends each text. Mode `octet` leaves bytes as they are.

# %% [markdown] id="packets" lang="zh" of="514e9e61"
# ## 数据包里有什么？
#
# ```text
# RRQ    | 0 1 | 文件名 | 0 | octet | 0 |      请把这个文件发来
# WRQ    | 0 2 | 文件名 | 0 | octet | 0 |      请收下这个文件（第 7 章）
# DATA   | 0 3 | 块号   | 0～512 字节 |
# ACK    | 0 4 | 块号   |                      这一块收到了
# ERROR  | 0 5 | 错误码 | 文字说明 | 0 |
# OACK   | 0 6 | 选项                          （RFC 2347）
# ```
#
# 开头两个字节是**操作码**（opcode），表明这是什么包。RFC 1350 有五个操作码（[TFT-15](../catalogue.ipynb#cell-id=TFT-15)）；OACK 是后来增加的，用来响应带选项的请求。数字占两个字节，高位字节在前，这就是**网络字节序**，也叫大端。每段文本以一个零字节（NUL）结尾。`octet` 模式表示字节原样传输。

# %% id="demo-bytes" demo=true
from netlib.dissect.tftp import TFTP
from netlib.hexview import HexView

request = b"\0\1notes.txt\0octet\0"
HexView(request, list(TFTP.parse(request).fields()))

# %% [markdown] id="struct" lang="en"
# Python's `struct` packs numbers into bytes and unpacks them. Take a weather packet: the station
# (`H`, two bytes), the temperature (`b`, one byte). `!` means network byte order, `<`
# little-endian.

# %% [markdown] id="struct" lang="zh" of="0d407ed4"
# Python 的 `struct` 把数字打包成字节，也能解包。以天气数据包为例：站号（`H`，两个字节），气温（`b`，一个字节）。`!` 表示网络字节序，`<` 表示小端。

# %% id="demo-struct" demo=true
weather = struct.pack("!Hb", 0x1122, -5)
print(weather.hex(" "))
print(struct.unpack("!Hb", weather), struct.unpack("!H", weather[:2]))
station, degrees = struct.unpack("!Hb", weather)
print(hex(station), degrees)
print(struct.pack("<H", 0x1122).hex(" "))

# %% [markdown] id="after-struct" lang="en"
# **`unpack` returns a tuple, even for a single value.** Big-endian, 0x1122 is `11 22`;
# little-endian, `22 11`. One of the old notes swaps the two names. It also gives a `str` to
# `"8s"`, a field of eight bytes.

# %% [markdown] id="after-struct" lang="zh" of="5cd3c0f0"
# **`unpack` 总是返回元组，哪怕只有一个值。** 0x1122 按大端是 `11 22`，按小端是 `22 11`；有一份旧笔记把这两个名称弄反了。它还把 `str` 交给 `"8s"`，一个八字节的字段。

# %% id="predict-eight" predict=true lang="en"
predict(
    "ch06/eight",
    'What does struct.pack("8s", "notes.txt") do?',
    cut="it packs the first eight characters",
    whole="it packs all nine characters",
    refuses="it raises an exception",
)

# %% id="predict-eight" predict=true lang="zh" of="4a234913"
predict(
    "ch06/eight",
    'struct.pack("8s", "notes.txt") 会怎样？',
    cut="打包前八个字符",
    whole="九个字符全部打包",
    refuses="抛出异常",
)


# %% id="demo-eight" demo=true
def eight(name):
    try:
        return struct.pack("8s", name)
    except struct.error as error:
        return error


for name in ("notes.txt", b"notes.txt", b"a.c"):
    print(repr(name), "->", eight(name))
came = eight("notes.txt")
size = len(came) if isinstance(came, bytes) else 0
outcome("ch06/eight", {0: "refuses", 8: "cut"}.get(size, "whole"))

# %% [markdown] id="after-eight" lang="en"
# **It raises an exception: `"8s"` wants `bytes`.** Given `bytes`, it cuts a longer name and fills
# up a shorter one with NULs ([TFT-11](../catalogue.ipynb#cell-id=TFT-11)).

# %% [markdown] id="after-eight" lang="zh" of="23ef11b3"
# **它抛出异常：`"8s"` 要的是 `bytes`。** 换成 `bytes`，长的文件名被截断，短的用 NUL 补齐（[TFT-11](../catalogue.ipynb#cell-id=TFT-11)）。

# %% [markdown] id="nuls" lang="en"
# ## How many NULs are in a request?
#
# `refuse` keeps one request and answers ERROR. `tftp`, `busybox` and `curl` ask it for `notes.txt`.

# %% [markdown] id="nuls" lang="zh" of="a0ccdd19"
# ## 一个请求里有几个 NUL？
#
# `refuse` 记下一个请求，回一个 ERROR。`tftp`、`busybox`、`curl` 三个程序向它要 `notes.txt`。

# %% id="predict-nuls" predict=true lang="en"
predict(
    "ch06/nuls",
    "How many NULs follow the opcode in the requests of the three programs?",
    two="two in each, after the name and after the mode",
    more="more than two in some of them",
)

# %% id="predict-nuls" predict=true lang="zh" of="a56f40df"
predict(
    "ch06/nuls",
    "三个程序的请求里，操作码之后各有几个 NUL？",
    two="都是两个，文件名之后一个，模式之后一个",
    more="有的程序不止两个",
)

# %% id="demo-refuse" demo=true lang="en"
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


# %% id="demo-refuse" demo=true lang="zh" of="e0c370d2"
import shutil
import subprocess

from netlib.serving import serving


def refuse(sock, stop):
    """拒绝一个请求，并返回这个请求；没有收到则返回 b""。"""
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
# 现在让它们发请求：

# %% id="demo-nuls" demo=true lang="en" tags=["nbval-ignore-output"]
nuls = []
for command in (
    "tftp -m binary {} {} -c get notes.txt /dev/null",
    "busybox tftp -g -r notes.txt -l /dev/null {} {}",
    "curl -s tftp://{}:{}/notes.txt",
):
    words, server = command.split(), serving(refuse)
    if shutil.which(words[0]) is None:
        print(words[0], "is not installed here.")
        continue
    with server as at:
        words = command.format(*at).split()
        subprocess.run(words, capture_output=True, timeout=10)
    nuls.append(server.returned[2:].count(0))
    print(words[0], nuls[-1], server.returned)
outcome("ch06/nuls", "more" if max(nuls, default=0) > 2 else "two")

# %% id="demo-nuls" demo=true lang="zh" of="29e28107" tags=["nbval-ignore-output"]
nuls = []
for command in (
    "tftp -m binary {} {} -c get notes.txt /dev/null",
    "busybox tftp -g -r notes.txt -l /dev/null {} {}",
    "curl -s tftp://{}:{}/notes.txt",
):
    words, server = command.split(), serving(refuse)
    if shutil.which(words[0]) is None:
        print(words[0], "没有安装")
        continue
    with server as at:
        words = command.format(*at).split()
        subprocess.run(words, capture_output=True, timeout=10)
    nuls.append(server.returned[2:].count(0))
    print(words[0], nuls[-1], server.returned)
outcome("ch06/nuls", "more" if max(nuls, default=0) > 2 else "two")

# %% [markdown] id="after-nuls" lang="en"
# **`tftp` sends two NULs, the others more.** Each NUL ends a text. (A comment in the old notes
# says that it stands for the format: [TFT-13](../catalogue.ipynb#cell-id=TFT-13).) The further
# texts are **options**, which a server may ignore. A NUL inside a name would end the name.
#
# The old notes write names in GBK; their server is a Windows program. RFC 1350 knows only ASCII,
# and servers compare bytes. Ours have their names in UTF-8, so we send UTF-8.

# %% [markdown] id="after-nuls" lang="zh" of="182a269e"
# **`tftp` 发了两个 NUL，另外两个程序不止两个。** 每个 NUL 结束一段文本。（旧笔记的一条注释说它表示请求的格式：[TFT-13](../catalogue.ipynb#cell-id=TFT-13)。）多出来的文本是**选项**（option），服务器可以忽略。文件名里如果有 NUL，文件名就到那里为止。
#
# 旧笔记的文件名用 GBK，它用的服务器是 Windows 程序。RFC 1350 只允许 ASCII，服务器比较的是字节。本课程的服务器用 UTF-8 存文件名，所以我们发 UTF-8。

# %% [markdown] id="judged" lang="en"
# ## How are your answers judged?
#
# `check` judges an answer; after a red check, `hint()` gives a hint. As in chapter 04, nothing is
# graded that the exercise does not state, and *not required* is never tested.
#
# - Packets are `bytes`, times seconds (`float`, > 0), sizes bytes; hosts are dotted IPv4 literals.
# - A function that is *given* a socket leaves it open and may change its timeout; one that *makes*
#   a socket closes it, also when it fails.
# - "Raises X" means X or a subclass, with any text. Any other exception or type (`bytearray` for
#   `bytes`, list for tuple) is a failure. A `NamedTuple` is a tuple.
# - New: you may use your earlier functions. If one is wrong, practice sends you back to it
#   first; grading puts it right and tries the later one again, where the mistake costs nothing.
# - Printing is free; standard library only. Demonstration cells do not run in grading.

# %% [markdown] id="judged" lang="zh" of="07d085fa"
# ## 怎样评分？
#
# `check` 检查答案；没有通过时，`hint()` 给出提示。同第 4 章一样，题目没写的一律不考查，列在“**不要求**”里的从不测试。
#
# - 数据包是 `bytes`，时间以秒计（`float`，大于 0），大小以字节计；主机是点分十进制的 IPv4 地址。
# - **传给**函数的套接字要保持打开，可以改它的超时；函数**自己创建**的套接字由它自己关闭，出错时也一样。
# - “抛出 X”指 X 或它的子类，异常信息不限。别的异常、别的类型（该是 `bytes` 却给 `bytearray`，该是元组却给列表）都算错。`NamedTuple` 算元组。
# - 新的一条：可以用自己前面写的函数。前面的若有错，练习时会让你先改前面的；评分时会把它换成正确的，再测一遍后面的：前一题的错误不会在后一题再扣分。
# - 可以随意打印；只能用标准库。评分时不运行演示单元格。

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

# %% [markdown] id="text-field" lang="en"
# The next exercise reads a text up to a NUL, if there is one. The same with other bytes:

# %% [markdown] id="text-field" lang="zh" of="82518db7"
# 下一题要读一段文本，读到 NUL 为止，也可能没有 NUL。先换别的字节看看：

# %% id="demo-text-field" demo=true
print(b"tea;hot;sweet".partition(b";"))
print(b"tea".partition(b";"))
print(b"t\x80a".decode(errors="replace"))

# %% [markdown] id="ex-parse" lang="en"
# ## Exercise 2 · What a packet says (3 points)
#
# `parse(packet)` returns what a server's packet says, as a tuple (RFC 1350 §5, RFC 2347):
#
#     ("DATA", block, payload)   ("ACK", block)   ("ERROR", code, message)   ("OACK", options)
#
# - `block` and `code` are `int`, 0–65535. `payload` (perhaps empty) is what follows the
#   first 4 bytes of DATA, `options` what follows the first 2 of OACK: `bytes`, unchanged.
# - `message` is `str`: up to the first NUL or, without one, to the end. Bytes that are no UTF-8
#   (80 ff) never raise: `decode(errors="replace")`.
# - Raises `ValueError` if `packet` has fewer than 4 bytes, or any other opcode: 1 and 2, too.
#   (`01 03` is 259, not 3.)
# - *Not required:* DATA longer than 516 bytes, ACK longer than 4, what bytes that are no UTF-8
#   become, what is inside `options`.

# %% [markdown] id="ex-parse" lang="zh" of="01fc6d2f"
# ## 习题 2 · 读懂数据包（3 分）
#
# `parse(packet)` 把服务器发来的数据包解析成元组返回（RFC 1350 第 5 节，RFC 2347）：
#
#     ("DATA", block, payload)   ("ACK", block)   ("ERROR", code, message)   ("OACK", options)
#
# - `block` 和 `code` 是 `int`，0～65535。`payload`（可以为空）和 `options` 是后面的 `bytes`，不解析：DATA 取前 4 个字节之后的部分，OACK 取前 2 个字节之后的部分。
# - `message` 是 `str`：到第一个 NUL 为止，没有 NUL 就到末尾。里面有非法的 UTF-8 字节（80 ff）也不抛异常：`decode(errors="replace")`。
# - `packet` 不足 4 字节，或操作码是别的值，抛出 `ValueError`：1 和 2 也不行；`01 03` 是 259，不是 3。
# - **不要求**：超过 516 字节的 DATA、超过 4 字节的 ACK、非法的 UTF-8 字节变成什么文字、`options` 里面的内容。


# %% id="parse" solution="ch06/parse"
def parse(packet: bytes) -> tuple:
    """Return what a server's packet says: its kind and that kind's fields."""
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
# ## Who answers?
#
# We send a request to the server's port.

# %% [markdown] id="tid" lang="zh" of="9e39abf9"
# ## 谁来回答？
#
# 我们向服务器的端口发一个请求。

# %% id="predict-tid" predict=true lang="en"
predict(
    "ch06/tid",
    "From which port will block 1 come?",
    same="from the port that we asked",
    other="from another port of the same host",
)

# %% id="predict-tid" predict=true lang="zh" of="ca735373"
predict(
    "ch06/tid",
    "第 1 块会从哪个端口来？",
    same="我们请求的那个端口",
    other="同一台主机的另一个端口",
)

# %% id="demo-tid" demo=true lang="en"
sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
with tftp_server({"notes.txt": NOTES}) as server, sock:
    sock.settimeout(5)
    sock.sendto(request, server)
    packet, sender = sock.recvfrom(516)
print("same host:", sender[0] == server[0])
outcome("ch06/tid", "same" if sender == server else "other")

# %% id="demo-tid" demo=true lang="zh" of="ccf05d1a"
sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
with tftp_server({"notes.txt": NOTES}) as server, sock:
    sock.settimeout(5)
    sock.sendto(request, server)
    packet, sender = sock.recvfrom(516)
print("同一台主机：", sender[0] == server[0])
outcome("ch06/tid", "same" if sender == server else "other")

# %% [markdown] id="after-tid" lang="en"
# **The answer comes from another port of the same host.** The well-known port (69; here a free
# one) takes only requests. Each transfer gets a new port; this and your own are the **transfer
# identifiers** (TID, RFC 1350 §4). ACKs go to the server's TID, and only packets from there count.
#
# ## What does a bad network do to the old program?
#
# `old_download` makes the same calls as the old notes' downloader, in the same order, with the
# same arguments. `ordeal` runs it through a relay: `attempt` gives it a process of its own, and
# some seconds at most.

# %% [markdown] id="after-tid" lang="zh" of="79b92439"
# **响应来自同一台主机的另一个端口。** 知名端口（69；这里是一个空闲端口）只收请求，每次传输另开一个新端口。它和你自己的端口就是**传输标识**（TID，RFC 1350 第 4 节）。ACK 要发往服务器的 TID，只有从那里来的包才算数。
#
# ## 旧程序遇上糟糕的网络会怎样？
#
# `old_download` 发出的调用、次序和参数都与旧笔记的下载器相同。`ordeal` 让它经过中继下载：由 `attempt` 在单独的进程里运行，限时几秒。

# %% id="demo-ordeal" demo=true lang="en"
from pathlib import Path

from netlib.attempt import attempt, built_on
from netlib.oldnotes.tftp import download as old_download

FILES = {"notes.txt": NOTES}


def ordeal(download, faults="", name="notes.txt", seconds=1.5):
    """Download over a bad network; return trace, ending, file."""
    with tftp_server(FILES) as at, tempfile.TemporaryDirectory() as folder:
        relay, copy = UDPRelay(at, faults, label=label), Path(folder) / "copy"
        with relay as at:
            ending = attempt(download, *at, name, str(copy), seconds=seconds)
        saved = copy.read_bytes() if copy.exists() else None
    return relay.trace, ending, saved


# %% id="demo-ordeal" demo=true lang="zh" of="63b5577b"
from pathlib import Path

from netlib.attempt import attempt, built_on
from netlib.oldnotes.tftp import download as old_download

FILES = {"notes.txt": NOTES}


def ordeal(download, faults="", name="notes.txt", seconds=1.5):
    """隔着糟糕的网络下载；返回往来的包、结局和文件内容。"""
    with tftp_server(FILES) as at, tempfile.TemporaryDirectory() as folder:
        relay, copy = UDPRelay(at, faults, label=label), Path(folder) / "copy"
        with relay as at:
            ending = attempt(download, *at, name, str(copy), seconds=seconds)
        saved = copy.read_bytes() if copy.exists() else None
    return relay.trace, ending, saved


# %% [markdown] id="lost" lang="en"
# First the network loses the client's first packet, the request: `lose 1`.

# %% [markdown] id="lost" lang="zh" of="e6dbfa51"
# 首先，网络丢掉客户端的第一个包，也就是请求：`lose 1`。

# %% id="predict-lost" predict=true lang="en"
predict(
    "ch06/lost",
    "The request is lost. Who sends the next packet?",
    client="the client",
    server="the server",
    nobody="nobody",
)

# %% id="predict-lost" predict=true lang="zh" of="6f6d36a7"
predict(
    "ch06/lost",
    "请求丢了。下一个包由谁发出？",
    client="客户端",
    server="服务器",
    nobody="谁也不发",
)

# %% id="demo-lost" demo=true
from netlib.ladder import Ladder

trace, ending, saved = ordeal(old_download, "lose 1")
print(ending)
display(Ladder(trace, ("client", "server")))
senders = [message.sender for message in trace[1:]]
outcome("ch06/lost", senders[0] if senders else "nobody")

# %% [markdown] id="after-lost" lang="en"
# **Nobody: the server heard nothing, and the client has no timeout**
# ([TFT-03](../catalogue.ipynb#cell-id=TFT-03)). Whoever expects an answer must send again after a
# timeout. Next, `lose 2` loses ACK 1. The server does have a timeout.

# %% [markdown] id="after-lost" lang="zh" of="6119c97a"
# **谁也不发：服务器什么都没收到，客户端没有设超时**（[TFT-03](../catalogue.ipynb#cell-id=TFT-03)）。凡是等待响应的一方，超时之后都要重传。接着用 `lose 2` 丢掉 ACK 1。服务器是有超时的。

# %% id="predict-ack" predict=true lang="en"
predict(
    "ch06/ack",
    "ACK 1 is lost. Will the file arrive?",
    whole="yes, as the server sends block 1 again",
    twice="yes, but with block 1 twice",
    hangs="no, the transfer stops for ever",
)

# %% id="predict-ack" predict=true lang="zh" of="e8480064"
predict(
    "ch06/ack",
    "ACK 1 丢了。文件还能收到吗？",
    whole="能，服务器会重发第 1 块",
    twice="能，但第 1 块存了两份",
    hangs="不能，传输再也不会继续",
)

# %% id="demo-ack" demo=true tags=["nbval-ignore-output"]
trace, ending, saved = ordeal(old_download, "lose 2", seconds=0.6)
print(ending)
display(Ladder(trace, ("client", "server")))
hangs, whole = ending.outcome == "hung", saved == NOTES
outcome("ch06/ack", "hangs" if hangs else "whole" if whole else "twice")

# %% [markdown] id="after-ack" lang="en"
# **It stops: the client ignores the block that the server repeats**
# ([TFT-02](../catalogue.ipynb#cell-id=TFT-02)). But a repeated block means that your ACK was lost:
# acknowledge it again, and store it once.
#
# Next, a stranger sends a DATA 2 with the four bytes EVIL: `stranger reply 2 0x…` forges a packet,
# in hex, before the server's second packet.

# %% [markdown] id="after-ack" lang="zh" of="283b989d"
# **传输停住了：服务器重发的块，客户端不理**（[TFT-02](../catalogue.ipynb#cell-id=TFT-02)）。可是收到重复的块，说明你的 ACK 丢了：要再确认一次，但只存一份。
#
# 接着，一个陌生人发来自己的 DATA 2，内容是 EVIL 四个字节：`stranger reply 2 0x…` 在服务器的第二个包之前伪造一个包（十六进制）。

# %% id="predict-intruder" predict=true lang="en"
predict(
    "ch06/intruder",
    "A stranger's DATA 2 comes before the server's. What will the file hold?",
    right="the server's three blocks",
    between="the server's blocks, and EVIL between them",
    ends="block 1 and EVIL, and nothing after it",
)

# %% id="predict-intruder" predict=true lang="zh" of="ee9f8455"
predict(
    "ch06/intruder",
    "陌生人的 DATA 2 比服务器的先到。文件里会是什么？",
    right="服务器的三块",
    between="服务器的各块，中间夹着 EVIL",
    ends="第 1 块和 EVIL，后面什么也没有",
)

# %% id="demo-intruder" demo=true lang="en" tags=["nbval-ignore-output"]
EVIL = "stranger reply 2 0x000300024556494c"
trace, ending, saved = ordeal(old_download, EVIL)
print(ending, "/", len(saved), "of", len(NOTES), "bytes:", saved[-8:])
display(Ladder(trace))
came = "ends" if saved.endswith(b"EVIL") else "between"
outcome("ch06/intruder", "right" if saved == NOTES else came)

# %% id="demo-intruder" demo=true lang="zh" of="c14d047e" tags=["nbval-ignore-output"]
EVIL = "stranger reply 2 0x000300024556494c"
trace, ending, saved = ordeal(old_download, EVIL)
print(ending, "/", len(saved), "/", len(NOTES), "字节：", saved[-8:])
display(Ladder(trace))
came = "ends" if saved.endswith(b"EVIL") else "between"
outcome("ch06/intruder", "right" if saved == NOTES else came)

# %% [markdown] id="after-intruder" lang="en"
# **The file ends with EVIL, and the stranger got the ACK**
# ([TFT-01](../catalogue.ipynb#cell-id=TFT-01)). One comparison prevents it: a packet from elsewhere
# gets ERROR 5, and the transfer goes on (RFC 1350 §4).
#
# Now the stranger sends an empty DATA 9. A late block of an earlier transfer may look like that.

# %% [markdown] id="after-intruder" lang="zh" of="48794bcb"
# **文件以 EVIL 结尾，连 ACK 也发给了陌生人**（[TFT-01](../catalogue.ipynb#cell-id=TFT-01)）。做一次比较就能防住：不是从那个 TID 发来的包，回一个 ERROR 5，传输继续（RFC 1350 第 4 节）。
#
# 现在陌生人发来一个空的 DATA 9。上一次传输迟到的块，可能就是这个样子。

# %% id="predict-short" predict=true lang="en"
predict(
    "ch06/short",
    "The client expects block 2, and an empty DATA 9 comes. What does it do?",
    ignores="it ignores the packet, as the number is wrong",
    ends="it ends, and takes the file for complete",
    raises="it raises an exception",
)

# %% id="predict-short" predict=true lang="zh" of="1090c8b1"
predict(
    "ch06/short",
    "客户端在等第 2 块，来的却是空的 DATA 9。它会怎么做？",
    ignores="块号不对，不理这个包",
    ends="结束，以为文件已经完整",
    raises="抛出异常",
)

# %% id="demo-short" demo=true lang="en"
trace, ending, saved = ordeal(old_download, "stranger reply 2 0x00030009")
print(ending, "/", len(saved), "of", len(NOTES), "bytes")
raises, whole = ending.outcome == "raised", saved == NOTES
outcome("ch06/short", "ignores" if whole else "raises" if raises else "ends")

# %% id="demo-short" demo=true lang="zh" of="dd741b21"
trace, ending, saved = ordeal(old_download, "stranger reply 2 0x00030009")
print(ending, "/", len(saved), "/", len(NOTES), "字节")
raises, whole = ending.outcome == "raised", saved == NOTES
outcome("ch06/short", "ignores" if whole else "raises" if raises else "ends")

# %% [markdown] id="after-short" lang="en"
# **It ends with 512 of 1,113 bytes: one block of three**
# ([TFT-04](../catalogue.ipynb#cell-id=TFT-04)). Only the short block *that you expect* is the end.
#
# Last, we ask for a file that the server does not have: it sends ERROR. In a second run, `truncate
# reply 1 1B` cuts the server's first packet to one byte.

# %% [markdown] id="after-short" lang="zh" of="2e4dc77a"
# **它结束了，1,113 个字节只收到 512 个：三块里的一块**（[TFT-04](../catalogue.ipynb#cell-id=TFT-04)）。只有**你正在等的**那一块不足 512 字节，才表示结束。
#
# 最后，我们要一个服务器没有的文件，它会发来 ERROR。第二次运行用 `truncate reply 1 1B` 把服务器的第一个包截到一个字节。

# %% id="predict-error" predict=true lang="en"
predict(
    "ch06/error",
    'The server sends ERROR, "File not found". What does the user read?',
    words="the server's message",
    python="an exception that has nothing to do with it",
    nothing="nothing, as the program waits",
)

# %% id="predict-error" predict=true lang="zh" of="634bdd37"
predict(
    "ch06/error",
    "服务器回一个 ERROR，文字说明是 File not found。用户看到的是什么？",
    words="服务器的文字说明",
    python="一个毫不相干的异常",
    nothing="什么也看不到，程序一直等待",
)

# %% id="demo-error" demo=true
ends = []
for name, faults in ("nosuch.txt", ""), ("notes.txt", "truncate reply 1 1B"):
    ends.append(ordeal(old_download, faults, name)[1])
    print(ends[-1])
told = "not found" in (ends[0].printed + ends[0].error).lower()
raised = ends[0].outcome == "raised"
outcome("ch06/error", "words" if told else "python" if raised else "nothing")

# %% [markdown] id="after-error" lang="en"
# **The user reads Python's complaints, not the server's message**
# ([TFT-05](../catalogue.ipynb#cell-id=TFT-05)). In an ERROR, the two bytes after the opcode are a
# code and no block number. And never answer an ERROR with an ERROR: two such programs would go on
# for ever.
#
# ## A state machine
#
# None of these rules is about sockets. So an object can hold them, a **state machine**: you
# tell it what came, and it returns what to send.
#
# ```text
# a packet came   →  feed(packet, address)  →  replies: [(packet, address), …]
# nothing came    →  on_timeout()           →  replies, to be sent again
#                    done? error? progress?
# ```
#
# It has no socket and no timer. A *reply* is a tuple `(packet, address)`; methods return a list of
# them, often empty. `progress` counts its steps. This toy knocks until it has heard "yes" three
# times:

# %% [markdown] id="after-error" lang="zh" of="208df443"
# **用户看到的是 Python 的异常，不是服务器的文字说明**（[TFT-05](../catalogue.ipynb#cell-id=TFT-05)）。ERROR 里操作码之后的两个字节是错误码，不是块号。另外，绝不能用 ERROR 响应 ERROR：两个这样的程序会永远互相发下去。
#
# ## 状态机
#
# 这些规则都与套接字无关，可以交给一个对象，即**状态机**：告诉它收到了什么，它返回该发什么。
#
# ```text
# 来了一个包    →  feed(packet, address)  →  响应：[(packet, address), …]
# 一直没有包来  →  on_timeout()           →  要重发的响应
#                  done？error？progress？
# ```
#
# 它没有套接字，也没有定时器。一个**响应**（reply）是元组 `(packet, address)`；方法返回响应的列表，常常是空列表。`progress` 记录前进了几步。下面这个玩具状态机不停敲门，直到听见三次“yes”：


# %% id="demo-knocker" demo=true lang="en"
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


# %% id="demo-knocker" demo=true lang="zh" of="4f8da8e6"
class Knocker:
    def __init__(self, door):
        self.door, self.progress, self.done, self.error = door, 0, False, None

    def start(self):
        return [(b"knock", self.door)]

    on_timeout = start  # 没有动静时要重发的内容

    def feed(self, packet, address):
        if packet != b"yes" or self.done:
            return []
        self.progress += 1
        self.done = self.progress == 3
        return [] if self.done else [(b"knock", self.door)]


# %% [markdown] id="knocker-question" lang="en"
# We feed it by hand, noise included:

# %% [markdown] id="knocker-question" lang="zh" of="f2234c88"
# 我们手工把包喂给它，其中夹着噪声：

# %% id="demo-feed" demo=true
knocker = Knocker(("192.0.2.7", 7))
print(knocker.start())
for packet in (b"yes", b"noise", b"yes", b"yes"):
    replies = knocker.feed(packet, knocker.door)
    print(packet, replies, knocker.progress, knocker.done)

# %% [markdown] id="ex-receiver" lang="en"
# Noise gets no reply, nor does the last "yes". Every disaster can be tried like this, in
# microseconds.
#
# ## Exercise 4 · The receiving machine (5 points)
#
# `Receiver(request, server, expected=1)` is the receiving side of one transfer (RFC 1350), without
# sockets or timers. `request` is the packet that asks, `server` the address where it goes,
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
# *The server* is any port of the host in `server` before `tid` is set, then `tid` alone; everybody
# else is a *stranger*. Ask in the table's order: can it be read, who sent it, what is it, which
# number? (0 after 65535 is custom: RFC 1350 is silent, and some programs go on with 1.)
#
# - *Not required:* duplicates two or more blocks old, the block before the first one expected,
#   ACK or OACK from the server, options, ERROR after `done`, streaming to disk, speed.
#
# `data` is given and joins the list `payloads` (`+=` on `bytes` would copy the whole file at every
# block). You may replace it.

# %% [markdown] id="ex-receiver" lang="zh" of="acbc381a"
# 噪声得不到响应，最后一个“yes”也一样。各种故障都可以这样试，几微秒一次。
#
# ## 习题 4 · 接收方状态机（5 分）
#
# `Receiver(request, server, expected=1)` 是一次传输的接收方（RFC 1350），没有套接字和定时器。`request` 是请求包，`server` 是它的目的地址，`expected` 是等待的第一块的块号（检查会从 65535 附近开始）。属性：`data`（到目前为止的 `bytes`）、`done`（`bool`）、`error`（`None` 或 `(code, message)`）、`progress`（`int`，已接收的块数）、`tid`（`None` 或发送方的地址）。
#
# - `start()` 返回 `[(request, server)]`。
# - `on_timeout()` 返回要重发的：第一块到来之前是发往 `server` 的请求，之后是发往 `tid` 的最后一个 ACK；完成或出错之后是 `[]`。
# - `feed(packet, address)` 返回对 `address` 发来的数据包的响应。它从不抛出异常：
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
# **服务器**：`tid` 确定之前是 `server` 那台主机的任何端口，确定之后只有 `tid`；其余都是**陌生人**。按表格的顺序问：读得懂吗？谁发的？是什么包？哪一块？（65535 之后是 0，这是惯例：RFC 1350 没有规定，有的程序接着用 1。）
#
# - **不要求**：隔了两块以上的重复块、所等的第一块的前一块、服务器发来的 ACK 或 OACK、选项、`done` 之后的 ERROR、边收边写磁盘、速度。
#
# `data` 已经给出，它把列表 `payloads` 连接起来（对 `bytes` 用 `+=`，每收一块都要把整个文件复制一遍）。你可以换掉它。


# %% id="receiver" solution="ch06/receiver"
class Receiver:
    """The receiving side of one TFTP transfer, without sockets or clocks."""

    def __init__(self, request: bytes, server: Address, expected: int = 1):
        """request asks server; expected: number of the first block due."""
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

# %% [markdown] id="wait" lang="en"
# A machine cannot notice that nothing comes. A **driver** can: it sends, waits, feeds, and is the
# same for every machine. It waits for a deadline, as in chapter 04: if every packet began the wait
# anew, a chatterbox would prevent the timeout for ever
# ([UDP-19](../catalogue.ipynb#cell-id=UDP-19)). For example:

# %% [markdown] id="wait" lang="zh" of="742a5b35"
# 状态机察觉不到“一直没有包来”，**驱动程序**（driver）可以：它负责发送、等待、把包喂给状态机，而且对每个状态机都一样。它等的是截止时间，同第 4 章一样：如果来一个包就重新计时，那么只要不断有包来，就永远等不到超时（[UDP-19](../catalogue.ipynb#cell-id=UDP-19)）。例如：


# %% id="demo-wait" demo=true lang="en"
def hears_yes(sock, seconds):
    """Tell whether "yes" comes in so many seconds, whatever else comes."""
    deadline = time.monotonic() + seconds
    while (left := deadline - time.monotonic()) > 0:
        sock.settimeout(left)
        try:
            if sock.recv(516) == b"yes":
                return True
        except TimeoutError:
            pass  # the deadline has passed
    return False


# %% id="demo-wait" demo=true lang="zh" of="2d78f868"
def hears_yes(sock, seconds):
    """在这么多秒之内是否收到“yes”，不管还有什么别的包来。"""
    deadline = time.monotonic() + seconds
    while (left := deadline - time.monotonic()) > 0:
        sock.settimeout(left)
        try:
            if sock.recv(516) == b"yes":
                return True
        except TimeoutError:
            pass  # 已经过了截止时间
    return False


# %% [markdown] id="wait-run" lang="en"
# A chatterbox says "no" every 50 ms:

# %% [markdown] id="wait-run" lang="zh" of="5cf3078c"
# 有一个程序每 50 毫秒说一次“no”：


# %% id="demo-chatterbox" demo=true
def chatterbox(sock, stop):
    listener = sock.recvfrom(516)[1]
    while not stop.wait(0.05):
        sock.sendto(b"no", listener)


with (
    serving(chatterbox) as address,
    socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock,
):
    sock.sendto(b"please talk", address)
    began = time.monotonic()
    print(hears_yes(sock, 0.3), f"{time.monotonic() - began:.1f} s")

# %% [markdown] id="ex-drive" lang="en"
# ## Exercise 5 · A timer beside the machine (4 points)
#
# `drive(sock, machine, timeout, tries, on_progress=None)` runs `machine` over `sock`, a UDP
# socket, until `machine.done` or `machine.error` is true. It returns `None`.
#
# - It sends what `machine.start()` gives, hands every datagram (whole, 0 to 65,507 bytes) to
#   `machine.feed(packet, address)` and sends what that gives, also when this packet ends the
#   transfer.
# - When `machine.progress` has not changed for `timeout` seconds, it sends what
#   `machine.on_timeout()` gives and waits again, `tries` - 1 times in a row; then it raises
#   `TimeoutError`. After progress the count begins anew.
# - Packets that do not change `progress` do not lengthen the wait.
# - Whenever `progress` has changed, it calls `on_progress(machine.progress)`, if given, once.
# - *Not required:* closing `sock`, listening after the end, `tries` or `timeout` ≤ 0.
#
# The check brings machines of its own; your `Receiver` need not be right.

# %% [markdown] id="ex-drive" lang="zh" of="29c7278b"
# ## 习题 5 · 给状态机配一个定时器（4 分）
#
# `drive(sock, machine, timeout, tries, on_progress=None)` 在 UDP 套接字 `sock` 上运行 `machine`，直到 `machine.done` 或 `machine.error` 为真。返回 `None`。
#
# - 发送 `machine.start()` 给出的内容；把每个数据报（完整的，0～65,507 字节）交给 `machine.feed(packet, address)`，并发送它给出的内容，传输因此结束时也要发。
# - `machine.progress` 有 `timeout` 秒没有变化，就发送 `machine.on_timeout()` 给出的内容，再接着等，这样连续 `tries` - 1 次；然后抛出 `TimeoutError`。有了进展就重新计数。
# - 不改变 `progress` 的数据包，不延长等待。
# - `progress` 每变化一次，就调用一次 `on_progress(machine.progress)`（如果给了）。
# - **不要求**：关闭 `sock`、结束之后继续监听、`tries` 或 `timeout` ≤ 0。
#
# 检查用的是它自带的状态机，你的 `Receiver` 对不对没有关系。


# %% id="drive" solution="ch06/drive"
def drive(sock, machine, timeout: float, tries: int, on_progress=None):
    """Run machine over sock to its end; TimeoutError after tries silences."""

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
# Your driver moves the toy machine. The second knock and the second "yes" are lost:

# %% [markdown] id="driven" lang="zh" of="b82e62a0"
# 用你的驱动程序来带动玩具状态机。第二次敲门和第二个“yes”都会丢：


# %% id="demo-door" demo=true
def door(sock, stop):
    sock.settimeout(0.1)
    while not stop.is_set():
        try:
            sock.sendto(b"yes", sock.recvfrom(516)[1])
        except TimeoutError:
            continue


with (
    built_on(5),
    serving(door) as at,
    UDPRelay(at, "lose 2; lose reply 2") as front,
    socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock,
):
    drive(sock, Knocker(front), 0.2, 5, on_progress=print)

# %% [markdown] id="last-ack" lang="en"
# ## Who acknowledges the last ACK?
#
# `stubborn` sends NOTES, each block up to five times. The network loses ACK 3, the last one
# (`lose 4`: the request is the client's packet 1). `fetch` returns as soon as it has sent ACK 3.

# %% [markdown] id="last-ack" lang="zh" of="8455ce84"
# ## 最后一个 ACK 由谁来确认？
#
# `stubborn` 发送 NOTES，每块最多发五次。网络丢掉最后的 ACK 3（`lose 4`：客户端的第 1 个包是请求）。`fetch` 一发出 ACK 3 就返回。

# %% id="predict-last-ack" predict=true lang="en"
predict(
    "ch06/last-ack",
    "ACK 3 is lost. Which side takes the transfer for a success?",
    both="both",
    client="the client alone",
    server="the server alone",
    neither="neither",
)

# %% id="predict-last-ack" predict=true lang="zh" of="aee3e963"
predict(
    "ch06/last-ack",
    "ACK 3 丢了。哪一方会认为传输成功？",
    both="双方都认为",
    client="只有客户端",
    server="只有服务器",
    neither="双方都认为失败",
)


# %% id="demo-stubborn" demo=true lang="en"
def stubborn(sock, stop):
    sock.settimeout(5)
    client, block, sends = sock.recvfrom(516)[1], 1, 0
    sock.settimeout(0.2)
    while sends < 5 and 512 * (block - 1) <= len(NOTES):
        number = struct.pack("!H", block)
        payload = NOTES[512 * block - 512 : 512 * block]
        sock.sendto(b"\0\3" + number + payload, client)
        try:
            acknowledged = sock.recv(516) == b"\0\4" + number
        except TimeoutError:
            acknowledged = False
        block, sends = (block + 1, 0) if acknowledged else (block, sends + 1)
    said.put(sends < 5)  # True: every block was acknowledged


# %% id="demo-stubborn" demo=true lang="zh" of="378366ad"
def stubborn(sock, stop):
    sock.settimeout(5)
    client, block, sends = sock.recvfrom(516)[1], 1, 0
    sock.settimeout(0.2)
    while sends < 5 and 512 * (block - 1) <= len(NOTES):
        number = struct.pack("!H", block)
        payload = NOTES[512 * block - 512 : 512 * block]
        sock.sendto(b"\0\3" + number + payload, client)
        try:
            acknowledged = sock.recv(516) == b"\0\4" + number
        except TimeoutError:
            acknowledged = False
        block, sends = (block + 1, 0) if acknowledged else (block, sends + 1)
    said.put(sends < 5)  # True：每一块都得到了确认


# %% [markdown] id="last-ack-run" lang="en"
# Now the two meet:

# %% [markdown] id="last-ack-run" lang="zh" of="b9ddd768"
# 让两者碰面：

# %% id="demo-last-ack" demo=true lang="en"
import queue

said = queue.Queue()
with serving(stubborn) as at, UDPRelay(at, "lose 4") as front:
    client = fetch(front, "notes.txt") == NOTES
    server = said.get(timeout=10)
print("client has the file:", client, "/ server has every ACK:", server)
alone = "client" if client else "server" if server else "neither"
outcome("ch06/last-ack", "both" if client and server else alone)

# %% id="demo-last-ack" demo=true lang="zh" of="1a38b3bc"
import queue

said = queue.Queue()
with serving(stubborn) as at, UDPRelay(at, "lose 4") as front:
    client = fetch(front, "notes.txt") == NOTES
    server = said.get(timeout=10)
print("客户端拿到文件：", client, "/ 服务器收齐 ACK：", server)
alone = "client" if client else "server" if server else "neither"
outcome("ch06/last-ack", "both" if client and server else alone)

# %% [markdown] id="after-last-ack" lang="en"
# **Only the client: it has the file, while the server reports failure**
# ([TFT-23](../catalogue.ipynb#cell-id=TFT-23)). Both are right: nobody acknowledges the last
# packet. So a client **dallies** (RFC 1350 §6): it listens for one more timeout, and repeats the
# last ACK if the last block comes again.
#
# ## What is a half-finished file called?
#
# The old program opens its file with mode `"ab"` when block 1 comes.

# %% [markdown] id="after-last-ack" lang="zh" of="9ee1e239"
# **只有客户端认为成功：文件它拿到了，服务器却报告失败**（[TFT-23](../catalogue.ipynb#cell-id=TFT-23)）。双方都没错：最后一个包没有人确认。所以客户端要**多等一会儿**（dally，RFC 1350 第 6 节）：再听一个超时时长，最后一块如果又来了，就把最后的 ACK 再发一次。
#
# ## 没写完的文件叫什么名字？
#
# 旧程序收到第 1 块时用 `"ab"` 模式打开文件。

# %% id="predict-twice" predict=true lang="en"
predict(
    "ch06/twice",
    "The old program fetches the same file twice. How long is the copy then?",
    same="as long as the file",
    double="twice as long as the file",
)

# %% id="predict-twice" predict=true lang="zh" of="91e229e7"
predict(
    "ch06/twice",
    "旧程序把同一个文件取两次。之后副本有多长？",
    same="同文件一样长",
    double="文件的两倍",
)

# %% id="demo-twice" demo=true
sizes = []
with tftp_server(FILES) as server, tempfile.TemporaryDirectory() as here:
    for _ in range(2):
        attempt(old_download, *server, "notes.txt", f"{here}/copy")
        sizes.append(os.path.getsize(f"{here}/copy"))
print(sizes)
outcome("ch06/twice", "double" if sizes[1] == 2 * len(NOTES) else "same")

# %% [markdown] id="after-twice" lang="en"
# **Twice as long**: mode `"a"` appends ([TFT-07](../catalogue.ipynb#cell-id=TFT-07)). After ERROR
# the old program deletes its file, but after an exception or a hang half a file is left, with the
# name of the whole one ([TFT-17](../catalogue.ipynb#cell-id=TFT-17)). So write beside the target,
# in the same folder; then `os.replace` puts the complete file there in one step.

# %% [markdown] id="after-twice" lang="zh" of="b128b7b8"
# **两倍**：`"a"` 模式是追加（[TFT-07](../catalogue.ipynb#cell-id=TFT-07)）。收到 ERROR 之后，旧程序会删掉它的文件；可是抛出异常或一直等待时，半个文件就留在那里，用的是完整文件的名字（[TFT-17](../catalogue.ipynb#cell-id=TFT-17)）。所以要先写到目标旁边、同一个目录里，写完再用 `os.replace` 一步换过去。

# %% id="demo-replace" demo=true
with tempfile.TemporaryDirectory() as here:
    Path(here, "menu").write_text("tea")
    Path(here, "menu.new").write_text("tea and coffee")
    os.replace(f"{here}/menu.new", f"{here}/menu")
    print(os.listdir(here), Path(here, "menu").read_text())

# %% [markdown] id="ex-download" lang="en"
# ## Exercise 6 · The downloader (4 points)
#
# `download(host, port, name, out_path, timeout=0.2, tries=5, on_progress=None)` fetches the file
# `name` in mode octet from the TFTP server at `(host, port)`, writes it to `out_path` (`str`) and
# returns its size in bytes (`int`).
#
# - On bad networks it does what exercises 4 and 5 say: it sends again what was lost, stores no
#   block twice, and turns strangers away.
# - The file may have 0 bytes. An existing `out_path` is replaced in one step, and only when
#   everything has arrived. After any failure, also if `out_path` is a folder, `out_path` is as it
#   was, and no other file is left beside it.
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

# %% [markdown] id="ex-download" lang="zh" of="3eab7e7b"
# ## 习题 6 · 下载器（4 分）
#
# `download(host, port, name, out_path, timeout=0.2, tries=5, on_progress=None)` 以 octet 模式从 `(host, port)` 的 TFTP 服务器取文件 `name`，写到 `out_path`（`str`），返回它的字节数（`int`）。
#
# - 网络糟糕时，照习题 4、5 说的做：丢了的重发，每块只存一份，陌生人一概拒绝。
# - 文件可以是 0 字节。`out_path` 已存在时，用一步操作替换它，但要等全部收到之后。无论怎样失败，哪怕 `out_path` 本来就是个目录，它都保持原样，所在的目录里也不留下别的文件。
# - 收到最后一块之后，再听一个 `timeout`，不管来多少包都不延长；那一块若又来了，就重发最后的 ACK。
# - 每收到新的一块，调用一次 `on_progress(blocks_so_far)`（如果给了）。
# - 服务器一发来 ERROR 就抛出 `TftpError(code, message)`；发送 `tries` 次（每次间隔 `timeout` 秒）仍无进展，抛出 `TimeoutError`。
# - 套接字由本函数创建并关闭。
# - **不要求**：选项、netascii、百分比（谁能告诉你总长？）、32 MiB 以上的文件、不存在的目录、电脑崩溃。
#
# 它建立在习题 1、4、5 之上；`Receiver` 只用习题 4 写明的部分。`tempfile` 能生成别人不会用到的文件名，或者整个目录。


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
    """Fetch the file name from (host, port) to out_path; return its size."""
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
# The networks from above, and one that doubles every packet:

# %% [markdown] id="beside" lang="zh" of="c78092e5"
# ## 你的程序和旧程序并排比较
#
# 上面那些网络，再加一个让每个包都重复的：

# %% id="demo-networks" demo=true lang="en"
networks = {
    "good": "",
    "request lost": "lose 1",
    "ACK 1 lost": "lose 2",
    "all doubled": "duplicate every 1; duplicate reply every 1",
    "stranger's EVIL": EVIL,
    "stray short block": "stranger reply 2 0x00030009",
    "one byte": "truncate reply 1 1B",
}

# %% id="demo-networks" demo=true lang="zh" of="f5bba0dd"
networks = {
    "良好": "",
    "请求丢失": "lose 1",
    "ACK 1 丢失": "lose 2",
    "全部重复": "duplicate every 1; duplicate reply every 1",
    "陌生人的 EVIL": EVIL,
    "不相干的短块": "stranger reply 2 0x00030009",
    "只有一个字节": "truncate reply 1 1B",
}

# %% id="predict-beside" predict=true lang="en"
predict(
    "ch06/beside",
    "On how many of the 7 networks will the old program save the whole file?",
)

# %% id="predict-beside" predict=true lang="zh" of="5d074574"
predict(
    "ch06/beside",
    "在这七个网络里，旧程序能在几个上存下完整的文件？",
)

# %% [markdown] id="beside-question" lang="en"
# `verdict` says what became of a download:

# %% [markdown] id="beside-question" lang="zh" of="a7eeb0a7"
# `verdict` 说明一次下载的结局：

# %% id="demo-verdict" demo=true lang="en"
from netlib.columns import pad

WAYS = {"returned": "returns", "raised": "raises", "hung": "hangs"}


def verdict(function, faults):
    seconds = 3.0 if function is download else 1.5
    _, ending, saved = ordeal(function, faults, seconds=seconds)
    if "NotImplementedError" in str(ending):
        return "exercises 1 to 6 come first"
    if saved == NOTES and ending.outcome == "returned":
        return "the whole file"
    kept = "no file" if saved is None else f"wrong file, {len(saved)} bytes"
    return f"{WAYS.get(ending.outcome, 'dies')}: {kept}"


# %% id="demo-verdict" demo=true lang="zh" of="4a41b675"
from netlib.columns import pad

WAYS = {"returned": "返回", "raised": "抛出异常", "hung": "一直等待"}


def verdict(function, faults):
    seconds = 3.0 if function is download else 1.5
    _, ending, saved = ordeal(function, faults, seconds=seconds)
    if "NotImplementedError" in str(ending):
        return "请先完成习题 1 到 6"
    if saved == NOTES and ending.outcome == "returned":
        return "完整的文件"
    kept = "没有文件" if saved is None else f"文件不对，{len(saved)} 字节"
    return f"{WAYS.get(ending.outcome, '终止')}：{kept}"


# %% [markdown] id="beside-run" lang="en"
# Both programs, on all seven:

# %% [markdown] id="beside-run" lang="zh" of="e749bce8"
# 两个程序，七个网络：

# %% id="demo-beside" demo=true lang="en"
whole = 0
print(pad("network", 20), pad("old program", 28), "yours")
for network, faults in networks.items():
    old, yours = verdict(old_download, faults), verdict(download, faults)
    whole += old == "the whole file"
    print(pad(network, 20), pad(old, 28), yours)
outcome("ch06/beside", whole)

# %% id="demo-beside" demo=true lang="zh" of="3cc7e7b4"
whole = 0
print(pad("网络", 20), pad("旧程序", 28), "你的程序")
for network, faults in networks.items():
    old, yours = verdict(old_download, faults), verdict(download, faults)
    whole += old == "完整的文件"
    print(pad(network, 20), pad(old, 28), yours)
outcome("ch06/beside", whole)

# %% [markdown] id="after-beside" lang="en"
# **A timeout, a TID and the comparison of two numbers make the difference.** ACK 3 is lost again;
# now your program dallies:

# %% [markdown] id="after-beside" lang="zh" of="135b08a6"
# **差别只在于一个超时、一个 TID 和两个块号的比较。** 再丢一次 ACK 3，这次你的程序会多等一会儿：

# %% id="demo-dally" demo=true lang="en"
folder = tempfile.TemporaryDirectory()
with (
    built_on(1, 2, 3, 4, 5, 6),
    folder as here,
    serving(stubborn) as at,
    UDPRelay(at, "lose 4") as front,
):
    size = download(*front, "notes.txt", f"{here}/copy", timeout=1.0)
    print("client:", size, "bytes")
    print("server has every ACK:", said.get(timeout=5))

# %% id="demo-dally" demo=true lang="zh" of="b2a8845c"
folder = tempfile.TemporaryDirectory()
with (
    built_on(1, 2, 3, 4, 5, 6),
    folder as here,
    serving(stubborn) as at,
    UDPRelay(at, "lose 4") as front,
):
    size = download(*front, "notes.txt", f"{here}/copy", timeout=1.0)
    print("客户端：", size, "字节")
    print("服务器收齐 ACK：", said.get(timeout=5))

# %% [markdown] id="live-again" lang="en"
# ## Play with the network
#
# Each turn of a knob runs your `download` again and draws what crossed. Your timeout is 0.15 s, the
# server's 0.1 s. Who repeats what?

# %% [markdown] id="live-again" lang="zh" of="3b69c373"
# ## 动手试试各种网络
#
# 每调节一次控件，就重新运行你的 `download`，画出往来的包。你的超时是 0.15 秒，服务器的是 0.1 秒。谁重发了什么？

# %% id="demo-tried" demo=true
from functools import partial

from netlib.panels import Knobs


def tried(lost, lost_reply, doubled):
    faults = [f"lose {lost}"] * (lost > 0)
    faults += [f"lose reply {lost_reply}"] * (lost_reply > 0)
    faults += ["duplicate every 1", "duplicate reply every 1"] * doubled
    schedule = "; ".join(faults)
    trace, ending, _ = ordeal(partial(download, timeout=0.15), schedule)
    return [Ladder(trace, ("client", "server"), title=schedule), ending]


# %% [markdown] id="live-panel" lang="en"
# First, a good network:

# %% [markdown] id="live-panel" lang="zh" of="f4ac10fb"
# 一开始是良好的网络：

# %% id="demo-live-again" demo=true lang="en" tags=["nbval-ignore-output"]
panel = Knobs(
    tried,
    labels={
        "lost": "lose your packet number (0: none)",
        "lost_reply": "lose the server's packet number (0: none)",
        "doubled": "every packet twice",
    },
    lost=range(5),
    lost_reply=range(4),
    doubled=(False, True),
)
panel

# %% id="demo-live-again" demo=true lang="zh" of="a9502793" tags=["nbval-ignore-output"]
panel = Knobs(
    tried,
    labels={
        "lost": "丢掉你的第几个包（0：不丢）",
        "lost_reply": "丢掉服务器的第几个包（0：不丢）",
        "doubled": "每个包都重复",
    },
    lost=range(5),
    lost_reply=range(4),
    doubled=(False, True),
)
panel

# %% [markdown] id="live-turn" lang="en"
# The next cell turns the knobs, prints the panel and closes it.

# %% [markdown] id="live-turn" lang="zh" of="2766cb76"
# 下一个单元格自动调节控件，打印面板内容，再关闭它。

# %% id="demo-live-turned" demo=true tags=["nbval-ignore-output"]
print(panel.turn(lost=2, lost_reply=2))
panel.close()

# %% [markdown] id="after-live-turn" lang="en"
# **Both sides repeat, and one repeat that arrives is enough.** ACK 1 was lost. The server's
# timeout sent DATA 1 again, which was lost, too; then your timeout sent ACK 1 again.

# %% [markdown] id="after-live-turn" lang="zh" of="49f0f08b"
# **双方都会重传，有一次到达就够了。** ACK 1 丢了。服务器超时，重传 DATA 1，这个包也丢了；接着你的程序超时，重传了 ACK 1。

# %% [markdown] id="ex-estimate-blocks" lang="en"
# ## Exercise 7 · How many blocks? (1 point)
#
# `estimate_blocks(size)` returns how many DATA packets a file of `size` (`int`, ≥ 0) bytes takes
# (`int`, exact for any size; RFC 1350 §6). Mind the last block: how does the receiver know that
# a file of 512 bytes has ended?

# %% [markdown] id="ex-estimate-blocks" lang="zh" of="ad7c4d81"
# ## 习题 7 · 一共几块？（1 分）
#
# `estimate_blocks(size)` 返回 `size`（`int`，≥ 0）字节的文件要用几个 DATA 包（`int`，无论多大都要精确；RFC 1350 第 6 节）。当心最后一块：512 字节的文件，接收方怎么知道它已经结束？


# %% id="estimate-blocks" solution="ch06/estimate_blocks"
def estimate_blocks(size: int) -> int:
    """Return how many DATA packets a file of size bytes takes."""
    ### BEGIN SOLUTION
    return size // 512 + 1
    ### END SOLUTION


# %% id="check-estimate-blocks" check="ch06/estimate_blocks"
check("ch06/estimate_blocks")

# %% [markdown] id="hours" lang="en"
# In lock step, every block costs one round trip (RTT), however fast the line is.

# %% [markdown] id="hours" lang="zh" of="443d61cb"
# 停等方式下，线路再快，每一块也要花一个往返时延（RTT）。

# %% id="predict-hours" predict=true lang="en"
predict(
    "ch06/hours",
    "How long do 1,000,000,000 bytes take at an RTT of 20 ms?",
    minute="about a minute",
    hour="about an hour",
    hours="more than ten hours",
)

# %% id="predict-hours" predict=true lang="zh" of="8053b21b"
predict(
    "ch06/hours",
    "RTT 为 20 毫秒，传 1,000,000,000 个字节要多久？",
    minute="大约一分钟",
    hour="大约一小时",
    hours="十小时以上",
)

# %% id="demo-hours" demo=true lang="en"
with built_on(7):
    for rtt_ms in (0.1, 1, 20):
        hours = estimate_blocks(10**9) * rtt_ms / 3_600_000
        print(f"RTT {rtt_ms:g} ms: {hours:.2f} hours")
    long = "hours" if hours > 10 else "hour" if hours > 0.5 else "minute"
    display(outcome("ch06/hours", long))

# %% id="demo-hours" demo=true lang="zh" of="83496aa7"
with built_on(7):
    for rtt_ms in (0.1, 1, 20):
        hours = estimate_blocks(10**9) * rtt_ms / 3_600_000
        print(f"RTT {rtt_ms:g} ms：{hours:.2f} 小时")
    long = "hours" if hours > 10 else "hour" if hours > 0.5 else "minute"
    display(outcome("ch06/hours", long))

# %% [markdown] id="real" lang="en"
# **Eleven hours.** A comment in the old notes calls their downloader unstable outside a local
# network. With timeouts it would be stable there, and slow.
#
# ## Your program and a real server
#
# Now fetch 33,555,044 bytes over loopback, in 65,538 blocks: their numbers pass 65535.

# %% [markdown] id="real" lang="zh" of="d6ccf5d9"
# **十一个小时。** 旧笔记的一条注释说，它的下载器出了局域网就不稳定。加上超时重传就稳定了，只是慢。
#
# ## 你的程序和真正的服务器
#
# 现在通过环回接口取 33,555,044 字节，共 65,538 块：块号会超过 65535。


# %% id="demo-bar" demo=true lang="en"
def bar(blocks_in_all):
    """Return a function for on_progress: it draws a bar, for 20 s at most."""
    began, shown = time.monotonic(), -1

    def draw(blocks):
        nonlocal shown
        if time.monotonic() > began + 20:
            raise TimeoutError("20 s: does Receiver copy all at every block?")
        if (percent := 100 * blocks // blocks_in_all) > shown:
            shown = percent
            print(f"\r[{'#' * (percent // 4):25}] {percent} %", end="")

    return draw


# %% id="demo-bar" demo=true lang="zh" of="05e708ec"
def bar(blocks_in_all):
    """返回一个给 on_progress 用的函数：画进度条，最多 20 秒。"""
    began, shown = time.monotonic(), -1

    def draw(blocks):
        nonlocal shown
        if time.monotonic() > began + 20:
            raise TimeoutError("20 秒：Receiver 是否每收一块就复制全部内容？")
        if (percent := 100 * blocks // blocks_in_all) > shown:
            shown = percent
            print(f"\r[{'#' * (percent // 4):25}] {percent} %", end="")

    return draw


# %% [markdown] id="real-run" lang="en"
# The same bytes must arrive:

# %% [markdown] id="real-run" lang="zh" of="bb32fb79"
# 收到的字节必须一模一样：

# %% id="demo-real" demo=true lang="en" tags=["nbval-ignore-output"]
import random

big = random.Random(6).randbytes(33_555_044)
with (
    built_on(1, 2, 3, 4, 5, 6, 7, seconds=60),
    tftp_server({"big.bin": big}) as server,
    tempfile.TemporaryDirectory() as here,
):
    began = time.monotonic()
    draw = bar(estimate_blocks(len(big)))
    download(*server, "big.bin", f"{here}/copy", on_progress=draw)
    print(f" in {time.monotonic() - began:.1f} s")
    print("the same bytes:", Path(here, "copy").read_bytes() == big)

# %% id="demo-real" demo=true lang="zh" of="2b839be3" tags=["nbval-ignore-output"]
import random

big = random.Random(6).randbytes(33_555_044)
with (
    built_on(1, 2, 3, 4, 5, 6, 7, seconds=60),
    tftp_server({"big.bin": big}) as server,
    tempfile.TemporaryDirectory() as here,
):
    began = time.monotonic()
    draw = bar(estimate_blocks(len(big)))
    download(*server, "big.bin", f"{here}/copy", on_progress=draw)
    print(f"，用时 {time.monotonic() - began:.1f} 秒")
    print("内容完全相同：", Path(here, "copy").read_bytes() == big)

# %% [markdown] id="peers" lang="en"
# Two more programs: `curl` fetches the same file, and `tshark` (Wireshark in a terminal) reads a
# transfer of yours that lost two packets.

# %% [markdown] id="peers" lang="zh" of="07c4b8ad"
# 再请两个程序来看：`curl` 取同一个文件；`tshark`（终端里的 Wireshark）解读你的一次传输，其中丢了两个包。


# %% id="demo-peers" demo=true lang="en" tags=["nbval-ignore-output"]
def run(*words):
    """Return what a program prints; a sentence if it is not installed."""
    if shutil.which(words[0]) is None:
        return f"{words[0]} is not installed here."
    done = subprocess.run(words, capture_output=True, timeout=20)
    return done.stdout.decode()


with tftp_server(FILES) as (host, port):
    fetched = run("curl", "-s", f"tftp://{host}:{port}/notes.txt")
print("curl has the file:", fetched.encode() == NOTES)


# %% id="demo-peers" demo=true lang="zh" of="bbf1bded" tags=["nbval-ignore-output"]
def run(*words):
    """返回程序打印的内容；没有安装就返回一句话。"""
    if shutil.which(words[0]) is None:
        return f"没有安装 {words[0]}。"
    done = subprocess.run(words, capture_output=True, timeout=20)
    return done.stdout.decode()


with tftp_server(FILES) as (host, port):
    fetched = run("curl", "-s", f"tftp://{host}:{port}/notes.txt")
print("curl 拿到文件：", fetched.encode() == NOTES)

# %% [markdown] id="peers-tshark" lang="en"
# And `tshark`:

# %% [markdown] id="peers-tshark" lang="zh" of="42686c6f"
# 再看 `tshark`：

# %% id="demo-tshark" demo=true lang="en" tags=["nbval-ignore-output"]
trace, _, _ = ordeal(download, "lose 1,3", seconds=3)
with tempfile.NamedTemporaryFile(suffix=".pcapng") as capture:
    trace.save(capture.name)
    for sent in trace[:1]:  # none, if your program sends nothing
        port = f"udp.port=={sent.destination[1]},tftp"
        print(run("tshark", "-r", capture.name, "-d", port))

# %% id="demo-tshark" demo=true lang="zh" of="e43eac1c" tags=["nbval-ignore-output"]
trace, _, _ = ordeal(download, "lose 1,3", seconds=3)
with tempfile.NamedTemporaryFile(suffix=".pcapng") as capture:
    trace.save(capture.name)
    for sent in trace[:1]:  # 你的程序什么也没发时，这里是空的
        port = f"udp.port=={sent.destination[1]},tftp"
        print(run("tshark", "-r", capture.name, "-d", port))

# %% [markdown] id="program" lang="en"
# ## A program of your own
#
# Your functions become a program that runs without the notebook. (If they use other
# functions of yours, add those to `parts`.)

# %% [markdown] id="program" lang="zh" of="6f188480"
# ## 你自己的程序
#
# 你的函数可以成为一个独立的程序，不需要笔记本。（答案里如果用到了你自己的其他函数，请加进 `parts`。）


# %% id="demo-get" demo=true lang="en"
def get(host, port, name, out_path):
    try:
        size = download(host, int(port), name, out_path)
        print(size, "bytes")
    except TftpError as error:
        print("the server says:", error.message)
    except TimeoutError:
        print("the server does not answer")


# %% id="demo-get" demo=true lang="zh" of="5144d8ed"
def get(host, port, name, out_path):
    try:
        size = download(host, int(port), name, out_path)
        print(size, "字节")
    except TftpError as error:
        print("服务器说：", error.message)
    except TimeoutError:
        print("服务器没有响应")


# %% [markdown] id="program-save" lang="en"
# It is saved beside the notebook, and runs:

# %% [markdown] id="program-save" lang="zh" of="ae8e629a"
# 把它存到笔记本旁边，再运行：

# %% id="demo-save" demo=true lang="en" tags=["nbval-ignore-output"]
import sys

from netlib.scripts import save_program

GIVEN = """import os, socket, struct, tempfile, time
Address = tuple[str, int]
RRQ, WRQ, DATA, ACK, ERROR, OACK = 1, 2, 3, 4, 5, 6
STRANGER = struct.pack("!HH", ERROR, 5) + b"unknown transfer ID\\0"
"""
parts = TftpError, build_rrq, parse, build_ack, Receiver, drive, download
path = str(save_program("tftp_get.py", GIVEN, *parts, get))
with built_on(*range(1, 7), seconds=10), tftp_server(FILES) as (host, port):
    words = path, host, str(port), "notes.txt", "copy.txt"
    print("python3", *words)
    print(run(sys.executable, *words) or "(nothing: what do the checks say?)")

# %% id="demo-save" demo=true lang="zh" of="dbe01003" tags=["nbval-ignore-output"]
import sys

from netlib.scripts import save_program

GIVEN = """import os, socket, struct, tempfile, time
Address = tuple[str, int]
RRQ, WRQ, DATA, ACK, ERROR, OACK = 1, 2, 3, 4, 5, 6
STRANGER = struct.pack("!HH", ERROR, 5) + b"unknown transfer ID\\0"
"""
parts = TftpError, build_rrq, parse, build_ack, Receiver, drive, download
path = str(save_program("tftp_get.py", GIVEN, *parts, get))
with built_on(*range(1, 7), seconds=10), tftp_server(FILES) as (host, port):
    words = path, host, str(port), "notes.txt", "copy.txt"
    print("python3", *words)
    print(run(sys.executable, *words) or "（没有输出：先看检查怎么说）")

# %% [markdown] id="stretch" lang="en"
# ## Stretch: larger blocks (not graded)
#
# The option `blksize` (RFC 2348) makes blocks larger: 1428 bytes still fit an Ethernet frame. The
# server answers OACK; the client acknowledges it as block 0 (RFC 2347). Write a `Receiver` that
# knows OACK.

# %% [markdown] id="stretch" lang="zh" of="c281427c"
# ## 选做：更大的块（不计分）
#
# 用选项 `blksize`（RFC 2348）可以把块加大，1428 字节仍装得进一个以太网帧。服务器回 OACK，客户端把它当作块 0 来确认（RFC 2347）。请写一个认识 OACK 的 `Receiver`。

# %% [markdown] id="practice" lang="en"
# ## Where will you meet this?
#
# PXE and U-Boot load kernels by TFTP; routers, switches and IP phones load their software. A TFTP
# client fits into a boot ROM. TFTP has neither passwords nor encryption: keep it inside one
# network; elsewhere use HTTPS or SFTP.
#
# **Left out:** uploads, servers, netascii (07); growing timeouts; IPv6.

# %% [markdown] id="practice" lang="zh" of="358c3df9"
# ## 实际应用
#
# PXE 和 U-Boot 用 TFTP 装载内核；路由器、交换机、IP 电话用它装载软件。TFTP 客户端小到能放进启动 ROM。TFTP 没有口令，也不加密，只应在内部网络里使用；别处请用 HTTPS 或 SFTP。
#
# **本章没有讲**：上传、服务器和 netascii（第 7 章）；逐次加长的超时；IPv6。

# %% [markdown] id="old-notes" lang="en"
# ## Old notes, checked
#
# | They say | In fact |
# |---|---|
# | port 8080, no ACK | 69; without an ACK nothing follows block 1 ([TFT-12](../catalogue.ipynb#cell-id=TFT-12)) |
# | block 1 opens the file | so does a doubled block 1, and the next "1", 65,536 blocks later ([TFT-08](../catalogue.ipynb#cell-id=TFT-08)) |
# | opcodes 1 to 5 | in RFC 1350; OACK comes only if you sent options, else answer ERROR 8 (RFC 2347) |
# | save as `test.zip` | all downloads go into one file ([TFT-18](../catalogue.ipynb#cell-id=TFT-18)) |
# | `SOCKDGRAM`, `sendTo`, `senAddr` | misspelt |
# | C/S or B/S | a browser is a client, too |

# %% [markdown] id="old-notes" lang="zh" of="9ee4ff51"
# ## 核对旧笔记
#
# | 旧说法 | 事实 |
# |---|---|
# | 端口 8080，不发 ACK | 69；不发 ACK，第 1 块之后就什么也没有（[TFT-12](../catalogue.ipynb#cell-id=TFT-12)） |
# | 收到第 1 块就打开文件 | 重复的第 1 块会再打开一次，65,536 块之后的“1”也会（[TFT-08](../catalogue.ipynb#cell-id=TFT-08)） |
# | 操作码 1～5 | RFC 1350 如此；你发了选项，OACK 才会来，否则回 ERROR 8（RFC 2347） |
# | 存成 `test.zip` | 每次下载都写进同一个文件（[TFT-18](../catalogue.ipynb#cell-id=TFT-18)） |
# | `SOCKDGRAM`、`sendTo`、`senAddr` | 拼写错误 |
# | C/S 和 B/S | 浏览器也是客户端 |

# %% [markdown] id="say-now" lang="en"
# ## What can you say now?
#
# One block travels at a time, and one of fewer than 512 bytes is the last.
# The port of the first answer is the server's TID; everybody else is a stranger. Whoever expects
# an answer sends again after a timeout; a repeated block is acknowledged again and stored once.
# Nobody acknowledges the last ACK, so a client dallies. A file gets its name when it is complete.
#
# **Ask yourself:**
#
# 1. How many DATA packets do 1,024 bytes take?
# 2. DATA 5 comes again: what do you send, what do you store?
# 3. A DATA comes from a wrong port: what do you send?
# 4. `recv(516)` reads a datagram of 600 bytes: where is the rest? (04)
# 5. A client hears nothing: was its question lost, or the answer? (00)
#
# <details><summary>Answers</summary>1. Three; the last is empty. 2. Send ACK 5; store nothing.
# 3. ERROR 5, to that port. 4. It is gone. 5. The client cannot tell.</details>

# %% [markdown] id="say-now" lang="zh" of="44dfc4d7"
# ## 小结
#
# 一次只传一块，不足 512 字节的就是最后一块。第一个响应的端口就是服务器的 TID，其余都是陌生人。等待响应的一方超时之后重传；重复的块要再确认一次，但只存一份。最后一个 ACK 没有人确认，所以客户端要多等一会儿。文件完整了才用它的名字。
#
# **考考自己**：
#
# 1. 1,024 字节要几个 DATA 包？
# 2. DATA 5 又来了一次，你发什么，存什么？
# 3. 从不对的端口来了一个 DATA，你发什么？
# 4. 用 `recv(516)` 读一个 600 字节的数据报，其余的字节哪里去了？（第 4 章）
# 5. 客户端什么也没收到，丢的是请求还是响应？（第 0 章）
#
# <details><summary>答案</summary>1. 三个，最后一个是空的。2. 发 ACK 5，什么也不存。3. ERROR 5，发到那个端口。4. 丢掉了。5. 客户端无法知道。</details>

# %% [markdown] id="glossary" lang="en"
# ## Glossary
#
# | Term | 中文 | Source |
# |---|---|---|
# | read request (RRQ) | 读请求 | RFC 1350 §5 |
# | opcode | 操作码 | RFC 1350 §5 |
# | block, block number | 块，块号 | RFC 1350 §5 |
# | lock step | 停止等待（停等） | RFC 1350 §2 |
# | transfer identifier (TID) | 传输标识 | RFC 1350 §4 |
# | to dally | 结束后多等一会儿 | RFC 1350 §6 |
# | state machine | 状态机 | RFC 9293 §3.3.2 |
# | option, OACK | 选项，选项确认 | RFC 2347 |
# | network byte order, big-endian | 网络字节序，大端 | RFC 1700 |

# %% [markdown] id="glossary" lang="zh" of="927c64cc"
# ## 术语表
#
# | 英文 | 中文 | 出处 |
# |---|---|---|
# | read request (RRQ) | 读请求 | RFC 1350 第 5 节 |
# | opcode | 操作码 | RFC 1350 第 5 节 |
# | block, block number | 块，块号 | RFC 1350 第 5 节 |
# | lock step | 停止等待（停等） | RFC 1350 第 2 节 |
# | transfer identifier (TID) | 传输标识 | RFC 1350 第 4 节 |
# | to dally | 结束后多等一会儿 | RFC 1350 第 6 节 |
# | state machine | 状态机 | RFC 9293 第 3.3.2 节 |
# | option, OACK | 选项，选项确认 | RFC 2347 |
# | network byte order, big-endian | 网络字节序，大端 | RFC 1700 |

# %% [markdown] id="foreseen" lang="en"
# ## What did you predict?

# %% [markdown] id="foreseen" lang="zh" of="f55ec522"
# ## 你猜对了多少？

# %% id="demo-predictions" demo=true
predictions("ch06")
