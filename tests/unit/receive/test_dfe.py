"""Published tables in DfE's tidy layout: periods, areas, symbols, and the real files where they are at hand."""

from collections import Counter
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from plait.declare import Pack, WideCounts
from plait.errors import FileRefused
from plait.receive import read_areas, receive
from plait.receive.dfe import period_label
from tests.shared import SHARED
from tests.unit.receive.core import CORE

FACTORS = WideCounts.model_validate(
    {
        "id": "factors",
        "title": "Factors",
        "source": "test",
        "recognised_by": ["Episodes", "Exploited"],
        "measures": {
            "Episodes": {"measure": "CN03", "part": "denominator"},
            "Exploited": {"measure": "CN03", "breakdown": {"need": "11A"}},
        },
        "filters": {"gender": "sex"},
        "filter_values": {"gender": {"Boys": "M", "Girls": "F", "Total": ""}},
    }
)
PLACES = (
    "time_period,time_identifier,geographic_level,country_code,country_name,region_code,region_name,new_la_code,la_name"
)
ENGLAND, REGION = "E92000001,England", "E12000005,West Midlands"
TABLE = (
    f"{PLACES},gender,Episodes,Episodes_rate,Exploited\n"
    f"2024,Reporting year,National,{ENGLAND},,,,,Total,506370,1.0,13860\n"
    f"2024,Reporting year,Regional,{ENGLAND},{REGION},,,Boys,100,1.0,z\n"
    f'2024,Reporting year,Local authority,{ENGLAND},{REGION},E06000019,"Herefordshire, County of",Girls,u,u,u\n'
    f"2010,Reporting year,Local authority,{ENGLAND},{REGION},E08000036,Wakefield,Total,3413,,0\n"
    f"2024,Reporting year,School,{ENGLAND},{REGION},E08000036,Wakefield,Total,3,,1\n"
    f"2024,Lent term,Local authority,{ENGLAND},{REGION},E08000036,Wakefield,Others,c,,\n"
)


@pytest.fixture(scope="module")
def pack() -> Pack:
    return CORE.model_copy(update={"published": {"factors": FACTORS}})


@pytest.fixture
def shared() -> Path:
    folder = SHARED / "data" / "dfe"
    if not folder.is_dir():
        pytest.skip("the published files are not on this machine")
    return folder


def read(content: str, pack: Pack, tmp_path: Path):
    path = tmp_path / "published.csv"
    path.write_text(content, encoding="utf-8-sig")
    return receive(path, pack, tmp_path / "into")


def rows(received, *columns, table="counts"):
    return [tuple(row[c] for c in columns) for row in pq.read_table(received.tables[table]).to_pylist()]


def test_a_column_a_measure_becomes_a_row_a_figure(pack, tmp_path):
    """Symbols stay as they were written: a nought is a nought, and u, c and z are not."""
    received = read(TABLE, pack, tmp_path)
    assert received.format == "dfe_tidy"
    episodes, exploited = ("CN03", "denominator", None), ("CN03", None, "11A")
    assert sorted(
        rows(received, "_row", "measure", "part", "need", "period", "area", "sex", "value"), key=str
    ) == sorted(
        [
            (2, *episodes, "2023-24", "E92000001", None, "506370"),
            (3, *episodes, "2023-24", "E12000005", "M", "100"),
            (4, *episodes, "2023-24", "E06000019", "F", "u"),
            (5, *episodes, "2009-04-01/2010-03-31", "E08000036", None, "3413"),
            (7, *episodes, None, "E08000036", "Others", "c"),
            (2, *exploited, "2023-24", "E92000001", None, "13860"),
            (3, *exploited, "2023-24", "E12000005", "M", "z"),
            (4, *exploited, "2023-24", "E06000019", "F", "u"),
            (5, *exploited, "2009-04-01/2010-03-31", "E08000036", None, "0"),
        ],
        key=str,
    )
    assert [r for r in rows(received, "_row", "_unread") if r[1]] == [(7, ["period"])]
    assert [(f.code, f.where.row, f.count) for f in received.findings] == [("dfe.level-not-used", 6, 1)]


@pytest.mark.parametrize(
    ("period", "identifier", "label"),
    [
        ("2024", "Reporting year", "2023-24"),
        ("202324", "Financial year", "2023-24"),
        ("2024", "Calendar year", "2024"),
        ("202324", "Academic year", "2023-09-01/2024-08-31"),
        ("2024", "August", "2024-08"),
        ("202324", "Financial year Q1", "2023-Q2"),
        ("202324", "Financial year Q4", "2024-Q1"),
        ("2024", "Calendar year Q3", "2024-Q3"),
        ("2012", "Reporting year", "2011-04-01/2012-03-31"),
        ("2013", "Reporting year", "2012-13"),
    ],
)
def test_periods(period, identifier, label):
    """A label that would be read as a month is written as two dates."""
    assert period_label(period, identifier) == label


@pytest.mark.parametrize(
    "pair", [("2024", "Week 3"), ("2024", ""), ("", "Reporting year"), ("202326", "Financial year")]
)
def test_periods_that_are_not_clear(pair):
    with pytest.raises(ValueError, match="not"):
        period_label(*pair)


def test_a_table_the_pack_does_not_know_is_refused_by_name(pack, tmp_path):
    with pytest.raises(FileRefused, match="Factors"):
        read(TABLE.replace("Exploited", "Something"), pack, tmp_path)


def test_residents(pack, tmp_path):
    content = (
        f"{PLACES},age_group,population_estimate\n"
        f"2023,Reporting year,National,{ENGLAND},,,,,Children aged 0 to 17 years,11998646\n"
        f"2023,Reporting year,National,{ENGLAND},,,,,Aged 85 and over,5\n"
        f"2023,Reporting year,National,{ENGLAND},,,,,Everyone,6\n"
    )
    received = read(content, pack, tmp_path)
    found = rows(received, "area", "year", "age_from", "age_to", "residents", "_unread", table="populations")
    assert found == [
        ("E92000001", 2023, 0, 17, "11998646", []),
        ("E92000001", 2023, 85, 120, "5", []),
        ("E92000001", 2023, None, None, "6", ["age_from", "age_to"]),
    ]


def test_areas_of_a_table(tmp_path):
    path = tmp_path / "published.csv"
    path.write_text(TABLE)
    assert read_areas(path).to_pylist() == [
        {"code": "E92000001", "name": "England", "kind": "country", "parent": None},
        {"code": "E12000005", "name": "West Midlands", "kind": "region", "parent": "E92000001"},
        {"code": "E06000019", "name": "Herefordshire, County of", "kind": "local_authority", "parent": "E12000005"},
        {"code": "E08000036", "name": "Wakefield", "kind": "local_authority", "parent": "E12000005"},
    ]


def test_a_table_that_is_not_tidy_names_no_areas(tmp_path):
    path = tmp_path / "other.csv"
    path.write_text("a,b\n1,2\n")
    with pytest.raises(FileRefused, match="tidy"):
        read_areas(path)


def test_the_published_factors(shared, tmp_path):
    """Wakefield recorded no criminal exploitation at all: a nought. Herefordshire's figures are not reliable: u."""
    received = receive(shared / "c3_factors_identified_at_end_of_assessment_2018_to_2024.csv", CORE, tmp_path)
    table = pq.read_table(received.tables["counts"], filters=[("period", "=", "2023-24"), ("need", "=", "24A")])
    cce = dict(zip(table.column("area").to_pylist(), table.column("value").to_pylist(), strict=True))
    assert (cce["E08000036"], cce["E06000019"], cce["E08000032"]) == ("0", "u", "355")
    trafficking = pq.read_table(received.tables["counts"], filters=[("period", "=", "2023-24"), ("need", "=", "12A")])
    found = dict(zip(trafficking.column("area").to_pylist(), trafficking.column("value").to_pylist(), strict=True))
    assert found["E08000033"] == "c"
    assert received.findings == ()


def test_the_published_areas(shared):
    areas = read_areas(shared / "ons_mid-year_population_estimates_2012_to_2023.csv").to_pylist()
    kinds = Counter(area["kind"] for area in areas)
    assert kinds["country"] == 1
    assert kinds["region"] == 11
    parents = {area["code"]: area["parent"] for area in areas}
    assert parents["E09000007"] == "E13000001"
    assert parents["E13000001"] == "E12000007"
