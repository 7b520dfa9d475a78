# misconception: BRC-08
# 1 is a number here and no flag: ANSENTRY, 3, has that bit, too.
def answer_to(message: dict, sender: str, host: str, packet_no: int) -> dict | None:
    kind = message["command"] & 0xFF
    if kind & BR_ENTRY:
        command, content = ANSENTRY, sender
    elif kind == SENDMSG and message["command"] & SENDCHECK:
        command, content = RECVMSG, str(message["packet_no"])
    else:
        return None
    return dict(zip(FEIQ_FIELDS, ("1", packet_no, sender, host, command, content)))
