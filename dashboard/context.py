"""What every page is given: the site, its store and policy, what is chosen, and who looks at it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from dashboard.filters import Choices, Filters
from dashboard.wording import Words
from pipelines.judging.policy import NamedPolicy
from pipelines.sites.access import Role
from pipelines.sites.site import Site
from pipelines.storage.store import Store


@dataclass(frozen=True)
class Context:
    """What every page is given.

    Attributes
    ----------
    site, policy, store
        The site file, the policy in force, the tables.
    filters, choices
        What is chosen, and what can be.
    roles
        What the reader is at this site; see `access`.
    say
        The words, numbers and dates of the reader's language.
    now_utc
        When the page was opened.
    simulated
        First and last site date of made-up data in the store, both included; None if there is none.
    """

    site: Site
    policy: NamedPolicy
    store: Store
    filters: Filters
    choices: Choices
    roles: frozenset[Role]
    say: Words
    now_utc: datetime
    simulated: tuple[date, date] | None = None

    @property
    def day(self) -> date | None:
        """The site date that is looked at: the chosen one, else the latest with figures."""
        return self.filters.date or self.choices.last

    @property
    def today(self) -> date:
        """The date at the site."""
        return self.now_utc.astimezone(self.site.tz).date()

    @property
    def cameras(self) -> tuple[str, ...]:
        """The cameras that zone and camera leave."""
        zone, camera = self.filters.zone, self.filters.camera
        return tuple(
            name
            for name, watches in self.choices.cameras.items()
            if zone in (None, watches) and camera in (None, name)
        )
