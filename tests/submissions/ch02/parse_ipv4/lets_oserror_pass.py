# misconception: none
def parse_ipv4(text):
    return int.from_bytes(socket.inet_pton(socket.AF_INET, text), "big")
