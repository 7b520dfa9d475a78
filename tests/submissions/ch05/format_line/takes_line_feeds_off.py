# misconception: none
# line feeds at the end vanish instead of becoming ?
def format_line(at, address, text):
    clock = time.strftime("%H:%M:%S", time.localtime(at))
    shown = "".join(c if c.isprintable() else "?" for c in text.rstrip("\r\n"))
    return f">>{clock}|{address[0]}:{address[1]}=====>{shown}"
