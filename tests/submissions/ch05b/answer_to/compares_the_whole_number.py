# misconception: BRC-11
# With a flag the number is another one, and the same command.
def answer_to(message: dict, sender: str, host: str, packet_no: int) -> dict | None:
    kind = message["command"]
    if kind == BR_ENTRY:
        command, content = ANSENTRY, sender
    elif kind == SENDMSG | SENDCHECK:
        command, content = RECVMSG, str(message["packet_no"])
    else:
        return None
    return dict(zip(FEIQ_FIELDS, ("1", packet_no, sender, host, command, content)))
