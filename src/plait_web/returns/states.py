"""What a return can be, what an agency's place in the calendar can be, and every step from one to the next.

The table drives the checks, the buttons and the table in docs/how-to/send-a-return.md.
"""

from __future__ import annotations

from dataclasses import dataclass

from plait_web.roles import Named


class State(Named):
    """One return, from its arrival until it is used or set aside."""

    RECEIVED = "received", "Received"
    READING = "reading", "Being read"
    NEEDS_MAP = "needs_map", "Needs its columns matched"
    NEEDS_ATTENTION = "needs_attention", "Needs attention"
    READY = "ready", "Ready to check and send"
    REFUSED = "refused", "Could not be used"
    WAITING = "waiting", "Waiting for sign-off"
    ACCEPTED = "accepted", "Accepted"
    WITHDRAWN = "withdrawn", "Withdrawn"
    REPLACED = "replaced", "Replaced before it was accepted"
    SUPERSEDED = "superseded", "Replaced by a later return"
    EXPIRED = "expired", "Erased: it had waited too long"
    ERASED = "erased", "Erased: its agreed time was over"


class Standing(Named):
    """What one agency owes at one collection point, worked out each time it is shown."""

    NOT_DUE = "not_due", "Not open yet"
    DUE = "due", "Due"
    LATE = "late", "Late"
    BEING_READ = "being_read", "Being read"
    NEEDS_ATTENTION = "needs_attention", "Needs attention"
    READY = "ready", "Ready to check"
    WAITING = "waiting", "Waiting for sign-off"
    ACCEPTED = "accepted", "Accepted"
    NIL = "nil", "Nil return"
    ERASED = "erased", "Erased: its agreed time was over"
    NOT_SHARED = "not_shared", "Not shared"


# Returns nobody has finished with: an agency has at most one of these at a collection point.
OPEN = frozenset(
    {State.RECEIVED, State.READING, State.NEEDS_MAP, State.NEEDS_ATTENTION, State.READY, State.REFUSED, State.WAITING}
)
# Those whose file is kept, so that it can be read again.
CORRECTABLE = frozenset({State.NEEDS_MAP, State.NEEDS_ATTENTION, State.READY, State.REFUSED})
DONE = frozenset({Standing.ACCEPTED, Standing.NIL, Standing.ERASED, Standing.NOT_SHARED})
# Those with which an agency has done what it was asked.
SETTLED = frozenset({State.ACCEPTED, State.ERASED})

_STANDING = {
    State.RECEIVED: Standing.BEING_READ,
    State.READING: Standing.BEING_READ,
    State.NEEDS_MAP: Standing.NEEDS_ATTENTION,
    State.NEEDS_ATTENTION: Standing.NEEDS_ATTENTION,
    State.REFUSED: Standing.NEEDS_ATTENTION,
    State.READY: Standing.READY,
    State.WAITING: Standing.WAITING,
}


def standing_of(state: State) -> Standing:
    """The standing of an agency whose open return is in this state."""
    return _STANDING[state]


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that can happen to a return: from which states, to which, who does it, and what else is told why not."""

    act: str
    before: frozenset[State]
    after: tuple[State, ...]
    who: str
    what: str
    refusal: str


_S = State
STEPS: dict[str, Step] = {
    step.act: step
    for step in (
        Step("read", frozenset({_S.RECEIVED, _S.READING}),
             (_S.NEEDS_MAP, _S.NEEDS_ATTENTION, _S.READY, _S.REFUSED), "the service",
             "Reads and checks what was sent, and codes who is in it.",
             "This return is not waiting to be read."),
        Step("map", frozenset({_S.NEEDS_MAP, _S.NEEDS_ATTENTION, _S.READY, _S.REFUSED}), (_S.RECEIVED,), "its agency",
             "Says which column is which; the return is then read again.",
             "The columns of this return can no longer be changed. Send a new one instead."),
        Step("waive", frozenset({_S.NEEDS_ATTENTION, _S.READY}), (_S.RECEIVED,), "the partnership's analyst or manager",
             "Accepts a failed check with the reason; the return is then read again.",
             "A check can be waived only while the return is being put right."),
        Step("send", frozenset({_S.NEEDS_ATTENTION, _S.READY}), (_S.WAITING,), "its agency",
             "Asks a second person of the agency to sign it off.",
             "Only a return that has been read can be sent for sign-off."),
        Step("send_back", frozenset({_S.WAITING}), (_S.NEEDS_ATTENTION,), "a second person of its agency",
             "Sends it back with what is to be put right.",
             "This return is not waiting for sign-off."),
        Step("sign_off", frozenset({_S.WAITING}), (_S.ACCEPTED,), "a second person of its agency",
             "Lets the partnership use it. Its file is erased; the coded form is kept and never changed.",
             "This return is not waiting for sign-off."),
        Step("replace", frozenset(OPEN), (_S.REPLACED,), "its agency",
             "A newer file was sent before this one was accepted. Its file is erased.",
             "This return is settled, so a newer one does not replace it before it is accepted."),
        Step("supersede", frozenset({_S.ACCEPTED}), (_S.SUPERSEDED,), "its agency",
             "A later return was accepted in its place. This one stays in the history.",
             "Only an accepted return can be superseded."),
        Step("withdraw", frozenset(OPEN | {_S.ACCEPTED}), (_S.WITHDRAWN,), "its agency",
             "Takes it back, with the reason. Its file is erased and no later picture rests on it.",
             "This return has been withdrawn or replaced already."),
        Step("expire", CORRECTABLE | {_S.WAITING}, (_S.EXPIRED,), "the service",
             "Erases the file of a return that nobody finished within 30 days.",
             "This return is not waiting for anybody."),
        Step("erase", frozenset({_S.ACCEPTED}), (_S.ERASED,), "the service",
             "Erases the coded form when the time its agreement lets it be kept is over.",
             "Only an accepted return is kept until its time is over."),
    )
}  # fmt: skip


def table() -> str:
    """Every step, as the table that the documentation shows."""
    lines = ["| what happens | from | to | by |", "| --- | --- | --- | --- |"]
    for step in STEPS.values():
        before = ", ".join(state.label.lower() for state in State if state in step.before)
        after = " or ".join(state.label.lower() for state in step.after)
        lines.append(f"| {step.what} | {before} | {after} | {step.who} |")
    return "\n".join(lines) + "\n"
