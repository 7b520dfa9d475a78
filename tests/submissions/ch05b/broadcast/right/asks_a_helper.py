# A function tells whether it could be sent.
def broadcast(sock: socket.socket, payload: bytes, port: int, addresses: list[str]) -> list[str]:
    def sent(address: str) -> bool:
        try:
            sock.sendto(payload, (address, port))
        except OSError:
            return False
        return True

    return [address for address in addresses if sent(address)]
