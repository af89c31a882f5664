"""Every address of the application."""

from django.urls import URLPattern, URLResolver, include, path

from plait_web.ui import views as ui

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("plait_web.picture.urls")),
    path("audit/", include("plait_web.audit.urls")),
    path("", include("plait_web.api.urls")),
    path("", include("plait_web.response.urls")),
    path("", include("plait_web.release.urls")),
    path("words/", include("plait_web.words.urls")),
    path("maturity/", include("plait_web.maturity.urls")),
    path("conversations/", include("plait_web.conversations.urls")),
    path("network/", include("plait_web.network.urls")),
    path("mandate/", include("plait_web.mandate.urls")),
    path("learning/", include("plait_web.learning.urls")),
    path("", include("plait_web.quality.urls")),
    path("before-any-data/", include("plait_web.groundwork.urls")),
    path("agreed/", include("plait_web.agreed.urls")),
    path("packs/", include("plait_web.packs.urls")),
    path("crosswalk/", include("plait_web.crosswalk.urls")),
    path("", include("plait_web.accounts.sign_in")),
    path("", include("plait_web.accounts.urls")),
    path("", include("plait_web.partnership.urls")),
    path("", include("plait_web.knowledge.urls")),
    path("returns/", include("plait_web.returns.urls")),
    path("health", ui.health, name="health"),
    path("ready", ui.ready, name="ready"),
    path("accessibility/", ui.accessibility, name="accessibility"),
]

handler400 = "plait_web.ui.views.bad_request"
handler403 = "plait_web.ui.views.permission_denied"
handler404 = "plait_web.ui.views.page_not_found"
handler500 = "plait_web.ui.views.server_error"
