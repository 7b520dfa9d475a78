# misconception: none
def format_ipv4(n):
    import struct

    return socket.inet_ntoa(struct.pack("!I", n))
