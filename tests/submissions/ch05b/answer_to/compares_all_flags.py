# misconception: BRC-12
# SENDCHECK has to stand alone among the flags
def answer_to(
    message: dict,
    sender: str,
    host: str,
    packet_no: int,
) -> dict | None:
    command = message["command"] & 0xFF
    if command == BR_ENTRY:
        return {
            "version": "1",
            "packet_no": packet_no,
            "sender": sender,
            "host": host,
            "command": ANSENTRY,
            "content": sender,
        }
    if command == SENDMSG and message["command"] & ~0xFF == SENDCHECK:
        return {
            "version": "1",
            "packet_no": packet_no,
            "sender": sender,
            "host": host,
            "command": RECVMSG,
            "content": str(message["packet_no"]),
        }
    return None
