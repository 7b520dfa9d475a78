# misconception: none
def format_line(at, address, text):
    clock = time.strftime("%H:%M:%S", time.localtime(at))
    return f">>{clock}|{address[0]}:{address[1]}=====>{text!r}"
