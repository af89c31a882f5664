from pathlib import Path

import pytest

from plait.publish import Published, publish
from tests.unit.publish.making import first_profile, profile


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Published:
    """A whole partnership's profile, published once."""
    return publish(profile(), tmp_path_factory.mktemp("published") / "profile")


@pytest.fixture(scope="session")
def quick_look(tmp_path_factory: pytest.TempPathFactory) -> Published:
    """A first profile from one file, published once."""
    return publish(first_profile(), tmp_path_factory.mktemp("published") / "first")


def all_words(folder: Path) -> str:
    """Everything written under a folder as text, the workbook and the document taken apart."""
    import zipfile

    from pypdf import PdfReader

    found = []
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        if path.suffix == ".xlsx":
            with zipfile.ZipFile(path) as book:
                found += [book.read(name).decode("utf-8") for name in book.namelist()]
        elif path.suffix == ".pdf":
            found += [page.extract_text() for page in PdfReader(path).pages]
        else:
            found.append(path.read_text(encoding="utf-8"))
    return "\n".join(found)
