from django.urls import path

from plait_web.packs import views

app_name = "packs"
urlpatterns = [
    path("", views.home, name="home"),
    path("items/<slug:folder>/", views.item_list, name="items"),
    path("items/<slug:folder>/new/", views.new, name="new"),
    path("items/<slug:folder>/<slug:name>/", views.item, name="item"),
    path("items/<slug:folder>/<slug:name>/change/", views.change, name="change"),
    path("items/<slug:folder>/<slug:name>/change/<slug:way>/", views.change_part, name="change_part"),
    path("drafts/", views.draft_list, name="drafts"),
    path("drafts/<int:pk>/", views.draft, name="draft"),
    path("drafts/<int:pk>/say/", views.say, name="say"),
    path("drafts/<int:pk>/comment/", views.comment, name="comment"),
    path("drafts/<int:pk>/withdraw/", views.withdraw, name="withdraw"),
    path("adopt/", views.adopt, name="adopt"),
    path("versions/<slug:digest>/", views.version, name="version"),
    path("versions/<slug:digest>/file/", views.send_out, name="send_out"),
    path("versions/<slug:digest>/<slug:folder>/<slug:name>/", views.version_item, name="version_item"),
    path("compare/", views.compare, name="compare"),
    path("exchange/", views.between, name="exchange"),
    path("exchange/receive/", views.receive, name="receive"),
    path("exchange/<int:pk>/", views.received, name="received"),
    path("exchange/<int:pk>/<slug:folder>/<slug:name>/", views.received_item, name="received_item"),
]
