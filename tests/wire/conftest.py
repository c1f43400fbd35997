from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.tenant import Tenant
from tests.support.wire.deployment import Deployment
from tests.support.wire.ingestion import Ingestion
from tests.support.wire.plugin import Plugin, Provider


@pytest.fixture(scope="session")
def plugin_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Plugin]:
    """One process for the whole run; each test gets provider objects of its own in it."""
    with Plugin.start(tmp_path_factory.mktemp("plugin")) as running:
        yield running


@pytest.fixture
def plugin(plugin_process: Plugin, tenant: Tenant) -> Iterator[Plugin]:
    """The process; what it said and wrote is searched for the tenant's secrets."""
    yield plugin_process
    plugin_process.assert_no_secret(tenant.canaries)


@pytest.fixture
def deployment(plugin: Plugin, tenant: Tenant) -> Deployment:
    """A stack with one base connection, not deployed yet."""
    return Deployment.of(plugin, tenant)


@pytest.fixture
def deployed(deployment: Deployment) -> Deployment:
    """A stack with one base connection that exists; the requests that made it are forgotten."""
    deployment.up()
    deployment.tenant.forget_requests()
    return deployment


@pytest.fixture
def provider(deployment: Deployment) -> Provider:
    """A provider as a new command has it."""
    return deployment.provider()


@pytest.fixture
def ingestion(deployed: Deployment) -> Ingestion:
    """A stack with a base connection, on which a table's way to a dataset can be built."""
    return Ingestion.on(deployed.plugin, deployed.tenant, deployed.deployed.id)
