# misconception: none
def format_line(at, address, text):
    clock = time.strftime("%I:%M:%S", time.localtime(at))
    shown = "".join(each if each.isprintable() else "?" for each in text)
    return f">>{clock}|{address[0]}:{address[1]}=====>{shown}"
