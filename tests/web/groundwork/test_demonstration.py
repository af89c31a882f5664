"""What the demonstration's people settle goes through their own actions, each allowed."""

import pytest

from plait_web.agreed.models import Stance
from plait_web.commands import talked_over
from plait_web.learning.models import Audit, Review
from plait_web.network.models import Request
from plait_web.partnership.models import Agency
from plait_web.response.models import Action
from plait_web.roles import Role
from tests.web.groundwork.settled import KINDS

pytestmark = pytest.mark.django_db


def test_each_step_of_the_demonstration_is_allowed(person, partnership):
    from plait_web.partnership.actions import add_group

    agencies = {}
    for code, name in KINDS.items():
        given = {"name": name, "kind": code, "areas": ["X10000001"]}
        agencies[code] = Agency.objects.get_or_create(code=code, defaults=given)[0]
    manager = person(Role.MANAGER)
    leads = {code: person(Role.STRATEGIC_LEAD, agency=agency) for code, agency in agencies.items()}
    senders = {code: person(Role.CONTRIBUTOR, agency=agency) for code, agency in agencies.items()}
    add_group(name="Exploitation board", kind="board", level="strategic", by=manager)
    talked_over.settle(agencies, leads, manager)
    talked_over.help_one_another(agencies, senders, manager)
    talked_over.talk_over(agencies, leads, manager)  # there is no picture yet: nothing to talk of
    actions = Action.objects.count()
    talked_over.learn(agencies, senders, manager)
    assert Action.objects.count() == actions + 1 and Audit.objects.filter(action=None).count() == 1
    assert Review.objects.exclude(done=None).count() == 1
    assert Stance.objects.filter(says="dissent").count() == 1
    assert (actions, Request.objects.count()) == (len(KINDS), 2)
