# misconception: UDP-21
def parse_feiq(data: bytes, charset: str = "gbk") -> dict:
    """Return the six fields of a FeiQ message as a dict with the keys FEIQ_FIELDS."""
    values = data.decode(charset).split(":", 5)
    message = dict(zip(FEIQ_FIELDS, values, strict=True))
    return message | {name: int(message[name]) for name in ("packet_no", "command")}


def build_feiq(message: dict, charset: str = "gbk") -> bytes:
    """Return message, a dict as parse_feiq gives, as the bytes of a FeiQ message."""
    data = ":".join(str(message[name]) for name in FEIQ_FIELDS).encode(charset)
    parse_feiq(data, charset)
    return data
