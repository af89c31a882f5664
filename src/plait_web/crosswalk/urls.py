from django.urls import path

from plait_web.crosswalk import views

app_name = "crosswalk"
urlpatterns = [
    path("", views.home, name="home"),
    path("codes/<slug:name>/", views.codes, name="codes"),
    path("codes/<slug:name>/add/", views.add, name="add"),
    path("codes/<slug:name>/take/", views.take, name="take"),
    path("codes/<slug:name>/codes.csv", views.written, name="written"),
    path("codes/<slug:name>/send/", views.send, name="send"),
    path("code/<int:pk>/", views.change, name="change"),
    path("code/<int:pk>/remove/", views.remove, name="remove"),
    path("terms/<slug:name>/", views.term, name="term"),
    path("terms/<slug:name>/say/", views.say, name="say"),
]
