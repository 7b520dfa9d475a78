def is_port_taken(port, kind="tcp", host="127.0.0.1"):
    with contextlib.closing(open_socket(kind)) as sock:
        try:
            sock.bind((host, port))
            if kind == "tcp":
                sock.listen()
        except OSError as error:
            if error.errno not in (errno.EADDRINUSE,):
                raise
            return True
        else:
            return False
