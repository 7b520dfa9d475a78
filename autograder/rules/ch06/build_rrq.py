"""06.1 build_rrq: the packet that asks for a file."""

from random import Random

from autograder.exercise import Rules
from autograder.network import Learner, Steps
from autograder.rules.common import REQUEST, han, mixed, word
from autograder.rules.tftp import rrq
from autograder.text import Because, Mistakes, such

__all__ = ["MISTAKES", "RULES"]
RULES = Rules()


_lacks_a_nul = such(bytes, lambda got: not got.endswith(b"\0") or got.count(b"\0") < 3)

MISTAKES: Mistakes = {
    str: "TXT-04",
    UnicodeError: "TXT-01",
    lambda got: isinstance(got, bytes) and got[:2] == b"\1\0": "TXT-06",
    _lacks_a_nul: "TFT-13",
}


def _built(learner: Learner, name: str, *mode: str, because: Because = None) -> None:
    filled = name.encode()[:8].ljust(8, b"\0") + b"\0"
    eight = such(bytes, lambda got: len(name.encode()) != 8 and got[2:11] == filled)
    because = ({eight: "TFT-11"}, because)
    learner.start("build_rrq", name, *mode).returns(rrq(name, *mode), REQUEST, because)


@RULES.rule(weight=3)
def names_of_any_length(learner: Learner, steps: Steps, rng: Random) -> None:
    """The request is opcode 1 in two bytes, the name as given, a NUL, octet, a NUL: any length
    of name.

    请求依次是：占两个字节的操作码 1、原样的文件名、NUL、octet、NUL；文件名长短不限。
    """
    for length in (8, 1, 20, rng.randrange(2, 8)):
        _built(learner, word(rng, length))
    # Servers compare bytes: case and blanks count. What else becomes of a name shows no belief.
    name = f" {word(rng, 2)}/{word(rng, 3).title()} 1.TXT"
    stripped = rrq(name.strip())
    _built(learner, name, because={lambda got: got == stripped: "STR-41", bytes: None})


@RULES.rule(weight=1)
def the_mode_asked_for(learner: Learner, steps: Steps, rng: Random) -> None:
    """The mode is the one that the caller gave.

    模式就是调用者给的那一个。
    """
    _built(learner, word(rng), "netascii", because="TFT-11")
    for mode in ("OCTET", "NetASCII"):  # RFC 1350, 5: any case of letters
        _built(learner, mixed(rng), mode)


@RULES.rule(weight=2, condition="non-ascii", misconception="UDP-20")
def chinese_names_in_utf8(learner: Learner, steps: Steps, rng: Random) -> None:
    """A name goes out in UTF-8, all of its bytes.

    文件名按 UTF-8 编码发出，一个字节也不少。
    """
    name = han(rng, 4)
    in_gbk = name.encode("gbk")
    _built(learner, name, because={such(bytes, lambda got: in_gbk in got): "TXT-01"})


@RULES.rule(weight=4, misconception="TFT-13")
def no_nul_inside(learner: Learner, steps: Steps, rng: Random) -> None:
    """A NUL in name or mode raises ValueError.

    name 或 mode 里有 NUL 时，抛出 ValueError。
    """
    first, last = word(rng, 1), word(rng, 2)
    for arguments in ((f"{first}\0{last}",), (f"{last}\0",), (last, "octet\0"), ("\0",)):
        learner.start("build_rrq", *arguments).raises(ValueError)
