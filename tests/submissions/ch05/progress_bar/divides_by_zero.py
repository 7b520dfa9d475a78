# misconception: UDP-24
def progress_bar(done, total, width=20):
    full = width * done // total
    return f"\r{done / total:7.2%}|{'#' * full}{' ' * (width - full)}|"
