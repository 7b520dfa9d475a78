# ipaddress knows what a group is; struct packs the eight bytes.
import ipaddress
import struct


def join_group(group: str, port: int, interface: str) -> socket.socket:
    if not ipaddress.ip_address(group).is_multicast:
        raise ValueError(f"expected a group; got {group}")
    where = int(ipaddress.ip_address(interface))
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM, socket.IPPROTO_UDP)
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        sock.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, struct.pack("!I", where))
        member = struct.pack("!II", int(ipaddress.ip_address(group)), where)
        sock.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, member)
        sock.bind((group, port))
    except BaseException:
        sock.close()
        raise
    return sock
