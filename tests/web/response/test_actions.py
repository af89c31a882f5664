"""An action is specific, owned, dated and measured, or it is not kept."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from plait_web.audit.models import Event
from plait_web.permissions import Refused
from plait_web.response import access, actions
from plait_web.response.models import STALLED_AFTER, Action
from plait_web.roles import Role

pytestmark = pytest.mark.django_db


def test_what_is_taken_on_is_recorded(action):
    assert Event.objects.filter(act="action.taken_on", key=str(action.pk)).exists()


@pytest.mark.parametrize(
    ("part", "value", "sentence"),
    [("what", " ", "what will be done"), ("measure", "", "without a measure cannot be kept")],
)
def test_an_action_that_lacks_something_is_not_kept(part, value, sentence, manager, today):
    said = {"what": "Ask", "measure": "It came", "due": today, "owner": manager} | {part: value}
    with pytest.raises(Refused, match=sentence):
        actions.take_on(**said, by=manager)
    assert not Action.objects.exists()


def test_not_even_the_database_keeps_an_action_without_a_measure(action):
    with pytest.raises(IntegrityError), transaction.atomic():
        Action.objects.filter(pk=action.pk).update(measure="")


def test_a_day_that_has_passed_is_refused(manager, today):
    with pytest.raises(Refused, match="not passed"):
        actions.take_on(what="Ask", measure="It came", due=today - timedelta(days=1), owner=manager, by=manager)


def test_nobody_stands_in_for_themselves(manager, today):
    with pytest.raises(Refused, match="own deputy"):
        actions.take_on(what="Ask", measure="It came", due=today, owner=manager, deputy=manager, by=manager)


def test_the_owner_says_how_it_stands_and_closes_it(action, practitioner):
    actions.note(action.pk, text="They will send it", by=practitioner)
    closed = actions.close(action.pk, done=True, outcome="It came", by=practitioner)
    assert (closed.state, closed.outcome) == ("done", "It came")
    assert list(Event.objects.filter(act__in=("action.noted", "action.done")).values_list("who", flat=True)) != ["", ""]


def test_another_practitioner_may_not_move_it(action, person):
    other = person(Role.PRACTITIONER)
    with pytest.raises(Refused, match="Only the person who owns"):
        actions.note(action.pk, text="?", by=other)


def test_a_closed_action_stays_as_it_is(action, manager):
    actions.close(action.pk, done=False, outcome="Health cannot", by=manager)
    with pytest.raises(Refused, match="closed already"):
        actions.close(action.pk, done=True, outcome="It came", by=manager)


def test_an_overdue_action_may_be_changed_without_moving_its_day(action, manager, today):
    Action.objects.filter(pk=action.pk).update(made=today - timedelta(days=90), due=today - timedelta(days=1))
    changed = actions.change(action.pk, by=manager, what="Ask health again", due=today - timedelta(days=1))
    assert changed.what == "Ask health again"


@pytest.mark.parametrize(("view", "shown"), [("open", 1), ("mine", 0), ("overdue", 1), ("stalled", 1), ("closed", 0)])
def test_each_view_of_the_list(view, shown, action, manager, today):
    old = today - STALLED_AFTER
    Action.objects.filter(pk=action.pk).update(made=old, moved=old, due=today - timedelta(days=1))
    assert access.actions_for(manager, view, today).count() == shown


def test_a_thought_becomes_an_action_once(manager, practitioner, today):
    thought = actions.capture(text="Why so few?", page="/questions/a/", by=practitioner)
    said = {"what": "Find out why so few", "measure": "We know", "due": today, "owner": manager, "by": manager}
    actions.take_on(**said, thought=thought)
    with pytest.raises(Refused, match="dealt with"):
        actions.put_aside(thought.pk, why="Known", by=manager)
    assert not access.thoughts_for(manager).exists()


def test_a_refused_thought_leaves_no_action_behind(manager, practitioner, today):
    thought = actions.capture(text="Why so few?", page="", by=practitioner)
    actions.put_aside(thought.pk, why="Known", by=manager)
    with pytest.raises(Refused), transaction.atomic():
        actions.take_on(what="A", measure="B", due=today, owner=manager, thought=thought, by=manager)
    assert not Action.objects.exists()


def test_a_thought_is_seen_by_its_writer_and_the_list_keepers(practitioner, manager, person):
    actions.capture(text="Why so few?", page="", by=practitioner)
    assert [access.thoughts_for(u).count() for u in (practitioner, manager, person(Role.PRACTITIONER))] == [1, 1, 0]
