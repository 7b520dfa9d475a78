# right: datetime
from datetime import datetime


def format_line(at, address, text):
    clock = datetime.fromtimestamp(at).strftime("%H:%M:%S")
    shown = "".join([each, "?"][not each.isprintable()] for each in text)
    return "&gt;&gt;{}|{}:{}=====&gt;{}".replace("&gt;", ">").format(clock, *address, shown)
