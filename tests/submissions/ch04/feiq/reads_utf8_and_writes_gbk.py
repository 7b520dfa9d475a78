# misconception: TXT-01
# decode() without an argument reads UTF-8, but the message is in charset.
def parse_feiq(data: bytes, charset: str = "gbk") -> dict:
    """Return the six fields of a FeiQ message as a dict with the keys FEIQ_FIELDS."""
    values = data.decode().split(":", 5)
    if len(values) != 6:
        raise ValueError("five colons are needed")
    message = dict(zip(FEIQ_FIELDS, values))
    return message | {"packet_no": int(values[1]), "command": int(values[4])}


def build_feiq(message: dict, charset: str = "gbk") -> bytes:
    """Return message, a dict as parse_feiq gives, as the bytes of a FeiQ message."""
    if ":" in message["version"] + message["sender"] + message["host"]:
        raise ValueError("a colon in an early field")
    return ":".join(str(message[name]) for name in FEIQ_FIELDS).encode(charset)
