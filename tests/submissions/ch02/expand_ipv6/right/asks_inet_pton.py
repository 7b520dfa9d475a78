def expand_ipv6(text):
    try:
        data = socket.inet_pton(socket.AF_INET6, text)
    except OSError:
        raise ValueError(text) from None
    return ":".join(data[at : at + 2].hex() for at in range(0, 16, 2))
