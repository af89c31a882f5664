"""Words pass a gate before they are kept, are signed by a second person, and can be taken back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from plait_web.audit.models import Event
from plait_web.permissions import Refused
from plait_web.roles import Role
from plait_web.words import access, actions
from plait_web.words.models import Passage
from plait_web.words.states import STEPS, State
from tests.web.release.conftest import home, picture, set_up  # noqa: F401 - fixtures

pytestmark = pytest.mark.django_db
GOOD = {
    "kind": "quote",
    "whose": "young",
    "text": "They believed me the first time I said it.",
    "heard": "A young people’s forum, spring",
    "consent": "To be read by the board, said aloud at the forum",
}


@pytest.fixture
def writer(person, set_up):  # noqa: F811
    return person(Role.PRACTITIONER, name="Pat Practitioner")


@pytest.fixture
def signer(person):
    return person(Role.PARTICIPATION, name="Sam Signer")


@pytest.fixture
def waiting(writer) -> Passage:
    return actions.write(**GOOD, by=writer)


@pytest.fixture
def signed(waiting, signer) -> Passage:
    return actions.sign(waiting.pk, by=signer)


def fresh(passage: Passage) -> Passage:
    return Passage.objects.get(pk=passage.pk)


def test_words_are_written_and_signed_by_two_people(signed, writer, signer):
    assert (fresh(signed).state, fresh(signed).by, fresh(signed).signed_by) == (State.SIGNED, writer, signer)
    assert list(Event.objects.filter(act__startswith="words.").order_by("id").values_list("act", flat=True)) == [
        "words.written", "words.signed",
    ]  # fmt: skip


def test_nobody_signs_their_own(signer, set_up):  # noqa: F811
    own = actions.write(**GOOD, by=signer)
    with pytest.raises(Refused, match="other than who wrote them down"):
        actions.sign(own.pk, by=signer)


def test_not_even_the_database_lets_somebody_sign_their_own(waiting, writer):
    with pytest.raises(IntegrityError), transaction.atomic():
        Passage.objects.filter(pk=waiting.pk).update(state="signed", signed_by=writer, signed_at=timezone.now())


@pytest.mark.parametrize("whose", ["young", "carer", "community"])
def test_words_of_families_are_not_kept_without_consent(whose, writer):
    with pytest.raises(Refused, match="Without consent"):
        actions.write(**GOOD | {"whose": whose, "consent": " "}, by=writer)


def test_how_they_were_heard_is_said(writer):
    with pytest.raises(Refused, match="how these words were heard"):
        actions.write(**GOOD | {"heard": " "}, by=writer)


@pytest.mark.parametrize(
    "text",
    ["It happened near AB1 2EF.", "Her NHS number is 943 476 5919."],
)
def test_what_names_one_person_is_never_kept(text, writer):
    with pytest.raises(Refused, match="not kept"):
        actions.write(**GOOD | {"text": text}, stands="It is fine", by=writer)
    assert not Passage.objects.exists()


@pytest.mark.parametrize(
    "text",
    ["Keira was listened to by Pat.", "It came to light on 14 March.", "A 14-year-old with autism was moved.",
     "There were 37 referrals."],
)  # fmt: skip
def test_what_could_point_at_somebody_is_kept_only_with_a_reason(text, writer):
    with pytest.raises(Refused, match="say why they may stand"):
        actions.write(**GOOD | {"text": text}, by=writer)
    assert not Passage.objects.exists()
    kept = actions.write(**GOOD | {"text": text}, stands="A name from a song", by=writer)
    assert kept.findings and not any(word in str(kept.findings) for word in ("Keira", "14", "autism", "37"))


def test_a_finding_that_is_left_needs_the_second_persons_reason(writer, signer):
    kept = actions.write(**GOOD | {"text": "It came to light on 14 March."}, stands="It was in the papers", by=writer)
    with pytest.raises(Refused, match="in spite of what was found"):
        actions.sign(kept.pk, by=signer)
    actions.sign(kept.pk, why="Every paper had it", by=signer)
    assert Event.objects.get(act="words.signed").detail == {"in_spite_of": ["words.date"]}


def test_a_figure_that_the_public_may_see_may_be_quoted(picture, writer):  # noqa: F811
    assert not actions.write(**GOOD | {"text": "The figure is 40 this year."}, by=writer).findings


def test_words_sent_back_are_worded_again_and_wait_again(waiting, writer, signer):
    actions.send_back(waiting.pk, why="Less of the place", by=signer)
    assert fresh(waiting).state == State.RETURNED
    actions.change(waiting.pk, text="They believed me.", by=writer)
    assert (fresh(waiting).state, fresh(waiting).back_why, fresh(waiting).text) == (
        State.WAITING,
        "",
        "They believed me.",
    )


def test_only_their_writer_words_them_again(waiting, signer):
    with pytest.raises(Refused, match="Only the person who wrote"):
        actions.change(waiting.pk, text="Other", by=signer)


def test_signed_words_are_withdrawn_and_erased(signed, writer):
    actions.withdraw(signed.pk, why="She no longer wants it read", by=writer)
    assert (fresh(signed).state, fresh(signed).text) == (State.WITHDRAWN, "")
    assert not access.usable(timezone.localdate()).exists()
    with pytest.raises(Refused, match="withdrawn or replaced already"):
        actions.withdraw(signed.pk, why="Again", by=writer)


def test_a_practitioner_does_not_withdraw_anothers_words(signed, person):
    with pytest.raises(Refused, match="can withdraw them"):
        actions.withdraw(signed.pk, why="?", by=person(Role.PRACTITIONER))


def test_a_new_version_takes_the_place_of_the_old_once_it_is_signed(signed, writer, signer):
    later = actions.write(**GOOD | {"text": "They believed us."}, replaces=signed, by=writer)
    assert fresh(signed).state == State.SIGNED
    actions.sign(later.pk, by=signer)
    assert fresh(signed).state == State.REPLACED


def test_words_that_wait_have_no_new_version(waiting, writer):
    with pytest.raises(Refused, match="Change these while they wait"):
        actions.write(**GOOD, replaces=waiting, by=writer)


def test_consent_that_has_ended_lets_nothing_be_signed_or_used(waiting, signed, signer, writer):
    yesterday = timezone.localdate() - timedelta(days=1)
    Passage.objects.update(consent_until=yesterday)
    other = actions.write(**GOOD, consent_until=yesterday, by=writer)
    with pytest.raises(Refused, match="consent to use these words has ended"):
        actions.sign(other.pk, by=signer)
    assert not access.usable(timezone.localdate()).exists()


def test_what_came_of_them_is_said_and_passes_the_gate(signed, signer):
    with pytest.raises(Refused, match="Change the words"):
        actions.answer(signed.pk, did="We told Dorothea Grange so.", by=signer)
    actions.answer(signed.pk, did="The first question on the form has changed.", by=signer)
    assert fresh(signed).did


def test_the_trail_holds_no_word_of_them(signed, writer):
    actions.withdraw(signed.pk, why="She asked", by=writer)
    told = str(list(Event.objects.values_list("label", "why", "detail")))
    assert "believed" not in told


def test_who_reads_words_that_are_not_signed(waiting, writer, signer, person):
    others = person(Role.STRATEGIC_LEAD)
    assert [access.passages_for(one).count() for one in (writer, signer, others)] == [1, 1, 0]


def test_quotes_say_whose_kind_and_never_who(signed, writer):
    (quote,) = access.quotes(access.usable(timezone.localdate()))
    assert quote.text == GOOD["text"] and quote.whose == "A young person. A quote" and writer.name not in str(quote)


def test_no_step_is_taken_from_a_state_the_table_does_not_name(waiting, writer, signer):
    for state in (State.WITHDRAWN, State.REPLACED):
        Passage.objects.filter(pk=waiting.pk).update(state=state)
        tries = {
            "change": lambda: actions.change(waiting.pk, by=writer),
            "send_back": lambda: actions.send_back(waiting.pk, why="?", by=signer),
            "sign": lambda: actions.sign(waiting.pk, by=signer),
            "withdraw": lambda: actions.withdraw(waiting.pk, why="?", by=writer),
            "answer": lambda: actions.answer(waiting.pk, did="?", by=signer),
        }
        assert tries.keys() == STEPS.keys() - {"write"}
        for name, act in tries.items():
            with pytest.raises(Refused) as refused:
                act()
            assert str(refused.value).startswith(STEPS[name].refusal)
