# misconception: none
# Three timeouts are hidden from the caller.
def send_all(sock, data):
    counts, at, late = [], 0, 0
    while at < len(data):
        try:
            n = sock.send(data[at : at + 65536])
        except TimeoutError:
            late += 1
            if late > 3:
                raise
            continue
        counts.append(n)
        at += n
    return counts
