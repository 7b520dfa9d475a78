"""A few words for a message, by its protocol where that is known: what stands on an arrow.

Bytes come in, a label comes out, for any bytes: a message that does not follow a protocol is
shown as its size and its beginning. Without a hint only what can hardly be something else is
recognized. TFTP: RFC 1350, 2347; HTTP: RFC 9112; DNS: RFC 1035; FeiQ: IP Messenger's draft 9.
"""

import re
import struct
from collections.abc import Callable

from netlib.language import chosen
from netlib.trace import summary

__all__ = ["label"]

_SHOWN = 24  # characters of a name or a text that a label quotes
_PORTS = {53: "dns", 69: "tftp", 80: "http", 2425: "feiq", 8000: "http", 8080: "http"}
_REQUEST = re.compile(rb"[A-Z]{3,16} [!-~]{1,8000} HTTP/1\.[01]\r?\n")
_STATUS = re.compile(rb"HTTP/1\.[01] \d{3}( [\t -~\x80-\xff]*)?\r?\n")
_FEIQ = re.compile(rb"[^:\s]{1,64}:\d{1,20}:[^:]*:[^:]*:(\d{1,10}):(.*)", re.DOTALL)
_COMMANDS = {  # of IP Messenger: the low byte of the command
    0: "NOOPERATION",
    1: "BR_ENTRY",
    2: "BR_EXIT",
    3: "ANSENTRY",
    4: "BR_ABSENCE",
    32: "SENDMSG",
    33: "RECVMSG",
    48: "READMSG",
}
_TYPES = {1: "A", 2: "NS", 5: "CNAME", 6: "SOA", 12: "PTR", 15: "MX", 16: "TXT", 28: "AAAA"}
_CODES = {1: "FORMERR", 2: "SERVFAIL", 3: "NXDOMAIN", 4: "NOTIMP", 5: "REFUSED"}


def label(data: bytes, hint: str | int = "", *, language: str | None = None) -> str:
    """Return a label on one line for any data; it never raises for what data holds.

    Args:
        hint: "tftp", "feiq", "http", "dns", "frame" (ours: 4 bytes length, big-endian, and
            the payload), "text" (UTF-8; a byte that is none is shown as one), or a port, if it
            is a well-known one of these protocols.
        language: "en" or "zh", where words occur; the reader's own, if None.
    """
    name = _PORTS.get(hint, "") if isinstance(hint, int) else hint
    for protocol, read in _READERS.items():
        if protocol == name or not name:
            found = read(bytes(data), bool(name), language or chosen())
            if found is not None:
                return found
    return summary(data)


def _tftp(data: bytes, asked: bool, language: str) -> str | None:
    if len(data) < 4:
        return None
    code, number = struct.unpack_from("!HH", data)
    if code in (1, 2) and data.endswith(b"\0"):
        name, mode, *options = _strings(data[2:])
        if mode.lower() in ("octet", "netascii", "mail"):
            request = "RRQ" if code == 1 else "WRQ"
            return f'{request} "{_short(name)}" {mode.lower()}{_options(options)}'
    if code == 3 and (asked or len(data) <= 516):
        return f"DATA {number}, {len(data) - 4} B"
    if code == 4 and len(data) == 4:
        return f"ACK {number}"
    if code == 5 and data.endswith(b"\0") and data.count(b"\0", 4) == 1 and (asked or number < 9):
        return f'ERROR {number} "{_short(data[4:-1].decode(errors="replace"))}"'
    if code == 6 and data.endswith(b"\0"):
        options = [text for text in _strings(data[2:]) if text]
        if options and len(options) % 2 == 0:
            return f"OACK{_options(options)}"
    return None


def _strings(data: bytes) -> list[str]:
    """Return the texts that each end with a NUL, at least two of them."""
    texts = [text.decode(errors="replace") for text in data.split(b"\0")[:-1]]
    return [*texts, "", ""] if len(texts) < 2 else texts


def _options(texts: list[str]) -> str:
    pairs = zip(texts[::2], texts[1::2], strict=False)
    return _short("".join(f" {name}={value}" for name, value in pairs), 2 * _SHOWN)


def _http(data: bytes, asked: bool, language: str) -> str | None:
    del asked, language
    if not (_REQUEST.match(data) or _STATUS.match(data)):
        return None
    line = data.partition(b"\n")[0].removesuffix(b"\r").decode("latin-1")
    return _short(line, 2 * _SHOWN)


def _feiq(data: bytes, asked: bool, language: str) -> str | None:
    found = _FEIQ.fullmatch(data)
    if found is None or not (asked or int(found[1]) & 0xFF in _COMMANDS):
        return None
    number = data.split(b":", 2)[1].decode()
    code, flags = int(found[1]) & 0xFF, int(found[1]) & ~0xFF
    name = _COMMANDS.get(code, f"command {code}" if language == "en" else f"命令 {code}")
    name += f"|{flags:#x}" if flags else ""
    text = found[2].rstrip(b"\0").partition(b"\0")[0]
    return f'{name} {_short(number)} "{_short(_decoded(text))}"' if text else f"{name} {number}"


def _decoded(text: bytes) -> str:
    """FeiQ speaks GBK, newer programs UTF-8, which GBK is hardly ever by accident."""
    try:
        return text.decode()
    except UnicodeDecodeError:
        return text.decode("gbk", "replace")


def _dns(data: bytes, asked: bool, language: str) -> str | None:
    if len(data) < 12:
        return None
    _, flags, questions, answers, authorities, _ = struct.unpack_from("!6H", data)
    at, names = 12, []
    while at < len(data) and 0 < (size := data[at]) < 64:
        names.append(data[at + 1 : at + 1 + size])
        at += 1 + size
    ended = at < len(data) and data[at] == 0 and len(data) >= at + 5
    if questions != 1 or not ended or not all(re.fullmatch(rb"[!-~]+", name) for name in names):
        return None
    kind, space = struct.unpack_from("!HH", data, at + 1)
    response, code = flags >> 15, flags & 0xF
    if not asked and (
        space != 1 or flags & 0x7840 or not (response or answers == 0 == authorities)
    ):
        return None  # an opcode other than QUERY, or the reserved bit: hardly DNS
    what = f"{_TYPES.get(kind, f'TYPE{kind}')} {_short(b'.'.join(names).decode() or '.', 40)}"
    if not response:
        return f"DNS {what}?"
    if code:
        return f"DNS {what}: {_CODES.get(code, f'RCODE {code}')}"
    found = f"{answers} answer{'s' * (answers != 1)}" if language == "en" else f"{answers} 条应答"
    return f"DNS {what}: {found}"


def _frames(data: bytes, asked: bool, language: str) -> str | None:
    sizes, rest, payload = [], data, b""
    while len(rest) >= 4 and len(rest) >= 4 + (size := int.from_bytes(rest[:4], "big")):
        payload, rest = rest[4 : 4 + size], rest[4 + size :]
        sizes.append(size)
    if not asked and (rest or not any(sizes)):
        return None
    frame = "frame" if language == "en" else "帧"
    if len(sizes) == 1 and not rest:
        return f"{frame} {summary(payload)}"
    parts = [f"{size} B" for size in sizes[:3]] + ["…"] * (len(sizes) > 3)
    if len(rest) >= 4:
        of = "{} of {} B" if language == "en" else "{} / {} B"
        parts.append(of.format(len(rest) - 4, int.from_bytes(rest[:4], "big")))
    elif rest:
        of = "{} of 4 bytes of a header" if language == "en" else "头部 4 字节中的 {}"
        parts.append(of.format(len(rest)))
    if not parts:
        return None
    count = len(sizes) + bool(rest)
    many = f"{count} frames" if language == "en" else f"{count} 帧"
    return f"{many if count > 1 else frame}: {', '.join(parts)}"


def _text(data: bytes, asked: bool, language: str) -> str | None:
    del language
    if not asked:
        return None
    text = data.decode(errors="backslashreplace")
    shown = "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)
    return f'"{_short(shown, 2 * _SHOWN)}"'


def _short(text: str, limit: int = _SHOWN) -> str:
    """Return text on one line, its end cut off where it is too long."""
    text = text if len(text) <= limit else f"{text[: limit - 1]}…"
    return "".join(char if char.isprintable() else "�" for char in text)


_Reader = Callable[[bytes, bool, str], str | None]
_READERS: dict[str, _Reader] = {
    "http": _http,
    "feiq": _feiq,
    "tftp": _tftp,
    "dns": _dns,
    "frame": _frames,
    "text": _text,
}
