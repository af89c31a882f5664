"""What the language check remarks on, and what it leaves alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plait.declare import load_pack
from plait.language import check_language
from plait.language.check import live_phrases
from plait.language.pattern import compiled

PACK = load_pack()


def found(text):
    return [(r.phrase, text[r.start : r.end]) for r in check_language(text, PACK)]


@pytest.mark.parametrize(
    ("text", "remarked"),
    [
        ("She keeps putting herself at risk.", [("putting-themselves-at-risk", "putting herself at risk")]),
        ("He is a HIGH-RISK child.", [("high-risk-child", "HIGH-RISK child")]),
        ("Boys were going\ncountry.", [("going-country", "going\ncountry")]),
        ("Her boyfriend is grooming her.", [("boyfriend", "boyfriend")]),
    ],
)
def test_words_that_blame_or_hide_are_remarked_on(text, remarked):
    assert found(text) == remarked


@pytest.mark.parametrize(
    "text",
    [
        "The child said “I was putting myself at risk and he is a high-risk child”.",
        'A boy wrote: "we were going country".',
        "It was ‘a gang member’, in her words.",
        "Children in need of help, and children at risk of significant harm, by ward.",
        "Statistical disclosure control was applied.",
        "The analyst was recruited in May.",
        "Her boyfriend came to the parents' evening.",
    ],
)
def test_quotations_statutory_labels_and_other_meanings_are_left_alone(text):
    assert found(text) == []


def test_an_apostrophe_does_not_open_a_quotation():
    assert found("The girls' group met a gang member at the boys' home.") == [("gang-member", "gang member")]


def test_a_remark_within_another_is_not_made_twice():
    assert len(found("They prostituted themselves: a child prostitute.")) == 2


def test_every_phrase_of_the_guide_can_be_found_and_says_what_to_write():
    for phrase in live_phrases(PACK):
        assert phrase.why.endswith(".") and all(phrase.instead), phrase.id
        assert all(compiled(pattern) for pattern in (*phrase.say, *phrase.near, *phrase.unless))


def test_no_two_phrases_share_an_id():
    ids = [phrase.id for phrase in live_phrases(PACK)]
    assert len(ids) == len(set(ids))


def test_a_local_guide_can_silence_a_phrase_with_its_reason():
    guide = PACK.language["care"].model_copy(
        update={"id": "ours", "phrases": (), "silenced": {"runner": "Our park run."}}
    )
    local = PACK.model_copy(update={"language": {**PACK.language, "ours": guide}})
    assert "runner" in {p.id for p in live_phrases(PACK)} - {p.id for p in live_phrases(local)}


@pytest.mark.parametrize(
    ("pattern", "matches", "others"),
    [
        ("risk taking [behaviour|behaviours]", ["risk-taking", "Risk taking behaviours"], ["risks taking"]),
        ("(keep|keeps) ... safe", ["keep her own home safe", "keeps safe"], ["keep it as far away as can be safe"]),
        ("abscond*", ["absconded", "absconder"], ["nonabsconding"]),
        ("victims' code", ["victims’ code", "victims' code"], ["victims code"]),
    ],
)
def test_the_pattern_language(pattern, matches, others):
    assert all(compiled(pattern).fullmatch(text) for text in matches)
    assert not any(compiled(pattern).search(text) for text in others)


@given(
    st.lists(st.sampled_from(["She", "gang", "member", "“", "”", "'", ".", "\n", "high-risk", "child", "é", "runaway"]))
)
def test_remarks_are_in_order_apart_and_within_the_text(words):
    text, reached = " ".join(words), 0
    for remark in check_language(text, PACK):
        assert reached <= remark.start < remark.end <= len(text)
        reached = remark.end
