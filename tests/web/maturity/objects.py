"""An open round, and one statement of its model."""

from datetime import timedelta

from django.utils import timezone

from plait.declare import load_pack
from plait_web.accounts.models import User
from plait_web.maturity.models import Round
from plait_web.partnership.models import Agency

PACK = load_pack()
MODEL = PACK.maturity["strategic_data"]


def _round() -> dict[str, object]:
    owner = User.objects.get_or_create(email="keeper@example.org", defaults={"name": "Keeper"})[0]
    closes = timezone.localdate() + timedelta(days=30)
    said = {"pack": PACK.digest, "model": MODEL.id, "closes": closes, "owner": owner}
    return {"pk": Round.objects.get_or_create(title="Autumn", defaults=said)[0].pk}


def _agency() -> dict[str, object]:
    said = {"name": "Marlshire Council", "kind": "council", "areas": ["X10000001"]}
    return _round() | {"code": Agency.objects.get_or_create(code="council", defaults=said)[0].code}


def _statement() -> dict[str, object]:
    return _agency() | {"statement": MODEL.statements[0].id}


KWARGS = {
    "maturity:round": _round,
    "maturity:agency": _agency,
    "maturity:rate": lambda: _agency() | {"heading": MODEL.headings[0].id},
    **{f"maturity:{page}": _statement for page in ("comment", "accept", "not_now")},
    **{f"maturity:{page}": lambda: _round() | {"statement": MODEL.statements[0].id}
       for page in ("accept_together", "not_now_together")},
}  # fmt: skip
