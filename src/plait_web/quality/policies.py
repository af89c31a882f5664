"""What may happen to gaps, discrepancies and exercises, and the sentence when it may not."""

from __future__ import annotations

from datetime import date

from plait_web.accounts.models import User
from plait_web.permissions import Refused
from plait_web.quality.models import Coder, Discrepancy, Exercise, Gap
from plait_web.roles import Permission
from plait_web.ui.jinja import day as said

LEAST_CASES, MOST_CASES = 2, 20
LEAST_CODERS = 2


def check_due(due: date, today: date) -> None:
    if due < today:
        raise Refused("Choose a day that has not passed.")


def check_may_settle(row: Gap | Discrepancy, by: User) -> None:
    """Its owner says what came of it, or those who keep the list of actions."""
    if row.owner_id != by.pk and not by.may(Permission.MANAGE_ACTIONS):
        raise Refused("Only the person who owns this, or those who keep the list of actions, can say what came of it.")


def check_open(row: Gap | Discrepancy) -> None:
    if not row.open:
        raise Refused(f"This is settled: {row.get_state_display().lower()}.")


def check_free(taken: Gap | None) -> None:
    if taken is not None:
        raise Refused("Somebody has taken this gap on already.")


def check_can_open(exercise: Exercise, cases: int, coders: int) -> None:
    if exercise.opened is not None:
        raise Refused("This exercise is open already.")
    if cases < LEAST_CASES:
        raise Refused(f"Write at least {LEAST_CASES} cases first. Five or more give an interval.")
    if coders < LEAST_CODERS:
        raise Refused(f"Ask at least {LEAST_CODERS} people to code the cases.")


def check_can_change(exercise: Exercise, cases: int = 0) -> None:
    """Cases and coders are settled before anybody codes."""
    if exercise.opened is not None:
        raise Refused("This exercise is open: its cases and the people who were asked stay as they are.")
    if cases >= MOST_CASES:
        raise Refused(f"{MOST_CASES} cases are as many as people can code in one sitting.")


def check_takes_codes(exercise: Exercise, coder: Coder | None, today: date) -> None:
    if coder is None:
        raise Refused("You were not asked to code these cases.")
    if exercise.opened is None:
        raise Refused("This exercise is not open yet.")
    if exercise.closed is not None or today > exercise.closes:
        raise Refused(f"This exercise closed on {said(min(filter(None, (exercise.closed, exercise.closes))))}.")
    if coder.done is not None:
        raise Refused("You handed your answers in. They stay as they are until all are in.")


def check_all_coded(cases: int, coded: int) -> None:
    if coded < cases:
        raise Refused(f"Code each case first: {cases - coded} {'is' if cases - coded == 1 else 'are'} left.")


def check_can_close(exercise: Exercise, done: int) -> None:
    if exercise.opened is None or exercise.closed is not None:
        raise Refused("This exercise is not open.")
    if done < LEAST_CODERS:
        raise Refused(f"At least {LEAST_CODERS} people must hand in their answers before they can be compared.")


def check_can_read(exercise: Exercise) -> None:
    if exercise.closed is None:
        raise Refused("Nobody sees any answer until all are in, or the exercise is closed.")
