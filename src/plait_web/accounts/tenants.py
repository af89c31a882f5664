"""The organisations whose people may sign in with their own account (OpenID Connect), from the file `PLAIT_OIDC` names.

tenants:
  - id: marlshire-council           # in addresses; never changed once people have signed in with it
    name: Marlshire Council
    issuer: https://login.microsoftonline.com/<directory>/v2.0
    client_id: …
    secret_file: /etc/plait/marlshire-council.secret
    second_factor: theirs           # their sign-in always asks for one; without this line ours is asked for as well
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError


class Tenant(BaseModel):
    """One organisation's provider."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,49}$")]
    name: Annotated[str, Field(min_length=1, max_length=60)]
    issuer: Annotated[str, Field(pattern=r"^(https://|http://localhost[:/])")]
    client_id: str
    secret_file: Path
    second_factor: Literal["ours", "theirs"] = "ours"

    def app(self) -> dict[str, Any]:
        """The provider as the sign-in library wants it."""
        return {
            "provider_id": self.id,
            "name": self.name,
            "client_id": self.client_id,
            "secret": self.secret_file.read_text(encoding="utf-8").strip(),
            "settings": {"server_url": self.issuer, "second_factor": self.second_factor},
        }


class Tenants(BaseModel):
    """The whole file."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    tenants: tuple[Tenant, ...] = ()


def providers(file: str) -> dict[str, Any]:
    """The library's setting from the file; no provider where no file is named. Raises ValueError without repeating a value."""
    found = _read(file) if file else Tenants()
    apps = [tenant.app() for tenant in found.tenants]
    return {"openid_connect": {"APPS": apps, "OAUTH_PKCE_ENABLED": True, "SCOPE": ["openid", "profile", "email"]}}


def _read(file: str) -> Tenants:
    try:
        return Tenants.model_validate(yaml.safe_load(Path(file).read_text(encoding="utf-8")))
    except ValidationError as fault:
        places = "; ".join(".".join(str(part) for part in error["loc"]) for error in fault.errors(include_input=False))
        raise ValueError(f"PLAIT_OIDC: {file} does not hold tenants as it should. Look at: {places}.") from None
