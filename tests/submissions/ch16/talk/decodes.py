# misconception: MUX-12
def talk(sock: socket.socket, keyboard, screen) -> int:
    """Copy keyboard to sock and sock to screen until the peer finishes."""
    watched, count = [sock, keyboard], 0
    while True:
        readable, _, _ = select.select(watched, [], [])
        if keyboard in readable:
            if typed := os.read(keyboard.fileno(), 65536):
                sock.sendall(typed)
            else:
                watched.remove(keyboard)
                sock.shutdown(socket.SHUT_WR)
        if sock in readable:
            if not (data := sock.recv(65536)):
                return count
            count += len(data)
            os.write(screen.fileno(), data.decode().encode())
