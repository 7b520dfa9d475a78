# A table of functions.
ANSWERS = {
    BR_ENTRY: lambda message, sender: (ANSENTRY, sender),
    SENDMSG: lambda message, sender: (RECVMSG, str(message["packet_no"])),
}


def answer_to(message: dict, sender: str, host: str, packet_no: int) -> dict | None:
    command = message["command"]
    kind = command % 0x100
    if kind not in ANSWERS or (kind == SENDMSG and not command & SENDCHECK):
        return None
    number, content = ANSWERS[kind](message, sender)
    values = ["1", packet_no, sender, host, number, content]
    return {field: value for field, value in zip(FEIQ_FIELDS, values)}
