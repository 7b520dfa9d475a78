# misconception: BRC-08
# It looks at the flag and not at the command: a RECVMSG with it is confirmed.
def answer_to(message: dict, sender: str, host: str, packet_no: int) -> dict | None:
    kind = message["command"] & 0xFF
    if kind == BR_ENTRY:
        command, content = ANSENTRY, sender
    elif message["command"] & SENDCHECK:
        command, content = RECVMSG, str(message["packet_no"])
    else:
        return None
    return dict(zip(FEIQ_FIELDS, ("1", packet_no, sender, host, command, content)))
