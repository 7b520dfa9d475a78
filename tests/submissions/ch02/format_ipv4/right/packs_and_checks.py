def format_ipv4(n):
    try:
        return socket.inet_ntoa(n.to_bytes(4, "big"))
    except OverflowError:
        raise ValueError(n) from None
