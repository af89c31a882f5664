from django.urls import path

from plait_web.network import views

app_name = "network"
urlpatterns = [
    path("", views.home, name="home"),
    path("offers/new/", views.offer, name="offer"),
    path("offers/<int:pk>/end/", views.end_offer, name="end_offer"),
    path("requests/", views.request_list, name="requests"),
    path("requests/new/", views.ask_for_help, name="ask"),
    path("requests/<int:pk>/end/", views.end_request, name="end_request"),
    path("sections/", views.section_list, name="sections"),
    path("sections/new/", views.new_section, name="new_section"),
    path("sections/<int:pk>/take/", views.take_section, name="take_section"),
    path("sections/<int:pk>/done/", views.finish_section, name="finish_section"),
    path("methods/", views.method_list, name="methods"),
    path("methods/new/", views.share_method, name="share_method"),
    path("methods/<int:pk>/", views.method, name="method"),
    path("methods/<int:pk>/version/", views.rewrite_method, name="rewrite_method"),
    path("methods/<int:pk>/use/", views.use_method, name="use_method"),
]
