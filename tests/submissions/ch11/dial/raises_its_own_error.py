# misconception: none
# The caller waits for the error of the system.
def dial(host, port, timeout):
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    sock.settimeout(timeout)
    try:
        sock.connect((host, port))
    except OSError as error:
        sock.close()
        raise ValueError("cannot connect") from error
    return sock
