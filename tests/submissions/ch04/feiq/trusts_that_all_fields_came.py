# misconception: UDP-10
# A short message makes values[5] an IndexError, which no caller of a parser expects.
def parse_feiq(data: bytes, charset: str = "gbk") -> dict:
    """Return the six fields of a FeiQ message as a dict with the keys FEIQ_FIELDS."""
    values = data.decode(charset).split(":", 5)
    return {
        "version": values[0],
        "packet_no": int(values[1]),
        "sender": values[2],
        "host": values[3],
        "command": int(values[4]),
        "content": values[5],
    }


def build_feiq(message: dict, charset: str = "gbk") -> bytes:
    """Return message, a dict as parse_feiq gives, as the bytes of a FeiQ message."""
    for name in ("version", "sender", "host"):
        if ":" in message[name]:
            raise ValueError(f"{name} holds a colon")
    return ":".join(str(message[name]) for name in FEIQ_FIELDS).encode(charset)
