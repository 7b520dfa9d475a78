# misconception: none
# Behind the four zeros the offset has four digits at first, and then five.
def hexdump(data: bytes) -> str:
    """Return data as `xxd -g 1` prints it, without the last line end."""
    lines = []
    for start in range(0, len(data), 16):
        part = data[start : start + 16]
        numbers = " ".join(f"{byte:02x}" for byte in part)
        text = ""
        for byte in part:
            if 0x20 <= byte <= 0x7E:
                text += chr(byte)
            else:
                text += "."
        lines.append(f"0000{start:04x}: {numbers:47}  {text}")
    return "\n".join(lines)
