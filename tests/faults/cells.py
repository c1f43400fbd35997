"""All cells of the matrix, a sample of them, and the running of one."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator

from emulator import launch
from tests.faults import (
    base_connection,
    crm_module,
    dataflow,
    dataset,
    ends,
    faults,
    landing_zone,
    mapping_set,
    marks,
    schema,
    table,
    zoho_grant,
)
from tests.faults.model import IMS_TOKEN, Cell, Ended, Objects, Outcome, Problem, Resource, id_of, objects
from tests.support.tenant import Tenant
from tests.support.wire.plugin import Plugin, Refused

RESOURCES: dict[str, Resource] = {
    "BaseConnection": base_connection.RESOURCE,
    "Table": table.RESOURCE,
    "SourceConnection": ends.SOURCE,
    "LandingZoneSource": ends.FILES,
    "TargetConnection": ends.TARGET,
    "Schema": schema.RESOURCE,
    "Schema with identities and labels": marks.SCHEMA,
    "IdentityNamespace": marks.NAMESPACE,
    "UsageLabel": marks.LABEL,
    "Relationship": marks.RELATIONSHIP,
    "Dataset": dataset.RESOURCE,
    "MappingSet": mapping_set.RESOURCE,
    "Dataflow": dataflow.RESOURCE,
    "Dataflow on files": dataflow.ON_FILES,
    "ZohoGrant": zoho_grant.RESOURCE,
    "CrmModule": crm_module.RESOURCE,
    "LandingZone": landing_zone.RESOURCE,
}


def cells() -> Iterator[Cell]:
    """Return all cells that can be."""
    for name, resource in RESOURCES.items():
        for operation, does in resource.operations.items():
            for (index, word), fault in itertools.product(enumerate(does.requests), faults.FAULTS):
                if fault not in does.beyond and faults.can_be(fault, resource.requests[word]):
                    yield Cell(name, operation, index, word, fault)


def sample(size: int) -> list[Cell]:
    """Return cells from all over the matrix: each time another operation, with a fault that is due for it."""
    places: dict[tuple[str, str], dict[str, list[Cell]]] = {}
    for cell in cells():
        if not RESOURCES[cell.resource].operations[cell.operation].slow:
            places.setdefault((cell.resource, cell.operation), {}).setdefault(cell.fault, []).append(cell)
    seen: dict[str, int] = dict.fromkeys(faults.FAULTS, 0)
    chosen = []
    for turn, by_fault in zip(range(size), itertools.cycle(places.values()), strict=False):
        fault = min(by_fault, key=lambda name: seen[name])
        seen[fault] += 1
        chosen.append(by_fault[fault][turn * 7 % len(by_fault[fault])])
    return list(dict.fromkeys(chosen))


def run(cell: Cell, plugin: Plugin, emulator: launch.Emulator) -> Outcome:
    """Run a cell in an organization of its own."""
    outcome, tenant = Outcome(cell), Tenant.create(emulator)
    resource = RESOURCES[cell.resource]
    operation, fault = resource.operations[cell.operation], faults.FAULTS[cell.fault]
    deployment = resource.deploy(plugin, tenant)
    operation.prepare(deployment)
    others = _others(resource, objects(tenant))
    said, written = len(plugin.said), plugin.log.stat().st_size
    if fault["kind"] == "delay":
        deployment.config["zoho-adobe:requestTimeout"] = faults.TIMEOUT
    requests = [resource.requests[word] for word in operation.requests]
    # The token is asked for by every operation, in the same way, so it is named in one of each resource only.
    unnamed = int(IMS_TOKEN in resource.requests.values() and IMS_TOKEN not in requests)
    ordered = faults.order(tenant, requests[: cell.index + 1], cell.fault, unnamed=unnamed)
    begin = time.monotonic()
    try:
        operation.run(deployment)
    except Refused as refused:
        outcome.refused = str(refused)
    if not faults.withdraw(tenant, ordered):
        outcome.problems.append(Problem("failure", "the fault met no request"))
    if fault["kind"] == "delay":
        time.sleep(max(0.0, begin + faults.DELAY + 0.1 - time.monotonic()))
    try:
        if cell.fault == faults.BEHIND and deployment.state is not None:
            deployment.refresh()
        (operation.again or operation.run)(deployment)
    except Refused as refused:
        outcome.problems.append(Problem("failure", f"the second run fails: {refused}"))
    ended = Ended(deployment, operation.left, outcome.refused, objects(tenant))
    outcome.problems += [*resource.check(ended), *operation.check(ended)]
    now = _others(resource, ended.found)
    outcome.problems += [Problem("orphan", f"{kind} were touched") for kind in now if now[kind] != others[kind]]
    shown = "\n".join([*plugin.said[said:], plugin.log.read_bytes()[written:].decode(errors="replace")])
    if any(canary in shown for canary in tenant.canaries):
        outcome.problems.append(Problem("leak", "a secret is shown"))
    return outcome


def _others(resource: Resource, found: Objects) -> dict[str, set[str]]:
    """Return the ids of what exists and is none of the resource's business."""
    return {kind: set(map(id_of, found[kind])) for kind in found if kind not in (*resource.kinds, "runs")}
