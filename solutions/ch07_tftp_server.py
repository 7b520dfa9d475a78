# %% [markdown] id="title" lang="en"
# # TFTP: a server for many clients at once
#
# Run the next two cells: a server of a dozen lines knows two files of 600 bytes, and a client
# fetches one, block by block, as in chapter 06. Block 2 is short: the end of the file.

# %% [markdown] id="title" lang="zh" of="47fb8d3b"
# # TFTP：同时服务许多客户端
#
# 运行下面两个单元格：十来行的服务器有两个各 600 字节的文件，客户端取走其中一个，一次一块，就像第 6 章那样。第 2 块不满 512 字节：文件到此结束。

# %% id="demo-one-socket" demo=true
def one_socket_server(sock, stop):
    """Answer a request with block 1 and an ACK with the next block, all from one socket."""
    sock.settimeout(0.1)
    while not stop.is_set():
        try:
            packet, client = sock.recvfrom(516)
        except TimeoutError:
            continue
        done = packet[3] if packet[1] == 4 else 0  # blocks that this client has
        if packet[1] == 1:  # a read request (RRQ): from now on this is the file
            data = FILES[packet[2:].split(b"\0")[0]]
        if done < 2:
            sock.sendto(bytes([0, 3, 0, done + 1]) + data[done * 512 :][:512], client)


# %% id="demo-one-client" demo=true
import socket

from netlib.faults import UDPRelay
from netlib.labels import label
from netlib.ladder import Ladder
from netlib.serving import serving

FILES = {b"tea": b"tea " * 150, b"cake": b"cake" * 150}
with serving(one_socket_server) as server, socket.socket(type=socket.SOCK_DGRAM) as client:
    relay = UDPRelay(server, label=label)  # it harms nothing, it only watches
    with relay as address:
        for packet in (b"\0\1tea\0octet\0", b"\0\4\0\1"):
            client.sendto(packet, address)
            client.recvfrom(516)
Ladder(relay.trace, relay.endpoints)

# %% [markdown] id="after-one-client" lang="en"
# One client is served well. In this chapter come a second client, names like `../secret`, lost and
# doubled packets, and uploads; at the end `tftp`, `curl` and `busybox` talk to *your* server.
# ("Old notes" are the classroom notes that this course replaces; codes such as TFT-16 are entries
# of its catalogue of misconceptions.)
#
# The next cells hold what chapter 06 made. A **machine** takes packets and returns replies, a list
# of pairs (packet, address); it has neither socket nor clock. `Receiver` is one, here in three
# pieces. New is its `tid`: a server knows from the start who sends.

# %% [markdown] id="after-one-client" lang="zh" of="e1fc998e"
# 只有一个客户端时，一切正常。本章会来第二个客户端，会来 `../secret` 这样的文件名，会有丢失和重复的包，还会有上传；最后 `tftp`、`curl` 和 `busybox` 都来和**你的**服务器对话。（“旧笔记”指本课程所取代的课堂笔记；TFT-16 这样的代号是课程误区目录的条目。）
#
# 下面几个单元格是第 6 章的成果。**状态机**（machine）收进数据包，返回一列**回复**（reply），即元组 `(packet, address)`；它没有套接字，也没有时钟。`Receiver` 就是一个，这里分成三段。参数 `tid` 是新加的：服务器一开始就知道是谁在发。

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
    """The code and the message of an ERROR packet: TftpError(1, "no such file")."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(code, message)
        self.code, self.message = code, message


def error_packet(code: int, message: str) -> bytes:
    """Return an ERROR packet (RFC 1350, section 5)."""
    return struct.pack("!HH", ERROR, code) + message.encode() + b"\0"


STRANGER = error_packet(5, "unknown transfer ID")


# %% id="setup-packets" setup=true
def build_ack(block: int) -> bytes:
    """Return the packet that acknowledges block."""
    return struct.pack("!HH", ACK, block)


def parse(packet: bytes) -> tuple:
    """Return ("DATA", block, payload), ("ACK", block), ("ERROR", code, text), ("OACK", options)."""
    opcode, number = struct.unpack("!HH", packet[:4]) if len(packet) >= 4 else (0, 0)
    if opcode == DATA:
        return "DATA", number, packet[4:]
    if opcode == ERROR:
        return "ERROR", number, packet[4:].split(b"\0")[0].decode(errors="replace")
    if opcode in (ACK, OACK):
        return ("ACK", number) if opcode == ACK else ("OACK", packet[2:])
    raise ValueError("expected 4 bytes or more with an opcode from 3 to 6")


# %% id="setup-reception" setup=true
class Reception:
    """What a Receiver knows, and what it says when it is not asked."""

    def __init__(self, request: bytes, server: Address, expected: int = 1, tid=None) -> None:
        self.request, self.server, self.expected, self.tid = request, server, expected, tid
        self.payloads, self.last = [], None
        self.done, self.error, self.progress = False, None, 0

    data = property(lambda self: b"".join(self.payloads))

    def start(self) -> list:
        return [(self.request, self.server)]

    def on_timeout(self) -> list:
        again = self.start() if self.last is None else [(build_ack(self.last), self.tid)]
        return [] if self.done or self.error else again


# %% id="setup-take" setup=true
def take(machine: Reception, address: Address, block: int, payload: bytes) -> list:
    """Store the payload of a block that is due; acknowledge it, and the last one again."""
    if block == machine.expected and not machine.done:
        machine.tid, machine.last = address, block
        machine.payloads.append(payload)
        machine.progress += 1
        machine.expected = (block + 1) % 65536
        machine.done = len(payload) < 512
    return [(build_ack(block), address)] if block == machine.last else []


# %% id="setup-receiver" setup=true
class Receiver(Reception):
    """The receiving side of one transfer, without sockets or clocks (chapter 06)."""

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
# `drive` runs a machine over a socket; `listen` is its ear and its clock. When the machine has
# moved, `on_progress` is called, and then the answer leaves.

# %% [markdown] id="setup-clock" lang="zh" of="36826d64"
# `drive` 让状态机在套接字上跑起来；`listen` 是它的耳朵和时钟。状态机有了进展，先调用 `on_progress`，再发出回复。


# %% id="setup-send" setup=true
def bound() -> socket.socket:
    """Return a UDP socket on 127.0.0.1, on a free port that the kernel chose."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.bind(("127.0.0.1", 0))
    return sock


def send(sock: socket.socket, replies: list) -> None:
    """Send every (packet, address) of replies."""
    for packet, address in replies:
        sock.sendto(packet, address)


# %% id="setup-listen" setup=true
def listen(sock, machine, seconds: float, on_progress=None) -> bool:
    """Feed machine until it moves or fails (True), or until seconds are over (False)."""
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
def drive(sock, machine, timeout: float, tries: int, on_progress=None) -> None:
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
# ## One socket for two clients mixes their files
#
# Two clients, made of `Receiver`, now fetch tea and cake side by side from the server above.

# %% [markdown] id="mixed" lang="zh" of="fab1aa9d"
# ## 两个客户端共用一个套接字，文件就混了
#
# 现在用 `Receiver` 做两个客户端，同时向上面的服务器取文件，一个取茶（tea），一个取蛋糕（cake）。


# %% id="demo-together" demo=true
def fetch_together(server, names):
    """Fetch the named files side by side, a packet each in turn; return what arrived."""
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


# %% [markdown] id="mixed-question" lang="en"
# What will the beginning and the end of either file be? Write your prediction first, in any words
# or values: predictions are not graded.

# %% [markdown] id="mixed-question" lang="zh" of="b2ac8b39"
# 两个文件的开头和结尾各是什么？先写下你的预测：文字、数值都行，不计分。

# %% id="predict-mixed" predict=true
my_prediction = ...

# %% id="demo-mixed" demo=true
with serving(one_socket_server) as server:
    relay = UDPRelay(server, label=label)
    with relay as address:
        for data in fetch_together(address, FILES):
            print(len(data), "bytes:", data[:4], "...", data[-4:])

# %% id="demo-mixed-ladder" demo=true tags=["nbval-ignore-output"]
Ladder(relay.trace, relay.endpoints)

# %% [markdown] id="after-mixed" lang="en"
# The first client's tea ends in cake, and nobody noticed: its file has 600 bytes, as it should. An
# ACK names a block, not a file, and on one socket the ACKs of all transfers arrive together
# (TFT-21). So RFC 1350 §4 sends only *requests* to port 69. Each transfer gets a socket of its own
# on a new port, its **TID** (transfer identifier), and the kernel sorts the packets by port.

# %% [markdown] id="after-mixed" lang="zh" of="67f1e2d0"
# 第一个客户端的茶，喝到最后成了蛋糕，而且谁也没发觉：文件正好 600 字节。ACK 里只有块号，没有文件名；所有传输的 ACK 都到同一个套接字，就分不开了（TFT-21）。所以 RFC 1350 第 4 节规定：只有**请求**发往端口 69；每次传输各用一个套接字、一个新端口，这就是它的**传输标识**（TID），由内核按端口分拣数据包。

# %% [markdown] id="wrq" lang="en"
# ## An upload begins with a request, too
#
# A **WRQ** (write request) is an RRQ with opcode 2. We send one to a server that we did not write
# (`in.tftpd`, or else `tftpy`). From which port will it answer, and with which block number?

# %% [markdown] id="wrq" lang="zh" of="0b842836"
# ## 上传也从请求开始
#
# **WRQ**（写请求）和 RRQ 一样，只是操作码为 2。我们向一个别人写的服务器（`in.tftpd`，没有则用 `tftpy`）发一个 WRQ。响应会从哪个端口来？块号是几？

# %% id="predict-wrq" predict=true
my_prediction = ...

# %% id="demo-wrq" demo=true
from netlib.programs import tftp_server

with tftp_server({}) as server, bound() as client:
    client.settimeout(5)
    client.sendto(b"\0\2note.txt\0octet\0", server)
    packet, source = client.recvfrom(516)
    print(parse(packet), "from the port that we asked:", source == server)
    client.sendto(struct.pack("!HH", DATA, 1) + b"hello", source)
    print(parse(client.recvfrom(516)[0]))

# %% [markdown] id="after-wrq" lang="en"
# ACK 0 means "go on", and its source port is the TID. Then the roles are swapped: we send DATA 1,
# the server acknowledges. Whoever sends DATA must keep each block until its ACK is there, the last
# one too: sent is not arrived.

# %% [markdown] id="after-wrq" lang="zh" of="13982347"
# ACK 0 的意思是“可以发了”，它的来源端口就是 TID。从这时起角色对调：我们发 DATA 1，服务器确认。发 DATA 的一方要把每一块留到它的 ACK 到了为止，最后一块也一样：发出去不等于收到了。

# %% [markdown] id="paths" lang="en"
# ## The client chooses the name, and a name is a path
#
# A server opens `root + "/" + name`. Which of these four names read outside `root`? And which of
# two checks would stop them: "no `..` in the name", or "the resolved path starts with `root`"?

# %% [markdown] id="paths" lang="zh" of="4720d9aa"
# ## 文件名由客户端来定，而文件名就是路径
#
# 服务器打开的是 `root + "/" + name`。下面四个名字，哪些会读到 `root` 之外？两种检查，“名字里不许有 `..`”和“解析后的路径以 `root` 开头”，哪一种拦得住？

# %% id="predict-paths" predict=true
my_prediction = ...

# %% id="demo-paths" demo=true
with tempfile.TemporaryDirectory() as place:
    root, other = os.path.realpath(f"{place}/pub"), f"{place}/pub-old"
    for folder in (f"{root}/a", other):
        os.makedirs(folder)
    Path(root, "list").write_text("tea")
    Path(other, "list").write_text("SECRET")
    os.symlink(f"{other}/list", f"{root}/link")
    print("name             reads   no ..  starts with root")
    for name in ("list", "a/../list", "../pub-old/list", "link"):
        path = f"{root}/{name}"
        starts = os.path.realpath(path).startswith(root)
        print(f"{name:16} {Path(path).read_text():7} {'..' not in name!s:6} {starts}")

# %% [markdown] id="after-paths" lang="en"
# The last two read the secret (CWE-22). "No `..`" lets the link pass and refuses a harmless name;
# "starts with" lets both pass, since `pub-old` starts with `pub` (STR-40). So resolve both paths,
# links included, and compare whole names of folders. The file servers in old notes check nothing:
# `../../../etc/hostname` was served (STR-21).

# %% [markdown] id="after-paths" lang="zh" of="1ce56965"
# 后两个读到了不该读的内容（CWE-22）。“不许有 `..`”放过了链接，却拒绝了一个无害的名字；“以 root 开头”两个都放过：`pub-old` 正是以 `pub` 开头的（STR-40）。所以两边都要解析（包括符号链接），再按完整的目录名比较。旧笔记里的文件服务器什么也不检查，`../../../etc/hostname` 照给不误（STR-21）。

# %% [markdown] id="sorcerer" lang="en"
# ## The Sorcerer's Apprentice: one late ACK doubles the rest of the file
#
# A sender that answers every ACK *n* with DATA *n* + 1 looks right. Machines can show what is
# wrong with it in microseconds: `packets_per_block` lets one talk to a `Receiver`. Once, an ACK
# arrives twice, as happens when it was late and the sender had repeated its block meanwhile.

# %% [markdown] id="sorcerer" lang="zh" of="11ccb0bf"
# ## 魔法师的学徒：一个迟到的 ACK，让后面的数据全部加倍
#
# 收到 ACK *n* 就发 DATA *n* + 1，看起来没错。问题出在哪里，用状态机几微秒就能演示：`packets_per_block` 让一个发送方和 `Receiver` 对话。中间有一个 ACK 到了两次：ACK 迟到，发送方已经重传了那一块，就会这样。


# %% id="demo-apprentice" demo=true
class Apprentice:
    """Sends eight blocks and an empty one: after each ACK the next."""

    def start(self):
        return [(struct.pack("!HH", DATA, 1) + bytes(512), ("192.0.2.2", 2))]

    def feed(self, packet, address):
        block = parse(packet)[1] + 1
        payload = bytes(512) if block < 9 else b""
        return [(struct.pack("!HH", DATA, block) + payload, address)] if block < 10 else []


# %% id="demo-count" demo=true
from collections import Counter


def packets_per_block(sender):
    """Run sender against a Receiver; ACK 2 arrives twice. Count the DATA of each block."""
    here, there = ("192.0.2.1", 1), ("192.0.2.2", 2)
    receiver, counts, replies = Receiver(b"", here), Counter(), sender.start()
    while replies:
        acks = []
        for packet, _ in replies:
            counts[parse(packet)[1]] += 1
            acks += receiver.feed(packet, here)
        arrived = [ack for ack, _ in acks for _ in range(2 if ack == build_ack(2) else 1)]
        replies = [reply for ack in arrived for reply in sender.feed(ack, there)]
    return dict(counts)


# %% [markdown] id="sorcerer-question" lang="en"
# ACK 2 arrives twice, and nothing else goes wrong. How many DATA packets carry block 2, block 3,
# block 9?

# %% [markdown] id="sorcerer-question" lang="zh" of="7ca55ab3"
# ACK 2 到了两次，此外一切正常。第 2、第 3、第 9 块，各发了几个 DATA？

# %% id="predict-sorcerer" predict=true
my_prediction = ...

# %% id="demo-sorcerer" demo=true
from netlib.plots import lines

counted = packets_per_block(Apprentice())
lines({"an answer to every ACK": counted}, title="ACK 2 arrives twice", x="block", y="DATA packets")

# %% [markdown] id="after-sorcerer" lang="en"
# 1, 2, 2, and so on to the end of the file: two copies of DATA bring two ACKs, which bring two DATA
# (TFT-16). The file still arrives, with twice the traffic, and the first RFC (783) allowed it.
# RFC 1123 §4.2.3.1 forbids it: an ACK that has been answered is not answered again. Only silence
# makes a sender repeat itself.

# %% [markdown] id="after-sorcerer" lang="zh" of="01a81f8e"
# 1、2、2，一直到文件结束：两份 DATA 引来两个 ACK，两个 ACK 又引来两份 DATA（TFT-16）。文件照样能到，只是流量加倍；最早的 RFC 783 是允许的。RFC 1123 第 4.2.3.1 节禁止这样做：已经答复过的 ACK 不再答复，只有沉默（超时）才会让发送方重传。

# %% [markdown] id="judged" lang="en"
# ## How your answers are judged
#
# The cell below each exercise runs `check`: it says what is right and draws what went wrong.
# Nothing is graded that the exercise does not state, and *not required* is never tested.
#
# - `Address` is the tuple (host, port), the host a dotted IPv4 literal. Data and packets are
#   `bytes`, times seconds (`float`, > 0), sizes bytes.
# - A function that is *given* a socket leaves it open and may change its timeout; one that *makes*
#   a socket closes it, also when it fails.
# - "Raises X" means X or a subclass; the text is free. Any other exception, or a wrong type
#   (`bytearray` for `bytes`, `Path` for `str`), is a failure. A `NamedTuple` is a tuple.
# - Exercises build on each other: you may use your earlier functions, or not. If one of them is
#   wrong, practice sends you there first, and grading also tries the later one on a right earlier
#   one: no mistake costs twice.
# - Printing is free; standard library only. When judged, only the setup cells, your solutions and
#   what you add yourself are there. What counts is what your code returns and what the wire saw.

# %% [markdown] id="judged" lang="zh" of="8086ed75"
# ## 评分规则
#
# 每道题下面的单元格运行 `check`：它说明哪些对了，画出哪里错了。题目没写的，一律不考查；列在“**不要求**”里的从不测试。
#
# - `Address` 是元组（主机，端口），主机总是点分十进制的 IPv4 地址。数据和数据包是 `bytes`，时间以秒计（`float`，大于 0），大小以字节计。
# - **传给**函数的套接字要保持打开，可以改它的超时；函数**自己创建**的套接字由它自己关闭，出错时也一样。
# - “抛出 X”指 X 或它的子类，异常信息不限。抛出别的异常，或类型不对（该是 `bytes` 却给 `bytearray`，该是 `str` 却给 `Path`），都算错。`NamedTuple` 算元组。
# - 后面的题以前面的为基础：可以用自己前面写的函数，不用也行。前面那题错了，练习时会请你先去改它；评分时则会换上正确的前一题再试一次：一个错误不会扣两次分。
# - 可以随意打印；只能用标准库。评分时只有准备单元格、你的答案和你自己加的内容；只看代码返回什么、网络上实际收发了什么。

# %% id="import-check" demo=true lang="en"
from autograder import check, replay

# %% id="import-check" demo=true lang="zh" of="fc3524f1"
from autograder.zh import check, replay

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
# - *Not required:* names with `..` that stay inside, absolute names that lie inside, `""` and
#   `"."`, backslashes, percent codes, folders that change meanwhile.

# %% [markdown] id="ex-safe-path" lang="zh" of="fa4679cd"
# ## 习题 1 · 出不去的路径（3 分）
#
# `safe_path(root, name)` 返回文件 `name`（`str`）在目录 `root`（`str`）里的完整路径（`str`），符号链接都已解析。
#
# - 如果这个路径不在 `root` 里（不管是因为 `..`、绝对路径还是符号链接），或者 `name` 里有 NUL，就抛出 `TftpError(2, …)`（“access violation”，RFC 1350 第 5 节）。`TftpError` 在准备单元格里；异常信息不限。
# - 不打开任何文件；文件可以不存在。`root` 本身可以经由符号链接到达。
# - **不要求**：含 `..` 但仍在里面的名字、指向里面的绝对路径、`""` 和 `"."`、反斜杠、百分号编码、期间发生变化的目录。


# %% id="safe-path" solution="ch07/safe_path"
def safe_path(root: str, name: str) -> str:
    """Return the full path of name inside folder root; TftpError(2, …) if it leads outside."""
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

# %% [markdown] id="ex-blocks" lang="en"
# ## Exercise 2 · Numbered blocks (2 points)
#
# `blocks(data, first=1)` gives `(number, payload)` for each DATA packet that `data` (`bytes`)
# takes, in order (RFC 1350 §6).
#
# - Each payload (`bytes`) has 512 bytes; the last is shorter, perhaps empty: there is always one
#   of fewer than 512.
# - Numbers go `first`, `first` + 1, … and from 65535 to 0. A list or a generator: both are right.

# %% [markdown] id="ex-blocks" lang="zh" of="640814e3"
# ## 习题 2 · 带编号的数据块（2 分）
#
# `blocks(data, first=1)` 依次给出传送 `data`（`bytes`）所需的每个 DATA 包的 `(number, payload)`（RFC 1350 第 6 节）。
#
# - 每块的载荷（`bytes`）为 512 字节；最后一块较短，可以为空：总有一块不满 512 字节，而且只有一块。
# - 块号依次为 `first`、`first` + 1……65535 之后是 0。返回列表或生成器都行。


# %% id="blocks" solution="ch07/blocks"
def blocks(data: bytes, first: int = 1) -> Iterator[tuple[int, bytes]]:
    """Give (number, payload) for each DATA packet: 512 bytes each, the last one shorter."""
    ### BEGIN SOLUTION
    for start in range(0, len(data) + 1, 512):
        yield (first + start // 512) % 65536, data[start : start + 512]
    ### END SOLUTION


# %% id="check-blocks" check="ch07/blocks"
check("ch07/blocks")

# %% [markdown] id="ex-sender" lang="en"
# ## Exercise 3 · The sending machine (4 points)
#
# `Sender(data, peer, request=None, first=1)` is the sending side of one transfer (RFC 1350,
# RFC 1123 §4.2.3.1), without sockets or clocks. `data` is the file, `peer` the address of the
# receiver, `first` the number of the first block (checks start near 65535).
#
# - With `request` (a WRQ) the transfer begins with that packet and waits for ACK 0, whose address
#   becomes the TID; block `first` follows. Without it, the TID is `peer` from the start, and the
#   transfer begins with block `first`.
# - Attributes: `done` (`bool`), `error` (`None` or the tuple `(code, message)`), `progress` (`int`,
#   ACKs that moved it), `tid` (`None` or an `Address`).
# - `start()` returns `[(first packet, peer)]`. `on_timeout()` returns the packet that is not yet
#   acknowledged, again, to where it went before; `[]` once done or in error.
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

# %% [markdown] id="ex-sender" lang="zh" of="0015c93b"
# ## 习题 3 · 发送方状态机（4 分）
#
# `Sender(data, peer, request=None, first=1)` 是一次传输的发送方（RFC 1350，RFC 1123 第 4.2.3.1 节），没有套接字，也没有时钟。`data` 是文件内容，`peer` 是接收方的地址，`first` 是第一块的块号（检查会从 65535 附近开始）。
#
# - 有 `request`（一个 WRQ）时，传输从这个包开始，然后等 ACK 0；ACK 0 的来源地址成为 TID，接着发第 `first` 块。没有 `request` 时，TID 一开始就是 `peer`，传输从第 `first` 块开始。
# - 属性：`done`（`bool`）、`error`（`None` 或元组 `(code, message)`）、`progress`（`int`，使传输前进了的 ACK 数）、`tid`（`None` 或 `Address`）。
# - `start()` 返回 `[(第一个包, peer)]`。`on_timeout()` 把尚未确认的那个包再给一次，发往它原来的去处；完成或出错之后返回 `[]`。
# - `feed(packet, address)` 返回对 `address` 发来的数据包的回复。它从不抛出异常：
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
# **接收方**：TID 确定之前，是 `peer` 那台主机的任何端口；确定之后，只有 TID。其余都是**陌生人**。所等的块号：WRQ 之后是 0，此后是最近发出的 DATA 的块号；`done` 之后，什么都不等。
#
# - **不要求**：接收方发来的 DATA 和 OACK；ERROR 之后再来的包；`done` 之后的 ERROR；窗口、选项、netascii。


# %% id="sender" solution="ch07/sender"
class Sender:
    """The sending side of one TFTP transfer (RFC 1350): packets in, replies out."""

    def __init__(self, data: bytes, peer: Address, request: bytes | None = None, first: int = 1):
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
        """Return the packet that is not yet acknowledged, again; [] once done or in error."""
        ### BEGIN SOLUTION
        return [] if self.done or self.error else [(self.packet, self.tid or self.peer)]
        ### END SOLUTION

    def feed(self, packet: bytes, address: Address) -> list:
        """Return the replies, as (packet, address), to a packet that came from address."""
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
            return []  # what was acknowledged before moves nothing: no Apprentice
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
# Your `Sender` takes the Apprentice's place. (`attempt` calls a function in a process of its own
# and ends it after 2 s.)

# %% [markdown] id="cured" lang="zh" of="91449c10"
# 把学徒换成你的 `Sender`。（`attempt` 在另一个进程里调用函数，2 秒后结束它。）

# %% id="demo-cured" demo=true
from netlib.attempt import attempt, built_on

tried = attempt(lambda: packets_per_block(Sender(bytes(8 * 512), ("192.0.2.2", 2))))
both = {"an answer to every ACK": counted}
if tried.outcome == "returned":
    both["your Sender"] = tried.value
else:
    print("Solve exercises 2 and 3 first: your Sender", tried)
lines(both, title="ACK 2 arrives twice", x="block", y="DATA packets")

# %% [markdown] id="after-cured" lang="en"
# One DATA for each block, whatever the network repeats.
#
# ## Exercise 4 · Upload (4 points)
#
# `upload(host, port, path, name, timeout=0.2, tries=5)` sends the file at `path` to the TFTP server
# at `(host, port)` under the name `name` (RFC 1350 §4–6) and returns its size in bytes (`int`).
#
# - The WRQ holds opcode 2, `name` in UTF-8, a NUL, the mode `octet`, a NUL.
# - The file is read, byte for byte, before anything is sent: where it is missing,
#   `FileNotFoundError` leaves the wire silent.
# - Raises `TftpError(code, message)` on the server's ERROR; `TimeoutError` after `tries` sends,
#   `timeout` seconds each, without progress.
# - It returns when the last block is acknowledged. The socket is made and closed here.
# - *Not required:* files above 32 MiB, options, a NUL in `name`.
#
# It takes about nine lines: your `Sender` and the given `drive` do the work.

# %% [markdown] id="after-cured" lang="zh" of="287c084d"
# 不管网络重复了什么，每块只发一个 DATA。
#
# ## 习题 4 · 上传（4 分）
#
# `upload(host, port, path, name, timeout=0.2, tries=5)` 把 `path` 处的文件以 `name` 为名发给 `(host, port)` 上的 TFTP 服务器（RFC 1350 第 4～6 节），返回文件的字节数（`int`）。
#
# - WRQ 依次为：操作码 2、UTF-8 编码的 `name`、NUL、模式 `octet`、NUL。
# - 先把文件按字节原样读进来，再发第一个包：文件不存在就抛出 `FileNotFoundError`，网络上什么也没有。
# - 服务器发来 ERROR 时抛出 `TftpError(code, message)`；发送 `tries` 次、每次等 `timeout` 秒都没有进展，则抛出 `TimeoutError`。
# - 最后一块得到确认之后才返回。套接字由本函数创建并关闭。
# - **不要求**：超过 32 MiB 的文件；选项；`name` 里的 NUL。
#
# 大约九行：活由你的 `Sender` 和现成的 `drive` 来干。


# %% id="upload" solution="ch07/upload"
def upload(host: str, port: int, path: str, name: str, timeout: float = 0.2, tries: int = 5) -> int:
    """Send the file at path to the TFTP server as name, mode octet; return its size in bytes."""
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
# ## Your upload at a server that we did not write
#
# The network between them doubles ACK 0 and loses the first DATA 2. How often will your `upload`
# send each packet?

# %% [markdown] id="upload-peer" lang="zh" of="4db5bd6a"
# ## 你的上传遇到别人写的服务器
#
# 两者之间的网络把 ACK 0 变成两份，又丢掉第一个 DATA 2。你的 `upload` 每个包各发几次？

# %% id="predict-upload" predict=true
my_prediction = ...

# %% id="demo-upload" demo=true
photo = bytes(range(256)) * 5
with tempfile.NamedTemporaryFile() as file:
    Path(file.name).write_bytes(photo)
    theirs = tftp_server({})
    with theirs as server:
        relay = UDPRelay(server, "duplicate reply 1; lose 3", label=label)
        with relay as address:
            tried = attempt(upload, *address, file.name, "photo", timeout=0.5, seconds=5)
        if tried.outcome == "returned":
            print("stored:", photo in [f.read_bytes() for f in Path(theirs.folder).iterdir()])
        else:
            print("Solve exercises 2, 3 and 4 first: your upload", tried)
print(Counter(event.label for event in relay.trace if event.sender == "client"))

# %% id="demo-upload-ladder" demo=true tags=["nbval-ignore-output"]
Ladder(relay.trace, relay.endpoints)

# %% [markdown] id="after-upload" lang="en"
# Each packet once, DATA 2 twice, after 0.5 s of silence. The second ACK 0 moved nothing; nor did
# what the server repeated meanwhile (see the ladder).

# %% [markdown] id="after-upload" lang="zh" of="f596d35c"
# 每个包发一次，只有 DATA 2 发了两次，中间隔着 0.5 秒的沉默。第二个 ACK 0 什么也没有引起；服务器在此期间重传的包也一样（见时序图）。

# %% [markdown] id="ex-serve" lang="en"
# ## Exercise 5 · A server for many clients at once (5 points)
#
# `serve(sock69, root, stop)` serves the files in the folder `root` (`str`) by TFTP until `stop` (a
# `threading.Event`) is set. It returns the number of transfers begun, that is of requests not
# refused (`int`), within 0.5 s of `stop.set()`: look at `stop` every 0.1–0.2 s. Transfers that
# still run then may be abandoned.
#
# - `sock69` is bound (any port) and gets requests only. Every transfer has a socket of its own, on
#   a new port of the same host (the one in `sock69.getsockname()`), runs beside the others,
#   resends after `TIMEOUT_S`, and gives up after `TRIES` sends.
# - RRQ sends the file. WRQ makes a new file, which appears under its name only when it is
#   complete. If its last block comes again within `TIMEOUT_S`, so does its ACK.
# - Mode octet, in any case of letters. Strings after the mode (options) are ignored.
# - Refusals are an ERROR, sent from the transfer's socket: 1 no such file, or a folder; 2 outside
#   `root`; 4 another mode; 6 WRQ of a name that exists. (5 is what your machines tell strangers.)
# - A packet that is no request gets ERROR 4 or nothing. Nothing that a client sends ends the
#   server.
# - *Not required:* netascii, ERROR 3, a limit on transfers, making folders, unreadable files, two
#   uploads of one name at once, recognising a repeated RRQ (a second transfer is fine).
#
# As one function this is 60 lines to drown in. The cell offers a split into four; the first three
# are yours to change or delete:
#
#     split_request(packet) -> (opcode, name, mode)             bytes to values, or ValueError
#     machine_for(opcode, name, mode, root, client) -> (machine, path)        or TftpError
#     transfer(sock, machine, path) -> None          in a thread: drive, store, close sock
#     serve(sock69, root, stop) -> int              receive, split, refuse or start a thread
#
# - Write them in this order, and try each in a cell of your own.
# - `curl` and `busybox` send options, so split at the NULs and take the first two strings
#   (TFT-20). `os.fsdecode` makes any bytes a name.
# - A WRQ's machine is `Receiver(build_ack(0), client, tid=client)`: its first packet is ACK 0.
# - Threads with `daemon=True` hold nobody up at `stop`.
# - Write to a temporary file, then `os.rename` it: that takes one instant. Do so in `on_progress`,
#   once the machine is done, and the file is safe before its last ACK leaves. If that ACK is lost,
#   a last `listen` for `TIMEOUT_S` repeats it (*dallying*, RFC 1350 §6).

# %% [markdown] id="ex-serve" lang="zh" of="d1206ae7"
# ## 习题 5 · 同时服务许多客户端的服务器（5 分）
#
# `serve(sock69, root, stop)` 用 TFTP 提供目录 `root`（`str`）里的文件，直到 `stop`（`threading.Event`）被设置。它在 `stop.set()` 之后 0.5 秒之内返回已开始的传输数，即没有被拒绝的请求数（`int`）：每隔 0.1～0.2 秒看一次 `stop`。此时仍在进行的传输可以放弃。
#
# - `sock69` 已绑定（端口任意），只接收请求。每次传输有自己的套接字，用同一主机（即 `sock69.getsockname()` 里的主机）上的新端口，与其他传输同时进行，`TIMEOUT_S` 秒没有进展就重传，发了 `TRIES` 次便放弃。
# - RRQ：发送文件。WRQ：新建文件，收完整之后才以它的名字出现；最后一块在 `TIMEOUT_S` 之内再来一次，就再发一次它的 ACK。
# - 模式 octet，大小写不限。模式之后的字符串（选项）一律忽略。
# - 拒绝就是从这次传输的套接字发出的 ERROR：1 没有这个文件，或它是目录；2 在 `root` 之外；4 其他模式；6 WRQ 的文件已经存在。（5 由你的状态机发给陌生人。）
# - 不是请求的数据包：回一个 ERROR 4，或者不理会。客户端发什么都不能让服务器停下来。
# - **不要求**：netascii；ERROR 3；限制传输数；新建目录；无权读取的文件；两个客户端同时上传同一个名字；识别重复的 RRQ（再开一次传输也可以）。
#
# 写成一个函数要 60 行，会把人淹没。单元格里给出一种拆法，分成四个函数；前三个可以改，也可以删：
#
#     split_request(packet) -> (opcode, name, mode)             字节变成值，否则 ValueError
#     machine_for(opcode, name, mode, root, client) -> (machine, path)    否则 TftpError
#     transfer(sock, machine, path) -> None          在线程里：drive、存盘、关闭 sock
#     serve(sock69, root, stop) -> int               接收、拆开、拒绝或启动线程
#
# - 按这个顺序写，每写一个就在自己的单元格里试一试。
# - `curl` 和 `busybox` 会发选项，所以按 NUL 切开，取前两段（TFT-20）。`os.fsdecode` 能把任何字节串变成文件名。
# - WRQ 的状态机是 `Receiver(build_ack(0), client, tid=client)`：它的第一个包就是 ACK 0。
# - 设了 `daemon=True` 的线程不会在 `stop` 时拖住别人。
# - 先写临时文件，再用 `os.rename` 改名：改名是一瞬间的事。在 `on_progress` 里、状态机完成时做这件事，最后一个 ACK 发出之前文件就已存好。这个 ACK 可能丢失：最后再 `listen` 一个 `TIMEOUT_S`，就能补发（dally，RFC 1350 第 6 节）。


# %% id="serve" solution="ch07/serve"
def split_request(packet: bytes) -> tuple[int, str, str]:
    """Return opcode, name and mode (in lower case) of an RRQ or WRQ; ValueError if it is none."""
    ### BEGIN SOLUTION
    opcode = int.from_bytes(packet[:2], "big")
    strings = packet[2:].split(b"\0")  # name, mode, options, and what follows the last NUL
    if opcode not in (RRQ, WRQ) or len(strings) < 3:
        raise ValueError("expected opcode 1 or 2, then a name and a mode, each with a NUL")
    return opcode, os.fsdecode(strings[0]), os.fsdecode(strings[1]).lower()
    ### END SOLUTION


def machine_for(opcode: int, name: str, mode: str, root: str, client: Address) -> tuple:
    """Return the machine that does what client asks, and the file's path; else TftpError."""
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
    """Run machine over sock to its end, store at path what it received, close sock."""

    ### BEGIN SOLUTION
    def store(_blocks: int) -> None:
        if machine.done and isinstance(machine, Receiver):
            with tempfile.TemporaryDirectory(dir=os.path.dirname(path)) as beside:
                Path(beside, "part").write_bytes(machine.data)
                os.rename(f"{beside}/part", path)

    with sock, contextlib.suppress(OSError):  # the client has gone, or the disk is full
        drive(sock, machine, TIMEOUT_S, TRIES, store)
        listen(sock, machine, TIMEOUT_S)  # the last ACK may have been lost
    ### END SOLUTION


def serve(sock69: socket.socket, root: str, stop: threading.Event) -> int:
    """Serve the files in root by TFTP until stop is set; return the number of transfers begun."""
    ### BEGIN SOLUTION
    sock69.settimeout(0.1)
    begun = 0
    while not stop.is_set():
        try:
            packet, client = sock69.recvfrom(65507)
            opcode, name, mode = split_request(packet)
            sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        except (OSError, ValueError):  # silence, no descriptor left, or no request
            continue
        sock.bind((sock69.getsockname()[0], 0))
        try:
            machine, path = machine_for(opcode, name, mode, root, client)
        except TftpError as refusal:
            with sock:
                sock.sendto(error_packet(refusal.code, refusal.message), client)
            continue
        threading.Thread(target=transfer, args=(sock, machine, path), daemon=True).start()
        begun += 1
    return begun
    ### END SOLUTION


# %% id="check-serve" check="ch07/serve"
check("ch07/serve")

# %% [markdown] id="three" lang="en"
# ## Three clients at once, at your server
#
# `fetch_together` again, with the files of the beginning and one client more. Will tea end in tea?

# %% [markdown] id="three" lang="zh" of="e7e36ece"
# ## 三个客户端同时来找你的服务器
#
# 再用一次 `fetch_together`，还是开头的那些文件，多一个客户端。茶喝到最后还是茶吗？


# %% id="demo-my-server" demo=true
def my_server(folder):
    """Return serving(...) of your serve; NotImplementedError at once if it is not written."""
    asked_to_stop = threading.Event()
    asked_to_stop.set()
    with bound() as sock:
        serve(sock, folder, asked_to_stop)
    return serving(lambda sock, stop: serve(sock, folder, stop))


# %% id="predict-three" predict=true
my_prediction = ...

# %% id="demo-three" demo=true
with tempfile.TemporaryDirectory() as folder:
    for name, data in FILES.items():
        Path(folder, name.decode()).write_bytes(data)
    relay = None
    with built_on(1, 2, 3, 5):
        server = my_server(folder)
        with server as address:
            relay = UDPRelay(address, label=label)
            with relay as front:
                for data in fetch_together(front, [*FILES, b"tea"]):
                    print(len(data), "bytes:", data[:4], "...", data[-4:])
        print(server.returned, "transfers begun")

# %% id="demo-three-ladder" demo=true tags=["nbval-ignore-output"]
relay and Ladder(relay.trace, relay.endpoints)

# %% [markdown] id="after-three" lang="en"
# All are whole: each transfer has its own port, machine and thread. (In the ladder, the order of
# the rows differs from run to run.)

# %% [markdown] id="after-three" lang="zh" of="a65bc865"
# 都完整：每次传输有自己的端口、状态机和线程。（时序图里各行的先后，每次运行都不一样。）

# %% [markdown] id="netascii" lang="en"
# ## Mode netascii changes the bytes
#
# Some systems end a line with LF, others with CR LF. In RFC 1350's mode **netascii** all text
# crosses in one form (RFC 764): LF becomes CR LF; a CR becomes CR NUL, to be told apart. How many
# bytes does `b"one\ntwo\r"` become?

# %% [markdown] id="netascii" lang="zh" of="52fbb9f3"
# ## 模式 netascii 会改动字节
#
# 有的系统用 LF 换行，有的用 CR LF。RFC 1350 的 **netascii** 模式让所有文本在网络上都是同一种形式（RFC 764）：LF 变成 CR LF；CR 变成 CR NUL，以便区分。`b"one\ntwo\r"` 会变成几个字节？

# %% id="predict-netascii" predict=true
my_prediction = ...

# %% id="demo-netascii" demo=true
from netlib.fields import Field
from netlib.hexview import HexView, compare

wire = b"one\r\ntwo\r\0"
HexView(wire, [Field("LF", 3, 5, "CR LF"), Field("CR", 8, 10, "CR NUL")])

# %% [markdown] id="after-netascii" lang="en"
# Ten, from eight. The receiver must turn them back, and pictures must not go this way by accident:
# the program `tftp` uses netascii unless told `binary`.

# %% [markdown] id="after-netascii" lang="zh" of="3ce6f415"
# 八个字节变成十个，接收方必须变回来。图片千万不要误用这种模式：`tftp` 程序默认就是 netascii，除非要求它用 `binary`。

# %% [markdown] id="ex-netascii" lang="en"
# ## Exercise 6 · netascii, both ways (2 points)
#
# `to_netascii(data)` returns `data` (`bytes`) with every LF as CR LF and every CR as CR NUL
# (RFC 764, RFC 1350 §1). `from_netascii(data)` is the inverse:
# `from_netascii(to_netascii(x)) == x` for every `x`. Both return `bytes`.
#
# - *Not required:* input of `from_netascii` that `to_netascii` cannot make, borders of blocks.

# %% [markdown] id="ex-netascii" lang="zh" of="f37be45b"
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
# And the picture from above, sent in netascii and stored as it comes? Where is the first wrong
# byte?

# %% [markdown] id="netascii-wrong" lang="zh" of="01d88549"
# 如果把上面那张图片按 netascii 发送，对方又原样存下来呢？第一个出错的字节在哪里？

# %% id="predict-spoilt" predict=true
my_prediction = ...

# %% id="demo-netascii-wrong" demo=true
tried = attempt(to_netascii, photo)
right = isinstance(tried.value, bytes)
compare(photo, tried.value) if right else print("Solve exercise 6 first: your to_netascii", tried)

# %% [markdown] id="peers" lang="en"
# ## Real clients at your server
#
# Three programs that we did not write put a file on your server and get it back: `tftp`, told
# `-m binary`; `curl`; `busybox`. The last two send options, which you ignore. The test is the
# hash (SHA-256).

# %% [markdown] id="peers" lang="zh" of="9c1cfd70"
# ## 真实的客户端和你的服务器
#
# 三个别人写的程序把文件放到你的服务器上，再取回来：`tftp`（加 `-m binary`）、`curl`、`busybox`。后两个会发选项，你的服务器不予理会。是否一致，看哈希（SHA-256）。

# %% id="demo-peers" demo=true
import hashlib
import shutil
import subprocess

PUT_AND_GET = {
    "tftp": ("-m binary {0} {1} -c put photo tftp", "-m binary {0} {1} -c get tftp back"),
    "curl": ("-sS -m 5 -T photo tftp://{0}:{1}/curl", "-sS -m 5 -o back tftp://{0}:{1}/curl"),
    "busybox": ("tftp -p -l photo -r box {0} {1}", "tftp -g -l back -r box {0} {1}"),
}


def same(one, other):
    """Tell whether two files have the same SHA-256."""
    digests = [hashlib.sha256(Path(file).read_bytes()).hexdigest() for file in (one, other)]
    return digests[0] == digests[1]


# %% id="demo-put-and-get" demo=true
def put_and_get(program, address, folder):
    """Let program put folder/photo on the server and get it back; tell what came of it."""
    if shutil.which(program) is None:
        return f"{program} is not installed here, so it was not asked."
    Path(folder, "back").unlink(missing_ok=True)
    try:
        for arguments in PUT_AND_GET[program]:
            command = [program, *arguments.format(*address).split()]
            subprocess.run(command, cwd=folder, capture_output=True, timeout=5)
        return f"{program}: the same file: {same(f'{folder}/photo', f'{folder}/back')}"
    except (FileNotFoundError, subprocess.TimeoutExpired) as error:
        return f"{program}: nothing came back: {error}"


# %% [markdown] id="peers-question" lang="en"
# How many transfers will your server have begun, and which files will `root` hold?

# %% [markdown] id="peers-question" lang="zh" of="7d1f4238"
# 你的服务器会开始几次传输？`root` 里会有哪些文件？

# %% id="predict-peers" predict=true
my_prediction = ...

# %% id="demo-peers-run" demo=true tags=["nbval-ignore-output"]
with tempfile.TemporaryDirectory() as root, tempfile.TemporaryDirectory() as here:
    Path(here, "photo").write_bytes(photo * 20)
    with built_on(1, 2, 3, 4, 5):
        server = my_server(root)
        with server as address:
            for program in PUT_AND_GET:
                print(put_and_get(program, address, here))
        print(server.returned, "transfers;", sorted(os.listdir(root)))

# %% [markdown] id="after-peers" lang="en"
# Where all three are installed: six transfers, three files, and no folder or temporary file beside
# them. Your server follows the RFC, so it serves programs whose authors you never met.

# %% [markdown] id="after-peers" lang="zh" of="0e2de88b"
# 如果三个程序都装了：六次传输，三个文件，旁边没有留下目录或临时文件。你的服务器遵守 RFC，所以素不相识的人写的程序也能用它。

# %% [markdown] id="delay" lang="en"
# ## Stretch: more than one block in flight (not graded)
#
# Lock step moves one block in a round trip, however fast the line. Chapter 06 made blocks larger
# (RFC 2348); `windowsize` (RFC 7440) sends several before it waits for an ACK. Here are the two
# sides of a window, without requests or losses: 96 full blocks, then an empty one.

# %% [markdown] id="delay" lang="zh" of="c028f0b7"
# ## 选做：途中不止一块（不计分）
#
# 停等协议每个往返只走一块，线路再快也没用。第 6 章把块加大（RFC 2348）；`windowsize`（RFC 7440）则一连发几块，再等一个 ACK。下面是窗口的两端，没有请求，也不丢包：96 个整块，再加一个空块。


# %% id="demo-window" demo=true
def windowed(window):
    """Return a server that sends 97 blocks, window of them for each ACK."""

    def send_all(sock, stop):
        _, client = sock.recvfrom(516)
        for block in range(1, 98):
            payload = bytes(512 if block < 97 else 0)
            sock.sendto(struct.pack("!HH", DATA, block) + payload, client)
            if block % window == 0 or block == 97:
                sock.recvfrom(516)

    return send_all


# %% id="demo-rate" demo=true
def kib_per_s(server, window):
    """Fetch 97 blocks, acknowledging each whole window and the end; return KiB per second."""
    with bound() as sock:
        sock.settimeout(2)
        started = time.monotonic()
        sock.sendto(b"\0\1big\0octet\0", server)
        for block in range(1, 98):
            _, source = sock.recvfrom(516)
            if block % window == 0 or block == 97:
                sock.sendto(build_ack(block), source)
    return 48 / (time.monotonic() - started)


# %% [markdown] id="delay-question" lang="en"
# A relay delays each DATA by 2, 5 or 10 ms. What rates do you expect at 10 ms, for windows of 1, 4
# and 16 blocks?

# %% [markdown] id="delay-question" lang="zh" of="c3de34e8"
# 中继把每个 DATA 推迟 2、5 或 10 ms。延迟 10 ms、窗口为 1、4、16 块时，你估计速率各是多少？

# %% id="predict-delay" predict=true
my_prediction = ...

# %% id="demo-delay" demo=true tags=["nbval-ignore-output"]
rates = {}
for window in (1, 4, 16):
    rates[f"window of {window}"] = series = {}
    for delay_ms in (2, 5, 10):
        slow = f"delay reply every 1 {delay_ms}ms"
        with serving(windowed(window)) as server, UDPRelay(server, slow) as address:
            series[delay_ms] = kib_per_s(address, window)
lines(rates, title="48 KiB by TFTP", x="delay in ms", y="KiB/s")

# %% [markdown] id="after-delay" lang="en"
# One block: 512 B / 10 ms = 50 KiB/s at most; twice the delay, half the rate. A window multiplies
# it, until something is lost: then the ACK of the last block in order says where to begin again.
# Teach your server that: grant `windowsize` in an OACK (RFC 2347), and make a `Sender` with a
# window. You are then half-way to TCP.

# %% [markdown] id="after-delay" lang="zh" of="b0363ed4"
# 一次一块：最多 512 B / 10 ms = 50 KiB/s；延迟加倍，速率减半。窗口有多大，速率就翻几倍，直到有包丢失：这时 ACK 带着按顺序收到的最后一块的块号，告诉发送方从哪里重新开始。教会你的服务器：用 OACK（RFC 2347）答应 `windowsize`，再写一个带窗口的 `Sender`。这离 TCP 就不远了。

# %% [markdown] id="practice" lang="en"
# ## Where you will meet this
#
# A TFTP server stands behind every PXE boot: DHCP names it, the machines that start fetch their
# loader from it, many at once. Network engineers keep one to save and restore the configurations
# of routers and switches; those are uploads. It knows no passwords and no encryption: keep it in a
# closed network, serve one folder, and let it write only where it must.
#
# **Left out:** options and windows in earnest (RFC 2347–2349, 7440); mode mail; netascii in
# `serve`; limits against floods of requests; growing timeouts (RFC 1123 §4.2.3.2); IPv6.

# %% [markdown] id="practice" lang="zh" of="3423dfa2"
# ## 实际应用
#
# 每次 PXE 网络启动的背后都有一台 TFTP 服务器：DHCP 告诉开机的机器去哪里找它，许多机器同时从它那里取引导程序。网络工程师也备着一台，用来保存和恢复路由器、交换机的配置，保存配置就是上传。它没有口令，也不加密：只放在封闭的网络里，只提供一个目录，没有必要就不许写。
#
# **本章没有讲**：完整的选项和窗口（RFC 2347～2349、7440）；mail 模式；`serve` 里的 netascii；限制潮水般的请求；逐次加长的超时（RFC 1123 第 4.2.3.2 节）；IPv6。

# %% [markdown] id="old-notes" lang="en"
# ## What old notes get wrong
#
# | They say or do | In fact |
# |---|---|
# | a file server opens the name that it is sent (STR-21) | every file of the machine is then public |
# | text mode recognises `\r\n`, binary does not (WEB-16) | text mode *changes* line ends; files travel as bytes |
# | the file is opened when block 1 comes, and stays after a failure (TFT-17) | write beside it, rename at the end |
# | the server finishes one client, then turns to the next (CON-07) | one silent client stops all |
# | threads are neither daemon nor joined (CON-04) | the program cannot end while a client is idle |
# | "TFTP is unstable on the Internet" | loss is made good by resending; distance makes it slow |

# %% [markdown] id="old-notes" lang="zh" of="c5392373"
# ## 旧笔记里的错误
#
# | 旧说法、旧做法 | 事实 |
# |---|---|
# | 文件服务器收到什么名字就打开什么（STR-21） | 等于公开了这台机器的所有文件 |
# | 文本模式认识 `\r\n`，二进制模式不认识（WEB-16） | 文本模式会**改动**换行符；文件要按字节传输 |
# | 第 1 块一到就打开文件，失败后文件留在那里（TFT-17） | 写到临时文件，最后改名 |
# | 服务器服务完一个客户端，再服务下一个（CON-07） | 一个不作声的客户端就能让所有人等着 |
# | 线程既不是 daemon，也不 join（CON-04） | 只要有一个客户端闲着，程序就无法结束 |
# | “TFTP 在互联网上不稳定” | 丢包靠重传弥补；距离只会让它慢 |

# %% [markdown] id="glossary" lang="en"
# ## Glossary
#
# | Term | 中文 | Source |
# |---|---|---|
# | read request, write request (RRQ, WRQ) | 读请求，写请求 | RFC 1350 §5 |
# | transfer identifier (TID) | 传输标识 | RFC 1350 §4 |
# | lock step | 停止等待（停等） | RFC 1350 §2 |
# | block, block number | 数据块，块号 | RFC 1350 §5 |
# | timeout, retransmission | 超时，重传 | RFC 1350 §2 |
# | Sorcerer's Apprentice syndrome | 魔法师学徒综合征 | RFC 1123 §4.2.3.1 |
# | to dally | 结束后再等一会儿 | RFC 1350 §6 |
# | netascii | netascii | RFC 764, RFC 1350 §1 |
# | path traversal | 目录穿越 | CWE-22 |
# | symbolic link | 符号链接 | symlink(7) |
# | concurrent server | 并发服务器 | – |
# | option, OACK | 选项，选项确认 | RFC 2347 |
# | window | 窗口 | RFC 7440 |
# | throughput, round-trip time (RTT) | 吞吐量，往返时延 | RFC 2681 |

# %% [markdown] id="glossary" lang="zh" of="205fddf8"
# ## 术语表
#
# | 英文 | 中文 | 出处 |
# |---|---|---|
# | read request, write request (RRQ, WRQ) | 读请求，写请求 | RFC 1350 第 5 节 |
# | transfer identifier (TID) | 传输标识 | RFC 1350 第 4 节 |
# | lock step | 停止等待（停等） | RFC 1350 第 2 节 |
# | block, block number | 数据块，块号 | RFC 1350 第 5 节 |
# | timeout, retransmission | 超时，重传 | RFC 1350 第 2 节 |
# | Sorcerer's Apprentice syndrome | 魔法师学徒综合征 | RFC 1123 第 4.2.3.1 节 |
# | to dally | 结束后再等一会儿 | RFC 1350 第 6 节 |
# | netascii | netascii | RFC 764，RFC 1350 第 1 节 |
# | path traversal | 目录穿越 | CWE-22 |
# | symbolic link | 符号链接 | symlink(7) |
# | concurrent server | 并发服务器 | – |
# | option, OACK | 选项，选项确认 | RFC 2347 |
# | window | 窗口 | RFC 7440 |
# | throughput, round-trip time (RTT) | 吞吐量，往返时延 | RFC 2681 |
