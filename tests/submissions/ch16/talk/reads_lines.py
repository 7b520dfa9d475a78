# misconception: EPL-20
def talk(sock, keyboard, screen):
    lines = open(keyboard.fileno(), "rb", closefd=False)
    watched, count = [sock, lines], 0
    while True:
        readable, _, _ = select.select(watched, [], [])
        if lines in readable:
            line = lines.readline()
            sock.sendall(line)
            if not line:
                watched.remove(lines)
                sock.shutdown(socket.SHUT_WR)
        if sock in readable:
            data = sock.recv(65536)
            if not data:
                return count
            os.write(screen.fileno(), data)
            count += len(data)
