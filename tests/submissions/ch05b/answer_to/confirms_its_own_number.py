# misconception: none
# The content is the number of its own packet.
def answer_to(message: dict, sender: str, host: str, packet_no: int) -> dict | None:
    kind = message["command"] & 0xFF
    if kind == BR_ENTRY:
        command, content = ANSENTRY, sender
    elif kind == SENDMSG and message["command"] & SENDCHECK:
        command, content = RECVMSG, str(packet_no)
    else:
        return None
    return dict(zip(FEIQ_FIELDS, ("1", packet_no, sender, host, command, content)))
