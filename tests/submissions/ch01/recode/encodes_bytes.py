# misconception: none
def recode(data, source, target):
    return data.encode(target)
