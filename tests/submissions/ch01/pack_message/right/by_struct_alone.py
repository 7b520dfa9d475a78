def pack_message(text, number):
    try:
        charset = CHARSETS[number]
    except KeyError:
        raise ValueError(number) from None
    data = text.encode(charset)
    return struct.pack(f"!BHI{len(data)}s", 1, number, len(data), data)


def unpack_message(packet):
    try:
        version, number, length = struct.unpack_from("!BHI", packet)
        (data,) = struct.unpack(f"!7x{length}s", packet)
        charset = {1: CHARSETS}[version][number]
    except (struct.error, KeyError) as error:
        raise ValueError(f"no message: {error}") from None
    return data.decode(charset)
