"""The council's own exploitation records: referrals, screenings, panels, missing episodes and interviews, in the template."""

import numpy as np

from plait.invent.draw import NO_DAY, YEAR, Column, Rng, chance, day, iso, pick, spells, words
from plait.invent.files import Table, only, template, write_csv
from plait.invent.happenings import Happenings, active_days, joined
from plait.invent.sending import Sending, within
from plait.invent.social_care import seen_share
from plait.invent.world import World
from plait.values import Period

_SOURCES = (("6", 40), ("2A", 20), ("5A", 12), ("1A", 8), ("3E", 5), ("8", 8), ("5B", 7))
_DONE = ("done", "declined", "accepted", "offered", "not_offered")


class Tracker:
    """Everything in it, once; each period's files are cut from it."""

    def __init__(self, rng: Rng, sending: Sending) -> None:
        self._sending = sending
        world = sending.world
        self._referrals = _referrals(rng, world)
        panel = self._referrals.rows(self._referrals.outcome == "panel")
        others = joined(
            _screenings(rng, self._referrals),
            _panels(rng, panel),
            _missing(rng, world),
            _national(rng, world),
            _late(rng, world),
        )
        bare = joined(self._referrals.rows(np.full(len(self._referrals), True)), others)
        self._events = bare.filed(rng, sending.records)
        self._numbers = self._events.references(rng, "EX")
        self._source = pick(rng, [code for code, _ in _SOURCES], len(self._events), [weight for _, weight in _SOURCES])
        self._concerns = _concerns(rng, panel).filed(rng, sending.records)
        self._about = _about(rng, self._concerns, world)
        self._spells = _spells(rng, world, self._concerns).filed(rng, sending.records)
        self._spell_numbers = self._spells.references(rng, "SP")

    def send(self, period: Period) -> Column:
        """The period's concerns, events and services; which records they name."""
        named = [self._send_events(period), self._send_concerns(period), self._send_services(period)]
        return np.concatenate(named)

    def _ref(self, record: Column) -> Column:
        return np.where(record >= 0, self._sending.records.ref[record], "")

    def _send_events(self, period: Period) -> Column:
        events = self._events
        now = within(events.start, period)
        asked = np.isin(events.type, ("referral", "screening"))
        ended = np.where(events.end > day(period.end), NO_DAY, events.end)
        table = template(
            "events",
            {
                "event": self._numbers[now],
                "person": self._ref(events.record)[now],
                "type": events.type[now],
                "detail": events.detail[now],
                "started_on": iso(events.start[now]),
                "ended_on": iso(ended[now]),
                "outcome": np.where(events.type == "referral", "accepted", events.outcome)[now].astype(object),
                "source": np.where(asked, self._source, "")[now].astype(object),
                "role": events.role[now],
                "harms": events.harms[now],
            },
        )
        for kind in ("missing_home", "return_interview", "panel"):
            self._sending.expect(period, f"events {kind}", int((events.type[now] == kind).sum()))
        self._write(
            period,
            "events",
            table,
            "Event reference",
            (("Type", "unknown-code", "rhi"), ("Started on", "not-a-date", "2024-13-01")),
        )
        named: Column = events.record[now]
        return named

    def _send_concerns(self, period: Period) -> Column:
        """Those recorded in the period, and those of before with a plan still running."""
        concerns = self._concerns
        end = day(period.end)
        now = (concerns.start <= end) & ((concerns.end == NO_DAY) | (concerns.end >= day(period.start)))
        until = np.where(concerns.end > end, NO_DAY, concerns.end)
        columns = {
            "concern": self._about["number"],
            "person": self._ref(concerns.record),
            "recorded_on": iso(concerns.start),
            "harms": concerns.harms,
            "status": self._about["status"],
            "role": concerns.role,
            "source": self._about["source"],
            "setting": self._about["setting"],
            "method": self._about["method"],
            "flag_from": iso(concerns.start + 7),
            "flag_to": iso(until),
            "outcome": np.where(until == NO_DAY, "not_reviewed", self._about["review"]).astype(object),
        }
        self._sending.expect(period, "concerns", int(within(concerns.start, period).sum()))
        faults = (("Forms of harm", "unknown-code", "CSE/CCE?"), ("Recorded on", "not-given", ""))
        self._write(period, "concerns", template("concerns", only(columns, now)), "Concern reference", faults)
        named: Column = concerns.record[now]
        return named

    def _send_services(self, period: Period) -> Column:
        spell = self._spells
        end = day(period.end)
        now = (spell.start <= end) & ((spell.end == NO_DAY) | (spell.end >= day(period.start)))
        until = np.where(spell.end > end, NO_DAY, spell.end)
        columns = {
            "service": self._spell_numbers,
            "person": self._ref(spell.record),
            "type": spell.type,
            "referred_on": iso(spell.start - 6),
            "started_on": iso(spell.start),
            "ended_on": iso(until),
            "outcome": np.where(until == NO_DAY, "", spell.outcome).astype(object),
        }
        faults = (("Type of help", "unknown-code", "mentoring?"),)
        self._write(period, "services", template("services", only(columns, now)), "Spell reference", faults)
        named: Column = spell.record[now]
        return named

    def _write(
        self, period: Period, dataset: str, table: Table, key: str, faults: tuple[tuple[str, str, str], ...]
    ) -> None:
        source = self._sending.source(period, f"{dataset}.csv", key=key)
        for heading, kind, wrong in faults:
            self._sending.faults.plant(table, source, heading, kind, wrong=wrong)
        write_csv(self._sending.path(period, f"{dataset}.csv"), table)
        self._sending.list_return(period, f"{dataset}.csv", dataset=dataset)


def _referrals(rng: Rng, world: World) -> Happenings:
    """Referrals about exploitation. What is not seen as exploitation is not referred as such."""
    harm = world.harm
    rate = np.where(harm.harmed, 1.1, 0.006)
    person, on = active_days(rng, world, world.known["council"], rate, from_age=9.5, to_age=17.9)
    seen = np.maximum(
        seen_share(world, person, "11A") * harm.cse[person],
        seen_share(world, person, "24A") * (harm.cce | harm.gangs)[person],
    )
    kept = chance(rng, np.where(harm.harmed[person], np.maximum(seen, 0.2), 0.8))
    person, on = person[kept], on[kept]
    n = len(person)
    stated = chance(rng, 0.85, n) & harm.harmed[person]
    harms = np.where(stated, harm.codes()[person], "UNSPECIFIED")
    outcome = np.where(harm.harmed[person], pick(rng, ("panel", "early_help", "no_further_action"), n, (62, 22, 16)),
        pick(rng, ("panel", "early_help", "no_further_action"), n, (5, 35, 60)))  # fmt: skip
    role = np.where(harm.causes[person], "both", "harmed")
    return Happenings.make(person, words(["referral"] * n), on, harms=harms, outcome=outcome, role=role)


def _screenings(rng: Rng, referrals: Happenings) -> Happenings:
    n = len(referrals)
    on = referrals.start + rng.integers(0, 6, n)
    return Happenings.make(
        referrals.person, words(["screening"] * n), on, end=on, harms=referrals.harms, outcome=referrals.outcome
    )


def _panels(rng: Rng, referrals: Happenings) -> Happenings:
    """The multi-agency panel some weeks after; before about half, a strategy meeting."""
    n = len(referrals)
    panel = Happenings.make(
        referrals.person,
        words(["panel"] * n),
        referrals.start + rng.integers(7, 30, n),
        detail=words(["mace"] * n),
        harms=referrals.harms,
    )
    met = referrals.rows(chance(rng, 0.5, n))
    return joined(
        panel, Happenings.make(met.person, words(["strategy_meeting"] * len(met)), met.start + 4, harms=met.harms)
    )


def _missing(rng: Rng, world: World) -> Happenings:
    """Missing from home as far as the council is told, and the interviews offered after every kind of missing episode."""
    missing = world.missing
    told = (
        world.known["council"][missing.person]
        & ~missing.away
        & (missing.from_care | chance(rng, 0.65, len(missing.person)))
    )
    person, start, end = missing.person[told], missing.start[told], missing.end[told]
    home = ~missing.from_care[told]
    n = len(person)
    outcome = pick(rng, _DONE, n, (58, 20, 4, 8, 10))
    held = end + np.where(chance(rng, 0.68, n), rng.integers(0, 4, n), rng.integers(4, 21, n))
    told_us = (outcome == "done") & world.harm.harmed[person] & chance(rng, 0.5, n)
    harms = np.where(told_us, world.harm.codes()[person], "")
    interviews = Happenings.make(
        person,
        words(["return_interview"] * n),
        end,
        end=np.where(outcome == "done", held, NO_DAY),
        outcome=outcome,
        harms=harms,
    )
    away = Happenings.make(person[home], words(["missing_home"] * int(home.sum())), start[home], end=end[home])
    return joined(away, interviews)


def _national(rng: Rng, world: World) -> Happenings:
    """National referrals the council makes, and the two decisions that follow in time."""
    chosen = world.known["council"] & world.harm.trafficking
    person, on = active_days(rng, world, chosen, np.full(len(chosen), 0.5), from_age=10, to_age=17.8)
    n = len(person)
    detail = np.where(world.harm.cse[person] & ~world.harm.cce[person], "sexual", "criminal")
    sent = Happenings.make(person, words(["nrm_referral"] * n), on, detail=detail, harms=words(["TRAFFICKING-MS"] * n))
    first, last = on + rng.integers(4, 45, n), on + rng.integers(120, 520, n)
    decided = [
        Happenings.make(
            person, words([kind] * n), when, detail=detail, outcome=pick(rng, ("positive", "negative"), n, (90, 10))
        )
        for kind, when in (("nrm_reasonable_grounds", first), ("nrm_conclusive_grounds", last))
    ]
    return joined(sent, *decided)


def _late(rng: Rng, world: World) -> Happenings:
    """Orders for a few in care, and concerns about young adults."""
    kept_safe = np.flatnonzero((world.care.since != NO_DAY) & world.harm.harmed & chance(rng, 0.08, len(world.people)))
    orders = Happenings.make(
        kept_safe,
        words(["deprivation_of_liberty"] * len(kept_safe)),
        np.maximum(world.harm.onset[kept_safe] + 40, world.start),
    )
    adults = world.known["council"] & (world.people.age(world.end) > 18)
    person, on = active_days(rng, world, adults, np.full(len(adults), 0.25), from_age=18.1, least=1)
    exploited = np.where(world.harm.harmed[person] & chance(rng, 0.5, len(person)), world.harm.codes()[person], "")
    return joined(orders, Happenings.make(person, words(["adult_concern"] * len(person)), on, harms=exploited))


def _concerns(rng: Rng, panel: Happenings) -> Happenings:
    """One concern for each case the panel took on: from the screening until the plan ends."""
    n = len(panel)
    on = panel.start + rng.integers(0, 6, n)
    until = np.where(chance(rng, 0.8, n), on + spells(rng, n, 150, 50), NO_DAY)
    return Happenings.make(panel.person, words(["concern"] * n), on, end=until, harms=panel.harms, role=panel.role)


def _about(rng: Rng, concerns: Happenings, world: World) -> Table:
    """What else is noted of each concern. Where and how is often left out."""
    n = len(concerns)
    online = world.harm.online[np.maximum(concerns.person, 0)]
    where = pick(rng, ("park_street", "home_of_exploiter", "transport", "shopping", "hotel", "takeaway", "school"), n)
    how = pick(
        rng,
        ("gifts_or_money", "relationship", "grooming_in_person", "drugs_supplied", "debt", "threats", "peer_pressure"),
        n,
    )
    return {
        "number": concerns.references(rng, "CN"),
        "status": pick(rng, ("at_risk", "suspected", "known_harm", "concern"), n, (35, 30, 20, 15)),
        "source": pick(rng, [code for code, _ in _SOURCES], n, [weight for _, weight in _SOURCES]),
        "setting": np.where(chance(rng, 0.5, n), np.where(online, "online", where), "not_recorded").astype(object),
        "method": np.where(chance(rng, 0.4, n), np.where(online, "grooming_online", how), "not_recorded").astype(
            object
        ),
        "review": pick(rng, ("reduced", "same", "raised", "not_reviewed"), n, (48, 22, 8, 22)),
    }


def _spells(rng: Rng, world: World, concerns: Happenings) -> Happenings:
    """Exploitation plans, and help for young adults, some of whom had a plan until they turned 18."""
    n = len(concerns)
    adult_on = world.adult_on()[np.maximum(concerns.person, 0)]
    until = np.where(concerns.end == NO_DAY, NO_DAY, np.minimum(concerns.end, adult_on))
    plan_until = np.where(until == NO_DAY, NO_DAY, np.maximum(until, concerns.start + 8))
    outcome = pick(rng, ("completed", "moved", "disengaged_by_service", "other"), n, (65, 10, 10, 15))
    kind = words(["exploitation_plan"] * n)
    plan = Happenings.make(concerns.person, kind, concerns.start + 7, end=plan_until, outcome=outcome)
    turned = (adult_on > world.start) & (adult_on < world.end - 20) & chance(rng, 0.3, n)
    person = np.concatenate(
        [concerns.person[turned], np.flatnonzero(world.known["council"] & (world.people.age(world.end) > 21.9))]
    )
    begun = np.maximum(world.people.born[person] + int(18.05 * YEAR), world.start - 30)
    begun = begun + rng.integers(0, 90, len(person))
    over = np.where(chance(rng, 0.5, len(person)), begun + spells(rng, len(person), 200, 30), NO_DAY)
    adult = Happenings.make(
        person, words(["adult_social_care"] * len(person)), begun, end=over, outcome=words(["completed"] * len(person))
    )
    return joined(plan, adult)
