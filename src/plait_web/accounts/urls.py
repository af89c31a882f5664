"""Addresses of a person's account and of the people of the partnership."""

from django.urls import path

from plait_web.accounts import people, views

app_name = "accounts"
urlpatterns = [
    path(".well-known/security.txt", views.security_txt, name="security_txt"),
    path("join/", views.welcome, name="welcome"),
    path("join/password/", views.new_password, name="new_password"),
    path("join/<str:token>/", views.join, name="join"),
    path("account/", views.home, name="home"),
    path("account/name/", views.rename, name="rename"),
    path("account/address/", views.address, name="address"),
    path("account/address/<str:token>/", views.confirm_address, name="confirm_address"),
    path("account/terms/", views.accept_terms, name="terms"),
    path("account/sessions/", views.sessions, name="sessions"),
    path("account/sessions/end/", views.end_sessions, name="end_sessions"),
    path("account/sign-ins/", views.sign_ins, name="sign_ins"),
    path("people/", people.people, name="people"),
    path("people/invite/", people.invite, name="invite"),
    path("people/invitations/<int:pk>/send-again/", people.resend, name="resend"),
    path("people/invitations/<int:pk>/withdraw/", people.withdraw, name="withdraw"),
    path("people/<int:pk>/", people.person, name="person"),
    path("people/<int:pk>/give-role/", people.give_role, name="give_role"),
    path("people/<int:pk>/hand-over/", people.hand_over, name="hand_over"),
    path("people/<int:pk>/close/", people.close, name="close"),
    path("people/<int:pk>/send-link/", people.send_link, name="send_link"),
    path("people/<int:pk>/unlock/", people.unlock, name="unlock"),
    path("people/<int:pk>/sign-out/", people.sign_out, name="sign_out"),
    path("people/<int:pk>/sign-ins/", people.sign_ins, name="person_sign_ins"),
    path("people/roles/<int:pk>/change/", people.change_role, name="change_role"),
    path("people/roles/<int:pk>/end/", people.end_role, name="end_role"),
    path("people/roles/<int:pk>/deputy/", people.deputy, name="deputy"),
]
