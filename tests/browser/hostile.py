"""Notebooks that attack whoever looks at them, or try to carry the graded draw out.

The attacks stand in every place where a notebook can hold text. Whatever runs leaves
`window.pwned`, opens a dialog or asks the canary, a server on loopback.
"""

import copy
import hashlib
import json
import re
from pathlib import Path
from typing import Any

from autograder import rules
from autograder.judging.draws import secret_draw
from autograder.judging.fork import fork
from autograder.judging.run_rules import run
from autograder.learner.program import Program
from autograder.notebooks.chapter import chapter
from autograder.notebooks.placing import loadable
from autograder.notebooks.submission import read
from autograder.report.text import told
from autograder.rules import exercises

__all__ = ["MARKER", "SCRIPT", "THIEF", "attack", "solved", "words_of_the_draw"]

Notebook = dict[str, Any]

MARKER = "pwned"
"""Stands in every attack: where it is text, nothing happened."""

SCRIPT = "window.pwned=1;alert(1);fetch('CANARY/script')"

MARKUP = [
    f"<script>{SCRIPT}</script>",
    f'<img src="CANARY/img" onerror="{SCRIPT}">',
    f"<img src=x onerror={SCRIPT}>",
    f'<svg onload="{SCRIPT}"><script>{SCRIPT}</script></svg>',
    f'<a href="javascript:{SCRIPT}">pwned</a>',
    f"[pwned](javascript:{SCRIPT})",
    f'<iframe srcdoc="<script>parent.{SCRIPT}</script>"></iframe>',
    '<iframe src="CANARY/pwned"></iframe><object data="CANARY/pwned"></object>',
    "![pwned](CANARY/pwned.png)",
    "<CANARY/pwned>",
    '<link rel="stylesheet" href="CANARY/pwned.css">',
    '<style>@import "CANARY/pwned"; body { background: url(CANARY/pwned); display: none }</style>',
    f'<p style="background:url(CANARY/pwned)" onmouseover="{SCRIPT}" autofocus>pwned</p>',
    '<meta http-equiv="refresh" content="0;url=CANARY/pwned"><base href="CANARY/pwned/">',
    f'<form action="CANARY/pwned"><input autofocus onfocus="{SCRIPT}"></form>',
    f'<details open ontoggle="{SCRIPT}"><summary>pwned</summary></details>',
    f'<video><source onerror="{SCRIPT}"></video><body onload="{SCRIPT}">',
    f'<math><mtext><table><mglyph><style><!--</style><img title="--&gt;'
    f'<img src=x onerror={SCRIPT}>">',
    f"</textarea></pre></div></code></style></title></script><script>{SCRIPT}</script>",
    f"--><script>{SCRIPT}</script>]]><script>{SCRIPT}</script>",
    f"&#60;script&#62;{SCRIPT}&lt;/script&gt; `</code><script>{SCRIPT}</script>`",
    f"```html\n</pre><script>{SCRIPT}</script>\n```\n\n~~~{{=html}}\n<script>{SCRIPT}</script>\n~~~",
    f"$\\href{{javascript:{SCRIPT}}}{{pwned}}$ \\(\\unicode{{<img src=x onerror={SCRIPT}>}}\\)",
    "$$\\require{HTML}\\style{background:url(CANARY/pwned)}{pwned}$$",
    "\\begin{equation}\\class{pwned}{pwned}\\end{equation}",
    f"\x1b[31mpwned\x1b]8;;javascript:{SCRIPT}\x07link\x1b]8;;\x07\x1b[2J",
    "pwned \u202e\u2066 drawkcab \u2069\u200b\ufeff",
    "![pwned](attachment:pwned.svg) <img src='attachment:pwned.svg'>",
    f"{{{{ pwned }}}}{{% raw %}}<script>{SCRIPT}</script>{{% endraw %}}",
]
SVG = f'<svg xmlns="http://www.w3.org/2000/svg" onload="{SCRIPT}"><script>{SCRIPT}</script></svg>'
OUTPUTS = {
    "text/html": "".join(MARKUP[:6]),
    "image/svg+xml": SVG,
    "text/markdown": "\n\n".join(MARKUP),
    "application/javascript": SCRIPT,
    "text/latex": MARKUP[-7],
    "text/plain": MARKUP[-4],
    "application/vnd.jupyter.widget-view+json": {"model_id": MARKUP[0]},
}
LARGE = 250_000  # characters; all cells together may have 500,000

# What the rules then quote: types, values, messages, keys, datagrams, lines of source.
SOLUTIONS = {
    "send-text": """
class Odd(Exception): pass
Odd.__name__ = Odd.__qualname__ = MARKUP[0]
def send_text(host, port, text, charset="utf-8"):
    print("".join(MARKUP), "pwned" * 200_000)
    raise Odd("".join(MARKUP[22:]) + "pwned" * 200_000)  # <img src=x onerror=window.pwned=1>
""",
    "recv-one": """
from dataclasses import dataclass
@dataclass
class Pair: data: bytes
Pair.__name__ = Pair.__qualname__ = MARKUP[1]
def recv_one(sock, timeout, limit=65507):
    data, source = sock.recvfrom(limit)
    return (MARKUP[22] + MARKUP[1], MARKUP[26]) if len(data) < 100 else Pair(data)
""",
    "echo-server": """
def echo_server(sock, stop):
    sock.settimeout(0.05)
    while not stop.is_set():
        try:
            sock.sendto(MARKUP[2].encode()[:60], sock.recvfrom(65507)[1])
        except TimeoutError:
            pass
    return 0  # where nobody asks that is right: a report has something to open
""",
    "request": """
def request(address, payload, timeout=0.2, tries=4):
    raise NameError(MARKUP[5], name=MARKUP[0]) # \x1b[31m \u202e <script>window.pwned=1</script>
""",
    "feiq": """
def parse_feiq(data, charset="gbk"):
    return {key: key for key in MARKUP}
def build_feiq(message, charset="gbk"):
    return "".join(MARKUP)
""",
    "reply-counter-server": """
raise RuntimeError(MARKUP[0] + MARKUP[22] + "\\x1b[31m\\u202e")
""",
}

# Each puts what it was given into whatever a report could show.
THIEF = {
    "send-text": """
def send_text(host, port, text, charset="utf-8"):
    print("stolen", text)
    raise type(f"Stolen_{text[:20]}", (ValueError,), {})(f"stolen {text}")
""",
    "recv-one": """
def recv_one(sock, timeout, limit=65507):
    sock.settimeout(timeout)
    data, source = sock.recvfrom(limit)
    return f"stolen {data}", source
""",
    "echo-server": """
def echo_server(sock, stop):
    sock.settimeout(0.05)
    while not stop.is_set():
        try:
            data, source = sock.recvfrom(65507)
            sock.sendto(b"stolen " + data, source)
        except (TimeoutError, OSError):
            pass
    return 0
""",
    "request": """
def request(address, payload, timeout=0.2, tries=4):
    raise OSError(5, f"stolen {payload}")
""",
    "feiq": """
def parse_feiq(data, charset="gbk"):
    return {"stolen": data}
def build_feiq(message, charset="gbk"):
    raise KeyError(*message.values())
""",
    "reply-counter-server": """
def reply_counter_server(sock, stop):
    sock.settimeout(2)
    raise RuntimeError(f"stolen {sock.recv(65507)}")
""",
}


def solved(release: Notebook, solutions: dict[str, str]) -> Notebook:
    """Return the release with the text of some cells replaced, by their ids."""
    notebook = copy.deepcopy(release)
    for cell in notebook["cells"]:
        cell["source"] = solutions.get(cell["id"], cell["source"])
    return notebook


def words_of_the_draw(release: Notebook, secret: str) -> set[str]:
    """Return what the thief would have told with the graded draw, and not with the public one."""
    graded, public = (_words(solved(release, THIEF), each) for each in (secret, ""))
    # What a busy machine makes late is told in other words; those are not the draw's.
    ours = " ".join(path.read_text(encoding="utf-8") for path in _RULES.parent.rglob("*.py"))
    return {word for word in graded - public if word not in ours}


_RULES = Path(rules.__file__).parent


def _words(notebook: Notebook, secret: str) -> set[str]:
    submission = read(json.dumps(notebook).encode())
    name = notebook["metadata"]["live_sockets"]["chapter"]
    cells = Program(loadable(submission.cells, chapter(name)), fork)
    said = ""
    for exercise in exercises(name):
        for outcome in run(exercise, cells, secret_draw(exercise, secret)).outcomes:
            said += " ".join(told(outcome, exercise).to_dict().values())
    return set(re.findall(r"[^\W\d_]{4,}|[0-9a-f]{2}(?: [0-9a-f]{2}){3,}", said))


def attack(release: Notebook, canary: str) -> Notebook:
    """Return the release with an attack in every place; canary is where it tries to reach."""
    notebook = copy.deepcopy(release)
    for number, cell in enumerate(notebook["cells"]):
        role = cell["metadata"].get("live_sockets", {}).get("role")
        markup = MARKUP[number % len(MARKUP)]
        cell["metadata"] |= {"tags": [f'"><script>{SCRIPT}</script>'], "name": markup}
        cell["metadata"]["collapsed"] = markup
        if role is None:
            cell["source"] = markup if number % 2 else f"{''.join(cell['source'])}\n\n{markup}"
            cell["attachments"] = {"pwned.svg": {"image/svg+xml": SVG}}
        elif role == "solution":
            cell["source"] = f"MARKUP = {MARKUP!r}\n{SOLUTIONS[cell['id']]}"
        elif role in ("predict", "demo"):
            cell["source"] = f"{markup}\n'''{markup}'''"
        if cell["cell_type"] == "code":
            cell["outputs"] = outputs()
            cell["execution_count"] = f"<script>{SCRIPT}</script>"
    notebook["cells"] += [added(kind, text) for kind in KINDS for text in MARKUP]
    # "&&&" and not "pwned": whatever grows it when it is escaped, grows it most.
    notebook["cells"].insert(3, added("markdown", "<&'\n" * (LARGE // 4)))
    notebook["cells"] += [added("raw", "pwned" * (LARGE // 20)), added("code", "# <>" * 20_000)]
    notebook["metadata"] |= {
        "title": MARKUP[0],
        "authors": [{"name": MARKUP[0]}],
        "kernelspec": {"name": MARKUP[0], "display_name": MARKUP[1], "language": MARKUP[2]},
        "language_info": {"name": MARKUP[0], "pygments_lexer": "html", "mimetype": MARKUP[0]},
        "widgets": {"application/vnd.jupyter.widget-state+json": {"state": MARKUP}},
    }
    text = json.dumps(notebook, ensure_ascii=False).replace("CANARY", canary)
    attacked: Notebook = json.loads(text)
    return attacked


KINDS = ("markdown", "raw", "code")


def added(kind: str, text: str) -> Notebook:
    """Return a cell that is not in the release."""
    metadata = {"raw_mimetype": "text/html"}
    id = hashlib.sha256(f"{kind} {text}".encode()).hexdigest()[:16]
    cell: Notebook = {"cell_type": kind, "id": id, "metadata": metadata, "source": text}
    if kind == "code":
        cell |= {"outputs": outputs(), "execution_count": 1}
    return cell


def outputs() -> list[Notebook]:
    """Return one output of every kind."""
    shown: list[Notebook] = [
        {"output_type": kind, "data": {mime: data}, "metadata": {mime: {"alt": MARKUP[0]}}}
        for mime, data in OUTPUTS.items()
        for kind in ("execute_result", "display_data")
    ]
    for output in shown:
        if output["output_type"] == "execute_result":
            output["execution_count"] = 1
    error = {"ename": MARKUP[0], "evalue": MARKUP[1], "traceback": MARKUP}
    stream = {"name": "stdout", "text": "\n".join(MARKUP)}
    return [*shown, {"output_type": "error"} | error, {"output_type": "stream"} | stream]
