"""Lists and catalogues: headings and text come out of CSV, workbooks and DCAT, and what is none of these is refused."""

import json

import pytest
import xlsxwriter

from plait.errors import FileRefused
from plait.receive.catalogue import read_listed

DCAT = {
    "@context": "https://www.w3.org/ns/dcat.jsonld",
    "@graph": [
        {
            "@type": "dcat:Dataset",
            "@id": "https://example.org/one",
            "dct:title": [{"@value": "Missing episodes", "@language": "en"}],
            "dct:description": "Each report",
            "dct:publisher": {"@id": "https://example.org/police"},
            "dct:accrualPeriodicity": {"@id": "http://publications.europa.eu/resource/authority/frequency/MONTHLY"},
            "dcat:keyword": ["missing", "children", "missing"],
            "dcat:contactPoint": {
                "@type": "vcard:Kind",
                "vcard:fn": "Data team",
                "vcard:hasEmail": "mailto:a@example.org",
            },
        },
        {"@id": "https://example.org/police", "@type": "foaf:Agent", "foaf:name": "Marlshire Police"},
    ],
}


def read(path, tmp_path):
    scratch = tmp_path / "scratch"
    scratch.mkdir(exist_ok=True)
    return read_listed(path, scratch)


def write(tmp_path, name, text):
    path = tmp_path / name
    path.write_text(text if isinstance(text, str) else json.dumps(text), encoding="utf-8")
    return path


def test_a_csv_with_a_title_above_its_headings(tmp_path):
    found = read(write(tmp_path, "a.csv", "Our list\n\nTitle,Notes\nOne,\nTwo,B\n"), tmp_path)
    assert (found.headings, found.rows, found.dcat) == (
        ("Title", "Notes"),
        ((4, ("One", "")), (5, ("Two", "B"))),
        False,
    )


def test_a_workbook(tmp_path):
    book = xlsxwriter.Workbook(str(tmp_path / "a.xlsx"))
    for row, cells in enumerate((("Title", "Notes"), ("One", "A"))):
        book.worksheets() or book.add_worksheet("List")
        book.worksheets()[0].write_row(row, 0, cells)
    book.close()
    found = read(tmp_path / "a.xlsx", tmp_path)
    assert (found.headings, found.rows) == (("Title", "Notes"), ((2, ("One", "A")),))


def test_a_catalogue_with_prefixes_and_things_pointed_to(tmp_path):
    found = read(write(tmp_path, "a.json", DCAT), tmp_path)
    said = dict(zip(found.headings, found.rows[0][1], strict=True))
    assert found.dcat and len(found.rows) == 1
    assert said == {
        "title": "Missing episodes", "description": "Each report", "publisher": "Marlshire Police",
        "accrualPeriodicity": "MONTHLY", "keyword": "missing; children", "contactPoint": "Data team",
    }  # fmt: skip


@pytest.mark.parametrize(
    "shape",
    [
        {"@type": "dcat:Catalog", "dcat:dataset": [{"@type": "dcat:Dataset", "dct:title": "One"}]},
        [{"@type": ["http://www.w3.org/ns/dcat#Dataset"], "http://purl.org/dc/terms/title": [{"@value": "One"}]}],
        {"conformsTo": "x", "dataset": [{"@type": "dcat:Dataset", "title": "One"}]},
    ],
)
def test_each_way_a_catalogue_is_written(shape, tmp_path):
    found = read(write(tmp_path, "a.jsonld", shape), tmp_path)
    assert (found.headings, found.rows) == (("title",), ((1, ("One",)),))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("{", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ("{}", "names no data set"),
        ('{"a": 1e999999}', "names no data set"),
    ],
)
def test_what_is_no_catalogue_is_refused(text, sentence, tmp_path):
    with pytest.raises(FileRefused, match=sentence):
        read(write(tmp_path, "a.json", text), tmp_path)


@pytest.mark.parametrize("content", [b"%PDF-1.7", b"\x89PNG\r\n\x1a\n", b""])
def test_what_holds_no_list_is_refused(content, tmp_path):
    (tmp_path / "a.csv").write_bytes(content)
    with pytest.raises(FileRefused):
        read(tmp_path / "a.csv", tmp_path)
