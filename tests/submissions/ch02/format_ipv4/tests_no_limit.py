# misconception: TXT-20
def format_ipv4(n):
    return ".".join(str(n >> shift & 255) for shift in (24, 16, 8, 0))
