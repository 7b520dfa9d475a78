# %% [markdown] id="title" lang="en"
# # Running commands for others, safely
#
# **You will be able to** run a program for somebody else and get its whole output; say what a shell
# makes of a stranger's text; write a server that loses nothing, whatever its clients do. **You need**
# chapter 13 (frames) and chapter 11 (a server that stops). **Time:** about 100 minutes: 36 to read and
# run, 64 for three exercises. A good place for a break is after exercise 1.
#
# ## Why does the command server hang?
#
# A section of the old notes ends with a riddle: their command server hangs when it runs
# `cat /etc/services` (a long file), and their author does not know why. `old_run` is the heart of
# such a server. It starts a shell with three pipes, for its input, its output and its errors, and then:
#
#     err = res.stderr.read()
#     return err or res.stdout.read()
#
# Here the long output comes from `seq 120000`, which prints 729 kB. (`attempt` runs a function in a
# copy of this process, and ends it there when its time is up.)

# %% [markdown] id="title" lang="zh" of="954b3c1b"
# # 安全地替别人执行命令
#
# **学完本章，你将能够**：替别人运行一个程序，拿到它的全部输出；说清楚 shell 会怎样处理陌生人写的文本；写出无论客户端如何收发都不丢数据的服务器。**需要**：第 13 章（帧）和第 11 章（停得下来的服务器）。**用时**：约 100 分钟，其中阅读和运行 36 分钟，三道习题 64 分钟。做完习题 1 可以休息一下。
#
# ## 命令服务器为什么卡住？
#
# 旧笔记有一节以一道谜题结尾：那里的命令服务器执行 `cat /etc/services`（一个长文件）时会一直卡住，作者也不知道原因。`old_run` 是这种服务器的核心：它启动一个 shell，接上三个管道，分别用于输入、输出和错误输出，然后：
#
#     err = res.stderr.read()
#     return err or res.stdout.read()
#
# 这里用 `seq 120000` 产生很长的输出，共 729 kB。（`attempt` 在本进程的副本里运行函数，到时间就结束它。）

# %% id="import-check" demo=true lang="en"
from autograder import check, hint, outcome, predict, predictions, replay

# %% id="import-check" demo=true lang="zh" of="209d4e14"
from autograder.zh import check, hint, outcome, predict, predictions, replay

# %% id="predict-hang" predict=true lang="en"
predict(
    "ch13b/hang",
    "old_run('seq 120000') does not come back. At which call does it wait?",
    popen="at Popen, where the shell is started",
    stderr="at res.stderr.read()",
    stdout="at res.stdout.read()",
)

# %% id="predict-hang" predict=true lang="zh" of="9b349882"
predict(
    "ch13b/hang",
    "old_run('seq 120000') 一直不返回。它停在哪个调用上？",
    popen="Popen，也就是启动 shell 的地方",
    stderr="res.stderr.read()",
    stdout="res.stdout.read()",
)

# %% id="demo-hang" demo=true
from netlib.attempt import attempt, built_on
from netlib.oldnotes.commands import run as old_run

for command in ("seq 3", "seq 120000"):
    came = attempt(old_run, command, seconds=2)
    print(f"{command:10}", came)

where = {"err = res.stderr.read()": "stderr", "": "popen"}
outcome("ch13b/hang", where.get(came.where, "stdout"))

# %% [markdown] id="pipe" lang="en"
# **At `res.stderr.read()`, though there is not one byte of errors.** Who reads the other pipe
# meanwhile?
#
# ```text
#            stdout  [#########...]   nobody reads it yet
#      seq <
#            stderr  [            ]   read() waits for its end: that is, for seq to end
# ```
#
# ## How much does a pipe hold?
#
# A pipe is a buffer in the kernel: one end writes, the other reads. `seq` wants to write all 729 kB.

# %% [markdown] id="pipe" lang="zh" of="ad50c51a"
# **停在 `res.stderr.read()`，尽管错误输出一个字节也没有。** 这期间，另一个管道由谁来读？
#
# ```text
#            stdout  [#########...]   还没有人读
#      seq <
#            stderr  [            ]   read() 在等它结束，也就是等 seq 退出
# ```
#
# ## 一个管道装得下多少？
#
# 管道是内核里的一个缓冲区：一端写，另一端读。`seq` 要写的有 729 kB。

# %% id="predict-pipe" predict=true lang="en"
predict(
    "ch13b/pipe",
    "Nobody reads. How many bytes can be written before a write has to wait?",
    page="4,096",
    some="65,536",
    all="as many as there are",
)

# %% id="predict-pipe" predict=true lang="zh" of="0985545b"
predict(
    "ch13b/pipe",
    "没有人读。写进多少字节之后，再写就得等？",
    page="4,096",
    some="65,536",
    all="有多少就能写多少",
)

# %% id="demo-pipe" demo=true lang="en"
import os


def written(kib):
    """Write so many KiB into a pipe that nobody reads; return what fits."""
    reading, writing = os.pipe()
    os.set_blocking(writing, False)  # raise BlockingIOError, do not wait
    count = 0
    try:
        for _ in range(kib):
            count += os.write(writing, bytes(1024))
    except BlockingIOError:
        pass  # it is full
    os.close(reading)
    os.close(writing)
    return count


# %% id="demo-pipe" demo=true lang="zh" of="b2963195"
import os


def written(kib):
    """往没有人读的管道里写这么多 KiB；返回装下了多少字节。"""
    reading, writing = os.pipe()
    os.set_blocking(writing, False)  # 抛出 BlockingIOError，不要等
    count = 0
    try:
        for _ in range(kib):
            count += os.write(writing, bytes(1024))
    except BlockingIOError:
        pass  # 装满了
    os.close(reading)
    os.close(writing)
    return count


# %% id="demo-pipe-full" demo=true tags=["nbval-ignore-output"]
full = written(1000)
print(full)
outcome("ch13b/pipe", {4096: "page", 1024 * 1000: "all"}.get(full, "some"))

# %% [markdown] id="after-pipe" lang="en"
# **65,536 bytes on Linux, and the next write waits.** (The manual page is pipe(7).) Then `seq` waits for
# somebody who reads its stdout, and the server waits for the end of stderr, that is, for `seq`: a **deadlock**
# ([STR-15](../catalogue.ipynb#cell-id=STR-15)). That solves the riddle.
#
# Turn the knob: it says how many KiB a command prints, which nobody reads. Up to how many KiB would
# the old server work?

# %% [markdown] id="after-pipe" lang="zh" of="e0cb67b2"
# **在 Linux 上是 65,536 个字节，再写就得等。** （手册页：pipe(7)。）于是 `seq` 等人来读 stdout，服务器等 stderr 结束，也就是等 `seq` 退出：这就是**死锁**（deadlock，[STR-15](../catalogue.ipynb#cell-id=STR-15)）。谜底揭开了。
#
# 调节下面的控件，改变命令打印多少 KiB；没有人读。输出不超过多少，旧服务器还能正常工作？

# %% id="demo-knob" demo=true tags=["nbval-ignore-output"] lang="en"
from netlib.panels import Knobs


def pipe(kib):
    count = written(kib)
    bar = f"stdout [{'#' * (count >> 12):16}] {count:,}"
    waits = "" if count == kib << 10 else "; the command waits, and so do we"
    return f"{bar} of {kib << 10:,} bytes are in the pipe{waits}"


panel = Knobs(pipe, labels={"kib": "it prints (KiB)"}, kib=range(4, 129, 4))
panel

# %% id="demo-knob" demo=true tags=["nbval-ignore-output"] lang="zh" of="9d886be2"
from netlib.panels import Knobs


def pipe(kib):
    count = written(kib)
    bar = f"stdout [{'#' * (count >> 12):16}] {count:,}"
    waits = "" if count == kib << 10 else "；命令在等，我们也在等"
    return f"{bar} / {kib << 10:,} 个字节进了管道{waits}"


panel = Knobs(pipe, labels={"kib": "命令打印（KiB）"}, kib=range(4, 129, 4))
panel

# %% id="demo-knob-text" demo=true tags=["nbval-ignore-output"]
print(panel.turn(kib=64))
print(panel.turn(kib=68))
panel.close()

# %% [markdown] id="cure" lang="en"
# The cure is to read both pipes at once, as `communicate` and `run` of `subprocess` do:

# %% [markdown] id="cure" lang="zh" of="21bd1763"
# 办法是两个管道同时读。`subprocess` 的 `communicate` 和 `run` 正是这样做的：

# %% id="demo-cure" demo=true
import subprocess

done = subprocess.run(["seq", "120000"], capture_output=True)
print(len(done.stdout), done.stdout[-14:], done.stderr)

# %% [markdown] id="shell" lang="en"
# ## What does a shell make of a stranger's text?
#
# `shell=True` hands the text to `/bin/sh`. The function `careless` means to allow `echo` and nothing
# else. The commands below are harmless, and run in a process of their own.

# %% [markdown] id="shell" lang="zh" of="f41c3ca1"
# ## shell 会怎样处理陌生人写的文本？
#
# `shell=True` 把文本交给 `/bin/sh`。下面的 `careless` 只想允许 `echo`，别的都不行。这些命令都无害，而且在单独的进程里运行。

# %% id="predict-shell" predict=true lang="en"
predict(
    "ch13b/shell",
    "What comes back for: echo hi; echo PWNED",
    text="one line: hi; echo PWNED",
    both="hi, and below it PWNED",
    refused="PermissionError",
)

# %% id="predict-shell" predict=true lang="zh" of="aeafafbc"
predict(
    "ch13b/shell",
    "执行 echo hi; echo PWNED，会得到什么？",
    text="一行：hi; echo PWNED",
    both="hi，下一行 PWNED",
    refused="PermissionError",
)


# %% id="demo-careless" demo=true lang="en"
def careless(command):
    """Run a command if it is echo, or looks like it."""
    if not command.startswith("echo "):
        raise PermissionError(command)
    return old_run(command)


# %% id="demo-careless" demo=true lang="zh" of="ee031458"
def careless(command):
    """是 echo，或者看起来像 echo，就执行。"""
    if not command.startswith("echo "):
        raise PermissionError(command)
    return old_run(command)


# %% id="demo-shell" demo=true
STRANGE = (
    *("echo hi", "echo hi; echo PWNED"),
    *("echo $((6 * 7))", "echo $(echo PWNED)"),
)
came = {command: attempt(careless, command).value for command in STRANGE}
for command, value in came.items():
    print(f"{command:22}", value)

kinds = {None: "refused", b"hi\nPWNED\n": "both"}
outcome("ch13b/shell", kinds.get(came["echo hi; echo PWNED"], "text"))

# %% [markdown] id="after-shell" lang="en"
# **Two lines: both commands ran.** In the place of `echo PWNED` any program of this machine could
# stand: that is **command injection** (CWE-78, [STR-19](../catalogue.ipynb#cell-id=STR-19)). One of the
# old notes' programs calls itself an "ssh server"; but it does not ask who you are, and encrypts
# nothing.
#
# ## And without a shell?
#
# A better test of the text is no cure. The cure is to use no shell: pass a list of arguments, of which
# the first is looked up in an **allow-list**. Here are the same texts as arguments; the allow-list
# has `echo` and `find`.

# %% [markdown] id="after-shell" lang="zh" of="c937e018"
# **两行：两条命令都执行了。** `echo PWNED` 的位置可以换成本机的任何程序：这就是**命令注入**（CWE-78，[STR-19](../catalogue.ipynb#cell-id=STR-19)）。旧笔记里有一个程序自称“ssh 服务器”；可它既不验证身份，也不加密。
#
# ## 不用 shell 呢？
#
# 文本检查得再仔细也靠不住，应当不用 shell：传参数列表，拿其中的第一个去查**允许列表**（allow-list）。还是同样的文本，现在作为参数；允许列表里有 `echo` 和 `find`。

# %% id="predict-argv" predict=true lang="en"
predict(
    "ch13b/argv",
    "Which line still runs a program that the stranger has chosen?",
    semicolon="echo hi; echo PWNED",
    dollar="echo $(echo PWNED)",
    find="find /dev/null -exec echo PWNED ;",
    none="none",
)

# %% id="predict-argv" predict=true lang="zh" of="7b7db41e"
predict(
    "ch13b/argv",
    "哪一行仍然会运行陌生人选的程序？",
    semicolon="echo hi; echo PWNED",
    dollar="echo $(echo PWNED)",
    find="find /dev/null -exec echo PWNED ;",
    none="哪一行都不会",
)

# %% id="demo-argv" demo=true
ran = "none"
for name, argv in {
    "hi": ["echo", "hi"],
    "semicolon": ["echo", "hi; echo PWNED"],
    "dollar": ["echo", "$(echo PWNED)"],
    "find": ["find", "/dev/null", "-exec", "echo", "PWNED", ";"],
}.items():
    out = subprocess.run(argv, capture_output=True).stdout
    print(argv, out)
    ran = name if out == b"PWNED\n" else ran

outcome("ch13b/argv", ran)

# %% [markdown] id="late" lang="en"
# **The last one: `find` has an option that starts programs.** In the other lines `;` and `$()` are
# mere arguments, and `echo` gets them as they are. But `find`, like `tar` or `sort`, has options that
# run programs or write files: **argument injection** (CWE-88). Allow only what you know.
#
# ## What does a command give back?
#
# Three things: an exit code, its stdout, its stderr. Text on stderr may be a mere warning; only the exit
# code says whether it failed ([STR-17](../catalogue.ipynb#cell-id=STR-17)). And if the command takes too
# long, `run` raises an exception.

# %% [markdown] id="late" lang="zh" of="dcbeca58"
# **最后一行：`find` 有一个启动程序的选项。** 前几行里的 `;` 和 `$()` 只是普通参数，原样传给了 `echo`。但 `find` 同 `tar`、`sort` 一样，有些选项能运行程序或写文件：这是**参数注入**（CWE-88）。只允许你了解的程序。
#
# ## 一条命令会返回什么？
#
# 三样：退出码、stdout、stderr。stderr 上有文字，可能只是警告；是否失败，只看退出码（[STR-17](../catalogue.ipynb#cell-id=STR-17)）。命令运行超时，`run` 会抛出异常。

# %% id="predict-late" predict=true lang="en"
predict(
    "ch13b/late",
    "Does `except TimeoutError` catch what run(…, timeout=0.1) raises?",
    yes="yes",
    no="no",
)

# %% id="predict-late" predict=true lang="zh" of="471cca65"
predict(
    "ch13b/late",
    "run(…, timeout=0.1) 抛出的异常，`except TimeoutError` 捕获得到吗？",
    yes="捕获得到",
    no="捕获不到",
)

# %% id="demo-three" demo=true
script = "echo done; echo 'it was slow' >&2; exit 3"
done = subprocess.run(["sh", "-c", script], capture_output=True)
print(done.returncode, done.stdout, done.stderr)

caught = "no"
try:
    try:
        subprocess.run(["sleep", "5"], timeout=0.1)
    except TimeoutError:
        caught = "yes"
except subprocess.SubprocessError as late:
    print(type(late).__mro__[:3])

outcome("ch13b/late", caught)

# %% [markdown] id="judged" lang="en"
# **No: its parent is `SubprocessError`** ([STR-42](../catalogue.ipynb#cell-id=STR-42)). `run` kills the
# command before it raises.
#
# The next cells are given: short answers of chapter 13 (`FrameParser` without `close`), which yours may
# use. Answers are judged as in 13: any way of writing them is good, *not required* is never tested, and
# a mistake in one exercise is not charged again in the next.

# %% [markdown] id="judged" lang="zh" of="71d012ff"
# **捕获不到：它的父类是 `SubprocessError`**（[STR-42](../catalogue.ipynb#cell-id=STR-42)）。`run` 先杀掉命令，再抛出它。
#
# 下面几个单元格是给定的：第 13 章答案的简短写法（`FrameParser` 没有 `close`），你的答案可以使用。评分与第 13 章相同：怎么写都行；列在“**不要求**”里的从不测试；前一题的错误不会在后一题再扣分。

# %% id="setup" setup=true
import contextlib
import socket
import struct
import subprocess
import threading
import time

Address = tuple[str, int]
COMMAND_TIMEOUT_S = 1.0


class FrameError(ValueError):
    """A frame or a line is longer than was agreed."""


# %% id="setup-frames" setup=true
def send_frame(sock: socket.socket, payload: bytes) -> None:
    """Send payload as one frame: 4 bytes of length, big-endian, before it."""
    sock.sendall(struct.pack("!I", len(payload)) + payload)


def recv_exact(sock: socket.socket, n: int) -> bytes:
    """Return exactly n bytes; EOFError with what came if the peer ends."""
    data = b""
    while len(data) < n:
        chunk = sock.recv(n - len(data))
        if not chunk:
            raise EOFError(data)
        data += chunk
    return data


# %% id="setup-recv" setup=true
def recv_frame(sock: socket.socket, limit: int = 1 << 20) -> bytes | None:
    """Return the payload of the next frame; None if the peer has finished."""
    try:
        header = recv_exact(sock, 4)
    except EOFError as cut:
        if cut.args[0]:
            raise
        return None
    size = int.from_bytes(header, "big")
    if size > limit:
        raise FrameError(f"expected at most {limit} bytes; got {size}")
    return recv_exact(sock, size)


# %% id="setup-parser" setup=true
class FrameParser:
    """Cut a stream into frames, however it arrives. No socket inside."""
    def __init__(self, limit: int = 1 << 20):
        self.limit, self.buffer = limit, b""

    def feed(self, data: bytes) -> list[bytes]:
        self.buffer, payloads = self.buffer + data, []
        while len(self.buffer) >= 4:
            end = 4 + int.from_bytes(self.buffer[:4], "big")
            if end > 4 + self.limit:
                raise FrameError(f"more than {self.limit} bytes: {end - 4}")
            if len(self.buffer) < end:
                break
            payloads.append(self.buffer[4:end])
            self.buffer = self.buffer[end:]
        return payloads


# %% id="setup-lines" setup=true
class LineParser:
    """Cut a stream into lines, however it arrives."""

    def __init__(self, max_len: int):
        self.max_len, self.buffer = max_len, b""

    def feed(self, data: bytes) -> list[bytes]:
        *lines, self.buffer = (self.buffer + data).split(b"\n")
        lines = [line.removesuffix(b"\r") for line in lines]
        longest = max(map(len, lines), default=0)
        if longest > self.max_len or len(self.buffer) > self.max_len + 1:
            raise FrameError(f"a line of more than {self.max_len} bytes")
        return lines


# %% [markdown] id="ex-run-command" lang="en"
# ## Exercise 1 · A command, safely (7 points)
#
# `run_command(argv, timeout, allow)` runs `argv[0]` (`argv`: list of `str`) with the arguments
# `argv[1:]` and returns a tuple: exit code (`int`), all of stdout, all of stderr (`bytes`).
#
# - It runs only if `argv[0]`, exactly as written, is in `allow` (set of `str`); else, and for an
#   empty `argv`, raises `PermissionError` and starts nothing.
# - No shell: arguments are passed as they are. The command's standard input is empty.
# - If it runs longer than `timeout` seconds, it is killed and `TimeoutError` is raised. If there is
#   no such program, `FileNotFoundError` is raised.
# - *Not required:* killing grandchildren (one may keep the pipe open), the exit code of a command that
#   a signal has killed, limiting output, environment, working directory.
#
# Checks use `echo printf cat seq true false sleep sh`.

# %% [markdown] id="ex-run-command" lang="zh" of="030226cb"
# ## 习题 1 · 安全地执行命令（7 分）
#
# `run_command(argv, timeout, allow)` 以 `argv[1:]` 为参数运行 `argv[0]`（`argv` 是 `str` 的列表），返回一个元组：退出码（`int`）、全部 stdout、全部 stderr（`bytes`）。
#
# - 只有 `argv[0]` 一字不差地在 `allow`（`str` 的集合）里才运行；`argv` 为空，或 `argv[0]` 不在 `allow` 里，都抛出 `PermissionError`，什么都不启动。
# - 不用 shell：参数原样传递。命令的标准输入是空的。
# - 运行超过 `timeout` 秒就把它杀掉，并抛出 `TimeoutError`。没有这个程序时抛出 `FileNotFoundError`。
# - **不要求**：杀掉孙进程（它可能一直占着管道）；被信号杀死的命令的退出码；限制输出；环境变量；工作目录。
#
# 检查时用的命令是 `echo printf cat seq true false sleep sh`。


# %% id="run-command" solution="ch13b/run_command"
def run_command(
    argv: list[str], timeout: float, allow: set[str]
) -> tuple[int, bytes, bytes]:
    """Run an allowed command without a shell: exit code, stdout, stderr."""
    ### BEGIN SOLUTION
    if not argv or argv[0] not in allow:
        raise PermissionError(f"not allowed: {argv[:1]}")
    try:
        done = subprocess.run(
            argv,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=timeout,
        )
    except subprocess.TimeoutExpired as late:
        raise TimeoutError(f"{argv[0]} ran longer than {timeout} s") from late
    return done.returncode, done.stdout, done.stderr
    ### END SOLUTION


# %% id="check-run-command" check="ch13b/run_command"
check("ch13b/run_command")

# %% [markdown] id="udp" lang="en"
# ## Why not over UDP?
#
# A datagram keeps its borders, so the old notes have a UDP command server, too. If a command prints
# nothing, that server answers `执行成功` ("done") in UTF-8; its client reads GBK. We ask for three
# commands; the second prints 65,520 bytes, a little more than a datagram can hold.

# %% [markdown] id="udp" lang="zh" of="0bee22bf"
# ## 为什么不用 UDP？
#
# 数据报自带边界，所以旧笔记也有一个 UDP 命令服务器。命令什么都不打印时，服务器用 UTF-8 回一句“执行成功”；客户端却按 GBK 解码。我们请求执行三条命令；第二条打印 65,520 个字节，比一个数据报装得下的略多一点。

# %% id="predict-udp" predict=true lang="en"
predict(
    "ch13b/udp",
    "What does the third command, echo hi, get?",
    hi="its answer: hi",
    rest="the rest of the second answer",
    silence="no answer",
)

# %% id="predict-udp" predict=true lang="zh" of="e3d2e365"
predict(
    "ch13b/udp",
    "第三条命令 echo hi 会得到什么？",
    hi="它的响应：hi",
    rest="第二条响应剩下的部分",
    silence="没有响应",
)

# %% id="demo-udp" demo=true lang="en"
from netlib.oldnotes.commands import serve_udp
from netlib.serving import serving


def ask_udp(client, command, address):
    """Ask as the old client does; None if nothing comes within a second."""
    client.sendto(command.encode(), address)
    try:
        return client.recv(65507).decode("gbk", errors="replace")
    except TimeoutError:
        return None


# %% id="demo-udp" demo=true lang="zh" of="c4f72431"
from netlib.oldnotes.commands import serve_udp
from netlib.serving import serving


def ask_udp(client, command, address):
    """像旧客户端那样请求；一秒内什么也没收到，就返回 None。"""
    client.sendto(command.encode(), address)
    try:
        return client.recv(65507).decode("gbk", errors="replace")
    except TimeoutError:
        return None


# %% id="demo-udp-three" demo=true lang="en"
try:
    with (
        serving(serve_udp) as address,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client,
    ):
        client.settimeout(1)
        for command in ("true", "head -c 65520 /dev/zero", "echo hi"):
            came = ask_udp(client, command, address)
            print(f"{command:24}", came)
except OSError as error:  # what the server has raised
    print(error.strerror)

kinds = {None: "silence", "hi\n": "hi"}
outcome("ch13b/udp", kinds.get(came, "rest"))

# %% id="demo-udp-three" demo=true lang="zh" of="6504c3af"
try:
    with (
        serving(serve_udp) as address,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client,
    ):
        client.settimeout(1)
        for command in ("true", "head -c 65520 /dev/zero", "echo hi"):
            came = ask_udp(client, command, address)
            print(f"{command:24}", came)
except OSError as error:  # 服务器抛出的异常
    print(error.strerror)

kinds = {None: "silence", "hi\n": "hi"}
outcome("ch13b/udp", kinds.get(came, "rest"))

# %% [markdown] id="half" lang="en"
# **It gets no answer: the second one has ended the server, for everybody**
# ([UDP-09](../catalogue.ipynb#cell-id=UDP-09)). A datagram holds at most 65,507 bytes. The first answer
# came whole, but was read in another charset ([TXT-01](../catalogue.ipynb#cell-id=TXT-01)). (At 70,000
# bytes the server would hang: that is the full pipe again.) Frames have room, and can be empty.
#
# ## How does a server keep half a request?
#
# Before the command server a smaller one: it answers each line with the number of its bytes. This
# function serves one client; read its comments:

# %% [markdown] id="half" lang="zh" of="f3b50f45"
# **没有响应：服务器发第二条响应时出错退出，谁也得不到服务了**（[UDP-09](../catalogue.ipynb#cell-id=UDP-09)）。一个数据报最多 65,507 个字节。第一条响应的字节没有错，只是按另一种编码读了（[TXT-01](../catalogue.ipynb#cell-id=TXT-01)）。（输出 70,000 个字节时，服务器会一直阻塞：又是那个装满的管道。）帧装得下，也可以为空。
#
# ## 服务器怎样留住半个请求？
#
# 在命令服务器之前，先看一个小一些的：每收到一行，就回答这一行有几个字节。下面的函数服务一个客户端，请看注释：


# %% id="demo-line-session" demo=true lang="en"
def line_session(sock, stop):
    """Answer each line with its length, until the client has finished."""
    parser = LineParser(100)  # one for each client
    while not stop.is_set():
        sock.settimeout(0.1)  # look at stop after 0.1 s at most
        try:
            data = sock.recv(1024)
        except TimeoutError:
            continue  # nothing has come: look at stop
        if not data:
            return  # the client has finished, and has all its answers
        sock.settimeout(None)  # a slow reader may take its time
        for line in parser.feed(data):
            sock.sendall(b"%d\n" % len(line))


# %% id="demo-line-session" demo=true lang="zh" of="05337a60"
def line_session(sock, stop):
    """对每一行，发回它的长度，直到客户端发完。"""
    parser = LineParser(100)  # 每个客户端一个
    while not stop.is_set():
        sock.settimeout(0.1)  # 最多 0.1 秒就检查一次 stop
        try:
            data = sock.recv(1024)
        except TimeoutError:
            continue  # 什么也没来：检查 stop
        if not data:
            return  # 客户端发完了，响应也都发给它了
        sock.settimeout(None)  # 对端读得慢也没关系
        for line in parser.feed(data):
            sock.sendall(b"%d\n" % len(line))


# %% [markdown] id="pause" lang="en"
# A timeout applies to `sendall`, too ([STR-38](../catalogue.ipynb#cell-id=STR-38)), so it is taken off
# before the answers. Now a client sends `ab`, pauses for 0.25 s, and sends `c`, a line end, and the
# line `hello`.

# %% [markdown] id="pause" lang="zh" of="a7167a72"
# 套接字的超时对 `sendall` 同样有效（[STR-38](../catalogue.ipynb#cell-id=STR-38)），所以发响应之前先取消它。现在，一个客户端先发 `ab`，停 0.25 秒，再发 `c`、行尾和一行 `hello`。

# %% id="predict-pause" predict=true lang="en"
predict(
    "ch13b/pause",
    "Which numbers come back?",
    whole="3 and 5",
    lost="1 and 5",
    pieces="2, 1 and 5",
)

# %% id="predict-pause" predict=true lang="zh" of="136822d6"
predict(
    "ch13b/pause",
    "会收到哪些数？",
    whole="3 和 5",
    lost="1 和 5",
    pieces="2、1 和 5",
)

# %% id="demo-one-client" demo=true
from netlib.faults import TCPRelay


def one_client(listener, stop):
    with listener.accept()[0] as sock:
        line_session(sock, stop)


# %% id="demo-pause" demo=true lang="en"
with (
    serving(one_client, "tcp") as address,
    TCPRelay(address, "delay 2 250ms") as front,  # after two bytes
    socket.create_connection(front) as client,
):
    client.sendall(b"abc\nhello\n")
    client.shutdown(socket.SHUT_WR)
    came = b"".join(iter(lambda: client.recv(1024), b"")).split()

print(came)
kinds = {(b"3", b"5"): "whole", (b"1", b"5"): "lost"}
outcome("ch13b/pause", kinds.get(tuple(came), "pieces"))

# %% id="demo-pause" demo=true lang="zh" of="4300e880"
with (
    serving(one_client, "tcp") as address,
    TCPRelay(address, "delay 2 250ms") as front,  # 两个字节之后
    socket.create_connection(front) as client,
):
    client.sendall(b"abc\nhello\n")
    client.shutdown(socket.SHUT_WR)
    came = b"".join(iter(lambda: client.recv(1024), b"")).split()

print(came)
kinds = {(b"3", b"5"): "whole", (b"1", b"5"): "lost"}
outcome("ch13b/pause", kinds.get(tuple(came), "pieces"))

# %% [markdown] id="protocol" lang="en"
# **3 and 5: the parser has kept `ab` for two timeouts.** What else may a client do? Finish sending, and
# still wait for answers. Read late. Reset the connection. Send a line without an end: then `feed` raises
# `FrameError`. None of it may end the service for others. `line_session` lets these exceptions pass, so
# whoever calls it has to catch them.
#
# ## What do a request and an answer look like?
#
# ```text
# request  00 00 00 07  e c h o 00 h i     arguments, with NULs between them
#
# answer   00 00 00 01  0                  exit code
#          00 00 00 03  h i LF             stdout
#          00 00 00 00                     stderr, empty
# ```
#
# An empty frame is not nothing: without it the client would wait for ever
# ([STR-18](../catalogue.ipynb#cell-id=STR-18)).

# %% [markdown] id="protocol" lang="zh" of="3698d883"
# **3 和 5：经过两次超时，解析器一直留着 `ab`。** 客户端还可能做什么？发完就关闭写端，但还等着响应；很晚才读；复位连接；发一行没完没了的内容，这时 `feed` 抛出 `FrameError`。不管哪一种，都不能影响其他客户端。`line_session` 不处理这些异常，要由调用它的一方处理。
#
# ## 请求和响应是什么样子？
#
# ```text
# 请求  00 00 00 07  e c h o 00 h i     各个参数，中间用 NUL 隔开
#
# 响应  00 00 00 01  0                  退出码
#       00 00 00 03  h i LF             stdout
#       00 00 00 00                     stderr，空的
# ```
#
# 空帧不等于什么都没有：不发它，客户端就会一直等下去（[STR-18](../catalogue.ipynb#cell-id=STR-18)）。

# %% [markdown] id="ex-answer" lang="en"
# ## Exercise 2 · One request, one answer (4 points)
#
# `answer(request, allow)` returns the payloads of the three frames that answer a request: a tuple of
# three `bytes`.
#
# - `request` (`bytes`) holds the arguments in UTF-8 with `b"\0"` between them: `b"echo\0hi"`; an argument
#   may be empty. `allow` is a set of `str`.
# - The three are the exit code in decimal ASCII (`b"0"`), stdout, stderr.
# - Not allowed: code 126; no such program: 127; longer than `COMMAND_TIMEOUT_S`: 124. Then stdout
#   is empty; what stderr says is free.
# - *Not required:* requests that are not UTF-8, an empty request.
#
# It builds on exercise 1.

# %% [markdown] id="ex-answer" lang="zh" of="542e7bf0"
# ## 习题 2 · 一个请求，一个响应（4 分）
#
# `answer(request, allow)` 返回响应一个请求的三帧的载荷：由三个 `bytes` 组成的元组。
#
# - `request`（`bytes`）里是各个参数，以 UTF-8 编码，中间用 `b"\0"` 隔开，例如 `b"echo\0hi"`；参数可以为空。`allow` 是 `str` 的集合。
# - 三个载荷依次是：十进制 ASCII 的退出码（`b"0"`）、stdout、stderr。
# - 不允许的命令：退出码 126；没有这个程序：127；运行超过 `COMMAND_TIMEOUT_S`：124。这三种情况 stdout 为空，stderr 的内容不限。
# - **不要求**：不是 UTF-8 的请求；空请求。
#
# 本题建立在习题 1 之上。


# %% id="answer" solution="ch13b/answer"
def answer(request: bytes, allow: set[str]) -> tuple[bytes, bytes, bytes]:
    """Return the three payloads that answer: exit code, stdout, stderr."""
    ### BEGIN SOLUTION
    argv = request.decode().split("\0")
    try:
        code, out, err = run_command(argv, COMMAND_TIMEOUT_S, allow)
    except PermissionError as error:
        code, out, err = 126, b"", str(error).encode()
    except FileNotFoundError as error:
        code, out, err = 127, b"", str(error).encode()
    except TimeoutError as error:
        code, out, err = 124, b"", str(error).encode()
    return str(code).encode(), out, err
    ### END SOLUTION


# %% id="check-answer" check="ch13b/answer"
check("ch13b/answer")

# %% [markdown] id="ex-command-server" lang="en"
# ## Exercise 3 · The command server (9 points)
#
# `command_server(listener, allow, stop)` answers command requests until `stop` (a
# `threading.Event`) is set; returns the number of clients accepted (`int`). `listener` stays open.
#
# - A request is one frame, and is answered by three, as above; where stdout or stderr is empty, its
#   frame is sent, too.
# - Requests of one client are answered in order, however the bytes arrive, until it finishes
#   sending; then the connection is closed. A client may read its answers late.
# - Two things end a connection, and only that one: a reset, and a header that announces more than
#   65,536 bytes (at once, without waiting for them).
# - One client at a time. It returns within 0.5 s of `stop.set()` when no command is running, also
#   while a client is silent in the middle of a frame, or goes on sending a long one: look at `stop`
#   every 0.1–0.2 s.
# - *Not required:* two clients at once, requests that are not UTF-8, an empty request, half a
#   frame at the end, an answer to requests that come in one piece with a header that announces too
#   much, `stop` while a client does not read its answers.
#
# It builds on exercise 2 and on `FrameParser`; not on `recv_frame`, as a timeout inside it loses
# bytes. The cell offers a split into two functions; you may change or delete the first.

# %% [markdown] id="ex-command-server" lang="zh" of="77eb4a38"
# ## 习题 3 · 命令服务器（9 分）
#
# `command_server(listener, allow, stop)` 响应命令请求，直到 `stop`（`threading.Event`）被设置；返回接受的客户端数（`int`）。`listener` 保持打开。
#
# - 一个请求是一帧，响应是三帧，如上所述；stdout 或 stderr 为空，也要发出那一帧。
# - 同一客户端的请求按顺序响应，不管字节怎样到达，直到它关闭写端；随后关闭这条连接。客户端可以晚些才读响应。
# - 会结束一条连接、也只结束这一条的，有两种情况：连接被复位（RST）；头部声明超过 65,536 字节（立即结束，不等那些字节到达）。
# - 一次服务一个客户端。没有命令在运行时，`stop.set()` 之后 0.5 秒之内返回，哪怕有客户端一帧发到一半就不再发送，或者一直在发很长的一帧：每隔 0.1～0.2 秒检查一次 `stop`。
# - **不要求**：同时服务两个客户端；不是 UTF-8 的请求；空请求；末尾的半帧；与声明超长的头部一起到达的完整请求；客户端不读响应时的 `stop`。
#
# 本题建立在习题 2 和 `FrameParser` 之上；不用 `recv_frame`，因为它中途超时会丢字节。单元格里给出一种拆法，分成两个函数；第一个可以改，也可以删。


# %% id="command-server" solution="ch13b/command_server"
def command_session(
    sock: socket.socket, allow: set[str], stop: threading.Event
) -> None:
    """Answer one client until it finishes sending, or stop is set."""
    ### BEGIN SOLUTION
    parser = FrameParser(65536)
    while not stop.is_set():
        sock.settimeout(0.1)
        try:
            data = sock.recv(65536)
        except TimeoutError:
            continue
        if not data:
            return
        sock.settimeout(None)
        for request in parser.feed(data):
            for payload in answer(request, allow):
                send_frame(sock, payload)
    ### END SOLUTION


def command_server(
    listener: socket.socket, allow: set[str], stop: threading.Event
) -> int:
    """Answer requests until stop is set; return the number of clients."""
    ### BEGIN SOLUTION
    listener.settimeout(0.1)
    clients = 0
    while not stop.is_set():
        try:
            sock, _ = listener.accept()
        except TimeoutError:
            continue
        clients += 1
        # a reset or an oversized frame ends this connection only
        with sock, contextlib.suppress(OSError, ValueError):
            command_session(sock, allow, stop)
    return clients
    ### END SOLUTION


# %% id="check-command-server" check="ch13b/command_server"
check("ch13b/command_server")

# %% [markdown] id="program" lang="en"
# ## Your command server on a bad network
#
# Your functions together: `ask` sends all its requests at once, closes its sending direction, and
# reads the answers.

# %% [markdown] id="program" lang="zh" of="7b553dc2"
# ## 网络很差时，你的命令服务器怎样？
#
# 把你的函数合起来：`ask` 一口气发出所有请求，关闭写端，再读响应。

# %% id="demo-my-server" demo=true lang="en"
ALLOW = {"echo", "printf", "seq", "true", "no-such-program"}


def my_server():
    """Serve with your command_server; NotImplementedError if it is a stub."""
    stub = attempt(command_server, None, ALLOW, threading.Event()).error
    if "NotImplemented" in stub:
        raise NotImplementedError
    return serving(lambda sock, end: command_server(sock, ALLOW, end), "tcp")


# %% id="demo-my-server" demo=true lang="zh" of="cff24527"
ALLOW = {"echo", "printf", "seq", "true", "no-such-program"}


def my_server():
    """用你的 command_server 提供服务；还没写就抛出 NotImplementedError。"""
    stub = attempt(command_server, None, ALLOW, threading.Event()).error
    if "NotImplemented" in stub:
        raise NotImplementedError
    return serving(lambda sock, end: command_server(sock, ALLOW, end), "tcp")


# %% id="demo-ask" demo=true
def ask(address, *requests):
    with socket.create_connection(address, timeout=5) as sock:
        for argv in requests:
            send_frame(sock, "\0".join(argv).encode())
        sock.shutdown(socket.SHUT_WR)
        return [tuple(recv_frame(sock) for _ in range(3)) for _ in requests]


# %% id="demo-requests" demo=true
requests = (
    *(("echo", "你好"), ("printf", r"\377\000"), ("true",)),
    ("echo", "hi; echo PWNED"),
    *(("rm", "no-such-file"), ("no-such-program",)),
)

# %% [markdown] id="program-question" lang="en"
# The relay hands over single bytes, both ways.

# %% [markdown] id="program-question" lang="zh" of="222d9215"
# 中继在两个方向上都一个字节一个字节地转交。

# %% id="predict-program" predict=true lang="en"
predict("ch13b/program", "How many of these six have the exit code 0?")

# %% id="predict-program" predict=true lang="zh" of="f808d8c0"
predict("ch13b/program", "这六个请求中，退出码为 0 的有几个？")

# %% id="demo-program" demo=true lang="en"
faults, zeros = "split every 1; split reply every 1", None
with built_on(1, 2, 3):
    server = my_server()
    with server as address, TCPRelay(address, faults) as front:
        answers = ask(front, *requests)
    for argv, (code, out, _) in zip(requests, answers, strict=True):
        print(code, argv, out)
    print("clients:", server.returned)
    zeros = sum(code == b"0" for code, _, _ in answers)

zeros is not None and outcome("ch13b/program", zeros)

# %% id="demo-program" demo=true lang="zh" of="0774cd2f"
faults, zeros = "split every 1; split reply every 1", None
with built_on(1, 2, 3):
    server = my_server()
    with server as address, TCPRelay(address, faults) as front:
        answers = ask(front, *requests)
    for argv, (code, out, _) in zip(requests, answers, strict=True):
        print(code, argv, out)
    print("客户端个数：", server.returned)
    zeros = sum(code == b"0" for code, _, _ in answers)

zeros is not None and outcome("ch13b/program", zeros)

# %% [markdown] id="program-ladder" lang="en"
# **Four: every frame arrived whole, and no shell interpreted the arguments.** Now the riddle: `seq
# 120000`, on your server.

# %% [markdown] id="program-ladder" lang="zh" of="14e4aa6e"
# **四个：每一帧都完整到达，也没有 shell 去解释那些参数。** 再来试那道谜题：让你的服务器执行 `seq 120000`。

# %% id="demo-riddle" demo=true
with built_on(1, 2, 3), my_server() as address:
    [(code, out, _)] = ask(address, ("seq", "120000"))
    print(code, len(out))

# %% [markdown] id="header-question" lang="en"
# A right server sends all 728,895 bytes. Next, three requests, `echo hi`, `true` and `rm x`, arrive in one piece of 27 bytes.

# %% [markdown] id="header-question" lang="zh" of="40a5fdde"
# 正确的服务器会发出全部 728,895 个字节。接下来，三个请求 `echo hi`、`true` 和 `rm x` 合成一段到达，共 27 个字节。

# %% id="predict-header" predict=true lang="en"
predict("ch13b/header", "At which byte (from 0) is the second header?")

# %% id="predict-header" predict=true lang="zh" of="62e882fb"
predict("ch13b/header", "第二个头部从第几个字节开始？（从 0 数起）")

# %% id="demo-header" demo=true
three = ("echo", "hi"), ("true",), ("rm", "x")
piece = b""
for argv in three:
    payload = "\0".join(argv).encode()
    piece += len(payload).to_bytes(4, "big") + payload
print(len(piece), piece)
outcome("ch13b/header", piece.index(b"\0\0\0\4true"))

# %% [markdown] id="after-header" lang="en"
# **At byte 11, after `00 00 00 07` and seven bytes of payload.** In the ladder below it lies in the
# middle of an arrow: the network does not know where frames begin.

# %% [markdown] id="after-header" lang="zh" of="abcb3e20"
# **第 11 个字节，前面是 `00 00 00 07` 和七个字节的载荷。** 在下面的时序图里，它位于一个箭头的中间：帧从哪里开始，网络并不知道。

# %% id="demo-program-ladder" demo=true tags=["nbval-ignore-output"]
from functools import partial

from netlib.labels import label
from netlib.ladder import Ladder

relay = None
with built_on(1, 2, 3), my_server() as address:
    faults = "merge 27 500ms; merge reply 16,29 500ms"
    relay = TCPRelay(address, faults, label=partial(label, hint="frame"))
    with relay as front:
        ask(front, *three)
relay and Ladder(relay.trace, relay.endpoints)

# %% [markdown] id="peers" lang="en"
# ## Does it serve clients that we did not write?
#
# Whoever knows the format can join: `asyncio`, with its `readexactly`; and `busybox nc`, to which the
# shell's `printf` gives the raw bytes.

# %% [markdown] id="peers" lang="zh" of="70cba47e"
# ## 别人写的客户端，它也能服务吗？
#
# 知道格式，谁都可以加入：用 `readexactly` 的 `asyncio`；还有 `busybox nc`，由 shell 的 `printf` 给它原始字节。

# %% id="demo-asyncio" demo=true lang="en"
import asyncio


async def ask_asyncio(address, *argv):
    """Send one request; return the three payloads of its answer."""
    reader, writer = await asyncio.open_connection(*address)
    request = "\0".join(argv).encode()
    writer.write(len(request).to_bytes(4, "big") + request)
    answer = []
    for _ in range(3):
        size = int.from_bytes(await reader.readexactly(4), "big")
        answer.append(await reader.readexactly(size))
    writer.close()
    await writer.wait_closed()
    return answer


# %% id="demo-asyncio" demo=true lang="zh" of="734c447d"
import asyncio


async def ask_asyncio(address, *argv):
    """发一个请求，返回响应的三个载荷。"""
    reader, writer = await asyncio.open_connection(*address)
    request = "\0".join(argv).encode()
    writer.write(len(request).to_bytes(4, "big") + request)
    answer = []
    for _ in range(3):
        size = int.from_bytes(await reader.readexactly(4), "big")
        answer.append(await reader.readexactly(size))
    writer.close()
    await writer.wait_closed()
    return answer


# %% id="demo-nc" demo=true lang="en"
import shutil

NC = r"printf '\0\0\0\7echo\0hi' | busybox nc $0 $1 | od -An -c"


def ask_nc(address):
    """Return what od prints of the answer that busybox nc has got."""
    if shutil.which("busybox") is None:
        return "busybox is not installed here."
    argv = ["sh", "-c", NC, address[0], str(address[1])]
    done = subprocess.run(argv, capture_output=True, timeout=10)
    return done.stdout.decode()


# %% id="demo-nc" demo=true lang="zh" of="32b05e3a"
import shutil

NC = r"printf '\0\0\0\7echo\0hi' | busybox nc $0 $1 | od -An -c"


def ask_nc(address):
    """返回 od 打印的内容，即 busybox nc 收到的响应。"""
    if shutil.which("busybox") is None:
        return "这里没有安装 busybox。"
    argv = ["sh", "-c", NC, address[0], str(address[1])]
    done = subprocess.run(argv, capture_output=True, timeout=10)
    return done.stdout.decode()


# %% id="demo-peers" demo=true tags=["nbval-ignore-output"]
with built_on(1, 2, 3), my_server() as address:
    asked = ask_asyncio(address, "echo", "hi from asyncio")
    print(await asyncio.wait_for(asked, 5))
    print(ask_nc(address))

# %% [markdown] id="terminals" lang="en"
# `nc` shows three frames: `0` of one byte, `hi` and LF of three, and an empty one.
#
# ## Two terminals
#
# These cells save your server and a client as programs beside the notebook. Open two terminals (*File →
# New → Terminal*), and type the first line that is printed in one and the second in the other.

# %% [markdown] id="terminals" lang="zh" of="0fb6aa98"
# `nc` 显示三帧：一个字节的 `0`，三个字节的 `hi` 加 LF，还有一个空帧。
#
# ## 两个终端
#
# 下面的单元格把你的服务器和一个客户端存成笔记本旁边的程序。打开两个终端（*文件 → 新建 → 终端*，即 File → New → Terminal），打印出来的第一行输入到一个终端里，第二行输入到另一个里。

# %% id="demo-save-server" demo=true lang="en"
from netlib.scripts import save_program


def serve(port):
    stop = threading.Event()
    with socket.create_server(("127.0.0.1", int(port))) as listener:
        print("allowed: echo printf cat seq")
        command_server(listener, {"echo", "printf", "cat", "seq"}, stop)


with built_on(1, 2, 3):
    my_server()
    print(save_program("command_server.py", "", serve))

# %% id="demo-save-server" demo=true lang="zh" of="e5717637"
from netlib.scripts import save_program


def serve(port):
    stop = threading.Event()
    with socket.create_server(("127.0.0.1", int(port))) as listener:
        print("允许的命令：echo printf cat seq")
        command_server(listener, {"echo", "printf", "cat", "seq"}, stop)


with built_on(1, 2, 3):
    my_server()
    print(save_program("command_server.py", "", serve))

# %% id="demo-save-client" demo=true lang="en"
def talk(port):
    with socket.create_connection(("127.0.0.1", int(port))) as sock:
        while words := input("$ ").split():  # an empty line ends it
            send_frame(sock, "\0".join(words).encode())
            code, out, err = (recv_frame(sock) for _ in range(3))
            print(out.decode(errors="replace"), end="")
            print(err.decode(errors="replace"), "exit code", code.decode())


print(save_program("ask.py", "", talk))


# %% id="demo-save-client" demo=true lang="zh" of="6eb71f0f"
def talk(port):
    with socket.create_connection(("127.0.0.1", int(port))) as sock:
        while words := input("$ ").split():  # 空行结束
            send_frame(sock, "\0".join(words).encode())
            code, out, err = (recv_frame(sock) for _ in range(3))
            print(out.decode(errors="replace"), end="")
            print(err.decode(errors="replace"), "退出码", code.decode())


print(save_program("ask.py", "", talk))

# %% id="demo-port" demo=true tags=["nbval-ignore-output"]
with socket.create_server(("127.0.0.1", 0)) as free:
    port = free.getsockname()[1]
print(f"python3 command_server.py {port}\npython3 ask.py {port}")

# %% [markdown] id="practice" lang="en"
# Try `echo hi; echo PWNED`, `rm x`, `cat command_server.py`, and `cat` alone. Ctrl+C ends the server.
#
# ## Where will you meet this?
#
# For remote commands use SSH (RFC 4254), which checks who you are and encrypts. Its `exec` request carries
# one string, and a shell reads it: what this chapter says of shells holds there, too. Web servers that
# call `convert` or `git` for their users, and build servers, run commands for strangers.
#
# ## What can you say now?
#
# **You can now say:** A pipe holds 64 KiB; whoever reads two pipes one after the other can wait for
# ever. A shell interprets whatever it gets; a list of arguments stays as it is. An exit code tells of
# failure, stderr does not. A parser for each client outlives the timeouts. One client's reset, silence
# or oversized frame ends nothing for the others.
#
# **Ask yourself:** 1. Why does `seq 3` work on the old server? 2. What do you check first in a list of
# arguments, and why is that not enough for `find`? 3. Why does the server take the timeout off before
# `sendall`? 4. From 13: three requests come in one `recv`; what does `feed` return? 5. From 11: which
# `recv` result tells that a client has finished sending?
#
# <details><summary>Answers</summary>1. Its output fits into the pipe, so it ends, and stderr ends. 2. The
# program, in the allow-list; but options of <code>find</code> start others. 3. It would give up half-way
# where a client reads late, and nobody knows how much has left. 4. A list of three payloads. 5.
# <code>b""</code>.</details>
#
# **Left out:** many clients at once (15); killing grandchildren; limits of memory and output (ulimit,
# cgroups); users and passwords.

# %% [markdown] id="practice" lang="zh" of="6bd9ec59"
# 试试 `echo hi; echo PWNED`、`rm x`、`cat command_server.py`，还有单独一个 `cat`。按 Ctrl+C 结束服务器。
#
# ## 实际应用
#
# 要远程执行命令，请用 SSH（RFC 4254）：它验证身份，也加密。它的 `exec` 请求带一个字符串，由 shell 解释：本章关于 shell 的话，在那里同样成立。替用户调用 `convert` 或 `git` 的网站、自动构建服务器，都是在替陌生人执行命令。
#
# ## 小结
#
# **现在你能说清楚**：一个管道装得下 64 KiB；先读完一个管道，再去读另一个，就可能永远等下去。不管拿到什么，shell 都会解释；参数列表则保持原样。是否失败看退出码，不看 stderr。每个客户端一个解析器，超时不影响它。一个客户端复位、发来超长的帧或者不出声，都不影响别人得到服务。
#
# **考考自己**：1. 为什么在旧服务器上，`seq 3` 没有问题？2. 对参数列表先检查什么？为什么对 `find` 还不够？3. 服务器为什么在 `sendall` 之前取消超时？4. 第 13 章：一次 `recv` 收到三个请求，`feed` 返回什么？5. 第 11 章：`recv` 返回什么，说明客户端发完了？
#
# <details><summary>答案</summary>1. 它的输出管道装得下，所以它会退出，stderr 也就结束了。2. 程序是否在允许列表里；但 <code>find</code> 的选项会启动别的程序。3. 否则客户端读得慢时，会发到一半就放弃，谁也不知道发出了多少。4. 三个载荷的列表。5. <code>b""</code>。</details>
#
# **本章没有讲**：同时服务许多客户端（第 15 章）；杀掉孙进程；限制内存和输出（ulimit、cgroup）；用户和口令。

# %% [markdown] id="old-notes" lang="en"
# ## Old notes, checked
#
# | They say or do | In fact |
# |---|---|
# | `os.popen` and `shell=True` on text from the network | anybody may run anything ([STR-19](../catalogue.ipynb#cell-id=STR-19)) |
# | `recv(10240)`, "pretend that 10 k come at once" | a command may come in two pieces, whatever the number |
# | stdin is a pipe that stays open | `cat` or `python` wait for input for ever ([STR-16](../catalogue.ipynb#cell-id=STR-16)) |
# | whatever is on stderr replaces the output | warnings are no failure; the exit code tells ([STR-17](../catalogue.ipynb#cell-id=STR-17)) |
# | an "ssh server" | no login, no encryption |
# | the answer in UTF-8, read as GBK | both ends must agree ([TXT-01](../catalogue.ipynb#cell-id=TXT-01)) |

# %% [markdown] id="old-notes" lang="zh" of="60dd6f4c"
# ## 核对旧笔记
#
# | 旧说法、旧做法 | 事实 |
# |---|---|
# | 对网络上来的文本用 `os.popen`、`shell=True` | 谁都能执行任何命令（[STR-19](../catalogue.ipynb#cell-id=STR-19)） |
# | `recv(10240)`，“假装一次能收 10k” | 数字再大，一条命令也可能分两段到达 |
# | 标准输入是一个一直开着的管道 | `cat`、`python` 会永远等输入（[STR-16](../catalogue.ipynb#cell-id=STR-16)） |
# | stderr 上有内容就代替输出 | 警告不是失败；要看退出码（[STR-17](../catalogue.ipynb#cell-id=STR-17)） |
# | “ssh 服务器” | 没有登录，没有加密 |
# | 响应用 UTF-8 发，按 GBK 读 | 两端要约定好（[TXT-01](../catalogue.ipynb#cell-id=TXT-01)） |

# %% [markdown] id="glossary" lang="en"
# ## Glossary
#
# | Term | 中文 | Source |
# |---|---|---|
# | pipe | 管道 | pipe(7) |
# | stdin, stdout, stderr | 标准输入、标准输出、标准错误输出 | stdin(3) |
# | exit code | 退出码 | exit(3) |
# | deadlock | 死锁 | – |
# | shell | shell（命令解释器） | sh(1) |
# | command injection, argument injection | 命令注入，参数注入 | CWE-78, CWE-88 |
# | allow-list | 允许列表（白名单） | – |
# | request, answer | 请求，响应 | – |

# %% [markdown] id="glossary" lang="zh" of="ca9179cb"
# ## 术语表
#
# | 英文 | 中文 | 出处 |
# |---|---|---|
# | pipe | 管道 | pipe(7) |
# | stdin, stdout, stderr | 标准输入、标准输出、标准错误输出 | stdin(3) |
# | exit code | 退出码 | exit(3) |
# | deadlock | 死锁 | – |
# | shell | shell（命令解释器） | sh(1) |
# | command injection, argument injection | 命令注入，参数注入 | CWE-78，CWE-88 |
# | allow-list | 允许列表（白名单） | – |
# | request, answer | 请求，响应 | – |

# %% [markdown] id="misses" lang="en"
# ## What did you predict?

# %% [markdown] id="misses" lang="zh" of="f55ec522"
# ## 你猜对了多少？

# %% id="demo-predictions" demo=true tags=["nbval-ignore-output"]
predictions("ch13b")
