# misconception: none
def free_port(kind="tcp"):
    for port in range(1024, 65536):
        with open_socket(kind) as sock:
            try:
                sock.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
