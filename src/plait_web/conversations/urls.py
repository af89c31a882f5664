from django.urls import path

from plait_web.conversations import views

app_name = "conversations"
urlpatterns = [
    path("", views.conversation_list, name="list"),
    path("about/<slug:about>/", views.begin, name="begin"),
    path("<int:pk>/", views.one, name="one"),
    path("<int:pk>/shown/", views.what_was_shown, name="shown"),
    path("<int:pk>/reading/", views.read, name="read"),
    path("<int:pk>/question/", views.ask_next, name="ask_next"),
    path("<int:pk>/end/", views.end, name="end"),
]
