"""What is said plainly of a failure that has nothing to do with networks.

A function that prints what it should return, calls itself without an end or waits for the
keyboard shows no belief about networks. So it gets one true sentence in the place of a
misconception, or, if there is none, silence.
"""

import re
from typing import Any

from autograder.guest.values import Record
from autograder.text.observed import Raised, Standing
from autograder.text.wording import Text

__all__ = ["AT_ONCE", "of_event", "of_exception", "of_standing", "of_value", "waits_for_keys"]

PRINTED = Text(
    "Your function has printed something and returned None: return the result instead.",
    "你的函数打印了内容，返回的却是 None：结果要用 return 返回。",
)
NO_RETURN = Text(
    "Your function returned None: what ends without a return does that.",
    "你的函数返回了 None：没有执行到 return 就结束的函数都是这样。",
)
ENDLESS = Text(
    "Your function calls itself, again and again: Python has about 1,000 such calls.",
    "你的函数一层又一层地调用自己：Python 只容得下大约 1000 层。",
)
EXITS = Text(
    "exit() ends the whole program: raise the exception that is asked for instead.",
    "exit() 会结束整个程序：应该抛出题目要求的异常。",
)
KEYBOARD = Text(
    "Your code waits for the keyboard (input): what it needs, it is given as arguments.",
    "你的代码在等键盘输入（input）：它需要的东西都已经作为参数传进来了。",
)
SPINS = Text(
    "Your code goes round and round there, and waits for nothing.",
    "你的代码在那里不停地转圈，什么也没有等。",
)
SPINS_UNREAD = Text(
    "Your code is still busy there, and has not read all that has come.",
    "你的代码还在那里忙着，到达的内容没有读完。",
)
UNREAD = Text(
    "Your code stands there, and does not read what has come.",
    "你的代码停在那里，到达的内容一直没有去读。",
)
AT_ONCE = Text(
    "It ended at once: nothing in it has waited for anybody.",
    "它马上就结束了：里面没有任何地方在等待。",
)
EVENT = Text(
    "An Event is true as an object, set or not: ask is_set().",
    "Event 这个对象不管有没有设置都为真：要问 is_set()。",
)

_KEYBOARD = ("there is nobody to type", "EOF when reading a line")


def of_exception(error: Raised) -> Text | None:
    """Return what an exception says that nobody asked for."""
    if "RecursionError" in error.names:
        return ENDLESS
    if "SystemExit" in error.names:
        return EXITS
    return KEYBOARD if waits_for_keys(error) else None


def waits_for_keys(error: Raised) -> bool:
    """Tell whether that comes of `input()`, as nobody types while code is judged."""
    return error.names[0] == "EOFError" and str(error.error).startswith(_KEYBOARD)


def of_value(want: Any, got: Any, printed: str) -> Text | None:
    """Return what a value says that a call returned, where want was due."""
    if got is None:
        return PRINTED if printed.strip() else NO_RETURN
    if isinstance(want, Text) or not same_but_for_type(want, got):
        return None
    wanted, came = type(want).__name__, type(got).__name__
    if wanted == came:
        return Text(
            "Your value is right but for the types of what is in it.",
            "值是对的，只是里面元素的类型不对。",
        )
    return Text(
        f"Your value is right but for its type: {wanted} is due, not {came}.",
        f"值是对的，类型不对：应为 {wanted}，不是 {came}。",
    )


def same_but_for_type(want: Any, got: Any) -> bool:
    """Tell whether two values are equal once lists are tuples and bytearrays bytes."""
    return bool(_loose(want) == _loose(got))


def _loose(value: Any) -> Any:
    if isinstance(value, (list, tuple)):
        return tuple(map(_loose, value))
    if isinstance(value, Record):
        return tuple(map(_loose, value.fields.values()))
    return bytes(value) if isinstance(value, bytearray) else value


def of_standing(standing: Standing) -> Text | None:
    """Return what a call says that did not come to its end, or to an answer."""
    if standing.spins:
        return SPINS_UNREAD if standing.unread else SPINS
    return UNREAD if standing.unread else None


def of_event(source: str, name: str) -> Text | None:
    """Return what is wrong with how the function of that name asks for the event, which is its
    argument stop, or else its last one."""
    heading = re.search(rf"^[ \t]*+def[ \t]++{name}\(([^()]*+)\)", source, re.MULTILINE)
    arguments = re.findall(
        r"(\w++)(?:[ \t]*+:[^,]*+)?(?:,|$)", heading[1].strip() if heading else ""
    )
    if not arguments:
        return None
    stop = "stop" if "stop" in arguments else arguments[-1]
    if re.search(
        rf"^[ \t]*+(?:while|if|elif)[ \t]++(?:not[ \t]++)?{stop}[ \t]*+:", source, re.MULTILINE
    ):
        return EVENT
    if re.search(rf"^[ \t]*+while[ \t]++{stop}\.is_set\(\)[ \t]*+:", source, re.MULTILINE):
        return Text(
            f"{stop} is not set at first: `while {stop}.is_set()` is left at once.",
            f"{stop} 一开始没有设置：while {stop}.is_set() 马上就退出。",
        )
    return None
