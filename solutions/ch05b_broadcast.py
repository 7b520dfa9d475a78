# %% [markdown] id="title" lang="en"
# # To everybody: broadcast, multicast, discovery
#
# **You will be able to** send a datagram to everybody on a network, and hear one; say who hears it
# and where it stops; let programs find each other without an address in them. **You need**
# chapters 04 (datagrams, FeiQ) and 02 (masks, broadcast addresses). **Time:** about 45 minutes to
# read and run, and 1¾ hours for the exercises.
#
# ## Who is here?
#
# Run the next two cells. Five hosts are on one switch: real network stacks of this machine's
# kernel. On each runs the messenger whose packets chapter 04 took apart, FeiQ (it speaks IP Messenger).
# Nobody has told any of them another's address. The ladder shows what went to anna and came from her.

# %% [markdown] id="title" lang="zh" of="a95ec397"
# # 发给所有人：广播、多播与发现
#
# **学完本章，你将能够**：把一个数据报发给网络上的所有人，也能收到这样的数据报；说出谁收得到它、它到哪里为止；让程序不写任何地址就找到彼此。**需要**：第 4 章（数据报、飞秋）和第 2 章（掩码、广播地址）。**用时**：阅读和运行约 45 分钟，习题约 1 小时 45 分钟。
#
# ## 谁在线？
#
# 运行下面两个单元格。五台主机接在同一个交换机上，每台都用本机内核里真正的网络协议栈。每台主机上运行着第 4 章拆解过的那种聊天程序：飞秋（FeiQ，与飞鸽传书 IP Messenger 协议兼容）。事先谁也不知道别人的地址。时序图画的是 anna 收发的包。

# %% id="import-check" demo=true lang="en"
from autograder import check, hint, outcome, predict, predictions, replay

# %% id="import-check" demo=true lang="zh" of="209d4e14"
from autograder.zh import check, hint, outcome, predict, predictions, replay

# %% id="demo-found" demo=true lang="en" tags=["nbval-ignore-output"]
from netlib.capture import capture
from netlib.lan import Lan
from netlib.lan.conversation import conversation
from netlib.lan.discovery import find_each_other
from netlib.recordings import instead  # where this machine allows no LAN

NAMES = "anna", "ben", "carla", "dora", "emil"

with instead("ch05b-found"), Lan("192.0.2.0/24") as lan:
    hosts = [lan.host(name) for name in NAMES]
    with capture(lan.center, "udp") as frames:
        found = find_each_other(hosts)
    display(conversation(lan, frames.where("ip.addr == 192.0.2.1")))
    for name, others in found.items():
        print(name, "found", others)

# %% id="demo-found" demo=true lang="zh" of="37d6e242" tags=["nbval-ignore-output"]
from netlib.capture import capture
from netlib.lan import Lan
from netlib.lan.conversation import conversation
from netlib.lan.discovery import find_each_other
from netlib.recordings import instead  # 本机不允许建局域网时用

NAMES = "anna", "ben", "carla", "dora", "emil"

with instead("ch05b-found"), Lan("192.0.2.0/24") as lan:
    hosts = [lan.host(name) for name in NAMES]
    with capture(lan.center, "udp") as frames:
        found = find_each_other(hosts)
    display(conversation(lan, frames.where("ip.addr == 192.0.2.1")))
    for name, others in found.items():
        print(name, "找到了", others)

# %% [markdown] id="after-found" lang="en"
# **Everybody found everybody.** anna sent one datagram to 192.0.2.255, the **broadcast address** of
# this network. No device has that address; everybody on the network hears what is sent there:
#
# ```text
#              +------------- switch -------------+
#              |          |           |           |
#        anna --> in   out --> ben  out --> carla  out --> dora …
#
#        one frame goes in at anna's port, and out at every other port
# ```
#
# Whoever heard it sent an answer to anna's own address. In this chapter you write that program. (Where a
# machine forbids such networks, a sentence and a recording stand in for each demonstration.)
#
# The next cells are given: constants of FeiQ, and the two functions of chapter 04.

# %% [markdown] id="after-found" lang="zh" of="10492e99"
# **每个人都找到了其他所有人。** anna 向 192.0.2.255 发了一个数据报，这是本网络的**广播地址**（broadcast address）。没有哪台设备拥有这个地址；发往这个地址的数据报，网络上每台主机都收得到：
#
# ```text
#              +------------- 交换机 -------------+
#              |          |           |           |
#        anna --> 进   出 --> ben   出 --> carla   出 --> dora ……
#
#        一个帧从 anna 的端口进来，从其他每个端口出去
# ```
#
# 收到的人都回复到 anna 自己的地址。本章里你就来写这个程序。（如果机器不允许建立这样的网络，每个演示都会用一句话和一份录制的抓包代替。）
#
# 下面的单元格是给定的：飞秋的常量，以及第 4 章的两个函数。

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
    message = dict(zip(FEIQ_FIELDS, fields, strict=True))
    return message | {"packet_no": int(fields[1]), "command": int(fields[4])}


def build_feiq(message: dict, charset: str = "gbk") -> bytes:
    """Return the bytes of a FeiQ message."""
    if any(":" in message[name] for name in ("version", "sender", "host")):
        raise ValueError("expected no ':' in version, sender or host")
    text = ":".join(str(message[name]) for name in FEIQ_FIELDS)
    return text.encode(charset)


# %% [markdown] id="own" lang="en"
# ## Who hears it?
#
# Now the same program again, with one change: every host binds its own address (192.0.2.1,
# 192.0.2.2 …) instead of `""`, which stands for all addresses.

# %% [markdown] id="own" lang="zh" of="3d97ba46"
# ## 谁收得到？
#
# 还是那个程序，只改一处：每台主机绑定自己的地址（192.0.2.1、192.0.2.2……），而不是代表全部地址的 `""`。

# %% id="predict-own" predict=true lang="en"
predict(
    "ch05b/own",
    "Every program binds its own address. Whom does anna find?",
    all="All four others, as before",
    nobody="Nobody",
    herself="Only herself",
)

# %% id="predict-own" predict=true lang="zh" of="698721ab"
predict(
    "ch05b/own",
    "每个程序都绑定自己的地址。anna 会找到谁？",
    all="和刚才一样，其他四个人",
    nobody="谁也找不到",
    herself="只找到她自己",
)

# %% id="demo-own" demo=true
with instead("ch05b-own"), Lan("192.0.2.0/24") as lan:
    hosts = [lan.host(name) for name in NAMES]
    found = find_each_other(hosts, own_address=True)["anna"]
    print(found)
    came = {0: "nobody", 4: "all"}.get(len(found), "herself")
    display(outcome("ch05b/own", came))

# %% [markdown] id="after-own" lang="en"
# **Nobody.** Not one packet was lost. So which sockets hear a broadcast? We try all twelve pairs:
# ben's socket is bound to one of four addresses, and anna sends to one of three. To send to a broadcast address at all, a
# socket needs the option **SO_BROADCAST**. 255.255.255.255 is the *limited* broadcast address: it
# means "this network", whichever that is (RFC 919).

# %% [markdown] id="after-own" lang="zh" of="f7006d29"
# **谁也找不到。** 可是一个包也没有丢。那么，哪些套接字收得到广播？我们把十二种搭配都试一遍：ben 的套接字绑定四个地址之一，anna 发往三个地址之一。要向广播地址发送，套接字先得设置选项 **SO_BROADCAST**。255.255.255.255 是**受限广播**（limited broadcast）地址，意思是“本网络”，不管那是哪个网络（RFC 919）。


# %% id="demo-udp-on" demo=true lang="en"
def udp_on(host, bound=None, port=6000):
    """Return a UDP socket of that host, bound if an address is given."""
    with host:
        sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
    sock.settimeout(0.2)
    if bound is not None:
        sock.bind((bound, port))
    return sock


# %% id="demo-udp-on" demo=true lang="zh" of="bfec998b"
def udp_on(host, bound=None, port=6000):
    """返回那台主机的一个 UDP 套接字；给了地址就绑定。"""
    with host:
        sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
    sock.settimeout(0.2)
    if bound is not None:
        sock.bind((bound, port))
    return sock


# %% id="demo-hears" demo=true lang="en"
TO = "192.0.2.255", "255.255.255.255", "192.0.2.2"
BOUND = "", "192.0.2.2", "192.0.2.255", "255.255.255.255"


def hears(sock):
    """Tell whether a datagram comes within 0.2 s."""
    try:
        return bool(sock.recv(2048))
    except TimeoutError:
        return False

# %% id="demo-hears" demo=true lang="zh" of="9e7cd688"
TO = "192.0.2.255", "255.255.255.255", "192.0.2.2"
BOUND = "", "192.0.2.2", "192.0.2.255", "255.255.255.255"


def hears(sock):
    """0.2 秒内有没有数据报来。"""
    try:
        return bool(sock.recv(2048))
    except TimeoutError:
        return False


# %% id="predict-table" predict=true lang="en"
predict(
    "ch05b/table",
    "anna sends to 192.0.2.255. Which of ben's four sockets hear it?",
    all="All four",
    any="Only the one bound to the empty string",
    two="Those bound to the empty string and to 192.0.2.255",
    both="Those bound to the empty string and to 255.255.255.255",
)

# %% id="predict-table" predict=true lang="zh" of="7bb454c5"
predict(
    "ch05b/table",
    "anna 发往 192.0.2.255。ben 的四个套接字中，哪些收得到？",
    all="四个都收得到",
    any="只有绑定空字符串的那个",
    two="绑定空字符串的和绑定 192.0.2.255 的",
    both="绑定空字符串的和绑定 255.255.255.255 的",
)

# %% id="demo-table" demo=true lang="en"
with instead("ch05b-table"), Lan("192.0.2.0/24") as lan:
    anna, ben = lan.host("anna"), lan.host("ben")
    heard = {}
    for to in TO:
        for bound in BOUND:
            with udp_on(anna) as sender, udp_on(ben, bound) as receiver:
                sender.sendto(b"hello", (to, 6000))
                heard[to, bound] = hears(receiver)
    print(" " * 15, *(f"{b or 'all':>15}" for b in BOUND))
    for to in TO:
        print(f"{to:15}", *(f"{heard[to, b]!s:>15}" for b in BOUND))
    sockets = tuple(b for b in BOUND if heard["192.0.2.255", b])
    names = {BOUND: "all", ("",): "any", ("", TO[0]): "two"}
    display(outcome("ch05b/table", names.get(sockets, "both")))

# %% id="demo-table" demo=true lang="zh" of="7b31afd0"
with instead("ch05b-table"), Lan("192.0.2.0/24") as lan:
    anna, ben = lan.host("anna"), lan.host("ben")
    heard = {}
    for to in TO:
        for bound in BOUND:
            with udp_on(anna) as sender, udp_on(ben, bound) as receiver:
                sender.sendto(b"hello", (to, 6000))
                heard[to, bound] = hears(receiver)
    print(" " * 15, *(f"{b or '全部':>15}" for b in BOUND))
    for to in TO:
        print(f"{to:15}", *(f"{heard[to, b]!s:>15}" for b in BOUND))
    sockets = tuple(b for b in BOUND if heard["192.0.2.255", b])
    names = {BOUND: "all", ("",): "any", ("", TO[0]): "two"}
    display(outcome("ch05b/table", names.get(sockets, "both")))

# %% [markdown] id="table-self" lang="en"
# **A socket hears what is sent to the very address that it is bound to; bound to `""`, it hears all**
# ([BRC-03](../catalogue.ipynb#cell-id=BRC-03)). Now anna is bound to `""`, too. Does she hear herself?
# And what happens if a socket that has not set SO_BROADCAST sends a broadcast?

# %% [markdown] id="table-self" lang="zh" of="868436cc"
# **套接字绑定了哪个地址，就只收得到发往那个地址的；绑定 `""` 则全都收得到**（[BRC-03](../catalogue.ipynb#cell-id=BRC-03)）。现在 anna 也绑定 `""`，她收得到自己的广播吗？没有设置 SO_BROADCAST 的套接字去发广播，又会怎样？

# %% id="predict-self" predict=true lang="en"
predict(
    "ch05b/self",
    "anna is bound to the empty string and broadcasts. Does she hear it?",
    yes="Yes",
    no="No: a sender does not get its own datagram",
)

# %% id="predict-self" predict=true lang="zh" of="cfd05a57"
predict(
    "ch05b/self",
    "anna 绑定空字符串，发一条广播。她自己收得到吗？",
    yes="收得到",
    no="收不到：发送方不会收到自己的数据报",
)

# %% id="demo-self" demo=true
with instead("ch05b-table"), Lan("192.0.2.0/24") as lan:
    anna = lan.host("anna")
    with udp_on(anna, "") as sock:
        sock.sendto(b"hello", ("192.0.2.255", 6000))
        came = "yes" if hears(sock) else "no"
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 0)
        try:
            sock.sendto(b"hello", ("192.0.2.255", 6000))
        except PermissionError as error:
            print(error)
    display(outcome("ch05b/self", came))

# %% [markdown] id="after-table" lang="en"
# **She does: she is one of "everybody"** ([BRC-06](../catalogue.ipynb#cell-id=BRC-06)). And
# without SO_BROADCAST the kernel refuses ([BRC-01](../catalogue.ipynb#cell-id=BRC-01)): so nobody
# disturbs a whole network by mistyping an address.
#
# Turn the two knobs yourself: to which address does anna send, and to which is ben bound?

# %% [markdown] id="after-table" lang="zh" of="dc74224c"
# **收得到：“所有人”里也包括她自己**（[BRC-06](../catalogue.ipynb#cell-id=BRC-06)）。没有 SO_BROADCAST，内核就拒绝发送（[BRC-01](../catalogue.ipynb#cell-id=BRC-01)）：这样就不会因为写错一个地址而惊动整个网络。
#
# 自己调节下面的两个控件：anna 发往哪个地址？ben 绑定哪个地址？


# %% id="demo-play" demo=true lang="en"
def send_hello(to, bound):
    with Lan("192.0.2.0/24") as lan:
        anna, ben = lan.host("anna"), lan.host("ben")
        seen, receiver = capture(lan.center, "udp"), udp_on(ben, bound, 2425)
        with seen as frames, udp_on(anna) as sender, receiver:
            sender.sendto(b"1:1:anna:pc:1:anna", (to, 2425))
            said = "hears it" if hears(receiver) else "hears nothing"
        return [conversation(lan, frames), f"ben, bound to {bound!r}, {said}"]


# %% id="demo-play" demo=true lang="zh" of="be0f7eac"
def send_hello(to, bound):
    with Lan("192.0.2.0/24") as lan:
        anna, ben = lan.host("anna"), lan.host("ben")
        seen, receiver = capture(lan.center, "udp"), udp_on(ben, bound, 2425)
        with seen as frames, udp_on(anna) as sender, receiver:
            sender.sendto(b"1:1:anna:pc:1:anna", (to, 2425))
            said = "收到了" if hears(receiver) else "什么也没收到"
        return [conversation(lan, frames), f"ben 绑定 {bound!r}，{said}"]


# %% id="demo-knobs" demo=true tags=["nbval-ignore-output"]
from netlib.panels import Knobs

panel = Knobs(send_hello, to=(*TO, "192.0.2.7"), bound=BOUND)
panel

# %% id="demo-knobs-text" demo=true tags=["nbval-ignore-output"]
print(panel.turn(to="255.255.255.255", bound="192.0.2.255"))
panel.close()

# %% [markdown] id="share" lang="en"
# One more thing for your first exercise. FeiQ and your program may both want port 2425 of one
# machine. By default the second `bind` fails. UDP sockets share a port if *both* have set
# **SO_REUSEADDR** before they bind: then each gets a copy of every broadcast. (Unicast goes to one
# of them.)

# %% [markdown] id="share" lang="zh" of="cf47668c"
# 第一道习题还要用到一点。同一台机器上，飞秋和你的程序可能都想用 2425 端口。默认情况下，后来的那个 `bind` 会失败。如果**双方**都在 bind 之前设置了 **SO_REUSEADDR**，UDP 套接字就可以共用一个端口：每条广播各得一份。（单播只交给其中一个。）

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
# - 如果端口被一个不共用的套接字占着，`OSError` 原样抛出，并且不能留下未关闭的套接字。
# - **不要求**：IPv6；端口 0；两个套接字中哪一个收到单播；超时；与用别的办法创建的套接字共用端口。


# %% id="open-broadcast" solution="ch05b/open_broadcast"
def open_broadcast(port: int) -> socket.socket:
    """Return a UDP socket on port that hears broadcasts, and may send them."""
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

# %% [markdown] id="frame" lang="en"
# ## Where does the frame go?
#
# A switch looks where a frame's destination MAC address was last seen, and sends the frame out of
# that port. Whose MAC address is the destination of a broadcast?

# %% [markdown] id="frame" lang="zh" of="7589e7de"
# ## 帧发到哪里去？
#
# 交换机看帧的目的 MAC 地址，这个地址上次在哪个端口出现过，就从哪个端口转发。广播帧的目的 MAC 地址是谁的？

# %% id="predict-mac" predict=true lang="en"
predict(
    "ch05b/mac",
    "To which MAC address does a broadcast's frame go?",
    switch="To the switch's",
    ones="To ff:ff:ff:ff:ff:ff",
    each="To each host's, one frame for each",
)

# %% id="predict-mac" predict=true lang="zh" of="17cd3fdc"
predict(
    "ch05b/mac",
    "广播的帧发往哪个 MAC 地址？",
    switch="交换机的",
    ones="ff:ff:ff:ff:ff:ff",
    each="每台主机的，每台一个帧",
)

# %% id="demo-frame" demo=true
import errno

with instead("ch05b-table"), Lan("192.0.2.0/24") as lan:
    anna, ben = lan.host("anna"), lan.host("ben")
    with capture(lan.center, "udp") as frames, udp_on(anna) as sender:
        sender.sendto(b"hello", ("192.0.2.255", 6000))
    (mac,) = {frame["eth.dst"][0] for frame in frames}
    print(len(frames), mac)
    print(lan.center.table)
    ones, switch = mac == "ff:ff:ff:ff:ff:ff", mac in lan.center.macs
    came = "ones" if ones else "switch" if switch else "each"
    display(outcome("ch05b/mac", came))
    with anna, socket.socket() as caller:
        caller.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        print("TCP:", errno.errorcode[caller.connect_ex(("192.0.2.255", 80))])

# %% [markdown] id="after-frame" lang="en"
# **One frame to ff:ff:ff:ff:ff:ff, an address of no device** (RFC 894,
# [BRC-04](../catalogue.ipynb#cell-id=BRC-04)). No frame ever *comes from* there, so the switch never
# learns it, and **floods** the frame: it sends it out of every port but the one where it came in.
#
# TCP cannot broadcast: `connect` raises `OSError` (ENETUNREACH), SO_BROADCAST or not. Who would
# answer the SYN? But UDP is not alone: ARP broadcasts, too.

# %% [markdown] id="after-frame" lang="zh" of="94ac6712"
# **只有一个帧，发往 ff:ff:ff:ff:ff:ff，不属于任何设备**（RFC 894，[BRC-04](../catalogue.ipynb#cell-id=BRC-04)）。从来没有帧**来自**这个地址，所以交换机学不到它，只好**泛洪**（flooding）：除了进来的端口，从每个端口都发出去。
#
# TCP 不能广播：不管有没有设置 SO_BROADCAST，`connect` 都抛出 `OSError`（ENETUNREACH，网络不可达）。由谁来回答那个 SYN 呢？不过并非只有 UDP 才广播，ARP 也广播。

# %% [markdown] id="far" lang="en"
# ## How far does it go?
#
# anna has two **interfaces** (network cards): ben is on the network of the first, carla on that of
# the second. dora is behind a router. These three listen on port 6000, bound to `""`.

# %% [markdown] id="far" lang="zh" of="ed2cf281"
# ## 它能走多远？
#
# anna 有两个**接口**（interface，即网卡）：ben 在第一个接口的网络上，carla 在第二个接口的网络上。dora 在路由器后面。三个人都在 6000 端口上收，绑定 `""`。

# %% id="predict-far" predict=true lang="en"
predict(
    "ch05b/far",
    "anna sends to 255.255.255.255. Who hears it?",
    ben="Only ben",
    two="ben and carla, on both of her networks",
    all="All three",
)

# %% id="predict-far" predict=true lang="zh" of="6aa31ef8"
predict(
    "ch05b/far",
    "anna 发往 255.255.255.255。谁收得到？",
    ben="只有 ben",
    two="ben 和 carla，她的两个网络都收得到",
    all="三个人都收得到",
)


# %% id="demo-three" demo=true lang="en"
def three_networks(lan):
    """Put anna on two networks, and dora behind a router."""
    second = lan.switch("second", "198.51.100.0/24")
    third = lan.switch("third", "203.0.113.0/24")
    lan.plug(lan.host("anna"), second)
    lan.host("ben"), lan.host("carla", second), lan.host("dora", third)
    lan.router("gate", lan.center, third)
    return lan["anna"], [lan[name] for name in ("ben", "carla", "dora")]


# %% id="demo-three" demo=true lang="zh" of="c7ea617f"
def three_networks(lan):
    """anna 接在两个网络上，dora 在路由器后面。"""
    second = lan.switch("second", "198.51.100.0/24")
    third = lan.switch("third", "203.0.113.0/24")
    lan.plug(lan.host("anna"), second)
    lan.host("ben"), lan.host("carla", second), lan.host("dora", third)
    lan.router("gate", lan.center, third)
    return lan["anna"], [lan[name] for name in ("ben", "carla", "dora")]


# %% id="demo-far" demo=true
from contextlib import ExitStack

with instead("ch05b-far"), Lan("192.0.2.0/24") as lan, ExitStack() as stack:
    anna, hosts = three_networks(lan)
    socks = {h.name: stack.enter_context(udp_on(h, "")) for h in hosts}
    for to in ("255.255.255.255", "198.51.100.255", "203.0.113.255"):
        with udp_on(anna) as sender:
            sender.sendto(b"hello", (to, 6000))
        heard = [name for name, sock in socks.items() if hears(sock)]
        print(f"{to:15}", heard)
        if to == "255.255.255.255":
            came = {1: "ben", 2: "two", 3: "all"}[len(heard)]
    display(outcome("ch05b/far", came))

# %% [markdown] id="after-far" lang="en"
# **255.255.255.255 leaves by one interface; a directed broadcast goes to its own network; a router
# passes neither on** ([BRC-02](../catalogue.ipynb#cell-id=BRC-02)). 198.51.100.255, a **directed
# broadcast**, names its network: so it left by the right interface. dora heard nothing: limited
# broadcasts stay in their network (RFC 1812 §5.3.5.1), and since 1999 routers should refuse directed
# ones by default (RFC 2644). The part of a network that hears a broadcast is a **broadcast
# domain**.

# %% [markdown] id="after-far" lang="zh" of="b8f16570"
# **255.255.255.255 只从一个接口出去；定向广播发往地址所指的那个网络；这两种广播，路由器都不转发**（[BRC-02](../catalogue.ipynb#cell-id=BRC-02)）。198.51.100.255 是**定向广播**（directed broadcast）地址，写明了是哪个网络，所以从正确的接口出去了。dora 什么也没收到：受限广播不出网络（RFC 1812 第 5.3.5.1 节）；定向广播，从 1999 年起路由器默认也应拒绝转发（RFC 2644）。收得到同一条广播的这一部分网络，叫作**广播域**（broadcast domain）。

# %% [markdown] id="ex-broadcast" lang="en"
# ## Exercise 2 · To every network (2 points)
#
# `broadcast(sock, payload, port, addresses)` sends `payload` (`bytes`, perhaps empty) once to `port`
# at each of `addresses`, and returns a list of those to which it could be sent, in the order of `addresses`.
#
# - `addresses` is a list of `str`: broadcast addresses, one for each network. `sock` is
#   already allowed to send broadcasts.
# - If there is no way to an address (`sendto` raises `OSError`), leave it out and go on.
# - *Not required:* in which order they leave; an address that stands there twice; a payload over
#   65,507 bytes; finding the addresses (chapter 02).

# %% [markdown] id="ex-broadcast" lang="zh" of="f2436f45"
# ## 习题 2 · 发到每个网络（2 分）
#
# `broadcast(sock, payload, port, addresses)` 把 `payload`（`bytes`，可能为空）发到 `addresses` 中每个地址的 `port` 端口，各发一次，返回发得出去的那些地址组成的列表，顺序与 `addresses` 相同。
#
# - `addresses` 是由 `str` 组成的列表：每个网络一个广播地址。`sock` 已经获准发送广播。
# - 如果没有路由通往某个地址（`sendto` 抛出 `OSError`），就不把它列入，接着发下一个。
# - **不要求**：发出的先后；同一个地址写了两次；超过 65,507 字节的 `payload`；求出这些地址（第 2 章）。


# %% id="broadcast" solution="ch05b/broadcast"
def broadcast(
    sock: socket.socket,
    payload: bytes,
    port: int,
    addresses: list[str],
) -> list[str]:
    """Send payload to each address; return those to which it could be sent."""
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

# %% [markdown] id="answers" lang="en"
# ## Who answers whom?
#
# The whole conversation of two people, as the switch sees it: they enter, and anna sends a message
# that asks for a receipt.

# %% [markdown] id="answers" lang="zh" of="ca35e028"
# ## 谁回答谁？
#
# 在交换机上看两个人的整段对话：先后上线，然后 anna 发一条要求确认的消息。

# %% id="demo-answers" demo=true tags=["nbval-ignore-output"]
with instead("ch05b-answers"), Lan("192.0.2.0/24") as lan:
    hosts = lan.host("anna"), lan.host("ben")
    with capture(lan.center, "udp") as frames:
        find_each_other(hosts, seconds=0.3, message="lunch?")
    display(conversation(lan, frames))

# %% [markdown] id="after-conversation" lang="en"
# BR_ENTRY goes to everybody, ANSENTRY to the one who entered, and RECVMSG says which of
# your messages has come, by its number: an **acknowledgement**, made by an application. (Chapter 06
# builds a file transfer on that.) What if a program is politer still? Here are two that answer every
# packet:

# %% [markdown] id="after-conversation" lang="zh" of="ff9de834"
# BR_ENTRY 发给所有人，ANSENTRY 只发给刚上线的人，RECVMSG 用编号说明你的哪一条消息到了：这是应用程序自己做的**确认**（acknowledgement）。（第 6 章传文件就靠它。）要是程序更有礼貌一点呢？下面两个程序，对每个包都回答：

# %% id="predict-end" predict=true lang="en"
predict(
    "ch05b/end",
    "Both programs answer every packet. How many packets are sent, the hello included?",
    two="Two: the hello and its answer",
    few="A few",
    no_end="It does not end",
)

# %% id="predict-end" predict=true lang="zh" of="a354bd0c"
predict(
    "ch05b/end",
    "两个程序对每个包都回答。连同最初那声问好，一共会发多少个包？",
    two="两个：问好和回答",
    few="几个",
    no_end="没完没了",
)


# %% id="demo-end" demo=true lang="en"
def polite(sock):
    """Answer one packet, whatever it is."""
    _, sender = sock.recvfrom(2048)
    sock.sendto(b"welcome", sender)


two = [socket.socket(type=socket.SOCK_DGRAM) for _ in range(2)]
with two[0], two[1]:
    for sock in two:
        sock.bind(("127.0.0.1", 0))
    two[0].sendto(b"hello", two[1].getsockname())
    sent = 1
    while sent < 1000:  # then our patience ends
        polite(two[sent % 2])
        sent += 1
outcome("ch05b/end", {1: "two", 1000: "no_end"}.get(sent, "few"))


# %% id="demo-end" demo=true lang="zh" of="ecfae964"
def polite(sock):
    """回答一个包，不管是什么包。"""
    _, sender = sock.recvfrom(2048)
    sock.sendto(b"welcome", sender)


two = [socket.socket(type=socket.SOCK_DGRAM) for _ in range(2)]
with two[0], two[1]:
    for sock in two:
        sock.bind(("127.0.0.1", 0))
    two[0].sendto(b"hello", two[1].getsockname())
    sent = 1
    while sent < 1000:  # 到这里我们没有耐心了
        polite(two[sent % 2])
        sent += 1
outcome("ch05b/end", {1: "two", 1000: "no_end"}.get(sent, "few"))

# %% [markdown] id="after-answers" lang="en"
# **An answer that asks for an answer never ends** ([BRC-08](../catalogue.ipynb#cell-id=BRC-08)); only
# our patience did, after 1,000. So a protocol says which packets are answered, and never answers an
# answer: nobody answers an ANSENTRY.
#
# Then how do you see what a packet *is*? Real FeiQ writes more into `command` than a number: the low
# 8 bits are the command, those above are **flags**, remarks such as "please confirm".

# %% [markdown] id="after-answers" lang="zh" of="17a2fe35"
# **如果响应还要再响应，就永远没完**（[BRC-08](../catalogue.ipynb#cell-id=BRC-08)）；数到 1,000 个包就停，只是因为我们没有耐心了。所以协议要规定哪些包需要响应，收到响应后一律不再响应：ANSENTRY 就没有人回答。
#
# 那么，怎样看出这**是**什么包？真正的飞秋在 `command` 里写的不只是一个编号：低 8 位是命令，更高的各位是**标志位**（flag），也就是附注，例如“请确认”。

# %% id="demo-flags" demo=true lang="en"
for command in (1, 0x600001, SENDMSG | SENDCHECK):
    print(f"{command:#10x}: command {command & 0xFF}, flags {command & ~0xFF:#x}")
command = 0x600001
print(command == BR_ENTRY, command & 0xFF == BR_ENTRY)

# %% id="demo-flags" demo=true lang="zh" of="58be4230"
for command in (1, 0x600001, SENDMSG | SENDCHECK):
    print(f"{command:#10x}: 命令 {command & 0xFF}，标志位 {command & ~0xFF:#x}")
command = 0x600001
print(command == BR_ENTRY, command & 0xFF == BR_ENTRY)

# %% [markdown] id="after-flags" lang="en"
# **Cut the flags off before you compare**, and look at each flag by itself with `&`
# ([BRC-11](../catalogue.ipynb#cell-id=BRC-11)).

# %% [markdown] id="after-flags" lang="zh" of="ee4a1c9e"
# **先去掉标志位，再比较命令**；每个标志位单独用 `&` 来看（[BRC-11](../catalogue.ipynb#cell-id=BRC-11)）。

# %% [markdown] id="ex-answer-to" lang="en"
# ## Exercise 3 · What to answer (3 points)
#
# `answer_to(message, sender, host, packet_no)` returns what FeiQ answers to `message`, or None.
# `message` and the answer are dicts with the keys `FEIQ_FIELDS`, as `parse_feiq` gives them.
#
# The low 8 bits of `command` say what it is; the bits above are flags.
#
# | the command is | the answer is | with the content |
# |---|---|---|
# | BR_ENTRY | ANSENTRY | `sender` |
# | SENDMSG with SENDCHECK among its flags | RECVMSG | the `packet_no` of `message`, in decimal (`str`) |
# | anything else, also ANSENTRY | None | |
#
# - An answer has version `"1"`, the `packet_no`, `sender` and `host` that were given, no flags.
# - *Not required:* a `message` that is no such dict.

# %% [markdown] id="ex-answer-to" lang="zh" of="b8bc2c83"
# ## 习题 3 · 该回答什么（3 分）
#
# `answer_to(message, sender, host, packet_no)` 返回飞秋对 `message` 的响应，不响应就返回 None。`message` 和响应都是以 `FEIQ_FIELDS` 为键的 `dict`，与 `parse_feiq` 给出的一样。
#
# `command` 的低 8 位表示命令，更高的各位是标志位。
#
# | 命令 | 响应 | 内容 |
# |---|---|---|
# | BR_ENTRY | ANSENTRY | `sender` |
# | 标志中有 SENDCHECK 的 SENDMSG | RECVMSG | `message` 的 `packet_no`，写成十进制（`str`） |
# | 其他任何命令，包括 ANSENTRY | None | |
#
# - 响应的 version 是 `"1"`，`packet_no`、`sender`、`host` 用传进来的值，不带标志。
# - **不要求**：`message` 不是这样的 `dict`。


# %% id="answer-to" solution="ch05b/answer_to"
def answer_to(
    message: dict,
    sender: str,
    host: str,
    packet_no: int,
) -> dict | None:
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
    return dict(zip(FEIQ_FIELDS, values, strict=True))
    ### END SOLUTION


# %% id="check-answer-to" check="ch05b/answer_to"
check("ch05b/answer_to")

# %% [markdown] id="guestbook" lang="en"
# A list of who is here needs no socket: packets in, packets out, as in chapter 04's answers. Here is
# a small one for another protocol, `HELLO name` and `BYE`:

# %% [markdown] id="guestbook" lang="zh" of="f72ba381"
# 记录谁在线，不需要套接字：收进数据包，给出数据包。先看一个小的，用的是另一种协议：`HELLO 名字` 和 `BYE`：


# %% id="demo-guestbook" demo=true
class Guestbook:
    def __init__(self):
        self.guests = {}

    def feed(self, data, address):
        word, _, name = data.decode(errors="replace").partition(" ")
        if word == "HELLO":
            self.guests[address] = name
            return [(b"WELCOME", address)]
        if word == "BYE":
            self.guests.pop(address, None)
        return []


# %% id="demo-guests" demo=true
book = Guestbook()
print(book.feed(b"HELLO anna", ("192.0.2.1", 2425)), book.guests)
print(book.feed(b"BYE", ("192.0.2.1", 2425)), book.guests)

# %% [markdown] id="after-guestbook" lang="en"
# Guests are known by their address, which cannot be mistaken; two guests may have one name. But if the
# Guestbook's owner sends HELLO to everybody, that comes back, and the owner becomes a guest: it
# has to recognize its own packets.

# %% [markdown] id="after-guestbook" lang="zh" of="5185fe77"
# 按地址认客人，不会认错；名字却可能相同。但是，如果登记簿的主人自己向所有人发 HELLO，它会回到自己这里，主人就成了客人：它得认出自己发的包。

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
# | my own: sender **and** host are mine (if only one is, it is somebody else's) | `[]` | nothing |
# | BR_ENTRY | `[(ANSENTRY, address)]` | `people[address]` is its sender |
# | ANSENTRY | `[]` | `people[address]` is its sender |
# | BR_EXIT | `[]` | `address` is forgotten, if it was known |
# | SENDMSG with SENDCHECK among its flags | `[(RECVMSG, address)]` | nothing |
# | any other | `[]` | nothing |
#
# - Commands may carry flags. The packets that it makes are GBK, of version `"1"`, without flags;
#   the content of BR_ENTRY and BR_EXIT is `sender`. Each packet that it gives has the next
#   `packet_no`: 1, 2, 3 …; where nothing is answered, no number is used.
# - *Not required:* a sender or host that holds `:` or that GBK cannot express; forgetting who is
#   silent; showing messages.

# %% [markdown] id="ex-roster" lang="zh" of="08f75bf9"
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
# | 是自己发的：sender **和** host 都与自己相同（只有一个相同，就是别人） | `[]` | 不变 |
# | BR_ENTRY | `[(ANSENTRY, address)]` | `people[address]` 记下它的 sender |
# | ANSENTRY | `[]` | `people[address]` 记下它的 sender |
# | BR_EXIT | `[]` | 忘掉 `address`（如果记着的话） |
# | 标志中有 SENDCHECK 的 SENDMSG | `[(RECVMSG, address)]` | 不变 |
# | 其他任何包 | `[]` | 不变 |
#
# - 命令可能带标志位。它生成的包用 GBK 编码，version 是 `"1"`，不带标志；BR_ENTRY 和 BR_EXIT 的内容是 `sender`。每生成一个包，`packet_no` 就用下一个编号：1、2、3……；不响应时不占编号。
# - **不要求**：sender 或 host 里有 `:`，或者有 GBK 无法表示的字；忘掉很久没有动静的人；显示消息。


# %% id="roster" solution="ch05b/roster"
class Roster:
    """Who is here, by FeiQ; people: address -> sender, of everybody else."""

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
        values = "1", self.made, self.sender, self.host, command, self.sender
        message = dict(zip(FEIQ_FIELDS, values, strict=True))
        return [(build_feiq(message), self.everybody)]
        ### END SOLUTION


# %% id="check-roster" check="ch05b/roster"
check("ch05b/roster")

# %% [markdown] id="listening" lang="en"
# The roster is ready; now give it a socket and a clock. How do you listen for a certain time, though
# nobody knows how much will come? Set one deadline; before each wait, see how much time is left:

# %% [markdown] id="listening" lang="zh" of="455ea6b0"
# Roster 写好了，再给它配上套接字和计时。不知道会来多少，怎样恰好接收一段时间？定一个截止时间，每次等待之前，看还剩多少：


# %% id="demo-listening" demo=true lang="en"
def listen_for(sock, wait):
    """Return all datagrams that come within wait seconds."""
    deadline, heard = time.monotonic() + wait, []
    while (left := deadline - time.monotonic()) > 0:
        sock.settimeout(left)
        try:
            heard.append(sock.recv(2048))
        except TimeoutError:
            break
    return heard


# %% id="demo-listening" demo=true lang="zh" of="0ad88ebe"
def listen_for(sock, wait):
    """返回 wait 秒内到达的所有数据报。"""
    deadline, heard = time.monotonic() + wait, []
    while (left := deadline - time.monotonic()) > 0:
        sock.settimeout(left)
        try:
            heard.append(sock.recv(2048))
        except TimeoutError:
            break
    return heard


# %% id="demo-listened" demo=true
with socket.socket(type=socket.SOCK_DGRAM) as sock:
    sock.bind(("127.0.0.1", 0))
    for data in (b"one", b"", b"three"):
        sock.sendto(data, sock.getsockname())
    print(listen_for(sock, 0.2))

# %% [markdown] id="ex-discover" lang="en"
# ## Exercise 5 · Ask, and listen (4 points)
#
# `discover(sock, roster, wait)` sends what `roster.start()` gives, once. For `wait` seconds it hands every
# datagram that comes to `roster.feed(data, address)`, and sends what `feed` gives, to the addresses
# that it gives. Then it returns `roster.people`.
#
# - A datagram has 0 to 65,507 bytes; your own are fed, too.
# - It returns when `wait` seconds have passed since the call: not before, and at most 0.5 s later,
#   however much comes, and whenever. `wait` may be very short (1e-9): then it asks, and returns.
#   `sock` stays open.
# - *Not required:* sending again what was lost; errors of `sendto`; `roster.leave()`.

# %% [markdown] id="ex-discover" lang="zh" of="11dc1fd2"
# ## 习题 5 · 问一声，再听（4 分）
#
# `discover(sock, roster, wait)` 先把 `roster.start()` 给出的包发出去，只发一次。此后 `wait` 秒之内，凡是收到数据报，都交给 `roster.feed(data, address)`，并把 `feed` 给出的包发往它给出的地址。最后返回 `roster.people`。
#
# - 数据报有 0～65,507 个字节；自己发的也要交给 `feed`。
# - 从调用算起，满了 `wait` 秒就返回：不能提前，至多晚 0.5 秒，不管来多少、什么时候来。`wait` 可能极短（1e-9）：那就问完便返回。`sock` 保持打开。
# - **不要求**：丢了再发；`sendto` 出错；`roster.leave()`。


# %% id="discover" solution="ch05b/discover"
def discover(sock: socket.socket, roster, wait: float) -> dict:
    """Ask, feed roster for wait seconds, and return roster.people."""
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

# %% [markdown] id="found-yours" lang="en"
# Now the first demonstration once more, with your functions on five hosts:

# %% [markdown] id="found-yours" lang="zh" of="7dfca653"
# 再做一次本章开头的演示，这次五台主机上都是你写的函数：

# %% id="demo-yours" demo=true
from concurrent.futures import ThreadPoolExecutor

from netlib.attempt import built_on


def node(host):
    with host:
        sock = open_broadcast(2425)
    with sock:
        roster = Roster(host.name, "pc", ("192.0.2.255", 2425))
        return sorted(discover(sock, roster, 0.8).values())


# %% id="demo-five-of-yours" demo=true lang="en"
with built_on(1, 3, 4, 5), instead("ch05b-found"), Lan("192.0.2.0/24") as lan:
    hosts = [lan.host(name) for name in NAMES]
    with ThreadPoolExecutor() as pool:  # all at once
        for host, others in zip(hosts, pool.map(node, hosts), strict=True):
            print(host.name, others)

# %% id="demo-five-of-yours" demo=true lang="zh" of="e3e06749"
with built_on(1, 3, 4, 5), instead("ch05b-found"), Lan("192.0.2.0/24") as lan:
    hosts = [lan.host(name) for name in NAMES]
    with ThreadPoolExecutor() as pool:  # 同时运行
        for host, others in zip(hosts, pool.map(node, hosts), strict=True):
            print(host.name, others)

# %% [markdown] id="storm" lang="en"
# ## What if there are two cables?
#
# A switch floods a broadcast. Now two switches are joined by *two* cables, for safety, each with 20
# ms of delay. anna, on the first, broadcasts once. Time is counted from the first copy that arrives.

# %% [markdown] id="storm" lang="zh" of="64153eeb"
# ## 网线接了两条会怎样？
#
# 交换机会泛洪广播。现在，为了保险，两个交换机之间接了**两**条网线，每条有 20 毫秒延迟。anna 在第一个交换机上发一条广播。时间从收到第一份时算起。

# %% id="predict-storm" predict=true lang="en"
predict(
    "ch05b/storm",
    "How often does ben, on the second switch, hear the one broadcast?",
    once="Once: a switch sees that it is the same frame",
    twice="Twice: once for each cable",
    again="Again and again",
)

# %% id="predict-storm" predict=true lang="zh" of="89bfccb9"
predict(
    "ch05b/storm",
    "ben 在第二个交换机上，这一条广播他会收到几次？",
    once="一次：交换机认得出是同一个帧",
    twice="两次：每条网线一次",
    again="一次又一次",
)


# %% id="demo-copies" demo=true lang="en"
from netlib.lan import Cable


def copies(cables):
    """Return when ben hears anna's one broadcast, in ms since the first copy."""
    with Lan("192.0.2.0/24") as lan:
        far, slow = lan.switch("far"), Cable(delay_s=0.02, rate_bps=2e7)
        for _ in range(cables):
            lan.link(lan.center, far, cable=slow, loop=True)
        anna, ben = lan.host("anna"), lan.host("ben", far)
        with udp_on(anna) as sender, udp_on(ben, "") as receiver:
            sender.sendto(b"hello", ("192.0.2.255", 6000))
            start, heard = time.monotonic(), []
            while time.monotonic() - start < 0.5 and hears(receiver):
                heard.append(time.monotonic())
    return [1000 * (at - heard[0]) for at in heard]

# %% id="demo-copies" demo=true lang="zh" of="ccf934a2"
from netlib.lan import Cable


def copies(cables):
    """返回 ben 收到 anna 那一条广播的各个时刻：从第一份算起，以毫秒计。"""
    with Lan("192.0.2.0/24") as lan:
        far, slow = lan.switch("far"), Cable(delay_s=0.02, rate_bps=2e7)
        for _ in range(cables):
            lan.link(lan.center, far, cable=slow, loop=True)
        anna, ben = lan.host("anna"), lan.host("ben", far)
        with udp_on(anna) as sender, udp_on(ben, "") as receiver:
            sender.sendto(b"hello", ("192.0.2.255", 6000))
            start, heard = time.monotonic(), []
            while time.monotonic() - start < 0.5 and hears(receiver):
                heard.append(time.monotonic())
    return [1000 * (at - heard[0]) for at in heard]


# %% id="demo-storm" demo=true lang="en" tags=["nbval-ignore-output"]
from netlib.plots import lines

with instead("ch05b-storm"):
    heard = {f"cables: {n}": copies(n) for n in (1, 2, 3)}
    for name, times in heard.items():
        print(name, "-> copies in half a second:", len(times))
    curves = {
        name: {at: sum(t <= at for t in times) for at in range(0, 141, 20)}
        for name, times in heard.items()
    }
    display(lines(curves, title="One broadcast", x="ms", y="copies heard"))
    count = len(heard["cables: 2"])
    came = {1: "once", 2: "twice"}.get(count, "again")
    display(outcome("ch05b/storm", came))

# %% id="demo-storm" demo=true lang="zh" of="bb8b3cc9" tags=["nbval-ignore-output"]
from netlib.plots import lines

with instead("ch05b-storm"):
    heard = {f"网线：{n} 条": copies(n) for n in (1, 2, 3)}
    for name, times in heard.items():
        print(name, "→ 半秒内收到的份数：", len(times))
    curves = {
        name: {at: sum(t <= at for t in times) for at in range(0, 141, 20)}
        for name, times in heard.items()
    }
    display(lines(curves, title="一条广播", x="ms", y="收到的份数"))
    count = len(heard["网线：2 条"])
    came = {1: "once", 2: "twice"}.get(count, "again")
    display(outcome("ch05b/storm", came))

# %% [markdown] id="after-storm" lang="en"
# **Again and again: nothing in an Ethernet frame counts its hops.** With two cables the frame circles
# for ever; with three it also multiplies, as each copy that comes in by one cable leaves by two, until
# the cables are full: a **broadcast storm**. (Our cables are slow on purpose, and are gone when the
# cell ends.) Real switches find such loops and switch one way off: the **spanning tree** (IEEE 802.1D).
# Routers stop storms, as they forward no broadcast.

# %% [markdown] id="after-storm" lang="zh" of="e0c64da3"
# **一次又一次：以太网帧里没有任何东西记录它走了几跳。** 两条网线，它就永远转圈；三条网线，从一条进来的每一份都从另外两条出去，每一跳成倍增加，直到把网线占满，这就是**广播风暴**（broadcast storm）。（我们的网线是故意调慢的，单元格结束就没了。）真正的交换机能发现这样的环路，断开其中一路，这叫**生成树**（spanning tree，IEEE 802.1D）。路由器不转发广播，所以能隔离风暴。

# %% [markdown] id="member" lang="en"
# ## Who is a member?
#
# A broadcast disturbs everybody. A **multicast** datagram is for those who have **joined** its
# **group**: an address of 224.0.0.0/4 that stands for no host. Those that begin with 239 are yours to
# use inside your own network (RFC 2365). anna, ben and dora join 239.255.24.25; carla has a
# socket on the port, but has not joined. dora is behind the router. A multicast datagram has a TTL of 1 unless you say otherwise (RFC 1112 §6.1).

# %% [markdown] id="member" lang="zh" of="51a55d0e"
# ## 谁是成员？
#
# 广播会惊动每一个人。**多播**（multicast，也叫组播）数据报只给**加入**了这个**组**（group）的人：组是 224.0.0.0/4 中的一个地址，不代表任何主机。以 239 开头的，可以在自己的网络内部随意使用（RFC 2365）。anna、ben 和 dora 加入了 239.255.24.25；carla 在同一个端口上也有套接字，但没有加入。dora 在路由器后面。多播数据报的 TTL 默认是 1（RFC 1112 第 6.1 节）。

# %% id="predict-member" predict=true lang="en"
predict(
    "ch05b/member",
    "anna sends to the group with TTL 5. Who hears it, besides herself?",
    ben="Only ben",
    joined="ben and dora, who have joined",
    all="ben, carla and dora",
)

# %% id="predict-member" predict=true lang="zh" of="2ea1e672"
predict(
    "ch05b/member",
    "anna 以 TTL 5 向这个组发送。除了她自己，谁收得到？",
    ben="只有 ben",
    joined="加入了组的 ben 和 dora",
    all="ben、carla 和 dora",
)

# %% id="demo-join" demo=true lang="en"
from netlib.hexview import HexView

GROUP = "239.255.24.25"


def join(sock, host):
    """Let a socket of that host join GROUP; eight bytes say what and where."""
    member = socket.inet_aton(GROUP) + socket.inet_aton(host.address)
    sock.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, member)
    return member

# %% id="demo-join" demo=true lang="zh" of="4e40f821"
from netlib.hexview import HexView

GROUP = "239.255.24.25"


def join(sock, host):
    """让那台主机的一个套接字加入 GROUP；八个字节说明组和接口。"""
    member = socket.inet_aton(GROUP) + socket.inet_aton(host.address)
    sock.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, member)
    return member


# %% id="demo-member" demo=true lang="en"
with instead("ch05b-member"), Lan("192.0.2.0/24") as lan, ExitStack() as stack:
    third = lan.switch("third", "203.0.113.0/24")
    hosts = [lan.host(name) for name in NAMES[:3]] + [lan.host("dora", third)]
    lan.router("gate", lan.center, third)
    socks = {h.name: stack.enter_context(udp_on(h, GROUP)) for h in hosts}
    for host in (hosts[0], hosts[1], hosts[3]):
        join(socks[host.name], host)
    with capture(lan.center, "udp") as frames, udp_on(hosts[0]) as sender:
        for ttl in (0, 1, 5):
            sender.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, ttl)
            sender.sendto(b"all", (GROUP, 6000))
            heard = [name for name, sock in socks.items() if hears(sock)]
            print("TTL", ttl, heard)
    print("frames to", {frame["eth.dst"][0] for frame in frames})
    names = {("ben",): "ben", ("ben", "dora"): "joined"}
    display(outcome("ch05b/member", names.get(tuple(heard[1:]), "all")))

# %% id="demo-member" demo=true lang="zh" of="f91a8be3"
with instead("ch05b-member"), Lan("192.0.2.0/24") as lan, ExitStack() as stack:
    third = lan.switch("third", "203.0.113.0/24")
    hosts = [lan.host(name) for name in NAMES[:3]] + [lan.host("dora", third)]
    lan.router("gate", lan.center, third)
    socks = {h.name: stack.enter_context(udp_on(h, GROUP)) for h in hosts}
    for host in (hosts[0], hosts[1], hosts[3]):
        join(socks[host.name], host)
    with capture(lan.center, "udp") as frames, udp_on(hosts[0]) as sender:
        for ttl in (0, 1, 5):
            sender.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, ttl)
            sender.sendto(b"all", (GROUP, 6000))
            heard = [name for name, sock in socks.items() if hears(sock)]
            print("TTL", ttl, heard)
    print("帧的目的 MAC：", {frame["eth.dst"][0] for frame in frames})
    names = {("ben",): "ben", ("ben", "dora"): "joined"}
    display(outcome("ch05b/member", names.get(tuple(heard[1:]), "all")))

# %% [markdown] id="after-ttl" lang="en"
# **Only ben.** With TTL 0 it did not leave anna's host. And TTL 5 does not help: a router forwards
# multicast only if it runs a multicast routing protocol. The destination MAC is made of 01:00:5e and
# the low 23 bits of the group (RFC 1112 §6.4). Our switch floods such frames, too; carla's *kernel* threw
# them away.
#
# ben has a second program now. It has joined nothing, and is bound to `""` on the same port:

# %% [markdown] id="after-ttl" lang="zh" of="23c76f8f"
# **只有 ben。** TTL 0 时，它没有离开 anna 的主机。TTL 5 也没用：路由器运行了多播路由协议，才会转发多播。目的 MAC 地址由 01:00:5e 加上组地址的低 23 位组成（RFC 1112 第 6.4 节）。我们的交换机对这种帧也泛洪；是 carla 的**内核**把它们丢掉了。
#
# 现在，ben 又有了第二个程序。它什么组也没有加入，在同一个端口上绑定了 `""`：

# %% id="demo-second" demo=true lang="en"
with instead("ch05b-member"), Lan("192.0.2.0/24") as lan, ExitStack() as stack:
    anna, ben = lan.host("anna"), lan.host("ben")
    member, other = (stack.enter_context(udp_on(ben)) for _ in "ab")
    for sock, bound in ((member, GROUP), (other, "")):
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind((bound, 6000))
    eight = join(member, ben)
    with udp_on(anna) as sender:
        for to in (GROUP, "192.0.2.255"):
            sender.sendto(b"all", (to, 6000))
            print(f"{to:14} member: {hears(member)}, other: {hears(other)}")
    display(HexView(eight))

# %% id="demo-second" demo=true lang="zh" of="4dccf56d"
with instead("ch05b-member"), Lan("192.0.2.0/24") as lan, ExitStack() as stack:
    anna, ben = lan.host("anna"), lan.host("ben")
    member, other = (stack.enter_context(udp_on(ben)) for _ in "ab")
    for sock, bound in ((member, GROUP), (other, "")):
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind((bound, 6000))
    eight = join(member, ben)
    with udp_on(anna) as sender:
        for to in (GROUP, "192.0.2.255"):
            sender.sendto(b"all", (to, 6000))
            print(f"{to:14} 成员：{hears(member)}，另一个：{hears(other)}")
    display(HexView(eight))

# %% [markdown] id="after-member" lang="en"
# **Joining tells the kernel to let the group's datagrams in; `bind` decides which socket gets them.**
# On Linux
# the other program hears the group as well, since somebody on its machine has joined
# (IP_MULTICAST_ALL in ip(7)); the member, bound to the group's address, hears the group alone
# ([BRC-09](../catalogue.ipynb#cell-id=BRC-09)).
#
# Last, *where*: the eight bytes are the group and an address of the interface on which you join. With
# 0.0.0.0 there, the kernel chooses the interface of its route, perhaps the wrong one
# ([BRC-10](../catalogue.ipynb#cell-id=BRC-10)). What you *send* leaves by that route, too, unless
# the option IP_MULTICAST_IF (four bytes: the interface's address) says otherwise.

# %% [markdown] id="after-member" lang="zh" of="263bc83f"
# **加入组，是让内核收下发往该组的包；交给哪个套接字，由 `bind` 决定。** 在 Linux 上，那个程序也收得到该组的包，因为它所在的机器上有人加入了（见 ip(7) 的 IP_MULTICAST_ALL）；成员的套接字绑定了组地址，就只收得到该组的（[BRC-09](../catalogue.ipynb#cell-id=BRC-09)）。
#
# 最后是在**哪里**加入：这八个字节里，前四个是组地址，后四个是接口的地址，说明在哪个接口上加入。如果写 0.0.0.0，内核就按路由选接口，可能选错（[BRC-10](../catalogue.ipynb#cell-id=BRC-10)）。你**发送**的也按那条路由出去，除非用选项 IP_MULTICAST_IF（四个字节：接口的地址）另行指定。

# %% [markdown] id="ex-join-group" lang="en"
# ## Exercise 6 · A member (3 points)
#
# `join_group(group, port, interface)` returns a UDP socket that hears what is sent to `port` of the
# multicast group on the network of `interface`, and nothing else. What it sends to the group leaves
# on that network. `interface` is an IPv4 address of this machine (`str`). There are four steps: share
# the port, bind, join, and say by which interface it sends.
#
# - `ValueError` if `group`, an IPv4 address (`str`), is outside 224.0.0.0/4. `OSError` if this
#   machine has no such interface; then no socket stays open.
# - Several such sockets may share a port; each hears the group.
# - *Not required:* IPv6; text that is no address; the TTL (it is 1); not hearing oneself; leaving
#   (closing the socket leaves); another socket of this machine that has joined the same group on
#   another network.

# %% [markdown] id="ex-join-group" lang="zh" of="efdf882a"
# ## 习题 6 · 多播组的成员（3 分）
#
# `join_group(group, port, interface)` 返回一个 UDP 套接字，在 `interface` 所在的网络上，凡是发到该多播组 `port` 端口的它都收得到，别的一概收不到。它发往该组的数据报，也从那个网络发出去。`interface` 是本机的一个 IPv4 地址（`str`）。一共四步：共用端口，绑定，加入，指定从哪个接口发送。
#
# - `group` 是一个 IPv4 地址（`str`），如果不在 224.0.0.0/4 之内，抛出 `ValueError`。如果本机没有这个接口，抛出 `OSError`，并且不能留下未关闭的套接字。
# - 几个这样的套接字可以共用一个端口；每个都收得到。
# - **不要求**：IPv6；不是地址的文本；TTL（默认是 1）；不收自己发的；退出组（关闭套接字就退出了）；本机另有套接字在别的网络上加入了同一个组。


# %% id="join-group" solution="ch05b/join_group"
def join_group(group: str, port: int, interface: str) -> socket.socket:
    """Return a UDP socket that hears the group on one network, and only it."""
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

# %% [markdown] id="peers" lang="en"
# ## Who else broadcasts?
#
# Two programs that we did not write. `socat` enters by a broadcast, and your roster should see it.
# `udhcpc` asks for an address by DHCP (chapter 10) when its host has none: it can only call to
# everybody. Your own socket, on port 67, hears the question.

# %% [markdown] id="peers" lang="zh" of="b5453914"
# ## 还有谁在广播？
#
# 两个别人写的程序。`socat` 用广播上线，你的名单里应该看得到它。`udhcpc` 在主机没有地址时用 DHCP 申请地址（第 10 章），它只能向所有人喊话。你的套接字在 67 端口上收得到这个请求。

# %% id="demo-with-socat" demo=true
import shutil

TO_ALL = "UDP4-DATAGRAM:192.0.2.255:2425,broadcast"
SOCAT = f"printf 1:9:socat:pc:1:socat | socat -u - {TO_ALL}"


def with_socat(lan):
    anna, ben = lan.host("anna"), lan.host("ben")
    with anna:
        sock = open_broadcast(2425)
    with sock, ThreadPoolExecutor() as pool:
        roster = Roster("anna", "pc", ("192.0.2.255", 2425))
        found = pool.submit(discover, sock, roster, 0.8)
        ben.run("sh", "-c", SOCAT)
        return found.result()


# %% id="demo-socat" demo=true lang="en" tags=["nbval-ignore-output"]
with built_on(1, 3, 4, 5), instead("ch05b-socat"), Lan("192.0.2.0/24") as lan:
    if shutil.which("socat"):
        print(with_socat(lan))
    else:
        print("socat is not installed here.")

# %% id="demo-socat" demo=true lang="zh" of="ada071d2" tags=["nbval-ignore-output"]
with built_on(1, 3, 4, 5), instead("ch05b-socat"), Lan("192.0.2.0/24") as lan:
    if shutil.which("socat"):
        print(with_socat(lan))
    else:
        print("这里没有安装 socat。")

# %% id="demo-dhcp" demo=true tags=["nbval-ignore-output"]
import subprocess

ASK = "busybox udhcpc -n -q -t 1 -T 1 -i eth0 -s /bin/true"

with built_on(1), instead("ch05b-dhcp"), Lan("192.0.2.0/24") as lan:
    anna, ben = lan.host("anna"), lan.host("ben", address=None)
    with anna:
        sock = open_broadcast(67)
    with sock:
        sock.settimeout(3)
        ben.popen(*ASK.split(), stderr=subprocess.DEVNULL)
        packet, sender = sock.recvfrom(2048)
        print(len(packet), sender, packet[236:240].hex())

# %% [markdown] id="after-peers" lang="en"
# **A host without an address broadcasts, from 0.0.0.0**: 300 bytes to 255.255.255.255, with DHCP's
# magic number 63825363 (RFC 2131). FeiQ itself has a window, and cannot be driven from here.
#
# ## In a terminal
#
# The next cells save `find.py`. Type the two lines that they print in two terminals, at about the same
# time. On one machine, 127.255.255.255 is everybody.

# %% [markdown] id="after-peers" lang="zh" of="fc048036"
# **没有地址的主机从 0.0.0.0 广播**：300 字节，发往 255.255.255.255，带着 DHCP 的魔数 63825363（RFC 2131）。飞秋本身是窗口程序，没法从这里驱动。
#
# ## 在终端里运行
#
# 下面的单元格保存 `find.py`，并打印两行命令。在两个终端里差不多同时各输入一行。在一台机器上，127.255.255.255 就是所有人。


# %% id="demo-save" demo=true lang="en"
from netlib.scripts import save_program


def find(name, everybody, seconds):
    with open_broadcast(2425) as sock:
        roster = Roster(name, name + "-pc", (everybody, 2425))
        for address, other in discover(sock, roster, float(seconds)).items():
            print(other, "at", address)


GIVEN = """import socket, time
Address = tuple[str, int]
BR_ENTRY, BR_EXIT, ANSENTRY, SENDMSG, RECVMSG = 1, 2, 3, 32, 33
SENDCHECK = 0x100
FEIQ_FIELDS = ("version", "packet_no", "sender", "host", "command", "content")
"""

# %% id="demo-save" demo=true lang="zh" of="a8790579"
from netlib.scripts import save_program


def find(name, everybody, seconds):
    with open_broadcast(2425) as sock:
        roster = Roster(name, name + "-pc", (everybody, 2425))
        for address, other in discover(sock, roster, float(seconds)).items():
            print(other, "在", address)


GIVEN = """import socket, time
Address = tuple[str, int]
BR_ENTRY, BR_EXIT, ANSENTRY, SENDMSG, RECVMSG = 1, 2, 3, 32, 33
SENDCHECK = 0x100
FEIQ_FIELDS = ("version", "packet_no", "sender", "host", "command", "content")
"""

# %% id="demo-saved" demo=true
parts = open_broadcast, answer_to, Roster, discover, find
path = save_program("find.py", GIVEN, parse_feiq, build_feiq, *parts)
for name in ("anna", "ben"):
    print("python3", path, name, "127.255.255.255 10")

# %% [markdown] id="after-save" lang="en"
# Each finds the other. (Three on one machine find one each: they have the same address and port, and
# a roster knows people by these.) On a network of your own, put its broadcast address in.
#
# **Take care:** everybody there gets your packet, and every FeiQ will show your name. Do it only
# where you may.
#
# **Stretch (not graded):** Ask for devices by SSDP: `M-SEARCH` to 239.255.255.250, port 1900.
#
# ## Where will you meet this?
#
# Printers and speakers by mDNS (224.0.0.251), DHCP and ARP in every LAN, game lobbies, IPTV. In IPv6
# there is no broadcast, only multicast.
#
# **Left out:** IPv6, IGMP snooping, multicast routing, sending again what was lost.

# %% [markdown] id="after-save" lang="zh" of="eb1db07f"
# 两边都能找到对方。（一台机器上运行三个，每个只找到一个：三个的地址和端口都一样，而 Roster 是按地址认人的。）在你自己的网络上，换成它的广播地址。
#
# **注意**：那里的每个人都会收到你的包，每个飞秋都会显示你的名字。只在允许这样做的网络上试。
#
# **选做（不计分）**：用 SSDP 查找设备：向 239.255.255.250 的 1900 端口发 `M-SEARCH`。
#
# ## 实际应用
#
# 打印机和音箱用 mDNS（224.0.0.251）；每个局域网里都有 DHCP 和 ARP；还有游戏大厅、IPTV。IPv6 没有广播，只有多播。
#
# **本章没有讲**：IPv6；IGMP 侦听；多播路由；丢了再发。

# %% [markdown] id="old-notes" lang="en"
# ## Old notes, checked
#
# "Old notes" are the classroom notes that this course replaces.
#
# | They say or do | In fact |
# |---|---|
# | TCP has no broadcast | right; besides UDP also ARP and ICMP use it |
# | the broadcast address is usually a switch | it belongs to no device ([BRC-04](../catalogue.ipynb#cell-id=BRC-04)) |
# | `<broadcast>` finds the address by itself, prefer it | it is 255.255.255.255, and leaves by one interface ([BRC-02](../catalogue.ipynb#cell-id=BRC-02)) |
# | 192.168.1.255 | only where the network is 192.168.1.0/24 |
# | a program that broadcasts to 2425 and then receives | it is bound to no port of its own choice: it hears answers, and no broadcast |
# | storms come from broadcasts used badly; routers stop them | right; the other cause is a loop |
# | multicast is for a fixed few | for those who have joined; they come and go |
# | a chat group is multicast | a server sends to each member, by unicast |
# | RIP reports stock markets and flights | it tells routers their routes (RFC 2453) |
# | `print "Received"`, `sendto("Hi", …)` | Python 2 |

# %% [markdown] id="old-notes" lang="zh" of="7ca20509"
# ## 核对旧笔记
#
# “旧笔记”指本课程所取代的课堂笔记。
#
# | 旧说法、旧做法 | 事实 |
# |---|---|
# | TCP 没有广播 | 对；除了 UDP，ARP 和 ICMP 也用广播 |
# | 广播地址一般是交换机 | 它不属于任何设备（[BRC-04](../catalogue.ipynb#cell-id=BRC-04)） |
# | `<broadcast>` 自动识别广播地址，尽量用它 | 它就是 255.255.255.255，只从一个接口出去（[BRC-02](../catalogue.ipynb#cell-id=BRC-02)） |
# | 192.168.1.255 | 只有网络是 192.168.1.0/24 时才对 |
# | 程序向 2425 广播，然后接收 | 它没有绑定自己选定的端口：收得到响应，收不到广播 |
# | 广播用得不好会产生广播风暴，路由器可以隔离 | 对；另一个原因是环路 |
# | 多播是固定几个人收 | 是加入了组的人收；随时可以加入和退出 |
# | 群聊就是多播 | 由服务器逐个单播给每个成员 |
# | RIP 报告股市、航班 | 它告诉路由器有哪些路由（RFC 2453） |
# | `print "Received"`、`sendto("Hi", …)` | 是 Python 2 |

# %% [markdown] id="say-now" lang="en"
# ## What can you say now?
#
# **You can now say:** A broadcast address belongs to no device; its frame goes to ff:ff:ff:ff:ff:ff,
# and the switch floods it. To hear it, bind `""` or the very address; to send, set SO_BROADCAST.
# 255.255.255.255 leaves by one interface, a directed broadcast goes to its own network, and a router
# passes neither on. No answer asks for an answer. A multicast datagram is for those who joined, on
# the interface where they joined.
#
# **Ask yourself:** Which socket hears 192.0.2.255: one bound to `""`, or to 192.0.2.2? Do you hear
# your own broadcast? What is the TTL of a multicast datagram, if you say nothing? (02) What is the
# broadcast address of 198.51.100.64/26? (04) How many fields has a FeiQ packet, and may the last
# contain ":"?
#
# <details><summary>Answers</summary>The one bound to "". Yes, if bound to "" and that port. 1.
# 198.51.100.127. Six; yes.</details>

# %% [markdown] id="say-now" lang="zh" of="351b4290"
# ## 小结
#
# **现在你能说清楚**：广播地址不属于任何设备；它的帧发往 ff:ff:ff:ff:ff:ff，由交换机泛洪。要收到广播，就绑定 `""` 或那个广播地址本身；要发送，就设置 SO_BROADCAST。255.255.255.255 只从一个接口出去，定向广播发往地址所指的那个网络，这两种广播，路由器都不转发。响应不应再引来响应。多播数据报给加入了组的人，而且是在他们加入的那个接口上。
#
# **考考自己**：绑定 `""` 的和绑定 192.0.2.2 的套接字，哪个收得到发往 192.0.2.255 的？自己发的广播自己收得到吗？不另外设置的话，多播数据报的 TTL 是多少？（第 2 章）198.51.100.64/26 的广播地址是什么？（第 4 章）飞秋的包有几个字段？最后一个字段里可以有“:”吗？
#
# <details><summary>答案</summary>绑定 "" 的那个。收得到，只要绑定 "" 和那个端口。1。198.51.100.127。六个；可以。</details>

# %% [markdown] id="glossary" lang="en"
# ## Glossary
#
# | Term | 中文 | Source |
# |---|---|---|
# | limited broadcast | 受限广播 | RFC 919 |
# | directed broadcast | 定向广播 | RFC 922, RFC 2644 |
# | broadcast domain | 广播域 | — |
# | flooding (of a switch) | 泛洪 | IEEE 802.1D |
# | broadcast storm, spanning tree | 广播风暴，生成树 | IEEE 802.1D |
# | multicast group, to join | 多播组（组播组），加入 | RFC 1112 |
# | time to live (TTL) | 生存时间 | RFC 791 |
# | interface (network card) | 接口（网卡） | — |
# | discovery | 发现 | — |
# | acknowledgement | 确认 | — |
# | flag | 标志位 | — |
# | IP Messenger; FeiQ (compatible) | 飞鸽传书；飞秋（与它兼容） | its draft 9 |

# %% [markdown] id="glossary" lang="zh" of="cbedec26"
# ## 术语表
#
# | 中文 | 英文 | 出处 |
# |---|---|---|
# | 受限广播 | limited broadcast | RFC 919 |
# | 定向广播 | directed broadcast | RFC 922、RFC 2644 |
# | 广播域 | broadcast domain | — |
# | 泛洪（交换机） | flooding | IEEE 802.1D |
# | 广播风暴，生成树 | broadcast storm, spanning tree | IEEE 802.1D |
# | 多播组（组播组），加入 | multicast group, to join | RFC 1112 |
# | 生存时间（TTL） | time to live | RFC 791 |
# | 接口（网卡） | interface (network card) | — |
# | 发现 | discovery | — |
# | 确认 | acknowledgement | — |
# | 标志位 | flag | — |
# | 飞鸽传书；飞秋（与它兼容） | IP Messenger; FeiQ (compatible) | 其协议草案第 9 版 |

# %% [markdown] id="foreseen" lang="en"
# ## What did you predict?

# %% [markdown] id="foreseen" lang="zh" of="f55ec522"
# ## 你猜对了多少？

# %% id="demo-predictions" demo=true
predictions("ch05b")
