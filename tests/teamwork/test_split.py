"""Splitting: who gets what, parts that open anywhere, and that all of it comes back."""

from __future__ import annotations

import shutil
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slimsam_core.annotation import Category, ImageState
from slimsam_core.cli import main
from slimsam_core.errors import OutputError, ProjectError
from slimsam_core.files.resources import resources_dir
from slimsam_core.project import Edit, ImageFilter, Project, add_root, fill_facts, scan_root
from slimsam_core.project.checkup import examine
from slimsam_core.teamwork import Deal, PartPictures, SplitOptions, merge, split
from slimsam_core.teamwork.dealing import folder_names
from tests.teamwork.people import add, objects_of, state_of, write_base


@pytest.fixture
def base(tmp_path: Path) -> Path:
    (tmp_path / "lead").mkdir()
    return write_base(tmp_path / "lead" / "pets.slimsam")


def options(*names: str, **others: object) -> SplitOptions:
    keys = ("overlap", "people", "seed")
    deal = Deal(annotators=names, **{key: others.pop(key) for key in keys if key in others})  # type: ignore[arg-type]
    return SplitOptions(deal=deal, **({"pictures": PartPictures.NONE} | others))  # type: ignore[arg-type]


@given(
    pictures=st.integers(0, 60),
    people=st.integers(1, 5),
    overlap=st.sampled_from([0.0, 0.1, 0.5, 1.0]),
    seed=st.integers(0, 5),
)
def test_everybody_gets_as_much_and_nothing_is_left(
    pictures: int, people: int, overlap: float, seed: int
) -> None:
    names = tuple(f"person {number}" for number in range(people))
    uids = [f"uid:{number}" for number in range(pictures)]
    deal = Deal(annotators=names, overlap=overlap if people > 1 else 0, seed=seed)
    found = deal.deal(uids)
    assert found == deal.deal(reversed(uids))
    assert found.keys() == set(uids)
    first = [sum(one[0] == name for one in found.values()) for name in names]
    assert max(first) - min(first) <= 1
    all_of_them = [sum(name in one for one in found.values()) for name in names]
    assert max(all_of_them) - min(all_of_them) <= 2, "also with what goes to several"
    shared = [one for one in found.values() if len(one) > 1]
    assert len(shared) == (round(overlap * pictures) if people > 1 else 0)
    assert all(len(set(one)) == len(one) for one in found.values())


def test_parts_are_projects_of_their_own_and_come_back_whole(base: Path, tmp_path: Path) -> None:
    with Project.open(base) as project:
        before = state_of(project)
        made = split(project, tmp_path / "out", options("ana", "ben", overlap=0.34))
        assert [part.annotator for part in made] == ["ana", "ben"]
        assert sum(part.pictures for part in made) == 4
    for part in made:
        with Project.open(part.path) as opened:
            assert opened.annotator == part.annotator
            assert opened.part_origin is not None
            assert opened.part_origin.base_name == "pets"
            assert opened.history() == []
            assert not list(examine(opened))
            for uid, values in state_of(opened).items():
                assert before[uid] == values
            add(opened, opened.images()[0].id, 9)
    with Project.open(base) as project:
        report = merge(project, [part.path for part in made])
        assert report.is_whole
        assert len(objects_of(project)) == 5
        assert {o.author for o in objects_of(project)} == {"", "ana", "ben"}
        assert merge(project, [part.path for part in made[::-1]]).seq == 0
    with Project.open(made[0].path) as ana:
        merge(ana, [made[1].path])
        assert len(objects_of(ana)) == 5, "parts join without the project that they came from, too"


def test_a_part_that_lacks_pictures_deletes_nothing(base: Path, tmp_path: Path) -> None:
    with Project.open(base) as project:
        made = split(project, tmp_path / "out", options("ana", "ben", "carl"))
        objects = objects_of(project)
        report = merge(project, [made[0].path])
        assert (report.seq, report.deleted, objects_of(project)) == (0, 0, objects)


def test_locked_classes_stay_as_they_are(base: Path, tmp_path: Path) -> None:
    with Project.open(base) as project:
        (made,) = split(project, tmp_path / "out", options("ana", classes_locked=True))
    with Project.open(made.path) as part:
        cat = part.categories()[0]
        for edit in (
            Edit(None, Category(id=9, name="bird")),
            Edit(cat, replace(cat, name="Katze")),
            Edit(part.categories()[1], None),
        ):
            with pytest.raises(ProjectError, match="locked"):
                part.apply("Class", [edit])
        part.apply("Colour", [Edit(cat, replace(cat, color="#010203"))])
        assert [c.name for c in part.categories()] == ["cat", "dog"]


@pytest.fixture
def photographs(tmp_path: Path) -> Path:
    folder = tmp_path / "photographs" / "sub"
    folder.mkdir(parents=True)
    for number, sample in enumerate(sorted((resources_dir() / "samples").rglob("*.jpg"))[:2]):
        shutil.copy(sample, folder / f"{number} ü.jpg")
    with Project.create(tmp_path / "lead.slimsam") as project:
        root = add_root(project, tmp_path / "photographs")
        scan_root(project, root.id)
        fill_facts(project)
    return tmp_path / "lead.slimsam"


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("pictures", [PartPictures.COPY, PartPictures.LINK])
def test_a_part_opens_anywhere_with_its_pictures(
    photographs: Path, tmp_path: Path, pictures: PartPictures, packed: bool
) -> None:
    with Project.open(photographs) as project:
        (made,) = split(project, tmp_path / "out", options("ana", pictures=pictures, packed=packed))
    assert made.missing == ()
    away = tmp_path / "away"
    if packed:
        with zipfile.ZipFile(made.path) as archive:
            archive.extractall(away)
        assert not (tmp_path / "out" / "ana").exists()
    else:
        shutil.move(tmp_path / "out", away)
    shutil.rmtree(tmp_path / "photographs")
    with Project.open(away / "ana" / "ana.slimsam") as part:
        assert all(part.image_path(image).is_file() for image in part.images())
        assert (part.count_images(), part.agreement.missing(part.roots())) == (2, [])


def test_pictures_that_are_gone_are_told(photographs: Path, tmp_path: Path) -> None:
    next((tmp_path / "photographs" / "sub").iterdir()).unlink()
    with Project.open(photographs) as project:
        (made,) = split(project, tmp_path / "out", options("ana", pictures=PartPictures.COPY))
    assert len(made.missing) == 1
    assert made.pictures == 2


def test_parts_do_not_land_among_the_pictures(photographs: Path, tmp_path: Path) -> None:
    with Project.open(photographs) as project, pytest.raises(OutputError, match="there twice"):
        split(project, tmp_path / "photographs" / "out", options("ana", pictures=PartPictures.COPY))


def test_nothing_is_replaced_and_nothing_is_left_behind(base: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    (out / "ben").mkdir(parents=True)
    with Project.open(base) as project:
        with pytest.raises(OutputError, match="exists already"):
            split(project, out, options("ana", "ben"))
        assert sorted(path.name for path in out.iterdir()) == ["ben"]
        with pytest.raises(ProjectError, match="no pictures"):
            split(project, out, options("carl", wanted=ImageFilter(states=frozenset({ImageState.DONE}))))


def test_folders_are_named_so_that_every_system_takes_them() -> None:
    names = ["Ana/../María", "ana", "ANA", "CON", "a" * 99, "...", "李雷", "x\\y:z"]
    found = list(folder_names(names).values())
    assert len({name.casefold() for name in found}) == len(names)
    assert not any(set(name) & set('/\\:*?"<>|.') or len(name) > 63 or not name.strip() for name in found)
    assert found[3] == "CON-part"
    assert found[6] == "李雷"


@pytest.mark.parametrize(
    "wrong",
    [
        {"annotators": ()},
        {"annotators": ("a", "A")},
        {"annotators": ("",)},
        {"overlap": 2},
        {"people": 3, "overlap": 0.1},
    ],
)
def test_a_deal_that_cannot_be_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ProjectError):
        Deal(**({"annotators": ("ana", "ben")} | wrong))  # type: ignore[arg-type]


def test_split_merge_and_decide_as_typed(base: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["project", "split", str(base), "--among", 'ana, "Ruiz, B."', "--pictures", "none"]) == 0
    out = base.parent / "pets-parts"
    assert sorted(path.name for path in out.iterdir()) == ["Ruiz- B", "ana"]
    parts = [str(out / "ana" / "ana.slimsam"), str(out / "Ruiz- B" / "Ruiz- B.slimsam")]
    with Project.open(parts[0]) as part:
        changed = objects_of(part)[0]
        part.apply("Note", [Edit(changed, replace(changed, note="there"))])
    with Project.open(base) as project:
        mine = project.annotation(changed.id)
        project.apply("Note", [Edit(mine, replace(mine, note="here"))])
    capsys.readouterr()
    assert main(["project", "merge", str(base), *parts]) == 1
    text = capsys.readouterr().out
    assert "in all: 3 objects in = 2 merged + 1 conflicts + 0 reported" in text
    assert main(["project", "conflicts", str(base)]) == 1
    assert "1 wait for a decision." in capsys.readouterr().out
    assert main(["project", "conflicts", str(base), "--take", "theirs"]) == 0
    with Project.open(base) as project:
        assert project.annotation(changed.id).note == "there"
    assert main(["project", "merge", str(base), *parts]) == 0
    assert "Nothing was new" in capsys.readouterr().out
    assert main(["project", "split", str(base), "--among", "ana", "--overlap", "20%"]) == 1
    assert "of 1 people" in capsys.readouterr().err
