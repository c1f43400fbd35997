"""Each request of an export against each fault, and files as large as a job gives."""

from __future__ import annotations

import contextlib
from typing import Any

import pytest

from tests.support.exporter.killing import killed
from tests.support.exporter.site import Site
from zoho_adobe.api.zoho_bulk import ZohoBulk
from zoho_adobe.errors import ZohoAdobeError
from zoho_adobe.exporter import events, lease, windows

DAY = 86_400
FAULTS: dict[str, tuple[str, dict[str, Any]]] = {
    "status after the work": ("status", {"after_work": True}),
    **{
        kind: (kind, {})
        for kind in ("status", "drop_before", "drop_after", "truncate", "html", "garbage_json", "expired_token")
    },
}


def requests_of(site: Site) -> list[tuple[str, str]]:
    """The exporter's own requests, in their order."""
    found = [(item["method"], item["path"]) for item in site.log()]
    return [item for item in found if "/_control" not in item[1]]


def prepared(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(windows, "MOST_ROWS", 2)
    begin = int(site.now()) - 400 * DAY
    site.generate(1, begin, begin)
    site.pass_time()


def order(site: Site, name: str, skip: int, times: int = 1) -> None:
    kind, options = FAULTS[name]
    site.fault(kind, **options, path="^(?!/_control)", skip=skip, times=times)


def faulty(site: Site) -> None:
    # What is wrong before the first table is taken ends the command with its one line.
    with contextlib.suppress(ZohoAdobeError):
        site.export()


def check(site: Site) -> None:
    """Whatever became of the run, the next one goes on, and no row is lost or doubled."""
    site.emulator.control("DELETE", "/faults")
    # Zoho gives no more than ten tokens in ten minutes.
    site.pass_time(lease.SECONDS + 601)
    site.exported()
    site.assert_all_there()
    full = [name for name in site.files() if "_created-time_" in name]
    ids = [row["id"] for name in full for row in site.read(name)]
    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize("kind", FAULTS)
def test_a_fault_at_any_request_loses_nothing(site: Site, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    """One request in a row of runs after the other; each run has a dataset of its own."""
    prepared(site, monkeypatch)
    site.emulator.control("DELETE", "/requests")
    site.exported()
    sent = len(requests_of(site))
    step = 6
    for skip in range(list(FAULTS).index(kind) % step, sent, step):
        fresh = Site(site.emulator)
        prepared(fresh, monkeypatch)
        order(fresh, kind, skip)
        faulty(fresh)
        check(fresh)


@pytest.mark.long
@pytest.mark.parametrize("kind", FAULTS)
@pytest.mark.parametrize("times", [1, 7, 30])
def test_faults_at_every_request_lose_nothing(
    site: Site, monkeypatch: pytest.MonkeyPatch, kind: str, times: int
) -> None:
    prepared(site, monkeypatch)
    site.emulator.control("DELETE", "/requests")
    site.exported()
    for skip in range(len(requests_of(site))):
        fresh = Site(site.emulator)
        prepared(fresh, monkeypatch)
        order(fresh, kind, skip, times)
        faulty(fresh)
        check(fresh)


# As large as Zoho makes them


@pytest.mark.long
def test_a_second_with_more_rows_than_a_job_gives_is_paged(site: Site) -> None:
    moment = int(site.now()) - DAY
    site.generate(200_003, moment, moment)
    site.pass_time()
    at = 1
    # Killed now and then, also between two pages.
    while True:
        with killed(at, after=at % 2 == 0) as killer:
            site.export()
        if not killer.dead:
            break
        site.pass_time(lease.SECONDS + 1)
        at += 9
    pages = [site.read(name) for name in site.files() if "_created-time_" in name]
    ids = [row["id"] for page in pages for row in page]
    assert len(ids) == len(set(ids)) == 200_005
    assert sorted(map(len, pages)) == [2, 3, 200_000]


@pytest.mark.long
def test_a_page_that_fails_is_asked_for_again_and_one_whose_token_has_ended_begins_anew(site: Site) -> None:
    moment = int(site.now()) - DAY
    site.generate(200_003, moment, moment)
    site.pass_time()
    tell = site.tell
    jobs: list[object] = []

    def second(event: str, table: str = "", **facts: object) -> None:
        tell(event, table, **facts)
        if event == events.EXPORTED and not jobs:
            jobs.append(facts)
            site.bulk(fail="INTERNAL_ERROR")

    site.tell = second  # type: ignore[method-assign]
    site.exported()
    pages = [site.read(name) for name in site.files()]
    ids = [row["id"] for page in pages for row in page]
    assert len(ids) == len(set(ids)) == 200_005

    # Killed between the pages, and gone on with when the token has ended.
    site.tell = tell  # type: ignore[method-assign]
    at = 1
    while True:
        before = len(site.files())
        with killed(at, after=True):
            site.export(again=True)
        site.pass_time(lease.SECONDS + 1)
        if len(site.files()) > before and not all(part.done for part in site.manifests()[-1].parts):
            break
        at += 1
    site.pass_time(2 * DAY)
    site.exported()
    manifest = [item for item in site.manifests() if item.closed and item.kind == "full"][-1]
    rows = {row["id"] for part in manifest.parts if part.size for row in site.read(part.file)}
    assert rows >= set(ids)
    # Pages of another reading would not fit: what the first one brought comes twice, and nothing is missing.
    assert sum(part.rows for part in manifest.parts if part.window.low == moment) == 400_003


@pytest.mark.long
def test_a_window_that_grew_since_it_was_counted_is_split(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    begin = int(site.now()) - 400 * DAY
    site.generate(200_003, begin, begin + 300 * DAY)
    site.pass_time()
    count = ZohoBulk.count
    monkeypatch.setattr(ZohoBulk, "count", lambda self, *asked: min(count(self, *asked), 200_000))
    site.exported()
    ids = [row["id"] for row in site.all_rows()]
    assert len(ids) == len(set(ids)) == 200_005
    assert len(site.files()) >= 2
