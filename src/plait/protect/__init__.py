"""Nothing small gets out: figures in, what one zone may see out, checked by solving and against all that left before."""

from plait.protect.attack import Attack, Rule, attack
from plait.protect.ledger import Ledger, withheld_counts
from plait.protect.protect import protect
from plait.protect.show import shown_count
from plait.protect.words import Context, Signed, check_words, sign

__all__ = [
    "Attack",
    "Context",
    "Ledger",
    "Rule",
    "Signed",
    "attack",
    "check_words",
    "protect",
    "shown_count",
    "sign",
    "withheld_counts",
]
