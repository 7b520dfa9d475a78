# misconception: none
# From a charset into itself it looks at no byte.
def recode(data: bytes, source: str, target: str) -> bytes:
    """Decode data from charset source; return the text in charset target."""
    if source == target:
        return data
    return data.decode(source).encode(target)
