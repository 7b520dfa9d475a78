# misconception: none
# without a way sendto raises an OSError that is no PermissionError
def broadcast(sock, payload, port, addresses):
    reached = []
    for address in addresses:
        try:
            sock.sendto(payload, (address, port))
            reached.append(address)
        except PermissionError:
            continue
    return reached
