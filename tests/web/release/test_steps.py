"""From a wish to a release: who may do what, when, and the sentence when not."""

from __future__ import annotations

import pytest
from django.core import mail
from django.db import IntegrityError, transaction

from plait_web.audit.models import Event
from plait_web.permissions import Refused
from plait_web.release import access, actions, policies
from plait_web.release.models import Agreement, Check, Download, Release
from plait_web.release.states import STEPS, UNDER_WAY, Reason, State
from tests.web.release.conftest import TOLD, fresh, new_picture

pytestmark = pytest.mark.django_db


def test_a_release_goes_the_whole_way(published):
    prepared = ["begun", "drawn", "changed", "drawn", "sent"]
    acts = [*prepared, "checked", "checked", "approved", "agreed", "agreed", "ready", "published"]
    assert published.state == State.PUBLISHED
    assert list(Event.objects.filter(act__startswith="release.").order_by("id").values_list("act", flat=True)) == [
        f"release.{act}" for act in acts
    ]


def test_the_audit_trail_holds_no_figure_and_no_checkers_words(checking, first):
    actions.check(checking.pk, approves=False, reasons=["small"], said="Too few in one place", by=first)
    event = Event.objects.filter(act="release.checked").get()
    assert event.detail == {"turn": checking.turn} and event.why == ""


# What cannot be sent


@pytest.mark.parametrize("part", sorted(policies.TOLD))
def test_nothing_is_sent_without_what_checkers_need(part, told, author):
    Release.objects.filter(pk=told.pk).update(**{part: " "})
    with pytest.raises(Refused, match=policies.TOLD[part]):
        actions.send(told.pk, by=author)


def test_nothing_is_sent_before_its_files_are_made(told, author):
    Release.objects.filter(pk=told.pk).update(drawn_at=None)
    with pytest.raises(Refused, match="still being made"):
        actions.send(told.pk, by=author)


def test_nothing_is_sent_whose_figures_come_without_counts(told, author):
    Release.objects.filter(pk=told.pk).update(facts=told.facts | {"uncounted": ["CE01"]})
    with pytest.raises(Refused, match="without the counts they rest on"):
        actions.send(told.pk, by=author)


def test_not_even_the_database_keeps_a_release_that_is_checked_and_says_nothing(checking):
    with pytest.raises(IntegrityError), transaction.atomic():
        Release.objects.filter(pk=checking.pk).update(population="")


def test_only_its_author_sends_changes_or_withdraws(told, second):
    for act in (
        lambda: actions.send(told.pk, by=second),
        lambda: actions.change(told.pk, title="Other", by=second),
        lambda: actions.withdraw(told.pk, why="?", by=second),
    ):
        with pytest.raises(Refused, match="Only the person who asked"):
            act()


@pytest.mark.parametrize(
    ("title", "sentence"),
    [("Figures for Dorothea Grange", "name"), ("Figures of AB1 2EF", "postcode")],
)
def test_what_could_point_at_a_person_stands_in_no_request(title, sentence, picture, author):
    with pytest.raises(Refused, match=sentence):
        actions.begin(title=title, audience="public", by=author)


def test_a_release_for_somebody_says_for_whom(picture, author):
    with pytest.raises(Refused, match="who it is for"):
        actions.begin(title="For the region", audience="region", by=author)


def test_without_a_picture_there_is_nothing_to_release(set_up, author):
    with pytest.raises(Refused, match="no picture"):
        actions.begin(title="Too early", audience="public", by=author)


# Two who check


def test_the_author_never_checks(checking, author):
    with pytest.raises(Refused, match="You asked for this release"):
        actions.check(checking.pk, approves=True, by=author)


def test_nobody_checks_twice_and_nobody_third(checking, first, second, manager):
    actions.check(checking.pk, approves=True, by=first)
    with pytest.raises(Refused, match="You have checked this already"):
        actions.check(checking.pk, approves=True, by=first)
    actions.check(checking.pk, approves=False, reasons=["more"], said="Less would do", by=second)
    with pytest.raises(Refused, match="not with its checkers"):
        actions.check(checking.pk, approves=True, by=manager)


def test_a_check_is_hidden_from_everybody_until_both_are_in(checking, first, second, author, manager):
    actions.check(checking.pk, approves=False, reasons=["small"], said="Too few", by=first)
    assert [access.checks_for(one, checking).seen for one in (second, author, manager)] == [(), (), ()]
    assert [check.said for check in access.checks_for(first, checking).seen] == ["Too few"]
    actions.check(checking.pk, approves=True, by=second)
    assert [len(access.checks_for(one, checking).seen) for one in (first, second, author, manager)] == [2, 2, 2, 2]


def test_a_check_left_alone_by_a_change_stays_hidden_for_good(checking, first, second, author):
    actions.check(checking.pk, approves=False, reasons=["small"], said="Too few", by=first)
    changed = actions.change(checking.pk, title="Other figures of the year", by=author)
    assert access.checks_for(author, changed).earlier == access.checks_for(second, changed).earlier == ()


def test_one_refusal_is_enough(checking, first, second):
    actions.check(checking.pk, approves=True, by=first)
    actions.check(checking.pk, approves=False, reasons=["relation"], said="Say what last year held", by=second)
    assert fresh(checking).state == State.REFUSED


@pytest.mark.parametrize(
    ("vote", "sentence"),
    [
        ({"approves": False, "reasons": [], "said": "No"}, "at least one reason"),
        ({"approves": False, "reasons": ["small"], "said": " "}, "own words"),
        ({"approves": True, "reasons": ["small"], "said": ""}, "reasons to refuse"),
        ({"approves": False, "reasons": ["whim"], "said": "No"}, "not on the list"),
    ],
)
def test_a_check_says_what_it_means(vote, sentence, checking, first):
    with pytest.raises(Refused, match=sentence):
        actions.check(checking.pk, by=first, **vote)


def test_any_change_undoes_checks_and_agreements(approved, leads, council, author, first):
    actions.agree(approved.pk, agency=council, by=leads["council"])
    changed = fresh(actions.change(approved.pk, indicators=["CE01"], by=author))
    assert (changed.state, changed.turn) == (State.DRAFT, approved.turn + 1)
    actions.send(changed.pk, by=author)
    assert access.checks_for(first, fresh(changed)).spoken == 0
    assert access.agreements(fresh(changed)) == []


def test_a_change_that_changes_nothing_undoes_nothing(checking, author):
    assert fresh(actions.change(checking.pk, title=checking.title, by=author)).turn == checking.turn


def test_checkers_are_told_what_changed(checking, first, second, author):
    for checker in (first, second):
        actions.check(checking.pk, approves=False, reasons=["more"], said="Less would do", by=checker)
    actions.change(checking.pk, indicators=["CE01"], by=author)
    changed = actions.change(checking.pk, population="Fewer of them", by=author)
    assert changed.changed == ["its figures", "the people it is about"]


def test_files_that_were_touched_are_not_checked(checking, first):
    access.files(checking)[0].write_text("other figures")
    with pytest.raises(Refused, match="not those that were checked"):
        actions.check(checking.pk, approves=True, by=first)


# Agencies agree


def test_agencies_whose_records_are_in_it_agree_before_it_leaves(approved, leads, council, police, manager):
    actions.agree(approved.pk, agency=council, by=leads["council"])
    with pytest.raises(Refused, match="every agency agreed"):
        actions.publish(approved.pk, by=manager)
    actions.agree(approved.pk, agency=police, by=leads["police"])
    assert fresh(approved).state == State.READY


def test_nobody_speaks_for_another_agency_or_twice(approved, leads, council, police):
    with pytest.raises(Refused, match="Only a strategic lead of Marlshire Police"):
        actions.agree(approved.pk, agency=police, by=leads["council"])
    actions.agree(approved.pk, agency=council, by=leads["council"])
    with pytest.raises(Refused, match="has spoken"):
        actions.agree(approved.pk, agency=council, by=leads["council"])


def test_an_objection_sends_it_back_and_says_why(approved, leads, council):
    with pytest.raises(Refused, match="Say why"):
        actions.object_to(approved.pk, agency=council, why=" ", by=leads["council"])
    actions.object_to(approved.pk, agency=council, why="The court case is not over", by=leads["council"])
    assert fresh(approved).state == State.REFUSED and not Agreement.objects.get().agrees


# Out, and back


def test_what_is_out_cannot_be_changed(published, author):
    with pytest.raises(Refused, match="stays as it is"):
        actions.change(published.pk, title="Other", by=author)


def test_those_it_is_for_are_told_without_a_figure(picture, author, django_capture_on_commit_callbacks, ready, manager):
    Release.objects.filter(pk=ready.pk).update(recipients=["reader@example.org"])
    with django_capture_on_commit_callbacks(execute=True):
        actions.publish(ready.pk, by=manager)
    assert mail.outbox[-1].to == ["reader@example.org"] and f"/releases/{ready.pk}/" in mail.outbox[-1].body


def test_a_recall_tells_all_who_received_it_and_shuts_the_files(
    published, regional, manager, django_capture_on_commit_callbacks
):
    actions.take(published, f"release-{published.pk}.csv", by=regional)
    assert Download.objects.get().by == regional
    with django_capture_on_commit_callbacks(execute=True):
        recalled = actions.recall(published.pk, why="A wrong year", by=manager)
    assert regional.email in [to for one in mail.outbox for to in one.to]
    with pytest.raises(Refused, match="was recalled"):
        actions.take(recalled, f"release-{published.pk}.csv", by=regional)
    assert [path.suffix for path in access.files(recalled)] == [".csv", ".xlsx"]


def test_a_correction_takes_the_place_of_what_it_corrects(
    published, author, first, second, leads, council, police, manager
):
    again = fresh(actions.begin_correction(published.pk, by=author))
    with pytest.raises(Refused, match="under way already"):
        actions.begin_correction(published.pk, by=author)
    actions.change(again.pk, **TOLD | {"relation": "It corrects a wrong year"}, by=author)
    actions.send(again.pk, by=author)
    for checker in (first, second):
        actions.check(again.pk, approves=True, by=checker)
    for agency in (council, police):
        actions.agree(again.pk, agency=agency, by=leads[agency.code])
    actions.publish(again.pk, by=manager)
    assert (fresh(published).state, fresh(again).state) == (State.CORRECTED, State.PUBLISHED)


def test_a_withdrawn_release_never_leaves(ready, author, manager):
    actions.withdraw(ready.pk, why="Not needed", by=author)
    with pytest.raises(Refused, match="Now: withdrawn"):
        actions.publish(ready.pk, by=manager)


# Its files


def test_what_is_drawn_is_a_part_of_what_the_public_may_see(draft):
    assert draft.facts["indicators"] == ["CE01", "CE02"] and draft.facts["agencies"] == ["council", "police"]
    assert set(draft.facts["files"]) == {f"release-{draft.pk}.{s}" for s in ("csv", "pdf", "xlsx", "zip")}


def test_only_the_latest_period_where_that_is_all_that_is_asked(draft, author):
    assert fresh(actions.change(draft.pk, latest_only=True, by=author)).facts["periods"] == ["2024-25"]


def test_a_picture_that_is_out_of_date_is_not_released(draft, author):
    from plait_web.partnership import actions as partnership_actions

    partnership_actions.name_partnership(name="Another name", by=None)
    changed = fresh(actions.change(draft.pk, title="Again", by=author))
    assert "has changed since it was made" in changed.failure and changed.drawn_at is None
    new_picture()
    assert fresh(actions.change(draft.pk, description="With the new one", by=author)).failure == ""


def test_released_figures_that_were_touched_are_not_drawn(draft, author):
    from plait_web.picture.access import folder_of

    path = folder_of(draft.run) / "public" / "released.parquet"
    path.write_bytes(path.read_bytes() + b" ")
    assert "changed since protect let them out" in fresh(actions.change(draft.pk, title="Again", by=author)).failure


def test_drawing_for_a_turn_that_is_over_does_nothing(told):
    actions.draw(told.pk, told.turn - 1)
    assert fresh(told).drawn_at == told.drawn_at


def test_what_a_stopped_worker_left_undrawn_is_drawn(told):
    Release.objects.filter(pk=told.pk).update(drawn_at=None)
    actions.resume()
    assert fresh(told).drawn_at is not None


def test_a_file_of_a_draft_is_for_those_who_check_it(told, first, manager, person):
    from plait_web.roles import Role

    name = f"release-{told.pk}.pdf"
    assert actions.take(told, name, by=first).is_file() and actions.take(told, name, by=manager).is_file()
    with pytest.raises(Refused, match="not left yet"):
        actions.take(told, name, by=person(Role.PRACTITIONER))
    assert not Download.objects.exists()


# The table of steps


def test_every_state_but_the_last_leads_somewhere():
    left = {state for step in STEPS.values() for state in step.before}
    assert set(State) - left == {State.RECALLED, State.WITHDRAWN}
    assert {state for step in STEPS.values() for state in step.after} == set(State)


@pytest.mark.parametrize("state", [s for s in State if s not in UNDER_WAY])
def test_no_step_is_taken_from_a_state_the_table_does_not_name(state, checking, author, first, manager, leads, council):
    Release.objects.filter(pk=checking.pk).update(state=state, published_by=manager, published_at=checking.begun)
    tries = {
        "change": lambda: actions.change(checking.pk, title="?", by=author),
        "send": lambda: actions.send(checking.pk, by=author),
        "check": lambda: actions.check(checking.pk, approves=True, by=first),
        "agree": lambda: actions.agree(checking.pk, agency=council, by=leads["council"]),
        "object": lambda: actions.object_to(checking.pk, agency=council, why="?", by=leads["council"]),
        "publish": lambda: actions.publish(checking.pk, by=manager),
        "withdraw": lambda: actions.withdraw(checking.pk, why="?", by=author),
    }
    for name, act in tries.items():
        with pytest.raises(Refused) as refused:
            act()
        assert str(refused.value).startswith(STEPS[name].refusal)


def test_every_reason_is_one_a_checker_can_give(checking, first):
    actions.check(checking.pk, approves=False, reasons=[r.value for r in Reason], said="Everything", by=first)
    assert Check.objects.get().reasons == [r.value for r in Reason]
