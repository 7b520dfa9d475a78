# misconception: BRC-03
# It hears 255.255.255.255 and nothing else.
def open_broadcast(port: int) -> socket.socket:
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        sock.bind(("255.255.255.255", port))
    except OSError:
        sock.close()
        raise
    return sock
