"""`plait answer`: what data can and cannot say, before and after it arrives."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from plait.answer import answer
from plait.answers import Answer, Answers, Standing
from plait.partnership import open_workspace
from plait.pipeline import supplied_so_far
from plait.values import Period

WORDS = {
    Standing.ANSWERED: "Answered",
    Standing.PARTLY: "Partly answered",
    Standing.NOT_YET: "Not yet",
    Standing.NEVER: "Not by data",
}


def answers_text(folder: Path, question: str | None, *, period: str, on: date) -> str:
    """The state of every question, or one question in full. Raises UserError for a question that does not exist."""
    place = open_workspace(folder)
    sent = [Period.parse(r.period) for r in place.partnership.returns]
    asked = Period.parse(period) if period else max(sent, default=Period.parse(str(on.year)))
    so_far = supplied_so_far(place)
    found = answer(place.pack, place.partnership, so_far.supplied, period=asked, on=on, unused=so_far.unused)
    if question is None:
        return _all(found, asked)
    place.pack.question(question)
    return _one(next(a for a in found.answers if a.question.id == question))


def _all(answers: Answers, period: Period) -> str:
    lines = [f"Questions for {period}"]
    for standing in Standing:
        those = answers.of(standing)
        lines += [f"\n{WORDS[standing]} ({len(those)})", *(f"  {a.question.id}: {a.question.title}" for a in those)]
    without, unused = len(answers.questions_without_data), len(answers.data_without_question)
    lines.append(f"\n{without} questions have no data yet; {unused} columns held answer no question.")
    lines.append("For one question in full: plait answer FOLDER QUESTION")
    return "\n".join(lines)


def _one(found: Answer) -> str:
    question = found.question
    lines = [question.title, f"{WORDS[found.standing]}.", f"Why it is asked: {question.why}", "", *found.reasons]
    if found.gaps:
        lines += ["", "What would close the gaps:", *dict.fromkeys(f"  - {gap.action}" for gap in found.gaps)]
    return "\n".join(lines)
