# misconception: none
def format_line(at, address, text):
    clock = time.strftime("%H:%M:%S", time.localtime(at))
    shown = "".join(filter(str.isprintable, text))
    return f">>{clock}|{address[0]}:{address[1]}=====>{shown}"
