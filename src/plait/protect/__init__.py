"""Nothing small gets out: figures in, what one zone may see out, checked by solving before it leaves."""

from plait.protect.ledger import Ledger, withheld_counts
from plait.protect.protect import protect
from plait.protect.show import shown_count

__all__ = ["Ledger", "protect", "shown_count", "withheld_counts"]
