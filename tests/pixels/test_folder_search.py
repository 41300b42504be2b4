"""Looking for pictures in a folder that holds bad entries: each of them costs only itself."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from slimsam_core.errors import ImageReadError
from slimsam_core.pixels.folder_search import LeftOut, LeftOutReason, find_images, shown, trouble_with_name

needs_links = pytest.mark.skipif(os.name != "posix", reason="needs POSIX names and links")


def look(folder: Path) -> tuple[set[str], dict[str, LeftOutReason]]:
    left_out: list[LeftOut] = []
    found = {path.relative_to(folder).as_posix() for path in find_images(folder, left_out.append)}
    return found, {entry.path.removeprefix(f"{folder}/"): entry.reason for entry in left_out}


def make_unlistable(monkeypatch: pytest.MonkeyPatch, *names: str) -> None:
    """Folders of these names refuse to be listed, also for root."""
    scandir = os.scandir

    def refuse(path: object) -> object:
        if isinstance(path, str | os.PathLike) and Path(os.fspath(path)).name in names:
            raise PermissionError(13, "Permission denied")
        return scandir(path)  # type: ignore[call-overload]

    monkeypatch.setattr(os, "scandir", refuse)


def make_closed(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """This folder cannot be listed and nothing below it looked at, also by root, as one of mode 000."""

    def closed(path: object, *, itself: bool) -> bool:
        if not isinstance(path, str | os.PathLike):
            return False
        absolute = Path(os.fspath(path)).absolute()
        return folder in absolute.parents or (itself and absolute == folder)

    def refusing(real: Callable[..., object], *, itself: bool) -> Callable[..., object]:
        def refuse(path: object = ".", **options: object) -> object:
            if closed(path, itself=itself):
                raise PermissionError(13, "Permission denied", str(path))
            return real(path, **options)

        return refuse

    monkeypatch.setattr(os, "stat", refusing(os.stat, itself=False))
    monkeypatch.setattr(os, "scandir", refusing(os.scandir, itself=True))


def test_a_folder_that_may_not_be_listed_is_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("a.jpg", "lost+found/b.jpg", "c/d/e.jpg"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    make_unlistable(monkeypatch, "lost+found")
    assert look(tmp_path) == ({"a.jpg", "c/d/e.jpg"}, {"lost+found": LeftOutReason.NOT_LISTED})


def test_the_folder_itself_must_be_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ImageReadError, match="Cannot list"):
        list(find_images(tmp_path / "gone"))
    (tmp_path / "closed").mkdir()
    make_unlistable(monkeypatch, "closed")
    with pytest.raises(ImageReadError, match="Permission denied"):
        list(find_images(tmp_path / "closed"))


@needs_links
def test_links_and_pipes_are_left_out_with_their_reason(tmp_path: Path) -> None:
    (tmp_path / "good.jpg").touch()
    (tmp_path / "to_good.jpg").symlink_to("good.jpg")
    (tmp_path / "ring.jpg").symlink_to("ring.jpg")
    (tmp_path / "a.jpg").symlink_to("b.jpg")
    (tmp_path / "b.jpg").symlink_to("a.jpg")
    (tmp_path / "dangling.jpg").symlink_to("nothing.jpg")
    (tmp_path / "around").symlink_to(tmp_path)
    (tmp_path / "folder.jpg").symlink_to(tmp_path)
    os.mkfifo(tmp_path / "pipe.jpg")
    assert look(tmp_path) == (
        {"good.jpg", "to_good.jpg"},
        {
            "ring.jpg": LeftOutReason.CIRCLE, "a.jpg": LeftOutReason.CIRCLE,
            "b.jpg": LeftOutReason.CIRCLE,
            "dangling.jpg": LeftOutReason.NOWHERE, "folder.jpg": LeftOutReason.NO_FILE,
            "pipe.jpg": LeftOutReason.NO_FILE,
        },
    )  # fmt: skip


def test_a_folder_with_the_name_of_a_picture_is_looked_into(tmp_path: Path) -> None:
    (tmp_path / "album.jpg").mkdir()
    (tmp_path / "album.jpg" / "one.png").touch()
    assert look(tmp_path) == ({"album.jpg/one.png"}, {})


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("a.jpg", None), ("sub/a:b.jpg", None), ("Übung 1'\"2.png", None), ("🐈 图像.png", None),
        ("a b.jpg", None), ("‏שלום.jpg", None),
        ("a:b.jpg", LeftOutReason.DRIVE), ("C:\\x.jpg", LeftOutReason.DRIVE),
        ("..\\x.jpg", LeftOutReason.DRIVE),
        ("../x.jpg", LeftOutReason.DRIVE), ("a//b.jpg", LeftOutReason.DRIVE),
        ("two\nlines.jpg", LeftOutReason.CONTROL), ("bell\x07.jpg", LeftOutReason.CONTROL),
        ("esc\x1b[31m.jpg", LeftOutReason.CONTROL),
        ("a\u2028b.jpg", LeftOutReason.CONTROL), ("\udcff.jpg", LeftOutReason.NOT_UNICODE),
    ],
)  # fmt: skip
def test_names_that_a_project_can_hold(name: str, reason: LeftOutReason | None) -> None:
    assert trouble_with_name(name) == reason


def test_names_are_shown_on_one_line() -> None:
    assert shown("two\nlines\x1b[31m.jpg") == "two\\nlines\\x1b[31m.jpg"
    if os.name == "posix":
        assert shown("\udcff.jpg") == "\\xff.jpg"
    assert shown("Übung 图像 🐈.png") == "Übung 图像 🐈.png"
