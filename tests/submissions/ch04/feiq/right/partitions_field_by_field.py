# right: partition() takes one field after the other, and a message is checked by reading it back
class NoFeiq(ValueError):
    pass


def parse_feiq(data: bytes, charset: str = "gbk") -> dict:
    """Return the six fields of a FeiQ message as a dict with the keys FEIQ_FIELDS."""
    try:
        rest = str(data, charset)
    except UnicodeError:
        raise NoFeiq("wrong charset")
    message = {}
    for name in FEIQ_FIELDS[:-1]:
        message[name], colon, rest = rest.partition(":")
        if not colon:
            raise NoFeiq(f"nothing after {name}")
    message["content"] = rest
    for name in ("packet_no", "command"):
        if not message[name].isdigit():
            raise NoFeiq(f"{name} is no number")
        message[name] = int(message[name])
    return message


def build_feiq(message: dict, charset: str = "gbk") -> bytes:
    """Return message, a dict as parse_feiq gives, as the bytes of a FeiQ message."""
    text = "{version}:{packet_no}:{sender}:{host}:{command}:{content}".format(**message)
    data = text.encode(charset)
    if parse_feiq(data, charset) != message:
        raise NoFeiq("a colon in an early field")
    return data
