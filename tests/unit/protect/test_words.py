"""The gate for words: what could point at a person is found, explained, and never repeated."""

from datetime import date

import pytest

from plait.areas import Area, Areas
from plait.protect import Context, check_words, sign

PLACES = Areas((Area(code="V", name="Little Marle", kind="ward"), Area(code="C", name="Wenfordshire", kind="county")))
CONTEXT = Context(areas=PLACES, populations={"V": 1_900, "C": 400_000}, names=frozenset({"keira"}))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Then Keira was listened to.", "words.name"),
        ("We met Dorothea Grange at the hub.", "words.name"),
        ("Her friend called Sam told a teacher.", "words.name"),
        ("It happened near AB1 2EF.", "words.identifier"),
        ("Young people in Little Marle told us so.", "words.small-place"),
        ("It came to light on 14 March.", "words.date"),
        ("It came to light on 2024-03-14.", "words.date"),
        ("A 14-year-old with autism was moved.", "words.rare-combination"),
        ("There were 37 referrals.", "words.figure"),
        ("Only three girls came.", "words.small-number"),
    ],
)
def test_what_could_point_at_a_person_is_found(text, code):
    assert code in [finding.code for finding in check_words(text, CONTEXT)]


@pytest.mark.parametrize(
    "text",
    [
        "Young people in Wenfordshire asked to be believed the first time.",
        "In 2024 the partnership agreed to listen sooner.",
        "Adults who exploit children use fear and debt.",
        "Under section 47 we must act.",
    ],
)
def test_plain_words_pass(text):
    assert check_words(text, CONTEXT) == ()


def test_no_finding_repeats_the_words_it_is_about():
    said = " ".join(
        str(f) for f in check_words("Keira, 14 years old, twin, of Little Marle, on 3 May, one of 37.", CONTEXT)
    )
    assert not any(word in said for word in ("Keira", "Marle", "May", "37", "14"))


def test_a_finding_says_which_sentence():
    findings = check_words("All is well. It was on 3 May.", CONTEXT, source="story")
    assert [f.where.row for f in findings] == [2]


def test_words_are_signed_by_a_second_person_who_says_why():
    findings = check_words("It was on 3 May.", CONTEXT)
    with pytest.raises(ValueError, match="other than their author"):
        sign(findings, author="a", signed_by="a", on=date(2026, 1, 1), reason="agreed")
    with pytest.raises(ValueError, match="Say why"):
        sign(findings, author="a", signed_by="b", on=date(2026, 1, 1), reason=" ")
    assert sign(findings, author="a", signed_by="b", on=date(2026, 1, 1), reason="a public day").in_spite_of == (
        "words.date",
    )
