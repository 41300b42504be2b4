"""Control characters never reach what is painted: entries of lists, menus, combo boxes, buttons and titles.

Labels, tool tips and message boxes see to it themselves (``plain_text.py``). Qt's other ways to show a text
take any; here the source is read, and every text that is given to one must be harmless: a literal or its
translation, numbers, or what went through ``one_line`` or ``visible``.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection
from pathlib import Path

import slimsam_app
from slimsam_app import figures

ROOT = Path(slimsam_app.__file__).parent
SPARED = {"plain_text.py", "icons.py"}
"""The helper itself, and what paints letters of our own font, which are private ones on purpose."""

MADE: dict[str, int] = {
    "QTreeWidgetItem": 1, "QListWidgetItem": 0, "QTableWidgetItem": 0, "QStandardItem": 0, "QAction": 0,
    "QPushButton": 0, "QToolButton": 0, "QCheckBox": 0, "QRadioButton": 0, "QCommandLinkButton": 0,
    "QGroupBox": 0, "QMenu": 0,
}  # fmt: skip
"""Class -> place of the text among the arguments of its constructor."""
SHOWING: dict[str, int] = {
    "addItem": 0, "addItems": 0, "insertItem": 1, "insertItems": 1, "addAction": 0, "addMenu": 0, "addTab": 1,
    "addButton": 0, "setTabText": 1, "setItemText": 1, "setWindowTitle": 0, "setTitle": 0, "setText": -1,
    "setHeaderLabels": 0, "setHorizontalHeaderLabels": 0, "setLabelText": 0, "setPlaceholderText": 0,
    "setStatusTip": 0, "showMessage": 0, "drawText": -1, "setPrefix": 0, "setSuffix": 0, "setFormat": 0,
}  # fmt: skip
"""Method -> place of the text among its arguments."""
WITH_PARENT = MADE.keys() - {"QTreeWidgetItem", "QListWidgetItem", "QTableWidgetItem", "QStandardItem"}
"""Whose only argument is their parent."""
TAKES_OBJECTS = {"addAction", "addMenu", "addButton", "addItem"}
OBJECT = re.compile(
    r"(action|menu|button|item|layer|mark|frame|preview|dimmed|note|focus|image)s?_?(\[|\(|$)"
)
"""Names of what is no text: an action, a menu, an item of the canvas."""
HANDLED = re.compile(r"(button|action|actions_\[action_id\]|item|own)$")
CLEANING = {"one_line", "visible", "plain_tip", "tr", *vars(figures)}
"""Functions whose result is harmless; those of ``figures`` write numbers."""
NUMBERS = "defg%n,"
"""Ends of format specifications that take numbers alone."""


class Module:
    """A parsed module: what its names are made of."""

    def __init__(self, tree: ast.Module) -> None:
        self.tree = tree
        self.made: dict[str, set[str]] = {}
        for node in ast.walk(tree):
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
                for target in node.targets:
                    self.made.setdefault(ast.unparse(target), set()).add(
                        ast.unparse(node.value.func).rpartition(".")[2]
                    )

    def faults(self) -> list[str]:
        """Calls that could show a control character."""
        found: list[str] = []
        for function in ast.walk(self.tree):
            if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
                for node in ast.walk(function):
                    if isinstance(node, ast.Call) and self._is_fault(node, function):
                        found.append(f"{node.lineno}: {ast.unparse(node)[:110]}")
        return sorted(set(found))

    def _is_fault(self, call: ast.Call, function: ast.AST) -> bool:
        last = ast.unparse(call.func).rpartition(".")[2]
        if last == "addRow" and len(call.args) == 2:  # makes a label, which takes what looks so for HTML
            label = ast.unparse(call.args[0])
            scope = Scope(function, cleaning={"tr"})
            return not (
                scope.harmless(call.args[0])
                or label.startswith("PlainLabel(")
                or label.endswith(("label", ".on"))
            )
        given = self._shown(last, call)
        return given is not None and not Scope(function).harmless(given)

    def _shown(self, name: str, call: ast.Call) -> ast.expr | None:
        """The argument that is shown as a text; None when the call shows none."""
        args = [arg for arg in call.args if not ast.unparse(arg).endswith((".icon", "StandardButton.Cancel"))]
        if args and _is_icon(args[0]):
            args = args[1:]
        if name in MADE:
            return args[MADE[name]] if len(args) > MADE[name] + (name in WITH_PARENT) else None
        if name not in SHOWING or not args or not isinstance(call.func, ast.Attribute):
            return None
        receiver = ast.unparse(call.func.value)
        if name == "setText":
            known = self.made.get(receiver, set()) & MADE.keys()
            return args[-1] if known or len(args) > 1 or HANDLED.search(receiver) else None
        if "scene" in receiver.lower() or len(args) <= SHOWING[name]:
            return None
        given = args[SHOWING[name]]
        is_object = self.made.get(ast.unparse(given), set()) & MADE.keys() or OBJECT.search(
            ast.unparse(given)
        )
        return None if name in TAKES_OBJECTS and is_object else given


def _is_icon(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and bool(
        re.search(r"icon|swatch", ast.unparse(node.func), re.IGNORECASE)
    )


class Scope:
    """What is known of the names in a function."""

    def __init__(self, function: ast.AST, cleaning: Collection[str] = CLEANING) -> None:
        self._cleaning = cleaning
        self._given: dict[str, list[ast.expr | None]] = {}
        for node in ast.walk(function):
            if isinstance(node, ast.Assign):
                for target in node.targets:
                    self._take(target, node.value)
            elif isinstance(node, ast.AnnAssign | ast.NamedExpr) and node.value is not None:
                self._take(node.target, node.value)
            elif isinstance(node, ast.For | ast.comprehension):
                self._loop(node.target, node.iter)
        self._asked: set[str] = set()

    def _take(self, target: ast.expr, value: ast.expr) -> None:
        if isinstance(target, ast.Name):
            self._given.setdefault(target.id, []).append(value)
        elif isinstance(target, ast.Tuple):
            values = value.elts if isinstance(value, ast.Tuple) else [None] * len(target.elts)
            for one, given in zip(target.elts, values, strict=False):
                if isinstance(one, ast.Name):
                    self._given.setdefault(one.id, []).append(given)

    def _loop(self, target: ast.expr, over: ast.expr) -> None:
        rows = over.elts if isinstance(over, ast.Tuple | ast.List) else []
        for row in rows:
            self._take(target, row)
        if not rows:
            self._take(target, ast.Name("unknown"))

    def harmless(self, node: ast.expr | None) -> bool:
        """Whether no text of a file can be in it."""
        match node:
            case ast.Constant():
                return True
            case ast.Call(func=ast.Name(id=name)) if name in self._cleaning:
                return True
            case ast.Call(func=ast.Attribute(value=ast.Name(id="figures"))):
                return True
            case ast.Call(func=ast.Attribute(value=inner, attr="format"), keywords=words, args=args):
                return self.harmless(inner) and all(map(self.harmless, [*args, *(w.value for w in words)]))
            case ast.Call(func=ast.Attribute(attr="elidedText"), args=args):
                return self.harmless(args[0])
            case ast.Call(func=ast.Name(id="map"), args=[ast.Name(id=name), *_]) if name in self._cleaning:
                return True
            case ast.Call(func=ast.Name(id="len")) | ast.Attribute(attr="id"):
                return True
            case ast.Call(func=ast.Attribute(attr="text"), args=[]):
                return True  # of an action or a label: cleaned when it was given
            case ast.Call(func=ast.Attribute(attr="toString")):
                return True  # a time
            case ast.Call(func=ast.Attribute(value=inner, attr=attr)) if attr in (
                "replace",
                "rstrip",
                "strip",
            ):
                return self.harmless(inner)
            case ast.JoinedStr(values=values):
                return all(
                    isinstance(part, ast.Constant)
                    or (
                        isinstance(part, ast.FormattedValue) and (_numeric(part) or self.harmless(part.value))
                    )
                    for part in values
                )
            case ast.IfExp(body=body, orelse=other):
                return self.harmless(body) and self.harmless(other)
            case ast.BoolOp(values=values):
                return all(map(self.harmless, values))
            case ast.BinOp(left=left, right=right):
                return self.harmless(left) and self.harmless(right)
            case ast.List(elts=elts) | ast.Tuple(elts=elts):
                return all(map(self.harmless, elts))
            case ast.Starred(value=value):
                return self.harmless(value)
            case ast.Name(id=name) if name.isupper():
                return True
            case ast.Name(id=name):
                if name in self._asked:  # made longer from itself
                    return True
                self._asked.add(name)
                given = self._given.get(name, [])
                known = bool(given) and all(map(self.harmless, given))
                self._asked.discard(name)
                return known
        return False

    def _harmless_part(self, part: ast.FormattedValue) -> bool:
        return _numeric(part) or self.harmless(part.value)


def _numeric(part: ast.FormattedValue) -> bool:
    spec = ast.unparse(part.format_spec)[2:-1] if part.format_spec is not None else ""
    return bool(spec) and spec[-1] in NUMBERS


def faults(source: str) -> list[str]:
    return Module(ast.parse(source)).faults()


def test_every_shown_text_is_harmless() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{fault}"
        for path in sorted(ROOT.rglob("*.py"))
        if path.name not in SPARED
        for fault in faults(path.read_text("utf-8"))
    ]
    assert not found, "wrap it in one_line of slimsam_app.plain_text:\n" + "\n".join(found)


WRONG = (
        "QTreeWidgetItem(self.tree, [name, '3'])", "QListWidgetItem(info.name, self.list)",
        "QPushButton(path.name, self)", "QPushButton(theme.icon('x'), path.name, self)",
        "QAction(name, self)",
        "form.addRow(name, field)", "form.addRow(one_line(name), field)", "form.addRow(f'{name}:', field)",
        "combo.addItem(name, 3)", "combo.addItem(tr('{name}').format(name=name))", "menu.addMenu(f'{name}')",
        "self.setWindowTitle(path.name if path else '')", "menu.addAction(theme.icon('x'), name)",
        "painter.drawText(place, 0, painter.fontMetrics().elidedText(name, 1, 2))", "item.setText(0, name)",
        "self.button.setText(name)", "tabs.addTab(page, name)", "box.setTitle('a' + name)",
)  # fmt: skip


def test_the_test_above_finds() -> None:
    assert [call for call in WRONG if not faults(f"def show(name, path):\n    {call}")] == []


RIGHT = (
        "form.addRow(tr('One'), field)", "form.addRow(PlainLabel(name, self), field)",
        "combo.addItem(one_line(name), name)", "combo.addItem(tr('One'), name)", "QPushButton(self)",
        "self.setWindowTitle(one_line(name))", "shown = visible(name)\n    painter.drawText(place, 0, shown)",
        "QTreeWidgetItem(tree, [one_line(name), f'{size:,}'])", "menu.addAction(self.actions_['a'])",
        "for text in (tr('a'), tr('b')):\n        menu.addAction(text)", "self.label.setText(name)",
)  # fmt: skip


def test_the_test_above_lets_through() -> None:
    assert [lines for lines in RIGHT if faults(f"def show(name, path, size):\n    {lines}")] == []
