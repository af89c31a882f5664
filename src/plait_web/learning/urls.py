from django.urls import path

from plait_web.learning import views

app_name = "learning"
urlpatterns = [
    path("audits/", views.audit_list, name="audits"),
    path("audits/new/", views.new_audit, name="new_audit"),
    path("audits/<int:pk>/act/", views.act_on_audit, name="act_on_audit"),
    path("training/", views.training_list, name="training"),
    path("training/new/", views.new_need, name="new_need"),
    path("training/<int:pk>/held/", views.hold_training, name="hold_training"),
    path("training/<int:pk>/end/", views.end_need, name="end_need"),
    path("together/", views.together_list, name="together"),
    path("together/new/", views.new_together, name="new_together"),
    path("processes/", views.review_list, name="reviews"),
    path("processes/new/", views.new_review, name="new_review"),
    path("processes/<int:pk>/done/", views.carry_out, name="carry_out"),
]
