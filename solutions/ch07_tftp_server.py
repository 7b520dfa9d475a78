# %% [markdown] id="title" lang="en"
# # TFTP: a server for many clients at once
#
# **You will be able to** write a TFTP server for many clients on a bad network, write the upload,
# and let no name that a client sends lead out of your folder. **You need** chapter 06 (the TFTP
# client) and threads (chapter 05). **Time:** about 45 minutes to read and run, about 150 for the
# exercises; exercise 4 is a good place to stop for the day.
#
# ## A server for one client
#
# Run the next three cells. A small server has two files of 600 bytes, and a client fetches one,
# block by block, as in chapter 06. Block 2 has fewer than 512 bytes, so it is the last.

# %% [markdown] id="title" lang="zh" of="a3020fce"
# # TFTP：同时服务许多客户端
#
# **学完本章，你将能够**：写一个 TFTP 服务器，在糟糕的网络上同时服务许多客户端；实现上传；防止客户端用文件名访问指定目录之外的文件。**需要**：第 6 章（TFTP 客户端）和线程（第 5 章）。**用时**：阅读和运行约 45 分钟，习题约 150 分钟；做完习题 4 可以先休息。
#
# ## 只有一个客户端的服务器
#
# 运行下面三个单元格。一个小服务器有两个各 600 字节的文件；客户端取走其中一个，一次一块，和第 6 章一样。第 2 块不满 512 字节，所以是最后一块。

# %% id="import-check" demo=true lang="en"
from autograder import check, hint, outcome, predict, predictions, replay

# %% id="import-check" demo=true lang="zh" of="209d4e14"
from autograder.zh import check, hint, outcome, predict, predictions, replay


# %% id="demo-one-socket" demo=true lang="en"
def one_socket_server(sock, stop):
    sock.settimeout(0.1)
    while not stop.is_set():
        try:
            packet, client = sock.recvfrom(516)
        except TimeoutError:
            continue  # look at stop again
        if packet[1] == 1:  # a read request (RRQ): send this file from now on
            data, done = FILES[packet[2:].split(b"\0")[0]], 0
        else:  # an ACK: this client has so many blocks
            done = packet[3]
        if done < 2:
            block = data[512 * done :][:512]
            sock.sendto(bytes([0, 3, 0, done + 1]) + block, client)  # DATA


# %% id="demo-one-socket" demo=true lang="zh" of="98a1265d"
def one_socket_server(sock, stop):
    sock.settimeout(0.1)
    while not stop.is_set():
        try:
            packet, client = sock.recvfrom(516)
        except TimeoutError:
            continue  # 再看一眼 stop
        if packet[1] == 1:  # 读请求（RRQ）：从现在起发送这个文件
            data, done = FILES[packet[2:].split(b"\0")[0]], 0
        else:  # ACK：这个客户端已经收到这么多块
            done = packet[3]
        if done < 2:
            block = data[512 * done :][:512]
            sock.sendto(bytes([0, 3, 0, done + 1]) + block, client)  # DATA


# %% id="demo-one-client" demo=true lang="en"
import socket

from netlib.faults import UDPRelay
from netlib.labels import label
from netlib.ladder import Ladder
from netlib.serving import serving

FILES = {b"tea": b"tea " * 150, b"cake": b"cake" * 150}
with serving(one_socket_server) as server:
    relay = UDPRelay(server, label=label)  # it only watches
    with relay as address, socket.socket(type=socket.SOCK_DGRAM) as client:
        for packet in (b"\0\1tea\0octet\0", b"\0\4\0\1"):  # RRQ, then ACK 1
            client.sendto(packet, address)
            client.recvfrom(516)
Ladder(relay.trace, relay.endpoints)

# %% id="demo-one-client" demo=true lang="zh" of="f27caa19"
import socket

from netlib.faults import UDPRelay
from netlib.labels import label
from netlib.ladder import Ladder
from netlib.serving import serving

FILES = {b"tea": b"tea " * 150, b"cake": b"cake" * 150}
with serving(one_socket_server) as server:
    relay = UDPRelay(server, label=label)  # 它只旁观
    with relay as address, socket.socket(type=socket.SOCK_DGRAM) as client:
        for packet in (b"\0\1tea\0octet\0", b"\0\4\0\1"):  # 先 RRQ，再 ACK 1
            client.sendto(packet, address)
            client.recvfrom(516)
Ladder(relay.trace, relay.endpoints)

# %% [markdown] id="after-one-client" lang="en"
# **One client is served well.** Now come a second client, names such as `../secret`, lost and
# repeated packets, and uploads. At the end `tftp`, `curl` and `busybox` talk to *your* server.
#
# The next cells repeat what chapter 06 made. A **machine** takes packets and returns replies: a
# list of pairs (packet, address). It has no socket and no timer. `Receiver` is one, here in three
# pieces. Its argument `tid` is new: a server knows from the start who sends.

# %% [markdown] id="after-one-client" lang="zh" of="ce3ff0ea"
# **只有一个客户端时，一切正常**。接下来会有第二个客户端，有 `../secret` 这样的文件名，有丢失和重复的包，还有上传。最后 `tftp`、`curl` 和 `busybox` 都来和**你的**服务器对话。
#
# 下面几个单元格沿用第 6 章的代码。**状态机**（machine）接收数据包，返回**响应**（reply）的列表，每个响应是元组 `(packet, address)`；它没有套接字，也没有定时器。`Receiver` 就是一个，这里分成三段；参数 `tid` 是新加的：服务器一开始就知道是谁在发。

# %% id="setup" setup=true
import contextlib
import os
import socket
import struct
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

Address = tuple[str, int]
RRQ, WRQ, DATA, ACK, ERROR, OACK = range(1, 7)
TIMEOUT_S, TRIES = 0.1, 5


# %% id="setup-error" setup=true
class TftpError(Exception):
    """An ERROR packet's code and message: TftpError(1, "no such file")."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(code, message)
        self.code, self.message = code, message


def error_packet(code: int, message: str) -> bytes:
    """Return an ERROR packet (RFC 1350, section 5)."""
    return struct.pack("!HH", ERROR, code) + message.encode() + b"\0"


STRANGER = error_packet(5, "unknown transfer ID")


# %% id="setup-ack" setup=true
def build_ack(block: int) -> bytes:
    """Return the packet that acknowledges block."""
    return struct.pack("!HH", ACK, block)


# %% id="setup-packets" setup=true
def parse(packet: bytes) -> tuple:
    """Return a packet's parts: ("DATA", block, payload), ("ACK", block), …"""
    head = packet[:4] if len(packet) >= 4 else bytes(4)
    opcode, number = struct.unpack("!HH", head)
    if opcode == DATA:
        return "DATA", number, packet[4:]
    if opcode == ACK:
        return "ACK", number
    if opcode == ERROR:
        text = packet[4:].split(b"\0")[0]
        return "ERROR", number, text.decode(errors="replace")
    if opcode == OACK:
        return "OACK", packet[2:]
    raise ValueError("expected 4 bytes or more with an opcode from 3 to 6")


# %% id="setup-reception" setup=true
class Reception:
    """What a Receiver knows, and what it sends without being asked."""

    def __init__(self, request: bytes, server: Address, expected=1, tid=None):
        self.request, self.server = request, server
        self.expected, self.tid, self.last = expected, tid, None
        self.payloads, self.again = [], [(request, server)]
        self.done, self.error, self.progress = False, None, 0

    data = property(lambda self: b"".join(self.payloads))

    def start(self) -> list:
        return [(self.request, self.server)]

    def on_timeout(self) -> list:
        return [] if self.done or self.error else self.again


# %% id="setup-take" setup=true
def take(machine: Reception, address: Address, block: int, payload) -> list:
    """Store a block that is due; acknowledge it, and the last one again."""
    if block == machine.expected and not machine.done:
        machine.tid, machine.last = address, block
        machine.again = [(build_ack(block), address)]
        machine.payloads.append(payload)
        machine.progress += 1
        machine.expected = (block + 1) % 65536
        machine.done = len(payload) < 512
    return machine.again if block == machine.last else []


# %% id="setup-receiver" setup=true
class Receiver(Reception):
    """The receiving side of one transfer (chapter 06)."""

    def feed(self, packet: bytes, address: Address) -> list:
        try:
            kind, *said = parse(packet)
        except ValueError:
            return []
        if address != (self.tid or (self.server[0], address[1])):
            return [] if kind == "ERROR" else [(STRANGER, address)]
        if kind == "ERROR" and not self.done:
            self.error = tuple(said)
        if kind != "DATA" or self.error:
            return []
        return take(self, address, *said)


# %% [markdown] id="setup-clock" lang="en"
# `drive` runs a machine over a socket. Its helper `listen` receives datagrams until the machine moves
# or the time is over (it is not `socket.listen`). When the machine has moved, `on_progress` is called
# before the replies leave.

# %% [markdown] id="setup-clock" lang="zh" of="c8b41e61"
# `drive` 让状态机在套接字上跑起来。它的辅助函数 `listen` 负责收包和计时，直到状态机有进展，或者时间到（与套接字的 `listen()` 无关）。状态机有了进展，先调用 `on_progress`，然后才发出响应。


# %% id="setup-send" setup=true
def bound() -> socket.socket:
    """Return a UDP socket on 127.0.0.1, on any free port."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.bind(("127.0.0.1", 0))
    return sock


def send(sock: socket.socket, replies: list) -> None:
    """Send every (packet, address) of replies."""
    for packet, address in replies:
        sock.sendto(packet, address)


# %% id="setup-listen" setup=true
def listen(sock, machine, seconds: float, on_progress=None) -> bool:
    """Feed machine until it moves or fails (True) or time is over (False)."""
    before, deadline = machine.progress, time.monotonic() + seconds
    while (left := deadline - time.monotonic()) > 0:
        sock.settimeout(left)
        try:
            replies = machine.feed(*sock.recvfrom(65507))
        except TimeoutError:
            break
        moved = machine.progress != before
        if moved and on_progress:
            on_progress(machine.progress)
        send(sock, replies)
        if moved or machine.error:
            return True
    return False


# %% id="setup-drive" setup=true
def drive(sock, machine, timeout: float, tries: int, on_progress=None):
    """Run machine over sock until it is done or has an error (chapter 06)."""
    send(sock, machine.start())
    while not (machine.done or machine.error):
        for sent in range(tries):
            if sent:
                send(sock, machine.on_timeout())
            if listen(sock, machine, timeout, on_progress):
                break
        else:
            raise TimeoutError(f"no progress in {tries} tries of {timeout} s")


# %% [markdown] id="mixed" lang="en"
# ## Two clients, one socket
#
# Two clients, each with a `Receiver`, fetch tea and cake side by side from the server above: one
# packet each, in turn.

# %% [markdown] id="mixed" lang="zh" of="8a863001"
# ## 两个客户端，一个套接字
#
# 两个客户端各用一个 `Receiver`，同时向上面的服务器取文件，一个取茶（tea），一个取蛋糕（cake），轮流收发。


# %% id="demo-together" demo=true lang="en"
def fetch_together(server, names):
    """Fetch the named files side by side; return what arrived."""
    requests = [b"\0\1" + name + b"\0octet\0" for name in names]
    clients = [(bound(), Receiver(request, server)) for request in requests]
    for sock, machine in clients:
        sock.settimeout(2)
        send(sock, machine.start())
    while not all(machine.done for _, machine in clients):
        for sock, machine in clients:
            if not machine.done:
                send(sock, machine.feed(*sock.recvfrom(516)))
    for sock, _ in clients:
        sock.close()
    return [machine.data for _, machine in clients]


# %% id="demo-together" demo=true lang="zh" of="76ada6ae"
def fetch_together(server, names):
    """同时取这几个文件，返回收到的内容。"""
    requests = [b"\0\1" + name + b"\0octet\0" for name in names]
    clients = [(bound(), Receiver(request, server)) for request in requests]
    for sock, machine in clients:
        sock.settimeout(2)
        send(sock, machine.start())
    while not all(machine.done for _, machine in clients):
        for sock, machine in clients:
            if not machine.done:
                send(sock, machine.feed(*sock.recvfrom(516)))
    for sock, _ in clients:
        sock.close()
    return [machine.data for _, machine in clients]


# %% id="predict-mixed" predict=true lang="en"
predict(
    "ch07/mixed",
    "The first client asks for tea: how does its file end?",
    tea="with tea",
    cake="with cake",
    never="not at all: it never arrives whole",
)

# %% id="predict-mixed" predict=true lang="zh" of="82399b87"
predict(
    "ch07/mixed",
    "第一个客户端要的是茶（tea）：它收到的文件以什么结尾？",
    tea="茶（tea）",
    cake="蛋糕（cake）",
    never="没有结尾：文件收不完整",
)

# %% id="demo-mixed" demo=true lang="en"
with serving(one_socket_server) as server:
    relay = UDPRelay(server, label=label)
    with relay as address:
        files = fetch_together(address, FILES)
for data in files:
    print(f"{len(data)} bytes: {data[:4]} ... {data[-4:]}")
ends = {b"tea ": "tea", b"cake": "cake"}
outcome("ch07/mixed", ends.get(files[0][-4:], "never"))

# %% id="demo-mixed" demo=true lang="zh" of="8de7778c"
with serving(one_socket_server) as server:
    relay = UDPRelay(server, label=label)
    with relay as address:
        files = fetch_together(address, FILES)
for data in files:
    print(f"{len(data)} 字节：{data[:4]} …… {data[-4:]}")
ends = {b"tea ": "tea", b"cake": "cake"}
outcome("ch07/mixed", ends.get(files[0][-4:], "never"))

# %% id="demo-mixed-ladder" demo=true tags=["nbval-ignore-output"]
Ladder(relay.trace, relay.endpoints)

# %% [markdown] id="after-mixed" lang="en"
# **The first client's tea ends in cake, and nobody noticed:** the file has 600 bytes, as it should.
# This server remembers one file, and an ACK names a block, not a file. It could keep a table of
# clients; RFC 1350 §4 leaves that to the kernel. Only *requests* go to port 69
# ([TFT-21](../catalogue.ipynb#cell-id=TFT-21)). Each transfer gets a socket of its own on a new
# port, its **TID** (transfer identifier), and the kernel sorts the packets by port:
#
# ```text
# clients                            server
# tea  :5001 ------ RRQ "tea" -----> :69
#            <==== DATA and ACK ===> :40001  socket, machine and thread for tea
# cake :5002 ------ RRQ "cake" ----> :69
#            <==== DATA and ACK ===> :40002  socket, machine and thread for cake
# ```

# %% [markdown] id="after-mixed" lang="zh" of="ca1dcc83"
# **第一个客户端要的是茶，文件的末尾却是蛋糕，而且谁也没发觉**：文件正好 600 字节。这个服务器只记得一个文件，而 ACK 里只有块号，没有文件名。它可以为客户端建一张表；RFC 1350 第 4 节则把这件事交给内核：只有**请求**发往端口 69（[TFT-21](../catalogue.ipynb#cell-id=TFT-21)）；每次传输各用一个套接字、一个新端口，这就是它的**传输标识**（TID）；内核按端口分发数据包：
#
# ```text
# 客户端                             服务器
# tea  :5001 ------ RRQ "tea" -----> :69
#            <==== DATA 和 ACK ====> :40001  tea 的套接字、状态机和线程
# cake :5002 ------ RRQ "cake" ----> :69
#            <==== DATA 和 ACK ====> :40002  cake 的套接字、状态机和线程
# ```

# %% [markdown] id="paths" lang="en"
# ## Which names lead out of the folder?
#
# The client chooses the name, and a name is a path. `content` does with it what a file server in
# the old notes does (the classroom notes that this course replaces). It runs in the folder `pub`;
# beside that, `pub-old` holds a secret.

# %% [markdown] id="paths" lang="zh" of="1fdfcb88"
# ## 哪些名字会通到目录之外？
#
# 文件名由客户端来定，而文件名就是路径。旧笔记（本课程所取代的课堂笔记）里的那种文件服务器，拿到名字之后做的事就是 `content`。它在目录 `pub` 里运行；旁边的 `pub-old` 里有一个秘密。

# %% id="demo-folders" demo=true lang="en"
from netlib.oldnotes.files import content


@contextlib.contextmanager
def pub():
    """Make pub with a file, a folder and a link; go there; yield its path."""
    with tempfile.TemporaryDirectory() as place:
        root, beside = os.path.realpath(f"{place}/pub"), f"{place}/pub-old"
        os.makedirs(f"{root}/a")
        os.mkdir(beside)
        Path(root, "list").write_text("tea")
        Path(beside, "list").write_text("SECRET")
        os.symlink(f"{beside}/list", f"{root}/link")
        with contextlib.chdir(root):
            yield root


# %% id="demo-folders" demo=true lang="zh" of="a711dd40"
from netlib.oldnotes.files import content


@contextlib.contextmanager
def pub():
    """建立 pub（内有文件、目录和链接），进入它，给出它的路径。"""
    with tempfile.TemporaryDirectory() as place:
        root, beside = os.path.realpath(f"{place}/pub"), f"{place}/pub-old"
        os.makedirs(f"{root}/a")
        os.mkdir(beside)
        Path(root, "list").write_text("tea")
        Path(beside, "list").write_text("SECRET")
        os.symlink(f"{beside}/list", f"{root}/link")
        with contextlib.chdir(root):
            yield root


# %% id="predict-paths" predict=true lang="en"
predict(
    "ch07/paths",
    "Which check refuses ../pub-old/list and link, which both lead out?",
    dots="looking for .. in the name",
    start="resolving the name, then comparing its start with pub's path",
    either="each of these two",
    neither="neither of them",
)

# %% id="predict-paths" predict=true lang="zh" of="d9c6ca36"
predict(
    "ch07/paths",
    "../pub-old/list 和 link 都会走出 pub。哪种检查能把两个都拦住？",
    dots="看名字里有没有 ..",
    start="先解析名字，再看它是否以 pub 的路径开头",
    either="两种都能",
    neither="两种都不能",
)

# %% id="demo-paths" demo=true lang="en"
rows = []
print("name             reads      has ..     other start")
with pub() as root:
    for name in ("list", "a/../list", "../pub-old/list", "link"):
        starts = os.path.realpath(name).startswith(root)
        rows.append((content(name), ".." in name, not starts))
        print(f"{name:17}{content(name)!s:11}{'..' in name!s:11}{not starts}")
secret = [row for row in rows if row[0] == b"SECRET"]
dots, start = (all(row[i] for row in secret) for i in (1, 2))
one = "dots" if dots else "start" if start else "neither"
outcome("ch07/paths", "either" if dots and start else one)

# %% id="demo-paths" demo=true lang="zh" of="a65a9cf2"
rows = []
print("名字             读到       含 ..      开头不同")
with pub() as root:
    for name in ("list", "a/../list", "../pub-old/list", "link"):
        starts = os.path.realpath(name).startswith(root)
        rows.append((content(name), ".." in name, not starts))
        print(f"{name:17}{content(name)!s:11}{'..' in name!s:11}{not starts}")
secret = [row for row in rows if row[0] == b"SECRET"]
dots, start = (all(row[i] for row in secret) for i in (1, 2))
one = "dots" if dots else "start" if start else "neither"
outcome("ch07/paths", "either" if dots and start else one)

# %% [markdown] id="after-paths" lang="en"
# **Neither does.** Both names read the secret (CWE-22). Looking for `..` lets the link pass, and
# refuses a harmless name. Comparing the start lets both names pass, since `pub-old` starts with
# `pub` ([STR-40](../catalogue.ipynb#cell-id=STR-40)); the old program checks nothing
# ([STR-21](../catalogue.ipynb#cell-id=STR-21)). The cure: resolve both paths, links included, then
# compare whole names of folders, not characters:

# %% [markdown] id="after-paths" lang="zh" of="9cf3f75e"
# **两种都不能**。这两个名字都读到了秘密（CWE-22）。找 `..` 放过了链接，却拒绝了一个无害的名字；比较开头则两个名字都放过，因为 `pub-old` 正是以 `pub` 开头的（[STR-40](../catalogue.ipynb#cell-id=STR-40)）。旧程序什么也不检查（[STR-21](../catalogue.ipynb#cell-id=STR-21)）。对策：两边的路径都先解析（包括符号链接），再按完整的目录名比较，而不是按字符比较：

# %% id="demo-whole-names" demo=true
near = "/srv/pub-old/list"
near.startswith("/srv/pub"), os.path.commonpath(["/srv/pub", near])

# %% [markdown] id="judged" lang="en"
# ## How your answers are judged
#
# The cell below each exercise runs `check`: it says what is right and draws what went wrong. Then
# `hint()` gives one hint after another. Nothing is graded that the exercise does not state; *not
# required* is never tested.
#
# - `Address` is the tuple (host, port), the host a dotted IPv4 literal. Data and packets are `bytes`,
#   times seconds (`float`, > 0), sizes bytes.
# - A function that is *given* a socket leaves it open and may change its timeout. One that *makes* a
#   socket closes it, also when it fails.
# - "Raises X" means X or a subclass; the text is free. Any other exception, or a wrong type
#   (`bytearray` for `bytes`, `Path` for `str`), is a failure. A `NamedTuple` is a tuple.
# - You may use your earlier functions, or not. If one of them is wrong, practice sends you back to
#   it first; grading puts it right and tries the later one again, where the mistake costs nothing.
# - Printing is free; standard library only. Grading keeps only the setup cells, your solutions and
#   what you add yourself.

# %% [markdown] id="judged" lang="zh" of="4c447fee"
# ## 评分规则
#
# 每道题下面的单元格运行 `check`：它说明哪些对了，用时序图标出错在哪里。之后可以用 `hint()` 逐条看提示。题目没写的，一律不考查；列在“**不要求**”里的从不测试。
#
# - `Address` 是元组（主机，端口），主机总是点分十进制的 IPv4 地址。数据和数据包是 `bytes`，时间以秒计（`float`，大于 0），大小以字节计。
# - **传给**函数的套接字要保持打开，可以改它的超时；函数**自己创建**的套接字由它自己关闭，出错时也一样。
# - “抛出 X”指 X 或它的子类，异常信息不限。抛出别的异常，或类型不对（该是 `bytes` 却给 `bytearray`，该是 `str` 却给 `Path`），都算错。`NamedTuple` 算元组。
# - 可以用自己前面写的函数，不用也行。前面那题错了，练习时会请你先去改它；评分时则会换上正确的前一题再试一次：前一题的错误不会在后一题再扣分。
# - 可以随意打印；只能用标准库。评分时只有准备单元格、你的答案和你自己加的内容。

# %% [markdown] id="ex-safe-path" lang="en"
# ## Exercise 1 · A path that stays inside (3 points)
#
# `safe_path(root, name)` returns the full path (`str`) of the file `name` (`str`) inside the
# folder `root` (`str`), symbolic links resolved.
#
# - Raises `TftpError(2, …)` ("access violation", RFC 1350 §5) if that path is not inside `root`
#   (through `..`, an absolute name or a symbolic link), or if `name` holds a NUL. `TftpError` is
#   in the setup; its message is free.
# - Nothing is opened; the file need not exist. `root` itself may be reached through a symbolic
#   link.
# - *Not required:* paths with a step `..` that stay inside (`a..b` has none), absolute names that
#   lie inside, `""` and `"."`, `/` as `root`, backslashes, percent codes, folders that change
#   meanwhile.

# %% [markdown] id="ex-safe-path" lang="zh" of="0c6a9ee4"
# ## 习题 1 · 限制在目录之内的路径（3 分）
#
# `safe_path(root, name)` 返回文件 `name`（`str`）在目录 `root`（`str`）里的完整路径（`str`），符号链接都已解析。
#
# - 如果这个路径不在 `root` 里（不管是因为 `..`、绝对路径还是符号链接），或者 `name` 里有 NUL，就抛出 `TftpError(2, …)`（“access violation”，RFC 1350 第 5 节）。`TftpError` 在准备单元格里；异常信息不限。
# - 不打开任何文件；文件可以不存在。`root` 本身可以经由符号链接到达。
# - **不要求**：路径里有 `..` 这一级但仍在里面（`a..b` 不算）；指向里面的绝对路径；`""` 和 `"."`；`root` 是 `/`；反斜杠；百分号编码；目录在此期间发生变化。


# %% id="safe-path" solution="ch07/safe_path"
def safe_path(root: str, name: str) -> str:
    """Return name's full path in root; TftpError(2, …) if it leads out."""
    ### BEGIN SOLUTION
    if "\0" in name:
        raise TftpError(2, "a name holds no NUL")
    root = os.path.realpath(root)
    path = os.path.realpath(os.path.join(root, name))
    if os.path.commonpath([root, path]) != root:
        raise TftpError(2, "outside the served folder")
    return path
    ### END SOLUTION


# %% id="check-safe-path" check="ch07/safe_path"
check("ch07/safe_path")

# %% [markdown] id="beside" lang="en"
# The old program beside yours, on the same names:

# %% [markdown] id="beside" lang="zh" of="b4fd0589"
# 旧程序和你的程序，用同样的名字比一比：

# %% id="demo-beside" demo=true
from netlib.attempt import attempt, built_on

with pub() as root, built_on(1):
    for name in ("list", "a/../list", "../pub-old/list", "link"):
        try:
            yours = content(safe_path(root, name))
        except TftpError as refusal:
            yours = refusal
        print(f"{name:17}{content(name)!s:11}{yours!r}")

# %% [markdown] id="end" lang="en"
# ## How does a file end?
#
# We fetch two full blocks, 1,024 bytes, from a server that we did not write (`in.tftpd`, or else
# `tftpy`).

# %% [markdown] id="end" lang="zh" of="9cdcd1ed"
# ## 文件怎样结束？
#
# 从一个别人写的服务器（`in.tftpd`，没有则用 `tftpy`）取 1,024 字节，正好两个整块。

# %% id="predict-end" predict=true lang="en"
predict("ch07/end", "How many DATA packets does a file of 1,024 bytes take?")

# %% id="predict-end" predict=true lang="zh" of="4535338a"
predict("ch07/end", "传一个 1,024 字节的文件，需要几个 DATA 包？")

# %% id="demo-end" demo=true
from netlib.programs import tftp_server

with tftp_server({"two": bytes(1024)}) as server, bound() as client:
    machine = Receiver(b"\0\1two\0octet\0", server)
    drive(client, machine, 1, 5)
sizes = [len(payload) for payload in machine.payloads]
print(sizes)
outcome("ch07/end", len(sizes))

# %% [markdown] id="after-end" lang="en"
# **Three: the last one is empty.** A full block never ends a file
# ([TFT-10](../catalogue.ipynb#cell-id=TFT-10)). Here two words are cut into pieces of three
# letters; as a file, the second would lack its end:

# %% [markdown] id="after-end" lang="zh" of="7ff935ba"
# **三个：最后一个是空的**。满的块绝不表示文件结束（[TFT-10](../catalogue.ipynb#cell-id=TFT-10)）。下面把两个词每三个字母切成一段；如果它们是文件，第二个就缺了结尾：

# %% id="demo-pieces" demo=true
for word in ("abcdefg", "abcdef"):
    print([word[at : at + 3] for at in range(0, len(word), 3)])

# %% [markdown] id="ex-blocks" lang="en"
# ## Exercise 2 · Numbered blocks (2 points)
#
# `blocks(data, first=1)` gives `(number, payload)` for each DATA packet that `data` (`bytes`)
# takes, in order (RFC 1350 §6).
#
# - Each payload (`bytes`) has 512 bytes; the last is shorter, perhaps empty: there is always one
#   of fewer than 512.
# - Numbers go `first`, `first` + 1, … After 65535 comes 0, by custom: RFC 1350 does not define it.
#   A list or a generator: both are right.

# %% [markdown] id="ex-blocks" lang="zh" of="c2b63797"
# ## 习题 2 · 带编号的数据块（2 分）
#
# `blocks(data, first=1)` 依次给出传送 `data`（`bytes`）所需的每个 DATA 包的 `(number, payload)`（RFC 1350 第 6 节）。
#
# - 每块的载荷（`bytes`）为 512 字节；最后一块较短，可以为空：总有一块不满 512 字节，而且只有一块。
# - 块号依次为 `first`、`first` + 1，依此类推。65535 之后是 0：这是惯例，RFC 1350 没有规定。返回列表或生成器都行。


# %% id="blocks" solution="ch07/blocks"
def blocks(data: bytes, first: int = 1) -> Iterator[tuple[int, bytes]]:
    """Give (number, payload) for each DATA packet; the last is shorter."""
    ### BEGIN SOLUTION
    for start in range(0, len(data) + 1, 512):
        yield (first + start // 512) % 65536, data[start : start + 512]
    ### END SOLUTION


# %% id="check-blocks" check="ch07/blocks"
check("ch07/blocks")

# %% [markdown] id="wrq" lang="en"
# ## How does an upload begin?
#
# A **WRQ** (write request) is an RRQ with opcode 2. We send one to a server that we did not write,
# then DATA 1.

# %% [markdown] id="wrq" lang="zh" of="92ec982b"
# ## 上传怎样开始？
#
# **WRQ**（写请求）和 RRQ 一样，只是操作码为 2。我们向一个别人写的服务器发一个 WRQ，再发 DATA 1。

# %% id="predict-wrq" predict=true lang="en"
predict(
    "ch07/wrq",
    "With which packet does the server answer the WRQ?",
    ack0="ACK 0",
    ack1="ACK 1",
    data1="DATA 1",
)

# %% id="predict-wrq" predict=true lang="zh" of="e8c5fded"
predict(
    "ch07/wrq",
    "服务器用哪个包来响应 WRQ？",
    ack0="ACK 0",
    ack1="ACK 1",
    data1="DATA 1",
)

# %% id="demo-wrq" demo=true lang="en"
with tftp_server({}) as server, bound() as client:
    client.settimeout(5)
    client.sendto(b"\0\2note.txt\0octet\0", server)
    packet, source = client.recvfrom(516)
    kind, number = parse(packet)
    print(kind, number, "from the port that we asked:", source == server)
    client.sendto(struct.pack("!HH", DATA, 1) + b"hello", source)
    print(parse(client.recvfrom(516)[0]))
outcome("ch07/wrq", f"{kind}{number}".lower())

# %% id="demo-wrq" demo=true lang="zh" of="6f36a8fe"
with tftp_server({}) as server, bound() as client:
    client.settimeout(5)
    client.sendto(b"\0\2note.txt\0octet\0", server)
    packet, source = client.recvfrom(516)
    kind, number = parse(packet)
    print(kind, number, "来自我们请求的那个端口：", source == server)
    client.sendto(struct.pack("!HH", DATA, 1) + b"hello", source)
    print(parse(client.recvfrom(516)[0]))
outcome("ch07/wrq", f"{kind}{number}".lower())

# %% [markdown] id="after-wrq" lang="en"
# **ACK 0 means "go on",** and the port that it comes from is the TID. From now on the roles are
# swapped: the client sends DATA 1, and the server acknowledges it. Whoever sends DATA keeps each
# block until its ACK has arrived, the last block too: what was sent need not have arrived.

# %% [markdown] id="after-wrq" lang="zh" of="7507bd61"
# **ACK 0 的意思是“可以发了”**，它的来源端口就是 TID。从这时起角色对调：客户端发 DATA 1，服务器确认。发 DATA 的一方，每一块都要保留到收到它的 ACK 为止，最后一块也一样：发出去不等于对方收到了。

# %% [markdown] id="sorcerer" lang="en"
# ## What does one duplicate cause?
#
# A sender that answers every ACK *n* with DATA *n* + 1 looks right. `Apprentice` is such a machine;
# `packets_per_block` lets it talk to a `Receiver`, without a network. ACK 2 arrives twice, as
# happens when it is late and the sender has repeated its block.

# %% [markdown] id="sorcerer" lang="zh" of="4e5a88ed"
# ## 一个重复的包会引出什么？
#
# 收到 ACK *n* 就发 DATA *n* + 1，看起来没错。`Apprentice`（学徒）就是这样一个状态机；`packets_per_block` 让它和一个 `Receiver` 对话，不需要网络。ACK 2 到了两次：ACK 迟到，发送方在此期间重传了那一块，就会这样。


# %% id="demo-apprentice" demo=true lang="en"
class Apprentice:
    """Sends eight blocks and an empty one: after each ACK the next."""

    def data(self, block, address):
        payload = bytes(512) if block < 9 else b""
        return [(struct.pack("!HH", DATA, block) + payload, address)]

    def start(self):
        return self.data(1, ("192.0.2.2", 2))

    def feed(self, packet, address):
        block = parse(packet)[1] + 1
        return self.data(block, address) if block < 10 else []


# %% id="demo-apprentice" demo=true lang="zh" of="ae50024b"
class Apprentice:
    """发送八块和一个空块：每来一个 ACK 就发下一块。"""

    def data(self, block, address):
        payload = bytes(512) if block < 9 else b""
        return [(struct.pack("!HH", DATA, block) + payload, address)]

    def start(self):
        return self.data(1, ("192.0.2.2", 2))

    def feed(self, packet, address):
        block = parse(packet)[1] + 1
        return self.data(block, address) if block < 10 else []


# %% id="demo-count" demo=true lang="en"
from collections import Counter


def packets_per_block(sender):
    """Let sender talk to a Receiver; ACK 2 arrives twice. Count the DATA."""
    here, there = ("192.0.2.1", 1), ("192.0.2.2", 2)
    receiver, counts, replies = Receiver(b"", here), Counter(), sender.start()
    while replies:
        acks = []
        for packet, _ in replies:
            counts[parse(packet)[1]] += 1
            acks += [ack for ack, _ in receiver.feed(packet, here)]
        acks += [ack for ack in acks if ack == build_ack(2)]  # once more
        replies = [each for ack in acks for each in sender.feed(ack, there)]
    return dict(counts)


# %% id="demo-count" demo=true lang="zh" of="c4f09c31"
from collections import Counter


def packets_per_block(sender):
    """让 sender 与 Receiver 对话；ACK 2 到两次。数一数 DATA。"""
    here, there = ("192.0.2.1", 1), ("192.0.2.2", 2)
    receiver, counts, replies = Receiver(b"", here), Counter(), sender.start()
    while replies:
        acks = []
        for packet, _ in replies:
            counts[parse(packet)[1]] += 1
            acks += [ack for ack, _ in receiver.feed(packet, here)]
        acks += [ack for ack in acks if ack == build_ack(2)]  # 再来一次
        replies = [each for ack in acks for each in sender.feed(ack, there)]
    return dict(counts)


# %% id="predict-sorcerer" predict=true lang="en"
predict(
    "ch07/sorcerer",
    "In how many DATA packets does the last block, number 9, leave?",
    one="one: the Receiver ignores what it has",
    two="two",
    more="more: there is one more with every block",
)

# %% id="predict-sorcerer" predict=true lang="zh" of="28d41f0f"
predict(
    "ch07/sorcerer",
    "最后的第 9 块一共发了几个 DATA 包？",
    one="一个：Receiver 不理会已经有的块",
    two="两个",
    more="更多：每过一块就多一个",
)

# %% id="demo-sorcerer" demo=true lang="en"
from netlib.plots import lines

title, axes = "ACK 2 arrives twice", {"x": "block", "y": "DATA packets"}
both = {"an answer to every ACK": packets_per_block(Apprentice())}
display(lines(both, title=title, **axes))
last = both["an answer to every ACK"][9]
outcome("ch07/sorcerer", {1: "one", 2: "two"}.get(last, "more"))

# %% id="demo-sorcerer" demo=true lang="zh" of="51a9b381"
from netlib.plots import lines

title, axes = "ACK 2 到了两次", {"x": "块号", "y": "DATA 包数"}
both = {"每个 ACK 都响应": packets_per_block(Apprentice())}
display(lines(both, title=title, **axes))
last = both["每个 ACK 都响应"][9]
outcome("ch07/sorcerer", {1: "one", 2: "two"}.get(last, "more"))

# %% [markdown] id="after-sorcerer" lang="en"
# **From block 3 on, every block leaves twice, to the end of the file:** two copies of DATA bring two
# ACKs, and two ACKs bring two DATA. The file arrives, with twice the traffic. This is the *Sorcerer's
# Apprentice syndrome* ([TFT-16](../catalogue.ipynb#cell-id=TFT-16)). The older RFC 783 allowed it;
# RFC 1123 §4.2.3.1 forbids it: an ACK that comes again brings no DATA. Only a timeout makes a sender
# repeat itself.

# %% [markdown] id="after-sorcerer" lang="zh" of="a425cc16"
# **从第 3 块起，每一块都发了两次，一直到文件结束**：两份 DATA 引来两个 ACK，两个 ACK 又引来两份 DATA。文件照样能到，只是流量加倍。这叫**魔法师学徒综合征**（[TFT-16](../catalogue.ipynb#cell-id=TFT-16)）。旧的 RFC 783 允许这样做；RFC 1123 第 4.2.3.1 节禁止：重复的 ACK 不引出 DATA，只有超时才会让发送方重传。

# %% [markdown] id="ex-sender" lang="en"
# ## Exercise 3 · The sending machine (4 points)
#
# `Sender(data, peer, request=None, first=1)` is the sending side of one transfer (RFC 1350,
# RFC 1123 §4.2.3.1), without sockets or timers; `Receiver`, above, is its model. `data` is the file,
# `peer` the address of the receiver, `first` the number of the first block (checks start near 65535).
#
# - With `request` (a WRQ) the transfer begins with that packet and waits for ACK 0, whose address
#   becomes the TID; block `first` follows. Without it, the TID is `peer` from the start, and the
#   transfer begins with block `first`.
# - Attributes: `done` (`bool`), `error` (`None` or the tuple `(code, message)`), `progress` (`int`,
#   the number of ACKs that moved it on), `tid` (`None` or an `Address`).
# - `start()` returns `[(first packet, peer)]`. `on_timeout()` returns once more the packet that is
#   not yet acknowledged, to the same address; `[]` once done or in error.
# - `feed(packet, address)` returns the replies to a packet that came from `address`. It never
#   raises:
#
# | packet | from | returns | changes |
# |---|---|---|---|
# | under 4 bytes, unknown opcode (`parse` raises) | anyone | `[]` | – |
# | anything but ERROR | a stranger | `[(STRANGER, address)]` | – |
# | ERROR | a stranger | `[]` | – |
# | ACK of the outstanding number | the receiver | `[(next DATA, address)]`; `[]` after the last | `progress` + 1; `tid`; `done` after the last |
# | ACK of any other number | the receiver | `[]`, **never a DATA** | – |
# | ERROR | the receiver | `[]` | `error`, as `parse` reads it |
#
# *The receiver* is any port of `peer`'s host before the TID is known, then the TID alone; everybody
# else is a *stranger*. The outstanding number is 0 after a WRQ, then that of the DATA last sent;
# once `done`, none is.
#
# - *Not required:* DATA and OACK from the receiver, what comes after an ERROR, an ERROR after
#   `done`, windows, options, netascii.

# %% [markdown] id="ex-sender" lang="zh" of="4c606952"
# ## 习题 3 · 发送方状态机（4 分）
#
# `Sender(data, peer, request=None, first=1)` 是一次传输的发送方（RFC 1350，RFC 1123 第 4.2.3.1 节），没有套接字，也没有定时器；可以参照上面的 `Receiver`。`data` 是文件内容，`peer` 是接收方的地址，`first` 是第一块的块号（检查会从 65535 附近开始）。
#
# - 有 `request`（一个 WRQ）时，传输从这个包开始，然后等 ACK 0；ACK 0 的来源地址成为 TID，接着发第 `first` 块。没有 `request` 时，TID 一开始就是 `peer`，传输从第 `first` 块开始。
# - 属性：`done`（`bool`）、`error`（`None` 或元组 `(code, message)`）、`progress`（`int`，推动传输前进的 ACK 个数）、`tid`（`None` 或 `Address`）。
# - `start()` 返回 `[(第一个包, peer)]`。`on_timeout()` 把尚未确认的那个包再给一次，仍发往原来的地址；完成或出错之后返回 `[]`。
# - `feed(packet, address)` 返回对 `address` 发来的数据包的响应。它从不抛出异常：
#
# | 数据包 | 来自 | 返回 | 变化 |
# |---|---|---|---|
# | 不足 4 字节、操作码未知（`parse` 抛出异常） | 任何人 | `[]` | – |
# | 除 ERROR 以外的一切 | 陌生人 | `[(STRANGER, address)]` | – |
# | ERROR | 陌生人 | `[]` | – |
# | ACK，块号正是所等的 | 接收方 | `[(下一个 DATA, address)]`；最后一块之后为 `[]` | `progress` + 1；`tid`；最后一块之后 `done` |
# | ACK，其他块号 | 接收方 | `[]`，**绝不发 DATA** | – |
# | ERROR | 接收方 | `[]` | `error`，内容由 `parse` 读出 |
#
# **接收方**：TID 确定之前，是 `peer` 那台主机的任何端口；确定之后，只有 TID。其余都是**陌生人**。所等的块号：WRQ 之后是 0，此后是最近发出的 DATA 的块号；`done` 之后不再等任何块号。
#
# - **不要求**：接收方发来的 DATA 和 OACK；ERROR 之后再来的包；`done` 之后的 ERROR；窗口、选项、netascii。


# %% id="sender" solution="ch07/sender"
class Sender:
    """The sending side of one TFTP transfer (RFC 1350)."""

    def __init__(self, data: bytes, peer: Address, request=None, first=1):
        ### BEGIN SOLUTION
        self.blocks = iter(blocks(data, first))
        self.peer, self.tid = peer, None if request else peer
        self.done, self.error, self.progress = False, None, 0
        self.number, self.packet = 0, request
        if request is None:
            self._next()
        ### END SOLUTION

    def start(self) -> list:
        """Return [(the first packet, peer)]."""
        ### BEGIN SOLUTION
        return [(self.packet, self.peer)]
        ### END SOLUTION

    def on_timeout(self) -> list:
        """Return what is not yet acknowledged; [] once done or in error."""
        ### BEGIN SOLUTION
        again = [(self.packet, self.tid or self.peer)]
        return [] if self.done or self.error else again
        ### END SOLUTION

    def feed(self, packet: bytes, address: Address) -> list:
        """Return the replies, as (packet, address), to what address sent."""
        ### BEGIN SOLUTION
        try:
            kind, *said = parse(packet)
        except ValueError:
            return []
        if address != (self.tid or (self.peer[0], address[1])):
            return [] if kind == "ERROR" else [(STRANGER, address)]
        if kind == "ERROR" and not self.done:
            self.error = tuple(said)
        if kind != "ACK" or said[0] != self.number or self.done or self.error:
            return []  # what was acknowledged before moves nothing
        self.tid = address
        self.progress += 1
        return self._next()

    def _next(self) -> list:
        block = next(self.blocks, None)
        if block is None:
            self.done = True
            return []
        self.number, payload = block
        self.packet = struct.pack("!HH", DATA, self.number) + payload
        return [(self.packet, self.tid)]
        ### END SOLUTION


# %% id="check-sender" check="ch07/sender"
check("ch07/sender")

# %% [markdown] id="cured" lang="en"
# Your `Sender` takes the Apprentice's place.

# %% [markdown] id="cured" lang="zh" of="adb65df0"
# 把学徒换成你的 `Sender`。

# %% id="demo-cured" demo=true lang="en"
eight = bytes(8 * 512)
tried = attempt(lambda: packets_per_block(Sender(eight, ("192.0.2.2", 2))))
if tried.outcome == "returned":
    both["your Sender"] = tried.value
else:
    print("Solve exercises 2 and 3 first: your Sender", tried)
lines(both, title=title, **axes)

# %% id="demo-cured" demo=true lang="zh" of="9a52ea4e"
eight = bytes(8 * 512)
tried = attempt(lambda: packets_per_block(Sender(eight, ("192.0.2.2", 2))))
if tried.outcome == "returned":
    both["你的 Sender"] = tried.value
else:
    print("请先完成习题 2 和 3。你的 Sender：", tried)
lines(both, title=title, **axes)

# %% [markdown] id="after-cured" lang="en"
# **One DATA for each block,** whatever the network repeats.
#
# ## Exercise 4 · Upload (4 points)
#
# `upload(host, port, path, name, timeout=0.2, tries=5)` sends the file at `path` to the TFTP server
# at `(host, port)` under the name `name` (RFC 1350 §4–6) and returns its size in bytes (`int`).
#
# - The WRQ holds opcode 2, `name` in UTF-8, a NUL, the mode `octet`, a NUL.
# - The file is read, byte for byte, before anything is sent. If it is missing, `FileNotFoundError`
#   is raised and nothing is sent.
# - Raises `TftpError(code, message)` as soon as the server sends ERROR; `TimeoutError` after
#   `tries` sends without progress, `timeout` seconds apart.
# - It returns when the last block is acknowledged. The socket is made and closed here.
# - *Not required:* files above 32 MiB, options, a NUL in `name`.
#
# Your `Sender` and the given `drive` do the work: about nine lines.

# %% [markdown] id="after-cured" lang="zh" of="393d54db"
# **每块只发一个 DATA**，不管网络重复了什么。
#
# ## 习题 4 · 上传（4 分）
#
# `upload(host, port, path, name, timeout=0.2, tries=5)` 把 `path` 处的文件以 `name` 为名发给 `(host, port)` 上的 TFTP 服务器（RFC 1350 第 4～6 节），返回文件的字节数（`int`）。
#
# - WRQ 依次为：操作码 2、UTF-8 编码的 `name`、NUL、模式 `octet`、NUL。
# - 先把文件按字节原样读进来，再发第一个包。文件不存在就抛出 `FileNotFoundError`，什么也不发。
# - 服务器一发来 ERROR 就抛出 `TftpError(code, message)`；发送 `tries` 次、每次等 `timeout` 秒都没有进展，则抛出 `TimeoutError`。
# - 最后一块得到确认之后才返回。套接字由本函数创建并关闭。
# - **不要求**：超过 32 MiB 的文件；选项；`name` 里的 NUL。
#
# 大约九行，主要靠 `Sender` 和 `drive`。


# %% id="upload" solution="ch07/upload"
def upload(
    host: str,
    port: int,
    path: str,
    name: str,
    timeout: float = 0.2,
    tries: int = 5,
) -> int:
    """Send the file at path to the TFTP server as name; return its size."""
    ### BEGIN SOLUTION
    data = Path(path).read_bytes()
    request = struct.pack("!H", WRQ) + name.encode() + b"\0octet\0"
    machine = Sender(data, (host, port), request)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        drive(sock, machine, timeout, tries)
    if machine.error:
        raise TftpError(*machine.error)
    return len(data)
    ### END SOLUTION


# %% id="check-upload" check="ch07/upload"
check("ch07/upload")

# %% [markdown] id="upload-peer" lang="en"
# ## Your upload on a bad network
#
# Between your `upload` and a server that we did not write, the network delivers ACK 0 twice and loses
# the first DATA 2.

# %% [markdown] id="upload-peer" lang="zh" of="e877e953"
# ## 你的上传遇到糟糕的网络
#
# 在你的 `upload` 和别人写的服务器之间，网络把 ACK 0 重复发送一次，又丢掉第一个 DATA 2。

# %% id="predict-upload" predict=true lang="en"
predict(
    "ch07/upload",
    "How often does your upload send DATA 1?",
    once="once",
    twice="twice, as ACK 0 comes twice",
)

# %% id="predict-upload" predict=true lang="zh" of="8d72a4f2"
predict(
    "ch07/upload",
    "你的 upload 会发几次 DATA 1？",
    once="一次",
    twice="两次，因为 ACK 0 到了两次",
)

# %% id="demo-upload" demo=true lang="en"
photo = bytes(range(256)) * 5
theirs = tftp_server({})
with tempfile.NamedTemporaryFile() as file, theirs as server:
    Path(file.name).write_bytes(photo)
    relay = UDPRelay(server, "duplicate reply 1; lose 3", label=label)
    with relay as address:
        tried = attempt(upload, *address, file.name, "photo", 0.5, seconds=5)
    stored = [each.read_bytes() for each in theirs.folder.iterdir()]
if tried.outcome == "returned":
    print("stored:", photo in stored)
else:
    print("Solve exercises 2, 3 and 4 first: your upload", tried)

# %% id="demo-upload" demo=true lang="zh" of="fc92a1aa"
photo = bytes(range(256)) * 5
theirs = tftp_server({})
with tempfile.NamedTemporaryFile() as file, theirs as server:
    Path(file.name).write_bytes(photo)
    relay = UDPRelay(server, "duplicate reply 1; lose 3", label=label)
    with relay as address:
        tried = attempt(upload, *address, file.name, "photo", 0.5, seconds=5)
    stored = [each.read_bytes() for each in theirs.folder.iterdir()]
if tried.outcome == "returned":
    print("已存好：", photo in stored)
else:
    print("请先完成习题 2、3、4。你的 upload：", tried)

# %% id="demo-upload-sent" demo=true
sent = Counter(each.label for each in relay.trace if each.sender == "client")
print(sent)
often = {1: "once", 2: "twice"}.get(sent["DATA 1, 512 B"])
often and outcome("ch07/upload", often)

# %% id="demo-upload-ladder" demo=true tags=["nbval-ignore-output"]
Ladder(relay.trace, relay.endpoints)

# %% [markdown] id="after-upload" lang="en"
# **DATA 2 leaves twice, every other packet once:** after 0.5 s without an ACK, the timeout sent it
# again. The second ACK 0 caused nothing, nor did the ACK 1 that the server repeated meanwhile.

# %% [markdown] id="after-upload" lang="zh" of="73d12ec8"
# **DATA 2 发了两次，其他包都只发一次**：0.5 秒没有 ACK，超时重传。第二个 ACK 0 什么也没有引起；服务器在此期间重传的 ACK 1 也一样。

# %% [markdown] id="door" lang="en"
# ## A socket and a thread for each guest
#
# A tea room is built like your server. Its door only receives names. Each guest gets a waiter: a
# socket on a new port, in a thread of its own. Anna comes first, and Ben answers first.

# %% [markdown] id="door" lang="zh" of="cf185c35"
# ## 每位客人一个套接字、一个线程
#
# 茶室的结构和你要写的服务器相同。门口（`door`）只收名字；每位客人分到一位服务员，也就是一个新端口上的套接字，在自己的线程里运行。anna 先到，ben 先回答。


# %% id="demo-greet" demo=true lang="en"
def greet(sock, client, name):
    """Serve one guest: ask, wait for the answer, bring it."""
    with sock, contextlib.suppress(TimeoutError):
        sock.settimeout(1)
        sock.sendto(b"tea or cake, " + name + b"?", client)
        wish, _ = sock.recvfrom(516)
        sock.sendto(wish + b" for " + name, client)


# %% id="demo-greet" demo=true lang="zh" of="18cbffb9"
def greet(sock, client, name):
    """接待一位客人：问，等回答，送上。"""
    with sock, contextlib.suppress(TimeoutError):
        sock.settimeout(1)
        sock.sendto(b"tea or cake, " + name + b"?", client)
        wish, _ = sock.recvfrom(516)
        sock.sendto(wish + b" for " + name, client)


# %% id="demo-door" demo=true lang="en"
def door(sock, stop):
    """Give each guest a socket and a thread, and go on receiving."""
    sock.settimeout(0.1)
    while not stop.is_set():
        with contextlib.suppress(TimeoutError):
            name, client = sock.recvfrom(516)
            guest = (bound(), client, name)
            threading.Thread(target=greet, args=guest, daemon=True).start()


# %% id="demo-door" demo=true lang="zh" of="ff2592ff"
def door(sock, stop):
    """给每位客人一个套接字和一个线程，然后接着收。"""
    sock.settimeout(0.1)
    while not stop.is_set():
        with contextlib.suppress(TimeoutError):
            name, client = sock.recvfrom(516)
            guest = (bound(), client, name)
            threading.Thread(target=greet, args=guest, daemon=True).start()


# %% id="demo-two-guests" demo=true lang="en"
with serving(door) as address, bound() as anna, bound() as ben:
    for guest, name in ((anna, b"anna"), (ben, b"ben")):
        guest.settimeout(5)
        guest.sendto(name, address)
    for guest, wish in ((ben, b"cake"), (anna, b"tea")):
        question, waiter = guest.recvfrom(516)
        guest.sendto(wish, waiter)
        print(question, guest.recv(516), "a new port:", waiter != address)

# %% id="demo-two-guests" demo=true lang="zh" of="4c93668c"
with serving(door) as address, bound() as anna, bound() as ben:
    for guest, name in ((anna, b"anna"), (ben, b"ben")):
        guest.settimeout(5)
        guest.sendto(name, address)
    for guest, wish in ((ben, b"cake"), (anna, b"tea")):
        question, waiter = guest.recvfrom(516)
        guest.sendto(wish, waiter)
        print(question, guest.recv(516), "新端口：", waiter != address)

# %% [markdown] id="ex-serve" lang="en"
# **Ben did not have to wait for Anna.** Now the same with files.
#
# ## Exercise 5 · A server for many clients at once (5 points)
#
# `serve(sock69, root, stop)` serves the files in the folder `root` (`str`) by TFTP until `stop` (a
# `threading.Event`) is set. It returns the number of transfers begun, that is of requests not
# refused (`int`), within 0.5 s of `stop.set()`: look at `stop` every 0.1–0.2 s. Transfers that
# still run then may be abandoned.
#
# - `sock69` is bound (any port) and gets requests only. Every transfer has a socket of its own, on
#   a new port of the same host (the one in `sock69.getsockname()`), runs beside the others,
#   sends again after `TIMEOUT_S` without progress, and gives up after `TRIES` sends.
# - RRQ sends the file. WRQ makes a new file, which appears under its name only when it is complete.
#   If the last block comes again within `TIMEOUT_S`, so does its ACK. An upload that fails leaves
#   nothing behind.
# - Mode octet, in any case of letters. Strings after the mode (options) are ignored.
# - A refused request gets an ERROR, sent from the socket of its transfer: code 1 (no such file, or
#   a folder), 2 (outside `root`), 4 (another mode) or 6 (WRQ of a name that exists). (Your machines
#   send 5 to strangers.)
# - A packet that is no request gets ERROR 4 or nothing. Nothing that a client sends ends the
#   server.
# - *Not required:* netascii, ERROR 3, a limit on transfers, making folders, unreadable files, two
#   uploads of one name at once, names that are not UTF-8, recognising a repeated RRQ (a second
#   transfer is fine).
#
# One function would have 60 lines. The cell offers four; you may change or delete the first three:
#
#     split_request(packet) -> (opcode, name, mode)    or ValueError
#     machine_for(opcode, name, mode, root, client) -> (machine, path)
#                                                      or TftpError
#     transfer(sock, machine, path) -> None    in a thread: drive, store, close
#     serve(sock69, root, stop) -> int         receive, split, refuse or start
#
# - Write them in this order, and try each in a cell of your own.
# - `curl` and `busybox` send options: split at the NULs and take the first two strings
#   ([TFT-20](../catalogue.ipynb#cell-id=TFT-20)). `os.fsdecode` makes a name of any bytes.
# - A WRQ's machine is `Receiver(build_ack(0), client, tid=client)`: its first packet is ACK 0.
# - At the end, nobody waits for a thread with `daemon=True`.
# - Write to a temporary file, then `os.rename` it, in `on_progress`, once the machine is done: then
#   the file is stored before the last ACK leaves. If that ACK is lost, a last `listen` for
#   `TIMEOUT_S` repeats it (*dallying*, RFC 1350 §6).

# %% [markdown] id="ex-serve" lang="zh" of="c066e151"
# **anna 还没回答，ben 已经拿到了蛋糕**。换成文件，道理相同。
#
# ## 习题 5 · 同时服务许多客户端的服务器（5 分）
#
# `serve(sock69, root, stop)` 用 TFTP 提供目录 `root`（`str`）里的文件，直到 `stop`（`threading.Event`）被设置。它在 `stop.set()` 之后 0.5 秒之内返回已开始的传输数，即没有被拒绝的请求数（`int`）：每隔 0.1～0.2 秒看一次 `stop`。此时仍在进行的传输可以放弃。
#
# - `sock69` 已绑定（端口任意），只接收请求。每次传输有自己的套接字，用同一主机（即 `sock69.getsockname()` 里的主机）上的新端口，与其他传输同时进行，`TIMEOUT_S` 秒没有进展就重传，发了 `TRIES` 次便放弃。
# - RRQ：发送文件。WRQ：新建文件，收完整之后才以它的名字出现；最后一块在 `TIMEOUT_S` 之内再来一次，就再发一次它的 ACK；上传失败则什么也不留下。
# - 模式 octet，大小写不限。模式之后的字符串（选项）一律忽略。
# - 拒绝一个请求，就从这次传输的套接字发一个 ERROR，错误码为 1（没有这个文件，或它是目录）、2（在 `root` 之外）、4（其他模式）或 6（WRQ 的名字已经存在）。（5 由你的状态机发给陌生人。）
# - 不是请求的数据包：发一个 ERROR 4，或者不理会。客户端发什么都不能让服务器停下来。
# - **不要求**：netascii；ERROR 3；限制传输数；新建目录；无权读取的文件；两个客户端同时上传同一个名字；不是 UTF-8 的文件名；识别重复的 RRQ（再开一次传输也可以）。
#
# 写成一个函数要 60 行。单元格里给出四个函数；前三个可以改，也可以删：
#
#     split_request(packet) -> (opcode, name, mode)     否则 ValueError
#     machine_for(opcode, name, mode, root, client) -> (machine, path)
#                                                       否则 TftpError
#     transfer(sock, machine, path) -> None     在线程里：drive、存盘、关闭
#     serve(sock69, root, stop) -> int          接收、拆开、拒绝或启动线程
#
# - 按这个顺序写，每写一个就在自己的单元格里试一试。
# - `curl` 和 `busybox` 会发选项：按 NUL 切开，取前两段（[TFT-20](../catalogue.ipynb#cell-id=TFT-20)）。`os.fsdecode` 能把任何字节串变成文件名。
# - WRQ 的状态机是 `Receiver(build_ack(0), client, tid=client)`：它的第一个包就是 ACK 0。
# - 设了 `daemon=True` 的线程，结束时不必等它。
# - 先写临时文件，再用 `os.rename` 改名：在 `on_progress` 里、状态机完成时做这件事，最后一个 ACK 发出之前文件就已存好。这个 ACK 可能丢失：最后再 `listen` 一个 `TIMEOUT_S`，就能补发（dally，RFC 1350 第 6 节）。


# %% id="serve" solution="ch07/serve"
def split_request(packet: bytes) -> tuple[int, str, str]:
    """Return a request's opcode, name, mode (lower case); or ValueError."""
    ### BEGIN SOLUTION
    opcode = int.from_bytes(packet[:2], "big")
    strings = packet[2:].split(b"\0")  # name, mode, options, what follows
    if opcode not in (RRQ, WRQ) or len(strings) < 3:
        raise ValueError("expected opcode 1 or 2, a name, a mode, two NULs")
    name, mode = map(os.fsdecode, strings[:2])
    return opcode, name, mode.lower()
    ### END SOLUTION


def machine_for(opcode, name: str, mode: str, root: str, client) -> tuple:
    """Return the machine that does it and the file's path; or TftpError."""
    ### BEGIN SOLUTION
    path = safe_path(root, name)
    if mode != "octet":
        raise TftpError(4, "only mode octet is served")
    if opcode == WRQ:
        if os.path.exists(path):
            raise TftpError(6, "there is such a file already")
        return Receiver(build_ack(0), client, tid=client), path
    if not (os.path.isfile(path) and os.access(path, os.R_OK)):
        raise TftpError(1, "there is no such file")
    return Sender(Path(path).read_bytes(), client), path
    ### END SOLUTION


def transfer(sock: socket.socket, machine, path: str) -> None:
    """Run machine over sock, store at path what it received, close sock."""

    ### BEGIN SOLUTION
    def store(_blocks: int) -> None:
        if machine.done and isinstance(machine, Receiver):
            folder = os.path.dirname(path)
            with tempfile.TemporaryDirectory(dir=folder) as beside:
                Path(beside, "part").write_bytes(machine.data)
                os.rename(f"{beside}/part", path)

    with sock, contextlib.suppress(OSError):  # nobody there, or a full disk
        drive(sock, machine, TIMEOUT_S, TRIES, store)
        listen(sock, machine, TIMEOUT_S)  # the last ACK may have been lost
    ### END SOLUTION


def serve(sock69: socket.socket, root: str, stop: threading.Event) -> int:
    """Serve root's files until stop is set; return the transfers begun."""
    ### BEGIN SOLUTION
    sock69.settimeout(0.1)
    begun = 0
    while not stop.is_set():
        try:
            packet, client = sock69.recvfrom(65507)
            opcode, name, mode = split_request(packet)
            sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        except (OSError, ValueError):  # silence, no descriptor, no request
            continue
        sock.bind((sock69.getsockname()[0], 0))
        try:
            machine, path = machine_for(opcode, name, mode, root, client)
        except TftpError as refusal:
            error = error_packet(refusal.code, refusal.message)
            with sock:
                sock.sendto(error, client)
            continue
        threading.Thread(
            target=transfer,
            args=(sock, machine, path),
            daemon=True,
        ).start()
        begun += 1
    return begun
    ### END SOLUTION


# %% id="check-serve" check="ch07/serve"
check("ch07/serve")

# %% [markdown] id="three" lang="en"
# ## One of three clients falls silent
#
# Three clients ask your server at once: the two from the beginning, and one that asks for tea and
# then acknowledges nothing.

# %% [markdown] id="three" lang="zh" of="0ba48e27"
# ## 三个客户端，有一个没有响应
#
# 三个客户端同时向你的服务器请求：开头的那两个，还有一个请求 tea 之后一个 ACK 也不发。


# %% id="demo-my-server" demo=true lang="en"
def my_server(folder):
    """Return serving(...) of your serve; raise at once if it is missing."""
    asked_to_stop = threading.Event()
    asked_to_stop.set()
    with bound() as sock:
        serve(sock, folder, asked_to_stop)
    return serving(lambda sock, stop: serve(sock, folder, stop))


# %% id="demo-my-server" demo=true lang="zh" of="4ab8b79c"
def my_server(folder):
    """返回运行你的 serve 的 serving(...)；没有写好就立即抛出异常。"""
    asked_to_stop = threading.Event()
    asked_to_stop.set()
    with bound() as sock:
        serve(sock, folder, asked_to_stop)
    return serving(lambda sock, stop: serve(sock, folder, stop))


# %% id="predict-three" predict=true lang="en"
predict(
    "ch07/three",
    "What happens to the other two clients?",
    both="each gets its own file at once",
    wait="they wait until the server gives up on the silent one",
    mixed="their files are mixed",
)

# %% id="predict-three" predict=true lang="zh" of="d143773d"
predict(
    "ch07/three",
    "另外两个客户端会怎样？",
    both="马上拿到各自的文件",
    wait="要等服务器放弃那个没有响应的客户端",
    mixed="两个文件混在一起",
)

# %% id="demo-three" demo=true
files, took, relay = [], 0, None
with tempfile.TemporaryDirectory() as folder, built_on(1, 2, 3, 5):
    for name, data in FILES.items():
        Path(folder, name.decode()).write_bytes(data)
    server = my_server(folder)
    with server as address, bound() as silent:
        relay = UDPRelay(address, label=label)
        with relay as front:
            silent.sendto(b"\0\1tea\0octet\0", front)
            began = time.monotonic()
            files = fetch_together(front, FILES)
            took = time.monotonic() - began

# %% id="demo-three-files" demo=true lang="en"
for data in files:
    print(f"{len(data)} bytes: {data[:4]} ... {data[-4:]}")
print("transfers begun:", server.returned if files else "none")
late = took > TIMEOUT_S * TRIES  # the server asks the silent one so long
whole = files == [*FILES.values()]
kinds = {"both": whole and not late, "wait": whole, "mixed": True}
outcome("ch07/three", next(k for k in kinds if kinds[k])) if files else None

# %% id="demo-three-files" demo=true lang="zh" of="444d834e"
for data in files:
    print(f"{len(data)} 字节：{data[:4]} …… {data[-4:]}")
print("开始了的传输：", server.returned if files else "无")
late = took > TIMEOUT_S * TRIES  # 服务器要过这么久才放弃没有响应的客户端
whole = files == [*FILES.values()]
kinds = {"both": whole and not late, "wait": whole, "mixed": True}
outcome("ch07/three", next(k for k in kinds if kinds[k])) if files else None

# %% id="demo-three-ladder" demo=true tags=["nbval-ignore-output"]
relay and Ladder(relay.trace, relay.endpoints)

# %% [markdown] id="after-three" lang="en"
# **Nobody waited:** each transfer has its own port, machine and thread. In the ladder, one client
# never acknowledges its DATA 1, and holds up nobody.

# %% [markdown] id="after-three" lang="zh" of="f2378496"
# **谁也没有等**：每次传输有自己的端口、状态机和线程。时序图里，有一个客户端始终没有确认 DATA 1，也没有挡住别人。

# %% [markdown] id="netascii" lang="en"
# ## What is mode netascii?
#
# Some systems end a line with LF, others with CR LF. In RFC 1350's mode **netascii** all text
# crosses in one form (RFC 764): LF becomes CR LF, and CR becomes CR NUL, to tell them apart. We ask
# `in.tftpd` for a note of nine bytes, `b"one\ntwo\r\n"`.

# %% [markdown] id="netascii" lang="zh" of="79f590e0"
# ## netascii 是什么模式？
#
# 有的系统用 LF 换行，有的用 CR LF。RFC 1350 的 **netascii** 模式让所有文本在网络上都是同一种形式（RFC 764）：LF 变成 CR LF；CR 变成 CR NUL，以便接收方区分。我们向 `in.tftpd` 请求一个 9 字节的文件 `b"one\ntwo\r\n"`。

# %% id="predict-netascii" predict=true lang="en"
predict("ch07/netascii", "How many bytes of the note will arrive?")

# %% id="predict-netascii" predict=true lang="zh" of="969f9f41"
predict("ch07/netascii", "这个文件会收到多少字节？")

# %% id="demo-netascii" demo=true
from netlib.fields import Field
from netlib.hexview import HexView, compare

with tftp_server({"note": b"one\ntwo\r\n"}) as server, bound() as client:
    machine = Receiver(b"\0\1note\0netascii\0", server)
    drive(client, machine, 1, 5)
wire = machine.data
marks = {b"\r\n": "LF", b"\r\0": "CR"}
places = [(at, wire[at : at + 2]) for at in range(len(wire))]
found = [(at, pair) for at, pair in places if pair in marks]
fields = [Field(marks[pair], at, at + 2, pair.hex(" ")) for at, pair in found]
display(HexView(wire, fields))
outcome("ch07/netascii", len(wire))

# %% [markdown] id="after-netascii" lang="en"
# **Twelve, from nine.** (`tftpy`, where it has to stand in, ignores the mode and sends nine.) The
# receiver must undo this. Pictures must not be sent so; but the program `tftp` uses netascii unless
# it is told `binary`.

# %% [markdown] id="after-netascii" lang="zh" of="b806d6a4"
# **9 个字节变成了 12 个**。（如果只有 `tftpy` 可用，就是 9 个：它不理会模式。）接收方必须变回来。图片不能这样传；可是 `tftp` 程序默认就用 netascii，除非指定 `binary`。

# %% [markdown] id="ex-netascii" lang="en"
# ## Exercise 6 · netascii, both ways (2 points)
#
# `to_netascii(data)` returns `data` (`bytes`) with every LF as CR LF and every CR as CR NUL
# (RFC 764, RFC 1350 §1). `from_netascii(data)` is the inverse:
# `from_netascii(to_netascii(x)) == x` for every `x`. Both return `bytes`.
#
# - *Not required:* input of `from_netascii` that `to_netascii` cannot make, boundaries of blocks.

# %% [markdown] id="ex-netascii" lang="zh" of="5c0fe09d"
# ## 习题 6 · netascii，双向转换（2 分）
#
# `to_netascii(data)` 返回转换后的 `data`（`bytes`）：每个 LF 变成 CR LF，每个 CR 变成 CR NUL（RFC 764，RFC 1350 第 1 节）。`from_netascii(data)` 是它的逆：对任何 `x` 都有 `from_netascii(to_netascii(x)) == x`。两个函数都返回 `bytes`。
#
# - **不要求**：`from_netascii` 遇到 `to_netascii` 不可能产生的输入；块与块的边界。


# %% id="solve-netascii" solution="ch07/netascii"
def to_netascii(data: bytes) -> bytes:
    """Return data with every LF as CR LF and every CR as CR NUL."""
    ### BEGIN SOLUTION
    return data.replace(b"\r", b"\r\0").replace(b"\n", b"\r\n")
    ### END SOLUTION


def from_netascii(data: bytes) -> bytes:
    """Return what to_netascii was given."""
    ### BEGIN SOLUTION
    return data.replace(b"\r\n", b"\n").replace(b"\r\0", b"\r")
    ### END SOLUTION


# %% id="check-netascii" check="ch07/netascii"
check("ch07/netascii")

# %% [markdown] id="netascii-wrong" lang="en"
# The `photo` that you uploaded holds the bytes 0, 1, 2, … 255, five times. Somebody sends it in
# netascii, and the receiver stores it as it comes.

# %% [markdown] id="netascii-wrong" lang="zh" of="4247c2b6"
# 你上传过的 `photo` 依次是字节 0、1、2……255，一共五遍。有人按 netascii 发送它，接收方却原样存下来。

# %% id="predict-spoilt" predict=true lang="en"
predict("ch07/spoilt", "Counted from 0, which byte is the first wrong one?")

# %% id="predict-spoilt" predict=true lang="zh" of="fe0fd5e9"
predict("ch07/spoilt", "从 0 数起，第一个出错的是第几个字节？")

# %% id="demo-netascii-wrong" demo=true lang="en"
tried = attempt(to_netascii, photo)
sent = tried.value if isinstance(tried.value, bytes) else photo
if sent == photo:
    print("Solve exercise 6 first: your to_netascii", tried)
else:
    display(compare(photo, sent))
wrong = [at for at in range(1280) if photo[at:][:1] != sent[at:][:1]]
outcome("ch07/spoilt", wrong[0]) if wrong else None

# %% id="demo-netascii-wrong" demo=true lang="zh" of="e2d84bc7"
tried = attempt(to_netascii, photo)
sent = tried.value if isinstance(tried.value, bytes) else photo
if sent == photo:
    print("请先完成习题 6。你的 to_netascii：", tried)
else:
    display(compare(photo, sent))
wrong = [at for at in range(1280) if photo[at:][:1] != sent[at:][:1]]
outcome("ch07/spoilt", wrong[0]) if wrong else None

# %% [markdown] id="after-spoilt" lang="en"
# **Byte 10, the first LF:** a CR has come before it, and all that follows has moved.

# %% [markdown] id="after-spoilt" lang="zh" of="340ea896"
# **第 10 个字节，也就是第一个 LF**：它前面多了一个 CR，后面的字节全部错位。

# %% [markdown] id="peers" lang="en"
# ## Real clients at your server
#
# Three programs that we did not write put a file on your server and get it back: `tftp`, told `-m
# binary`; `curl`; `busybox`. The last two send options.

# %% [markdown] id="peers" lang="zh" of="ca9eebc2"
# ## 真实的客户端和你的服务器
#
# 三个别人写的程序把一个文件放到你的服务器上，再取回来：`tftp`（加 `-m binary`）、`curl`、`busybox`。后两个会发选项。

# %% id="demo-peers" demo=true
PUT_AND_GET = {
    "tftp": (
        "-m binary {0} {1} -c put photo tftp",
        "-m binary {0} {1} -c get tftp back",
    ),
    "curl": (
        "-sS -m 5 -T photo tftp://{0}:{1}/curl",
        "-sS -m 5 -o back tftp://{0}:{1}/curl",
    ),
    "busybox": (
        "tftp -p -l photo -r box {0} {1}",
        "tftp -g -l back -r box {0} {1}",
    ),
}

# %% id="demo-put-and-get" demo=true lang="en"
import shutil
import subprocess


def put_and_get(program, address, here):
    """Put here/photo on the server and get it back; tell if it came whole."""
    photo, back = Path(here, "photo"), Path(here, "back")
    back.unlink(missing_ok=True)
    with contextlib.suppress(subprocess.TimeoutExpired):
        for words in PUT_AND_GET[program]:
            command = [program, *words.format(*address).split()]
            subprocess.run(command, cwd=here, capture_output=True, timeout=5)
    return back.exists() and back.read_bytes() == photo.read_bytes()


# %% id="demo-put-and-get" demo=true lang="zh" of="923267c0"
import shutil
import subprocess


def put_and_get(program, address, here):
    """把 here/photo 放到服务器上再取回来；返回是否完整。"""
    photo, back = Path(here, "photo"), Path(here, "back")
    back.unlink(missing_ok=True)
    with contextlib.suppress(subprocess.TimeoutExpired):
        for words in PUT_AND_GET[program]:
            command = [program, *words.format(*address).split()]
            subprocess.run(command, cwd=here, capture_output=True, timeout=5)
    return back.exists() and back.read_bytes() == photo.read_bytes()


# %% id="predict-peers" predict=true lang="en"
predict(
    "ch07/peers",
    "Which programs get their file back?",
    all="all of them",
    tftp="only tftp: the others need their options",
    none="none",
)

# %% id="predict-peers" predict=true lang="zh" of="cfee463d"
predict(
    "ch07/peers",
    "哪些程序能把文件取回来？",
    all="都能",
    tftp="只有 tftp：另外两个离不开选项",
    none="都不能",
)

# %% id="demo-peers-run" demo=true tags=["nbval-ignore-output"] lang="en"
same = {}
with (
    tempfile.TemporaryDirectory() as root,
    tempfile.TemporaryDirectory() as here,
    built_on(1, 2, 3, 4, 5),
):
    Path(here, "photo").write_bytes(photo * 20)
    server = my_server(root)
    with server as address:
        for program in filter(shutil.which, PUT_AND_GET):
            same[program] = put_and_get(program, address, here)
    print("transfers begun:", server.returned, sorted(os.listdir(root)))
print("the same file came back:", same)
kinds = {"all": all(same.values()), "tftp": same.get("tftp"), "none": True}
outcome("ch07/peers", next(k for k in kinds if kinds[k])) if same else None

# %% id="demo-peers-run" demo=true tags=["nbval-ignore-output"] lang="zh" of="4164b842"
same = {}
with (
    tempfile.TemporaryDirectory() as root,
    tempfile.TemporaryDirectory() as here,
    built_on(1, 2, 3, 4, 5),
):
    Path(here, "photo").write_bytes(photo * 20)
    server = my_server(root)
    with server as address:
        for program in filter(shutil.which, PUT_AND_GET):
            same[program] = put_and_get(program, address, here)
    print("开始了的传输：", server.returned, sorted(os.listdir(root)))
print("取回来的文件相同：", same)
kinds = {"all": all(same.values()), "tftp": same.get("tftp"), "none": True}
outcome("ch07/peers", next(k for k in kinds if kinds[k])) if same else None

# %% [markdown] id="after-peers" lang="en"
# **Where all three are installed, all get it back:** six transfers, three files, and nothing beside
# them. A server may ignore options (RFC 2347), and in mode octet yours keeps RFC 1350. RFC 1123
# demands more: netascii, and a timeout that adapts (§4.2.3.2); yours is fixed.

# %% [markdown] id="after-peers" lang="zh" of="e46b2ce7"
# **三个程序如果都装了，就都能取回来**：六次传输，三个文件，没有留下别的东西。服务器可以不理会选项（RFC 2347）；在 octet 模式下，你的服务器遵守 RFC 1350。RFC 1123 的要求更高：要支持 netascii，超时要能自动调整（第 4.2.3.2 节），而你的超时是固定的。

# %% [markdown] id="terminals" lang="en"
# ## Your server in a terminal
#
# The next cell saves your server beside the notebook. Start it in one terminal, ask it in another;
# Ctrl+C ends it:
#
#     python3 tftp_server.py 6969
#     curl tftp://127.0.0.1:6969/tftp_server.py

# %% [markdown] id="terminals" lang="zh" of="41313961"
# ## 在终端里运行你的服务器
#
# 下一个单元格把服务器存到笔记本旁边。在一个终端里启动，在另一个里请求；按 Ctrl+C 结束：
#
#     python3 tftp_server.py 6969
#     curl tftp://127.0.0.1:6969/tftp_server.py

# %% id="demo-save" demo=true lang="en"
from netlib.scripts import save_program


def main(port="6969", folder="."):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", int(port)))
        print("serving", folder, "at port", sock.getsockname()[1], flush=True)
        serve(sock, folder, threading.Event())


print(save_program("tftp_server.py", "", main))

# %% id="demo-save" demo=true lang="zh" of="539c1a36"
from netlib.scripts import save_program


def main(port="6969", folder="."):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", int(port)))
        print("提供目录", folder, "端口", sock.getsockname()[1], flush=True)
        serve(sock, folder, threading.Event())


print(save_program("tftp_server.py", "", main))

# %% [markdown] id="delay" lang="en"
# ## Stretch: more than one block in flight (not graded)
#
# Lock step moves one block in each round trip. RFC 2348 allows larger blocks; RFC 7440 allows a
# **window**: several blocks before one ACK. Here are a server and a client for both; they do
# not negotiate. A relay delays each DATA.

# %% [markdown] id="delay" lang="zh" of="c2c46729"
# ## 选做：不等确认，连发几块（不计分）
#
# 停等协议每个往返只传一块。RFC 2348 允许更大的块；RFC 7440 允许**窗口**：连发几块，只等一个 ACK。下面的服务器和客户端两样都支持，只是省去了协商。中继让每个 DATA 都延迟到达。


# %% id="demo-window" demo=true lang="en"
def windowed(data, blksize, window):
    """Return a server that sends data, window blocks for each ACK."""

    def send_all(sock, stop):
        _, client = sock.recvfrom(516)
        for block in range(1, len(data) // blksize + 2):
            payload = data[(block - 1) * blksize :][:blksize]
            head = struct.pack("!HH", DATA, block)
            sock.sendto(head + payload, client)
            if block % window == 0 or len(payload) < blksize:
                sock.recvfrom(516)

    return send_all


# %% id="demo-window" demo=true lang="zh" of="1c595f0d"
def windowed(data, blksize, window):
    """返回一个发送 data 的服务器：每个 ACK 对应 window 块。"""

    def send_all(sock, stop):
        _, client = sock.recvfrom(516)
        for block in range(1, len(data) // blksize + 2):
            payload = data[(block - 1) * blksize :][:blksize]
            head = struct.pack("!HH", DATA, block)
            sock.sendto(head + payload, client)
            if block % window == 0 or len(payload) < blksize:
                sock.recvfrom(516)

    return send_all


# %% id="demo-rate" demo=true lang="en"
def seconds_for(server, blksize, window):
    """Fetch the file with one ACK for each window; return the seconds."""
    with bound() as sock:
        sock.settimeout(2)
        began, size = time.monotonic(), blksize
        sock.sendto(b"\0\1big\0octet\0", server)
        while size == blksize:
            packet, source = sock.recvfrom(65507)
            _, block, payload = parse(packet)
            size = len(payload)
            if block % window == 0 or size < blksize:
                sock.sendto(build_ack(block), source)
    return time.monotonic() - began


# %% id="demo-rate" demo=true lang="zh" of="274927e5"
def seconds_for(server, blksize, window):
    """取文件，每个窗口回一个 ACK；返回秒数。"""
    with bound() as sock:
        sock.settimeout(2)
        began, size = time.monotonic(), blksize
        sock.sendto(b"\0\1big\0octet\0", server)
        while size == blksize:
            packet, source = sock.recvfrom(65507)
            _, block, payload = parse(packet)
            size = len(payload)
            if block % window == 0 or size < blksize:
                sock.sendto(build_ack(block), source)
    return time.monotonic() - began


# %% id="predict-delay" predict=true lang="en"
predict(
    "ch07/delay",
    "How fast is lock step if each DATA is delayed by 10 ms?",
    tens="less than 100 KiB/s",
    hundreds="100 to 1000 KiB/s",
    thousands="more: the line is fast, only the first block is late",
)

# %% id="predict-delay" predict=true lang="zh" of="bc1e1602"
predict(
    "ch07/delay",
    "每个 DATA 延迟 10 ms，停等协议有多快？",
    tens="不到 100 KiB/s",
    hundreds="100～1000 KiB/s",
    thousands="更快：线路很快，只有第一块晚到",
)

# %% id="demo-delay" demo=true tags=["nbval-ignore-output"] lang="en"
rates = {}
for window in (1, 4, 16):
    rates[f"window of {window}"] = series = {}
    for delay_ms in (2, 5, 10):
        slow = f"delay reply every 1 {delay_ms}ms"
        sending = serving(windowed(bytes(48 * 1024), 512, window))
        with sending as server, UDPRelay(server, slow) as address:
            series[delay_ms] = 48 / seconds_for(address, 512, window)
display(lines(rates, title="48 KiB by TFTP", x="delay in ms", y="KiB/s"))
slowest = rates["window of 1"][10]
fast = "hundreds" if slowest < 1000 else "thousands"
outcome("ch07/delay", "tens" if slowest < 100 else fast)

# %% id="demo-delay" demo=true tags=["nbval-ignore-output"] lang="zh" of="0b16474b"
rates = {}
for window in (1, 4, 16):
    rates[f"窗口 {window} 块"] = series = {}
    for delay_ms in (2, 5, 10):
        slow = f"delay reply every 1 {delay_ms}ms"
        sending = serving(windowed(bytes(48 * 1024), 512, window))
        with sending as server, UDPRelay(server, slow) as address:
            series[delay_ms] = 48 / seconds_for(address, 512, window)
display(lines(rates, title="用 TFTP 传 48 KiB", x="延迟（ms）", y="KiB/s"))
slowest = rates["窗口 1 块"][10]
fast = "hundreds" if slowest < 1000 else "thousands"
outcome("ch07/delay", "tens" if slowest < 100 else fast)

# %% [markdown] id="after-delay" lang="en"
# **Lock step reaches 512 B / 10 ms = 50 KiB/s at most.** With a
# window of *n* blocks the rate is nearly *n* times as high.
#
# The panel fetches 4 KiB for each position of its knobs. Find one that takes less than 15 ms
# although each DATA is 10 ms late.

# %% [markdown] id="after-delay" lang="zh" of="9b48fadb"
# **停等协议最多只有 512 B / 10 ms = 50 KiB/s**。窗口是 *n* 块，速率大约就是原来的 *n* 倍。
#
# 每调节一次控件，面板就取一次 4 KiB 的文件。每个 DATA 晚到 10 ms，怎样调才能在 15 ms 之内取完？

# %% id="demo-crossing" demo=true lang="en"
from netlib.panels import Knobs


def crossing(blksize, window, delay_ms):
    """Fetch 4 KiB; return how long it took, and the ladder."""
    slow = f"delay reply every 1 {delay_ms}ms"
    with serving(windowed(bytes(4096), blksize, window)) as server:
        relay = UDPRelay(server, slow, label=lambda each: label(each, "tftp"))
        with relay as front:
            seconds = seconds_for(front, blksize, window)
    return f"{seconds * 1000:.0f} ms", Ladder(relay.trace, relay.endpoints)


# %% id="demo-crossing" demo=true lang="zh" of="4cfbac5d"
from netlib.panels import Knobs


def crossing(blksize, window, delay_ms):
    """取 4 KiB；返回用时和时序图。"""
    slow = f"delay reply every 1 {delay_ms}ms"
    with serving(windowed(bytes(4096), blksize, window)) as server:
        relay = UDPRelay(server, slow, label=lambda each: label(each, "tftp"))
        with relay as front:
            seconds = seconds_for(front, blksize, window)
    return f"{seconds * 1000:.0f} ms", Ladder(relay.trace, relay.endpoints)


# %% id="demo-knobs" demo=true tags=["nbval-ignore-output"] lang="en"
panel = Knobs(
    crossing,
    labels={
        "blksize": "bytes in a block",
        "window": "blocks for each ACK",
        "delay_ms": "delay of each DATA in ms",
    },
    blksize=(512, 1024, 2048, 4096),
    window=(1, 2, 4, 8),
    delay_ms=(10, 5, 1, 0),
)
panel

# %% id="demo-knobs" demo=true tags=["nbval-ignore-output"] lang="zh" of="30e69803"
panel = Knobs(
    crossing,
    labels={
        "blksize": "每块字节数",
        "window": "每个 ACK 对应的块数",
        "delay_ms": "每个 DATA 延迟多少 ms",
    },
    blksize=(512, 1024, 2048, 4096),
    window=(1, 2, 4, 8),
    delay_ms=(10, 5, 1, 0),
)
panel

# %% id="demo-knobs-text" demo=true tags=["nbval-ignore-output"]
print(panel.turn(window=4))
print(panel.turn(blksize=1024, window=8))
panel.close()

# %% [markdown] id="practice" lang="en"
# ## Where will you meet this?
#
# PXE boot needs a TFTP server: DHCP names it, and starting machines fetch their loader from it.
# Network engineers keep the configurations of routers and switches on one. TFTP has no passwords and
# no encryption: keep the server in a closed network.
#
# **Left out:** the negotiation of options and windows, and a loss inside a window (RFC 2347–2349,
# 7440); mode mail; netascii in `serve`; limits against floods of requests; timeouts that adapt; IPv6.

# %% [markdown] id="practice" lang="zh" of="62540f13"
# ## 实际应用
#
# PXE 网络启动离不开 TFTP 服务器：DHCP 告诉开机的机器去哪里找它，机器从它那里取引导程序。网络工程师用它存放路由器、交换机的配置。TFTP 没有口令，也不加密：服务器只放在封闭的网络里。
#
# **本章没有讲**：选项和窗口的协商，窗口里的丢包（RFC 2347～2349、7440）；mail 模式；`serve` 里的 netascii；限制请求洪泛；自动调整的超时；IPv6。

# %% [markdown] id="old-notes" lang="en"
# ## Old notes, checked
#
# | They say or do | In fact |
# |---|---|
# | text recognises `\r\n`, binary does not recognise `\n` ([WEB-16](../catalogue.ipynb#cell-id=WEB-16)) | text mode *changes* line ends; files travel as bytes |
# | the downloader deletes its file after an ERROR only ([TFT-17](../catalogue.ipynb#cell-id=TFT-17)) | after an exception or Ctrl+C, half a file stays |
# | threads are neither daemon nor joined ([CON-04](../catalogue.ipynb#cell-id=CON-04)) | after Ctrl+C the program waits for every idle client |

# %% [markdown] id="old-notes" lang="zh" of="ab5c31ac"
# ## 核对旧笔记
#
# | 旧说法、旧做法 | 事实 |
# |---|---|
# | 文本识别 `\r\n`，二进制不识别 `\n`（[WEB-16](../catalogue.ipynb#cell-id=WEB-16)） | 文本模式会**改动**换行符；文件要按字节传输 |
# | 下载器只有收到 ERROR 才删除文件（[TFT-17](../catalogue.ipynb#cell-id=TFT-17)） | 出现异常或按 Ctrl+C，就留下半个文件 |
# | 线程既不是 daemon，也不 join（[CON-04](../catalogue.ipynb#cell-id=CON-04)） | 按了 Ctrl+C，程序还要等每个闲着的客户端 |

# %% [markdown] id="say-now" lang="en"
# ## What can you say now?
#
# - Port 69 receives requests only; each transfer has a new port, its TID.
# - A name from the network is a path: resolve it, then compare whole names.
# - Whoever sends DATA keeps it until its ACK comes; only a timeout sends it again.
# - A new file is written elsewhere and renamed when complete.
# - Lock step moves one block in a round trip; larger blocks and windows do better.
#
# **Ask yourself:**
#
# 1. A socket for each transfer: why is no table of clients needed?
# 2. ACK 7 arrives again. What does a correct sender do?
# 3. The last DATA of 2,048 bytes: which number, which size?
# 4. Chapter 06: the last ACK is lost. Who repeats what?
# 5. Chapter 04: `recvfrom(516)` reads a datagram of 600 bytes. Where are 84 of them?
#
# <details><summary>Answers</summary>
#
# 1. The kernel gives each packet to the socket of its port.
# 2. Nothing. Only a timeout makes it send again.
# 3. Number 5, 0 bytes: four full blocks end nothing.
# 4. The sender repeats its last DATA; a receiver that still listens repeats its last ACK.
# 5. Gone: a datagram is read whole or cut.
#
# </details>

# %% [markdown] id="say-now" lang="zh" of="0adc1ec7"
# ## 小结
#
# - 端口 69 只收请求；每次传输用一个新端口，就是它的 TID。
# - 来自网络的名字是路径：先解析，再比较完整的目录名。
# - 发 DATA 的一方保留它，直到 ACK 到来；只有超时才重传。
# - 新文件先写在旁边，完整之后再改名。
# - 停等协议每个往返只传一块；更大的块和窗口可以传得更多。
#
# **考考自己**：
#
# 1. 每次传输各用一个套接字的服务器，为什么不需要记录各个客户端的表？
# 2. ACK 7 又来了一次。正确的发送方该怎么做？
# 3. 文件有 2,048 字节，最后一个 DATA 的块号是几？有多少字节？
# 4. 第 6 章：最后一个 ACK 丢了。谁重发什么？
# 5. 第 4 章：用 `recvfrom(516)` 读一个 600 字节的数据报，另外 84 字节在哪里？
#
# <details><summary>答案</summary>
#
# 1. 内核按端口把数据包交给对应的套接字，也就交给了对应的状态机。
# 2. 什么也不做。只有超时才重传。
# 3. 块号是 5，有 0 字节：四个整块并不表示文件结束。
# 4. 发送方重传最后一个 DATA；接收方如果还在收，就补发最后的 ACK。
# 5. 没有了：数据报要么读完整，要么被截断。
#
# </details>

# %% [markdown] id="glossary" lang="en"
# ## Glossary
#
# | Term | 中文 | Source |
# |---|---|---|
# | read request, write request (RRQ, WRQ) | 读请求，写请求 | RFC 1350 §5 |
# | transfer identifier (TID) | 传输标识 | RFC 1350 §4 |
# | lock step | 停止等待（停等） | RFC 1350 §2 |
# | block, block number | 数据块，块号 | RFC 1350 §5 |
# | Sorcerer's Apprentice syndrome | 魔法师学徒综合征 | RFC 1123 §4.2.3.1 |
# | to dally | 结束后多等一会儿 | RFC 1350 §6 |
# | netascii | netascii | RFC 764, RFC 1350 §1 |
# | path traversal | 目录穿越 | CWE-22 |
# | option, OACK | 选项，选项确认 | RFC 2347 |
# | window | 窗口 | RFC 7440 |

# %% [markdown] id="glossary" lang="zh" of="262806bd"
# ## 术语表
#
# | 英文 | 中文 | 出处 |
# |---|---|---|
# | read request, write request (RRQ, WRQ) | 读请求，写请求 | RFC 1350 第 5 节 |
# | transfer identifier (TID) | 传输标识 | RFC 1350 第 4 节 |
# | lock step | 停止等待（停等） | RFC 1350 第 2 节 |
# | block, block number | 数据块，块号 | RFC 1350 第 5 节 |
# | Sorcerer's Apprentice syndrome | 魔法师学徒综合征 | RFC 1123 第 4.2.3.1 节 |
# | to dally | 结束后多等一会儿 | RFC 1350 第 6 节 |
# | netascii | netascii | RFC 764，RFC 1350 第 1 节 |
# | path traversal | 目录穿越 | CWE-22 |
# | option, OACK | 选项，选项确认 | RFC 2347 |
# | window | 窗口 | RFC 7440 |

# %% [markdown] id="foreseen" lang="en"
# ## What did you predict?

# %% [markdown] id="foreseen" lang="zh" of="f55ec522"
# ## 你猜对了多少？

# %% id="demo-predictions" demo=true
predictions("ch07")
