# misconception: none
# the wide blank goes through
def format_line(at, address, text):
    clock = time.strftime("%H:%M:%S", time.localtime(at))
    shown = "".join(c if c.isprintable() or c == "\u3000" else "?" for c in text)
    return f">>{clock}|{address[0]}:{address[1]}=====>{shown}"
