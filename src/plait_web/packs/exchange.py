"""A pack as a file to send to another partnership, and such a file read with care: it comes from outside.

Only what is declared goes in: `pack.yaml` and the items. A pack holds no row of data, and what lies beside it stays behind.
"""

from __future__ import annotations

import io
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

import yaml

from plait.declare import Pack, load_pack
from plait.declare.load import CORE, cover_of, pack_files
from plait.declare.pack import FOLDERS
from plait.errors import FileRefused, PackError
from plait.receive.safety import Limits, check_zip, is_zip
from plait_web.packs.versions import Standing
from plait_web.partnership import access as partnership

LIMITS = Limits(file_bytes=5_000_000, unpacked_bytes=20_000_000, members=2_000, ratio_from=2_000_000)
_DEEPEST = 20  # lists within lists: a declared thing has a handful
_MADE = (1980, 1, 1, 0, 0, 0)  # the same pack is the same file, whenever it is sent


def packed(folder: Path) -> bytes:
    """The pack in the folder as a zip: its cover and its items, and nothing else that lies there."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in pack_files(folder):
            name = path.relative_to(folder).as_posix()
            if is_declared(name):
                archive.writestr(zipfile.ZipInfo(name, _MADE), path.read_bytes(), zipfile.ZIP_DEFLATED)
    return whole.getvalue()


def is_declared(name: str) -> bool:
    """Whether a pack may hold a file of this name: its cover, or an item in one of its folders."""
    parts = PurePosixPath(name).parts
    if len(parts) == 1:
        return name == "pack.yaml"
    suffixes = (".yaml", ".csv") if parts[0] == "codelists" else (".yaml",)
    return len(parts) == 2 and parts[0] in FOLDERS and PurePosixPath(name).suffix in suffixes


@contextmanager
def opened(file: Path, now: Standing) -> Iterator[tuple[Pack, tuple[Path, ...]]]:
    """The pack in a file somebody sent, with the folders it lies in until the block ends, after those of what it extends.

    Raises FileRefused where the file could do harm or holds anything that is no pack, PackError where it cannot be read.
    """
    with tempfile.TemporaryDirectory() as room:
        folder = Path(room) / "pack"
        _unpack(file, folder)
        try:
            base, below = _base(cover_of(folder).extends, now)
            pack = load_pack(folder, find=lambda _: base)
        except PackError as problem:
            raise PackError(str(problem).replace(f"{folder}/", "").replace(str(folder), "The file")) from None
        yield pack, (*below, folder)


def _base(extends: str | None, now: Standing) -> tuple[Pack, tuple[Path, ...]]:
    """What the pack extends, as this partnership has it, and the folders of that."""
    if extends in (None, "core"):
        return partnership.shipped(), (CORE,) if extends else ()
    if extends == now.base.cover.id:
        return now.base, partnership.shelf().pack_folders(now.base.digest)
    raise PackError(
        f"This pack extends '{extends}', which this partnership does not have. Ask whoever sent it for that one first."
    )


def _unpack(file: Path, into: Path) -> None:
    """Each file of the pack under `into`, once all are known to be safe and to belong to one."""
    if not is_zip(file) or file.stat().st_size > LIMITS.file_bytes:
        raise FileRefused("This is not a pack sent from Plait: it should be a small zip file.")
    names = check_zip(file, LIMITS)
    if stray := next((name for name in names if not is_declared(name)), None):
        where = "in a folder" if "/" in stray else "at its head"
        raise FileRefused(f"The file holds something {where} that is no part of a pack. Nothing of it was kept.")
    with zipfile.ZipFile(file) as archive:
        for name in names:
            path = into / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(archive.read(name))
            if path.suffix == ".yaml":
                _check_plain(path, name)


def _check_plain(path: Path, name: str) -> None:
    """YAML that says each thing once and not too deep: what repeats itself by reference could fill the memory."""
    depth = 0
    try:
        for event in yaml.parse(path.read_text("utf-8"), Loader=yaml.CSafeLoader):
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if isinstance(event, yaml.AliasEvent) or depth > _DEEPEST:
                raise FileRefused(f"{name} repeats itself by reference, as no pack does. Nothing of the file was kept.")
    except (yaml.YAMLError, UnicodeDecodeError):
        raise PackError(f"{name}: this is not YAML that Plait can read.") from None
