# contextlib.suppress around one address at a time.
import contextlib


def broadcast(sock: socket.socket, payload: bytes, port: int, addresses: list[str]) -> list[str]:
    reached = []
    for address in addresses:
        with contextlib.suppress(OSError):
            sock.sendto(payload, (address, port))
            reached.append(address)
    return reached
