# misconception: none
# zip ends with the shorter one, and nobody is told.
def parse_feiq(data, charset="gbk"):
    values = data.decode(charset).split(":", 5)
    message = dict(zip(FEIQ_FIELDS, values))
    message["packet_no"] = int(message["packet_no"])
    message["command"] = int(message["command"])
    return message


def build_feiq(message, charset="gbk"):
    for name in ("version", "sender", "host"):
        if ":" in message[name]:
            raise ValueError(name)
    return ":".join(str(message[name]) for name in FEIQ_FIELDS).encode(charset)
