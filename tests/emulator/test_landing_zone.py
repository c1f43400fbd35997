"""The landing zone: its place, its credentials, and what only a zone of Adobe does to its files."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
import requests
from azure.core.exceptions import (
    AzureError,
    ClientAuthenticationError,
    HttpResponseError,
    ResourceExistsError,
    ServiceResponseError,
)
from azure.storage.blob import BlobBlock

from emulator.launch import start
from tests.support.emulator.clients import Adobe, code
from tests.support.emulator.zone import Zone, client, error_code

DAY = 86400


@pytest.fixture
def zone(adobe: Adobe) -> Zone:
    return Zone(adobe)


@pytest.fixture
def alone(tmp_path: Path) -> Any:
    """An emulator whose clock no other test needs."""
    with start(tmp_path) as running:
        yield Adobe(running, running.info)


def test_the_zone_tells_its_container(zone: Zone) -> None:
    assert zone.call().json() == {"containerName": "dlz-user-container", "containerTTL": "7"}


def test_credentials_have_the_documented_shape(zone: Zone) -> None:
    given = zone.credentials()
    assert set(given) == {"containerName", "SASToken", "storageAccountName", "SASUri", "expiryDate"}
    token = parse_qs(given["SASToken"])
    assert set(token) == {"sv", "si", "sr", "sp", "sig"}
    assert (token["sr"], token["sp"]) == (["c"], ["racwdlm"])
    assert token["si"][0].startswith("dlz-")
    assert given["SASUri"].endswith(f"/dlz-user-container?{given['SASToken']}")
    ends = datetime.fromisoformat(given["expiryDate"]).replace(tzinfo=UTC)
    assert timedelta(days=88) < ends - datetime.now(UTC) < timedelta(days=91)
    assert zone.credentials() == given


def test_a_refresh_ends_what_was_given_out(zone: Zone) -> None:
    before = zone.client()
    before.upload_blob("a.csv", b"x")
    after = zone.refresh()
    with pytest.raises(ClientAuthenticationError) as refused:
        before.upload_blob("b.csv", b"x")
    assert refused.value.status_code == 403
    assert client(after["SASUri"]).download_blob("a.csv").readall() == b"x"


def test_credentials_end_by_the_clock_and_a_get_brings_new_ones(alone: Adobe) -> None:
    zone = Zone(alone)
    before = zone.credentials()
    zone.pass_time(90 * DAY + 1)
    with pytest.raises(ClientAuthenticationError):
        client(before["SASUri"]).upload_blob("a.csv", b"x")
    alone.session.headers["Authorization"] = f"Bearer {alone.mint()['access_token']}"
    after = zone.credentials()
    assert parse_qs(after["SASToken"])["si"] != parse_qs(before["SASToken"])["si"]
    client(after["SASUri"]).upload_blob("a.csv", b"x")


def test_each_sandbox_has_a_zone_of_its_own(emulator: Any, adobe: Adobe, zone: Zone) -> None:
    other = Zone(Adobe(emulator, adobe.credentials, "stage"), "stage")
    zone.client().upload_blob("a.csv", b"x")
    assert zone.files() == ["a.csv"]
    assert other.files() == []
    mine, theirs = zone.credentials(), other.credentials()
    crossed = theirs["SASUri"].partition("?")[0] + "?" + mine["SASToken"]
    with pytest.raises(ClientAuthenticationError):
        client(crossed).upload_blob("b.csv", b"x")


def test_who_may_not_manage_sources_gets_nothing(colleague: Callable[..., Adobe]) -> None:
    viewer = Zone(colleague(["view-sources"]))
    for answer in (
        viewer.call(),
        viewer.call(path="/credentials"),
        viewer.call("POST", "/credentials", action="refresh"),
    ):
        assert answer.status_code == 403
        assert code(answer) == "FLOW-2121-403"


@pytest.mark.parametrize("path", ["", "/credentials"])
@pytest.mark.parametrize("kind", ["dlz_destination", ""])
def test_another_type_of_zone_is_refused(zone: Zone, path: str, kind: str) -> None:
    answer = zone.call(path=path, type=kind)
    assert (answer.status_code, code(answer)) == (400, "CONNECTOR-1710-400")


@pytest.mark.parametrize("params", [{}, {"action": "delete"}, {"action": "REFRESH"}])
def test_another_action_is_refused(zone: Zone, params: dict[str, str]) -> None:
    before = zone.credentials()
    assert code(zone.call("POST", "/credentials", **params)) == "CONNECTOR-1705-400"
    assert zone.credentials() == before


def test_a_zone_refuses_what_it_is_told_to(zone: Zone) -> None:
    def refused(number: str) -> list[str]:
        zone.change(refuses=[number])
        answers = (zone.call(), zone.call(path="/credentials"), zone.call("POST", "/credentials", action="refresh"))
        return [code(answer) if answer.status_code >= 400 else "" for answer in answers]

    assert refused("1701") == ["CONNECTOR-1701-400"] * 3
    assert refused("1714") == ["CONNECTOR-1714-400"] * 3
    assert refused("1702") == ["", "CONNECTOR-1702-400", "CONNECTOR-1702-400"]
    assert refused("1703") == ["", "", "CONNECTOR-1703-400"]


def test_a_zone_on_aws(zone: Zone) -> None:
    zone.change(provider="aws", aws={"awsAccessKeyId": "key", "awsSecretAccessKey": "secret"})
    assert zone.call().json() == {
        "dlzPath": {"bucketName": "dlz-prod-dev", "dlzFolder": "dlz-adf-connectors"},
        "dataTTL": {"timeUnit": "days", "timeQuantity": 7},
        "dlzProvider": "Amazon S3",
    }
    given = zone.credentials()
    assert set(given) == {"credentials", "dlzPath", "dlzProvider", "expiryTime"}
    assert set(given["credentials"]) == {"clientId", "awsAccessKeyId", "awsSecretAccessKey", "awsSessionToken"}
    assert given["credentials"]["awsSecretAccessKey"] == "secret"
    assert given["dlzPath"]["dlzFolder"] == "user_drop_zone"
    assert zone.credentials() == given
    assert code(zone.call("POST", "/credentials", action="refresh")) == "CONNECTOR-1712-400"


def test_credentials_for_aws_end_by_the_clock(alone: Adobe) -> None:
    zone = Zone(alone)
    zone.change(provider="aws")
    before = zone.credentials()
    zone.pass_time(3601)
    after = zone.credentials()
    assert after["expiryTime"] > before["expiryTime"]
    assert after["credentials"]["awsSessionToken"] != before["credentials"]["awsSessionToken"]


def test_a_signature_may_only_what_it_says(zone: Zone) -> None:
    zone.client().upload_blob("a.csv", b"x")
    zone.change(permissions="rl")
    reader = zone.client()
    assert reader.download_blob("a.csv").readall() == b"x"
    for attempt in (lambda: reader.upload_blob("b.csv", b"x"), lambda: reader.delete_blob("a.csv")):
        with pytest.raises(HttpResponseError) as refused:
            attempt()
        assert refused.value.status_code == 403
    zone.change(permissions="cl")
    creator = zone.client()
    creator.upload_blob("b.csv", b"x")
    with pytest.raises(HttpResponseError) as refused:
        creator.upload_blob("b.csv", b"y", overwrite=True)
    assert refused.value.status_code == 403


# Files


def test_files_are_swept_after_seven_days(alone: Adobe) -> None:
    zone = Zone(alone)
    container = zone.client()
    container.upload_blob("old/a.csv", b"x")
    zone.pass_time(6 * DAY)
    container.upload_blob("new/b.csv", b"x")
    assert zone.files() == ["new/b.csv", "old/a.csv"]
    zone.pass_time(DAY + 1)
    assert zone.files() == ["new/b.csv"]
    assert not container.get_blob_client("old/a.csv").exists()
    zone.pass_time(6 * DAY)
    assert zone.files() == []


def test_a_write_begins_the_seven_days_anew(alone: Adobe) -> None:
    zone = Zone(alone)
    container = zone.client()
    container.upload_blob("a.csv", b"x")
    zone.pass_time(6 * DAY)
    container.upload_blob("a.csv", b"y", overwrite=True)
    zone.pass_time(6 * DAY)
    assert container.download_blob("a.csv").readall() == b"y"


def test_a_lease_ends_by_the_clock(alone: Adobe) -> None:
    zone = Zone(alone)
    blob = zone.client().get_blob_client("lock")
    blob.upload_blob(b"x")
    lease = blob.acquire_lease(60)
    zone.pass_time(61)
    assert blob.get_blob_properties().lease.state == "expired"
    with pytest.raises(HttpResponseError) as lost:
        blob.upload_blob(b"y", overwrite=True, lease=lease)
    assert lost.value.status_code == 412
    lease.renew()
    zone.pass_time(61)
    other = blob.acquire_lease(60)
    with pytest.raises(HttpResponseError):
        lease.renew()
    other.release()


def test_directories_are_entries(zone: Zone) -> None:
    container = zone.client()
    container.upload_blob("zoho/contacts/a.csv", b"x")
    listed = {
        blob.name: (blob.metadata or {}).get("hdi_isfolder") for blob in container.list_blobs(include=["metadata"])
    }
    assert listed == {"zoho": "true", "zoho/contacts": "true", "zoho/contacts/a.csv": None}
    assert container.get_blob_client("zoho").get_blob_properties().metadata == {"hdi_isfolder": "true"}
    with pytest.raises(ResourceExistsError):
        container.delete_blob("zoho/contacts")
    with pytest.raises(ResourceExistsError):
        container.upload_blob("zoho/contacts", b"x")
    with pytest.raises(ResourceExistsError):
        container.upload_blob("zoho/contacts/a.csv/b.csv", b"x")
    container.delete_blob("zoho/contacts/a.csv")
    assert [item.name for item in container.walk_blobs("zoho/")] == ["zoho/contacts/"]
    container.delete_blob("zoho/contacts")
    assert [blob.name for blob in container.list_blobs()] == ["zoho"]


def test_page_blobs_are_refused(zone: Zone) -> None:
    with pytest.raises(HttpResponseError) as refused:
        zone.client().get_blob_client("pages").create_page_blob(512)
    assert refused.value.status_code == 409


@pytest.mark.parametrize("path", ["a:b.csv", "a*.csv", "con/a.csv", "a/CLOCK$", "x" * 256, "a<b", "zoho//a.csv"])
def test_a_name_that_adobe_refuses(zone: Zone, path: str) -> None:
    with pytest.raises(HttpResponseError) as refused:
        zone.client().upload_blob(path, b"x")
    assert refused.value.status_code == 400
    assert zone.files() == []


# Faults, log, restart


def test_faults_hit_the_storage_too(adobe: Adobe, zone: Zone) -> None:
    container = zone.client()
    adobe.fault("status", status=503, method="PUT", path="^/blob/")
    with pytest.raises(HttpResponseError) as busy:
        container.upload_blob("a.csv", b"x")
    assert (busy.value.status_code, error_code(busy.value)) == (503, "ServerBusy")
    assert zone.files() == []
    adobe.fault("drop_after", method="PUT", path="^/blob/")
    with pytest.raises(ServiceResponseError):
        container.upload_blob("a.csv", b"x")
    assert zone.files() == ["a.csv"]
    adobe.fault("expired_token", path="^/blob/")
    with pytest.raises(ClientAuthenticationError):
        container.download_blob("a.csv")
    # The client tries the rest of a download several times.
    adobe.fault("truncate", path="^/blob/", times=9)
    with pytest.raises(AzureError):
        container.download_blob("a.csv").readall()


def test_the_log_shows_no_signature(adobe: Adobe, zone: Zone) -> None:
    zone.client().upload_blob("a.csv", b"content")
    entry = adobe.log()[-1]
    assert (entry["method"], entry["status"], entry["leaks"]) == ("PUT", 201, [])
    assert entry["query"]["sig"] == "********"
    assert zone.credentials()["SASToken"] in adobe.emulator.control("GET", "/canaries")["canaries"]


@pytest.mark.parametrize("killed", [False, True])
def test_files_outlive_a_restart(tmp_path: Path, killed: bool) -> None:
    emulator = start(tmp_path)
    adobe = Adobe(emulator, emulator.info)
    zone = Zone(adobe)
    container = zone.client()
    container.upload_blob("a.csv", b"kept")
    lease = container.get_blob_client("a.csv").acquire_lease()
    container.get_blob_client("b.csv").stage_block("0001", b"half")
    orphan = tmp_path / "blobs" / "orphan"
    orphan.write_bytes(b"cut off")
    emulator.kill() if killed else emulator.stop()
    with start(tmp_path):
        assert container.download_blob("a.csv").readall() == b"kept"
        with pytest.raises(HttpResponseError):
            container.delete_blob("a.csv")
        container.delete_blob("a.csv", lease=lease)
        container.get_blob_client("b.csv").commit_block_list([BlobBlock("0001")])
        assert container.download_blob("b.csv").readall() == b"half"
        assert not orphan.exists()
        assert list((tmp_path / "uploads").iterdir()) == []
        assert len(list((tmp_path / "blobs").iterdir())) == 1


def test_the_answers_are_azures(zone: Zone) -> None:
    uri = zone.credentials()["SASUri"]
    missing = uri.replace("?", "/x.csv?")
    answer = requests.get(missing, headers={"x-ms-version": "2021-08-06", "x-ms-client-request-id": "7"}, timeout=10)
    assert (answer.status_code, answer.headers["x-ms-error-code"]) == (404, "BlobNotFound")
    assert b"<Code>BlobNotFound</Code>" in answer.content
    assert answer.headers["x-ms-version"] == "2021-08-06"
    assert answer.headers["x-ms-client-request-id"] == "7"
    assert answer.headers["x-ms-request-id"]
    answer = requests.head(missing, timeout=10)
    assert (answer.status_code, answer.headers["x-ms-error-code"], answer.content) == (404, "BlobNotFound", b"")


def test_what_is_stored_is_what_was_sent(zone: Zone) -> None:
    packed = gzip.compress(b"id\n1\n")
    zone.client().upload_blob("a.csv.gz", packed)
    assert zone.client().download_blob("a.csv.gz").readall() == packed
