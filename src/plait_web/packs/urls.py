from django.urls import path

from plait_web.packs.views import adopting, drafting, drafts, exchanging, reading, versions

app_name = "packs"
urlpatterns = [
    path("", reading.home, name="home"),
    path("items/<slug:folder>/", reading.item_list, name="items"),
    path("items/<slug:folder>/new/", drafting.new, name="new"),
    path("items/<slug:folder>/<slug:name>/", reading.item, name="item"),
    path("items/<slug:folder>/<slug:name>/change/", drafting.change, name="change"),
    path("items/<slug:folder>/<slug:name>/thing/", drafting.thing, name="thing"),
    path("items/<slug:folder>/<slug:name>/change/<slug:way>/", drafting.change_part, name="change_part"),
    path("drafts/", drafts.draft_list, name="drafts"),
    path("drafts/<int:pk>/", drafts.draft, name="draft"),
    path("drafts/<int:pk>/say/", drafts.say, name="say"),
    path("drafts/<int:pk>/comment/", drafts.comment, name="comment"),
    path("drafts/<int:pk>/withdraw/", drafts.withdraw, name="withdraw"),
    path("adopt/", adopting.adopt, name="adopt"),
    path("versions/<slug:digest>/", versions.version, name="version"),
    path("versions/<slug:digest>/file/", exchanging.send_out, name="send_out"),
    path("versions/<slug:digest>/<slug:folder>/<slug:name>/", versions.version_item, name="version_item"),
    path("compare/", versions.compare, name="compare"),
    path("exchange/", exchanging.between, name="exchange"),
    path("exchange/receive/", exchanging.receive, name="receive"),
    path("exchange/<int:pk>/", exchanging.received, name="received"),
    path("exchange/<int:pk>/<slug:folder>/<slug:name>/", exchanging.received_item, name="received_item"),
]
