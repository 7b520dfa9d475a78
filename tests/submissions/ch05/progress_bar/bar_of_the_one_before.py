# misconception: UDP-24
def progress_bar(done, total, width=20):
    if total == 0:
        return f"\r100.00%|{'#' * width}|"
    full = width * max(done - 1, 0) // total
    return f"\r{done / total:7.2%}|{'#' * full}{' ' * (width - full)}|"
