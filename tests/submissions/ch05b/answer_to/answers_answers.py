# misconception: BRC-08
# Two such programs welcome each other for ever.
def answer_to(message: dict, sender: str, host: str, packet_no: int) -> dict | None:
    kind = message["command"] & 0xFF
    if kind in (BR_ENTRY, ANSENTRY):
        command, content = ANSENTRY, sender
    elif kind == SENDMSG and message["command"] & SENDCHECK:
        command, content = RECVMSG, str(message["packet_no"])
    else:
        return None
    return dict(zip(FEIQ_FIELDS, ("1", packet_no, sender, host, command, content)))
