# misconception: UDP-29
def format_line(at, address, text):
    clock = time.strftime("%H:%M:%S", time.gmtime(at))
    shown = "".join(each if each.isprintable() else "?" for each in text)
    return f">>{clock}|{address[0]}:{address[1]}=====>{shown}"
