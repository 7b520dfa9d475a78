# Bound to the group; IP_MULTICAST_ALL is switched off, too.
import contextlib

IP_MULTICAST_ALL = 49  # linux/in.h


def join_group(group: str, port: int, interface: str) -> socket.socket:
    first = int(group.partition(".")[0])
    if first not in range(224, 240):
        raise ValueError("no group")
    with contextlib.ExitStack() as stack:
        sock = stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        for option, value in (
            (IP_MULTICAST_ALL, 0),
            (socket.IP_MULTICAST_IF, socket.inet_aton(interface)),
            (socket.IP_ADD_MEMBERSHIP, socket.inet_aton(group) + socket.inet_aton(interface)),
        ):
            sock.setsockopt(socket.IPPROTO_IP, option, value)
        sock.bind((group, port))
        stack.pop_all()
    return sock
