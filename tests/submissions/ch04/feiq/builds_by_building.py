# misconception: none
# It checks what it builds, and builds it for that.
def parse_feiq(data: bytes, charset: str = "gbk") -> dict:
    """Return the six fields of a FeiQ message as a dict with the keys FEIQ_FIELDS."""
    values = data.decode(charset).split(":", 5)
    if len(values) != len(FEIQ_FIELDS):
        raise ValueError("too few colons")
    message = dict(zip(FEIQ_FIELDS, values))
    for name in ("packet_no", "command"):
        message[name] = int(message[name])
    return message


def build_feiq(message: dict, charset: str = "gbk") -> bytes:
    """Return message, a dict as parse_feiq gives, as the bytes of a FeiQ message."""
    for name in ("version", "sender", "host"):
        if ":" in message[name]:
            raise ValueError(f"{name} holds a colon")
    if parse_feiq(build_feiq(message, charset), charset) != message:
        raise ValueError("it cannot be read back")
    return ":".join(str(message[name]) for name in FEIQ_FIELDS).encode(charset)
