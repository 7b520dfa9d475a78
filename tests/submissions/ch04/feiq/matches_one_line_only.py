# misconception: none
# A dot in a pattern matches no line end.
import re


def parse_feiq(data, charset="gbk"):
    text = data.decode(charset)
    found = re.match(r"([^:]*):(\d+):([^:]*):([^:]*):(\d+):(.*)$", text)
    if not found:
        raise ValueError("no message")
    v, p, s, h, c, t = found.groups()
    return {
        "version": v,
        "packet_no": int(p),
        "sender": s,
        "host": h,
        "command": int(c),
        "content": t,
    }


def build_feiq(message, charset="gbk"):
    for name in ("version", "sender", "host"):
        if ":" in message[name]:
            raise ValueError(name)
    return ":".join(str(message[name]) for name in FEIQ_FIELDS).encode(charset)
