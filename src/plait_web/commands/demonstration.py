"""The invented partnership, loaded as people would have entered it: every row is written by the actions that people use.

Its accounts are for looking around on one's own machine. They are made only where PLAIT_INVENTED is set.
"""

from __future__ import annotations

import json
import secrets
import shutil
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from plait.decided import Return
from plait.errors import StoreError
from plait.partnership import Workspace, open_workspace
from plait.pipeline import keep_all
from plait.pseudonymise import Key
from plait.store import Kept
from plait_web.accounts import actions as accounts
from plait_web.accounts import terms
from plait_web.accounts.models import User
from plait_web.commands import talked_over
from plait_web.commands.doubted import doubted
from plait_web.commands.known import known
from plait_web.commands.let_out import let_out
from plait_web.commands.upgrading import upgrade
from plait_web.crosswalk import actions as crosswalk
from plait_web.knowledge import actions as knowledge
from plait_web.packs import actions as packs
from plait_web.packs.versions import standing
from plait_web.partnership import actions as partnership
from plait_web.partnership.models import Agency, Partnership
from plait_web.picture import actions as picture
from plait_web.returns import actions as returns
from plait_web.returns.models import CollectionPoint, Expected, Submission
from plait_web.returns.states import State
from plait_web.roles import OF_AN_AGENCY, Role

SIGN_INS = "sign-ins.json"  # beside the demonstration's workspace, readable by its owner only
_OWN = "council"  # the agency of those whose role is for one
_NAMES = (
    "Asha Bryn Carys Dylan Esme Femi Gwen Hana Idris Jo Kit Lowri Mina Noor Owen Priya Rhys Sana Tomos Uma Vik Wyn Xena "
    "Yusuf Zoe Ali Beth Cai"
)


@dataclass(frozen=True, slots=True)
class OnDisk:
    """A file of the invented returns, as if it were sent."""

    name: str
    path: Path

    def chunks(self) -> Iterator[bytes]:
        with self.path.open("rb") as handle:
            while block := handle.read(1 << 20):
                yield block


@dataclass(frozen=True, kw_only=True)
class People:
    """Who acts in the demonstration. Of each agency two who send and sign off, and its strategic lead."""

    manager: User
    governance: User
    analyst: User
    senders: Mapping[str, User]
    signers: Mapping[str, User]
    leads: Mapping[str, User]


def load(folder: Path) -> None:
    """The demonstration's workspace holds the invented partnership, its returns accepted and its picture made.

    Loaded once: a second call changes nothing. Raises StoreError where `plait demo` has not been run.
    """
    if not settings.INVENTED:
        raise StoreError("Demonstration accounts are made only where PLAIT_INVENTED is set.")
    place = open_workspace(folder / "partnership")
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"  # nobody is there to be told
    list(upgrade())
    whole = settings.HOME / "loaded"
    if whole.exists():
        return
    if Partnership.objects.exists():
        raise StoreError(f"Loading was stopped half way. Remove {settings.HOME} and load again.")
    shutil.copytree(folder / "partnership" / "areas", settings.HOME / "areas", dirs_exist_ok=True)
    agencies = _partnership(place)
    people = _people(folder, agencies)
    _agreements(place, agencies, people)
    _data_map(place, agencies, people)
    _returns(place, agencies, people, key=Key.read(Path(settings.KEY_FILE)))
    _next_collection(agencies, people)
    doubted(agencies, people.senders, people.manager)
    _shared_language(agencies, people)
    talked_over.settle(agencies, people.leads, people.manager)
    talked_over.help_one_another(agencies, people.senders, people.manager)
    talked_over.learn(agencies, people.senders, people.manager)
    while picture.want() or picture.work():
        pass
    let_out(
        {"manager": people.manager, "governance": people.governance, "analyst": people.analyst}, people.leads, agencies
    )
    talked_over.talk_over(agencies, people.leads, people.manager)
    whole.touch()


def _partnership(place: Workspace) -> dict[str, Agency]:
    decided = place.partnership
    partnership.name_partnership(name=decided.name, by=None)
    partnership.choose_areas(areas=list(decided.areas), by=None)
    partnership.adopt(effective=date(2023, 4, 1), why="Agreed by the board", by=None)
    partnership.plan_next_update(on=decided.next_update, by=None)
    return {
        a.id: partnership.add_agency(code=a.id, name=a.name, kind=a.kind, areas=list(a.areas), by=None)
        for a in decided.agencies
    }


def _people(folder: Path, agencies: Mapping[str, Agency]) -> People:
    """Accounts for every role, each with a password and the secret of an authenticator app, kept in SIGN_INS."""
    make = _maker(folder)
    wide = {role: make(role, None) for role in Role if role not in OF_AN_AGENCY}
    make(Role.PRACTITIONER, agencies[_OWN])
    groups = {
        kind: {code: make(role, agency) for code, agency in agencies.items()}
        for kind, role in (("senders", Role.CONTRIBUTOR), ("signers", Role.CONTRIBUTOR), ("leads", Role.STRATEGIC_LEAD))
    }
    manager = wide[Role.MANAGER]
    board = partnership.add_group(name="Exploitation board", kind="board", level="strategic", by=manager)
    for lead in groups["leads"].values():
        partnership.add_seat(board, lead=lead, by=manager)
    return People(manager=manager, governance=wide[Role.GOVERNANCE], analyst=wide[Role.ANALYST], **groups)


def _maker(folder: Path) -> Callable[[Role, Agency | None], User]:
    kept: list[dict[str, str]] = []
    names = iter(_NAMES.split())

    def make(role: Role, agency: Agency | None) -> User:
        name, where = next(names), agency.code.replace("_", "-") if agency else "partnership"
        email = f"{name.lower()}@{where}.example.org"
        invitation, _ = accounts.invite(email=email, role=role, agency=agency, by=None)
        password, secret = secrets.token_urlsafe(12), _base32()
        user = accounts.accept(invitation.pk, name=f"{name} ({role.label.lower()})", password=password)
        accounts.add_authenticator_app(user, secret=secret)
        accounts.accept_terms(user, version=terms.version())
        kept.append(
            {"role": role.label, "agency": str(agency or ""), "email": email, "password": password, "secret": secret}
        )
        path = folder / SIGN_INS
        path.touch(mode=0o600)
        path.write_text(json.dumps(kept, indent=1), encoding="utf-8")
        return user

    return make


def _base32() -> str:
    return "".join(secrets.choice("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567") for _ in range(32))


def _agreements(place: Workspace, agencies: Mapping[str, Agency], people: People) -> None:
    for signed in place.partnership.agreements:
        agreement = partnership.draw_up(
            terms=signed.terms, parties=[agencies[p] for p in signed.parties], since=signed.since, until=signed.until,
            code=signed.id, owner=people.governance, by=people.governance,
        )  # fmt: skip
        for party in agreement.party_rows.select_related("agency"):
            lead = people.leads[party.agency.code]
            if (day := signed.signed.get(party.agency.code)) is not None:
                partnership.sign(party, name=lead.name, post="Strategic lead", on=day, by=lead, today=day)


def _data_map(place: Workspace, agencies: Mapping[str, Agency], people: People) -> None:
    for asset in place.partnership.assets:
        line = asset.model_dump(exclude={"agency"})
        knowledge.map_asset(agency=agencies[asset.agency], by=people.senders[asset.agency], **line)
    known(agencies, people.senders, people.manager)


def _returns(place: Workspace, agencies: Mapping[str, Agency], people: People, *, key: Key) -> None:
    """Each return of the demonstration sent by one person, read, and signed off by another."""
    with place.store.writing():  # the command line has kept them already: this says which data sets each holds
        kept = keep_all(place, key=key, on=timezone.localdate(), progress=lambda *_: None)
    points = _Points(agencies, people.manager)
    for one in kept:
        if not one.supplied:
            continue  # no agreement covers it any more: it would be refused before it is read
        asked = points.place_for(one)
        _send(place, one.record, asked, people.senders[one.record.agency], people.signers[one.record.agency])


class _Points:
    """The calendar, grown so that each return has a place of its own: agencies that hold the same data share a point."""

    def __init__(self, agencies: Mapping[str, Agency], manager: User) -> None:
        self.agencies, self.manager = agencies, manager

    def place_for(self, kept: Kept) -> Expected:
        period, datasets = kept.record.period, sorted({s.dataset for s in kept.supplied})
        free = Expected.objects.filter(
            agency=self.agencies[kept.record.agency], point__period=period, point__datasets=datasets, submissions=None
        ).first()
        return free or self._new(kept, datasets)

    def _new(self, kept: Kept, datasets: Sequence[str]) -> Expected:
        year, agency = kept.record.received_on.year, self.agencies[kept.record.agency]
        opens, due = date(year, 4, 1), date(year, 5, 31)
        point = returns.add_point(
            datasets=datasets, period=kept.record.period, opens=opens, due=due, agencies=[agency], by=self.manager
        )
        return point.expected.select_related("point", "agency").get()


def _send(place: Workspace, record: Return, asked: Expected, sender: User, signer: User) -> None:
    """The return is accepted, its columns matched on the way where its own headings are not known.

    It came on the day it was invented to come: what is told of how long returns take would mean nothing otherwise.
    """
    sent = returns.submit(asked, list(_files(record.path)), by=sender, dataset=record.dataset or "")
    day = record.received_on
    came = datetime(day.year, day.month, day.day, 10, tzinfo=timezone.get_current_timezone())
    Submission.objects.filter(pk=sent.pk).update(sent_at=came)
    returns.read(sent.pk)
    sent.refresh_from_db()
    wanted = [place.maps[name] for name in record.map_ids]
    if wanted and [m["id"] for m in sent.maps] != [m.id for m in wanted]:
        returns.match_columns(sent, maps=wanted, by=sender)
        returns.read(sent.pk)
        sent.refresh_from_db()
    if sent.state in (State.READY, State.NEEDS_ATTENTION):
        returns.send_for_sign_off(sent, by=sender)
        returns.sign_off(sent, by=signer)


def _files(path: Path) -> Iterable[OnDisk]:
    inside = sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]
    return (OnDisk(p.name, p) for p in inside)


def _next_collection(agencies: Mapping[str, Agency], people: People) -> None:
    """Something to do: a collection that is open now, for the period after those that were sent."""
    today = timezone.localdate()
    last = CollectionPoint.objects.order_by("-period").values_list("period", flat=True).first() or "2024-25"
    year = int(last[:4]) + 1
    point = returns.add_point(
        datasets=["concerns"], period=f"{year}-{(year + 1) % 100:02}", opens=today - timedelta(days=30),
        due=today + timedelta(days=21), agencies=[agencies[_OWN], agencies["police"]], by=people.manager,
    )  # fmt: skip
    for expected in point.expected.select_related("agency"):
        code = expected.agency.code
        returns.set_people(expected, owner=people.senders[code], deputy=people.signers[code], by=people.manager)


def _shared_language(agencies: Mapping[str, Agency], people: People) -> None:
    """A draft that two agencies have spoken of, and what both mean by the word and by exploitation."""
    council, police = agencies[_OWN], agencies["police"]
    item = standing().pack.definitions["disruption"]
    text = "Anything planned together to stop those who exploit, or to take away what lets them."
    draft = packs.draft(
        "definitions",
        item.model_copy(update={"text": text}),
        why="Each agency counts something else.",
        by=people.manager,
    )
    packs.say(draft.pk, agency=council, says="adopt", by=people.leads[_OWN])
    packs.say(
        draft.pk,
        agency=police,
        says="adapt",
        words="Name civil orders: we count them apart.",
        by=people.leads["police"],
    )
    crosswalk.say("disruption", agency=police, text="Warrants, arrests and civil orders.", by=people.leads["police"])
    crosswalk.say("disruption", agency=council, text="Any plan made at the panel.", by=people.leads[_OWN])
    harm = standing().pack.codelist("harm")
    for agency, code, shared, loss in (
        (council, "CE", ["CSE", "CCE"], "Does not say which."),
        (police, "CSE", ["CSE"], ""),
        (police, "County lines", ["CCE-COUNTY-LINES"], ""),
        (police, "OCG link", [], "A link to an organised group, with or without exploitation."),
    ):
        crosswalk.add_code(harm, agency=agency, code=code, shared=shared, loss=loss, by=people.leads[agency.code])


def ways_in(folder: Path, *, address: str) -> str:
    """Where the demonstration is, and for one person of each role how to sign in, with the code of this moment."""
    people = json.loads((folder / SIGN_INS).read_text(encoding="utf-8"))
    first = {one["role"]: one for one in reversed(people)}
    lines = [f"{one['role']:<28}{one['email']:<36}{one['password']}   {_code(one['secret'])}" for one in first.values()]
    accepted = Submission.objects.filter(state=State.ACCEPTED).count()
    return (
        f"\nThe web application holds the invented partnership with {accepted} returns accepted. Run it with\n"
        f"  plait load-demo {folder} --serve\nand open {address}. Sign in as any of these, with the code an authenticator "
        f"app would show.\nCodes change every 30 seconds: plait load-demo {folder} prints new ones. All accounts, and the "
        f"secrets to put into an\nauthenticator app, are in {folder / SIGN_INS}.\n\n"
        f"{'Role':<28}{'Mail address':<36}{'Password':<16}   Code\n" + "\n".join(lines)
    )


def _code(secret: str) -> str:
    from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30)))
