# misconception: MUX-08, UDP-16
def select_echo(listener, stop):
    socks, count = [listener], 0
    while not stop.is_set():
        for sock in select.select(socks, [], [], 0.1)[0]:
            if sock is listener:
                socks.append(sock.accept()[0])
                count += 1
                continue
            try:
                data = sock.recv(65536)
                if data:
                    sock.sendall(data)
            except OSError:
                data = b""
            if not data:
                socks.remove(sock)
                sock.close()
    for sock in socks[1:]:
        sock.close()
    return count
