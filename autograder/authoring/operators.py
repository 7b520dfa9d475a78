"""The small changes that make a right program wrong, in the table OPERATORS.

They are those of the usual libraries, and slips of network programs: a `send` for a `sendall`, one
read for a loop, a close that is missing, text for bytes.
"""

import ast
import copy
from collections.abc import Callable, Iterable, Iterator
from typing import Any

__all__ = ["OPERATORS", "Other", "of_no_matter"]

Other = ast.AST | list[ast.stmt]
"""What stands in the place of a node: another, or statements in the place of one."""

Change = Callable[[ast.AST], Iterable[Other]]

OPERATORS: dict[str, Change] = {}
"""From an operator's name to what may stand in the place of a node."""


def _operator(change: Change) -> Change:
    OPERATORS[change.__name__.strip("_")] = change
    return change


def _but(node: Any, **fields: Any) -> Any:
    other = copy.copy(node)
    for name, value in fields.items():
        setattr(other, name, value)
    return other


def _nothing() -> Other:
    return [ast.Pass()]


def _without(many: list[Any]) -> Iterator[list[Any]]:
    for index in range(len(many)):
        yield [*many[:index], *many[index + 1 :]]


_BIG = 1024  # bytes of a buffer: one more or less is the same


def of_no_matter(parent: ast.AST, node: ast.AST) -> bool:
    """Return whether a node is words for people, or a size, which no contract fixes."""
    match parent, node:
        case ast.Call(ast.Attribute(attr="recv" | "recvfrom" | "recvmsg")), ast.Constant(int(size)):
            return size >= _BIG
        case _, ast.Expr(ast.Constant(str()) | ast.Call(ast.Name("print"))):
            return True
        case ast.Call() as call, ast.JoinedStr():
            return _says(call)
        case _:
            return isinstance(node, ast.Import | ast.ImportFrom)


def _says(call: ast.Call) -> bool:
    """Return whether a call makes an exception that ends with words."""
    match call:
        case ast.Call(ast.Name(name), [*_, ast.JoinedStr() | ast.Constant(str())]):
            return name[:1].isupper()
    return False


_COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Eq: (ast.NotEq, ast.GtE),
    ast.NotEq: (ast.Eq,),
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}


@_operator
def _comparison(node: ast.AST) -> Iterable[Other]:
    match node:
        case ast.Compare(ops=[op]):
            for other in _COMPARISONS[type(op)]:
                yield _but(node, ops=[other()])


@_operator
def _condition(node: ast.AST) -> Iterable[Other]:
    match node:
        case ast.If(ast.UnaryOp(ast.Not(), test)) | ast.While(ast.UnaryOp(ast.Not(), test)):
            yield _but(node, test=test)
        case ast.If(test) | ast.While(test) | ast.IfExp(test):
            if not isinstance(test, ast.Compare):
                yield _but(node, test=ast.UnaryOp(ast.Not(), test))


@_operator
def _connective(node: ast.AST) -> Iterable[Other]:
    match node:
        case ast.BoolOp(op, values):
            yield _but(node, op=ast.Or() if isinstance(op, ast.And) else ast.And())
            for fewer in _without(values):
                yield _but(node, values=fewer) if len(fewer) > 1 else fewer[0]


@_operator
def _number(node: ast.AST) -> Iterable[Other]:
    match node:
        case ast.Constant(bool(value)):
            yield ast.Constant(not value)
        case ast.Constant(int(value)):
            yield ast.Constant(value + 1)
            yield ast.Constant(value - 1)
        case ast.Constant(float(value)):
            yield ast.Constant(10 * value)


@_operator
def _arithmetic(node: ast.AST) -> Iterable[Other]:
    match node:
        case ast.BinOp(left, ast.Mod()) if not isinstance(left, ast.Constant):
            yield left
        case ast.BinOp(op=ast.Add()):
            yield _but(node, op=ast.Sub())
        case ast.BinOp(op=ast.Sub()):
            yield _but(node, op=ast.Add())
        case ast.AugAssign(target, ast.Add(), value):
            yield ast.Assign([target], value)


_TEXTS = {"utf-8": "latin-1", "gbk": "utf-8", "ascii": "utf-8", "big": "little"}


@_operator
def _text(node: ast.AST) -> Iterable[Other]:
    match node:
        case ast.Constant(bytes(value)):
            yield ast.Constant(value.decode("latin-1"))
        case ast.Constant(str(value)) if value in _TEXTS:
            yield ast.Constant(_TEXTS[value])
        case ast.Constant(str(value)) if value.startswith("!"):
            yield ast.Constant(f"<{value[1:]}")


@_operator
def _slice(node: ast.AST) -> Iterable[Other]:
    match node:
        case ast.Slice(lower, upper):
            if lower is not None:
                yield _but(node, lower=None)
            if upper is not None:
                yield _but(node, upper=None)


_NAMES = {
    "sendall": "send",
    "partition": "rpartition",
    "split": "rsplit",
    "any": "all",
    "all": "any",
    "min": "max",
    "max": "min",
    "monotonic": "process_time",
}


@_operator
def _name(node: ast.AST) -> Iterable[Other]:
    match node:
        case ast.Call(ast.Attribute(attr="split"), [] | [_]):
            return  # it cuts at the same places from either end
        case ast.Call(ast.Attribute(attr=name) as called) if name in _NAMES:
            yield _but(node, func=_but(called, attr=_NAMES[name]))
        case ast.Call(ast.Name(name)) if name in _NAMES:
            yield _but(node, func=ast.Name(_NAMES[name]))


@_operator
def _call(node: ast.AST) -> Iterable[Other]:
    match node:
        case ast.Call(ast.Attribute(value), _) if not isinstance(value, ast.Name) or not node.args:
            yield value
        case ast.Call(ast.Name(), [argument], []) if not _says(node):
            yield argument


@_operator
def _argument(node: ast.AST) -> Iterable[Other]:
    match node:
        case ast.Call(args=args, keywords=keywords):
            if args and not _says(node):
                yield _but(node, args=args[:-1])
            for fewer in _without(keywords):
                yield _but(node, keywords=fewer)


@_operator
def _buffer(node: ast.AST) -> Iterable[Other]:
    match node:
        case ast.Call(ast.Attribute(attr="recv" | "recvfrom" | "recvmsg"), [size, *rest]):
            match size:
                case ast.Constant(int(value)) if value >= _BIG:
                    yield _but(node, args=[ast.Constant(512), *rest])
                case ast.expr() if not isinstance(size, ast.Constant):
                    yield _but(node, args=[ast.Constant(65536), *rest])


@_operator
def _dropped(node: ast.AST) -> Iterable[Other]:
    match node:
        case ast.If(orelse=orelse):
            yield orelse or _nothing()
        case (
            ast.Expr() | ast.Assign() | ast.AugAssign() | ast.Raise() | ast.Return() | ast.Delete()
        ):
            yield _nothing()


@_operator
def _jump(node: ast.AST) -> Iterable[Other]:
    match node:
        case ast.Break():
            yield ast.Continue()
        case ast.Continue():
            yield ast.Break()
            yield _nothing()


@_operator
def _once(node: ast.AST) -> Iterable[Other]:
    match node:
        case ast.While(body=body) | ast.For(body=body):
            yield _but(node, body=[*body, ast.Break()])


@_operator
def _moved(node: ast.AST) -> Iterable[Other]:
    found = getattr(node, "body", None)
    body: list[ast.stmt] = found if isinstance(found, list) else []
    for index, each in enumerate(body):
        if isinstance(each, ast.AugAssign) and isinstance(each.value, ast.Constant):
            fewer = [*body[:index], *body[index + 1 :]]
            for to in {index - 1, index + 1} & set(range(len(body))):
                yield _but(node, body=[*fewer[:to], each, *fewer[to:]])


_NARROWER = {
    "BaseException": "Exception",
    "Exception": "ValueError",
    "OSError": "ConnectionError",
    "ConnectionError": "ConnectionResetError",
    "ValueError": "UnicodeError",
    "UnicodeError": "UnicodeEncodeError",
}


@_operator
def _handler(node: ast.AST) -> Iterable[Other]:
    match node:
        case ast.ExceptHandler(type=type):
            yield _but(node, body=[ast.Raise()])
            yield _but(node, body=_nothing())
            if isinstance(type, ast.Name) and type.id in _NARROWER:
                yield _but(node, type=ast.Name(_NARROWER[type.id]))
            for fewer in _without(type.elts) if isinstance(type, ast.Tuple) else ():
                yield _but(node, type=_but(type, elts=fewer))
        case ast.Try(finalbody=[_, *_], handlers=handlers, body=body, orelse=orelse):
            yield _but(node, finalbody=[]) if handlers else [*body, *orelse]


@_operator
def _with(node: ast.AST) -> Iterable[Other]:
    match node:
        case ast.With(items=items, body=body):
            for item, fewer in zip(items, _without(items), strict=True):
                rest = [_but(node, items=fewer)] if fewer else body
                value, name = item.context_expr, item.optional_vars
                yield [ast.Assign([name], value) if name else ast.Expr(value), *rest]
