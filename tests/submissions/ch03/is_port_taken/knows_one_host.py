# misconception: PRT-04
def is_port_taken(port, kind="tcp", host="127.0.0.1"):
    with open_socket(kind) as sock:
        try:
            sock.bind(("127.0.0.1", port))
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise
            return True
    return False
