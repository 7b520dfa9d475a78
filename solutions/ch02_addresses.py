# %% [markdown] id="title" lang="en"
# # IP addresses and masks
#
# **You will be able to** say for two hosts on one cable whether question and answer get through, and
# why not; work out network, broadcast address and number of hosts for any prefix length; ask a whole
# network at once, and list who answers. **You need** chapter 01, and one question and answer by UDP
# (chapters 03 and 04, or 00). **Time:** about 45 minutes to read and run, and 1¾ hours for the
# exercises: two sittings, the first up to exercise 4.
#
# ## Two hosts, one cable: who can talk?
#
# anna and ben are hosts on one switch: real network stacks of this machine's kernel. An **IP address**
# is to a host what the address on a letter is to a house: on its network nobody else has it. anna has
# 192.0.2.10, ben has 192.0.2.200. She asks, and he answers. Run the next three cells.

# %% [markdown] id="title" lang="zh" of="4db3ef75"
# # IP 地址与掩码
#
# **学完本章，你将能够**：判断同一条网线上的两台主机，问和答能不能送到，送不到又是为什么；对任意前缀长度，算出网络地址、广播地址和主机数；一次问遍整个网络，列出谁应答了。**需要**：第 1 章，以及一次 UDP 的一问一答（第 3、4 章，或第 0 章）。**用时**：阅读和运行约 45 分钟，习题约 1 小时 45 分钟；分两次学，第一次到习题 4。
#
# ## 两台主机，一条网线：谁能和谁通信？
#
# anna 和 ben 是同一个交换机上的两台主机，用的是本机内核里真正的网络协议栈。**IP 地址**（IP address）之于主机，好比信封上的地址之于房子：在它的网络上独一无二。anna 的是 192.0.2.10，ben 的是 192.0.2.200。她问，他答。运行下面三个单元格。

# %% id="import-check" demo=true lang="en"
from autograder import check, hint, outcome, predict, predictions, replay

# %% id="import-check" demo=true lang="zh" of="209d4e14"
from autograder.zh import check, hint, outcome, predict, predictions, replay

# %% id="demo-udp-on" demo=true lang="en"
import socket

from netlib.lan import Lan
from netlib.recordings import instead  # where this machine allows no LAN


def udp_on(host):
    """Return a UDP socket of that host, on port 6000."""
    with host:
        sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.settimeout(1)
    sock.bind(("", 6000))
    return sock


# %% id="demo-udp-on" demo=true lang="zh" of="7909aa13"
import socket

from netlib.lan import Lan
from netlib.recordings import instead  # 本机不允许建局域网时用


def udp_on(host):
    """返回那台主机的一个 UDP 套接字，端口是 6000。"""
    with host:
        sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.settimeout(1)
    sock.bind(("", 6000))
    return sock


# %% id="demo-first" demo=true
with instead("ch02-talk"), Lan("192.0.2.0/24") as lan:
    anna = lan.host("anna", address="192.0.2.10")
    ben = lan.host("ben", address="192.0.2.200")
    with udp_on(anna) as near, udp_on(ben) as far:
        near.sendto(b"lunch?", (ben.address, 6000))
        question, asker = far.recvfrom(100)
        far.sendto(b"yes", asker)
        print(question, near.recv(100))

# %% [markdown] id="after-first" lang="en"
# **Both arrive.** (Where a machine forbids such networks, a sentence and a recording stand in.)
# Cable, switch and addresses stay as they are. Only one number changes now: behind each address
# stands a **prefix length**, until now /24: how many of its 32 bits, from the left, name the
# network. (The **mask** says the same: 255.255.255.0 is /24, its ones are the network's bits.) With /25 the 25th bit belongs to it, too, and that bit is 0 in 10 and 1 in 200.

# %% [markdown] id="after-first" lang="zh" of="04260de2"
# **都到了。**（如果机器不允许建立这样的网络，会用一句话和一份录制的抓包代替。）网线、交换机、地址都不变，现在只改一个数：每个地址后面都有一个**前缀长度**（prefix length），刚才是 /24，意思是 32 位中从左边数起有多少位表示网络，也就是**网络号**。（**掩码**说的是同一件事：255.255.255.0 就是 /24，为 1 的位是网络号。）换成 /25，第 25 位也表示网络；这一位在 10 里是 0，在 200 里是 1。


# %% id="demo-talk" demo=true lang="en"
def deliver(sender, receiver, address):
    """Send there; return what became of it."""
    try:
        sender.sendto(b"?", (address, 6000))
        receiver.recv(100)
    except OSError as error:
        return str(error)
    return "arrives"


# %% id="demo-talk" demo=true lang="zh" of="934478d9"
def deliver(sender, receiver, address):
    """发往那个地址；返回结果如何。"""
    try:
        sender.sendto(b"?", (address, 6000))
        receiver.recv(100)
    except OSError as error:
        return str(error)
    return "到达"


# %% id="demo-two" demo=true lang="en"
def two(lan, anna_prefix, ben_prefix, ben_address="192.0.2.200"):
    """Put anna and ben on one switch, each with a prefix length."""
    anna = lan.host("anna", address="192.0.2.10")
    ben = lan.host("ben", address=ben_address)
    anna.remask(anna_prefix)
    ben.remask(ben_prefix)
    return anna, ben


def talk(anna, ben):
    """Let anna ask and ben answer; return what became of each."""
    with udp_on(anna) as near, udp_on(ben) as far:
        question = deliver(near, far, ben.address)
        if question != "arrives":
            return question, "-"
        return question, deliver(far, near, anna.address)


# %% id="demo-two" demo=true lang="zh" of="f5bba72d"
def two(lan, anna_prefix, ben_prefix, ben_address="192.0.2.200"):
    """把 anna 和 ben 接到同一个交换机上，各有各的前缀长度。"""
    anna = lan.host("anna", address="192.0.2.10")
    ben = lan.host("ben", address=ben_address)
    anna.remask(anna_prefix)
    ben.remask(ben_prefix)
    return anna, ben


def talk(anna, ben):
    """让 anna 问、ben 答；返回问和答各自的结果。"""
    with udp_on(anna) as near, udp_on(ben) as far:
        question = deliver(near, far, ben.address)
        if question != "到达":
            return question, "-"
        return question, deliver(far, near, anna.address)


# %% id="predict-both25" predict=true lang="en"
predict(
    "ch02/both25",
    "Both have /25 now. What becomes of anna's question?",
    arrives="It arrives: there is a cable",
    lost="It is sent, and the switch does not pass it on",
    unsent="It is not sent",
)

# %% id="predict-both25" predict=true lang="zh" of="a67d5ba4"
predict(
    "ch02/both25",
    "现在两边都是 /25。anna 的询问会怎样？",
    arrives="送到：有网线连着",
    lost="发了出去，但交换机不转发",
    unsent="没有发出去",
)

# %% id="demo-both25" demo=true lang="en"
with instead("ch02-talk"), Lan("192.0.2.0/24") as lan:
    question, answer = talk(*two(lan, 25, 25))
    print(question)
    came = {"arrives": "arrives", "timed out": "lost"}.get(question, "unsent")
    display(outcome("ch02/both25", came))

# %% id="demo-both25" demo=true lang="zh" of="137b5607"
with instead("ch02-talk"), Lan("192.0.2.0/24") as lan:
    question, answer = talk(*two(lan, 25, 25))
    print(question)
    came = {"到达": "arrives", "timed out": "lost"}.get(question, "unsent")
    display(outcome("ch02/both25", came))

# %% [markdown] id="after-both25" lang="en"
# **It never left: anna's own kernel refused it.** It compares ben's address with hers, bit by bit, up
# to her prefix length. They differ in the 25th: so for her ben is on another network, and she knows no
# way there. ("Old notes" are the classroom notes that this course replaces. They are right here: two computers on one cable whose network numbers differ
# under the mask cannot talk.)
#
# Now only ben has /25.

# %% [markdown] id="after-both25" lang="zh" of="6b79fac9"
# **根本没有离开：anna 自己的内核拒绝了。** 内核把 ben 的地址和 anna 的地址逐位比较，比到她的前缀长度为止。第 25 位不同，所以在她看来 ben 在另一个网络上，而她不知道去那里的路。（“旧笔记”指本课程所取代的课堂笔记。它在这里说得对：两台电脑用网线直连，按掩码算出的网络号不同，就不能通信。）
#
# 现在只有 ben 是 /25。

# %% id="predict-oneway" predict=true lang="en"
predict(
    "ch02/oneway",
    "anna has /24, ben has /25. What arrives?",
    both="Question and answer",
    asked="The question only",
    nothing="Nothing",
)

# %% id="predict-oneway" predict=true lang="zh" of="2925aa28"
predict(
    "ch02/oneway",
    "anna 是 /24，ben 是 /25。哪些能送到？",
    both="问和答都送得到",
    asked="只有询问能送到",
    nothing="都送不到",
)

# %% id="demo-oneway" demo=true lang="en" tags=["nbval-ignore-output"]
from netlib.capture import capture
from netlib.ladder import Ladder
from netlib.lan.conversation import conversation
from netlib.trace import Note

with instead("ch02-talk"), Lan("192.0.2.0/24") as lan:
    anna, ben = two(lan, 24, 25)
    with capture(lan.center, "arp or udp") as frames:
        question, answer = talk(anna, ben)
    seen = conversation(lan, frames)
    guilty = Note("ben", answer)
    display(Ladder([*seen.events, guilty], seen.endpoints, mark=1))
    print(frames)
    arrived = (question, answer).count("arrives")
    display(outcome("ch02/oneway", ("nothing", "asked", "both")[arrived]))

# %% id="demo-oneway" demo=true lang="zh" of="b16bdaad" tags=["nbval-ignore-output"]
from netlib.capture import capture
from netlib.ladder import Ladder
from netlib.lan.conversation import conversation
from netlib.trace import Note

with instead("ch02-talk"), Lan("192.0.2.0/24") as lan:
    anna, ben = two(lan, 24, 25)
    with capture(lan.center, "arp or udp") as frames:
        question, answer = talk(anna, ben)
    seen = conversation(lan, frames)
    guilty = Note("ben", answer)
    display(Ladder([*seen.events, guilty], seen.endpoints, mark=1))
    print(frames)
    arrived = (question, answer).count("到达")
    display(outcome("ch02/oneway", ("nothing", "asked", "both")[arrived]))

# %% [markdown] id="after-oneway" lang="en"
# **ben hears her, and cannot reply.** Three frames crossed the switch: anna asks for ben's MAC address
# (**ARP**, chapter 08), his host tells it, and her question goes there. Then ben's kernel compares
# with *his* mask, and refuses ([ADR-15](../catalogue.ipynb#cell-id=ADR-15)). Each host decides by its own mask, and no mask
# travels in any packet.
#
# Now the other way round. By their own masks both work out the same number for their network,
# 192.0.2.0.

# %% [markdown] id="after-oneway" lang="zh" of="ebf0c715"
# **ben 听得见她，却回不了话。** 交换机上过了三个帧：anna 询问 ben 的 MAC 地址（**ARP**，第 8 章），ben 的主机回答了，她的询问再发到那里。然后 ben 的内核按**他的**掩码比较，拒绝发送（[ADR-15](../catalogue.ipynb#cell-id=ADR-15)）。每台主机各按自己的掩码决定，而掩码不会写在任何包里。
#
# 现在反过来。按各自的掩码，两边算出的网络号相同，都是 192.0.2.0。

# %% id="predict-equal" predict=true lang="en"
predict(
    "ch02/equal",
    "anna has /25, ben has /24. What arrives?",
    both="Question and answer: the numbers are equal",
    asked="The question only",
    nothing="Nothing",
)

# %% id="predict-equal" predict=true lang="zh" of="defef683"
predict(
    "ch02/equal",
    "anna 是 /25，ben 是 /24。哪些能送到？",
    both="问和答都送得到：网络号相同",
    asked="只有询问能送到",
    nothing="都送不到",
)

# %% id="demo-equal" demo=true lang="en"
with instead("ch02-talk"), Lan("192.0.2.0/24") as lan:
    question, answer = talk(*two(lan, 25, 24))
    print(question)
    arrived = (question, answer).count("arrives")
    display(outcome("ch02/equal", ("nothing", "asked", "both")[arrived]))

with instead("ch02-talk"), Lan("192.0.2.0/24") as lan:
    print("ben 192.0.2.100/24:", *talk(*two(lan, 25, 24, "192.0.2.100")))

# %% id="demo-equal" demo=true lang="zh" of="331a5863"
with instead("ch02-talk"), Lan("192.0.2.0/24") as lan:
    question, answer = talk(*two(lan, 25, 24))
    print(question)
    arrived = (question, answer).count("到达")
    display(outcome("ch02/equal", ("nothing", "asked", "both")[arrived]))

with instead("ch02-talk"), Lan("192.0.2.0/24") as lan:
    print("ben 192.0.2.100/24：", *talk(*two(lan, 25, 24, "192.0.2.100")))

# %% [markdown] id="after-equal" lang="en"
# **Not a byte.** anna, with /25, takes 200 for somebody else's. If ben is 192.0.2.100/24, all is well:
# each finds the other near. So what old notes say, that equal network numbers are
# one segment and may talk, holds where both have *one* mask.
#
# ## Which bits are the network?
#
# An address is 32 bits, written as four numbers of 8. The mask divides them: the bits under its ones
# name the network, those under its zeros the host. 255.255.255.0 is the mask of /24.

# %% [markdown] id="after-equal" lang="zh" of="575a8d90"
# **一个字节也没有发出去。** anna 是 /25，她认为 200 属于别的网络。如果 ben 是 192.0.2.100/24，就没有问题：双方都认为对方直连。旧笔记说网络号相同就是同一网段、可以通信，这只在双方用**同一个**掩码时成立。
#
# ## 哪些位表示网络？
#
# 地址是 32 位，写成四个数，每个 8 位。掩码把它分成两段：掩码为 1 的位是**网络号**，为 0 的位是**主机号**。255.255.255.0 就是 /24 的掩码。

# %% id="demo-prefix" demo=true
from netlib.prefix import Prefix

Prefix("192.168.128.255", 24)

# %% [markdown] id="read-prefix" lang="en"
# Two bars, two parts. With all host bits 1 this is the **broadcast address**, with all host bits 0 it
# would be the network's own. Next we slide the prefix length to 16.

# %% [markdown] id="read-prefix" lang="zh" of="43ea9808"
# 两条横线，两个部分。主机号全为 1，就是**广播地址**（broadcast address）；全为 0，就是网络本身的地址。下面把前缀长度调到 16。

# %% id="predict-last255" predict=true lang="en"
predict(
    "ch02/last255",
    "With /16, what is 192.168.128.255?",
    broadcast="The broadcast address: it ends in 255",
    host="An address that a host may have",
    network="The network's own address",
)

# %% id="predict-last255" predict=true lang="zh" of="61410eee"
predict(
    "ch02/last255",
    "前缀长度是 /16 时，192.168.128.255 是什么？",
    broadcast="广播地址：它以 255 结尾",
    host="主机可以用的地址",
    network="网络本身的地址",
)

# %% id="demo-panel" demo=true tags=["nbval-ignore-output"]
from netlib.panels import PrefixPanel

others = "192.168.128.1", "192.168.1.1", "10.0.0.1"
panel = PrefixPanel("192.168.128.255", 24, others)
panel

# %% id="demo-last255" demo=true
print(panel.turn(prefix=16))
display(outcome("ch02/last255", panel.shown.kind))
panel.close()

# %% id="demo-ends" demo=true
for network, address in (
    ("192.168.0.0/16", "192.168.128.255"),
    ("10.0.0.0/8", "10.0.1.0"),
    ("10.0.0.0/8", "10.0.1.255"),
):
    with instead("ch02-talk"), Lan(network) as lan:
        print(address, *talk(lan.host("anna"), lan.host("ben", address=address)))

# %% [markdown] id="after-ends" lang="en"
# **A host.** ben had that very address, and 10.0.1.0 and 10.0.1.255 after it, and he answered: the last
# number alone says nothing ([ADR-05](../catalogue.ipynb#cell-id=ADR-05)). Drag the slider yourself
# (run the panel's cell again), from 8 to 32, and write other addresses into the field.
#
# To work with the bits you need the address as *one* number. First a smaller thing, a version
# such as "3.11":

# %% [markdown] id="after-ends" lang="zh" of="46c20b4d"
# **主机的地址。** ben 用的正是这个地址，后来又用 10.0.1.0 和 10.0.1.255，都应答了：只看最后一个数，说明不了什么（[ADR-05](../catalogue.ipynb#cell-id=ADR-05)）。自己拖动滑块（重新运行面板的单元格），从 8 拖到 32；也可以在输入框里换别的地址。
#
# 要处理这些位，就得把地址变成**一个**数。先看一个小一点的：版本号，例如 "3.11"。


# %% id="demo-version" demo=true lang="en"
def parse_version(text):
    """Return "3.11" as one number of 16 bits."""
    parts = text.split(".")
    if len(parts) != 2:
        raise ValueError(f"expected two numbers; got {text!r}")
    major, minor = map(int, parts)
    if not (0 <= major <= 255 and 0 <= minor <= 255):
        raise ValueError(f"expected numbers from 0 to 255; got {text!r}")
    return major << 8 | minor


for text in ("3.11", " 3.11", "03.11", "3.1_1"):
    print(repr(text), parse_version(text))


# %% id="demo-version" demo=true lang="zh" of="fdd06866"
def parse_version(text):
    """把 "3.11" 变成一个 16 位的数。"""
    parts = text.split(".")
    if len(parts) != 2:
        raise ValueError(f"应为两个数，实为 {text!r}")
    major, minor = map(int, parts)
    if not (0 <= major <= 255 and 0 <= minor <= 255):
        raise ValueError(f"应为 0～255 的数，实为 {text!r}")
    return major << 8 | minor


for text in ("3.11", " 3.11", "03.11", "3.1_1"):
    print(repr(text), parse_version(text))

# %% [markdown] id="after-version" lang="en"
# `major << 8` moves 3 eight bits to the left, and `|` puts 11 into the room. But `int` is no check:
# it takes blanks, leading zeros, `_`, and digits of other scripts
# ([ADR-13](../catalogue.ipynb#cell-id=ADR-13)). And `inet_aton` of the C library reads "010.0.0.1" as
# 8.0.0.1: so one text may mean two hosts to two programs
# ([ADR-12](../catalogue.ipynb#cell-id=ADR-12)).

# %% [markdown] id="after-version" lang="zh" of="abcb39c5"
# `major << 8` 把 3 左移八位，`|` 把 11 填进空出来的位置。但是 `int` 并不检查写法：空格、前导零、`_`、其他文字的数字，它都接受（[ADR-13](../catalogue.ipynb#cell-id=ADR-13)）。而 C 库的 `inet_aton` 把 "010.0.0.1" 读成 8.0.0.1，于是同一段文本，两个程序会理解成两台主机（[ADR-12](../catalogue.ipynb#cell-id=ADR-12)）。

# %% [markdown] id="ex-parse-ipv4" lang="en"
# ## Exercise 1 · From text to a number (3 points)
#
# `parse_ipv4(text)` returns the IPv4 address in `text` (`str`) as one number (`int`) of 32 bits, the
# first number highest: "0.0.1.2" is 258.
#
# - `text` is four numbers with dots between, each from 0 to 255, in decimal digits 0–9, without leading
#   zeros ("0" itself is fine).
# - `ValueError` for anything else: blanks, a line end, signs, `_`, other digits, fewer or more numbers.
# - You may use Python's module `ipaddress`, here and below: `IPv4Address` and `IPv6Address`
#   (`ip_address` takes both kinds). With masks it is laxer: it takes "0.0.0.255" and "24" (exercise 3).
# - *Not required:* what is no `str`.

# %% [markdown] id="ex-parse-ipv4" lang="zh" of="02bb6fb6"
# ## 习题 1 · 从文本到数（3 分）
#
# `parse_ipv4(text)` 把 `text`（`str`）中的 IPv4 地址变成一个 32 位的数（`int`）返回，第一个数占最高的 8 位："0.0.1.2" 是 258。
#
# - `text` 是用点隔开的四个数，每个 0～255，用十进制数字 0–9 书写，没有前导零（"0" 本身可以）。
# - 其他一律抛出 `ValueError`：空格、换行、正负号、`_`、其他文字的数字、数的个数不对。
# - 这里和后面都可以用 Python 的 `ipaddress` 模块：`IPv4Address` 和 `IPv6Address`（`ip_address` 两种都接受）。对掩码它比题目宽松："0.0.0.255" 和 "24" 它也接受（习题 3）。
# - **不要求**：不是 `str` 的参数。


# %% id="parse-ipv4" solution="ch02/parse_ipv4"
def parse_ipv4(text: str) -> int:
    """Return the IPv4 address in text as one number; ValueError if it is none."""
    ### BEGIN SOLUTION
    parts = text.split(".")
    if len(parts) != 4:
        raise ValueError(f"expected four numbers; got {text!r}")
    address = 0
    for part in parts:
        number = int(part)
        if part != str(number) or not 0 <= number <= 255:
            raise ValueError(f"expected a number from 0 to 255; got {part!r}")
        address = address << 8 | number
    return address
    ### END SOLUTION


# %% id="check-parse-ipv4" check="ch02/parse_ipv4"
check("ch02/parse_ipv4")

# %% [markdown] id="ex-format-ipv4" lang="en"
# ## Exercise 2 · And back (1 point)
#
# `format_ipv4(n)` returns the address `n` (`int`, 0 to 2**32 - 1) as four decimal numbers with dots
# between, without leading zeros: 258 is "0.0.1.2".
#
# - `ValueError` for a number below 0 or above 2**32 - 1.
# - Back is the other way: `779 >> 8` is 3, and `779 & 0xFF` is 11.
# - *Not required:* what is no `int`.

# %% [markdown] id="ex-format-ipv4" lang="zh" of="58fea4c1"
# ## 习题 2 · 再变回来（1 分）
#
# `format_ipv4(n)` 把地址 `n`（`int`，0～2**32 - 1）写成用点隔开的四个十进制数返回，没有前导零：258 是 "0.0.1.2"。
#
# - 小于 0 或大于 2**32 - 1：抛出 `ValueError`。
# - 变回来就是反过来做：`779 >> 8` 是 3，`779 & 0xFF` 是 11。
# - **不要求**：不是 `int` 的参数。


# %% id="format-ipv4" solution="ch02/format_ipv4"
def format_ipv4(n: int) -> str:
    """Return the address n as four numbers; ValueError if it is none."""
    ### BEGIN SOLUTION
    if not 0 <= n < 2**32:
        raise ValueError(f"expected a number of 32 bits; got {n}")
    return ".".join(str(n >> shift & 255) for shift in (24, 16, 8, 0))
    ### END SOLUTION


# %% id="check-format-ipv4" check="ch02/format_ipv4"
check("ch02/format_ipv4")

# %% [markdown] id="ends" lang="en"
# ## What may a host not be called?
#
# In 192.0.2.0/24 anna sends to both ends: to 192.0.2.255, the broadcast address, first without and then
# with the option **SO_BROADCAST**; and to 192.0.2.0, the network's own address.

# %% [markdown] id="ends" lang="zh" of="84eb9442"
# ## 哪些地址不能给主机？
#
# 在 192.0.2.0/24 里，anna 向首尾两个地址发送：先是广播地址 192.0.2.255，第一次不设置、第二次设置选项 **SO_BROADCAST**；然后是网络本身的地址 192.0.2.0。

# %% id="predict-zero" predict=true lang="en"
predict(
    "ch02/zero",
    "What happens to the datagram for 192.0.2.0?",
    error="`sendto` raises an error",
    silence="No error, and ben hears nothing",
    heard="ben hears it",
)

# %% id="predict-zero" predict=true lang="zh" of="e45a5c8e"
predict(
    "ch02/zero",
    "发往 192.0.2.0 的数据报会怎样？",
    error="`sendto` 抛出异常",
    silence="不报错，但 ben 收不到",
    heard="ben 收得到",
)

# %% id="demo-zero" demo=true lang="en"
with instead("ch02-talk"), Lan("192.0.2.0/24") as lan:
    anna, ben = lan.host("anna"), lan.host("ben")
    with udp_on(anna) as near, udp_on(ben) as far:
        print("255:", deliver(near, far, "192.0.2.255"))
        near.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        print("255, SO_BROADCAST:", deliver(near, far, "192.0.2.255"))
        zero = deliver(near, far, "192.0.2.0")
        print("0:", zero)
    came = {"timed out": "silence", "arrives": "heard"}.get(zero, "error")
    display(outcome("ch02/zero", came))

# %% id="demo-zero" demo=true lang="zh" of="0ffed212"
with instead("ch02-talk"), Lan("192.0.2.0/24") as lan:
    anna, ben = lan.host("anna"), lan.host("ben")
    with udp_on(anna) as near, udp_on(ben) as far:
        print("255：", deliver(near, far, "192.0.2.255"))
        near.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        print("255，SO_BROADCAST：", deliver(near, far, "192.0.2.255"))
        zero = deliver(near, far, "192.0.2.0")
        print("0：", zero)
    came = {"timed out": "silence", "到达": "heard"}.get(zero, "error")
    display(outcome("ch02/zero", came))

# %% [markdown] id="after-zero" lang="en"
# **No error, and ben hears nothing**: nobody on the cable answers to that address, so anna's kernel drops the
# datagram. The broadcast address is for everybody (chapter 05b), and the kernel wants to know
# that you mean it; the address with all host bits 0 names the network, and no host has either. So of
# 2**8 addresses 254 are left for hosts. A /31, a line between two routers, has no room for such
# losses: there both are hosts' (RFC 3021), and a /32 is one host.
#
# Bits are cut with a mask like this, here on eight of them:

# %% [markdown] id="after-zero" lang="zh" of="d47ab355"
# **不报错，ben 也收不到**：网线上没有谁应答，anna 的内核就把数据报丢掉了。广播地址是给所有人的（第 5b 章），内核要求先设置 SO_BROADCAST，表明你确实要广播；主机号全为 0 的地址表示网络本身；这两个地址都不给主机。所以 2**8 个地址里，主机可用的是 254 个。/31 用在两台路由器之间的线路上，总共只有两个地址，再去掉两个就一个不剩，所以两个都归主机用（RFC 3021）；/32 就是一台主机。
#
# 用掩码取位是这样的，这里只用八位：

# %% id="demo-bits" demo=true
mask = 0b11110000
print(f"{200:08b} & {mask:08b} = {200 & mask:08b} = {200 & mask}")
print(f"{200:08b} | {15:08b} = {200 | 15:08b} = {200 | 15}")
print(~mask, ~mask & 0xFF, 0xFF ^ mask)
print([f"{each:08b}" for each in (0b11110000, 0b11010000, 0b00001111)])

# %% [markdown] id="after-bits" lang="en"
# `&` keeps the bits under the ones, `|` sets bits. `~` turns all bits round, but Python's numbers have
# no last bit: `~240` is -241, and `& 0xFF` cuts eight bits out of it
# ([ADR-20](../catalogue.ipynb#cell-id=ADR-20)). Of the last three numbers only the first is a mask:
# ones, then zeros ([ADR-14](../catalogue.ipynb#cell-id=ADR-14)).

# %% [markdown] id="after-bits" lang="zh" of="e91c48f6"
# `&` 保留掩码为 1 的位，`|` 把位置为 1。`~` 把所有位取反，但 Python 的整数没有最高的一位：`~240` 是 -241，`& 0xFF` 从中取出八位（[ADR-20](../catalogue.ipynb#cell-id=ADR-20)）。最后三个数里只有第一个是掩码：一串 1，后面一串 0（[ADR-14](../catalogue.ipynb#cell-id=ADR-14)）。

# %% [markdown] id="ex-network-of" lang="en"
# ## Exercise 3 · Both ends of a network (3 points)
#
# `network_of(address, mask)` returns the network's address: `address` with all host bits 0.
# `broadcast_of(address, mask)` returns `address` with all host bits 1. All are `str`, such as
# "192.0.2.7" and "255.255.255.0".
#
# - Ones followed by zeros are a mask; 0.0.0.0 and 255.255.255.255 are masks, too. `ValueError` for
#   any other `mask`, in both functions: 255.0.255.0, 0.0.0.255 (which `ipaddress` takes), "24",
#   "255.255.255".
# - *Not required:* an `address` that is none.

# %% [markdown] id="ex-network-of" lang="zh" of="08908dce"
# ## 习题 3 · 网络的首尾（3 分）
#
# `network_of(address, mask)` 返回网络的地址，也就是把 `address` 的主机号全置 0；`broadcast_of(address, mask)` 把主机号全置 1。参数和结果都是 `str`，例如 "192.0.2.7" 和 "255.255.255.0"。
#
# - 掩码是一串 1 后面跟一串 0；0.0.0.0 和 255.255.255.255 也是掩码。其他 `mask` 一律抛出 `ValueError`，两个函数都是：255.0.255.0、0.0.0.255（`ipaddress` 却接受）、"24"、"255.255.255"。
# - **不要求**：`address` 不是地址。


# %% id="network-of" solution="ch02/network_of"
def network_of(address: str, mask: str) -> str:
    """Return the network's address: the host bits of address all 0."""
    ### BEGIN SOLUTION
    return format_ipv4(parse_ipv4(address) & mask_bits(mask))
    ### END SOLUTION


def broadcast_of(address: str, mask: str) -> str:
    """Return address with the host bits all 1."""
    ### BEGIN SOLUTION
    return format_ipv4(parse_ipv4(address) | mask_bits(mask) ^ 0xFFFFFFFF)


def mask_bits(mask: str) -> int:
    """Return a mask as a number; ValueError if it is none."""
    bits = parse_ipv4(mask)
    if "01" in f"{bits:032b}":
        raise ValueError(f"expected ones followed by zeros; got {mask}")
    return bits
    ### END SOLUTION


# %% id="check-network-of" check="ch02/network_of"
check("ch02/network_of")

# %% [markdown] id="ex-usable-hosts" lang="en"
# ## Exercise 4 · How many hosts? (2 points)
#
# `usable_hosts(prefix)` returns how many addresses (`int`) hosts may have in a network with this prefix
# length (`int`): all but the network's and the broadcast address; in a /31 both, in a /32 the one.
#
# - `ValueError` unless 0 <= `prefix` <= 32.

# %% [markdown] id="ex-usable-hosts" lang="zh" of="87d48908"
# ## 习题 4 · 容得下几台主机？（2 分）
#
# `usable_hosts(prefix)` 返回前缀长度为 `prefix`（`int`）的网络里主机可用的地址个数（`int`）：除网络地址和广播地址以外的全部；/31 两个都可用，/32 就那一个。
#
# - 除非 0 <= `prefix` <= 32，否则抛出 `ValueError`。


# %% id="usable-hosts" solution="ch02/usable_hosts"
def usable_hosts(prefix: int) -> int:
    """Return how many addresses hosts may have; ValueError for no prefix length."""
    ### BEGIN SOLUTION
    if not 0 <= prefix <= 32:
        raise ValueError(f"expected a prefix length from 0 to 32; got {prefix}")
    count = 2 ** (32 - prefix)
    return count - 2 if prefix < 31 else count
    ### END SOLUTION


# %% id="check-usable-hosts" check="ch02/usable_hosts"
check("ch02/usable_hosts")

# %% [markdown] id="router" lang="en"
# ## Who carries it to the other network?
#
# (The second sitting begins here.) At first anna had no way to another network. Now a **router** stands
# in both halves: it is the **gateway** of each.

# %% [markdown] id="router" lang="zh" of="e810e861"
# ## 谁把它送到另一个网络？
#
# （第二次从这里开始学。）一开始，anna 没有路可以去别的网络。现在有了：一台**路由器**（router）同时接在两半网络上，是两边各自的**网关**（gateway）。

# %% id="demo-router" demo=true
with instead("ch02-router"), Lan("192.0.2.0/25") as lan:
    office = lan.switch("office", "192.0.2.128/25")
    anna, ben = lan.host("anna"), lan.host("ben")
    carla = lan.host("carla", office)
    lan.router("gate", lan.center, office)
    display(lan)
    print(anna.routes)
    for host in (ben, carla):
        way = anna.run("ip", "route", "get", host.address).stdout
        print(host.name, *talk(anna, host), "|", way.partition(" src")[0])

# %% [markdown] id="after-router" lang="en"
# ben is near: the kernel sends straight out of `eth0`. carla is not, so it sends *via* 192.0.2.126, the
# gateway, to which the line `default` leads. The frame goes to the gateway's MAC address,
# the packet in it to carla. How routers find the way is chapter 09's.
#
# Everything hangs on one question of each host: is the other near? Here are the first two cases of this
# chapter in bits (of the last number; the first three are equal):
#
# ```text
#          /24: none of it    /25: its first bit
#   10     | 0 0 0 0 1 0 1 0    0 | 0 0 0 1 0 1 0
#  200     | 1 1 0 0 1 0 0 0    1 | 1 0 0 1 0 0 0
#            equal: near        not equal: not near
# ```

# %% [markdown] id="after-router" lang="zh" of="3690e6e8"
# ben 是直连的：内核直接从 `eth0` 发出。carla 不是，所以**经由** 192.0.2.126 发送，也就是 `default` 那一行所指的网关。帧发到网关的 MAC 地址，里面的包发给 carla。路由器怎样找路，见第 9 章。
#
# 可见一切都取决于每台主机的一个判断：对方是不是直连？下面把本章开头的两种情况写成二进制（只写最后一个数，前三个相同）：
#
# ```text
#          /24：最后一个数不比  /25：只比第一位
#   10     | 0 0 0 0 1 0 1 0    0 | 0 0 0 1 0 1 0
#  200     | 1 1 0 0 1 0 0 0    1 | 1 0 0 1 0 0 0
#            相同：直连         不同：不直连
# ```

# %% [markdown] id="ex-on-link" lang="en"
# ## Exercise 5 · Near or not (3 points)
#
# An **interface** is written as address and prefix length: "192.0.2.10/25".
#
# `on_link(interface, other)` returns True if a host with this interface takes the address `other` for
# one of its own network, else False (RFC 1122 §3.3.1.1). `can_talk(a, b)` returns True if hosts with the
# interfaces `a` and `b`, on one switch and without a router, can ask *and* answer, else False.
#
# - Every prefix length from 0 to 32.
# - *Not required:* two hosts with one address; a host's own address as `other`; addresses that no host
#   may have; text that is no interface.

# %% [markdown] id="ex-on-link" lang="zh" of="c0f1d28d"
# ## 习题 5 · 是不是直连？（3 分）
#
# **接口**（interface）写成地址加前缀长度："192.0.2.10/25"。
#
# `on_link(interface, other)`：如果有这个接口的主机认为地址 `other` 在自己的网络上，返回 True，否则返回 False（RFC 1122 第 3.3.1.1 节）。`can_talk(a, b)`：如果接口为 `a` 和 `b` 的两台主机接在同一个交换机上，没有路由器，既能问**又**能答，返回 True，否则返回 False。
#
# - 前缀长度 0～32 都可能出现。
# - **不要求**：两台主机地址相同；`other` 就是主机自己的地址；不能给主机的地址；不是接口的文本。


# %% id="on-link" solution="ch02/on_link"
def on_link(interface: str, other: str) -> bool:
    """Return whether a host with this interface takes other for near."""
    ### BEGIN SOLUTION
    address, _, prefix = interface.partition("/")
    differing = parse_ipv4(address) ^ parse_ipv4(other)
    return differing >> (32 - int(prefix)) == 0
    ### END SOLUTION


def can_talk(a: str, b: str) -> bool:
    """Return whether both can ask and answer, on one switch."""
    ### BEGIN SOLUTION
    return on_link(a, b.partition("/")[0]) and on_link(b, a.partition("/")[0])
    ### END SOLUTION


# %% id="check-on-link" check="ch02/on_link"
check("ch02/on_link")

# %% [markdown] id="cable" lang="en"
# ## Pull the cable: what can she still reach?
#
# anna's interface `eth0` is switched off. She has a socket bound to `""`, and
# sends to three addresses: 127.0.0.1, her own 192.0.2.1, and ben's.

# %% [markdown] id="cable" lang="zh" of="8c6b50f0"
# ## 拔掉网线：还能到达哪里？
#
# 停用 anna 的接口 `eth0`。她有一个绑定 `""` 的套接字，向三个地址发送：127.0.0.1、她自己的 192.0.2.1、ben 的地址。

# %% id="predict-cable" predict=true lang="en"
predict(
    "ch02/cable",
    "Which of the three can she still reach?",
    none="None",
    loop="127.0.0.1 only",
    own="127.0.0.1 and 192.0.2.1",
)

# %% id="predict-cable" predict=true lang="zh" of="8cc8b11d"
predict(
    "ch02/cable",
    "三个地址里，还到得了哪些？",
    none="都不会",
    loop="只有 127.0.0.1",
    own="127.0.0.1 和 192.0.2.1",
)

# %% id="demo-cable" demo=true lang="en"
with instead("ch02-talk"), Lan("192.0.2.0/24") as lan:
    anna, ben = lan.host("anna"), lan.host("ben")
    anna.run("ip", "link", "set", "eth0", "down")
    heard = []
    with udp_on(anna) as sock:
        for address in ("127.0.0.1", anna.address, ben.address):
            heard.append(deliver(sock, sock, address))
            print(address, heard[-1])
    print(anna.run("ip", "route", "get", "127.0.0.1").stdout.partition(" src")[0])
    came = ("none", "loop", "own")[heard.count("arrives")]
    display(outcome("ch02/cable", came))

# %% id="demo-cable" demo=true lang="zh" of="984beaf8"
with instead("ch02-talk"), Lan("192.0.2.0/24") as lan:
    anna, ben = lan.host("anna"), lan.host("ben")
    anna.run("ip", "link", "set", "eth0", "down")
    heard = []
    with udp_on(anna) as sock:
        for address in ("127.0.0.1", anna.address, ben.address):
            heard.append(deliver(sock, sock, address))
            print(address, heard[-1])
    print(anna.run("ip", "route", "get", "127.0.0.1").stdout.partition(" src")[0])
    came = ("none", "loop", "own")[heard.count("到达")]
    display(outcome("ch02/cable", came))

# %% [markdown] id="after-cable" lang="en"
# **Her own address, too.** What is for the host itself goes through `lo`, the **loopback** interface, and
# never leaves the kernel. So 127.0.0.1 tests the protocols of your own machine and no cable, as old
# notes say. Loopback is not one address but 127.0.0.0/8, 16 million
# (RFC 1122 §3.2.1.3).

# %% [markdown] id="after-cable" lang="zh" of="028150d6"
# **她自己的地址也到得了。** 发给本机的包走**环回**（loopback）接口 `lo`，不离开内核。所以 127.0.0.1 检验的是本机的协议栈，与网线无关，旧笔记也是这么说的。环回不是一个地址，而是整个 127.0.0.0/8，约 1,678 万个（RFC 1122 第 3.2.1.3 节）。

# %% id="predict-port" predict=true lang="en"
predict(
    "ch02/port",
    "A program has a UDP port on 127.0.0.1. Can another have the same port on 127.0.0.2?",
    free="Yes",
    taken="No: it is one machine",
)

# %% id="predict-port" predict=true lang="zh" of="0bc76b7f"
predict(
    "ch02/port",
    "一个程序占了 127.0.0.1 上的一个 UDP 端口。另一个程序能用 127.0.0.2 上的同一个端口吗？",
    free="能",
    taken="不能：是同一台机器",
)

# %% id="demo-port" demo=true
with instead("ch02-talk"), Lan("192.0.2.0/24") as lan:
    anna = lan.host("anna")
    with anna:
        socks = [socket.socket(type=socket.SOCK_DGRAM) for _ in range(3)]
    came = "free"
    for sock, address in zip(socks, ("127.0.0.1", "127.0.0.2", "127.200.1.1")):
        try:
            sock.bind((address, 6000))
            print(sock.getsockname())
        except OSError as error:
            print(address, error)
            came = "taken"
    for sock in socks:
        sock.close()
    display(outcome("ch02/port", came))

# %% [markdown] id="after-port" lang="en"
# **Yes: the address is a part of what names a socket** (chapter 03). Every address of 127.0.0.0/8 can play a
# host, and exercise 8 plays a whole network there.
#
# ## What was a class?
#
# Before there were masks, the first bits of an address said how long its network part was. Since 1993
# the mask decides (CIDR, RFC 1519, now RFC 4632); the classes live on in books, and in the names of two
# ranges: D is multicast, E is reserved.
#
# | first bits | class | first number | network part | meant for |
# |---|---|---|---|---|
# | 0 | A | 0–127 | 8 bits | networks of many hosts |
# | 10 | B | 128–191 | 16 bits | |
# | 110 | C | 192–223 | 24 bits | small networks |
# | 1110 | D | 224–239 | – | **multicast** (chapter 05b) |
# | 1111 | E | 240–255 | – | experiments |

# %% [markdown] id="after-port" lang="zh" of="b9268b8b"
# **能：地址也是名字的一部分**（第 3 章）。127.0.0.0/8 的每个地址都可以当作一台主机，习题 8 就在那里模拟整个网络。
#
# ## “类”是怎么回事？
#
# 掩码出现之前，网络号有多长，由地址的前几位决定。1993 年起由掩码决定（CIDR，RFC 1519，现为 RFC 4632）。“类”只留在书本里，还有两个地址范围沿用它的名字：D 类是多播，E 类保留。
#
# | 前几位 | 类 | 第一个数 | 网络号 | 用途 |
# |---|---|---|---|---|
# | 0 | A | 0–127 | 8 位 | 主机很多的网络 |
# | 10 | B | 128–191 | 16 位 | |
# | 110 | C | 192–223 | 24 位 | 小网络 |
# | 1110 | D | 224–239 | – | **多播**（multicast，第 5b 章） |
# | 1111 | E | 240–255 | – | 实验 |

# %% id="predict-million" predict=true lang="en"
predict(
    "ch02/million",
    "How many hosts did a network of class A have room for? (a number)",
)

# %% id="predict-million" predict=true lang="zh" of="a4011987"
predict(
    "ch02/million",
    "一个 A 类网络容得下多少台主机？（写一个数）",
)

# %% id="demo-million" demo=true
for name, network_bits in (("A", 8), ("B", 16), ("C", 24)):
    print(name, 2 ** (32 - network_bits) - 2)
outcome("ch02/million", 2**24 - 2)

# %% [markdown] id="after-million" lang="en"
# **16,777,214.** Two of the old notes have lost a digit there ([ADR-01](../catalogue.ipynb#cell-id=ADR-01)): compute,
# do not copy. Some ranges are **private**: anybody may use them inside, and no router of the Internet
# knows a way there (RFC 1918): 10.0.0.0/8, 172.16.0.0/12 and 192.168.0.0/16. Which of these ten
# are theirs?

# %% [markdown] id="after-million" lang="zh" of="4e0c8abd"
# **16,777,214。** 旧笔记里有两份在这里漏了一位数字（[ADR-01](../catalogue.ipynb#cell-id=ADR-01)）：要自己算，不要照抄。有些地址是**私有**（private）的：谁都可以在内部使用，互联网的路由器不知道去那里的路（RFC 1918）：10.0.0.0/8、172.16.0.0/12、192.168.0.0/16。下面十个地址中，哪些属于它们？

# %% id="demo-ten" demo=true
TEN = ["10.255.255.255", "172.16.0.1", "172.31.9.9", "172.32.0.1", "192.168.19.255"]
TEN += ["100.64.0.1", "127.0.0.1", "192.0.2.1", "240.0.0.1", "239.255.255.255"]
print(*TEN, sep="\n")

# %% id="predict-private" predict=true lang="en"
predict(
    "ch02/private",
    "How many of the ten are private by RFC 1918? (a number)",
)

# %% id="predict-private" predict=true lang="zh" of="e61e5801"
predict(
    "ch02/private",
    "十个里面，按 RFC 1918 有几个是私有的？（写一个数）",
)

# %% id="demo-private" demo=true
from ipaddress import ip_address, ip_network

RANGES = [ip_network(text) for text in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")]
ours = [each for each in TEN if any(ip_address(each) in net for net in RANGES)]
print("RFC 1918:", *ours)
print("is_private:", *(each for each in TEN if ip_address(each).is_private))
print("not is_global:", *(each for each in TEN if not ip_address(each).is_global))
outcome("ch02/private", len(ours))

# %% [markdown] id="after-private" lang="en"
# **Four.** `is_private` means more than its name: all that is not for the Internet, loopback,
# documentation (192.0.2.0/24, RFC 5737) and class E among it. 172.32.0.1 is just outside;
# 100.64.0.1, for providers (RFC 6598), is neither private nor global; and 239.255.255.255 is
# a multicast group and no broadcast, for a group has no host part
# ([ADR-10](../catalogue.ipynb#cell-id=ADR-10)).

# %% [markdown] id="after-private" lang="zh" of="4ec7b1f4"
# **四个。** `is_private` 的含义比字面宽：凡是不用于互联网的都算，包括环回、文档专用（192.0.2.0/24，RFC 5737）和 E 类。172.32.0.1 恰好在范围之外；运营商用的 100.64.0.1（RFC 6598）既不是私有，也不是全球地址；239.255.255.255 是多播组，不是广播，因为组没有主机号（[ADR-10](../catalogue.ipynb#cell-id=ADR-10)）。

# %% [markdown] id="ex-address-class" lang="en"
# ## Exercise 6 · The class (2 points)
#
# `address_class(text)` returns "A", "B", "C", "D" or "E" for an IPv4 address (`str`), by its first bits, as
# in the table (RFC 791, RFC 1112). Every address has a class, also 0.0.0.0 and 127.0.0.1.
#
# - *Not required:* text that is no address.

# %% [markdown] id="ex-address-class" lang="zh" of="3cdc226e"
# ## 习题 6 · 类别（2 分）
#
# `address_class(text)` 按地址的前几位，如上表，返回一个 IPv4 地址（`str`）的类别："A"、"B"、"C"、"D" 或 "E"（RFC 791、RFC 1112）。每个地址都有类别，0.0.0.0 和 127.0.0.1 也有。
#
# - **不要求**：不是地址的文本。


# %% id="address-class" solution="ch02/address_class"
def address_class(text: str) -> str:
    """Return the class of an IPv4 address, by its first bits."""
    ### BEGIN SOLUTION
    bits = f"{parse_ipv4(text):032b}"
    ones = bits[:4].partition("0")[0]
    return "ABCDE"[len(ones)]
    ### END SOLUTION


# %% id="check-address-class" check="ch02/address_class"
check("ch02/address_class")

# %% [markdown] id="ipv6" lang="en"
# ## And with 128 bits?
#
# IPv6 addresses have 128 bits, written in hexadecimal, four bits a digit, in groups of four digits.

# %% [markdown] id="ipv6" lang="zh" of="9c766398"
# ## 换成 128 位呢？
#
# IPv6 地址有 128 位，用十六进制书写，一个数字表示四位，四个数字一段。

# %% id="predict-digits" predict=true lang="en"
predict("ch02/digits", "How many hexadecimal digits do 128 bits make? (a number)")

# %% id="predict-digits" predict=true lang="zh" of="735eb644"
predict("ch02/digits", "128 位要写几个十六进制数字？（写一个数）")

# %% id="demo-digits" demo=true
full = ip_address("2001:db8::1").exploded
print(full)
outcome("ch02/digits", len(full.replace(":", "")))

# %% [markdown] id="after-digits" lang="en"
# **32 digits, in eight groups** ([ADR-08](../catalogue.ipynb#cell-id=ADR-08)). Loopback has one
# address there: `::1`. Now a server on `::`, all addresses of IPv6, and a client that speaks IPv4.

# %% [markdown] id="after-digits" lang="zh" of="e1171b87"
# **32 个数字，分成八段**（[ADR-08](../catalogue.ipynb#cell-id=ADR-08)）。那里的环回地址只有一个：`::1`。现在，服务器绑定 `::`，也就是 IPv6 的全部地址，而客户端用的是 IPv4。

# %% id="predict-dual" predict=true lang="en"
predict(
    "ch02/dual",
    "A server is bound to :: and a client sends to 127.0.0.1. Does the server hear it?",
    yes="Yes",
    no="No: that is another protocol",
)

# %% id="predict-dual" predict=true lang="zh" of="4b8eac4b"
predict(
    "ch02/dual",
    "服务器绑定 ::，客户端发往 127.0.0.1。服务器收得到吗？",
    yes="收得到",
    no="收不到：协议不同",
)

# %% id="demo-dual" demo=true tags=["nbval-ignore-output"]
with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as server:
    server.bind(("::", 0))
    server.settimeout(0.3)
    port = server.getsockname()[1]
    came = "no"
    for family, host in ((socket.AF_INET6, "0:0:0:0:0:0:0:1"), (socket.AF_INET, "127.0.0.1")):
        with socket.socket(family, socket.SOCK_DGRAM) as client:
            client.sendto(b"hello", (host, port))
            data, source = server.recvfrom(100)
            print(host, "->", source)
            came = "yes" if family == socket.AF_INET else "no"
display(outcome("ch02/dual", came))

# %% [markdown] id="after-dual" lang="en"
# **It does**, and sees the client as `::ffff:127.0.0.1` (on Linux, unless IPV6_V6ONLY is set). An address of a socket has four parts there:
# host, port, flow label, zone. And `0:0:0:0:0:0:0:1` was `::1`: `::` stands for as many groups of zeros
# as are missing. By hand:
#
# ```text
# 2001:db8::1            before "::" two groups, behind it one
# 8 - 2 - 1 = 5          so "::" stands for five
# 2001:db8:0:0:0:0:0:1   eight groups
# 2001:0db8:0000:0000:0000:0000:0000:0001
# ```

# %% [markdown] id="after-dual" lang="zh" of="4765b147"
# **收得到**，而且看到的客户端地址是 `::ffff:127.0.0.1`（Linux 上如此，除非设置了 IPV6_V6ONLY）。这里的套接字地址有四部分：主机、端口、流标签、区域。`0:0:0:0:0:0:0:1` 就是 `::1`：缺几段零，`::` 就代表几段。手工展开是这样：
#
# ```text
# 2001:db8::1            “::”之前两段，之后一段
# 8 - 2 - 1 = 5          所以“::”代表五段
# 2001:db8:0:0:0:0:0:1   八段
# 2001:0db8:0000:0000:0000:0000:0000:0001
# ```

# %% [markdown] id="ex-expand-ipv6" lang="en"
# ## Exercise 7 · In full (2 points)
#
# `expand_ipv6(text)` returns an IPv6 address (`str`) in full: eight groups of four lower-case hex digits,
# with colons between.
#
# - A group has one to four hex digits, upper or lower case. `::` may stand once, for one or more groups
#   of zeros (RFC 4291 §2.2).
# - `ValueError` for anything else: `::` twice or for no group, too few or too many groups, five digits,
#   blanks, signs, `0x`, `_`, an empty text, an IPv4 address.
# - *Not required:* IPv6 with an IPv4 address at its end, zones (`%eth0`), brackets.

# %% [markdown] id="ex-expand-ipv6" lang="zh" of="c652af64"
# ## 习题 7 · 完整写法（2 分）
#
# `expand_ipv6(text)` 返回 IPv6 地址（`str`）的完整写法：八段，每段四个小写十六进制数字，用冒号隔开。
#
# - 一段有一到四个十六进制数字，大小写均可。`::` 可以出现一次，代表一段或多段零（RFC 4291 第 2.2 节）。
# - 其他一律抛出 `ValueError`：`::` 出现两次、一段也不代表，段数太少、太多，五个数字，空格、正负号、`0x`、`_`、空文本、IPv4 地址。
# - **不要求**：末尾写成 IPv4 的 IPv6 地址；区域（`%eth0`）；方括号。


# %% id="expand-ipv6" solution="ch02/expand_ipv6"
def expand_ipv6(text: str) -> str:
    """Return an IPv6 address in full; ValueError if it is none."""
    ### BEGIN SOLUTION
    head, gap, tail = text.partition("::")
    before, after = (part.split(":") if part else [] for part in (head, tail))
    missing = 8 - len(before) - len(after)
    if missing < 1 if gap else missing:
        raise ValueError(f"expected eight groups; got {text!r}")
    groups = [*before, *["0"] * missing, *after]
    for group in groups:
        if not 1 <= len(group) <= 4 or set(group) - set("0123456789abcdefABCDEF"):
            raise ValueError(f"expected one to four hex digits; got {group!r}")
    return ":".join(group.lower().zfill(4) for group in groups)
    ### END SOLUTION


# %% id="check-expand-ipv6" check="ch02/expand_ipv6"
check("ch02/expand_ipv6")

# %% [markdown] id="roll" lang="en"
# ## Who is on my network?
#
# Work out the addresses, ask all of them at once, list who answers. Do not wait for each silent host in
# turn: set one deadline for all, and before each wait see how much time is left. On one
# socket:

# %% [markdown] id="roll" lang="zh" of="c5aecede"
# ## 我的网络上有谁？
#
# 算出全部地址，同时询问，列出谁应答了：这就是要写的程序。不应答的主机不能一台一台地等。所以要给所有主机定一个共同的**截止时间**（deadline），每次等待之前看还剩多少。在一个套接字上是这样：

# %% id="demo-deadline" demo=true
import time

with socket.socket(type=socket.SOCK_DGRAM) as sock:
    sock.bind(("127.0.0.1", 0))
    for word in (b"one", b"", b"three"):
        sock.sendto(word, sock.getsockname())
    heard, deadline = [], time.monotonic() + 0.3
    while (left := deadline - time.monotonic()) > 0:
        sock.settimeout(left)
        try:
            heard.append(sock.recvfrom(100)[0])
        except TimeoutError:
            break
    print(heard)

# %% id="demo-sorted" demo=true
names = ["192.0.2.9", "192.0.2.10", "192.0.2.2"]
print(sorted(names))

# %% [markdown] id="after-sorted" lang="en"
# As text, "10" comes before "9" ([ADR-16](../catalogue.ipynb#cell-id=ADR-16)): sort addresses as numbers. And an
# answer counts only if it comes from a host that you asked, *and* from the port that you asked
# ([PRT-04](../catalogue.ipynb#cell-id=PRT-04)).
#
# The next cell is given: your solutions may use these modules.

# %% [markdown] id="after-sorted" lang="zh" of="2c2ac72e"
# 当作文本来比，"10" 排在 "9" 前面（[ADR-16](../catalogue.ipynb#cell-id=ADR-16)）：地址要按数值排序。另外，只有从你问过的主机、**并且**从你问的那个端口来的，才算应答（[PRT-04](../catalogue.ipynb#cell-id=PRT-04)）。
#
# 下面的单元格是给定的：你的解答可以使用这两个模块。

# %% id="setup" setup=true
import socket
import time

# %% [markdown] id="ex-roll-call" lang="en"
# ## Exercise 8 · The roll call (4 points)
#
# `roll_call(network, port, timeout)` sends one UDP datagram to `port` (`int`) of every host address of
# `network`, all before the first wait, and returns a list of those addresses (`str`) that answered from
# that port, until `timeout` seconds (`float`) after the last question.
#
# - `network` is the network's address and a prefix length from 24 to 30 (`str`): "192.0.2.0/28". The
#   network's and the broadcast address are not asked.
# - Any datagram is an answer, an empty one, too; what you ask is free. From another address or
#   another port it does not count.
# - The list holds each address once, in ascending order of number.
# - `timeout` is for all together, however often somebody sends. It may be very short (1e-9): then it
#   asks, and returns. It returns at most 0.5 s after that, and closes the sockets that it makes. One is
#   enough.
# - *Not required:* IPv6; broadcasts; errors of `sendto`; returning earlier when all have answered;
#   answers from the network's or the broadcast address.

# %% [markdown] id="ex-roll-call" lang="zh" of="f89d8658"
# ## 习题 8 · 点名（4 分）
#
# `roll_call(network, port, timeout)` 向 `network` 的每个主机地址的 `port`（`int`）端口各发一个 UDP 数据报，全部发完才开始等待；最后一个询问发出之后 `timeout` 秒（`float`）内，谁从那个端口应答了，就把它的地址（`str`）列入返回的列表。
#
# - `network` 是网络的地址加前缀长度 24～30（`str`）："192.0.2.0/28"。网络地址和广播地址不询问。
# - 任何数据报都算应答，空的也算；询问的内容随意。从别的地址或别的端口来的不算。
# - 每个地址只列一次，按数值从小到大排列。
# - `timeout` 是所有主机共用的，不管谁发来多少次。它可能极短（1e-9）：那就问完立即返回。允许比规定时间最多晚 0.5 秒返回；自己创建的套接字都要关闭。一个套接字就够了。
# - **不要求**：IPv6；广播；`sendto` 出错；都应答了就提前返回；网络地址或广播地址的应答。


# %% id="roll-call" solution="ch02/roll_call"
def roll_call(network: str, port: int, timeout: float) -> list[str]:
    """Ask every host of network at once; return who answered, in order."""
    ### BEGIN SOLUTION
    base, _, prefix = network.partition("/")
    first = parse_ipv4(base) + 1
    hosts = [format_ipv4(first + n) for n in range(usable_hosts(int(prefix)))]
    here = set()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        for host in hosts:
            sock.sendto(b"?", (host, port))
        deadline = time.monotonic() + timeout
        while (left := deadline - time.monotonic()) > 0:
            sock.settimeout(left)
            try:
                source = sock.recvfrom(65535)[1]
            except TimeoutError:
                break
            here.add(source)
    return [host for host in hosts if (host, port) in here]
    ### END SOLUTION


# %% id="check-roll-call" check="ch02/roll_call"
check("ch02/roll_call")

# %% [markdown] id="peers" lang="en"
# Now on a network of five. Three hosts run `socat`, a program that we did not write: it sends back every
# datagram that comes to port 7. carla is there, and runs nothing.

# %% [markdown] id="peers" lang="zh" of="a83e7454"
# 现在放到五台主机的网络上。三台运行 `socat`，这是别人写的程序：凡是发到 7 号端口的数据报，原样送回。carla 也在，但什么都没有运行。

# %% id="demo-roll" demo=true
from netlib.attempt import built_on

SOCAT = ["socat", "UDP4-RECVFROM:7,fork", "EXEC:cat"]

with built_on(1, 2, 4, 8), instead("ch02-roll"), Lan("192.0.2.0/28") as lan:
    anna = lan.host("anna")
    for name, n in (("ben", 2), ("carla", 9), ("dora", 10), ("emil", 14)):
        host = lan.host(name, address=f"192.0.2.{n}")
        if name != "carla":
            host.popen(*SOCAT)
    for _ in range(10):
        with anna:
            found = roll_call("192.0.2.0/28", 7, 0.5)
        if len(found) == 3:
            break
    print(found)

# %% [markdown] id="after-roll" lang="en"
# carla is missing: **silence does not prove that nobody is there**. Perhaps nothing listens on that
# port, or a datagram was lost.
#
# ## In a terminal
#
# Look at your own interfaces with `ip addr`. Old notes use `ifconfig`, which says the same: `inet` is address
# and prefix length, `brd` the broadcast address; `mtu` is 65536 on `lo` and often 1500 elsewhere.
# `ip route get 192.0.2.1` says which way a packet would leave. Changing an address needs root; on a
# LAN of ours it does not. The next cell saves your program, and prints two lines to type in two terminals:

# %% [markdown] id="after-roll" lang="zh" of="064beb90"
# 少了 carla：**没有应答，不能证明没有人在**。也许那个端口上没有程序，也许数据报丢了。
#
# ## 在终端里运行
#
# 用 `ip addr` 看看你自己的接口。旧笔记用的是 `ifconfig`，内容一样：`inet` 是地址和前缀长度，`brd` 是广播地址；`mtu` 在 `lo` 上是 65536，在别处常常是 1500。`ip route get 192.0.2.1` 告诉你包会从哪条路出去。修改地址需要 root 权限，在我们的局域网里则不需要。下面的单元格保存你的程序，并打印两行命令，在两个终端里各输入一行：


# %% id="demo-save" demo=true
from netlib.scripts import save_program


def call(network, port, seconds):
    for address in roll_call(network, int(port), float(seconds)):
        print(address)


parts = parse_ipv4, format_ipv4, usable_hosts, roll_call, call
path = save_program("roll_call.py", "import socket, time", *parts)
print("socat UDP4-RECVFROM:7007,fork,bind=127.0.5.9 EXEC:cat")
print("python3", path, "127.0.5.0/28 7007 0.5")

# %% [markdown] id="after-save" lang="en"
# It prints 127.0.5.9. **Ask only networks that are yours**: whoever asks every host of somebody else's
# network is taken for an attacker.
#
# **Stretch (not graded):** `lookup(table, address)`: of several networks that hold an address, the longest
# prefix wins; chapter 09 needs it. Bind 127.0.0.0 and 127.255.255.255: to which of them does
# `connect` lead?
#
# ## Where will you meet this?
#
# Firewalls, cloud networks, containers (172.17.0.0/16) and VPNs are all written as address and prefix
# length. "It pings in one direction only" is often a wrong mask.
#
# **Left out:** how routers choose (chapter 09), ARP (08), DHCP (10), how IPv6 hosts get their addresses.

# %% [markdown] id="after-save" lang="zh" of="6ab77669"
# 它打印 127.0.5.9。**只询问你自己的网络**：谁去逐个询问别人网络里的主机，就会被当成攻击者。
#
# **选做（不计分）**：`lookup(table, address)`：一个地址落在几个网络里时，前缀最长的那个生效；第 9 章要用。绑定 127.0.0.0 和 127.255.255.255：哪一个 `connect` 得上？
#
# ## 实际应用
#
# 防火墙、云网络、容器（172.17.0.0/16）、VPN，都用“地址加前缀长度”来配置。“只有一个方向 ping 得通”，常常是掩码设错了。
#
# **本章没有讲**：路由器怎样选路（第 9 章）；ARP（第 8 章）；DHCP（第 10 章）；IPv6 主机怎样得到地址。

# %% [markdown] id="old-notes" lang="en"
# ## Old notes, checked
#
# | They say | In fact |
# |---|---|
# | a network of class A holds 1,677,214 hosts | 16,777,214: a digit is lost ([ADR-01](../catalogue.ipynb#cell-id=ADR-01)) |
# | class C goes up to 233.255.255.254 | to 223.255.255.255; 224 begins class D ([ADR-02](../catalogue.ipynb#cell-id=ADR-02)) |
# | in binary class C ends in 11111110 11111110 | that is 223.255.254.254, and not what stands beside it in decimal (ADR-03) |
# | classes B and C begin at 128.1 and 192.0.1, and have 16,384 and 2,097,152 networks | these counts include 128.0 and 192.0.0 ([ADR-04](../catalogue.ipynb#cell-id=ADR-04)) |
# | XXX.XXX.XXX.255 is the broadcast address | where all host bits are 1 ([ADR-05](../catalogue.ipynb#cell-id=ADR-05)) |
# | in class C, 0 and 255 of every byte are not allowed | only of the host part as a whole, as they say in a bracket ([ADR-06](../catalogue.ipynb#cell-id=ADR-06)) |
# | the same first three bytes, the same segment | with /24 ([ADR-07](../catalogue.ipynb#cell-id=ADR-07)) |
# | IPv6 has 20 hex digits | 32 ([ADR-08](../catalogue.ipynb#cell-id=ADR-08)) |
# | multicast ends at 239.255.255.254 | at 239.255.255.255 ([ADR-10](../catalogue.ipynb#cell-id=ADR-10)) |
# | all host bits 1 is a broadcast; 127.0.0.1 tests the machine's own protocols; the three private ranges | right |

# %% [markdown] id="old-notes" lang="zh" of="faa36bfd"
# ## 核对旧笔记
#
# | 旧说法 | 事实 |
# |---|---|
# | 一个 A 类网络容纳 1,677,214 台主机 | 16,777,214：漏了一位（[ADR-01](../catalogue.ipynb#cell-id=ADR-01)） |
# | C 类到 233.255.255.254 为止 | 到 223.255.255.255；224 起是 D 类（[ADR-02](../catalogue.ipynb#cell-id=ADR-02)） |
# | C 类末尾的二进制是 11111110 11111110 | 那是 223.255.254.254，和旁边写的十进制不一致（ADR-03） |
# | B、C 类从 128.1、192.0.1 开始，各有 16,384、2,097,152 个网络 | 这两个数目包含 128.0 和 192.0.0（[ADR-04](../catalogue.ipynb#cell-id=ADR-04)） |
# | XXX.XXX.XXX.255 是广播地址 | 主机号全为 1 才是（[ADR-05](../catalogue.ipynb#cell-id=ADR-05)） |
# | C 类里，每个字节的 0 和 255 都不能用 | 只限于整个主机号，旧笔记自己的括号里也是这个意思（[ADR-06](../catalogue.ipynb#cell-id=ADR-06)） |
# | 前三个字节相同就是同一网段 | /24 时才对（[ADR-07](../catalogue.ipynb#cell-id=ADR-07)） |
# | IPv6 是 20 个十六进制数字 | 32 个（[ADR-08](../catalogue.ipynb#cell-id=ADR-08)） |
# | 多播到 239.255.255.254 为止 | 到 239.255.255.255（[ADR-10](../catalogue.ipynb#cell-id=ADR-10)） |
# | 主机号全为 1 是广播；127.0.0.1 检验本机的协议；三段私有地址 | 对 |

# %% [markdown] id="say-now" lang="en"
# ## What can you say now?
#
# **You can now say:** The mask says which bits are the network. Each host compares with its own mask, so
# both must take each other for near; the masks may differ. All host bits 0 name the network, all 1 the broadcast address; the
# last number alone says nothing. 127.0.0.0/8 never leaves the kernel. Silence does not prove that nobody
# is there.
#
# **Ask yourself:** How many hosts has a /26? Is 10.0.0.255/8 a host? 192.0.2.10/25 sends to
# 192.0.2.200/24, without a gateway: what happens? (01) The most significant byte first: what is that called? (03) What
# besides the port names an endpoint?
#
# <details><summary>Answers</summary>62. Yes. Nothing is sent. Big-endian. The protocol and the
# address.</details>

# %% [markdown] id="say-now" lang="zh" of="450b273b"
# ## 小结
#
# **现在你能说清楚**：掩码说明哪些位表示网络。每台主机按自己的掩码比较，所以双方都要认为对方是直连的，掩码可以不同。主机号全为 0 是网络地址，全为 1 是广播地址；只看最后一个数，说明不了什么。127.0.0.0/8 不离开内核。没有应答，不能证明没有人在。
#
# **考考自己**：/26 有多少台主机？10.0.0.255/8 是主机吗？没有网关，192.0.2.10/25 发往 192.0.2.200/24，会怎样？（第 1 章）最高位字节在前，叫什么？（第 3 章）除了端口，端点的名字里还有什么？
#
# <details><summary>答案</summary>62。是。什么也没有发出去。大端。协议和地址。</details>

# %% [markdown] id="glossary" lang="en"
# ## Glossary
#
# | Term | 中文 | Source |
# |---|---|---|
# | IP address | IP 地址 | RFC 791 |
# | interface | 接口（网卡） | — |
# | subnet mask; prefix length | 子网掩码；前缀长度 | RFC 950; RFC 4632 (CIDR) |
# | network part, host part | 网络号，主机号 | RFC 791 |
# | broadcast address | 广播地址 | RFC 919, RFC 922 |
# | private address | 私有地址 | RFC 1918 |
# | documentation addresses | 文档专用地址 | RFC 5737 |
# | loopback | 环回 | RFC 1122 §3.2.1.3 |
# | multicast | 多播（组播） | RFC 5771 |
# | gateway | 网关 | RFC 1122 |
# | on-link (near) | 直连（同一网段） | RFC 1122 §3.3.1.1 |
# | ARP | 地址解析协议 | RFC 826 |
# | point-to-point /31 | 点对点 /31 | RFC 3021 |
# | IPv6 address, group | IPv6 地址，段 | RFC 4291 |
# | deadline | 截止时间 | — |

# %% [markdown] id="glossary" lang="zh" of="bd8e94f8"
# ## 术语表
#
# | 中文 | 英文 | 出处 |
# |---|---|---|
# | IP 地址 | IP address | RFC 791 |
# | 接口（网卡） | interface | — |
# | 子网掩码；前缀长度 | subnet mask; prefix length | RFC 950；RFC 4632（CIDR） |
# | 网络号，主机号 | network part, host part | RFC 791 |
# | 广播地址 | broadcast address | RFC 919、RFC 922 |
# | 私有地址 | private address | RFC 1918 |
# | 文档专用地址 | documentation addresses | RFC 5737 |
# | 环回 | loopback | RFC 1122 第 3.2.1.3 节 |
# | 多播（组播） | multicast | RFC 5771 |
# | 网关 | gateway | RFC 1122 |
# | 直连（同一网段） | on-link (near) | RFC 1122 第 3.3.1.1 节 |
# | 地址解析协议 | ARP | RFC 826 |
# | 点对点 /31 | point-to-point /31 | RFC 3021 |
# | IPv6 地址，段 | IPv6 address, group | RFC 4291 |
# | 截止时间 | deadline | — |

# %% [markdown] id="foreseen" lang="en"
# ## What did you predict?

# %% [markdown] id="foreseen" lang="zh" of="f55ec522"
# ## 你猜对了多少？

# %% id="demo-predictions" demo=true
predictions("ch02")
