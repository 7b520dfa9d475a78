# misconception: PRT-09
def is_port_taken(port, kind="tcp", host="127.0.0.1"):
    with open_socket(kind) as sock:
        try:
            sock.bind((host, port))
        except OSError:
            return True
    return False
