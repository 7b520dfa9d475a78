# misconception: none
def format_line(at, address, text):
    clock = time.strftime("%H:%M:%S", time.localtime(at))
    shown = "".join(each if each.isprintable() else "?" for each in text)
    return f">>{clock}|{address}=====>{shown}"
