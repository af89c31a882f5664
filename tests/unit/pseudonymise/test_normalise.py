"""What agencies write, and the forms it is matched by: a table of the rules."""

import csv
import hashlib
from importlib.resources import files

import pytest

from plait.pseudonymise import key, normalise
from plait.pseudonymise.tokens import KEYS


def given(text: str) -> set[str | None]:
    return {form.name for form in normalise.given_forms(text)}


def family(text: str) -> set[str]:
    return {form.name for form in normalise.family_forms(text)}


@pytest.mark.parametrize(
    ("written", "forms"),
    [
        ("John", {"john"}),
        ("  JOHN ", {"john"}),
        ("Mr. John", {"john"}),
        ("Zoë", {"zoe"}),
        ("Łucja", {"lucja"}),
        ("Γιώργος", {"γιωργοσ"}),
        ("D'Arcy", {"darcy"}),
        ("D’Arcy", {"darcy"}),
        ("Mary-Anne", {"maryanne", "mary"}),
        ("Mary – Anne", {"maryanne", "mary"}),
        ("Mary Anne", {"mary"}),
        ("J", {None}),
        ("D.J.", {None}),
        ("Abdul Rahman", {"abdulrahman"}),
        ("Abdel-Rahman", {"abdulrahman"}),
        ("Mohammed Hamza", {"mohammed", "hamza"}),
        ("Mohammed H", {"mohammed"}),
        ("Baby of Smith", set()),
        ("Twin 1", set()),
        ("Unknown", set()),
        ("Not known", set()),
        ("123", set()),
        ("", set()),
    ],
)
def test_given_names(written: str, forms: set[str | None]) -> None:
    assert given(written) == forms


@pytest.mark.parametrize(
    ("written", "forms"),
    [
        ("O'Brien", {"obrien"}),
        ("O Brien", {"obrien"}),
        ("OBRIEN", {"obrien"}),
        ("Smith-Jones", {"smithjones", "smith", "jones"}),
        ("Smith Jones", {"smithjones", "smith", "jones"}),
        ("van der Berg", {"vanderberg"}),
        ("Al-Hassan", {"hassan"}),
        ("St. John", {"stjohn"}),
        ("Khan Jnr", {"khan"}),
        ("Nguyễn", {"nguyen"}),
        ("Kaur Dhillon", {"kaurdhillon", "kaur", "dhillon"}),
        ("Unknown", set()),
        ("X", set()),
    ],
)
def test_family_names(written: str, forms: set[str]) -> None:
    assert family(written) == forms


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Kate", "Katherine"),
        ("Bob", "Robert"),
        ("Alex", "Alexandra"),
        ("Alex", "Alexander"),
        ("Alexander", "Alexandra"),
        ("Mohd", "Muhammad"),
        ("Yousef", "Yusuf"),
        ("Aysha", "Aisha"),
        ("Harprit", "Harpreet"),
    ],
)
def test_short_forms_and_spellings_share_a_class(one: str, other: str) -> None:
    assert normalise.nickname(one.lower()) == normalise.nickname(other.lower())


@pytest.mark.parametrize(
    ("one", "other"), [("Anna", "Hannah"), ("Alexander", "Benjamin"), ("Khalid", "Khalil"), ("Sean", "Sian")]
)
def test_different_names_keep_different_classes(one: str, other: str) -> None:
    assert normalise.nickname(one.lower()) != normalise.nickname(other.lower())


@pytest.mark.parametrize(
    ("one", "other"), [("Begum", "Begam"), ("Chowdhury", "Choudhry"), ("Hussain", "Hussein"), ("McDonald", "MacDonald")]
)
def test_spellings_of_a_family_name_sound_alike(one: str, other: str) -> None:
    assert {f.sound for f in normalise.family_forms(one)} == {f.sound for f in normalise.family_forms(other)}


@pytest.mark.parametrize(
    ("alias", "name"),
    [
        ("Ali Khan", ("Ali", "Khan")),
        ("Khan, Ali", ("Ali", "Khan")),
        ("Ana de Souza", ("Ana", "de Souza")),
        ("Ziggy", ("Ziggy", "")),
    ],
)
def test_aliases(alias: str, name: tuple[str, str]) -> None:
    assert normalise.full_name(alias) == name


def test_invalid_numbers_and_stand_in_postcodes_have_no_form() -> None:
    assert normalise.nhs_number("943 476 5919") == "9434765919"
    assert normalise.nhs_number("9434765918") is None
    assert normalise.upn("a999999999999") is None
    assert normalise.postcode("hr1 1aa") == "HR11AA"
    assert normalise.postcode("ZZ99 3VZ") is None
    assert normalise.postcode("no fixed abode") is None


def test_no_name_in_the_list_belongs_to_itself_and_no_spelling_has_two_classes() -> None:
    with files("plait.pseudonymise").joinpath("names.csv").open(encoding="utf-8") as handle:
        listed = list(csv.DictReader(handle))
    spellings = [row["name"] for row in listed if row["kind"] == "spelling"]
    assert len(spellings) == len(set(spellings))
    assert not set(spellings) & {row["class"] for row in listed if row["kind"] == "spelling"}
    assert all(row["name"] != row["class"] and row["name"].isascii() and row["name"].islower() for row in listed)


def test_a_change_of_names_or_keys_raises_the_scheme() -> None:
    """Agencies with different lists would hash a name differently and never meet: then SCHEME and this must change."""
    names = files("plait.pseudonymise").joinpath("names.csv").read_bytes()
    digest = hashlib.sha256(names + repr(KEYS).encode()).hexdigest()[:12]
    assert (key.SCHEME, digest) == ("2", "566208a46d46")
