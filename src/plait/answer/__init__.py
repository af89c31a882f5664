"""Answerability: for each strategic question, whether data answers it, why or why not, and what would close the gap."""

from plait.answer.answer import answer
from plait.answers import Answer, Answers, Evidence, Gap, GapKind, Standing

__all__ = ["Answer", "Answers", "Evidence", "Gap", "GapKind", "Standing", "answer"]
