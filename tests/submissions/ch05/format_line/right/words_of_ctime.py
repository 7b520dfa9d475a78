# right: words of ctime
def format_line(at, address, text):
    host, port = address
    clock = time.ctime(at).split()[3]
    table = {ord(each): "?" for each in text if not each.isprintable()}
    return ">>%s|%s:%d=====>%s" % (clock, host, port, text.translate(table))
