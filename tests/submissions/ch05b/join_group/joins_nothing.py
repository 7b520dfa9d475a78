# misconception: BRC-10
# Bound to the group, but no member: nothing is passed on to it.
def join_group(group: str, port: int, interface: str) -> socket.socket:
    if not 224 <= socket.inet_aton(group)[0] < 240:
        raise ValueError(group)
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind((group, port))
        own = socket.inet_aton(interface)
        sock.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, own)
    except OSError:
        sock.close()
        raise
    return sock
