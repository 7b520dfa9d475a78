# right: fields of the time
def format_line(at, address, text):
    moment = time.localtime(at)
    clock = f"{moment.tm_hour:02}:{moment.tm_min:02}:{moment.tm_sec:02}"
    shown = ""
    for character in text:
        shown += character if character.isprintable() else "?"
    return ">>" + clock + "|" + address[0] + ":" + str(address[1]) + "=====>" + shown
