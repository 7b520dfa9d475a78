# misconception: BRC-02
# The first address without a way to it ends everything.
def broadcast(sock: socket.socket, payload: bytes, port: int, addresses: list[str]) -> list[str]:
    for address in addresses:
        sock.sendto(payload, (address, port))
    return list(addresses)
