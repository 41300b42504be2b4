"""One answer to where the user's things lie and how much room they may take, for window and shell."""

from __future__ import annotations

import ast
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from slimsam_app.settings import Settings
from slimsam_core.cli import main
from slimsam_core.errors import OutputError
from slimsam_core.files import user_folders
from slimsam_core.inference.embedding_store import EmbeddingKey, EmbeddingStore
from slimsam_core.inference.prediction import ImageEmbedding
from slimsam_core.pixels.geometry import Size
from slimsam_core.pixels.square_fit import SquareFit

ROOT = Path(__file__).parents[2]


def test_only_one_module_asks_for_the_folders_of_the_user() -> None:
    askers = []
    for path in sorted([*(ROOT / "slimsam_core").rglob("*.py"), *(ROOT / "slimsam_app").rglob("*.py")]):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            if any(name.split(".")[0] in ("platformdirs", "appdirs") for name in names):
                askers.append(path.relative_to(ROOT).as_posix())
    assert askers == ["slimsam_core/files/user_folders.py"]


def test_every_folder_lies_in_the_user_s_own(private_user_folders: Path) -> None:
    folders = (
        user_folders.data_dir(), user_folders.cache_dir(), user_folders.embeddings_dir(),
        user_folders.runtimes_dir(), user_folders.settings_path().parent,
    )  # fmt: skip
    assert all(folder.is_relative_to(private_user_folders) for folder in folders)
    assert len(set(folders)) == len(folders)


def test_window_and_shell_have_one_quota() -> None:
    settings = Settings(user_folders.settings_path())
    assert user_folders.embeddings_quota() == round(settings.get("model.cache_gb") * 1e9) == 10_000_000_000
    settings.set("model.cache_gb", 3.5)
    assert user_folders.embeddings_quota() == 3_500_000_000
    user_folders.set_embeddings_quota(40_000_000_000)
    assert Settings(user_folders.settings_path()).get("model.cache_gb") == 40.0


def test_a_window_that_is_open_keeps_what_the_shell_has_set() -> None:
    settings = Settings(user_folders.settings_path())
    settings.set("canvas.mask_opacity", 80)
    user_folders.set_embeddings_quota(40_000_000_000)
    settings.set("canvas.mask_opacity", 70)
    assert user_folders.embeddings_quota() == 40_000_000_000
    assert Settings(user_folders.settings_path()).get("canvas.mask_opacity") == 70


@pytest.mark.parametrize(
    "text", ["", "[]", '{"values": 3}', '{"values": {"model.cache_gb": "much"}}',
             '{"values": {"model.cache_gb": -1}}', '{"values": {"model.cache_gb": NaN}}', "[" * 100_000],
)  # fmt: skip
def test_a_file_without_a_usable_quota_means_the_default(text: str) -> None:
    path = user_folders.settings_path()
    path.parent.mkdir(parents=True)
    path.write_text(text)
    assert user_folders.embeddings_quota() == 10_000_000_000


def test_a_damaged_file_is_not_overwritten_by_the_shell() -> None:
    path = user_folders.settings_path()
    path.parent.mkdir(parents=True)
    path.write_text("{half")
    with pytest.raises(OutputError, match="damaged"):
        user_folders.set_embeddings_quota(1_000_000_000)
    assert path.read_text() == "{half"


def test_what_the_shell_prepared_survives_the_window(quota_of_bytes: Callable[[int], None]) -> None:
    """The store of the shell and that of the window, each with its own way to the quota."""
    from slimsam_app.sessions.store_of_user import store_of_user

    quota_of_bytes(400_000)
    shell = EmbeddingStore(0, user_folders.embeddings_dir())
    keys = [EmbeddingKey(f"{number:032x}", "model", SquareFit.LETTERBOX) for number in range(40)]
    for key in keys:
        shell.put(key, _embedding())
    window = store_of_user(user_folders.settings_path())
    window.put(EmbeddingKey("f" * 32, "model", SquareFit.LETTERBOX), _embedding())
    assert all(window.get(key) is not None for key in keys)


def test_a_smaller_quota_is_heard_by_a_store_that_is_open(quota_of_bytes: Callable[[int], None]) -> None:
    quota_of_bytes(400_000)
    store = EmbeddingStore(0, user_folders.embeddings_dir())
    keys = [EmbeddingKey(f"{number:032x}", "model", SquareFit.LETTERBOX) for number in range(20)]
    for key in keys:
        store.put(key, _embedding())
    quota_of_bytes(50_000)
    store.put(EmbeddingKey("f" * 32, "model", SquareFit.LETTERBOX), _embedding())
    files = [path.stat().st_size for path in user_folders.embeddings_dir().rglob("*.embedding")]
    assert 0 < sum(files) <= 50_000
    quota_of_bytes(0)
    store.put(EmbeddingKey("e" * 32, "model", SquareFit.LETTERBOX), _embedding())
    assert store.get(EmbeddingKey("e" * 32, "model", SquareFit.LETTERBOX)) is None


@pytest.mark.usefixtures("one_thread")
def test_prepare_keeps_the_quota_that_was_asked_for(tmp_path: Path, tiny_model: Path) -> None:
    from tests.app_shell.conftest import write_picture

    write_picture(tmp_path / "pictures" / "a.png")
    command = ["prepare", str(tmp_path / "pictures"), "--model", str(tiny_model), "--device", "cpu"]
    assert main([*command, "--runtime", "torch", "--quota-gb", "25"]) == 0
    assert Settings(user_folders.settings_path()).get("model.cache_gb") == 25.0
    elsewhere = ["--cache", str(tmp_path / "cache"), "--quota-gb", "3"]
    assert main([*command, "--runtime", "torch", *elsewhere]) == 0
    assert Settings(user_folders.settings_path()).get("model.cache_gb") == 25.0


@pytest.fixture
def quota_of_bytes() -> Callable[[int], None]:
    """Write a quota in bytes into the user's settings."""

    def write(quota: int) -> None:
        path = user_folders.settings_path()
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps({"version": 1, "values": {"model.cache_gb": quota / 1e9}}))

    return write


def _embedding() -> ImageEmbedding:
    features = np.ones((8, 16, 16), np.float32)
    return ImageEmbedding(
        features=features,
        original_size=Size(60, 80),
        input_size=Size(48, 64),
        fit=SquareFit.LETTERBOX,
        encoder_of="model",
    )
