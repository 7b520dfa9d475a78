# misconception: none
def format_ipv4(n):
    return ".".join(map(str, n.to_bytes(4, "big")))
