# misconception: BRC-03
# It looks for the address by which it would send, and binds that.
def open_broadcast(port: int) -> socket.socket:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        probe.connect(("255.255.255.255", port))
        own = probe.getsockname()[0]
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        sock.bind((own, port))
    except OSError:
        sock.close()
        raise
    return sock
