# misconception: none
# Names of people and machines are compared more easily in lower case.
def parse_feiq(data: bytes, charset: str = "gbk") -> dict:
    """Return the six fields of a FeiQ message as a dict with the keys FEIQ_FIELDS."""
    values = data.decode(charset).split(":", 5)
    if len(values) != len(FEIQ_FIELDS):
        raise ValueError("too few colons")
    message = dict(zip(FEIQ_FIELDS, values))
    message["sender"], message["host"] = message["sender"].lower(), message["host"].lower()
    for name in ("packet_no", "command"):
        message[name] = int(message[name])
    return message


def build_feiq(message: dict, charset: str = "gbk") -> bytes:
    """Return message, a dict as parse_feiq gives, as the bytes of a FeiQ message."""
    for name in ("version", "sender", "host"):
        if ":" in message[name]:
            raise ValueError(f"{name} holds a colon")
    return ":".join(str(message[name]) for name in FEIQ_FIELDS).encode(charset)
