"""Who may open the dashboard: the table ``[access]`` of the site file."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from pydantic import Field

from pipelines.sites.types import Table, Text


class Role(StrEnum):
    """What somebody does at the site, which says what they may see."""

    MANAGER = "manager"
    TRAINER = "trainer"
    OPERATOR = "operator"


EVERY_ROLE: Final = frozenset(Role)


class Access(Table):
    """How people log in, and which values of which claim make somebody what.

    Attributes
    ----------
    login
        A TOML file, beside the site file, whose table ``[auth]`` names the OIDC provider. It holds
        secrets, so it is a file of its own.
    claim
        What the provider says of a person and the roles go by: an address, or groups.
    manager, trainer, operator
        Values of that claim; one person may have several roles.
    """

    login: Text = Field(description="the path of a TOML file with a table [auth] on the OIDC provider")
    claim: Text = Field(default="email", description="the name of a claim such as 'email' or 'groups'")
    manager: tuple[Text, ...] = Field(default=(), description="a list of values of the claim")
    trainer: tuple[Text, ...] = Field(default=(), description="a list of values of the claim")
    operator: tuple[Text, ...] = Field(default=(), description="a list of values of the claim")

    def holders(self, role: Role) -> tuple[str, ...]:
        """Return the values of the claim that give a role."""
        holders: tuple[str, ...] = getattr(self, role)
        return holders
