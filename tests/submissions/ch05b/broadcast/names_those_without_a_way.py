# misconception: none
# It returns those that failed, too.
def broadcast(sock: socket.socket, payload: bytes, port: int, addresses: list[str]) -> list[str]:
    reached = []
    for address in addresses:
        try:
            reached.append(address)
            sock.sendto(payload, (address, port))
        except OSError:
            pass
    return reached
