# misconception: TXT-16
def recode(data, source, target):
    return data.decode(source, "ignore").encode(target, "ignore")
