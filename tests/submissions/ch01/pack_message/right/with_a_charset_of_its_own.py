def charset_of(number):
    charset = CHARSETS.get(number)
    if charset is None:
        raise ValueError(f"no charset has the number {number}")
    return charset


def pack_message(text: str, number: int) -> bytes:
    payload = text.encode(charset_of(number))
    header = pack_header(version=1, charset=number, length=len(payload))
    return header + payload


def unpack_message(packet: bytes) -> str:
    header, payload = packet[:7], packet[7:]
    version, number, length = unpack_header(header)
    if version != 1:
        raise ValueError(f"expected version 1; got {version}")
    if length != len(payload):
        raise ValueError(f"expected {length} bytes; got {len(payload)}")
    return str(payload, charset_of(number))
