"""Nothing small gets out: figures in, what one zone may see out, checked by solving and against all that left before."""

from plait.protect.attack import Attack, Rule, attack
from plait.protect.kept import load_released, part_of, save_released
from plait.protect.ledger import Ledger, Left, left, withheld_counts
from plait.protect.protect import protect
from plait.protect.show import shown_count
from plait.protect.words import Context, Signed, check_words, sign

__all__ = [
    "Attack",
    "Context",
    "Ledger",
    "Left",
    "Rule",
    "Signed",
    "attack",
    "check_words",
    "left",
    "load_released",
    "part_of",
    "protect",
    "save_released",
    "shown_count",
    "sign",
    "withheld_counts",
]
