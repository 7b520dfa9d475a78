# misconception: MUX-02
# except: return None hides every error; the caller was promised a ValueError.
def parse_feiq(data: bytes, charset: str = "gbk") -> dict:
    """Return the six fields of a FeiQ message as a dict with the keys FEIQ_FIELDS."""
    try:
        version, number, sender, host, command, content = data.decode(charset).split(":", 5)
        values = (version, int(number), sender, host, int(command), content)
        return dict(zip(FEIQ_FIELDS, values))
    except Exception:
        return None


def build_feiq(message: dict, charset: str = "gbk") -> bytes:
    """Return message, a dict as parse_feiq gives, as the bytes of a FeiQ message."""
    for name in ("version", "sender", "host"):
        if ":" in message[name]:
            raise ValueError(f"{name} holds a colon")
    return ":".join(str(message[name]) for name in FEIQ_FIELDS).encode(charset)
