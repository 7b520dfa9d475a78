# misconception: ADR-10
# A group has no host part: 255 at its end is nothing special.
def join_group(group: str, port: int, interface: str) -> socket.socket:
    if not 224 <= socket.inet_aton(group)[0] < 240:
        raise ValueError(group)
    if group.endswith(".255.255"):
        raise ValueError("a broadcast address")
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
