# misconception: BRC-07
# A second member on this machine gets EADDRINUSE.
def join_group(group: str, port: int, interface: str) -> socket.socket:
    if not 224 <= socket.inet_aton(group)[0] < 240:
        raise ValueError(group)
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        sock.bind((group, port))
        own = socket.inet_aton(interface)
        sock.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, socket.inet_aton(group) + own)
        sock.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, own)
    except OSError:
        sock.close()
        raise
    return sock
