# misconception: STR-04
# Small pieces are short as well, where next to nothing fits.
def send_all(sock, data):
    sizes = []
    for i in range(0, len(data), 1024):
        n = sock.send(data[i : i + 1024])
        sizes.append(n)
    return sizes
