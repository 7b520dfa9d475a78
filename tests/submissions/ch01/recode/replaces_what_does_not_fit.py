# misconception: TXT-16
def recode(data, source, target):
    return data.decode(source, errors="replace").encode(target, errors="replace")
