# misconception: none
# The return stands one level too deep.
def echo_server(sock, stop):
    sock.settimeout(0.1)
    answers = 0
    while not stop.is_set():
        try:
            data, client = sock.recvfrom(65507)
        except TimeoutError:
            continue
        sock.sendto(data, client)
        answers += 1
        return answers
