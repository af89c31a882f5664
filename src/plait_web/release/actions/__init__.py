"""The only writers of releases: preparing, checking, letting out and taking back, and attacks on them."""

from plait_web.release.actions.attacking import ask_for_attack, attack
from plait_web.release.actions.checking import agree, check, object_to
from plait_web.release.actions.leaving import begin_correction, publish, recall, take
from plait_web.release.actions.preparing import begin, change, draw, resume, send, withdraw

__all__ = [
    "agree",
    "ask_for_attack",
    "attack",
    "begin",
    "begin_correction",
    "change",
    "check",
    "draw",
    "object_to",
    "publish",
    "recall",
    "resume",
    "send",
    "take",
    "withdraw",
]
