# %% [markdown] id="title" lang="en"
# # To everybody: broadcast, multicast, discovery

# %% [markdown] id="title" lang="zh" of="340e5197"
# # 发给所有人：广播、多播与发现

# %% id="import-check" demo=true lang="en"
from autograder import check, hint, outcome, predict, predictions, replay

# %% id="import-check" demo=true lang="zh" of="209d4e14"
from autograder.zh import check, hint, outcome, predict, predictions, replay

# %% id="setup" setup=true
import socket
import time

Address = tuple[str, int]
BR_ENTRY, BR_EXIT, ANSENTRY, SENDMSG, RECVMSG = 1, 2, 3, 32, 33
SENDCHECK = 0x100
FEIQ_FIELDS = ("version", "packet_no", "sender", "host", "command", "content")


# %% id="setup-feiq" setup=true
def parse_feiq(data: bytes, charset: str = "gbk") -> dict:
    """Return the fields of a FeiQ message; ValueError if it is none."""
    fields = data.decode(charset).split(":", 5)
    if len(fields) < 6:
        raise ValueError(f"expected six fields; got {len(fields)}")
    message = dict(zip(FEIQ_FIELDS, fields))
    return message | {"packet_no": int(fields[1]), "command": int(fields[4])}


def build_feiq(message: dict, charset: str = "gbk") -> bytes:
    """Return the bytes of a FeiQ message."""
    if any(":" in message[name] for name in ("version", "sender", "host")):
        raise ValueError("expected no ':' in version, sender or host")
    return ":".join(str(message[name]) for name in FEIQ_FIELDS).encode(charset)


# %% [markdown] id="ex-open-broadcast" lang="en"
# ## Exercise 1 · A socket for broadcasts (3 points)
#
# `open_broadcast(port)` returns a UDP socket that hears whatever is sent to `port`: to any address
# of this machine, and to everybody (255.255.255.255 and the broadcast address of its network). It
# can send broadcasts, too.
#
# - Several sockets made by this function may have the same port; each hears every broadcast.
# - If a socket that does not share has the port, `OSError` passes on and no socket stays open.
# - *Not required:* IPv6; port 0; which of two sockets gets unicast; a timeout; sharing with sockets
#   that were made in another way.

# %% [markdown] id="ex-open-broadcast" lang="zh" of="a0ebef0a"
# ## 习题 1 · 收发广播的套接字（3 分）
#
# `open_broadcast(port)` 返回一个 UDP 套接字，凡是发到 `port` 的数据报它都收得到：不论发往本机的哪个地址，还是发给所有人（255.255.255.255 和所在网络的广播地址）。它自己也能发广播。
#
# - 用这个函数创建的几个套接字可以共用一个端口；每个都收得到每条广播。
# - 如果端口被一个不共用的套接字占着，`OSError` 原样抛出，并且没有套接字留着不关。
# - **不要求**：IPv6；端口 0；两个套接字中哪一个收到单播；超时；与用别的办法创建的套接字共用端口。


# %% id="open-broadcast" solution="ch05b/open_broadcast"
def open_broadcast(port: int) -> socket.socket:
    """Return a UDP socket that hears what is sent to port, broadcasts too, and may send them."""
    ### BEGIN SOLUTION
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        sock.bind(("", port))
    except OSError:
        sock.close()
        raise
    return sock
    ### END SOLUTION


# %% id="check-open-broadcast" check="ch05b/open_broadcast"
check("ch05b/open_broadcast")

# %% [markdown] id="ex-broadcast" lang="en"
# ## Exercise 2 · To every network (2 points)
#
# `broadcast(sock, payload, port, addresses)` sends `payload` (`bytes`) once to `port` at each of
# `addresses`, in their order, and returns a list of those addresses to which it could be sent.
#
# - `addresses` is a list of `str`: broadcast addresses, one for each network. `sock` may send
#   broadcasts already.
# - If there is no way to an address (`sendto` raises `OSError`), leave it out and go on.
# - *Not required:* a payload over 65,507 bytes; finding the addresses (chapter 02).

# %% [markdown] id="ex-broadcast" lang="zh" of="684be8c9"
# ## 习题 2 · 发到每个网络（2 分）
#
# `broadcast(sock, payload, port, addresses)` 把 `payload`（`bytes`）依次发到 `addresses` 中每个地址的 `port` 端口，各发一次，返回发得出去的那些地址组成的列表。
#
# - `addresses` 是由 `str` 组成的列表：每个网络一个广播地址。`sock` 已经获准发送广播。
# - 如果没有路由通往某个地址（`sendto` 抛出 `OSError`），就不把它列入，接着发下一个。
# - **不要求**：超过 65,507 字节的 `payload`；求出这些地址（第 2 章）。


# %% id="broadcast" solution="ch05b/broadcast"
def broadcast(sock: socket.socket, payload: bytes, port: int, addresses: list[str]) -> list[str]:
    """Send payload to port at each address; return the addresses to which it could be sent."""
    ### BEGIN SOLUTION
    reached = []
    for address in addresses:
        try:
            sock.sendto(payload, (address, port))
        except OSError:
            continue
        reached.append(address)
    return reached
    ### END SOLUTION


# %% id="check-broadcast" check="ch05b/broadcast"
check("ch05b/broadcast")

# %% [markdown] id="ex-answer-to" lang="en"
# ## Exercise 3 · What to answer (3 points)
#
# `answer_to(message, sender, host, packet_no)` returns what FeiQ answers to `message`, or None.
# Both are dicts with the keys `FEIQ_FIELDS`, as `parse_feiq` gives them.
#
# The low 8 bits of `command` say what it is; the bits above are flags.
#
# | the command is | the answer is | with the content |
# |---|---|---|
# | BR_ENTRY | ANSENTRY | `sender` |
# | SENDMSG with the flag SENDCHECK | RECVMSG | the `packet_no` of `message`, in decimal (`str`) |
# | anything else, also ANSENTRY | None | |
#
# - An answer has version `"1"`, the `packet_no`, `sender` and `host` that were given, no flags.
# - *Not required:* a `message` that is no such dict.

# %% [markdown] id="ex-answer-to" lang="zh" of="db38b163"
# ## 习题 3 · 该回答什么（3 分）
#
# `answer_to(message, sender, host, packet_no)` 返回飞秋对 `message` 的响应，不响应就返回 None。两者都是以 `FEIQ_FIELDS` 为键的 `dict`，与 `parse_feiq` 给出的一样。
#
# `command` 的低 8 位表示命令，更高的各位是标志位。
#
# | 命令 | 响应 | 内容 |
# |---|---|---|
# | BR_ENTRY | ANSENTRY | `sender` |
# | 带标志 SENDCHECK 的 SENDMSG | RECVMSG | `message` 的 `packet_no`，写成十进制（`str`） |
# | 其他任何命令，包括 ANSENTRY | None | |
#
# - 响应的 version 是 `"1"`，`packet_no`、`sender`、`host` 用传进来的值，不带标志。
# - **不要求**：`message` 不是这样的 `dict`。


# %% id="answer-to" solution="ch05b/answer_to"
def answer_to(message: dict, sender: str, host: str, packet_no: int) -> dict | None:
    """Return what FeiQ answers to message, or None."""
    ### BEGIN SOLUTION
    kind, flags = message["command"] & 0xFF, message["command"] & ~0xFF
    if kind == BR_ENTRY:
        command, content = ANSENTRY, sender
    elif kind == SENDMSG and flags & SENDCHECK:
        command, content = RECVMSG, str(message["packet_no"])
    else:
        return None
    values = ("1", packet_no, sender, host, command, content)
    return dict(zip(FEIQ_FIELDS, values))
    ### END SOLUTION


# %% id="check-answer-to" check="ch05b/answer_to"
check("ch05b/answer_to")

# %% [markdown] id="ex-roster" lang="en"
# ## Exercise 4 · Who is here? (5 points)
#
# `Roster(sender, host, everybody)` knows who is here. It has no socket: it takes packets and gives
# packets, as pairs `(packet, address)` of `bytes` and `Address`. `everybody` is the address for
# broadcasts. The attribute `people` is a `dict`: address → sender, of everybody else who is here.
#
# - `start()` returns `[(a BR_ENTRY, everybody)]`, `leave()` returns `[(a BR_EXIT, everybody)]`.
# - `feed(data, address)` takes a packet that came from `address`, and returns a list of answers:
#
# | the packet is | returns | changes |
# |---|---|---|
# | not FeiQ (`parse_feiq` raises `ValueError`) | `[]` | nothing |
# | my own: sender **and** host are mine | `[]` | nothing |
# | BR_ENTRY | `[(ANSENTRY, address)]` | `people[address]` is its sender |
# | ANSENTRY | `[]` | `people[address]` is its sender |
# | BR_EXIT | `[]` | `address` is forgotten, if it was known |
# | SENDMSG with SENDCHECK | `[(RECVMSG, address)]` | nothing |
# | any other | `[]` | nothing |
#
# - Commands may carry flags. The packets that it makes are GBK, of version `"1"`, without flags;
#   the content of BR_ENTRY and BR_EXIT is `sender`; `packet_no` counts them: 1, 2, 3 …
# - *Not required:* a sender or host that holds `:` or that GBK cannot express; forgetting who is
#   silent; showing messages.

# %% [markdown] id="ex-roster" lang="zh" of="cab4dca7"
# ## 习题 4 · 谁在线？（5 分）
#
# `Roster(sender, host, everybody)` 知道谁在线。它里面没有套接字：收下数据包，给出数据包，每个都是一对 `(packet, address)`，即 `bytes` 和 `Address`。`everybody` 是发广播用的地址。属性 `people` 是一个 `dict`：地址 → sender，记着其他所有在线的人。
#
# - `start()` 返回 `[(一个 BR_ENTRY, everybody)]`，`leave()` 返回 `[(一个 BR_EXIT, everybody)]`。
# - `feed(data, address)` 收下从 `address` 来的一个包，返回响应的列表：
#
# | 这个包 | 返回 | 改变 |
# |---|---|---|
# | 不是飞秋的包（`parse_feiq` 抛出 `ValueError`） | `[]` | 不变 |
# | 是自己发的：sender **和** host 都与自己相同 | `[]` | 不变 |
# | BR_ENTRY | `[(ANSENTRY, address)]` | `people[address]` 记下它的 sender |
# | ANSENTRY | `[]` | `people[address]` 记下它的 sender |
# | BR_EXIT | `[]` | 忘掉 `address`（如果记着的话） |
# | 带 SENDCHECK 的 SENDMSG | `[(RECVMSG, address)]` | 不变 |
# | 其他任何包 | `[]` | 不变 |
#
# - 命令可能带标志位。它生成的包用 GBK 编码，version 是 `"1"`，不带标志；BR_ENTRY 和 BR_EXIT 的内容是 `sender`；`packet_no` 给它生成的包编号：1、2、3……
# - **不要求**：sender 或 host 里有 `:`，或者有 GBK 无法表示的字；忘掉很久没有动静的人；显示消息。


# %% id="roster" solution="ch05b/roster"
class Roster:
    """Who is here, by FeiQ: packets in, packets out. people: address -> sender of the others."""

    def __init__(self, sender: str, host: str, everybody: Address):
        """Nobody else is here yet."""
        ### BEGIN SOLUTION
        self.sender, self.host, self.everybody = sender, host, everybody
        self.people: dict[Address, str] = {}
        self.made = 0
        ### END SOLUTION

    def start(self) -> list:
        """Return [(a BR_ENTRY, everybody)]."""
        ### BEGIN SOLUTION
        return self._to_everybody(BR_ENTRY)
        ### END SOLUTION

    def leave(self) -> list:
        """Return [(a BR_EXIT, everybody)]."""
        ### BEGIN SOLUTION
        return self._to_everybody(BR_EXIT)
        ### END SOLUTION

    def feed(self, data: bytes, address: Address) -> list:
        """Take a packet that came from address; return the answers."""
        ### BEGIN SOLUTION
        try:
            message = parse_feiq(data)
        except ValueError:
            return []
        if (message["sender"], message["host"]) == (self.sender, self.host):
            return []
        kind = message["command"] & 0xFF
        if kind in (BR_ENTRY, ANSENTRY):
            self.people[address] = message["sender"]
        elif kind == BR_EXIT:
            self.people.pop(address, None)
        answer = answer_to(message, self.sender, self.host, self.made + 1)
        if answer is None:
            return []
        self.made += 1
        return [(build_feiq(answer), address)]

    def _to_everybody(self, command: int) -> list:
        self.made += 1
        values = ("1", self.made, self.sender, self.host, command, self.sender)
        return [(build_feiq(dict(zip(FEIQ_FIELDS, values))), self.everybody)]
        ### END SOLUTION


# %% id="check-roster" check="ch05b/roster"
check("ch05b/roster")

# %% [markdown] id="ex-discover" lang="en"
# ## Exercise 5 · Ask, and listen (4 points)
#
# `discover(sock, roster, wait)` sends what `roster.start()` gives. For `wait` seconds it hands every
# datagram that comes to `roster.feed(data, address)`, and sends what `feed` gives, to the addresses
# that it gives. Then it returns `roster.people`.
#
# - A datagram has 0 to 65,507 bytes; your own are fed, too.
# - It returns not before `wait` seconds have passed, and not later, however much comes. `sock`
#   stays open.
# - *Not required:* sending again what was lost; errors of `sendto`; `roster.leave()`.

# %% [markdown] id="ex-discover" lang="zh" of="b267c92c"
# ## 习题 5 · 问一声，再听（4 分）
#
# `discover(sock, roster, wait)` 先把 `roster.start()` 给出的包发出去。此后 `wait` 秒之内，凡是收到数据报，都交给 `roster.feed(data, address)`，并把 `feed` 给出的包发往它给出的地址。最后返回 `roster.people`。
#
# - 数据报有 0～65,507 个字节；自己发的也要交给 `feed`。
# - 不满 `wait` 秒不返回；到了 `wait` 秒，不管来多少都要返回。`sock` 保持打开。
# - **不要求**：丢了再发；`sendto` 出错；`roster.leave()`。


# %% id="discover" solution="ch05b/discover"
def discover(sock: socket.socket, roster, wait: float) -> dict:
    """Send what roster.start() gives, feed it for wait seconds, and return roster.people."""
    ### BEGIN SOLUTION
    deadline = time.monotonic() + wait
    packets = roster.start()
    while True:
        for packet, address in packets:
            sock.sendto(packet, address)
        left = deadline - time.monotonic()
        if left <= 0:
            return roster.people
        sock.settimeout(left)
        try:
            data, address = sock.recvfrom(65535)
        except TimeoutError:
            return roster.people
        packets = roster.feed(data, address)
    ### END SOLUTION


# %% id="check-discover" check="ch05b/discover"
check("ch05b/discover")

# %% [markdown] id="ex-join-group" lang="en"
# ## Exercise 6 · A member (3 points)
#
# `join_group(group, port, interface)` returns a UDP socket that hears what is sent to `port` of the
# multicast group on the network of `interface`, and nothing else. What it sends to the group leaves
# on that network. `interface` is an IPv4 address of this machine (`str`).
#
# - `ValueError` if `group`, an IPv4 address (`str`), is outside 224.0.0.0/4. `OSError` if this
#   machine has no such interface; then no socket stays open.
# - Several such sockets may share a port.
# - *Not required:* IPv6; text that is no address; the TTL (it is 1); not hearing oneself; leaving
#   (closing the socket leaves); another socket of this machine that has joined the same group on
#   another network.

# %% [markdown] id="ex-join-group" lang="zh" of="36236b4f"
# ## 习题 6 · 多播组的成员（3 分）
#
# `join_group(group, port, interface)` 返回一个 UDP 套接字，在 `interface` 所在的网络上，凡是发到该多播组 `port` 端口的它都收得到，别的一概收不到。它发往该组的数据报，也从那个网络发出去。`interface` 是本机的一个 IPv4 地址（`str`）。
#
# - `group` 是一个 IPv4 地址（`str`），如果不在 224.0.0.0/4 之内，抛出 `ValueError`。如果本机没有这个接口，抛出 `OSError`，并且没有套接字留着不关。
# - 几个这样的套接字可以共用一个端口。
# - **不要求**：IPv6；不是地址的文本；TTL（默认是 1）；不收自己发的；退出组（关闭套接字就退出了）；本机另有套接字在别的网络上加入了同一个组。


# %% id="join-group" solution="ch05b/join_group"
def join_group(group: str, port: int, interface: str) -> socket.socket:
    """Return a UDP socket that hears the group's port on interface's network, and only that."""
    ### BEGIN SOLUTION
    if not 224 <= int(group.split(".")[0]) <= 239:
        raise ValueError(f"{group} is no multicast group")
    own = socket.inet_aton(interface)
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind((group, port))
        member = socket.inet_aton(group) + own
        sock.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, member)
        sock.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, own)
    except OSError:
        sock.close()
        raise
    return sock
    ### END SOLUTION


# %% id="check-join-group" check="ch05b/join_group"
check("ch05b/join_group")
