# misconception: none
last = 8000


def free_port(kind: str = "tcp") -> int:
    global last
    while True:
        last = last + 1
        with open_socket("tcp") as sock:
            try:
                sock.bind(("127.0.0.1", last))
                return last
            except OSError:
                pass
