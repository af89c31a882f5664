"""What people type about accounts. The sign-in library's forms are here with our words in place of its own."""

from __future__ import annotations

from typing import Any

from allauth.account import forms as account
from allauth.core import context
from allauth.mfa.base import forms as base
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm, AuthenticateWebAuthnForm
from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from plait_web.accounts import access, actions, sessions
from plait_web.accounts.models import SignIn as History
from plait_web.accounts.models import User
from plait_web.roles import OF_AN_AGENCY, Role

GOOD_PASSWORD = "At least 12 characters. Three random words make a good one."  # noqa: S105 - advice, not a secret
_CODE = forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"})


class _Labelled(forms.BaseForm):
    """A form of the library's that says `labels`, `hints` and what is missing in our words."""

    labels: dict[str, str] = {}  # noqa: RUF012
    hints: dict[str, str] = {}  # noqa: RUF012

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name, label in self.labels.items():
            field = self.fields[name]
            field.label, field.help_text = label, self.hints.get(name, "")
            field.error_messages["required"] = f"Enter {label[0].lower()}{label[1:]}"


class SignIn(_Labelled, account.LoginForm):
    labels = {"login": "Mail address", "password": "Password"}  # noqa: RUF012


class PasswordAgain(_Labelled, account.ReauthenticateForm):
    labels = {"password": "Your password"}  # noqa: RUF012


class ForgottenPassword(_Labelled, account.ResetPasswordForm):
    labels = {"email": "Your mail address"}  # noqa: RUF012


class _TwicePassword(_Labelled):
    labels = {"password1": "New password", "password2": "New password, once more"}  # noqa: RUF012
    hints = {"password1": GOOD_PASSWORD}  # noqa: RUF012


class NewPassword(_TwicePassword, account.ResetPasswordKeyForm):
    """After a forgotten one."""


class ChangePassword(_TwicePassword, account.ChangePasswordForm):
    labels = _TwicePassword.labels | {"oldpassword": "Your password now"}


class _WrongCodesKept(forms.BaseForm):
    """Remembers in the history of sign-ins that a second factor was wrong."""

    user: User

    def full_clean(self) -> None:
        super().full_clean()
        if self.is_bound and self.errors:
            request = context.request
            seen = {"source": sessions.source(request), "browser": sessions.browser(request)}
            actions.refused_sign_in(self.user, result=History.Result.WRONG_CODE, way="second factor", **seen)


class Code(_Labelled, _WrongCodesKept, base.AuthenticateForm):
    labels = {"code": "Code from your authenticator app"}  # noqa: RUF012
    hints = {"code": "6 digits. Or one of your recovery codes, of 8 digits."}  # noqa: RUF012


class CodeAgain(_Labelled, base.ReauthenticateForm):
    labels, hints = Code.labels, Code.hints


class Key(_WrongCodesKept, AuthenticateWebAuthnForm):
    """A security key, at sign-in."""


class NewApp(_Labelled, ActivateTOTPForm):
    labels = {"code": "Code that your app shows now"}  # noqa: RUF012
    hints = {"code": "6 digits. It changes every 30 seconds."}  # noqa: RUF012


class NewKey(_Labelled, AddWebAuthnForm):
    labels = {"name": "Name for this key"}  # noqa: RUF012
    hints = {"name": "So that you know it again, such as ‘blue key at work’."}  # noqa: RUF012

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.initial["name"] = ""


class Join(forms.Form):
    """Who somebody is, and the password they will sign in with."""

    name = forms.CharField(
        label="Your name",
        max_length=120,
        help_text="As colleagues in other agencies should see it.",
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": "Enter your name"},
    )
    password = forms.CharField(
        label="A password",
        help_text=GOOD_PASSWORD,
        strip=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages={"required": "Enter a password"},
    )

    def __init__(self, *args: Any, email: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.email = email

    def clean_password(self) -> str:
        validate_password(self.cleaned_data["password"], User(email=self.email, name=self.cleaned_data.get("name", "")))
        return self.cleaned_data["password"]


class Name(forms.Form):
    name = forms.CharField(
        label="Your name",
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": "Enter your name"},
    )


class Address(forms.Form):
    """The mail address somebody wants to sign in with."""

    email = forms.EmailField(
        label="New mail address",
        max_length=254,
        help_text="Your own, not a shared mailbox. We send a link to it; until you follow it nothing changes.",
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "required": "Enter a mail address",
            "invalid": "Enter a mail address, such as name@example.org",
        },
    )


class RoleForm(forms.Form):
    """A role, and the agency it is held for."""

    role = forms.ChoiceField(
        label="Role",
        choices=[(role.value, role.label) for role in Role],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose a role"},
    )
    agency = forms.ModelChoiceField(
        label="Agency",
        queryset=None,
        required=False,
        empty_label="The whole partnership",
        help_text=f"{', '.join(sorted(role.label for role in OF_AN_AGENCY))}: always for one agency.",
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["agency"].queryset = access.agencies().all()

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("role") in OF_AN_AGENCY and not said.get("agency") and "agency" not in self.errors:
            self.add_error(
                "agency", ValidationError(f"Say for which agency: {Role(said['role']).label} is a role for one.")
            )
        return said


class Invite(RoleForm):
    email = forms.EmailField(
        label="Mail address",
        help_text="Of the person alone, not a shared mailbox.",
        error_messages={
            "required": "Enter a mail address",
            "invalid": "Enter a mail address, such as name@example.org",
        },
    )
    field_order = ("email", "role", "agency")


class _PersonField(forms.ModelChoiceField):
    def label_from_instance(self, person: User) -> str:
        return f"{person.name} ({person.email})"


class Successor(forms.Form):
    """Who takes over."""

    to = _PersonField(label="Who takes over?", queryset=None, empty_label="Choose somebody")

    def __init__(self, *args: Any, people: QuerySet[User], needed: bool = True, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["to"].queryset = people
        self.fields["to"].required = needed
        self.fields["to"].error_messages["required"] = "Choose who takes over"


class Close(Successor):
    why = forms.CharField(
        label="Why is the account closed?",
        max_length=200,
        help_text="Such as ‘left the council’. It is kept in the audit trail.",
        error_messages={"required": "Say why"},
    )


class Deputy(forms.Form):
    deputy = _PersonField(label="Who is the deputy?", queryset=None, required=False, empty_label="Nobody")

    def __init__(self, *args: Any, people: QuerySet[User], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["deputy"].queryset = people
