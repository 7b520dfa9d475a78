# misconception: none
# It waits for less than timeout after the last copy.
def request(address, payload, timeout=0.2, tries=4):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        for n in range(tries):
            sock.sendto(payload, address)
            deadline = time.monotonic() + (timeout if n < tries - 1 else timeout * 0.6)
            while (left := deadline - time.monotonic()) > 0:
                sock.settimeout(left)
                try:
                    data, source = sock.recvfrom(65507)
                except TimeoutError:
                    break
                if source == address:
                    return data
        raise TimeoutError("nothing came")
