# %% [markdown] id="title" lang="en"
# # Coroutines: from `yield` to asyncio
#
# **You will be able to** say what `yield`, `next` and `await` do, and write the loop that runs them;
# find the line that makes all wait for one; write servers and downloads in asyncio, with a limit, a
# timeout, and errors by name. **You need** chapter 16 (which socket is ready, bytes that are still
# owed), chapter 04's Event, the classes and generators of chapter 00, and for one question chapter 17's
# `epoll`. **Time:** 2 h 50, of which the seven exercises take 124 minutes. In two sittings: exercises 1 to 3, then 4 to 7.
#
# ## Thirty clients, one thread: how long do they wait?
#
# This server answers every line in capitals, after 0.1 s of work, in a **task** for each client. `await`
# marks where a task waits. Thirty clients send a line each, at the same time.

# %% [markdown] id="title" lang="zh" of="46b83b47"
# # 协程：从 `yield` 到 asyncio
#
# **学完本章，你将能够**：说清楚 `yield`、`next` 和 `await` 做了什么，写出驱动它们的循环；找出让所有人等一个人的那一行；用 asyncio 写服务器和下载程序，有并发上限、有超时、错误报得出名字。**需要**：第 16 章（哪个套接字就绪，还欠着哪些字节），第 4 章的 Event，第 0 章的类和生成器；章末有一问用到 `epoll`（第 17 章）。**用时**：2 小时 50 分钟，其中七道习题 124 分钟。建议分两次学：先做习题 1～3，再做 4～7。
#
# ## 三十个客户端，一个线程：要等多久？
#
# 这个服务器收到一行，工作 0.1 秒，再把这一行变成大写发回，每个客户端由一个**任务**（task）服务。`await` 标出任务在哪里等待。三十个客户端同时各发一行。

# %% id="import-check" demo=true lang="en"
from autograder import check, hint, outcome, predict, predictions

# %% id="import-check" demo=true lang="zh" of="25d0a6e9"
from autograder.zh import check, hint, outcome, predict, predictions

# %% id="demo-visit" demo=true lang="en"
import asyncio
import time


async def visit(reader, writer):
    while line := await reader.readline():  # until the client has finished
        await asyncio.sleep(0.1)  # some work
        writer.write(line.upper())
    writer.close()

# %% id="demo-visit" demo=true lang="zh" of="e2424124"
import asyncio
import time


async def visit(reader, writer):
    while line := await reader.readline():  # 直到客户端发完
        await asyncio.sleep(0.1)  # 做一点工作
        writer.write(line.upper())
    writer.close()

# %% id="predict-thirty" predict=true lang="en"
predict(
    "ch18/thirty",
    "When has the last of the thirty its answer?",
    together="after about 0.1 s",
    in_turn="after about 3 s",
)

# %% id="predict-thirty" predict=true lang="zh" of="c5e993c7"
predict(
    "ch18/thirty",
    "三十个客户端里，最后一个什么时候收到响应？",
    together="大约 0.1 秒之后",
    in_turn="大约 3 秒之后",
)

# %% id="demo-thirty" demo=true
async def ask(address):
    reader, writer = await asyncio.open_connection(*address)
    writer.write(b"hello\n")
    await reader.readline()
    writer.close()


async def thirty(visit):
    server = await asyncio.start_server(visit, "127.0.0.1", 0)
    async with server:
        address, began = server.sockets[0].getsockname(), time.monotonic()
        await asyncio.gather(*(ask(address) for _ in range(30)))
        return time.monotonic() - began

# %% id="demo-thirty-run" demo=true
seconds = await thirty(visit)
outcome("ch18/thirty", "together" if seconds < 1.5 else "in_turn")

# %% [markdown] id="after-thirty" lang="en"
# **Together: at an `await` one task stops, and the others go on.** We measured 0.11 s. Now one call is
# changed: `time.sleep` in the place of `await asyncio.sleep`.

# %% [markdown] id="after-thirty" lang="zh" of="cbedc298"
# **一起收到：一个任务在 `await` 处等待，别的任务就继续运行**。实测 0.11 秒。现在只改一处：把 `await asyncio.sleep` 换成 `time.sleep`。

# %% id="predict-blocked" predict=true lang="en"
predict(
    "ch18/blocked",
    "With time.sleep: how long do the thirty wait?",
    together="the same: only one task sleeps",
    in_turn="thirty times as long: all tasks wait",
)

# %% id="predict-blocked" predict=true lang="zh" of="54038654"
predict(
    "ch18/blocked",
    "换成 time.sleep：三十个客户端要等多久？",
    together="一样快：睡着的只是一个任务",
    in_turn="三十倍的时间：所有任务都在等",
)

# %% id="demo-blocked" demo=true
async def blocked_visit(reader, writer):
    while line := await reader.readline():
        time.sleep(0.1)
        writer.write(line.upper())
    writer.close()


seconds = await thirty(blocked_visit)
outcome("ch18/blocked", "together" if seconds < 1.5 else "in_turn")

# %% [markdown] id="after-blocked" lang="en"
# **In turn: every task stood still while one slept, 3.1 s in all.** There is one thread, and
# `time.sleep` stops it. Here a task ticks every 10 ms, while another sleeps for 0.2 s; there are
# three ways to sleep.

# %% [markdown] id="after-blocked" lang="zh" of="01efd7fa"
# **依次收到：一个睡着，全都停住，一共 3.1 秒**。线程只有一个，`time.sleep` 停下的就是它。下面让一个任务每 10 毫秒记一次时间，同时另一个睡 0.2 秒；睡法有三种。

# %% id="demo-ticks" demo=true lang="en"
import itertools


async def longest_silence(sleeping):
    """Tick every 10 ms meanwhile; return the longest gap, in ms."""
    ticks, task = [time.monotonic()], asyncio.ensure_future(sleeping)
    while not task.done():
        await asyncio.sleep(0.01)
        ticks.append(time.monotonic())
    return 1000 * max(b - a for a, b in itertools.pairwise(ticks))


async def blocking():
    time.sleep(0.2)

# %% id="demo-ticks" demo=true lang="zh" of="8aed2ddf"
import itertools


async def longest_silence(sleeping):
    """其间每 10 毫秒记一次时间；返回最长的间隔（毫秒）。"""
    ticks, task = [time.monotonic()], asyncio.ensure_future(sleeping)
    while not task.done():
        await asyncio.sleep(0.01)
        ticks.append(time.monotonic())
    return 1000 * max(b - a for a, b in itertools.pairwise(ticks))


async def blocking():
    time.sleep(0.2)

# %% id="demo-silence" demo=true tags=["nbval-ignore-output"] lang="en"
from netlib.plots import bars

ways = {
    "await asyncio.sleep(0.2)": asyncio.sleep(0.2),
    "time.sleep(0.2)": blocking(),
    "await asyncio.to_thread(time.sleep, 0.2)": asyncio.to_thread(time.sleep, 0.2),
}
gaps = {name: await longest_silence(way) for name, way in ways.items()}
bars(gaps, title="the longest time without a tick", unit="ms")

# %% id="demo-silence" demo=true tags=["nbval-ignore-output"] lang="zh" of="9e54f2b1"
from netlib.plots import bars

ways = {
    "await asyncio.sleep(0.2)": asyncio.sleep(0.2),
    "time.sleep(0.2)": blocking(),
    "await asyncio.to_thread(time.sleep, 0.2)": asyncio.to_thread(time.sleep, 0.2),
}
gaps = {name: await longest_silence(way) for name, way in ways.items()}
bars(gaps, title="两次记时之间，最长隔了多久", unit="毫秒")

# %% [markdown] id="generators" lang="en"
# Only the second stops the others: 200 ms of silence. `to_thread` runs a blocking call in another thread.
#
# ## What stops in the middle, and goes on later?
#
# How can a function stop without stopping its thread? A function with `yield` is a **generator
# function**, and a call of it returns a **generator**. `next` runs the generator up to its next `yield`;
# there it stops, and keeps all its variables. In old notes (the classroom notes that this course replaces)
# two functions speak in turn for ever; here they stop after three times:
#
# ```python
# def test_a():
#     while True:
#         say("A")
#         yield
#
# def test_b(a):
#     for _ in range(3):
#         say("B")
#         next(a)
#
# test_b(test_a())
# ```

# %% [markdown] id="generators" lang="zh" of="9a7fb23c"
# 只有第二种让别的任务停下：整整 200 毫秒没有动静。会阻塞的调用可以用 `to_thread` 交给另一个线程。
#
# ## 什么能停在中间，之后再继续？
#
# 一个函数怎样才能自己停下，而不让线程停下？含有 `yield` 的函数是**生成器函数**，调用它得到一个**生成器**（generator）。`next` 让它运行到下一个 `yield`，停在那里，变量都保留着。旧笔记（本课程所取代的课堂笔记）里有两个函数轮流说话，永不停止；这里只说三次：
#
# ```python
# def test_a():
#     while True:
#         say("A")
#         yield
#
# def test_b(a):
#     for _ in range(3):
#         say("B")
#         next(a)
#
# test_b(test_a())
# ```

# %% id="predict-first" predict=true lang="en"
predict(
    "ch18/first",
    "test_a() is called before test_b. Which letter comes first?",
    a="A",
    b="B",
)

# %% id="predict-first" predict=true lang="zh" of="09b41d9b"
predict(
    "ch18/first",
    "先调用 test_a()，再调用 test_b。哪个字母先出现？",
    a="A",
    b="B",
)

# %% id="demo-first" demo=true
from netlib.oldnotes.coroutines import two_generators

said = []
two_generators(said.append, 3)
print(*said)
outcome("ch18/first", said[0].lower())

# %% [markdown] id="after-first" lang="en"
# **B: a call of a generator function runs none of its lines.** Only `next` runs them. The generator of
# the notes never ends. What if one ends?

# %% [markdown] id="after-first" lang="zh" of="34e0bc0a"
# **B：调用生成器函数，函数体一行也不执行**。执行它的是 `next`。旧笔记里的生成器永不结束；如果有一个结束了呢？

# %% id="predict-end" predict=true lang="en"
predict(
    "ch18/end",
    "A generator says one thing, then returns 7. What does the second next() do?",
    value="it returns 7",
    none="it returns None",
    raises="it raises an exception that holds 7",
)

# %% id="predict-end" predict=true lang="zh" of="7be76ae4"
predict(
    "ch18/end",
    "一个生成器说了一句话，然后 return 7。第二次 next() 会怎样？",
    value="返回 7",
    none="返回 None",
    raises="抛出异常，7 在异常里",
)

# %% id="demo-end" demo=true lang="en"
def one_word():
    yield "hello"
    return 7


word = one_word()
print(next(word))
try:
    what = "value" if next(word) == 7 else "none"
except StopIteration as end:
    print("StopIteration, value", end.value)
    what = "raises"
outcome("ch18/end", what)

# %% id="demo-end" demo=true lang="zh" of="fd3ad9a6"
def one_word():
    yield "hello"
    return 7


word = one_word()
print(next(word))
try:
    what = "value" if next(word) == 7 else "none"
except StopIteration as end:
    print("StopIteration，value 是", end.value)
    what = "raises"
outcome("ch18/end", what)

# %% [markdown] id="after-end" lang="en"
# **It raises StopIteration; the value of `return` is in its attribute `value`.** (PEP 380. A `for`
# loop catches it for you.) Whoever calls `next` by hand must expect the end
# ([COR-07](../catalogue.ipynb#cell-id=COR-07)).
#
# A swing works with a queue: the first child gets one turn, and goes to the end if it wants more.

# %% [markdown] id="after-end" lang="zh" of="d8342de4"
# **会抛出 StopIteration，`return` 的值在它的 `value` 属性里**（PEP 380；`for` 循环替你处理了它）。自己调用 `next` 时，必须想到它会结束（[COR-07](../catalogue.ipynb#cell-id=COR-07)）。
#
# 操场上的秋千靠排队：队首的孩子荡一次，还想荡就排到队尾。

# %% id="demo-swing" demo=true
from collections import deque

queue = deque([("anna", 3), ("ben", 1)])
while queue:
    name, turns = queue.popleft()
    print(name, end=" ")
    if turns > 1:
        queue.append((name, turns - 1))

# %% [markdown] id="given" lang="en"
# All your answers may use the names of the next cell.

# %% [markdown] id="given" lang="zh" of="bd31f13e"
# 下一个单元格给出的名字，所有习题的答案都可以使用。

# %% id="setup" setup=true
import asyncio
import heapq
import itertools
import math
import select
import socket
import threading
import time
from collections import deque
from collections.abc import Callable, Generator, Iterable
from typing import Any

Task = Generator[Any, Any, Any]

# %% [markdown] id="ex-take-turns" lang="en"
# ## Exercise 1 · Take turns (2 points)
#
# `take_turns(workers)` lets every worker say one thing in turn, round after round, until all have
# finished. It returns a list of all that was said, in order.
#
# - A worker is anything that `iter` takes: a list, a string, a generator. One worker may say more things than
#   another, or nothing at all; and things of any kind, also `None`, `0` and `""`.
# - A worker that has finished is not asked again. Without workers the list is empty.
# - *Not required:* workers without an end, or that raise another exception than StopIteration.

# %% [markdown] id="ex-take-turns" lang="zh" of="4c9f051d"
# ## 习题 1 · 轮流（2 分）
#
# `take_turns(workers)` 让每个工人轮流说一样东西，一轮接一轮，直到所有人都说完。返回一个列表，按先后列出所有说过的东西。
#
# - 工人是任何可以交给 `iter` 的对象：列表、字符串、生成器。各人说的个数可以不同，内容不限，也可以是 `None`、`0`、`""`；也可以一样都不说。
# - 说完的人不再被问。没有工人时，列表为空。
# - **不要求**：没有尽头的工人；抛出 StopIteration 以外的异常的工人。

# %% id="take-turns" solution="ch18/take_turns"
def take_turns(workers: list[Iterable[Any]]) -> list[Any]:
    """Let every worker say one thing in turn until all have finished; return all that was said."""
    ### BEGIN SOLUTION
    queue, said = deque(map(iter, workers)), []
    while queue:
        worker = queue.popleft()
        try:
            said.append(next(worker))
        except StopIteration:
            continue
        queue.append(worker)
    return said
    ### END SOLUTION

# %% id="check-take-turns" check="ch18/take_turns"
check("ch18/take_turns")

# %% [markdown] id="scheduling" lang="en"
# ## Who goes on next?
#
# A **scheduler** runs generators in turns; we call them **tasks**. Those that can go on stand in the
# **ready queue**. Nobody interrupts a task: it runs until its own next `yield` (**cooperative scheduling**;
# a kernel does interrupt threads: that is **preemptive scheduling**). Your `take_turns` is almost a
# scheduler: here it runs three tasks, and every `next` is recorded.

# %% [markdown] id="scheduling" lang="zh" of="6638b392"
# ## 下一个轮到谁？
#
# **调度器**（scheduler）让许多生成器轮流运行，我们把它们叫作**任务**。可以继续运行的任务排在**就绪队列**里。谁也不会打断任务：它一直运行到自己的下一个 `yield`（**协作式调度**；内核会打断线程，那是**抢占式调度**）。你的 `take_turns` 差不多就是一个调度器：下面用它运行三个任务，把每一次 `next` 都记下来。

# %% id="setup-tasks" setup=true
def speaker(tell, name, times):
    for turn in range(times):
        tell(name, turn)
        yield
    return name


def failing(tell, name, turns):
    for _ in range(turns):
        yield
    tell(name, "fails")
    raise RuntimeError(name)

# %% id="demo-watched" demo=true
from netlib.ladder import Ladder
from netlib.trace import Message, Trace


def watched(trace, name, task):
    while True:
        trace.record(Message("loop", name, "next()"))
        try:
            wish = next(task)
        except StopIteration:
            trace.record(Message(name, "loop", "return"))
            return
        label = str(wish or "yield").replace("seconds=", "")
        trace.record(Message(name, "loop", label))
        yield wish

# %% id="predict-turns" predict=true lang="en"
predict(
    "ch18/turns",
    "anna says 2 things, ben 1, carl 2. How often does the loop call next for ben?",
)

# %% id="predict-turns" predict=true lang="zh" of="ce68e400"
predict(
    "ch18/turns",
    "anna 说 2 句话，ben 说 1 句，carl 说 2 句。循环对 ben 调用几次 next？",
)

# %% id="demo-turns" demo=true lang="en"
from netlib.attempt import built_on


def quiet(name, turn):
    """Say nothing: the ladder shows it."""


trace = Trace()
tasks = {"anna": 2, "ben": 1, "carl": 2}
with built_on(1):
    take_turns([watched(trace, name, speaker(quiet, name, times))
                for name, times in tasks.items()])
    display(Ladder(trace, ("loop", *tasks)))
    display(outcome("ch18/turns", sum(m.receiver == "ben" for m in trace)))

# %% id="demo-turns" demo=true lang="zh" of="6d38d70b"
from netlib.attempt import built_on


def quiet(name, turn):
    """什么也不说：时序图上看得到。"""


trace = Trace()
tasks = {"anna": 2, "ben": 1, "carl": 2}
with built_on(1):
    take_turns([watched(trace, name, speaker(quiet, name, times))
                for name, times in tasks.items()])
    display(Ladder(trace, ("loop", *tasks)))
    display(outcome("ch18/turns", sum(m.receiver == "ben" for m in trace)))

# %% [markdown] id="after-turns" lang="en"
# **Two: only the `next` that raises StopIteration tells the loop that ben has ended.** A scheduler also
# keeps what a task returns, by its name, and what it raises.

# %% [markdown] id="after-turns" lang="zh" of="f51f1f54"
# **两次：只有 `next` 抛出 StopIteration，循环才知道 ben 结束了**。调度器还要按任务的名字记下它返回了什么，或者抛出了什么。

# %% id="setup-mother" setup=true
def mother(tell, name, scheduler, children):
    for child in children:
        scheduler.spawn(child, speaker(tell, child, 2))
        tell(name, child)
        yield

# %% [markdown] id="ex-scheduler" lang="en"
# ## Exercise 2 · A scheduler (3 points)
#
# The class `Scheduler` runs tasks in turns, in one thread.
#
# - `Scheduler()` makes one. `spawn(name, task)` puts a task at the end of the queue and returns None;
#   nothing runs yet. A running task may call `spawn`, too.
# - `run()` gives the first in the queue one turn (up to its next `yield`) and puts it at the end; it
#   goes on until all have ended. What is yielded means nothing yet.
# - `results` is a dict: the name of each task that has returned, and what it returned (None, too).
# - `errors` is a dict: the name of each task that an exception has ended, and the *name* of the class
#   of the exception. An exception ends its task, and no other. Such a task has no result.
# - After `run`, one may spawn and run again. Two schedulers have nothing in common.
# - *Not required:* the same name twice; exceptions that are no `Exception`.
#
# The cells above hold the tasks that the checks run. Run them yourself, with `print` as `tell`.

# %% [markdown] id="ex-scheduler" lang="zh" of="f79a858c"
# ## 习题 2 · 调度器（3 分）
#
# 类 `Scheduler` 在一个线程里让各个任务轮流运行。
#
# - `Scheduler()` 创建一个调度器。`spawn(name, task)` 把任务排到队尾，返回 None，这时什么都不运行。正在运行的任务也可以调用 `spawn`。
# - `run()` 让队首的任务运行一次（到它的下一个 `yield` 为止），再排到队尾；这样一直做到所有任务都结束。`yield` 出来的值现在还没有含义。
# - `results` 是字典：正常返回的任务的名字，和它的返回值（None 也算）。
# - `errors` 是字典：因异常而结束的任务的名字，和异常的**类名**。异常只结束它自己的任务，不影响别的任务；这样的任务没有结果。
# - `run` 返回之后，还可以再 `spawn`、再 `run`。两个调度器互不相干。
# - **不要求**：两个任务同名；不属于 `Exception` 的异常。
#
# 检查时运行的任务就在上面的单元格里。你也可以自己试：把 `print` 当作 `tell`。

# %% id="scheduler" solution="ch18/scheduler"
class Scheduler:
    """Runs generators in turns, in one thread; results and errors are kept by name."""

    ### BEGIN SOLUTION
    def __init__(self) -> None:
        self.results: dict[str, Any] = {}
        self.errors: dict[str, str] = {}
        self.ready: deque[tuple[str, Task]] = deque()

    def spawn(self, name: str, task: Task) -> None:
        self.ready.append((name, task))

    def run(self) -> None:
        while self.ready:
            self.turn()

    def turn(self) -> None:
        name, task = self.ready.popleft()
        try:
            wish = next(task)
        except StopIteration as end:
            self.results[name] = end.value
        except Exception as error:
            self.errors[name] = type(error).__name__
        else:
            self.park(name, task, wish)

    def park(self, name: str, task: Task, wish: Any) -> None:
        self.ready.append((name, task))
    ### END SOLUTION

# %% id="check-scheduler" check="ch18/scheduler"
check("ch18/scheduler")

# %% [markdown] id="alarms" lang="en"
# ## How does a task sleep?
#
# A task that called `time.sleep` would stop all. So it *says* that it wants to sleep, by
# `yield Sleep(3)`, and the scheduler does not run it again until the 3 seconds have passed. Sleepers are
# kept in a **heap** (`heapq`): its first is always the smallest. Two sleepers wake at the same moment: zoe
# fell asleep first, then anna.

# %% [markdown] id="alarms" lang="zh" of="ffafeb17"
# ## 任务怎样睡觉？
#
# 任务如果调用 `time.sleep`，所有任务都会停下。所以它只是**说**自己想睡：`yield Sleep(3)`，3 秒过去之前，调度器不再运行它。睡着的任务放在**堆**（heap，模块 `heapq`）里，堆的第一个总是最小的。现在有两个任务在同一时刻醒来：zoe 先睡，anna 后睡。

# %% id="predict-tie" predict=true lang="en"
predict(
    "ch18/tie",
    "heappush (7.0, 'zoe'), then (7.0, 'anna'). Who comes out first?",
    zoe="zoe: she fell asleep first",
    anna="anna",
)

# %% id="predict-tie" predict=true lang="zh" of="5b2eb4e2"
predict(
    "ch18/tie",
    "先 heappush (7.0, 'zoe')，再 (7.0, 'anna')。谁先出来？",
    zoe="zoe：她先睡的",
    anna="anna",
)

# %% id="demo-tie" demo=true
bells = []
heapq.heappush(bells, (7.0, "zoe"))
heapq.heappush(bells, (7.0, "anna"))
outcome("ch18/tie", heapq.heappop(bells)[1])

# %% [markdown] id="after-tie" lang="en"
# **The name has decided: tuples are compared element by element.** Two generators in that place could
# not be compared at all, and `heappush` would raise TypeError
# ([COR-13](../catalogue.ipynb#cell-id=COR-13)).
#
# Your next scheduler gets its clock and its `wait` as arguments. So a test can hand it others: `HandClock`
# never really waits.

# %% [markdown] id="after-tie" lang="zh" of="89fca3a5"
# **名字决定了先后：元组是逐个元素比较的**。如果这个位置上是两个生成器，根本无法比较，`heappush` 会抛出 TypeError（[COR-13](../catalogue.ipynb#cell-id=COR-13)）。
#
# 你的下一个调度器，时钟和 `wait` 都由参数传入，测试时就能换成别的：`HandClock` 并不真的等待。

# %% id="setup-wishes" setup=true
from dataclasses import dataclass


@dataclass(frozen=True)
class Sleep:
    seconds: float


@dataclass(frozen=True)
class Read:
    sock: socket.socket


@dataclass(frozen=True)
class Write:
    sock: socket.socket

# %% id="setup-ready" setup=true
def wait_ready(reads, writes, seconds):
    """Wait until a socket is ready, or so long (None: for ever); return the
    places of the ready in reads, and in writes."""
    masks, both = {}, ((reads, select.POLLIN), (writes, select.POLLOUT))
    for socks, event in both:
        for sock in socks:
            masks[sock.fileno()] = masks.get(sock.fileno(), 0) | event
    poller = select.poll()
    for number, mask in masks.items():
        poller.register(number, mask)
    limit = None if seconds is None else math.ceil(seconds * 1000)
    came, bad = dict(poller.poll(limit)), select.POLLERR | select.POLLHUP
    return tuple([n for n, sock in enumerate(socks)
                  if came.get(sock.fileno(), 0) & (event | bad)]
                 for socks, event in both)

# %% id="setup-clock" setup=true
class HandClock:
    def __init__(self):
        self.now, self.waits = 0.0, []

    def __call__(self):
        return self.now

    def wait(self, reads, writes, seconds):
        if seconds is None:
            raise RuntimeError("nobody would ever wake")
        self.waits.append(seconds)
        self.now += seconds
        return [], []

# %% id="setup-sleeper" setup=true
def sleeper(tell, name, naps):
    try:
        for nap in naps:
            yield Sleep(nap)
            tell(name, nap)
    finally:
        tell(name, "end")

# %% [markdown] id="ex-sleepers" lang="en"
# ## Exercise 3 · Sleepers (3 points)
#
# `Sleepers(clock=time.monotonic, wait=wait_ready)` is a `Scheduler` whose tasks may also yield
# `Sleep(seconds)`. Inherit from `Scheduler`, or write it anew.
#
# - `clock()` is the time in seconds. `wait([], [], seconds)` waits for about so long; it *may end early*.
# - A nap begins at its `yield`. The task is **due** when that many seconds have passed, exactly or more.
#   `Sleep(0)` is due at once.
# - It looks at the clock at least once a round (one turn for each task that is ready). Tasks that are due
#   go to the end of the queue, the earliest first; at equal times the one that fell asleep first.
# - It waits only when no task is ready, and then until the next one is due. It waits by calling `wait`,
#   never by `time.sleep`. (A wait of 0 seconds does not count as a wait.)
# - *Not required:* negative seconds; speed with many tasks.

# %% [markdown] id="ex-sleepers" lang="zh" of="31ec0a16"
# ## 习题 3 · 睡觉的任务（3 分）
#
# `Sleepers(clock=time.monotonic, wait=wait_ready)` 是一种 `Scheduler`，它的任务还可以 `yield Sleep(seconds)`。可以继承 `Scheduler`，也可以重写。
#
# - `clock()` 返回时间（秒）。`wait([], [], seconds)` 大约等待这么久，**可能提前结束**。
# - 睡眠从 `yield` 那一刻算起。过了这么多秒（正好或更久），任务就**到点**了。`Sleep(0)` 立刻到点。
# - 每一轮（每个就绪的任务各运行一次）至少看一次时钟。到点的任务排到队尾，时间早的在前；时间相同的，谁先睡谁在前。
# - 只有在没有任务就绪时才等待，等到下一个任务到点为止；只能调用 `wait` 来等，不能用 `time.sleep`。（等 0 秒不算等待。）
# - **不要求**：负的秒数；任务很多时的速度。

# %% id="sleepers" solution="ch18/sleepers"
class Sleepers(Scheduler):
    """A Scheduler whose tasks may also yield Sleep(seconds)."""

    ### BEGIN SOLUTION
    def __init__(self, clock: Callable[[], float] = time.monotonic, wait=wait_ready) -> None:
        super().__init__()
        self.clock, self.wait = clock, wait
        self.alarms: list[tuple[float, int, str, Task]] = []
        self.tickets = itertools.count()

    def park(self, name: str, task: Task, wish: Any) -> None:
        if isinstance(wish, Sleep):
            due = self.clock() + wish.seconds
            heapq.heappush(self.alarms, (due, next(self.tickets), name, task))
        else:
            super().park(name, task, wish)

    def run(self) -> None:
        while self.ready or self.alarms:
            if not self.ready:
                self.wait([], [], self.pause())
            self.wake()
            for _ in range(len(self.ready)):
                self.turn()

    def pause(self) -> float | None:
        return max(0, self.alarms[0][0] - self.clock()) if self.alarms else None

    def wake(self) -> None:
        while self.alarms and self.alarms[0][0] <= self.clock():
            _, _, name, task = heapq.heappop(self.alarms)
            self.ready.append((name, task))
    ### END SOLUTION

# %% id="check-sleepers" check="ch18/sleepers"
check("ch18/sleepers")

# %% [markdown] id="play" lang="en"
# **Play with it:** each of the three tasks takes two naps; you set how many seconds they last. `HandClock` jumps
# ahead.

# %% [markdown] id="play" lang="zh" of="9f029c8c"
# **动手试试**：三个任务各睡两次，每次睡几秒由你来定。`HandClock` 的时间是跳过去的。

# %% id="demo-story" demo=true lang="en"
def story(anna, ben, carl):
    clock, trace, woke = HandClock(), Trace(), []

    def tell(name, what):
        if what != "end":
            woke.append(f"{name} {clock():g}")

    with built_on(2, 3):
        loop = Sleepers(clock, clock.wait)
        for name, nap in (("anna", anna), ("ben", ben), ("carl", carl)):
            task = sleeper(tell, name, [nap, nap])
            loop.spawn(name, watched(trace, name, task))
        loop.run()
    waits = ", ".join(f"{each:g}" for each in clock.waits)
    text = f"at which second: {', '.join(woke)}\nwaits: {waits}"
    return [text, Ladder(trace, ("loop", "anna", "ben", "carl"), rows=40)]

# %% id="demo-story" demo=true lang="zh" of="c80fc30f"
def story(anna, ben, carl):
    clock, trace, woke = HandClock(), Trace(), []

    def tell(name, what):
        if what != "end":
            woke.append(f"{name} {clock():g}")

    with built_on(2, 3):
        loop = Sleepers(clock, clock.wait)
        for name, nap in (("anna", anna), ("ben", ben), ("carl", carl)):
            task = sleeper(tell, name, [nap, nap])
            loop.spawn(name, watched(trace, name, task))
        loop.run()
    waits = ", ".join(f"{each:g}" for each in clock.waits)
    text = f"第几秒：{', '.join(woke)}\n等待：{waits}"
    return [text, Ladder(trace, ("loop", "anna", "ben", "carl"), rows=40)]

# %% id="demo-knobs" demo=true tags=["nbval-ignore-output"]
from netlib.panels import Knobs

naps = range(1, 10)
knobs = Knobs(story, anna=naps, ben=naps, carl=naps)
knobs

# %% id="demo-knobs-text" demo=true
print(knobs.turn(anna=3, ben=1, carl=1))
knobs.close()

# %% [markdown] id="sockets" lang="en"
# ## How does a task wait for a socket?
#
# It says so: `yield Read(sock)` or `yield Write(sock)`. The scheduler asks the kernel which sockets
# are ready, by `wait_ready`. There are three boxes, and a task lies in exactly one of them:
#
# ```text
#   ready queue  --- one turn: yield Sleep(3) --->  alarms (time, task)
#        ^       --- yield Read(sock) ----------->  readers, writers (socket, task)
#        |                                            |
#        +--------- due, or the socket is ready ------+
# ```
#
# By hand: two pairs of connected sockets; `right` has a byte to read, `empty` has none.

# %% [markdown] id="sockets" lang="zh" of="dccbc3dc"
# ## 任务怎样等套接字？
#
# 还是由它自己说：`yield Read(sock)` 或 `yield Write(sock)`。调度器用 `wait_ready` 问内核哪些套接字就绪。一共有三个盒子，一个任务总是在其中一个里：
#
# ```text
# 就绪队列 ---- yield Sleep(3) ----> 闹钟（时间，任务）
# 就绪队列 ---- yield Read(sock) ----> 等读、等写（套接字，任务）
# 闹钟、等读、等写 ---- 到点，或者套接字就绪 ----> 就绪队列
# ```
#
# 先手工试一次：两对相连的套接字；`right` 有一个字节可读，`empty` 没有。

# %% id="demo-ready" demo=true
left, right = socket.socketpair()
other, empty = socket.socketpair()
left.send(b"!")
print(wait_ready([empty, right], [], 5))
for sock in (left, right, other, empty):
    sock.close()

# %% [markdown] id="after-ready" lang="en"
# At once: place 1 of the first list is ready. The 5 is only the longest wait.

# %% [markdown] id="after-ready" lang="zh" of="4f7ed966"
# 马上返回：第一个列表的 1 号位置就绪了。5 只是最长等多久。

# %% id="predict-stand" predict=true lang="en"
predict(
    "ch18/stand",
    "One task yields Read(sock). The scheduler calls wait_ready([sock], [], None) for it, and nothing "
    "comes. Where does the program stand?",
    recv="in recv",
    poll="in poll",
    round="nowhere: the loop goes round and round",
)

# %% id="predict-stand" predict=true lang="zh" of="c4ca12f3"
predict(
    "ch18/stand",
    "一个任务 yield Read(sock)。调度器为它调用 wait_ready([sock], [], None)，没有数据到来。程序停在哪里？",
    recv="停在 recv",
    poll="停在 poll",
    round="没有停：循环一圈圈空转",
)

# %% id="demo-stand" demo=true
from netlib.attempt import attempt

left, right = socket.socketpair()
hung = attempt(wait_ready, [right], [], None, seconds=0.3)
print(hung.where)
left.close(), right.close()
outcome("ch18/stand", "poll" if "poll(" in hung.where else "round")

# %% [markdown] id="after-stand" lang="en"
# **In `poll`, and it needs no processor time.** A loop that asked only when nobody is ready would
# never ask while one task is always busy: the others would starve
# ([COR-15](../catalogue.ipynb#cell-id=COR-15)).

# %% [markdown] id="after-stand" lang="zh" of="d1d86c2b"
# **停在 `poll`，不占用处理器时间**。如果循环只在没有任务就绪时才去问，那么有一个任务一直忙着，它就永远不问，别的任务就一直得不到机会，也就是**饥饿**（[COR-15](../catalogue.ipynb#cell-id=COR-15)）。

# %% id="setup-listener" setup=true
def listener_task(tell, name, sock, count):
    try:
        for _ in range(count):
            yield Read(sock)
            tell(name, sock.recv(100))
    finally:
        tell(name, "end")


def writer_task(tell, name, sock, data):
    sock.setblocking(False)
    while data:
        yield Write(sock)
        data = data[sock.send(data):]
    tell(name, "sent")

# %% id="setup-stopper" setup=true
def idler(tell, name):
    try:
        while True:
            yield
    finally:
        tell(name, "end")


def stopper(tell, name, scheduler, turns):
    for _ in range(turns):
        yield
    scheduler.stop()
    tell(name, "stop")

# %% [markdown] id="ex-socket-scheduler" lang="en"
# ## Exercise 4 · Tasks that wait for sockets (4 points)
#
# `SocketScheduler(clock=time.monotonic, wait=wait_ready)` is a `Sleepers` whose tasks may also yield
# `Read(sock)` or `Write(sock)`.
#
# - The task goes on when reading or writing would not wait. Two tasks may wait for one socket, one to
#   read and one to write.
# - It looks at the sockets at least once a round. While other tasks are ready it calls
#   `wait(reads, writes, 0)`; if none is ready, `seconds` is the time until the next sleeper is due, or
#   None if nobody sleeps. `wait` returns what `wait_ready` returns.
# - A task calls `stop()`: after this turn nobody has another one. All tasks that are left, ready or
#   waiting, also the one that called `stop`, if it has yielded, are closed (`generator.close()`), so that
#   their `finally` runs; then `run` returns. A closed task is in neither `results` nor `errors`.
# - *Not required:* two readers of one socket; speed with many tasks; errors of closed sockets; `stop`
#   before `run`, `run` after `stop`; exceptions in a `finally`.

# %% [markdown] id="ex-socket-scheduler" lang="zh" of="86fc7f3c"
# ## 习题 4 · 等套接字的任务（4 分）
#
# `SocketScheduler(clock=time.monotonic, wait=wait_ready)` 是一种 `Sleepers`，它的任务还可以 `yield Read(sock)` 或 `yield Write(sock)`。
#
# - 读或写不必等待时，任务继续。两个任务可以等同一个套接字：一个等读，一个等写。
# - 每一轮至少看一次套接字，还有别的任务就绪时也要看，这时调用 `wait(reads, writes, 0)`。没有任务就绪时，`seconds` 是到下一个睡觉的任务到点的时间；没有任务在睡，就是 None。`wait` 的返回值和 `wait_ready` 相同。
# - `stop()` 由任务调用：这一次运行结束后，谁也不再运行。剩下的任务，无论是就绪还是在等待（调用 `stop` 的那个如果又 `yield` 了，也算在内），都要关闭（`generator.close()`），好让它们的 `finally` 得到执行；然后 `run` 返回。被关闭的任务既不在 `results` 里，也不在 `errors` 里。
# - **不要求**：两个任务读同一个套接字；任务很多时的速度；已关闭的套接字引起的错误；在 `run` 之前 `stop`，在 `stop` 之后 `run`；`finally` 里的异常。

# %% id="socket-scheduler" solution="ch18/socket_scheduler"
class SocketScheduler(Sleepers):
    """A Sleepers whose tasks may also yield Read(sock) or Write(sock)."""

    ### BEGIN SOLUTION
    def __init__(self, clock: Callable[[], float] = time.monotonic, wait=wait_ready) -> None:
        super().__init__(clock, wait)
        self.readers: list[tuple[socket.socket, str, Task]] = []
        self.writers: list[tuple[socket.socket, str, Task]] = []
        self.stopped = False

    def stop(self) -> None:
        self.stopped = True

    def park(self, name: str, task: Task, wish: Any) -> None:
        if isinstance(wish, Read):
            self.readers.append((wish.sock, name, task))
        elif isinstance(wish, Write):
            self.writers.append((wish.sock, name, task))
        else:
            super().park(name, task, wish)

    def run(self) -> None:
        while not self.stopped and (self.ready or self.alarms or self.readers or self.writers):
            self.look()
            self.wake()
            for _ in range(len(self.ready)):
                if not self.stopped:
                    self.turn()
        for *_, task in (*self.ready, *self.alarms, *self.readers, *self.writers):
            task.close()

    def look(self) -> None:
        waiting = [self.readers, self.writers]
        socks = [[sock for sock, _, _ in each] for each in waiting]
        places = self.wait(*socks, 0 if self.ready else self.pause())
        self.readers, self.writers = [], []
        for there, ready, left in zip(waiting, places, (self.readers, self.writers)):
            for place, (sock, name, task) in enumerate(there):
                if place in ready:
                    self.ready.append((name, task))
                else:
                    left.append((sock, name, task))
    ### END SOLUTION

# %% id="check-socket-scheduler" check="ch18/socket_scheduler"
check("ch18/socket_scheduler")

# %% [markdown] id="server" lang="en"
# ## Can a server be written as if it blocked?
#
# The first task of such a server accepts connections, remembers each, and starts a task for it.

# %% [markdown] id="server" lang="zh" of="c0021f61"
# ## 服务器能不能写得像阻塞的一样？
#
# 下面是这种服务器的第一个任务：接受连接，把每条连接记下来，再为它启动一个任务。

# %% id="setup-accepter" setup=true
def accepter(listener, scheduler, serve, clients):
    """A task: accept everybody, for ever; clients is a list to remember them."""
    listener.setblocking(False)
    while True:
        yield Read(listener)
        try:
            client, _ = listener.accept()
        except OSError:  # gone before it was accepted
            continue
        client.setblocking(False)
        clients.append(client)
        scheduler.spawn(f"client {len(clients)}", serve(client))

# %% [markdown] id="ex-coro-echo" lang="en"
# ## Exercise 5 · An echo server of coroutines (3 points)
#
# `coro_echo(listener, stop)` gives every client its own bytes back, with one task a client, and returns
# how many were accepted (an int).
#
# - `listener` is a listening TCP socket, and stays open. `stop` is a `threading.Event`.
# - Any bytes, in order, as soon as they come. A client that finishes sending gets all of its own, then
#   the end.
# - A client that is silent, slow or resets delays no other. 120 clients at once are served.
# - Your program holds at most 4 MiB of a client that does not read (what lies in the kernel's buffers
#   does not count); when it reads, it gets them all.
# - It returns within 0.5 s of `stop.set()`, with all connections closed. An idle server uses hardly any
#   processor time.
# - *Not required:* more than 120 clients at once; no descriptor left (EMFILE: `accepter` spins); `stop`
#   set before the call.
#
# Three kinds of task do it: `accepter` (closed sockets, too, stay in `clients`); one for each client
# (`yield Read`, `recv`, `yield Write`, `send`: how much did `send` take?); and one that looks at `stop` every 0.1 s. If a generator is closed before it has
# begun, neither its `with` nor its `finally` runs: so close what is in `clients` at the end. To use
# asyncio or gevent is as right.

# %% [markdown] id="ex-coro-echo" lang="zh" of="6ebddef1"
# ## 习题 5 · 协程写的回显服务器（3 分）
#
# `coro_echo(listener, stop)` 为每个客户端运行一个任务，把它发来的字节原样发回给它自己；返回一共接受了多少个客户端（int）。
#
# - `listener` 是正在监听的 TCP 套接字，要保持打开。`stop` 是 `threading.Event`。
# - 任何字节，保持顺序，一到就发回。客户端关闭写端之后，先收完自己的全部字节，再收到流的结束。
# - 一个客户端不说话、读得慢或者复位连接，都不影响别人。可以同时服务 120 个客户端。
# - 客户端只发不读时，你的程序最多替它存 4 MiB（内核缓冲区里的不算）；等它读的时候，一个字节也不少。
# - `stop.set()` 之后 0.5 秒之内返回，所有连接都已关闭。空闲时几乎不占用处理器时间。
# - **不要求**：同时超过 120 个客户端；描述符用完（EMFILE，`accepter` 会一圈圈空转）；调用之前 `stop` 已经设置。
#
# 需要三种任务：`accepter`（所有套接字都留在 `clients` 里，关了的也在）；每个客户端一个（`yield Read`、`recv`、`yield Write`、`send`：`send` 收下了多少？）；还有一个每 0.1 秒看一次 `stop`。还没有开始运行的生成器被关闭时，`with` 和 `finally` 都不会执行，所以最后要把 `clients` 里的连接都关掉。用 asyncio 或 gevent 来写也可以。

# %% id="coro-echo" solution="ch18/coro_echo"
def coro_echo(listener: socket.socket, stop: threading.Event) -> int:
    """Give every client its own bytes back with one task a client; return how many came."""
    ### BEGIN SOLUTION
    loop, clients = SocketScheduler(), []

    def echo(client: socket.socket) -> Task:
        with client:
            while True:
                yield Read(client)
                data = client.recv(65536)
                if not data:
                    return
                while data:
                    yield Write(client)
                    data = data[client.send(data) :]

    def watch() -> Task:
        while not stop.is_set():
            yield Sleep(0.1)
        loop.stop()

    loop.spawn("accepter", accepter(listener, loop, echo, clients))
    loop.spawn("watch", watch())
    loop.run()
    for client in clients:
        client.close()
    return len(clients)
    ### END SOLUTION

# %% id="check-coro-echo" check="ch18/coro_echo"
check("ch18/coro_echo")

# %% [markdown] id="terminals" lang="en"
# **Without the notebook:** the next cell saves your server as a program. Open three terminals in the directory of
# this notebook (*File → New → Terminal*). Start the server in one; in the two others start
# `nc 127.0.0.1 PORT`, or `talk.py` of chapter 16, and type. Ctrl+C ends the server.

# %% [markdown] id="terminals" lang="zh" of="4506ded2"
# **脱离笔记本运行**：下一个单元格把你的服务器存成程序。在本笔记本所在的目录打开三个终端（*文件 → 新建 → 终端*，即 File → New → Terminal），一个启动服务器，另外两个启动 `nc 127.0.0.1 端口`，或者第 16 章的 `talk.py`，然后打字。按 Ctrl+C 结束服务器。

# %% id="demo-save-server" demo=true lang="en"
from netlib.scripts import save_program


def serve(port):
    with socket.create_server(("127.0.0.1", int(port))) as listener:
        print("serving", flush=True)
        coro_echo(listener, threading.Event())


with built_on(*range(2, 6)):
    print("saved:", save_program("coro_server.py", "", serve))

# %% id="demo-save-server" demo=true lang="zh" of="a358b348"
from netlib.scripts import save_program


def serve(port):
    with socket.create_server(("127.0.0.1", int(port))) as listener:
        print("正在服务", flush=True)
        coro_echo(listener, threading.Event())


with built_on(*range(2, 6)):
    print("已保存：", save_program("coro_server.py", "", serve))

# %% id="demo-port" demo=true tags=["nbval-ignore-output"] lang="en"
with socket.create_server(("127.0.0.1", 0)) as free:
    port = free.getsockname()[1]  # a port that was free just now
print(f"python3 coro_server.py {port}\nnc 127.0.0.1 {port}")

# %% id="demo-port" demo=true tags=["nbval-ignore-output"] lang="zh" of="f63cb02b"
with socket.create_server(("127.0.0.1", 0)) as free:
    port = free.getsockname()[1]  # 一个刚才还空闲的端口
print(f"python3 coro_server.py {port}\nnc 127.0.0.1 {port}")

# %% [markdown] id="without-yield" lang="en"
# ## Is there a way without `yield`?
#
# Old notes say: "the essence of coroutines is `yield`". **greenlet** stops a function in the middle
# without `yield`: it swaps the call stack. **gevent** adds a loop on `epoll`, and `gevent.sleep(0)` lets
# other tasks go on. Here are programs as in the notes, in a copy of this process: two
# greenlets; three gevent tasks that never wait; and three that do.

# %% [markdown] id="without-yield" lang="zh" of="ff2118ba"
# ## 不用 `yield` 行不行？
#
# 旧笔记说“协程的本质是 `yield`”。**greenlet** 不用 `yield` 也能让函数停在中间：它切换的是调用栈。**gevent** 又加上了一个基于 `epoll` 的循环，`gevent.sleep(0)` 让别的任务继续。下面在本进程的一个副本里运行旧笔记那样的程序：两个 greenlet；三个从不等待的 gevent 任务；三个会等待的 gevent 任务。

# %% id="demo-letters" demo=true tags=["nbval-ignore-output"]
from netlib.oldnotes.coroutines import gevent_tasks, two_greenlets


def letters(program, *args):
    said = []
    program(said.append, *args)
    return " ".join(said)


for program in (
    (two_greenlets, 3),
    (gevent_tasks, "abc", 3, None),
    (gevent_tasks, "abc", 3, 0),
):
    ran = attempt(letters, *program, seconds=10)
    print(ran.value or ran)

# %% [markdown] id="after-letters" lang="en"
# There is no `yield` anywhere, so the sentence is true of generators only. A task that never waits lets no
# other go on.
#
# The notes also say that `time.sleep` makes gevent crash. A separate program tries it, first without and then with
# gevent's `patch_all()`. (Never patch in a notebook.)

# %% [markdown] id="after-letters" lang="zh" of="f958f0ca"
# 哪里都没有 `yield`，可见那句话只对生成器成立。有一个任务从不等待，别的任务就没有机会运行。
#
# 旧笔记还说，用 `time.sleep` 会让 gevent 崩溃。我们在单独的程序里试，一次不用、一次用 gevent 的 `patch_all()`。（在笔记本里永远不要打补丁。）

# %% id="predict-crash" predict=true lang="en"
predict(
    "ch18/crash",
    "Three gevent tasks call time.sleep(0.2), and nothing is patched. What happens?",
    crash="the program crashes",
    together="all sleep together: 0.2 s",
    in_turn="one after the other: 0.6 s",
)

# %% id="predict-crash" predict=true lang="zh" of="21158a96"
predict(
    "ch18/crash",
    "三个 gevent 任务各调用 time.sleep(0.2)，没有打补丁。会怎样？",
    crash="程序崩溃",
    together="一起睡：0.2 秒",
    in_turn="一个接一个：0.6 秒",
)

# %% id="demo-three" demo=true
import subprocess
import sys
from importlib.util import find_spec

PROGRAM = """
import gevent, time
began = time.monotonic()
gevent.joinall([gevent.spawn(lambda: time.sleep(0.2)) for _ in "abc"])
print(time.monotonic() - began)
"""


def three(first=""):
    command = [sys.executable, "-c", first + PROGRAM]
    ran = subprocess.run(command, capture_output=True, text=True)
    return float(ran.stdout or 0)  # 0: it has crashed

# %% id="demo-gevent" demo=true tags=["nbval-ignore-output"] lang="en"
if find_spec("gevent") is None:
    print("gevent is not installed here: pip install gevent")
else:
    seconds = three()
    patched = three("from gevent import monkey; monkey.patch_all()")
    print(f"not patched: {seconds:.1f} s; patched: {patched:.1f} s")
    came = "in_turn" if seconds > 0.5 else "together"
    display(outcome("ch18/crash", came if seconds else "crash"))

# %% id="demo-gevent" demo=true tags=["nbval-ignore-output"] lang="zh" of="4c9908cd"
if find_spec("gevent") is None:
    print("这台机器没有安装 gevent：pip install gevent")
else:
    seconds = three()
    patched = three("from gevent import monkey; monkey.patch_all()")
    print(f"没有打补丁：{seconds:.1f} s；打了补丁：{patched:.1f} s")
    came = "in_turn" if seconds > 0.5 else "together"
    display(outcome("ch18/crash", came if seconds else "crash"))

# %% [markdown] id="after-gevent" lang="en"
# **One after the other: nothing crashes, and each waits for the one before.** Patched, all sleep
# together: `patch_all()` replaces the blocking functions of the standard library (**monkey patching**).
#
# How often can a task stop, and another go on in its place (a **context switch**)? Old notes
# say: a million times a second.

# %% [markdown] id="after-gevent" lang="zh" of="d5a4ddb5"
# **一个接一个：没有崩溃，只是一个等一个**。打了补丁，三个就一起睡：`patch_all()` 替换了标准库里会阻塞的函数，这叫**猴子补丁**。
#
# 一个任务停下，另一个接着运行，这叫**上下文切换**。一秒能有多少次？旧笔记说：上百万次。

# %% id="predict-rates" predict=true lang="en"
predict(
    "ch18/rates",
    "Which of these can stop and go on most often in a second?",
    generator="a generator (next)",
    greenlet="a greenlet (switch)",
    asyncio="a task of asyncio (await)",
    threads="a thread (two locks)",
)

# %% id="predict-rates" predict=true lang="zh" of="cd63db07"
predict(
    "ch18/rates",
    "哪一种一秒之内停下又继续的次数最多？",
    generator="生成器（next）",
    greenlet="greenlet（switch）",
    asyncio="asyncio 的任务（await）",
    threads="线程（两把锁）",
)

# %% id="demo-rates" demo=true tags=["nbval-ignore-output"] lang="en"
from netlib.turns import turns_per_second

rates = {name: (rate or 0) / 1e6 for name, rate in turns_per_second().items()}
title = "turns in a second of processor time"
display(bars(rates, title=title, unit="million"))
outcome("ch18/rates", max(rates, key=rates.get))

# %% id="demo-rates" demo=true tags=["nbval-ignore-output"] lang="zh" of="f6270fe3"
from netlib.turns import turns_per_second

rates = {name: (rate or 0) / 1e6 for name, rate in turns_per_second().items()}
title = "每秒处理器时间里停下又继续的次数"
display(bars(rates, title=title, unit="百万"))
outcome("ch18/rates", max(rates, key=rates.get))

# %% [markdown] id="after-rates" lang="en"
# **A generator: we measured 36 to 43 million.** A greenlet did 3.6 million, a task of asyncio 0.7, a
# thread 0.1. So the notes' "a million" holds for generators
# and greenlets, not for asyncio's tasks or threads.
#
# ## One of three fails: what do the others do?
#
# asyncio is an **event loop** like yours, on `epoll`: of the I/O models of chapter 16 it is
# multiplexing. `await`
# is its `yield`. A notebook has such a loop running already: `await` works in a cell, and `asyncio.run`
# would raise RuntimeError. `gather` runs tasks and waits for all. Here one of three raises ValueError.

# %% [markdown] id="after-rates" lang="zh" of="1c5d0dc4"
# **生成器：实测 3,600 万到 4,300 万次**。greenlet 是 360 万次，asyncio 的任务 70 万次，线程 10 万次。所以旧笔记说的“上百万次”，对生成器和 greenlet 成立，对 asyncio 的任务和线程不成立。
#
# ## 三个里有一个失败：其余的怎么样？
#
# asyncio 就是一个和你写的一样的**事件循环**，建立在 `epoll` 上：在第 16 章的几种 I/O 模型里，它属于多路复用。`await` 相当于 `yield`。笔记本里已经有这样一个循环在运行，所以单元格里可以直接 `await`，而 `asyncio.run` 会抛出 RuntimeError。`gather` 同时运行几个任务，等它们全部结束。下面三个任务里有一个抛出 ValueError。

# %% id="predict-others" predict=true lang="en"
predict(
    "ch18/others",
    "gather raises ValueError. What became of the other two?",
    cancelled="they were cancelled",
    went_on="they go on, and nobody sees it",
)

# %% id="predict-others" predict=true lang="zh" of="5269e4ed"
predict(
    "ch18/others",
    "gather 抛出 ValueError。另外两个任务怎么样了？",
    cancelled="被取消了",
    went_on="继续运行，只是没有人看见",
)

# %% id="demo-others" demo=true
done = []


async def job(name):
    await asyncio.sleep(0.05)
    if name == "bad":
        raise ValueError(name)
    await asyncio.sleep(0.05)
    done.append(name)


try:
    await asyncio.gather(job("a"), job("bad"), job("b"))
except ValueError:
    await asyncio.sleep(0.5)
outcome("ch18/others", "went_on" if done else "cancelled")

# %% [markdown] id="after-others" lang="en"
# **With `gather` they go on unseen; their results are lost** ([COR-16](../catalogue.ipynb#cell-id=COR-16)).
# A `TaskGroup` cancels them, and raises all errors together (PEP 654):

# %% [markdown] id="after-others" lang="zh" of="513a161a"
# **用 `gather` 时，它们继续运行，只是没人看见，结果也丢了**（[COR-16](../catalogue.ipynb#cell-id=COR-16)）。`TaskGroup` 则会取消它们，把所有错误一起抛出（PEP 654）：

# %% id="demo-group" demo=true
done.clear()
try:
    async with asyncio.TaskGroup() as group:
        for name in ("a", "bad", "b"):
            group.create_task(job(name))
except* ValueError as failed:
    print(failed.exceptions)
await asyncio.sleep(0.2)
print(done)

# %% [markdown] id="after-group" lang="en"
# With `return_exceptions=True`, `gather` returns exceptions among the results. `asyncio.timeout` ends a
# block with TimeoutError. And a **semaphore** lets in only so many at once:

# %% [markdown] id="after-group" lang="zh" of="9eda7bc2"
# 加上 `return_exceptions=True`，`gather` 会把异常也放进结果里返回。`asyncio.timeout` 到时间就以 TimeoutError 结束一段代码。**信号量**（semaphore）只让规定个数的任务同时进去：

# %% id="demo-returned" demo=true
both = asyncio.gather(job("c"), job("bad"), return_exceptions=True)
print(await both)
try:
    async with asyncio.timeout(0.05):
        await asyncio.sleep(60)
except TimeoutError:
    print("TimeoutError")

# %% id="demo-semaphore" demo=true
async def guest(door, name):
    async with door:
        inside.append(name)
        most.append(len(inside))
        await asyncio.sleep(0.02)
        inside.remove(name)


inside, most, door = [], [], asyncio.Semaphore(2)
await asyncio.gather(*(guest(door, name) for name in "abcdef"))
print(max(most))

# %% [markdown] id="why-failed" lang="en"
# ## Why did a download fail?
#
# A wrong path, a wrong port and a silent server are different things, and their exceptions have names.
# Given are `fetch`, and a site with good files, a reset, and a page that never comes.

# %% [markdown] id="why-failed" lang="zh" of="30ebc14b"
# ## 下载为什么失败？
#
# 路径错、端口错、服务器不响应是三回事，异常各有各的名字。`fetch` 已经给出；另外还有一个网站，有正常的文件，有会复位连接的页面，也有永远等不到的页面。

# %% id="setup-fetch" setup=true
class HTTPError(Exception):
    """The server answered, but not with 200."""

# %% id="setup-fetching" setup=true
async def fetch(url):
    host, _, path = url.removeprefix("http://").partition("/")
    host, _, port = host.partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    try:
        writer.write(f"GET /{path} HTTP/1.0\r\n\r\n".encode())
        status = (await reader.readline()).decode("latin-1")
        if status.split()[1:2] != ["200"]:
            raise HTTPError(status.strip())
        while (await reader.readline()).strip():
            pass  # the rest of the head
        return await reader.read()
    finally:
        writer.close()

# %% id="demo-reset" demo=true lang="en"
import struct

# close() sends RST: chapter 12
RESET = socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)

# %% id="demo-reset" demo=true lang="zh" of="fc442047"
import struct

# close() 会发 RST：见第 12 章
RESET = socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)

# %% id="demo-site" demo=true lang="en"
async def site(reader, writer):
    path = (await reader.readline()).split()[1]
    if path == b"/silent":
        await reader.read()  # until the client gives up
    elif path == b"/reset":
        writer.get_extra_info("socket").setsockopt(*RESET)
    else:
        await asyncio.sleep(0.02)
        status = "200 OK" if path.startswith(b"/file") else "404 Not Found"
        writer.write(f"HTTP/1.0 {status}\r\n\r\nhello".encode())
    writer.close()

# %% id="demo-site" demo=true lang="zh" of="99e37902"
async def site(reader, writer):
    path = (await reader.readline()).split()[1]
    if path == b"/silent":
        await reader.read()  # 一直等到客户端放弃
    elif path == b"/reset":
        writer.get_extra_info("socket").setsockopt(*RESET)
    else:
        await asyncio.sleep(0.02)
        status = "200 OK" if path.startswith(b"/file") else "404 Not Found"
        writer.write(f"HTTP/1.0 {status}\r\n\r\nhello".encode())
    writer.close()

# %% [markdown] id="old-download" lang="en"
# A downloader as in old notes gets a good page, a path that does not exist, a reset, and a port at
# which nobody listens.

# %% [markdown] id="old-download" lang="zh" of="1e5c067b"
# 旧笔记那样的下载程序去取四个页面：一个正常的，一个不存在的路径，一个会复位连接的，一个没有程序监听的端口。

# %% id="predict-blame" predict=true lang="en"
predict(
    "ch18/blame",
    'Three of the four fail. How many of them does it call "defended against robots"?',
)

# %% id="predict-blame" predict=true lang="zh" of="0a692643"
predict(
    "ch18/blame",
    "四个里有三个失败。其中几个被它说成“有反爬虫”？",
)

# %% id="demo-blame" demo=true lang="en"
from netlib.oldnotes.coroutines import downloader

with socket.create_server(("127.0.0.1", 0)) as deaf:
    dead = deaf.getsockname()[1]  # after this line nobody listens there
said = []
async with await asyncio.start_server(site, "127.0.0.1", 0) as server:
    port = server.sockets[0].getsockname()[1]
    places = (f"{port}/file", f"{port}/missing", f"{port}/reset", f"{dead}/file")
    urls = [f"http://127.0.0.1:{place}" for place in places]
    guess = "is defended against robots"
    await asyncio.to_thread(downloader, urls, said.append, guess)
print(*said, sep="\n")
outcome("ch18/blame", sum(guess in line for line in said))

# %% id="demo-blame" demo=true lang="zh" of="ee55a8e8"
from netlib.oldnotes.coroutines import downloader

with socket.create_server(("127.0.0.1", 0)) as deaf:
    dead = deaf.getsockname()[1]  # 从这一行往后，没有程序在那里监听
said = []
async with await asyncio.start_server(site, "127.0.0.1", 0) as server:
    port = server.sockets[0].getsockname()[1]
    places = (f"{port}/file", f"{port}/missing", f"{port}/reset", f"{dead}/file")
    urls = [f"http://127.0.0.1:{place}" for place in places]
    guess = "有反爬虫"
    await asyncio.to_thread(downloader, urls, said.append, guess)
print(*said, sep="\n")
outcome("ch18/blame", sum(guess in line for line in said))

# %% [markdown] id="after-blame" lang="en"
# **All of them: it catches every exception, and prints one guess.** For the silent page it would wait
# for ever: it has no time limit ([COR-08](../catalogue.ipynb#cell-id=COR-08)).

# %% [markdown] id="after-blame" lang="zh" of="553b56d2"
# **三个全是：它捕获所有异常，打印同一个猜测**。遇到没有响应的页面，它会一直等下去，因为没有时限（[COR-08](../catalogue.ipynb#cell-id=COR-08)）。

# %% [markdown] id="ex-download-all" lang="en"
# ## Exercise 6 · Download all (3 points)
#
# `await download_all(urls, limit, timeout)` fetches all urls with `fetch(url)`, at most `limit` at
# once (as soon as one has ended, the next begins). It returns a dict: each url, in the order of
# `urls`, and its size in bytes (an int), or the name of the class of the exception that ended it (a
# str).
#
# - `timeout` seconds are each download's own; they begin with the download, not while it waits for its turn.
#   If it takes longer, its value is `"TimeoutError"`.
# - One failure changes nothing for the others.
# - *Not required:* a url twice, redirects, a limit below 1.

# %% [markdown] id="ex-download-all" lang="zh" of="7526ed18"
# ## 习题 6 · 全部下载（3 分）
#
# `await download_all(urls, limit, timeout)` 用 `fetch(url)` 下载所有 url，同时最多 `limit` 个（一个结束，下一个马上开始）。返回字典：按 `urls` 的顺序列出每个 url，值是它的字节数（int）；失败的，值是异常的类名（str）。
#
# - `timeout` 秒是每个下载各自的时限，从它开始下载算起，排队等候的时间不算。超过时限，值是 `"TimeoutError"`。
# - 一个失败，不影响其他下载。
# - **不要求**：重复的 url；重定向；小于 1 的 limit。

# %% id="download-all" solution="ch18/download_all"
async def download_all(urls: list[str], limit: int, timeout: float) -> dict[str, int | str]:
    """Fetch all urls, at most limit at once; return the size of each, or the error's name."""
    ### BEGIN SOLUTION
    turns = asyncio.Semaphore(limit)

    async def one(url: str) -> int | str:
        async with turns:
            try:
                async with asyncio.timeout(timeout):
                    return len(await fetch(url))
            except Exception as error:
                return type(error).__name__

    sizes = await asyncio.gather(*map(one, urls))
    return dict(zip(urls, sizes))
    ### END SOLUTION

# %% id="check-download-all" check="ch18/download_all"
check("ch18/download_all")

# %% [markdown] id="hundred" lang="en"
# A hundred files of 20 ms, and three failures; the limit is 0.5 s. First one at a time, then ten:

# %% [markdown] id="hundred" lang="zh" of="20dc6714"
# 下面是一百个各要 20 毫秒的文件，加上三个会失败的，时限 0.5 秒：先一个接一个，再十个一起。

# %% id="demo-hundred" demo=true
PATHS = [*(f"file{n}" for n in range(100)), "missing", "reset", "silent"]


async def timed(limit):
    async with await asyncio.start_server(site, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        urls = [f"http://127.0.0.1:{port}/{path}" for path in PATHS]
        began = time.monotonic()
        got = await download_all(urls, limit, 0.5)
        print(limit, [got[url] for url in urls[99:]])
        return time.monotonic() - began

# %% id="demo-hundred-run" demo=true tags=["nbval-ignore-output"] lang="en"
with built_on(6):
    took = {f"{limit} at a time": await timed(limit) for limit in (1, 10)}
    display(bars(took, title="103 downloads", unit="s"))

# %% id="demo-hundred-run" demo=true tags=["nbval-ignore-output"] lang="zh" of="e679a912"
with built_on(6):
    took = {f"同时 {limit} 个": await timed(limit) for limit in (1, 10)}
    display(bars(took, title="103 个下载", unit="秒"))

# %% [markdown] id="after-hundred" lang="en"
# We measured 2.9 s and 0.8 s: both include the 0.5 s for the silent page. **This program runs without
# the notebook, too.** Start `python3 -m http.server --bind 127.0.0.1 8000` in one terminal; in another, try a good
# name, a wrong one, and a wrong port.

# %% [markdown] id="after-hundred" lang="zh" of="512c6ee4"
# 实测 2.9 秒和 0.8 秒；两次都包含等待那个没有响应的页面的 0.5 秒。**这个程序也可以脱离笔记本运行**：在一个终端启动 `python3 -m http.server --bind 127.0.0.1 8000`，在另一个终端里试一个正确的名字、一个错误的名字、一个错误的端口。

# %% id="demo-save-download" demo=true lang="en"
def download(*urls):
    got = asyncio.run(download_all(urls, 10, 5.0))
    for url, size in got.items():
        print(url, size)


with built_on(6):
    path = save_program("download.py", "", download)
    site_url = "http://127.0.0.1:8000"
    print(f"python3 {path} {site_url}/ {site_url}/nothing http://127.0.0.1:8001/")

# %% id="demo-save-download" demo=true lang="zh" of="b0fa22a1"
def download(*urls):
    got = asyncio.run(download_all(urls, 10, 5.0))
    for url, size in got.items():
        print(url, size)


with built_on(6):
    path = save_program("download.py", "", download)
    site_url = "http://127.0.0.1:8000"
    print(f"python3 {path} {site_url}/ {site_url}/nothing http://127.0.0.1:8001/")

# %% [markdown] id="time-server" lang="en"
# A server in asyncio is a coroutine function for one client. `writer.write` never waits: it keeps what
# the kernel does not take, without a limit. `await writer.drain()` waits until the client has read
# enough. This server says one word, and closes:

# %% [markdown] id="time-server" lang="zh" of="c0fbc5b6"
# asyncio 的服务器就是一个为单个客户端服务的协程函数。`writer.write` 从不等待：内核收不下的，它全都存起来，没有上限。`await writer.drain()` 才会等客户端读走足够多。下面的服务器说一个词就关闭：

# %% id="demo-time-server" demo=true
async def hello(reader, writer):
    writer.write(b"hello\n")
    await writer.drain()
    writer.close()


async with await asyncio.start_server(hello, "127.0.0.1", 0) as server:
    reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
    print(await reader.read())
    writer.close()

# %% [markdown] id="ex-asyncio-echo" lang="en"
# ## Exercise 7 · The same server in asyncio (2 points)
#
# `await asyncio_echo(listener, stop)` does what `coro_echo` does, with asyncio: the same clients, the
# same end, the same count. `listener` may be closed or left open.
#
# - Here, too, your program holds at most 4 MiB of a client that does not read.
# - `stop` is a `threading.Event`: whoever calls `stop.wait()` stops the whole loop.
# - `start_server(…, sock=listener)` calls `listen` on the listener: pass `backlog=128`. `loop.sock_accept`,
#   `sock_recv` and `sock_sendall` are as right.
# - `writer.close()` still sends what is owed; `writer.transport.abort()` ends at once.
# - *Not required:* `stop` set before the call.

# %% [markdown] id="ex-asyncio-echo" lang="zh" of="d165b981"
# ## 习题 7 · 用 asyncio 再写一遍（2 分）
#
# `await asyncio_echo(listener, stop)` 用 asyncio 做 `coro_echo` 做的事：同样的客户端，同样的结束方式，同样的返回值。`listener` 关不关都可以。
#
# - 这里也一样：客户端只发不读时，你的程序最多替它存 4 MiB。
# - `stop` 是 `threading.Event`：谁调用 `stop.wait()`，谁就停住整个循环。
# - `start_server(…, sock=listener)` 会对它调用 `listen`，要传 `backlog=128`。用 `loop.sock_accept`、`sock_recv`、`sock_sendall` 来写也可以。
# - `writer.close()` 还会把欠的字节发完；`writer.transport.abort()` 立刻结束。
# - **不要求**：调用之前 `stop` 已经设置。

# %% id="asyncio-echo" solution="ch18/asyncio_echo"
async def asyncio_echo(listener: socket.socket, stop: threading.Event) -> int:
    """As coro_echo, with asyncio."""
    ### BEGIN SOLUTION
    loop, tasks, count = asyncio.get_running_loop(), set(), 0
    listener.setblocking(False)

    async def echo(client: socket.socket) -> None:
        try:
            while data := await loop.sock_recv(client, 65536):
                await loop.sock_sendall(client, data)
        except OSError:
            pass
        finally:
            client.close()

    accepting = asyncio.create_task(loop.sock_accept(listener))
    while not stop.is_set():
        await asyncio.wait({accepting}, timeout=0.1)
        if accepting.done():
            client, _ = accepting.result()
            count += 1
            tasks.add(task := asyncio.create_task(echo(client)))
            task.add_done_callback(tasks.discard)
            accepting = asyncio.create_task(loop.sock_accept(listener))
    left = [accepting, *tasks]
    for task in left:
        task.cancel()
    await asyncio.gather(*left, return_exceptions=True)
    return count
    ### END SOLUTION

# %% id="check-asyncio-echo" check="ch18/asyncio_echo"
check("ch18/asyncio_echo")

# %% [markdown] id="which" lang="en"
# ## Which server for how many clients?
#
# Here are all your servers that are on this machine (those of chapters 11, 15, 16 and 17 come from their
# notebooks), and three of ours. Each runs in a process of its own, under the same load: of 1,000 connections
# 100 talk. Compare *per CPU s*: how many messages the server handles in a second of its own processor time.

# %% [markdown] id="which" lang="zh" of="a1e3259f"
# ## 多少客户端，用哪种服务器？
#
# 下面比较这台机器上有的、你写的所有服务器（第 11、15、16、17 章的取自各自的笔记本），再加上我们的三个。每个都在单独的进程里运行，负载相同：1,000 条连接里有 100 条在说话。要比较的是“每 CPU 秒”：服务器自己的处理器时间里，每秒处理多少条消息。

# %% id="demo-servers" demo=true lang="en"
from netlib.swarm import compare, greenlets, own, protocol, threads


def answer(client, address):  # what the server of chapter 15 does for a client
    while data := client.recv(65536):
        client.sendall(data)


def with_asyncio(listener, stop):
    return asyncio.run(asyncio_echo(listener, stop))


pool = {"handler": answer, "max_clients": 2000}

# %% id="demo-servers" demo=true lang="zh" of="87f22d69"
from netlib.swarm import compare, greenlets, own, protocol, threads


def answer(client, address):  # 第 15 章的服务器对每个客户端做的事
    while data := client.recv(65536):
        client.sendall(data)


def with_asyncio(listener, stop):
    return asyncio.run(asyncio_echo(listener, stop))


pool = {"handler": answer, "max_clients": 2000}

# %% id="predict-best" predict=true lang="en"
predict(
    "ch18/best",
    "One client talks. Which server needs less processor time for a message?",
    thread="the server with a thread a client",
    task="your server of coroutines",
)

# %% id="predict-best" predict=true lang="zh" of="0e4550c5"
predict(
    "ch18/best",
    "只有一个客户端在说话。处理一条消息，哪个用的处理器时间少？",
    thread="一个客户端一个线程的服务器",
    task="你用协程写的服务器",
)

# %% id="demo-compare" demo=true tags=["nbval-ignore-output"]
servers = {
    "11 upper_server": own("ch11", "upper_server"),
    "15 serve_threads": own("ch15", "serve_threads", **pool),
    "16 select_echo": own("ch16", "select_echo"),
    "17 epoll_echo": own("ch17", "epoll_echo", edge=False),
    "18 coro_echo": coro_echo,
    "18 asyncio_echo": with_asyncio,
    "threads": threads,
    "asyncio.Protocol": protocol,
    "gevent": greenlets,
}
with built_on(*range(2, 6), 7, seconds=120):
    parts = [Scheduler, Sleepers, SocketScheduler, accepter]
    parts = {"18 coro_echo": parts, "18 asyncio_echo": [asyncio_echo]}
    seen = compare(servers, active=100, seconds=0.2, also=parts)
    display(seen)

# %% id="demo-best" demo=true tags=["nbval-ignore-output"]
with built_on(5, 7):
    one = {row.server: row.per_cpu_s or 0 for row in seen.rows if row.connections == 1}
    thread, task = one["threads"], one["18 coro_echo"]
    display(outcome("ch18/best", "thread" if thread > task else "task"))

# %% [markdown] id="after-compare" lang="en"
# **With one client usually the thread (`threads`): a kernel wakes it, and nobody has to ask who is
# ready.** We measured, in thousand messages per second of processor time:
#
# | | 1 client | 100 | 1,000, of which 100 talk | KiB a client |
# |---|---|---|---|---|
# | `threads`: a thread a client | 56 to 117 | 60 to 72 | 20 to 78 | 22 to 64 |
# | `coro_echo` | 33 to 60 | 126 to 155 | 26 to 37 | 1 to 3 |
# | `asyncio_echo` | 29 to 94 | 48 to 81 | 48 to 68 | 3 to 5 |
# | asyncio's `Protocol` | 58 to 103 | 134 to 161 | 113 to 132 | 2 to 3 |
# | gevent | 39 to 90 | 71 to 92 | 77 to 101 | 10 |
#
# Your scheduler hands all its sockets to `poll` in each round: with 100 it does well, with 1,000 it usually
# falls behind. "Coroutines are the most efficient", say old notes: about memory they are right.
#
# **Where will you meet this?** FastAPI runs on asyncio, gunicorn can run on gevent, and Go and Java have
# schedulers of their own for their light threads.

# %% [markdown] id="after-compare" lang="zh" of="fde8bba0"
# **只有一个客户端时，通常是线程（`threads`）：内核直接叫醒它，不必先问谁就绪**。我们测得（每秒处理器时间处理的消息，单位：千条）：
#
# | | 1 个客户端 | 100 个 | 1,000 个，其中 100 个在说话 | 每个客户端 KiB |
# |---|---|---|---|---|
# | `threads`：一个客户端一个线程 | 56～117 | 60～72 | 20～78 | 22～64 |
# | `coro_echo` | 33～60 | 126～155 | 26～37 | 1～3 |
# | `asyncio_echo` | 29～94 | 48～81 | 48～68 | 3～5 |
# | asyncio 的 `Protocol` | 58～103 | 134～161 | 113～132 | 2～3 |
# | gevent | 39～90 | 71～92 | 77～101 | 10 |
#
# 你的调度器每一轮都把所有套接字交给 `poll`，所以 100 个时很好，1,000 个时通常就落后了。旧笔记说“协程效率最高”；就内存来说，这句话是对的。
#
# **实际应用**：FastAPI 这样的 Web 框架运行在 asyncio 上，gunicorn 可以运行在 gevent 上，Go 的 goroutine 和 Java 的虚拟线程有自己的调度器。

# %% [markdown] id="old-notes" lang="en"
# ## Old notes, checked
#
# | They say or do | In fact |
# |---|---|
# | each thread has a cache, which the system restores | caches belong to cores |
# | gevent lets others go on at file operations | a regular file is always "ready": reading it never lets others go on |
# | tornado is made with gevent | it runs on asyncio: see below |
# | `patch_all()` after other imports | gevent's documentation: patch first |
# | the socket of a client that leaves is closed | its entry stays in `client_dict`: see below ([COR-09](../catalogue.ipynb#cell-id=COR-09)) |
#
# They are right that processes are for computing (**CPU-bound**), threads and coroutines for waiting
# (**I/O-bound**); and that in real programs tasks change over at I/O; `gevent.sleep` only stands in
# for it.

# %% [markdown] id="old-notes" lang="zh" of="a4945e5c"
# ## 核对旧笔记
#
# | 旧说法、旧做法 | 事实 |
# |---|---|
# | 每个线程有自己的缓存，由系统恢复 | 缓存属于处理器核心 |
# | gevent 遇到文件操作会切换 | 普通文件总是“就绪”的，读文件时别的任务得不到机会 |
# | tornado 是用 gevent 做的 | 它运行在 asyncio 上，见下 |
# | 导入其他模块之后才 `patch_all()` | gevent 文档：要最先打补丁 |
# | 客户端离开，就关闭它的套接字 | 它在 `client_dict` 里的那一项还留着，见下（[COR-09](../catalogue.ipynb#cell-id=COR-09)） |
#
# 有两点旧笔记说得对：计算用进程（**CPU 密集**），等待用线程和协程（**I/O 密集**）；真实的程序里，任务在 I/O 处切换，`gevent.sleep` 只是用来代替 I/O。

# %% id="demo-old-server" demo=true tags=["nbval-ignore-output"] lang="en"
from netlib.oldnotes.coroutines import left_in_table

print("tornado" in sys.modules, "gevent" in sys.modules)
ran = attempt(left_in_table, 3, seconds=10)
print("left in the table of clients:", ran if ran.value is None else ran.value)

# %% id="demo-old-server" demo=true tags=["nbval-ignore-output"] lang="zh" of="db007681"
from netlib.oldnotes.coroutines import left_in_table

print("tornado" in sys.modules, "gevent" in sys.modules)
ran = attempt(left_in_table, 3, seconds=10)
print("还留在客户端表里的：", ran if ran.value is None else ran.value)

# %% [markdown] id="say-now" lang="en"
# ## What can you say now?
#
# **You can now say:** Calling a generator function runs nothing; `next` runs it to its `yield`. A
# scheduler is a queue and a loop. A task that waits tells the loop for what: a time, or a socket. One
# blocking call stops every task of the thread. asyncio is such a loop on epoll; `await` marks where
# a task may stop.
#
# **Ask yourself:** Where does the value of `return` in a generator arrive? `time.sleep(1)` in one of
# thirty tasks: how long do the others wait? What does `fetch(url)` without `await` return
# ([COR-20](../catalogue.ipynb#cell-id=COR-20))? (16) Which I/O model is asyncio? (17) What does
# `epoll` say about a regular file?
#
# <details><summary>Answers</summary>In StopIteration.value. One second. A coroutine; nothing has run.
# Multiplexing: it is told which socket is ready. It refuses it: PermissionError.</details>
#
# **Left out, to try:** cancellation in your scheduler (`generator.throw`); `epoll` in its `wait`; trio; what
# `patch_all` replaces (after it, `select.epoll` is gone).

# %% [markdown] id="say-now" lang="zh" of="f7b0a6b4"
# ## 小结
#
# **现在你能说清楚**：调用生成器函数并不执行它，`next` 才让它运行到 `yield`。调度器就是一个队列加一个循环。任务要等待时，告诉循环它等什么：时间，或者套接字。一次阻塞调用会停住这个线程的所有任务。asyncio 就是 epoll 上的这样一个循环，`await` 标出任务可以停在哪里。
#
# **考考自己**：生成器里 `return` 的值到哪里去了？三十个任务中有一个调用 `time.sleep(1)`，其余的要等多久？`fetch(url)` 不加 `await` 返回什么（[COR-20](../catalogue.ipynb#cell-id=COR-20)）？（第 16 章）asyncio 属于哪种 I/O 模型？（第 17 章）`epoll` 遇到普通文件会怎样？
#
# <details><summary>答案</summary>在 StopIteration.value 里。一秒。一个协程，什么都没有执行。多路复用：它只被告知哪个套接字就绪。拒绝它：PermissionError。</details>
#
# **本章没有讲**：在你的调度器里取消任务（`generator.throw`）；把 `wait` 换成 `epoll`；trio；`patch_all` 替换了什么（之后 `select.epoll` 就没有了）。挑一个试试。

# %% [markdown] id="glossary" lang="en"
# ## Glossary
#
# | Term | 中文 | Source |
# |---|---|---|
# | coroutine, generator | 协程，生成器 | PEP 342, PEP 492 |
# | task, scheduler, event loop | 任务，调度器，事件循环 | Python docs, asyncio |
# | cooperative / preemptive scheduling | 协作式 / 抢占式调度 | — |
# | ready queue, starvation, context switch | 就绪队列，饥饿，上下文切换 | — |
# | await, cancellation, semaphore | 等待（await），取消，信号量 | PEP 492, PEP 654 |
# | monkey patching | 猴子补丁 | gevent docs |
# | CPU-bound / I/O-bound | CPU 密集 / I/O 密集 | — |

# %% [markdown] id="glossary" lang="zh" of="8a3a8f68"
# ## 术语表
#
# | 中文 | 英文 | 出处 |
# |---|---|---|
# | 协程，生成器 | coroutine, generator | PEP 342，PEP 492 |
# | 任务，调度器，事件循环 | task, scheduler, event loop | Python 文档 asyncio |
# | 协作式 / 抢占式调度 | cooperative / preemptive scheduling | — |
# | 就绪队列，饥饿，上下文切换 | ready queue, starvation, context switch | — |
# | 等待（await），取消，信号量 | await, cancellation, semaphore | PEP 492，PEP 654 |
# | 猴子补丁 | monkey patching | gevent 文档 |
# | CPU 密集 / I/O 密集 | CPU-bound / I/O-bound | — |

# %% [markdown] id="foreseen" lang="en"
# ## What did you predict?

# %% [markdown] id="foreseen" lang="zh" of="f55ec522"
# ## 你猜对了多少？

# %% id="demo-predictions" demo=true
predictions("ch18")
