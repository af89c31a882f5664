"""Words that put harm in the child bring a page back once, with the reason; they are never changed and never refused."""

import pytest
from django import forms

from plait.declare import load_pack
from plait_web.agreed.models import Stance
from plait_web.roles import Role
from plait_web.ui.wording import to_look_at_again

PACK = load_pack()
BLAMING = "She is putting herself at risk by going back."


class Note(forms.Form):
    title = forms.CharField(label="Title")
    text = forms.CharField(label="What happened", widget=forms.Textarea, required=False)
    email = forms.EmailField(required=False)


def sent(**data):
    form = Note({"title": "A note", **data})
    assert form.is_valid()
    return form


@pytest.mark.parametrize(
    ("text", "again"),
    [
        (BLAMING, True),
        ("The exploiters waited for her outside school.", False),
        ("She told us: “I was putting myself at risk”.", False),  # her own words
        ("The CIN factor socially unacceptable behaviour was ticked.", False),  # a statutory label
        ("", False),
    ],
)
def test_blame_brings_the_page_back_and_quotations_and_labels_do_not(text, again):
    assert to_look_at_again(sent(text=text), PACK) is again


def test_a_remark_says_what_was_written_why_and_what_instead():
    form = sent(text=BLAMING)
    to_look_at_again(form, PACK)
    remark = form.noticed["text"].remarks[0]
    assert remark.said in BLAMING and remark.why and remark.instead


def test_the_same_words_are_kept_the_second_time_and_other_words_are_looked_at():
    form = sent(text=BLAMING)
    to_look_at_again(form, PACK)
    seen = [form.noticed["text"].mark]
    assert not to_look_at_again(sent(text=BLAMING, words_seen=seen), PACK)
    assert to_look_at_again(sent(text="A risky lifestyle.", words_seen=seen), PACK)
    assert to_look_at_again(sent(title=BLAMING, words_seen=seen), PACK)


def test_a_field_that_is_to_hold_such_words_is_spared():
    assert not to_look_at_again(sent(text=BLAMING), PACK, spared={"text"})


@pytest.mark.django_db
def test_a_page_comes_back_once_with_the_reason_and_then_keeps_the_words(person, client_of, council):
    ours = client_of(person(Role.STRATEGIC_LEAD, agency=council))
    given = {"agency": council.pk, "says": "adapt", "comment": BLAMING}
    page = ours.post("/agreed/questions/turning-eighteen/say/", given).content.decode()
    assert "Words to look at again" in page and "It makes the child the cause" in page and not Stance.objects.exists()
    mark = page.split('name="words_seen" value="')[1].split('"')[0]
    ours.post("/agreed/questions/turning-eighteen/say/", given | {"words_seen": mark})
    assert Stance.objects.get().comment == BLAMING
