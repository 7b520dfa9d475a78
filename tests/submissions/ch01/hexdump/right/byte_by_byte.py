def hexdump(data):
    out = ""
    for i in range(0, len(data), 16):
        row = data[i : i + 16]
        line = "%08x:" % i
        for j in range(16):
            line += " %02x" % row[j] if j < len(row) else "   "
        line += "  "
        for byte in row:
            line += chr(byte) if byte in range(0x20, 0x7F) else "."
        out += ("\n" if out else "") + line
    return out
