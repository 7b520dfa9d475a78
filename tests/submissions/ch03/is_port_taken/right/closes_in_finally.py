def is_port_taken(port, kind="tcp", host="127.0.0.1"):
    type_ = {"tcp": socket.SOCK_STREAM, "udp": socket.SOCK_DGRAM}[kind]
    sock = socket.socket(socket.AF_INET, type_)
    try:
        sock.bind((host, port))
        return False
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            return True
        raise
    finally:
        sock.close()
