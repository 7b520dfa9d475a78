# misconception: UDP-21
# split(":") cuts the content, too, which may hold colons.
def parse_feiq(data: bytes, charset: str = "gbk") -> dict:
    """Return the six fields of a FeiQ message as a dict with the keys FEIQ_FIELDS."""
    parts = data.decode(charset).split(":")
    if len(parts) < 6:
        raise ValueError("not a FeiQ message")
    message = dict(zip(FEIQ_FIELDS, parts))
    message["packet_no"] = int(message["packet_no"])
    message["command"] = int(message["command"])
    return message


def build_feiq(message: dict, charset: str = "gbk") -> bytes:
    """Return message, a dict as parse_feiq gives, as the bytes of a FeiQ message."""
    for name in ("version", "sender", "host"):
        if ":" in message[name]:
            raise ValueError(f"{name} holds a colon")
    return ":".join(str(message[name]) for name in FEIQ_FIELDS).encode(charset)
