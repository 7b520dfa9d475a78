# misconception: TXT-18
def hexdump(data):
    lines = []
    for start in range(0, len(data), 16):
        part = data[start : start + 16]
        text = part.decode("latin-1")
        lines.append(f"{start:08x}: {part.hex(' '):<47}  {text}")
    return "\n".join(lines)
