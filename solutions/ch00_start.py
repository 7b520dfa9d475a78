# %% [markdown] id="title" lang="en"
# # Start here
#
# **You will be able to** read a failed check and mend the line that it marks; start a server and
# a client in two terminals, and stop them; write a loop that can be stopped, and close a socket
# whatever happens. **You need** Python up to functions, classes and exceptions, and nothing about
# networks. **Time:** about 45 minutes.
#
# ## Two programs talk
#
# Run the next two cells (Shift+Enter): a small server, and two people who can write to it.

# %% [markdown] id="title" lang="zh" of="09922965"
# # 从这里开始
#
# **学完本章，你将能够**：读懂一次没有通过的检查，改好它标出的那一行；在两个终端里启动服务器和客户端，并让它们停下；写出停得下来的循环；无论发生什么都把套接字关闭。**需要**：会写 Python 的函数、类和异常处理，不需要任何网络知识。**用时**：约 45 分钟。
#
# ## 两个程序对话
#
# 运行下面两个单元格（Shift+Enter）：一个小小的服务器，和两个可以给它发消息的人。

# %% id="demo-shout" demo=true
def shout(sock, stop):  # a program that answers: you will write such ones
    sock.settimeout(0.1)  # wait 0.1 s at most,
    while not stop.is_set():  # and go on until we are told to stop
        try:
            data, sender = sock.recvfrom(2048)  # wait for a message
        except TimeoutError:  # none came in 0.1 s:
            continue  # look at stop again
        sock.sendto(data.upper(), sender)  # answer whoever sent it


# %% id="demo-panel" demo=true tags=["nbval-ignore-output"]
from netlib.panels import ChatPanel

panel = ChatPanel(server=shout)
panel

# %% [markdown] id="panel-question" lang="en"
# Before you type: what will come back for `hello`, and what for `你好 ok`? Write down your
# prediction, in any words, then write as anna or ben. Nobody grades a
# prediction: it is yours.

# %% [markdown] id="panel-question" lang="zh" of="892f2a79"
# 输入之前先想一想：发 `hello` 会收到什么？发 `你好 ok` 呢？先写下你的预测，用什么话写都行，再以 anna 或 ben 的身份发消息。预测不计分，是写给你自己看的。

# %% id="predict-panel" predict=true
my_prediction = ...

# %% [markdown] id="panel-said" lang="en"
# The next cell writes both by itself, prints what the panel shows, and ends it.

# %% [markdown] id="panel-said" lang="zh" of="cf6b74d6"
# 下一个单元格自动发这两条消息，打印面板上的内容，然后把面板关闭。

# %% id="demo-panel-text" demo=true
panel.say("anna", "hello")
panel.wait_for("HELLO")
panel.say("ben", "你好 ok")
panel.wait_for("你好 OK")
lines = panel.text().splitlines()
print(*[line for line in lines if "says" in line or "hears" in line], sep="\n")
panel.close()

# %% [markdown] id="after-panel" lang="en"
# 5 B are five bytes. Why `你好 ok` has nine of them, chapter 01 tells.
#
# A **process** is a program that runs, with its memory and its open files. A **server** is a
# process that waits for messages at an address that others know; a **client** is a process that
# speaks first. What they send each other here are **datagrams** (RFC 768): messages that travel one
# by one. In the panel one process plays all three parts; at the end of this chapter there are two.
#
# The next cell is given: your answers may use what it imports.

# %% [markdown] id="after-panel" lang="zh" of="78c002d6"
# 5 B 就是 5 个字节。`你好 ok` 为什么是 9 个，第 1 章会讲。
#
# **进程**（process）是正在运行的程序，有自己的内存和打开的文件。**服务器**（server）是一个进程，它守在别人知道的地址上等消息；**客户端**（client）也是进程，由它先开口。这里它们互相发送的是**数据报**（datagram，RFC 768），一条消息一个，各走各的。面板里，三个角色由同一个进程扮演；到本章末尾，就是两个进程了。
#
# 下一个单元格是给定的：你的答案可以使用它导入的名字。

# %% id="setup" setup=true
import socket
from collections.abc import Iterator

# %% [markdown] id="ladder" lang="en"
# ## How do you read a ladder?
#
# The same server, asked twice by a client, and everything that crosses between them is recorded.
# How many arrows will you see?

# %% [markdown] id="ladder" lang="zh" of="81dd7afa"
# ## 时序图怎么看？
#
# 还是那个服务器，一个客户端问它两次；两者之间经过的一切都记录下来。你会看到几个箭头？

# %% id="predict-ladder" predict=true
my_prediction = ...

# %% id="demo-ladder" demo=true
from netlib.ladder import Ladder
from netlib.serving import serving
from netlib.trace import Trace

trace = Trace()
with (
    serving(shout, trace=trace) as address,
    socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client,
):
    for message in (b"hello", b"two programs talk"):
        client.sendto(message, address)
        client.recvfrom(2048)
Ladder(trace)

# %% [markdown] id="after-ladder" lang="en"
# This is a **ladder** (sequence diagram). Left and right are programs; time runs down; an arrow is a
# message, with its size and its first bytes. An arrow that ends in `X` is one that the network
# lost. A column on the right, where there is one, says what a program did. Where a check fails, `◀`
# marks the row in which it went wrong.

# %% [markdown] id="after-ladder" lang="zh" of="a90b4a96"
# 这叫**时序图**（ladder）：左右是两个程序，时间从上往下走；一个箭头是一条消息，上面写着长度和开头的字节。箭头断在 `X` 处，表示这条消息被网络丢了。右边如果还有一栏，写的是程序做了什么。检查没有通过时，`◀` 标出从哪一行开始不对。

# %% [markdown] id="judged" lang="en"
# ## Your first check
#
# Each exercise has a cell for your answer, and below it one that checks it: the check runs your
# code in a process of its own, so it cannot hang the notebook. What passes here passes in grading,
# which asks the same rules with other values. *Not required* is never tested; any way of writing it
# is good; printing is free.

# %% [markdown] id="judged" lang="zh" of="7ba82673"
# ## 第一次检查
#
# 每道题有一个写答案的单元格，下面跟着一个检查它的单元格。检查在单独的进程里运行你的代码，所以不会卡住笔记本。这里能通过的，评分时也能通过：规则相同，只是换一组数据。列在“**不要求**”里的从不测试；怎么写都行；打印也随意。

# %% id="import-check" demo=true lang="en"
from autograder import check, replay

# %% id="import-check" demo=true lang="zh" of="fc3524f1"
from autograder.zh import check, replay

# %% [markdown] id="ex-answer-one" lang="en"
# ## Exercise 1 · Answer one (5 points)
#
# `answer_one(sock)` waits for one datagram on `sock` and sends all its bytes, in capitals
# (`bytes.upper`), back to its sender. It returns None.
#
# - `sock` is a bound UDP socket, and stays open. A datagram has 1 to 65,507 bytes; that is the
#   largest there is.
# - *Not required:* empty datagrams, a timeout, a second datagram, bytes above 0x7f.
#
# The code is there, but for **one number**, and everybody gets it wrong once, on purpose. Run the
# answer cell and the check cell as they are. Then delete the line with `raise`, and run both again.

# %% [markdown] id="ex-answer-one" lang="zh" of="42450f3f"
# ## 习题 1 · 应答一次（5 分）
#
# `answer_one(sock)` 在 `sock` 上等一个数据报，把它的全部字节变成大写（`bytes.upper`），发回给发送方。返回 None。
#
# - `sock` 是已绑定的 UDP 套接字，要保持打开。数据报有 1～65,507 个字节，不会再长。
# - **不要求**：空数据报；超时；第二个数据报；大于 0x7f 的字节。
#
# 代码已经给出，只差**一个数**；第一次人人都会错，这是故意的。先原样运行答案单元格和检查单元格；然后删去有 `raise` 的那一行，把两个单元格再运行一遍。


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
# The second fails, and shows this (the notebook draws it as a picture):
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
# 1. The sentence that should be true and is not.
# 2. Your points so far, and how many rules of the exercise passed: the short datagrams came back.
# 3. The ladder: anna sent twelve bytes, you sent back eight, and *there* it went wrong.
# 4. What was expected, what you gave, and the first place where they differ.
# 5. The code and name of the mistake, and where to read about it.
# 6. A question. Answer it for yourself, and you know which line to mend.
#
# Mend that line, run the cell, and check again: now every sentence has a `✓`.

# %% [markdown] id="three-runs" lang="zh" of="81e4a582"
# 第一次运行，它说：“answer_one 还没有写：单元格仍在抛出 NotImplementedError。”第二次没有通过，显示如下（笔记本里画成图）：
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
#   应得  响应：12 个字节："TWO PROGRAMS"
#   实得  8 个字节："TWO PROG"
#                            ^
#   从第 8 个字节（从 0 数起）开始不同：你的结果到此为止
#
#   UDP-06  数据报要么读完整，要么被截断（recv(2), MSG_TRUNC）
#   超出你给的那个数的字节，到哪里去了？
# ```
#
# 从上往下读：
#
# 1. 本来应该成立、现在却不成立的那句话。
# 2. 目前的得分，本题的规则通过了几条：短的数据报都发回来了。
# 3. 时序图：安娜发了 12 个字节，你只发回 8 个，**就在这里**出了错。
# 4. 应得什么，实得什么，从哪里开始不同。
# 5. 这个错误的代号和名称，以及该查什么资料。
# 6. 一个问题。自己回答出来，就知道该改哪一行了。
#
# 改好那一行，运行答案单元格，再检查一次：这次每句话前面都是 `✓`。

# %% [markdown] id="faults" lang="en"
# ## How many answers come back?
#
# Networks lose messages, and sometimes double them. `UDPRelay` stands between client and server and
# does so as it is told: here it loses the first reply and doubles the second question. The client asks
# twice and listens after each question until 0.3 s pass in silence. How many answers does it get?

# %% [markdown] id="faults" lang="zh" of="46d9bd6b"
# ## 会收到几个响应？
#
# 网络会丢消息，有时还会把同一条消息送到两次。`UDPRelay` 站在客户端和服务器之间，按要求这样做：这里丢掉第一个响应（`lose reply 1`），重复第二个问题（`duplicate 2`）。客户端问两次，每次问完就一直收，直到连续 0.3 秒没有动静。它会收到几个响应？

# %% id="predict-faults" predict=true
my_prediction = ...


# %% id="demo-heard" demo=true
def heard(client):
    """Return what arrives until 0.3 s pass in silence."""
    client.settimeout(0.3)
    answers = []
    try:
        while True:
            answers.append(client.recvfrom(2048)[0])
    except TimeoutError:
        return answers


# %% id="demo-faults" demo=true
from netlib.faults import UDPRelay

FAULTS = "lose reply 1; duplicate 2"  # change it, and run this cell again

with serving(shout) as address, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
    relay = UDPRelay(address, FAULTS)
    with relay as front:
        for question in (b"one", b"two"):
            client.sendto(question, front)
            print(question, "->", heard(client))

# %% [markdown] id="faults-ladder" lang="en"
# Silence first, then two answers to one question. Could the client tell, from what it sees, whether
# its first *question* was lost or the *answer*? The relay saw both sides:

# %% [markdown] id="faults-ladder" lang="zh" of="10369dce"
# 先是没有响应，后来一个问题得到两个响应。单凭收到的内容，客户端能不能知道，第一次丢的是**问题**还是**响应**？中继两边都看得到：

# %% id="demo-faults-ladder" demo=true
Ladder(relay.trace, ("client", "server"))

# %% [markdown] id="after-faults" lang="en"
# It cannot: both look the same to it. That is why a check draws what crossed the wire, and not only
# what your function returned. Change `FAULTS` and look again: `lose 1`, `duplicate reply 1`,
# `reorder 1`.

# %% [markdown] id="after-faults" lang="zh" of="e89e6892"
# 它不知道：在它看来，两种情况一模一样。所以检查画的是网络上真正经过的消息，而不只是函数的返回值。改一改 `FAULTS` 再看：`lose 1`、`duplicate reply 1`、`reorder 1`。

# %% [markdown] id="stop" lang="en"
# ## How does a server stop?
#
# `shout` waits in short steps, and looks at `stop` between them:
#
#     wait 0.1 s | look | wait 0.1 s | look | wait 0.1 s | look …
#
# `stop` is a `threading.Event`: a flag that somebody else sets. Here are two loops.

# %% [markdown] id="stop" lang="zh" of="c345c677"
# ## 服务器怎样停下来？
#
# `shout` 每次只等一小会儿，等完看一眼 `stop`：
#
#     等 0.1 s | 看 | 等 0.1 s | 看 | 等 0.1 s | 看 ……
#
# `stop` 是一个 `threading.Event`（事件）：由别人来设置的标志。下面是两个循环。


# %% id="demo-loops" demo=true
def deaf(sock, stop):
    while not stop.is_set():
        sock.recvfrom(2048)  # waits until something comes


def alert(sock, stop):
    sock.settimeout(0.1)
    while not stop.is_set():
        try:
            sock.recvfrom(2048)
        except TimeoutError:
            continue  # look at stop again


# %% [markdown] id="stop-question" lang="en"
# Each runs in a **thread**, which goes on beside this cell (chapter 05 teaches threads). Nobody
# sends anything. After half a second `stop` is set. Which loop ends within a second?

# %% [markdown] id="stop-question" lang="zh" of="f2c137e7"
# 它们各在一个**线程**（thread）里运行，与这个单元格同时进行（第 5 章讲线程）。没有人发任何消息。半秒之后设置 `stop`。一秒之内，哪个循环会结束？

# %% id="predict-stop" predict=true
my_prediction = ...

# %% id="demo-stop" demo=true
import threading

for loop in (deaf, alert):
    stop = threading.Event()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))  # here; 0 is any free port
        thread = threading.Thread(target=loop, args=(sock, stop))
        thread.start()
        thread.join(0.5)  # it waits by now
        stop.set()
        thread.join(1)
        ended = "still waits" if thread.is_alive() else "has ended"
        print(loop.__name__, ended)
        sock.sendto(b"", sock.getsockname())  # an empty datagram
        thread.join()

# %% [markdown] id="after-stop" lang="en"
# `deaf` looks at `stop` only when a datagram lets it: one empty datagram woke it, and it ended.
# Write `stop.is_set()`; `while not stop:` never runs at all, as an Event is an object, and true.

# %% [markdown] id="after-stop" lang="zh" of="5962380d"
# `deaf` 要等来一个数据报，才有机会看 `stop`：一个空数据报唤醒了它，它才结束。要写 `stop.is_set()`；如果写 `while not stop:`，循环体一次也不会执行，因为 Event 是一个对象，总为真。

# %% [markdown] id="close" lang="en"
# ## Who closes the socket?
#
# A program binds a port, that is, it takes it; then a line raises, before `close()`. Can another
# socket have the port?

# %% [markdown] id="close" lang="zh" of="d24f95cd"
# ## 谁来关闭套接字？
#
# 程序绑定（bind）了一个端口，也就是占住了它；随后有一行抛出异常，没有执行到 `close()`。别的套接字还能用这个端口吗？

# %% id="predict-close" predict=true
my_prediction = ...


# %% id="demo-left-open" demo=true
def try_port(address):
    """Say whether another socket can have address."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        try:
            other.bind(address)
            print("the port is free")
        except OSError as error:
            print(error)


sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)

# %% id="demo-not-closed" demo=true
sock.bind(("127.0.0.1", 0))
address = sock.getsockname()
try:
    int("no number")  # raises ValueError
    sock.close()  # so this line is skipped
except ValueError:
    try_port(address)
sock.close()

# %% [markdown] id="with" lang="en"
# It is taken as long as the socket is open. The same with a `with` block:

# %% [markdown] id="with" lang="zh" of="22c9acb1"
# 套接字没关，端口就一直被占着。换成 `with` 再试：

# %% id="demo-with" demo=true
try:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        address = sock.getsockname()
        int("no number")
except ValueError:
    try_port(address)

# %% [markdown] id="after-with" lang="en"
# `with` closes the socket on every way out of the block, the exception too. It stands for
# `try: … finally: sock.close()`.

# %% [markdown] id="after-with" lang="zh" of="bc72161b"
# 不管怎样离开 `with` 块，包括抛出异常，套接字都会关闭。它等于 `try: … finally: sock.close()`。

# %% [markdown] id="python" lang="en"
# ## Do you know this Python?
#
# Five habits on which later chapters lean, and a short exercise for each. First bytes:

# %% [markdown] id="python" lang="zh" of="972de087"
# ## 这些 Python 你会吗？
#
# 下面五个习惯，后面各章都要用到；每个配一道短题。先看 bytes：

# %% id="demo-bytes" demo=true
b"AB"[0], b"AB"[:1], b"AB"[1:]

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
# Next: catch the one exception that you expect, and let the others pass.

# %% [markdown] id="one-kind" lang="zh" of="7a03f30b"
# 第二个习惯：只捕获你预料到的那一种异常，其余的让它们抛出去。

# %% id="demo-one-kind" demo=true
ages = {"anna": 30}
try:
    print(ages["ben"])
except KeyError:  # and nothing else: a misspelt name is to be seen
    print("nobody knows")

# %% [markdown] id="ex-number-or" lang="en"
# ## Exercise 3 · A number, or else (2 points)
#
# `number_or(text, default)` returns the number in `text`, as `int()` reads it (`"42"`, `"-3"`,
# `" 5 "`, `"0"`), or `default` if `int()` finds none (`"x"`, `""`). Any other error passes on:
# `number_or([7], 5)` and `number_or(None, 7)` raise `TypeError`, as `int()` does.

# %% [markdown] id="ex-number-or" lang="zh" of="30da89ef"
# ## 习题 3 · 读出整数，否则用默认值（2 分）
#
# `number_or(text, default)` 返回 `int()` 从 `text` 读出的整数（`"42"`、`"-3"`、`" 5 "`、`"0"`）；`int()` 读不出来（`"x"`、`""`）就返回 `default`。其他异常原样抛出：`number_or([7], 5)` 和 `number_or(None, 7)` 都像 `int()` 那样抛出 `TypeError`。


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
# Third: give back what you opened, on every way out. On a file, by hand and then with `with`:

# %% [markdown] id="finally" lang="zh" of="691f2383"
# 第三个习惯：打开了什么，不管怎样离开都要还回去。以文件为例，先手写，再用 `with`：

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
# is closed all the same, and the exception passes on.
#
# - `source` has these two methods and nothing else; `read` takes no argument.
# - *Not required:* `with source:` (it is no context manager), a `close` that raises.

# %% [markdown] id="ex-read-all" lang="zh" of="c94cb225"
# ## 习题 4 · 全部读完，一定关闭（4 分）
#
# `read_all(source)` 反复调用 `source.read()`，直到它返回 `b""`，然后把读到的全部内容拼成一个 `bytes` 返回。`source.close()` 也要调用，恰好一次。如果 `source.read()` 抛出异常，`source` 照样要关闭，异常原样抛出。
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
# 第四个习惯：每个对象有自己的状态，在 `__init__` 里创建。


# %% id="demo-state" demo=true
class Counter:
    def __init__(self):
        self.n = 0  # this counter's own

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
# Last: a generator gives one value at a time, when `next` asks for it.

# %% [markdown] id="generator" lang="zh" of="210ca953"
# 最后一个：生成器（generator）每次只给出一个值，`next` 来要才给。


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
# (`size` ≥ 1), in order; the last may be shorter. Empty data gives no piece. Any iterator is right;
# a generator is the shortest way.

# %% [markdown] id="ex-pieces" lang="zh" of="572dc1b4"
# ## 习题 6 · 分块（3 分）
#
# `pieces(data, size)` 返回一个迭代器（iterator），按顺序给出 `data`（`bytes`）的各块，每块 `size` 个字节（`size` ≥ 1），最后一块可以短一些。`data` 为空时一块也不给。任何迭代器都对，用生成器写最短。


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
# Now two processes. These cells save two programs beside the notebook.

# %% [markdown] id="terminals" lang="zh" of="92f27cb6"
# ## 两个终端
#
# 现在换成两个进程。下面的单元格把两个程序存到笔记本旁边。

# %% id="demo-save-shout" demo=true
from netlib.scripts import save_program


def serve(port):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", int(port)))
        print("waiting at port", port)
        while True:
            data, sender = sock.recvfrom(2048)
            print(sender[1], "says", data.decode(errors="replace"))
            sock.sendto(data.upper(), sender)


print("saved:", save_program("shout.py", "import socket", serve))


# %% id="demo-save-say" demo=true
def talk(port):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.settimeout(2)
        while line := input("you: "):  # an empty line ends it
            sock.sendto(line.encode(), ("127.0.0.1", int(port)))
            try:
                answer, _ = sock.recvfrom(2048)
                print("server:", answer.decode(errors="replace"))
            except TimeoutError:
                print("no answer")


print("saved:", save_program("say.py", "import socket", talk))

# %% [markdown] id="terminals-how" lang="en"
# Open two terminals: *File → New → Terminal*, twice. (If `ls` does not show `shout.py` there, type
# `cd` and the folder of this notebook.) Type the first line below in one terminal, the second in the
# other, and talk. What will the client say after Ctrl+C in the server's terminal? Start the server
# again: does it get the same port?

# %% [markdown] id="terminals-how" lang="zh" of="11343487"
# 打开两个终端：*File → New → Terminal*，做两次。（如果 `ls` 看不到 `shout.py`，先用 `cd` 进入本笔记本所在的文件夹。）在一个终端里输入下面第一行，在另一个里输入第二行，然后对话。在服务器的终端里按 Ctrl+C 之后，客户端会显示什么？再启动服务器，它还能用同一个端口吗？

# %% id="predict-terminals" predict=true
my_prediction = ...

# %% id="demo-port" demo=true tags=["nbval-ignore-output"]
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
    sock.bind(("127.0.0.1", 0))
    port = sock.getsockname()[1]  # free a moment ago
print(f"python3 shout.py {port}\npython3 say.py {port}")

# %% [markdown] id="after-terminals" lang="en"
# `hello` comes back as `HELLO`, `你好 ok` as `你好 OK`. Without a server the client says "no answer"
# after 2 s. And the server gets its port again at once, because `with` closed it. (Both files
# end with `if __name__ == "__main__":`. In an answer cell such a block would run at every check: keep
# it out of there.)

# %% [markdown] id="after-terminals" lang="zh" of="2ba8d9d4"
# `hello` 发回来是 `HELLO`，`你好 ok` 发回来是 `你好 OK`。没有服务器时，客户端等 2 秒，显示“no answer”。服务器马上又能用同一个端口，因为 `with` 把它关闭了。（两个文件末尾都有 `if __name__ == "__main__":`。在答案单元格里，这样的代码块每次检查都会执行，不要写在那里。）

# %% [markdown] id="sentences" lang="en"
# ## What does a check tell you?
#
# | it says | what to do |
# |---|---|
# | answer_one is not written yet: its cell still raises NotImplementedError. | write it, and delete the line with `raise` |
# | `✗`, a sentence, a ladder | that sentence is not true yet: read on below it |
# | `✓` before every sentence | passed |
# | answer_one is not defined: run the cell that does it, then check. | after *Restart* the kernel has forgotten all names; your text is still there. *Run → Run All Above Selected Cell* |
# | not run here, no points lost | this machine cannot do it; it says what is missing |
# | This is our fault, not yours; your points are untouched. | tell whoever teaches, and go on |
#
# `replay("ch00/answer_one/all_of_it", seed=7)` draws one rule again, with other values. **Validate**
# runs all checks; **Submit** hands the notebook in; feedback comes back beside it: the same rules,
# with other values.

# %% [markdown] id="sentences" lang="zh" of="687b91a5"
# ## 检查会说什么？
#
# | 它说 | 你该做什么 |
# |---|---|
# | answer_one 还没有写：单元格仍在抛出 NotImplementedError。 | 写出来，并删去有 `raise` 的那一行 |
# | `✗`、一句话、一张时序图 | 这句话还不成立：往下读 |
# | 每句话前面都是 `✓` | 通过了 |
# | answer_one 还没有定义：先运行定义它的单元格，再来检查。 | 重启内核（*Restart*）之后，名字都忘了，你写的文字还在。用 *Run → Run All Above Selected Cell* |
# | 无法在此运行，不扣分 | 这台机器做不到；它会说缺什么 |
# | 这是判题程序的错误，不是你的；不影响得分。 | 告诉老师，继续往下做 |
#
# `replay("ch00/answer_one/all_of_it", seed=7)` 换一组数据，把一条规则重新画一遍。**Validate** 运行全部检查；**Submit** 提交笔记本；反馈会放在它旁边：规则相同，数据不同。

# %% [markdown] id="bash" lang="en"
# Last, a program that we did not write talks to your `answer_one`: `bash`, whose `/dev/udp` is a
# socket, too. What will `head` print?

# %% [markdown] id="bash" lang="zh" of="f047f2f6"
# 最后，让一个别人写的程序来找你的 `answer_one`：`bash` 的 `/dev/udp` 也是套接字。`head` 会打印什么？

# %% id="predict-bash" predict=true
my_prediction = ...

# %% id="demo-once" demo=true
import subprocess

ASK = "exec 3<>/dev/udp/127.0.0.1/$0; printf 'a shell is here' >&3; timeout 2 head -c 15 <&3"


def once(sock, stop):
    sock.settimeout(3)
    answer_one(sock)


# %% id="demo-bash" demo=true tags=["nbval-ignore-output"]
from netlib.attempt import built_on

with built_on(1), serving(once) as (host, port):
    try:
        print(subprocess.run(["bash", "-c", ASK, str(port)], capture_output=True).stdout.decode())
    except FileNotFoundError:
        print("There is no bash here, so it was not asked.")

# %% [markdown] id="say-now" lang="en"
# `A SHELL IS HERE`, if your bash has `/dev/udp` (Debian's and Ubuntu's have it): your first server
# serves whoever speaks its protocol.
#
# **You can now say:** A process is a running program with its memory and its open files. A server
# waits at an address that others know; a client speaks first. Time runs down in a ladder, and an
# arrow is a message. A loop with a timeout looks at `stop` again and again, so it can end. `with`
# closes a socket also when an error passes.
#
# **Ask yourself:** Can a client that hears nothing tell which of the two messages was lost? Of what
# type is `b"A"[0]`? How often does the body of `while not stop:` run, if `stop` is an Event? What
# stays after *Restart*: names or text? How are your predictions graded?
#
# <details><summary>Answers</summary>No. int. Never: the object is true; ask <code>is_set()</code>.
# Text. Not at all.</details>
#
# **Left out:** how messages find their way, and what a port is (03); what bytes mean (01); UDP
# itself (04); threads (05). Some old programs that you will find on the net are written for
# Python 2, and do not start in Python 3 (TXT-11): `print "hi"` is a SyntaxError.

# %% [markdown] id="say-now" lang="zh" of="b4d59d12"
# 只要你的 bash 有 `/dev/udp`（Debian 和 Ubuntu 的都有），就会打印 `A SHELL IS HERE`：谁会说它的协议，你的第一个服务器就为谁服务。
#
# **现在你能说清楚**：进程是正在运行的程序，有自己的内存和打开的文件。服务器守在别人知道的地址上，客户端先开口。时序图里时间从上往下走，一个箭头是一条消息。带超时的循环一次次去看 `stop`，所以能够结束。即使有异常经过，`with` 也会关闭套接字。
#
# **考考自己**：什么也没收到的客户端，能知道丢的是哪一条消息吗？`b"A"[0]` 是什么类型？`stop` 是 Event 时，`while not stop:` 的循环体执行几次？重启内核之后留下的是名字还是文字？你的预测怎样计分？
#
# <details><summary>答案</summary>不能。int。一次也不执行：这个对象总为真，要问 <code>is_set()</code>。文字。不计分。</details>
#
# **本章没有讲**：消息怎样到达，端口是什么（第 3 章）；字节的含义（第 1 章）；UDP 本身（第 4 章）；线程（第 5 章）。网上有些旧程序是为 Python 2 写的，在 Python 3 里启动不了（TXT-11）：`print "hi"` 就是 SyntaxError。

# %% [markdown] id="glossary" lang="en"
# ## Glossary
#
# | Term | 中文 | Source |
# |---|---|---|
# | check | 检查 | — |
# | ladder (sequence diagram) | 时序图 | — |
# | process | 进程 | — |
# | client, server, peer | 客户端，服务器，对端 | — |
# | datagram | 数据报 | RFC 768 |
# | terminal | 终端 | — |
# | thread, event | 线程，事件 | Python docs, threading |
# | timeout | 超时 | Python docs, socket |
# | kernel (of a notebook), restart | 内核，重启内核 | — |
# | iterator, generator | 迭代器，生成器 | Python docs, Glossary |
# | traceback | 回溯 | Python docs, traceback |
# | submit, feedback | 提交，反馈 | — |

# %% [markdown] id="glossary" lang="zh" of="c03e8458"
# ## 词汇表
#
# | 中文 | 英文 | 出处 |
# |---|---|---|
# | 检查 | check | — |
# | 时序图 | ladder (sequence diagram) | — |
# | 进程 | process | — |
# | 客户端，服务器，对端 | client, server, peer | — |
# | 数据报 | datagram | RFC 768 |
# | 终端 | terminal | — |
# | 线程，事件 | thread, event | Python 文档 threading |
# | 超时 | timeout | Python 文档 socket |
# | （笔记本的）内核，重启内核 | kernel, restart | 不是操作系统的内核 |
# | 迭代器，生成器 | iterator, generator | Python 文档术语表 |
# | 回溯 | traceback | Python 文档 traceback |
# | 提交，反馈 | submit, feedback | — |

# %% [markdown] id="next" lang="en"
# ## Where do you go next?
#
# The map of the course: what each chapter needs, how far you are, and what is next. A check writes
# its points to one file on this machine (`~/.local/share/live-sockets/progress.json`) and sends
# them to nobody. Later, run this cell again.

# %% [markdown] id="next" lang="zh" of="de3c86db"
# ## 接下来学什么？
#
# 这是课程地图：每章需要先学什么，你学到了哪里，下一步是什么。每次检查都会把得分写进本机的一个文件（`~/.local/share/live-sockets/progress.json`），不会发给任何人。以后可以随时再运行这个单元格。

# %% id="demo-map" demo=true lang="en"
from autograder import check, course_map

course_map()

# %% id="demo-map" demo=true lang="zh" of="1842dbec"
from autograder.zh import check, course_map

course_map()
