"""Files as people and platforms really make them: what passed in the notebook passes in grading.

Each is a right notebook of chapter 04 to which something happened that public reports tell of.
"""

import codecs
import json
import textwrap
from collections.abc import Callable
from typing import Any

import pytest

from autograder.judging.judge import forked, judge

Notebook = dict[str, Any]
Maker = Callable[[Notebook], bytes | None]

MAKERS: list[Maker] = []

HELPERS = {
    "echo-server": """\
        def reply(data):
            return data


        def echo_server(sock, stop):
            sock.settimeout(0.05)
            count = 0
            while not stop.is_set():
                try:
                    data, sender = sock.recvfrom(65_535)
                except TimeoutError:
                    continue
                sock.sendto(reply(data), sender)
                count += 1
            return count
        """,
    "reply-counter-server": """\
        def reply(number, data):
            return str(number).encode() + b" " + data


        def reply_counter_server(sock, stop):
            sock.settimeout(0.05)
            seen = {}
            while not stop.is_set():
                try:
                    data, sender = sock.recvfrom(65_535)
                except TimeoutError:
                    continue
                seen[sender] = seen.get(sender, 0) + 1
                sock.sendto(reply(seen[sender], data), sender)
            return sum(seen.values())
        """,
}


def reported(make: Maker) -> Maker:
    MAKERS.append(make)
    return make


def cell_of(notebook: Notebook, id: str) -> dict[str, Any]:
    return next(cell for cell in notebook["cells"] if cell["id"] == id)


def edit(notebook: Notebook, id: str, change: Callable[[str], str]) -> None:
    cell = cell_of(notebook, id)
    cell["source"] = change("".join(cell["source"]))


def added(source: str, id: str = "mine", kind: str = "code") -> dict[str, Any]:
    return {"cell_type": kind, "id": id, "metadata": {}, "source": source, "outputs": []}


@reported
def an_answer_became_markdown(notebook: Notebook) -> None:
    cell_of(notebook, "send-text")["cell_type"] = "markdown"


@reported
def helpers_of_one_name(notebook: Notebook) -> None:
    for id, source in HELPERS.items():
        edit(notebook, id, lambda old, new=source: textwrap.dedent(new))


@reported
def an_import_that_grading_lacks(notebook: Notebook) -> None:
    edit(notebook, "send-text", lambda old: f"import a_package_of_the_learners\n\n\n{old}")


@reported
def a_line_for_the_notebook_alone(notebook: Notebook) -> None:
    edit(notebook, "send-text", lambda old: f"display(get_ipython())\n\n\n{old}")


@reported
def a_cell_split_in_two_of_one_id(notebook: Notebook) -> None:
    place = notebook["cells"].index(cell_of(notebook, "feiq"))
    source = "".join(notebook["cells"][place]["source"])
    first, second = source.split("\n\n\ndef ", 1)
    halves = [dict(notebook["cells"][place], source=s) for s in (first, f"def {second}")]
    notebook["cells"][place : place + 1] = halves


@reported
def a_whole_cell_indented(notebook: Notebook) -> None:
    edit(notebook, "send-text", lambda old: textwrap.indent(old, "    "))


@reported
def prompts_of_a_doctest(notebook: Notebook) -> None:
    def prompted(old: str) -> str:
        lines = old.splitlines()
        return "\n".join(f">>> {line}" if line[:1].strip() else f"... {line}" for line in lines)

    edit(notebook, "send-text", prompted)


@reported
def a_shell_line_over_two(notebook: Notebook) -> None:
    edit(notebook, "send-text", lambda old: f"!pip install -q \\\n    requests\n\n\n{old}")


@reported
def a_byte_order_mark_at_the_end(notebook: Notebook) -> bytes:
    return json.dumps(notebook).encode() + codecs.BOM_UTF8


@reported
def one_bad_byte_beside_chinese_names(notebook: Notebook) -> bytes:
    edit(notebook, "send-text", lambda old: f"{old}\n\n\n端口 = 7  # 你好，世界")
    cell_of(notebook, "send-text")["outputs"] = [{"name": "stdout", "text": "@@@"}]
    return json.dumps(notebook, ensure_ascii=False).encode().replace(b"@@@", b"\xff")


@reported
def a_constant_from_a_block(notebook: Notebook) -> None:
    block = "try:\n    from not_here import MOST\nexcept ImportError:\n    MOST = 65_535"
    place = notebook["cells"].index(cell_of(notebook, "echo-server"))
    notebook["cells"].insert(place, added(block))
    source = textwrap.dedent(HELPERS["echo-server"]).replace("65_535", "MOST")
    edit(notebook, "echo-server", lambda old: source)


@reported
def a_picture_in_the_prose(notebook: Notebook) -> None:
    picture = f"![](data:image/png;base64,{'iVBORw0K' * 80_000})"
    notebook["cells"].insert(0, added(picture, kind="markdown"))


@reported
def an_output_of_seven_megabytes(notebook: Notebook) -> None:
    text = [f"waiting, round {n:6}\n" for n in range(260_000)]
    cell_of(notebook, "send-text")["outputs"] = [{"output_type": "stream", "text": text}]


@reported
def a_key_held_down(notebook: Notebook) -> None:
    notebook["cells"][:0] = [added("", f"empty-{n}") for n in range(1_000)]


@pytest.mark.parametrize("make", MAKERS, ids=lambda make: make.__name__)
def test_all_points(make: Maker, sandboxed: None, english: Any, reference: dict[str, str]) -> None:
    notebook = english.notebook(**{id.replace("-", "_"): text for id, text in reference.items()})
    data = make(notebook) or json.dumps(notebook).encode()
    assert len(MAKERS) > 10
    assert judge(data, "ch04_udp", secret="", process=forked).score == 20
