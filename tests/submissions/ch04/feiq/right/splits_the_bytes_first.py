# right: it splits the bytes before it decodes each field (0x3A is no second byte in GBK)
def parse_feiq(data: bytes, charset: str = "gbk") -> dict:
    """Return the six fields of a FeiQ message as a dict with the keys FEIQ_FIELDS."""
    version, packet_no, sender, host, command, content = (
        part.decode(charset) for part in data.split(b":", 5)
    )
    return {
        "content": content,
        "command": int(command),
        "host": host,
        "sender": sender,
        "packet_no": int(packet_no),
        "version": version,
    }


def build_feiq(message: dict, charset: str = "gbk") -> bytes:
    """Return message, a dict as parse_feiq gives, as the bytes of a FeiQ message."""
    parts = []
    for name in FEIQ_FIELDS:
        value = message[name]
        if name in ("version", "sender", "host") and value.count(":"):
            raise ValueError(name)
        parts.append(str(value).encode(charset))
    return b":".join(parts)
