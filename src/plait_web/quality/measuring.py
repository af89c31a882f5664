"""What one accepted return was like, from its coded snapshot: counts only, a row a data set."""

from __future__ import annotations

from django.utils import timezone

from plait.engine import Engine
from plait.measure.recording import at_odds, recording
from plait_web.partnership import access as partnership
from plait_web.quality.models import Measured
from plait_web.returns import port
from plait_web.returns.models import Submission

NOTHING = ""  # the data set of a return that holds none the pack has: it is not looked at again


def measured(submission: Submission) -> list[Measured]:
    """A row for each data set of the return that the pack in force has; one empty row when there is none. Saves nothing."""
    pack, kept = partnership.pack(), port.snapshot(submission)
    late = (timezone.localdate(submission.sent_at) - submission.expected.point.due).days
    found = []
    with Engine(threads=1, memory="512MB") as engine:
        for sent in kept.supplied:
            if sent.dataset not in pack.datasets or sent.dataset not in kept.tables:
                continue
            columns = recording(engine, pack, sent.dataset, kept.tables[sent.dataset])
            found.append(
                Measured(
                    submission=submission,
                    dataset=sent.dataset,
                    read=sent.rows,
                    usable=sent.usable,
                    conflicting=at_odds(pack.dataset(sent.dataset), kept.findings),
                    days_late=late,
                    columns={c.column: [c.empty, c.unknown, c.unlisted] for c in columns},
                )
            )
    nothing = Measured(
        submission=submission, dataset=NOTHING, read=0, usable=0, conflicting=0, days_late=late, columns={}
    )
    return found or [nothing]
