# misconception: TXT-08
def address(word):
    digits, port = word.split(":")
    host = socket.inet_ntoa(bytes.fromhex(digits)[::-1])
    return host, int(port, 16)


def parse_proc_net_tcp(text):
    found = []
    for line in text.splitlines()[1:]:
        words = line.split()
        own, peer = address(words[1]), address(words[2])
        found.append((own, peer, int(words[3], 16), int(words[9])))
    return found
