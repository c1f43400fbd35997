"""A POST that may still be at work is not sent again: it could be carried out twice."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from emulator import launch
from tests.support.tenant import Tenant
from tests.support.wire.plugin import Plugin, Refused
from tests.support.wire.site import stack_with

PATHS = {
    "source": "/sourceConnections$",
    "target": "/targetConnections$",
    "schema": "/tenant/fieldgroups$",
    "dataset": "/catalog/dataSets$",
    "mapping": "/conversion/mappingSets$",
    "dataflow": "/flows$",
}


def test_a_gateway_that_gave_up_is_not_asked_again(plugin_process: Plugin, emulator: launch.Emulator) -> None:
    def sent(kind: str) -> int:
        tenant = Tenant.create(emulator)
        stack = stack_with(kind, plugin_process, tenant)
        tenant.fault(method="POST", path=PATHS[kind], kind="status", status=504)
        with pytest.raises(Refused, match=r"failed with 504 .*Run the same command again: it looks for the "):
            stack.up()
        return len([item for item in tenant.requests("POST") if item["path"].endswith(PATHS[kind].rstrip("$"))])

    with ThreadPoolExecutor(len(PATHS)) as pool:
        assert dict(zip(PATHS, pool.map(sent, PATHS), strict=True)) == dict.fromkeys(PATHS, 1)
