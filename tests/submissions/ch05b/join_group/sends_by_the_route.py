# misconception: BRC-10
# It hears on the right network, and sends on another.
def join_group(group: str, port: int, interface: str) -> socket.socket:
    if not 224 <= socket.inet_aton(group)[0] < 240:
        raise ValueError(group)
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind((group, port))
        own = socket.inet_aton(interface)
        sock.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, socket.inet_aton(group) + own)
    except OSError:
        sock.close()
        raise
    return sock
