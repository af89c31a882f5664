"""A code of the council's own, a shared list and a term."""

from __future__ import annotations

from plait_web.accounts.models import User
from plait_web.crosswalk.models import LocalCode
from plait_web.partnership.models import Agency


def _code() -> LocalCode:
    agency, _ = Agency.objects.get_or_create(
        code="council", defaults={"name": "Marlshire Council", "kind": "council", "areas": ["X10000001"]}
    )
    by = User.objects.order_by("pk").first() or User.objects.create(email="speaker@example.org")
    made, _ = LocalCode.objects.get_or_create(
        agency=agency, codelist="harm", code="CE", defaults={"shared": ["CSE"], "by": by}
    )
    return made


KWARGS = {
    **{f"crosswalk:{page}": lambda: {"name": "harm"} for page in ("codes", "add", "take", "send", "written")},
    **{f"crosswalk:{page}": lambda: {"name": "disruption"} for page in ("term", "say")},
    **{f"crosswalk:{page}": lambda: {"pk": _code().pk} for page in ("change", "remove")},
}
