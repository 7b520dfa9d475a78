def talk(sock, keyboard, screen):
    def types():
        while data := os.read(keyboard.fileno(), 4096):
            sock.sendall(data)
        sock.shutdown(socket.SHUT_WR)

    threading.Thread(target=types, daemon=True).start()
    shown = 0
    while data := sock.recv(4096):
        shown += len(data)
        while data:
            data = data[os.write(screen.fileno(), data) :]
    return shown
