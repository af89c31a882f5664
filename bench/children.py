"""Invented children as several agencies write them down, with the truth, for training and timing linkage.

Nothing here is about a real child. Families share homes and surnames, one birth in sixty is of twins, people move and change
names, and each agency makes its own kinds of slip: typing, sound, short forms, swapped fields and dates, gaps.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, timedelta
from importlib.resources import files
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from plait.identifiers import is_nhs_number, upn_letter
from plait.pseudonymise import Key
from plait.pseudonymise.key import keyed

KEY = Key("bench", b"not a secret: for bench and tests")
GIVEN = {
    "white": """Oliver George Harry Noah Jack Charlie Jacob Alfie Freddie Oscar Archie Leo Thomas Joshua William James Henry
        Daniel Samuel Joseph Max Edward Alexander Benjamin Lucas Mason Ethan Finley Logan Isaac Dylan Ryan Liam Connor Callum
        Kieran Jake Luke Adam Nathan Matthew Christopher Michael David Robert Stephen Tyler Cameron Jamie Bradley Kyle Olivia
        Amelia Isla Ava Emily Isabella Mia Poppy Ella Lily Jessica Sophie Grace Evie Sophia Chloe Charlotte Ruby Daisy Alice
        Freya Phoebe Florence Evelyn Sienna Isabelle Eleanor Elizabeth Megan Hannah Lucy Holly Abigail Katie Bethany Lauren
        Rebecca Courtney Shannon Georgia Caitlin Samantha Victoria Nicole Paige Molly Zoe Niamh Jade Leah Amy Erin Summer""",
    "asian": """Mohammed Muhammad Ahmed Ali Hassan Hussain Ibrahim Yusuf Omar Hamza Bilal Zain Abdullah Abdul-Rahman Ismail
        Imran Haroon Usman Adeel Faisal Aisha Fatima Zainab Maryam Khadija Amina Hafsa Safiya Sumaya Noor Iman Halima Yasmin
        Arjun Rohan Aarav Dev Harpreet Jaspreet Gurpreet Manpreet Priya Anjali Simran Kiran Navdeep Ravi Anil""",
    "black": """Kwame Kofi Ama Abena Chidi Ngozi Emeka Ifeoma Tunde Yemi Femi Ade Temitope Oluwaseun Blessing Precious
        Emmanuel Samuel Daniel Joshua Elijah Malachi Tyrese Jermaine Shanice Aaliyah Destiny Imani Abdi Abdirahman Hodan Amina
        Ayaan Fadumo Ismail Mohamed Grace Faith Joy Esther Ruth Naomi""",
    "east_european": """Jakub Szymon Kacper Filip Antoni Mateusz Piotr Michal Zuzanna Julia Maja Hanna Oliwia Katarzyna
        Aleksandra Wiktoria Natalia Andrei Ionut Maria Elena Alexandru Stefan Ivan Nikola Viktoria Zoë Łukasz""",
}  # fmt: skip
FAMILY = {
    "white": """Smith Jones Taylor Brown Williams Wilson Johnson Davies Robinson Wright Thompson Evans Walker White Roberts
        Green Hall Wood Jackson Clarke Harris Lewis Cooper Ward Turner Martin Hill Morris Moore Clark Lee King Baker Harrison
        Morgan Allen James Scott Phillips Watson Davis Parker Price Bennett Young Griffiths Mitchell Kelly Cook Carter O'Brien
        O'Connor McDonald MacKenzie Fitzgerald Hughes Edwards Murphy Stevens Shaw Ellis Marshall Foster Gray Mills Webb""",
    "asian": """Khan Ahmed Hussain Ali Begum Akhtar Miah Malik Chowdhury Shah Iqbal Mahmood Rahman Uddin Islam Mirza Qureshi
        Bibi Patel Singh Kaur Sharma Gill Dhillon Sandhu Sidhu Bhatti Gupta Mistry Desai""",
    "black": """Mensah Owusu Boateng Okafor Okonkwo Adeyemi Adebayo Balogun Williams Campbell Brown Francis Grant Hassan Ahmed
        Ali Mohamed Abdi Warsame Osman Farah Nyarko Asante Eze Clarke""",
    "east_european": """Nowak Kowalski Wisniewski Wojcik Kaminski Lewandowski Zielinski Szymanski Popescu Ionescu Popa Petrov
        Ivanov Dimitrov Kowalczyk""",
}
_STARTS = "b br c ch cr d f g gr h k l m n p pr r s sh st t th tr w"
_ENDS = "ley ton ham ford well ridge man ing er son by wick shaw den more"
GROUPS = {"white": ("WBRI", 0.72), "asian": ("APKN", 0.13), "black": ("BAFR", 0.09), "east_european": ("WOTH", 0.06)}
_KEYS = dict(zip("qwertyuiopasdfghjklzxcvbnm", "wertyuiopqsdfghjklaxcvbnmz", strict=True))  # the key to the right


@dataclass(frozen=True)
class Habits:
    """How an agency writes children down: the share of records with each gap or slip."""

    nhs: float
    upn: float
    postcode: float = 0.95
    born: float = 0.985
    typo: float = 0.03
    short: float = 0.05
    swap: float = 0.006
    date_slip: float = 0.012
    old_home: float = 0.12


HABITS = (
    Habits(nhs=0.55, upn=0.9),
    Habits(nhs=0.0, upn=0.0, typo=0.06, short=0.09, date_slip=0.03, old_home=0.2, postcode=0.88, born=0.96),
    Habits(nhs=0.97, upn=0.0, typo=0.02, short=0.02, old_home=0.15),
    Habits(nhs=0.3, upn=0.5, typo=0.04, short=0.1),
    Habits(nhs=0.0, upn=0.98, typo=0.02, date_slip=0.005, old_home=0.1),
    Habits(nhs=0.0, upn=0.0, typo=0.08, short=0.2, postcode=0.7, born=0.9),
)


@dataclass
class Child:
    number: int
    group: str
    given: str
    family: str
    old_family: str
    born: date
    sex: str
    home: str
    old_home: str
    nhs: str
    upn: str
    middle: str = ""


@dataclass
class Population:
    children: list[Child]
    rng: random.Random = field(repr=False)


def tail(rng: random.Random, count: int, parts: int = 2) -> list[str]:
    """Made-up surnames, for the long tail that real lists have."""
    names = {
        "".join(
            rng.choice(_STARTS.split()) + rng.choice("aeiou") + rng.choice(["", "l", "n", "r", "s"])
            for _ in range(parts - 1)
        )
        + rng.choice(_ENDS.split())
        for _ in range(count * 2)
    }
    return [name.capitalize() for name in sorted(names)[:count]]


def population(size: int, seed: int, sectors: int = 40) -> Population:
    """So many children in families, whose homes lie in so many postcode sectors: fewer make more chance agreements."""
    rng = random.Random(seed)
    lists = {
        g: (GIVEN[g].split(), FAMILY[g].split() + tail(rng, 40 + size // 8 if g == "white" else 30 + size // 60))
        for g in GROUPS
    }
    weights = {g: [1 / (i + 4) ** 0.8 for i in range(len(lists[g][1]))] for g in GROUPS}
    places = [_sector(rng) for _ in range(sectors)]
    postcodes = [rng.choice(places) + _unit(rng) for _ in range(max(60, size // 3))]
    children: list[Child] = []
    while len(children) < size:
        group = rng.choices(list(GROUPS), [w for _, w in GROUPS.values()])[0]
        family = rng.choices(lists[group][1], weights[group])[0]
        if rng.random() < 0.05:
            family += rng.choice("- ") + rng.choices(lists[group][1], weights[group])[0]
        home, old = rng.choice(postcodes), rng.choice(postcodes)
        born = date(2005, 1, 1) + timedelta(rng.randrange(6500))
        used: set[str] = set()
        for _ in range(rng.choices((1, 2, 3, 4), (45, 35, 14, 6))[0]):
            given = rng.choice([n for n in lists[group][0] if n not in used])
            if used and rng.random() < 0.04:  # a sister of Freya's may be Freya-Rose, and brothers Mohammed both
                given = rng.choice(sorted(used)) + rng.choice("- ") + given
            used.add(given)
            middle = rng.choice(lists[group][0]) if rng.random() < (0.6 if given.startswith("M") else 0.2) else ""
            renamed = rng.choices(lists[group][1], weights[group])[0] if rng.random() < 0.05 else family
            children.append(
                Child(
                    len(children),
                    group,
                    given,
                    renamed,
                    family,
                    born,
                    rng.choice("MF"),
                    home,
                    old,
                    _nhs(rng),
                    _upn(rng),
                    middle,
                )
            )
            if rng.random() > 0.03:  # else a twin
                born = born + timedelta(rng.randrange(330, 1500))
    return Population(children[:size], rng)


def returns(people: Population, shares: list[float], seed: int) -> list[list[dict[str, object]]]:
    """Each agency's people rows. A child known to one agency is likelier to be known to others."""
    rng = random.Random(seed)
    reach = [rng.betavariate(0.5, 1.2) * 2.4 for _ in people.children]
    sent = []
    for agency, share in enumerate(shares):
        habits = HABITS[agency % len(HABITS)]
        known = [c for c, r in zip(people.children, reach, strict=True) if rng.random() < share * r]
        sent.append([_written(rng, child, habits, agency) for child in known])
    return sent


def _written(rng: random.Random, child: Child, habits: Habits, agency: int) -> dict[str, object]:
    given, family, born = child.given, child.family, child.born
    if rng.random() < 0.3:
        family = child.old_family
    if rng.random() < habits.short:
        given = _other_form(rng, given)
    if child.middle and rng.random() < 0.4:
        given = f"{given} {child.middle}"
    if ("-" in family or " " in family) and rng.random() < 0.3:
        family = rng.choice(family.replace("-", " ").split())
    given, family = (_slip(rng, n) if rng.random() < habits.typo else n for n in (given, family))
    if rng.random() < 0.004:
        given = rng.choice(["Baby", given[0], "Unknown"])
    if rng.random() < habits.swap:
        given, family = family, given
    if rng.random() < habits.date_slip:
        born = _other_day(rng, born)
    home = child.old_home if rng.random() < habits.old_home else child.home
    if rng.random() < 0.015:
        home = home[:-1] + rng.choice("ABDEFGH")
    return {
        "person": f"{agency}-{child.number}", "given_name": given, "family_name": family,
        "date_of_birth": born if rng.random() < habits.born else None,
        "sex": child.sex if rng.random() > 0.01 else rng.choice("MFU"), "ethnicity": GROUPS[child.group][0],
        "postcode": home if rng.random() < habits.postcode else None,
        "nhs_number": (child.nhs if rng.random() > 0.004 else _nhs(rng)) if rng.random() < habits.nhs else None,
        "upn": (child.upn if rng.random() > 0.01 else _upn(rng)) if rng.random() < habits.upn else None,
    }  # fmt: skip


def write_people(pack, rows: list[dict[str, object]], path: Path) -> Path:
    """A people table as `validate` leaves it."""
    kinds = {"date": pa.date32(), "codes": pa.list_(pa.string())}
    columns = pack.dataset("people").columns
    table = {c.id: pa.array([row.get(c.id) for row in rows], kinds.get(c.type, pa.string())) for c in columns}
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.table(table | {"_row": pa.array(range(2, len(rows) + 2), pa.int64())}), path)
    return path


def truth(agency: str, rows: list[dict[str, object]], key: Key = KEY) -> dict[int, int]:
    """Coded reference to the child it stands for."""
    references = [str(row["person"]) for row in rows]
    codes = keyed(key.derive(f"reference|{agency}|person"), references).tolist()
    return {code: int(ref.split("-")[1]) for code, ref in zip(codes, references, strict=True)}


def _other_form(rng: random.Random, name: str) -> str:
    plain = name.lower()
    lines = [
        line.split(",")
        for line in files("plait.pseudonymise").joinpath("names.csv").read_text(encoding="utf-8").splitlines()
    ]
    alike = [r[2] for r in lines if r[1] == plain] + [r[1] for r in lines if r[2] == plain]
    return rng.choice(alike).capitalize() if alike else name


def _slip(rng: random.Random, name: str) -> str:
    if len(name) < 3:
        return name
    at = rng.randrange(1, len(name) - 1)
    kind = rng.randrange(5)
    if kind == 0:
        return name[:at] + name[at + 1 :]
    if kind == 1:
        return name[:at] + name[at] + name[at:]
    if kind == 2:
        return name[:at] + name[at + 1] + name[at] + name[at + 2 :]
    if kind == 3:
        return name[:at] + _KEYS.get(name[at], "e") + name[at + 1 :]
    for old, new in (("ph", "f"), ("ie", "ei"), ("y", "i"), ("c", "k"), ("ee", "i"), ("ai", "ay")):
        if old in name:
            return name.replace(old, new, 1)
    return name + "e"


def _other_day(rng: random.Random, day: date) -> date:
    kind = rng.randrange(4)
    if kind == 0 and day.day <= 12:
        return date(day.year, day.day, day.month)
    if kind == 1:
        return date(day.year + rng.choice((-1, 1)), day.month, min(day.day, 28))
    if kind == 2:
        return date(day.year, rng.randrange(1, 13), min(day.day, 28))
    return date(day.year, day.month, rng.randrange(1, 29))


def _sector(rng: random.Random) -> str:
    return f"{rng.choice(['HR', 'NN', 'CW', 'CH', 'LS', 'BD'])}{rng.randrange(1, 20)} {rng.randrange(10)}"


def _unit(rng: random.Random) -> str:
    letters = "ABDEFGHJLNPQRSTUWXYZ"
    return rng.choice(letters) + rng.choice(letters)


def _nhs(rng: random.Random) -> str:
    while True:
        nine = "".join(str(rng.randrange(10)) for _ in range(9))
        check = 11 - sum(int(d) * (10 - i) for i, d in enumerate(nine)) % 11
        number = nine + str(0 if check == 11 else check)
        if check != 10 and is_nhs_number(number):
            return number


def _upn(rng: random.Random) -> str:
    middle = "990" + "".join(str(rng.randrange(10)) for _ in range(9))
    return upn_letter(middle) + middle
