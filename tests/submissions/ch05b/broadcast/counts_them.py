# misconception: none
# It returns how many, and was asked which.
def broadcast(sock: socket.socket, payload: bytes, port: int, addresses: list[str]) -> list[str]:
    reached = []
    for address in addresses:
        try:
            sock.sendto(payload, (address, port))
            reached.append(address)
        except OSError:
            pass
    return len(reached)
