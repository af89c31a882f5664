from django.urls import path

from plait_web.maturity import views

app_name = "maturity"
urlpatterns = [
    path("", views.round_list, name="rounds"),
    path("new/", views.new_round, name="new_round"),
    path("<int:pk>/", views.round_page, name="round"),
    path("<int:pk>/plan/<slug:statement>/accept/", views.accept, name="accept_together"),
    path("<int:pk>/plan/<slug:statement>/not-now/", views.not_now, name="not_now_together"),
    path("<int:pk>/<slug:code>/", views.agency_page, name="agency"),
    path("<int:pk>/<slug:code>/rate/<slug:heading>/", views.rate, name="rate"),
    path("<int:pk>/<slug:code>/<slug:statement>/comment/", views.comment, name="comment"),
    path("<int:pk>/<slug:code>/<slug:statement>/accept/", views.accept, name="accept"),
    path("<int:pk>/<slug:code>/<slug:statement>/not-now/", views.not_now, name="not_now"),
]
