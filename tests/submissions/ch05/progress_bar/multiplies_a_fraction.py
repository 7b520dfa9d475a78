# misconception: none
# 0.58 * 50 is a little less than 29
def progress_bar(done, total, width=20):
    if total == 0:
        done = total = 1
    signs = int(done / total * width)
    return f"\r{done / total:7.2%}|{'#' * signs:<{width}}|"
