# %% [markdown] id="title" lang="en"
# # Ports and sockets
#
# **You will be able to** say why a `bind` fails and which program has the address; make, name and
# close TCP, UDP and Unix sockets without leaving one behind; read `/proc/net/tcp` and find the process
# that listens. **You need** chapters 00 and 01. **Time:** about 45 minutes to read and run, and 1½
# hours for seven exercises; a good place for a pause is after exercise 4.
#
# ## Two programs, one number?
#
# A server **binds** its socket to an address and a **port**: a number by which others find it. Run the
# next two cells. A second socket wants the number of the first.

# %% [markdown] id="title" lang="zh" of="dab1b6c5"
# # 端口与套接字
#
# **学完本章，你将能够**：说出 `bind` 为什么失败、地址被哪个程序占用；创建、命名和关闭 TCP、UDP、Unix 套接字，一个也不遗漏；读懂 `/proc/net/tcp`，找出是哪个进程在监听。**需要**：第 0 章和第 1 章。**用时**：阅读和运行约 45 分钟，七道习题约 1 小时 30 分钟；可以在习题 4 之后休息。
#
# ## 两个程序，同一个号码？
#
# 服务器把套接字**绑定**（bind）到一个地址和一个**端口**（port）：别人靠这个号码找到它。运行下面两个单元格：第二个套接字想要第一个的号码。

# %% id="import-check" demo=true lang="en"
from autograder import check, hint, outcome, predict, predictions

# %% id="import-check" demo=true lang="zh" of="25d0a6e9"
from autograder.zh import check, hint, outcome, predict, predictions

# %% id="demo-motive" demo=true lang="en"
import socket

from netlib.ports import quiet_port

port = quiet_port()  # a number that nobody has at this moment
first, second = socket.socket(), socket.socket()  # TCP, if nothing is said
first.bind(("127.0.0.1", port))
first.listen()
try:
    second.bind(("127.0.0.1", port))
except OSError as error:
    print(error)
second.close()

# %% id="demo-motive" demo=true lang="zh" of="b788f223"
import socket

from netlib.ports import quiet_port

port = quiet_port()  # 一个此刻没有人占用的号码
first, second = socket.socket(), socket.socket()  # 不写就是 TCP
first.bind(("127.0.0.1", port))
first.listen()
try:
    second.bind(("127.0.0.1", port))
except OSError as error:
    print(error)
second.close()

# %% [markdown] id="after-motive" lang="en"
# **Address already in use.** The old notes (the classroom notes that this course replaces) know one cure:
# look up the process and end it with `kill -9`. This chapter asks first: what is in use, and who has it?
#
# `first` is a TCP server at 127.0.0.1. We try three more sockets on its number: a UDP socket at
# 127.0.0.1; a TCP server at 127.0.0.2, which is this machine, too; a TCP server at `""`, which stands
# for every address of this machine.

# %% [markdown] id="after-motive" lang="zh" of="f77b665f"
# **地址已被占用**（Address already in use）。旧笔记（本课程所取代的课堂笔记）只有一个办法：查出进程，用 `kill -9` 结束它。本章先问：被占用的究竟是什么？被谁占用？
#
# `first` 是 127.0.0.1 上的 TCP 服务器。我们用它的号码再试三个套接字：127.0.0.1 上的 UDP 套接字；127.0.0.2 上的 TCP 服务器（这也是本机）；`""` 上的 TCP 服务器，`""` 代表本机的每一个地址。

# %% id="predict-three" predict=true lang="en"
predict(
    "ch03/three",
    "first has the number. Which of the three others cannot be bound?",
    all="None of them can: one number, one program",
    tcp="The two TCP servers",
    every="Only the one at the empty string",
    none="All three can be bound",
)

# %% id="predict-three" predict=true lang="zh" of="c326835c"
predict(
    "ch03/three",
    "这个号码已被 first 占用。另外三个当中，哪些绑定不了？",
    all="都绑定不了：一个号码，一个程序",
    tcp="两个 TCP 服务器",
    every="只有空字符串上的那个",
    none="三个都能绑定",
)

# %% id="demo-three" demo=true lang="en"
TCP, UDP = socket.SOCK_STREAM, socket.SOCK_DGRAM
held, failed = [first], []
for kind, host in ((UDP, "127.0.0.1"), (TCP, "127.0.0.2"), (TCP, "")):
    sock = socket.socket(type=kind)
    held.append(sock)
    try:
        sock.bind((host, port))
        if kind == TCP:
            sock.listen()
        print("bound: ", kind.name, repr(host))
    except OSError as error:
        failed.append((kind, host))
        print("failed:", kind.name, repr(host), error)

# %% id="demo-three" demo=true lang="zh" of="3f1e0742"
TCP, UDP = socket.SOCK_STREAM, socket.SOCK_DGRAM
held, failed = [first], []
for kind, host in ((UDP, "127.0.0.1"), (TCP, "127.0.0.2"), (TCP, "")):
    sock = socket.socket(type=kind)
    held.append(sock)
    try:
        sock.bind((host, port))
        if kind == TCP:
            sock.listen()
        print("已绑定：", kind.name, repr(host))
    except OSError as error:
        failed.append((kind, host))
        print("失败：", kind.name, repr(host), error)

# %% id="demo-watch" demo=true tags=["nbval-ignore-output"]
from netlib.errors import Unavailable
from netlib.states import watch

try:
    display(watch(port))
except Unavailable as error:
    print(error)

# %% id="demo-held" demo=true
for sock in held:
    sock.close()
kinds = {0: "none", 1: "every", 3: "all"}
outcome("ch03/three", kinds.get(len(failed), "tcp"))

# %% [markdown] id="after-three" lang="en"
# **Only the one at `""`: an endpoint is protocol, address and port together.** The UDP socket differs from
# `first` in the protocol ([PRT-03](../catalogue.ipynb#cell-id=PRT-03)), the server at 127.0.0.2 in the address
# ([PRT-04](../catalogue.ipynb#cell-id=PRT-04)). `""` asks for every address, and one of them is taken:
#
# | protocol | address | port | |
# |---|---|---|---|
# | TCP | 127.0.0.1 | n | `first` |
# | UDP | 127.0.0.1 | n | bound |
# | TCP | 127.0.0.2 | n | bound |
# | TCP | every one | n | errno 98 |
#
# Why a port, and not the number of the process? Another machine cannot know that one, and a process may have
# many sockets.
#
# Now bind and close sockets yourself. Before each click, say which row or which error will come. Click first:
# the cell after the panel closes it.

# %% [markdown] id="after-three" lang="zh" of="0b5b6ec6"
# **只有 `""` 上的那个：协议、地址、端口合在一起，才是一个端点（endpoint）。** UDP 套接字与 `first` 的协议不同（[PRT-03](../catalogue.ipynb#cell-id=PRT-03)），127.0.0.2 上的服务器与它的地址不同（[PRT-04](../catalogue.ipynb#cell-id=PRT-04)）。`""` 要的是每一个地址，而其中一个已经被占用：
#
# | 协议 | 地址 | 端口 | |
# |---|---|---|---|
# | TCP | 127.0.0.1 | n | `first` |
# | UDP | 127.0.0.1 | n | 已绑定 |
# | TCP | 127.0.0.2 | n | 已绑定 |
# | TCP | 每一个 | n | errno 98 |
#
# 为什么用端口，而不用进程号？别的机器不可能知道进程号，而且一个进程可以有许多套接字。
#
# 现在自己来绑定和关闭套接字。每次点击之前，先说出会多出哪一行，或者会出什么错。先点击：面板后面的那个单元格会关闭它。

# %% id="demo-panel" demo=true tags=["nbval-ignore-output"]
from netlib.panels import PortsPanel

panel = PortsPanel()
panel

# %% id="demo-panel-text" demo=true tags=["nbval-ignore-output"]
for protocol, host in (("tcp", "127.0.0.1"), ("udp", "127.0.0.1"), ("tcp", "")):
    text = panel.binds(protocol, host, 8800)
print(text)
panel.close()

# %% [markdown] id="kinds" lang="en"
# A socket has a **family**, which says what its addresses look like, and a **type**:
#
# | kind | family | type | an address |
# |---|---|---|---|
# | TCP over IPv4 | `AF_INET` | `SOCK_STREAM` | `("127.0.0.1", 8800)` |
# | UDP over IPv4 | `AF_INET` | `SOCK_DGRAM` | `("127.0.0.1", 8800)` |
# | a stream between programs of one machine | `AF_UNIX` | `SOCK_STREAM` | `"/tmp/echo"` |
#
# `socket.socket(family, type)` makes one. The next cell is given.

# %% [markdown] id="kinds" lang="zh" of="ca951c20"
# 套接字有**地址族**（family，决定地址的样子）和**类型**（type）：
#
# | 种类 | 地址族 | 类型 | 地址 |
# |---|---|---|---|
# | IPv4 上的 TCP | `AF_INET` | `SOCK_STREAM` | `("127.0.0.1", 8800)` |
# | IPv4 上的 UDP | `AF_INET` | `SOCK_DGRAM` | `("127.0.0.1", 8800)` |
# | 本机程序之间的流 | `AF_UNIX` | `SOCK_STREAM` | `"/tmp/echo"` |
#
# `socket.socket(family, type)` 创建一个。下面的单元格是给定的。

# %% id="setup" setup=true
import contextlib
import errno
import os
import socket
import struct

Address = tuple[str, int]
STATES = (
    *("", "ESTABLISHED", "SYN_SENT", "SYN_RECV", "FIN_WAIT1", "FIN_WAIT2"),
    *("TIME_WAIT", "CLOSE", "CLOSE_WAIT", "LAST_ACK", "LISTEN", "CLOSING"),
)

# %% [markdown] id="ex-open-socket" lang="en"
# ## Exercise 1 · Three kinds of sockets (1 point)
#
# `open_socket(kind)` returns a new socket (`socket.socket`): `"tcp"` and `"udp"` over IPv4, `"unix"` a stream
# over `AF_UNIX`.
#
# - It is open, neither bound nor connected; the caller closes it.
# - Any other `kind` (`str`): `ValueError`, and no socket is left open; your function does not leave that to Python.
#   `"TCP"` is another kind, too.
# - *Not required:* options, a timeout, IPv6.
#
# (In all exercises: only what the text states is tested; "raises X" means X or a subclass; standard library only.)

# %% [markdown] id="ex-open-socket" lang="zh" of="2b87e315"
# ## 习题 1 · 三种套接字（1 分）
#
# `open_socket(kind)` 返回一个新的套接字（`socket.socket`）：`"tcp"` 和 `"udp"` 用 IPv4，`"unix"` 是 `AF_UNIX` 上的流。
#
# - 套接字是打开的，既没有绑定也没有连接；由调用者关闭。
# - 别的 `kind`（`str`）：抛出 `ValueError`，不留下打开的套接字，也不依赖 Python 自动关闭；`"TCP"` 也是别的 `kind`。
# - **不要求**：选项、超时、IPv6。
#
# （所有习题都一样：只测试写明的内容；“抛出 X”指 X 或它的子类；只能用标准库。）


# %% id="open-socket" solution="ch03/open_socket"
def open_socket(kind: str) -> socket.socket:
    """Return a new socket: "tcp", "udp" or "unix"; ValueError for any other kind."""
    ### BEGIN SOLUTION
    kinds = {
        "tcp": (socket.AF_INET, socket.SOCK_STREAM),
        "udp": (socket.AF_INET, socket.SOCK_DGRAM),
        "unix": (socket.AF_UNIX, socket.SOCK_STREAM),
    }
    if kind not in kinds:
        raise ValueError(f"expected tcp, udp or unix; got {kind!r}")
    return socket.socket(*kinds[kind])
    ### END SOLUTION


# %% id="check-open-socket" check="ch03/open_socket"
check("ch03/open_socket")

# %% [markdown] id="number" lang="en"
# ## What is a socket to your process?
#
# The socket itself is an object of the kernel. `socket.socket()` asks the kernel to make one, and gets a number
# for it, the **file descriptor**, as for an open file. A process begins with three: 0 the keyboard, 1 the screen,
# 2 the errors. The next cell starts a new Python, which makes one socket and prints its number.

# %% [markdown] id="number" lang="zh" of="67311595"
# ## 对你的进程来说，套接字是什么？
#
# 套接字本身是内核里的一个对象。`socket.socket()` 请内核创建它，得到一个号码，叫作**文件描述符**（file descriptor），和打开的文件一样。进程一开始有三个描述符：0 标准输入（键盘）、1 标准输出（屏幕）、2 标准错误。下面的单元格启动一个新的 Python，它创建一个套接字，打印它的号码。

# %% id="predict-number" predict=true lang="en"
predict(
    "ch03/number",
    "Which number has the first socket of a new Python process?",
    three="3",
    other="Another one: Python has opened files of its own",
    random="Another one each time",
)

# %% id="predict-number" predict=true lang="zh" of="c6694907"
predict(
    "ch03/number",
    "新的 Python 进程里，第一个套接字的号码是多少？",
    three="3",
    other="别的号码：Python 自己打开了一些文件",
    random="每次都不一样",
)

# %% id="demo-number" demo=true
import subprocess
import sys

ASK = "import socket; print(socket.socket().fileno())"
said = [
    subprocess.run([sys.executable, "-c", ASK], capture_output=True, text=True).stdout
    for _ in range(2)
]
came = "random" if said[0] != said[1] else "three" if said[0] == "3\n" else "other"
outcome("ch03/number", came)

# %% id="demo-here" demo=true tags=["nbval-ignore-output"]
sock = socket.socket()
print(sock)
print(os.readlink(f"/proc/self/fd/{sock.fileno()}"))
sock.close()

# %% [markdown] id="after-number" lang="en"
# **3, the lowest free number, in Python as in C** ([TXT-12](../catalogue.ipynb#cell-id=TXT-12)). This
# notebook has many files open, so here the number is higher. `/proc/self/fd` shows what is behind each
# descriptor: `socket:[…]` holds the kernel's own number for the socket, its **inode**.
#
# `close()` ends a socket, and so does a `with` block (chapter 00). Now nobody closes it, and the only name for it
# gets another value. Then another socket asks for its port.

# %% [markdown] id="after-number" lang="zh" of="fdb0dc71"
# **是 3，也就是最小的空闲号码，Python 和 C 都一样**（[TXT-12](../catalogue.ipynb#cell-id=TXT-12)）。这个笔记本已经打开了许多文件，所以这里的号码大一些。`/proc/self/fd` 显示每个描述符背后是什么：`socket:[…]` 里是内核自己给套接字的编号，叫作**索引节点号**（inode）。
#
# `close()` 会关闭套接字，`with` 块也会（第 0 章）。这一次没有人关闭它，而唯一指向它的名字改指了别的值。然后另一个套接字来要它的端口。

# %% id="predict-forgotten" predict=true lang="en"
predict(
    "ch03/forgotten",
    "Nobody has closed the socket, and no name refers to it any more. Is its port free?",
    free="Yes",
    taken="No, until the process ends",
)

# %% id="predict-forgotten" predict=true lang="zh" of="8ca77a2c"
predict(
    "ch03/forgotten",
    "没有人关闭这个套接字，也不再有名字指向它。它的端口空闲了吗？",
    free="空闲了",
    taken="没有，要等进程结束",
)

# %% id="demo-forgotten" demo=true lang="en"
import warnings

port = quiet_port()
with warnings.catch_warnings(record=True) as said:
    warnings.simplefilter("always")
    sock = socket.socket()
    sock.bind(("127.0.0.1", port))
    sock = socket.socket()  # the name refers to another one now
    try:
        sock.bind(("127.0.0.1", port))
        came = "free"
    except OSError:
        came = "taken"
    sock.close()
print([each.category.__name__ for each in said])
outcome("ch03/forgotten", came)

# %% id="demo-forgotten" demo=true lang="zh" of="3b9e9d0d"
import warnings

port = quiet_port()
with warnings.catch_warnings(record=True) as said:
    warnings.simplefilter("always")
    sock = socket.socket()
    sock.bind(("127.0.0.1", port))
    sock = socket.socket()  # 这个名字现在指向另一个套接字
    try:
        sock.bind(("127.0.0.1", port))
        came = "free"
    except OSError:
        came = "taken"
    sock.close()
print([each.category.__name__ for each in said])
outcome("ch03/forgotten", came)

# %% [markdown] id="after-forgotten" lang="en"
# **Yes, this time: Python closes what nothing refers to, and complains** with a `ResourceWarning`. But a list or
# a traceback may still refer to it. Use `with`: there you can see when a socket ends.
#
# ## Which ports does the kernel give away?
#
# `bind` to port 0 asks the kernel for any free port; a client that binds nothing gets one in the same way.
# We bind 300 sockets to port 0, and keep them all.

# %% [markdown] id="after-forgotten" lang="zh" of="a3d89efd"
# **这一次空闲了：没有东西指向的对象，Python 会替你关闭，并发出 `ResourceWarning` 警告**。别指望它：列表、异常的回溯信息都可能还指向这个套接字。用 `with`：套接字在哪里结束，一看就知道。
#
# ## 内核会分配哪些端口？
#
# `bind` 到端口 0，就是向内核要一个空闲端口；不绑定的客户端也是这样得到端口的。我们把 300 个套接字绑定到端口 0，全部留着。

# %% id="predict-range" predict=true lang="en"
predict(
    "ch03/range",
    "Where do the 300 numbers lie?",
    all="From 1024 to 65535",
    iana="From 49152 to 65535",
    own="Between two limits that are set on this machine",
)

# %% id="predict-range" predict=true lang="zh" of="0a9a9811"
predict(
    "ch03/range",
    "这 300 个号码落在哪里？",
    all="1024 到 65535",
    iana="49152 到 65535",
    own="本机上设定的两个界限之间",
)

# %% id="demo-range" demo=true tags=["nbval-ignore-output"] lang="en"
from netlib.plots import bars

with contextlib.ExitStack() as stack:
    socks = [stack.enter_context(socket.socket()) for _ in range(300)]
    for sock in socks:
        sock.bind(("127.0.0.1", 0))
    numbers = [sock.getsockname()[1] for sock in socks]
with open("/proc/sys/net/ipv4/ip_local_port_range") as file:
    low, high = map(int, file.read().split())
print(f"limits {low} and {high}; we got {min(numbers)} to {max(numbers)}")
size = high + 1 - low
eighths = [(n - low) * 8 // size for n in numbers]
bars(
    {str(low + size * n // 8): eighths.count(n) for n in range(8)},
    title="300 ports, by eighths of the range",
)

# %% id="demo-range" demo=true tags=["nbval-ignore-output"] lang="zh" of="bf5cbdfb"
from netlib.plots import bars

with contextlib.ExitStack() as stack:
    socks = [stack.enter_context(socket.socket()) for _ in range(300)]
    for sock in socks:
        sock.bind(("127.0.0.1", 0))
    numbers = [sock.getsockname()[1] for sock in socks]
with open("/proc/sys/net/ipv4/ip_local_port_range") as file:
    low, high = map(int, file.read().split())
print(f"界限是 {low} 和 {high}；得到的是 {min(numbers)} 到 {max(numbers)}")
size = high + 1 - low
eighths = [(n - low) * 8 // size for n in numbers]
bars(
    {str(low + size * n // 8): eighths.count(n) for n in range(8)},
    title="300 个端口，按范围的八分之一统计",
)

# %% id="demo-limits" demo=true
lies = low <= min(numbers) and max(numbers) <= high
outcome("ch03/range", "own" if lies else "iana" if min(numbers) >= 49152 else "all")

# %% [markdown] id="after-range" lang="en"
# **Within this machine's limits: 32,768 to 60,999 by default** ([PRT-02](../catalogue.ipynb#cell-id=PRT-02)).
# Linux has them in `ip_local_port_range`. These are **ephemeral ports**, lent for a while. RFC 6335
# (§6) sets 49,152 to 65,535 aside for this; systems differ. So a server with a fixed port inside the limits is
# refused now and then: somebody's *client* has just been given that number.
#
# Now the two ends. 0 to 1,023 are the **well-known ports**; to bind one takes a **privilege**, as a rule that of
# root.

# %% [markdown] id="after-range" lang="zh" of="d7fce953"
# **在本机的界限之内：默认 32768～60999**（[PRT-02](../catalogue.ipynb#cell-id=PRT-02)），写在 Linux 的 `ip_local_port_range` 里。这叫**临时端口**（ephemeral port），只借用一段时间。RFC 6335（第 6 节）为此留出 49152～65535，各系统的取值不尽相同。所以，固定端口落在界限之内的服务器，偶尔会启动不了：这个号码刚好分给了某个**客户端**。
#
# 再看两头。0～1023 是**知名端口**（well-known port），绑定它们需要**特权**（privilege），一般是 root 的。

# %% id="demo-80" demo=true tags=["nbval-ignore-output"]
with open("/proc/sys/net/ipv4/ip_unprivileged_port_start") as file:
    print("ip_unprivileged_port_start:", file.read().strip())
with socket.socket() as sock:
    try:
        sock.bind(("127.0.0.1", 80))
        print(sock.getsockname())
    except OSError as error:
        print(repr(error))

# %% id="demo-65536" demo=true
with socket.socket() as sock:
    try:
        sock.bind(("127.0.0.1", 65536))
    except OverflowError as error:
        print(error)

# %% [markdown] id="free" lang="en"
# 65,536 does not exist, on any system: the header has two bytes for a port
# ([PRT-05](../catalogue.ipynb#cell-id=PRT-05)). What can be changed are the limits above.
#
# A program sometimes needs the number of a free port, for another program. A moment later somebody may take it;
# so two that ask should not get the same one. A server does better: it binds to port 0 and *keeps* the socket.

# %% [markdown] id="free" lang="zh" of="2a305c4d"
# 65536 在任何系统上都不存在：首部里端口只占两个字节（[PRT-05](../catalogue.ipynb#cell-id=PRT-05)）。能修改的是前面那两项设置：临时端口的范围和特权端口的界限。
#
# 程序有时需要一个空闲端口的号码，好告诉另一个程序。下一刻它就可能被别人拿走；所以，两个程序来问，不应得到同一个答案。服务器有更好的办法：绑定到端口 0，并且**留着**这个套接字。

# %% [markdown] id="ex-free-port" lang="en"
# ## Exercise 2 · A free port (2 points)
#
# `free_port(kind="tcp")` returns a port (`int`, 1024 to 65535) of 127.0.0.1 that was free for `kind`
# (`"tcp"` or `"udp"`) a moment ago.
#
# - It is not the same one at every call: eight calls give at least three different ones.
# - Afterwards nothing is open or bound: your function closes its socket itself; it does not leave that to Python.
# - *Uses* exercise 1. *Not required:* that no port ever comes twice.

# %% [markdown] id="ex-free-port" lang="zh" of="a7b51acf"
# ## 习题 2 · 空闲端口（2 分）
#
# `free_port(kind="tcp")` 返回 127.0.0.1 上的一个端口（`int`，1024～65535），刚才对 `kind`（`"tcp"` 或 `"udp"`）来说是空闲的。
#
# - 不能每次调用都是同一个：调用八次，至少有三个不同的。
# - 返回之后，没有打开或绑定着的套接字：函数自己关闭套接字，不依赖 Python 自动关闭。
# - **用到**习题 1。**不要求**：同一个端口永远不出现第二次。


# %% id="free-port" solution="ch03/free_port"
def free_port(kind: str = "tcp") -> int:
    """Return a port of 127.0.0.1 that was free for kind a moment ago."""
    ### BEGIN SOLUTION
    with open_socket(kind) as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]
    ### END SOLUTION


# %% id="check-free-port" check="ch03/free_port"
check("ch03/free_port")

# %% [markdown] id="who" lang="en"
# ## Who has the port?
#
# A server listens. `ss` and `lsof` are asked who has its port, and we print the number of this notebook's
# process, its **process id** (PID).

# %% [markdown] id="who" lang="zh" of="12f365fd"
# ## 端口被谁占用？
#
# 有一个服务器在监听。我们问 `ss` 和 `lsof` 它的端口被谁占用，再打印这个笔记本的**进程号**（process id，PID）。

# %% id="demo-who" demo=true tags=["nbval-ignore-output"]
import shutil


def run(command):
    words = command.split()
    if shutil.which(words[0]) is None:
        return f"{words[0]}: -"
    return subprocess.run(words, capture_output=True, text=True, timeout=10).stdout


with socket.create_server(("127.0.0.1", quiet_port())) as server:
    port = server.getsockname()[1]
    print(run(f"ss -ltnp sport = :{port}"))
    print(run(f"lsof -nP -iTCP:{port} -sTCP:LISTEN"))
    print("PID", os.getpid(), os.readlink(f"/proc/self/fd/{server.fileno()}"))

# %% [markdown] id="nobody" lang="en"
# Both (if installed) name this process; for your own ones you need not be root. Before you end another process, ask what it is:
# `ps -p PID -o user,args`. `kill PID` sends the **signal** TERM, which asks it to end; `kill -9` sends
# KILL, and what it has not saved is lost.
#
# How can a *program* find out whether a port is taken? One idea: connect, and see whether somebody answers.
# Here a socket is bound, and does not listen.

# %% [markdown] id="nobody" lang="zh" of="e7c4c8b8"
# 两个命令（如果已安装）说的都是这个进程。查自己的进程不需要 root。要结束别的进程，先看看它是什么：`ps -p PID -o user,args`。`kill PID` 发送**信号**（signal）TERM，请它结束；`kill -9` 发送 KILL，没有保存的东西就全丢了。
#
# **程序**怎样知道端口有没有被占用？一个想法：连接一下，看有没有人应答。这里有一个套接字，绑定了却没有监听。

# %% id="predict-nobody" predict=true lang="en"
predict(
    "ch03/nobody",
    "A socket is bound to the port, and does not listen. What do the client and the other socket get?",
    free="The client is refused, and the other socket is bound",
    taken="The client is refused, and the other bind fails",
    waits="The client is connected, and the other bind fails",
)

# %% id="predict-nobody" predict=true lang="zh" of="8da3a894"
predict(
    "ch03/nobody",
    "一个套接字绑定了这个端口，没有监听。客户端和另一个套接字会怎样？",
    free="客户端被拒绝，另一个套接字绑定成功",
    taken="客户端被拒绝，另一个的 bind 失败",
    waits="客户端连接成功，另一个的 bind 失败",
)

# %% id="demo-nobody" demo=true
port = quiet_port()
with socket.socket() as silent, socket.socket() as client, socket.socket() as other:
    silent.bind(("127.0.0.1", port))
    answer = errno.errorcode.get(client.connect_ex(("127.0.0.1", port)), "connected")
    try:
        other.bind(("127.0.0.1", port))
        bound = "bound"
    except OSError as error:
        bound = errno.errorcode[error.errno]
print(answer, bound)
names = {("ECONNREFUSED", "bound"): "free", ("ECONNREFUSED", "EADDRINUSE"): "taken"}
outcome("ch03/nobody", names.get((answer, bound), "waits"))

# %% [markdown] id="after-nobody" lang="en"
# **The client is refused, and the port is taken all the same** ([PRT-08](../catalogue.ipynb#cell-id=PRT-08)).
# Where somebody does listen, a trial connection disturbs: it waits in the queue of that server. So ask with a
# `bind` of your own, and read the number of the error: 98 (EADDRINUSE) says taken, 99 (EADDRNOTAVAIL) that the
# address is none of this machine's, 13 (EACCES) that you may not
# ([PRT-09](../catalogue.ipynb#cell-id=PRT-09)). Set no option before you ask: with SO_REUSEADDR the kernel
# sometimes answers otherwise ([PRT-10](../catalogue.ipynb#cell-id=PRT-10)).
#
# Here is the same with files: one error is an answer, all others pass on.

# %% [markdown] id="after-nobody" lang="zh" of="a7626d22"
# **客户端被拒绝，端口却照样被占着**（[PRT-08](../catalogue.ipynb#cell-id=PRT-08)）。如果真有人在监听，试探性的连接会打扰它：连接会在那个服务器的队列里等着。所以，要问就自己 `bind` 一次，再看错误码：98（EADDRINUSE）是已被占用，99（EADDRNOTAVAIL）是本机没有这个地址，13（EACCES）是没有权限（[PRT-09](../catalogue.ipynb#cell-id=PRT-09)）。询问之前不要设置选项：设了 SO_REUSEADDR，内核的回答有时就不一样（[PRT-10](../catalogue.ipynb#cell-id=PRT-10)）。
#
# 用文件打个比方：有一种错误就是答案，其余的原样抛出。

# %% id="demo-readable" demo=true
def readable(path):
    try:
        open(path).close()
    except OSError as error:
        if error.errno != errno.EACCES:
            raise
        return False
    return True


print(readable("/proc/self/status"))
try:
    readable("/no/such/file")
except FileNotFoundError as error:
    print(error)

# %% [markdown] id="ex-is-port-taken" lang="en"
# ## Exercise 3 · Is it taken? (4 points)
#
# `is_port_taken(port, kind="tcp", host="127.0.0.1")` returns True if an ordinary new socket of `kind` (`"tcp"` or
# `"udp"`; no option set) cannot be bound to `(host, port)` because that address is in use (EADDRINUSE), else
# False.
#
# - Any other error passes on: EADDRNOTAVAIL, if `host` is not ours; EACCES; a `host`
#   that is no IPv4 address.
# - It connects to nobody and sends nothing. It closes its own socket itself, whatever happens, and does not leave
#   that to Python.
# - *Uses* exercise 1. *Not required:* port 0; a port that a closed connection still holds (TIME_WAIT,
#   chapter 12).

# %% [markdown] id="ex-is-port-taken" lang="zh" of="b4fffebf"
# ## 习题 3 · 被占用了吗？（4 分）
#
# `is_port_taken(port, kind="tcp", host="127.0.0.1")`：一个普通的、新的 `kind` 套接字（`"tcp"` 或 `"udp"`，不设任何选项）如果因为地址正在使用（EADDRINUSE）而不能绑定到 `(host, port)`，返回 True，否则返回 False。
#
# - 别的错误原样抛出：`host` 不是本机的地址（EADDRNOTAVAIL）；EACCES；`host` 不是 IPv4 地址。
# - 不发起连接，也不发送数据。在任何情况下都由函数自己关闭套接字，不依赖 Python 自动关闭。
# - **用到**习题 1。**不要求**：端口 0；被已关闭的连接占着的端口（TIME_WAIT，第 12 章）。


# %% id="is-port-taken" solution="ch03/is_port_taken"
def is_port_taken(port: int, kind: str = "tcp", host: str = "127.0.0.1") -> bool:
    """Tell whether a new socket cannot be bound there: the address is in use."""
    ### BEGIN SOLUTION
    with open_socket(kind) as sock:
        try:
            sock.bind((host, port))
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise
            return True
    return False
    ### END SOLUTION


# %% id="check-is-port-taken" check="ch03/is_port_taken"
check("ch03/is_port_taken")

# %% [markdown] id="service" lang="en"
# ## Which number for which service?
#
# A client has to know the number beforehand. So **service names** have numbers by agreement, and every machine
# keeps a table of them, usually `/etc/services`. Two of the oldest are `ftp` (files) and `smtp` (mail).

# %% [markdown] id="service" lang="zh" of="e2bf5d71"
# ## 哪个服务用哪个号码？
#
# 客户端得事先知道号码。所以，**服务名**（service name）都约定了号码，每台机器都有一张表，一般是 `/etc/services`。最早的服务里有 `ftp`（传文件）和 `smtp`（发邮件）。

# %% id="predict-service" predict=true lang="en"
predict(
    "ch03/service",
    "Which numbers do they have?",
    ftp_21="ftp 21, smtp 25",
    ftp_25="ftp 25, smtp 21",
)

# %% id="predict-service" predict=true lang="zh" of="dbc85ae2"
predict(
    "ch03/service",
    "它们的号码是多少？",
    ftp_21="ftp 是 21，smtp 是 25",
    ftp_25="ftp 是 25，smtp 是 21",
)

# %% id="demo-service" demo=true lang="en"
def asked(name):
    try:
        return socket.getservbyname(name)
    except OSError:  # this machine has no table
        return {"ftp": 21, "smtp": 25}[name]


outcome("ch03/service", f"ftp_{asked('ftp')}")

# %% id="demo-service" demo=true lang="zh" of="cb4a7e9d"
def asked(name):
    try:
        return socket.getservbyname(name)
    except OSError:  # 本机没有这张表
        return {"ftp": 21, "smtp": 25}[name]


outcome("ch03/service", f"ftp_{asked('ftp')}")

# %% [markdown] id="after-service" lang="en"
# **FTP has 21, SMTP 25** ([PRT-01](../catalogue.ipynb#cell-id=PRT-01)); who mixes them up talks to a mail
# server about files. `getent services ftp` asks the table in a terminal. Some of
# its lines:

# %% [markdown] id="after-service" lang="zh" of="4b6b2564"
# **FTP 是 21，SMTP 是 25**（[PRT-01](../catalogue.ipynb#cell-id=PRT-01)）。记反了，FTP 客户端就会连到邮件服务器上。在终端里用 `getent services ftp` 查这张表。表里的几行：

# %% id="demo-table" demo=true
LINES = """\
ftp-data   20/tcp
ftp        21/tcp
smtp       25/tcp   mail   # Simple Mail Transfer
domain     53/tcp          # name-domain server
domain     53/udp
http       80/tcp   www    # WorldWideWeb HTTP
"""
print(LINES.splitlines()[2].split())

# %% [markdown] id="table" lang="en"
# A line is: the name, port/protocol, then perhaps other names of the
# same service; `#` begins a comment. `domain` (DNS) has both protocols, and a line of its own for each. `ftp-data`
# is another service than `ftp` ([PRT-11](../catalogue.ipynb#cell-id=PRT-11)).
#
# Must a web server have port 80? Here is one on a free port:

# %% [markdown] id="table" lang="zh" of="f1a1b555"
# 一行依次是：名字，端口/协议，后面可能还有同一服务的别名；`#` 开始注释。`domain`（DNS）两种协议都有，各占一行。`ftp-data` 和 `ftp` 是两个服务（[PRT-11](../catalogue.ipynb#cell-id=PRT-11)）。
#
# Web 服务器一定要用 80 端口吗？下面这个用的是一个空闲端口：

# %% id="demo-web" demo=true
from http.client import HTTPConnection

from netlib.serving import serving


def web(listener, stop):
    listener.settimeout(5)
    client, _ = listener.accept()
    with client:
        client.recv(4096)
        client.sendall(b"HTTP/1.0 200 OK\r\n\r\nhello\n")

# %% id="demo-page" demo=true
with serving(web, "tcp") as (host, port):
    page = HTTPConnection(host, port, timeout=5)
    page.request("GET", "/")
    print(page.getresponse().read())
    page.close()

# %% [markdown] id="after-curl" lang="en"
# A number is a custom, no law: an address such as `http://127.0.0.1:8800/` names another port (RFC 9110 §4.2,
# [PRT-06](../catalogue.ipynb#cell-id=PRT-06)). `curl` and browsers take it.

# %% [markdown] id="after-curl" lang="zh" of="5b7e9a91"
# 号码只是惯例，不是规定：`http://127.0.0.1:8800/` 这样的地址就指明了别的端口（RFC 9110 第 4.2 节，[PRT-06](../catalogue.ipynb#cell-id=PRT-06)）。`curl` 和浏览器都认。

# %% [markdown] id="ex-service-port" lang="en"
# ## Exercise 4 · Look it up (3 points)
#
# `service_port(table, name, protocol="tcp")` returns the port (`int`) of a service. `table` is the *text* of a
# file like `/etc/services` (`str`), as described above; your function opens no file.
#
# - `name` is the first word of the line, or one of its other names; it must match exactly.
# - The words of a line are parted by blanks or tabs, one or more. Blank lines occur, and lines that are only a
#   comment.
# - `KeyError` if no line has that name for that protocol.
# - *Not required:* lines of another form; the same name twice for one protocol.

# %% [markdown] id="ex-service-port" lang="zh" of="88af067d"
# ## 习题 4 · 查表（3 分）
#
# `service_port(table, name, protocol="tcp")` 返回一个服务的端口（`int`）。`table` 是 `/etc/services` 这类文件的**文本**（`str`），格式如上所述；你的函数不打开任何文件。
#
# - `name` 是一行的第一个词，或者后面的别名之一；必须完全相同。
# - 一行里的词用空格或制表符隔开，可能不止一个。表里会有空行，也会有只含注释的行。
# - 没有哪一行对这个协议有这个名字，就抛出 `KeyError`。
# - **不要求**：其他格式的行；同一协议下同一个名字出现两次。


# %% id="service-port" solution="ch03/service_port"
def service_port(table: str, name: str, protocol: str = "tcp") -> int:
    """Return the port of a service in table; KeyError if it is not there."""
    ### BEGIN SOLUTION
    for line in table.splitlines():
        words = line.partition("#")[0].split()
        if name in words[:1] + words[2:]:
            port, _, its_protocol = words[1].partition("/")
            if its_protocol == protocol:
                return int(port)
    raise KeyError(name)
    ### END SOLUTION


# %% id="check-service-port" check="ch03/service_port"
check("ch03/service_port")

# %% [markdown] id="kernel" lang="en"
# ## What does the kernel print?
#
# `ss` knows what it shows from the kernel. You can read it, too: `/proc/net/tcp` is no file on a disk; the
# kernel writes it whenever somebody reads it. One line of it, of a listener at port 8888, with some of its columns
# named:

# %% [markdown] id="kernel" lang="zh" of="59986640"
# ## 内核输出的是什么？
#
# `ss` 显示的内容来自内核。你也可以自己读：`/proc/net/tcp` 不是磁盘上的文件，有人读它，内核就现写一份。下面是其中一行，一个在 8888 端口上监听的套接字；给几列标了名字：

# %% id="demo-line" demo=true lang="en"
from netlib.fields import Field
from netlib.hexview import HexView

LINE = b"  0: 0100007F:22B8 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 9001 1"
NAMES = {1: "own address", 2: "the peer's address", 3: "state", 9: "inode"}

fields, at = [], 0
for number, word in enumerate(LINE.split()):
    at = LINE.index(word, at)
    if number in NAMES:
        fields.append(Field(NAMES[number], at, at + len(word), word.decode()))
    at += len(word)
HexView(LINE, fields)

# %% id="demo-line" demo=true lang="zh" of="7231ac7e"
from netlib.fields import Field
from netlib.hexview import HexView

LINE = b"  0: 0100007F:22B8 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 9001 1"
NAMES = {1: "自己的地址", 2: "对端的地址", 3: "状态", 9: "inode"}

fields, at = [], 0
for number, word in enumerate(LINE.split()):
    at = LINE.index(word, at)
    if number in NAMES:
        fields.append(Field(NAMES[number], at, at + len(word), word.decode()))
    at += len(word)
HexView(LINE, fields)

# %% [markdown] id="words" lang="en"
# The numbers are hexadecimal: 22B8 is 8888, and state 0A is 10, LISTEN. (`STATES`, given above, has the names of
# the numbers 1 to 11.) An address is 32 bits, eight digits.

# %% [markdown] id="words" lang="zh" of="62b87cbc"
# 这些数是十六进制的：22B8 是 8888；状态 0A 是 10，即 LISTEN（号码 1～11 的名字在前面给定的 `STATES` 里）。地址是 32 个二进制位，写成 8 个十六进制数字。

# %% id="predict-order" predict=true lang="en"
predict(
    "ch03/order",
    "At which address does the socket of 0100007F:22B8 listen?",
    reading="1.0.0.127, port 8888",
    turned="127.0.0.1, port 8888",
    both="127.0.0.1, port 47138",
)

# %% id="predict-order" predict=true lang="zh" of="0543336a"
predict(
    "ch03/order",
    "0100007F:22B8 这个套接字在哪个地址上监听？",
    reading="1.0.0.127，端口 8888",
    turned="127.0.0.1，端口 8888",
    both="127.0.0.1，端口 47138",
)

# %% id="demo-order" demo=true
with socket.create_server(("127.0.0.1", quiet_port())) as server:
    port = server.getsockname()[1]
    with open("/proc/net/tcp") as file:
        owns = [line.split()[1] for line in file]
digits = "0100007F", "7F000001"
found = {
    f"{digits[0]}:{port:04X}": "turned",
    f"{digits[1]}:{port:04X}": "reading",
}
(came,) = {found[own] for own in owns if own in found} or {"both"}
outcome("ch03/order", came)

# %% [markdown] id="after-order" lang="en"
# **127.0.0.1, port 8888: the address is a 32-bit number in this machine's own byte order, the port is a plain
# number** ([PRT-12](../catalogue.ipynb#cell-id=PRT-12)). In memory the four bytes are 7F 00 00 01,
# as they go out on the network. A **little-endian** machine (chapter 01) reads them as the number
# 0x0100007F. The port was turned before it was printed.
#
# Two steps on another file: `/proc/net/unix` lists Unix sockets, with the inode as the 7th word.

# %% [markdown] id="after-order" lang="zh" of="1b8b0f5a"
# **127.0.0.1，端口 8888：地址是一个 32 位的数，用的是本机的字节序；端口就是普通的数**（[PRT-12](../catalogue.ipynb#cell-id=PRT-12)）。内存里这四个字节是 7F 00 00 01，和网络上的顺序一样；**小端**（little-endian，第 1 章）机器把它们读成 0x0100007F。端口在输出之前已转换成本机的数值，直接按十六进制读即可。
#
# 换一个文件练两步：`/proc/net/unix` 列出 Unix 套接字，inode 是第 7 个词。

# %% id="demo-cousin" demo=true
def unix_inodes(text):
    return [int(line.split()[6]) for line in text.splitlines()[1:]]


with socket.socket(socket.AF_UNIX) as sock, open("/proc/net/unix") as file:
    print(os.fstat(sock.fileno()).st_ino in unix_inodes(file.read()))
print(int("22B8", 16), STATES[int("0A", 16)])

# %% [markdown] id="ex-parse" lang="en"
# ## Exercise 5 · Read the kernel's table (4 points)
#
# `parse_proc_net_tcp(text)` returns a list: for each line after the first, in order, a tuple `(own address, the
# peer's address, state, inode)`. `text` (`str`) is the content of `/proc/net/tcp`.
#
# - An address is `(host, port)`: `str` and `int`. Its eight hexadecimal digits are the number as a little-endian
#   machine prints it: `0100007F` is `"127.0.0.1"`.
# - The state is a name of `STATES` (given); its number is hexadecimal.
# - The inode is the 10th word of the line, a decimal number (`int`). (`tx_queue rx_queue` and `tr tm->when`
#   of the heading are one word each in the lines.)
#
# ```text
#   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
#    0: 0100007F:22B8 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 9001 1 0000000000000000 100 0 0 10 0
#    1: 0100007F:22B8 0200007F:8AE2 06 00000000:00000000 03:00001770 00000000     0        0 0 3 0000
# ```
#
# - Words are parted by blanks; columns may be wider (a uid has up to ten digits), and behind the inode there may
#   be more or fewer.
# - *Not required:* IPv6, other columns, broken lines, big-endian machines.

# %% [markdown] id="ex-parse" lang="zh" of="5b299f77"
# ## 习题 5 · 读内核的表（4 分）
#
# `parse_proc_net_tcp(text)` 返回一个列表：第一行之后的每一行，按顺序，各对应一个元组 `(自己的地址, 对端的地址, 状态, inode)`。`text`（`str`）是 `/proc/net/tcp` 的内容。
#
# - 地址是 `(主机, 端口)`：`str` 和 `int`。八位十六进制数字，是小端机器打印出来的那个数：`0100007F` 就是 `"127.0.0.1"`。
# - 状态是 `STATES`（已给出）中的名字；它的号码是十六进制的。
# - inode 是一行的第 10 个词，十进制（`int`）。（表头的 `tx_queue rx_queue` 和 `tr tm->when`，在各行里都只是一个词。）
#
# ```text
#   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
#    0: 0100007F:22B8 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 9001 1 0000000000000000 100 0 0 10 0
#    1: 0100007F:22B8 0200007F:8AE2 06 00000000:00000000 03:00001770 00000000     0        0 0 3 0000
# ```
#
# - 词用空格隔开；列可能更宽（uid 可能有十位数字），inode 之后的列有多有少。
# - **不要求**：IPv6、别的列、格式不对的行、大端机器。


# %% id="parse" solution="ch03/parse_proc_net_tcp"
def parse_proc_net_tcp(text: str) -> list[tuple[Address, Address, str, int]]:
    """Return (own address, peer's address, state, inode) for each line after the first."""
    ### BEGIN SOLUTION
    found = []
    for line in text.splitlines()[1:]:
        words = line.split()
        addresses = []
        for word in words[1:3]:
            digits, port = word.split(":")
            host = socket.inet_ntoa(struct.pack("<I", int(digits, 16)))
            addresses.append((host, int(port, 16)))
        found.append((*addresses, STATES[int(words[3], 16)], int(words[9])))
    return found
    ### END SOLUTION


# %% id="check-parse" check="ch03/parse_proc_net_tcp"
check("ch03/parse_proc_net_tcp")

# %% [markdown] id="owner" lang="en"
# Now the inode leads to the process: its folder `/proc/PID/fd` has a **symbolic link** for each of its
# descriptors, and `os.readlink` tells what a link points to. Here are the sockets of this process:

# %% [markdown] id="owner" lang="zh" of="0cf1a908"
# 现在从 inode 找到进程：进程的目录 `/proc/PID/fd` 里，每个描述符是一个**符号链接**（symbolic link）；`os.readlink` 告诉你链接指向什么。下面是本进程的套接字：

# %% id="demo-fds" demo=true tags=["nbval-ignore-output"]
sock = socket.socket()
sockets, gone = [], 0
for number in os.listdir("/proc/self/fd"):
    try:
        target = os.readlink(f"/proc/self/fd/{number}")
    except FileNotFoundError:
        gone += 1
    else:
        if target.startswith("socket:"):
            sockets.append((int(number), target))
print(sorted(sockets)[-2:], gone)
sock.close()

# %% [markdown] id="gone" lang="en"
# The last number says how many were gone when we came to them: at least the descriptor with which `os.listdir` has
# read the folder. So it is with processes: what `/proc` listed a moment ago may have ended
# ([PRT-15](../catalogue.ipynb#cell-id=PRT-15)).

# %% [markdown] id="gone" lang="zh" of="b57b45e2"
# 最后那个数统计的是：列目录时还在、读链接时已经关闭的描述符。至少有一个，就是 `os.listdir` 读这个目录时用的那个。进程也是这样：`/proc` 刚才列出的，现在可能已经结束（[PRT-15](../catalogue.ipynb#cell-id=PRT-15)）。

# %% [markdown] id="ex-socket-owners" lang="en"
# ## Exercise 6 · Who holds it? (3 points)
#
# `socket_owners(inode, proc="/proc")` returns a list of the ids (`int`) of the processes that hold the socket
# with this `inode` (`int`), each once, ascending.
#
# - A process holds it if its folder `PID/fd` in `proc` has a symbolic link to `socket:[INODE]`, exactly that.
# - Only names of digits (0 to 9) are processes.
# - Such a name that is no folder is passed over; so is a process, or a single link, that is gone, is no link or
#   may not be read. The others still count.
# - The checks give you a folder of their own that looks like `/proc`.
# - *Not required:* speed, threads.

# %% [markdown] id="ex-socket-owners" lang="zh" of="2d0c9ea0"
# ## 习题 6 · 哪些进程持有它？（3 分）
#
# `socket_owners(inode, proc="/proc")` 返回持有这个 `inode`（`int`）的套接字的进程号（`int`）：一个列表，每个进程一次，从小到大。
#
# - 一个进程在 `proc` 里的目录 `PID/fd` 中，如果有指向 `socket:[INODE]` 的符号链接（一字不差），就是持有它。
# - 只有由数字（0～9）组成的名字才是进程。
# - 这样的名字如果不是目录，就跳过；进程或单个链接如果已经消失、不是链接或无权查看，也跳过。其余的照样算。
# - 检查时会给你一个样子像 `/proc` 的目录。
# - **不要求**：速度；线程。


# %% id="socket-owners" solution="ch03/socket_owners"
def socket_owners(inode: int, proc: str = "/proc") -> list[int]:
    """Return the ids of the processes that hold the socket, ascending."""
    ### BEGIN SOLUTION
    owners = set()
    for name in os.listdir(proc):
        if not (name.isascii() and name.isdigit()):
            continue
        folder = f"{proc}/{name}/fd"
        with contextlib.suppress(OSError):
            for number in os.listdir(folder):
                with contextlib.suppress(OSError):
                    if os.readlink(f"{folder}/{number}") == f"socket:[{inode}]":
                        owners.add(int(name))
    return sorted(owners)
    ### END SOLUTION


# %% id="check-socket-owners" check="ch03/socket_owners"
check("ch03/socket_owners")

# %% [markdown] id="unix" lang="en"
# ## Where is the file of a Unix socket?
#
# Programs of one machine can also talk by a queue, a named **pipe** or a file. A **Unix domain socket** works as TCP
# does, without ports: its address is a path. Here 60,000 bytes are sent through one, and nobody reads them.

# %% [markdown] id="unix" lang="zh" of="380eb1aa"
# ## Unix 套接字的文件在哪里？
#
# 同一台机器上的程序还有别的通信办法：队列、命名**管道**（pipe）、文件。**Unix 域套接字**（Unix domain socket）用起来和 TCP 一样，只是没有端口：它的地址是一个路径。下面通过它发送 60000 字节，没有人读。

# %% id="predict-size" predict=true lang="en"
predict(
    "ch03/size",
    "60,000 bytes are sent and not read. How large is the file?",
    zero="0 bytes",
    all="60,000 bytes, until somebody reads them",
)

# %% id="predict-size" predict=true lang="zh" of="e257ca82"
predict(
    "ch03/size",
    "发送了 60000 字节，没有人读。文件有多大？",
    zero="0 字节",
    all="60000 字节，有人读走才变小",
)

# %% id="demo-size" demo=true
import stat
import tempfile

folder = tempfile.TemporaryDirectory()
path = os.path.join(folder.name, "echo")
listener = socket.socket(socket.AF_UNIX)
listener.bind(path)
listener.listen()
there = socket.socket(socket.AF_UNIX)
there.connect(path)
here, _ = listener.accept()
there.sendall(bytes(60_000))
found = os.stat(path)
print(stat.filemode(found.st_mode)[0])
outcome("ch03/size", "zero" if found.st_size == 0 else "all")

# %% [markdown] id="after-size" lang="en"
# **It has 0 bytes: what lies in the folder is only a name**, of the kind `s`. The bytes lie in the kernel, as
# those of TCP do. Even when the name is removed, the connection goes on:

# %% [markdown] id="after-size" lang="zh" of="71639e84"
# **是 0 字节：目录里放着的只是一个名字**，类型是 `s`。字节在内核里，和 TCP 一样。就算把名字删掉，连接也照常工作：

# %% id="demo-removed" demo=true
os.unlink(path)
there.sendall(b"!")
count = 0
while count < 60_001:
    count += len(here.recv(65536))
print(count)
for sock in (here, there, listener):
    sock.close()

# %% [markdown] id="left" lang="en"
# Now the other way round: a server binds the path, and closes its socket. Then it is started again.

# %% [markdown] id="left" lang="zh" of="43ccb3af"
# 现在反过来：服务器绑定这个路径，然后关闭套接字。之后再启动一次。

# %% id="predict-left" predict=true lang="en"
predict(
    "ch03/left",
    "The first server has closed its socket. What does bind to the same path do at the second start?",
    works="It works",
    fails="It fails: the address is in use",
)

# %% id="predict-left" predict=true lang="zh" of="7c5434b8"
predict(
    "ch03/left",
    "第一个服务器已经关闭了套接字。第二次启动，bind 到同一个路径会怎样？",
    works="成功",
    fails="失败：地址已被占用",
)

# %% id="demo-left" demo=true
for _ in range(2):
    with socket.socket(socket.AF_UNIX) as listener:
        try:
            listener.bind(path)
            came = "works"
        except OSError as error:
            came = "fails"
            print(error)
print(os.listdir(folder.name))
for _ in range(2):
    with socket.socket(socket.AF_UNIX) as client:
        print(errno.errorcode[client.connect_ex(path)])
    with contextlib.suppress(FileNotFoundError):
        os.unlink(path)
outcome("ch03/left", came)

# %% [markdown] id="after-left" lang="en"
# **It fails: the socket is gone, and its name is still there**
# ([PRT-13](../catalogue.ipynb#cell-id=PRT-13)). Nobody listens behind it (ECONNREFUSED); once it is removed,
# there is no such file (ENOENT). Whoever has bound a path removes it. But remove only what is your own: a server
# that deletes whatever lies at its path deletes somebody's file one day
# ([PRT-14](../catalogue.ipynb#cell-id=PRT-14)).
#
# A datagram goes through a path here. Whatever happens after `bind`, the name goes:

# %% [markdown] id="after-left" lang="zh" of="b289c179"
# **失败：套接字没有了，名字还在**（[PRT-13](../catalogue.ipynb#cell-id=PRT-13)）。它背后没有人监听（ECONNREFUSED）；删掉以后，就没有这个文件了（ENOENT）。谁绑定，谁删除。但只能删自己的：不管路径上是什么都先删掉的服务器，总有一天会删掉别人的文件（[PRT-14](../catalogue.ipynb#cell-id=PRT-14)）。
#
# 下面通过一个路径传一个数据报。`bind` 之后不管发生什么，名字都会删掉：

# %% id="demo-one-byte" demo=true
def one_byte(path):
    inbox = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    outbox = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    with inbox, outbox:
        inbox.bind(path)
        try:
            outbox.sendto(b"!", path)
            return inbox.recv(1)
        finally:
            os.unlink(path)


print(one_byte(path), os.listdir(folder.name))

# %% [markdown] id="ex-unix-echo" lang="en"
# ## Exercise 7 · Echo at a path (3 points)
#
# `unix_echo_once(path)` listens on a stream socket of `AF_UNIX` at `path` (`str`), accepts one client, sends back
# all its bytes, as they come, until it finishes, closes everything, and returns how many bytes came (`int`).
#
# - Errors of the connection pass on.
# - Once `bind` has succeeded, nothing is left at `path` at the end, also after an error.
# - If `path` exists already: `OSError`, and what is there stays as it is.
# - Your function closes its sockets itself; it does not leave that to Python.
# - *Not required:* a second client, timeouts, permissions, long paths.
#
# `client.recv(65536)` returns what has come, `b""` when the client has finished; `client.sendall(data)` sends `data`.

# %% [markdown] id="ex-unix-echo" lang="zh" of="c14c1c0c"
# ## 习题 7 · 路径上的回显（3 分）
#
# `unix_echo_once(path)` 用 `AF_UNIX` 的流套接字在 `path`（`str`）上监听，接受一个客户端，把它的字节全部发回去，来一些就发一些，直到它发完；然后全部关闭，返回一共来了多少字节（`int`）。
#
# - 连接上的错误原样抛出。
# - 只要 `bind` 成功，结束时 `path` 上什么也不留，出错之后也一样。
# - 如果 `path` 已经存在：抛出 `OSError`，原来的东西保持不变。
# - 函数自己关闭套接字，不依赖 Python 自动关闭。
# - **不要求**：第二个客户端；超时；权限；很长的路径。
#
# `client.recv(65536)` 返回已经到的字节，客户端发完后返回 `b""`；`client.sendall(data)` 发送 `data`。


# %% id="unix-echo" solution="ch03/unix_echo_once"
def unix_echo_once(path: str) -> int:
    """Echo one client's bytes at path, leave nothing there; return how many came."""
    ### BEGIN SOLUTION
    count = 0
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
        listener.bind(path)
        try:
            listener.listen()
            client, _ = listener.accept()
            with client:
                while data := client.recv(65536):
                    client.sendall(data)
                    count += len(data)
        finally:
            os.unlink(path)
    return count
    ### END SOLUTION


# %% id="check-unix-echo" check="ch03/unix_echo_once"
check("ch03/unix_echo_once")

# %% [markdown] id="program" lang="en"
# ## Your own `ss`
#
# Your functions together say who has a port. Beside them stands `ss`.

# %% [markdown] id="program" lang="zh" of="1af227b8"
# ## 你自己的 `ss`
#
# 你的函数合在一起，就能说出端口被谁占用。旁边是 `ss`。


# %% id="demo-ports" demo=true lang="en"
def listeners(port):
    """Return the hosts at which somebody listens on port, and who does."""
    with open("/proc/net/tcp") as file:
        table = parse_proc_net_tcp(file.read())
    found = {}
    for (host, number), _, state, inode in table:
        if state == "LISTEN" and number == port:
            found[host] = socket_owners(inode)
    return found

# %% id="demo-ports" demo=true lang="zh" of="c81aee63"
def listeners(port):
    """返回有人在 port 上监听的主机地址，以及是谁。"""
    with open("/proc/net/tcp") as file:
        table = parse_proc_net_tcp(file.read())
    found = {}
    for (host, number), _, state, inode in table:
        if state == "LISTEN" and number == port:
            found[host] = socket_owners(inode)
    return found


# %% id="demo-beside" demo=true tags=["nbval-ignore-output"]
from netlib.attempt import built_on

with built_on(1, 3, 5, 6), socket.create_server(("", quiet_port())) as server:
    port = server.getsockname()[1]
    print(listeners(port), is_port_taken(port), os.getpid())
    print(run(f"ss -Hltnp sport = :{port}"))

# %% [markdown] id="with-socat" lang="en"
# `socat`, a program for all kinds of sockets, talks to your echo server:

# %% [markdown] id="with-socat" lang="zh" of="e281fabd"
# `socat` 是能操作各种套接字的程序；让它和你的回显服务器对话：

# %% id="demo-socat" demo=true tags=["nbval-ignore-output"]
from netlib.attempt import attempt

if shutil.which("socat"):
    argv = ["socat", "-", f"UNIX-CONNECT:{path},retry=20,interval=0.1"]
    pipe = subprocess.PIPE
    with subprocess.Popen(argv, stdin=pipe, stdout=pipe, stderr=pipe) as socat:
        socat.stdin.write("你好\n".encode())
        socat.stdin.close()
        print(attempt(unix_echo_once, path, seconds=5))
        print(socat.stdout.read().decode())
    print(os.listdir(folder.name))
folder.cleanup()

# %% [markdown] id="terminals" lang="en"
# ## In a terminal
#
# The next cells write `ports.py` and `echo.py` beside this notebook, and print what to type. Start a web server in one
# terminal; ask in another who has its port, and compare with `ss`, `lsof` and `ps`. End it with Ctrl+C; start it
# once more, end that with `kill PID`, and ask again. Who has 8888? Often JupyterLab itself.

# %% [markdown] id="terminals" lang="zh" of="d762f37f"
# ## 在终端里运行
#
# 下面的单元格在笔记本旁边写出 `ports.py` 和 `echo.py`，并打印要输入的命令。在一个终端里启动 Web 服务器，在另一个终端里问它的端口被谁占用，和 `ss`、`lsof`、`ps` 对照。用 Ctrl+C 结束它；再启动一次，用 `kill PID` 结束，再问一次。8888 被谁占用？往往就是 JupyterLab 自己。

# %% id="demo-save" demo=true lang="en"
from netlib.scripts import save_program


def ports(word):
    """Say who listens at a port, given by its number or by its service's name."""
    if word.isdigit():
        port = int(word)
    else:
        with open("/etc/services") as file:
            port = service_port(file.read(), word)
    for host, owners in listeners(port).items():
        print(f"{host}:{port}", "processes", owners)
    print(port, "taken" if is_port_taken(port) else "free")


# %% id="demo-save" demo=true lang="zh" of="bcfc6a62"
from netlib.scripts import save_program


def ports(word):
    """说出谁在端口上监听；端口用号码或服务名给出。"""
    if word.isdigit():
        port = int(word)
    else:
        with open("/etc/services") as file:
            port = service_port(file.read(), word)
    for host, owners in listeners(port).items():
        print(f"{host}:{port}", "进程", owners)
    print(port, "被占用" if is_port_taken(port) else "空闲")



# %% id="demo-saved" demo=true
def echo(path):
    print(unix_echo_once(path))


with built_on(1, 3, 4, 5, 6, 7):
    save_program("ports.py", f"import contextlib\n\nSTATES = {STATES}", ports)
    save_program("echo.py", "import socket", echo)
print("python3 -m http.server 8800", "python3 ports.py 8800", sep="\n")
print("ss -ltnp sport = :8800", "lsof -nP -i :8800", sep="\n")
print("python3 echo.py ./room", "socat - UNIX-CONNECT:./room", sep="\n")

# %% [markdown] id="practice" lang="en"
# ## Where will you meet this?
#
# Docker, PostgreSQL and X11 listen at paths. A server that nobody reaches from outside is often bound to 127.0.0.1.
#
# **Left out:** IPv6 (`/proc/net/tcp6`), containers, access rights of paths.
#
# **Stretch (not graded):**
#
# - `bind_first_free(host, low, high)`: the socket of the first free port of a range. After which errors is the next
#   one tried?
# - `os.dup(n)`, or a forked child: two numbers for one socket. When is its port free? (PEP 446)
# - Are the ports of `bind` odd or even, and those of connections? Who gets the callers with SO_REUSEPORT?
# - Unix sockets: names without a file (`"\0name"`), SCM_RIGHTS, the time of a round trip.

# %% [markdown] id="practice" lang="zh" of="4382d5c0"
# ## 实际应用
#
# Docker、PostgreSQL、X11 都在路径上监听。从外面连不上的服务器，往往只绑定了 127.0.0.1。
#
# **本章没有讲**：IPv6（`/proc/net/tcp6`）；容器；路径的访问权限。
#
# **选做（不计分）**：
#
# - `bind_first_free(host, low, high)`：返回一段端口里第一个空闲端口的套接字。遇到哪些错误才试下一个？
# - `os.dup(n)`，或者 fork 出的子进程：一个套接字，两个号码。它的端口什么时候空闲？（PEP 446）
# - `bind` 得到的端口是奇数还是偶数？连接的呢？用了 SO_REUSEPORT，新连接归谁？
# - Unix 套接字：没有文件的名字（`"\0name"`）、SCM_RIGHTS、一次往返的时间。

# %% [markdown] id="old-notes" lang="en"
# ## Old notes, checked
#
# | They say or do | In fact |
# |---|---|
# | ftp is 25, smtp 21 (three other notes have ftp right) | 21 and 25 ([PRT-01](../catalogue.ipynb#cell-id=PRT-01)) |
# | dynamic ports are 1024 to 65535 | this machine has its own limits ([PRT-02](../catalogue.ipynb#cell-id=PRT-02)) |
# | no port twice in one system | an endpoint is protocol, address and port ([PRT-03](../catalogue.ipynb#cell-id=PRT-03)) |
# | a port is unique over several systems | each has its own ([PRT-04](../catalogue.ipynb#cell-id=PRT-04)) |
# | IP address and port name one program | the protocol is missing |
# | the number of ports differs between systems | two bytes everywhere ([PRT-05](../catalogue.ipynb#cell-id=PRT-05)) |
# | all web servers have 80, all remote logins 22 | a default ([PRT-06](../catalogue.ipynb#cell-id=PRT-06)) |
# | `lsof -i` takes root | not for one's own processes |
# | Unix sockets fetch their data through the file system | the file is a name, of 0 bytes |
# | the first file is 3 in C, another value in Python | 3 in both ([TXT-12](../catalogue.ipynb#cell-id=TXT-12)); IPython has more files open |
# | `socket.AF_INIT` | AttributeError: it is `AF_INET` ([TXT-10](../catalogue.ipynb#cell-id=TXT-10)) |
# | port taken: `kill -9` | first ask whose it is, then `kill` |
#
# They are right that a port has 16 bits, that well-known ports take privileges, that a process id is no use to
# another machine, and that a socket is used like a file.

# %% [markdown] id="old-notes" lang="zh" of="14a09167"
# ## 核对旧笔记
#
# | 旧说法、旧做法 | 事实 |
# |---|---|
# | ftp 是 25，smtp 是 21（旧笔记共四份，另外三份写对了） | 21 和 25（[PRT-01](../catalogue.ipynb#cell-id=PRT-01)） |
# | 动态端口是 1024～65535 | 界限由本机设定（[PRT-02](../catalogue.ipynb#cell-id=PRT-02)） |
# | 同一个系统里端口不能重复 | 端点是协议、地址加端口（[PRT-03](../catalogue.ipynb#cell-id=PRT-03)） |
# | 端口在多个系统之间是唯一的 | 每个系统各有一套（[PRT-04](../catalogue.ipynb#cell-id=PRT-04)） |
# | IP 加端口就标识了一个程序 | 少了协议 |
# | 各系统的端口数不一样 | 到处都是两个字节（[PRT-05](../catalogue.ipynb#cell-id=PRT-05)） |
# | Web 服务器都是 80，远程登录都是 22 | 只是默认值（[PRT-06](../catalogue.ipynb#cell-id=PRT-06)） |
# | `lsof -i` 必须是 root | 查自己的进程不用 |
# | Unix 套接字通过文件系统取数据 | 文件只是一个名字，0 字节 |
# | 打开的第一个文件，C 是 3，Python 是别的值 | 都是 3（[TXT-12](../catalogue.ipynb#cell-id=TXT-12)）；IPython 打开的文件更多 |
# | `socket.AF_INIT` | AttributeError：应为 `AF_INET`（[TXT-10](../catalogue.ipynb#cell-id=TXT-10)） |
# | 端口被占用就 `kill -9` | 先问是谁的，再 `kill` |
#
# 旧笔记也有说对的地方：端口有 16 位；知名端口需要特权；进程号对别的机器没有用；套接字用起来像文件。

# %% [markdown] id="say-now" lang="en"
# ## What can you say now?
#
# **You can now say:** A port is a number of 16 bits, and an endpoint is protocol, address and port. A
# descriptor is my process's number for a socket of the kernel. `bind` to port 0 lets the kernel choose; keep that
# socket. Errno 98 says that the address is in use, 99 that it is not ours. The name of a Unix socket is a file
# name, and I must remove it.
#
# **Ask yourself:** May TCP and UDP have one number? Which ports may only root bind, as a rule? What is left after a
# Unix listener's `close()`? From chapter 00: what closes a socket when an exception passes? From chapter 01:
# `0100007F` is 127.0.0.1; which byte order is that?
#
# <details><summary>Answers</summary>Yes. Those below 1024. Its file name. A with block. Little-endian.</details>

# %% [markdown] id="say-now" lang="zh" of="6d652a2b"
# ## 小结
#
# **现在你能说清楚**：端口是 16 位的数，端点是协议、地址加端口。描述符是内核分给进程的号码，进程用它指代内核里的套接字。`bind` 到端口 0，由内核来选；把这个套接字留着。errno 98 是地址已被占用，99 是本机没有这个地址。Unix 套接字的名字是一个文件名：谁绑定，谁删除。
#
# **考考自己**：TCP 和 UDP 可以用同一个号码吗？哪些端口一般只有 root 能绑定？Unix 监听套接字 `close()` 之后还留下什么？第 0 章：抛出异常时，靠什么关闭套接字？第 1 章：`0100007F` 是 127.0.0.1，这是哪种字节序？
#
# <details><summary>答案</summary>可以。1024 以下的。它的文件名。with 块。小端。</details>

# %% [markdown] id="glossary" lang="en"
# ## Glossary
#
# | Term | 中文 | Source |
# |---|---|---|
# | socket | 套接字 | socket(7) |
# | file descriptor | 文件描述符 | open(2) |
# | port | 端口 | RFC 6335 |
# | well-known port | 知名端口 | RFC 6335 §6 |
# | ephemeral port | 临时端口 | RFC 6335 |
# | bind | 绑定 | bind(2) |
# | endpoint | 端点 | — |
# | address already in use | 地址已被占用 | EADDRINUSE, bind(2) |
# | listener | 监听套接字 | listen(2) |
# | process id | 进程号（PID） | proc(5) |
# | signal | 信号 | signal(7) |
# | inode | 索引节点号（inode） | inode(7) |
# | Unix domain socket | Unix 域套接字 | unix(7) |
# | pipe | 管道 | pipe(7) |
# | privilege | 特权 | capabilities(7) |
# | connection states | 连接状态 | RFC 9293 §3.3.2 |
# | service name | 服务名 | RFC 6335 §5 |

# %% [markdown] id="glossary" lang="zh" of="0ced9c6a"
# ## 术语表
#
# | 中文 | 英文 | 出处 |
# |---|---|---|
# | 套接字 | socket | socket(7) |
# | 文件描述符 | file descriptor | open(2) |
# | 端口 | port | RFC 6335 |
# | 知名端口 | well-known port | RFC 6335 第 6 节 |
# | 临时端口 | ephemeral port | RFC 6335 |
# | 绑定 | bind | bind(2) |
# | 端点 | endpoint | — |
# | 地址已被占用 | address already in use | EADDRINUSE，bind(2) |
# | 监听套接字 | listener | listen(2) |
# | 进程号（PID） | process id | proc(5) |
# | 信号 | signal | signal(7) |
# | 索引节点号（inode） | inode | inode(7) |
# | Unix 域套接字 | Unix domain socket | unix(7) |
# | 管道 | pipe | pipe(7) |
# | 特权 | privilege | capabilities(7) |
# | 连接状态 | connection states | RFC 9293 第 3.3.2 节 |
# | 服务名 | service name | RFC 6335 第 5 节 |

# %% [markdown] id="foreseen" lang="en"
# ## What did you predict?

# %% [markdown] id="foreseen" lang="zh" of="f55ec522"
# ## 你猜对了多少？

# %% id="demo-predictions" demo=true
predictions("ch03")
