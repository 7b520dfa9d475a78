# misconception: PRT-02
def free_port(kind="tcp"):
    return 8642
