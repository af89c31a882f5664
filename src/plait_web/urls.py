"""Every address of the application."""

from django.urls import URLPattern, URLResolver, path

from plait_web.ui import views as ui

urlpatterns: list[URLPattern | URLResolver] = [
    path("health", ui.health, name="health"),
    path("ready", ui.ready, name="ready"),
    path("accessibility/", ui.accessibility, name="accessibility"),
]

handler400 = "plait_web.ui.views.bad_request"
handler403 = "plait_web.ui.views.permission_denied"
handler404 = "plait_web.ui.views.page_not_found"
handler500 = "plait_web.ui.views.server_error"
