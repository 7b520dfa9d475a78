"""01.1 recode: from one charset into another, and nothing is lost."""

from random import Random
from typing import Any

from autograder.exercise import Rules
from autograder.network import Learner, Steps
from autograder.rules.ch01.shared import decoded_with_loss, encoded_with_loss
from autograder.rules.common import han, mixed, word
from autograder.text import Because, Mistakes, such

__all__ = ["MISTAKES", "RULES"]
RULES = Rules()

MISTAKES: Mistakes = {str: "TXT-04"}

_FITS = ("utf-8", "gbk", "utf-16-be")
_OTHERS = ("utf-8", "gbk", "utf-16-be", "utf-16", "latin-1")


def _in_another(text: str, want: bytes) -> Because:
    """Return the signs of one who reads or writes in another charset than was asked for."""

    def in_another(got: Any) -> bool:
        read = {text.encode(each).decode(other, "ignore") for each in _FITS for other in _FITS}
        written = {each.encode(other, "ignore") for each in read for other in _OTHERS}
        return got in written - {want}

    return {UnicodeError: "TXT-01", such(bytes, in_another): "TXT-01"}


def _recoded(learner: Learner, steps: Steps, text: str, source: str, target: str) -> None:
    steps.anew()
    want, stripped = text.encode(target), text.strip().encode(target)
    signs = ({such(bytes, lambda got: got == stripped != want): "STR-41"}, _in_another(text, want))
    learner.start("recode", text.encode(source), source, target).returns(
        want, ("the text in the other charset", "换了编码的文本"), signs
    )


@RULES.rule(weight=3, condition="non-ascii")
def both_ways(learner: Learner, steps: Steps, rng: Random) -> None:
    """The same text comes out in the other charset, each byte of it, also 1,000 characters.

    同样的文本换成另一种编码，一个字节也不差，1000 个字符也一样。
    """
    _recoded(learner, steps, han(rng, 3), "utf-8", "gbk")
    _recoded(learner, steps, han(rng, 3), "gbk", "utf-8")
    _recoded(learner, steps, f" {han(rng)} {mixed(rng)}\n", "gbk", "utf-16-be")
    _recoded(learner, steps, f"naïve {word(rng, 3)}é", "latin-1", "utf-8")
    _recoded(learner, steps, f"{han(rng)}€", "gb18030", "utf-8")
    _recoded(learner, steps, f"😀{han(rng)}", "utf-8", "gb18030")
    _recoded(learner, steps, han(rng, 1000), "gbk", "utf-8")


@RULES.rule(weight=1, condition="empty")
def no_bytes(learner: Learner, steps: Steps, rng: Random) -> None:
    """No bytes become no bytes.

    没有字节，结果也没有字节。
    """
    learner.start("recode", b"", "utf-8", "gbk").returns(b"")


@RULES.rule(weight=2, condition="non-ascii")
def what_does_not_fit_raises(learner: Learner, steps: Steps, rng: Random) -> None:
    """A character that target lacks raises UnicodeEncodeError, a byte that is not in source
    UnicodeDecodeError.

    target 没有的字符，抛出 UnicodeEncodeError；不符合 source 的字节，抛出 UnicodeDecodeError。
    """
    for text, target in ((f"naïve {word(rng, 2)} €", "gbk"), (f"{word(rng, 2)}😀", "latin-1")):
        steps.anew()
        losses = encoded_with_loss(text, target)
        learner.start("recode", text.encode(), "utf-8", target).raises(
            UnicodeEncodeError, because=_silently(text.encode(), losses)
        )
    for data, source in (
        (f"{word(rng, 2)} 你好".encode("gbk"), "utf-8"),
        (f"{word(rng, 2)} 执行成功".encode(), "gbk"),
        (f"{word(rng, 2)}é".encode(), "ascii"),
        (f"{word(rng, 2)}é".encode("latin-1"), "utf-8"),
    ):
        steps.anew()
        texts = decoded_with_loss(data, source)
        losses = {lost for text in texts for lost in encoded_with_loss(text, "utf-16-be")}
        learner.start("recode", data, source, "utf-16-be").raises(
            UnicodeDecodeError, because=_silently(data, losses)
        )
    steps.anew()  # from a charset into itself is no short cut
    learner.start("recode", data, source, source).raises(UnicodeDecodeError)


def _silently(data: bytes, losses: set[bytes]) -> Because:
    """Return the signs of one who loses something, or swallows the error."""
    given_up = such(bytes, lambda got: got in (b"", data))
    return {such(bytes, losses.__contains__): "TXT-16", given_up: "MUX-02"}
