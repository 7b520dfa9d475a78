# misconception: none
# An empty payload is a datagram, too; only what was sent counts as reached.
def broadcast(sock: socket.socket, payload: bytes, port: int, addresses: list[str]) -> list[str]:
    reached = []
    for address in addresses:
        try:
            if sock.sendto(payload, (address, port)):
                reached.append(address)
        except OSError:
            pass
    return reached
