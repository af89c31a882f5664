"""A change is a draft until it is adopted; what loosens is refused with the library's reason; every version stays."""

from datetime import timedelta

import pytest

from plait.declare import CodeList
from plait_web.audit.models import Event
from plait_web.packs import access, actions, history
from plait_web.packs.models import Draft
from plait_web.packs.versions import drafted, standing, tried
from plait_web.partnership import access as partnership
from plait_web.permissions import Refused
from plait_web.returns.port import workspace
from plait_web.roles import Role

pytestmark = pytest.mark.django_db


def core(folder, name):
    return standing().item(folder, name)


def test_a_draft_changes_nothing_until_it_is_adopted(reword, adopt):
    before = partnership.pack().definitions["disruption"].text
    draft = reword("Whatever gets in their way.")
    assert partnership.pack().definitions["disruption"].text == before
    adopt(draft)
    assert partnership.pack().definitions["disruption"].text == "Whatever gets in their way."


def test_an_adopted_version_says_who_when_and_why_and_its_draft_leads_to_it(reword, adopt, manager, today):
    draft = reword()
    adoption = adopt(draft, why="The board agreed it in June.")
    draft.refresh_from_db()
    assert (draft.state, draft.adoption) == (Draft.State.ADOPTED, adoption)
    assert (adoption.by, adoption.effective, adoption.why) == (manager, today, "The board agreed it in June.")
    assert (adoption.pack, adoption.version) == ("marlshire", "1")
    assert [e.act for e in Event.objects.filter(act__startswith="draft")] == ["draft.adopted", "draft.begun"]


def test_a_version_takes_effect_on_its_day_and_not_before(reword, adopt, today):
    adopt(reword("From next month."), effective=today + timedelta(days=30))
    assert partnership.pack().definitions["disruption"].text != "From next month."
    assert partnership.pack(today + timedelta(days=30)).definitions["disruption"].text == "From next month."


def test_a_definition_that_means_something_else_breaks_its_series_from_the_day(reword, adopt, today):
    used = next(i for i in partnership.shipped().indicators.values() if i.definitions).definitions[0]
    adopt(reword("Something narrower.", name=used), effective=today + timedelta(days=3))
    assert standing().pack.definitions[used].since == today + timedelta(days=3)


def test_an_owner_changed_breaks_nothing(reword, adopt):
    was = core("definitions", "disruption")
    adopt(reword(was.text, owner="Disruption panel"))
    assert standing().pack.definitions["disruption"].since == was.since


def test_versions_go_on_from_one_another(reword, adopt):
    adopt(reword("First."))
    second = adopt(reword("Second.", name="missing"))
    found = partnership.pack_of(second.digest)
    assert (found.definitions["disruption"].text, found.definitions["missing"].text) == ("First.", "Second.")
    assert second.version == "2" and len(access.versions()) == 3


def test_the_history_of_an_item_tells_what_it_said_and_why_it_changed(reword, adopt):
    adopt(reword("First."))
    adopt(reword("Second."))
    steps = history.of_item("definitions", "disruption")
    assert [s.adoption.version for s in steps][:2] == ["2", "1"] and steps[-1].began
    told = {d.part: (d.before, d.after) for d in steps[0].differences}
    assert told["What it means"] == ("First.", "Second.") and steps[0].draft.why == "The panel agreed it."


def loosened():
    rule = core("disclosure", core("disclosure", "partnership_default").id)
    terms = next(t for t in standing().pack.agreements.values() if t.retention_years)
    dataset = next(d for d in standing().pack.datasets.values() if any(c.severity == "error" for c in d.checks))
    graver = next(c for c in dataset.checks if c.severity == "error")
    milder = tuple(c.model_copy(update={"severity": "note"}) if c is graver else c for c in dataset.checks)
    codes = core("codelists", "harm")
    indicator = next(iter(standing().pack.indicators.values()))
    return {
        "looser": ("disclosure", rule.model_copy(update={"public": rule.public.model_copy(update={"hide_below": 1})})),
        "for longer": ("agreements", terms.model_copy(update={"retention_years": terms.retention_years + 1})),
        "milder": ("datasets", dataset.model_copy(update={"checks": milder})),
        "is left out": ("codelists", codes.model_copy(update={"codes": codes.codes[1:]})),
        "may not change": ("indicators", indicator.model_copy(update={"unit": "something else"})),
    }


@pytest.mark.parametrize("sentence", ["looser", "for longer", "milder", "is left out", "may not change"])
def test_what_loosens_is_refused_with_the_librarys_reason(sentence, adopted, analyst):
    folder, item = loosened()[sentence]
    with pytest.raises(Refused, match=sentence):
        actions.draft(folder, item, why="…", by=analyst)
    assert not Draft.objects.exists()


def test_a_tighter_rule_a_new_code_and_a_shorter_time_are_adopted_together(adopted, analyst, adopt, today):
    rule, terms, codes = (
        core("disclosure", "partnership_default"),
        core("agreements", "own_use"),
        core("codelists", "harm"),
    )
    public = rule.public.model_copy(update={"hide_below": rule.public.hide_below + 5})
    more = (*codes.codes, codes.codes[0].model_copy(update={"code": "CSE-LOCAL", "label": "A local form"}))
    drafts = [
        actions.draft("disclosure", rule.model_copy(update={"public": public}), why="Small places.", by=analyst),
        actions.draft("codelists", codes.model_copy(update={"codes": more}), why="Seen here.", by=analyst),
        actions.draft("agreements", terms.model_copy(update={"retention_years": 1}), why="Enough.", by=analyst),
    ]
    adopt(*drafts)
    pack = partnership.pack()
    assert pack.disclosure("partnership_default").public.hide_below == rule.public.hide_below + 5
    assert pack.agreements["own_use"].retention_years == 1
    added = next(c for c in pack.codelist("harm").codes if c.code == "CSE-LOCAL")
    assert added.since == today and isinstance(pack.codelist("harm"), CodeList)


def test_an_id_is_for_ever(adopted, analyst):
    item = core("questions", "who-refers").model_copy(update={"title": "Another"})
    with pytest.raises(Refused, match="an id is for ever"):
        actions.draft("questions", item, why="…", by=analyst, new=True)


def test_a_question_is_retired_from_the_day_and_stays(adopted, analyst, adopt, today):
    item = core("questions", "who-refers").model_copy(update={"retired": today})
    adopt(actions.draft("questions", item, why="Answered.", by=analyst), effective=today + timedelta(days=2))
    assert standing().pack.questions["who-refers"].retired == today + timedelta(days=2)


def test_one_draft_an_item_and_only_its_drafter_or_the_manager_changes_it(reword, person, manager):
    first = reword("One way.")
    with pytest.raises(Refused, match="Ada Analyst began this draft"):
        reword("Another way.", by=person(Role.GOVERNANCE))
    assert reword("A third way.", by=manager).pk == first.pk
    assert Draft.objects.get().edition == 2


def test_what_changes_nothing_is_no_draft(reword):
    with pytest.raises(Refused, match="says what the pack says already"):
        reword(core("definitions", "disruption").text)


def test_a_draft_begun_on_an_older_text_is_not_adopted(reword, adopt, analyst):
    old = reword("Old.", name="missing")
    Draft.objects.filter(pk=old.pk).update(was="0" * 64)
    with pytest.raises(Refused, match="has changed in the pack since"):
        adopt(old)


def test_a_draft_is_adopted_once(reword, adopt):
    draft = reword()
    adopt(draft)
    with pytest.raises(Refused, match="adopted already"):
        adopt(draft)


def test_nothing_is_adopted_when_the_whole_is_refused(reword, adopt, today):
    draft = reword()
    with pytest.raises(Refused, match="before today"):
        adopt(draft, effective=today - timedelta(days=1))
    draft.refresh_from_db()
    assert draft.open and len(access.versions()) == 1


def test_a_pack_of_ours_has_a_name_of_its_own(reword, adopt):
    with pytest.raises(Refused, match="a pack of this name"):
        adopt(reword(), id="core")


def test_a_withdrawn_draft_keeps_its_reason_and_leaves_room_for_another(reword, analyst):
    draft = reword("One way.")
    actions.withdraw(draft.pk, why="The police have a better text.", by=analyst)
    assert reword("Another.").pk != draft.pk
    with pytest.raises(Refused, match="withdrawn already"):
        actions.comment(draft.pk, text="…", by=analyst)


# What agencies say


def test_each_agency_says_adopt_adapt_or_dissent(reword, council, police, lead, police_lead):
    draft = reword()
    actions.say(draft.pk, agency=council, says="adopt", by=lead)
    actions.say(draft.pk, agency=police, says="dissent", words="We count enforcement only.", by=police_lead)
    views = access.views_of(draft, partnership.agencies(), draft.opinions.all())
    assert [v.standing for v in views] == ["Adopt it as it is", "Do not adopt it"]
    assert access.told(views) == "1 would adopt it, 0 worded otherwise, 1 would not, 0 have not said"


def test_what_was_said_is_known_to_be_of_the_words_before(reword, council, lead):
    draft = reword("One way.")
    actions.say(draft.pk, agency=council, says="adopt", by=lead)
    draft = reword("Another way.")
    view = access.views_of(draft, [council], draft.opinions.all())[0]
    assert view.outdated and view.counted == "unsaid"


@pytest.mark.parametrize("says", ["adapt", "dissent"])
def test_who_would_not_adopt_it_as_it_is_says_why(says, reword, council, lead):
    with pytest.raises(Refused, match="what you would have otherwise"):
        actions.say(reword().pk, agency=council, says=says, words=" ", by=lead)


def test_nobody_speaks_for_another_agency(reword, council, police_lead):
    with pytest.raises(Refused, match="Only those who speak for Marlshire Council"):
        actions.say(reword().pk, agency=council, says="adopt", by=police_lead)


def test_the_next_version_is_tried_without_keeping_anything(reword, adopted):
    now = standing()
    made = tried(now, drafted(now, [reword("Tried.")]))
    assert made.definitions["disruption"].text == "Tried." and standing().pack.digest == now.pack.digest


def test_a_run_reads_the_version_in_force_with_the_core_it_rests_on(reword, adopt):
    adoption = adopt(reword("What a run reads."))
    place = workspace()
    assert place.pack.definitions["disruption"].text == "What a run reads."
    assert [folder.name for folder in place.pack_folders] == [partnership.shipped().digest, adoption.digest]
