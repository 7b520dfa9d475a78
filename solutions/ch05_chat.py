# %% [markdown] id="title" lang="en"
# # A chat over UDP
#
# **You will be able to** receive and send at once on one socket, with a thread that ends when you
# say so; show a stranger's text without letting it draw on your screen; give people names, and pass
# text on through a server. **You need** chapter 04: datagrams, `settimeout`, `Event`.
# **Time:** about 45 minutes to read and run, and 1¾ hours for the exercises.
#
# ## Two people talk
#
# Run the next three cells. The first loads the course's tools. The second shows two people, each
# with a socket of their own: write as anna or as ben. The third writes by itself, prints the panel and
# closes it.

# %% [markdown] id="title" lang="zh" of="95d40c89"
# # 用 UDP 聊天
#
# **学完本章，你将能够**：在一个套接字上同时收和发，用一个叫停就停的线程来接收；显示陌生人的文本，又不让它在你的屏幕上乱画；给人起名字，通过服务器转发文本。**需要**：第 4 章（数据报、`settimeout`、`Event`）。**用时**：阅读和运行约 45 分钟，习题约 1 小时 45 分钟。
#
# ## 两个人对话
#
# 运行下面三个单元格。第一个载入课程的工具；第二个显示两个人，各有一个自己的套接字，你可以以 anna 或 ben 的身份写消息；第三个自动写两条，打印面板，再关闭它。

# %% id="import-check" demo=true lang="en"
from autograder import check, hint, outcome, predict, predictions, replay

# %% id="import-check" demo=true lang="zh" of="209d4e14"
from autograder.zh import check, hint, outcome, predict, predictions, replay

# %% id="demo-panel" demo=true tags=["nbval-ignore-output"]
from netlib.panels import ChatPanel

panel = ChatPanel()
panel

# %% id="demo-panel-text" demo=true tags=["nbval-ignore-output"] lang="en"
panel.say("anna", "你好")  # as if you had typed it
panel.wait_for("\n2  ")  # until the second line is there
panel.say("ben", "hi anna")
panel.wait_for("\n4  ")
panel.close()
print(panel)

# %% id="demo-panel-text" demo=true tags=["nbval-ignore-output"] lang="zh" of="37962810"
panel.say("anna", "你好")  # 和你自己输入一样
panel.wait_for("\n2  ")  # 等到第二行出现
panel.say("ben", "hi anna")
panel.wait_for("\n4  ")
panel.close()
print(panel)

# %% [markdown] id="after-panel" lang="en"
# Two people, two sockets, two directions. The panel did it with code of ours; at the end of this
# chapter it is your own. The next cell is given: your answers may use what it defines.

# %% [markdown] id="after-panel" lang="zh" of="f4d88b39"
# 两个人，两个套接字，两个方向。面板里用的是我们的代码，到本章末尾，换成你自己的。下一个单元格是给定的，你的答案可以使用它定义的名字。

# %% id="setup" setup=true
import os
import socket
import threading
import time

Address = tuple[str, int]

# %% [markdown] id="duplex" lang="en"
# ## Can both speak at once?
#
# Engineers have three words for it. **Simplex:** one speaks, the other listens, like radio. **Half
# duplex:** both speak, but in turns, like two walkie-talkies. **Full duplex:** both speak at any
# time, like a telephone. Here are the same six sentences in the three ways.

# %% [markdown] id="duplex" lang="zh" of="7f82f2df"
# ## 能同时说话吗？
#
# 工程上有三个词。**单工**（simplex）：一方说，另一方听，像广播。**半双工**（half duplex）：双方都能说，但要轮流，像对讲机。**全双工**（full duplex）：双方随时都能说，像电话。下面是同样的六句话，分别用三种方式来说。

# %% id="demo-ladders" demo=true lang="en"
from netlib.ladder import Ladder
from netlib.trace import Message, Trace


def ladder(*senders):
    other = {"anna": "ben", "ben": "anna"}
    said = [Message(who, other[who], f"sentence {n}") for n, who in enumerate(senders, 1)]
    return Ladder(Trace(said), ("anna", "ben"))


display(ladder(*["anna"] * 6))
display(ladder(*["anna", "ben"] * 3))
display(ladder("anna", "ben", "ben", "anna", "ben", "anna"))

# %% id="demo-ladders" demo=true lang="zh" of="ffb341ef"
from netlib.ladder import Ladder
from netlib.trace import Message, Trace


def ladder(*senders):
    other = {"anna": "ben", "ben": "anna"}
    said = [Message(who, other[who], f"第 {n} 句") for n, who in enumerate(senders, 1)]
    return Ladder(Trace(said), ("anna", "ben"))


display(ladder(*["anna"] * 6))
display(ladder(*["anna", "ben"] * 3))
display(ladder("anna", "ben", "ben", "anna", "ben", "anna"))

# %% [markdown] id="menu" lang="en"
# In all three pictures the socket itself is full duplex: it takes what comes while you send. Whether
# *you* can do both is up to your program. Here is a chat with a menu, as in the old notes: choice `1`
# types for 80 ms, then sends; choice `2` receives one message and shows it. Meanwhile a friend sends
# six messages, one every 50 ms; each says when it left.

# %% [markdown] id="menu" lang="zh" of="9ea9a114"
# 三幅图里，套接字本身都是全双工的：你发送的时候，它照样在收。**你**能不能同时收发，取决于你的程序。下面是旧笔记里那种带菜单的聊天程序：`1` 先花 80 毫秒打字，再发送；`2` 接收并显示一条消息。与此同时，一个朋友每 50 毫秒发一条消息，共六条，每条都写着自己的发出时间。

# %% id="demo-choices" demo=true lang="en"
from netlib.serving import serving

NOBODY = ("127.0.0.1", 9)
CHOICES = "2111222"  # after your prediction: change it, run the cells below

# %% id="demo-choices" demo=true lang="zh" of="c3effaed"
from netlib.serving import serving

NOBODY = ("127.0.0.1", 9)
CHOICES = "2111222"  # 预测之后可以改，再运行下面的单元格


# %% id="demo-menu-chat" demo=true lang="en"
def menu(sock, stop):
    sock.settimeout(1)
    late = {}
    for choice in CHOICES:
        if choice == "1":
            time.sleep(0.08)  # the user types
            sock.sendto(b"typed", NOBODY)
        else:
            data, _ = sock.recvfrom(1024)
            late[len(late) + 1] = 1000 * (time.monotonic() - float(data))
    return late


# %% id="demo-menu-chat" demo=true lang="zh" of="5c60838b"
def menu(sock, stop):
    sock.settimeout(1)
    late = {}
    for choice in CHOICES:
        if choice == "1":
            time.sleep(0.08)  # 用户在打字
            sock.sendto(b"typed", NOBODY)
        else:
            data, _ = sock.recvfrom(1024)
            late[len(late) + 1] = 1000 * (time.monotonic() - float(data))
    return late


# %% id="predict-menu" predict=true lang="en"
predict(
    "ch05/menu",
    "The user chooses 2, then 1 1 1, then 2 2 2. How many of six messages are shown?",
    all_six="all six, some of them late",
    four="four; the others are never shown",
    one="one; what comes while the user types is lost",
)

# %% id="predict-menu" predict=true lang="zh" of="02c9a281"
predict(
    "ch05/menu",
    "用户先选 2，再选 1 1 1，最后选 2 2 2。六条消息会显示几条？",
    all_six="六条都显示，有些显示得晚",
    four="四条，另外两条一直没有显示",
    one="一条，用户打字时到达的都丢了",
)


# %% id="demo-menu" demo=true
def friend_writes(address):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as friend:
        for _ in range(6):
            friend.sendto(str(time.monotonic()).encode(), address)
            time.sleep(0.05)


chat_program = serving(menu)
with chat_program as address:
    friend_writes(address)
by_menu = chat_program.returned
outcome("ch05/menu", {6: "all_six", 4: "four", 1: "one"}.get(len(by_menu)))

# %% [markdown] id="threads" lang="en"
# **Two of the six never appear: the user stopped asking.** Now the same user, but a second **thread**
# receives. A thread is a line of execution of its own, inside the same process: while one waits for
# the keyboard, the other waits for messages. Starting one takes two lines:
# `threading.Thread(target=f, args=(…))` and `.start()`. `target` is the name of a function, without
# a call: `target=f(…)` would run `f` here and now. What `f` needs goes into `args`.

# %% [markdown] id="threads" lang="zh" of="870a6e5d"
# **六条里有两条一直没有出现：用户不再去收了**。还是这个用户，但由第二个**线程**（thread）来接收。线程是同一个进程里另一条独立的执行流：一个在等键盘的时候，另一个在等消息。启动一个线程只要两行：`threading.Thread(target=f, args=(…))` 和 `.start()`。`target` 只写函数名，不要调用：写成 `target=f(…)`，`f` 当场就运行了。`f` 需要的参数放在 `args` 里。


# %% id="demo-threads" demo=true lang="en"
def two_threads(sock, stop):
    late = {}

    def receive():
        while len(late) < 6:
            data, _ = sock.recvfrom(1024)
            late[len(late) + 1] = 1000 * (time.monotonic() - float(data))

    receiver = threading.Thread(target=receive)
    receiver.start()
    for _ in range(3):
        time.sleep(0.08)  # the user types
        sock.sendto(b"typed", NOBODY)
    receiver.join()  # wait until it has ended
    return late


# %% id="demo-threads" demo=true lang="zh" of="32053b65"
def two_threads(sock, stop):
    late = {}

    def receive():
        while len(late) < 6:
            data, _ = sock.recvfrom(1024)
            late[len(late) + 1] = 1000 * (time.monotonic() - float(data))

    receiver = threading.Thread(target=receive)
    receiver.start()
    for _ in range(3):
        time.sleep(0.08)  # 用户在打字
        sock.sendto(b"typed", NOBODY)
    receiver.join()  # 等它结束
    return late


# %% id="demo-both-ways" demo=true tags=["nbval-ignore-output"] lang="en"
from netlib import plots

chat_program = serving(two_threads)
with chat_program as address:
    friend_writes(address)
plots.lines(
    {"menu": by_menu, "two threads": chat_program.returned},
    title="How late is a message shown?",
    x="message",
    y="ms until shown",
)

# %% id="demo-both-ways" demo=true tags=["nbval-ignore-output"] lang="zh" of="ede56154"
from netlib import plots

chat_program = serving(two_threads)
with chat_program as address:
    friend_writes(address)
plots.lines(
    {"菜单": by_menu, "两个线程": chat_program.returned},
    title="消息晚多久才显示？",
    x="第几条消息",
    y="显示前的毫秒数",
)

# %% [markdown] id="after-menu" lang="en"
# **The menu was up to 0.2 s late, and two messages were never shown; two threads lost nothing and
# waited for nothing.** Those two lay in the receive buffer the whole time; the program was at another
# line, and did not ask for them ([UDP-15](../catalogue.ipynb#cell-id=UDP-15)). The old notes end with
# the question how to do both at once. You will answer it in exercises 3 and 4.
#
# ## What does your screen obey?
#
# A chat prints what strangers send. To a terminal some characters are orders: `\r` (**carriage
# return**) moves back to the start of the line. Here is a terminal of one line that obeys it.

# %% [markdown] id="after-menu" lang="zh" of="4c2dcfcf"
# **用菜单，消息最多晚 0.2 秒，还有两条一直没有显示；用两个线程，一条不丢，也不用等。** 那两条一直在接收缓冲区里，只是程序停在别的行上，没有去收（[UDP-15](../catalogue.ipynb#cell-id=UDP-15)）。旧笔记最后问：怎样才能同时收发？习题 3 和习题 4 由你来回答。
#
# ## 屏幕听谁的？
#
# 聊天程序会把陌生人发来的内容打印出来。对终端（terminal）来说，有些字符是命令：`\r`（**回车**，carriage return）把光标移回行首。下面是一个只有一行、懂得 `\r` 的终端。


# %% id="demo-screen" demo=true
def screen(text):
    shown, at = [], 0
    for character in text:
        if character == "\r":
            at = 0
        else:
            shown[at : at + 1] = character
            at += 1
    return "".join(shown)


# %% id="predict-screen" predict=true lang="en"
predict(
    "ch05/screen",
    'You have typed "I was typ" when "hi" arrives. What does this line show?',
    message=">>hi",
    rest=">>hiwas typ",
    both="<<I was typ>>hi",
)

# %% id="predict-screen" predict=true lang="zh" of="bd7f1068"
predict(
    "ch05/screen",
    "你正打到“I was typ”，这时“hi”到了。这一行会显示什么？",
    message=">>hi",
    rest=">>hiwas typ",
    both="<<I was typ>>hi",
)

# %% id="demo-typing" demo=true
line = screen("\r<<I was typ" + "\r>>hi")
print(line)
names = {">>hi": "message", ">>hiwas typ": "rest", "<<I was typ>>hi": "both"}
outcome("ch05/screen", names.get(line))

# %% [markdown] id="boss" lang="en"
# **A carriage return erases nothing** ([UDP-18](../catalogue.ipynb#cell-id=UDP-18)). The beginning of what you had typed is overwritten, and
# Enter still sends all of it. Now the message itself holds a carriage return.

# %% [markdown] id="boss" lang="zh" of="37d66344"
# **回车不会擦除任何东西**（[UDP-18](../catalogue.ipynb#cell-id=UDP-18)）。你打的字，开头一段被盖住了，但按下 Enter，照样会全部发出去。下面，消息自己带着一个回车。

# %% id="predict-boss" predict=true lang="en"
predict(
    "ch05/boss",
    r"ben sends hi\r>>the boss: you are fired. Who seems to speak?",
    ben="ben: it begins with his hi",
    boss="the boss alone",
)

# %% id="predict-boss" predict=true lang="zh" of="c16ec9cc"
predict(
    "ch05/boss",
    r"ben 发来 hi\r>>the boss: you are fired，看上去是谁在说话？",
    ben="ben：开头是他的 hi",
    boss="只有 boss",
)

# %% id="demo-boss" demo=true
text = "hi\r>>the boss: you are fired"
line = screen(f">>{text}")
print(line)
outcome("ch05/boss", "ben" if "hi" in line else "boss")

# %% [markdown] id="after-screen" lang="en"
# **A stranger's text drew on your screen** ([UDP-23](../catalogue.ipynb#cell-id=UDP-23)). `\r` is one of the **control
# characters** (ECMA-48): ESC begins orders for colours and for erasing, a line feed makes a second
# line. U+202E is none of them, and turns the direction of writing. Python knows which characters only
# show themselves: `str.isprintable()`. (Of all blanks, only the plain one counts as printable.)

# %% [markdown] id="after-screen" lang="zh" of="8126f7dd"
# **陌生人的文本在你的屏幕上画了东西**（[UDP-23](../catalogue.ipynb#cell-id=UDP-23)）。`\r` 是**控制字符**（ECMA-48）之一：ESC 开头的是改颜色、清屏之类的命令，换行会多出一行。U+202E 不是控制字符，却会反转书写方向。Python 用 `str.isprintable()` 判断一个字符是否可打印，也就是只显示自己、没有别的作用（各种空格里，只有普通的半角空格算可打印）。

# %% id="demo-printable" demo=true
for text in ("hi", "你好", "hi\r", "\x1b[2J", "\u202e"):
    print(ascii(text), text.isprintable())

# %% [markdown] id="local" lang="en"
# A line of a chat also says when it came. `time.time()` counts seconds since 1970 began in UTC (the
# time of Greenwich, without summer time), as a `float`. What the clock on your wall shows at that
# moment is **local time**, and depends on the time zone:

# %% [markdown] id="local" lang="zh" of="c63b6f8a"
# 聊天程序显示的每一行，还要写明消息是什么时候到的。`time.time()` 从 1970 年开始时（UTC，即格林尼治时间，没有夏令时）数起，以秒为单位，是 `float`；那一刻墙上的钟显示几点，叫**本地时间**，取决于时区：

# %% id="demo-local" demo=true tags=["nbval-ignore-output"]
print(time.strftime("%H:%M", time.localtime(0)), time.strftime("%H:%M", time.gmtime(0)))

# %% [markdown] id="for-the-checks" lang="en"
# The next two cells are **for the checks** of exercises 1 and 3. Through them a check learns in which
# thread your function calls back, and what it shows in another time zone. You need not read them.

# %% [markdown] id="for-the-checks" lang="zh" of="84cb53dd"
# 下面两个单元格是**给检查用的**（习题 1 和习题 3）：你的函数在哪个线程里回调，换一个时区会显示什么，检查要通过它们才知道。不必读懂。


# %% id="trials" setup=true
def loop_trial(sock, count):
    """Run receiver_loop for so many messages; tell whether each came in this thread."""
    here, stop, came = threading.get_ident(), threading.Event(), []

    def on_message(text, address):
        came.append(threading.get_ident() == here)
        if len(came) == count:
            stop.set()

    receiver_loop(sock, on_message, stop)
    return came


# %% id="trials-zone" setup=true
def in_zone(zone, at, address, text):
    """Call format_line where the machine stands in another time zone."""
    os.environ["TZ"] = zone
    time.tzset()
    return format_line(at, address, text)


# %% [markdown] id="ex-format-line" lang="en"
# ## Exercise 1 · One message, one line (2 points)
#
# `format_line(at, address, text)` returns the line that a chat shows for a message:
# `>>21:09:08|192.0.2.7:8080=====>text`.
#
# - `at` (`float`) is the time of arrival as `time.time()` gives it. The line shows the local time of
#   this machine ([UDP-29](../catalogue.ipynb#cell-id=UDP-29)): hours 00 to 23, minutes, seconds.
# - `address` is the sender's (host, port).
# - A character of `text` for which `str.isprintable()` is False is shown as `?`, one for each.
#   Nothing else is changed.
# - *Not required:* fractions of a second; times before 1970; other address families; a limit on
#   the length.

# %% [markdown] id="ex-format-line" lang="zh" of="e6060d99"
# ## 习题 1 · 一条消息，一行（2 分）
#
# `format_line(at, address, text)` 返回聊天程序为一条消息显示的那一行：`>>21:09:08|192.0.2.7:8080=====>text`。
#
# - `at`（`float`）是到达的时间，即 `time.time()` 给出的值。显示的是本机的本地时间（[UDP-29](../catalogue.ipynb#cell-id=UDP-29)）：时（00～23）、分、秒。
# - `address` 是发送方的（主机，端口）。
# - `text` 里凡是 `str.isprintable()` 为 False 的字符，各显示为一个 `?`；其余一律不改。
# - **不要求**：不足一秒的部分；1970 年以前的时间；其他地址族；长度上限。


# %% id="format-line" solution="ch05/format_line"
def format_line(at: float, address: Address, text: str) -> str:
    """Return the line that a chat shows for text: ">>21:09:08|192.0.2.7:8080=====>text"."""
    ### BEGIN SOLUTION
    clock = time.strftime("%H:%M:%S", time.localtime(at))
    shown = "".join(each if each.isprintable() else "?" for each in text)
    return f">>{clock}|{address[0]}:{address[1]}=====>{shown}"
    ### END SOLUTION


# %% id="check-format-line" check="ch05/format_line"
check("ch05/format_line")

# %% [markdown] id="old-bar" lang="en"
# `\r` has a good use, too: a progress bar draws its line again and again over itself. Here is how
# the old notes draw it, with i from 0 to 99. The bar has room for 20 signs.
#
# ```python
# f"\r{(i + 1) / 100:.2%}|{(i // 5) * '#'}"
# ```

# %% [markdown] id="old-bar" lang="zh" of="c16d2b9a"
# `\r` 也有正当的用处：进度条就是把同一行反复重画。旧笔记是这样画的，i 从 0 到 99，进度条共有 20 格。
#
# ```python
# f"\r{(i + 1) / 100:.2%}|{(i // 5) * '#'}"
# ```

# %% id="predict-bar" predict=true lang="en"
predict("ch05/bar", "How many # does the bar have at 100.00%? (A number)")

# %% id="predict-bar" predict=true lang="zh" of="dd3d8393"
predict("ch05/bar", "显示 100.00% 时，进度条有几个 #？（填数字）")

# %% id="demo-old-bar" demo=true
for i in (48, 98, 99):
    line = f"{(i + 1) / 100:.2%}|{(i // 5) * '#'}"
    print(line)
outcome("ch05/bar", line.count("#"))

# %% [markdown] id="after-old-bar" lang="en"
# **The percentage counts i + 1, the bar counts i: they disagree, and the bar never comes to its end**
# ([UDP-24](../catalogue.ipynb#cell-id=UDP-24)). It also has no right edge, so nobody sees how far it has to go.

# %% [markdown] id="after-old-bar" lang="zh" of="9ceaecad"
# **百分比用的是 i + 1，进度条用的是 i：两者不一致，进度条永远到不了头**（[UDP-24](../catalogue.ipynb#cell-id=UDP-24)）。它也没有右边界，看不出还差多远。

# %% [markdown] id="ex-progress-bar" lang="en"
# ## Exercise 2 · A bar that tells the truth (2 points)
#
# `progress_bar(done, total, width=20)` returns the line as `str`: `\r`, the percentage in 7 columns,
# `|`, the bar in `width` columns, `|`. For 49 of 100:
#
#     "\r 49.00%|#########           |"
#
# - All numbers are `int`, 0 ≤ `done` ≤ `total`. The percentage has two decimals. The bar has
#   `width * done // total` signs `#`, then blanks.
# - If `total` is 0, there is nothing to do: 100.00% and a full bar.
# - *Not required:* whether the percentage is cut or rounded; `done > total`; a width of 0; printing.

# %% [markdown] id="ex-progress-bar" lang="zh" of="f4cce72d"
# ## 习题 2 · 说实话的进度条（2 分）
#
# `progress_bar(done, total, width=20)` 返回一行文本（`str`）：`\r`、占 7 列的百分比、`|`、占 `width` 列的进度条、`|`。完成 49/100 时：
#
#     "\r 49.00%|#########           |"
#
# - 参数都是 `int`，0 ≤ `done` ≤ `total`。百分比保留两位小数；进度条先是 `width * done // total` 个 `#`，再用空格补满。
# - `total` 为 0，就是没有要做的事：100.00%，进度条填满。
# - **不要求**：百分比是截断还是四舍五入；`done > total`；宽度为 0；打印。


# %% id="progress-bar" solution="ch05/progress_bar"
def progress_bar(done: int, total: int, width: int = 20) -> str:
    """Return "\\r", the percentage in 7 columns, "|", the bar in width columns, "|"."""
    ### BEGIN SOLUTION
    if total == 0:
        done = total = 1  # nothing to do is all done
    bar = "#" * (width * done // total)
    return f"\r{done / total:7.2%}|{bar:{width}}|"
    ### END SOLUTION


# %% id="check-progress-bar" check="ch05/progress_bar"
check("ch05/progress_bar")

# %% [markdown] id="ending" lang="en"
# ## What ends a thread that waits?
#
# The old notes have a chat with two threads besides the main one: one receives, one sends. It runs
# here in a process of its own, and a friend talks to it, in GBK as that program does. The friend sends
# one byte, ff, which is no GBK; then "再见". (Before that, the cell presses Ctrl+C, to see what that
# ends.)

# %% [markdown] id="ending" lang="zh" of="059f834a"
# ## 什么能让等待中的线程结束？
#
# 旧笔记里有一个聊天程序，主线程之外还有两个线程：一个接收，一个发送。这里让它在单独的进程里运行，一个朋友和它聊天，编码也同它一样用 GBK。朋友发来一个字节 ff（不是合法的 GBK），接着发“再见”。（在这之前，单元格先按一次 Ctrl+C，看看它能结束什么。）

# %% id="predict-deaf" predict=true lang="en"
predict(
    "ch05/deaf",
    "What does the old chat do after the byte ff?",
    shows="it shows something for ff, then 再见",
    deaf="it shows no 再见, but still sends what is typed",
    ends="it ends",
)

# %% id="predict-deaf" predict=true lang="zh" of="96bb0e89"
predict(
    "ch05/deaf",
    "收到字节 ff 之后，这个旧程序会怎样？",
    shows="把 ff 显示成别的什么，再显示“再见”",
    deaf="不显示“再见”，但输入的内容照样发得出去",
    ends="程序结束",
)

# %% id="demo-deaf" demo=true lang="en"
import netlib.oldnotes.chat as old

friend = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
friend.bind(("127.0.0.1", 0))
friend.settimeout(2)
with friend, old.running(friend.getsockname()) as program:
    program.interrupt()  # Ctrl+C
    print("Ctrl+C ends it:", program.ends(0.3))
    friend.sendto(b"\xff", program.address)
    program.shows("UnicodeDecodeError")
    friend.sendto("再见".encode("gbk"), program.address)
    shows = program.shows("再见", 0.3)
    program.type("anybody?")
    print("it sends:", friend.recvfrom(1024)[0])
outcome("ch05/deaf", "shows" if shows else "deaf")

# %% id="demo-deaf" demo=true lang="zh" of="ecce94e4"
import netlib.oldnotes.chat as old

friend = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
friend.bind(("127.0.0.1", 0))
friend.settimeout(2)
with friend, old.running(friend.getsockname()) as program:
    program.interrupt()  # Ctrl+C
    print("Ctrl+C 让它结束：", program.ends(0.3))
    friend.sendto(b"\xff", program.address)
    program.shows("UnicodeDecodeError")
    friend.sendto("再见".encode("gbk"), program.address)
    shows = program.shows("再见", 0.3)
    program.type("anybody?")
    print("它发出了：", friend.recvfrom(1024)[0])
outcome("ch05/deaf", "shows" if shows else "deaf")

# %% [markdown] id="after-deaf" lang="en"
# **One bad byte ended the receiving thread, and nobody was told** ([UDP-10](../catalogue.ipynb#cell-id=UDP-10)): a thread's exception
# ends that thread alone. **Ctrl+C ended nothing**: it raises KeyboardInterrupt in the main thread
# alone, and Python waits for the other two before it leaves
# ([UDP-16](../catalogue.ipynb#cell-id=UDP-16)). For a **daemon** thread Python would not wait: such a
# thread is cut off in the middle of whatever it does. (The cell had to kill the process.)
#
# So a thread must end when you say so. Can you end it by closing its socket?

# %% [markdown] id="after-deaf" lang="zh" of="82559da4"
# **一个坏字节就让接收线程结束了，却没有人察觉**（[UDP-10](../catalogue.ipynb#cell-id=UDP-10)）：线程里的异常只结束那个线程。**Ctrl+C 什么也没有结束**：它引发的 KeyboardInterrupt 只在主线程里抛出，而 Python 要等另外两个线程结束才退出（[UDP-16](../catalogue.ipynb#cell-id=UDP-16)）。如果是**守护线程**（daemon），Python 就不等，不管它做到哪里都直接掐断。（那个单元格最后只好杀掉进程。）
#
# 所以，线程必须叫停就停。关闭它的套接字，能不能让它停下？

# %% id="predict-closed" predict=true lang="en"
predict(
    "ch05/closed",
    "A thread waits in recvfrom. Another thread closes the socket. What becomes of the first?",
    error="recvfrom raises OSError",
    empty='recvfrom returns b""',
    waits="it goes on waiting",
)

# %% id="predict-closed" predict=true lang="zh" of="6a3e1d77"
predict(
    "ch05/closed",
    "一个线程停在 recvfrom 里，另一个线程把套接字关闭了。前一个线程会怎样？",
    error="recvfrom 抛出 OSError",
    empty='recvfrom 返回 b""',
    waits="继续等下去",
)

# %% id="demo-closed" demo=true lang="en"
sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
sock.bind(("127.0.0.1", 0))
address, came = sock.getsockname(), []
waiting = threading.Thread(target=lambda: came.append(sock.recvfrom(1024)[0]))
waiting.start()
time.sleep(0.1)  # by now it waits
sock.close()
waiting.join(0.2)
outcome("ch05/closed", "waits" if waiting.is_alive() else "empty" if came else "error")

# %% id="demo-closed" demo=true lang="zh" of="b7f0bd33"
sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
sock.bind(("127.0.0.1", 0))
address, came = sock.getsockname(), []
waiting = threading.Thread(target=lambda: came.append(sock.recvfrom(1024)[0]))
waiting.start()
time.sleep(0.1)  # 这时它已经在等
sock.close()
waiting.join(0.2)
outcome("ch05/closed", "waits" if waiting.is_alive() else "empty" if came else "error")

# %% id="demo-still-taken" demo=true lang="en"
import errno

with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
    try:
        other.bind(address)
    except OSError as error:
        print("the port:", errno.errorcode[error.errno])
    other.sendto(b"to the closed port", address)
waiting.join()
print("the thread received:", came)

# %% id="demo-still-taken" demo=true lang="zh" of="60eb8d40"
import errno

with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
    try:
        other.bind(address)
    except OSError as error:
        print("端口：", errno.errorcode[error.errno])
    other.sendto(b"to the closed port", address)
waiting.join()
print("线程收到了：", came)

# %% [markdown] id="after-closed" lang="en"
# **`close` does not wake the thread that waits** (Linux). As long as the thread waits, the kernel
# keeps the socket and its port; one datagram to the "closed" port still reached it.
#
# The cure is chapter 04's: wait in short steps, and look at an `Event` between them. Here is such a
# loop that only counts. Yours is its cousin.

# %% [markdown] id="after-closed" lang="zh" of="8a275536"
# **`close` 唤不醒正在等待的线程**（Linux）。只要线程还在等，内核就保留这个套接字和它的端口；发往“已关闭”端口的一个数据报，照样到了它手里。
#
# 办法在第 4 章学过：每次只等一小会儿，等完看一眼 `Event`。下面这个循环只数个数，你要写的和它差不多。


# %% id="demo-count" demo=true lang="en"
def count_datagrams(sock, stop):
    sock.settimeout(0.1)
    count = 0
    while not stop.is_set():
        try:
            sock.recvfrom(65507)
        except TimeoutError:
            continue  # look at stop again
        count += 1
    return count


counting = serving(count_datagrams)
with counting as address:
    friend_writes(address)
print(counting.returned)


# %% id="demo-count" demo=true lang="zh" of="fc82db30"
def count_datagrams(sock, stop):
    sock.settimeout(0.1)
    count = 0
    while not stop.is_set():
        try:
            sock.recvfrom(65507)
        except TimeoutError:
            continue  # 再看一眼 stop
        count += 1
    return count


counting = serving(count_datagrams)
with counting as address:
    friend_writes(address)
print(counting.returned)

# %% [markdown] id="ex-receiver-loop" lang="en"
# ## Exercise 3 · Receive until told to stop (4 points)
#
# `receiver_loop(sock, on_message, stop)` calls `on_message(text, address)` for every datagram on
# `sock` until `stop` is set, and returns how many there were (`int`). A function that is handed over
# to be called, as `on_message` is here, is a **callback**.
#
# - `sock` is a bound UDP socket, and stays open; other threads may send on it meanwhile. `stop` is a
#   `threading.Event`.
# - The calls come in order of arrival, one at a time, in the thread that called `receiver_loop`.
#   `address` is the sender's (host, port).
# - `text` is the datagram (0 to 65,507 bytes) decoded from UTF-8 with `errors="replace"`: bytes that
#   are no UTF-8 become the replacement character � (U+FFFD). A text that comes twice is two messages; an empty datagram is the
#   text `""`.
# - It returns within 0.5 s of `stop.set()`, with traffic and without. What `on_message` returns is
#   ignored.
# - *Not required:* an `on_message` that raises or takes long; datagrams after `stop`.

# %% [markdown] id="ex-receiver-loop" lang="zh" of="e122234e"
# ## 习题 3 · 一直接收，叫停就停（4 分）
#
# `receiver_loop(sock, on_message, stop)` 对 `sock` 上的每个数据报调用 `on_message(text, address)`，直到 `stop` 被设置；返回数据报的个数（`int`）。像 `on_message` 这样交给别人去调用的函数，叫**回调函数**（callback）。
#
# - `sock` 是已绑定的 UDP 套接字，要保持打开；别的线程可能同时用它发送。`stop` 是 `threading.Event`。
# - 按到达的顺序调用，一次一个，就在调用 `receiver_loop` 的那个线程里。`address` 是发送方的（主机，端口）。
# - `text` 是数据报（0～65,507 个字节）按 UTF-8、`errors="replace"` 解码的结果：不是 UTF-8 的字节变成替换字符 �（U+FFFD）。同一条文本来两次，就是两条消息；空数据报是文本 `""`。
# - `stop.set()` 之后 0.5 秒之内返回，不管有没有消息在来。`on_message` 的返回值不用管。
# - **不要求**：`on_message` 抛出异常或耗时很长；`stop` 之后的数据报。


# %% id="receiver-loop" solution="ch05/receiver_loop"
def receiver_loop(sock: socket.socket, on_message, stop: threading.Event) -> int:
    """Call on_message(text, address) for every datagram until stop is set; return how many."""
    ### BEGIN SOLUTION
    sock.settimeout(0.1)
    count = 0
    while not stop.is_set():
        try:
            data, address = sock.recvfrom(65507)
        except TimeoutError:
            continue
        on_message(data.decode(errors="replace"), address)
        count += 1
    return count
    ### END SOLUTION


# %% id="check-receiver-loop" check="ch05/receiver_loop"
check("ch05/receiver_loop")

# %% [markdown] id="ticker" lang="en"
# An object can own its thread: `start` begins it, `close` stops it and waits for its end (`join`).
# Here is one that ticks.

# %% [markdown] id="ticker" lang="zh" of="b65f20f1"
# 对象可以拥有自己的线程：`start` 启动它，`close` 让它停下，并等它结束（`join`）。下面是一个会“嘀嗒”的对象。


# %% id="demo-ticker" demo=true lang="en"
class Ticker:
    def __init__(self, tick):
        self.tick, self.stop = tick, threading.Event()
        self.thread = threading.Thread(target=self.run)

    def run(self):
        while not self.stop.wait(0.05):  # True as soon as it is set
            self.tick()

    def start(self):
        self.thread.start()

    def close(self):
        self.stop.set()
        self.thread.join()


# %% id="demo-ticker" demo=true lang="zh" of="c844ad28"
class Ticker:
    def __init__(self, tick):
        self.tick, self.stop = tick, threading.Event()
        self.thread = threading.Thread(target=self.run)

    def run(self):
        while not self.stop.wait(0.05):  # 一旦设置，就得到 True
            self.tick()

    def start(self):
        self.thread.start()

    def close(self):
        self.stop.set()
        self.thread.join()


# %% id="predict-ticker" predict=true lang="en"
predict(
    "ch05/ticker",
    "A Ticker is made and closed, without start(). What happens?",
    nothing="nothing: there is nothing to stop",
    waits="it waits for ever",
    raises="join raises RuntimeError",
)

# %% id="predict-ticker" predict=true lang="zh" of="5d51b427"
predict(
    "ch05/ticker",
    "创建一个 Ticker，没有 start() 就 close()，会怎样？",
    nothing="没事：本来就没有要停的",
    waits="一直等下去",
    raises="join 抛出 RuntimeError",
)

# %% id="demo-not-started" demo=true
ticks = []
ticker = Ticker(lambda: ticks.append("tick"))
ticker.start()
time.sleep(0.3)
ticker.close()
print(len(ticks) > 1, ticker.thread.is_alive())
try:
    Ticker(print).close()
    came = "nothing"
except RuntimeError as error:
    print(error)
    came = "raises"
outcome("ch05/ticker", came)

# %% [markdown] id="after-ticker" lang="en"
# **A thread that was never started cannot be joined** ([UDP-26](../catalogue.ipynb#cell-id=UDP-26)). A `close` that people can rely on
# works at any moment: before `start`, and a second time.

# %% [markdown] id="after-ticker" lang="zh" of="02ea0dc9"
# **没有启动过的线程不能 `join`**（[UDP-26](../catalogue.ipynb#cell-id=UDP-26)）。好用的 `close` 随时都能调用：`start` 之前可以，再来一次也可以。

# %% [markdown] id="ex-chat" lang="en"
# ## Exercise 4 · A chat (6 points)
#
# `Chat(on_message, host="127.0.0.1", port=0)` does both directions at once, on one UDP socket.
#
# - The constructor binds the socket to (`host`, `port`); port 0 is any free port, host `""` every
#   address of this machine. The attribute `address` is what the socket is bound to, as
#   `getsockname()` gives it: never port 0. Nothing is received yet.
# - `start()` receives from now on, in a thread, as `receiver_loop` does, and returns at once.
# - `send(text, address)` sends `text` in UTF-8, **from the bound socket**: that is where a friend
#   answers ([UDP-25](../catalogue.ipynb#cell-id=UDP-25)). It returns the number of bytes.
# - `close()` stops receiving, waits for the thread and closes the socket, within 0.5 s, in silence
#   too. It may come without `start()`, and a second time; then it does no harm.
# - *Not required:* `close()` called by `on_message`; `start()` twice; `send` after `close`; `with`; a
#   port that is taken; what came before `start()`; text that is too long or cannot be written in
#   UTF-8.

# %% [markdown] id="ex-chat" lang="zh" of="fb69beac"
# ## 习题 4 · 聊天对象（6 分）
#
# `Chat(on_message, host="127.0.0.1", port=0)` 用一个 UDP 套接字同时收发。
#
# - 构造函数把套接字绑定到（`host`，`port`）；端口 0 是任意空闲端口，主机 `""` 是本机的所有地址。属性 `address` 是套接字绑定后的地址，即 `getsockname()` 给出的：端口不会是 0。这时还不接收。
# - `start()` 从此在一个线程里像 `receiver_loop` 那样接收，自己马上返回。
# - `send(text, address)` 把 `text` 用 UTF-8 发出去，**从绑定的套接字发**：朋友的响应会发到那里（[UDP-25](../catalogue.ipynb#cell-id=UDP-25)）。返回字节数。
# - `close()` 停止接收，等线程结束，关闭套接字；没有消息时也在 0.5 秒之内。没有 `start()` 也可以调用，再调用一次也无妨。
# - **不要求**：在 `on_message` 里调用 `close()`；`start()` 两次；`close` 之后再 `send`；`with`；端口已被占用；`start()` 之前到达的消息；太长的或无法用 UTF-8 表示的文本。


# %% id="chat" solution="ch05/chat"
class Chat:
    """Both directions at once on one UDP socket."""

    def __init__(self, on_message, host: str = "127.0.0.1", port: int = 0):
        """Bind a socket to (host, port); "" is every address of this machine."""
        ### BEGIN SOLUTION
        self.sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.sock.bind((host, port))
        self.address = self.sock.getsockname()
        self.stop = threading.Event()
        arguments = self.sock, on_message, self.stop
        self.thread = threading.Thread(target=receiver_loop, args=arguments)
        ### END SOLUTION

    def start(self) -> None:
        """Receive from now on, in a thread."""
        ### BEGIN SOLUTION
        self.thread.start()
        ### END SOLUTION

    def send(self, text: str, address: Address) -> int:
        """Send text from the bound socket; return the number of bytes."""
        ### BEGIN SOLUTION
        return self.sock.sendto(text.encode(), address)
        ### END SOLUTION

    def close(self) -> None:
        """Stop receiving, wait for the thread, close the socket."""
        ### BEGIN SOLUTION
        self.stop.set()
        if self.thread.is_alive():
            self.thread.join()
        self.sock.close()
        ### END SOLUTION


# %% id="check-chat" check="ch05/chat"
check("ch05/chat")

# %% [markdown] id="heard" lang="en"
# ## What did the friend hear?
#
# The next cell puts a bad network between two of your chats: it loses anna's second message and
# duplicates ben's first answer. ben answers everything in capitals.

# %% [markdown] id="heard" lang="zh" of="3b75d16f"
# ## 朋友听到了什么？
#
# 下一个单元格在两个你写的 `Chat` 之间放上一个不可靠的网络：它丢掉 anna 的第二条消息，把 ben 的第一个响应重复一次。ben 对每条消息都用大写回答。

# %% id="predict-heard" predict=true lang="en"
predict("ch05/heard", "anna sends three messages. How many answers does she hear? (A number)")

# %% id="predict-heard" predict=true lang="zh" of="51d236dc"
predict("ch05/heard", "anna 发出三条消息，会听到几个响应？（填数字）")

# %% id="demo-heard" demo=true
from contextlib import closing

from netlib.attempt import built_on
from netlib.faults import UDPRelay

with built_on(3, 4):
    heard = {"anna": [], "ben": []}
    anna = Chat(lambda text, _: heard["anna"].append(text))
    ben = Chat(lambda text, a: (heard["ben"].append(text), ben.send(text.upper(), a)))
    bad = "lose 2; duplicate reply 1"
    network = UDPRelay(ben.address, bad, names=("anna", "ben"))
    with network as front, closing(anna), closing(ben):
        anna.start(), ben.start()
        for text in ("hi", "are you there?", "bye"):
            anna.send(text, front)
            time.sleep(0.1)

# %% id="demo-heard-ladder" demo=true
with built_on(3, 4):
    print("ben:", heard["ben"], "anna:", heard["anna"])
    display(Ladder(network.trace, ("anna", "ben")))
    display(outcome("ch05/heard", len(heard["anna"])))

# %% [markdown] id="after-heard" lang="en"
# **She hears three, as many as she sent; and yet one was lost and one came twice, and nobody was
# told.** A chat can live with that: people ask again. A file cannot: chapter 06.

# %% [markdown] id="after-heard" lang="zh" of="db449b49"
# **她听到三个，正好和发出的一样多；其实丢了一条、重复了一条，双方都毫不知情。** 聊天可以容忍：人会再问一遍。文件不行，见第 6 章。

# %% [markdown] id="whom" lang="en"
# ## How do you find your friend?
#
# So far you must know your friend's address. The old notes describe how QQ avoids that: everybody
# writes to one server, which knows who is where. Such a server is a **relay** of messages. (The relay
# of chapter 00 passes on datagrams.)
#
# | name | address |
# |---|---|
# | anna | 192.0.2.7:40001 |
# | ben | 192.0.2.8:40002 |
#
# In the program of the old notes the table stands in the client, three names with one address, and
# the server waits for somebody to type ([UDP-17](../catalogue.ipynb#cell-id=UDP-17)). Here the relay
# keeps the table.

# %% [markdown] id="whom" lang="zh" of="a2ba724f"
# ## 怎样找到对方？
#
# 到现在为止，你必须知道朋友的地址。旧笔记讲过 QQ 怎么免去这一步：大家都发给同一个服务器，它知道谁在哪里。这种服务器叫消息的**转发服务器**（relay；第 0 章的中继转发的是数据报，它转发的是消息）。
#
# | 名字 | 地址 |
# |---|---|
# | anna | 192.0.2.7:40001 |
# | ben | 192.0.2.8:40002 |
#
# 旧笔记的程序里，这张表放在客户端，三个名字对应同一个地址，而服务器要等人敲键盘（[UDP-17](../catalogue.ipynb#cell-id=UDP-17)）。这里，表由转发服务器保管。

# %% id="demo-whom" demo=true
Ladder(
    Trace(
        [
            Message("anna", "relay", "LOGIN anna"),
            Message("relay", "anna", "OK"),
            Message("ben", "relay", "LOGIN ben"),
            Message("relay", "ben", "OK"),
            Message("anna", "relay", "TO ben 你好"),
            Message("relay", "ben", "FROM anna 你好"),
        ]
    ),
    ("anna", "relay", "ben"),
)

# %% [markdown] id="after-whom" lang="en"
# Three things go wrong easily. The relay answers the wrong person ([UDP-30](../catalogue.ipynb#cell-id=UDP-30)): `TO ben` comes from
# anna and goes to ben. The speaker hears himself ([UDP-27](../catalogue.ipynb#cell-id=UDP-27)). And a name is taken over by whoever
# asks last ([UDP-28](../catalogue.ipynb#cell-id=UDP-28)).
#
# The relay has no socket inside. It gets a datagram and returns what to send, so you can try it without
# a network. Here is a cousin, a notice board. `partition(" ")` cuts at the first blank, and only there.

# %% [markdown] id="after-whom" lang="zh" of="debe574d"
# 有三处容易出错：发错了人（[UDP-30](../catalogue.ipynb#cell-id=UDP-30)），`TO ben` 来自 anna，要发给 ben；发言的人听到自己的话（[UDP-27](../catalogue.ipynb#cell-id=UDP-27)）；名字被后来的人抢走（[UDP-28](../catalogue.ipynb#cell-id=UDP-28)）。
#
# 转发服务器里面没有套接字：它拿到一个数据报，返回要发送的内容，所以不用网络也能试。下面是它的近亲，一块留言板。`partition(" ")` 只在第一个空格处切开。


# %% id="demo-board" demo=true
class Board:
    def __init__(self):
        self.text = ""

    def feed(self, data, address):
        command, _, text = data.decode(errors="replace").partition(" ")
        if command == "PUT":
            self.text = text
            return [(b"OK", address)]
        if command == "GET":
            return [(self.text.encode(), address)]
        return [(b"ERROR PUT or GET", address)]


board, anna, ben = Board(), ("192.0.2.7", 40001), ("192.0.2.8", 40002)
print(board.feed("PUT tea at 4, 好吗?".encode(), anna), board.feed(b"GET", ben)[0][0].decode())

# %% [markdown] id="ex-relay" lang="en"
# ## Exercise 5 · Who is who (4 points)
#
# `Relay()` has one method, `feed(data, address)`: it takes a datagram (`bytes`) that came from
# `address`, and returns a list of pairs (datagram, address) to send. A good datagram is UTF-8; any
# other is answered with `ERROR …`, also if it begins with `TO` or `ALL`: the board replaces bad bytes,
# the relay does not. One line feed at the end is taken off (a person who types sends one), and nothing
# else: blanks at the end belong to the text.
#
# | datagram | from | answer |
# |---|---|---|
# | `LOGIN name`, name is free or is theirs already | anybody | `OK` to them; the name is theirs from now on |
# | `LOGIN name`, somebody else has that name | anybody | `ERROR …`; nothing changes |
# | `TO name text` | logged in | `FROM sender text` to that name (it may be the sender's own) |
# | `TO name text`, nobody has that name | logged in | `ERROR …` |
# | `ALL text` | logged in | `FROM sender text` to everybody else, in the order of their first logins (`[]` if alone) |
# | `TO …`, `ALL …` | not logged in | `ERROR …` |
# | anything else (lower case, no name, empty, not UTF-8) | anybody | `ERROR …`; never an exception |
#
# - `ERROR …` is `ERROR `, then any text, one datagram, to the address that wrote. `text` is
#   everything after the blank, kept exactly. A person is a *host and port*.
# - *Not required:* a second name for one address; names with blanks, over 20 characters or not
#   printable; logging out; `TO name` or `ALL` without text; CR or several line feeds at the end;
#   answers over 65,507 bytes.

# %% [markdown] id="ex-relay" lang="zh" of="8c96746d"
# ## 习题 5 · 谁是谁（4 分）
#
# `Relay()` 只有一个方法 `feed(data, address)`：接收来自 `address` 的一个数据报（`bytes`），返回要发送的（数据报，地址）二元组列表。合格的数据报是 UTF-8 文本；不是 UTF-8 的一律用 `ERROR …` 响应，哪怕开头是 `TO` 或 `ALL`：留言板会替换坏字节，这里不替换。末尾如果有一个换行，先去掉（例如用 socat 手工输入时会带着它）；别的都不去掉，末尾的空格属于文本。
#
# | 数据报 | 来自 | 响应 |
# |---|---|---|
# | `LOGIN name`，这个名字没有人用，或本来就是他的 | 任何人 | 给他 `OK`；从此名字归他 |
# | `LOGIN name`，这个名字是别人的 | 任何人 | `ERROR …`；什么也不变 |
# | `TO name text` | 已登录 | 把 `FROM sender text` 发给叫这个名字的人（可以是发送者自己） |
# | `TO name text`，没有人叫这个名字 | 已登录 | `ERROR …` |
# | `ALL text` | 已登录 | 把 `FROM sender text` 发给其他每个人，按第一次登录的先后排列（只有自己时为 `[]`） |
# | `TO …`、`ALL …` | 未登录 | `ERROR …` |
# | 其他任何内容（小写、没有名字、空的、不是 UTF-8） | 任何人 | `ERROR …`；从不抛异常 |
#
# - `ERROR …` 就是 `ERROR ` 加任意文本，一个数据报，发回给来源地址。`text` 是空格后面的全部内容，原样保留。一个人由**主机和端口**确定。
# - **不要求**：一个地址的第二个名字；含空格、超过 20 个字符或不可打印的名字；退出登录；没有文本的 `TO name` 或 `ALL`；末尾的 CR 或多个换行；超过 65,507 个字节的响应。


# %% id="relay" solution="ch05/relay"
class Relay:
    """Who has which name, and who hears which text. No socket inside."""

    def __init__(self):
        """Nobody is logged in yet."""
        ### BEGIN SOLUTION
        self.addresses: dict[str, Address] = {}
        self.names: dict[Address, str] = {}
        ### END SOLUTION

    def feed(self, data: bytes, address: Address) -> list[tuple[bytes, Address]]:
        """Take a datagram that came from address; return what to send."""
        ### BEGIN SOLUTION
        try:
            line = data.decode().removesuffix("\n")
        except UnicodeDecodeError:
            return [(b"ERROR not UTF-8", address)]
        word, _, rest = line.partition(" ")
        if word == "LOGIN" and rest:
            if self.addresses.setdefault(rest, address) != address:
                return [(b"ERROR somebody else has that name", address)]
            self.names[address] = rest
            return [(b"OK", address)]
        sender = self.names.get(address)
        if sender is None or word not in ("TO", "ALL"):
            return [(b"ERROR log in, then TO or ALL", address)]
        if word == "ALL":
            text = f"FROM {sender} {rest}".encode()
            return [(text, each) for each in self.names if each != address]
        name, _, text = rest.partition(" ")
        if name not in self.addresses:
            return [(b"ERROR nobody has that name", address)]
        return [(f"FROM {sender} {text}".encode(), self.addresses[name])]
        ### END SOLUTION


# %% id="check-relay" check="ch05/relay"
check("ch05/relay")

# %% [markdown] id="ex-serve-relay" lang="en"
# ## Exercise 6 · Put it behind a socket (2 points)
#
# `serve_relay(sock, relay, stop)` hands every datagram on `sock` to `relay.feed(data, address)`, and
# sends what `feed` returns, in order, until `stop` is set. It returns the number of datagrams that
# came.
#
# - If a datagram cannot be sent (`OSError`: it is too long, [UDP-09](../catalogue.ipynb#cell-id=UDP-09), or the address cannot be
#   reached), drop that one, and still send the others that `feed` returned.
# - It returns within 0.5 s of `stop.set()`; `sock` stays open. `relay` has the method `feed` and
#   nothing else.
# - *Not required:* a `feed` that raises.

# %% [markdown] id="ex-serve-relay" lang="zh" of="2ef4764f"
# ## 习题 6 · 放到套接字后面（2 分）
#
# `serve_relay(sock, relay, stop)` 把 `sock` 上的每个数据报交给 `relay.feed(data, address)`，再按顺序发出 `feed` 返回的内容，直到 `stop` 被设置；返回收到的数据报的个数。
#
# - 有的数据报发不出去（`OSError`：太长，[UDP-09](../catalogue.ipynb#cell-id=UDP-09)；或者到不了那个地址），就只丢掉这一个，`feed` 返回的其他数据报照发。
# - `stop.set()` 之后 0.5 秒之内返回；`sock` 保持打开。`relay` 只有 `feed` 一个方法。
# - **不要求**：`feed` 抛出异常。


# %% id="serve-relay" solution="ch05/serve_relay"
def serve_relay(sock: socket.socket, relay, stop: threading.Event) -> int:
    """Hand each datagram to relay.feed, send what it returns; return how many came."""
    ### BEGIN SOLUTION
    sock.settimeout(0.1)
    count = 0
    while not stop.is_set():
        try:
            data, address = sock.recvfrom(65507)
        except TimeoutError:
            continue
        count += 1
        for answer, to in relay.feed(data, address):
            try:
                sock.sendto(answer, to)
            except OSError:  # too long, or no way there: that one alone is lost
                continue
    return count
    ### END SOLUTION


# %% id="check-serve-relay" check="ch05/serve_relay"
check("ch05/serve_relay")

# %% [markdown] id="play" lang="en"
# ## Play with it
#
# A panel with your own `Chat` and your own relay. Type `LOGIN anna` for one and `LOGIN ben` for the
# other, then `ALL hello` and `TO ben 你好`. What does the relay say to `hello` alone?

# %% [markdown] id="play" lang="zh" of="25473f92"
# ## 玩一玩
#
# 这个面板用的是你自己的 `Chat` 和你自己的转发服务器。一个人输入 `LOGIN anna`，另一个输入 `LOGIN ben`，然后试 `ALL hello` 和 `TO ben 你好`。只输入 `hello`，转发服务器会怎么说？


# %% id="demo-play" demo=true tags=["nbval-ignore-output"]
def room(sock, stop):
    return serve_relay(sock, Relay(), stop)


with built_on(3, 4, 5, 6):
    group = ChatPanel(chat=Chat, server=room)
    display(group)

# %% [markdown] id="play-text" lang="en"
# The next cell types by itself, lets a stranger write to ben, prints what the panel shows, and closes
# it.

# %% [markdown] id="play-text" lang="zh" of="70eb6be4"
# 下一个单元格自动输入，让一个陌生人也给 ben 发一条，打印面板上的内容，然后关闭面板。

# %% id="demo-play-text" demo=true tags=["nbval-ignore-output"] lang="en"
SAID = ("anna LOGIN anna", "ben LOGIN ben", "ben ALL hello", "anna TO ben 你好")

with built_on(3, 4, 5, 6):
    for number, line in enumerate(SAID, 1):
        who, _, text = line.partition(" ")
        group.say(who, text)
        group.wait_for(f"\n{2 * number}  ")  # until somebody has heard it
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
        stranger.sendto(b"\xff who am I?", group.addresses["ben"])
    group.wait_for("who am I?")
    group.close()
    print(group)

# %% id="demo-play-text" demo=true tags=["nbval-ignore-output"] lang="zh" of="498a6395"
SAID = ("anna LOGIN anna", "ben LOGIN ben", "ben ALL hello", "anna TO ben 你好")

with built_on(3, 4, 5, 6):
    for number, line in enumerate(SAID, 1):
        who, _, text = line.partition(" ")
        group.say(who, text)
        group.wait_for(f"\n{2 * number}  ")  # 等到有人听到
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
        stranger.sendto(b"\xff who am I?", group.addresses["ben"])
    group.wait_for("who am I?")
    group.close()
    print(group)

# %% [markdown] id="two-notebooks" lang="en"
# **Two notebooks.** Add this cell and run it; it prints the relay's address:
#
# ```python
# group = ChatPanel(chat=Chat, server=room, people=("anna",))
# print(group.server_address)
# group
# ```
#
# Duplicate this notebook (right-click on its name), open the copy, and run its cells down to exercise
# 4. Then ben joins, from another process, with the address that was printed:
#
# ```python
# ChatPanel(chat=Chat, to=("127.0.0.1", 40001), people=("ben",))
# ```
#
# Each types `LOGIN` first.

# %% [markdown] id="two-notebooks" lang="zh" of="d047faed"
# **两个笔记本。** 加上这个单元格并运行，它会打印转发服务器的地址：
#
# ```python
# group = ChatPanel(chat=Chat, server=room, people=("anna",))
# print(group.server_address)
# group
# ```
#
# 把这个笔记本复制一份（在文件名上点右键，选*创建副本*，即 Duplicate），打开副本，从头运行到习题 4。然后 ben 从另一个进程加入，地址用刚才打印出来的：
#
# ```python
# ChatPanel(chat=Chat, to=("127.0.0.1", 40001), people=("ben",))
# ```
#
# 两个人都先输入 `LOGIN`。

# %% [markdown] id="listen" lang="en"
# ## Which address does your chat listen on?
#
# To reach beyond this machine, your chat needs another host address. 127.0.0.1 is the machine itself,
# and so is 127.0.0.2. We bind a socket to each in turn, and to `""`; each time we write to both
# addresses, at the socket's port.

# %% [markdown] id="listen" lang="zh" of="f27091e1"
# ## 你的聊天程序在哪个地址上接收？
#
# 要让聊天走出本机，就得换一个主机地址。127.0.0.1 是本机自己，127.0.0.2 也是。我们把套接字依次绑定到这两个地址和 `""`，每次都向两个地址的同一个端口各发一条。

# %% id="predict-listen" predict=true lang="en"
predict(
    "ch05/listen",
    "A socket is bound to 127.0.0.2. Which of the two datagrams does it hear?",
    first="the one to 127.0.0.1",
    second="the one to 127.0.0.2",
    both="both: it is one machine",
)

# %% id="predict-listen" predict=true lang="zh" of="ff1d680d"
predict(
    "ch05/listen",
    "套接字绑定到 127.0.0.2。这两条里它收得到哪些？",
    first="发往 127.0.0.1 的",
    second="发往 127.0.0.2 的",
    both="两条都收得到：是同一台机器",
)

# %% id="demo-listen" demo=true lang="en"
import contextlib

for host in ("127.0.0.1", "127.0.0.2", ""):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind((host, 0))
        sock.settimeout(0.2)
        heard = []
        for to in ("127.0.0.1", "127.0.0.2"):
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as friend:
                friend.sendto(to.encode(), (to, sock.getsockname()[1]))
            with contextlib.suppress(TimeoutError):  # nothing has come
                heard.append(sock.recvfrom(1024)[0].decode())
        print(f"{host!r:11} {sock.getsockname()[0]:9}", heard)
    if host == "127.0.0.2":
        came = "both" if len(heard) > 1 else "second"
outcome("ch05/listen", came)

# %% id="demo-listen" demo=true lang="zh" of="d64ca028"
import contextlib

for host in ("127.0.0.1", "127.0.0.2", ""):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind((host, 0))
        sock.settimeout(0.2)
        heard = []
        for to in ("127.0.0.1", "127.0.0.2"):
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as friend:
                friend.sendto(to.encode(), (to, sock.getsockname()[1]))
            with contextlib.suppress(TimeoutError):  # 什么也没来
                heard.append(sock.recvfrom(1024)[0].decode())
        print(f"{host!r:11} {sock.getsockname()[0]:9}", heard)
    if host == "127.0.0.2":
        came = "both" if len(heard) > 1 else "second"
outcome("ch05/listen", came)

# %% [markdown] id="after-listen" lang="en"
# **A socket hears only what is sent to its own address; bound to `""`, it hears what is sent to any
# address of the machine**, and `getsockname()` calls that 0.0.0.0. Bound so, your program can be
# reached from outside. The next cells save it.

# %% [markdown] id="after-listen" lang="zh" of="7fc58546"
# **套接字只收发往自己地址的；绑定到 `""`，发往本机任何地址的都收得到**，`getsockname()` 把它写成 0.0.0.0。这样，外面的机器才找得到你的程序。下面的单元格把它保存下来。


# %% id="demo-main" demo=true lang="en"
def show(text, address):
    line = format_line(time.time(), address, text)
    print(f"\r{line}\x1b[K\n<<", end="", flush=True)  # ESC [ K: erase to the right


def main(port, friend, friends_port):
    chat = Chat(show, "", int(port))
    chat.start()
    try:
        while True:
            chat.send(input("<<"), (friend, int(friends_port)))
    except (EOFError, KeyboardInterrupt):  # Ctrl+D, Ctrl+C
        pass
    finally:
        chat.close()


# %% id="demo-main" demo=true lang="zh" of="afc22072"
def show(text, address):
    line = format_line(time.time(), address, text)
    print(f"\r{line}\x1b[K\n<<", end="", flush=True)  # ESC [ K：擦除光标右边


def main(port, friend, friends_port):
    chat = Chat(show, "", int(port))
    chat.start()
    try:
        while True:
            chat.send(input("<<"), (friend, int(friends_port)))
    except (EOFError, KeyboardInterrupt):  # Ctrl+D、Ctrl+C
        pass
    finally:
        chat.close()


# %% id="demo-save-chat" demo=true lang="en"
from netlib.scripts import save_program

GIVEN = "import os\nimport socket\nimport threading\nimport time\n\nAddress = tuple[str, int]"
with built_on(1, 3, 4):
    parts = (format_line, receiver_loop, Chat, show, main)
    print("saved:", save_program("chat.py", GIVEN, *parts))

# %% id="demo-save-chat" demo=true lang="zh" of="719baa9c"
from netlib.scripts import save_program

GIVEN = "import os\nimport socket\nimport threading\nimport time\n\nAddress = tuple[str, int]"
with built_on(1, 3, 4):
    parts = (format_line, receiver_loop, Chat, show, main)
    print("已保存：", save_program("chat.py", GIVEN, *parts))

# %% [markdown] id="terminals" lang="en"
# Open two terminals (*File → New → Terminal*), go to the folder of this notebook, and type one line in
# each:
#
#     python3 chat.py 8899 127.0.0.1 8900
#     python3 chat.py 8900 127.0.0.1 8899
#
# Write to each other. End one with Ctrl+C and the other with Ctrl+D. To chat with somebody on the same
# network, type `python3 chat.py 8899 192.0.2.7 8899`, with *their* address in the place of 192.0.2.7;
# they do the same with yours.
#
# **Before you do that:** `""` means every network that this machine is on. Whoever is there can write
# to you; nothing is encrypted; nobody checks whether people are who they say. A firewall may
# drop everything without a word. Do it only on a network where you may, and end the program afterwards.
#
# A program that we did not write can join, too. `socat` is a user of your relay here; what is written
# to it is what a person would type.

# %% [markdown] id="terminals" lang="zh" of="0b8de868"
# 打开两个终端（*文件 → 新建 → 终端*，即 File → New → Terminal），进入本笔记本所在的目录，各输入一行：
#
#     python3 chat.py 8899 127.0.0.1 8900
#     python3 chat.py 8900 127.0.0.1 8899
#
# 互相发消息。一边用 Ctrl+C 结束，另一边用 Ctrl+D。要和同一局域网里的另一台机器聊，就输入 `python3 chat.py 8899 192.0.2.7 8899`，把 192.0.2.7 换成**对方**的地址；对方也照样输入，换成你的地址。
#
# **动手之前请注意：** `""` 意味着本机所在的每一个网络。那里的任何人都能给你发消息；内容没有加密；自称是谁就是谁，没有人核实。防火墙可能一声不响地把数据报全部丢掉。只在允许你这样做的网络里试，用完就结束程序。
#
# 别人写的程序也能加入。下面，`socat` 成了你的转发服务器的一个用户；发给它的内容，就是人会输入的内容。


# %% id="demo-socat" demo=true lang="en"
def socat_joins(host, port):
    heard = []
    anna = Chat(lambda text, _: heard.append(text))
    pipe, words = subprocess.PIPE, ["socat", "-T2", "-", f"UDP4:{host}:{port}"]
    with closing(anna), subprocess.Popen(words, stdin=pipe, stdout=pipe, bufsize=0) as socat:
        anna.start(), anna.send("LOGIN anna", (host, port))
        socat.stdin.write(b"LOGIN socat\n")
        print("socat reads:", socat.stdout.read(100).decode())
        socat.stdin.write(b"TO anna hello from socat\n")
        anna.send("TO socat 你好", (host, port))
        print("socat reads:", socat.stdout.read(100).decode())
        time.sleep(0.1)
        socat.kill()
    print("anna reads:", heard)


# %% id="demo-socat" demo=true lang="zh" of="4411c296"
def socat_joins(host, port):
    heard = []
    anna = Chat(lambda text, _: heard.append(text))
    pipe, words = subprocess.PIPE, ["socat", "-T2", "-", f"UDP4:{host}:{port}"]
    with closing(anna), subprocess.Popen(words, stdin=pipe, stdout=pipe, bufsize=0) as socat:
        anna.start(), anna.send("LOGIN anna", (host, port))
        socat.stdin.write(b"LOGIN socat\n")
        print("socat 读到：", socat.stdout.read(100).decode())
        socat.stdin.write(b"TO anna hello from socat\n")
        anna.send("TO socat 你好", (host, port))
        print("socat 读到：", socat.stdout.read(100).decode())
        time.sleep(0.1)
        socat.kill()
    print("anna 读到：", heard)


# %% id="demo-socat-joins" demo=true tags=["nbval-ignore-output"] lang="en"
import shutil
import subprocess

with built_on(3, 4, 5, 6):
    if shutil.which("socat"):
        with serving(room) as (host, port):
            socat_joins(host, port)
    else:
        print("There is no socat here, so it did not join.")

# %% id="demo-socat-joins" demo=true tags=["nbval-ignore-output"] lang="zh" of="860296f9"
import shutil
import subprocess

with built_on(3, 4, 5, 6):
    if shutil.which("socat"):
        with serving(room) as (host, port):
            socat_joins(host, port)
    else:
        print("这里没有 socat，所以它没有加入。")

# %% [markdown] id="old-notes" lang="en"
# ## Old notes, checked
#
# | They say or do | In fact |
# |---|---|
# | sockets are full duplex | right; whether you can speak and hear at once, your program decides |
# | their public chat room shows whatever anybody sends | one byte that is no GBK ends that program ([UDP-10](../catalogue.ipynb#cell-id=UDP-10)) |
# | two threads, because sending and receiving both block | what blocks is `recvfrom` and `input()`; `sendto` hardly ever does. `select` is another way (chapter 16) |
# | several clients at once, because UDP has no handshake | right that one socket hears them all; the reason is that each datagram brings its sender's address |
# | the client takes an answer from anybody ([UDP-05](../catalogue.ipynb#cell-id=UDP-05)) | look at the address that `recvfrom` returns |
# | one chat speaks GBK, another UTF-8 | each agrees with itself; between the two, 你好 in UTF-8 is read as 浣犲ソ |
# | when one side leaves, the other does not notice | right for such a socket on Linux; a connected one may be told (chapter 04) |
# | `bind("", 7890)` ([UDP-01](../catalogue.ipynb#cell-id=UDP-01)) | `TypeError`: an address is one pair |

# %% [markdown] id="old-notes" lang="zh" of="9468addd"
# ## 核对旧笔记
#
# | 旧说法、旧做法 | 事实 |
# |---|---|
# | 套接字是全双工的 | 对；能不能边说边听，由你的程序决定 |
# | 旧笔记的公共聊天室显示任何人发来的内容 | 来一个不是 GBK 的字节，那个程序就结束（[UDP-10](../catalogue.ipynb#cell-id=UDP-10)） |
# | 要用两个线程，因为收和发都会阻塞 | 会阻塞的是 `recvfrom` 和 `input()`，`sendto` 几乎不会。另一种办法是 `select`（第 16 章） |
# | UDP 没有握手，所以能同时和多个客户端通信 | 一个套接字能收到所有人的消息，没错；原因是每个数据报都带着发送方的地址 |
# | 客户端不管是谁的响应都收下（[UDP-05](../catalogue.ipynb#cell-id=UDP-05)） | 要看 `recvfrom` 返回的地址 |
# | 一个聊天程序用 GBK，另一个用 UTF-8 | 各自内部都一致；两者之间，UTF-8 的“你好”会读成“浣犲ソ” |
# | 一方离开，另一方不知道 | Linux 上这种套接字确实如此；已连接的套接字可能会得到通知（第 4 章） |
# | `bind("", 7890)`（[UDP-01](../catalogue.ipynb#cell-id=UDP-01)） | `TypeError`：地址是一个二元组 |

# %% id="demo-mojibake" demo=true
print("你好".encode().decode("gbk"))

# %% [markdown] id="say-now" lang="en"
# ## What can you say now?
#
# One UDP socket sends and receives at the same time. A thread that waits in `recvfrom` ends because it
# looks at an Event between short waits; `close()` of the socket does not wake it. What a stranger sends
# is bytes: decode with `errors="replace"`, and show only what is printable. A relay knows a person by
# host *and* port. UDP tells nobody what was lost or came twice.
#
# **Ask yourself:**
#
# 1. Is a UDP socket half or full duplex?
# 2. A thread waits in `recvfrom`, another one closes the socket: what happens to the thread?
# 3. Which two values name a person in the relay?
# 4. (Chapter 04) Two `sendto` reach an idle receiver: how many `recvfrom` does it need?
# 5. (Chapter 04) `recvfrom(10)`, and a datagram of 12 bytes: where are the last two?
#
# <details><summary>Answers</summary>1. Full duplex. 2. It goes on waiting. 3. Host and port.
# 4. Two. 5. Lost.</details>
#
# **Where will you meet this?** Voice and games use one UDP socket for both directions (RFC 8085 says how to
# behave there); messengers keep the table of names and addresses on a server.
#
# **Left out:** to try by yourself, without points: `QUIT`, and a new name for an old one; messages kept
# for friends who are away, as the QQ of the old notes does; `WHO`; a chat that closes itself when a
# friend says "bye" (then `close()` runs in the receiving thread, which cannot join itself); a bar that
# says 100.00% only at the end, however large the total is; numbers against duplicates. How to find a
# friend without knowing any address: chapter 05b.

# %% [markdown] id="say-now" lang="zh" of="0a79ebde"
# ## 小结
#
# 一个 UDP 套接字可以同时收和发。停在 `recvfrom` 里的线程之所以能结束，是因为它每次只等一小会儿，等完看一眼 Event；关闭套接字唤不醒它。陌生人发来的是字节：用 `errors="replace"` 解码，只显示可打印的字符。转发服务器凭主机**和**端口认人。丢了什么、重复了什么，UDP 不告诉任何人。
#
# **考考自己**：
#
# 1. UDP 套接字是半双工还是全双工？
# 2. 一个线程停在 `recvfrom` 里，另一个线程关闭套接字：前一个线程会怎样？
# 3. 转发服务器用哪两个值确定一个人？
# 4. （第 4 章）两个数据报都已到达，接收方还没有收：它需要几次 `recvfrom`？
# 5. （第 4 章）`recvfrom(10)`，数据报有 12 个字节：最后两个在哪里？
#
# <details><summary>答案</summary>1. 全双工。2. 继续等下去。3. 主机和端口。4. 两次。5. 丢了。</details>
#
# **实际应用**：语音和游戏用一个 UDP 套接字收发（该守的规矩见 RFC 8085）；即时通信软件把名字和地址的对应表放在服务器上。
#
# **本章没有讲**，可以自己试（不计分）：`QUIT`，用新名字换旧名字；像旧笔记里的 QQ 那样，替不在线的朋友保存消息；`WHO`；朋友说“bye”就自己关闭的聊天程序（这时 `close()` 在接收线程里运行，而线程不能 `join` 自己）；不管总数多大，只在最后才显示 100.00% 的进度条；用编号识别重复的消息。不知道任何地址，怎样找到朋友：第 5b 章。

# %% [markdown] id="glossary" lang="en"
# ## Glossary
#
# | Term | 中文 | Source |
# |---|---|---|
# | simplex, half duplex, full duplex | 单工，半双工，全双工 | — |
# | thread | 线程 | Python docs, threading |
# | join (a thread) | 等待线程结束（join） | Python docs, threading |
# | daemon thread | 守护线程 | Python docs, threading |
# | callback | 回调函数 | — |
# | relay (of messages) | 转发服务器（中转） | — |
# | terminal | 终端 | — |
# | carriage return, line feed | 回车，换行 | ECMA-48 |
# | control character | 控制字符 | ECMA-48 |
# | progress bar | 进度条 | — |
# | local time, UTC | 本地时间，协调世界时（UTC） | Python docs, time |
# | time zone | 时区 | — |
# | UTF-8 | UTF-8 | RFC 3629 |
# | replacement character | 替换字符 U+FFFD | The Unicode Standard |
# | UDP, usage guidelines | UDP，使用指南 | RFC 768, RFC 8085 |

# %% [markdown] id="glossary" lang="zh" of="e4271792"
# ## 术语表
#
# | 中文 | 英文 | 出处 |
# |---|---|---|
# | 单工，半双工，全双工 | simplex, half duplex, full duplex | — |
# | 线程 | thread | Python 文档 threading |
# | 等待线程结束（join） | join (a thread) | Python 文档 threading |
# | 守护线程 | daemon thread | Python 文档 threading |
# | 回调函数 | callback | — |
# | 转发服务器（中转） | relay (of messages) | — |
# | 终端 | terminal | — |
# | 回车，换行 | carriage return, line feed | ECMA-48 |
# | 控制字符 | control character | ECMA-48 |
# | 进度条 | progress bar | — |
# | 本地时间，协调世界时（UTC） | local time, UTC | Python 文档 time |
# | 时区 | time zone | — |
# | UTF-8 | UTF-8 | RFC 3629 |
# | 替换字符 U+FFFD | replacement character | Unicode 标准 |
# | UDP，使用指南 | UDP, usage guidelines | RFC 768，RFC 8085 |

# %% [markdown] id="foreseen" lang="en"
# ## What did you predict?

# %% [markdown] id="foreseen" lang="zh" of="f55ec522"
# ## 你猜对了多少？

# %% id="demo-predictions" demo=true tags=["nbval-ignore-output"]
predictions("ch05")
