# Two values at once, in a match statement.
def answer_to(message: dict, sender: str, host: str, packet_no: int) -> dict | None:
    flags, kind = divmod(message["command"], 256)
    match kind, bool(flags % 2):
        case (1, _):
            command, content = ANSENTRY, sender
        case (32, True):
            command, content = RECVMSG, f"{message['packet_no']}"
        case _:
            return None
    return {
        "command": command,
        "content": content,
        "version": "1",
        "sender": sender,
        "host": host,
        "packet_no": packet_no,
    }
