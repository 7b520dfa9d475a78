# misconception: TXT-16
# errors="replace" puts a mark where a byte was broken, and nobody hears of it.
def parse_feiq(data: bytes, charset: str = "gbk") -> dict:
    """Return the six fields of a FeiQ message as a dict with the keys FEIQ_FIELDS."""
    values = data.decode(charset, errors="replace").split(":", 5)
    if len(values) < 6:
        raise ValueError("fewer than five colons")
    message = dict(zip(FEIQ_FIELDS, values))
    return message | {"packet_no": int(values[1]), "command": int(values[4])}


def build_feiq(message: dict, charset: str = "gbk") -> bytes:
    """Return message, a dict as parse_feiq gives, as the bytes of a FeiQ message."""
    for name in ("version", "sender", "host"):
        if ":" in message[name]:
            raise ValueError(f"{name} holds a colon")
    return ":".join(str(message[name]) for name in FEIQ_FIELDS).encode(charset)
