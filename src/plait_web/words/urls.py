from django.urls import path

from plait_web.words import views

app_name = "words"
urlpatterns = [
    path("", views.word_list, name="list"),
    path("new/", views.write, name="write"),
    path("<int:pk>/", views.passage, name="passage"),
    path("<int:pk>/change/", views.change, name="change"),
    path("<int:pk>/sign/", views.sign, name="sign"),
    path("<int:pk>/send-back/", views.send_back, name="send_back"),
    path("<int:pk>/withdraw/", views.withdraw, name="withdraw"),
    path("<int:pk>/answer/", views.answer, name="answer"),
]
