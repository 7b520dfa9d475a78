# misconception: none
def pack_message(text, number):
    data = text.encode(CHARSETS[number])
    return pack_header(1, number, len(data)) + data


def unpack_message(packet):
    version, number, length = unpack_header(packet[:7])
    data = packet[7:]
    if version != 1 or number not in CHARSETS or len(data) != length:
        raise ValueError("no message")
    return data.decode(CHARSETS[number])
