# misconception: MUX-07
def talk(sock, keyboard, screen):
    count, typing = 0, True
    while True:
        readable, _, _ = select.select([sock, keyboard], [], [])
        if keyboard in readable:
            typed = os.read(keyboard.fileno(), 65536)
            if typed:
                sock.sendall(typed)
            elif typing:
                typing = False
                sock.shutdown(socket.SHUT_WR)
        if sock in readable:
            data = sock.recv(65536)
            if not data:
                return count
            count += len(data)
            while data:
                data = data[os.write(screen.fileno(), data) :]
