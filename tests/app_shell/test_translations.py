"""Every text can be translated, and the shipped German is whole."""

from __future__ import annotations

import ast
import functools
import re
import runpy
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication

from slimsam_app import i18n
from slimsam_app.sentences import CODES, STAGES, STEPS, in_words, stage_words, step_words
from slimsam_core.errors import FormatError, ImageReadError

ROOT = Path(__file__).parent.parent.parent
BLANK = re.compile(r"\{[^{}]*\}")
TOOL = runpy.run_path(str(ROOT / "packaging" / "translations.py"))


@functools.cache
def all_texts() -> list[str]:
    """Every text for translators; found once, which takes a second."""
    found: list[str] = TOOL["all_texts"]()
    return found


def test_the_shipped_translation_has_every_text_and_keeps_its_blanks() -> None:
    texts = all_texts()
    known = TOOL["read_translations"](TOOL["FOLDER"] / "slimsam_de.ts")
    assert [text for text in texts if text not in known] == [], (
        "run packaging/translations.py, then translate"
    )
    for text in texts:
        assert sorted(BLANK.findall(text)) == sorted(BLANK.findall(known[text])), text


ONE_WORD = {
    r"[Bb]eschrift|[Gg]elabelt|Markierungen": "annotieren, Annotationen",
    r"Rechtecke? find": "Rahmen: a rectangle is drawn by its tool",
    r"\(Eingabe\)|\+Eingabe": "Enter: Eingabe is a prompt",
    r"mitgenommen|Mitnehmen": "weiterführen",
    r"[Gg]esichert\b(?! zu)|gesicherte Änd": "gespeichert",
    r"[Gg]eschätzte IoU": "vorhergesagte IoU",
    r"Zeichenfläche": "Bildfläche",
    r"Startzahl": "Startwert",
    r"Grafikkarte": "GPU",
    r"[Zz]urückgelegt": "zurückgehalten: what a model never learns from",
    r"[Vv]erschlank|[Kk]omprimier": "verkleinern",
    r"Überlappung|überlappend": "Überdeckung",
    r"Computer": "Rechner",
    r"\bpro (Bild|Sekunde|Klasse|Objekt)": "je",
    r"Objekt Nr\.": "Objekt #",
    r"\bZIP-": "Zip-Datei",
    r"\bausgewählt": "gewählt",
    r"IoU \d\.\d": "a comma",
    r"\w…": "a space before the ellipsis",
    r" -> ": "→",
}
"""What the German had two words or signs for, and the one that it has."""


def test_german_has_one_word_for_one_thing() -> None:
    known = TOOL["read_translations"](TOOL["FOLDER"] / "slimsam_de.ts")
    found = [
        f"{known[text]!r}: {use}"
        for text in all_texts()
        for pattern, use in ONE_WORD.items()
        if re.search(pattern, BLANK.sub("", known[text]))
    ]
    assert found == []


def test_what_a_labeller_meets_is_made_of_templates() -> None:
    """An f-string cannot be said in another language: the errors and findings of these packages have none."""
    made = []
    for package in TOOL["MET"]:
        for path in sorted((ROOT / "slimsam_core" / package).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                    name, texts = node.func.id, node.args[:2] if node.func.id in TOOL["ERRORS"] else []
                    texts = node.args[2:3] if name in TOOL["FINDINGS"] else texts
                    made += [f"{path.name}:{t.lineno}" for t in texts if isinstance(t, ast.JoinedStr)]
    assert made == []


def test_the_labels_of_the_core_in_a_history_are_known() -> None:
    """They are stored in English, so the window has to know them to say them in another language."""
    unknown = []
    for path in sorted((ROOT / "slimsam_core").rglob("*.py")):
        if path.parent.name == "commands":  # what was done in a shell stays in its words
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr == "apply"
            ):
                label = node.args[0] if node.args else None
                if isinstance(label, ast.JoinedStr):
                    start = label.values[0]
                    assert isinstance(start, ast.Constant)
                    if f"{start.value}{{name}}" not in STEPS:
                        unknown.append(ast.unparse(label))
                elif isinstance(label, ast.Constant) and label.value not in STEPS:
                    unknown.append(label.value)
    assert unknown == []


def test_what_the_core_is_at_is_known_to_the_window() -> None:
    unknown = []
    for path in sorted((ROOT / "slimsam_core").rglob("*.py")):
        if path.parent.name in ("commands", "benchmarks"):  # for the shell alone
            continue
        for call in (n for n in ast.walk(ast.parse(path.read_text())) if isinstance(n, ast.Call)):
            name = call.func.id if isinstance(call.func, ast.Name) else ""
            told = {"Progress": call.args[:1], "each_picture": call.args[2:3]}.get(name, [])
            texts = [word.value for word in told if isinstance(word, ast.Constant)]
            unknown += [t for t in texts if t not in (*STAGES, *CODES) and not t.startswith("Writing ")]
            starts = [word.values[0] for word in told if isinstance(word, ast.JoinedStr)]
            known = [stage.partition("{name}")[0] for stage in STAGES if "{name}" in stage]
            unknown += [ast.unparse(s) for s in starts if getattr(s, "value", "") not in known]
    assert unknown == []


SENTENCE = re.compile(r"(?:[a-z]{2,}|[}\w)])[.!?]$")
"""How what is said to a person ends."""
SHELL_ALONE = frozenset({"commands", "benchmarks", "datasets", "export"})
"""Packages whose own words go to a shell."""


def sentences_in(path: Path) -> list[tuple[int, str]]:
    """Line and text of what looks like a sentence in a module, apart from docstrings."""
    tree = ast.parse(path.read_text("utf-8"))
    parts = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    apart = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    found = []
    for node in ast.walk(tree):
        if id(node) in parts | apart:
            continue
        text = ""
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            text = node.value
        elif isinstance(node, ast.JoinedStr):
            text = "".join(
                str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values
            )
        if len(text.split()) >= 3 and SENTENCE.search(text.strip()):
            found.append((getattr(node, "lineno", 0), text))
    return found


def test_every_sentence_of_the_core_that_can_reach_the_window_can_be_translated() -> None:
    """Also the one that is no error: a note, a reason, a hint in a table."""
    known, bare = set(all_texts()), []
    for package in TOOL["MET"]:
        for path in sorted((ROOT / "slimsam_core" / package).rglob("*.py")):
            bare += [f"{path.name}:{n}: {text}" for n, text in sentences_in(path) if text not in known]
    assert bare == [], "make it a sentence(), or mark() it where it stands in a table"


def test_messages_are_never_put_together_without_a_template() -> None:
    """A message or a reason that gets a name first is a template all the same."""
    made = []
    for package in TOOL["MET"]:
        for path in sorted((ROOT / "slimsam_core" / package).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if not isinstance(node, ast.Assign):
                    continue
                told = ast.unparse(node.targets[0]) in ("message", "reason")
                if told and any(isinstance(part, ast.JoinedStr) for part in (node.value, *_ways(node.value))):
                    made.append(f"{path.name}:{node.lineno}")
    assert made == []


def _ways(value: ast.expr) -> tuple[ast.expr, ...]:
    return (value.body, value.orelse) if isinstance(value, ast.IfExp) else ()


def test_the_test_above_sees_bare_sentences(tmp_path: Path) -> None:
    module = tmp_path / "bare.py"
    module.write_text(
        '"""A docstring that ends like a sentence."""\n'
        'note = "It is faster later."\n'
        'reason = f"{name} is open in another window."\n'
        'code = "coco-json"\n'
    )
    assert [line for line, _ in sentences_in(module)] == [2, 3]


def test_every_package_that_the_window_uses_is_looked_through() -> None:
    """A new package is either said in every language or never shown in the window."""
    packages = {path.parent.name for path in (ROOT / "slimsam_core").glob("*/__init__.py")}
    assert packages == {*TOOL["MET"]} | SHELL_ALONE


@pytest.mark.usefixtures("qapp")
def test_errors_and_steps_of_the_core_are_said_in_german() -> None:
    translator = i18n.install("de")
    assert translator is not None
    try:
        error = ImageReadError(
            "{path} has {size} pixels, more than the limit of {max_pixels:,}.",
            "Cut it into tiles first.",
            path="a.png",
            size="9x9",
            max_pixels=1_000_000,
        )
        assert str(error).startswith("a.png has 9x9 pixels, more than the limit of 1,000,000.")
        assert in_words(error.message) == "a.png hat 9x9 Pixel, mehr als die Grenze von 1.000.000."
        assert in_words(error.hint) == "Zerschneiden Sie es zuerst in Kacheln."
        placed = FormatError("is not a list", where="a.json: images")
        assert in_words(placed.message) == "a.json: images: ist keine Liste"
        assert step_words("Import a.json") == "a.json importieren"
        assert step_words("Add object") == "Objekt hinzufügen"
        assert stage_words("Writing YOLO") == "YOLO wird geschrieben"
        assert step_words("Objekt hinzufügen") == "Objekt hinzufügen"
    finally:
        QCoreApplication.removeTranslator(translator)


@pytest.mark.usefixtures("qapp")
def test_german_is_shown_when_it_is_chosen() -> None:
    translator = i18n.install("de")
    assert translator is not None
    try:
        assert i18n.tr("Open folder…") == "Ordner öffnen …"
        assert i18n.tr("a text that nobody translated") == "a text that nobody translated"
    finally:
        QCoreApplication.removeTranslator(translator)
    assert i18n.tr("Open folder…") == "Open folder…"


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize("language", ["en", "xx"])
def test_without_a_translation_the_texts_stay_english(language: str) -> None:
    assert i18n.install(language) is None


WORDS = re.compile(r"[a-z]{2,}")
PASSED_ON = {"_damaged": (1, 2), "_cut_off": (0,), "_incomplete": (0,), "_unlike": (0,), "_check_rows": (3,)}
"""Functions that make an error -> which of their arguments become what was expected or found."""


def bare_words(tree: ast.AST) -> list[int]:
    """Lines where an error says what was expected or found in words that nobody can translate."""
    found = []
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        name = ast.unparse(call.func)
        told = [call.args[place] for place in PASSED_ON.get(name, ()) if place < len(call.args)]
        told += [k.value for k in call.keywords if k.arg in ("expected", "found") and name in TOOL["ERRORS"]]
        for value in told:
            parts = value.values if isinstance(value, ast.JoinedStr) else [value]
            texts = [part.value for part in parts if isinstance(part, ast.Constant)]
            found += [call.lineno for text in texts if isinstance(text, str) and WORDS.search(text)]
    return found


def test_what_was_expected_and_found_in_a_file_is_said_in_every_language() -> None:
    """About 45 such words stayed English in the German window: they came beside the template."""
    bare = [
        f"{path.name}:{line}"
        for package in TOOL["MET"]
        for path in sorted((ROOT / "slimsam_core" / package).rglob("*.py"))
        for line in bare_words(ast.parse(path.read_text("utf-8")))
    ]
    assert bare == []
    seen = (
        'raise CheckpointError("x", expected="a file", found=f"{n} rows")\n_damaged(path, "its end", found)'
    )
    assert bare_words(ast.parse(seen)) == [1, 1, 2]
    assert bare_words(ast.parse('CheckpointError("x", expected=f"{a} = {b}", found=sentence("two"))')) == []
