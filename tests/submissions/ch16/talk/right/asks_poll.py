def talk(sock, keyboard, screen):
    poller = select.poll()
    poller.register(sock, select.POLLIN)
    poller.register(keyboard, select.POLLIN)
    shown = 0
    while True:
        for number, _ in poller.poll():
            data = os.read(number, 4096)
            if number == keyboard.fileno():
                if data:
                    sock.sendall(data)
                else:
                    poller.unregister(keyboard)
                    sock.shutdown(socket.SHUT_WR)
            elif not data:
                return shown
            else:
                shown += len(data)
                while data:
                    data = data[os.write(screen.fileno(), data) :]
