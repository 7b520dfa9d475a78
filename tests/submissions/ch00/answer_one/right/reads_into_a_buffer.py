# right: a buffer of its own, and translate() for upper()
import string

CAPITALS = bytes.maketrans(string.ascii_lowercase.encode(), string.ascii_uppercase.encode())


def answer_one(sock: socket.socket) -> None:
    """Send all bytes of one datagram back to its sender, in capitals."""
    buffer = bytearray(1 << 16)
    count, address = sock.recvfrom_into(buffer)
    answer = buffer[:count].translate(CAPITALS)
    sock.sendto(answer, address)
