import random


def free_port(kind="tcp"):
    while True:
        port = random.randrange(1024, 65536)
        with open_socket(kind) as sock:
            try:
                sock.bind(("127.0.0.1", port))
                return port
            except OSError:
                pass
