# %% [markdown] id="title" lang="en"
# # TCP: a byte stream between two programs
#
# Run the next two cells: a client connects to `shout`, sends what it has to say, tells that this
# was all (`shutdown`), and reads until the answer ends. (`serving` runs `shout` in the background
# with a listening socket, until its `with` ends.)

# %% [markdown] id="title" lang="zh" of="cc70d828"
# # TCP：两个程序之间的字节流
#
# 运行下面两个单元格：客户端连上 `shout`，发出要说的话，声明发完了（`shutdown`），再把响应读到结束。（`serving` 让 `shout` 带着一个监听套接字在后台运行，直到 `with` 结束。）

# %% id="demo-shout" demo=true
def shout(listener, stop):
    connection, _ = listener.accept()
    with connection:
        while data := connection.recv(4096):
            connection.sendall(data.upper())


# %% id="demo-two-programs" demo=true
import socket

from netlib.serving import serving

with serving(shout, "tcp") as address, socket.create_connection(address) as client:
    client.sendall(b"green tea, please")
    client.shutdown(socket.SHUT_WR)
    while data := client.recv(4096):
        print(data)

# %% [markdown] id="after-two-programs" lang="en"
# A server does socket, bind, listen, accept; a client socket, connect, and needs no bind (its
# port is temporary). Then both are equal: `recv`, `sendall`, `close`. `send` takes no address: a
# connection has one at each end. Old notes call TCP a telephone call, and UDP a letter. TCP
# (RFC 9293) numbers, acknowledges and checks the bytes, sends again what was lost, and slows
# down for a slow reader or a crowded network. What it carries is a **byte stream**: no mark
# shows where one `send` ended. Most mistakes with TCP come from there.
#
# "Old notes" are the classroom notes that this course replaces; codes such as STR-02 are entries
# of our catalogue of misconceptions. The next cell defines names for the exercises:

# %% [markdown] id="after-two-programs" lang="zh" of="f78abe97"
# 服务器的步骤是 socket、bind、listen、accept；客户端是 socket、connect，不用 bind（它的端口是临时的）。之后两边地位相同：`recv`、`sendall`、`close`。`send` 不带地址：连接的两端各有一个地址。旧笔记把 TCP 比作打电话，UDP 比作写信。TCP（RFC 9293）给字节编号、确认、校验，丢了就重传，遇到慢消费者或拥挤的网络就慢下来。它传输的是**字节流**（byte stream）：流里没有任何标记说明一次 `send` 到哪里为止。TCP 编程的错误，大多由此而来。
#
# “旧笔记”指本课程所取代的课堂笔记；STR-02 这样的代号是课程误区目录的条目。下一个单元格定义习题要用的名字：

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


# %% [markdown] id="before-accept" lang="en"
# ## The kernel makes the connection, not `accept`
#
# `create_server` does socket, bind and listen. A client connects and asks, and nobody has called
# `accept`. Which of its calls will wait? Write your prediction first, in any words or values:
# predictions are not graded.

# %% [markdown] id="before-accept" lang="zh" of="1b5bb45f"
# ## 接通连接的是内核，不是 `accept`
#
# `create_server` 一次做完 socket、bind、listen。客户端连上来，提了问题，而服务器还没有调用 `accept`。客户端的哪个调用会等待？先写下你的预测：文字、数值都行，不计分。

# %% id="predict-before-accept" predict=true
my_prediction = ...

# %% id="demo-before-accept" demo=true
with (
    socket.create_server(("127.0.0.1", 0)) as listener,  # port 0: any free port
    socket.create_connection(listener.getsockname()) as client,
):
    client.sendall(b"are you there?")
    print("asked, and nobody has called accept")
    connection, client_address = listener.accept()
    with connection:
        print(connection.recv(100), client_address == client.getsockname())

# %% [markdown] id="after-before-accept" lang="en"
# None. After `listen` the kernel makes connections by itself and keeps what arrives; `accept`
# fetches one that is ready (TCP-21): a *new* socket, and the client's address. So "connected"
# does not mean that a program has seen you.

# %% [markdown] id="after-before-accept" lang="zh" of="b4f8ba5f"
# 一个也不等。`listen` 之后，内核自己完成连接，并存下收到的数据；`accept` 只是取出一个已经建好的连接（TCP-21），返回一个**新的**套接字和客户端的地址。所以“连上了”不等于有程序看到了你。

# %% [markdown] id="backlog" lang="en"
# ## `listen(n)` does not count your clients
#
# Old notes say "at most n clients" (TCP-02), others "no meaning on Linux" (TCP-01). Six clients
# connect to a server with `backlog=2` that does not call `accept`. How many get through?

# %% [markdown] id="backlog" lang="zh" of="297398fb"
# ## `listen(n)` 数的不是客户端
#
# 旧笔记说“最多 n 个客户端”（TCP-02），也有说“在 Linux 上没有意义”的（TCP-01）。服务器设 `backlog=2`，从不调用 `accept`，六个客户端来连接。能连上几个？

# %% id="predict-backlog" predict=true
my_prediction = ...

# %% id="demo-waiting" demo=true
from netlib.errors import Unavailable
from netlib.states import watch


def waiting(listener):
    """Return how many connections wait for accept, as `ss -lt` shows (Recv-Q)."""
    try:
        sockets = watch(listener.getsockname()[1]).now()
    except Unavailable as error:
        return error
    return next(one.receive_queue for one in sockets if one.state == "LISTEN")


# %% id="demo-backlog" demo=true
with socket.create_server(("127.0.0.1", 0), backlog=2) as listener:
    clients = [socket.socket() for _ in range(6)]
    for client in clients:
        client.settimeout(0.1)
        try:
            client.connect(listener.getsockname())
            print("connected, waiting for accept:", waiting(listener))
        except TimeoutError as error:
            print(error)
    listener.accept()[0].close()
    print("after one accept:", waiting(listener))
for client in clients:
    client.close()

# %% [markdown] id="after-backlog" lang="en"
# Three (Linux: n + 1). The **backlog** bounds those that wait for `accept`; an accepted client
# has left the queue, and thousands may follow. To the others the kernel said nothing, not even
# no: their own kernel tries again after a second, and again, and without a timeout `connect`
# waits for about two minutes.

# %% [markdown] id="after-backlog" lang="zh" of="cbbc5b08"
# 三个（Linux 上是 n + 1）。**backlog** 限制的是等待 `accept` 的连接数，即全连接队列的长度；被 accept 的客户端已经离开队列，后面再来几千个也行。对其余三个，内核什么也没说，连“不行”都没说：它们自己的内核过一秒再试，接着又试；不设超时，`connect` 大约要等两分钟。

# %% [markdown] id="listener-closed" lang="en"
# ## The listener is not the line
#
# Now the server closes its listener in the middle of a chat. What will the client's next message
# meet, and what a new caller?

# %% [markdown] id="listener-closed" lang="zh" of="49aa038c"
# ## 监听套接字不是通话线路
#
# 聊到一半，服务器关闭了监听套接字。客户端的下一条消息会怎样？新来的客户端呢？

# %% id="predict-listener-closed" predict=true
my_prediction = ...

# %% id="demo-listener-closed" demo=true
with socket.create_server(("127.0.0.1", 0)) as listener:
    address = listener.getsockname()
    client = socket.create_connection(address)
    connection, _ = listener.accept()
with client, connection:  # the listener is closed now
    client.sendall(b"still there?")
    print(connection.recv(100), "on the same port:", connection.getsockname() == address)
    try:
        socket.create_connection(address)
    except OSError as error:
        print("a new caller:", type(error).__name__)

# %% [markdown] id="after-listener-closed" lang="en"
# The chat lives. No data ever passes through a listener: each accepted socket is its own
# connection, named by both addresses, so all may use the server's port. Closing one closes no
# other. From here on, this gives us both ends of a connection:

# %% [markdown] id="after-listener-closed" lang="zh" of="c4ed3ed4"
# 聊天照常进行。监听套接字从不经手数据：每个 accept 得到的套接字都是独立的连接，由两端的地址共同标识，所以都可以用服务器的同一个端口。关闭一个，不影响其他。下面这个函数返回一条连接的两端，后面一直用它：


# %% id="connected" setup=true
def connected() -> tuple[socket.socket, socket.socket]:
    """Return both ends of a new TCP connection on this machine: the client's, the server's."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        client = socket.create_connection(listener.getsockname())
        return client, listener.accept()[0]


# %% [markdown] id="sends-recvs" lang="en"
# ## Five sends, one recv; five sends, twenty recvs
#
# Old notes say: "of three packets, TCP delivers three or more" (TCP-24). `five_sends` sends
# `aaaa` to `eeee`, and a relay (`TCPRelay`, between client and server) merges or cuts the stream.
# The letter shows which `send` a byte came from. Where will the bars between the `recv`s stand?

# %% [markdown] id="sends-recvs" lang="zh" of="fdac2c87"
# ## 发五次，收一次；发五次，收二十次
#
# 旧笔记说：“发 3 个包，TCP 收到 3 个以上。”（TCP-24）`five_sends` 依次发送 `aaaa` 到 `eeee`，中间的中继（`TCPRelay`）把字节流合并或切开。字母表示这个字节来自哪一次 `send`。各次 `recv` 之间的竖线会落在哪里？

# %% id="predict-sends-recvs" predict=true
my_prediction = ...

# %% id="demo-sends-recvs" demo=true
from netlib.faults import TCPRelay


def five_sends(listener, stop):
    connection, _ = listener.accept()
    with connection:
        for letter in (b"a", b"b", b"c", b"d", b"e"):
            connection.sendall(letter * 4)


for cut in ("", "; split reply every 7", "; split reply every 1"):
    with serving(five_sends, "tcp") as address:
        relay = TCPRelay(address, "merge reply 20 500ms" + cut)
        with relay as front, socket.create_connection(front) as client:
            pieces = iter(lambda: client.recv(100), b"")
            print(b"|".join(pieces).decode())

# %% [markdown] id="after-sends-recvs" lang="en"
# Anywhere. All three are right: TCP promises the bytes and their order, no more (RFC 9293 §2.2).
# Packets, sends and recvs are three different counts. A program that needs messages must mark
# their ends itself (chapter 13).

# %% [markdown] id="after-sends-recvs" lang="zh" of="a74cb9e9"
# 哪里都可能，三种都对：TCP 只保证字节和它们的顺序，别的一概不保证（RFC 9293 第 2.2 节）。数据包数、send 次数、recv 次数，是三个不同的数。谁需要消息，谁就自己标出边界（第 13 章）。

# %% [markdown] id="bucket" lang="en"
# ## A bigger bucket does not make the tap run longer
#
# To get a whole file, old notes call `recv` once with 100 MiB (STR-05). 8 MiB are on their way;
# what will `recv(100 << 20)` return?

# %% [markdown] id="bucket" lang="zh" of="d351902e"
# ## 桶再大，水也不会多流一会儿
#
# 为了拿到整个文件，旧笔记只调用一次 `recv`，参数给 100 MiB（STR-05）。现在有 8 MiB 正在路上，`recv(100 << 20)` 会返回多少？

# %% id="predict-bucket" predict=true
my_prediction = ...

# %% id="demo-bucket" demo=true tags=["nbval-ignore-output"]
from netlib.plots import bars


def eight_mib(listener, stop):
    connection, _ = listener.accept()
    with connection:
        connection.sendall(bytes(8 << 20))


with serving(eight_mib, "tcp") as address, socket.create_connection(address) as client:
    sizes = list(iter(lambda: len(client.recv(100 << 20)), 0))
print(len(sizes), "reads,", sum(sizes), "bytes")
first = {f"recv {number}": size for number, size in enumerate(sizes[:6], 1)}
bars(first, title="What recv(100 MiB) returned", unit="bytes")

# %% [markdown] id="after-bucket" lang="en"
# What has arrived, whatever that is (STR-01): the number is an upper limit (for which
# Python sets memory aside, 100 MiB at each call). Nor is a short read the end (STR-13). So read in
# a loop; but until when?

# %% [markdown] id="after-bucket" lang="zh" of="36544397"
# 已经到了多少，就返回多少（STR-01）：括号里的数只是上限（Python 还要先为它留出内存，每次 100 MiB）。读到的比要的少，也不表示结束（STR-13）。所以要循环地读；可是读到什么时候为止？

# %% [markdown] id="leaving" lang="en"
# ## Two ways to leave: FIN and RST
#
# `hasty` serves two clients. It reads the first client's 5 bytes, and only one byte of the second's,
# then closes. Old notes say that after this "a Mac loops, Windows and Linux report an error"
# (STR-28). What do three more `recv` give each client?

# %% [markdown] id="leaving" lang="zh" of="bd062f9c"
# ## 离开有两种方式：FIN 和 RST
#
# `hasty` 接待两个客户端：第一个的 5 个字节全部读完，第二个的只读 1 个字节，然后都关闭。旧笔记说，这之后“Mac 上死循环，Windows 和 Linux 上报错”（STR-28）。两个客户端再各调用三次 `recv`，会得到什么？

# %% id="predict-leaving" predict=true
my_prediction = ...


# %% id="demo-hasty" demo=true
def hasty(listener, stop):
    for size in (5, 1):
        connection, _ = listener.accept()
        with connection:
            connection.recv(size)


# %% id="demo-leaving" demo=true
from netlib.ladder import Ladder

with serving(hasty, "tcp") as address:
    relay = TCPRelay(address)
    with relay as front:
        for _ in range(2):
            with socket.create_connection(front) as client:
                client.sendall(b"hello")
                try:
                    print([client.recv(100) for _ in range(3)])
                except OSError as error:
                    print(type(error).__name__)
Ladder(relay.trace, relay.endpoints)

# %% [markdown] id="after-leaving" lang="en"
# (SYN begins a connection.) On every system: FIN says "I have sent all", and `recv` returns `b""`
# now and for ever, so a loop that does not check for it spins (STR-09). Closing with unread bytes
# sends RST, "something was lost" (Linux does as RFC 9293 §3.6.1 asks): an exception, and answers
# still on their way die with it (STR-26). The Mac of the old notes had met a FIN, the other two an
# RST. A killed program's sockets are closed by its kernel; a host without power says nothing, and
# only a timeout helps.

# %% [markdown] id="after-leaving" lang="zh" of="b44515e7"
# （SYN 表示连接开始。）在哪个系统上都一样：FIN 说的是“我发完了”，`recv` 从此永远返回 `b""`，不检查它的循环就会空转（STR-09）。关闭时还有未读的字节，就发 RST，意思是“有数据丢了”（Linux 遵守 RFC 9293 第 3.6.1 节的建议）：对端得到异常，还在路上的响应也跟着作废（STR-26）。旧笔记里的 Mac 遇到的是 FIN，另外两个遇到的是 RST。程序被杀掉，由内核替它关闭套接字；主机断电则什么也不会说，只能靠超时。

# %% [markdown] id="half-close" lang="en"
# ## FIN ends one direction
#
# `b""` has come. Old notes take the client for gone (STR-27) and close. Here the client has
# called `shutdown(SHUT_WR)`. Can it still receive?

# %% [markdown] id="half-close" lang="zh" of="1152851a"
# ## FIN 只结束一个方向
#
# `recv` 返回了 `b""`。旧笔记认为客户端走了（STR-27），于是关闭连接。这里客户端调用的是 `shutdown(SHUT_WR)`。它还能收到数据吗？

# %% id="predict-half-close" predict=true
my_prediction = ...

# %% id="demo-half-close" demo=true
client, server = connected()
with client, server:
    client.shutdown(socket.SHUT_WR)
    print("the server reads", server.recv(100))
    server.sendall(b"here is your answer")
    print("the client reads", client.recv(100))

# %% [markdown] id="after-half-close" lang="en"
# Yes: a **half-close**. "That was my question" is no goodbye: busybox `nc` and others ask so. A
# server answers everything, then closes.

# %% [markdown] id="after-half-close" lang="zh" of="37afa394"
# 能：这叫**半关闭**（half-close）。“我问完了”不是“再见”：busybox 的 `nc` 等程序就这样提问。服务器应当先答完，再关闭。

# %% [markdown] id="sent" lang="en"
# ## Sent is not read
#
# The server has closed. What do the client's next two `send` return?

# %% [markdown] id="sent" lang="zh" of="27a0baa5"
# ## 发出去了，不等于被读到了
#
# 服务器已经关闭。客户端接下来的两次 `send` 会返回什么？

# %% id="predict-sent" predict=true
my_prediction = ...

# %% id="demo-sent" demo=true
client, server = connected()
server.close()
with client:
    for _ in range(2):
        try:
            print("sent", client.send(b"anybody?"))
        except OSError as error:
            print(type(error).__name__)

# %% [markdown] id="after-sent" lang="en"
# The first succeeds: the kernel took the bytes (STR-31). They came back as RST, and only the
# second hears of it. Only an answer proves that something was read. (In C the second would kill
# the program by SIGPIPE; Python ignores that signal, and repeats calls that a signal interrupts,
# EINTR: PEP 475.)

# %% [markdown] id="after-sent" lang="zh" of="b149c122"
# 第一次成功：内核收下了这些字节（STR-31）。换来的是一个 RST，第二次 `send` 才知道。只有对端的响应能证明数据被读到了。（在 C 程序里，第二次会触发 SIGPIPE 信号，把进程杀掉；Python 忽略这个信号。系统调用被信号打断，即 EINTR，Python 会自动重试：PEP 475。）

# %% [markdown] id="short-send" lang="en"
# ## `send` may take less than you gave
#
# Old notes say: "`send` takes at most 32k" (STR-03), "it loses data when the buffer is full"
# (STR-04), "a short send means that the peer has closed" (STR-32). First, 60 MiB go to a reader,
# in one `send` on an ordinary, blocking socket. How many will it take?

# %% [markdown] id="short-send" lang="zh" of="d9bc7bbc"
# ## `send` 收下的可能比你给的少
#
# 旧笔记说：“`send` 一次最多发 32k”（STR-03），“缓冲区满了会丢数据”（STR-04），“发得少了，就是对端关闭了”（STR-32）。先在普通的阻塞套接字上，用一次 `send` 给一个一直在读的对端发 60 MiB。它会收下多少？

# %% id="predict-long-send" predict=true
my_prediction = ...


# %% id="demo-long-send" demo=true
def drain(listener, stop):
    connection, _ = listener.accept()
    with connection:
        while connection.recv(1 << 20):
            pass


with serving(drain, "tcp") as address, socket.create_connection(address) as client:
    print(client.send(bytes(60 << 20)))

# %% [markdown] id="short-send-question" lang="en"
# All: a blocking `send` waits until the kernel has room. Now the server does not read, the send
# buffer is small, and a timeout forbids waiting. We offer 1 MiB again and again. What does each
# `send` return, and how much will arrive?

# %% [markdown] id="short-send-question" lang="zh" of="024b5474"
# 全部：阻塞的 `send` 会等到内核有地方为止。现在服务器不读，发送缓冲区很小，又设了超时，不许久等。我们一次次递上 1 MiB。每次 `send` 返回多少？最后到达多少？

# %% id="predict-short-send" predict=true
my_prediction = ...

# %% id="demo-short-send" demo=true tags=["nbval-ignore-output"]
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
    arrived = sum(iter(lambda: len(server.recv(1 << 20)), 0))
    print("taken", sum(taken), "arrived", arrived)

# %% [markdown] id="after-short-send" lang="en"
# The kernel took what had room, said how much, and lost nothing; the peer was there all the time.
# The rest is your job (STR-02): exercise 2. This is TCP's flow control: a slow reader stops a
# fast writer.

# %% [markdown] id="after-short-send" lang="zh" of="feda3d56"
# 内核有多少地方就收多少，并且如实报数，什么也没丢；对端也一直都在。剩下的由你负责（STR-02）：见习题 2。这就是 TCP 的流量控制（flow control）：读得慢的一方，能让写得快的一方停下来。

# %% [markdown] id="speed" lang="en"
# ## Is TCP slower?
#
# "A third of UDP's speed", say some old notes; "hardly different", others. We send 1,400 bytes
# at a time for 0.3 s by each, and count what arrives. Which will bring more?

# %% [markdown] id="speed" lang="zh" of="f01773cd"
# ## TCP 更慢吗？
#
# 有的旧笔记说“速度是 UDP 的三分之一”，有的说“几乎没有差别”。两种协议各发 0.3 秒，每次 1,400 字节，数一数到达了多少。哪一种更多？


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


# %% id="predict-speed" predict=true
my_prediction = ...

# %% id="demo-speed" demo=true tags=["nbval-ignore-output"]
import time

rates = {}
for sink, kind, type_ in (
    (tcp_sink, "tcp", socket.SOCK_STREAM),
    (udp_sink, "udp", socket.SOCK_DGRAM),
):
    server = serving(sink, kind)
    with server as address, socket.socket(type=type_) as client:
        client.connect(address)
        deadline = time.monotonic() + 0.3
        while time.monotonic() < deadline:
            client.send(bytes(1400))
    rates[kind] = server.returned / 0.3 / 1e6
bars(rates, title="Bytes that arrived", unit="MB/s")

# %% [markdown] id="after-speed" lang="en"
# On our machine TCP won: it joins small sends and loses nothing, while UDP dropped what the
# reader was too slow for. What TCP costs is waiting: a round trip to connect, and a pause for
# each loss.

# %% [markdown] id="after-speed" lang="zh" of="686248e1"
# 在我们的机器上 TCP 赢了：它把零碎的发送合并起来，一个字节不丢；UDP 则丢掉了接收方来不及读的部分。TCP 的代价是等待：建立连接要一个往返，每次丢包要停顿一下。

# %% [markdown] id="character" lang="en"
# ## A read may end inside a character
#
# 你好 is six bytes of UTF-8; this relay cuts after the fourth. What does `decode` say of the first
# piece?

# %% [markdown] id="character" lang="zh" of="f16fbf58"
# ## 一次 recv 可能断在字符中间
#
# “你好”的 UTF-8 编码是六个字节；这个中继在第四个字节之后切开。第一段拿去 `decode`，会怎样？

# %% id="predict-character" predict=true
my_prediction = ...


# %% id="demo-hello" demo=true
def hello(listener, stop):
    connection, _ = listener.accept()
    with connection:
        connection.sendall("你好".encode())


# %% id="demo-character" demo=true
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

# %% [markdown] id="after-character" lang="en"
# `data.decode()` would raise UnicodeDecodeError (TXT-02; `errors="replace"` shows �). Collect the
# bytes until the message is whole, then decode; or use an *incremental* decoder, which keeps the
# unfinished character for the next piece.

# %% [markdown] id="after-character" lang="zh" of="2bfdef81"
# 直接 `data.decode()` 会抛出 UnicodeDecodeError（TXT-02；这里用 `errors="replace"` 显示成 �）。要么先收齐一条消息的字节再解码，要么用**增量解码器**（incremental decoder）：不完整的字符，它留到下一段再解。

# %% [markdown] id="upper" lang="en"
# ## `.upper()` eats Chinese
#
# The old notes' server answers `data.upper()`. A client sends 時間 ("time"), once as GBK, once as
# UTF-8. What comes back?

# %% [markdown] id="upper" lang="zh" of="002c533d"
# ## `.upper()` 会吃掉汉字
#
# 旧笔记里的服务器回答 `data.upper()`。客户端发去“時間”，一次用 GBK，一次用 UTF-8。发回来的是什么？

# %% id="predict-upper" predict=true
my_prediction = ...

# %% id="demo-upper" demo=true
for charset in ("gbk", "utf-8"):
    data = "時間".encode(charset)
    print(charset, data, "->", data.upper().decode(charset))
characters = [chr(code) for code in range(0x4E00, 0x9FA5)]
changed = [c for c in characters if c.encode("gbk").upper() != c.encode("gbk")]
print(len(changed), "of", len(characters), "characters of GBK change")

# %% [markdown] id="after-upper" lang="en"
# The second byte of a GBK character may be one of a–z; in UTF-8 all bytes of such characters are
# 0x80 or more, and `bytes.upper` leaves those alone (TXT-13). A server that does not know the
# charset must not treat bytes as letters.

# %% [markdown] id="after-upper" lang="zh" of="ceeffa51"
# GBK 字符的第二个字节可以是 a～z 中的一个；UTF-8 里这类字符的每个字节都不小于 0x80，`bytes.upper` 不动它们（TXT-13）。服务器不知道编码，就不能把字节当字母。

# %% [markdown] id="judged" lang="en"
# ## How your answers are judged
#
# The cell below each exercise runs `check`: it says what is right and draws what went wrong.
# Nothing is graded that the exercise does not state, and *not required* is never tested.
#
# - `Address` is the tuple (host, port), the host a dotted IPv4 literal. Data are `bytes`, times
#   seconds (`float`, > 0), sizes bytes. `stop` is a `threading.Event`.
# - A `listener` is listening; `sock` and `client` are connected. A function that is *given* a
#   socket leaves it open and may change its timeout; one that *makes* a socket, by `accept` too,
#   closes it, also when it fails, unless it returns it.
# - "Raises X" means X or a subclass; its text is free. Any other exception, or a wrong type
#   (`bytearray` for `bytes`), is a failure. "Within 0.5 s of `stop.set()`": look every 0.1–0.2 s.
# - The stream reaches you cut, merged and delayed in every way that TCP allows.
# - Printing is free; standard library only. When judged, only the setup cells, your solutions and
#   what you add yourself are there. What counts is what your code returns and what the wire saw.

# %% [markdown] id="judged" lang="zh" of="1b4f8ae7"
# ## 评分规则
#
# 每道题下面的单元格运行 `check`：它说明哪些对了，画出哪里错了。题目没写的，一律不考查；列在“**不要求**”里的从不测试。
#
# - `Address` 是元组（主机，端口），主机总是点分十进制的 IPv4 地址。数据是 `bytes`，时间以秒计（`float`，大于 0），大小以字节计。`stop` 是 `threading.Event`。
# - `listener` 已经在监听，`sock` 和 `client` 已经连接。**传给**函数的套接字要保持打开，可以改它的超时；函数**自己得到**的套接字（`accept` 返回的也算）由它自己关闭，出错时也一样，除非把它返回给调用者。
# - “抛出 X”指 X 或它的子类，异常信息不限。抛出别的异常，或类型不对（该是 `bytes` 却给 `bytearray`），都算错。“`stop.set()` 之后 0.5 秒之内”：每隔 0.1～0.2 秒看一次。
# - 字节流会以 TCP 允许的各种方式到达：被切开、合并、推迟。
# - 可以随意打印；只能用标准库。评分时只有准备单元格、你的答案和你自己加的内容；只看代码返回什么、网络上实际收发了什么。

# %% id="import-check" demo=true lang="en"
from autograder import check, replay

# %% id="import-check" demo=true lang="zh" of="fc3524f1"
from autograder.zh import check, replay

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
# `socket.create_connection` is a right answer; look at what it does with names: `getaddrinfo`
# gives all addresses of a host, IPv6 and IPv4, and it tries one after the other. `connect_ex` is
# allowed as well: it does not raise, it *returns* the errno (0: connected; STR-30).

# %% [markdown] id="ex-dial" lang="zh" of="6464362f"
# ## 习题 1 · 连上，或者说明为什么没连上（2 分）
#
# `dial(host, port, timeout)` 返回一个已经连到 `(host, port)` 的 TCP 套接字（RFC 9293 第 3.9.1 节）。
#
# - `timeout` 秒之内没有建立连接，抛出 `TimeoutError`；没有程序监听，抛出 `ConnectionRefusedError`；其他 `OSError` 原样抛出。
# - 抛出异常时，不留下打开的套接字。
# - **不要求**：IPv6、主机名、返回的套接字带什么超时。
#
# `socket.create_connection` 就是一个正确答案；看看它怎样对待主机名：`getaddrinfo` 给出一台主机的所有地址，IPv6 和 IPv4 都有，它逐个去试。也可以用 `connect_ex`：它不抛异常，而是**返回** errno（0 表示已连接；STR-30）。


# %% id="dial" solution="ch11/dial"
def dial(host: str, port: int, timeout: float) -> socket.socket:
    """Return a TCP socket connected to (host, port); leave none open when that fails."""
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

# %% [markdown] id="ex-send-all" lang="en"
# ## Exercise 2 · Every byte, once, in order (3 points)
#
# `send_all(sock, data)` sends all of `data` (`bytes`) on `sock` with `socket.send`. It returns a
# `list` of how many bytes (`int`) each `send` took, in order.
#
# - `sum(result) == len(data)`; every number is > 0; `b""` gives `[]`.
# - `sock` is blocking or has a timeout; a `send` may take less than it was given.
# - Exceptions of `send` pass on.
# - *Not required:* non-blocking sockets, speed beyond 8 MiB in 2 s, an overall deadline.

# %% [markdown] id="ex-send-all" lang="zh" of="fbd2cd7a"
# ## 习题 2 · 全部发出，不多不少，次序不乱（3 分）
#
# `send_all(sock, data)` 用 `socket.send` 在 `sock` 上发出 `data`（`bytes`）的全部字节，返回一个 `list`：按顺序列出每次 `send` 收下的字节数（`int`）。
#
# - `sum(result) == len(data)`；每个数都大于 0；`b""` 得到 `[]`。
# - `sock` 是阻塞的，或带超时；一次 `send` 收下的可能比给它的少。
# - `send` 抛出的异常原样抛出。
# - **不要求**：非阻塞套接字；比 2 秒 8 MiB 更快；总的截止时间。


# %% id="send-all" solution="ch11/send_all"
def send_all(sock: socket.socket, data: bytes) -> list[int]:
    """Send all of data on sock with socket.send; return how many bytes each send took."""
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

# %% [markdown] id="ex-recv-until-eof" lang="en"
# ## Exercise 3 · Everything, but not too much (3 points)
#
# `recv_until_eof(sock, limit)` returns everything (`bytes`) that the peer sends until it finishes
# (its FIN), at most `limit` bytes.
#
# - Exactly `limit` bytes are fine. Raises `OverflowError` as soon as more have come, without
#   waiting for the end: or a peer that never stops fills your memory.
# - `ConnectionResetError` and `TimeoutError` pass on: half of an answer is none.
# - *Not required:* keeping what came before an exception, answering.

# %% [markdown] id="ex-recv-until-eof" lang="zh" of="39a62314"
# ## 习题 3 · 全部收下，但不能太多（3 分）
#
# `recv_until_eof(sock, limit)` 返回对端在关闭写端（FIN）之前发来的全部内容（`bytes`），最多 `limit` 个字节。
#
# - 恰好 `limit` 个字节也正常。一旦超过就抛出 `OverflowError`，不等到结束：否则一个发个不停的对端会占满你的内存。
# - `ConnectionResetError` 和 `TimeoutError` 原样抛出：半个响应不算响应。
# - **不要求**：抛出异常前收到的内容；作出响应。


# %% id="recv-until-eof" solution="ch11/recv_until_eof"
def recv_until_eof(sock: socket.socket, limit: int) -> bytes:
    """Return everything that the peer sends until it finishes, at most limit bytes."""
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

# %% [markdown] id="ex-serve-once" lang="en"
# ## Exercise 4 · One client, and always goodbye (3 points)
#
# `serve_once(listener, handler)` accepts one connection, calls `handler(client, address)` with
# the new socket and the client's `Address`, and closes `client`.
#
# - `client` is closed also when `handler` raises, or its peer would wait for an end that never
#   comes; the exception then passes on.
# - `listener` stays open: the next call serves the next client.
# - *Not required:* a handler that closes `client` itself (harmless), timeouts.
#
# `greet` and `explode` of the setup cell are such handlers.

# %% [markdown] id="ex-serve-once" lang="zh" of="6c1685e6"
# ## 习题 4 · 一个客户端，总要好好告别（3 分）
#
# `serve_once(listener, handler)` 接受一个连接，用新的套接字和客户端的 `Address` 调用 `handler(client, address)`，然后关闭 `client`。
#
# - `handler` 抛出异常时也要关闭 `client`，否则对端一直等不到结束；异常原样抛出。
# - `listener` 保持打开：下一次调用为下一个客户端服务。
# - **不要求**：`handler` 自己关闭了 `client` 的情况（无害）；超时。
#
# 准备单元格里的 `greet` 和 `explode` 就是这样的 handler。


# %% id="serve-once" solution="ch11/serve_once"
def serve_once(listener: socket.socket, handler: Callable[[socket.socket, Address], None]) -> None:
    """Accept one connection, call handler(client, address), close client whatever happens."""
    ### BEGIN SOLUTION
    client, address = listener.accept()
    with client:
        handler(client, address)
    ### END SOLUTION


# %% id="check-serve-once" check="ch11/serve_once"
check("ch11/serve_once")

# %% [markdown] id="polling" lang="en"
# ## A waiting `accept` looks up now and then; a timeout rules sending, too
#
# As in chapter 04, `settimeout(0.1)` lets a loop look at `stop`:

# %% [markdown] id="polling" lang="zh" of="4af80c63"
# ## 等待中的 `accept` 要不时看一眼 `stop`；超时也管发送
#
# 同第 4 章一样，有了 `settimeout(0.1)`，循环就能看到 `stop`：


# %% id="demo-count-clients" demo=true
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


# %% id="demo-clients" demo=true
server = serving(count_clients, "tcp")
with server as address:
    for _ in range(3):
        with socket.create_connection(address) as client:
            client.recv(1)
print(server.returned, "clients")

# %% [markdown] id="impatient" lang="en"
# (The accepted socket does not inherit this timeout: it blocks.) Someone gives *that*
# socket such a timeout too, to look at `stop` between two `recv`, and then answers with `sendall`,
# while the client is slow to read. How much of 8 MiB will arrive?

# %% [markdown] id="impatient" lang="zh" of="60d773b4"
# （`accept` 返回的套接字不继承这个超时：它是阻塞的。）有人为了在两次 `recv` 之间看一眼 `stop`，给**它**也设了这样的超时，然后用 `sendall` 发响应，而客户端读得很慢。8 MiB 里会到达多少？

# %% id="predict-impatient" predict=true
my_prediction = ...

# %% id="demo-impatient" demo=true
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
print("nothing arrived:", arrived == 0, "/ everything:", arrived == 8 << 20)

# %% [markdown] id="after-impatient" lang="en"
# A part, and the server cannot know how much (STR-38): that stream is lost. One clock rules every
# call on a socket, so set it before each call: 0.1 for `recv`, `None` (wait) for `sendall`.
#
# ## Exercise 5 · An upper-case server that everybody can use (4 points)
#
# `upper_server(listener, stop)` serves clients one after the other until `stop` is set. It
# returns how many were accepted (`int`).
#
# - Every byte a–z that a client sends comes back as A–Z, every other byte unchanged, in order, as
#   soon as it comes.
# - When the client finishes sending (half-close), it still gets all its answers; then the
#   connection is closed.
# - A client that resets ends only its own connection.
# - Sending may take as long as the client needs to read.
# - It returns within 0.5 s of `stop.set()`, also while a client is connected and silent.
#   `listener` stays open.
# - *Not required:* two clients at once (chapter 15); stopping while a client refuses to read;
#   character sets (bytes from 0x80 never change: UTF-8 is safe, GBK is not).

# %% [markdown] id="after-impatient" lang="zh" of="22c8afae"
# 到了一部分，服务器却无从知道是多少（STR-38）：这条流已经没救了。一个套接字上的所有调用共用一个超时，所以每次调用之前都要设：`recv` 用 0.1，`sendall` 用 `None`（一直等）。
#
# ## 习题 5 · 人人能用的大写服务器（4 分）
#
# `upper_server(listener, stop)` 一个接一个地为客户端服务，直到 `stop` 被设置；返回一共 accept 了多少个客户端（`int`）。
#
# - 客户端发来的字节 a～z 变成 A～Z 发回，其他字节不变，按顺序，一到就发。
# - 客户端发完了（半关闭），仍能收到全部响应；然后才关闭连接。
# - 客户端复位（RST），只结束它自己的连接。
# - 客户端读得再慢，也要把响应发完。
# - `stop.set()` 之后 0.5 秒之内返回，有一个沉默的客户端连着也一样。`listener` 保持打开。
# - **不要求**：同时服务两个客户端（第 15 章）；客户端拒不读取时也能停止；字符编码（0x80 以上的字节从不改变：UTF-8 安全，GBK 则不然）。


# %% id="upper-server" solution="ch11/upper_server"
def upper_server(listener: socket.socket, stop: threading.Event) -> int:
    """Serve clients one by one, a-z as A-Z, until stop is set; return how many were accepted."""
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

# %% [markdown] id="makefile" lang="en"
# ## A file finds the lines
#
# `makefile` makes a file of a socket; the file reads as often as a line needs. Three pieces are
# sent: `gre`, `en` with a line end and half of 茶, the rest. What does the loop print?

# %% [markdown] id="makefile" lang="zh" of="87ea6896"
# ## 让文件对象去找行尾
#
# `makefile` 把套接字包成文件；为了凑齐一行，它该读几次就读几次。现在分三段发送：`gre`，`en` 加换行和“茶”的前一半，其余的。循环会打印什么？

# %% id="predict-makefile" predict=true
my_prediction = ...

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
# Lines, whole characters, and at the end what had no line end. By hand: collect bytes, cut at
# `b"\n"`, keep the rest for the next line.
#
# ## Exercise 6 · A conversation, line by line (3 points)
#
# `chat_client(sock, lines)` sends the lines (`list` of `str`) one at a time: a line, wait for the
# reply line, the next. It returns the replies (`list` of `str`).
#
# - A line goes out as UTF-8 and `b"\n"`. A reply is everything up to the next `b"\n"`, without it,
#   decoded from UTF-8.
# - Lines that are empty or only blanks are not sent and get no reply.
# - If the peer finishes early, return the replies so far.
# - Several replies may arrive together: what is left belongs to the next line.
# - *Not required:* a reset, lines with `\n` inside, replies with `\r`, half a reply at the end
#   (dropped or not), `input()`. Reading with `makefile("r")` is right; send with `sendall`: one
#   text file for both directions drops what it has read ahead.

# %% [markdown] id="after-makefile" lang="zh" of="c8e4774d"
# 完整的行，完整的字符；最后是没有换行的剩余部分。自己动手也行：收集字节，在 `b"\n"` 处切开，余下的留给下一行。
#
# ## 习题 6 · 一行一行地对话（3 分）
#
# `chat_client(sock, lines)` 逐行发送 `lines`（`str` 的 `list`）：发一行，等来一行回复，再发下一行。返回各行回复（`str` 的 `list`）。
#
# - 一行按 UTF-8 编码，加 `b"\n"` 发出。一行回复是下一个 `b"\n"` 之前的全部字节，不含 `b"\n"`，按 UTF-8 解码。
# - 空行和只有空白的行不发送，也没有回复。
# - 对端提前结束时，返回已经得到的回复。
# - 几行回复可能一起到达：多出来的属于后面的行。
# - **不要求**：RST；行内有 `\n`；回复里有 `\r`；结尾的半行回复（丢弃与否都行）；`input()`。用 `makefile("r")` 读也对，发送用 `sendall`：读写共用一个文本文件，写的时候会丢掉已经预读的内容。


# %% id="chat-client" solution="ch11/chat_client"
def chat_client(sock: socket.socket, lines: list[str]) -> list[str]:
    """Send a line, wait for the reply line, send the next; return the replies."""
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
# - `listener`: after `listen()`; `connected`: what `accept()` returned; `fresh`: a TCP socket just
#   made. The keys are exactly these eight.
# - A literal `dict` and code that finds out are both right (`errno.errorcode` has the names).
# - *Not required:* other systems.
#
# Write down your guesses before you try.

# %% [markdown] id="ex-method-table" lang="zh" of="54fe27c5"
# ## 习题 7 · 去问内核，别问电话（2 分）
#
# `method_table()` 返回一个 `dict`：对下面每个键，值是这个调用在 Linux 上抛出的 errno 名称（`str`，如 `"EINVAL"`），不出错则是 `"ok"`：
#
#     listener.recv  listener.send  listener.getpeername
#     connected.accept  connected.listen  connected.connect
#     fresh.recv  fresh.getsockname
#
# - `listener`：调用过 `listen()` 的；`connected`：`accept()` 返回的；`fresh`：刚创建的 TCP 套接字。键恰好是这八个。
# - 直接写出 `dict`，或写代码去试，都对（名称在 `errno.errorcode` 里）。
# - **不要求**：其他系统。
#
# 先写下你的猜测，再去试。

# %% id="predict-methods" predict=true
my_prediction = ...


# %% id="method-table" solution="ch11/method_table"
def method_table() -> dict[str, str]:
    """Return, for each key "socket.method", the errno name that the call raises, or "ok"."""
    ### BEGIN SOLUTION
    client, server = connected()
    here = ("127.0.0.1", 0)
    with client, server, socket.socket() as fresh, socket.create_server(here) as listener:
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
# ## Your functions make a service
#
# `attempt` runs a function under a deadline and says what came of it. (NotImplementedError, or
# nothing in time: solve the exercises first.) To begin with, one connection without any thread, as
# the kernel makes it before `accept`:

# %% [markdown] id="program" lang="zh" of="db7fae39"
# ## 你的函数组成一个服务
#
# `attempt` 在限定时间内运行一个函数，并说出结果。（出现 NotImplementedError，或者到时没有结果：先把习题做完。）先来一个连接，不用任何线程，因为内核在 `accept` 之前就把它建好了：


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
# Now your client talks to your server through a network that passes one byte at a time. What
# will the replies be?

# %% [markdown] id="program-question" lang="zh" of="96a59d84"
# 现在让你的客户端和你的服务器对话，中间的网络一次只放行一个字节。回复会是什么？

# %% id="predict-program" predict=true
my_prediction = ...


# %% id="demo-program" demo=true
def conversation():
    with (
        serving(upper_server, "tcp") as address,
        TCPRelay(address, "split every 1; split reply every 1") as front,
        dial(*front, 2.0) as sock,
    ):
        return chat_client(sock, ["green tea", "", "你好, cake"])


attempt(conversation, seconds=5)

# %% [markdown] id="program-asyncio" lang="en"
# Next, your client talks to a server made of `asyncio` streams, which we did not write:

# %% [markdown] id="program-asyncio" lang="zh" of="08fe2ce5"
# 接着，你的客户端同一个用 `asyncio` 流写的服务器对话，收发部分不是我们写的：


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
# Last, two programs connect to your server: `curl`, which speaks Telnet (RFC 854) and stays until
# its own time is up, and busybox `nc`, which half-closes when its input ends. They share nothing
# with you but the bytes. What will each of them print, and why does `nc` end?

# %% [markdown] id="program-peers" lang="zh" of="8d9ccce0"
# 最后，两个别人的程序来连接你的服务器：`curl`，说 Telnet（RFC 854），到自己的时限才离开；busybox 的 `nc`，输入结束时半关闭。它们同你之间只有字节。它们各会打印什么？`nc` 为什么会结束？

# %% id="predict-peers" predict=true
my_prediction = ...


# %% id="demo-peers" demo=true
import shutil
import subprocess


def ask(command, text):
    """Run command against upper_server, with text as its input; return what it printed."""
    program = command.split()[0]
    if shutil.which(program) is None:
        return f"{program} is not installed here, so it was not asked."
    with serving(upper_server, "tcp") as (host, port):
        argv = command.format(host=host, port=port).split()
        done = subprocess.run(argv, input=text.encode(), capture_output=True, timeout=5)
    return done.stdout.decode()


# %% id="demo-peers-run" demo=true tags=["nbval-ignore-output"]
def visitors():
    by_curl = ask("curl -s --max-time 1 telnet://{host}:{port}", "one tea\n")
    return [by_curl, ask("busybox nc {host} {port}", "你好, tea\n")]


attempt(visitors, seconds=8)

# %% [markdown] id="after-peers" lang="en"
# `nc` ends because your server answers the last byte and then closes. If it closed at once, the
# answer would be lost; if it never closed, `nc` would wait for ever.

# %% [markdown] id="after-peers" lang="zh" of="a0adede9"
# `nc` 会结束，是因为你的服务器答完最后一个字节，然后关闭了连接。要是马上关闭，响应就丢了；要是从不关闭，`nc` 会一直等下去。

# %% [markdown] id="stretch" lang="en"
# ## Stretch: the file reads ahead (not graded)
#
# Write `chat_client` once more with `makefile`. Then read the cell below before you run it: two
# lines have come, the file reads one, `recv` asks for the other. Where is it?

# %% [markdown] id="stretch" lang="zh" of="3b02a85f"
# ## 选做：文件会提前读（不计分）
#
# 用 `makefile` 再写一遍 `chat_client`。然后先读下面的单元格，再运行：来了两行，文件读走一行，另一行用 `recv` 去要。它在哪里？

# %% id="demo-stretch" demo=true
client, server = connected()
with client, server, server.makefile("rb") as file:
    client.sendall(b"first\nsecond\n")
    print(file.readline())
    server.setblocking(False)
    try:
        print(server.recv(100))
    except BlockingIOError:
        print("nothing in the socket; in the file:", file.peek())

# %% [markdown] id="practice" lang="en"
# ## Where you will meet this
#
# HTTP, TLS, SSH, SMTP, databases, Redis, message queues: each is an agreement about the bytes on
# a stream like yours. Choose TCP when every byte counts, UDP when late is as bad as lost, or when
# many should hear it.
#
# **Left out:** handshake numbers, states, TIME_WAIT, keepalive (12); messages on a stream (13);
# many clients (15–17); urgent data; TCP over IPv6; TLS.

# %% [markdown] id="practice" lang="zh" of="023cdd64"
# ## 实际应用
#
# HTTP、TLS、SSH、SMTP、数据库、Redis、消息队列：每一个都是对这样一条字节流的约定。每个字节都要紧就选 TCP；迟到等于丢失，或要同时发给许多接收方，就选 UDP。
#
# **本章没有讲**：握手的序号、状态、TIME_WAIT、保活（第 12 章）；流上的消息（第 13 章）；多个客户端（第 15～17 章）；紧急数据；IPv6 上的 TCP；TLS。

# %% [markdown] id="old-notes" lang="en"
# ## What old notes get wrong
#
# | They say | In fact |
# |---|---|
# | TCP is RFC 793 (TCP-25) | replaced by RFC 9293 in 2022 |
# | "UDP model: must first connect" (STR-35) | a slip: that is TCP's |
# | clients usually bind, servers do not (PRT-07) | the other way round |
# | each packet has its own ACK (TCP-14) | one ACK may cover many segments |
# | `close` of the server's one socket ends all | each socket is closed for itself |
# | after Ctrl+C of the client, Linux loops, Windows hangs | the loop ignores `b""` (STR-09) |
# | all web servers use TCP | HTTP/3 runs over UDP (RFC 9114) |
# | the stream ends where the file ends (STR-24) | a killed sender ends with FIN, too: chapter 14 |
# | no SO_REUSEADDR (TCP-04) | a restarted server may find its port taken: chapter 12 |
# | `SOCK_STREM` (TXT-10); `send("text")` (TXT-04) | misspelt; `send` takes bytes |
# | a chat server that stops for `input()` | meanwhile it reads nobody: chapters 05, 15 |

# %% [markdown] id="old-notes" lang="zh" of="99de75ae"
# ## 旧笔记里的错误
#
# | 旧说法 | 事实 |
# |---|---|
# | TCP 由 RFC 793 规定（TCP-25） | 2022 年已被 RFC 9293 取代 |
# | “UDP 模型：必须先连接”（STR-35） | 笔误，说的是 TCP |
# | 一般是客户端 bind，服务器不用（PRT-07） | 说反了 |
# | 每个包都有自己的 ACK（TCP-14） | 一个 ACK 可以确认许多报文段 |
# | 关闭服务器的一个套接字，全都结束 | 各个套接字各自关闭 |
# | 客户端按 Ctrl+C 之后，Linux 上死循环，Windows 上卡住 | 是循环没有理会 `b""`（STR-09） |
# | Web 服务器全都用 TCP | HTTP/3 跑在 UDP 上（RFC 9114） |
# | 流结束就是文件结束（STR-24） | 发送方被杀掉，也以 FIN 结束：第 14 章 |
# | 不设 SO_REUSEADDR（TCP-04） | 服务器重启时端口可能还被占着：第 12 章 |
# | `SOCK_STREM`（TXT-10）；`send("text")`（TXT-04） | 拼写错误；`send` 只收字节串 |
# | 聊天服务器停在 `input()` 上 | 这时谁的消息也不读：第 5、15 章 |

# %% [markdown] id="glossary" lang="en"
# ## Glossary
#
# | Term | 中文 | Source |
# |---|---|---|
# | byte stream | 字节流 | RFC 9293 §2.2 |
# | segment | 报文段 | RFC 9293 §4 |
# | connection, peer | 连接，对端 | RFC 9293 §4 |
# | listener, connected socket | 监听套接字，已连接套接字 | listen(2), accept(2) |
# | backlog, accept queue | backlog，全连接队列 | listen(2) |
# | short write, short read | 部分写，部分读 | send(2), recv(2) |
# | EOF (`b""`) | 对端已关闭写端 | recv(2) |
# | FIN, graceful close | FIN，优雅关闭 | RFC 9293 §3.6 |
# | reset (RST) | 复位（RST） | RFC 9293 §3.5.2 |
# | half-close | 半关闭 | RFC 9293 §3.6, shutdown(2) |
# | send and receive buffer | 发送、接收缓冲区 | socket(7), tcp(7) |
# | flow control | 流量控制 | RFC 9293 §3.8.6 |
# | congestion control | 拥塞控制 | RFC 5681 |
# | blocking, timeout | 阻塞，超时 | fcntl(2) |
# | incremental decoder | 增量解码器 | RFC 3629 (UTF-8) |

# %% [markdown] id="glossary" lang="zh" of="992bd9d8"
# ## 术语表
#
# | 英文 | 中文 | 出处 |
# |---|---|---|
# | byte stream | 字节流 | RFC 9293 第 2.2 节 |
# | segment | 报文段 | RFC 9293 第 4 节 |
# | connection, peer | 连接，对端 | RFC 9293 第 4 节 |
# | listener, connected socket | 监听套接字，已连接套接字 | listen(2)，accept(2) |
# | backlog, accept queue | backlog，全连接队列 | listen(2) |
# | short write, short read | 部分写，部分读 | send(2)，recv(2) |
# | EOF (`b""`) | 对端已关闭写端 | recv(2) |
# | FIN, graceful close | FIN，优雅关闭 | RFC 9293 第 3.6 节 |
# | reset (RST) | 复位（RST） | RFC 9293 第 3.5.2 节 |
# | half-close | 半关闭 | RFC 9293 第 3.6 节，shutdown(2) |
# | send and receive buffer | 发送、接收缓冲区 | socket(7)，tcp(7) |
# | flow control | 流量控制 | RFC 9293 第 3.8.6 节 |
# | congestion control | 拥塞控制 | RFC 5681 |
# | blocking, timeout | 阻塞，超时 | fcntl(2) |
# | incremental decoder | 增量解码器 | RFC 3629（UTF-8） |
