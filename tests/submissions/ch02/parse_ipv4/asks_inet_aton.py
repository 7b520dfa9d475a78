# misconception: ADR-12
def parse_ipv4(text):
    try:
        return int.from_bytes(socket.inet_aton(text), "big")
    except OSError:
        raise ValueError(text) from None
