from django.urls import path

from plait_web.agreed import views

app_name = "agreed"
urlpatterns = [
    path("questions/", views.question_list, name="questions"),
    path("questions/order/", views.order, name="order"),
    path("questions/order/ours/", views.rank, name="rank"),
    path("questions/<slug:name>/", views.question, name="question"),
    path("questions/<slug:name>/say/", views.say_of_question, name="say_of_question"),
    path("questions/<slug:name>/specification/", views.question_specification, name="specification"),
    path("words-by-age/", views.by_age, name="by_age"),
    path("definitions/", views.definition_list, name="definitions"),
    path("definitions/<slug:name>/", views.definition, name="definition"),
    path("definitions/<slug:name>/say/", views.say_of_definition, name="say_of_definition"),
]
