"""Addresses of the data map and its registers."""

from django.urls import path

from plait_web.knowledge.views import coverage, files, lines, links, registers

app_name = "knowledge"
urlpatterns = [
    path("data-map/", lines.data_map, name="data_map"),
    path("data-map/add/", lines.add, name="add"),
    path("data-map/<int:pk>/", lines.asset, name="asset"),
    path("data-map/<int:pk>/change/", lines.change, name="change"),
    path("data-map/<int:pk>/move/", lines.move, name="move"),
    path("data-map/<int:pk>/rate/", lines.rate, name="rate"),
    path("data-map/<int:pk>/end/", lines.end, name="end"),
    path("data-map/agencies/<slug:code>/", lines.agency, name="agency"),
    path("data-map/agencies/<slug:code>/whole/", lines.confirm, name="confirm"),
    path("data-map/agencies/<slug:code>/link/", links.make, name="link"),
    path("data-map/links/<int:pk>/end/", links.end, name="end_link"),
    path("data-map/by-link/<str:token>/", links.by_link, name="by_link"),
    path("data-map/short/", links.short, name="short"),
    path("data-map/short/check/", links.short_check, name="short_check"),
    path("data-map/short/done/", links.short_done, name="short_done"),
    path("data-map/coverage/", coverage.coverage, name="coverage"),
    path("data-map/file.csv", files.written, {"kind": "csv"}, name="csv"),
    path("data-map/file.xlsx", files.written, {"kind": "xlsx"}, name="xlsx"),
    path("data-map/files/", files.send, name="send_file"),
    path("data-map/files/<int:pk>/headings/", files.headings, name="headings"),
    path("data-map/files/<int:pk>/", files.look, name="look"),
    path("data-map/files/<int:pk>/aside/", files.aside, name="aside"),
    path("flags/", registers.flags, name="flags"),
    path("flags/add/", registers.new_flag, name="new_flag"),
    path("flags/<int:pk>/change/", registers.change_flag, name="change_flag"),
    path("flags/<int:pk>/end/", registers.end_flag, name="end_flag"),
    path("systems/", registers.systems, name="systems"),
    path("systems/add/", registers.new_system, name="new_system"),
    path("systems/<int:pk>/", registers.system, name="system"),
    path("systems/<int:pk>/change/", registers.change_system, name="change_system"),
    path("systems/<int:pk>/ask/", registers.ask_for_change, name="ask_for_change"),
    path("system-changes/<int:pk>/", registers.settle_request, name="settle_request"),
]
