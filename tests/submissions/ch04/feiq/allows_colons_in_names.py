# misconception: UDP-21
# A colon in version, sender or host shifts every field behind it; nobody refuses it here.
def parse_feiq(data: bytes, charset: str = "gbk") -> dict:
    """Return the six fields of a FeiQ message as a dict with the keys FEIQ_FIELDS."""
    version, number, sender, host, command, content = data.decode(charset).split(":", 5)
    values = (version, int(number), sender, host, int(command), content)
    return dict(zip(FEIQ_FIELDS, values))


def build_feiq(message: dict, charset: str = "gbk") -> bytes:
    """Return message, a dict as parse_feiq gives, as the bytes of a FeiQ message."""
    return ":".join(str(message[name]) for name in FEIQ_FIELDS).encode(charset)
