# misconception: none
# a fraction is rounded: 49 of 100 has 10 signs
def progress_bar(done, total, width=20):
    if total == 0:
        done = total = 1
    signs = round(width * done / total)
    return f"\r{done / total:7.2%}|{'#' * signs:<{width}}|"
