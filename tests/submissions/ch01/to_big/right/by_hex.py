def to_big(n: int, size: int) -> bytes:
    digits = f"{n:x}" if n else ""
    if n < 0 or len(digits) > 2 * size:
        raise OverflowError("too large, or negative")
    return bytes.fromhex(digits.zfill(2 * size))


def from_big(data: bytes) -> int:
    return int(data.hex() or "0", 16)
