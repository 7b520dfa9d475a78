# %% [markdown] id="title" lang="en"
# # UDP: one message, one datagram
#
# Run the next cell: two programs talk on this machine. `waiter` listens at a known address; the
# guest sends an order there and waits for the answer. (`serving` runs `waiter` in a background
# thread, on a free port, until its `with` ends.)

# %% [markdown] id="title" lang="zh" of="4399198c"
# # UDP：一条消息，一个数据报
#
# 运行下一个单元格，看本机上两个程序对话：`waiter` 守在已知的地址上；客人（`guest`）把要点的茶名发过去，然后等它答复。（`serving` 让 `waiter` 在后台线程里、在空闲端口上运行，直到 `with` 结束。）

# %% id="demo-two-programs" demo=true
import socket

from netlib.serving import serving


def waiter(sock, stop):
    order, guest_address = sock.recvfrom(65507)
    sock.sendto(b"coming: " + order, guest_address)


with serving(waiter) as address, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as guest:
    guest.sendto(b"green tea", address)
    answer, waiter_address = guest.recvfrom(65507)
print(answer)

# %% [markdown] id="after-two-programs" lang="en"
# The answer came back, and no connection was made or closed: UDP only sends and receives.
# `sendto` sends bytes to an address as one **datagram** (RFC 768); `recvfrom` returns one
# datagram and where it came from. A server does socket, bind, recvfrom, sendto, close; a client
# needs no bind, and sends first, then receives. One socket serves both directions at any time.
#
# In this chapter datagrams are lost, cut, doubled and forged; at its end your own functions make
# a messenger that survives it. "Old notes" are the classroom notes that this course replaces;
# codes such as UDP-14 are entries of the course's catalogue of misconceptions. The next cell
# defines names for the exercises: `Address` is the pair (host, port).

# %% [markdown] id="after-two-programs" lang="zh" of="6b4e3824"
# 响应回来了，没有建立或关闭连接：UDP 只有发送和接收。`sendto` 把字节串装进一个**数据报**（datagram，RFC 768），发往目的地址；`recvfrom` 返回一个数据报和它的来源地址。服务器的步骤是 socket、bind、recvfrom、sendto、close；客户端不用 bind，而且先 sendto、后 recvfrom。同一个套接字随时可收可发。
#
# 本章里，数据报会丢失、被截断、重复、被伪造；最后，你写的函数组成一个经得起这些折腾的聊天程序。“旧笔记”指本课程所取代的课堂笔记；UDP-14 这样的代号是课程误区目录的条目。下一个单元格定义习题要用的名字：`Address` 是二元组（主机，端口）。

# %% id="setup" setup=true
import socket
import threading
import time

Address = tuple[str, int]
FEIQ_FIELDS = ("version", "packet_no", "sender", "host", "command", "content")


class Truncated(ValueError):
    """A datagram was longer than the caller allowed."""


# %% [markdown] id="ports" lang="en"
# ## A client's port is temporary; a server binds a fixed address
#
# A server chooses its address with `bind`; port 0 asks the kernel for a free port. As a function:

# %% [markdown] id="ports" lang="zh" of="dcd95c6d"
# ## 客户端的端口是临时的，服务器要 bind 固定的地址
#
# 服务器用 `bind` 选定自己的地址；端口写 0，就是请内核挑一个空闲端口。写成函数：


# %% id="bound" setup=true
def bound() -> socket.socket:
    """Return a UDP socket on 127.0.0.1, on a free port that the kernel chose."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.bind(("127.0.0.1", 0))
    return sock


# %% [markdown] id="ports-question" lang="en"
# The guest above never chose a port. Three such clients now send one datagram each. Will they
# have one port or three, and what is a client's address before it sends? Write your prediction
# first, in any words or values: predictions are not graded.

# %% [markdown] id="ports-question" lang="zh" of="75eb5f23"
# 上面的客人从没选过端口。现在三个这样的客户端各发一个数据报。它们共用一个端口，还是各用一个？发送之前，客户端的地址是什么？先写下你的预测：文字、数值都行，不计分。

# %% id="predict-ports" predict=true
my_prediction = ...

# %% id="demo-ports" demo=true
clients = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(3)]
print("before sending:", clients[0].getsockname())
with bound() as server:
    for client in clients:
        client.sendto(b"hi", server.getsockname())
print("different ports:", len({client.getsockname()[1] for client in clients}))
for client in clients:
    client.close()

# %% [markdown] id="after-ports" lang="en"
# Host 0.0.0.0 and port 0 mean "not bound yet". The kernel lends a client an **ephemeral port** at
# its first send (Linux: from 32768–60999) and takes it back at `close`. So a client needs no
# `bind` (PRT-07: old notes say the opposite); a server's address must be known before the first
# datagram.
#
# Is a port number then taken for the whole host? We hold one on 127.0.0.1 and bind the same
# number again, there and on 127.0.0.2.

# %% [markdown] id="after-ports" lang="zh" of="d186c952"
# 主机 0.0.0.0、端口 0 表示“还没有绑定”。客户端第一次发送时，内核借给它一个**临时端口**（ephemeral port，Linux 默认取自 32768～60999），`close` 时收回。所以客户端不用 `bind`（PRT-07，旧笔记说反了）；服务器的地址则要事先让客户端知道。
#
# 那么，一个端口号整台机器只能用一次吗？在 127.0.0.1 上占住一个端口，再用同一个端口号分别在 127.0.0.1 和 127.0.0.2 上 `bind`。

# %% id="predict-same-port" predict=true
my_prediction = ...

# %% id="demo-same-port" demo=true
import errno

with bound() as first:
    port = first.getsockname()[1]
    for host in ("127.0.0.1", "127.0.0.2"):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as second:
            try:
                second.bind((host, port))
                print(host, "is free")
            except OSError as error:
                print(host, errno.errorcode[error.errno])

# %% [markdown] id="after-same-port" lang="en"
# EADDRINUSE (errno 98 on Linux) is about the whole pair: the same number on 127.0.0.2 is another
# address. `""` means every address of the host, so it collides with a bound 127.0.0.1:port too.
# TCP has ports of its own. To remember a peer, remember host *and* port.

# %% [markdown] id="after-same-port" lang="zh" of="8fa2df53"
# EADDRINUSE（Linux 上是 errno 98）针对的是整个二元组：同一个端口号放到 127.0.0.2 上就是另一个地址。主机写 `""` 表示本机的所有地址，所以同已绑定的 127.0.0.1:port 也冲突。TCP 另有一套端口。要记住对端，主机和端口都要记。

# %% [markdown] id="edges" lang="en"
# ## One send, one receive: a datagram keeps its edges
#
# Three messages leave, the second one empty. What will three calls of `recvfrom` return?

# %% [markdown] id="edges" lang="zh" of="31b875a6"
# ## 发一次，收一次：数据报自带边界
#
# 发出三条消息，第二条是空的。调用三次 `recvfrom`，分别返回什么？

# %% id="predict-edges" predict=true
my_prediction = ...

# %% id="demo-edges" demo=true
with bound() as receiver, bound() as sender:
    for message in (b"hello", b"", b"world"):
        sender.sendto(message, receiver.getsockname())
    for _ in range(3):
        print(receiver.recvfrom(65507)[0])

# %% [markdown] id="after-edges" lang="en"
# Three messages with their edges, and the empty one among them: on UDP zero bytes are a message.
# (On TCP an empty read means that the peer has finished writing.)

# %% [markdown] id="after-edges" lang="zh" of="162f940b"
# 三条消息，边界都在，空的那条也收到了：在 UDP 上，0 字节也是一条消息。（在 TCP 上，`recv` 返回 `b""` 才表示对端已关闭写端。）

# %% [markdown] id="cut" lang="en"
# ## What does not fit your buffer is thrown away
#
# A datagram of 200 bytes arrives, then a short one; we read twice with `recvfrom(100)`. Does the
# second read return the other 100 bytes? A third datagram is read with `recvmsg`.

# %% [markdown] id="cut" lang="zh" of="87d62a22"
# ## 缓冲区装不下的部分被丢掉
#
# 先到一个 200 字节的数据报，再到一个短的；用 `recvfrom(100)` 读两次。第二次读到的是剩下的 100 字节吗？第三个数据报改用 `recvmsg` 读。

# %% id="predict-cut" predict=true
my_prediction = ...

# %% id="demo-cut" demo=true
with bound() as receiver, bound() as sender:
    for message in (bytes(200), b"next", bytes(200)):
        sender.sendto(message, receiver.getsockname())
    print(len(receiver.recvfrom(100)[0]), "bytes, then", receiver.recvfrom(100)[0])
    data, _, flags, _ = receiver.recvmsg(100)
    print(len(data), "bytes, truncated:", bool(flags & socket.MSG_TRUNC))

# %% [markdown] id="after-cut" lang="en"
# They are gone, and `recvfrom` did not say so (on Linux; Windows raises an error). `recvmsg` also
# returns flags, and MSG_TRUNC among them means: the datagram was longer (recv(2)).

# %% [markdown] id="after-cut" lang="zh" of="0f7a695b"
# 剩下的字节没有了，而 `recvfrom` 一声不吭（Linux 如此；Windows 会报错）。`recvmsg` 还返回一组标志，其中的 MSG_TRUNC 表示这个数据报比缓冲区长，多出的部分被截断（truncation）了，见 recv(2)。

# %% [markdown] id="limit" lang="en"
# ## A datagram holds 65,507 bytes, not 64 KB
#
# Old notes say "64 KB"; the length fields of IPv4 and UDP have 16 bits. Will 65,508 bytes leave?

# %% [markdown] id="limit" lang="zh" of="889b0da6"
# ## 一个数据报最多 65,507 字节，不是 64 KB
#
# 旧笔记说“64 KB”；IPv4 和 UDP 首部里的长度字段都是 16 位。65,508 字节发得出去吗？

# %% id="predict-limit" predict=true
my_prediction = ...

# %% id="demo-limit" demo=true
with bound() as receiver, bound() as sender:
    for size in (65507, 65508):
        try:
            print(size, "bytes: sent", sender.sendto(bytes(size), receiver.getsockname()))
        except OSError as error:
            print(size, "bytes:", errno.errorcode[error.errno])

# %% [markdown] id="after-limit" lang="en"
# IPv4 counts its packet in 16 bits: 65,535 − 20 (IPv4 header, RFC 791) − 8 (UDP header, RFC 768)
# = 65,507. One byte more is EMSGSIZE: nothing leaves, and a server can crash on its own long
# answer. Above the MTU, often 1,500, IP fragments; one lost fragment loses the whole datagram, so
# protocols usually stay below it (RFC 8085 §3.2).

# %% [markdown] id="after-limit" lang="zh" of="d134c563"
# IPv4 用 16 位记录整个 IP 数据包的长度：65,535 − 20（IPv4 首部，RFC 791）− 8（UDP 首部，RFC 768）= 65,507。多一个字节就是 EMSGSIZE：什么也没发出去；服务器可能因响应过长而崩溃。数据报超过 MTU（常见为 1,500）时，IP 要分片；丢一片，整个数据报就作废，所以协议一般不超过它（RFC 8085 第 3.2 节）。

# %% [markdown] id="flood" lang="en"
# ## Nothing fails on the wire, and most datagrams are gone
#
# Old notes say (UDP-03): "On a local network UDP hardly loses anything." We count, with this
# function: `settimeout` lets `recvfrom` raise TimeoutError after `quiet` seconds of silence.

# %% [markdown] id="flood" lang="zh" of="ef446e67"
# ## 网络没出任何问题，大部分数据报却不见了
#
# 旧笔记说（UDP-03）：“UDP 在局域网里几乎不丢包。”用下面这个函数数一数：设了 `settimeout`，`recvfrom` 等满 `quiet` 秒没有动静，就抛出 TimeoutError。


# %% id="demo-collect" demo=true
def collect(sock, quiet=0.3):
    """Return the datagrams that arrive until sock is silent for quiet seconds."""
    sock.settimeout(quiet)
    arrived = []
    try:
        while True:
            arrived.append(sock.recvfrom(65507)[0])
    except TimeoutError:
        return arrived


# %% [markdown] id="flood-question" lang="en"
# Now 20,000 datagrams go over loopback, where there is no wire at all, to a receiver that sleeps
# meanwhile. How many will it find?

# %% [markdown] id="flood-question" lang="zh" of="2aa4f0f9"
# 现在发 20,000 个数据报，走环回（loopback），根本没有网线；接收方其间一直睡着。醒来时能收到多少个？

# %% id="predict-flood" predict=true
my_prediction = ...

# %% id="demo-flood" demo=true tags=["nbval-ignore-output"]
from netlib.plots import bars

with bound() as receiver, bound() as sender:
    for _ in range(20_000):
        sender.sendto(b"x", receiver.getsockname())
    arrived = len(collect(receiver))
bars({"sent": 20_000, "arrived": arrived}, title="A sleeping receiver", unit="datagrams")

# %% [markdown] id="after-flood" lang="en"
# The receive buffer was full (SO_RCVBUF; your number depends on your machine), the kernel dropped
# the rest, and every `sendto` reported success. "Sent" means handed to the kernel. UDP neither
# slows the sender nor resends: the application must (RFC 8085 §3).

# %% [markdown] id="after-flood" lang="zh" of="5b2f5cb2"
# 接收缓冲区满了（SO_RCVBUF；数字因机器而异），内核丢掉了其余的，每次 `sendto` 却都报告成功。“已发送”只表示交给了内核。UDP 既不让发送方慢下来，也不补发：这都是应用程序的事（RFC 8085 第 3 节）。

# %% [markdown] id="lost" lang="en"
# ## After a lost request a client waits forever, unless you set a clock
#
# `UDPRelay` stands between client and server and harms datagrams by a schedule. `lose 1` drops
# the first from client to server, `duplicate 2` doubles the second, `reorder 3` swaps the third
# and fourth; `lose reply 1` counts the other direction. Here the first is lost. What will the
# client see at its first and at its second try?

# %% [markdown] id="lost" lang="zh" of="cafe50a2"
# ## 请求丢了，客户端会一直等下去，除非你设了超时
#
# `UDPRelay` 是客户端和服务器之间的中继（relay），按计划捣乱：`lose 1` 丢掉客户端发往服务器的第一个数据报，`duplicate 2` 把第二个变成两份，`reorder 3` 对调第三、第四个；`lose reply 1` 数的是反方向。这次丢掉第一个。客户端第一次、第二次分别会看到什么？

# %% id="predict-lost" predict=true
my_prediction = ...

# %% id="demo-lost" demo=true
from netlib.faults import UDPRelay

with serving(waiter) as address, UDPRelay(address, faults="lose 1") as relay, bound() as guest:
    guest.settimeout(0.3)
    for attempt in (1, 2):
        guest.sendto(b"green tea", relay)
        try:
            print(attempt, guest.recvfrom(65507)[0])
        except TimeoutError:
            print(attempt, "no answer")

# %% [markdown] id="after-lost" lang="en"
# Without `settimeout` the first `recvfrom` would still be waiting. With it, silence becomes a
# TimeoutError, and sending again is your decision. The client cannot know whether its request was
# lost or only the answer: a repeated order may be served twice.

# %% [markdown] id="after-lost" lang="zh" of="12b8fca7"
# 没有 `settimeout`，第一个 `recvfrom` 到现在还在等。有了超时（timeout），沉默就变成 TimeoutError，要不要重传由你决定。不过客户端无从知道，丢的是请求还是响应：重发一次，可能就上了两次菜。

# %% [markdown] id="dead" lang="en"
# ## One dead port: one client waits, the other is told
#
# No program uses the port `dead` any more. Two clients send there; one has called `connect`,
# which on UDP sends nothing and only fixes the peer. What will each hear?

# %% [markdown] id="dead" lang="zh" of="6a104acb"
# ## 发往同一个没人监听的端口：一个干等，一个马上就知道
#
# 端口 `dead` 已没有程序在用。两个客户端都往那里发，其中一个先调用了 `connect`：在 UDP 上这什么也不发，只固定对端。它们各自会得到什么？

# %% id="predict-dead" predict=true
my_prediction = ...

# %% id="demo-dead" demo=true
with bound() as connected, bound() as unconnected:
    with bound() as gone:
        dead = gone.getsockname()
    connected.connect(dead)
    connected.send(b"anybody?")
    unconnected.sendto(b"anybody?", dead)
    for name, sock in (("connected", connected), ("unconnected", unconnected)):
        sock.settimeout(0.3)
        try:
            sock.recv(65507)
        except OSError as error:
            print(name, type(error).__name__)

# %% [markdown] id="after-dead" lang="en"
# Both datagrams were answered by the same ICMP "port unreachable" (RFC 1122 §4.1.3.3); the kernel
# tells only a connected socket. So "UDP never notices that the peer is gone" is wrong. But a host
# without power, or a firewall, answers nothing; then only your timeout helps.

# %% [markdown] id="after-dead" lang="zh" of="5358ee5d"
# 两个数据报引来同样的 ICMP“端口不可达”（RFC 1122 第 4.1.3.3 节），但内核只告诉已连接（`connect` 过）的套接字。所以“UDP 永远不知道对端已经没了”是错的。不过断电的主机、丢包的防火墙什么也不会回，只能靠超时。

# %% [markdown] id="stranger" lang="en"
# ## A stranger's datagram looks like any other
#
# The client asks its server, but a stranger who knows the client's port is faster. Whose answer
# will `recvfrom` return?

# %% [markdown] id="stranger" lang="zh" of="b3fd4c5f"
# ## 陌生人的数据报看上去没什么两样
#
# 客户端向服务器提问，可是一个知道客户端端口的陌生人抢了先。`recvfrom` 返回的会是谁的响应？

# %% id="predict-stranger" predict=true
my_prediction = ...

# %% id="demo-stranger" demo=true
with bound() as client, bound() as server, bound() as stranger:
    client.sendto(b"6 * 7?", server.getsockname())
    stranger.sendto(b"41", client.getsockname())
    server.sendto(b"42", client.getsockname())
    answer, source = client.recvfrom(65507)
    print(answer, "from the server:", source == server.getsockname())

# %% [markdown] id="after-stranger" lang="en"
# The stranger's. Anybody may send to your port. Compare the source (host and port) with the
# address that you asked, or `connect` and let the kernel drop strangers. (A forged source address
# passes both, so DNS adds random ports and ids, RFC 5452.)

# %% [markdown] id="after-stranger" lang="zh" of="0b3f85c7"
# 是陌生人的。谁都可以往你的端口发：要么把来源地址（主机和端口）同你问的那一方比较，要么先 `connect`，让内核丢掉陌生人的数据报。（伪造的源地址两关都能过，所以 DNS 还用随机的端口和标识，RFC 5452。）

# %% [markdown] id="charset" lang="en"
# ## The network carries bytes; a charset is an agreement
#
# 你好 is two characters. It leaves as UTF-8 and is read as UTF-8, then as GBK. How many bytes
# arrive, and what does the second reading show?

# %% [markdown] id="charset" lang="zh" of="8917acae"
# ## 网络只传输字节；编码是双方的约定
#
# “你好”是两个字符，以 UTF-8 发出，收到后先按 UTF-8、再按 GBK 读。会收到几个字节？第二种读法显示什么？

# %% id="predict-charset" predict=true
my_prediction = ...

# %% id="demo-charset" demo=true
with bound() as receiver, bound() as sender:
    sender.sendto("你好".encode(), receiver.getsockname())  # encode() means UTF-8
    data, _ = receiver.recvfrom(65507)
print(len(data), "bytes:", data.hex(" "))
print("as utf-8:", data.decode("utf-8"), "/ as gbk:", data.decode("gbk"))
print("gbk would send:", "你好".encode("gbk").hex(" "))

# %% [markdown] id="after-charset" lang="en"
# The bytes were right each time; the second reader used another charset, and sees *mojibake*.
# Nothing on the wire names the charset. Windows tools in old notes (the network assistant, FeiQ)
# speak GBK. And what if you forget to encode?

# %% [markdown] id="after-charset" lang="zh" of="42b72332"
# 两次的字节都没错；第二种读法换了编码，看到的是**乱码**（mojibake）。数据报里没有任何信息说明编码。旧笔记里的 Windows 工具（网络调试助手、飞秋）用的是 GBK。如果忘了编码呢？

# %% id="demo-str" demo=true
with bound() as sender:
    try:
        sender.sendto("你好", sender.getsockname())
    except TypeError as error:
        print(error)

# %% [markdown] id="after-str" lang="en"
# Bytes are all that a socket takes. An address is one argument, the tuple (host, port), for
# `sendto` and `bind` alike, at every call; `send` takes none.

# %% [markdown] id="after-str" lang="zh" of="c8b84063"
# 套接字只收字节串（bytes），不收文本（str）。地址是一个参数，即元组（主机，端口）：`sendto` 和 `bind` 都一样，每次调用都要给；`send` 则不带地址。

# %% [markdown] id="feiq-wire" lang="en"
# ## An application protocol is an agreement about the bytes
#
# FeiQ, compatible with IP Messenger, is a LAN chat: UDP port 2425, one message per datagram, six
# fields separated by colons. Here the content is `12:30 见` ("see you at 12:30"). How many pieces
# does `split` make?

# %% [markdown] id="feiq-wire" lang="zh" of="32dacac3"
# ## 应用层协议就是对字节含义的约定
#
# 飞秋（FeiQ，兼容 IP Messenger）在局域网里聊天：UDP 端口 2425，一条消息一个数据报，六个字段用冒号分隔。下面这条的内容是 `12:30 见`。`split` 会把它切成几段？

# %% id="predict-feiq" predict=true
my_prediction = ...

# %% id="demo-feiq" demo=true
wire = "1:1238605487:user:machine:32:12:30 见".encode("gbk")
with bound() as receiver, bound() as sender:
    sender.sendto(wire, receiver.getsockname())
    data, _ = receiver.recvfrom(65507)
print(data)
print(len(data.split(b":")), "pieces")

# %% [markdown] id="after-feiq" lang="en"
# | version | packet_no | sender | host | command | content |
# |---|---|---|---|---|---|
# | 1 | 1238605487 | user | machine | 32 | 12:30 见 |
#
# Seven pieces, six fields: the last may hold the separator. Command 32 means "a message"; its
# sender may ask for a receipt (command 33, with that packet number as content). UDP acknowledges
# nothing, so the application does.

# %% [markdown] id="after-feiq" lang="zh" of="020031d3"
# | version | packet_no | sender | host | command | content |
# |---|---|---|---|---|---|
# | 1 | 1238605487 | user | machine | 32 | 12:30 见 |
#
# 七段，六个字段：最后一个字段可以含分隔符。命令 32 表示“发消息”；发送方可以要求回执，即一条命令为 33、内容为原消息包编号的消息：UDP 没有确认机制，应用程序自己确认。

# %% [markdown] id="doubled" lang="en"
# ## Three sends can be four arrivals
#
# Old notes say: "Of three packets UDP delivers 0 to 3." This relay doubles the second one. How
# many arrive?

# %% [markdown] id="doubled" lang="zh" of="b624f643"
# ## 发出三个，可能收到四个
#
# 旧笔记说：“发 3 个包，UDP 收到 0～3 个。”这次中继把第二个数据报变成两份。会收到几个？

# %% id="predict-doubled" predict=true
my_prediction = ...

# %% id="demo-doubled" demo=true
from netlib.ladder import Ladder

with bound() as receiver, bound() as sender:
    relay = UDPRelay(receiver.getsockname(), faults="duplicate 2")
    with relay as address:
        for message in (b"one", b"two", b"three"):
            sender.sendto(message, address)
        print(len(collect(receiver)), "arrived")
Ladder(relay.trace, ("client", "server"))

# %% [markdown] id="after-doubled" lang="en"
# Four. IP may lose, double and reorder, so the counts of `sendto` and `recvfrom` need not match.
# Worst is a doubled *answer*: without numbers, the second copy of answer A is taken for the
# answer to B, B's for C's, and so on.

# %% [markdown] id="after-doubled" lang="zh" of="f3232af3"
# 四个。IP 可能丢包、重复、乱序，所以 `sendto` 和 `recvfrom` 的次数不必相等。最糟的是重复的**响应**：没有编号，A 的第二份响应就被当成 B 的，B 的又被当成 C 的，一路错下去。

# %% [markdown] id="bounce" lang="en"
# ## Two echo servers never stop talking
#
# An echo server sends back whatever arrives (RFC 862). One forged datagram introduces two of them
# to each other. We play both, for 1,000 steps: who would end it?

# %% [markdown] id="bounce" lang="zh" of="7bf54bd7"
# ## 两个回显服务器会永远说下去
#
# 回显（echo）服务器收到什么就发回什么（RFC 862）。一个伪造的数据报让两个回显服务器碰了头。我们扮演它们两个，只演 1,000 步：谁会让它停下来？

# %% id="predict-bounce" predict=true
my_prediction = ...

# %% id="demo-bounce" demo=true
with bound() as left, bound() as right:
    left.sendto(b"hello?", right.getsockname())
    bounces = 0
    while bounces < 1000:
        for echo in (right, left):
            data, source = echo.recvfrom(65507)
            echo.sendto(data, source)
            bounces += 1
print(bounces, "bounces, and still going:", data)

# %% [markdown] id="after-bounce" lang="en"
# Nobody: each answer is the other's next question (CERT CA-1996-01 tells what that did to
# networks). A protocol must tell requests from replies. `ping` is no such echo (UDP-14): the
# *kernel* answers ICMP (RFC 792), without program or port. Stop every server: `ping` still gets
# answers.

# %% [markdown] id="after-bounce" lang="zh" of="7e995f5e"
# 谁也不会：每个响应都是另一方的下一个请求（这种循环曾怎样拖垮网络，见 CERT CA-1996-01）。协议必须能区分请求和响应。`ping` 不是这种回显（UDP-14）：ICMP 由**内核**应答（RFC 792），没有程序和端口。停掉所有服务器，ping 照样有应答。

# %% [markdown] id="judged" lang="en"
# ## How your answers are judged
#
# The cell below each exercise runs `check`: it says what is right and draws what went wrong.
# Nothing is graded that the exercise does not state.
#
# - `Address = tuple[str, int]`; the host is always a dotted IPv4 literal. Payloads are `bytes`,
#   times seconds (`float`, > 0), sizes bytes.
# - `sock` is a bound IPv4 UDP socket, `stop` a `threading.Event`.
# - A function that is *given* a socket leaves it open and may change its timeout; one that
#   *makes* a socket closes it, also when it fails.
# - "Raises X" means X or a subclass; its text is free. Any other exception, or a wrong type
#   (`bytearray` for `bytes`, list for tuple), is a failure. A `NamedTuple` is a tuple.
# - "Within 0.5 s of `stop.set()`": look at `stop` every 0.1–0.2 s.
# - Printing is free; standard library only. What counts is what your function returns and what
#   the wire saw. *Not required* is never tested.
# - You may use your own earlier functions; you need not. Helpers may stand in cells that you add.
#   When judged, only the setup cells (with `Address` and `bound`), your solutions, and what you
#   add yourself are there; cells that only demonstrate are not.

# %% [markdown] id="judged" lang="zh" of="e7bb6e20"
# ## 评分规则
#
# 每道题下面的单元格运行 `check`：说明哪些对了，画出哪里错了。题目没写的，一律不考查。
#
# - `Address = tuple[str, int]`；主机总是点分十进制的 IPv4 地址。载荷（payload）是 `bytes`，时间以秒计（`float`，大于 0），大小以字节计。
# - `sock` 是已绑定的 IPv4 UDP 套接字，`stop` 是 `threading.Event`。
# - **传给**函数的套接字要保持打开，可以改它的超时；函数**自己创建**的套接字由它自己关闭，出错时也一样。
# - “抛出 X”指 X 或它的子类，异常信息不限。抛出别的异常，或类型不对（该是 `bytes` 却给 `bytearray`，该是元组却给列表），都算错。`NamedTuple` 算元组。
# - “`stop.set()` 之后 0.5 秒之内”：每隔 0.1～0.2 秒看一次 `stop`。
# - 可以随意打印；只能用标准库。只看函数返回什么、网络上实际收发了什么。列在“**不要求**”里的从不测试。
# - 可以用自己前面写的函数，不用也行。辅助函数可以写在自己加的单元格里。评分时没有演示单元格，只有准备单元格（定义 `Address` 和 `bound` 的两个）、你的答案和你自己加的单元格。

# %% id="import-check" demo=true lang="en"
from autograder import check, replay

# %% id="import-check" demo=true lang="zh" of="fc3524f1"
from autograder.zh import check, replay

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
#   `OSError` with `errno` EMSGSIZE if the encoded text is longer than 65,507 bytes.
# - *Not required:* an answer, binding a port yourself, host names, other address families.
#   `connect` + `send` is as good as `sendto`.

# %% [markdown] id="ex-send-text" lang="zh" of="8f3668b7"
# ## 习题 1 · 文本作为一个数据报发出（2 分）
#
# `send_text(host, port, text, charset="utf-8")` 把 `text`（`str`）作为**一个** UDP 数据报（RFC 768）发往 `(host, port)`，返回发出的**字节数**（`int`）。
#
# - 数据报里只有按 `charset` 编码后的 `text`。空文本发出一个空数据报，返回 0。
# - 套接字由本函数创建并关闭。
# - `charset` 无法表示 `text` 时抛出 `UnicodeEncodeError`，并且什么都不发；编码后超过 65,507 字节时抛出 `errno` 为 EMSGSIZE 的 `OSError`。
# - **不要求**：等待响应、自己绑定端口、主机名、其他地址族。用 `connect` 加 `send` 或用 `sendto` 都可以。


# %% id="send-text" solution="ch04/send_text"
def send_text(host: str, port: int, text: str, charset: str = "utf-8") -> int:
    """Send text to (host, port) as one UDP datagram; return the number of bytes sent."""
    ### BEGIN SOLUTION
    payload = text.encode(charset)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        return sock.sendto(payload, (host, port))
    ### END SOLUTION


# %% id="check-send-text" check="ch04/send_text"
check("ch04/send_text")

# %% [markdown] id="ex-recv-one" lang="en"
# ## Exercise 2 · One datagram, whole or not at all (3 points)
#
# `recv_one(sock, timeout, limit=65507)` returns the next datagram on `sock`, whole, and where it
# came from. The result is a tuple `(data, address)`, `bytes` and `Address` (RFC 768).
#
# - 1 ≤ `limit` ≤ 65,507; exactly `limit` bytes are fine. An empty datagram is returned as `b""`.
# - Raises `TimeoutError` if none arrives within `timeout`; `Truncated` if the datagram is longer
#   than `limit`. That datagram is then used up: the next call gets the next one.
# - *Not required:* a larger `limit`, timeout 0, restoring the socket's timeout, what `Truncated`
#   says.

# %% [markdown] id="ex-recv-one" lang="zh" of="cc994b55"
# ## 习题 2 · 一个数据报，要么完整返回，要么报错（3 分）
#
# `recv_one(sock, timeout, limit=65507)` 返回 `sock` 上下一个完整的数据报和它的来源：元组 `(data, address)`，类型为 `bytes` 和 `Address`（RFC 768）。
#
# - 1 ≤ `limit` ≤ 65,507；恰好 `limit` 个字节也正常。空数据报返回 `b""`。
# - `timeout` 之内没有数据报到达时抛出 `TimeoutError`；数据报比 `limit` 长时抛出 `Truncated`，这个数据报随之丢弃：下一次调用得到的是下一个。
# - **不要求**：更大的 `limit`、超时为 0、恢复套接字原来的超时、`Truncated` 的异常信息。


# %% id="recv-one" solution="ch04/recv_one"
def recv_one(sock: socket.socket, timeout: float, limit: int = 65507) -> tuple[bytes, Address]:
    """Return the next datagram on sock, at most limit bytes, and the address it came from."""
    ### BEGIN SOLUTION
    sock.settimeout(timeout)
    data, _, flags, address = sock.recvmsg(limit)
    if flags & socket.MSG_TRUNC:
        raise Truncated(f"the datagram is longer than {limit} bytes")
    return data, address
    ### END SOLUTION


# %% id="check-recv-one" check="ch04/recv_one"
check("ch04/recv_one")

# %% [markdown] id="stoppable" lang="en"
# ## A waiting server must check now and then
#
# `while True: recvfrom(...)` never ends: who tells the waiting thread to go home? Here `recvfrom`
# gives up after 0.1 s, and the loop looks at a `threading.Event`, a flag that another thread sets
# (`serving` does, when its `with` ends).

# %% [markdown] id="stoppable" lang="zh" of="82e5731c"
# ## 服务器在等待中也要不时看一眼 `stop`
#
# `while True: recvfrom(...)` 永远不会结束：谁来让等待中的线程下班？这里的 `recvfrom` 等 0.1 秒就放弃，循环再看 `threading.Event`：别的线程设置的标志（`serving` 在 `with` 结束时设置它）。


# %% id="demo-length-server" demo=true
def length_server(sock, stop):
    """Answer every datagram with its length, in decimal digits, until stop is set."""
    sock.settimeout(0.1)
    while not stop.is_set():
        try:
            data, client = sock.recvfrom(65507)
        except TimeoutError:
            continue
        sock.sendto(str(len(data)).encode(), client)
    return "went home"


# %% [markdown] id="stoppable-question" lang="en"
# Two requests follow, one empty. What is printed, and how long can the last line take?

# %% [markdown] id="stoppable-question" lang="zh" of="04190d71"
# 接下来是两个请求，一个是空的。会打印出什么？最后一行最多要等多久？

# %% id="predict-stoppable" predict=true
my_prediction = ...

# %% id="demo-stoppable" demo=true
server = serving(length_server)
with server as address, bound() as client:
    for message in (b"hello", b""):
        client.sendto(message, address)
        print(client.recvfrom(65507)[0])
print(server.returned)

# %% [markdown] id="after-stoppable" lang="en"
# At most 0.1 s: at its next check the loop sees the flag and returns. Each answer went to the
# `client` of *that* datagram.

# %% [markdown] id="after-stoppable" lang="zh" of="1cbf9294"
# 最多 0.1 秒：循环下一次检查就会看到标志，随即返回。每个响应都发回给了**刚收到的那个**数据报的发送方。

# %% [markdown] id="ex-echo-server" lang="en"
# ## Exercise 3 · An echo server for any bytes (4 points)
#
# `echo_server(sock, stop)` answers every datagram on `sock` with the same bytes, to its sender,
# until `stop` is set (RFC 862). It returns the number of answers sent (`int`).
#
# - One answer for one datagram, in order of arrival: any bytes, also none, up to 65,507.
# - It returns within 0.5 s of `stop.set()`, with or without traffic.
# - *Not required:* a limit on clients or messages; many clients at once beyond taking turns;
#   protection against another echo server; answering datagrams that are still unread when `stop`
#   is set, or arrive later (answering them is fine as well).

# %% [markdown] id="ex-echo-server" lang="zh" of="1efb8012"
# ## 习题 3 · 能回显任意字节的服务器（4 分）
#
# `echo_server(sock, stop)` 把 `sock` 上收到的每个数据报原样发回给它的发送方，直到 `stop` 被设置；返回发出的响应数（`int`）；参见 RFC 862。
#
# - 一个数据报对应一个响应，按到达的顺序：任何字节都行，空的也行，最多 65,507 字节。
# - `stop.set()` 之后 0.5 秒之内返回，有没有流量都一样。
# - **不要求**：限制客户端数或消息数；并发服务多个客户端（轮流即可）；防范另一个回显服务器；响应 `stop` 被设置时尚未读取、或之后才到的数据报（响应也可以）。


# %% id="echo-server" solution="ch04/echo_server"
def echo_server(sock: socket.socket, stop: threading.Event) -> int:
    """Answer every datagram with its own bytes until stop is set; return how many."""
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

# %% [markdown] id="deadline" lang="en"
# ## A deadline is a moment, not a length
#
# `settimeout(0.5)` starts again at each call: a neighbour that sends every 20 ms keeps you
# waiting forever. So fix the moment once, with `time.monotonic()` (a clock that never goes back),
# and wait each time only for what is left.

# %% [markdown] id="deadline" lang="zh" of="1f984ec1"
# ## 截止时间是一个时刻，不是一段时长
#
# `settimeout(0.5)` 每次调用都重新计时：一个每 20 ms 发一次的邻居，能让你永远等下去。所以先用 `time.monotonic()`（单调时钟，只进不退）定下截止时间（deadline），每次只等剩下的那一段。


# %% id="demo-drain" demo=true
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


# %% [markdown] id="deadline-question" lang="en"
# Such a neighbour, `chatter`, runs beside `drain(listener, 0.5)`. Will `drain` come back in time?

# %% [markdown] id="deadline-question" lang="zh" of="56fe99c5"
# 让这样一个邻居 `chatter` 和 `drain(listener, 0.5)` 同时运行。`drain` 会按时返回吗？

# %% id="predict-deadline" predict=true
my_prediction = ...

# %% id="demo-deadline" demo=true
with bound() as listener:

    def chatter(sock, stop):
        while not stop.wait(0.02):
            sock.sendto(b"psst", listener.getsockname())

    with serving(chatter):
        started = time.monotonic()
        heard = drain(listener, 0.5)
        print("heard some:", heard > 0, "/ in time:", time.monotonic() - started < 1)

# %% [markdown] id="after-deadline" lang="en"
# It does, though some twenty datagrams came: they used up the wait and did not renew it.

# %% [markdown] id="after-deadline" lang="zh" of="f9c2d828"
# 会的，尽管中间来了二十来个数据报：它们没有让计时重新开始。

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
#   `ConnectionRefusedError` (nobody listens) it may raise that at once or go on trying.
# - The socket is made and closed here.
# - *Not required:* finding out which copy was answered, growing timeouts.

# %% [markdown] id="ex-request" lang="zh" of="9d551b59"
# ## 习题 4 · 问，等，再问（4 分）
#
# `request(address, payload, timeout=0.2, tries=4)` 把 `payload`（`bytes`）作为一个数据报发往 `address`，返回从 `address` 发回的第一个数据报（`bytes`）；参见 RFC 8085 第 3.3 节。
#
# - `timeout` 秒之内没有响应，就再发一次 `payload`：总共最多发 `tries`（≥ 1）次，距上一次发送至少 `timeout` 秒。对较早一份的迟到响应也是响应（所以始终用同一个套接字）。
# - 来自其他主机或其他端口的数据报一律忽略，也不因此延长等待。载荷和响应都可以为空，最长 65,507 字节。
# - 最后一次发送之后又过了 `timeout` 秒，抛出 `TimeoutError`。遇到 `ConnectionRefusedError`（没有程序监听），可以立即抛出，也可以继续尝试。
# - 套接字由本函数创建并关闭。
# - **不要求**：弄清响应对应哪一份；逐次加长超时。


# %% id="request" solution="ch04/request"
def request(address: Address, payload: bytes, timeout: float = 0.2, tries: int = 4) -> bytes:
    """Send payload to address, again after silence; return its first answer."""
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
    raise TimeoutError(f"no answer from {address} after {tries} tries of {timeout} s")
    ### END SOLUTION


# %% id="check-request" check="ch04/request"
check("ch04/request")

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
# `parse_feiq(data, charset="gbk")` 把消息 `data`（`bytes`）的六个字段作为 `dict` 返回，键为 `FEIQ_FIELDS`；`build_feiq(message, charset="gbk")` 把这样的 `dict` 变回 `bytes`，因此 `parse_feiq(build_feiq(m)) == m`。格式如下（没有 RFC），编码为 `charset`：
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
    """Return the six fields of a FeiQ message as a dict with the keys FEIQ_FIELDS."""
    ### BEGIN SOLUTION
    values = data.decode(charset).split(":", 5)
    if len(values) < 6:
        raise ValueError(f"expected five colons, got {len(values) - 1}")
    message = dict(zip(FEIQ_FIELDS, values, strict=True))
    return message | {name: int(message[name]) for name in ("packet_no", "command")}
    ### END SOLUTION


def build_feiq(message: dict, charset: str = "gbk") -> bytes:
    """Return message, a dict as parse_feiq gives, as the bytes of a FeiQ message."""
    ### BEGIN SOLUTION
    if any(":" in message[name] for name in ("version", "sender", "host")):
        raise ValueError("version, sender and host must not hold a colon")
    return ":".join(str(message[name]) for name in FEIQ_FIELDS).encode(charset)
    ### END SOLUTION


# %% id="check-feiq" check="ch04/feiq"
check("ch04/feiq")

# %% [markdown] id="ex-reply-counter-server" lang="en"
# ## Exercise 6 · A server that counts for each sender (3 points)
#
# `reply_counter_server(sock, stop)` answers every datagram with its number, one space, and its
# bytes, until `stop` is set. It returns the number of all answers (`int`).
#
# - The number is decimal ASCII and counts the datagrams of *that sender* (host and port together)
#   from 1, whatever they hold. The third datagram of one sender, `b"hi"`, gets `b"3 hi"`.
# - Datagrams hold 0 to 65,000 bytes of any kind.
# - It answers in order of arrival and returns within 0.5 s of `stop.set()`, with or without
#   traffic, as in exercise 3.
# - *Not required:* forgetting senders, remembering them after a restart, telling duplicates
#   apart. Datagrams still unread at `stop`: as in exercise 3.

# %% [markdown] id="ex-reply-counter-server" lang="zh" of="94d9ad6b"
# ## 习题 6 · 为每个发送方分别计数的服务器（3 分）
#
# `reply_counter_server(sock, stop)` 对每个数据报发回：它的序号、一个空格、原来的字节，直到 `stop` 被设置；返回响应总数（`int`）。
#
# - 序号是十进制 ASCII 数字，表示这是**该发送方**（主机和端口合在一起）发来的第几个数据报，从 1 开始，与内容无关：同一发送方的第三个数据报 `b"hi"` 得到 `b"3 hi"`。
# - 数据报为 0～65,000 个任意字节。
# - 按到达的顺序响应；`stop.set()` 之后 0.5 秒之内返回，有没有流量都一样，同习题 3。
# - **不要求**：清理旧的发送方、重启后仍记得、识别重复的数据报；`stop` 设置时尚未读取的数据报，同习题 3。


# %% id="reply-counter-server" solution="ch04/reply_counter_server"
def reply_counter_server(sock: socket.socket, stop: threading.Event) -> int:
    """Answer every datagram with its number for that sender, a space, and its bytes."""
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

# %% [markdown] id="messenger" lang="en"
# ## Your functions make a messenger
#
# First your two halves meet: text in GBK leaves by `send_text` and comes in by `recv_one`.

# %% [markdown] id="messenger" lang="zh" of="2d7176bc"
# ## 你的函数组成一个聊天程序
#
# 先把发送和接收接起来：GBK 文本由 `send_text` 发出，由 `recv_one` 收进来。

# %% id="demo-halves" demo=true
from netlib.attempt import built_on

with built_on(1, 2), bound() as inbox:
    send_text(*inbox.getsockname(), "你好", "gbk")
    print(recv_one(inbox, 1.0)[0].decode("gbk"))

# %% [markdown] id="messenger-say" lang="en"
# That is one way. `say` also gets its message back, parsed, even if datagrams are lost:

# %% [markdown] id="messenger-say" lang="zh" of="c4bfcc2b"
# 这只是单向的。聊天程序还要拿到发回的消息并解析，网络丢包也不怕：


# %% id="demo-say" demo=true
def say(address, packet_no, content):
    """Send content as a FeiQ message to address; return the message that comes back."""
    values = ("1", packet_no, "learner", "notebook", 32, content)
    message = dict(zip(FEIQ_FIELDS, values, strict=True))
    return parse_feiq(request(address, build_feiq(message)))


with (
    built_on(3, 4, 5),
    serving(echo_server) as address,
    UDPRelay(address, faults="lose 1; lose 2") as relay,
):
    print(say(relay, 1, "你好")["content"], say(relay, 2, "12:30 见")["content"])

# %% [markdown] id="messenger-counter" lang="en"
# The relay lost two copies of your first message; `request` sent a third. Now it doubles one of
# two orders:

# %% [markdown] id="messenger-counter" lang="zh" of="2e744ccf"
# 中继丢掉了第一条消息的前两份，`request` 又发了第三份。现在有两份订单，中继把其中一份变成两份：

# %% id="demo-counter" demo=true
with built_on(4, 6):
    server = serving(reply_counter_server)
    with server as address:
        relay = UDPRelay(address, faults="duplicate 1")
        with relay as front:
            print("to you:", request(front, b"tea", 1.0), request(front, b"cake", 1.0))
    print("from the server:", sorted(m.data for m in relay.trace if m.sender == "server"))

# %% [markdown] id="messenger-peers" lang="en"
# Both orders were number 1, as each `request` had a port of its own. But `b"2 tea"` shows that
# the tea was made twice: retries and duplicates need numbers (the stretch exercise). Last, two
# programs that we did not write talk to your server: `socat`, which carries bytes, and `dig`,
# which asks DNS questions.

# %% [markdown] id="messenger-peers" lang="zh" of="fcf7491e"
# 两份订单的序号都是 1，因为每次 `request` 都用自己的端口；可是 `b"2 tea"` 说明茶泡了两次：有重传、有重复，消息就要编号（见选做题）。最后，两个别人写的程序同你的服务器对话：搬运字节的 `socat` 和发 DNS 查询的 `dig`。

# %% id="demo-peers" demo=true
import shutil
import subprocess


def ask_echo_server(command, text=""):
    """Run command against echo_server; return what it printed."""
    program = command.split()[0]
    if shutil.which(program) is None:
        return f"{program} is not installed here, so it was not asked."
    with serving(echo_server) as (host, port):
        argv = command.format(host=host, port=port).split()
        done = subprocess.run(argv, input=text.encode(), capture_output=True, timeout=10)
    return done.stdout.decode().strip()


# %% [markdown] id="peers-question" lang="en"
# What will each of them say of an answer that equals the question?

# %% [markdown] id="peers-question" lang="zh" of="2e7afe37"
# 收到和请求一模一样的响应，它们各会显示什么？

# %% id="predict-peers" predict=true
my_prediction = ...

# %% id="demo-peers-run" demo=true tags=["nbval-ignore-output"]
with built_on(3):
    print(ask_echo_server("socat -t 0.5 - UDP4:{host}:{port}", "你好"))
    print(ask_echo_server("dig @{host} -p {port} +tries=1 +time=1 +short example.com"))

# %% [markdown] id="after-peers" lang="en"
# `socat` shows what came back; `dig` warns "query response not set": one bit (QR) of a DNS header
# tells a reply from a query. Echo servers lack such a mark.

# %% [markdown] id="after-peers" lang="zh" of="56d3a2aa"
# `socat` 把收到的原样显示；`dig` 警告“query response not set”：DNS 首部用一个标志位（QR）区分查询和响应。回显服务器缺的正是它。

# %% [markdown] id="stretch" lang="en"
# ## Stretch: each message once (not graded)
#
# Below, four requests (number, space, text) meet a relay that doubles and reorders. Write
# `unique(messages)`, which keeps the first copy of each number. Then let `reply_counter_server`
# read that number itself, make each tea once, and answer a duplicate with its *earlier* answer.
# How long must it remember a number?

# %% [markdown] id="stretch" lang="zh" of="a0331e64"
# ## 选做：每条消息只算一次（不计分）
#
# 下面四个请求（编号、空格、文本），经过会重复、会乱序的中继。写 `unique(messages)`，每个编号只留第一份。再让 `reply_counter_server` 自己解析编号，每份茶只泡一次，遇到重复的请求就重发**原来的**响应。一个编号要记多久？

# %% id="demo-stretch" demo=true
with bound() as receiver, bound() as sender:
    relay = UDPRelay(receiver.getsockname(), faults="duplicate 1; reorder 3")
    with relay as address:
        for number in range(1, 5):
            sender.sendto(b"%d tea" % number, address)
        print(collect(receiver))

# %% [markdown] id="after-stretch" lang="en"
# One came twice, two changed places, and the numbers tell which.

# %% [markdown] id="after-stretch" lang="zh" of="de93edd3"
# 一条来了两次，两条换了先后，靠编号就能分辨。

# %% [markdown] id="practice" lang="en"
# ## Where you will meet this
#
# DNS (port 53), TFTP (69; chapter 06), DHCP, NTP, SNMP (161), RIP (520), QUIC, calls and games
# all run on UDP, each with its own numbers, clocks and retries. Choose UDP when late is as bad as
# lost, when question and answer fit one datagram, or when many should hear it; else TCP.
#
# **Left out:** broadcast and multicast (05); checksum and fragments (08); IPv6 sockets;
# congestion control (RFC 8085); encryption (DTLS, QUIC).

# %% [markdown] id="practice" lang="zh" of="897fed91"
# ## 实际应用
#
# DNS（端口 53）、TFTP（69，第 6 章）、DHCP、NTP、SNMP（161）、RIP（520）、QUIC、语音通话和游戏都跑在 UDP 上，各带各的编号、时钟和重传。以下情况选 UDP：迟到等于丢失；一问一答各装得进一个数据报；要同时发给许多接收方。其余用 TCP。
#
# **本章没有讲**：广播和多播（第 5 章）；校验和与分片（第 8 章）；IPv6 套接字；拥塞控制（RFC 8085）；加密（DTLS、QUIC）。

# %% [markdown] id="old-notes" lang="en"
# ## What old notes get wrong
#
# | They say | In fact |
# |---|---|
# | one loop can offer a menu, receive and send (UDP-15) | while it waits in `recvfrom` it sends nothing: threads, chapter 05 |
# | the server may wait in `input()` (UDP-17) | all other clients wait for that one human |
# | `\r` clears a line (UDP-18) | it moves the cursor; the end of a longer old text stays |
# | UDP's checksum is optional | over IPv4 only (RFC 8200 §8.1) |
# | DNS is UDP | TCP too (RFC 7766) |
# | dynamic ports are 1024–65535 (PRT-02) | 49152–65535 (RFC 6335); Linux lends 32768–60999 |
# | `AF_INIT`, `sendTo`, `print x` (TXT-10, TXT-11) | misspelt, or Python 2 |
# | MIPS is big-endian (TXT-09) | it can be either; ask `sys.byteorder` |
# | Python's first file is not fd 3 (TXT-12) | in a fresh script it is: the lowest free number |

# %% [markdown] id="old-notes" lang="zh" of="83101949"
# ## 旧笔记里的错误
#
# | 旧说法 | 事实 |
# |---|---|
# | 一个循环就能又显示菜单、又收、又发（UDP-15） | 阻塞在 `recvfrom` 时什么也发不出去：要用线程，见第 5 章 |
# | 服务器可以停在 `input()` 上（UDP-17） | 所有客户端都得等那一个人 |
# | `\r` 会清除一行（UDP-18） | 只移动光标；原来较长的文字留下尾巴 |
# | UDP 校验和可有可无 | 仅限 IPv4（RFC 8200 第 8.1 节） |
# | DNS 就是 UDP | 也用 TCP（RFC 7766） |
# | 动态端口是 1024～65535（PRT-02） | 49152～65535（RFC 6335）；Linux 默认 32768～60999 |
# | `AF_INIT`、`sendTo`、`print x`（TXT-10、TXT-11） | 拼写错误，或 Python 2 |
# | MIPS 是大端（TXT-09） | 两种字节序都支持；去问 `sys.byteorder` |
# | Python 打开的第一个文件，描述符不是 3（TXT-12） | 在新启动的脚本里就是 3：最小的空闲编号 |

# %% [markdown] id="glossary" lang="en"
# ## Glossary
#
# | Term | 中文 | Source |
# |---|---|---|
# | datagram | 数据报 | RFC 768 |
# | payload, header | 载荷，首部 | RFC 768 |
# | address (host, port) | 地址（主机，端口） | RFC 768, RFC 791 |
# | ephemeral port | 临时端口 | RFC 6335 |
# | bind | 绑定 | bind(2) |
# | connected socket | 已连接套接字 | udp(7) |
# | loopback | 环回 | RFC 1122 §3.2.1.3 |
# | truncation | 截断 | recv(2) |
# | packet loss, duplicate, reordering | 丢包，重复，乱序 | RFC 8085 §3.3 |
# | receive buffer | 接收缓冲区 | socket(7) |
# | timeout, deadline | 超时，截止时间 | RFC 8085 §3.1.1 |
# | retransmission | 重传 | RFC 8085 §3.3 |
# | port unreachable | 端口不可达 | RFC 792, RFC 1122 |
# | MTU, fragmentation | 最大传输单元，分片 | RFC 791 |
# | text, bytes | 文本，字节串 | — |
# | encoding, mojibake | 编码，乱码 | RFC 3629 (UTF-8) |
# | echo | 回显 | RFC 862 |

# %% [markdown] id="glossary" lang="zh" of="97f65e27"
# ## 术语表
#
# | 英文 | 中文 | 出处 |
# |---|---|---|
# | datagram | 数据报 | RFC 768 |
# | payload, header | 载荷，首部 | RFC 768 |
# | address (host, port) | 地址（主机，端口） | RFC 768，RFC 791 |
# | ephemeral port | 临时端口 | RFC 6335 |
# | bind | 绑定 | bind(2) |
# | connected socket | 已连接套接字 | udp(7) |
# | loopback | 环回 | RFC 1122 第 3.2.1.3 节 |
# | truncation | 截断 | recv(2) |
# | packet loss, duplicate, reordering | 丢包，重复，乱序 | RFC 8085 第 3.3 节 |
# | receive buffer | 接收缓冲区 | socket(7) |
# | timeout, deadline | 超时，截止时间 | RFC 8085 第 3.1.1 节 |
# | retransmission | 重传 | RFC 8085 第 3.3 节 |
# | port unreachable | 端口不可达 | RFC 792，RFC 1122 |
# | MTU, fragmentation | 最大传输单元，分片 | RFC 791 |
# | text, bytes | 文本，字节串 | — |
# | encoding, mojibake | 编码，乱码 | RFC 3629（UTF-8） |
# | echo | 回显 | RFC 862 |
