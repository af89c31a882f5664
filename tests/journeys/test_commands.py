"""Each command from end to end on a small invented partnership, as somebody at a terminal would use it."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
import pyarrow.parquet as pq
import pytest
import yaml
from click.testing import Result

from plait.cli import main
from plait.commands.answers import answers_text
from plait.profile import Profile
from tests.journeys.conftest import ON, PERIOD, SENT, plait_run

Plait = Callable[..., Result]
PEOPLE = "returns/council/2024-25/people.csv"
POLICE = "Wenfordshire and Ostmere Police"


def rewritten(path: Path, **changes: Any) -> None:
    path.write_text(yaml.safe_dump(yaml.safe_load(path.read_text()) | changes))


def returns_of(base: Path) -> list[dict[str, Any]]:
    return list(yaml.safe_load((base / "partnership/returns/returns.yaml").read_text()))


def list_returns(base: Path, returns: list[dict[str, Any]]) -> None:
    (base / "partnership/returns/returns.yaml").write_text(yaml.safe_dump(returns))


def kept(base: Path, kind: str) -> dict[str, int]:
    """What the store keeps of a kind, and when each was made."""
    return {p.name: p.stat().st_mtime_ns for p in (base / "partnership/store" / kind).glob("*")}


def released(base: Path, known: dict[str, int] | None = None) -> list[dict[str, Any]]:
    """The figures of the run that is not among those known."""
    (new,) = kept(base, "runs").keys() - (known or {}).keys()
    return list(pq.read_table(base / "partnership/store/runs" / new / "released.parquet").to_pylist())


def known_figures(rows: list[dict[str, Any]], agency: str) -> int:
    """How many figures rest on this agency's own data, whether they may be seen or not."""
    return sum(r["supplier"] == agency and r["state"] in ("exact", "between", "zero", "withheld") for r in rows)


@pytest.fixture
def no_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where only the figures matter, the pages are not drawn: they take most of a run's time."""

    def bare(_: Profile, into: Path) -> None:
        into.mkdir()
        for name in ("index.html", "figures.csv"):
            (into / name).write_text("")

    monkeypatch.setattr("plait.publish.publish", bare)


def test_a_demo_from_nothing(plait: Plait, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every command it suggests works. One period is enough here."""
    monkeypatch.setattr("plait.commands.demo.PERIODS", (PERIOD,))
    result = plait("demo", "--out", tmp_path / "demo", "--people", 100)
    assert result.exit_code == 0, result.output
    assert (tmp_path / "demo/profile/index.html").is_file()
    assert "Everything in it is invented." in result.output
    suggested = [line.split() for line in result.output.splitlines() if line.startswith("  plait ")]
    check = next(words for words in suggested if words[1] == "check")
    assert plait(*check[1:]).exit_code in (0, 2)
    assert plait(*next(words for words in suggested if words[1] == "answer")[1:]).exit_code == 0


def test_the_demonstration_gives_nothing_away(plait: Plait, tmp_path: Path) -> None:
    """Every figure of two years, to a reader who knows how places nest and reads the rule off the tables."""
    assert plait("demo", "--out", tmp_path / "demo", "--people", 1200).exit_code == 0
    tried = plait("attack", tmp_path / "demo/profile", "--areas", tmp_path / "demo/partnership/areas")
    assert tried.exit_code == 0, tried.output
    assert " are withheld" in tried.output


def test_a_demo_never_takes_over_another_folder(plait: Plait, tmp_path: Path) -> None:
    (tmp_path / "letters.txt").write_text("mine")
    result = plait("demo", "--out", tmp_path)
    assert result.exit_code == 6
    assert "holds something else. Choose a new or empty folder with --out." in result.output
    assert [p.name for p in tmp_path.iterdir()] == ["letters.txt"]


def test_a_second_run_does_nothing_again(copied: Path) -> None:
    before = [kept(copied, kind) for kind in ("returns", "steps", "runs")]
    assert plait_run(copied).exit_code == 0
    assert [kept(copied, kind) for kind in ("returns", "steps", "runs")] == before


@pytest.mark.usefixtures("no_pages")
def test_one_changed_return_is_read_again_and_nothing_that_does_not_rest_on_it(copied: Path) -> None:
    """The voluntary sector's counts are compared with nobody's: only its own return and the figures are made again."""
    returns, steps = kept(copied, "returns"), kept(copied, "steps")
    counts = copied / "partnership/returns/voluntary/2024-25/counts.csv"
    counts.write_text(counts.read_text() + "VC01,value,2024-25,XC01,14-17,F,,,,,,,12\n")
    assert plait_run(copied).exit_code == 0
    after = kept(copied, "returns")
    assert returns.items() <= after.items()
    assert len(after) == len(returns) + 1
    assert steps.items() <= kept(copied, "steps").items()
    assert len(kept(copied, "steps")) == len(steps) + 1, "people were linked again although nobody's record changed"


def test_a_renamed_area_is_renamed_in_the_profile(copied: Path) -> None:
    areas = copied / "partnership/areas/areas.csv"
    areas.write_text(areas.read_text().replace("Wenfordshire", "Wenfordland"))
    assert plait_run(copied).exit_code == 0
    assert "Wenfordland" in (copied / "partnership/profile/figures.csv").read_text()


@pytest.mark.parametrize("mistake", ["letters.txt", "index.html"])
def test_a_profile_never_replaces_anything_but_a_profile(copied: Path, plait: Plait, mistake: str) -> None:
    """`--out ~/Documents` must not cost anybody their documents."""
    other = copied / "documents"
    other.mkdir()
    (other / mistake).write_text("mine")
    for result in (plait_run(copied, "--out", other), plait("profile", copied / "partnership", "--out", other)):
        assert result.exit_code == 6
        assert "holds something else, which would be lost" in result.output
    assert [(p.name, p.read_text()) for p in other.iterdir()] == [(mistake, "mine")]


def test_the_profile_can_be_copied_once_there_is_one(copied: Path, plait: Plait, invented: Path) -> None:
    assert plait("profile", copied / "partnership", "--out", copied / "pack").exit_code == 0
    assert (copied / "pack/index.html").is_file()
    missing = plait("profile", invented / "partnership", "--out", copied / "none")
    assert missing.exit_code == 6
    assert "There is no profile in" in missing.output


def test_a_run_needs_its_key(copied: Path, plait: Plait) -> None:
    result = plait("run", copied / "partnership")
    assert result.exit_code == 1
    assert "plait key new FILE" in result.output


@pytest.mark.usefixtures("no_pages")
def test_a_sealed_file_in_place_of_the_raw_one_gives_the_same_figures(copied: Path, plait: Plait, whole: Path) -> None:
    base, sealed = copied / "partnership", copied / "council.plait"
    result = plait(
        "prepare", base / PEOPLE, "--agency", "council", "--period", PERIOD, "--as", "people",
        "--key", copied / "key/partnership.key", "--postcodes", base / "areas/postcodes.parquet", "--out", sealed,
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    assert "holds no name, number, postcode or date of birth" in result.output
    shutil.move(sealed, base / "returns/council/people.plait")
    (base / PEOPLE).unlink()
    listed = returns_of(copied)
    for entry in listed:
        if entry["path"].endswith("council/2024-25/people.csv"):
            entry["path"] = "council/people.plait"
            del entry["dataset"]
    list_returns(copied, listed)
    runs, returns = kept(copied, "runs"), kept(copied, "returns")
    assert plait_run(copied).exit_code == 0
    assert released(copied, runs) == released(whole)
    new = [copied / "partnership/store/returns" / name for name in kept(copied, "returns").keys() - returns.keys()]
    sent = [(folder / "tokens.parquet").read_bytes() for folder in new if (folder / "tokens.parquet").exists()]
    before = [p.read_bytes() for p in (whole / "partnership/store/returns").rglob("tokens.parquet")]
    assert sent
    assert all(tokens in before for tokens in sent)


def test_a_sealed_file_of_another_key_is_refused(copied: Path, plait: Plait) -> None:
    other, base = copied / "other.key", copied / "partnership"
    plait("key", "new", other)
    sealed = base / "returns/council/people.plait"
    plait("prepare", base / PEOPLE, "--agency", "council", "--period", PERIOD, "--key", other, "--out", sealed)
    listed = returns_of(copied)
    entry = next(e for e in listed if e["path"].endswith("council/2024-25/people.csv"))
    entry.update(path="council/people.plait", dataset=None)
    list_returns(copied, listed)
    result = plait_run(copied)
    assert result.exit_code == 2
    assert result.output.rstrip().endswith("Prepare it again with the key in force.")
    assert "prepared with another key" in result.output


def quality(monkeypatch: pytest.MonkeyPatch) -> list[Profile]:
    """Every profile that is published from now on, its pages not drawn."""
    made: list[Profile] = []

    def bare(profile: Profile, into: Path) -> None:
        made.append(profile)
        into.mkdir()
        for name in ("index.html", "figures.csv"):
            (into / name).write_text("")

    monkeypatch.setattr("plait.publish.publish", bare)
    return made


def with_mistakes(people: Path) -> None:
    """A row without a date of birth, one whose day is no day, and one that stands twice."""
    lines = people.read_text(encoding="utf-8").splitlines()
    place = lines[0].split(",").index("Date of birth")
    cells = [line.split(",") for line in lines[1:4]]
    cells[0][place], cells[1][place] = "", "next week"
    people.write_text("\n".join([*lines, *map(",".join, cells), lines[5]]) + "\n", encoding="utf-8")


def test_what_was_found_is_the_same_whether_a_file_came_raw_or_sealed(
    copied: Path, plait: Plait, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The agency's own checks travel with the sealed file, so that its quality is not hidden by coding it at home."""
    base, made = copied / "partnership", quality(monkeypatch)
    with_mistakes(base / PEOPLE)
    assert plait_run(copied).exit_code == 0
    sealed = base / "returns/council/2024-25/people.plait"
    options = (
        "--as",
        "people",
        "--key",
        copied / "key/partnership.key",
        "--postcodes",
        base / "areas/postcodes.parquet",
    )
    prepared = plait("prepare", base / PEOPLE, "--agency", "council", "--period", PERIOD, *options, "--out", sealed)
    assert prepared.exit_code == 0, prepared.output
    shutil.move(sealed, base / PEOPLE)
    assert plait_run(copied).exit_code == 0
    raw, coded = made
    found = {f.code for f in raw.findings if f.dataset == "People"}
    assert found >= {"column.unreadable", "people.no-date-of-birth", "people.postcode-without-area"}, "of each stage"
    assert coded.findings == raw.findings
    assert [replace(c, digest="") for c in coded.coverage] == [replace(c, digest="") for c in raw.coverage]


def test_one_return_that_cannot_be_read_does_not_stop_the_run(
    copied: Path, plait: Plait, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is set aside, named in the run's last lines and on the page of quality, and what it would have given is not held."""
    made, runs = quality(monkeypatch), kept(copied, "runs")
    broken = copied / "partnership/returns/police/2024-25/occurrences.csv"
    broken.write_bytes(b"%PDF-1.7 " + b"x" * 400)
    result = plait_run(copied)
    assert result.exit_code == 2
    *_, counted, said = result.output.rstrip().splitlines()
    assert counted == "1 return was set aside, and the profile is made without:"
    assert f"by {POLICE} for {PERIOD}, occurrences.csv, was set aside whole: occurrences.csv is a PDF" in said
    assert said.endswith("Send the data it was made from.")
    (line,) = [f for f in made[-1].findings if f.code == "return.set-aside"]
    assert (line.agency, line.severity, line.count) == (POLICE, "refused", "The whole return")
    assert "occurrences.csv" in line.problem
    assert known_figures(released(copied, runs), "") > 0
    assert plait_run(copied).exit_code == 2, "said again, though nothing is new"


def test_a_return_put_right_is_used_at_the_next_run(copied: Path, whole: Path) -> None:
    runs = kept(copied, "runs")
    sent = copied / "partnership/returns/police/2024-25/occurrences.csv"
    good = sent.read_bytes()
    sent.write_bytes(b"")
    assert plait_run(copied).exit_code == 2
    assert "was set aside whole" in (copied / "partnership/profile/quality.html").read_text()
    sent.write_bytes(good)
    assert plait_run(copied).exit_code == 0
    assert kept(copied, "runs").keys() >= runs.keys()
    assert "was set aside whole" not in (copied / "partnership/profile/quality.html").read_text()


def test_a_run_of_which_nothing_can_be_read_is_refused(copied: Path) -> None:
    profile = (copied / "partnership/profile/figures.csv").read_bytes()
    for path in SENT:
        (copied / "partnership/returns" / path).write_bytes(b"")
    result = plait_run(copied)
    assert result.exit_code == 4
    assert result.output.count("is empty. Export it again") == len(SENT)
    assert (copied / "partnership/profile/figures.csv").read_bytes() == profile


def test_answers_before_any_return_has_come(plait: Plait, invented: Path) -> None:
    result = plait("answer", invented / "partnership")
    assert result.exit_code == 0
    assert "Answered (0)" in result.output
    assert "Not by data (" in result.output


def test_one_question_in_full(plait: Plait, whole: Path) -> None:
    result = plait("answer", whole / "partnership", "how-many-known", "--period", PERIOD)
    assert "Partly answered." in result.output
    assert "Why it is asked:" in result.output
    assert "What would close the gaps:" in result.output


def test_a_question_that_is_not_there_gives_the_nearest(plait: Plait, whole: Path) -> None:
    result = plait("answer", whole / "partnership", "how-many-know")
    assert result.exit_code != 0
    assert "Did you mean 'how-many-known'?" in result.output


AGREEMENT = "agreements/exploitation-strategic.yaml"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"until": "2025-06-30"}, "Agreement exploitation-strategic, which covered this, ended on 30 June 2025."),
        ({"since": "2025-07-02"}, "Agreement exploitation-strategic starts on 2 July 2025."),
        ({"signed": {"council": "2024-03-01"}}, "Ostmere Police has not signed agreement exploitation-strategic"),
    ],
)
def test_why_what_was_sent_does_not_count(copied: Path, change: dict[str, Any], said: str) -> None:
    """At once: the answer does not wait for the next run."""
    rewritten(copied / "partnership" / AGREEMENT, **change)
    assert said in answers_text(copied / "partnership", "how-many-known", period=PERIOD, on=ON)


@pytest.mark.usefixtures("no_pages")
def test_when_an_agreement_is_withdrawn_the_figures_go(copied: Path, whole: Path) -> None:
    assert known_figures(released(whole), "police") > 0
    runs = kept(copied, "runs")
    rewritten(copied / "partnership" / AGREEMENT, withdrawn="2025-06-30")
    said = "Agreement exploitation-strategic was withdrawn on 30 June 2025."
    assert said in answers_text(copied / "partnership", "how-many-known", period=PERIOD, on=ON)
    assert plait_run(copied).exit_code == 0
    assert known_figures(released(copied, runs), "police") == 0
    assert said in answers_text(copied / "partnership", "how-many-known", period=PERIOD, on=ON)


@pytest.mark.usefixtures("no_pages")
def test_a_column_the_agreement_leaves_out_is_not_kept(copied: Path) -> None:
    """A pack of the partnership's own may tighten the terms: here the police share no outcome."""
    base = copied / "partnership"
    terms = base / "pack/agreements/pseudonymised_strategic.yaml"
    terms.parent.mkdir(parents=True)
    core = Path(main.callback.__globals__["plait"].__file__).parent / "packs/core"
    said = yaml.safe_load((core / "agreements/pseudonymised_strategic.yaml").read_text())
    said["columns"]["events"].remove("outcome")
    terms.write_text(yaml.safe_dump(said, allow_unicode=True))
    cover = yaml.safe_load((core / "pack.yaml").read_text()) | {"id": "wenford", "extends": "core", "version": "1"}
    (base / "pack/pack.yaml").write_text(yaml.safe_dump(cover, allow_unicode=True))
    rewritten(base / "partnership.yaml", pack="wenford")
    before = kept(copied, "returns")
    assert plait_run(copied).exit_code == 0
    new = [base / "store/returns" / name for name in kept(copied, "returns").keys() - before.keys()]
    events = [pq.read_table(folder / "events.parquet") for folder in new if (folder / "events.parquet").exists()]
    assert events
    assert all(table["outcome"].null_count == table.num_rows for table in events)
    assert any("does not cover: Outcome. They were not kept." in (f / "return.json").read_text() for f in new)


def test_an_agency_that_is_gone_is_missed_by_name(copied: Path) -> None:
    """Its lines in the data map, agreements and returns would be about nobody: the first is pointed at."""
    file = copied / "partnership/partnership.yaml"
    agencies = [a for a in yaml.safe_load(file.read_text())["agencies"] if a["id"] != "police"]
    rewritten(file, agencies=agencies)
    result = plait_run(copied)
    assert result.exit_code == 6
    assert "data_map.csv names the agency 'police', which does not exist." in result.output


@pytest.mark.usefixtures("no_pages")
def test_an_agency_that_sent_nothing_leaves_no_figures(copied: Path) -> None:
    runs = kept(copied, "runs")
    list_returns(copied, [e for e in returns_of(copied) if e["agency"] != "police"])
    assert plait_run(copied).exit_code == 0
    assert known_figures(released(copied, runs), "police") == 0


def test_a_map_drafted_then_used(plait: Plait, whole: Path, tmp_path: Path) -> None:
    source, draft = whole / "partnership/returns/police/2024-25/nominals.csv", tmp_path / "draft.yaml"
    refused = plait("check", source)
    assert refused.exit_code == 4
    assert f"plait map {source.name}" in refused.output
    drafted = plait("map", source, "--as", "people", "--out", draft)
    assert drafted.exit_code == 0, drafted.output
    assert "Read each line, correct what is wrong" in drafted.output
    checked = plait("check", source, "--map", draft)
    assert checked.exit_code in (0, 2), checked.output
    assert "people: " in checked.output


def test_what_is_wrong_with_a_map_is_said_in_words(plait: Plait, whole: Path, tmp_path: Path) -> None:
    source, wrong = whole / "partnership/returns/police/2024-25/nominals.csv", tmp_path / "wrong.yaml"
    for text in ("a: [", "", "id: mine\n", "- 1\n"):
        wrong.write_text(text)
        result = plait("check", source, "--map", wrong)
        assert result.exit_code == 3
        assert "wrong.yaml" in result.output


def test_findings_are_written_where_asked(plait: Plait, whole: Path, tmp_path: Path) -> None:
    result = plait("check", whole / "partnership" / PEOPLE, "--out", tmp_path / "findings")
    assert "Written: " in result.output
    assert (tmp_path / "findings/findings.html").is_file()
    assert (tmp_path / "findings/findings.csv").is_file()


def test_packs(plait: Plait, tmp_path: Path) -> None:
    assert "data sets" in plait("pack", "check").output
    core = Path(main.callback.__globals__["plait"].__file__).parent / "packs/core"
    assert plait("pack", "compare", core, core).output == "Nothing changed.\n"
    assert plait("pack", "check", tmp_path / "none").exit_code == 3
    result = plait("pack", "templates", "--out", tmp_path / "templates")
    assert {p.suffix for p in (tmp_path / "templates").iterdir()} == {".xlsx", ".csv"}
    assert result.exit_code == 0


def test_an_empty_template_can_be_checked(plait: Plait, tmp_path: Path) -> None:
    plait("pack", "templates", "--out", tmp_path)
    for path in sorted(tmp_path.glob("*.xlsx")):
        assert "0 rows read" in plait("check", path).output, path.name


def test_a_key_is_never_made_beside_the_data_nor_twice(plait: Plait, whole: Path, tmp_path: Path) -> None:
    inside = plait("key", "new", whole / "partnership/keys.txt")
    assert inside.exit_code == 1
    assert "must not be kept beside the data" in inside.output
    assert not (whole / "partnership/keys.txt").exists()
    assert plait("key", "new", tmp_path / "a.key").exit_code == 0
    secret = (tmp_path / "a.key").read_text()
    assert plait("key", "new", tmp_path / "a.key").exit_code == 1
    assert (tmp_path / "a.key").read_text() == secret


def test_areas_from_a_look_up(plait: Plait, tmp_path: Path) -> None:
    look_up = tmp_path / "lookup.csv"
    look_up.write_text(
        "WD24CD,WD24NM,LAD24CD,LAD24NM\nE05000001,Castle,E06000001,Wenford\nE05000002,Mill,E06000001,Wenford\n"
    )
    added = plait("areas", "add", look_up, "--to", tmp_path / "areas")
    assert "3 areas" in added.output
    shown = plait("areas", "show", tmp_path / "areas", "E06000001")
    assert "Wenford (district)" in shown.output
    assert "Holds 2 of kind ward" in shown.output
    missing = plait("areas", "show", tmp_path / "areas", "E0600001")
    assert missing.exit_code == 6
    assert "Did you mean 'E06000001'?" in missing.output


def test_every_command_has_help_with_an_example(plait: Plait) -> None:
    for name, command in main.commands.items():
        assert plait(name, "--help").exit_code == 0
        assert command.help, name
        for under, inner in getattr(command, "commands", {}).items():
            assert plait(name, under, "--help").exit_code == 0
            assert inner.help, under


def test_every_command_a_message_names_exists() -> None:
    """A remedy that cannot be typed is no remedy."""
    source = Path(main.callback.__globals__["plait"].__file__).parent
    for path in source.rglob("*.py"):
        for name, under in re.findall(r"['\"` ]plait ([a-z]+)(?: ([a-z]+))?", path.read_text(encoding="utf-8")):
            if name in ("import", "command", "key") and path.name != "cli.py":
                continue
            command = main.commands.get(name)
            assert command, f"{path}: plait {name}"
            assert not isinstance(command, click.Group) or under in command.commands, f"{path}: plait {name} {under}"
