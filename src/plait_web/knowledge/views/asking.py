"""Pages with one form, with a second look at the words by the language guide of the pack in force."""

from __future__ import annotations

from functools import partial

from django.views.decorators.http import require_http_methods

from plait_web.partnership.access import pack
from plait_web.ui import asking
from plait_web.ui.asking import Asked

__all__ = ["ASK_AND_SEND", "Asked", "ask"]

ASK_AND_SEND = require_http_methods(["GET", "POST"])
ask = partial(asking.ask, pack=pack)
