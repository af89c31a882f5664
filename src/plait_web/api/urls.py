"""Addresses for other systems under /api/, and the pages of their tokens."""

from django.urls import URLPattern, include, path

from plait_web.api import views
from plait_web.api.service import ASKS, api
from plait_web.permissions import public

app_name = "api"


def _with_permissions() -> list[URLPattern]:
    """The service's addresses, each saying which permission its token must hold; its description is for anybody."""
    patterns: list[URLPattern] = api.urls[0]
    for pattern in patterns:
        if pattern.name in ASKS:
            pattern.callback.permission = ASKS[pattern.name]
            pattern.callback.by_token = True  # nobody is let in by signing in
        else:
            pattern.callback = public("It describes the service, and nothing that is in it.")(pattern.callback)
    return patterns


urlpatterns = [
    path("api/", include((_with_permissions(), "service"))),
    path("tokens/", views.tokens, name="tokens"),
    path("tokens/make/", views.make, name="make_token"),
    path("tokens/<int:pk>/withdraw/", views.withdraw, name="withdraw_token"),
]
