"""Addresses of the picture."""

from django.urls import path

from plait_web.picture import views

app_name = "picture"
urlpatterns = [
    path("", views.home, name="home"),
    path("questions/<slug:name>/", views.question, name="question"),
    path("questions/<slug:about>/raise/", views.raise_question, name="raise_about"),
    path("figures/<slug:name>/", views.figure, name="figure"),
    path("across/", views.across, name="across"),
    path("across/links/review/", views.review, name="review"),
    path("across/<slug:name>/", views.topic, name="topic"),
    path("across/<slug:name>/tables.csv", views.topic_tables, name="topic_tables"),
    path("profile/", views.profile, name="profile"),
    path("profile/<path:path>", views.profile, name="profile_file"),
    path("raise/", views.raise_question, name="raise"),
    path("raised/", views.raised, name="raised"),
    path("raised/<int:pk>/reply/", views.reply, name="reply"),
    path("runs/", views.runs, name="runs"),
    path("runs/start/", views.start_run, name="start_run"),
    path("runs/<int:pk>/", views.run, name="run"),
    path("runs/<int:pk>/state", views.run_state, name="run_state"),
]
