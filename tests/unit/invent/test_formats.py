"""What agencies send is read here with plain readers, against the published shapes."""

import re
import xml.etree.ElementTree as ET

import pytest

from plait.decided import Agency, Agreement, Asset, Partnership, Return
from plait.declare.datasets import DataSet
from plait.declare.load import CORE, _read
from plait.declare.maps import FileMap

# Elements of the census in the order of the schema, and whether each may come again.
ORDER = {
    "Message": "Header Children",
    "Header": "CollectionDetails Source",
    "CollectionDetails": "Collection Year ReferenceDate",
    "Source": "SourceLevel LEA SoftwareCode Release SerialNo DateTime",
    "Children": "Child*",
    "Child": "ChildIdentifiers ChildCharacteristics CINdetails*",
    "ChildIdentifiers": "LAchildID UPN UPNunknown PersonBirthDate {sex}",
    "ChildCharacteristics": "Ethnicity Disabilities",
    "Disabilities": "Disability*",
    "CINdetails": "CINreferralDate ReferralSource PrimaryNeedCode CINclosureDate ReasonForClosure Assessments* CINPlanDates "
    "Section47 ReferralNFA ChildProtectionPlans",
    "Assessments": "AssessmentActualStartDate AssessmentAuthorisationDate FactorsIdentifiedAtAssessment",
    "FactorsIdentifiedAtAssessment": "AssessmentFactors*",
    "CINPlanDates": "CINPlanStartDate CINPlanEndDate",
    "Section47": "S47ActualStartDate DateOfInitialCPC ICPCnotRequired",
    "ChildProtectionPlans": "CPPstartDate CPPendDate InitialCategoryOfAbuse LatestCategoryOfAbuse NumberOfPreviousCPP Reviews",
    "Reviews": "CPPreviewDate*",
}
REQUIRED = {
    "ChildIdentifiers": {"LAchildID"},
    "CINdetails": {"CINreferralDate", "ReferralSource", "ReferralNFA"},
    "Assessments": {"AssessmentActualStartDate"},
    "Section47": {"S47ActualStartDate", "ICPCnotRequired"},
    "ChildProtectionPlans": {"CPPstartDate", "InitialCategoryOfAbuse", "LatestCategoryOfAbuse", "NumberOfPreviousCPP"},
}
SSDA903 = {
    "header": "CHILD,SEX,DOB,ETHNIC,UPN,MOTHER,MC_DOB",
    "episodes": "CHILD,DECOM,RNE,LS,CIN,PLACE,PLACE_PROVIDER,DEC,REC,REASON_PLACE_CHANGE,HOME_POST,PL_POST,URN",
    "missing": "CHILD,DOB,MISSING,MIS_START,MIS_END",
    "oc2": "CHILD,DOB,SDQ_SCORE,SDQ_REASON,CONVICTED,HEALTH_CHECK,IMMUNISATIONS,TEETH_CHECK,HEALTH_ASSESSMENT,SUBSTANCE_MISUSE,"
    "INTERVENTION_RECEIVED,INTERVENTION_OFFERED",
    "oc3": "CHILD,DOB,IN_TOUCH,ACTIV,ACCOM",
    "reviews": "CHILD,DOB,REVIEW,REVIEW_CODE",
    "uasc": "CHILD,SEX,DOB,DUC",
    "prev_perm": "CHILD,DOB,PREV_PERM,LA_PERM,DATE_PERM",
    "social_worker": "CHILD,DOB,SW_ID,SW_DECOM,SW_DEC,SW_REASON",
}


def in_order(element: ET.Element, sex: str) -> None:
    allowed = [word.rstrip("*") for word in ORDER[element.tag].format(sex=sex).split()]
    names = [child.tag for child in element]
    assert set(names) <= set(allowed), element.tag
    assert names == sorted(names, key=allowed.index), element.tag
    many = {word[:-1] for word in ORDER[element.tag].split() if word.endswith("*")}
    assert all(names.count(name) == 1 for name in set(names) - many), element.tag
    assert REQUIRED.get(element.tag, set()) <= set(names)
    assert not element.attrib
    for child in element:
        if child.tag in ORDER:
            in_order(child, sex)


@pytest.mark.parametrize(("year", "period", "sex"), [(2024, "2023-24", "GenderCurrent"), (2025, "2024-25", "Sex")])
def test_the_census_follows_the_years_schema(folder, year, period, sex):
    root = ET.parse(folder.root / f"returns/council/{period}/CIN_Census_{year}.xml").getroot()
    in_order(root, sex)
    assert root.findtext("Header/CollectionDetails/ReferenceDate") == f"{year}-03-31"
    assert root.findtext("Header/Source/LEA") == "990"
    assert {e.text for e in root.iter(sex)} <= ({"1", "2"} if year == 2024 else {"M", "F"})
    ids = [e.text for e in root.iter("LAchildID")]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch("[A-Za-z0-9]{1,10}", text) for text in ids)


def test_nothing_in_a_census_is_later_than_its_year_but_planted(folder):
    root = ET.parse(folder.root / "returns/council/2023-24/CIN_Census_2024.xml").getroot()
    late = [
        e.tag
        for e in root.find("Children").iter()
        if re.fullmatch(r"\d{4}-\d\d-\d\d", e.text or "") and e.text > "2024-03-31"
    ]
    planted = [f for f in folder.true("faults") if f["period"] == "2023-24" and f["kind"] == "after-the-year"]
    assert late == ["CINreferralDate"] * len(planted)


@pytest.mark.parametrize("period", ["2023-24", "2024-25"])
def test_looked_after_tables_have_the_published_headings(folder, period):
    parts = folder.root / "returns/council" / period / "ssda903"
    assert {path.stem for path in parts.iterdir()} == set(SSDA903)
    for name, headings in SSDA903.items():
        assert (parts / f"{name}.csv").read_text(encoding="utf-8").splitlines()[0] == headings


def test_annex_a_has_a_title_then_headings_in_each_list(folder):
    path = "returns/council/2024-25/Annex_A.xlsx"
    contacts = folder.workbook(path, "List_1", top=2)
    assert list(contacts[0]) == [
        "Child Unique ID", "Gender", "Ethnicity", "Date of Birth", "Age of Child (Years)", "Date of Contact", "Contact Source",
    ]  # fmt: skip
    assert folder.workbook(path, "List_8", top=2)
    assert folder.workbook(path, "List_1")[0]["List 1: Contacts"] == "Child Unique ID"


def rows_of(folder, entry, file_map):
    path = f"returns/{entry['path']}"
    return folder.workbook(path, file_map.sheet, file_map.heading_row) if path.endswith(".xlsx") else folder.csv(path)


def maps(folder):
    return {
        path.stem: FileMap.model_validate(folder.yaml(f"maps/{path.name}")) for path in (folder.root / "maps").iterdir()
    }


def test_each_map_knows_every_heading_of_its_files_and_no_other(folder):
    known = maps(folder)
    entries = [entry for entry in folder.yaml("returns/returns.yaml") if "map" in entry]
    assert {entry["map"] for entry in entries} == set(known)
    for entry in entries:
        file_map = known[entry["map"]]
        rows = rows_of(folder, entry, file_map)
        assert not rows or set(rows[0]) == {c.heading for c in file_map.columns} | set(file_map.ignored)


def test_a_map_has_a_word_for_everything_but_what_was_planted(folder):
    known = maps(folder)
    planted = {(f["file"], f["column"]) for f in folder.true("faults") if f["kind"].startswith("unknown")}
    for entry in folder.yaml("returns/returns.yaml"):
        if "map" in entry:
            for column in known[entry["map"]].columns:
                cells = [row[column.heading] for row in rows_of(folder, entry, known[entry["map"]])]
                said = {word for cell in cells for word in str(cell).split(column.parted_by) if word}
                if column.codes and (entry["path"].split("/")[-1], column.heading) not in planted:
                    assert said <= set(column.codes), (entry["path"], column.heading)


def test_every_code_a_map_leads_to_is_in_its_list(folder):
    for file_map in maps(folder).values():
        dataset = DataSet.model_validate(_read(CORE / "datasets" / f"{file_map.dataset}.yaml"))
        for column in file_map.columns:
            if column.codes:
                path = CORE / "codelists" / f"{dataset.column(column.column).codes}.csv"
                listed = {line.split(",")[0] for line in path.read_text(encoding="utf-8").splitlines()}
                assert set(column.codes.values()) <= listed, (file_map.id, column.column)


def test_the_folder_says_what_decided_types_ask_for(folder):
    raw = folder.yaml("partnership.yaml")
    assert raw.pop("pack") == "core"
    agreements = tuple(
        Agreement.model_validate(folder.yaml(f"agreements/{p.name}")) for p in (folder.root / "agreements").iterdir()
    )
    returns = tuple(Return.model_validate(entry) for entry in folder.yaml("returns/returns.yaml"))
    assets = tuple(asset(row) for row in folder.csv("data_map.csv"))
    made = Partnership.model_validate(
        {**raw, "agreements": agreements, "returns": returns, "assets": assets, "pack_digest": "x"}
    )
    assert made.invented
    assert {a.id for a in made.agencies} >= {a.agency for a in assets} | {r.agency for r in returns}
    assert {a.kind for a in made.agencies if isinstance(a, Agency)} >= {
        "council",
        "police",
        "health",
        "youth_justice",
        "education",
        "voluntary",
    }
    assert all((folder.root / "returns" / r.path).exists() for r in returns)


def asset(row: dict[str, str]) -> Asset:
    parts = {name: tuple(row[name].split(";")) for name in ("columns", "types") if row[name]}
    return Asset.model_validate({**{name: cell for name, cell in row.items() if cell}, **parts})


def test_one_agreement_has_run_out_and_one_is_not_signed_by_all(folder):
    agreements = [
        Agreement.model_validate(folder.yaml(f"agreements/{p.name}")) for p in (folder.root / "agreements").iterdir()
    ]
    received = max(Return.model_validate(entry).received_on for entry in folder.yaml("returns/returns.yaml"))
    lacking = {(a.id, party) for a in agreements for party in a.parties if not a.in_force(party, received)}
    assert lacking == {("voluntary-counts", "council"), ("voluntary-counts", "voluntary"), ("housing-moves", "housing")}


def test_the_voluntary_project_sends_counts_and_hides_small_ones(folder):
    rows = folder.csv("returns/voluntary/2024-25/counts.csv")
    planted = [f for f in folder.true("faults") if f["agency"] == "voluntary"]
    figures = [row["Figure"] for row in rows]
    assert figures.count("tbc") == len([f for f in planted if f["period"] == "2024-25"])
    assert "<5" in figures
    assert not {"1", "2", "3", "4"} & set(figures)
