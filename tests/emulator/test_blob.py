"""Files in Azure Blob storage, by Microsoft's own client: what the emulator and Azurite must do alike."""

from __future__ import annotations

import gzip
import io
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import requests
from azure.core import MatchConditions
from azure.core.exceptions import (
    HttpResponseError,
    ResourceExistsError,
    ResourceModifiedError,
    ResourceNotFoundError,
)
from azure.storage.blob import BlobBlock, BlobClient, BlobLeaseClient, ContainerClient

from tests.support.emulator.azurite import Azurite
from tests.support.emulator.clients import Adobe
from tests.support.emulator.zone import Zone, client, error_code

SERVERS = [
    "emulator",
    pytest.param("azurite", marks=[pytest.mark.long, pytest.mark.xdist_group("azurite")]),
]
BIG = b"".join(number.to_bytes(4) for number in range(9 << 18))


@pytest.fixture(params=SERVERS)
def uri(request: pytest.FixtureRequest) -> str:
    """The URI of a container that no other test has, signed by a stored access policy."""
    if request.param == "azurite":
        azurite: Azurite = request.getfixturevalue("azurite")
        return azurite.container()
    adobe: Adobe = request.getfixturevalue("adobe")
    return str(Zone(adobe).credentials()["SASUri"])


@pytest.fixture
def container(uri: str) -> Iterator[ContainerClient]:
    # Blocks small enough that a test's file has several of them.
    with client(uri, max_single_put_size=1 << 20, max_block_size=2 << 20) as opened:
        yield opened


def name() -> str:
    return f"{uuid.uuid4().hex}.csv"


def test_a_file_comes_back_as_it_went(container: ContainerClient) -> None:
    content = gzip.compress(b"id,name\n1,Carissa\n")
    path = f"zoho/contacts/{name()}.gz"
    before = datetime.now(UTC).replace(microsecond=0)
    written = container.upload_blob(path, content, metadata={"rows": "1"})
    properties = written.get_blob_properties()
    assert container.download_blob(path).readall() == content
    assert (properties.size, properties.metadata, properties.name) == (len(content), {"rows": "1"}, path)
    assert before <= properties.last_modified
    assert properties.last_modified.microsecond == 0


def test_a_file_of_many_blocks_appears_at_once(container: ContainerClient) -> None:
    blob = container.get_blob_client(name())
    blocks = [BlobBlock(f"{number:04d}") for number in range(3)]
    for number, block in enumerate(blocks):
        blob.stage_block(block.id, bytes([65 + number]) * 10)
        assert not blob.exists()
    blob.commit_block_list(blocks)
    assert blob.download_blob().readall() == b"A" * 10 + b"B" * 10 + b"C" * 10
    committed, waiting = blob.get_block_list("all")
    assert ([block.size for block in committed], waiting) == ([10, 10, 10], [])


def test_a_big_file_goes_in_blocks_and_comes_in_ranges(container: ContainerClient) -> None:
    path = name()
    container.upload_blob(path, io.BytesIO(BIG), length=len(BIG), max_concurrency=2)
    assert container.download_blob(path, max_concurrency=2).readall() == BIG
    assert container.download_blob(path, offset=(2 << 20) - 5, length=10).readall() == BIG[(2 << 20) - 5 :][:10]


def test_blocks_can_be_used_again(container: ContainerClient) -> None:
    blob = container.get_blob_client(name())
    first, second = BlobBlock("0001"), BlobBlock("0002")
    blob.stage_block(first.id, b"first ")
    blob.stage_block(second.id, b"second")
    blob.commit_block_list([first, second])
    blob.stage_block(second.id, b"other")
    blob.commit_block_list([first, second])
    assert blob.download_blob().readall() == b"first other"


def test_a_block_that_was_not_staged_cannot_be_committed(container: ContainerClient) -> None:
    blob = container.get_blob_client(name())
    with pytest.raises(HttpResponseError) as refused:
        blob.commit_block_list([BlobBlock("0001")])
    assert (refused.value.status_code, error_code(refused.value)) == (400, "InvalidBlockList")


def test_an_empty_file(container: ContainerClient) -> None:
    path = name()
    container.upload_blob(path, b"")
    assert container.download_blob(path).readall() == b""
    assert container.get_blob_client(path).get_blob_properties().size == 0


def test_what_is_there_is_not_overwritten_by_chance(container: ContainerClient) -> None:
    path = name()
    container.upload_blob(path, b"first")
    with pytest.raises(ResourceExistsError) as refused:
        container.upload_blob(path, b"second")
    assert error_code(refused.value) == "BlobAlreadyExists"
    with pytest.raises(ResourceExistsError):
        container.upload_blob(path, io.BytesIO(BIG), length=len(BIG))
    container.upload_blob(path, b"third", overwrite=True)
    assert container.download_blob(path).readall() == b"third"


def test_only_who_knows_the_version_changes_it(container: ContainerClient) -> None:
    blob = container.get_blob_client(name())
    first = blob.upload_blob(b"first")["etag"]
    second = blob.upload_blob(b"second", overwrite=True, etag=first, match_condition=MatchConditions.IfNotModified)[
        "etag"
    ]
    assert first != second
    with pytest.raises(ResourceModifiedError) as refused:
        blob.upload_blob(b"third", overwrite=True, etag=first, match_condition=MatchConditions.IfNotModified)
    assert error_code(refused.value) == "ConditionNotMet"
    with pytest.raises(ResourceModifiedError):
        blob.delete_blob(etag=first, match_condition=MatchConditions.IfNotModified)
    with pytest.raises(HttpResponseError) as unchanged:
        blob.get_blob_properties(etag=second, match_condition=MatchConditions.IfModified)
    assert unchanged.value.status_code == 304
    assert blob.download_blob().readall() == b"second"


def test_what_is_not_there(container: ContainerClient) -> None:
    blob = container.get_blob_client(name())
    for attempt in (blob.get_blob_properties, blob.delete_blob, lambda: blob.download_blob().readall()):
        with pytest.raises(ResourceNotFoundError) as missing:
            attempt()
        assert error_code(missing.value) == "BlobNotFound"


def test_a_deleted_file_is_gone(container: ContainerClient) -> None:
    blob = container.get_blob_client(name())
    blob.upload_blob(b"x")
    blob.delete_blob()
    assert not blob.exists()


def test_metadata_can_be_changed(container: ContainerClient) -> None:
    blob = container.get_blob_client(name())
    written = blob.upload_blob(b"x", metadata={"rows": "1"})
    changed = blob.set_blob_metadata({"rows": "2", "job": "7"})
    assert changed["etag"] != written["etag"]
    assert blob.get_blob_properties().metadata == {"rows": "2", "job": "7"}


def test_files_are_listed_in_pages(container: ContainerClient) -> None:
    paths = sorted(f"list/{number % 2}/{number:03d}.csv" for number in range(25))
    for path in paths:
        container.upload_blob(path, b"x", metadata={"path": path.replace("/", "_")})
    found = [
        blob
        for page in container.list_blobs("list/", results_per_page=7, include=["metadata"]).by_page()
        for blob in page
        if not (blob.metadata or {}).get("hdi_isfolder")
    ]
    assert [blob.name for blob in found] == paths
    assert [(blob.metadata or {})["path"] for blob in found] == [path.replace("/", "_") for path in paths]
    assert [item.name for item in container.walk_blobs("list/")] == ["list/0/", "list/1/"]
    assert [item.name for item in container.walk_blobs("list/1/", results_per_page=5)] == [
        path for path in paths if path.startswith("list/1/")
    ]


def test_a_name_with_odd_characters(container: ContainerClient) -> None:
    path = "odd names/Übung & so+on %20 (1).csv"
    container.upload_blob(path, b"x")
    assert container.download_blob(path).readall() == b"x"
    assert path in [blob.name for blob in container.list_blobs("odd names/")]


# Leases


def test_a_lease_keeps_others_out(container: ContainerClient) -> None:
    blob = container.get_blob_client(name())
    blob.upload_blob(b"first")
    lease = blob.acquire_lease(15)
    properties = blob.get_blob_properties()
    assert (properties.lease.state, properties.lease.status, properties.lease.duration) == ("leased", "locked", "fixed")
    with pytest.raises(ResourceExistsError) as taken:
        blob.acquire_lease(15)
    assert error_code(taken.value) == "LeaseAlreadyPresent"
    for attempt in (lambda: blob.upload_blob(b"x", overwrite=True), blob.delete_blob):
        with pytest.raises(HttpResponseError) as refused:
            attempt()
        assert (refused.value.status_code, error_code(refused.value)) == (412, "LeaseIdMissing")
    assert blob.download_blob().readall() == b"first"
    blob.upload_blob(b"second", overwrite=True, lease=lease)
    lease.renew()
    lease.release()
    assert blob.get_blob_properties().lease.state == "available"
    blob.upload_blob(b"third", overwrite=True)


def test_a_lease_by_another_id_is_none(container: ContainerClient) -> None:
    blob = container.get_blob_client(name())
    blob.upload_blob(b"x")
    other = str(uuid.uuid4())
    with pytest.raises(HttpResponseError) as refused:
        blob.upload_blob(b"y", overwrite=True, lease=BlobLeaseClient(blob, other))
    assert (refused.value.status_code, error_code(refused.value)) == (412, "LeaseNotPresentWithBlobOperation")
    lease = blob.acquire_lease()
    assert blob.get_blob_properties().lease.duration == "infinite"
    with pytest.raises(HttpResponseError) as mismatched:
        blob.upload_blob(b"y", overwrite=True, lease=BlobLeaseClient(blob, other))
    assert (mismatched.value.status_code, error_code(mismatched.value)) == (412, "LeaseIdMismatchWithBlobOperation")
    lease.change(other)
    blob.delete_blob(lease=BlobLeaseClient(blob, other))


def test_a_broken_lease_opens_the_file(container: ContainerClient) -> None:
    blob = container.get_blob_client(name())
    blob.upload_blob(b"x")
    lease = blob.acquire_lease()
    assert lease.break_lease(0) == 0
    assert blob.get_blob_properties().lease.state == "broken"
    with pytest.raises(HttpResponseError) as refused:
        lease.renew()
    assert error_code(refused.value) == "LeaseIsBrokenAndCannotBeRenewed"
    blob.acquire_lease(15)


# Signatures


def test_a_containers_signature_opens_its_blobs_only(container: ContainerClient) -> None:
    for attempt in (container.get_container_properties, container.delete_container):
        with pytest.raises(HttpResponseError) as refused:
            attempt()
        assert refused.value.status_code == 403
    service = container._get_blob_service_client()
    with pytest.raises(HttpResponseError) as refused:
        list(service.list_containers())
    assert refused.value.status_code == 403
    with pytest.raises(HttpResponseError) as refused:
        service.create_container("another")
    assert refused.value.status_code == 403


@pytest.mark.parametrize(
    ("old", "new"), [("sig=", "sig=x"), ("si=", "si=x"), ("sr=c", "sr=b"), ("sp=racwdlm", "sp=racwdl")]
)
def test_a_signature_that_was_touched_opens_nothing(uri: str, old: str, new: str) -> None:
    if old not in uri:
        pytest.skip("this server's signature names no permissions")
    blob = BlobClient.from_blob_url(uri.replace("?", "/x.csv?").replace(old, new), retry_total=0)
    with pytest.raises(HttpResponseError) as refused:
        blob.upload_blob(b"x")
    assert refused.value.status_code == 403


def test_without_a_signature_there_is_nothing(uri: str) -> None:
    assert 400 <= requests.get(uri.partition("?")[0] + "/x.csv", timeout=10).status_code < 500
