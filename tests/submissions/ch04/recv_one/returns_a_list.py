# misconception: none
# A list is no tuple.
def recv_one(sock, timeout, limit=65507):
    sock.settimeout(timeout)
    data, address = sock.recvfrom(limit + 1)
    if len(data) > limit:
        raise Truncated("too long")
    return [data, address]
