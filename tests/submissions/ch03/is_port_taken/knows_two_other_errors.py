# misconception: PRT-09
def is_port_taken(port: int, kind: str = "tcp", host: str = "127.0.0.1") -> bool:
    with open_socket(kind) as sock:
        try:
            sock.bind((host, port))
        except OSError as error:
            if error.errno == errno.EADDRNOTAVAIL or error.errno == errno.EACCES:
                raise
            return True
    return False
