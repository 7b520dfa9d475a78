# right: regex
import re


def to_netascii(data):
    return re.sub(rb"[\r\n]", lambda m: b"\r\n" if m[0] == b"\n" else b"\r\0", data)


def from_netascii(data):
    return re.sub(rb"\r([\n\0])", lambda m: b"\n" if m[1] == b"\n" else b"\r", data)
