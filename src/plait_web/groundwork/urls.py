from django.urls import path

from plait_web.groundwork import views

app_name = "groundwork"
urlpatterns = [
    path("", views.paper, name="paper"),
    path("data-map/", views.paper, {"chapter": "data-map"}, name="paper_map"),
    path("plan/", views.paper, {"chapter": "plan"}, name="paper_plan"),
    path("before-any-data.<slug:form>", views.paper, name="paper_as"),
]
