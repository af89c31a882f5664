"""Addresses of the partnership and its agreements."""

from django.urls import path

from plait_web.partnership.views import agencies, agreements, groups, home, papers, records, setting_up

app_name = "partnership"
urlpatterns = [
    path("partnership/", home.home, name="home"),
    path("partnership/former-agencies/", home.former, name="former"),
    path("partnership/handover/", home.hand_over, name="handover"),
    path("partnership/handover/calendar/", home.hand_over_calendar, name="handover_calendar"),
    path("partnership/handover/handover-pack.<slug:form>", home.hand_over, name="handover_as"),
    path("partnership/pack/", setting_up.pack_in_force, name="pack"),
    path("partnership/next-update/", setting_up.next_update, name="next_update"),
    # setting up
    path("partnership/set-up/", setting_up.set_up, name="set_up"),
    path("partnership/set-up/name/", setting_up.name, name="set_up_name"),
    path("partnership/set-up/areas/", setting_up.areas, name="set_up_areas"),
    path("partnership/set-up/pack/", setting_up.pack, name="set_up_pack"),
    path("partnership/set-up/agencies/", agencies.listed, name="set_up_agencies"),
    path("partnership/set-up/groups/", groups.listed, name="set_up_groups"),
    path("partnership/set-up/check/", setting_up.check, name="set_up_check"),
    # agencies
    path("partnership/add-agency/", agencies.add, name="add_agency"),
    path("partnership/add-agency/<slug:step>/", agencies.add_step, name="add_agency_step"),
    path("partnership/agency/<slug:code>/", agencies.agency, name="agency"),
    path("partnership/agency/<slug:code>/change/<slug:part>/", agencies.change, name="change_agency"),
    path("partnership/agency/<slug:code>/end/", agencies.end, name="end_agency"),
    # groups
    path("partnership/add-group/", groups.add, name="add_group"),
    path("partnership/add-group/<slug:step>/", groups.add_step, name="add_group_step"),
    path("partnership/group/<int:pk>/", groups.group, name="group"),
    path("partnership/group/<int:pk>/change/<slug:part>/", groups.change, name="change_group"),
    path("partnership/group/<int:pk>/end/", groups.end, name="end_group"),
    path("partnership/group/<int:pk>/add-seat/", groups.add_seat, name="add_seat"),
    path("partnership/seat/<int:pk>/", groups.change_seat, name="change_seat"),
    path("partnership/seat/<int:pk>/give-up/", groups.give_up_seat, name="give_up_seat"),
    # agreements
    path("agreements/", agreements.listed, name="agreements"),
    path("agreements/draw-up/", agreements.draw_up, name="draw_up"),
    path("agreements/draw-up/<slug:step>/", agreements.draw_up_step, name="draw_up_step"),
    path("agreement/<slug:code>/", agreements.agreement, name="agreement"),
    path("agreement/<slug:code>/paper/", papers.agreement_paper, name="agreement_paper"),
    path("agreement/<slug:code>/paper/agreement.<slug:form>", papers.agreement_paper, name="agreement_as"),
    path("agreement/<slug:code>/withdraw/", agreements.withdraw, name="withdraw"),
    path("agreement/<slug:code>/renew/", agreements.renew, name="renew"),
    path("agreement/<slug:code>/owner/", agreements.owner, name="agreement_owner"),
    path("agreement/<slug:code>/discard/", agreements.discard, name="discard"),
    path("agreements/party/<int:pk>/sign/", agreements.sign, name="sign"),
    path("agreements/party/<int:pk>/refuse/", agreements.refuse, name="refuse"),
    path("agreements/party/<int:pk>/leave/", agreements.leave, name="leave"),
    # what is made from them
    path("agreements/documents/", papers.index, name="documents"),
    path("agreements/flows/", papers.flow_register, name="flows"),
    path("agreements/flows/data-flows.<slug:form>", papers.flow_register, name="flows_as"),
    path("agreements/impact-assessment/", papers.impact, name="impact"),
    path("agreements/impact-assessment/impact-assessment.<slug:form>", papers.impact, name="impact_as"),
    path("agreements/privacy-notice/", papers.notice, name="notice"),
    path("agreements/privacy-notice/privacy-notice.<slug:form>", papers.notice, name="notice_as"),
    # decisions not to share, barriers
    path("agreements/not-shared/", records.not_shared, name="not_shared"),
    path("agreements/not-shared/add/", records.decide, name="decide_not_to_share"),
    path("agreements/not-shared/<int:pk>/keep/", records.keep_decision, name="keep_decision"),
    path("agreements/not-shared/<int:pk>/end/", records.end_decision, name="end_decision"),
    path("agreements/barriers/", records.barriers, name="barriers"),
    path("agreements/barriers/add/", records.raise_barrier, name="raise_barrier"),
    path("agreements/barriers/<int:pk>/step/", records.change_barrier, name="change_barrier"),
    path("agreements/barriers/<int:pk>/resolve/", records.resolve_barrier, name="resolve_barrier"),
]
