# misconception: none
# The version of the answer is that of the question.
def answer_to(message: dict, sender: str, host: str, packet_no: int) -> dict | None:
    kind = message["command"] & 0xFF
    if kind == BR_ENTRY:
        command, content = ANSENTRY, sender
    elif kind == SENDMSG and message["command"] & SENDCHECK:
        command, content = RECVMSG, str(message["packet_no"])
    else:
        return None
    return dict(zip(FEIQ_FIELDS, (message["version"], packet_no, sender, host, command, content)))
