"""01.5 pack_message and unpack_message: a message that says how to read itself."""

import struct
from random import Random
from typing import Any

from autograder.exercise import Rules
from autograder.network import Learner, Steps
from autograder.rules.ch01.shared import (
    CHARSETS,
    ambiguous,
    decoded_with_loss,
    encoded_with_loss,
    traditional,
)
from autograder.rules.common import han, mixed, word
from autograder.text import YOU, Because, Mistakes, such

__all__ = ["RULES"]
RULES = Rules()

MESSAGE, TEXT = ("the message", "消息"), ("the text", "文本")
ASCII, UTF8, GBK, BIG5 = CHARSETS
_HEADER = 7


def _message(data: bytes, number: int, version: int = 1, more: int = 0) -> bytes:
    """Return a message that holds data, and announces more bytes than there are."""
    return struct.pack("!BHI", version, number, len(data) + more) + data


def _of(text: str, number: int) -> bytes:
    return _message(text.encode(CHARSETS[number]), number)


def _miswritten(text: str, number: int) -> Because:
    """Return what shows how a text was written, and how its length was counted."""
    want = _of(text, number)
    data = want[_HEADER:]
    others = {text.encode(each, "replace") for each in ("utf-8", "gbk", "utf-16")} - {data}

    def counts_characters(got: Any) -> bool:
        length = len(text).to_bytes(4)
        return bool(got[3:_HEADER] == length != want[3:_HEADER] and got[_HEADER:] == data)

    return {
        such(bytes, counts_characters): "UDP-20",
        such(bytes, lambda got: got[_HEADER:] in others): "TXT-01",
        UnicodeError: "TXT-01",
    }


def _packed(learner: Learner, steps: Steps, text: str, number: int) -> None:
    steps.anew()
    want = _of(text, number)
    learner.start("pack_message", text, number).returns(want, MESSAGE, _miswritten(text, number))


def _unpacked(
    learner: Learner, steps: Steps, text: str, number: int, because: Because = None
) -> None:
    steps.anew()
    packet = _of(text, number)
    data = packet[_HEADER:]
    others = {data.decode(each, "replace") for each in ("utf-8", "gbk", "latin-1")} - {text}
    signs: Mistakes = {
        UnicodeError: "TXT-01",
        such(str, others.__contains__): "TXT-01",
        such(str, lambda got: got == text.strip() != text): "STR-41",
    }
    learner.start("unpack_message", packet).returns(text, TEXT, (because, signs))


@RULES.rule(weight=2, condition="non-ascii")
def packed_in_its_charset(learner: Learner, steps: Steps, rng: Random) -> None:
    """A message is the header (version 1, number, length in bytes), then the text in that charset.

    消息先是首部（版本 1、编号、字节数），然后是用那种编码写的文本。
    """
    _packed(learner, steps, "你好", UTF8)
    _packed(learner, steps, word(rng, 5), ASCII)
    _packed(learner, steps, han(rng, 3), GBK)
    _packed(learner, steps, traditional(rng), BIG5)
    _packed(learner, steps, f" naïve € {mixed(rng)}\n", UTF8)
    _packed(learner, steps, han(rng, 100), GBK)


@RULES.rule(weight=1, condition="non-ascii")
def unpacked_by_its_charset(learner: Learner, steps: Steps, rng: Random) -> None:
    """The text is read in the charset that the message names, whole and exact.

    文本按消息里写明的编码来读，完整而且准确。
    """
    _unpacked(learner, steps, word(rng, 5), ASCII)
    _unpacked(learner, steps, "你好", UTF8, {lambda got: type(got) is ValueError: "UDP-20"})
    _unpacked(learner, steps, han(rng, 3), GBK)
    _unpacked(learner, steps, traditional(rng), BIG5)
    _unpacked(learner, steps, f" naïve € {mixed(rng)}\n", UTF8)
    _unpacked(learner, steps, han(rng, 100), UTF8)
    text = ambiguous(rng)  # whoever tries UTF-8 first has read all others rightly
    guessed = such(str, text.encode("gbk").decode().__eq__)
    _unpacked(learner, steps, text, GBK, {guessed: "TXT-19"})


@RULES.rule(weight=1, condition="empty")
def no_text(learner: Learner, steps: Steps, rng: Random) -> None:
    """An empty text is a header alone, and is read back.

    空文本只有一个首部，也能读回来。
    """
    _packed(learner, steps, "", GBK)
    _unpacked(learner, steps, "", UTF8)


@RULES.rule(weight=2)
def other_lengths_raise(learner: Learner, steps: Steps, rng: Random) -> None:
    """unpack_message raises ValueError if there are fewer or more bytes than announced.

    字节数比宣布的少或者多，unpack_message 抛出 ValueError。
    """
    whole = _of(f"{han(rng)} {word(rng, 3)}", UTF8)
    due = len(whole) - _HEADER
    cuts = [whole[:-1], *(whole[:size] for size in range(len(whole) - 1))]
    for packet in (*cuts[:4], whole + b"!", whole + whole, *cuts[4:]):
        steps.anew()
        if len(packet) >= _HEADER:
            there = len(packet) - _HEADER
            steps.tell(
                YOU, f"{due} bytes announced, {there} there:", f"宣布 {due} 字节，实有 {there}："
            )
        learner.start("unpack_message", packet).raises(ValueError, because={str: "TXT-17"})


@RULES.rule(weight=2)
def other_messages_raise(learner: Learner, steps: Steps, rng: Random) -> None:
    """unpack_message raises ValueError for another version, an unknown charset, and bytes that are
    not in that charset.

    别的版本、不认识的编码、不符合那种编码的字节，unpack_message 都抛出 ValueError。
    """
    text = word(rng, 4)
    for version in (2, 0, rng.randrange(3, 256)):
        steps.anew()
        steps.tell(YOU, f"version {version}:", f"版本 {version}：")
        learner.start("unpack_message", _message(text.encode(), UTF8, version)).raises(ValueError)
    for number in (99, 0, GBK + 256, rng.randrange(3000, 60_000)):
        steps.anew()
        steps.tell(YOU, f"charset {number}:", f"编码 {number}：")
        learner.start("unpack_message", _message(text.encode(), number)).raises(ValueError)
    for written, data, number in (
        (text + "你好", f"{text}你好".encode("gbk"), UTF8),
        (text + "执行成功", f"{text}执行成功".encode(), GBK),
        (text + "é", f"{text}é".encode(), ASCII),
        (text, text.encode() + b"\xe4\xbd", UTF8),
    ):
        steps.anew()
        name = CHARSETS[number]
        steps.tell(YOU, f"bytes that are no {name}:", f"不符合 {name} 的字节：")
        lost = such(str, decoded_with_loss(data, name).__contains__)
        signs = {lost: "TXT-16", such(str, written.__eq__): "TXT-19"}
        learner.start("unpack_message", _message(data, number)).raises(ValueError, because=signs)


@RULES.rule(weight=2)
def what_cannot_be_packed_raises(learner: Learner, steps: Steps, rng: Random) -> None:
    """pack_message raises ValueError for an unknown number, and UnicodeEncodeError for a character
    that the charset lacks.

    不认识的编号，pack_message 抛出 ValueError；编码里没有的字符，抛出 UnicodeEncodeError。
    """
    for number in (99, 0, rng.randrange(3000, 60_000)):
        steps.anew()
        learner.start("pack_message", word(rng, 3), number).raises(ValueError)
    for text, number in ((f"{word(rng, 2)}你", ASCII), (f"{han(rng)} €", GBK), ("é", BIG5)):
        steps.anew()
        learner.start("pack_message", text, number).raises(
            UnicodeEncodeError, because=_packed_with_loss(text, number)
        )


def _packed_with_loss(text: str, number: int) -> Because:
    """Return the signs of one who packs a text that the charset cannot express."""
    lost = encoded_with_loss(text, CHARSETS[number])
    return {
        such(bytes, lambda got: got[_HEADER:] in lost): "TXT-16",
        such(bytes, lambda got: got[_HEADER:] == text.encode()): "TXT-01",
    }
