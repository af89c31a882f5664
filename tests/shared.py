"""Where real published tables lie, when they are on this machine: $PLAIT_SHARED, else `shared` beside the project."""

import os
from pathlib import Path

SHARED = Path(os.environ.get("PLAIT_SHARED") or Path(__file__).parents[2] / "shared")
