# misconception: STR-34
def is_port_taken(port, kind="tcp", host="127.0.0.1"):
    sock = open_socket(kind)
    try:
        sock.bind((host, port))
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            sock.close()
            return True
        raise
    sock.close()
    return False
