# right: a buffer of its own, and translate() for upper()
import string

CAPITALS = bytes.maketrans(string.ascii_lowercase.encode(), string.ascii_uppercase.encode())


def answer_one(sock: socket.socket) -> None:
    """Wait for one datagram on sock and send all its bytes, in capitals, back to its sender."""
    buffer = bytearray(1 << 16)
    count, address = sock.recvfrom_into(buffer)
    answer = bytes(memoryview(buffer)[:count]).translate(CAPITALS)
    sock.sendto(answer, address)
