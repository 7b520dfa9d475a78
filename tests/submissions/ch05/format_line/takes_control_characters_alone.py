# misconception: UDP-23
def format_line(at, address, text):
    clock = time.strftime("%H:%M:%S", time.localtime(at))
    shown = "".join("?" if ord(each) < 32 or ord(each) == 127 else each for each in text)
    return f">>{clock}|{address[0]}:{address[1]}=====>{shown}"
