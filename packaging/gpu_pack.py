"""Packs pictures with masks for a machine that is at hand for a short time: small, in few files.

    python packaging/gpu_pack.py OUT.zip FOLDER... [--longest 448] [--quality 45] [--codec avif] [--mib 36]

Every FOLDER is in SA-1B layout, or holds such folders. Pictures are reduced to a longest side and saved as
AVIF (or WebP, for machines whose Pillow reads no AVIF), masks by coverage. What is over ``--mib`` goes to
OUT-2.zip and so on: for a second load. Each file unpacks to folders that ``slimsam train`` reads. The
pictures stay out of the project.
"""

from __future__ import annotations

import argparse
import io
import json
import zipfile
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from PIL import Image

from slimsam_core.datasets.labelled import MOST_REASONS, LabelledImage, Skipped, iterate
from slimsam_core.datasets.names import with_own_names
from slimsam_core.datasets.opening import open_datasets
from slimsam_core.errors import SlimSamError
from slimsam_core.files.atomic import atomic_path
from slimsam_core.inference.transforms import resize_longest
from slimsam_core.judging.measure import pixels_of
from slimsam_core.training.resident import reduced


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("out", type=Path)
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--longest", type=int, default=448, help="largest side in pixels (default: 448)")
    parser.add_argument("--quality", type=int, default=45, help="of the codec, 0..100 (default: 45)")
    parser.add_argument("--codec", choices=("avif", "webp"), default="avif")
    parser.add_argument("--mib", type=float, default=36.0, help="a file holds about so much (default: 36)")
    args = parser.parse_args()
    number, packed, found = 0, 0, entries(args)
    while (first := next(found, None)) is not None:
        number += 1
        target = args.out if number == 1 else args.out.with_stem(f"{args.out.stem}-{number}")
        packed += write_archive(target, chain([first], found), args)
    print(f"{packed} pictures in {number} files")


def write_archive(target: Path, found: Iterator[tuple[str, bytes, str]], args: argparse.Namespace) -> int:
    """Pack until the file is full, and return how many; a packing that is killed leaves no half of a file."""
    packed = size = 0
    with atomic_path(target) as beside, zipfile.ZipFile(beside, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, picture, labels in found:
            archive.writestr(f"{name}.{args.codec}", picture, zipfile.ZIP_STORED)
            archive.writestr(f"{name}.json", labels)
            size += sum(archive.getinfo(f"{name}.{suffix}").compress_size for suffix in (args.codec, "json"))
            packed += 1
            if size > args.mib * 2**20:
                break
    return packed


def entries(args: argparse.Namespace) -> Iterator[tuple[str, bytes, str]]:
    """Name, picture and labels of each one, the sets in turn, so that every file holds a part of each."""
    datasets = with_own_names([one for folder in args.folders for one in open_datasets(folder)])
    skipped = Skipped(most=MOST_REASONS)
    found = [iterate(dataset, skipped) for dataset in datasets]
    while found:
        for dataset in list(found):
            one = next(dataset, None)
            if one is None:
                found.remove(dataset)
                continue
            labels = one[1]
            try:
                rgb = pixels_of(labels)
            except SlimSamError as error:
                skipped.add(error)
                continue
            if max(labels.size.hw) > args.longest:
                labels, rgb = reduced(labels, args.longest), resize_longest(rgb, args.longest)
            packed = io.BytesIO()
            Image.fromarray(rgb).save(packed, args.codec.upper(), quality=args.quality)
            yield one[0], packed.getvalue(), labels_text(labels, one[0], args.codec)
    for reason in skipped.examples:
        print(f"left out: {reason}")


def labels_text(labels: LabelledImage, name: str, codec: str) -> str:
    """The JSON of one picture; ``ignore`` of the whole picture and of each object."""
    objects = [
        {"id": one.id or number, "segmentation": one.mask.to_coco()}
        | ({"ignore": one.ignore.to_coco()} if one.ignore is not None else {})
        for number, one in enumerate(labels.objects, 1)
    ]
    image = {
        "file_name": f"{Path(name).name}.{codec}",
        "height": labels.size.height,
        "width": labels.size.width,
    }
    data: dict[str, object] = {"image": image, "annotations": objects}
    if labels.ignore is not None:
        data["ignore"] = labels.ignore.to_coco()
    return json.dumps(data, separators=(",", ":"))


if __name__ == "__main__":
    main()
