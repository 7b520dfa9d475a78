"""The catalogue of misconceptions as a page to look codes up: `notebooks/en/catalogue.ipynb`.

Every code that a report shows leads to its cell there, whose id is the code.
"""

from autograder.notebooks import files
from autograder.report.steps import steps
from autograder.text.misconceptions import Misconception, catalogue
from autograder.text.wording import Text

__all__ = ["page"]

_TITLE = Text(
    "# What people believe of networks\n\n"
    "A report that finds one of these beliefs shows its code. Below each stand the question that "
    "the report asks, what to look at, where a chapter shows it, and the same thing in another "
    "case. In a notebook, `hint()` tells them one by one.",
    "# 关于网络的常见误解\n\n"
    "检查报告如果发现了其中一种误解，就会给出它的编号。每个编号下面依次是：报告里的那个问题、"
    "该看哪里、哪一章演示过，以及换一个情形的例子。在笔记本里，`hint()` 会一条一条地告诉你。",
)


def page(language: str) -> str:
    """Return the page as the text of a notebook."""
    entries = (files.prose(each.id, _entry(each, language), {}) for each in catalogue().values())
    title = files.prose("title", _TITLE.in_(language), {})
    return files.notebook([title, *entries], {"language": language})


def _entry(entry: Misconception, language: str) -> str:
    said = [f"## {entry.id} {entry.title.in_(language)}"]
    for step in steps(entry, language):
        link = step.link.removeprefix("../")
        said.append(f"[{step.text}]({link})" if link else step.text)
    if entry.source:
        said.append(Text(f"Source: {entry.source}", f"出处：{entry.source}").in_(language))
    return "\n\n".join(said)
