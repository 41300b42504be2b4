from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from slimsam_core.checkpoints.loading import load_model
from tests.models import reference


def test_a_model_is_bundled() -> None:
    assert reference.bundled()


@pytest.mark.parametrize("path", reference.bundled(), ids=lambda p: p.stem)
def test_bundled_model_gives_the_recorded_outputs(path: Path) -> None:
    found = reference.excerpt(load_model(path))
    with np.load(reference.FOLDER / f"{path.stem}.npz") as recorded:
        assert set(recorded) == set(found)
        for name in recorded:
            np.testing.assert_allclose(found[name], recorded[name], atol=1e-3, err_msg=name)
