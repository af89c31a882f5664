from django.urls import path

from plait_web.release.views import checking, ledger, preparing

app_name = "release"
urlpatterns = [
    path("releases/", preparing.release_list, name="list"),
    path("releases/new/", preparing.begin, name="begin"),
    path("releases/<int:pk>/", preparing.release, name="release"),
    path("releases/<int:pk>/who/", preparing.who, name="who"),
    path("releases/<int:pk>/about/", preparing.about, name="about"),
    path("releases/<int:pk>/figures/", preparing.figures, name="figures"),
    path("releases/<int:pk>/quotes/", preparing.quotes, name="quotes"),
    path("releases/<int:pk>/send/", preparing.send, name="send"),
    path("releases/<int:pk>/withdraw/", preparing.withdraw, name="withdraw"),
    path("releases/<int:pk>/evidence/", checking.seen, name="evidence"),
    path("releases/<int:pk>/check/", checking.check, name="check"),
    path("releases/<int:pk>/agree/", checking.agree, name="agree"),
    path("releases/<int:pk>/publish/", checking.publish, name="publish"),
    path("releases/<int:pk>/recall/", checking.recall, name="recall"),
    path("releases/<int:pk>/correct/", checking.correct, name="correct"),
    path("releases/<int:pk>/taken/", preparing.taken, name="taken"),
    path("releases/<int:pk>/attack/", checking.attack, name="attack"),
    path("releases/<int:pk>/files/<str:name>", checking.file, name="file"),
    path("ledger/", ledger.left, name="ledger"),
    path("ledger/<slug:key>/", ledger.entry, name="entry"),
    path("ledger/<slug:key>/figure/", ledger.cell, name="cell"),
]
