# misconception: BRC-02
# 255.255.255.255 leaves by one interface, whatever was asked for.
def broadcast(sock: socket.socket, payload: bytes, port: int, addresses: list[str]) -> list[str]:
    reached = []
    for address in addresses:
        try:
            sock.sendto(payload, ("<broadcast>", port))
            reached.append(address)
        except OSError:
            pass
    return reached
