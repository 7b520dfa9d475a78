# misconception: ADR-02
# Class D begins at 224, not behind 233.
def join_group(group: str, port: int, interface: str) -> socket.socket:
    if not 234 <= socket.inet_aton(group)[0] < 240:
        raise ValueError(group)
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind((group, port))
        own = socket.inet_aton(interface)
        sock.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, socket.inet_aton(group) + own)
        sock.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, own)
    except OSError:
        sock.close()
        raise
    return sock
