from django.urls import path

from plait_web.groundwork import views

app_name = "groundwork"
urlpatterns = [
    path("", views.paper, name="paper"),
    path("before-any-data.<slug:form>", views.paper, name="paper_as"),
]
