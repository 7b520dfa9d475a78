# %% [markdown] id="title" lang="en"
# # Bytes before networks
#
# **You will be able to** say which charset a message is in, and turn it into another without loss;
# write and read a binary header in network byte order; read a hex dump. **You need** chapter 00: how
# a check reads, bytes in Python. **Time:** about 105 minutes: 40 to read and run, 64 for six
# exercises. A good place for a break is after exercise 2. (Chapter 00 ends with a map of the course.)
#
# ## Two programs talk
#
# Data that goes from one program to another, on the same machine or not: that is what a network
# is for. In the next cells a program that is not ours sends us two Chinese characters. It is `bash`,
# with `iconv`; the cell prints its command. An **address** tells which machine is meant, and a **port**
# which program on it. Before you run them, say what you expect.

# %% [markdown] id="title" lang="zh" of="d162911a"
# # 网络之前：字节
#
# **学完本章，你将能够**：说出一条消息用的是什么编码，并且不丢内容地转换成另一种编码；按网络字节序写出、读出二进制首部；看懂十六进制转储。**需要**：第 0 章，即怎样读检查结果，以及 Python 的 bytes。**用时**：约 105 分钟，其中阅读和运行 40 分钟，六道习题 64 分钟。做完习题 2 可以休息一下。（第 0 章末尾有课程地图。）
#
# ## 两个程序对话
#
# 网络的用处，就是把数据从一个程序送到另一个程序，不管它们是不是在同一台机器上。下面几个单元格里，一个不是我们写的程序给我们发来两个汉字：它是 `bash`，加上 `iconv`；单元格会打印它的命令。**地址**说明是哪台机器，**端口**说明是那台机器上的哪个程序。运行之前，先说说你认为会怎样。

# %% id="import-check" demo=true lang="en"
from autograder import check, hint, outcome, predict, predictions, replay

# %% id="import-check" demo=true lang="zh" of="209d4e14"
from autograder.zh import check, hint, outcome, predict, predictions, replay

# %% id="predict-type" predict=true lang="en"
predict(
    "ch01/type",
    "bash sends 你好. Of which type is what recv returns?",
    str="str",
    bytes="bytes",
    list="a list of numbers",
)

# %% id="predict-type" predict=true lang="zh" of="660fcb51"
predict(
    "ch01/type",
    "bash 发来“你好”。recv 返回的是什么类型？",
    str="str",
    bytes="bytes",
    list="由数字组成的列表",
)

# %% id="demo-type" demo=true tags=["nbval-ignore-output"] lang="en"
import socket

from netlib.programs import say

mine = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
mine.bind(("127.0.0.1", 0))  # messages to this address come to us
mine.settimeout(5)  # and nobody waits for ever
say("你好", "utf-8", mine.getsockname())
came = mine.recv(1000)
print(came, came.decode("utf-8"))
display(outcome("ch01/type", type(came).__name__))

# %% id="demo-type" demo=true tags=["nbval-ignore-output"] lang="zh" of="c35b9294"
import socket

from netlib.programs import say

mine = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
mine.bind(("127.0.0.1", 0))  # 发到这个地址的消息，由我们接收
mine.settimeout(5)  # 不会一直等下去
say("你好", "utf-8", mine.getsockname())
came = mine.recv(1000)
print(came, came.decode("utf-8"))
display(outcome("ch01/type", type(came).__name__))

# %% [markdown] id="after-type" lang="en"
# **They are bytes: six numbers from 0 to 255.** Python shows those that are no printable
# ASCII character as `\x` and two hexadecimal digits ([TXT-04](../catalogue.ipynb#cell-id=TXT-04)). **Text** (`str`) is made of characters. To
# **encode** is to turn text into bytes, to **decode** is the way back; the rule that is used for both
# is the **charset** (also *encoding*). The network carries bytes and nothing else.
#
# Now bash says the same in GBK, a Chinese charset, and our program reads UTF-8, as before.

# %% [markdown] id="after-type" lang="zh" of="495eadde"
# **收到的是字节：六个 0～255 的数。** 不是可打印 ASCII 字符的，Python 都写成 `\x` 加两位十六进制数字（[TXT-04](../catalogue.ipynb#cell-id=TXT-04)）。**文本**（`str`）由字符组成。把文本变成字节叫**编码**（encode），反过来叫**解码**（decode）；两边依据的规则叫**字符集**（charset），平时也叫“编码”。网络只传送字节，别的什么都不传。
#
# 现在 bash 用 GBK（一种中文编码）说同样的话，而我们的程序仍按 UTF-8 来读。

# %% id="predict-gbk" predict=true lang="en"
predict(
    "ch01/gbk",
    "bash sends 你好 in GBK, and we decode UTF-8. What happens?",
    same="It prints 你好: text is text",
    other="It prints other characters",
    error="It raises an exception",
)

# %% id="predict-gbk" predict=true lang="zh" of="625a79bb"
predict(
    "ch01/gbk",
    "bash 用 GBK 发来“你好”，我们按 UTF-8 解码，会怎样？",
    same="打印“你好”：文本就是文本",
    other="打印出别的字符",
    error="抛出异常",
)

# %% id="demo-gbk" demo=true tags=["nbval-ignore-output"]
say("你好", "gbk", mine.getsockname())
came = mine.recv(1000)
print(came)
try:
    happened = "same" if came.decode("utf-8") == "你好" else "other"
except UnicodeDecodeError as error:
    print(error)
    happened = "error"
display(outcome("ch01/gbk", happened))

# %% [markdown] id="after-gbk" lang="en"
# **It raises UnicodeDecodeError: these four bytes are no UTF-8.** The same text, and not one byte
# alike.
#
# ## Who reads it how?
#
# Does the wrong charset always raise? First, what are the bytes? Letters below them mark the characters.
# Then a table will have a row for each way to send a text, and a column for each way to read it.

# %% [markdown] id="after-gbk" lang="zh" of="43c6eb21"
# **抛出 UnicodeDecodeError：这四个字节不是 UTF-8。** 同样的文本，没有一个字节相同。
#
# ## 谁按哪种编码来读？
#
# 编码不对，就一定抛出异常吗？先看字节是什么样的：字节下面的字母标出每个字符。接着看一张表：每一行是一种发送方式，每一列是一种读取方式。

# %% id="demo-chars" demo=true lang="en"
from netlib.fields import Field
from netlib.hexview import HexView


def chars(text, charset):
    """Return a picture of the bytes of text, each character marked."""
    fields, data = [], b""
    for char in text:
        piece = char.encode(charset)
        stop = len(data) + len(piece)
        fields.append(Field(char, len(data), stop, f"U+{ord(char):04X}"))
        data += piece
    return HexView(data, fields, f"{text}: {charset}")


# %% id="demo-chars" demo=true lang="zh" of="2d55ea75"
from netlib.fields import Field
from netlib.hexview import HexView


def chars(text, charset):
    """画出文本的各个字节，标出每个字符。"""
    fields, data = [], b""
    for char in text:
        piece = char.encode(charset)
        stop = len(data) + len(piece)
        fields.append(Field(char, len(data), stop, f"U+{ord(char):04X}"))
        data += piece
    return HexView(data, fields, f"{text}: {charset}")


# %% id="demo-three" demo=true
for charset in ("utf-8", "gbk", "utf-16-be"):
    display(chars("你好", charset))

# %% id="predict-table" predict=true lang="en"
predict(
    "ch01/table",
    "你好 in UTF-8, read as GBK: what comes out?",
    error="UnicodeDecodeError",
    two="Two other characters",
    three="Three other characters",
)

# %% id="predict-table" predict=true lang="zh" of="83e63c9b"
predict(
    "ch01/table",
    "UTF-8 的“你好”，按 GBK 来读，得到什么？",
    error="UnicodeDecodeError",
    two="两个别的字符",
    three="三个别的字符",
)

# %% id="predict-word" predict=true lang="en"
predict(
    "ch01/word",
    "执行成功 (“done”) in UTF-8, read as GBK: what comes out?",
    error="UnicodeDecodeError",
    four="Four other characters",
    six="Six other characters",
)

# %% id="predict-word" predict=true lang="zh" of="e3595d28"
predict(
    "ch01/word",
    "UTF-8 的“执行成功”，按 GBK 来读，得到什么？",
    error="UnicodeDecodeError",
    four="四个别的字符",
    six="六个别的字符",
)

# %% id="demo-table" demo=true lang="en"
from netlib.tables import as_text


def read_as(data, charset):
    try:
        return repr(data.decode(charset))
    except UnicodeDecodeError as error:
        return f"error at byte {error.start}"


def table(text, *charsets):
    rows = [("sent in", *(f"read as {each}" for each in charsets))]
    for sent in ("utf-8", "gbk"):
        data = text.encode(sent)
        rows.append((sent, *(read_as(data, each) for each in charsets)))
    return as_text(rows)


# %% id="demo-table" demo=true lang="zh" of="e171960b"
from netlib.tables import as_text


def read_as(data, charset):
    try:
        return repr(data.decode(charset))
    except UnicodeDecodeError as error:
        return f"第 {error.start} 个字节出错"


def table(text, *charsets):
    rows = [("发送用", *(f"按 {each} 读" for each in charsets))]
    for sent in ("utf-8", "gbk"):
        data = text.encode(sent)
        rows.append((sent, *(read_as(data, each) for each in charsets)))
    return as_text(rows)


# %% id="demo-readers" demo=true lang="en"
for text in ("你好", "执行成功"):  # change them, and the charsets
    print(table(text, "utf-8", "gbk", "latin-1"), end="\n\n")

came = [text.encode().decode("gbk", errors="replace") for text in ("你好", "执行成功")]
counted = ["error" if "\ufffd" in text else len(text) for text in came]
display(outcome("ch01/table", {2: "two", 3: "three"}.get(counted[0], "error")))
display(outcome("ch01/word", {4: "four", 6: "six"}.get(counted[1], "error")))

# %% id="demo-readers" demo=true lang="zh" of="056ac935"
for text in ("你好", "执行成功"):  # 改改文字和编码试试
    print(table(text, "utf-8", "gbk", "latin-1"), end="\n\n")

came = [text.encode().decode("gbk", errors="replace") for text in ("你好", "执行成功")]
counted = ["error" if "\ufffd" in text else len(text) for text in came]
display(outcome("ch01/table", {2: "two", 3: "three"}.get(counted[0], "error")))
display(outcome("ch01/word", {4: "four", 6: "six"}.get(counted[1], "error")))

# %% [markdown] id="after-table" lang="en"
# **Wrong characters or an exception, by luck**: `浣犲ソ` for one word, and an error at the next. Such
# characters are called **mojibake**. The bytes were right each time; sender and reader had not agreed on
# a charset ([TXT-01](../catalogue.ipynb#cell-id=TXT-01)). The **old notes**, the classroom notes that
# this course replaces, send UTF-8 and read GBK in one program, and use gb2312 in another.
#
# Latin-1 never complains: it has a character for every byte. (`\xa0` is a blank.) And some make
# errors go away like this:

# %% [markdown] id="after-table" lang="zh" of="804111f1"
# **是乱码还是异常，全凭运气**：一个词读成 `浣犲ソ`，下一个词就出错。这样的字符叫**乱码**（mojibake）。字节每次都没有错，只是发送方和读取方没有约定编码（[TXT-01](../catalogue.ipynb#cell-id=TXT-01)）。**旧笔记**（本课程所取代的课堂笔记）在同一个程序里用 UTF-8 发送、按 GBK 读取，另一处又用 gb2312。
#
# Latin-1 从不报错：每个字节它都有对应的字符。（`\xa0` 是一种空格。）还有人这样让错误消失：

# %% id="demo-replace" demo=true
print(b"\xc4\xe3\xba\xc3 ok".decode("utf-8", errors="replace"))
print("50 €".encode("gbk", errors="replace"))
print("50 €".encode("gbk", errors="ignore"))

# %% [markdown] id="after-replace" lang="en"
# What is not in the charset is replaced or left out, and nobody is told
# ([TXT-16](../catalogue.ipynb#cell-id=TXT-16)). Your first function raises instead.

# %% [markdown] id="after-replace" lang="zh" of="f0555315"
# 编码里没有的内容被悄悄替换或者丢掉，谁也不知道（[TXT-16](../catalogue.ipynb#cell-id=TXT-16)）。你的第一个函数不许这样：要抛出异常。

# %% id="setup" setup=true
import socket
import struct

CHARSETS = {3: "ascii", 106: "utf-8", 113: "gbk", 2026: "big5"}

# %% [markdown] id="ex-recode" lang="en"
# ## Exercise 1 · From one charset into another (3 points)
#
# `recode(data, source, target)` decodes `data` (`bytes`) from the charset `source`, and returns the same
# text as `bytes`, encoded in the charset `target`. (The program `iconv` does this.)
#
# - The charsets are names that Python knows: `"utf-8"`, `"gbk"`, `"utf-16-be"` … `data` may be empty.
# - Nothing is lost: bytes that are no text in `source` raise `UnicodeDecodeError`, a character that
#   `target` lacks raises `UnicodeEncodeError`.
# - *Not required:* unknown charsets; a byte order mark.

# %% [markdown] id="ex-recode" lang="zh" of="f9c87fe8"
# ## 习题 1 · 从一种编码到另一种编码（3 分）
#
# `recode(data, source, target)` 把 `data`（`bytes`）按编码 `source` 解码，再把同样的文本用编码 `target` 编码，返回 `bytes`。（程序 `iconv` 做的就是这件事。）
#
# - 编码用 Python 认识的名字：`"utf-8"`、`"gbk"`、`"utf-16-be"`……`data` 可能为空。
# - 什么也不能丢：有字节不符合 `source`，抛出 `UnicodeDecodeError`；有字符是 `target` 没有的，抛出 `UnicodeEncodeError`。
# - **不要求**：不认识的编码；字节顺序标记（BOM）。


# %% id="recode" solution="ch01/recode"
def recode(data: bytes, source: str, target: str) -> bytes:
    """Decode data from charset source; return the text in charset target."""
    ### BEGIN SOLUTION
    return data.decode(source).encode(target)
    ### END SOLUTION


# %% id="check-recode" check="ch01/recode"
check("ch01/recode")

# %% [markdown] id="noticed" lang="en"
# ## How often is the wrong charset noticed?
#
# One word went wrong silently, another raised. Let us count: 20,000 random words of two Chinese
# characters, in UTF-8, read as GBK, and then 20,000 words of three.

# %% [markdown] id="noticed" lang="zh" of="e9b5b01c"
# ## 编码用错了，有多少次会被发现？
#
# 一个词悄悄变成乱码，另一个抛出异常。我们来数一数：随机取 20,000 个两字词，用 UTF-8 编码，按 GBK 来读；再取 20,000 个三字词。

# %% id="predict-noticed" predict=true lang="en"
predict(
    "ch01/noticed",
    "Words of two characters: in which share does no exception tell?",
    few="Less than 10 %",
    half="Between 10 % and 60 %",
    most="More than 60 %",
)

# %% id="predict-noticed" predict=true lang="zh" of="72481cd6"
predict(
    "ch01/noticed",
    "两字词里，多大比例不抛出任何异常？",
    few="不到 10%",
    half="10% 到 60% 之间",
    most="60% 以上",
)

# %% id="demo-decodes" demo=true
def decodes(data, charset):
    try:
        data.decode(charset)
        return True
    except UnicodeDecodeError:
        return False


# %% id="demo-noticed" demo=true lang="en"
from random import Random

from netlib.plots import bars

HAN = range(0x4E00, 0x9FA6)


def silent(length, words=20_000):
    """Return how many words in a hundred are read wrongly without an error."""
    rng = Random(1)
    drawn = ("".join(map(chr, rng.choices(HAN, k=length))) for _ in range(words))
    return round(100 * sum(decodes(word.encode(), "gbk") for word in drawn) / words)


# %% id="demo-noticed" demo=true lang="zh" of="fc11883b"
from random import Random

from netlib.plots import bars

HAN = range(0x4E00, 0x9FA6)


def silent(length, words=20_000):
    """每一百个词里，有多少个读错了却没有异常。"""
    rng = Random(1)
    drawn = ("".join(map(chr, rng.choices(HAN, k=length))) for _ in range(words))
    return round(100 * sum(decodes(word.encode(), "gbk") for word in drawn) / words)


# %% id="demo-shares" demo=true tags=["nbval-ignore-output"] lang="en"
shares = {"two characters": silent(2), "three characters": silent(3)}
display(bars(shares, title="UTF-8 read as GBK, and no exception", unit="%"))
share = shares["two characters"]
in_gbk = [chr(code).encode("gbk") for code in HAN]
print(len(in_gbk), "characters in GBK;", sum(decodes(c, "utf-8") for c in in_gbk), "are UTF-8")
display(outcome("ch01/noticed", "few" if share < 10 else "half" if share < 60 else "most"))

# %% id="demo-shares" demo=true tags=["nbval-ignore-output"] lang="zh" of="e2c345fd"
shares = {"两个字": silent(2), "三个字": silent(3)}
display(bars(shares, title="UTF-8 按 GBK 来读，没有异常", unit="%"))
share = shares["两个字"]
in_gbk = [chr(code).encode("gbk") for code in HAN]
print(len(in_gbk), "个 GBK 汉字，其中", sum(decodes(c, "utf-8") for c in in_gbk), "个也是 UTF-8")
display(outcome("ch01/noticed", "few" if share < 10 else "half" if share < 60 else "most"))

# %% [markdown] id="after-noticed" lang="en"
# **In more than three quarters nothing is raised; with three characters, never silently.** A Chinese
# character takes three bytes in UTF-8, all above 0x7f; GBK takes such bytes in pairs, and of nine one
# is left over. The other way it happens, too: the last line counts characters whose GBK bytes are
# good UTF-8. So a `decode` that raises no error does not prove that the charset is right
# ([TXT-19](../catalogue.ipynb#cell-id=TXT-19)): a message must *say* what it is in.
#
# > Windows Notepad was famous for this: type 联通 (`c1 aa cd a8` in GBK), save, open: old versions
# > guessed UTF-8, and the word was gone. Python would not: no UTF-8 has the byte `c1` (RFC 3629 §4).

# %% [markdown] id="after-noticed" lang="zh" of="5b784fe4"
# **四分之三以上的两字词不抛出异常；三字词则一定会抛出。** 一个汉字在 UTF-8 里占三个字节，都大于 0x7f；GBK 把这样的字节两个两个地取，九个字节就剩下一个。反过来也一样：最后一行数的，是 GBK 字节同时也符合 UTF-8 的汉字。所以 `decode` 没有报错，并不证明编码用对了（[TXT-19](../catalogue.ipynb#cell-id=TXT-19)）：消息必须自己**说明**用的是什么编码。
#
# > Windows 记事本曾因此出名：输入“联通”（GBK 是 `c1 aa cd a8`），保存，再打开，老版本会猜成 UTF-8，字就没了。Python 不会：UTF-8 里绝不会有 `c1` 这个字节（RFC 3629 第 4 节）。

# %% [markdown] id="lacks" lang="en"
# ## Which names can you write?
#
# There are three Chinese charsets in a row, each made to hold nearly all of the one before: gb2312 (1980),
# GBK and GB 18030. Four characters: the euro sign, 镕 and 喆, which occur in names, and a smiling face.

# %% [markdown] id="lacks" lang="zh" of="abacaed4"
# ## 哪种编码写得出这个名字？
#
# 三种中文编码一脉相承，后一种几乎包含前一种的全部字符：gb2312（1980 年）、GBK、GB 18030。看四个字符：欧元符号，人名里会用到的“镕”和“喆”，还有一张笑脸。

# %% id="predict-lacks" predict=true lang="en"
predict(
    "ch01/lacks",
    "How many of the four are in gb2312, and how many in GBK?",
    all="Four and four",
    some="Two and two",
    names="None and two",
    none="None and none",
)

# %% id="predict-lacks" predict=true lang="zh" of="59b01915"
predict(
    "ch01/lacks",
    "四个字符里，gb2312 有几个，GBK 有几个？",
    all="4 个和 4 个",
    some="2 个和 2 个",
    names="0 个和 2 个",
    none="0 个和 0 个",
)

# %% id="demo-lacks" demo=true
def in_charset(char, charset):
    try:
        return char.encode(charset).hex(" ")
    except UnicodeEncodeError:
        return "-"


CHINESE = "gb2312", "gbk", "gb18030"
rows = [(char, *(in_charset(char, each) for each in CHINESE)) for char in "€镕喆😀"]
print(as_text([("", *CHINESE), *rows]))
gb2312, gbk, _ = (4 - column.count("-") for column in list(zip(*rows))[1:])
known = {(4, 4): "all", (2, 2): "some", (0, 0): "none"}
outcome("ch01/lacks", known.get((gb2312, gbk), "names"))

# %% [markdown] id="after-lacks" lang="en"
# **None is in gb2312, two are in GBK (as Python has it), and GB 18030 has them all**, as UTF-8 does. Whoever encodes a
# name in gb2312, as one of the old notes' programs does, cannot write 镕. And look at the second byte
# of 镕: `46` is also the letter F. In UTF-8 an ASCII byte is always that ASCII character; in GBK it may be
# half of another one (chapter 11).

# %% [markdown] id="after-lacks" lang="zh" of="7dae029f"
# **gb2312 一个也没有，GBK（指 Python 的）有两个，GB 18030 全都有**，UTF-8 也全都有。旧笔记里有个程序用 gb2312，这样就写不出“镕”字。再看“镕”的第二个字节：`46` 也是字母 F。在 UTF-8 里，ASCII 字节永远就是那个 ASCII 字符；在 GBK 里，它可能是另一个字的一半（第 11 章）。

# %% [markdown] id="order" lang="en"
# ## Which byte goes first?
#
# Numbers need an agreement, too. Python's `struct` **packs** numbers as bytes: one letter for each
# number, `I` for four bytes without sign. A character in front says in which order.

# %% [markdown] id="order" lang="zh" of="da9d0397"
# ## 哪个字节在前？
#
# 数字也要约定。Python 的 `struct` 把数字**打包**（pack）成字节：一个字母代表一个数，`I` 是四个字节的无符号数；最前面的符号说明按什么顺序。

# %% id="predict-order" predict=true lang="en"
predict(
    "ch01/order",
    'struct.pack("I", 0x1122) on this machine: which byte comes first?',
    big="00 00 11 22",
    little="22 11 00 00",
    pairs="11 22 00 00",
)

# %% id="predict-order" predict=true lang="zh" of="f663b866"
predict(
    "ch01/order",
    '在这台机器上，struct.pack("I", 0x1122) 哪个字节在前？',
    big="00 00 11 22",
    little="22 11 00 00",
    pairs="11 22 00 00",
)

# %% id="demo-order" demo=true
import struct
import sys

for fmt in ("I", "<I", "!I"):
    print(f"{fmt:3}", struct.pack(fmt, 0x1122).hex(" "))
print(sys.byteorder, type(struct.pack("I", 6)))
print(int.from_bytes(struct.pack("<I", 6), "big"))
ways = {"00 00 11 22": "big", "22 11 00 00": "little"}
outcome("ch01/order", ways.get(struct.pack("I", 0x1122).hex(" "), "pairs"))

# %% [markdown] id="after-order" lang="en"
# **Here the byte that is worth least comes first**: this machine is **little-endian**, as nearly every
# PC and phone is. Ask `sys.byteorder`, and not the brand
# ([TXT-09](../catalogue.ipynb#cell-id=TXT-09)). **Big-endian** puts the most significant byte first, as we
# write numbers: 11 22. Protocols do so: it is the **network byte order** (RFC 1700), `!` in `struct`
# ([TXT-05](../catalogue.ipynb#cell-id=TXT-05)).
#
# `struct` without such a character packs as this machine has it. The last number is what a
# big-endian peer reads when such a machine sends 6
# ([TXT-06](../catalogue.ipynb#cell-id=TXT-06)). And `pack` gives bytes, no string
# ([TXT-08](../catalogue.ipynb#cell-id=TXT-08)).
#
# How does one take a number apart? The same with decimal digits, most significant first, and back:

# %% [markdown] id="after-order" lang="zh" of="db249ccf"
# **这里是最低的字节在前**：这台机器是**小端**（little-endian），几乎所有的电脑和手机都是。以 `sys.byteorder` 为准，不要凭品牌判断（[TXT-09](../catalogue.ipynb#cell-id=TXT-09)）。**大端**（big-endian）是最高的字节在前，和我们写数的顺序一样：11 22。协议都用大端，所以它也叫**网络字节序**（network byte order，RFC 1700），在 `struct` 里写作 `!`（[TXT-05](../catalogue.ipynb#cell-id=TXT-05)）。
#
# `struct` 前面不写符号，就照本机的样子打包。最后那个数（100663296）是这样来的：小端机器发出 6，大端机器读成了它（[TXT-06](../catalogue.ipynb#cell-id=TXT-06)）。另外，`pack` 给出的是字节，不是字符串（[TXT-08](../catalogue.ipynb#cell-id=TXT-08)）。
#
# 怎样把一个数拆开？先看十进制数字，从最高位开始拆，再拼回去：

# %% id="demo-digits" demo=true
n, size = 1122, 6
digits = [n // 10**i % 10 for i in range(size - 1, -1, -1)]
print(digits)

n = 0
for digit in digits:
    n = n * 10 + digit
print(n)

# %% [markdown] id="ex-to-big" lang="en"
# ## Exercise 2 · Numbers as bytes, and back (4 points)
#
# `to_big(n, size)` returns the number `n` (`int`) as `size` bytes, the most significant byte first;
# `size` is 0 or more. `from_big(data)` returns the number in `data` (`bytes`), whose first byte is the most
# significant; for no bytes it is 0.
#
# - A number that is negative or does not fit into `size` bytes raises `OverflowError`: nothing is cut
#   off ([TXT-20](../catalogue.ipynb#cell-id=TXT-20)). Only 0 fits into 0 bytes.
# - Numbers may be of any size: 20 bytes are not too many.
# - *Not required:* signed numbers; a negative `size`.
#
# Try `>>`, `&` and `<<` first, with a byte as one digit of 256: `n >> 8 * i` is `n // 256**i`, `& 255` is
# `% 256`, and `(n << 8) + byte` needs its brackets. Python has methods for this; any way is right.

# %% [markdown] id="ex-to-big" lang="zh" of="5e866952"
# ## 习题 2 · 数变成字节，再变回来（4 分）
#
# `to_big(n, size)` 把数 `n`（`int`）写成 `size` 个字节返回，最高的字节在前；`size` 是 0 或更大。`from_big(data)` 返回 `data`（`bytes`）里的数，第一个字节是最高的字节；一个字节也没有就是 0。
#
# - 数是负数，或者 `size` 个字节放不下，就抛出 `OverflowError`：什么也不许截掉（[TXT-20](../catalogue.ipynb#cell-id=TXT-20)）。0 个字节只放得下 0。
# - 数可以任意大：20 个字节也不算多。
# - **不要求**：带符号的数；负的 `size`。
#
# 先用 `>>`、`&`、`<<` 试试，把一个字节看成 256 进制的一位：`n >> 8 * i` 就是 `n // 256**i`，`& 255` 就是 `% 256`，而 `(n << 8) + byte` 的括号不能省。Python 也有现成的方法；用什么办法都算对。


# %% id="to-big" solution="ch01/to_big"
def to_big(n: int, size: int) -> bytes:
    """Return n as size bytes, most significant first; OverflowError."""
    ### BEGIN SOLUTION
    if n < 0 or n >> 8 * size:
        raise OverflowError(f"{n} does not fit into {size} bytes")
    return bytes(n >> 8 * place & 0xFF for place in range(size - 1, -1, -1))
    ### END SOLUTION


def from_big(data: bytes) -> int:
    """Return the number in data, whose first byte is most significant."""
    ### BEGIN SOLUTION
    n = 0
    for byte in data:
        n = n << 8 | byte
    return n
    ### END SOLUTION


# %% id="check-to-big" check="ch01/to_big"
check("ch01/to_big")

# %% [markdown] id="sizes" lang="en"
# ## How much room does a header take?
#
# A message that says how to read itself begins with a **header**: numbers in front of the **payload**,
# which is what is to be said. Ours has three: a version (one byte, `B`), the number of the charset (two, `H`),
# and the length of the text in bytes (four, `I`). `calcsize` tells how many bytes a format takes.

# %% [markdown] id="sizes" lang="zh" of="43b002bb"
# ## 一个首部占多大空间？
#
# 一条消息要能说明怎样读它自己，开头就得有**首部**（header）：放在**载荷**（payload，真正要说的内容）前面的几个数。我们的首部有三个数：版本（一个字节，`B`）、编码的编号（两个字节，`H`）、文本的字节数（四个字节，`I`）。`calcsize` 告诉你一个格式占多少字节。

# %% id="predict-sizes" predict=true lang="en"
predict("ch01/sizes", 'What does struct.calcsize("BHI") return?')

# %% id="predict-sizes" predict=true lang="zh" of="7ebefbb3"
predict("ch01/sizes", 'struct.calcsize("BHI") 返回几？')

# %% id="demo-sizes" demo=true
for fmt in ("BHI", "HI", "L"):
    print(f"{fmt:4}", struct.calcsize(fmt), f"!{fmt:4}", struct.calcsize("!" + fmt))
print(struct.pack("BHI", 1, 113, 4).hex(" "))
print(struct.pack("!BHI", 1, 113, 4).hex(" "))
outcome("ch01/sizes", struct.calcsize("BHI"))

# %% [markdown] id="after-sizes" lang="en"
# **Eight, not seven: struct puts a zero byte behind the first.** As this machine lays numbers out, each
# begins at a multiple of its own size: that is **alignment**, and the zero is **padding**. It may also
# have sizes of its own, such as eight bytes for `L`. The table of sizes in Python's documentation, which
# the old notes copy, holds behind `!`, `<`, `>` or `=` only ([TXT-07](../catalogue.ipynb#cell-id=TXT-07)).
#
# Our header in network byte order, without a hole:
#
# ```text
#   +---------+---------------+-------------------------------+
#   | version | charset       | length                        |
#   |   01    |   00    71    |   00      00      00      04  |
#   +---------+---------------+-------------------------------+
#       1          113                        4
# ```
#
# A cousin, the port of a peer and a flag. `unpack` gives a tuple, and its error `struct.error` is
# no `ValueError`:

# %% [markdown] id="after-sizes" lang="zh" of="ea3e884b"
# **是 8，不是 7：struct 在第一个字节后面加了一个零字节。** 按本机的布局，每个数都从自己大小的整数倍处开始，这叫**对齐**（alignment），补上的零叫**填充**（padding）。有些大小也随机器而变，例如 `L` 可能占八个字节。Python 文档里那张大小表（旧笔记照抄了它）只在写了 `!`、`<`、`>` 或 `=` 时才成立（[TXT-07](../catalogue.ipynb#cell-id=TXT-07)）。
#
# 我们的首部，用网络字节序，中间没有空洞：
#
# ```text
#   +------+-----------+-----------------------+
#   | 版本 | 编码      | 长度                  |
#   |  01  | 00    71  | 00    00    00    04  |
#   +------+-----------+-----------------------+
#      1        113               4
# ```
#
# 再看一个类似的例子：对端的端口和一个标志。`unpack` 返回元组；它的异常 `struct.error` 不是 `ValueError`：

# %% id="demo-port" demo=true
packed = struct.pack("!HB", 2425, 1)
print(packed.hex(" "), struct.unpack("!HB", packed))
try:
    struct.unpack("!HB", packed[:2])
except struct.error as error:
    print(isinstance(error, ValueError), error)

# %% [markdown] id="ex-pack-header" lang="en"
# ## Exercise 3 · The header (3 points)
#
# `pack_header(version, charset, length)` returns the 7 bytes of the header, all numbers big-endian:
# `version` in one byte, `charset` in two, `length` in four. `unpack_header(data)` returns
# `(version, charset, length)`, a tuple of three `int`.
#
# - `unpack_header` raises `ValueError` unless `data` has exactly 7 bytes.
# - Numbers have no sign. *Not required:* numbers that do not fit.

# %% [markdown] id="ex-pack-header" lang="zh" of="3ac27fb3"
# ## 习题 3 · 首部（3 分）
#
# `pack_header(version, charset, length)` 返回首部的 7 个字节，所有的数都用大端：`version` 占一个字节，`charset` 占两个，`length` 占四个。`unpack_header(data)` 返回 `(version, charset, length)`，由三个 `int` 组成的元组。
#
# - `data` 不是正好 7 个字节，`unpack_header` 就抛出 `ValueError`。
# - 数都不带符号。**不要求**：放不下的数。


# %% id="pack-header" solution="ch01/pack_header"
def pack_header(version: int, charset: int, length: int) -> bytes:
    """Return 7 bytes: version in one, charset in two, length in four."""
    ### BEGIN SOLUTION
    return struct.pack("!BHI", version, charset, length)
    ### END SOLUTION


def unpack_header(data: bytes) -> tuple[int, int, int]:
    """Return (version, charset, length); ValueError unless 7 bytes."""
    ### BEGIN SOLUTION
    if len(data) != 7:
        raise ValueError(f"expected a header of 7 bytes; got {len(data)}")
    return struct.unpack("!BHI", data)
    ### END SOLUTION


# %% id="check-pack-header" check="ch01/pack_header"
check("ch01/pack_header")

# %% [markdown] id="ex-native" lang="en"
# ## Exercise 4 · Here, and on the wire (1 point)
#
# `native_and_network(fmt)` returns two sizes in bytes of the `struct` format `fmt`, as a tuple of `int`:
# first as `struct` lays it out on this machine, then in network byte order. For `"BHI"` that is `(8, 7)` here.
#
# - `fmt` is one or more of the letters `bBhHiIlLqQ?efd`, and nothing else. (Unlike a C compiler, `struct` adds
#   nothing behind the last letter: `IB` takes 5 bytes.)
# - *Not required:* other letters; numbers in `fmt`.

# %% [markdown] id="ex-native" lang="zh" of="8044973d"
# ## 习题 4 · 本机的大小，网络上的大小（1 分）
#
# `native_and_network(fmt)` 返回 `struct` 格式 `fmt` 的两个大小（字节数），是由 `int` 组成的元组：先是 `struct` 在本机上的布局，再是网络字节序。`"BHI"` 在这里是 `(8, 7)`。
#
# - `fmt` 由 `bBhHiIlLqQ?efd` 中的一个或多个字母组成，没有别的。（和 C 编译器不同，`struct` 在最后一个字母后面什么也不加：`IB` 占 5 个字节。）
# - **不要求**：其他字母；`fmt` 里的数字。


# %% id="native" solution="ch01/native_and_network"
def native_and_network(fmt: str) -> tuple[int, int]:
    """Return the size of fmt on this machine, and in network order."""
    ### BEGIN SOLUTION
    return struct.calcsize(fmt), struct.calcsize("!" + fmt)
    ### END SOLUTION


# %% id="check-native" check="ch01/native_and_network"
check("ch01/native_and_network")

# %% [markdown] id="cuts" lang="en"
# ## Where does a character end?
#
# What if a part of a text comes first? Here are the six bytes of 你好 in UTF-8, cut at each place; we
# decode what stands before the cut.

# %% [markdown] id="cuts" lang="zh" of="7d3e3889"
# ## 一个字符到哪里为止？
#
# 如果一段文本先到的只是一部分呢？下面是“你好”的六个 UTF-8 字节，在每个位置切一次，把切口前面的部分解码。

# %% id="predict-cuts" predict=true lang="en"
predict(
    "ch01/cuts",
    "Cut after 0, 1, 2, 3, 4, 5 or 6 bytes: which cuts raise nothing?",
    all="All of them",
    even="0, 2, 4, 6",
    whole="0, 3, 6",
    last="Only 6",
)

# %% id="predict-cuts" predict=true lang="zh" of="b34fbb46"
predict(
    "ch01/cuts",
    "在第 0、1、2、3、4、5、6 个字节之后切：哪些切法不抛出异常？",
    all="全部",
    even="0、2、4、6",
    whole="0、3、6",
    last="只有 6",
)

# %% id="demo-cuts" demo=true
data = "你好".encode()
for cut in range(7):
    print(cut, read_as(data[:cut], "utf-8"))
good = tuple(cut for cut in range(7) if decodes(data[:cut], "utf-8"))
found = {7: "all", 4: "even", 3: "whole"}
outcome("ch01/cuts", found.get(len(good), "last"))

# %% [markdown] id="after-cuts" lang="en"
# **0, 3 and 6: a piece of 你 is no 你**
# ([TXT-02](../catalogue.ipynb#cell-id=TXT-02)). TCP will cut like that (chapter 11);
# `codecs.getincrementaldecoder` keeps what is not complete yet. UDP sends a message as one piece, a
# **datagram**, which comes whole or not at all. Is it as long as its header announces? Compare
# ([TXT-17](../catalogue.ipynb#cell-id=TXT-17)).
#
# A cousin first: a name behind one byte that gives its length.

# %% [markdown] id="after-cuts" lang="zh" of="d5c36977"
# **0、3、6：“你”的一部分不是“你”**（[TXT-02](../catalogue.ipynb#cell-id=TXT-02)）。TCP 就会这样切（第 11 章）；`codecs.getincrementaldecoder` 会留住还不完整的部分。UDP 一次发出的整条消息叫**数据报**（datagram），要么整个到达，要么不到；可是，它和首部宣布的一样长吗？要比较（[TXT-17](../catalogue.ipynb#cell-id=TXT-17)）。
#
# 先看一个类似的例子：名字前面有一个字节，写着名字的长度。


# %% id="demo-name" demo=true
def pack_name(name):
    data = name.encode()
    return bytes([len(data)]) + data


def unpack_name(packet):
    length, data = packet[0], packet[1:]
    if length != len(data):
        raise ValueError(f"expected {length} bytes; got {len(data)}")
    return data.decode()


packet = pack_name("anna 安娜")
print(packet, unpack_name(packet))

# %% [markdown] id="ex-pack-message" lang="en"
# ## Exercise 5 · A message that says how to read itself (5 points)
#
# `pack_message(text, number)` returns a message: the header with version 1, the `number` of the charset and
# the length in bytes of what follows; then `text`, encoded in `CHARSETS[number]`. `unpack_message(packet)`
# returns the text (`str`) of such a message, whole and exact.
#
# `CHARSETS` is given. Its numbers are those that IANA has given to charsets (MIBenum, RFC 3808): so both
# sides know what 113 means.
#
# - `pack_message` raises `ValueError` if `number` is not in `CHARSETS`, and `UnicodeEncodeError` if the
#   charset lacks a character of `text`. `text` may be empty.
# - `unpack_message` raises `ValueError` for anything that is no such message: fewer or more bytes than
#   announced, another version, an unknown charset, bytes that are not in that charset.
# - `UnicodeEncodeError` and `UnicodeDecodeError` are a kind of `ValueError`; `struct.error` and `KeyError` are not.
# - Your functions of exercise 3 may help. *Not required:* two messages in one packet (chapter 13).

# %% [markdown] id="ex-pack-message" lang="zh" of="a74a3f82"
# ## 习题 5 · 自己说明怎么读的消息（5 分）
#
# `pack_message(text, number)` 返回一条消息：先是首部，里面有版本 1、编码的编号 `number` 和后面内容的字节数；然后是用 `CHARSETS[number]` 编码的 `text`。`unpack_message(packet)` 返回这样一条消息的文本（`str`），完整而且准确。
#
# `CHARSETS` 是给定的。里面的编号由 IANA 分配给各种编码（MIBenum，RFC 3808），所以双方都知道 113 是什么意思。
#
# - `number` 不在 `CHARSETS` 里，`pack_message` 抛出 `ValueError`；`text` 里有这种编码没有的字符，抛出 `UnicodeEncodeError`。`text` 可以为空。
# - 凡不是这样的消息，`unpack_message` 一律抛出 `ValueError`：字节数比宣布的少或者多、别的版本、不认识的编码、不符合那种编码的字节。
# - `UnicodeEncodeError` 和 `UnicodeDecodeError` 都是 `ValueError` 的一种；`struct.error` 和 `KeyError` 不是。
# - 习题 3 的函数可以拿来用。**不要求**：一次收到两条消息（第 13 章）。


# %% id="pack-message" solution="ch01/pack_message"
def pack_message(text: str, number: int) -> bytes:
    """Return the header, then text in CHARSETS[number]."""
    ### BEGIN SOLUTION
    if number not in CHARSETS:
        raise ValueError(f"expected one of {list(CHARSETS)}; got {number}")
    data = text.encode(CHARSETS[number])
    return pack_header(1, number, len(data)) + data
    ### END SOLUTION


def unpack_message(packet: bytes) -> str:
    """Return the text of a message; ValueError if it is none."""
    ### BEGIN SOLUTION
    version, number, length = unpack_header(packet[:7])
    data = packet[7:]
    if version != 1 or number not in CHARSETS:
        raise ValueError(f"version {version}, charset {number}: unknown")
    if len(data) != length:
        raise ValueError(f"expected {length} bytes; got {len(data)}")
    return data.decode(CHARSETS[number])
    ### END SOLUTION


# %% id="check-pack-message" check="ch01/pack_message"
check("ch01/pack_message")

# %% [markdown] id="dump" lang="en"
# To look at a message, people use a **hex dump**: the bytes in hexadecimal, a line for every sixteen, with
# the place of the first one in front and the text behind. A cousin with four bytes a line, in decimal,
# and without the text:

# %% [markdown] id="dump" lang="zh" of="8923320f"
# 要看一条消息，常用**十六进制转储**（hex dump）：字节写成十六进制，十六个一行，行首是第一个字节的位置，行尾是文本。先看一个类似的例子，每行四个字节，用十进制，不带文本：

# %% id="demo-decimal" demo=true
data = b"hello, you"
for start in range(0, len(data), 4):
    part = data[start : start + 4]
    print(f"{start:4}:", " ".join(f"{byte:3}" for byte in part))

# %% [markdown] id="ex-hexdump" lang="en"
# ## Exercise 6 · A hex dump (4 points)
#
# `hexdump(data)` returns `data` (`bytes`) as a `str`, as the program `xxd -g 1` prints it. For
# `b"\x01\x00\x71\x00\x00\x00\x0aDo you see"`, 17 bytes:
#
# ```text
# 00000000: 01 00 71 00 00 00 0a 44 6f 20 79 6f 75 20 73 65  ..q....Do you se
# 00000010: 65                                               e
# ```
#
# - A line has the offset of its first byte in 8 lower-case hexadecimal digits; a colon and a blank; up to 16 bytes in hexadecimal
#   with one blank between them, filled up with blanks to 47 columns; two blanks; and the text.
# - In the text, bytes from 0x20 to 0x7e stand as the characters that they are in ASCII, all others as `.`.
# - Lines are joined with `"\n"`, and there is none after the last line. For no bytes there is no line: `""`.

# %% [markdown] id="ex-hexdump" lang="zh" of="0db38692"
# ## 习题 6 · 十六进制转储（4 分）
#
# `hexdump(data)` 把 `data`（`bytes`）变成 `str` 返回，格式与程序 `xxd -g 1` 打印的一样。例如 17 个字节的 `b"\x01\x00\x71\x00\x00\x00\x0aDo you see"`：
#
# ```text
# 00000000: 01 00 71 00 00 00 0a 44 6f 20 79 6f 75 20 73 65  ..q....Do you se
# 00000010: 65                                               e
# ```
#
# - 每行依次是：第一个字节的位置，8 位小写十六进制数字；一个冒号和一个空格；至多 16 个字节的十六进制，中间各隔一个空格，不足 47 列就用空格补足；两个空格；文本。
# - 文本部分，0x20 到 0x7e 的字节写成对应的 ASCII 字符，其余一律写成 `.`。
# - 各行用 `"\n"` 连接，最后一行后面没有。一个字节也没有，就一行也没有：`""`。


# %% id="hexdump" solution="ch01/hexdump"
def hexdump(data: bytes) -> str:
    """Return data as `xxd -g 1` prints it, without the last line end."""
    ### BEGIN SOLUTION
    lines = []
    for start in range(0, len(data), 16):
        part = data[start : start + 16]
        text = "".join(chr(b) if 0x20 <= b <= 0x7E else "." for b in part)
        lines.append(f"{start:08x}: {part.hex(' '):47}  {text}")
    return "\n".join(lines)
    ### END SOLUTION


# %% id="check-hexdump" check="ch01/hexdump"
check("ch01/hexdump")

# %% [markdown] id="wire" lang="en"
# ## How much leaves the machine?
#
# Your header tells how to read a text. Others do the same for you: each **layer** of the network puts its
# own header in front of what it is given, and the receiver's takes it off again. That is
# **encapsulation**. A **protocol** is what both sides of a layer have agreed on: what
# its headers mean, and who sends what when. Engineers count
# four layers (application, transport, internet, link); the OSI model counts seven: it cuts the link layer
# in two (physical, data link) and the application in three (session, presentation, application).
#
# Two hosts are on one switch; each is a real network stack of this machine's kernel. anna sends 你好 to
# ben. Move the slider: each step takes off one header.

# %% [markdown] id="wire" lang="zh" of="1ab40db1"
# ## 有多少字节离开机器？
#
# 你的首部说明文本该怎么读。网络也在替你做同样的事：每一**层**（layer）都在交给它的内容前面加上自己的首部，接收方的同一层再把它取下来。这叫**封装**（encapsulation）。**协议**（protocol）是通信双方在同一层上的约定：首部是什么意思，谁在什么时候发什么。实践中分四层（应用、传输、网络、链路）；OSI 模型分七层：链路层拆成两层（物理、数据链路），应用层拆成三层（会话、表示、应用）。
#
# 两台主机接在一个交换机上，用的是本机内核里真正的协议栈。anna 向 ben 发“你好”。拖动滑块，每一步拆掉一层首部。

# %% id="predict-wire" predict=true lang="en"
predict(
    "ch01/wire",
    "Six bytes of text go by UDP. How many bytes leave anna's host?",
    six="6",
    ports="14",
    all="48",
    more="1,500",
)

# %% id="predict-wire" predict=true lang="zh" of="c4159847"
predict(
    "ch01/wire",
    "六个字节的文本用 UDP 发送。从 anna 的主机出去的有多少字节？",
    six="6",
    ports="14",
    all="48",
    more="1,500",
)

# %% id="demo-wire" demo=true tags=["nbval-ignore-output"] lang="en"
from netlib.capture import capture
from netlib.lan import Lan
from netlib.recordings import instead, recording

frames = recording("ch01-wire")  # for machines that allow no LAN
with instead("ch01-wire"), Lan("192.0.2.0/24") as lan:
    anna, ben = lan.host("anna"), lan.host("ben")
    with ben:
        inbox = socket.socket(type=socket.SOCK_DGRAM)
    with anna:
        out = socket.socket(type=socket.SOCK_DGRAM)
    with inbox, out, capture(lan.center, "udp") as frames:
        inbox.bind(("", 2425))
        out.sendto("你好".encode(), (ben.address, 2425))
        inbox.recv(100)

# %% id="demo-wire" demo=true tags=["nbval-ignore-output"] lang="zh" of="dcb806e4"
from netlib.capture import capture
from netlib.lan import Lan
from netlib.recordings import instead, recording

frames = recording("ch01-wire")  # 本机不允许建局域网时用
with instead("ch01-wire"), Lan("192.0.2.0/24") as lan:
    anna, ben = lan.host("anna"), lan.host("ben")
    with ben:
        inbox = socket.socket(type=socket.SOCK_DGRAM)
    with anna:
        out = socket.socket(type=socket.SOCK_DGRAM)
    with inbox, out, capture(lan.center, "udp") as frames:
        inbox.bind(("", 2425))
        out.sendto("你好".encode(), (ben.address, 2425))
        inbox.recv(100)

# %% id="demo-frame" demo=true
from netlib.panels import Onion

frame = frames[0].frame
sizes = {6: "six", 14: "ports", 48: "all"}
display(outcome("ch01/wire", sizes.get(len(frame.data), "more")))
panel = Onion(frame)

# %% id="demo-onion" demo=true tags=["nbval-ignore-output"]
panel

# %% id="demo-onion-text" demo=true
print(panel.turn(opened=2))
panel.close()

# %% [markdown] id="after-wire" lang="en"
# **48 bytes: 42 of them are headers.** Ethernet says which
# network card, IP which host, UDP which program. What crosses a link is called a **frame**. (A real card
# fills frames up to 60 bytes and adds four to check them.)
#
# ## Your message on the wire
#
# Inside those three stands your own header. Programs that we did not write judge it: `perl` unpacks the
# header (`CnN` is its word for `!BHI`), `iconv` reads the text, `xxd` prints the bytes.

# %% [markdown] id="after-wire" lang="zh" of="d910f491"
# **48 个字节，其中 42 个是首部。** 以太网首部说明是哪块网卡，IP 说明是哪台主机，UDP 说明是哪个程序。在一段链路上传送的整个单元，叫作**帧**（frame）。（真正的网卡会把帧补足到 60 字节，再加四个字节用来校验。）
#
# ## 你的消息在线路上
#
# 在以太网、IP、UDP 三个首部里面，还有你自己的首部。请别人写的程序来评判：`perl` 拆开首部（它的 `CnN` 就是 `!BHI`），`iconv` 读出文本，`xxd` 打印字节。

# %% id="demo-ask" demo=true lang="en"
import shutil
import subprocess

from netlib.attempt import built_on

UNPACK = 'printf "version %d, charset %d, %d bytes", unpack "CnN", join "", <STDIN>'


def ask(data, *command):
    """Return what a program says of data, if this machine has it."""
    if not shutil.which(command[0]):
        return f"{command[0]} is not installed here."
    return subprocess.run(command, input=bytes(data), capture_output=True).stdout.decode()


# %% id="demo-ask" demo=true lang="zh" of="af79c972"
import shutil
import subprocess

from netlib.attempt import built_on

UNPACK = 'printf "version %d, charset %d, %d bytes", unpack "CnN", join "", <STDIN>'


def ask(data, *command):
    """返回一个程序对这些字节的说法（如果本机装有它）。"""
    if not shutil.which(command[0]):
        return f"这里没有安装 {command[0]}。"
    return subprocess.run(command, input=bytes(data), capture_output=True).stdout.decode()


# %% id="demo-judged" demo=true tags=["nbval-ignore-output"]
with built_on(3, 5, 6):
    packet = pack_message("你好，世界", 113)
    print(hexdump(packet))
    print(ask(packet, "xxd", "-g", "1"))
    print(ask(packet, "perl", "-e", UNPACK))
    print(ask(packet[7:], "iconv", "-f", "gbk", "-t", "utf-8"))

# %% [markdown] id="lie" lang="en"
# The programs agree with yours. And the other way: bash writes a message by hand, into a file, and sends the file as one
# datagram. (`\161` is octal for 113; without bash, the next cell makes the same bytes.) The text is in GBK, as the header says. What if it says 113, and the
# six bytes of 你好 in UTF-8 follow?

# %% [markdown] id="lie" lang="zh" of="56783494"
# 说法都一致。反过来，让 bash 手工写一条消息，存进文件，再把文件作为一个数据报发出来。（`\161` 是八进制的 113。没有 bash 时，下面的单元格自己造出同样的字节。）文本用 GBK，和首部说的一样。如果首部说的是 113，后面却是“你好”的六个 UTF-8 字节呢？

# %% id="predict-lie" predict=true lang="en"
predict(
    "ch01/lie",
    "The header says GBK, the text is UTF-8. What does unpack_message do?",
    right="It returns 你好",
    refuses="It raises ValueError",
    wrong="It returns other characters",
)

# %% id="predict-lie" predict=true lang="zh" of="941fa42f"
predict(
    "ch01/lie",
    "首部说是 GBK，文本却是 UTF-8。unpack_message 会怎样？",
    right="返回“你好”",
    refuses="抛出 ValueError",
    wrong="返回别的字符",
)

# %% id="demo-by-hand" demo=true tags=["nbval-ignore-output"]
BY_HAND = r"""set -e -o pipefail; cd "$(mktemp -d)"; trap 'rm -r "$PWD"' EXIT
{ printf '\001\000\161\000\000\000\004'; printf 你好 | iconv -f utf-8 -t gbk; } > gbk.bin
{ printf '\001\000\161\000\000\000\006'; printf 你好; } > lie.bin
for name in gbk.bin lie.bin; do cat $name > /dev/udp/127.0.0.1/$0; done"""

packets = [b"\1\0\x71\0\0\0\4\xc4\xe3\xba\xc3", b"\1\0\x71\0\0\0\6" + "你好".encode()]
bash = ["bash", "-c", BY_HAND, str(mine.getsockname()[1])]
if shutil.which("bash") and subprocess.run(bash).returncode == 0:
    packets = [mine.recv(1000) for _ in packets]
mine.close()

# %% id="demo-lie" demo=true
with built_on(3, 5):  # your exercises 3 and 5
    texts = [unpack_message(packet) for packet in packets]
    print(texts)
    display(outcome("ch01/lie", "right" if texts[1] == "你好" else "wrong"))

# %% [markdown] id="after-lie" lang="en"
# **It returns `浣犲ソ`, and raises nothing: a header can lie.** An agreement helps those who keep it.
#
# ## In a terminal
#
# The next cells save `message.py`, which receives messages and shows them. Start it in a terminal with the
# line that is printed, and type the two lines below it in a second terminal. Then change a number in them.
# (Ctrl+C ends it.)

# %% [markdown] id="after-lie" lang="zh" of="2a9575fd"
# **返回 `浣犲ソ`，什么异常也没有：首部也会说谎。** 约定只对遵守它的人有用。
#
# ## 在终端里运行
#
# 下面的单元格保存 `message.py`，它接收消息并显示出来。用打印出来的那一行命令，在一个终端里启动它；再到第二个终端里输入下面的两行。然后把其中的某个数改一改。（按 Ctrl+C 结束。）


# %% id="demo-save" demo=true lang="en"
from netlib.scripts import save_program


def listen(port="9000"):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", int(port)))
        print("waiting at port", sock.getsockname()[1], flush=True)
        while True:
            packet = sock.recv(65535)
            print(hexdump(packet))
            try:
                print(unpack_message(packet), flush=True)
            except ValueError as error:
                print("no message:", error, flush=True)


# %% id="demo-save" demo=true lang="zh" of="314c2625"
from netlib.scripts import save_program


def listen(port="9000"):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", int(port)))
        print("正在等待，端口", sock.getsockname()[1], flush=True)
        while True:
            packet = sock.recv(65535)
            print(hexdump(packet))
            try:
                print(unpack_message(packet), flush=True)
            except ValueError as error:
                print("不是消息：", error, flush=True)


# %% id="demo-saved" demo=true
GIVEN = f"""import socket
import struct

CHARSETS = {CHARSETS}
"""
path = save_program("message.py", GIVEN, unpack_header, unpack_message, hexdump, listen)
print("python3", path)

# %% [markdown] id="after-save" lang="en"
# ```bash
# { printf '\001\000\161\000\000\000\004'; printf 你好 | iconv -f utf-8 -t gbk; } > m.bin
# cat m.bin > /dev/udp/127.0.0.1/9000
# ```
#
# Why a file? `/dev/udp` makes a datagram of each write; without the file the header would come alone.
#
# **Stretch (not graded):** `first_that_fits(data, charsets)` returns the text and the first charset that
# decodes all of `data`; how often is it wrong? `wrap(payload, names)` puts headers like `udp|2|` (name and
# length) in front of `hi`, and `unwrap` takes them off. `Utf8Stream` takes pieces with `feed`, and gives a character
# that was cut once, whole. Find two words whose GBK bytes are good
# UTF-8, too.
#
# ## Where will you meet this?
#
# `Content-Type: text/html; charset=utf-8` in HTTP, `charset` in mail, `<meta charset>` in pages, `CREATE DATABASE …
# CHARACTER SET utf8mb4`; Wireshark and `tcpdump -X` print hex dumps; PNG, DNS, TLS and TCP have big-endian headers.
#
# **Left out:** Unicode's normal forms, byte order marks, floats on the wire, varints, checksums
# (chapter 08), the cut stream (11, 13).

# %% [markdown] id="after-save" lang="zh" of="ec7ac28d"
# ```bash
# { printf '\001\000\161\000\000\000\004'; printf 你好 | iconv -f utf-8 -t gbk; } > m.bin
# cat m.bin > /dev/udp/127.0.0.1/9000
# ```
#
# 为什么要用文件？因为 `/dev/udp` 把每次写入变成一个数据报；不经过文件，首部就会单独先到。
#
# **选做（不计分）**：`first_that_fits(data, charsets)` 返回文本，以及第一个能把 `data` 全部解码的编码；它有多少次是错的？`wrap(payload, names)` 在载荷 `hi` 前面加上形如 `udp|2|` 的首部（名字和长度），`unwrap` 再取下来。`Utf8Stream` 用 `feed` 收下一段段字节，被切开的字符只给出一次，而且是完整的。找两个词，它们的 GBK 字节同时也是有效的 UTF-8。
#
# ## 实际应用
#
# HTTP 的 `Content-Type: text/html; charset=utf-8`，邮件里的 `charset`，网页里的 `<meta charset>`，数据库的 `CREATE DATABASE … CHARACTER SET utf8mb4`；Wireshark 和 `tcpdump -X` 打印的就是十六进制转储；PNG、DNS、TLS、TCP 的首部都是大端。
#
# **本章没有讲**：Unicode 的规范化形式；字节顺序标记；浮点数怎样传送；变长整数；校验和（第 8 章）；被切开的流（第 11、13 章）。

# %% [markdown] id="old-notes" lang="en"
# ## Old notes, checked
#
# | They say or do | In fact |
# |---|---|
# | IP only connects, it cannot send data | every datagram is IP's; TCP and UDP tell which program it is for. (ICMP does belong to the network layer, as they say) |
# | protocols are laid down by ISO in "rpc documents" | those of the internet by the IETF, in **RFC**s; OSI is ISO's |
# | TCP is safe and slow, UDP fast | chapter 11 measures it |
# | send UTF-8, read GBK; say that a name was encoded in GBK, and print its bytes in UTF-8 | two charsets for one message ([TXT-01](../catalogue.ipynb#cell-id=TXT-01)) |
# | `encode('gb2312')` for Chinese | works for 你好; 镕 raises |
# | big-endian stores 0x1122 as 0x2211 | the other way round: 11 22. The same topic in another file is right ([TXT-05](../catalogue.ipynb#cell-id=TXT-05)) |
# | `struct.pack("I", n)` is a string, to be sent | bytes, in the order of this machine: send `"!I"` ([TXT-06](../catalogue.ipynb#cell-id=TXT-06)) |
# | a table of `struct` letters and sizes | standard sizes: behind `!`, `<`, `>`, `=` ([TXT-07](../catalogue.ipynb#cell-id=TXT-07)) |
# | x86 and ARM little, PowerPC big, numbers to be converted for Loongson | Loongson's Linux is little-endian; ask `sys.byteorder` ([TXT-09](../catalogue.ipynb#cell-id=TXT-09)) |
# | bytes are 字节码 | that is Python's *bytecode*; these are 字节串 |

# %% [markdown] id="old-notes" lang="zh" of="7fb037c2"
# ## 核对旧笔记
#
# | 旧说法、旧做法 | 事实 |
# |---|---|
# | IP 只表示连着，不能互相发数据 | 每个数据报都是 IP 的；TCP、UDP 说明交给哪个程序。（它说 ICMP 属于网络层，这是对的） |
# | 协议由 ISO 规定，写在“rpc 文档”里 | 互联网的协议由 IETF 制定，写在 **RFC** 里；ISO 的是 OSI |
# | TCP 安全而慢，UDP 快 | 第 11 章实测 |
# | 用 UTF-8 发、按 GBK 读；文件名用 GBK 编码，旁边的输出却是 UTF-8 | 一条消息用了两种编码（[TXT-01](../catalogue.ipynb#cell-id=TXT-01)） |
# | 中文用 `encode('gb2312')` | “你好”可以，“镕”会抛出异常 |
# | 大端把 0x1122 存成 0x2211 | 反了，是 11 22；另一份笔记里讲得对（[TXT-05](../catalogue.ipynb#cell-id=TXT-05)） |
# | `struct.pack("I", n)` 得到字符串，用来发送 | 得到的是字节，按本机的顺序；要发送就写 `"!I"`（[TXT-06](../catalogue.ipynb#cell-id=TXT-06)） |
# | `struct` 各字母的大小表 | 那是标准大小，写了 `!`、`<`、`>`、`=` 才成立（[TXT-07](../catalogue.ipynb#cell-id=TXT-07)） |
# | x86、ARM 小端，PowerPC 大端，遇到龙芯要转换 | 龙芯上的 Linux 是小端；要问 `sys.byteorder`（[TXT-09](../catalogue.ipynb#cell-id=TXT-09)） |
# | 编码之后是“字节码” | 字节码是 Python 的 bytecode；这里是**字节串**（bytes） |

# %% [markdown] id="say-now" lang="en"
# ## What can you say now?
#
# **You can now say:** Bytes have no charset; the message must name it. A decode without an error proves
# nothing. Big-endian puts the most significant byte first, and the network uses it. `struct` without a first
# character packs for this machine only. Each layer puts its header before the payload.
#
# **Ask yourself:** How many bytes has 你好 in UTF-8, and in GBK? Which are the two bytes of 0x1122 in
# network order? What are `calcsize("BHI")` and `calcsize("!BHI")`? From chapter 00: of what type is
# `b"A"[0]`? What does `◀` mark in a ladder?
#
# <details><summary>Answers</summary>6 and 4. 11 22. 8 and 7, on this machine. int. The line where it went
# wrong.</details>

# %% [markdown] id="say-now" lang="zh" of="60a23202"
# ## 小结
#
# **现在你能说清楚**：字节本身没有编码，消息必须说明用的是哪一种。解码没有报错，什么也证明不了。大端是最高的字节在前，网络用的就是大端。`struct` 前面不写符号，打包的结果只适合本机。每一层都把自己的首部放在载荷前面。
#
# **考考自己**：“你好”在 UTF-8 里是几个字节？在 GBK 里呢？0x1122 按网络字节序是哪两个字节？`calcsize("BHI")` 和 `calcsize("!BHI")` 各是多少？（第 0 章）`b"A"[0]` 是什么类型？（第 0 章）时序图里的 `◀` 标的是什么？
#
# <details><summary>答案</summary>6 和 4。11 22。8 和 7（在这台机器上）。int。出错的那一行。</details>

# %% [markdown] id="glossary" lang="en"
# ## Glossary
#
# | Term | 中文 | Source |
# |---|---|---|
# | charset | 字符集 / 编码 | RFC 3808 (its number: MIBenum) |
# | encode, decode | 编码，解码 | Python docs, Unicode HOWTO |
# | text (`str`), bytes | 文本，字节串 | Python docs |
# | mojibake | 乱码 | — |
# | UTF-8; GB 18030 | UTF-8；GB 18030 | RFC 3629; GB 18030-2022 |
# | byte order: big-endian, little-endian | 字节序：大端，小端 | RFC 1700, p. 3 |
# | network byte order | 网络字节序 | RFC 1700, p. 3 |
# | alignment, padding | 对齐，填充 | Python docs, struct |
# | header, payload, length | 首部，载荷，长度 | — |
# | protocol, layer | 协议，层 | RFC 1122 §1.1.3 |
# | encapsulation, frame | 封装，帧 | RFC 1122 §1.3.3 |
# | hex dump | 十六进制转储 | — |

# %% [markdown] id="glossary" lang="zh" of="2ff6c395"
# ## 术语表
#
# | 中文 | 英文 | 出处 |
# |---|---|---|
# | 字符集 / 编码 | charset | RFC 3808（它的编号：MIBenum） |
# | 编码，解码 | encode, decode | Python 文档 Unicode HOWTO |
# | 文本（`str`），字节串 | text, bytes | Python 文档 |
# | 乱码 | mojibake | — |
# | UTF-8；GB 18030 | UTF-8; GB 18030 | RFC 3629；GB 18030-2022 |
# | 字节序：大端，小端 | byte order: big-endian, little-endian | RFC 1700 第 3 页 |
# | 网络字节序 | network byte order | RFC 1700 第 3 页 |
# | 对齐，填充 | alignment, padding | Python 文档 struct |
# | 首部，载荷，长度 | header, payload, length | — |
# | 协议，层 | protocol, layer | RFC 1122 第 1.1.3 节 |
# | 封装，帧 | encapsulation, frame | RFC 1122 第 1.3.3 节 |
# | 十六进制转储 | hex dump | — |

# %% [markdown] id="foreseen" lang="en"
# ## What did you predict?
#
# Next: chapter 03, where ports and sockets get their names. (Chapter 02, addresses, comes after 04: it asks
# a whole network by UDP.)

# %% [markdown] id="foreseen" lang="zh" of="b797ccfa"
# ## 你猜对了多少？
#
# 下一步：第 3 章，端口与套接字。（第 2 章“地址”排在第 4 章之后：那里要用 UDP 询问整个网络。）

# %% id="demo-predictions" demo=true
predictions("ch01")
