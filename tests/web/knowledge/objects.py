"""One of each thing that a page is about, of an agency of its own."""

from django.utils import timezone

from plait_web.accounts.models import User
from plait_web.knowledge.models import Asset, ChangeRequest, Flag, MapFile, MapLink, System
from plait_web.partnership.models import Agency


def _agency() -> Agency:
    return Agency.objects.get_or_create(
        code="charity", defaults={"name": "A charity", "kind": "voluntary", "areas": ["X10000001"]}
    )[0]


def _asset() -> dict[str, int]:
    return {"pk": Asset.objects.create(agency=_agency(), item="Case list", capture="spreadsheet").pk}


def _flag() -> dict[str, int]:
    return {"pk": Flag.objects.create(agency=_agency(), name="Marker", meaning="?", set_by="Anybody").pk}


def _system() -> System:
    return System.objects.get_or_create(agency=_agency(), name="Case system")[0]


def _somebody() -> User:
    return User.objects.get_or_create(email="keeper@example.org", defaults={"name": "Keeper"})[0]


def _request() -> dict[str, int]:
    return {"pk": ChangeRequest.objects.create(system=_system(), what="A field", why="?", owner=_somebody()).pk}


def _link() -> dict[str, int]:
    made = {"email": "a@example.org", "nonce": "x", "made_by": _somebody(), "expires": timezone.now()}
    return {"pk": MapLink.objects.create(agency=_agency(), **made).pk}


def _file() -> dict[str, int]:
    return {"pk": MapFile.objects.create(kind="catalogue", headings=["title"], rows=[], by=_somebody()).pk}


KWARGS = {
    **{f"knowledge:{page}": _asset for page in ("asset", "change", "move", "rate", "end")},
    **{f"knowledge:{page}": lambda: {"code": _agency().code} for page in ("agency", "confirm", "link")},
    **{f"knowledge:{page}": _flag for page in ("change_flag", "end_flag")},
    **{f"knowledge:{page}": lambda: {"pk": _system().pk} for page in ("system", "change_system", "ask_for_change")},
    **{f"knowledge:{page}": _file for page in ("look", "headings", "aside")},
    "knowledge:settle_request": _request,
    "knowledge:end_link": _link,
}
