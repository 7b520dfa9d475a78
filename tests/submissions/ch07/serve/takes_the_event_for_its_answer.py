# misconception: none
# An Event is true as an object.
def serve(sock69, root, stop):
    n = 0
    sock69.settimeout(0.1)
    while not stop:
        packet, client = sock69.recvfrom(65507)
        n += 1
    return n
