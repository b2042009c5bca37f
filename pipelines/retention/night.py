"""The end of a night: what is past its period is deleted; whatever goes wrong with that, the night stays."""

from __future__ import annotations

from pathlib import Path

from prefect import task
from prefect.artifacts import create_markdown_artifact
from prefect.cache_policies import NO_CACHE

from pipelines.nights.night import now_utc
from pipelines.nights.workers import Workers
from pipelines.retention.retaining import keeps_for_good, retain
from pipelines.retention.text import sentences, summary
from pipelines.sites.site import load_site
from pipelines.storage.store import open_store


def delete_old(site_file: str) -> list[str]:
    """Delete what is past its period and return what to say of it: nothing if all is kept for good."""
    if keeps_for_good(load_site(Path(site_file))):
        return []
    done = retain_site(site_file, return_state=True)
    if done.is_failed():
        return [f"what is past its period was not deleted: {done.message}"]
    said: list[str] = done.result()
    return said


@task(name="retain", cache_policy=NO_CACHE, persist_result=False)
def retain_site(site_file: str) -> list[str]:
    """Delete what is past its period; return what was deleted, what stays and what failed, in sentences."""
    site = load_site(Path(site_file))
    with Workers(1) as workers:
        done = retain(site, open_store(site.store_url), workers.container_start, now_utc())
    said = [summary(done), *sentences(done)]
    listed = "\n".join(f"- {sentence}" for sentence in said)
    create_markdown_artifact(f"# {site.name}: what was deleted\n\n{listed}\n", key="deletions")
    return said
