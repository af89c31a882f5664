from django.urls import path

from plait_web.mandate import views

app_name = "mandate"
urlpatterns = [
    path("questions/", views.matrix, {"about": "question"}, name="questions"),
    path("indicators/", views.matrix, {"about": "indicator"}, name="indicators"),
    path("actions/", views.matrix, {"about": "action"}, name="actions"),
    path("parts/<int:pk>/take-away/", views.take_away, name="take_away"),
    path("parts/<slug:about>/<slug:item>/", views.one, name="one"),
    path("parts/<slug:about>/<slug:item>/give/", views.give, name="give"),
    path("leave/", views.leave_list, name="leaves"),
    path("leave/ask/", views.ask_leave, name="ask_leave"),
    path("leave/<int:pk>/answer/", views.answer_leave, name="answer_leave"),
    path("messages/", views.message_list, name="messages"),
    path("messages/new/", views.new_message, name="new_message"),
    path("messages/audiences/<int:pk>/heard/", views.heard, name="heard"),
    path("reports/", views.report_map, name="reports"),
    path("reports/new/", views.new_report, name="new_report"),
    path("reports/<int:pk>/end/", views.end_report, name="end_report"),
]
