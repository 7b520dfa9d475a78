# misconception: none
def expand_ipv6(text):
    data = socket.inet_pton(socket.AF_INET6, text)
    return ":".join(data[at : at + 2].hex() for at in range(0, 16, 2))
