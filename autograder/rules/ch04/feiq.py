"""04.5 parse_feiq and build_feiq: an application's message, both ways."""

from random import Random
from typing import Any

from autograder.exercise import exercise, rule
from autograder.network.learner import Learner
from autograder.network.steps import YOU, Because, Steps
from autograder.rules.common import han, word

__all__: list[str] = []

exercise("ch04/feiq", points=4, names=("parse_feiq", "build_feiq"))

FIELDS = ("version", "packet_no", "sender", "host", "command", "content")
NUMBERS = ("packet_no", "command")
SEED = b"1:1238605487:user:machine:32:hello"
SEED_FIELDS = dict(zip(FIELDS, ("1", 1238605487, "user", "machine", 32, "hello"), strict=True))


def _parsed(
    subject: Learner, steps: Steps, data: bytes, want: dict[str, Any], *charset: str
) -> None:
    got = subject.call("parse_feiq", data, *charset)
    steps.expect(("the fields", "各字段"), got=got, want=want, because=_misread(want))


def _misread(want: dict[str, Any]) -> Because:
    """Return why the fields came out wrong, where they show it."""

    def because(got: Any) -> str | None:
        if not (isinstance(got, dict) and got.keys() == want.keys()):
            return None
        if isinstance(got["version"], bytes) or str(got["version"]).startswith(("b'", 'b"')):
            return "TXT-03"
        if any(isinstance(got[name], str) for name in NUMBERS):
            return "TXT-08"
        texts = [name for name in FIELDS if name not in NUMBERS and got[name] != want[name]]
        if texts and all(got[name] == want[name].strip() for name in texts):
            return "STR-41"
        return None

    return because


def _built(
    subject: Learner, steps: Steps, message: dict[str, Any], want: bytes, *charset: str
) -> None:
    got = subject.call("build_feiq", message, *charset)
    text = want.decode(*charset or ("gbk",))
    steps.expect(("the message", "消息"), got=got, want=want, because=_miswritten(text))


def _miswritten(text: str) -> Because:
    def because(got: Any) -> str | None:
        if isinstance(got, str):
            return "TXT-04"
        others = (text.encode(charset) for charset in ("utf-8", "gbk", "utf-16"))
        return "TXT-01" if got in others else None

    return because


def _message(rng: Random, content: str) -> dict[str, Any]:
    values = ("1", rng.randrange(1, 2**31), word(rng, 4), word(rng, 4), 32, content)
    return dict(zip(FIELDS, values, strict=True))


def _written(message: dict[str, Any], charset: str = "gbk") -> bytes:
    return ":".join(str(message[name]) for name in FIELDS).encode(charset)


@rule("ch04/feiq", weight=3)
def the_known_message(subject: Learner, steps: Steps, rng: Random) -> None:
    """The known message is read into six fields, two of them int, and written back.

    已知的那条消息读成六个字段（其中两个是 int），再写回原样。
    """
    _parsed(subject, steps, SEED, SEED_FIELDS)
    _built(subject, steps, SEED_FIELDS, SEED)
    message = _message(rng, word(rng))
    _parsed(subject, steps, _written(message), message)
    shuffled = {name: message[name] for name in rng.sample(FIELDS, k=len(FIELDS))}
    _built(subject, steps, shuffled, _written(message))


@rule("ch04/feiq", weight=2, misconception="UDP-21")
def content_may_hold_colons(subject: Learner, steps: Steps, rng: Random) -> None:
    """Only the first five colons separate; content may hold more.

    只有前五个冒号是分隔符；content 里还可以有冒号。
    """
    message = _message(rng, f"{word(rng, 3)}:{word(rng, 2)}::")
    _parsed(subject, steps, _written(message), message)
    _built(subject, steps, message, _written(message))


@rule("ch04/feiq", weight=2, condition="non-ascii", misconception="TXT-01")
def chinese_in_the_charset_asked_for(subject: Learner, steps: Steps, rng: Random) -> None:
    """Text is in charset, GBK unless told otherwise, both ways.

    文本使用 charset 编码，默认 GBK，解析和生成都一样。
    """
    message = _message(rng, han(rng))
    for charset in ((), ("utf-8",)):
        data = _written(message, *charset)
        _parsed(subject, steps, data, message, *charset)
        _built(subject, steps, message, data, *charset)


@rule("ch04/feiq", weight=2, condition="empty", misconception="STR-23")
def fields_may_be_empty(subject: Learner, steps: Steps, rng: Random) -> None:
    """Text fields may be empty, and blanks in them are kept.

    文本字段可以为空；其中的空白原样保留。
    """
    for content in ("", f" {word(rng)} \n"):
        message = _message(rng, content) | {"sender": "", "host": " h "}
        _parsed(subject, steps, _written(message), message)
        _built(subject, steps, message, _written(message))


@rule("ch04/feiq", weight=2, condition="truncated", misconception="MUX-02")
def bad_messages_raise(subject: Learner, steps: Steps, rng: Random) -> None:
    """Too few colons, a number that is none, or bytes that charset cannot read: ValueError.

    冒号不够、数字不是数字、或者有 charset 读不了的字节：抛出 ValueError。
    """
    whole = _written(_message(rng, "你好"))
    for bad, english, chinese in (
        (b"1:2:user:machine:32", "four colons:", "四个冒号："),
        (b"", "no byte at all:", "一个字节也没有："),
        (whole[:-1], "你好 without its last byte:", "“你好”少了最后一个字节："),
        (SEED.replace(b"32", b"x"), "command is x:", "command 是 x："),
        (b"1:y:a:b:32:c", "packet_no is y:", "packet_no 是 y："),
    ):
        steps.tell(YOU, english, chinese)
        subject.start("parse_feiq", bad).raises(ValueError, because=_died_or_hid)


def _died_or_hid(got: Any) -> str:
    return "UDP-10" if isinstance(got, Exception) else "MUX-02"


@rule("ch04/feiq", weight=1, misconception="UDP-21")
def no_colon_in_an_early_field(subject: Learner, steps: Steps, rng: Random) -> None:
    """build_feiq raises ValueError if version, sender or host holds a colon.

    version、sender 或 host 里有冒号时，build_feiq 抛出 ValueError。
    """
    for name in ("version", "sender", "host"):
        message = _message(rng, word(rng)) | {name: f"{word(rng, 2)}:{word(rng, 1)}"}
        subject.start("build_feiq", message).raises(ValueError)
