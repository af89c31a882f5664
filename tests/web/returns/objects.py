"""What stands in the addresses of returns: rows of the police, so that the council's people show who sees another's."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

from plait_web.accounts.models import User
from plait_web.partnership.models import Agency
from plait_web.returns.models import CollectionPoint, Expected, FormLink, Submission, Waiver
from plait_web.returns.states import State
from tests.web.objects import Make

CODE = "returns.matrix"


def _point() -> CollectionPoint:
    made, _ = CollectionPoint.objects.get_or_create(
        period="2025-26", datasets=["counts"], opens=date(2026, 4, 1), due=date(2026, 5, 1)
    )
    return made


def _expected() -> Expected:
    police, _ = Agency.objects.get_or_create(
        code="police", defaults={"name": "Marlshire Police", "kind": "police", "areas": ["XD01"]}
    )
    return Expected.objects.get_or_create(point=_point(), agency=police)[0]


def _submission() -> Submission:
    found = Submission.objects.filter(expected=_expected()).first()
    kinds = {CODE: {"problem": "A fault", "severity": "error", "dataset": "counts", "count": 2}}
    return found or Submission.objects.create(
        pk=uuid4(), expected=_expected(), number=1, state=State.NEEDS_ATTENTION, summary={"kinds": kinds}
    )


def _link() -> FormLink:
    found = FormLink.objects.first()
    return found or FormLink.objects.create(
        expected=_expected(), email="a@example.org", nonce="x", area="X1", expires="2026-01-01T00:00Z"
    )


def _of_point() -> dict[str, object]:
    _expected()
    return {"pk": _point().pk}


def _of_expected() -> dict[str, object]:
    return {"pk": _expected().pk}


def _of_submission() -> dict[str, object]:
    return {"pk": _submission().pk}


def _waiver() -> dict[str, object]:
    by = User.objects.first() or User.objects.create(email="w@example.org", name="W")
    agency = _expected().agency
    made, _ = Waiver.objects.get_or_create(agency=agency, code=CODE, defaults={"reason": "Old system", "by": by})
    return {"pk": made.pk}


KWARGS: dict[str, Make] = {
    "returns:template": lambda: {"dataset": "counts"},
    "returns:add_step": lambda: {"step": "datasets"},
    **{f"returns:{name}": _of_point for name in ("point", "days", "remove")},
    **{f"returns:{name}": _of_expected for name in ("place", "people", "send", "nil", "link")},
    **{
        f"returns:{name}": _of_submission
        for name in (
            "return", "state", "columns", "read_as", "findings", "findings_csv", "marked", "changes", "check", "sign_off",
            "send_back", "withdraw",
        )
    },
    "returns:waive": lambda: {"pk": _submission().pk, "code": CODE},
    "returns:end_waiver": _waiver,
    "returns:end_link": lambda: {"pk": _link().pk},
    "returns:by_link": lambda: {"token": "nonsense"},
}  # fmt: skip
