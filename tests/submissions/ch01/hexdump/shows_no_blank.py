# misconception: TXT-18
def hexdump(data):
    lines = []
    for start in range(0, len(data), 16):
        part = data[start : start + 16]
        text = "".join(chr(b) if 32 < b < 127 else "." for b in part)
        lines.append(f"{start:08x}: {part.hex(' '):<47}  {text}")
    return "\n".join(lines)
