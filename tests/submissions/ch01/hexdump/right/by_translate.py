SHOWN = bytes(byte if 0x20 <= byte <= 0x7E else 0x2E for byte in range(256))


def line(offset: int, part: bytes) -> str:
    text = part.translate(SHOWN).decode("ascii")
    return f"{offset:08x}: {part.hex(' ').ljust(47)}  {text}"


def hexdump(data: bytes) -> str:
    starts = range(0, len(data), 16)
    return "\n".join(line(start, data[start : start + 16]) for start in starts)
