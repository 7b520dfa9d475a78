# misconception: none
# range(1, tries) is one short.
def request(address, payload, timeout=0.2, tries=4):
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.settimeout(timeout)
    try:
        for i in range(1, tries):
            sock.sendto(payload, address)
            try:
                data, who = sock.recvfrom(65507)
                if who == address:
                    return data
            except TimeoutError:
                pass
        raise TimeoutError("none")
    finally:
        sock.close()
