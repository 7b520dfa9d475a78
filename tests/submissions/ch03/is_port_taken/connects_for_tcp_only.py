# misconception: PRT-08
def is_port_taken(port, kind="tcp", host="127.0.0.1"):
    with open_socket(kind) as sock:
        if kind == "tcp" and sock.connect_ex((host, port)) == 0:
            return True
    with open_socket(kind) as sock:
        try:
            sock.bind((host, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                return True
            raise
    return False
