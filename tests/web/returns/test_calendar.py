"""The calendar: what each agency owes and how it stands, reminders, and next year from last."""

from datetime import date, timedelta

import pytest
from django.core import mail
from django.urls import reverse

from plait_web.partnership.models import NotShared
from plait_web.permissions import Refused
from plait_web.returns import access, actions
from plait_web.returns.models import CollectionPoint, Reminder, Submission, Waiver
from plait_web.returns.states import OPEN, Standing, standing_of
from tests.web.returns.conftest import text_of

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("opens", "due", "standing"),
    [(1, 9, Standing.NOT_DUE), (0, 9, Standing.DUE), (-9, 0, Standing.DUE), (-9, -1, Standing.LATE)],
)
def test_before_anything_is_sent_the_days_decide(expected, today, opens, due, standing):
    expected.point.opens, expected.point.due = today + timedelta(days=opens), today + timedelta(days=due)
    expected.point.save()
    assert access.place(expected, today).standing == standing


@pytest.mark.parametrize("state", sorted(OPEN))
def test_an_open_return_decides_what_is_to_be_done(sent, expected, state):
    made = sent()
    Submission.objects.filter(pk=made.pk).update(state=state)
    assert access.place(expected).standing == standing_of(state)


def test_accepted_is_done_and_never_late(accepted, expected, today):
    place = access.place(expected, expected.point.due + timedelta(days=9))
    assert (place.standing, place.late) == (Standing.ACCEPTED, False)


def test_a_withdrawn_return_is_owed_again(sent, expected, sender):
    made = sent()
    actions.withdraw(made, why="A mistake", by=sender)
    assert access.place(expected).standing == Standing.DUE


def test_a_decision_not_to_share_settles_it(expected, council, today):
    NotShared.objects.create(
        agency=council, dataset="concerns", what="Concerns", why="No system holds them", decided=today,
        decided_by="Board", review=today + timedelta(days=90),
    )  # fmt: skip
    place = access.place(expected, expected.point.due + timedelta(days=2))
    assert (place.standing, place.late) == (Standing.NOT_SHARED, False)


def test_the_late_list_has_the_latest_first(point, manager, agreement, council, today):
    old = actions.add_point(
        datasets=["events"], period="2024-25", opens=today - timedelta(days=90), due=today - timedelta(days=40),
        agencies=[council], by=manager,
    )  # fmt: skip
    point.due = today - timedelta(days=1)
    point.save()
    assert [p.expected.point_id for p in access.late(manager, today)] == [old.pk, point.pk, point.pk]


def test_reminders_go_to_the_owner_and_never_twice(expected, sender, second, manager, today):
    actions.set_people(expected, owner=sender, deputy=second, by=manager)
    due = expected.point.due
    sent = {offset: actions.remind(on=due + timedelta(days=offset)) for offset in (-20, -20, -14, -13, -3, 0, 1)}
    assert sent == {-20: 0, -14: 1, -13: 0, -3: 1, 0: 0, 1: 2}
    assert actions.remind(on=due + timedelta(days=1)) == 0
    assert [m.to for m in mail.outbox] == [[sender.email]] * 3 + [[sender.email], [second.email]]
    assert Reminder.objects.count() == 4


def test_a_mail_that_cannot_leave_is_tried_again(expected, sender, manager, today, monkeypatch):
    from plait_web import mail as post

    actions.set_people(expected, owner=sender, deputy=None, by=manager)

    def broken(*_, **__):
        raise post.NotSent

    with monkeypatch.context() as patch:
        patch.setattr(post, "send", broken)
        assert actions.remind(on=today) == 0
    assert actions.remind(on=today) == 1


def test_reminders_hold_a_link_and_no_figure(expected, sender, manager, today):
    actions.set_people(expected, owner=sender, deputy=None, by=manager)
    actions.remind(on=today)
    assert f"/returns/asked/{expected.pk}/" in mail.outbox[0].body


def test_nobody_is_reminded_of_what_is_accepted(accepted, expected, sender, manager):
    actions.set_people(expected, owner=sender, deputy=None, by=manager)
    before = len(mail.outbox)
    assert actions.remind(on=expected.point.due + timedelta(days=3)) == 0
    assert len(mail.outbox) == before


def test_next_year_asks_the_same_people_a_year_later(expected, sender, second, manager):
    actions.set_people(expected, owner=sender, deputy=second, by=manager)
    (new,) = actions.next_year(by=manager)
    assert (new.period, new.due) == ("2026-27", expected.point.due.replace(year=expected.point.due.year + 1))
    copied = new.expected.get(agency=expected.agency)
    assert (copied.owner, copied.deputy) == (sender, second)
    assert [p.made_from_id for p in actions.next_year(by=manager)] == [new.pk]


@pytest.mark.parametrize(
    ("period", "after"),
    [("2025-26", "2026-27"), ("2025-Q3", "2026-Q3"), ("2025", "2026"), ("2024-02", "2025-02"), ("2025-12", "2026-12")],
)
def test_a_period_of_each_kind_moves_by_a_year(agreement, council, manager, period, after):
    actions.add_point(
        datasets=["concerns"],
        period=period,
        opens=date(2024, 2, 29),
        due=date(2024, 2, 29),
        agencies=[council],
        by=manager,
    )
    (new,) = actions.next_year(by=manager)
    assert (new.period, new.opens) == (after, date(2025, 2, 28))


def test_only_the_manager_changes_the_calendar(point, sender, analyst, today):
    for by in (sender, analyst):
        with pytest.raises(Refused, match="Only the partnership manager"):
            actions.change_days(point, opens=today, due=today, by=by)


def test_a_collection_something_was_sent_for_stays(sent, point, manager):
    sent()
    with pytest.raises(Refused, match="Returns have been sent"):
        actions.remove_point(point, by=manager)


def test_a_collection_nothing_was_sent_for_goes(point, manager, recorded):
    actions.remove_point(point, by=manager)
    assert not CollectionPoint.objects.exists()
    assert recorded()[-1] == "calendar.removed"


def test_the_owner_is_somebody_who_can_send(expected, stranger, manager, sender):
    with pytest.raises(Refused, match="cannot send returns for Marlshire Council"):
        actions.set_people(expected, owner=stranger, deputy=None, by=manager)
    with pytest.raises(Refused, match="somebody other than the owner"):
        actions.set_people(expected, owner=sender, deputy=sender, by=manager)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"datasets": []}, "Choose at least one data set"),
        ({"datasets": ["nonsense"]}, "Choose at least one data set"),
        ({"period": "whenever"}, "not a period"),
        ({"due": date(2020, 1, 1)}, "cannot be due before"),
    ],
)
def test_a_collection_makes_sense(agreement, council, manager, today, change, sentence):
    said = {"datasets": ["concerns"], "period": "2025-26", "opens": today, "due": today} | change
    with pytest.raises(Refused, match=sentence):
        actions.add_point(**said, agencies=[council], by=manager)


def test_the_handover_pack_has_the_calendar_and_what_is_waived(expected, sender, analyst, council, client_of, manager):
    Waiver.objects.create(agency=council, code="concerns.late", reason="Old system", by=analyst, acting_as="Analyst")
    actions.set_people(expected, owner=sender, deputy=None, by=sender)
    page = text_of(client_of(manager).get(reverse("partnership:handover_calendar")))
    assert "Concerns, 2025-26 Marlshire Council" in page and "Sal Sender Nobody" in page
    assert "Marlshire Council concerns.late Old system Analyst No day set" in page
