"""A child's record in the census as rows of its blocks, a tuple each. The hot loop: it runs for every element."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any, NamedTuple

from plait.receive.codes import Memo
from plait.receive.xml_blocks import Element, line_of, local_name

# What is kept of each block, in the order its row is read in. What else the census holds is told to the sender.
KEPT: dict[str, tuple[str, ...]] = {
    "Child": (),
    "ChildIdentifiers": (
        "LAchildID", "UPN", "PersonBirthDate", "ExpectedPersonBirthDate", "Sex", "GenderCurrent", "PersonDeathDate",
    ),
    "ChildCharacteristics": ("Ethnicity",),
    "CINdetails": (
        "CINreferralDate", "ReferralSource", "PrimaryNeedCode", "CINclosureDate", "ReasonForClosure", "ReferralNFA",
        "DateOfInitialCPC",
    ),
    "Assessments": ("AssessmentActualStartDate", "AssessmentAuthorisationDate"),
    "CINPlanDates": ("CINPlanStartDate", "CINPlanEndDate"),
    "Section47": ("S47ActualStartDate", "DateOfInitialCPC", "ICPCnotRequired"),
    "ChildProtectionPlans": ("CPPstartDate", "CPPendDate", "LatestCategoryOfAbuse"),
}  # fmt: skip
WITHIN = {
    "Child": ("ChildIdentifiers", "ChildCharacteristics", "CINdetails"),
    "CINdetails": ("Assessments", "CINPlanDates", "Section47", "ChildProtectionPlans"),
}
# The blocks that hold a list: the element that wraps it and the element that is listed.
LISTS = {
    "ChildCharacteristics": ("Disabilities", "Disability"),
    "Assessments": ("FactorsIdentifiedAtAssessment", "AssessmentFactors"),
    "ChildProtectionPlans": ("Reviews", "CPPreviewDate"),
}
NOT_KEPT = frozenset(
    {
        "FormerUPN", "UPNunknown", "AssessmentInternalReviewDate", "InitialCPCtarget", "InitialCategoryOfAbuse",
        "NumberOfPreviousCPP", "PreProceedingsandFGDM",
    }
)  # fmt: skip
HARMS = {
    "11A": "CSE",
    "12A": "TRAFFICKING-MS",
    "13A": "EFH-OTHER",
    "24A": "CCE",
    "18B": "SYV",
    "19B": "PEER-HSB",
}

_MOST = 500  # kinds of oddity remembered
_OTHER, _WRAPPER, _LISTED, _NOT_KEPT, _BLOCK = -1, -2, -3, -4, -10

Row = tuple[Any, ...]
Texts = list[str | None]


class Seen:
    """What the file held that its tables do not, counted by kind, path and name, with the first line of each."""

    def __init__(self) -> None:
        self.counts: Counter[tuple[str, str, str]] = Counter()
        self.first: dict[tuple[str, str, str], int] = {}
        self.not_kept: set[str] = set()

    def note(self, kind: str, path: str, name: str, line: int) -> None:
        key = (kind, path, name)
        if key not in self.counts and len(self.counts) >= _MOST:
            key = (kind, path, "")  # a file whose names are its contents
        self.counts[key] += 1
        self.first.setdefault(key, line)

    def note_unknown(self, block: str, element: Element) -> None:
        """Note an element that is not known where it stands."""
        self.note("unknown", block, local_name(element.tag), line_of(element))


class _Slots(dict[str, int]):
    """Where an element goes: its place in its block's row, or what else it is there. Worked out once for each tag."""

    def __init__(self, block: str, seen: Seen) -> None:
        self._seen = seen
        wrapper, listed = LISTS.get(block, ("", ""))
        self.width = len(KEPT[block])
        self._known = {name: place for place, name in enumerate(KEPT[block])}
        self._known |= {name: _BLOCK - number for number, name in enumerate(WITHIN.get(block, ()))}
        self._known |= {wrapper: _WRAPPER, listed: _LISTED}

    def __missing__(self, tag: str) -> int:
        name = local_name(tag)
        place = self._known.get(name, _NOT_KEPT if name in NOT_KEPT else _OTHER)
        if place == _NOT_KEPT:
            self._seen.not_kept.add(name)
        if len(self) < _MOST:
            self[tag] = place
        return place


class _Episode(NamedTuple):
    """What the blocks of one episode share. `conferences` gathers the days of those its enquiries led to."""

    person: str | None
    ref: str | None
    path: str
    source: str | None
    conferences: set[str]


class Blocks:
    """The rows gathered from a run of children, one list for each kind of block."""

    def __init__(self, seen: Seen, *, disabilities: Memo, needs: Memo) -> None:
        self._seen = seen
        self._slots = {block: _Slots(block, seen) for block in KEPT}
        self._disabilities, self._needs = disabilities, needs
        self._adders: tuple[Callable[[Element, _Episode, int], None], ...] = (
            self._add_assessment,
            self._add_plan,
            self._add_enquiry,
            self._add_protection,
        )
        self.start_again()

    def start_again(self) -> None:
        self.people: list[Row] = []
        self.episodes: list[Row] = []
        self.assessments: list[Row] = []
        self.factors: list[Row] = []
        self.concerns: list[Row] = []
        self.plans: list[Row] = []
        self.enquiries: list[Row] = []
        self.conferences: list[Row] = []
        self.protection: list[Row] = []
        self.reviews: list[Row] = []

    def add_child(self, child: Element, path: str) -> None:
        """Gather one child's rows, whatever the order of its blocks."""
        slots = self._slots["Child"]
        blocks: tuple[list[Element], ...] = ([], [], [])
        for block in child:
            place = slots[block.tag]
            if place <= _BLOCK:
                blocks[_BLOCK - place].append(block)
            elif place != _NOT_KEPT:
                self._seen.note_unknown("Child", block)
        identities, natures, episodes = blocks
        texts, _ = self._read(identities, "ChildIdentifiers")
        person = "".join((texts[0] or "").split()).upper() or None
        _, upn, born, expected, sex, gender, died = texts
        (ethnicity,), disabilities = self._read(natures, "ChildCharacteristics")
        codes = self._codes(disabilities)
        dates = _first(born, expected), _first(sex, gender), died
        self.people.append((person, upn, *dates, ethnicity, codes, line_of(child), path))
        for number, block in enumerate(episodes, start=1):
            self._add_episode(block, person, number, f"{path}/CINdetails[{number}]")

    def _codes(self, texts: Texts) -> list[str]:
        memo = self._disabilities
        return list(dict.fromkeys(code for text in texts if (code := memo[text]) is not None))

    def _read(self, blocks: list[Element], kind: str) -> tuple[Texts, Texts]:
        """The texts of a block that is kept, in their places, and those of its list. Parts of one block are joined."""
        slots = self._slots[kind]
        row: Texts = [None] * slots.width
        many: Texts = []
        for block in blocks:
            for element in block:
                place = slots[element.tag]
                if place >= 0:
                    if row[place] is None:
                        row[place] = element.text
                    else:
                        self._seen.note("repeated", kind, KEPT[kind][place], line_of(element))
                elif place == _WRAPPER:
                    many += self._listed(element, kind)
                elif place == _LISTED:
                    many.append(element.text)
                elif place != _NOT_KEPT:
                    self._seen.note_unknown(kind, element)
        return row, many

    def _listed(self, wrapper: Element, kind: str) -> Texts:
        slots = self._slots[kind]
        texts: Texts = []
        for element in wrapper:
            if slots[element.tag] == _LISTED:
                texts.append(element.text)
            else:
                self._seen.note_unknown(f"{kind}/{LISTS[kind][0]}", element)
        return texts

    def _add_episode(self, block: Element, person: str | None, number: int, path: str) -> None:
        slots = self._slots["CINdetails"]
        row: Texts = [None] * slots.width
        inner: list[tuple[int, Element]] = []
        for element in block:
            place = slots[element.tag]
            if place <= _BLOCK:
                inner.append((_BLOCK - place, element))
            elif place >= 0 and row[place] is None:
                row[place] = element.text
            elif place == _OTHER:
                self._seen.note_unknown("CINdetails", element)
            elif place >= 0:
                self._seen.note("repeated", "CINdetails", KEPT["CINdetails"][place], line_of(element))
        ref, line = person and f"{person}/CIN/{number}", line_of(block)
        *kept, conference = row
        self.episodes.append((ref, ref and ref + "/R", person, *kept, line, path))
        episode = _Episode(person, ref, path, row[1], set())
        met = [0] * len(self._adders)
        for kind, element in inner:
            met[kind] = count = met[kind] + 1
            self._adders[kind](element, episode, count)
        if conference and (day := conference.strip()) and day not in episode.conferences:
            self.conferences.append((ref and ref + "/C", person, day, ref, line, path))

    def _add_assessment(self, block: Element, episode: _Episode, number: int) -> None:
        person, parent, path, source, _ = episode
        (start, end), many = self._read([block], "Assessments")
        line, path = line_of(block), f"{path}/Assessments[{number}]"
        ref = parent and f"{parent}/A/{number}"
        self.assessments.append((ref, person, start, end, parent, line, path))
        recorded, needs, harms = _first(end, start), self._needs, []
        for text in many:
            if (code := needs[text]) is not None:
                self.factors.append((person, code, recorded, ref, line, path))
                if code in HARMS:
                    harms.append(HARMS[code])
        if harms:
            kinds = list(dict.fromkeys(harms))
            self.concerns.append((ref and ref + "/H", person, recorded, kinds, source, ref, line, path))

    def _add_plan(self, block: Element, episode: _Episode, number: int) -> None:
        person, parent, path, _, _ = episode
        row, _ = self._read([block], "CINPlanDates")
        ref, path = parent and f"{parent}/P/{number}", f"{path}/CINPlanDates[{number}]"
        self.plans.append((ref, person, *row, parent, line_of(block), path))

    def _add_enquiry(self, block: Element, episode: _Episode, number: int) -> None:
        person, parent, path, _, held = episode
        (start, conference, needless), _ = self._read([block], "Section47")
        line, path = line_of(block), f"{path}/Section47[{number}]"
        ref, day = parent and f"{parent}/S/{number}", conference and conference.strip()
        self.enquiries.append((ref, person, start, day or None, needless, parent, line, path))
        if day:
            held.add(day)
            self.conferences.append((ref and ref + "/C", person, day, ref, line, path))

    def _add_protection(self, block: Element, episode: _Episode, number: int) -> None:
        person, parent, path, _, _ = episode
        row, days = self._read([block], "ChildProtectionPlans")
        line, path = line_of(block), f"{path}/ChildProtectionPlans[{number}]"
        ref = parent and f"{parent}/CP/{number}"
        self.protection.append((ref, person, *row, parent, line, path))
        held = [day for day in days if day and not day.isspace()]
        for review, day in enumerate(held, start=1):
            self.reviews.append((ref and f"{ref}/V/{review}", person, day, ref, line, path))


def _first(text: str | None, other: str | None) -> str | None:
    """The text, or the other where it is blank."""
    return text if text and not text.isspace() else other
