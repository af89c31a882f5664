"""Addresses of the audit trail."""

from django.urls import path

from plait_web.audit import views

app_name = "audit"
urlpatterns = [
    path("", views.listed, name="list"),
    path("download/", views.download, name="download"),
    path("check/", views.check, name="check"),
    path("<int:pk>/", views.event, name="event"),
]
