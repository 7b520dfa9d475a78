def recode(data: bytes, source: str, target: str) -> bytes:
    text = str(data, source)
    return bytes(text, target)
