# %% [markdown] id="title" lang="en"
# # Start here
#
# **You will be able to** read a failed check and mend the line that it marks; start a server and
# a client in two terminals, and stop them; write a loop that can be stopped; close what you opened,
# whatever happens. **You need** Python up to classes and exceptions, and nothing about networks.
# **Time:** 50 minutes, 21 of them for six exercises.
#
# ## Two programs talk
#
# Run the next three cells (Shift+Enter): tools of this course, a small server, and two people who
# can write to it.

# %% [markdown] id="title" lang="zh" of="8ebdcdc5"
# # 从这里开始
#
# **学完本章，你将能够**：读懂一次没有通过的检查，改好它标出的那一行；在两个终端里启动服务器和客户端，再让它们停下；写出停得下来的循环；无论发生什么，都把打开的东西关好。**需要**：会写 Python 的类和异常处理，不需要网络知识。**用时**：50 分钟，其中六道习题 21 分钟。
#
# ## 两个程序对话
#
# 运行下面三个单元格（Shift+Enter）：本课程的工具；一个小小的服务器；可以给它发消息的两个人。

# %% id="import-check" demo=true lang="en"
from autograder import another_way, check, hint, outcome
from autograder import predict, predictions, replay

# %% id="import-check" demo=true lang="zh" of="7213fad4"
from autograder.zh import another_way, check, hint, outcome
from autograder.zh import predict, predictions, replay


# %% id="demo-shout" demo=true lang="en"
def shout(sock, stop):  # sock: through it we receive and send
    sock.settimeout(0.1)  # wait 0.1 s at most,
    while not stop.is_set():  # again and again, until we are told to stop
        try:
            data, sender = sock.recvfrom(2048)  # wait for a message
        except TimeoutError:  # none came in 0.1 s:
            continue  # look at stop again
        sock.sendto(data.upper(), sender)  # answer whoever sent it

# %% id="demo-shout" demo=true lang="zh" of="465b3832"
def shout(sock, stop):  # sock：通过它收发消息
    sock.settimeout(0.1)  # 每次最多等 0.1 秒，
    while not stop.is_set():  # 一次接一次，直到有人叫停
        try:
            data, sender = sock.recvfrom(2048)  # 等一条消息
        except TimeoutError:  # 0.1 秒内没有消息：
            continue  # 再看一眼 stop
        sock.sendto(data.upper(), sender)  # 谁发来的就回给谁

# %% id="demo-panel" demo=true tags=["nbval-ignore-output"]
from netlib.panels import ChatPanel

panel = ChatPanel(server=shout)
panel

# %% [markdown] id="panel-question" lang="en"
# Before you type: a **prediction** is what you expect, said before you see what happens. Choose one;
# a later cell shows it beside what happened, and nobody grades it.

# %% [markdown] id="panel-question" lang="zh" of="e1d473e2"
# 输入之前：**预测**就是在看到结果之前，先说出你认为会发生什么。请选一个；后面会有单元格把它和实际结果放在一起，预测不计分。

# %% id="predict-panel" predict=true lang="en"
predict(
    "ch00/panel",
    "ben writes: 你好 ok. What will he get back?",
    same="你好 ok, as he wrote it",
    capitals="你好 OK",
    broken="OK, and garbage for the Chinese",
)

# %% id="predict-panel" predict=true lang="zh" of="bd872d6d"
predict(
    "ch00/panel",
    "ben 发了：你好 ok。他会收到什么？",
    same="你好 ok，原样发回",
    capitals="你好 OK",
    broken="OK，汉字变成乱码",
)

# %% [markdown] id="panel-said" lang="en"
# Now write as anna or ben. The next cell writes two messages by itself, and closes the panel.

# %% [markdown] id="panel-said" lang="zh" of="c416bec3"
# 现在以 anna 或 ben 的身份发消息。下一个单元格也会自动发两条，再把面板关闭。

# %% id="demo-panel-text" demo=true
panel.say("anna", "hello")
panel.wait_for("HELLO")
panel.say("ben", "你好 ok")
panel.wait_for("你好 OK")
lines = panel.text().splitlines()[2:-1]
print(*lines, sep="\n")
panel.close()
came = {"你好 ok": "same", "你好 OK": "capitals"}
outcome("ch00/panel", came.get(lines[-1][-5:], "broken"))

# %% [markdown] id="after-panel" lang="en"
# **Letters came back as capitals; Chinese has none and came back as it was.** 9 B means nine bytes:
# chapter 01 shows how to count them.
#
# A **process** is a program that runs, with its memory and its open files. It sends and receives
# through a **socket**. A **server** is a process that waits at an address that others know; a
# **client** is one that speaks first. Their messages are **datagrams** (RFC 768): each travels by
# itself. Here one process plays all parts; later there are two.
#
# Your answers may use what the next cell imports.

# %% [markdown] id="after-panel" lang="zh" of="22f2b4f4"
# **字母变成大写发了回来；汉字没有大小写，原样发回**。9 B 表示 9 个字节，怎么数出来的，第 1 章会讲。
#
# **进程**（process）是正在运行的程序，有自己的内存和打开的文件，通过**套接字**（socket）收发消息。**服务器**（server）是一个进程，在别人知道的地址上等消息；**客户端**（client）也是进程，由它先开口。它们的消息是**数据报**（datagram，RFC 768），每一个都独立传送。现在所有角色由一个进程扮演，后面会换成两个进程。
#
# 下一个单元格导入的名字，你的答案可以使用。

# %% id="setup" setup=true
import socket
from collections.abc import Iterator

# %% [markdown] id="ladder" lang="en"
# ## How do you read a ladder?
#
# A client asks the same server twice. Every message is recorded, and drawn as an arrow.

# %% [markdown] id="ladder" lang="zh" of="9eae7b43"
# ## 时序图怎么看？
#
# 客户端问同一个服务器两次。每一条消息都记录下来，画成一个箭头。

# %% id="predict-ladder" predict=true lang="en"
predict("ch00/ladder", "How many arrows will you see?")

# %% id="predict-ladder" predict=true lang="zh" of="bb5865ee"
predict("ch00/ladder", "你会看到几个箭头？")

# %% id="demo-ladder" demo=true lang="en"
from netlib.ladder import Ladder
from netlib.serving import serving
from netlib.trace import Trace

trace = Trace()  # messages are recorded here
with (
    serving(shout, trace=trace) as address,  # where the server waits
    socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client,
):
    for message in (b"hello", b"two programs talk"):
        client.sendto(message, address)
        client.recvfrom(2048)
display(Ladder(trace))
outcome("ch00/ladder", len(trace))

# %% id="demo-ladder" demo=true lang="zh" of="19ace722"
from netlib.ladder import Ladder
from netlib.serving import serving
from netlib.trace import Trace

trace = Trace()  # 消息记录在这里
with (
    serving(shout, trace=trace) as address,  # 服务器在这个地址上等
    socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client,
):
    for message in (b"hello", b"two programs talk"):
        client.sendto(message, address)
        client.recvfrom(2048)
display(Ladder(trace))
outcome("ch00/ladder", len(trace))

# %% [markdown] id="after-ladder" lang="en"
# **There are four: each request and each answer is a message of its own.** This is a **ladder**
# (sequence diagram): left and right are programs, time runs down, an arrow is a message with its
# length and its first bytes. An arrow that ends in `X` was lost. In the ladder of a check, a column
# on the right says what a program did; `◀` marks where it went wrong.

# %% [markdown] id="after-ladder" lang="zh" of="41a80b82"
# **一共四个：每个请求、每个响应都是单独的一条消息**。这叫**时序图**（ladder）：左右是两个程序，时间从上往下走，一个箭头是一条消息，上面写着长度和开头的字节。箭头断在 `X` 处，表示这条消息丢了。检查画出的时序图里，右边还有一栏，写着程序做了什么；`◀` 标出从哪一行开始没有通过。

# %% [markdown] id="judged" lang="en"
# ## Your first check
#
# Each exercise has a cell for your answer, and a cell that checks it. The check runs your code in a
# process of its own, so the notebook cannot hang. Grading applies the same rules to other values.
# What stands under *not required* is never tested. You may print.

# %% [markdown] id="judged" lang="zh" of="d3fb8a52"
# ## 第一次检查
#
# 每道题有一个写答案的单元格，和一个检查它的单元格。检查在单独的进程里运行你的代码，所以不会卡住笔记本。评分时规则相同，只是换一组数据。列在“**不要求**”里的从不测试；可以随意打印。

# %% [markdown] id="ex-answer-one" lang="en"
# ## Exercise 1 · Answer one (5 points)
#
# `answer_one(sock)` waits for one datagram on `sock` and sends all its bytes, in capitals
# (`bytes.upper`), back to its sender. It returns None.
#
# - `sock` is a UDP socket that has an address (a *bound* socket), and stays open. A datagram has 1
#   to 65,507 bytes; that is the largest there is.
# - *Not required:* empty datagrams, a timeout, a second datagram, bytes above 0x7f.
#
# **One number** in the code is wrong, on purpose, so that you see a check fail. (How large it must
# be, the first point above tells; do not copy it from a demo.) Run both cells as they are. Then
# delete the line with `raise`, and run both again.

# %% [markdown] id="ex-answer-one" lang="zh" of="a3bce4cd"
# ## 习题 1 · 应答一次（5 分）
#
# `answer_one(sock)` 在 `sock` 上等一个数据报，把它的全部字节变成大写（`bytes.upper`），发回给发送方。返回 None。
#
# - `sock` 是已有地址（即“已绑定”）的 UDP 套接字，要保持打开。数据报有 1～65,507 个字节，不会再长。
# - **不要求**：空数据报；超时；第二个数据报；大于 0x7f 的字节。
#
# 代码里有**一个数**不对，是故意的，好让你看到一次没有通过的检查。（这个数要多大，看上面第一条；不要照搬演示里的数。）先原样运行下面两个单元格；然后删去有 `raise` 的那一行，再运行一遍。

# %% id="answer-one" solution="ch00/answer_one"
def answer_one(sock: socket.socket) -> None:
    """Send all bytes of one datagram back to its sender, in capitals."""
    size = 8
    ### BEGIN SOLUTION
    size = 65535
    ### END SOLUTION
    data, sender = sock.recvfrom(size)  # at most size bytes of it
    sock.sendto(data.upper(), sender)

# %% id="check-answer-one" check="ch00/answer_one"
check("ch00/answer_one")

# %% [markdown] id="three-runs" lang="en"
# The first run says: "answer_one is not written yet: its cell still raises NotImplementedError."
# The second fails, and says this with a picture:
#
# ```text
# ✗ However long the datagram is, all of it comes back.
#   ch00/answer_one: 2 of 5 points (1 of 2 rules passed)
#
#       anna                                   you
#    1   |                                      |   answer_one(sock)
#    2   |---------- 12 B: "two pr" … --------->|
#    3   |<---------- 8 B: "TWO PR" … ----------|   ◀ here
#
#   expected  the answer: 12 bytes: "TWO PROGRAMS"
#   got       8 bytes: "TWO PROG"
#                               ^
#   first difference at byte 8 (from 0): yours ends there
#
#   UDP-06  A datagram is read whole or cut   (recv(2), MSG_TRUNC)
#   Where do the bytes beyond your number go?
# ```
#
# Read it from top to bottom:
#
# 1. The sentence that should be true.
# 2. Your points so far, and how many rules passed.
# 3. The ladder: anna sent twelve bytes, you sent back eight; *there* it went wrong.
# 4. What was expected, what you gave, and where they first differ.
# 5. The mistake. Its code, [UDP-06](../catalogue.ipynb#cell-id=UDP-06), leads to its page.
# 6. A question. Its answer tells you which line to mend.
#
# Other checks also say:
#
# - `Case: …`: what the network does there, or what is special about the message.
# - `a round like this before`: the same was done with other values, and went well.
# - `2 more rules got the same:`: what came was the same there; often one change mends them all.
#
# Mend the line, and check again: now every sentence has a `✓`. If a question does not help, each call
# of `hint()`, in a new cell, gives one more hint. With all points, `another_way("ch00/answer_one")`
# shows another solution.

# %% [markdown] id="three-runs" lang="zh" of="643558f7"
# 第一次运行，它说：“answer_one 还没有写：单元格仍在抛出 NotImplementedError。”第二次检查没有通过，它会画出一张图，并显示：
#
# ```text
# ✗ 不管数据报有多长，都要全部发回。
#   ch00/answer_one：得 2 / 5 分（2 条规则通过了 1 条）
#
#       安娜                                   你的程序
#    1   |                                      |   answer_one(sock)
#    2   |---------- 12 B: "two pr" … --------->|
#    3   |<---------- 8 B: "TWO PR" … ----------|   ◀ 问题在这里
#
#   预期  响应：12 个字节："TWO PROGRAMS"
#   实际  8 个字节："TWO PROG"
#                            ^
#   从第 8 个字节（从 0 数起）开始不同：你的结果到此为止
#
#   UDP-06  数据报要么读完整，要么被截断（recv(2), MSG_TRUNC）
#   超出你给的那个数的字节，到哪里去了？
# ```
#
# 从上往下读：
#
# 1. 本来应该成立的那句话。
# 2. 目前的得分，本题的规则通过了几条。
# 3. 时序图：安娜发了 12 个字节，你只发回 8 个，**就在这里**出了错。
# 4. 预期什么，实际什么，从哪里开始不同。
# 5. 这个错误；点编号 [UDP-06](../catalogue.ipynb#cell-id=UDP-06)，可以看到专门讲它的一页。
# 6. 一个问题。自己回答出来，就知道该改哪一行了。
#
# 别的检查还会说：
#
# - `情形：…`：那里的网络在做什么，或者消息有什么特别。
# - `之前已有 1 轮同样的过程`：换了别的数据，同样的过程已经做过一遍，没有问题。
# - `下面 2 条规则的实际结果与此相同：`：那几条得到的结果一样，往往改一处就都好了。
#
# 改好那一行，再检查一次：这次每句话前面都是 `✓`。如果看了问题还是没有头绪，新建一个单元格运行 `hint()`，每次多给一步提示。拿到满分之后，`another_way("ch00/answer_one")` 会显示另一种写法。

# %% [markdown] id="faults" lang="en"
# ## How many answers come back?
#
# Networks lose messages, and sometimes deliver one twice. A **relay** (`UDPRelay`) between client
# and server does both on request: here it loses the first reply and duplicates the second request.
# After each request the client listens until 0.3 s pass in silence.

# %% [markdown] id="faults" lang="zh" of="2fcfb3c6"
# ## 会收到几个响应？
#
# 网络会丢消息，有时还会把同一条消息送到两次。**中继**（`UDPRelay`）位于客户端和服务器之间，可以按要求制造这两种故障：这里丢掉第一个响应，重复第二个请求。客户端每问一次，就一直听着，直到连续 0.3 秒没有动静。

# %% id="predict-faults" predict=true lang="en"
predict("ch00/faults", "Two requests: how many answers does the client get?")

# %% id="predict-faults" predict=true lang="zh" of="bb537db9"
predict("ch00/faults", "两个请求，客户端一共收到几个响应？")

# %% id="demo-heard" demo=true lang="en"
def heard(client):
    """Return what arrives until 0.3 s pass in silence."""
    client.settimeout(0.3)
    answers = []
    try:
        while True:
            answers.append(client.recvfrom(2048)[0])
    except TimeoutError:
        return answers

# %% id="demo-heard" demo=true lang="zh" of="ba028a3b"
def heard(client):
    """返回收到的全部消息，直到连续 0.3 秒没有动静。"""
    client.settimeout(0.3)
    answers = []
    try:
        while True:
            answers.append(client.recvfrom(2048)[0])
    except TimeoutError:
        return answers

# %% id="demo-ask-twice" demo=true lang="en"
from netlib.faults import UDPRelay


def ask_twice(faults):
    """Ask through a relay; return its ladder, and what the client heard."""
    answers = []
    with (
        serving(shout) as server,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client,
        (relay := UDPRelay(server, faults)) as front,
    ):
        for request in (b"one", b"two"):
            client.sendto(request, front)
            answers += heard(client)
    return Ladder(relay.trace, ("client", "server")), answers

# %% id="demo-ask-twice" demo=true lang="zh" of="5a0a5ab4"
from netlib.faults import UDPRelay


def ask_twice(faults):
    """隔着中继问两次；返回时序图和客户端收到的响应。"""
    answers = []
    with (
        serving(shout) as server,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client,
        (relay := UDPRelay(server, faults)) as front,
    ):
        for request in (b"one", b"two"):
            client.sendto(request, front)
            answers += heard(client)
    return Ladder(relay.trace, ("client", "server")), answers

# %% id="demo-faults" demo=true
ladder, answers = ask_twice("lose reply 1; duplicate 2")
print(answers)
outcome("ch00/faults", len(answers))

# %% [markdown] id="faults-ladder" lang="en"
# **Two came, both for the second request.** The relay saw both sides:

# %% [markdown] id="faults-ladder" lang="zh" of="a24535b4"
# **两个，都是对第二个请求的响应**。中继两边都看得到：

# %% id="demo-faults-ladder" demo=true
ladder

# %% [markdown] id="loss" lang="en"
# The network may lose a request (`lose 1`) or an answer (`lose reply 1`).

# %% [markdown] id="loss" lang="zh" of="3e8d7959"
# 网络可能丢掉请求（`lose 1`），也可能丢掉响应（`lose reply 1`）。

# %% id="predict-loss" predict=true lang="en"
predict(
    "ch00/loss",
    "Can the client tell whether the request or the answer was lost?",
    same="no, it hears the same both times",
    differs="yes, a lost request gives an error",
)

# %% id="predict-loss" predict=true lang="zh" of="ce158183"
predict(
    "ch00/loss",
    "客户端分得清丢的是请求还是响应吗？",
    same="不能，两种情况收到的一样",
    differs="能，如果丢的是请求，会报错",
)

# %% id="demo-loss" demo=true
_, request_lost = ask_twice("lose 1")
_, answer_lost = ask_twice("lose reply 1")
print(request_lost, answer_lost)
outcome("ch00/loss", "same" if request_lost == answer_lost else "differs")

# %% [markdown] id="after-faults" lang="en"
# **The client hears the same both times.** So what it heard is not enough: a check shows what crossed
# the wire, too, and not only what your function returned. Choose other faults here, and the ladder is
# drawn anew:

# %% [markdown] id="after-faults" lang="zh" of="4b81ec9f"
# **两种情况，客户端收到的一模一样**。只看客户端分不清，所以检查画的是网络上真正经过的消息，而不只是函数的返回值。在这里换一种故障，时序图就会重画：

# %% id="demo-knobs" demo=true tags=["nbval-ignore-output"] lang="en"
from netlib.panels import Knobs

knobs = Knobs(
    lambda faults: ask_twice(faults)[0],
    labels={"faults": "the network"},
    faults=("lose 1", "lose reply 1", "duplicate reply 1", "reorder 1"),
)
knobs

# %% id="demo-knobs" demo=true tags=["nbval-ignore-output"] lang="zh" of="bcf33d76"
from netlib.panels import Knobs

knobs = Knobs(
    lambda faults: ask_twice(faults)[0],
    labels={"faults": "网络故障"},
    faults=("lose 1", "lose reply 1", "duplicate reply 1", "reorder 1"),
)
knobs

# %% id="demo-knobs-text" demo=true tags=["nbval-ignore-output"]
print(knobs.turn(faults="reorder 1"))
knobs.close()

# %% [markdown] id="stop" lang="en"
# ## How does a server stop?
#
# `shout` waits in short steps, and looks at `stop` between them:
#
#     wait 0.1 s | look | wait 0.1 s | look | …
#
# `stop` is a `threading.Event`: a flag that somebody else sets. Here are two loops.

# %% [markdown] id="stop" lang="zh" of="ff7fcb5b"
# ## 服务器怎样停下来？
#
# `shout` 每次只等一小会儿，等完看一眼 `stop`：
#
#     等 0.1 s | 看 | 等 0.1 s | 看 | ……
#
# `stop` 是一个 `threading.Event`（事件）：由别人来设置的标志。下面是两个循环。

# %% id="demo-loops" demo=true
def loop_a(sock, stop):
    while not stop.is_set():
        sock.recvfrom(2048)


def loop_b(sock, stop):
    sock.settimeout(0.1)
    while not stop.is_set():
        try:
            sock.recvfrom(2048)
        except TimeoutError:
            continue

# %% [markdown] id="stop-question" lang="en"
# Each runs in a **thread**, beside this cell (chapter 05 teaches threads). Nobody sends anything.
# After half a second `stop` is set.

# %% [markdown] id="stop-question" lang="zh" of="dc7b2579"
# 它们各在一个**线程**（thread）里运行，与单元格同时进行（第 5 章讲线程）。没有人发消息。半秒之后设置 `stop`。

# %% id="predict-stop" predict=true lang="en"
predict(
    "ch00/stop",
    "Which loop ends within a second after stop is set?",
    loop_a="only loop_a",
    loop_b="only loop_b",
    loop_a_loop_b="both",
    neither="neither",
)

# %% id="predict-stop" predict=true lang="zh" of="fc6505db"
predict(
    "ch00/stop",
    "设置 stop 之后一秒之内，哪个循环会结束？",
    loop_a="只有 loop_a",
    loop_b="只有 loop_b",
    loop_a_loop_b="两个都会",
    neither="两个都不会",
)

# %% id="demo-stop" demo=true lang="en"
import threading

ended = []
for loop in (loop_a, loop_b):
    stop = threading.Event()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))  # this machine, any free port
        thread = threading.Thread(target=loop, args=(sock, stop))
        thread.start()
        thread.join(0.5)  # it waits by now
        stop.set()
        thread.join(1)
        ended += [] if thread.is_alive() else [loop.__name__]
        sock.sendto(b"", sock.getsockname())  # an empty datagram
        thread.join()

# %% id="demo-stop" demo=true lang="zh" of="716f2c0a"
import threading

ended = []
for loop in (loop_a, loop_b):
    stop = threading.Event()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))  # 本机，任意一个空闲端口
        thread = threading.Thread(target=loop, args=(sock, stop))
        thread.start()
        thread.join(0.5)  # 这时它已经在等
        stop.set()
        thread.join(1)
        ended += [] if thread.is_alive() else [loop.__name__]
        sock.sendto(b"", sock.getsockname())  # 一个空数据报
        thread.join()

# %% id="demo-ended" demo=true
outcome("ch00/stop", "_".join(ended) or "neither")

# %% [markdown] id="after-stop" lang="en"
# **`loop_a` looks at `stop` only when a datagram has come**: an empty one woke it in the end.
# `loop_b` looks every 0.1 s. Ask `stop.is_set()`: the body of `while not stop:` never runs, because
# an Event, set or not, counts as true.

# %% [markdown] id="after-stop" lang="zh" of="0558ec51"
# **`loop_a` 要等来一个数据报，才有机会看 `stop`**：最后是一个空数据报唤醒了它。`loop_b` 每 0.1 秒看一眼。要写 `stop.is_set()`；如果写 `while not stop:`，循环体一次也不会执行，因为 Event 对象不管有没有设置，都当作真。

# %% [markdown] id="close" lang="en"
# ## Who closes the socket?
#
# A program **binds** a port: it takes that number for its socket. Then a line raises an exception,
# before `close()`.

# %% [markdown] id="close" lang="zh" of="36c2dc4a"
# ## 谁来关闭套接字？
#
# 程序**绑定**（bind）了一个端口，也就是让自己的套接字占住这个号码；随后有一行抛出异常，没有执行到 `close()`。

# %% id="predict-close" predict=true lang="en"
predict(
    "ch00/close",
    "Can another socket have the port now?",
    free="yes, the exception has closed the socket",
    taken="no, the port is still taken",
)

# %% id="predict-close" predict=true lang="zh" of="a9621b97"
predict(
    "ch00/close",
    "别的套接字现在能用这个端口吗？",
    free="能，抛出异常时，套接字已经关闭",
    taken="不能，端口仍被占用",
)

# %% id="demo-left-open" demo=true lang="en"
def try_port(address):
    """Tell whether another socket can have address."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        try:
            other.bind(address)
            return "free"
        except OSError as error:
            print(error)
            return "taken"


sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)

# %% id="demo-left-open" demo=true lang="zh" of="1e328a3e"
def try_port(address):
    """看看别的套接字能不能用这个地址。"""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        try:
            other.bind(address)
            return "free"
        except OSError as error:
            print(error)
            return "taken"


sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)

# %% id="demo-not-closed" demo=true lang="en"
sock.bind(("127.0.0.1", 0))
try:
    int("no number")  # raises ValueError
    sock.close()  # so this line is skipped
except ValueError:
    port = try_port(sock.getsockname())
sock.close()
outcome("ch00/close", port)

# %% id="demo-not-closed" demo=true lang="zh" of="e82c8e69"
sock.bind(("127.0.0.1", 0))
try:
    int("no number")  # 抛出 ValueError，
    sock.close()  # 所以跳过了这一行
except ValueError:
    port = try_port(sock.getsockname())
sock.close()
outcome("ch00/close", port)

# %% [markdown] id="with" lang="en"
# **The port is taken as long as the socket is open.** The same with a `with` block:

# %% [markdown] id="with" lang="zh" of="ddee6afd"
# **套接字没关，端口就一直被占着**。换成 `with` 再试：

# %% id="demo-with" demo=true
try:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        address = sock.getsockname()
        int("no number")
except ValueError:
    port = try_port(address)
port

# %% [markdown] id="after-with" lang="en"
# `with` closes the socket on every way out of the block, also when an exception passes. It stands
# for `try: … finally: sock.close()`.

# %% [markdown] id="after-with" lang="zh" of="8f4cd857"
# 不管怎样离开 `with` 块，包括抛出异常，套接字都会关闭。它相当于 `try: … finally: sock.close()`。

# %% [markdown] id="python" lang="en"
# ## Do you know this Python?
#
# Later chapters rely on five pieces of Python. Each has an example and a short exercise. First, bytes:

# %% [markdown] id="python" lang="zh" of="61a3f53d"
# ## 这些 Python 你会吗？
#
# 后面各章要用到五种写法，每种先看一个例子，再做一道短题。先看 bytes：

# %% id="predict-bytes" predict=true lang="en"
predict(
    "ch00/bytes",
    'What is b"AB"[0]?',
    str='"A"',
    bytes='b"A"',
    int="65",
)

# %% id="predict-bytes" predict=true lang="zh" of="76bc85d0"
predict(
    "ch00/bytes",
    'b"AB"[0] 是什么？',
    str='"A"',
    bytes='b"A"',
    int="65",
)

# %% id="demo-bytes" demo=true
print(b"AB"[0], b"AB"[:1], b"AB"[1:])
outcome("ch00/bytes", type(b"AB"[0]).__name__)

# %% [markdown] id="after-bytes" lang="en"
# **An index into bytes gives a number, a slice gives bytes.**

# %% [markdown] id="after-bytes" lang="zh" of="90f949f0"
# **bytes 的下标取出一个数，切片取出的还是 bytes。**

# %% [markdown] id="ex-first-and-rest" lang="en"
# ## Exercise 2 · First byte, other bytes (3 points)
#
# `first_and_rest(data)` returns a tuple: the first byte of `data` (`bytes`) as a number from 0 to
# 255, and the other bytes (`bytes`). It raises `ValueError` if `data` is empty.

# %% [markdown] id="ex-first-and-rest" lang="zh" of="3de65559"
# ## 习题 2 · 首字节和其余字节（3 分）
#
# `first_and_rest(data)` 返回一个元组：`data`（`bytes`）的首字节，是 0～255 的整数；其余的字节，是 `bytes`。`data` 为空时抛出 `ValueError`。

# %% id="first-and-rest" solution="ch00/first_and_rest"
def first_and_rest(data: bytes) -> tuple[int, bytes]:
    """Return the first byte of data as a number (0 to 255) and the other bytes."""
    ### BEGIN SOLUTION
    if not data:
        raise ValueError("there is no first byte")
    return data[0], data[1:]
    ### END SOLUTION

# %% id="check-first-and-rest" check="ch00/first_and_rest"
check("ch00/first_and_rest")

# %% [markdown] id="one-kind" lang="en"
# Second: catch the one exception that you expect, and let the others pass.

# %% [markdown] id="one-kind" lang="zh" of="cc2ef4f3"
# 第二种：只捕获你预料到的那一种异常，其余的让它们抛出去。

# %% id="demo-one-kind" demo=true lang="en"
ages = {"anna": 30}
try:
    print(ages["ben"])
except KeyError:  # and nothing else: a misspelt name is to be seen
    print("nobody knows")

# %% id="demo-one-kind" demo=true lang="zh" of="c48219a6"
ages = {"anna": 30}
try:
    print(ages["ben"])
except KeyError:  # 只捕获这一种：写错名字之类的错误要让人看见
    print("没有人知道")

# %% [markdown] id="ex-number-or" lang="en"
# ## Exercise 3 · A number, or else (2 points)
#
# `number_or(text, default)` returns the number in `text`, as `int()` reads it (`"42"`, `"-3"`,
# `" 5 "`, `"1_000"`, `"0"`), or `default` if `int()` finds none (`"x"`, `""`). Any other error
# passes on: `number_or([7], 5)` and `number_or(None, 7)` raise `TypeError`, as `int()` does.

# %% [markdown] id="ex-number-or" lang="zh" of="f7088e80"
# ## 习题 3 · 读出整数，否则用默认值（2 分）
#
# `number_or(text, default)` 返回 `int()` 从 `text` 读出的整数（`"42"`、`"-3"`、`" 5 "`、`"1_000"`、`"0"`）；`int()` 读不出来（`"x"`、`""`）就返回 `default`。其他异常原样抛出：`number_or([7], 5)` 和 `number_or(None, 7)` 都像 `int()` 那样抛出 `TypeError`。

# %% id="number-or" solution="ch00/number_or"
def number_or(text: str, default: int) -> int:
    """Return the number in text, as int() reads it, or default if int() finds none."""
    ### BEGIN SOLUTION
    try:
        return int(text)
    except ValueError:
        return default
    ### END SOLUTION

# %% id="check-number-or" check="ch00/number_or"
check("ch00/number_or")

# %% [markdown] id="finally" lang="en"
# Third: give back what you opened, on every way out. Here is a file, by hand and then with `with`:

# %% [markdown] id="finally" lang="zh" of="694be007"
# 第三种：打开的东西，不管怎样离开都要关好。以文件为例，先手写，再用 `with`：

# %% id="demo-finally" demo=true
import os

file = open(os.devnull)
try:
    print(repr(file.read()))
finally:
    file.close()

with open(os.devnull) as again:
    print(repr(again.read()))
print(file.closed, again.closed)

# %% [markdown] id="ex-read-all" lang="en"
# ## Exercise 4 · Read it all, and close it (4 points)
#
# `read_all(source)` calls `source.read()` until it gives `b""`, then returns everything that it gave,
# joined (`bytes`). It also calls `source.close()`, exactly once. If `source.read()` raises, `source`
# is closed all the same, and the exception passes on: any exception, that of Ctrl+C too.
#
# - `source` has these two methods and nothing else; `read` takes no argument.
# - *Not required:* `with source:` (it is no context manager), a `close` that raises.

# %% [markdown] id="ex-read-all" lang="zh" of="2802998c"
# ## 习题 4 · 全部读完，一定关闭（4 分）
#
# `read_all(source)` 反复调用 `source.read()`，直到它返回 `b""`，然后把读到的全部内容拼成一个 `bytes` 返回。`source.close()` 也要调用，恰好一次。如果 `source.read()` 抛出异常，不管哪一种（按 Ctrl+C 引起的也算），`source` 照样要关闭，异常原样抛出。
#
# - `source` 只有这两个方法；`read` 不带参数。
# - **不要求**：`with source:`（它不是上下文管理器）；`close` 本身抛出异常。

# %% id="read-all" solution="ch00/read_all"
def read_all(source) -> bytes:
    """Call source.read() until it gives b"", return it all, joined, and close source once."""
    ### BEGIN SOLUTION
    data = b""
    try:
        while piece := source.read():
            data += piece
    finally:
        source.close()
    return data
    ### END SOLUTION

# %% id="check-read-all" check="ch00/read_all"
check("ch00/read_all")

# %% [markdown] id="state" lang="en"
# Fourth: every object has a state of its own, made in `__init__`.

# %% [markdown] id="state" lang="zh" of="9d0a1f80"
# 第四种：每个对象有自己的状态，在 `__init__` 里创建。

# %% id="demo-state" demo=true lang="en"
class Counter:
    def __init__(self):
        self.n = 0  # this counter's own

    def hit(self):
        self.n += 1
        return self.n


left, right = Counter(), Counter()
print(left.hit(), left.hit(), right.hit())

# %% id="demo-state" demo=true lang="zh" of="7cc8ebd9"
class Counter:
    def __init__(self):
        self.n = 0  # 这个计数器自己的

    def hit(self):
        self.n += 1
        return self.n


left, right = Counter(), Counter()
print(left.hit(), left.hit(), right.hit())

# %% [markdown] id="ex-inbox" lang="en"
# ## Exercise 5 · An inbox (3 points)
#
# `Inbox()` keeps messages that wait. `put(text)` adds one (`str`). `take()` returns those that wait,
# as a list in the order in which they were put; after it none waits.
#
# - *Not required:* threads, a limit.

# %% [markdown] id="ex-inbox" lang="zh" of="ec80a71f"
# ## 习题 5 · 收件箱（3 分）
#
# `Inbox()` 存放等待中的消息。`put(text)` 放进一条（`str`）；`take()` 把等待中的消息按放入的顺序作为列表返回，之后就没有等待中的消息了。
#
# - **不要求**：多线程；上限。

# %% id="inbox" solution="ch00/inbox"
class Inbox:
    """Messages that wait: put(text) adds one; take() returns them all, and then none waits."""

    def __init__(self):
        """Nothing waits yet."""
        ### BEGIN SOLUTION
        self.waiting: list[str] = []
        ### END SOLUTION

    def put(self, text: str) -> None:
        """Add a message."""
        ### BEGIN SOLUTION
        self.waiting.append(text)
        ### END SOLUTION

    def take(self) -> list[str]:
        """Return the messages that wait, in order; after it none waits."""
        ### BEGIN SOLUTION
        taken, self.waiting = self.waiting, []
        return taken
        ### END SOLUTION

# %% id="check-inbox" check="ch00/inbox"
check("ch00/inbox")

# %% [markdown] id="generator" lang="en"
# Fifth: a **generator** gives one value at a time, when `next` asks for it. It ends when its function
# returns; `raise StopIteration` inside it is an error.

# %% [markdown] id="generator" lang="zh" of="daed1cbd"
# 第五种：**生成器**（generator）每次只给出一个值，`next` 来要才给。函数返回，它就结束；在里面写 `raise StopIteration` 是错误。

# %% id="demo-generator" demo=true
def countdown(n):
    while n > 0:
        yield n
        n -= 1


numbers = countdown(3)
print(next(numbers), next(numbers))

# %% [markdown] id="ex-pieces" lang="en"
# ## Exercise 6 · Pieces (3 points)
#
# `pieces(data, size)` returns an iterator that gives `data` (`bytes`) in pieces of `size` bytes
# (`size` ≥ 1), in order; the last may be shorter. Empty data gives no piece. Any iterator is right (a
# list is none, `iter` of a list gives one); a generator is the shortest way.

# %% [markdown] id="ex-pieces" lang="zh" of="3d92e1f6"
# ## 习题 6 · 分块（3 分）
#
# `pieces(data, size)` 返回一个迭代器（iterator），按顺序给出 `data`（`bytes`）的各块，每块 `size` 个字节（`size` ≥ 1），最后一块可以短一些。`data` 为空时一块也不给。任何迭代器都对（列表不是迭代器，`iter(列表)` 是），用生成器写最短。

# %% id="pieces" solution="ch00/pieces"
def pieces(data: bytes, size: int) -> Iterator[bytes]:
    """Return an iterator that gives data in pieces of size bytes; the last may be shorter."""
    ### BEGIN SOLUTION
    for start in range(0, len(data), size):
        yield data[start : start + size]
    ### END SOLUTION

# %% id="check-pieces" check="ch00/pieces"
check("ch00/pieces")

# %% [markdown] id="terminals" lang="en"
# ## Two terminals
#
# Now there will be two processes: a server and a client, each in a terminal. You will let them talk,
# then stop the server, and write once more.

# %% [markdown] id="terminals" lang="zh" of="d7874642"
# ## 两个终端
#
# 现在换成两个进程：一个服务器，一个客户端，各在一个终端里。你先让它们对话，再停掉服务器，然后再发一条消息。

# %% id="predict-terminals" predict=true lang="en"
predict(
    "ch00/terminals",
    "The server is gone. You write hello: what does the client say?",
    error="an error, because nobody is there",
    silence="that no answer came",
    echo="hello, as you wrote it",
)

# %% id="predict-terminals" predict=true lang="zh" of="d52a18e2"
predict(
    "ch00/terminals",
    "服务器已经停了。你再发 hello，客户端会显示什么？",
    error="报错，因为那里没有服务器",
    silence="没有响应",
    echo="hello，原样发回",
)

# %% [markdown] id="terminals-save" lang="en"
# The next two cells save a program each, beside the notebook: `save_program` writes functions to a
# file, with the imports that they need.

# %% [markdown] id="terminals-save" lang="zh" of="4ec959ac"
# 下面两个单元格各存一个程序到笔记本旁边：`save_program` 把函数连同需要的 import 写进一个文件。

# %% id="demo-save-shout" demo=true lang="en"
from netlib.scripts import save_program


def serve(port):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", int(port)))
        print(f"waiting at port {port}")
        while True:
            data, sender = sock.recvfrom(2048)
            text = data.decode(errors="replace")
            print(f"{sender[1]} says: {text}")
            sock.sendto(data.upper(), sender)


print(save_program("shout.py", "import socket", serve))

# %% id="demo-save-shout" demo=true lang="zh" of="eb6d9012"
from netlib.scripts import save_program


def serve(port):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", int(port)))
        print(f"正在等待，端口 {port}")
        while True:
            data, sender = sock.recvfrom(2048)
            text = data.decode(errors="replace")
            print(f"{sender[1]} 说：{text}")
            sock.sendto(data.upper(), sender)


print(save_program("shout.py", "import socket", serve))

# %% id="demo-save-say" demo=true lang="en"
def talk(port):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.settimeout(2)
        while line := input("you: "):  # an empty line ends it
            sock.sendto(line.encode(), ("127.0.0.1", int(port)))
            try:
                text = sock.recvfrom(2048)[0].decode(errors="replace")
                print(f"server: {text}")
            except TimeoutError:
                print("no answer")


print(save_program("say.py", "import socket", talk))

# %% id="demo-save-say" demo=true lang="zh" of="d4811084"
def talk(port):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.settimeout(2)
        while line := input("你："):  # 空行结束
            sock.sendto(line.encode(), ("127.0.0.1", int(port)))
            try:
                text = sock.recvfrom(2048)[0].decode(errors="replace")
                print(f"服务器：{text}")
            except TimeoutError:
                print("没有响应")


print(save_program("say.py", "import socket", talk))

# %% [markdown] id="terminals-how" lang="en"
# Open two terminals: *File → New → Terminal*, twice. (If `ls` does not show `shout.py`, type `cd` and
# the folder of this notebook.) Type the first line below in one, the second in the other, and talk.

# %% [markdown] id="terminals-how" lang="zh" of="498eeafb"
# 打开两个终端：*文件 → 新建 → 终端*（File → New → Terminal），做两次。（如果 `ls` 看不到 `shout.py`，先用 `cd` 进入本笔记本所在的目录。）在一个里输入下面第一行，在另一个里输入第二行，然后对话。

# %% id="demo-port" demo=true tags=["nbval-ignore-output"] lang="en"
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
    sock.bind(("127.0.0.1", 0))
    port = sock.getsockname()[1]  # a port that was free just now
print(f"python3 shout.py {port}\npython3 say.py {port}")

# %% id="demo-port" demo=true tags=["nbval-ignore-output"] lang="zh" of="5b75173f"
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
    sock.bind(("127.0.0.1", 0))
    port = sock.getsockname()[1]  # 一个刚才还空闲的端口
print(f"python3 shout.py {port}\npython3 say.py {port}")

# %% [markdown] id="terminals-alone" lang="en"
# Then stop the server with Ctrl+C, and write `hello` once more.

# %% [markdown] id="terminals-alone" lang="zh" of="923a2e19"
# 然后按 Ctrl+C 停掉服务器，再发一条 hello。

# %% [markdown] id="terminals-say" lang="en"
# The next cell does the same by itself, at a port where nobody waits.

# %% [markdown] id="terminals-say" lang="zh" of="b86a76b5"
# 下一个单元格会自动再做一遍：向一个没有程序在等的端口发消息。

# %% id="demo-alone" demo=true lang="en"
import subprocess
import sys

with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
    sock.bind(("127.0.0.1", 0))
    nobody = str(sock.getsockname()[1])  # free again below

say = [sys.executable, "say.py", nobody]
done = subprocess.run(say, input="hello\n\n", capture_output=True, text=True)
print(done.stdout)
said = {"no answer": "silence", "server: hello": "echo"}
came = [name for words, name in said.items() if words in done.stdout]
outcome("ch00/terminals", came[0] if came else "error")

# %% id="demo-alone" demo=true lang="zh" of="5941dc29"
import subprocess
import sys

with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
    sock.bind(("127.0.0.1", 0))
    nobody = str(sock.getsockname()[1])  # 到下面又空闲了

say = [sys.executable, "say.py", nobody]
done = subprocess.run(say, input="hello\n\n", capture_output=True, text=True)
print(done.stdout)
said = {"没有响应": "silence", "服务器：hello": "echo"}
came = [name for words, name in said.items() if words in done.stdout]
outcome("ch00/terminals", came[0] if came else "error")

# %% [markdown] id="after-terminals" lang="en"
# **The client hears nothing, and gives up after 2 s.** Start the server again: it gets its port at
# once, for when a process ends, the kernel (of the operating system) closes what it had open. (Both
# files end with `if __name__ == "__main__":`. Do not put that in an answer cell: it would run at
# every check.)

# %% [markdown] id="after-terminals" lang="zh" of="8b1bd80e"
# **客户端什么也没有收到，2 秒后放弃**。再启动服务器，它马上又能用同一个端口，因为进程结束时，操作系统的内核会关闭它打开的一切。（两个文件末尾都有 `if __name__ == "__main__":`。答案单元格里不要写它：每次检查都会执行。）

# %% [markdown] id="sentences" lang="en"
# ## What does a check tell you?
#
# | it says | what to do |
# |---|---|
# | answer_one is not defined: run the cell that defines it, then check. | *Kernel → Restart* forgets names and keeps your text: *Run → Run All Above Selected Cell* |
# | not run here, no points lost | this machine cannot do it; it says what is missing |
# | This is our fault, not yours; your points are untouched. | tell whoever teaches, and go on |
#
# `replay("ch00/answer_one/all_of_it", seed=7)` runs one rule again with other values. If your
# course has the buttons of nbgrader, **Validate** (above the notebook) runs all checks, and **Submit**
# (in its list of assignments) hands the notebook in.

# %% [markdown] id="sentences" lang="zh" of="5f5e5951"
# ## 检查会说什么？
#
# | 它说 | 你该做什么 |
# |---|---|
# | answer_one 还没有定义：先运行定义它的单元格，再来检查。 | 重启内核（*Restart*）会忘掉名字，保留文字：用 *运行 → 运行选中单元格上方的所有单元格*（Run All Above Selected Cell） |
# | 无法在此运行，不扣分 | 这台机器做不到；它会说缺什么 |
# | 这是判题程序的错误，不是你的；不影响得分。 | 告诉老师，继续往下做 |
#
# `replay("ch00/answer_one/all_of_it", seed=7)` 换一组数据，把一条规则重新运行一遍。如果你的课程装有 nbgrader 的按钮：**Validate**（在笔记本上方）运行全部检查；**Submit**（在作业列表里）提交笔记本。

# %% [markdown] id="bash" lang="en"
# Last, a program that we did not write asks your `answer_one`: `bash`, whose `/dev/udp` is a socket.

# %% [markdown] id="bash" lang="zh" of="f8401f06"
# 最后，让一个别人写的程序来问你的 `answer_one`：`bash` 的 `/dev/udp` 也是套接字。

# %% id="demo-once" demo=true
ASK = """exec 3<>/dev/udp/127.0.0.1/$0
printf 'a shell is here' >&3
timeout 2 head -c 15 <&3"""


def once(sock, stop):
    sock.settimeout(3)
    answer_one(sock)

# %% id="demo-bash" demo=true tags=["nbval-ignore-output"] lang="en"
from netlib.attempt import built_on

with built_on(1), serving(once) as (host, port):  # if exercise 1 is solved
    bash = ["bash", "-c", ASK, str(port)]
    try:
        print(subprocess.run(bash, capture_output=True).stdout.decode())
    except FileNotFoundError:
        print("There is no bash here, so it was not asked.")

# %% id="demo-bash" demo=true tags=["nbval-ignore-output"] lang="zh" of="c5bee22e"
from netlib.attempt import built_on

with built_on(1), serving(once) as (host, port):  # 习题 1 做好了才运行
    bash = ["bash", "-c", ASK, str(port)]
    try:
        print(subprocess.run(bash, capture_output=True).stdout.decode())
    except FileNotFoundError:
        print("这台机器上没有 bash，所以没有试。")

# %% [markdown] id="say-now" lang="en"
# `A SHELL IS HERE`, if your bash has `/dev/udp` (Debian's and Ubuntu's have it): your first server
# answers whoever speaks its protocol.
#
# ## What can you say now?
#
# **You can now say:** A process is a running program with its memory and its open files. A server
# waits at a known address; a client speaks first. In a ladder time runs down, and an arrow is a
# message. A loop with a timeout looks at `stop` again and again, so it can end. `with` closes a
# socket also when an exception passes.
#
# **Ask yourself:** Can a client that hears nothing tell which of the two messages was lost? Of what
# type is `b"A"[0]`? How often does the body of `while not stop:` run, if `stop` is an Event? What
# stays after *Restart*: names or text? What does `next` do with a list?
#
# <details><summary>Answers</summary>No. int. Never: the object is true; ask <code>is_set()</code>.
# Text. It raises TypeError: a list is no iterator.</details>
#
# **Left out:** what bytes mean (chapter 01), ports (03), UDP itself (04), threads (05). Some old
# programs on the net are written for Python 2: in Python 3 `print "hi"` is a SyntaxError ([TXT-11](../catalogue.ipynb#cell-id=TXT-11)).

# %% [markdown] id="say-now" lang="zh" of="987a022f"
# 如果你的 bash 有 `/dev/udp`（Debian 和 Ubuntu 的都有），就会打印 `A SHELL IS HERE`：不管谁来问，只要遵守它的协议，你的第一个服务器都会响应。
#
# ## 小结
#
# **现在你能说清楚**：进程是正在运行的程序，有自己的内存和打开的文件。服务器在别人知道的地址上等，客户端先开口。时序图里时间从上往下走，一个箭头是一条消息。带超时的循环一次次去看 `stop`，所以能够结束。即使有异常抛出，`with` 也会关闭套接字。
#
# **考考自己**：什么也没收到的客户端，能知道丢的是哪一条消息吗？`b"A"[0]` 是什么类型？`stop` 是 Event 时，`while not stop:` 的循环体执行几次？重启内核之后留下的是名字还是文字？对列表调用 `next` 会怎样？
#
# <details><summary>答案</summary>不能。int。一次也不执行：这个对象总为真，要问 <code>is_set()</code>。文字。抛出 TypeError：列表不是迭代器。</details>
#
# **本章没有讲**：字节的含义（第 1 章）；端口（第 3 章）；UDP 本身（第 4 章）；线程（第 5 章）。网上有些旧程序是为 Python 2 写的：在 Python 3 里，`print "hi"` 就是 SyntaxError（[TXT-11](../catalogue.ipynb#cell-id=TXT-11)）。

# %% [markdown] id="glossary" lang="en"
# ## Glossary
#
# | Term | 中文 | Source |
# |---|---|---|
# | ladder (sequence diagram) | 时序图 | — |
# | process, thread, event | 进程，线程，事件 | Python docs, threading |
# | client, server, relay | 客户端，服务器，中继 | — |
# | socket, datagram, timeout | 套接字，数据报，超时 | RFC 768 |
# | kernel (of a notebook), restart | 内核，重启内核 | — |
# | iterator, generator | 迭代器，生成器 | Python docs, Glossary |
# | check, prediction, submit | 检查，预测，提交 | — |

# %% [markdown] id="glossary" lang="zh" of="8966900f"
# ## 术语表
#
# | 中文 | 英文 | 出处 |
# |---|---|---|
# | 时序图 | ladder (sequence diagram) | — |
# | 进程，线程，事件 | process, thread, event | Python 文档 threading |
# | 客户端，服务器，中继 | client, server, relay | — |
# | 套接字，数据报，超时 | socket, datagram, timeout | RFC 768 |
# | （笔记本的）内核，重启内核 | kernel, restart | 不是操作系统的内核 |
# | 迭代器，生成器 | iterator, generator | Python 文档术语表 |
# | 检查，预测，提交 | check, prediction, submit | — |

# %% [markdown] id="next" lang="en"
# ## Where do you go next?
#
# First your predictions: where you were wrong, look again. Then the map of the course: what each
# chapter needs, how far you are, what is next. Both are kept on this machine
# (`~/.local/share/live-sockets/`) and go to nobody.

# %% [markdown] id="next" lang="zh" of="5785a080"
# ## 接下来学什么？
#
# 先看你的预测：哪里猜错了，就回去再看一遍。再看课程地图：每章需要先学什么，你学到了哪里，下一步是什么。两者都只保存在本机（`~/.local/share/live-sockets/`），不会发给任何人。

# %% id="demo-predictions" demo=true
predictions("ch00")

# %% id="demo-map" demo=true lang="en"
from autograder import course_map

course_map()

# %% id="demo-map" demo=true lang="zh" of="9031ff01"
from autograder.zh import course_map

course_map()
