"""Addresses of what the partnership knows about its own data."""

from django.urls import path

from plait_web.knowledge import views

app_name = "knowledge"
urlpatterns = [path("data-map/", views.data_map, name="data_map")]
