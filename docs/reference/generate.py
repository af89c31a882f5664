"""Write the reference pages and JSON Schemas from the core pack, so that they cannot say anything else.

Run `python docs/reference/generate.py` after changing the pack or its types; `--check` exits 1 when a page is out of date.
"""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from click import Command, Group
from click.testing import CliRunner

from plait.cli import main as cli
from plait.declare import (
    AgreementTerms,
    CodeList,
    DataSet,
    Definition,
    Disclosure,
    Indicator,
    LanguageGuide,
    MaturityModel,
    Pack,
    Question,
    load_pack,
)
from plait.declare.needed import needed
from plait.declare.schema import schemas
from plait.validate import finding_codes
from plait_web.release import states as releases
from plait_web.roles import MAY, OF_AN_AGENCY, Permission, Role
from plait_web.steps import table as steps_table
from plait_web.words import states as passages

HERE = Path(__file__).parent
OTHER_FINDINGS = HERE / "other_findings.csv"


def pages(pack: Pack) -> dict[str, str]:
    """File name to text, of every page and schema."""
    made = {}
    for name, title, intro, field, write in _CONTENTS:
        items = [write(item, pack) for _, item in sorted(getattr(pack, field).items())]
        made[f"{name}.md"] = _page(pack, title, intro, items)
    made["commands.md"] = _commands()
    made["findings.md"] = _findings(pack)
    made["roles.md"] = _roles()
    made["releases.md"] = _releases()
    for name, schema in schemas().items():
        made[f"schema/{name}.json"] = json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
    return made


def _commands() -> str:
    """Every command's own help, as the terminal shows it."""
    runner = CliRunner()
    parts = ["# Commands\n\nWhat each command says of itself with `--help`.\n"]
    for name in sorted(cli.commands):
        for words in _with_parts(name, cli.commands[name]):
            said = runner.invoke(cli, [*words, "--help"], terminal_width=100, prog_name="plait").output
            parts.append(f"## plait {' '.join(words)}\n\n```\n{said.rstrip()}\n```\n")
    return "\n".join(parts)


def _with_parts(name: str, command: Command) -> Iterable[list[str]]:
    yield [name]
    if isinstance(command, Group):
        yield from ([name, part] for part in sorted(command.commands))


_ROLES = """# Roles

A person may hold several roles. These are held for one agency each: {agency}. An agency's exact data and findings are seen
only by its own contributors; everybody else sees protected figures, states and counts. A deputy named on a role may do no more.

Made from `src/plait_web/roles.py` by `docs/reference/generate.py`; do not edit.

{table}
"""


def _roles() -> str:
    """What each role may do in the web application, as the table in the code has it."""
    columns = ["What", *(role.label for role in Role)]
    agency = ", ".join(sorted(role.label for role in OF_AN_AGENCY))
    return _ROLES.format(agency=agency, table=_table(columns, [_who_may(permission) for permission in Permission]))


_RELEASES = """# Releases and words

What leaves the partnership is asked for, checked by two people who do not see one another's words, agreed to by every agency
whose records are in it, and published. Words pass a gate and are signed by somebody other than who wrote them down.

Made from `src/plait_web/release/states.py` and `src/plait_web/words/states.py` by `docs/reference/generate.py`; do not edit.

## A release

{release}

## Reasons to refuse one

{reasons}

## Words

{words}
"""


def _releases() -> str:
    """Every step of a release and of words, as the tables that drive them have it."""
    columns = ("What happens", "From", "To", "By")
    return _RELEASES.format(
        release=_table(columns, steps_table(releases.STEPS.values(), releases.State)),
        reasons=_table(("Reason", "What is wrong"), [(f"`{one.value}`", one.label) for one in releases.Reason]),
        words=_table(columns, steps_table(passages.STEPS.values(), passages.State)),
    )


def _who_may(permission: Permission) -> list[str]:
    return [permission.label, *("yes" if permission in MAY[role] else "" for role in Role)]


def _findings(pack: Pack) -> str:
    """The code of every finding that can be made of a return, what it means and what makes it."""
    checking = [(code, "checking", words) for code, words in finding_codes(pack).items()]
    rows = [(f"`{code}`", by, words) for code, by, words in sorted([*checking, *_other_findings()])]
    intro = "# Findings\n\nWhat may be said of a return when it is read, checked, held to agreements, coded and kept. "
    intro += "The words are the general ones: a finding says where, and what to do. No finding repeats what a cell holds.\n\n"
    return intro + _table(["code", "made by", "problem"], rows) + "\n"


def _other_findings() -> Iterable[tuple[str, str, str]]:
    """Those that are not checks; `tests/shape/test_findings.py` holds the list to the code."""
    with OTHER_FINDINGS.open(encoding="utf-8", newline="") as handle:
        for row in csv.DictReader(handle):
            yield row["code"], row["made_by"], row["problem"]


def main(arguments: Sequence[str]) -> int:
    """0 when every page is up to date or has been written; 1 when `--check` finds one that is not."""
    made = pages(load_pack())
    stale = [name for name, text in made.items() if _on_disk(name) != text]
    for name in stale:
        if "--check" in arguments:
            print(f"docs/reference/{name} is out of date. Run: python docs/reference/generate.py")
        else:
            (HERE / name).parent.mkdir(exist_ok=True)
            (HERE / name).write_text(made[name], encoding="utf-8")
    return 1 if stale and "--check" in arguments else 0


def _on_disk(name: str) -> str | None:
    return (HERE / name).read_text(encoding="utf-8") if (HERE / name).is_file() else None


def _page(pack: Pack, title: str, intro: str, items: Iterable[str]) -> str:
    note = f"Made from {pack.cover.title.lower()} {pack.cover.version} by `docs/reference/generate.py`; do not edit."
    return "\n\n".join([f"# {title}", intro, note, *items]) + "\n"


def _table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [headings, ["---"] * len(headings), *rows]
    return "\n".join(f"| {' | '.join(_cell(cell) for cell in line)} |" for line in lines)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def _facts(facts: Mapping[str, str]) -> str:
    return "\n".join(f"- {name}: {_cell(text)}" for name, text in facts.items() if text)


def _standing(item: Any) -> dict[str, str]:
    retired = str(item.retired) if item.retired else ""
    return {"Source": item.source, "Owner": item.owner, "Since": str(item.since), "Retired": retired}


def _heading(item: Any) -> str:
    return f"## {item.title} (`{item.id}`)"


def _listed(values: Iterable[str]) -> str:
    return ", ".join(f"`{value}`" for value in values)


def _words(name: str) -> str:
    return name.replace("_", " ")


def _dataset(dataset: DataSet, pack: Pack) -> str:
    columns = [
        (c.title, f"`{c.id}`", c.type, f"`{c.codes}`" if c.codes else "", "yes" if c.required else "", c.privacy,
         c.after_coding, c.meaning)
        for c in dataset.columns
    ]  # fmt: skip
    checks = [(f"`{c.code}`", c.problem, c.remedy, c.severity, c.source) for c in dataset.checks]
    holds = [(f"`{h.format}`", f"`{h.column}`", _listed(h.codes)) for h in dataset.holds]
    parts = [
        _heading(dataset),
        f"One row is {dataset.row}.",
        dataset.guidance,
        _facts({"Tier": dataset.tier, **_standing(dataset)}),
        _table(("Heading", "Id", "Type", "List", "Needed", "Privacy", "After coding", "Meaning"), columns),
        _table(("Check", "Problem", "Remedy", "Severity", "Source"), checks) if checks else "",
        "Some formats of file can hold only these codes. None of another is not held, never nought." if holds else "",
        _table(("Format", "Column", "Codes"), holds) if holds else "",
    ]
    return "\n\n".join(part for part in parts if part)


def _codelist(codes: CodeList, pack: Pack) -> str:
    rows = [
        (f"`{c.code}`", c.label, _years(c.since, c.until), c.group_label or c.group, ", ".join(c.sets), c.note)
        for c in codes.codes
    ]
    missing = _listed(codes.missing)
    table = _table(("Code", "Meaning", "Years", "Group", "Sets", "Note"), rows)
    return "\n\n".join([_heading(codes), _facts({**_standing(codes), "Mean not known": missing}), table])


def _years(since: Any, until: Any) -> str:
    return " ".join([f"from {since}"] * bool(since) + [f"until {until}"] * bool(until))


def _indicator(indicator: Indicator, pack: Pack) -> str:
    resting = "; ".join(f"{name}: {_listed(sorted(columns))}" for name, columns in sorted(needed(indicator).items()))
    age = f"{indicator.age.low} to {indicator.age.high} at {_words(indicator.age.at)}" if indicator.age else ""
    facts = {
        "Domain": _words(indicator.domain),
        "Unit": indicator.unit,
        "Kind": _words(indicator.measure.kind),
        "Rests on": resting,
        "Age": age,
        "Residence": indicator.residence,
        "Breakdowns": ", ".join(_words(name) for name in indicator.breakdowns),
        "Frequency": _words(indicator.frequency),
        "Suppliers": ", ".join(_words(name) for name in indicator.suppliers),
        "Stage": indicator.stage,
        "Period": indicator.period_rule,
        "Counting": indicator.counting_rule,
        "Evidence": indicator.evidence,
        "Can say": indicator.can_say,
        "Cannot say": indicator.cannot_say,
        "Questions": _listed(indicator.questions),
        "Definitions": _listed(indicator.definitions),
        "Breaks": "; ".join(f"{b.on}: {b.why}" for b in indicator.breaks),
        "Disclosure": f"`{indicator.zone_rule}`" if indicator.zone_rule else "the rule in force",
        **_standing(indicator),
    }
    return "\n\n".join([_heading(indicator), indicator.why, _facts(facts)])


def _question(question: Question, pack: Pack) -> str:
    answering = [i.id for i in pack.indicators.values() if question.id in i.questions]
    facts = {
        "Domain": _words(question.domain),
        "Theme": question.theme,
        "How": question.how,
        "Why": question.why,
        "Decides": question.decides,
        "Never by data": question.never_by_data,
        "Review": _words(question.review),
        "Indicators": _listed(answering),
        **_standing(question),
    }
    return "\n\n".join([_heading(question), question.what, _facts(facts)])


def _definition(definition: Definition, pack: Pack) -> str:
    facts = {
        "Scope": definition.scope,
        "Statutory": "yes" if definition.statutory else "",
        "Is": " ".join(definition.examples_in),
        "Is not": " ".join(definition.examples_out),
        "See": _listed(definition.see),
        **_standing(definition),
    }
    return "\n\n".join([_heading(definition), _cell(definition.text), _facts(facts)])


def _disclosure(rule: Disclosure, pack: Pack) -> str:
    zones = [
        (zone, f"1 to {r.hide_below - 1}" if r.hide_below > 1 else "none", "yes" if r.hide_zero else "no",
         str(r.round_to), "yes" if r.secondary else "no", str(r.minimum_denominator or "none"),
         "yes" if r.group_disclosure else "no", str(r.width))
        for zone, r in (("partnership", rule.partnership), ("public", rule.public))
    ]  # fmt: skip
    headings = ("Zone", "Withholds counts", "Withholds zero", "Rounds to", "Withholds more where needed",
                "Smallest denominator", "Withholds none or all of a group", "Least range a reader is left")  # fmt: skip
    force = "This is the rule in force." if pack.cover.disclosure == rule.id else ""
    reader = {
        "Agencies read with their own counts in hand": "yes" if rule.reader.agencies_know_their_own else "no",
        "Somebody knows of one case": "yes" if rule.reader.knows_one_case else "no",
        "Every earlier release is remembered": "yes" if rule.reader.knows_past_releases else "no",
    }
    parts = [_heading(rule), force, _cell(rule.note), _table(headings, zones), _facts(reader | _standing(rule))]
    return "\n\n".join(part for part in parts if part)


def _agreement(terms: AgreementTerms, pack: Pack) -> str:
    covered = [
        (f"`{name}`", "every column" if "*" in columns else _listed(columns)) for name, columns in terms.columns.items()
    ]
    facts = {
        "Purpose": terms.purpose,
        "Purposes": ", ".join(terms.purposes),
        "Form": terms.form,
        "Suits": ", ".join(_words(kind) for kind in terms.partners),
        "Kept for": f"{terms.retention_years} years",
        "Review by": str(terms.review_by or ""),
        **_standing(terms),
    }
    basis = ["Lawful basis:", "\n".join(f"- {_cell(text)}" for text in terms.lawful_basis)]
    gateway = ["Gateway:", "\n".join(f"- {_cell(text)}" for text in terms.gateway)]
    table = _table(("Data set", "Covers"), covered)
    return "\n\n".join([_heading(terms), _cell(terms.why_we_may_share), _facts(facts), *basis, *gateway, table])


def _maturity(model: MaturityModel, pack: Pack) -> str:
    columns = ("Statement", *(f"{n}. {name}" for n, name in enumerate(model.level_names, 1)), "Proposed action")
    parts = []
    for heading in model.headings:
        rows = [(s.title, *s.levels, s.action) for s in heading.statements]
        parts += [f"### {heading.title}", heading.about, _table(columns, rows)]
    return "\n\n".join([_heading(model), _cell(model.about), _facts(_standing(model)), *parts])


def _guide(guide: LanguageGuide, pack: Pack) -> str:
    rows = [(" / ".join(p.say), "; ".join(p.instead), p.why) for p in guide.phrases if p.kind == "rephrase"]
    slang = [(" / ".join(p.say), "; ".join(p.instead), p.why) for p in guide.phrases if p.kind == "translate"]
    columns = ("Words", "One could write", "Why")
    parts = ["Blame and labels, to rephrase:", _table(columns, rows), "Slang, to translate:", _table(columns, slang)]
    return "\n\n".join(
        [_heading(guide), _facts(_standing(guide)), *parts, "Left as they are: " + "; ".join(guide.allowed)]
    )


# Page, title, first paragraph, field of the pack, and what writes an item of it.
_CONTENTS: tuple[tuple[str, str, str, str, Callable[[Any, Pack], str]], ...] = (
    ("datasets", "Data sets", "What an agency may send, column by column, and what is checked.", "datasets", _dataset),
    ("codelists", "Code lists", "What a coded column may hold, and in which years.", "codelists", _codelist),
    (
        "indicators",
        "Indicators",
        "What can be counted, and what a figure can and cannot say.",
        "indicators",
        _indicator,
    ),
    ("questions", "Strategic questions", "What leaders want to know.", "questions", _question),
    ("definitions", "Definitions", "What each term was agreed to mean.", "definitions", _definition),
    ("disclosure", "Disclosure rules", "What each zone may see. A supplier sees its own.", "disclosures", _disclosure),
    ("agreements", "Agreement terms", "What an agreement permits, and on what footing.", "agreements", _agreement),
    ("maturity", "Maturity self-assessment", "What an agency says of its own data work.", "maturity", _maturity),
    ("language", "Language with care", "Words to think again about, and what one could write.", "language", _guide),
)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
