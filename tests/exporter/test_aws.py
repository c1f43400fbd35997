"""A landing zone on AWS: Amazon's client against moto's server."""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from tests.support.exporter.killing import killed
from tests.support.exporter.site import Site
from zoho_adobe.errors import ZoneError
from zoho_adobe.exporter import events, lease, windows

server = pytest.importorskip("moto.server")
boto3 = pytest.importorskip("boto3")
sender = pytest.importorskip("botocore.httpsession")

BUCKET, FOLDER = "dlz-prod-dev", "user_drop_zone"
DAY = 86_400


class AwsSite(Site):
    """A site whose zone is a bucket."""

    bucket: Any

    def document(self, **changes: Any) -> dict[str, Any]:
        zone = {"provider": "aws", "container": BUCKET, "daysToLive": 7, "manifests": "zoho/_manifests"}
        return super().document(**{"zone": zone, **changes})

    def files(self, folder: str = "zoho/contacts") -> list[str]:
        found = self.bucket.list_objects_v2(Bucket=BUCKET, Prefix=f"{FOLDER}/{folder}/").get("Contents", [])
        return [item["Key"].removeprefix(f"{FOLDER}/") for item in sorted(found, key=lambda item: item["LastModified"])]

    def read(self, name: str) -> list[dict[str, str]]:
        content = self.bucket.get_object(Bucket=BUCKET, Key=f"{FOLDER}/{name}")["Body"].read()
        return list(csv.DictReader(io.StringIO(gzip.decompress(content).decode(), newline="")))


@pytest.fixture
def site(apart: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[AwsSite]:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    storage = server.ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    storage.start()
    host, port = storage.get_host_and_port()
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", f"http://{host}:{port}")
    # Servers of one process share what they have.
    requests.post(f"http://{host}:{port}/moto-api/reset", timeout=10)
    made = AwsSite(apart)
    made.bucket = boto3.client("s3", aws_access_key_id="x", aws_secret_access_key="y", region_name="us-east-1")
    made.bucket.create_bucket(Bucket=BUCKET)
    made.zone.change(provider="aws", aws={"bucketName": BUCKET, "dlzFolder": FOLDER})
    yield made
    made.assert_no_secret_was_told()
    storage.stop()


def test_everything_is_exported_and_then_what_changed(site: AwsSite) -> None:
    site.pass_time()
    site.exported()
    (name,) = site.files()
    assert "/Contacts_created-time_" in name
    site.add({"Last_Name": "new"})
    site.pass_time()
    site.exported()
    assert len(site.files()) == 2
    site.assert_all_there()


@pytest.mark.parametrize("after", [False, True])
def test_a_run_killed_anywhere_is_repaired_by_the_next(
    site: AwsSite, monkeypatch: pytest.MonkeyPatch, after: bool
) -> None:
    monkeypatch.setattr(windows, "MOST_ROWS", 3)
    # The storage's own clock tells how old a lease is, and it is not the emulator's.
    monkeypatch.setattr(lease, "SECONDS", 0)
    begin = int(site.now()) - 400 * DAY
    site.generate(6, begin, begin + 300 * DAY)
    site.pass_time()
    at = 1
    while True:
        with killed(at, after=after, also=sender.URLLib3Session) as killer:
            site.export()
        if not killer.dead:
            break
        at += 3
    site.exported()
    site.assert_all_there()
    ids = [row["id"] for name in site.files() if "_created-time_" in name for row in site.read(name)]
    assert len(set(ids)) == len(ids)


def test_a_name_is_used_once(site: AwsSite) -> None:
    site.pass_time()
    tell = site.tell

    def foreign(event: str, table: str = "", **facts: Any) -> None:
        tell(event, table, **facts)
        if event == events.JOB:
            (manifest,) = site.manifests()
            site.bucket.put_object(Bucket=BUCKET, Key=f"{FOLDER}/{manifest.parts[0].file}", Body=b"x")

    site.manifests = lambda: manifests_of(site)  # type: ignore[method-assign]
    site.tell = foreign  # type: ignore[method-assign]
    (error,) = site.export().failures.values()
    assert "damaged" in str(error) or isinstance(error, ZoneError)
    (name,) = site.files()
    assert site.bucket.get_object(Bucket=BUCKET, Key=f"{FOLDER}/{name}")["Body"].read() == b"x"


def manifests_of(site: AwsSite) -> list[Any]:
    from zoho_adobe.exporter.manifest import read_manifest

    names = [name for name in site.files(f"zoho/_manifests/{site.dataset}") if not name.endswith("lease.json")]
    texts = [site.bucket.get_object(Bucket=BUCKET, Key=f"{FOLDER}/{name}")["Body"].read().decode() for name in names]
    return [read_manifest(text) for text in texts]


def test_a_file_of_several_parts(site: AwsSite, monkeypatch: pytest.MonkeyPatch) -> None:
    from zoho_adobe.exporter import aws_zone

    monkeypatch.setattr(aws_zone, "PART", 5 * 1024 * 1024)
    with site.session().active():
        zone = site.services().zone
        upload = zone.create("zoho/contacts/large")
        for number in range(12):
            upload.write(bytes([number]) * 1024 * 1024)
        assert upload.commit()
        again = zone.create("zoho/contacts/large")
        again.write(b"other")
        assert not again.commit()
        content = b"".join(zone.pieces("zoho/contacts/large"))
    assert content == b"".join(bytes([number]) * 1024 * 1024 for number in range(12))
