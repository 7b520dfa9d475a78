"""18.7 asyncio_echo: the same server, on asyncio's loop."""

from random import Random

from autograder.exercise import Rules
from autograder.network import Learner, Steps
from autograder.rules.ch18.echo import (
    MISTAKES,
    idle_and_stopped,
    many,
    resets,
    slow_reader,
    turns,
)

__all__ = ["MISTAKES", "RULES"]
RULES = Rules()

NAME = "asyncio_echo"


@RULES.rule(weight=1)
def bytes_come_back(learner: Learner, steps: Steps, rng: Random) -> None:
    """Any bytes come back at once; who finishes sending gets all of its own, then the end.

    任何字节都马上原样发回；关闭写端的客户端先收完自己的全部字节，再收到流的结束。
    """
    turns(learner, steps, NAME, rng)


@RULES.rule(weight=2)
def a_slow_reader_gets_everything(learner: Learner, steps: Steps, rng: Random) -> None:
    """A client that does not read delays no other, fills no memory, and gets everything later.

    只发不读的客户端不影响别人，不会把内存占满；之后再读，一个字节也不少。
    """
    slow_reader(learner, steps, NAME, rng)


@RULES.rule(weight=1, condition="many clients")
def all_at_the_same_time(learner: Learner, steps: Steps, rng: Random) -> None:
    """20 clients are served at once, in whatever order they speak; their number is returned.

    20 个客户端同时得到服务，谁先说话都一样；返回它们的个数。
    """
    many(learner, steps, NAME, rng, 20)


@RULES.rule(weight=2, misconception="STR-29")
def a_reset_ends_one_connection(learner: Learner, steps: Steps, rng: Random) -> None:
    """A client that resets ends its own connection, and no other, and is counted.

    复位连接的客户端只结束它自己的连接，不影响别人，也计入个数。
    """
    resets(learner, steps, NAME, rng)


@RULES.rule(weight=2)
def idle_then_stopped(learner: Learner, steps: Steps, rng: Random) -> None:
    """An idle server sleeps; it returns within 0.5 s of stop.set(), and leaves no connection open.

    空闲时服务器在睡眠中等待；stop.set() 之后 0.5 秒之内返回，不留下打开的连接。
    """
    idle_and_stopped(learner, steps, NAME, rng, keeps=False)
