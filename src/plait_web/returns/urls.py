"""The addresses of the calendar and of returns."""

from django.urls import path

from plait_web.returns.views import calendar, findings, links, matching, sending, settling, waiving

app_name = "returns"
urlpatterns = [
    path("", calendar.calendar, name="calendar"),
    path("add/", calendar.add, name="add"),
    path("add/<slug:step>/", calendar.add, name="add_step"),
    path("next-year/", calendar.next_year, name="next_year"),
    path("points/<int:pk>/", calendar.point, name="point"),
    path("points/<int:pk>/days/", calendar.days, name="days"),
    path("points/<int:pk>/remove/", calendar.remove, name="remove"),
    path("templates/<slug:dataset>.xlsx", sending.template, name="template"),
    path("asked/<int:pk>/", sending.place, name="place"),
    path("asked/<int:pk>/people/", calendar.people, name="people"),
    path("asked/<int:pk>/send/", sending.send, name="send"),
    path("asked/<int:pk>/nil/", sending.nil, name="nil"),
    path("asked/<int:pk>/link/", links.make, name="link"),
    path("links/<int:pk>/end/", links.end, name="end_link"),
    path("<uuid:pk>/", sending.submission, name="return"),
    path("<uuid:pk>/state/", sending.state, name="state"),
    path("<uuid:pk>/columns/", matching.columns, name="columns"),
    path("<uuid:pk>/read-as/", matching.read_as, name="read_as"),
    path("<uuid:pk>/findings/", findings.findings, name="findings"),
    path("<uuid:pk>/findings.csv", findings.listing, name="findings_csv"),
    path("<uuid:pk>/marked/", findings.marked, name="marked"),
    path("<uuid:pk>/changes/", findings.changes, name="changes"),
    path("<uuid:pk>/waive/<str:code>/", findings.waive, name="waive"),
    path("<uuid:pk>/check/", settling.check, name="check"),
    path("<uuid:pk>/sign-off/", settling.sign_off, name="sign_off"),
    path("<uuid:pk>/send-back/", settling.send_back, name="send_back"),
    path("<uuid:pk>/withdraw/", settling.withdraw, name="withdraw"),
    path("waivers/", waiving.waivers, name="waivers"),
    path("waivers/<int:pk>/end/", waiving.end_waiver, name="end_waiver"),
    path("by-link/<str:token>/", links.by_link, name="by_link"),
    path("counts/", links.counts_page, name="counts"),
    path("counts/check/", links.counts_check, name="counts_check"),
    path("counts/done/", links.counts_done, name="counts_done"),
    path("counts/sign-off/", links.counts_sign_off, name="counts_sign_off"),
]
