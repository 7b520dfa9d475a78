# misconception: none
# the addresses come back in another order
def broadcast(sock, payload, port, addresses):
    reached = []
    for address in sorted(addresses):
        try:
            sock.sendto(payload, (address, port))
        except OSError:
            continue
        reached.append(address)
    return reached
