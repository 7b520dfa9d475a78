# misconception: UDP-31
# One try around the whole loop: behind the error nobody is asked.
def broadcast(sock: socket.socket, payload: bytes, port: int, addresses: list[str]) -> list[str]:
    reached = []
    try:
        for address in addresses:
            sock.sendto(payload, (address, port))
            reached.append(address)
    except OSError:
        pass
    return reached
