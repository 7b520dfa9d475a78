"""04.5 parse_feiq and build_feiq: an application's message, both ways."""

from random import Random
from typing import Any

from autograder.exercise import Rules
from autograder.network import Learner, Steps
from autograder.rules.common import han, mixed, word
from autograder.text import NOTHING, YOU, Because

__all__ = ["RULES"]
RULES = Rules()

FIELDS = ("version", "packet_no", "sender", "host", "command", "content")
NUMBERS = ("packet_no", "command")
SEED = b"1:1238605487:user:machine:32:hello"
SEED_FIELDS = dict(zip(FIELDS, ("1", 1238605487, "user", "machine", 32, "hello"), strict=True))


def _parsed(
    learner: Learner,
    data: bytes,
    want: dict[str, Any],
    *charset: str,
    refused: str | None = None,
    because: Because = None,
) -> None:
    """Expect the fields of a message; refused is cited where it could not be read."""

    def quoted(got: Any) -> bool:
        version = got["version"] if _has_fields(got) else None
        return isinstance(version, bytes) or str(version).startswith(("b'", 'b"'))

    def number_as_text(got: Any) -> bool:
        return _has_fields(got) and any(isinstance(got[name], str) for name in NUMBERS)

    def stripped(got: Any) -> bool:
        texts = [name for name in FIELDS if name not in NUMBERS and _has_fields(got)]
        wrong = [name for name in texts if got[name] != want[name]]
        return bool(wrong) and all(got[name] == want[name].strip() for name in wrong)

    reply = learner.start("parse_feiq", data, *charset)
    cites = {quoted: "TXT-03", number_as_text: "TXT-08", stripped: "STR-41"}
    unread = {(ValueError, LookupError, AttributeError, TypeError, type(None)): refused}
    reply.returns(want, ("the fields", "各字段"), ({**cites, **unread}, because))


def _has_fields(got: Any) -> bool:
    return isinstance(got, dict) and got.keys() == set(FIELDS)


def _built(learner: Learner, message: dict[str, Any], want: bytes, *charset: str) -> None:
    """Expect the message of some fields."""
    text = want.decode(*charset or ("gbk",))
    others = [text.encode(other) for other in ("utf-8", "gbk", "utf-16")]
    reply = learner.start("build_feiq", message, *charset)
    reply.returns(want, ("the message", "消息"), {str: "TXT-04", others.__contains__: "TXT-01"})


def _message(rng: Random, content: str) -> dict[str, Any]:
    values = ("1", rng.randrange(1, 2**31), word(rng, 4), word(rng, 4), 32, content)
    return dict(zip(FIELDS, values, strict=True))


def _unlike_the_known(rng: Random) -> dict[str, Any]:
    """Return fields that nobody wrote down: capitals and digits in names, another command."""
    version, command = f"{rng.randrange(2, 10)}_{word(rng, 3)}", rng.randrange(33, 1000)
    sender, host = f"{word(rng, 2)} {word(rng, 2).title()}", f"{word(rng, 2).upper()}-07"
    return {"version": version, "sender": sender, "host": host, "command": command}


def _written(message: dict[str, Any], charset: str = "gbk") -> bytes:
    return ":".join(str(message[name]) for name in FIELDS).encode(charset)


@RULES.rule(weight=3)
def the_known_message(learner: Learner, steps: Steps, rng: Random) -> None:
    """The known message is read into six fields, two of them int, and written back.

    已知的那条消息读成六个字段（其中两个是 int），再写回原样。
    """
    _parsed(learner, SEED, SEED_FIELDS)
    _built(learner, SEED_FIELDS, SEED)
    message = _message(rng, word(rng)) | _unlike_the_known(rng)
    _parsed(learner, _written(message), message)
    message["content"] = mixed(rng)
    _parsed(learner, _written(message), message)
    shuffled = {name: message[name] for name in rng.sample(FIELDS, k=len(FIELDS))}
    _built(learner, shuffled, _written(message))


@RULES.rule(weight=2, misconception="UDP-21")
def content_may_hold_colons(learner: Learner, steps: Steps, rng: Random) -> None:
    """Only the first five colons separate; content may hold more.

    只有前五个冒号是分隔符；content 里还可以有冒号。
    """
    message = _message(rng, f"{word(rng, 3)}:{word(rng, 2)}::")
    at_noon = _message(rng, f"12:{rng.randrange(10, 60)} {word(rng, 3)}")  # as if 12 were a command
    for each in (message, at_noon):
        _parsed(learner, _written(each), each, refused="UDP-21")
        _built(learner, each, _written(each))


@RULES.rule(weight=2, condition="non-ascii", misconception="TXT-01")
def chinese_in_the_charset_asked_for(learner: Learner, steps: Steps, rng: Random) -> None:
    """Text is in charset, GBK unless told otherwise, both ways.

    文本使用 charset 编码，默认 GBK，解析和生成都一样。
    """
    message = _message(rng, han(rng, 4))
    for charset in ((), ("utf-8",)):
        data = _written(message, *charset)
        _parsed(learner, data, message, *charset, refused="TXT-01")
        _built(learner, message, data, *charset)


@RULES.rule(weight=2, misconception="STR-23")
def fields_may_be_empty(learner: Learner, steps: Steps, rng: Random) -> None:
    """Text fields may be empty, and blanks in them are kept.

    文本字段可以为空；其中的空白原样保留。
    """
    for content, id in (("", "STR-23"), (f" {word(rng)} \n", None)):
        message = _message(rng, content) | {"sender": "", "host": " h "}
        _parsed(learner, _written(message), message, refused=id, because=id or NOTHING)
        _built(learner, message, _written(message))


@RULES.rule(weight=2, misconception="MUX-02")
def bad_messages_raise(learner: Learner, steps: Steps, rng: Random) -> None:
    """Too few colons, letters where a number belongs, or bytes that charset cannot read:
    ValueError.

    冒号不够、该是数字的却不是，或者有 charset 解不了的字节：抛出 ValueError。
    """
    whole = _written(_message(rng, "你好"))

    def passed_over(got: Any) -> bool:
        return _has_fields(got) and str(got["content"]).startswith("你")

    for bad, english, chinese in (
        (b"1:2:user:machine:32", "four colons:", "四个冒号："),
        (b"", "no byte at all:", "一个字节也没有："),
        (whole[:-1], "你好 without its last byte:", "“你好”少了最后一个字节："),
        (SEED.replace(b"32", b"x"), "command is x:", "command 是 x："),
        (b"1:y:a:b:32:c", "packet_no is y:", "packet_no 是 y："),
    ):
        steps.tell(YOU, english, chinese)
        unchecked = {(IndexError, KeyError, AttributeError): "UDP-10", passed_over: "TXT-16"}
        learner.start("parse_feiq", bad).raises(ValueError, because=(unchecked, "MUX-02"))


@RULES.rule(weight=1, misconception="UDP-21")
def no_colon_in_an_early_field(learner: Learner, steps: Steps, rng: Random) -> None:
    """build_feiq raises ValueError if version, sender or host holds a colon.

    version、sender 或 host 里有冒号时，build_feiq 抛出 ValueError。
    """
    for name in ("version", "sender", "host"):
        message = _message(rng, word(rng)) | {name: f"{word(rng, 2)}:{word(rng, 1)}"}
        learner.start("build_feiq", message).raises(ValueError)
    # This one can be read, as another message.
    message = _message(rng, word(rng)) | {"host": f"{word(rng, 2)}:{rng.randrange(33, 1000)}"}
    learner.start("build_feiq", message).raises(ValueError)
