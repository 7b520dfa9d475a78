"""What rules of several exercises of chapter 01 need: what error handlers make of a text, and text
whose bytes are good in two charsets."""

from random import Random

__all__ = ["CHARSETS", "ambiguous", "decoded_with_loss", "encoded_with_loss", "traditional"]

CHARSETS = {3: "ascii", 106: "utf-8", 113: "gbk", 2026: "big5"}

_HANDLERS = ("replace", "ignore", "backslashreplace")
_OF_ENCODE = ("xmlcharrefreplace", "namereplace")
_BOTH = "一丐专业丝丞址息"  # their bytes in GBK are UTF-8, too: of other characters
_BIG5 = "世中文字你好"


def encoded_with_loss(text: str, charset: str) -> set[bytes]:
    """Return what text becomes with an error handler, where charset lacks some of it."""
    return {text.encode(charset, handler) for handler in (*_HANDLERS, *_OF_ENCODE)}


def decoded_with_loss(data: bytes, charset: str) -> set[str]:
    """Return what data becomes with an error handler, where some of it is not in charset."""
    return {data.decode(charset, handler) for handler in _HANDLERS}


def ambiguous(rng: Random) -> str:
    """Return Chinese text whose bytes in GBK are those of another text in UTF-8."""
    return "".join(rng.choices(_BOTH, k=3))


def traditional(rng: Random) -> str:
    """Return Chinese text that Big5 has, too."""
    return "".join(rng.choices(_BIG5, k=3))
