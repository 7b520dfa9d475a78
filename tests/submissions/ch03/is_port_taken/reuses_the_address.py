# misconception: PRT-10
def is_port_taken(port, kind="tcp", host="127.0.0.1"):
    with open_socket(kind) as sock:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            sock.bind((host, port))
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise
            return True
    return False
