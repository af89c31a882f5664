from django.urls import path

from plait_web.response import views

app_name = "response"
urlpatterns = [
    path("actions/", views.action_list, name="actions"),
    path("actions/new/", views.new_action, name="new_action"),
    path("actions/<int:pk>/", views.action, name="action"),
    path("actions/<int:pk>/change/", views.change_action, name="change_action"),
    path("actions/<int:pk>/note/", views.note_action, name="note_action"),
    path("actions/<int:pk>/close/", views.close_action, name="close_action"),
    path("inbox/", views.inbox, name="inbox"),
    path("inbox/<int:pk>/put-aside/", views.put_aside, name="put_aside"),
    path("goals/", views.goal_list, name="goals"),
    path("goals/new/", views.new_goal, name="new_goal"),
    path("goals/<int:pk>/end/", views.end_goal, name="end_goal"),
    path("meetings/", views.meeting_list, name="meetings"),
    path("meetings/new/", views.new_meeting, name="new_meeting"),
    path("meetings/<int:pk>/", views.meeting, name="meeting"),
    path("meetings/<int:pk>/held/", views.hold_meeting, name="hold_meeting"),
    path("meetings/<int:pk>/decide/", views.decide, name="decide"),
    path("between-groups/", views.route_list, name="routes"),
    path("between-groups/new/", views.new_route, name="new_route"),
    path("between-groups/<int:pk>/reply/", views.reply_route, name="reply_route"),
]
