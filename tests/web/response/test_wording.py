"""Each form whose words others read shows blame once, with what to say instead, and never stands in the way."""

from datetime import timedelta

import pytest
from django.utils import timezone

from plait_web.agreed.models import Ranking
from plait_web.picture.models import Raised
from plait_web.response.models import Captured, Decision, Goal, Note
from plait_web.roles import Role

pytestmark = pytest.mark.django_db
BLAMING = "She is putting herself at risk by going back."


def twice(browser, address: str, sent: dict) -> str:
    """The page that came back first; the second time the same words are sent, with what the page asked for."""
    page = browser.post(address, sent).content.decode()
    seen = [part[:16] for part in page.split('name="words_seen" value="')[1:]]
    browser.post(address, sent | {"words_seen": seen})
    return page


@pytest.mark.parametrize(
    ("address", "field", "more", "kept"),
    [
        ("/inbox/", "text", {"page": ""}, Captured),
        ("/goals/new/", "why", {"title": "Reach everyone"}, Goal),
        ("/actions/{action}/note/", "text", {}, Note),
        ("/meetings/{meeting}/decide/", "why", {"what": "Fund a worker", "question": ""}, Decision),
        ("/raise/", "text", {}, Raised),
    ],
)
def test_blame_is_shown_once_and_then_kept_as_it_is(
    address, field, more, kept, client_of, manager, action, board, today
):
    from plait_web.response.actions import call_meeting

    meeting = call_meeting(group=board, on=today, owner=manager, by=manager)
    where = address.format(action=action.pk, meeting=meeting.pk)
    page = twice(client_of(manager), where, {field: BLAMING, "owner": manager.pk, **more})
    assert "Words to look at again" in page and "It makes the child the cause" in page
    assert getattr(kept.objects.get(), field) == BLAMING


def test_why_an_agency_orders_questions_so_is_looked_at_too(client_of, person, council, partnership):
    lead = client_of(person(Role.STRATEGIC_LEAD, agency=council))
    sent = {"agency": council.pk, "why": BLAMING, "place-turning-eighteen": "1"}
    assert "Words to look at again" in twice(lead, "/agreed/questions/order/ours/", sent)
    assert Ranking.objects.get().why == BLAMING


def test_an_action_without_blame_is_kept_at_once(client_of, manager):
    due = timezone.localdate() + timedelta(days=40)
    day = {"due_0": due.day, "due_1": due.month, "due_2": due.year}
    page = client_of(manager).post("/actions/new/", {"what": "Ask", "measure": "It came", "owner": manager.pk, **day})
    assert page.status_code == 302
