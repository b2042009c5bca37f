"""Who may see what: roles from what the login says, pages and clips from roles."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping, Set
from typing import Final

from pipelines.sites.access import EVERY_ROLE, Access, Role

MAY_OPEN: Final[Mapping[str, frozenset[Role]]] = {
    "morning": frozenset({Role.MANAGER, Role.TRAINER}),
    "shift": frozenset({Role.MANAGER, Role.TRAINER}),
    "lift": frozenset({Role.MANAGER, Role.TRAINER}),
    "review": frozenset({Role.TRAINER}),
    "trends": frozenset({Role.MANAGER, Role.TRAINER}),
    "cameras": frozenset({Role.MANAGER, Role.OPERATOR}),
    "accuracy": frozenset({Role.MANAGER, Role.TRAINER}),
    "runs": frozenset({Role.MANAGER, Role.OPERATOR}),
    "method": EVERY_ROLE,
}
"""The roles that may open each page; the pages in the order of the menu."""


def roles_of(access: Access, claims: Mapping[str, object]) -> frozenset[Role]:
    """Return the roles of somebody who has logged in; none where the site file names none.

    Parameters
    ----------
    access
        What the site file says.
    claims
        What the provider says of the person. An address that it has not verified gives no role.
    """
    if access.claim == "email" and claims.get("email_verified") in (False, "false"):
        return frozenset()
    told = claims.get(access.claim)
    values = told if isinstance(told, list | tuple) else [told]
    mine = {value.casefold() for value in values if isinstance(value, str)}
    return frozenset(role for role in Role if mine & {name.casefold() for name in access.holders(role)})


def pages_of(roles: Set[Role]) -> list[str]:
    """Return the pages that somebody with these roles may open, in the order of the menu."""
    return [page for page, may in MAY_OPEN.items() if may & roles]


def may_see_clips(roles: Set[Role]) -> bool:
    """Return whether somebody may see clips of lifts."""
    return Role.TRAINER in roles


def may_export(roles: Set[Role]) -> bool:
    """Return whether somebody may take figures and lifts away as files."""
    return Role.TRAINER in roles


def local_only(address: str | None) -> bool:
    """Return whether a server at an address is reached from its own machine only; None is any address."""
    if address is None:
        return False
    if address == "localhost":
        return True
    try:
        return ipaddress.ip_address(address.strip("[]")).is_loopback
    except ValueError:
        return False
