# misconception: UDP-21
# (.*) takes as much as it can: "…:32:12:30 见" has its command at 12.
import re

FEIQ = re.compile("(.*):([0-9]+):(.*):(.*):([0-9]+):(.*)", re.DOTALL)


def parse_feiq(data: bytes, charset: str = "gbk") -> dict:
    """Return the six fields of a FeiQ message as a dict with the keys FEIQ_FIELDS."""
    match = FEIQ.fullmatch(data.decode(charset))
    if match is None:
        raise ValueError("not a FeiQ message")
    message = dict(zip(FEIQ_FIELDS, match.groups()))
    return message | {name: int(message[name]) for name in ("packet_no", "command")}


def build_feiq(message: dict, charset: str = "gbk") -> bytes:
    """Return message, a dict as parse_feiq gives, as the bytes of a FeiQ message."""
    for name in ("version", "sender", "host"):
        if ":" in message[name]:
            raise ValueError(f"{name} holds a colon")
    return ":".join(str(message[name]) for name in FEIQ_FIELDS).encode(charset)
