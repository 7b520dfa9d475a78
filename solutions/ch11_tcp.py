# %% [markdown] id="title" lang="en"
# # TCP: a byte stream between two programs
#
# **You will be able to** read who sends what in a TCP conversation; send and receive without losing
# a byte; end a conversation without losing an answer; write a server and a client that run in two
# terminals. **You need** chapter 00, and addresses (chapter 03). **Time:** 50 minutes to read
# and run, and 110 for the exercises: two or three sittings.
#
# ## Two programs talk
#
# A TCP connection is two streams of bytes, one in each direction:
#
# ```text
# client                                        server
# sendall  ──▶  "green tea"  ───────────────▶  recv
# recv     ◀───────────────  "GREEN TEA"  ◀──  sendall
# ```
#
# Run the next three cells. A client connects to the server `shout`, sends a text, says that this is
# all (`shutdown`), and reads the answer to its end.

# %% [markdown] id="title" lang="zh" of="aadbd44c"
# # TCP：两个程序之间的字节流
#
# **学完本章，你将能够**：看懂一次 TCP 对话中谁发了什么；收发时一个字节也不丢；结束对话时不丢响应；写出能在两个终端里运行的服务器和客户端。**需要**：第 0 章；知道什么是地址（第 3 章）。**用时**：阅读和运行约 50 分钟，习题约 110 分钟，可以分两三次完成。
#
# ## 两个程序对话
#
# 一条 TCP 连接是两条字节流，每个方向一条：
#
# ```text
# 客户端                                        服务器
# sendall  ──▶  "green tea"  ───────────────▶  recv
# recv     ◀───────────────  "GREEN TEA"  ◀──  sendall
# ```
#
# 运行下面三个单元格。客户端连上服务器 `shout`，发出一段文字，声明发完了（`shutdown`），再把响应读到结束。

# %% id="import-check" demo=true lang="en"
from autograder import check, hint, outcome, predict, predictions, replay

# %% id="import-check" demo=true lang="zh" of="209d4e14"
from autograder.zh import check, hint, outcome, predict, predictions, replay


# %% id="demo-shout" demo=true lang="en"
def shout(listener, stop):  # the server
    connection, _ = listener.accept()  # take the connection of a client
    with connection:
        while data := connection.recv(4096):  # until the client has finished
            connection.sendall(data.upper())

# %% id="demo-shout" demo=true lang="zh" of="6c4bac7e"
def shout(listener, stop):  # 服务器
    connection, _ = listener.accept()  # 取出一个客户端的连接
    with connection:
        while data := connection.recv(4096):  # 直到客户端发完
            connection.sendall(data.upper())

# %% id="demo-two-programs" demo=true lang="en"
import socket

from netlib.serving import serving

with (
    serving(shout, "tcp") as address,  # shout runs beside this cell
    socket.create_connection(address) as client,
):
    client.sendall(b"green tea")
    client.shutdown(socket.SHUT_WR)  # that was all
    while data := client.recv(4096):  # until the answer has ended
        print(data)

# %% id="demo-two-programs" demo=true lang="zh" of="f24e6df6"
import socket

from netlib.serving import serving

with (
    serving(shout, "tcp") as address,  # shout 与这个单元格同时运行
    socket.create_connection(address) as client,
):
    client.sendall(b"green tea")
    client.shutdown(socket.SHUT_WR)  # 发完了
    while data := client.recv(4096):  # 直到响应结束
        print(data)

# %% [markdown] id="after-two-programs" lang="en"
# **TCP carries a byte stream:** as long as the connection holds, all bytes arrive, once and in order, and
# no mark shows where one `send` ended (RFC 9293 §2.2). TCP numbers, acknowledges and checks the bytes, sends again what was
# lost, and slows down for a slow reader or a crowded network. The same conversation once more, recorded:

# %% [markdown] id="after-two-programs" lang="zh" of="0f33f783"
# **TCP 传输的是字节流（byte stream）**：只要连接没有中断，全部字节都到达，不重复，不乱序；流里没有任何标记说明一次 `send` 到哪里为止（RFC 9293 第 2.2 节）。TCP 给字节编号、确认、校验，丢了就重传，遇到接收方读得慢或网络拥塞就慢下来。把同一次对话再来一遍，并记录下来：

# %% id="demo-conversation" demo=true
from netlib.ladder import Ladder
from netlib.trace import Trace

trace = Trace()
with (
    serving(shout, "tcp", trace=trace) as address,
    socket.create_connection(address) as client,
):
    client.sendall(b"green tea")
    client.shutdown(socket.SHUT_WR)
    while client.recv(4096):
        pass
Ladder(trace)

# %% [markdown] id="calls" lang="en"
# **A normal conversation** begins with a SYN, "let us talk"; each direction ends with a FIN, "I have
# sent all".
#
# ## What does each call do?
#
# "Old notes" are the classroom notes that this course replaces. They call UDP a letter and TCP a
# telephone call:
#
# | Call | Telephone | What it does |
# |---|---|---|
# | server: `socket()` | buy a phone | makes an **active** socket: one that could call |
# | `bind(address)` | put in the SIM card | gives it an address of this machine |
# | `listen()` | switch the ringer on | makes it **passive**: it is there for others to call |
# | `accept()` | wait, and answer | returns a **new**, connected socket, and the client's address |
# | client: `socket()`, `connect(address)` | buy a phone, dial | connects, from a temporary port |
# | both: `recv()`, `sendall()` | listen, talk | need no address: the connection has both |
# | both: `close()` | hang up | closes this socket and no other |
#
# Your answers may use the next two cells.

# %% [markdown] id="calls" lang="zh" of="38caf954"
# **一次正常的对话**以 SYN（“我们开始吧”）开始，每个方向以 FIN（“我发完了”）结束。
#
# ## 每个调用做什么？
#
# “旧笔记”指本课程所取代的课堂笔记。它们把 UDP 比作写信，把 TCP 比作打电话：
#
# | 调用 | 打电话 | 作用 |
# |---|---|---|
# | 服务器：`socket()` | 买手机 | 创建**主动**套接字：可以用它去连接别人 |
# | `bind(address)` | 插手机卡 | 绑定本机的一个地址 |
# | `listen()` | 打开铃声 | 变成**被动**套接字：开始等别人来连接 |
# | `accept()` | 等电话，接听 | 返回一个已连接的**新**套接字，和客户端的地址 |
# | 客户端：`socket()`、`connect(address)` | 买手机，拨号 | 从临时端口建立连接 |
# | 双方：`recv()`、`sendall()` | 听，说 | 不用写地址：连接知道两端的地址 |
# | 双方：`close()` | 挂断 | 只关闭这一个套接字 |
#
# 下面两个单元格里的，答案都可以用。

# %% id="setup" setup=true
import errno
import socket
import threading
from collections.abc import Callable

Address = tuple[str, int]


def greet(client: socket.socket, address: Address) -> None:
    client.sendall(b"hello\n")


def explode(client: socket.socket, address: Address) -> None:
    raise ValueError("this handler always fails")

# %% id="connected" setup=true
def connected() -> tuple[socket.socket, socket.socket]:
    """Return both ends of a new TCP connection, the client's end first."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        client = socket.create_connection(listener.getsockname())
        return client, listener.accept()[0]

# %% [markdown] id="before-accept" lang="en"
# ## Who makes the connection?
#
# `create_server` does socket, bind and listen. A client connects and asks; nobody has called
# `accept`. Predict (nobody grades it), then run the cell below.

# %% [markdown] id="before-accept" lang="zh" of="30b89ea6"
# ## 连接是谁建立的？
#
# `create_server` 一次做完 socket、bind、listen。客户端连上来，提了问题；服务器还没有调用 `accept`。先预测（不计分），再运行下面的单元格。

# %% id="predict-before-accept" predict=true lang="en"
predict(
    "ch11/before-accept",
    "Which call of the client will wait for accept?",
    connect="connect",
    send="sendall",
    none="none of them",
)

# %% id="predict-before-accept" predict=true lang="zh" of="7e795875"
predict(
    "ch11/before-accept",
    "客户端的哪个调用会等待 accept？",
    connect="connect",
    send="sendall",
    none="哪个也不等",
)

# %% id="demo-before-accept" demo=true lang="en"
done = []
with socket.create_server(("127.0.0.1", 0)) as listener:  # 0: any free port
    try:
        client = socket.create_connection(listener.getsockname(), timeout=1)
        done.append("connect")
        client.sendall(b"are you there?")
        done.append("sendall")
    except TimeoutError:
        pass  # it has waited for accept
    print("done before accept:", done)
    connection, client_address = listener.accept()
    with connection, client:
        print(connection.recv(100), client_address == client.getsockname())
outcome("ch11/before-accept", ("connect", "send", "none")[len(done)])

# %% id="demo-before-accept" demo=true lang="zh" of="d51c2217"
done = []
with socket.create_server(("127.0.0.1", 0)) as listener:  # 0：任意一个空闲端口
    try:
        client = socket.create_connection(listener.getsockname(), timeout=1)
        done.append("connect")
        client.sendall(b"are you there?")
        done.append("sendall")
    except TimeoutError:
        pass  # 它在等 accept
    print("accept 之前已经完成：", done)
    connection, client_address = listener.accept()
    with connection, client:
        print(connection.recv(100), client_address == client.getsockname())
outcome("ch11/before-accept", ("connect", "send", "none")[len(done)])

# %% [markdown] id="after-before-accept" lang="en"
# **None of them: the kernel answers by itself.** After `listen` it takes calls and keeps what
# arrives; `accept` fetches a connection that is ready ([TCP-21](../catalogue.ipynb#cell-id=TCP-21),
# a common misconception). "Connected" does not mean that the server's program knows of you yet.

# %% [markdown] id="after-before-accept" lang="zh" of="5301328f"
# **哪个也不等：内核自己就接受了。** `listen` 之后，内核替程序建立连接，并存下收到的数据；`accept` 只是取出一个已经建好的连接（常见误区 [TCP-21](../catalogue.ipynb#cell-id=TCP-21)）。所以“连上了”不等于服务器程序已经知道你来了。

# %% [markdown] id="backlog" lang="en"
# ## What does `listen(n)` count?
#
# Old notes say that n is the greatest number of clients
# ([TCP-02](../catalogue.ipynb#cell-id=TCP-02)); elsewhere, that it means nothing on Linux. Six
# clients connect to a server with `backlog=2` that does not call `accept`.

# %% [markdown] id="backlog" lang="zh" of="4504dbd1"
# ## `listen(n)` 里的 n 限制什么？
#
# 旧笔记说 n 是客户端的最大个数（[TCP-02](../catalogue.ipynb#cell-id=TCP-02)），又说这个参数在 Linux 上不起作用。服务器设 `backlog=2`，从不调用 `accept`，六个客户端来连接。

# %% id="predict-backlog" predict=true lang="en"
predict("ch11/backlog", "How many of the six will be connected?")

# %% id="predict-backlog" predict=true lang="zh" of="480ba09c"
predict("ch11/backlog", "六个里面能连上几个？")

# %% id="demo-waiting" demo=true lang="en"
from netlib.errors import Unavailable
from netlib.states import watch


def waiting(listener):
    """Return how many connections wait for accept (Recv-Q of `ss -lt`)."""
    try:
        sockets = watch(listener.getsockname()[1]).now()
    except Unavailable as error:
        return error
    return next(one.receive_queue for one in sockets if one.state == "LISTEN")

# %% id="demo-waiting" demo=true lang="zh" of="189321ea"
from netlib.errors import Unavailable
from netlib.states import watch


def waiting(listener):
    """返回有多少连接在等 accept（`ss -lt` 的 Recv-Q）。"""
    try:
        sockets = watch(listener.getsockname()[1]).now()
    except Unavailable as error:
        return error
    return next(one.receive_queue for one in sockets if one.state == "LISTEN")

# %% id="demo-backlog" demo=true lang="en"
count = 0
with socket.create_server(("127.0.0.1", 0), backlog=2) as listener:
    clients = [socket.socket() for _ in range(6)]
    for client in clients:
        client.settimeout(0.1)
        try:
            client.connect(listener.getsockname())
            count += 1
            print("connected, waiting for accept:", waiting(listener))
        except TimeoutError as error:
            print(error)
    listener.accept()[0].close()
    print("after one accept:", waiting(listener))
for client in clients:
    client.close()
outcome("ch11/backlog", count)

# %% id="demo-backlog" demo=true lang="zh" of="99a7f005"
count = 0
with socket.create_server(("127.0.0.1", 0), backlog=2) as listener:
    clients = [socket.socket() for _ in range(6)]
    for client in clients:
        client.settimeout(0.1)
        try:
            client.connect(listener.getsockname())
            count += 1
            print("连上了，等待 accept 的有：", waiting(listener))
        except TimeoutError as error:
            print(error)
    listener.accept()[0].close()
    print("accept 一个之后：", waiting(listener))
for client in clients:
    client.close()
outcome("ch11/backlog", count)

# %% [markdown] id="after-backlog" lang="en"
# **The backlog bounds those who wait for `accept`**; Linux lets n + 1 wait. Accepted clients have
# left this queue. Those who find it full hear nothing; their kernels send the SYN again after a
# second, then ever later. Without a timeout `connect` gives up after about two minutes (tcp(7),
# `tcp_syn_retries`).
#
# Where nobody listens, the other kernel says no at once:

# %% [markdown] id="after-backlog" lang="zh" of="8dce9aa7"
# **backlog 管的是等待 `accept` 的连接数**，即全连接队列的长度；Linux 允许 n + 1 个等待。被 accept 的客户端已经离开队列。后来的客户端收不到响应，各自的内核约一秒后重发 SYN，此后间隔越来越长；不设超时，`connect` 大约两分钟之后才放弃（tcp(7)，`tcp_syn_retries`）。
#
# 没有程序监听时，对端的内核马上拒绝：

# %% id="demo-refused" demo=true lang="en"
with socket.socket() as deaf, socket.socket() as client:
    deaf.bind(("127.0.0.1", 0))  # it does not listen
    print(errno.errorcode[client.connect_ex(deaf.getsockname())])
    try:
        client.connect(deaf.getsockname())
    except OSError as error:
        print(type(error).__name__)

# %% id="demo-refused" demo=true lang="zh" of="5219c198"
with socket.socket() as deaf, socket.socket() as client:
    deaf.bind(("127.0.0.1", 0))  # 它没有监听
    print(errno.errorcode[client.connect_ex(deaf.getsockname())])
    try:
        client.connect(deaf.getsockname())
    except OSError as error:
        print(type(error).__name__)

# %% [markdown] id="judged" lang="en"
# ## How are your answers judged?
#
# `check` draws what went wrong; then `hint()` says where to look. Only what is stated is graded.
#
# - `Address` is (host, port), the host a dotted IPv4 literal. Data are `bytes`, times seconds
#   (`float`, > 0), sizes bytes. `stop` is a `threading.Event`.
# - A `listener` is listening; `sock` and `client` are connected. A function that is *given* a
#   socket leaves it open, and may change its timeout. One that *makes* a socket, by `accept` too,
#   closes it, also when it fails, unless it returns it.
# - "Raises X" means X or a subclass. Another exception or type (`bytearray` for `bytes`) fails.
#   "Within 0.5 s of `stop.set()`": look every 0.1–0.2 s.
# - The stream comes cut, merged and delayed in every way that TCP allows.
# - Printing is free. Use the standard library only.

# %% [markdown] id="judged" lang="zh" of="cb2b278b"
# ## 怎样评分？
#
# `check` 用时序图标出错在哪里；之后 `hint()` 提示该看哪里。题目没写的都不考查。
#
# - `Address` 是（主机，端口），主机是点分十进制的 IPv4 地址。数据是 `bytes`，时间以秒计（`float`，大于 0），大小以字节计。`stop` 是 `threading.Event`。
# - `listener` 已经在监听，`sock` 和 `client` 已经连接。**传给**函数的套接字要保持打开，可以改它的超时。函数**自己得到**的套接字（`accept` 返回的也算）由它自己关闭，出错时也一样，除非把它返回给调用者。
# - “抛出 X”指 X 或它的子类。抛出别的异常，或类型不对（该是 `bytes` 却给 `bytearray`），都算错。“`stop.set()` 之后 0.5 秒之内”：每隔 0.1～0.2 秒检查一次。
# - 字节流会以 TCP 允许的各种方式到达：被切开、合并、延迟。
# - 可以随意打印。只能用标准库。

# %% [markdown] id="ex-dial" lang="en"
# ## Exercise 1 · Connect, or say why not (2 points)
#
# `dial(host, port, timeout)` returns a TCP socket connected to `(host, port)` (RFC 9293 §3.9.1).
#
# - Raises `TimeoutError` if the connection is not made within `timeout` seconds,
#   `ConnectionRefusedError` if nobody listens, and any other `OSError` as the system gives it.
# - When it raises, it leaves no socket open.
# - *Not required:* IPv6, names, the timeout that the returned socket is left with.
#
# `socket.create_connection` is right. So is `connect_ex`, which *returns* the errno (the kernel's number
# for an error), or 0 ([STR-30](../catalogue.ipynb#cell-id=STR-30)): `EAGAIN` after the timeout.
# `OSError(code, errno.errorcode[code])` makes the exception.

# %% [markdown] id="ex-dial" lang="zh" of="56d4671c"
# ## 习题 1 · 连上，或者说明为什么没连上（2 分）
#
# `dial(host, port, timeout)` 返回一个已经连到 `(host, port)` 的 TCP 套接字（RFC 9293 第 3.9.1 节）。
#
# - `timeout` 秒之内没有建立连接，抛出 `TimeoutError`；没有程序监听，抛出 `ConnectionRefusedError`；其他 `OSError` 原样抛出。
# - 抛出异常时，不留下打开的套接字。
# - **不要求**：IPv6、主机名、返回的套接字带什么超时。
#
# 可以用 `socket.create_connection` 或 `connect_ex`，它**返回** errno（内核的错误编号），成功是 0（[STR-30](../catalogue.ipynb#cell-id=STR-30)），超时是 `EAGAIN`。带 errno 的异常这样写：`OSError(code, errno.errorcode[code])`。

# %% id="dial" solution="ch11/dial"
def dial(host: str, port: int, timeout: float) -> socket.socket:
    """Return a TCP socket connected to (host, port), or raise and leave none."""
    ### BEGIN SOLUTION
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        sock.settimeout(timeout)
        sock.connect((host, port))
    except BaseException:
        sock.close()
        raise
    return sock
    ### END SOLUTION

# %% id="check-dial" check="ch11/dial"
check("ch11/dial")

# %% [markdown] id="short-send" lang="en"
# ## How much does one `send` take?
#
# Old notes say: at most 32k ([STR-03](../catalogue.ipynb#cell-id=STR-03)). First, one `send` of 60 MiB
# on an ordinary, blocking socket:

# %% [markdown] id="short-send" lang="zh" of="70f5bb0e"
# ## 一次 `send` 能发多少？
#
# 旧笔记说，一次最多发 32k（[STR-03](../catalogue.ipynb#cell-id=STR-03)）。先在普通的阻塞套接字上，一次 `send` 60 MiB：

# %% id="demo-long-send" demo=true
def drain(listener, stop):
    connection, _ = listener.accept()
    with connection:
        while connection.recv(1 << 20):
            pass


with (
    serving(drain, "tcp") as address,
    socket.create_connection(address) as client,
):
    print(client.send(bytes(60 << 20)))

# %% [markdown] id="short-send-question" lang="en"
# It took all 62,914,560: a blocking `send` waits until the kernel has room. Next, the server does
# not read, the send buffer is small, and the socket has a timeout. We give `send` 1 MiB again and
# again.

# %% [markdown] id="short-send-question" lang="zh" of="db0a3c65"
# 62,914,560 个字节全部收下：阻塞的 `send` 会一直等到发送缓冲区腾出空间。接下来，服务器不读，发送缓冲区很小，套接字又设了超时。我们反复调用 `send`，每次给它 1 MiB。

# %% id="predict-short-send" predict=true lang="en"
predict(
    "ch11/short-send",
    "How many of the bytes that send says it took will arrive?",
    all="all of them",
    part="a part: the buffer is full, the rest is lost",
    none="none: the peer has closed",
)

# %% id="predict-short-send" predict=true lang="zh" of="0416ffac"
predict(
    "ch11/short-send",
    "send 说它收下了的字节，最终会到达多少？",
    all="全部",
    part="一部分：缓冲区满了，其余的丢了",
    none="没有：对端已经关闭",
)

# %% id="demo-short-send" demo=true tags=["nbval-ignore-output"] lang="en"
client, server = connected()
with client, server:
    client.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 16384)
    client.settimeout(0.1)
    taken = []
    try:
        while True:
            taken.append(client.send(bytes(1 << 20)))
    except TimeoutError as error:
        print(taken, "then", error)
    client.close()
    # recv until it returns b"", and add up the lengths
    arrived = sum(iter(lambda: len(server.recv(1 << 20)), 0))
    print("taken", sum(taken), "arrived", arrived)

# %% id="demo-short-send" demo=true tags=["nbval-ignore-output"] lang="zh" of="f7f811c2"
client, server = connected()
with client, server:
    client.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 16384)
    client.settimeout(0.1)
    taken = []
    try:
        while True:
            taken.append(client.send(bytes(1 << 20)))
    except TimeoutError as error:
        print(taken, "然后", error)
    client.close()
    # 一直 recv，直到返回 b""，把长度加起来
    arrived = sum(iter(lambda: len(server.recv(1 << 20)), 0))
    print("收下", sum(taken), "到达", arrived)

# %% id="demo-short-send-came" demo=true
share = arrived / sum(taken)
outcome("ch11/short-send", {1: "all", 0: "none"}.get(share, "part"))

# %% [markdown] id="after-short-send" lang="en"
# **All of them: `send` takes what there is room for, and says how much.** The rest is your job
# ([STR-02](../catalogue.ipynb#cell-id=STR-02)). Old notes say that a full buffer loses bytes
# ([STR-04](../catalogue.ipynb#cell-id=STR-04)), and that a short `send` means a closed peer
# ([STR-32](../catalogue.ipynb#cell-id=STR-32)): neither is so. A slow reader stops a fast writer:
# **flow control** (RFC 9293 §3.8.6).

# %% [markdown] id="after-short-send" lang="zh" of="03c758b9"
# **全部：缓冲区有多少空间，`send` 就收下多少，并返回这个数。** 剩下的由你负责（[STR-02](../catalogue.ipynb#cell-id=STR-02)）。旧笔记说缓冲区满了会丢数据（[STR-04](../catalogue.ipynb#cell-id=STR-04)），还把收下得少当成对端已经关闭（[STR-32](../catalogue.ipynb#cell-id=STR-32)）：都不对。读得慢的一方能让写得快的一方停下来，这就是**流量控制**（flow control，RFC 9293 第 3.8.6 节）。

# %% [markdown] id="ex-send-all" lang="en"
# ## Exercise 2 · Every byte, once, in order (3 points)
#
# `send_all(sock, data)` sends all of `data` (`bytes`) on `sock` with `socket.send`. It returns a
# `list` of how many bytes (`int`) each `send` took, in order.
#
# - `sum(result) == len(data)`; every number is > 0; `b""` gives `[]`.
# - `sock` is blocking or has a timeout; a `send` may take less than it was given.
# - Exceptions of `send` pass on, the first `TimeoutError`, too.
# - *Not required:* non-blocking sockets, speed beyond 8 MiB in 2 s, an overall deadline.

# %% [markdown] id="ex-send-all" lang="zh" of="3d5b584e"
# ## 习题 2 · 全部发出，不多不少，次序不乱（3 分）
#
# `send_all(sock, data)` 用 `socket.send` 在 `sock` 上发出 `data`（`bytes`）的全部字节，返回一个 `list`：按顺序列出每次 `send` 收下的字节数（`int`）。
#
# - `sum(result) == len(data)`；每个数都大于 0；`b""` 得到 `[]`。
# - `sock` 是阻塞的，或带超时；一次 `send` 收下的可能比给它的少。
# - `send` 抛出的异常原样抛出，第一次 `TimeoutError` 就抛出。
# - **不要求**：非阻塞套接字；速度（2 秒内发完 8 MiB 就够）；总的截止时间。

# %% id="send-all" solution="ch11/send_all"
def send_all(sock: socket.socket, data: bytes) -> list[int]:
    """Send all of data by sock.send; return how many bytes each took."""
    ### BEGIN SOLUTION
    taken = []
    rest = memoryview(data)  # slicing it copies nothing
    while rest:
        taken.append(sock.send(rest))
        rest = rest[taken[-1] :]
    return taken
    ### END SOLUTION

# %% id="check-send-all" check="ch11/send_all"
check("ch11/send_all")

# %% [markdown] id="sends-recvs" lang="en"
# ## Five `send`: how many `recv`?
#
# Old notes say: of 3 packets, TCP delivers 3 or more ([TCP-24](../catalogue.ipynb#cell-id=TCP-24)).
# `five_sends` sends `aaaa` to `eeee`; a relay (`TCPRelay`) on the way plays three networks. A
# letter shows which `send` a byte came from, a bar where a `recv` ended.

# %% [markdown] id="sends-recvs" lang="zh" of="1bba8fe5"
# ## 发五次，要收几次？
#
# 旧笔记说：发 3 个包，TCP 收到 3 个到任意多个（[TCP-24](../catalogue.ipynb#cell-id=TCP-24)）。`five_sends` 依次发送 `aaaa` 到 `eeee`；途中的中继（`TCPRelay`）模拟三种网络。字母表示字节来自哪一次 `send`，竖线表示一次 `recv` 到此为止。

# %% id="predict-sends-recvs" predict=true lang="en"
predict(
    "ch11/sends-recvs",
    "How many recv does it take to get all of the five sends?",
    five="always five",
    more="never fewer, sometimes more",
    fewer="never more, sometimes fewer",
    any="sometimes fewer, sometimes more",
)

# %% id="predict-sends-recvs" predict=true lang="zh" of="66fb6ad1"
predict(
    "ch11/sends-recvs",
    "这五次 send，要几次 recv 才能收完？",
    five="总是五次",
    more="不会少，有时更多",
    fewer="不会多，有时更少",
    any="有时更少，有时更多",
)

# %% id="demo-five-sends" demo=true
from netlib.faults import TCPRelay


def five_sends(listener, stop):
    connection, _ = listener.accept()
    with connection:
        for letter in (b"a", b"b", b"c", b"d", b"e"):
            connection.sendall(letter * 4)

# %% id="demo-sends-recvs" demo=true
counts = []
for cut in ("", "; split reply every 7", "; split reply every 1"):
    with serving(five_sends, "tcp") as address:
        relay = TCPRelay(address, "merge reply 20 500ms" + cut)
        with relay as front, socket.create_connection(front) as client:
            pieces = list(iter(lambda: client.recv(100), b""))
    print(b"|".join(pieces).decode())
    counts.append(len(pieces))
fewest, most = min(counts), max(counts)
kind = "any" if fewest < 5 < most else "fewer" if fewest < 5 else "more"
outcome("ch11/sends-recvs", "five" if fewest == most == 5 else kind)

# %% [markdown] id="after-sends-recvs" lang="en"
# **TCP promises the bytes and their order, and no pieces.** Packets, sends and recvs are three
# numbers. A program that needs messages marks their ends itself (chapter 13).

# %% [markdown] id="after-sends-recvs" lang="zh" of="0d56d52b"
# **TCP 只保证字节和它们的顺序，不保证分成几段。** 数据包数、send 次数、recv 次数，是三个不同的数。程序需要消息，就要自己标出边界（第 13 章）。

# %% [markdown] id="bucket" lang="en"
# ## What does the number in `recv` mean?
#
# To get a whole file, old notes call `recv` once with 100 MiB
# ([STR-05](../catalogue.ipynb#cell-id=STR-05)). Here 8 MiB are on their way.

# %% [markdown] id="bucket" lang="zh" of="04a45b77"
# ## `recv` 括号里的数是什么意思？
#
# 为了拿到整个文件，旧笔记只调用一次 `recv`，参数写 100 MiB（[STR-05](../catalogue.ipynb#cell-id=STR-05)）。现在有 8 MiB 正在路上。

# %% id="predict-bucket" predict=true lang="en"
predict(
    "ch11/bucket",
    "What will the first recv(100 MiB) return?",
    all="all 8 MiB",
    part="less than 8 MiB",
)

# %% id="predict-bucket" predict=true lang="zh" of="12abf8b4"
predict(
    "ch11/bucket",
    "第一次 recv(100 MiB) 会返回多少？",
    all="8 MiB 全部",
    part="不到 8 MiB",
)

# %% id="demo-eight-mib" demo=true
def eight_mib(listener, stop):
    connection, _ = listener.accept()
    with connection:
        connection.sendall(bytes(8 << 20))


# %% id="demo-bucket" demo=true tags=["nbval-ignore-output"] lang="en"
from netlib.plots import bars

with (
    serving(eight_mib, "tcp") as address,
    socket.create_connection(address) as client,
):
    sizes = list(iter(lambda: len(client.recv(100 << 20)), 0))
print(len(sizes), "reads,", sum(sizes), "bytes")
first = {f"recv {number}": size for number, size in enumerate(sizes[:6], 1)}
bars(first, title="What recv(100 MiB) returned", unit="bytes")

# %% id="demo-bucket" demo=true tags=["nbval-ignore-output"] lang="zh" of="2c6b36b3"
from netlib.plots import bars

with (
    serving(eight_mib, "tcp") as address,
    socket.create_connection(address) as client,
):
    sizes = list(iter(lambda: len(client.recv(100 << 20)), 0))
print(len(sizes), "次 recv，共", sum(sizes), "字节")
first = {f"recv {number}": size for number, size in enumerate(sizes[:6], 1)}
bars(first, title="recv(100 MiB) 返回多少", unit="字节")

# %% id="demo-bucket-came" demo=true
outcome("ch11/bucket", "all" if sizes[0] == 8 << 20 else "part")

# %% [markdown] id="after-bucket" lang="en"
# **It is an upper limit: `recv` returns what has arrived
# ([STR-01](../catalogue.ipynb#cell-id=STR-01)).** A short read is not the end ([STR-13](../catalogue.ipynb#cell-id=STR-13)). So read
# in a loop; but until when?

# %% [markdown] id="after-bucket" lang="zh" of="8904a1ea"
# **它只是上限：在这个上限之内，到了多少，`recv` 就返回多少（[STR-01](../catalogue.ipynb#cell-id=STR-01)）。** 读到的比要的少，不表示结束（[STR-13](../catalogue.ipynb#cell-id=STR-13)）。所以要循环地读；可是读到什么时候为止？

# %% [markdown] id="leaving" lang="en"
# ## How does a conversation end?
#
# A conversation to play with: a client asks `hello`, a server answers `OK` and closes. Choose who
# speaks first; how the client leaves (`close` after the answer, `shutdown` before it, or `reset`:
# an RST, which breaks off both directions at once); how many bytes of the question the server leaves unread.

# %% [markdown] id="leaving" lang="zh" of="31b786fb"
# ## 一方离开，对话会怎样？
#
# 下面的对话由你来操作：客户端问 `hello`，服务器答 `OK`，然后关闭。可以选择谁先说话（`client` 是客户端，`server` 是服务器）；客户端怎样离开（`close`：收完响应后关闭；`shutdown`：收响应之前先关闭写端；`reset`：直接发 RST，两个方向立刻中断）；服务器留下几个字节不读。

# %% id="predict-leaving" predict=true lang="en"
predict(
    "ch11/leaving",
    "The client speaks first and leaves by close. The server closes with 2 bytes"
    " unread. What will the client's last recv do?",
    empty='return b""',
    waits="wait for ever",
    raises="raise an exception",
)

# %% id="predict-leaving" predict=true lang="zh" of="d1923f19"
predict(
    "ch11/leaving",
    "客户端先说话，以 close 离开。服务器还有 2 个字节没读就关闭。"
    "客户端的最后一次 recv 会怎样？",
    empty='返回 b""',
    waits="一直等待",
    raises="抛出异常",
)

# %% id="demo-leaving" demo=true tags=["nbval-ignore-output"] lang="en"
from netlib.panels import Knobs
from netlib.scenes import conversation

panel = Knobs(
    conversation,
    labels={
        "first": "speaks first",
        "client": "the client's way to leave",
        "unread": "bytes that the server leaves unread",
    },
    first=("client", "server"),
    client=("close", "shutdown", "reset"),
    unread=range(6),
)
panel

# %% id="demo-leaving" demo=true tags=["nbval-ignore-output"] lang="zh" of="4adad30e"
from netlib.panels import Knobs
from netlib.scenes import conversation

panel = Knobs(
    conversation,
    labels={
        "first": "谁先说话",
        "client": "客户端怎样离开",
        "unread": "服务器留下几个字节不读",
    },
    first=("client", "server"),
    client=("close", "shutdown", "reset"),
    unread=range(6),
)
panel

# %% [markdown] id="leaving-text" lang="en"
# The next cell turns the knobs by itself, and closes the panel. Run the cell above again to go on.

# %% [markdown] id="leaving-text" lang="zh" of="0a4aae51"
# 下一个单元格自动调节这些控件，然后关闭面板。想继续操作，就重新运行上面的单元格。

# %% id="demo-leaving-text" demo=true
for positions in ({}, {"unread": 2}, {"client": "reset", "unread": 0}):
    print(panel.turn(**positions), "\n")

text = panel.turn(client="close", unread=2)
panel.close()
*_, last = [line for line in text.splitlines() if "recv" in line]
end = {"recv → b''": "empty", "recv → ConnectionResetError": "raises"}
said = last.rpartition("|  ")[2].strip(" |")
outcome("ch11/leaving", end.get(said, "waits"))

# %% [markdown] id="after-leaving" lang="en"
# **It raises: a FIN is in order, an RST is an error ([STR-28](../catalogue.ipynb#cell-id=STR-28)).** After a FIN `recv` returns `b""`, now and for ever: a
# loop that does not check for it spins ([STR-09](../catalogue.ipynb#cell-id=STR-09)). Whoever
# closes with bytes still unread sends an RST (RFC 9293 §3.6.1): `recv` raises, and answers still on their way may
# be lost ([STR-26](../catalogue.ipynb#cell-id=STR-26)). (A host that loses power sends nothing; only a
# timeout helps.)

# %% [markdown] id="after-leaving" lang="zh" of="da9b2403"
# **抛出异常：FIN 表示正常结束，RST 表示异常中断（[STR-28](../catalogue.ipynb#cell-id=STR-28)）。** 收到 FIN 之后，`recv` 返回 `b""`，以后也一直如此，不检查它的循环就会空转（[STR-09](../catalogue.ipynb#cell-id=STR-09)）。关闭时还有未读的字节，就发 RST（RFC 9293 第 3.6.1 节）：对端的 `recv` 抛出异常，还在路上的响应可能丢失（[STR-26](../catalogue.ipynb#cell-id=STR-26)）。主机断电则什么也不发，只能靠超时。

# %% [markdown] id="half-close" lang="en"
# ## Has the client gone when `recv` returns `b""`?
#
# This client has called `shutdown(SHUT_WR)`, and the server has read `b""`.

# %% [markdown] id="half-close" lang="zh" of="8ef663f3"
# ## `recv` 返回 `b""`，客户端就走了吗？
#
# 这里的客户端调用了 `shutdown(SHUT_WR)`，服务器读到了 `b""`。

# %% id="predict-half-close" predict=true lang="en"
predict(
    "ch11/half-close",
    "Can this client still receive an answer?",
    yes="yes",
    no="no",
)

# %% id="predict-half-close" predict=true lang="zh" of="7959805c"
predict(
    "ch11/half-close",
    "这个客户端还能收到响应吗？",
    yes="能",
    no="不能",
)

# %% id="demo-half-close" demo=true lang="en"
client, server = connected()
with client, server:
    client.shutdown(socket.SHUT_WR)
    print("the server reads", server.recv(100))
    server.sendall(b"here is your answer")
    answer = client.recv(100)
    print("the client reads", answer)
outcome("ch11/half-close", "yes" if answer else "no")

# %% id="demo-half-close" demo=true lang="zh" of="8c47644a"
client, server = connected()
with client, server:
    client.shutdown(socket.SHUT_WR)
    print("服务器读到", server.recv(100))
    server.sendall(b"here is your answer")
    answer = client.recv(100)
    print("客户端读到", answer)
outcome("ch11/half-close", "yes" if answer else "no")

# %% [markdown] id="after-half-close" lang="en"
# **It can: a half-close ends one direction.** The client has asked, and waits. Old notes take it for gone
# ([STR-27](../catalogue.ipynb#cell-id=STR-27)), and close. A server answers everything, and then closes.

# %% [markdown] id="after-half-close" lang="zh" of="647ae5a1"
# **能：半关闭（half-close）只结束一个方向。** 客户端问完了，还在等响应。旧笔记说它已经下线（[STR-27](../catalogue.ipynb#cell-id=STR-27)），于是关闭连接。服务器应当先答完，再关闭。

# %% [markdown] id="sent" lang="en"
# ## Does `send` know that the peer has read anything?
#
# The server has closed. The client sends twice.

# %% [markdown] id="sent" lang="zh" of="b18dddb0"
# ## `send` 知道有人读了吗？
#
# 服务器已经关闭，客户端发送两次。

# %% id="predict-sent" predict=true lang="en"
predict(
    "ch11/sent",
    "What will the first send do?",
    raises="raise an exception",
    zero="return 0: nothing can be sent",
    counts="return the number of bytes",
)

# %% id="predict-sent" predict=true lang="zh" of="d23016a0"
predict(
    "ch11/sent",
    "第一次 send 会怎样？",
    raises="抛出异常",
    zero="返回 0：什么也发不出去",
    counts="返回字节数",
)

# %% id="demo-sent" demo=true
client, server = connected()
server.close()
results = []
with client:
    for _ in range(2):
        try:
            results.append(client.send(b"anybody?"))
        except OSError as error:
            results.append(type(error).__name__)
print(results)
came = {0: "zero", len(b"anybody?"): "counts"}.get(results[0], "raises")
outcome("ch11/sent", came)

# %% [markdown] id="after-sent" lang="en"
# **It succeeds: the kernel took the bytes ([STR-31](../catalogue.ipynb#cell-id=STR-31)).** The other
# kernel answered them with an RST, and only the second `send` reports it. Only an answer proves that something was read.

# %% [markdown] id="after-sent" lang="zh" of="0af15197"
# **成功：内核收下了这些字节（[STR-31](../catalogue.ipynb#cell-id=STR-31)）。** 对端的内核回了一个 RST，第二次 `send` 才报告出来。只有对端的响应能证明数据被读到了。

# %% [markdown] id="ex-recv-until-eof" lang="en"
# ## Exercise 3 · Everything, but not too much (3 points)
#
# `recv_until_eof(sock, limit)` returns everything (`bytes`) that the peer sends until it finishes
# (its FIN), at most `limit` bytes (`limit` > 0).
#
# - Exactly `limit` bytes are fine. Raises `OverflowError` as soon as more have come, without
#   waiting for the end: otherwise a peer that never stops would fill your memory.
# - `ConnectionResetError` and `TimeoutError` pass on: half an answer is no answer.
# - *Not required:* keeping what came before an exception, answering.

# %% [markdown] id="ex-recv-until-eof" lang="zh" of="7860c898"
# ## 习题 3 · 全部收下，但不能太多（3 分）
#
# `recv_until_eof(sock, limit)` 返回对端在关闭写端（FIN）之前发来的全部内容（`bytes`），最多 `limit` 个字节（`limit` 大于 0）。
#
# - 恰好 `limit` 个字节也正常。一旦超过就抛出 `OverflowError`，不等到结束：否则一个发个不停的对端会占满你的内存。
# - `ConnectionResetError` 和 `TimeoutError` 原样抛出：只收到一半，等于没有收到。
# - **不要求**：保留异常之前收到的内容；回复对端。

# %% id="recv-until-eof" solution="ch11/recv_until_eof"
def recv_until_eof(sock: socket.socket, limit: int) -> bytes:
    """Return all that the peer sends to its end, at most limit bytes."""
    ### BEGIN SOLUTION
    content = bytearray()
    while data := sock.recv(65536):
        content += data
        if len(content) > limit:
            raise OverflowError(f"more than {limit} bytes have come")
    return bytes(content)
    ### END SOLUTION

# %% id="check-recv-until-eof" check="ch11/recv_until_eof"
check("ch11/recv_until_eof")

# %% [markdown] id="listener-closed" lang="en"
# ## What ends when the listener closes?
#
# Two clients have connected. The server has accepted one; then it closes its listener.

# %% [markdown] id="listener-closed" lang="zh" of="e069acd3"
# ## 关闭监听套接字，已有的连接会怎样？
#
# 两个客户端已经连上，服务器 accept 了其中一个，然后关闭监听套接字。

# %% id="predict-listener-closed" predict=true lang="en"
predict(
    "ch11/listener-closed",
    "Which client can go on talking?",
    both="both",
    accepted="the accepted one",
    none="none",
)

# %% id="predict-listener-closed" predict=true lang="zh" of="d5d7db19"
predict(
    "ch11/listener-closed",
    "哪个客户端还能继续对话？",
    both="两个都能",
    accepted="被 accept 的那个",
    none="都不能",
)

# %% id="demo-ping" demo=true lang="en"
def alive(client):
    """Return whether client still has a connection (its peer is silent)."""
    client.settimeout(0.1)
    try:
        client.sendall(b"still there?")
        return client.recv(100) != b""
    except TimeoutError:
        return True  # no answer, and no end
    except OSError as error:
        print(type(error).__name__)
        return False

# %% id="demo-ping" demo=true lang="zh" of="15a81ab2"
def alive(client):
    """返回 client 是不是还有连接（对端不出声）。"""
    client.settimeout(0.1)
    try:
        client.sendall(b"still there?")
        return client.recv(100) != b""
    except TimeoutError:
        return True  # 没有响应，也没有结束
    except OSError as error:
        print(type(error).__name__)
        return False

# %% id="demo-listener-closed" demo=true lang="en"
with socket.create_server(("127.0.0.1", 0)) as listener:
    address = listener.getsockname()
    first, second = (socket.create_connection(address) for _ in range(2))
    connection, _ = listener.accept()  # the first in the queue
with first, second, connection:  # the listener is closed now
    went_on = {"accepted": alive(first), "waiting": alive(second)}
    print(went_on, connection.recv(100))
    print("same port:", connection.getsockname() == address)
    try:
        socket.create_connection(address)
    except OSError as error:
        print("a new client:", type(error).__name__)
names = {(True, True): "both", (True, False): "accepted"}
outcome("ch11/listener-closed", names.get(tuple(went_on.values()), "none"))

# %% id="demo-listener-closed" demo=true lang="zh" of="17660a87"
with socket.create_server(("127.0.0.1", 0)) as listener:
    address = listener.getsockname()
    first, second = (socket.create_connection(address) for _ in range(2))
    connection, _ = listener.accept()  # 队列里的第一个
with first, second, connection:  # 监听套接字已经关闭
    went_on = {"accepted": alive(first), "waiting": alive(second)}
    print(went_on, connection.recv(100))
    print("同一个端口：", connection.getsockname() == address)
    try:
        socket.create_connection(address)
    except OSError as error:
        print("新来的客户端：", type(error).__name__)
names = {(True, True): "both", (True, False): "accepted"}
outcome("ch11/listener-closed", names.get(tuple(went_on.values()), "none"))

# %% [markdown] id="after-listener-closed" lang="en"
# **The accepted one: its connection stands on its own.** A connection is named by the addresses of
# both ends, so all can use the server's port; no data passes through a listener. The
# waiting client gets an RST, though it believed itself connected; a new one is refused.

# %% [markdown] id="after-listener-closed" lang="zh" of="7cfdeda2"
# **被 accept 的那个：它是独立的。** 连接由两端的地址共同标识，所以各连接可以共用服务器的同一个端口；监听套接字从不经手数据。还在等待的那个收到 RST，尽管它以为已经连上；新来的被拒绝。

# %% [markdown] id="ex-serve-once" lang="en"
# ## Exercise 4 · Serve one client, and always close (3 points)
#
# `serve_once(listener, handler)` accepts one connection, calls `handler(client, address)` with
# the new socket and the client's `Address`, and closes `client`.
#
# - `client` is closed also when `handler` raises, whatever it raises (Ctrl+C, too): otherwise its
#   peer would wait for an end that never comes. The exception then passes on.
# - `listener` stays open: the next call serves the next client.
# - *Not required:* a handler that closes `client` itself (harmless), timeouts.
#
# `greet` and `explode` are such handlers.

# %% [markdown] id="ex-serve-once" lang="zh" of="aacdecce"
# ## 习题 4 · 服务一个客户端，无论如何都要关闭连接（3 分）
#
# `serve_once(listener, handler)` 接受一个连接，用新的套接字和客户端的 `Address` 调用 `handler(client, address)`，然后关闭 `client`。
#
# - `handler` 抛出异常时也要关闭 `client`，不管是哪一种异常（Ctrl+C 也算），否则对端会一直等下去；异常原样抛出。
# - `listener` 保持打开：下一次调用为下一个客户端服务。
# - **不要求**：`handler` 自己关闭了 `client` 的情况（无害）；超时。
#
# 前面给定的 `greet` 和 `explode` 就是这样的 handler。

# %% id="serve-once" solution="ch11/serve_once"
def serve_once(
    listener: socket.socket,
    handler: Callable[[socket.socket, Address], None],
) -> None:
    """Accept a client, call handler(client, address), always close client."""
    ### BEGIN SOLUTION
    client, address = listener.accept()
    with client:
        handler(client, address)
    ### END SOLUTION

# %% id="check-serve-once" check="ch11/serve_once"
check("ch11/serve_once")

# %% [markdown] id="polling" lang="en"
# ## How does a TCP server stop?
#
# As in chapter 00: with `settimeout(0.1)` the loop can look at `stop`.

# %% [markdown] id="polling" lang="zh" of="1ba760f4"
# ## TCP 服务器怎样停下来？
#
# 同第 0 章一样：有了 `settimeout(0.1)`，循环就能检查 `stop`。

# %% id="demo-count-clients" demo=true lang="en"
def count_clients(listener, stop):
    """Accept clients, and hang up, until stop is set; return how many."""
    listener.settimeout(0.1)
    clients = 0
    while not stop.is_set():
        try:
            client, _ = listener.accept()
        except TimeoutError:
            continue
        client.close()
        clients += 1
    return clients

# %% id="demo-count-clients" demo=true lang="zh" of="eae05757"
def count_clients(listener, stop):
    """接受客户端并立即挂断，直到 stop 被设置；返回个数。"""
    listener.settimeout(0.1)
    clients = 0
    while not stop.is_set():
        try:
            client, _ = listener.accept()
        except TimeoutError:
            continue
        client.close()
        clients += 1
    return clients

# %% id="demo-clients" demo=true lang="en"
server = serving(count_clients, "tcp")
with server as address:
    for _ in range(3):
        with socket.create_connection(address) as client:
            client.recv(1)
print(server.returned, "clients")

# %% id="demo-clients" demo=true lang="zh" of="d7e0b832"
server = serving(count_clients, "tcp")
with server as address:
    for _ in range(3):
        with socket.create_connection(address) as client:
            client.recv(1)
print(server.returned, "个客户端")

# %% [markdown] id="impatient" lang="en"
# The accepted socket does not inherit this: it blocks. Somebody gives *it* 0.1 s as well, to look at
# `stop` between two `recv`. Then the server answers with `sendall`, and the client is slow to read.

# %% [markdown] id="impatient" lang="zh" of="1d6de3a4"
# `accept` 返回的套接字不继承这个超时：它是阻塞的。于是有人给**它**也设了 0.1 秒，好在两次 `recv` 之间检查 `stop`。随后服务器用 `sendall` 发响应，而客户端读得很慢。

# %% id="predict-impatient" predict=true lang="en"
predict(
    "ch11/impatient",
    "How much of an answer of 8 MiB will arrive?",
    none="nothing",
    part="a part",
    all="everything",
)

# %% id="predict-impatient" predict=true lang="zh" of="320c36dd"
predict(
    "ch11/impatient",
    "8 MiB 的响应会到达多少？",
    none="一点也没有",
    part="一部分",
    all="全部",
)

# %% id="demo-impatient" demo=true lang="en"
client, server = connected()
with client, server:
    server.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 16384)
    server.settimeout(0.1)  # meant for recv
    try:
        server.sendall(bytes(8 << 20))
    except TimeoutError as error:
        print("sendall:", error)
    server.close()
    arrived = sum(iter(lambda: len(client.recv(1 << 20)), 0))
outcome("ch11/impatient", {0: "none", 8 << 20: "all"}.get(arrived, "part"))

# %% id="demo-impatient" demo=true lang="zh" of="807e1b49"
client, server = connected()
with client, server:
    server.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 16384)
    server.settimeout(0.1)  # 本来是给 recv 设的
    try:
        server.sendall(bytes(8 << 20))
    except TimeoutError as error:
        print("sendall：", error)
    server.close()
    arrived = sum(iter(lambda: len(client.recv(1 << 20)), 0))
outcome("ch11/impatient", {0: "none", 8 << 20: "all"}.get(arrived, "part"))

# %% [markdown] id="after-impatient" lang="en"
# **A part, and its sender cannot know how much ([STR-38](../catalogue.ipynb#cell-id=STR-38)).** The
# connection can only be given up. A timeout applies to every call on a socket: set it before each,
# 0.1 for `recv`, `None` (wait) for `sendall`.

# %% [markdown] id="after-impatient" lang="zh" of="15e4c2ce"
# **到了一部分，而且发送方无从知道是多少（[STR-38](../catalogue.ipynb#cell-id=STR-38)）。** 这条连接只能放弃。套接字的超时对每个调用都有效：调用之前都要设，`recv` 用 0.1，`sendall` 用 `None`（一直等）。

# %% [markdown] id="character" lang="en"
# ## What if a `recv` ends inside a character?
#
# 你好 is six bytes of UTF-8; this relay cuts after the fourth.

# %% [markdown] id="character" lang="zh" of="d7c57698"
# ## 一次 `recv` 断在字符中间，会怎样？
#
# “你好”的 UTF-8 编码是六个字节；这个中继在第四个字节之后切开。

# %% id="demo-hello" demo=true
def hello(listener, stop):
    connection, _ = listener.accept()
    with connection:
        connection.sendall("你好".encode())

# %% id="demo-character" demo=true lang="en"
import codecs

decoder = codecs.getincrementaldecoder("utf-8")()
with (
    serving(hello, "tcp") as address,
    TCPRelay(address, "split reply 4") as front,
    socket.create_connection(front) as client,
):
    while data := client.recv(100):
        print(data.hex(" "))
        print("    each piece alone:", data.decode(errors="replace"))
        print("    incremental:", decoder.decode(data))

# %% id="demo-character" demo=true lang="zh" of="b9945229"
import codecs

decoder = codecs.getincrementaldecoder("utf-8")()
with (
    serving(hello, "tcp") as address,
    TCPRelay(address, "split reply 4") as front,
    socket.create_connection(front) as client,
):
    while data := client.recv(100):
        print(data.hex(" "))
        print("    每段单独解码：", data.decode(errors="replace"))
        print("    增量解码：", decoder.decode(data))

# %% [markdown] id="after-character" lang="en"
# **A piece need not be text:** `decode` raises UnicodeDecodeError, or shows � with
# `errors="replace"` ([TXT-02](../catalogue.ipynb#cell-id=TXT-02)). Collect the whole message, then
# decode; or use an **incremental decoder**: it keeps an unfinished character for the next piece.

# %% [markdown] id="after-character" lang="zh" of="436ea58e"
# **一段字节不一定是文本**：`decode` 抛出 UnicodeDecodeError，用 `errors="replace"` 则显示成 �（[TXT-02](../catalogue.ipynb#cell-id=TXT-02)）。要么先收齐一条消息再解码，要么用**增量解码器**（incremental decoder）：不完整的字符，它留到下一段再解。

# %% [markdown] id="upper" lang="en"
# ## Which bytes are letters?
#
# The old notes' server answers with `data.upper()`. It gets "time" in simplified (时间) and
# traditional characters (時間), as GBK (`ca b1 bc e4`, `95 72 e9 67`) and as UTF-8 (all bytes above
# `7f`). The letters a–z are `61` to `7a`.

# %% [markdown] id="upper" lang="zh" of="caa3b167"
# ## 哪些字节是字母？
#
# 旧笔记里的服务器回答 `data.upper()`。它收到简体的“时间”和繁体的“時間”，各有 GBK（`ca b1 bc e4`、`95 72 e9 67`）和 UTF-8（字节都大于 `7f`）两种编码。字母 a～z 是 `61` 到 `7a`。

# %% id="predict-upper" predict=true lang="en"
predict(
    "ch11/upper",
    "Which of the four will come back changed?",
    none="none: these are no letters",
    one="only 時間 in GBK",
    gbk="both in GBK",
    all="all four",
)

# %% id="predict-upper" predict=true lang="zh" of="d34e9a3d"
predict(
    "ch11/upper",
    "这四个里面，哪些发回来会变？",
    none="都不变：它们不是字母",
    one="只有 GBK 的“時間”",
    gbk="两个 GBK 的",
    all="四个都变",
)

# %% id="demo-upper" demo=true
changed = []
for text in ("时间", "時間"):
    for charset in ("gbk", "utf-8"):
        data = text.encode(charset)
        back = data.upper().decode(charset)
        print(charset, text, data, "->", back)
        if back != text:
            changed.append(charset)
names = {(): "none", ("gbk",): "one", ("gbk", "gbk"): "gbk"}
outcome("ch11/upper", names.get(tuple(changed), "all"))

# %% id="demo-how-many" demo=true lang="en"
every = [chr(code) for code in range(0x4E00, 0x9FA6)]
changes = [c for c in every if c.encode("gbk").upper() != c.encode("gbk")]
simple = [c for c in every if c.encode("gb2312", "ignore")]
print(f"{len(changes)} of {len(every)} characters change as GBK")
both = set(simple) & set(changes)
print(f"{len(both)} of the {len(simple)} characters of GB2312 change")

# %% id="demo-how-many" demo=true lang="zh" of="ede56701"
every = [chr(code) for code in range(0x4E00, 0x9FA6)]
changes = [c for c in every if c.encode("gbk").upper() != c.encode("gbk")]
simple = [c for c in every if c.encode("gb2312", "ignore")]
print(f"{len(every)} 个汉字中，按 GBK 编码会变的有 {len(changes)} 个")
both = set(simple) & set(changes)
print(f"GB2312 的 {len(simple)} 个汉字中，会变的有 {len(both)} 个")

# %% [markdown] id="after-upper" lang="en"
# **Only rare and traditional characters change, and only as GBK
# ([TXT-13](../catalogue.ipynb#cell-id=TXT-13)).** Their second byte may be one of a–z. The common
# simplified ones, GB2312, have no such byte. Who does not know the charset must not take bytes for
# letters.

# %% [markdown] id="after-upper" lang="zh" of="63abf2e0"
# **变的只是 GBK 编码的生僻字和繁体字（[TXT-13](../catalogue.ipynb#cell-id=TXT-13)）。** 它们的第二个字节可能是 a～z 中的一个。常用的简体字（GB2312）没有这样的字节。不知道编码，就不能把字节当字母。

# %% [markdown] id="ex-upper-server" lang="en"
# ## Exercise 5 · An upper-case server that everybody can use (4 points)
#
# `upper_server(listener, stop)` serves clients one after the other until `stop` is set. It
# returns how many were accepted (`int`).
#
# - Every byte a–z that a client sends comes back as A–Z, every other byte unchanged, in order, as
#   soon as it comes.
# - When the client finishes sending (half-close), it still gets all its answers; then the
#   connection is closed.
# - A client that resets, at whatever moment, ends only its own connection.
# - A client may read slowly: no answer is cut or lost, however long sending takes.
# - It returns within 0.5 s of `stop.set()`, also while a client is connected, silent or sending.
#   `listener` stays open.
# - *Not required:* two clients at once (chapter 15); stopping while a client refuses to read; a client
#   that for more than a second sends nothing, or reads nothing at all; character sets.

# %% [markdown] id="ex-upper-server" lang="zh" of="daf0c5a8"
# ## 习题 5 · 人人能用的大写服务器（4 分）
#
# `upper_server(listener, stop)` 一个接一个地为客户端服务，直到 `stop` 被设置；返回一共 accept 了多少个客户端（`int`）。
#
# - 客户端发来的字节 a～z 变成 A～Z 发回，其他字节不变，按顺序，收到多少就立刻发回多少。
# - 客户端发完了（半关闭），仍能收到全部响应；然后才关闭连接。
# - 客户端不管什么时候复位（RST），都只结束它自己的连接。
# - 客户端读得再慢，也要把响应发完。
# - `stop.set()` 之后 0.5 秒之内返回，即使还有客户端连着，不管它发不发数据。`listener` 保持打开。
# - **不要求**：同时服务两个客户端（第 15 章）；客户端一直不读时也能停下来；客户端超过一秒什么也不发，或者什么也不读；字符编码。

# %% id="upper-server" solution="ch11/upper_server"
def upper_server(listener: socket.socket, stop: threading.Event) -> int:
    """Serve clients one by one, a-z as A-Z, until stop is set; count them."""
    ### BEGIN SOLUTION
    listener.settimeout(0.1)
    accepted = 0
    while not stop.is_set():
        try:
            client, _ = listener.accept()
        except TimeoutError:
            continue
        accepted += 1
        with client:
            try:
                answer(client, stop)
            except ConnectionError:
                continue  # this one is gone, the next may call
    return accepted


def answer(client: socket.socket, stop: threading.Event) -> None:
    while not stop.is_set():
        client.settimeout(0.1)
        try:
            data = client.recv(65536)
        except TimeoutError:
            continue
        if not data:
            return
        client.settimeout(None)
        client.sendall(data.upper())
    ### END SOLUTION

# %% id="check-upper-server" check="ch11/upper_server"
check("ch11/upper_server")

# %% [markdown] id="panel" lang="en"
# ## What happens when two people call?
#
# Two people talk to your server; anna's client has connected first. Write as anna, then as ben.

# %% [markdown] id="panel" lang="zh" of="61f202a3"
# ## 两个人同时来，会怎样？
#
# 两个人与你的服务器对话，anna 的客户端先连上。先以 anna 的身份写，再以 ben 的身份写。

# %% id="predict-panel" predict=true lang="en"
predict(
    "ch11/panel",
    "What will ben get while anna is connected?",
    answer="his own answer",
    waits="nothing: he waits",
    refused="an error: he is refused",
)

# %% id="predict-panel" predict=true lang="zh" of="5029bc26"
predict(
    "ch11/panel",
    "anna 连着的时候，ben 会得到什么？",
    answer="他自己的响应",
    waits="什么也没有：他在等待",
    refused="出错：他被拒绝",
)

# %% id="demo-panel" demo=true tags=["nbval-ignore-output"]
from netlib.panels import ChatPanel

panel = ChatPanel(server=upper_server, kind="tcp", patience_s=0.5)
panel

# %% [markdown] id="panel-said" lang="en"
# The next cell writes as anna, then as ben, prints the chat, and closes the panel.

# %% [markdown] id="panel-said" lang="zh" of="bbf310d2"
# 下一个单元格先以 anna、再以 ben 的身份写，打印出对话，然后关闭面板。

# %% id="demo-panel-text" demo=true lang="en"
panel.say("anna", "green tea")
panel.wait_for("GREEN TEA")
panel.say("ben", "cake")
panel.wait_for("CAKE", within=1)
lines = panel.text().splitlines()
panel.close()
print(*lines[2:], sep="\n")
last = [line for line in lines[2:] if "ben" in line][-1]
came = "answer" if "CAKE" in last else "waits"
outcome("ch11/panel", "refused" if "closed the connection" in last else came)

# %% id="demo-panel-text" demo=true lang="zh" of="25a3b4fa"
panel.say("anna", "green tea")
panel.wait_for("GREEN TEA")
panel.say("ben", "cake")
panel.wait_for("CAKE", within=1)
lines = panel.text().splitlines()
panel.close()
print(*lines[2:], sep="\n")
last = [line for line in lines[2:] if "ben" in line][-1]
came = "answer" if "CAKE" in last else "waits"
outcome("ch11/panel", "refused" if "关闭了连接" in last else came)

# %% [markdown] id="after-panel" lang="en"
# **ben waits in the queue:** the kernel has connected him, and your server is busy with anna.

# %% [markdown] id="after-panel" lang="zh" of="801c95f5"
# **ben 在队列里等待**：内核已经替他建好连接，你的服务器还在为 anna 服务。

# %% [markdown] id="makefile" lang="en"
# ## How do you read a line from a stream?
#
# `makefile` makes a file of a socket. Three pieces are sent: `gre`; `en` with a line end and two of
# the three bytes of 茶; the rest.

# %% [markdown] id="makefile" lang="zh" of="33e1ce16"
# ## 怎样从流里读出一行？
#
# `makefile` 把套接字包成文件。现在分三段发送：`gre`；`en` 加换行和“茶”的前两个字节；其余的。

# %% id="demo-makefile" demo=true
client, server = connected()
with server, client:
    for piece in (b"gre", b"en\n\xe8\x8c", b"\xb6\nca"):
        client.sendall(piece)
    client.shutdown(socket.SHUT_WR)
    with server.makefile("r", encoding="utf-8") as file:
        for line in file:
            print(repr(line))

# %% [markdown] id="after-makefile" lang="en"
# **The file reads as often as a line needs.** By hand: collect bytes; when there is a `b"\n"`, cut
# there; what is left belongs to the next line.

# %% [markdown] id="after-makefile" lang="zh" of="e09529e1"
# **为了凑齐一行，文件对象该读几次就读几次。** 自己动手也行：收集字节，遇到 `b"\n"` 就在那里切开，余下的属于下一行。

# %% [markdown] id="ex-chat-client" lang="en"
# ## Exercise 6 · A conversation, line by line (3 points)
#
# `chat_client(sock, lines)` sends the lines (`list` of `str`) one at a time: it sends a line, waits
# for the reply line, then sends the next. It returns the replies (`list` of `str`).
#
# - A line goes out as UTF-8 and `b"\n"`. A reply is everything up to the next `b"\n"`, without it,
#   decoded from UTF-8.
# - Lines that are empty or only white space (as `str.strip` knows it) are not sent and get no reply.
# - If the peer finishes early, also in the middle of a reply, send nothing more and return the replies
#   so far (with that half or without).
# - Several replies may arrive together: what is left belongs to the next line.
# - *Not required:* a reset, a peer that has closed both directions (then `sendall` may raise
#   `BrokenPipeError`), lines with `\n` inside, replies with `\r`, half a character at the end,
#   `input()`.
#
# Reading with `makefile("r")` is right; send with `sendall`: one text file for both directions drops
# what it has read ahead.

# %% [markdown] id="ex-chat-client" lang="zh" of="8d923a23"
# ## 习题 6 · 一行一行地对话（3 分）
#
# `chat_client(sock, lines)` 逐行发送 `lines`（`str` 的 `list`）：发一行，等来一行响应，再发下一行。返回各行响应（`str` 的 `list`）。
#
# - 一行按 UTF-8 编码，加 `b"\n"` 发出。一行响应是下一个 `b"\n"` 之前的全部字节，不含 `b"\n"`，按 UTF-8 解码。
# - 空行和只有空白（以 `str.strip` 为准）的行不发送，也没有响应。
# - 对端提前结束（只来了半行响应也算），就不再发送，返回已经得到的响应（那半行可丢可留）。
# - 几行响应可能一起到达：多出来的属于后面的行。
# - **不要求**：RST；对端两个方向都已关闭（这时 `sendall` 可能抛出 `BrokenPipeError`）；行内有 `\n`；响应里有 `\r`；结尾的半个字符；`input()`。
#
# 用 `makefile("r")` 读也对，发送用 `sendall`：读写共用一个文本文件，写的时候会丢掉已经预读的内容。

# %% id="chat-client" solution="ch11/chat_client"
def chat_client(sock: socket.socket, lines: list[str]) -> list[str]:
    """Send a line, wait for the reply, send the next; return the replies."""
    ### BEGIN SOLUTION
    replies: list[str] = []
    rest = b""
    for line in lines:
        if not line.strip():
            continue
        sock.sendall(line.encode() + b"\n")
        while b"\n" not in rest:
            data = sock.recv(4096)
            if not data:
                return replies
            rest += data
        reply, _, rest = rest.partition(b"\n")
        replies.append(reply.decode())
    return replies
    ### END SOLUTION

# %% id="check-chat-client" check="ch11/chat_client"
check("ch11/chat_client")

# %% [markdown] id="methods" lang="en"
# ## Which call works on which socket?
#
# | For | Methods |
# |---|---|
# | a server | `bind`, `listen`, `accept` |
# | a client | `connect`, `connect_ex` |
# | data | `recv`, `send`, `sendall`; on UDP `recvfrom`, `sendto` |
# | the end | `shutdown` (of a direction), `close` |
# | addresses | `getsockname` (mine), `getpeername` (the peer's) |
# | waiting | `settimeout`, `gettimeout`, `setblocking` |
# | options | `setsockopt`, `getsockopt` |
# | as a file | `fileno` (the kernel's number for it), `makefile` |
#
# Every socket has them all; the kernel says what fits. Here is a UDP socket:

# %% [markdown] id="methods" lang="zh" of="893f44d3"
# ## 哪个调用适用于哪种套接字？
#
# | 用途 | 方法 |
# |---|---|
# | 服务器 | `bind`、`listen`、`accept` |
# | 客户端 | `connect`、`connect_ex` |
# | 数据 | `recv`、`send`、`sendall`；UDP 用 `recvfrom`、`sendto` |
# | 结束 | `shutdown`（一个方向）、`close` |
# | 地址 | `getsockname`（自己的）、`getpeername`（对端的） |
# | 等待 | `settimeout`、`gettimeout`、`setblocking` |
# | 选项 | `setsockopt`、`getsockopt` |
# | 当作文件 | `fileno`（内核给它的编号）、`makefile` |
#
# 每个套接字都有全部方法，适不适用由内核判定。下面是一个 UDP 套接字：

# %% id="demo-methods" demo=true
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
    kind = sock.getsockopt(socket.SOL_SOCKET, socket.SO_TYPE)
    print(sock.fileno() >= 0, kind == socket.SOCK_DGRAM)
    sock.settimeout(0.1)
    print(sock.gettimeout())
    sock.settimeout(None)
    calls = sock.listen, sock.accept, sock.getpeername, sock.getsockname
    for call in calls:
        try:
            print(call.__name__, call())
        except OSError as error:
            # (ENOTSUP is another name of EOPNOTSUPP.)
            print(call.__name__, errno.errorcode[error.errno])

# %% [markdown] id="ex-method-table" lang="en"
# ## Exercise 7 · Ask the kernel, not the telephone (2 points)
#
# `method_table()` returns a `dict` that has, for each of these keys, the errno name (`str`, such
# as `"EINVAL"`) that the call raises on Linux, or `"ok"`:
#
#     listener.recv  listener.send  listener.getpeername
#     connected.accept  connected.listen  connected.connect
#     fresh.recv  fresh.getsockname
#
# - `listener`: after `listen()`; `connected`: what `accept()` returned (its `connect` to any address);
#   `fresh`: a TCP socket just made. The keys are exactly these eight.
# - A literal `dict` is right, and so is code that asks (`errno.errorcode` has the names).
# - *Not required:* other systems.

# %% [markdown] id="ex-method-table" lang="zh" of="8d9a055e"
# ## 习题 7 · 以内核为准，别套打电话的比喻（2 分）
#
# `method_table()` 返回一个 `dict`：对下面每个键，值是这个调用在 Linux 上抛出的 errno 名称（`str`，如 `"EINVAL"`），不出错则是 `"ok"`：
#
#     listener.recv  listener.send  listener.getpeername
#     connected.accept  connected.listen  connected.connect
#     fresh.recv  fresh.getsockname
#
# - `listener`：调用过 `listen()` 的；`connected`：`accept()` 返回的（`connect` 到任意地址）；`fresh`：刚创建的 TCP 套接字。键恰好是这八个。
# - 直接写出 `dict`，或写代码去试，都对（名称在 `errno.errorcode` 里）。
# - **不要求**：其他系统。

# %% id="method-table" solution="ch11/method_table"
def method_table() -> dict[str, str]:
    """Return for each "socket.method" the errno name it raises, or "ok"."""
    ### BEGIN SOLUTION
    client, server = connected()
    here = ("127.0.0.1", 0)
    with (
        client,
        server,
        socket.socket() as fresh,
        socket.create_server(here) as listener,
    ):
        sockets = {"listener": listener, "connected": server, "fresh": fresh}
        arguments = {
            "listener.recv": [1],
            "listener.send": [b"x"],
            "listener.getpeername": [],
            "connected.accept": [],
            "connected.listen": [],
            "connected.connect": [listener.getsockname()],
            "fresh.recv": [1],
            "fresh.getsockname": [],
        }
        table = dict.fromkeys(arguments, "ok")
        for key in table:
            name, _, method = key.partition(".")
            try:
                getattr(sockets[name], method)(*arguments[key])
            except OSError as error:
                table[key] = errno.errorcode[error.errno]
    return table
    ### END SOLUTION

# %% id="check-method-table" check="ch11/method_table"
check("ch11/method_table")

# %% [markdown] id="program" lang="en"
# ## What can your functions do together?
#
# `attempt` runs a function under a deadline. (NotImplementedError, or nothing in time: solve the
# exercises first.) First, a whole connection in one thread:

# %% [markdown] id="program" lang="zh" of="0624fcd0"
# ## 你的函数合起来能做什么？
#
# `attempt` 在限定时间内运行一个函数。（出现 NotImplementedError，或者到时没有结果：先把习题做完。）先在一个线程里完成整个连接：

# %% id="demo-one-connection" demo=true
from netlib.attempt import attempt


def one_connection():
    with (
        socket.create_server(("127.0.0.1", 0)) as listener,
        dial(*listener.getsockname(), 2.0) as sock,
    ):
        serve_once(listener, greet)
        return recv_until_eof(sock, 100)


attempt(one_connection)

# %% [markdown] id="program-question" lang="en"
# Your client and your server, on a network that passes one byte at a time:

# %% [markdown] id="program-question" lang="zh" of="dbb42929"
# 你的客户端和服务器对话，中间的网络一次只放行一个字节：

# %% id="demo-program" demo=true
def byte_by_byte():
    with (
        serving(upper_server, "tcp") as address,
        TCPRelay(address, "split every 1; split reply every 1") as front,
        dial(*front, 2.0) as sock,
    ):
        return chat_client(sock, ["green tea", "", "你好, cake"])


attempt(byte_by_byte, seconds=5)

# %% [markdown] id="program-asyncio" lang="en"
# A server made of `asyncio` streams:

# %% [markdown] id="program-asyncio" lang="zh" of="2c25bd79"
# 换一个用 `asyncio` 流写的服务器：

# %% id="demo-asyncio" demo=true
import asyncio


def tea_house(listener, stop):
    async def answer(reader, writer):
        async for line in reader:
            writer.write(b"coming: " + line)
            await writer.drain()
        writer.close()

    async def serve():
        async with await asyncio.start_server(answer, sock=listener):
            await asyncio.to_thread(stop.wait)

    asyncio.run(serve())

# %% id="demo-asyncio-run" demo=true
def visit():
    with serving(tea_house, "tcp") as address, dial(*address, 2.0) as sock:
        return chat_client(sock, ["green tea", " ", "你好"])


attempt(visit)

# %% [markdown] id="program-peers" lang="en"
# Two programs that share nothing with you but the bytes on the wire: `curl`, as a Telnet client, stays
# connected until `--max-time` ends it; busybox `nc` half-closes when its input ends.

# %% [markdown] id="program-peers" lang="zh" of="c34eac0f"
# 再来两个别人的程序，它们和你的代码毫无关系，双方只靠线路上的字节打交道：`curl` 当 Telnet 客户端用，一直连着，到 `--max-time` 的时限才退出；busybox 的 `nc` 在输入结束时半关闭。

# %% id="demo-peers" demo=true lang="en"
import shutil
import subprocess


def ask(command, text):
    """Run command against upper_server, with text as its input."""
    program = command.split()[0]
    if shutil.which(program) is None:
        return f"{program} is not installed here, so it was not asked."
    with serving(upper_server, "tcp") as (host, port):
        argv = command.format(host=host, port=port).split()
        done = subprocess.run(
            argv, input=text.encode(), stdout=subprocess.PIPE, timeout=5
        )
    return done.stdout.decode()

# %% id="demo-peers" demo=true lang="zh" of="98654dc7"
import shutil
import subprocess


def ask(command, text):
    """让 command 去连 upper_server，以 text 为输入。"""
    program = command.split()[0]
    if shutil.which(program) is None:
        return f"这里没有安装 {program}，所以没有运行它。"
    with serving(upper_server, "tcp") as (host, port):
        argv = command.format(host=host, port=port).split()
        done = subprocess.run(
            argv, input=text.encode(), stdout=subprocess.PIPE, timeout=5
        )
    return done.stdout.decode()

# %% id="demo-peers-run" demo=true tags=["nbval-ignore-output"]
def visitors():
    by_curl = ask("curl -s --max-time 1 telnet://{host}:{port}", "one tea\n")
    return [by_curl, ask("busybox nc {host} {port}", "你好, tea\n")]


attempt(visitors, seconds=8)

# %% [markdown] id="after-peers" lang="en"
# **`nc` ends because your server answers everything, and then closes.**

# %% [markdown] id="after-peers" lang="zh" of="156c388a"
# **`nc` 会结束，是因为你的服务器先答完全部内容，再关闭连接。**

# %% [markdown] id="beside" lang="en"
# ## Where do the old programs fail?
#
# `netlib.oldnotes.tcp` has a server and a client as in the old notes: one `recv(1024)` for an
# answer, `decode` after each `recv`, no `except`, the result of `connect_ex` ignored.

# %% [markdown] id="beside" lang="zh" of="56648ced"
# ## 旧程序在哪里失败？
#
# `netlib.oldnotes.tcp` 里有同旧笔记一样的服务器和客户端：一次 `recv(1024)` 就当作一个响应，每次 `recv` 之后马上 `decode`，没有 `except`，也不看 `connect_ex` 的返回值。

# %% id="demo-pairs" demo=true
from netlib.oldnotes import tcp as oldnotes
from netlib.scenes import leave_with_reset


def old_pair(lines, faults, reset_first):
    with oldnotes.running() as address, TCPRelay(address, faults) as front:
        if reset_first:
            leave_with_reset(address)
        return oldnotes.upper_client(front, lines)


# %% id="demo-your-pair" demo=true
def your_pair(lines, faults, reset_first):
    with serving(upper_server, "tcp") as address:
        if reset_first:
            leave_with_reset(address)
        with TCPRelay(address, faults) as front, dial(*front, 2.0) as sock:
            return chat_client(sock, lines)

# %% id="demo-tasks" demo=true lang="en"
TASKS = {
    "a line": (["green tea"], "", False),
    "a client that resets, then a line": (["green tea"], "", True),
    "a character that the network cuts": (["你好"], "split 4", False),
    "2,000 letters, then a line": (["a" * 2000, "tea"], "", False),
}

# %% id="demo-tasks" demo=true lang="zh" of="2e809ae5"
TASKS = {
    "一行": (["green tea"], "", False),
    "先来一个复位的客户端，再来一行": (["green tea"], "", True),
    "一个汉字被网络切开": (["你好"], "split 4", False),
    "2,000 个字母，再来一行": (["a" * 2000, "tea"], "", False),
}


# %% id="demo-verdict" demo=true lang="en"
def verdict(pair, task):
    """Say in a word what a pair of programs made of a task."""
    came = attempt(pair, *task, seconds=4)
    if "NotImplementedError" in str(came):
        return "–"
    wanted = [line.upper() for line in task[0]]
    return "right" if came.value == wanted else "wrong"

# %% id="demo-verdict" demo=true lang="zh" of="a89c57a9"
def verdict(pair, task):
    """用一个词说出一对程序完成得怎样。"""
    came = attempt(pair, *task, seconds=4)
    if "NotImplementedError" in str(came):
        return "–"
    wanted = [line.upper() for line in task[0]]
    return "对" if came.value == wanted else "错"

# %% id="demo-beside" demo=true lang="en"
print("old   yours")
for name, task in TASKS.items():
    print(f"{verdict(old_pair, task):6}{verdict(your_pair, task):6}{name}")

# %% id="demo-beside" demo=true lang="zh" of="947efb4b"
print("旧    你的")
for name, task in TASKS.items():
    print(f"{verdict(old_pair, task):6}{verdict(your_pair, task):6}{name}")

# %% [markdown] id="after-beside" lang="en"
# **The old pair is right as long as nothing happens.** A reset, or half a character, raises an
# exception in the server, and ends it for everybody ([STR-29](../catalogue.ipynb#cell-id=STR-29)).
# The rest of a long answer is taken for the next one.

# %% [markdown] id="after-beside" lang="zh" of="0a5c99b6"
# **只要不出事，旧程序就是对的。** 一次复位，或者半个汉字，都会让服务器抛出异常，谁也得不到服务了（[STR-29](../catalogue.ipynb#cell-id=STR-29)）。响应长了，剩下的部分被当成下一个响应。

# %% [markdown] id="terminals" lang="en"
# ## How do your programs run without the notebook?
#
# These cells save your two programs:

# %% [markdown] id="terminals" lang="zh" of="f9290636"
# ## 怎样脱离笔记本运行？
#
# 下面的单元格保存你的两个程序：

# %% id="demo-save-server" demo=true lang="en"
from netlib.scripts import save_program


def serve(port):
    with socket.socket() as listener:
        # the same port again at once: chapter 12
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("", int(port)))  # "": every address of this machine
        listener.listen()
        print("listening at", listener.getsockname())
        upper_server(listener, threading.Event())


print("saved:", save_program("upper.py", "", serve))

# %% id="demo-save-server" demo=true lang="zh" of="548b0708"
from netlib.scripts import save_program


def serve(port):
    with socket.socket() as listener:
        # 马上又能用同一个端口：第 12 章
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("", int(port)))  # ""：本机的所有地址
        listener.listen()
        print("正在监听", listener.getsockname())
        upper_server(listener, threading.Event())


print("已保存：", save_program("upper.py", "", serve))

# %% id="demo-save-client" demo=true lang="en"
def talk(host, port):
    with dial(host, int(port), 5.0) as sock:
        sock.settimeout(None)  # wait for our turn
        while line := input("you: "):  # an empty line ends it
            for reply in chat_client(sock, [line]):
                print("server:", reply)


print("saved:", save_program("ask.py", "", talk))

# %% id="demo-save-client" demo=true lang="zh" of="90c32ee9"
def talk(host, port):
    with dial(host, int(port), 5.0) as sock:
        sock.settimeout(None)  # 等轮到自己
        while line := input("你："):  # 输入空行就结束
            for reply in chat_client(sock, [line]):
                print("服务器：", reply)


print("已保存：", save_program("ask.py", "", talk))

# %% id="demo-port" demo=true tags=["nbval-ignore-output"] lang="en"
with socket.socket() as sock:
    sock.bind(("127.0.0.1", 0))
    port = sock.getsockname()[1]  # free a moment ago
print(f"python3 upper.py {port}\npython3 ask.py 127.0.0.1 {port}")

# %% id="demo-port" demo=true tags=["nbval-ignore-output"] lang="zh" of="1bcec147"
with socket.socket() as sock:
    sock.bind(("127.0.0.1", 0))
    port = sock.getsockname()[1]  # 刚才是空闲的
print(f"python3 upper.py {port}\npython3 ask.py 127.0.0.1 {port}")

# %% [markdown] id="terminals-how" lang="en"
# Open two terminals (*File → New → Terminal*) in the folder of this notebook. Type one line in
# each, and talk. Ctrl+C ends the server.
#
# **From another machine of your network:** your server has bound `("", port)`, all addresses of your
# machine. Copy `ask.py` there, and type your address (`hostname -I`) for `127.0.0.1`. **Warning:**
# whoever can reach your machine can connect, too. Only in a network that you trust.

# %% [markdown] id="terminals-how" lang="zh" of="e23de078"
# 打开两个终端（*文件 → 新建 → 终端*，即 File → New → Terminal），进入本笔记本所在的目录。各输入一行，然后对话。Ctrl+C 结束服务器。
#
# **从同一局域网里的另一台机器连接**：服务器绑定的是 `("", port)`，即本机的所有地址。把 `ask.py` 复制过去，把 `127.0.0.1` 换成你的地址（`hostname -I`）。**注意**：凡是能访问到这台电脑的人，都能连上来。只在可信的网络里这样做。

# %% [markdown] id="speed" lang="en"
# ## Is TCP slower?
#
# Some old notes say: three times. Others say: hardly. Here is 0.3 s of each:

# %% [markdown] id="speed" lang="zh" of="5b4caa9d"
# ## TCP 更慢吗？
#
# 有的旧笔记说只有 UDP 的三分之一，有的说几乎没有差别。两种协议各发 0.3 秒：

# %% id="demo-sinks" demo=true
def tcp_sink(listener, stop):
    connection, _ = listener.accept()
    with connection:
        return sum(iter(lambda: len(connection.recv(65536)), 0))


def udp_sink(sock, stop):
    sock.settimeout(0.1)
    arrived = 0
    while not stop.is_set():
        try:
            arrived += len(sock.recv(65536))
        except TimeoutError:
            continue
    return arrived

# %% id="demo-speed" demo=true tags=["nbval-ignore-output"] lang="en"
import time

rates = {}
for sink, kind, type_ in (
    (tcp_sink, "tcp", socket.SOCK_STREAM),
    (udp_sink, "udp", socket.SOCK_DGRAM),
):
    server, sent = serving(sink, kind), 0
    with server as address, socket.socket(type=type_) as client:
        client.connect(address)
        deadline = time.monotonic() + 0.3
        while time.monotonic() < deadline:
            sent += client.send(bytes(1400))
    rates[f"{kind} sent"] = sent / 0.3 / 1e6
    rates[f"{kind} arrived"] = server.returned / 0.3 / 1e6
bars(rates, title="Sent and arrived on loopback", unit="MB/s")

# %% id="demo-speed" demo=true tags=["nbval-ignore-output"] lang="zh" of="5b58eef2"
import time

rates = {}
for sink, kind, type_ in (
    (tcp_sink, "tcp", socket.SOCK_STREAM),
    (udp_sink, "udp", socket.SOCK_DGRAM),
):
    server, sent = serving(sink, kind), 0
    with server as address, socket.socket(type=type_) as client:
        client.connect(address)
        deadline = time.monotonic() + 0.3
        while time.monotonic() < deadline:
            sent += client.send(bytes(1400))
    rates[f"{kind} 发出"] = sent / 0.3 / 1e6
    rates[f"{kind} 到达"] = server.returned / 0.3 / 1e6
bars(rates, title="环回上发出和到达的数据", unit="MB/s")

# %% [markdown] id="after-speed" lang="en"
# **Not on loopback; but there the bars show only what a call costs.** UDP makes a packet for each
# `send`, and drops those that its reader is too slow for; TCP joins small sends. On a network TCP
# costs time: a round trip to connect, more when packets are lost.

# %% [markdown] id="after-speed" lang="zh" of="060e0c5d"
# **在环回上不慢；但这里的图只反映每次调用的开销。** UDP 每次 `send` 造一个数据包，来不及读的就丢掉；TCP 把零碎的发送合并起来。在网络上，TCP 的代价是等待：建立连接要一个往返，丢包时更久。

# %% [markdown] id="practice" lang="en"
# **Where will you meet this?** HTTP, TLS, SSH, mail and databases run on TCP. Take UDP when late is
# as bad as lost, or when many should hear it.

# %% [markdown] id="practice" lang="zh" of="fbfa370e"
# **实际应用**：HTTP、TLS、SSH、邮件、数据库跑在 TCP 上。迟到等于丢失，或要同时发给许多接收方，就用 UDP。

# %% [markdown] id="old-notes" lang="en"
# ## Old notes, checked
#
# | They say | In fact |
# |---|---|
# | TCP is RFC 793 | replaced by RFC 9293 in 2022 |
# | clients usually bind an address, servers leave it empty | servers may (`""`); clients seldom bind ([PRT-07](../catalogue.ipynb#cell-id=PRT-07)) |

# %% [markdown] id="old-notes" lang="zh" of="fd64754d"
# ## 核对旧笔记
#
# | 旧说法 | 事实 |
# |---|---|
# | TCP 由 RFC 793 定义 | 2022 年已被 RFC 9293 取代 |
# | 客户端一般绑定 IP，服务器一般不写 | 服务器可以写 `""`；客户端很少 bind（[PRT-07](../catalogue.ipynb#cell-id=PRT-07)） |

# %% [markdown] id="say-now" lang="en"
# ## What can you say now?
#
# TCP carries bytes in order, and marks no messages. The kernel makes connections; `accept` fetches
# them. `send` returns how many bytes the kernel took, and proves nothing about the reader. FIN ends
# one direction, and then `recv` returns `b""`; RST ends both, as an error. A timeout applies to
# every call on a socket.
#
# **Ask yourself:** (1) Five `send`: how many `recv`? (2) `recv` has returned `b""`. May you still
# send? (3) `send` has returned 8. Who has read the 8 bytes? (4) Chapter 00: why is `while not stop:`
# wrong? (5) Chapter 04: why does UDP need no marks between messages?
#
# <details><summary>Answers</summary>(1) Any number. (2) Yes: the peer has ended its direction, not
# yours. (3) Perhaps nobody. (4) An Event is always true; ask <code>is_set()</code>. (5) A datagram
# arrives as one, or not at all.</details>
#
# **Left out:** states, ACKs, SO_REUSEADDR (12); messages (13); whether a file is complete (14); many
# clients (15–17); IPv6; TLS.

# %% [markdown] id="say-now" lang="zh" of="713f8636"
# ## 小结
#
# TCP 按顺序传输字节，不标出消息的边界。连接由内核建立，`accept` 只是取出它。`send` 返回内核收下了多少字节，证明不了对端读没读。FIN 结束一个方向，此后 `recv` 返回 `b""`；RST 同时结束两个方向，属于异常终止。超时对套接字上的每个调用都有效。
#
# **考考自己**：（1）五次 `send`，要几次 `recv`？（2）`recv` 返回了 `b""`，还能发送吗？（3）`send` 返回 8，这 8 个字节谁读过了？（4）第 0 章：为什么 `while not stop:` 不对？（5）第 4 章：UDP 为什么不需要标出消息的边界？
#
# <details><summary>答案</summary>（1）几次都可能。（2）能：对端结束的是它的方向，不是你的。（3）可能还没人读过。（4）Event 总为真；要问 <code>is_set()</code>。（5）数据报要么整个到达，要么不到。</details>
#
# **本章没有讲**：状态、ACK、SO_REUSEADDR（第 12 章）；消息（第 13 章）；文件是否完整（第 14 章）；多个客户端（第 15～17 章）；IPv6；TLS。

# %% [markdown] id="glossary" lang="en"
# ## Glossary
#
# | Term | 中文 | Source |
# |---|---|---|
# | byte stream | 字节流 | RFC 9293 §2.2 |
# | active, passive socket | 主动、被动套接字 | listen(2) |
# | listener, backlog, accept queue | 监听套接字，backlog，全连接队列 | listen(2) |
# | EOF (`b""`) | 对端已关闭写端 | recv(2) |
# | FIN, reset (RST) | FIN，复位（RST） | RFC 9293 §3.6, §3.5.2 |
# | half-close | 半关闭 | shutdown(2) |
# | incremental decoder | 增量解码器 | Python docs, codecs |

# %% [markdown] id="glossary" lang="zh" of="48837c74"
# ## 术语表
#
# | 英文 | 中文 | 出处 |
# |---|---|---|
# | byte stream | 字节流 | RFC 9293 第 2.2 节 |
# | active, passive socket | 主动、被动套接字 | listen(2) |
# | listener, backlog, accept queue | 监听套接字，backlog，全连接队列 | listen(2) |
# | EOF (`b""`) | 对端已关闭写端 | recv(2) |
# | FIN, reset (RST) | FIN，复位（RST） | RFC 9293 第 3.6、3.5.2 节 |
# | half-close | 半关闭 | shutdown(2) |
# | incremental decoder | 增量解码器 | Python 文档，codecs |

# %% [markdown] id="foreseen" lang="en"
# ## What did you predict?

# %% [markdown] id="foreseen" lang="zh" of="f55ec522"
# ## 你猜对了多少？

# %% id="demo-predictions" demo=true
predictions("ch11")
