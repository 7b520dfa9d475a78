# misconception: none
# A tab and an ideographic space are white space, too.
def chat_client(sock, lines):
    replies = []
    with sock.makefile("rb") as file:
        for line in lines:
            if line.strip(" ") == "":
                continue
            sock.sendall((line + "\n").encode())
            reply = file.readline()
            if not reply.endswith(b"\n"):
                break
            replies.append(reply[:-1].decode())
    return replies
