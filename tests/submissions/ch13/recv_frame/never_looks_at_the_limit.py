# misconception: STR-25
# The limit is an argument that nobody reads.
def recv_frame(sock, limit=1 << 20):
    try:
        header = recv_exact(sock, 4)
    except EOFError as cut:
        if cut.args[0]:
            raise
        return None
    return recv_exact(sock, int.from_bytes(header, "big"))
