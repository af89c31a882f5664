"""What the invented partnership's people say and settle, so that its pages look as in use: done by people's own actions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from django.utils import timezone

from plait_web.accounts.models import User
from plait_web.agreed import access as agreed
from plait_web.agreed import actions as agreeing
from plait_web.conversations import actions as conversations
from plait_web.learning import actions as learning
from plait_web.mandate import actions as mandate
from plait_web.maturity import actions as maturity
from plait_web.maturity.access import model_of
from plait_web.network import actions as network
from plait_web.partnership import access as partnership
from plait_web.partnership.actions import add_group, add_seat
from plait_web.partnership.models import Agency, Group
from plait_web.picture.access import newest
from plait_web.response import actions as response

_FIRST = 10  # questions that each agency puts in order
_SIGNED = 15  # definitions that each agency speaks to


def settle(agencies: Mapping[str, Agency], leads: Mapping[str, User], manager: User) -> None:
    """Stances, orders, definitions with one dissent, a round of self-assessment, a plan, and who answers for what."""
    for number, (code, lead) in enumerate(leads.items()):
        _speak(agencies[code], lead, number)
    _assess(agencies, leads, manager)
    board = Group.objects.get(name="Exploitation board")
    for question in list(agreed.questions())[:_FIRST]:
        mandate.give(about="question", item=question, part="accountable", to=board, by=manager)
    mandate.ask_leave(what="Analysts of two agencies share a desk", asked_by="Analyst network", of=board, by=manager)
    mandate.say(
        title="Every child is seen", text="We want no child to be hurt where we could have seen it.",
        audiences=["School leads", "Custody staff", "Young people’s panel"], owner=manager, by=manager,
    )  # fmt: skip


def _speak(agency: Agency, lead: User, number: int) -> None:
    questions = list(agreed.questions().values())[:_FIRST]
    order = questions[number % 3 :] + questions[: number % 3]
    agreeing.rank(agency=agency, order=[q.id for q in order], why="These touch most of the children we meet.", by=lead)
    for place, question in enumerate(questions):
        adapts = place == number + 1
        words = "Ask it of young adults too." if adapts else ""
        agreeing.say(question, agency=agency, says="adapt" if adapts else "shared", comment=words, by=lead)
    for definition in list(agreed.definitions().values())[: _SIGNED - (number == 0)]:
        agreeing.say(definition, agency=agency, says="signed", by=lead)
    if number == 0:
        last = list(agreed.definitions().values())[_SIGNED - 1]
        agreeing.say(last, agency=agency, says="dissent", comment="Ours counts from the first concern.", by=lead)


def _assess(agencies: Mapping[str, Agency], leads: Mapping[str, User], manager: User) -> None:
    """One round, with an action for what the first agencies are lowest on."""
    closes = timezone.localdate() + timedelta(days=30)
    round_ = maturity.open_round(
        title="First look", pack=partnership.pack(), model="strategic_data", closes=closes, owner=manager, by=manager
    )
    goal = response.set_goal(title="See every child", why="Too many are not seen", owner=manager, by=manager)
    statements = model_of(round_).statements
    for number, (code, lead) in enumerate(leads.items()):
        said = {s.id: (1 + (number + n) % 4, "Written in our guidance") for n, s in enumerate(statements)}
        maturity.rate(round_, agency=agencies[code], said=said, by=lead)
        low = next(s for s in statements if said[s.id][0] == 1)
        maturity.accept(
            round_, agency=agencies[code], statement=low.id, by=lead, what=low.action, goal=goal, owner=lead,
            measure="Shown at the board", due=closes + timedelta(days=30 + number),
        )  # fmt: skip


def help_one_another(agencies: Mapping[str, Agency], senders: Mapping[str, User], manager: User) -> None:
    """A network of analysts, with help offered and asked for, shared work and a method."""
    today = timezone.localdate()
    group = add_group(name="Analyst network", kind="network", level="operational", by=manager)
    first, second = list(agencies)[:2]
    for code in (first, second):
        add_seat(group, lead=senders[code], agency=agencies[code], by=manager)
    response.call_meeting(group=group, on=today + timedelta(days=14), owner=senders[first], title="Maps", by=manager)
    offer = network.offer(agency=agencies[first], kind="time", what="Maps of small areas", days=6, by=senders[first])
    network.offer(agency=agencies[second], kind="skill", what="Reading audits for themes", by=senders[second])
    due = today + timedelta(days=30)
    met = network.ask(
        agency=agencies[second], what="A map of missing", why="The profile", by_day=due, by=senders[second]
    )
    network.end(met.pk, met=True, outcome="The map is in the profile.", given=offer, days=2, by=senders[second])
    network.ask(
        agency=agencies[first], what="Themes of return interviews", why="The board", by_day=due, by=senders[first]
    )
    for title, owner in (("Who is known", senders[first]), ("Journeys to help", None)):
        network.add_section(work="Next profile", title=title, due=due, owner=owner, by=manager)
    network.share(
        title="Count days missing", text="Take the day the child was reported missing, not the day it was typed in.",
        agency=agencies[first], indicator="MI01", by=senders[first],
    )  # fmt: skip


def learn(agencies: Mapping[str, Agency], senders: Mapping[str, User], manager: User) -> None:
    """An audit with its action and one that waits, training had and not had, time together, and processes looked at again."""
    today = timezone.localdate()
    (first, ours), (second, theirs) = list(senders.items())[:2]
    audit = learning.keep_audit(
        title="Return interviews", agency=agencies[first], on=today - timedelta(days=40), by=ours,
        sample="Every tenth of the last year, drawn by number.", criterion="Offered within three days, by somebody else.",
        result="Offered late in about half: the list of who went missing comes on Mondays only.",
    )  # fmt: skip
    learning.act_on_audit(
        audit.pk, what="Send the list each morning", measure="Every interview is offered within three days",
        due=today + timedelta(days=60), owner=ours, by=ours,
    )  # fmt: skip
    learning.keep_audit(
        title="How the form of harm is chosen", on=today - timedelta(days=9), by=manager,
        sample="Twenty concerns of each agency, read by two people.", criterion="Both choose the same form of harm.",
        result="They differ most where a child is moved to sell drugs.",
    )  # fmt: skip
    had = learning.need_training(agency=agencies[first], role="Front door", topic="Forms of harm", people=14, by=ours)
    learning.hold_training(had.pk, on=today - timedelta(days=20), people=9, by=ours)
    learning.need_training(agency=agencies[second], role="Custody staff", topic="Words for harm", people=30, by=theirs)
    learning.spend_time(
        kind="shadowing", what="A shift at the front door", on=today - timedelta(days=30), by=ours,
        agencies=[agencies[first], agencies[second]], learnt="What is written when nobody has time to write.",
    )  # fmt: skip
    stop = learning.review(
        process="The weekly list by letter", agency=agencies[second], verdict="stop", by=theirs,
        purpose="To tell others who went missing.", benefit="None: it comes too late to ask.", why="The list is sent daily.",
    )  # fmt: skip
    learning.carry_out(stop.pk, by=theirs)


def talk_over(agencies: Mapping[str, Agency], leads: Mapping[str, User], manager: User) -> None:
    """A conversation about the first figure of the picture, where there is one."""
    shown = newest("partnership")
    if shown is None or not shown.index["figures"]:
        return
    about = next(iter(shown.index["figures"]))
    talk = conversations.begin(shown, about=about, asked="Is this more harm, or more noticing?", by=manager)
    for (code, lead), text in zip(
        list(leads.items())[:2], ("More is written down.", "More happens online."), strict=False
    ):
        conversations.read(talk.pk, text=text, whose="Practice leads", agency=agencies[code], by=lead)
    conversations.ask_next(talk.pk, text="What do return interviewers see?", by=manager)
