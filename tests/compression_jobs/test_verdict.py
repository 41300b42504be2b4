"""What is advised, from numbers; and in which words."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from slimsam_core.files import json_dataclass
from slimsam_core.judging.form import Form
from slimsam_core.judging.measure import ObjectScore
from slimsam_core.judging.verdict import (
    Advice,
    Agreement,
    Comparison,
    ModelFacts,
    Verdict,
    compare_scores,
    make_verdict,
)
from slimsam_core.judging.verdict_words import ADVICE, REASONS, reason_text, summary
from slimsam_core.pixels.geometry import Size
from slimsam_core.pixels.mask import Rle, encode

SIZE = Size(40, 60)
TEACHER = ModelFacts(
    name="big",
    model_hash="aa",
    file_bytes=100_000_000,
    parameters=25_000_000,
    macs=10**11,
    encode_ms=190.0,
    decode_ms=20.0,
    memory_bytes=900_000_000,
    runtime="torch",
)
STUDENT = replace(TEACHER, name="small", model_hash="bb", file_bytes=52_000_000, encode_ms=100.0)


def square(side: int) -> Rle:
    pixels = np.zeros(SIZE.hw, np.bool_)
    pixels[:side, :side] = True
    return encode(pixels)


TARGET = square(20)
PLACES = {("own", f"own/{n}"): (f"/pictures/{n}.png", [TARGET] * 4) for n in range(50)}


def score(picture: int, number: int, iou: float, category: str = "cup", made_by: str = "") -> ObjectScore:
    ious = (0.5, 0.8, iou)
    mask = square(round(20 * iou**0.5))
    return ObjectScore(
        dataset="own",
        image=f"own/{picture}",
        number=number,
        category=category,
        area=400,
        iou_1click=0.5,
        iou_1click_oracle=0.5,
        predicted_iou=0.5,
        iou_box=0.5,
        predicted_iou_box=0.5,
        boundary_f_1click=0.5,
        boundary_f_box=0.5,
        form_1click=Form(1.0, 1.0),
        form_box=Form(1.0, 1.0),
        ious=ious,
        mask_1click=mask,
        mask_box=mask,
        iou_replayed=iou,
        mask_replayed=mask,
        replayed=True,
        made_by=made_by,
    )


def compared(
    losses: dict[str, float], pictures: int = 30, made_by: str = "", noise: float = 0.01
) -> Comparison:
    random = np.random.default_rng(0)
    before, after = [], []
    for picture in range(pictures):
        for number, (category, loss) in enumerate(losses.items()):
            first = 0.9 + random.normal(0, noise)
            before.append(score(picture, number, first, category, made_by))
            after.append(score(picture, number, first - loss + random.normal(0, noise), category, made_by))
    found = compare_scores(before, after, PLACES, "aa", held_out=False)
    assert found is not None
    return found


def kinds(verdict: Verdict) -> set[str]:
    return {reason.kind for reason in verdict.reasons}


def test_a_faster_model_that_loses_next_to_nothing_is_advised() -> None:
    verdict = make_verdict(TEACHER, STUDENT, compared({"cup": 0.005, "cable": 0.01}), None)
    assert verdict.advice is Advice.FOR
    assert kinds(verdict) == {"faster", "keeps"}


def test_a_model_that_surely_loses_too_much_is_advised_against() -> None:
    verdict = make_verdict(TEACHER, STUDENT, compared({"cup": 0.08}), None)
    assert verdict.advice is Advice.AGAINST
    assert "loses" in kinds(verdict)


def test_one_class_that_suffers_is_enough_to_advise_against() -> None:
    verdict = make_verdict(TEACHER, STUDENT, compared({"cup": -0.04, "pen": -0.04, "cable": 0.09}), None)
    assert verdict.advice is Advice.AGAINST
    (worst,) = [reason for reason in verdict.reasons if reason.kind == "class_loses"]
    assert worst.name == "cable"
    assert worst.first == pytest.approx(-0.09, abs=0.01)


@pytest.mark.parametrize(("pictures", "expected"), [(2, "few_objects"), (30, "may_lose")])
def test_what_is_not_sure_is_called_unclear(pictures: int, expected: str) -> None:
    verdict = make_verdict(TEACHER, STUDENT, compared({"cup": 0.02}, pictures, noise=0.1), None)
    assert verdict.advice is Advice.UNCLEAR
    assert expected in kinds(verdict)


@pytest.mark.parametrize("pictures", [1, 2, 4])
def test_few_pictures_advise_against_nothing(pictures: int) -> None:
    many = {f"thing {number}": 0.15 for number in range(4)}
    labels = compared(many, pictures)
    verdict = make_verdict(TEACHER, STUDENT, labels, None)
    assert verdict.advice is Advice.UNCLEAR
    assert kinds(verdict) == {"faster", "few_objects"}
    if pictures == 1:
        assert "±" not in str(summary(verdict))
        assert labels.iou.low == labels.iou.high == pytest.approx(labels.iou.difference)


def test_a_class_of_one_picture_advises_against_nothing() -> None:
    before = [score(0, n, 0.9, "cell") for n in range(40)] + [score(p, 0, 0.9) for p in range(1, 30)]
    after = [replace(s, iou_replayed=0.6 + s.number / 400) if s.category == "cell" else s for s in before]
    places = PLACES | {("own", "own/0"): ("/pictures/0.png", [TARGET] * 40)}
    found = compare_scores(before, after, places, "aa", held_out=False)
    assert found is not None
    assert found.classes[0].pictures == 1
    reasons = {r.kind for r in make_verdict(TEACHER, STUDENT, found, None).reasons}
    assert "class_loses" not in reasons


def test_the_overlap_on_few_pictures_is_told_as_that() -> None:
    few = Agreement(pictures=1, points=9, iou=0.5, low=0.5, high=0.5, worst=())
    labels = compared({"cup": 0.0})
    assert make_verdict(TEACHER, STUDENT, labels, few).advice is Advice.UNCLEAR
    good = replace(few, iou=0.9, low=0.9, high=0.9)
    verdict = make_verdict(TEACHER, STUDENT, labels, good)
    assert verdict.advice is Advice.FOR
    assert "too few to be sure" in str(reason_text(verdict.reasons[-1]))


def test_a_model_that_is_neither_faster_nor_smaller_is_advised_against() -> None:
    verdict = make_verdict(TEACHER, replace(TEACHER, name="same"), compared({"cup": 0.0}), None)
    assert verdict.advice is Advice.AGAINST
    assert "not_faster" in kinds(verdict)


def test_engines_that_differ_are_told_and_speak_for_nothing() -> None:
    other = replace(STUDENT, runtime="OpenVINO, CPU, float32")
    verdict = make_verdict(
        replace(TEACHER, runtime="OpenVINO, CPU, bfloat16"), other, compared({"a": 0.005}), None
    )
    assert verdict.advice is Advice.FOR
    (told,) = [reason_text(r) for r in verdict.reasons if r.kind == "engines_differ"]
    assert told.endswith("OpenVINO, CPU, bfloat16 → OpenVINO, CPU, float32.")


def test_without_labels_the_overlap_with_the_teacher_can_only_advise_against() -> None:
    alike = Agreement(pictures=5, points=45, iou=0.93, low=0.9, high=0.95, worst=())
    assert make_verdict(TEACHER, STUDENT, None, alike).advice is Advice.UNCLEAR
    apart = replace(alike, iou=0.4, low=0.3, high=0.5)
    assert make_verdict(TEACHER, STUDENT, None, apart).advice is Advice.AGAINST


def test_labels_that_the_teacher_made_itself_are_pointed_out() -> None:
    verdict = make_verdict(TEACHER, STUDENT, compared({"cup": 0.005}, made_by="aa"), None)
    assert "teacher_made" in kinds(verdict)
    assert "teacher_made" not in kinds(make_verdict(TEACHER, STUDENT, compared({"cup": 0.005}), None))


def test_objects_are_paired_counted_and_the_largest_losses_come_first() -> None:
    before = [score(n, 0, 0.9) for n in range(25)]
    after = [score(n, 0, 0.9 - 0.01 * n) for n in range(25)] + [score(40, 0, 0.1)]
    found = compare_scores(before, after, PLACES, "aa", held_out=True)
    assert found is not None
    assert found.objects == found.pictures == 25
    assert found.iou.difference == pytest.approx(-0.12)
    assert found.iou.low < -0.12 < found.iou.high
    assert found.clicks.before == 3
    assert found.clicks.after > found.clicks.before
    assert [item.key for item in found.worst][:2] == ["own/24", "own/23"]
    assert len(found.worst) == 20
    assert found.worst[0].picture == "/pictures/24.png"
    assert found.worst[0].target == TARGET


def test_models_without_a_common_object_cannot_be_compared() -> None:
    assert compare_scores([], [score(1, 0, 0.9)], PLACES, "aa", held_out=False) is None


def test_the_sentence_says_it_all() -> None:
    verdict = make_verdict(TEACHER, STUDENT, compared({"cup": 0.0, "cable": 0.06}, noise=1e-6), None)
    assert summary(verdict) == (
        "1.9x faster, 48 % smaller; on your 60 labelled objects IoU 0.900 → 0.870 (-0.030 ± 0.000); "
        "class cable loses most (-0.06)."
    )
    slower = replace(STUDENT, encode_ms=380.0, file_bytes=110_000_000)
    alike = Agreement(pictures=5, points=45, iou=0.93, low=0.9, high=0.95, worst=())
    assert summary(make_verdict(TEACHER, slower, None, alike)) == (
        "2.0x slower, 10 % larger; on 5 held-out pictures its masks overlap with the teacher's by 0.930 "
        "(0.900 to 0.950)."
    )


def test_every_reason_and_advice_has_words() -> None:
    assert set(ADVICE) == set(Advice)
    for verdict in (
        make_verdict(TEACHER, STUDENT, compared({"cup": 0.08, "pen": 0.0}, made_by="aa"), None),
        make_verdict(
            TEACHER, TEACHER, None, Agreement(pictures=5, points=45, iou=0.4, low=0.3, high=0.5, worst=())
        ),
    ):
        assert all(reason_text(reason) for reason in verdict.reasons)
    assert {"faster", "not_faster", "no_labels", "loses", "few_objects", "may_lose", "keeps"} < set(REASONS)


def test_a_verdict_survives_its_file() -> None:
    verdict = make_verdict(
        TEACHER,
        STUDENT,
        compared({"cup": 0.01}),
        Agreement(pictures=5, points=45, iou=0.93, low=0.9, high=0.95, worst=()),
    )
    assert json_dataclass.from_json(Verdict, json_dataclass.to_json(verdict)) == verdict
