# It starts from the message.
def answer_to(message: dict, sender: str, host: str, packet_no: int) -> dict | None:
    answer = dict(message, version="1", sender=sender, host=host, packet_no=packet_no)
    if message["command"] & 0xFF == BR_ENTRY:
        answer |= {"command": ANSENTRY, "content": sender}
    elif message["command"] & (0xFF | SENDCHECK) == SENDMSG | SENDCHECK:
        answer |= {"command": RECVMSG, "content": str(message["packet_no"])}
    else:
        return None
    return answer
