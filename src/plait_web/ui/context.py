"""What every page knows: who is reading, where they may go, and whose partnership this is."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from plait_web.ui.navigation import links_for


def page(request: HttpRequest) -> dict[str, Any]:
    return {
        "user": getattr(request, "user", None),
        "navigation": links_for(request),
        "invented": settings.INVENTED,
    }
