# misconception: none
def recode(data, source, target):
    try:
        return data.decode(source).encode(target)
    except UnicodeError as error:
        raise ValueError("this cannot be recoded") from error
