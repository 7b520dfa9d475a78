# misconception: STR-41
def format_line(at, address, text):
    clock = time.strftime("%H:%M:%S", time.localtime(at))
    shown = "".join(each if each.isprintable() else "?" for each in text.strip())
    return f">>{clock}|{address[0]}:{address[1]}=====>{shown}"
