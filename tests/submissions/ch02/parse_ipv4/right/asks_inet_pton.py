def parse_ipv4(text):
    try:
        return int.from_bytes(socket.inet_pton(socket.AF_INET, text), "big")
    except OSError:
        raise ValueError(f"no address: {text!r}") from None
