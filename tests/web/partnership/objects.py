"""What stands in the partnership's addresses: rows of the police, so that the council's people show who sees another's."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from django.utils import timezone

from plait_web.accounts.models import User
from plait_web.partnership import access, actions
from plait_web.partnership.models import Agency, Agreement, Barrier, Group, NotShared, Seat
from tests.web.objects import Make

CODE = "matrix-agreement"


def _police() -> Agency:
    found = Agency.objects.filter(code="police").first()
    return found or actions.add_agency(name="Marlshire Police", kind="police", areas=["X1"], code="police", by=None)


def _agreement() -> Agreement:
    found = Agreement.objects.filter(code=CODE).first()
    if found is None:
        today = timezone.localdate()
        access.adopted() or actions.adopt(effective=today, by=None)
        found = actions.draw_up(
            terms="aggregate_strategic", parties=[_police()], since=today, until=today, code=CODE, by=None
        )
    return found


def _group() -> Group:
    found = Group.objects.first()
    return found or actions.add_group(name="Board", kind="board", level="strategic", by=None)


def _lead():
    return User.objects.get_or_create(email="lead@example.org", defaults={"name": "Lead"})[0]


def _seat() -> Seat:
    return Seat.objects.first() or actions.add_seat(_group(), lead=_lead(), by=None)


def _decision() -> NotShared:
    today = timezone.localdate()
    return NotShared.objects.first() or actions.decide_not_to_share(
        agency=_police(), what="x", why="x", decided=today, decided_by="x", review=today + timedelta(days=1), by=None
    )


def _barrier() -> Barrier:
    return Barrier.objects.first() or actions.raise_barrier(kind="legal", what="x", agency=_police(), by=None)


def _of_agreement(**more: str) -> dict[str, object]:
    return {"code": _agreement().code, **more}


def _of_party() -> dict[str, object]:
    return {"pk": _agreement().party_rows.get().pk}


KWARGS: dict[str, Make] = {
    "partnership:agency": lambda: {"code": _police().code},
    "partnership:change_agency": lambda: {"code": _police().code, "part": "name"},
    "partnership:end_agency": lambda: {"code": _police().code},
    "partnership:add_agency_step": lambda: {"step": "name"},
    "partnership:add_group_step": lambda: {"step": "name"},
    "partnership:group": lambda: {"pk": _group().pk},
    "partnership:change_group": lambda: {"pk": _group().pk, "part": "name"},
    "partnership:end_group": lambda: {"pk": _group().pk},
    "partnership:add_seat": lambda: {"pk": _group().pk},
    "partnership:change_seat": lambda: {"pk": _seat().pk},
    "partnership:give_up_seat": lambda: {"pk": _seat().pk},
    "partnership:draw_up_step": lambda: {"step": "terms"},
    "partnership:agreement_as": partial(_of_agreement, form="docx"),
    **{
        f"partnership:{name}": _of_agreement
        for name in ("agreement", "agreement_paper", "agreement_owner", "withdraw", "renew", "discard")
    },
    **{f"partnership:{name}": _of_party for name in ("sign", "refuse", "leave")},
    **{f"partnership:{name}_as": lambda: {"form": "docx"} for name in ("flows", "impact", "notice", "handover")},
    "partnership:keep_decision": lambda: {"pk": _decision().pk},
    "partnership:end_decision": lambda: {"pk": _decision().pk},
    "partnership:change_barrier": lambda: {"pk": _barrier().pk},
    "partnership:resolve_barrier": lambda: {"pk": _barrier().pk},
}
