"""Addresses of gaps, figures against practice, the same cases, and what returns were like."""

from django.urls import path

from plait_web.quality.views import exercises, gaps, over_time, practice

app_name = "quality"
urlpatterns = [
    path("gaps/", gaps.gaps, name="gaps"),
    path("gaps/new/", gaps.new_gap, name="new_gap"),
    path("gaps/relied-on/", gaps.reliance, name="reliance"),
    path("gaps/found/<slug:key>/", gaps.take_on, name="take_on"),
    path("gaps/<int:pk>/", gaps.gap, name="gap"),
    path("gaps/<int:pk>/change/", gaps.change_gap, name="change_gap"),
    path("gaps/<int:pk>/end/", gaps.end_gap, name="end_gap"),
    path("gaps/<int:pk>/action/", gaps.plan_gap, name="plan_gap"),
    path("figures-and-practice/", practice.discrepancies, name="discrepancies"),
    path("figures-and-practice/new/", practice.new_discrepancy, name="new_discrepancy"),
    path("figures-and-practice/<int:pk>/settle/", practice.settle, name="settle"),
    path("figures-and-practice/<int:pk>/action/", practice.plan, name="plan_test"),
    path("data-quality/", over_time.quality, name="quality"),
    path("data-quality/<slug:code>/<slug:dataset>/", over_time.one, name="one"),
    path("same-cases/", exercises.exercises, name="exercises"),
    path("same-cases/new/", exercises.new_exercise, name="new_exercise"),
    path("same-cases/<int:pk>/", exercises.exercise, name="exercise"),
    path("same-cases/<int:pk>/case/", exercises.add_case, name="add_case"),
    path("same-cases/<int:pk>/people/", exercises.ask_people, name="ask_people"),
    path("same-cases/<int:pk>/open/", exercises.open_it, name="open_exercise"),
    path("same-cases/<int:pk>/close/", exercises.close_it, name="close_exercise"),
    path("same-cases/<int:pk>/hand-in/", exercises.hand_in, name="hand_in"),
    path("same-cases/<int:pk>/<int:number>/", exercises.code, name="code"),
]
