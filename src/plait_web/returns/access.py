"""The door to the calendar and to returns: each person sees their own agency's exactly, and of others what their role may."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from plait.errors import UserError
from plait.values import Period
from plait_web.accounts.models import Membership, User
from plait_web.partnership.models import NotShared
from plait_web.returns.models import AgencyMap, CollectionPoint, Expected, FindingRow, FormLink, Submission, Waiver
from plait_web.returns.states import DONE, OPEN, SETTLED, Standing, State, standing_of
from plait_web.roles import MAY, Permission, Role


def _agency_ids(user: User) -> frozenset[int] | None:
    """The agencies whose returns this person may see; None for all."""
    held = [m for m in user.held if Permission.SEE_RETURNS in MAY[Role(m.role)]]
    if any(m.agency_id is None for m in held):
        return None
    return frozenset(m.agency_id for m in held if m.agency_id)


def expected_for(user: User) -> QuerySet[Expected]:
    """What agencies are asked for: this person's own agencies, or all for those who act for the partnership."""
    rows = Expected.objects.select_related("point", "agency", "owner", "deputy")
    ids = _agency_ids(user)
    return rows if ids is None else rows.filter(agency__in=ids)


def points_for(user: User) -> QuerySet[CollectionPoint]:
    ids = _agency_ids(user)
    rows = CollectionPoint.objects.all()
    return rows if ids is None else rows.filter(expected__agency__in=ids).distinct()


def answered() -> Exists:
    """Whether anything was sent for a collection point."""
    return Exists(Submission.objects.filter(expected__point=OuterRef("pk")))


def returns_for(user: User) -> QuerySet[Submission]:
    """Returns whose state this person may know. Another agency's are not among them, so they are not found."""
    rows = Submission.objects.select_related("expected__point", "expected__agency", "sent_by", "signed_by")
    ids = _agency_ids(user)
    return rows if ids is None else rows.filter(expected__agency__in=ids)


def own_returns_for(user: User) -> QuerySet[Submission]:
    """Returns of the agencies this person works for: whose files, rows and places they may see."""
    return returns_for(user).filter(expected__agency__in=_own_agencies(user))


def own_expected_for(user: User) -> QuerySet[Expected]:
    return expected_for(user).filter(agency__in=_own_agencies(user))


def _own_agencies(user: User) -> list[int]:
    return [m.agency_id for m in user.held if m.agency_id and Permission.SEND_RETURNS in MAY[Role(m.role)]]


def findings_of(submission: Submission) -> QuerySet[FindingRow]:
    """Only for people of the return's own agency: the rows and columns are of its own file."""
    return submission.findings.all()


def links_of(expected: Expected) -> QuerySet[FormLink]:
    return expected.links.all()


def waivers_for(user: User) -> QuerySet[Waiver]:
    """Checks that were waived, those that still are first: of this person's own agencies, or of all."""
    rows = Waiver.objects.select_related("agency").order_by(
        F("until").desc(nulls_first=True), "agency__name", "code", "pk"
    )
    ids = _agency_ids(user)
    return rows if ids is None else rows.filter(agency__in=ids)


def waivers_in_force(on: date | None = None) -> QuerySet[Waiver]:
    """Checks that are waived on the day."""
    return Waiver.objects.filter(Q(until=None) | Q(until__gte=on or timezone.localdate())).order_by(
        "agency__name", "code"
    )


def maps_of(agency_id: int) -> QuerySet[AgencyMap]:
    """How this agency's files were read before, the newest first."""
    return AgencyMap.objects.filter(agency=agency_id)


def contributors_of(agency_id: int) -> QuerySet[User]:
    """People who may send returns for the agency today, by name."""
    roles = [role for role, may in MAY.items() if Permission.SEND_RETURNS in may]
    held = Membership.objects.current().filter(agency=agency_id, role__in=roles)
    return User.objects.filter(pk__in=held.values("user")).order_by("name", "email")


def signers_of(submission: Submission) -> QuerySet[User]:
    """People of the agency who may sign this return off: everybody but its sender."""
    return contributors_of(submission.expected.agency_id).exclude(pk=submission.sent_by_id)


@dataclass(frozen=True, slots=True)
class Place:
    """One agency's place at one collection point, as it stands on a day."""

    expected: Expected
    standing: Standing
    latest: Submission | None
    accepted: Submission | None
    not_shared: NotShared | None

    @property
    def late(self) -> bool:
        return self.days_late > 0

    @property
    def settled(self) -> bool:
        """Nothing more is owed."""
        return self.standing in DONE

    days_late: int = 0


def places(expected: Iterable[Expected], on: date | None = None) -> list[Place]:
    """Each with its standing on the day, in three queries however many there are."""
    day, rows = on or timezone.localdate(), list(expected)
    sent: dict[int, list[Submission]] = defaultdict(list)
    live, those = sorted(OPEN | SETTLED), [row.pk for row in rows]
    for submission in Submission.objects.filter(state__in=live, expected__in=those).defer("maps", "summary"):
        sent[submission.expected_id].append(submission)
    decided: dict[int, list[NotShared]] = defaultdict(list)
    for one in NotShared.objects.filter(agency__in={row.agency_id for row in rows}):
        decided[one.agency_id].append(one)
    return [_place(row, sent[row.pk], decided[row.agency_id], day) for row in rows]


def place(expected: Expected, on: date | None = None, *, sent: Sequence[Submission] | None = None) -> Place:
    """`sent` is everything this agency sent there, where that was read already."""
    if sent is None:
        return places([expected], on)[0]
    decided = list(NotShared.objects.filter(agency=expected.agency_id))
    return _place(expected, sent, decided, on or timezone.localdate())


def history_of(expected: Expected) -> QuerySet[Submission]:
    """What the agency sent there, the newest first, without what is in it."""
    return expected.submissions.select_related("sent_by", "signed_by").defer("maps", "summary")


def _place(expected: Expected, sent: Sequence[Submission], decided: Sequence[NotShared], day: date) -> Place:
    latest = next((s for s in sent if State(s.state) in OPEN), None)
    accepted = next((s for s in sent if State(s.state) in SETTLED), None)
    refused = _not_shared(expected.point.datasets, decided, day)
    standing = _standing(expected.point, latest, accepted, refused, day)
    late = (day - expected.point.due).days if standing not in DONE and accepted is None else 0
    return Place(expected, standing, latest, accepted, refused, days_late=max(0, late))


def _not_shared(datasets: Sequence[str], decided: Sequence[NotShared], day: date) -> NotShared | None:
    """The decision by which nothing of what is asked for is shared; None when some of it may be."""
    standing = [one for one in decided if one.stands(day)]
    found = [next((one for one in standing if one.dataset in ("", dataset)), None) for dataset in datasets]
    return found[0] if found and all(found) else None


def _standing(
    point: CollectionPoint,
    latest: Submission | None,
    accepted: Submission | None,
    refused: NotShared | None,
    day: date,
) -> Standing:
    if latest is not None:
        return standing_of(State(latest.state))
    if accepted is not None:
        return _settled(accepted)
    if refused is not None:
        return Standing.NOT_SHARED
    if day < point.opens:
        return Standing.NOT_DUE
    return Standing.LATE if day > point.due else Standing.DUE


def _settled(accepted: Submission) -> Standing:
    if accepted.state == State.ERASED:
        return Standing.ERASED
    return Standing.NIL if accepted.is_nil else Standing.ACCEPTED


def late(user: User, on: date | None = None) -> list[Place]:
    """Everything this person may see that is past its day and not settled, the latest first."""
    day = on or timezone.localdate()
    return _late(places(_unsettled(user).filter(point__due__lt=day), day))


def _late(found: Iterable[Place]) -> list[Place]:
    return sorted((p for p in found if p.late), key=lambda p: -p.days_late)


def _unsettled(user: User) -> QuerySet[Expected]:
    """What nothing was accepted for."""
    done = Submission.objects.filter(expected=OuterRef("pk"), state__in=sorted(SETTLED))
    return expected_for(user).filter(~Exists(done))


@dataclass(frozen=True, slots=True)
class Calendar:
    """One page of the calendar, what of all of it is late, and what opens next."""

    places: list[Place]
    late: list[Place]
    upcoming: list[CollectionPoint]


def calendar(user: User, shown: Sequence[Expected], on: date) -> Calendar:
    """The calendar as this person may see it, with these of its places shown: four queries, whatever its length."""
    others = list(_unsettled(user).filter(Q(point__due__lt=on) | Q(point__opens__gt=on)))
    found = {p.expected.pk: p for p in places({row.pk: row for row in (*shown, *others)}.values(), on)}
    opening = {row.point_id: row.point for row in others if row.point.opens > on}
    return Calendar(
        places=[found[row.pk] for row in shown],
        late=_late(found[row.pk] for row in others),
        upcoming=sorted(opening.values(), key=lambda point: point.opens)[:5],
    )


def accepted(period: str = "") -> QuerySet[Submission]:
    """The snapshots a run may read, of one period or of all."""
    rows = Submission.objects.filter(state=State.ACCEPTED).exclude(route=Submission.Route.NIL)
    rows = rows.select_related("expected__point", "expected__agency")
    return rows.filter(expected__point__period=period) if period else rows


def before(submission: Submission) -> Submission | None:
    """The same agency's return at the same point that was read before this one."""
    rows = Submission.objects.filter(expected=submission.expected_id, number__lt=submission.number)
    return rows.exclude(summary={}).order_by("-number").first()


def last_period(submission: Submission) -> Submission | None:
    """The agency's accepted return for the period before, of the same data sets."""
    try:
        label = Period.parse(submission.expected.point.period).before().label
    except UserError:
        return None
    rows = accepted(label).filter(expected__agency=submission.expected.agency_id)
    wanted = set(submission.expected.point.datasets)
    return next((row for row in rows if wanted & set(row.expected.point.datasets)), None)


def supplied_by(moment: datetime) -> set[tuple[str, str, str]]:
    """Who had sent what that was accepted by then: code and name of the agency, and the data set."""
    rows = Submission.objects.filter(signed_at__lte=moment).select_related("expected__agency", "expected__point")
    return {
        (one.expected.agency.code, one.expected.agency.name, dataset)
        for one in rows
        for dataset in one.expected.point.datasets
    }
