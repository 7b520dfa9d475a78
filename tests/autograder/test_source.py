"""What an author hears of a source, and what is read from a right one."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import jupytext
import pytest

from autograder.authoring.lint import lint, words
from autograder.authoring.source import digest, parse, read, stamp

FILE = "solutions/ch99_toy.py"
ENGLISH = "# Toys\n\nOne toy is enough."
ASKED = 'predict("ch99/limit", "Which limit?", three="three", four="four")'
GOOD = f'''# ---
# jupyter: a header is no cell
# ---

# %% [markdown] id="toys" lang="en"
# # Toys
#
# One toy is enough.
# %% [markdown] id="toys" lang="zh" of="{digest(ENGLISH)}"
# # 玩具
# %% id="imports" demo=true lang="en"
from autograder import check
# %% id="imports" demo=true lang="zh" of="{digest("from autograder import check")}"
from autograder.zh import check
# %% id="given" setup=true
LIMIT = 3
# %% id="predict-limit" predict=true lang="en"
predict("ch99/limit", "Which limit?", three="three", four="four")
# %% id="predict-limit" predict=true lang="zh" of="{digest(ASKED)}"
predict("ch99/limit", "上限是几？", three="三", four="四")
# %% id="look" demo=true tags=["nbval-ignore-output"]
# !ls
print(LIMIT)
# %% id="limit" demo=true
outcome("ch99/limit", "three" if LIMIT == 3 else "four")
# %% id="double" solution="ch99/double"
def double(n):
    ### BEGIN SOLUTION
    return 2 * n
    ### END SOLUTION
# %% id="check-double" check="ch99/double"
check("ch99/double")
'''


@dataclass(frozen=True)
class Toy:
    """An exercise, as far as a source is concerned."""

    id: str = "ch99/double"
    points: float = 2
    rules: Sequence[object] = ("a rule",)


def toys(chapter: str) -> Sequence[Toy]:
    return [Toy()] if chapter == "ch99" else []


@pytest.fixture
def root(tmp_path: Path) -> Path:
    wrong = tmp_path / "tests" / "submissions" / "ch99" / "double"
    wrong.mkdir(parents=True)
    for name in ("adds_two", "returns_none", "squares"):
        (wrong / f"{name}.py").write_text("# misconception: UDP-05\n")
    return tmp_path


def problems(text: str, root: Path, catalogue=toys) -> list[str]:
    return [str(problem) for problem in lint(parse(text, FILE), root, catalogue)]


def line_of(text: str, part: str) -> int:
    return text[: text.index(part)].count("\n") + 1


def test_a_right_source_has_no_problems(root):
    assert problems(GOOD, root) == []


def test_cells_come_in_order_with_role_exercise_and_both_languages():
    cells = parse(GOOD, FILE).cells
    assert [(cell.id, cell.role) for cell in cells] == [
        ("toys", "prose"),
        ("imports", "demo"),
        ("given", "setup"),
        ("predict-limit", "predict"),
        ("look", "demo"),
        ("limit", "demo"),
        ("double", "solution"),
        ("check-double", "check"),
    ]
    assert cells[0].text("en") == ENGLISH
    assert cells[0].text("zh") == "# 玩具"
    assert cells[1].text("zh") == "from autograder.zh import check"
    assert cells[4].source == "!ls\nprint(LIMIT)"
    assert cells[4].tags == ("nbval-ignore-output",)
    assert cells[6].exercise == "ch99/double"


def test_jupytext_reads_the_same_cells():
    theirs = jupytext.reads(GOOD.partition("# ---\n\n")[2], fmt="py:percent").cells
    ours = parse(GOOD, FILE).cells
    assert [cell.source for cell in theirs if cell.metadata.get("lang") != "zh"] == [
        cell.source for cell in ours
    ]
    assert [cell.metadata["id"] for cell in theirs if cell.metadata.get("lang") != "zh"] == [
        cell.id for cell in ours
    ]


BROKEN = [
    ("setup=true", "setpu=true", "There is no key 'setpu': did you mean 'setup'?"),
    ('solution="ch99', 'soluton="ch99', "There is no key 'soluton': did you mean 'solution'?"),
    (
        "setup=true",
        "setup=true xyzzy=1",
        "There is no key 'xyzzy': the keys are id, lang, of, tags, demo, setup, predict, "
        "solution, check.",
    ),
    (
        "setup=true",
        "setup=true hello",
        "Cannot read 'hello' on the cell line: write key=\"value\" or key=true.",
    ),
    ("setup=true", "setup=true setup=true", "The key 'setup' stands here twice."),
    ("setup=true", "setup=yes", "The key 'setup' takes true, not yes."),
    (
        'id="given"',
        'id="given cell"',
        "The key 'id' takes 1 to 64 letters, digits, - or _ in double quotes, not \"given cell\".",
    ),
    (
        'id="given" ',
        "",
        'This cell has no id. Give it one that stays: id="what-it-is-about".',
    ),
    ('id="given"', 'id="toys"', "The id 'toys' is already that of the cell in line 5."),
    (
        " setup=true\nLIMIT = 3",
        "\nLIMIT = 3",
        "This code cell has no role: give it one of demo, setup, predict, solution, check.",
    ),
    (
        "setup=true",
        "setup=true predict=true",
        "This code cell has 2 roles, setup and predict: keep one.",
    ),
    (
        "setup=true",
        'setup=true lang="en"',
        "Only prose, demonstrations and predictions come in two languages.",
    ),
    ("LIMIT = 3", "LIMIT = ", "Python cannot read this: invalid syntax."),
    (
        "LIMIT = 3",
        "LIMIT = 3\n" * 17,
        "This code cell has 17 lines, more than 16: take it apart.",
    ),
    (
        "LIMIT = 3",
        "### BEGIN SOLUTION",
        "BEGIN SOLUTION stands in a cell that is not a solution.",
    ),
    (
        "    ### END SOLUTION\n",
        "",
        "A solution cell needs `### BEGIN SOLUTION` and, below it, `### END SOLUTION`.",
    ),
    (
        'check("ch99/double")\n',
        'check("ch99/triple")\n',
        'The cell calls check("ch99/triple") but its key says "ch99/double".',
    ),
    (
        'check("ch99/double")\n',
        'check("ch99/double"); 1\n',
        'A check cell holds `check("ch99/double")` and nothing else.',
    ),
    (
        'check="ch99/double"',
        "demo=true",
        "ch99/double has a solution cell, but no check cell.",
    ),
]


@pytest.mark.parametrize(("right", "wrong", "sentence"), BROKEN)
def test_each_mistake_is_one_sentence_at_its_line(root, right, wrong, sentence):
    (found,) = problems(GOOD.replace(right, wrong, 1), root)
    place, _, text = found.partition(": ")
    assert text == sentence
    file, _, line = place.partition(":")
    assert file == FILE
    at_most = line_of(GOOD, right) + right.count("\n") + wrong.count("\n")
    assert line_of(GOOD, "# %%") <= int(line) <= at_most


def test_a_syntax_error_is_named_at_its_own_line(root):
    text = GOOD.replace("print(LIMIT)", "print(LIMIT")
    (found,) = problems(text, root)
    assert (
        found
        == f"{FILE}:{line_of(text, 'print(LIMIT')}: Python cannot read this: '(' was never closed."
    )


def test_all_problems_are_reported_at_once_in_order_of_lines(root):
    text = GOOD.replace("setup=true", "setpu=true").replace("return 2 * n", "return 2 *")
    found = problems(text.replace('id="look" ', ""), root)
    assert len(found) == 3
    assert [int(line.split(":")[1]) for line in found] == sorted(
        int(line.split(":")[1]) for line in found
    )


def test_prose_says_its_language(root):
    text = GOOD.replace(' lang="en"', "", 1)
    assert f'{FILE}:5: This prose does not say its language: lang="en" or lang="zh".' in problems(
        text, root
    )


def test_a_check_without_a_solution_is_a_problem(root):
    start = GOOD.index('# %% id="double"')
    text = GOOD[:start] + GOOD[GOOD.index('# %% id="check-double"') :]
    line = line_of(text, '# %% id="check-double"')
    assert f"{FILE}:{line}: ch99/double has a check cell, but no solution cell." in problems(
        text, root
    )


def test_a_second_solution_and_a_check_before_its_solution_are_problems(root):
    solution = GOOD[GOOD.index('# %% id="double"') : GOOD.index('# %% id="check-double"')]
    twice = GOOD + solution.replace('id="double"', 'id="double-2"')
    line = line_of(twice, 'id="double-2"')
    first = line_of(twice, 'id="double"')
    assert problems(twice, root) == [
        f"{FILE}:{line}: A second solution cell for ch99/double: the first is in line {first}."
    ]
    late = GOOD.replace(solution, "") + solution
    assert "The check of ch99/double stands before its solution" in problems(late, root)[0]


def test_an_unknown_exercise_names_the_near_ones(root):
    text = GOOD.replace("ch99/double", "ch99/duble")
    line = line_of(text, 'solution="')
    assert f"{FILE}:{line}: There is no exercise 'ch99/duble'. There is ch99/double." in problems(
        text, root
    )


def test_an_exercise_that_no_cell_asks_for_is_a_problem(root):
    found = problems(GOOD, root, lambda chapter: [Toy(), Toy("ch99/triple")])
    assert found == [f"{FILE}:1: ch99/triple has rules, but no cells in this chapter."]


def test_an_exercise_without_rules_is_a_problem(root):
    (found,) = problems(GOOD, root, lambda chapter: [Toy(rules=())])
    assert found.endswith("ch99/double has no rules: nothing would be judged.")


def test_an_exercise_needs_three_wrong_programs(root):
    (root / "tests/submissions/ch99/double/squares.py").unlink()
    (found,) = problems(GOOD, root)
    assert found.endswith(
        "ch99/double has 2 wrong programs, and needs 3 or more in tests/submissions/ch99/double/."
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("**一个就够。**再见", "is not bold: put `。` behind the stars."),
        ("先看**`recv`**，", "is not bold: put ``` before the stars."),
        ("**一个就够**。再见", None),
        ("**一个就够。**", None),
        ("**一个就够。**（见下）", None),
        ("字节**接**在后面，**不要求**：", None),
        ("**It is `x`.** Then", None),
        ("```text\n**。**x\n```", None),
    ],
)
def test_stars_that_markdown_takes_for_stars_are_a_problem(root, text, said):
    lines = "".join(f"# {line}\n" for line in text.splitlines())
    found = problems(GOOD.replace("# # 玩具\n", f"# # 玩具\n#\n{lines}"), root)
    assert [problem for problem in found if "not bold" in problem] == found
    assert (said is None) == (not found)
    assert all(problem.endswith(said) for problem in found)


def test_a_missing_twin_is_a_translation_problem_and_english_stands_in():
    start = GOOD.index('# %% [markdown] id="toys" lang="zh"')
    source = parse(GOOD[:start] + GOOD[GOOD.index('# %% id="imports"') :], FILE)
    (problem,) = source.problems
    assert problem.translation
    assert str(problem) == (
        f"{FILE}:5: The cell 'toys' has no Chinese twin: write one right after it."
    )
    assert source.cells[0].text("zh") == ENGLISH


def test_a_stale_twin_is_a_translation_problem_and_english_stands_in():
    source = parse(GOOD.replace("is enough", "will do"), FILE)
    (problem,) = source.problems
    assert problem.translation
    assert str(problem) == (
        f"{FILE}:9: The Chinese of 'toys' translates an older English text. Bring it up to date, "
        "then run `autograder build --stamp`."
    )
    assert source.cells[0].text("zh") == "# Toys\n\nOne toy will do."


def test_a_chinese_cell_that_follows_another_cell_is_a_problem():
    text = GOOD.replace('id="toys" lang="zh"', 'id="joys" lang="zh"')
    assert f"{FILE}:9: The Chinese 'joys' does not stand right after its English cell." in [
        str(problem) for problem in parse(text, FILE).problems
    ]


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_stamp_renews_hashes_and_touches_nothing_else(ending):
    stale = GOOD.replace(digest(ENGLISH), "00000000").replace("\n", ending)
    text, changed = stamp(stale, FILE)
    assert changed == ("toys",)
    assert text == GOOD.replace("\n", ending)
    assert stamp(text, FILE) == (text, ())


def test_stamp_writes_a_hash_where_there_was_none():
    text, changed = stamp(GOOD.replace(f' of="{digest(ENGLISH)}"', ""), FILE)
    assert (text, changed) == (GOOD, ("toys",))


def test_a_file_that_is_not_utf8_is_named_with_its_line(tmp_path):
    path = tmp_path / "ch99_toy.py"
    path.write_bytes(b"# one\n# \xc4\xe3\n")
    (problem,) = read(path, tmp_path).problems
    assert str(problem) == "ch99_toy.py:2: This line is not UTF-8. Save the file as UTF-8."


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("# nothing\n", "1: There is no cell: cells begin with a line `# %%`."),
        ("import os\n" + GOOD, "1: This stands before the first `# %%`, in no cell."),
        (GOOD + '# %% [raw] id="r" demo=true\n', "33: A cell is code or [markdown], not [raw]."),
    ],
)
def test_what_is_no_cell_is_a_problem(text, sentence):
    assert f"{FILE}:{sentence}" in [str(problem) for problem in parse(text, FILE).problems]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        ("One toy is enough.", 4),
        ("don't count half-closed twice", 4),
        ("一个数据报就是一条消息，不多也不少", 9),
        ("用 UDP 发送 512 个字节", 6),
        ("See [TFT-01](../catalogue.ipynb#cell-id=TFT-01) (twice).", 3),
    ],
)
def test_words_are_counted_in_both_languages(text, count):
    assert words(text) == count


def test_too_many_words_are_a_problem(root):
    text = GOOD.replace("One toy is enough.", "toy " * 3000).replace(
        digest(ENGLISH), digest("# Toys\n\n" + "toy " * 3000)
    )
    assert problems(text, root) == [
        f"{FILE}:1: The prose (en) has 3001 words, more than 3000: cut it."
    ]


# -- predictions ----------------------------------------------------------------------------------

PREDICT, PREDICT_ZH = (f'id="predict-limit" predict=true lang="{each}"' for each in ("en", "zh"))
UNASKED = 'A predict cell holds `predict("ch99/limit", …)` and nothing else.'
UNSHOWN = 'No demonstration below this cell says `outcome("ch99/limit", …)`.'
TYPED_IN = '`outcome("ch99/limit", …)` takes what came, not what is written there.'


@pytest.mark.parametrize(
    ("right", "wrong", "place", "sentence"),
    [
        (ASKED, "my_prediction = ...", PREDICT, UNASKED),
        (ASKED, f"{ASKED}\nLIMIT", PREDICT, UNASKED),
        (ASKED, ASKED.replace("ch99/limit", "ch98/limit"), PREDICT, UNASKED),
        (ASKED, ASKED.replace("limit", "predict-limit"), PREDICT, UNASKED),
        ('predict("ch99/limit", "上', 'predict("ch99/other", "上', PREDICT_ZH, UNASKED),
        ('outcome("ch99/limit"', 'outcome("ch99/other"', PREDICT, UNSHOWN),
        ('outcome("ch99/limit"', 'shown("ch99/limit"', PREDICT, UNSHOWN),
        ('"three" if LIMIT == 3 else "four"', '"three"', 'id="limit"', TYPED_IN),
    ],
)
def test_a_prediction_that_does_not_count_is_a_problem(root, right, wrong, place, sentence):
    text = GOOD.replace(right, wrong, 1)
    assert text != GOOD
    found = [problem for problem in problems(text, root) if "ch99/limit" in problem]
    assert found == [f"{FILE}:{line_of(text, place)}: {sentence}"]


def test_the_outcome_stands_below_its_prediction(root):
    shown = GOOD[GOOD.index('# %% id="limit"') : GOOD.index('# %% id="double"')]
    begin = f"# %% {PREDICT}"
    early = GOOD.replace(shown, "").replace(begin, shown + begin)
    assert problems(early, root) == [f"{FILE}:{line_of(early, begin)}: {UNSHOWN}"]


def test_an_outcome_in_one_language_alone_is_none(root):
    cell = 'outcome("ch99/limit", "three" if LIMIT == 3 else "four")'
    zh = f'# %% id="limit" demo=true lang="zh" of="{digest(cell)}"\n'
    pair = GOOD.replace('id="limit" demo=true', 'id="limit" demo=true lang="en"')
    right, wrong = (pair.replace(cell, f"{cell}\n{zh}{each}") for each in (cell, "print(LIMIT)"))
    assert problems(right, root) == []
    assert any(UNSHOWN in each for each in problems(wrong, root))


def test_a_prediction_that_nothing_reads_is_refused(root):
    text = GOOD.replace(ASKED, "my_prediction = ...")
    assert any("predict cell" in each for each in problems(text, root))
