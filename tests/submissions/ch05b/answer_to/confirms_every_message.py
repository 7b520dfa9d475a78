# misconception: none
# Nobody asked for that confirmation.
def answer_to(message: dict, sender: str, host: str, packet_no: int) -> dict | None:
    kind = message["command"] & 0xFF
    if kind == BR_ENTRY:
        command, content = ANSENTRY, sender
    elif kind == SENDMSG:
        command, content = RECVMSG, str(message["packet_no"])
    else:
        return None
    return dict(zip(FEIQ_FIELDS, ("1", packet_no, sender, host, command, content)))
