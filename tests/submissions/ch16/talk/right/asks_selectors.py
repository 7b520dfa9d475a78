import selectors


def talk(sock, keyboard, screen):
    count = 0
    with selectors.DefaultSelector() as ready:
        ready.register(sock, selectors.EVENT_READ, "sock")
        ready.register(keyboard, selectors.EVENT_READ, "keyboard")
        while True:
            for key, _ in ready.select():
                data = os.read(key.fd, 16384)
                if key.data == "keyboard" and not data:
                    ready.unregister(keyboard)
                    sock.shutdown(socket.SHUT_WR)
                elif key.data == "keyboard":
                    sock.sendall(data)
                elif not data:
                    return count
                else:
                    count += len(data)
                    while data:
                        data = data[os.write(screen.fileno(), data) :]
