"""The operations of a dataflow; between two of them no row may be lost, and none may come twice."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from typing import Any

from tests.faults.model import (
    IMS_TOKEN,
    Ended,
    Facts,
    Operation,
    Problem,
    Request,
    Resource,
    agreement,
    shown,
    told,
)
from tests.support.crm import Crm
from tests.support.landing_zone import put
from tests.support.tenant import Tenant
from tests.support.wire.deployment import Deployment, State
from tests.support.wire.ingestion import Ingestion
from tests.support.wire.plugin import Plugin
from tests.support.wire.site import stack_with

_REQUESTS = {
    "IMS token": IMS_TOKEN,
    "flow spec": Request("GET", "/flowSpecs$"),
    "list": Request("GET", "/flows$"),
    "POST": Request("POST", "/flows$", works=True),
    "GET": Request("GET", "/flows/[^/]+$", behind=True),
    "PATCH": Request("PATCH", "/flows/", works=True, behind=True),
    "switch": Request("POST", "/flows/[^/]+/action$", works=True, behind=True),
    "DELETE": Request("DELETE", "/flows/", works=True, behind=True),
    "runs": Request("GET", "/runs$"),
    "run": Request("POST", "/runs$", works=True),
    "source": Request("GET", "/sourceConnections/"),
    "connection": Request("GET", "/flowservice/connections/"),
    "target": Request("GET", "/targetConnections/"),
    "dataset": Request("GET", "/catalog/dataSets/"),
    "batches": Request("GET", "/catalog/batches$"),
    "tag": Request("PATCH", "/catalog/dataSets/", works=True),
}
_WRITE = ("dataset", "tag", "dataset")
_SEE = ("source", "connection", "target", "dataset")
_LOOK = ("GET", "runs", "runs", "target", "dataset", "dataset")
_DELETE = ("DELETE", "GET", "dataset", *_WRITE)
_RETIRE = (*_LOOK, *_DELETE)
_CLOSE_GAP = ("dataset", "list", "POST", "GET", "runs", "run", "runs", *_WRITE, "DELETE")


def _deploy(plugin: Plugin, tenant: Tenant) -> Deployment:
    deployment = stack_with("dataflow", plugin, tenant)
    # Several cells write into one log.
    deployment.program["suffix"] = tenant.organization[:8].lower()
    return deployment


def _full_name(deployment: Deployment) -> str:
    return f"{deployment.program['name']} {deployment.program['suffix']}"


def _stopped(deployment: Deployment) -> None:
    deployment.program["enabled"] = False


def _left(deployment: Deployment) -> None:
    deployment.up()
    deployment.state = None


def _left_before_a_change(deployment: Deployment) -> None:
    _left(deployment)
    deployment.program["schedule"] = {"frequency": "day", "interval": 1}


def _changed(deployment: Deployment) -> None:
    deployment.program["description"] = "To be taken away"
    deployment.up()
    del deployment.program["description"]
    deployment.program.update(name="Renamed", schedule={"frequency": "day", "interval": 2})


def _to_stop(deployment: Deployment) -> None:
    deployment.up()
    _stopped(deployment)


def _after_a_run(deployment: Deployment) -> None:
    deployment.up()
    crm = Crm.of(deployment.tenant)
    # The CRM makes its rows when it is first asked for them.
    crm.rows("Leads")
    crm.let_a_second_pass()
    crm.run(deployment.deployed.id)


def _with_other_options(deployment: Deployment) -> None:
    deployment.up()
    deployment.program["error_diagnostics"] = True


def _deleted_after_a_run(deployment: Deployment) -> None:
    _after_a_run(deployment)
    deployment.destroy()
    # What changes within the second of the run is brought by it.
    time.sleep(1.1)
    Crm.of(deployment.tenant).add("Leads", Last_Name="In the gap")


def _deploy_on_files(plugin: Plugin, tenant: Tenant) -> Deployment:
    deployment = _deploy(plugin, tenant)
    del deployment.program["delta_column"]
    source = Ingestion.on(plugin, tenant, "").make("files", suffix=deployment.program["suffix"])
    deployment.program.update(source_connection_id=source.id, via="landing-zone")
    return deployment


def _write(deployment: Deployment, name: str) -> None:
    row = {"Last_Name": name, "Modified_Time": "2026-11-25T18:39:00Z"}
    put(deployment.tenant, f"zoho/leads/{name}.csv.gz", [row])


def _after_a_run_on_files(deployment: Deployment) -> None:
    deployment.up()
    _write(deployment, "Early")
    crm = Crm.of(deployment.tenant)
    crm.let_a_second_pass()
    crm.run(deployment.deployed.id)


def _deleted_after_a_run_on_files(deployment: Deployment) -> None:
    _after_a_run_on_files(deployment)
    deployment.destroy()
    time.sleep(1.1)
    _write(deployment, "In the gap")


def _facts(state: State, live: Mapping[str, Any]) -> Facts:
    outputs, found = state.outputs, live["flows"]
    times, (*copies, mapping) = found["scheduleParams"], found["transformations"]
    return {
        **shown(outputs, found),
        "etag": (outputs["etag"], found["etag"]),
        "state": (outputs["state"], found["state"]),
        "enabled": (outputs["enabled"], found["state"] == "enabled"),
        "start": (outputs["start"], float(times["startTime"])),
        "frequency": (outputs["schedule"]["frequency"], times["frequency"]),
        "interval": (outputs["schedule"]["interval"], float(times["interval"])),
        "source": ([outputs["source_connection_id"]], found["sourceConnectionIds"]),
        "target": ([outputs["target_connection_id"]], found["targetConnectionIds"]),
        "mapping set": (outputs["mapping_set_id"], mapping["params"]["mappingId"]),
        "delta column": (
            [outputs["delta_column"]] if outputs.get("delta_column") else [],
            [copy["params"]["deltaColumn"]["name"] for copy in copies],
        ),
    }


def _progress_is_written(ended: Ended) -> list[Problem]:
    (dataset,) = ended.found["datasets"]
    entries = [json.loads(word) for word in dataset.get("tags", {}).get("zohoAdobeProgress", [])]
    # After a delete that was cut off, the entry still names the dataflow: its last run may have come after the note.
    known = [entry["table"] for entry in entries if entry["until"]]
    files = ended.deployment.program.get("via") == "landing-zone"
    return told({"progress": (known, ["dlz-user-container/zoho/leads/*.csv.gz" if files else "Leads"])})


def _each_row_once(ended: Ended) -> list[Problem]:
    state, crm = ended.deployment.state, Crm.of(ended.deployment.tenant)
    log = ended.deployment.plugin.log.read_text(errors="replace")
    if state is None or f"could not be ingested by {_full_name(ended.deployment)!r}" in log:
        return []
    crm.run(state.id)
    (dataset,) = ended.found["datasets"]
    arrived = sorted(next(iter(row.values()))["lastName"] for row in crm.arrived(dataset["id"]))
    if ended.deployment.program.get("via") == "landing-zone":
        return told({"rows": (arrived, ["Early", "In the gap"])})
    return told({"rows": (arrived, sorted(row["Last_Name"] for row in crm.rows("Leads")))})


RESOURCE = Resource(
    requests=_REQUESTS,
    operations={
        "create": Operation(
            ("IMS token", "flow spec", "list", *_SEE, "batches", *_WRITE, "POST", "GET", "switch", "GET", *_WRITE),
            Deployment.up,
            _stopped,
        ),
        "take over": Operation(("flow spec", "list", *_SEE, "GET", "dataset"), Deployment.up, _left),
        "take over, changed": Operation(
            (*("flow spec", "list"), *_RETIRE, "source", "connection", "dataset", *_WRITE, "POST", "GET", *_WRITE),
            Deployment.up,
            _left_before_a_change,
        ),
        "read": Operation(("GET",), Deployment.refresh, Deployment.up),
        "update": Operation(("PATCH", "GET", "runs", "target", "dataset", "dataset"), Deployment.up, _changed),
        "stop": Operation(("GET", "switch", "GET", "runs", "target", "dataset", "dataset"), Deployment.up, _to_stop),
        "delete": Operation(
            (*_LOOK, "tag", *_DELETE, "list"), Deployment.destroy, _after_a_run, left=0, check=_progress_is_written
        ),
        "replace": Operation(
            (*_RETIRE, "list", "flow spec", *_SEE, *_WRITE, "POST", "GET", *_WRITE), Deployment.up, _with_other_options
        ),
        "create, going on": Operation(
            ("flow spec", "list", *_SEE, *_WRITE, "POST", "GET", *_CLOSE_GAP, *_WRITE),
            Deployment.up,
            _deleted_after_a_run,
            check=_each_row_once,
            slow=True,
        ),
    },
    deploy=_deploy,
    check=agreement({"flows": lambda state: state.id}, _facts),
    kinds=("flows",),
)

_SEE_FILES = ("source", "target", "dataset")

ON_FILES = Resource(
    requests=_REQUESTS,
    operations={
        "create": Operation(
            ("IMS token", "flow spec", "list", *_SEE_FILES, "batches", *_WRITE, "POST", "GET", *_WRITE), Deployment.up
        ),
        "take over": Operation(("flow spec", "list", *_SEE_FILES, "GET", "dataset"), Deployment.up, _left),
        "delete": Operation(
            (*_LOOK, "tag", *_DELETE, "list"),
            Deployment.destroy,
            _after_a_run_on_files,
            left=0,
            check=_progress_is_written,
        ),
        "create, going on": Operation(
            ("flow spec", "list", *_SEE_FILES, *_WRITE, "POST", "GET", *_CLOSE_GAP, *_WRITE),
            Deployment.up,
            _deleted_after_a_run_on_files,
            check=_each_row_once,
            slow=True,
        ),
    },
    deploy=_deploy_on_files,
    check=agreement({"flows": lambda state: state.id}, _facts),
    kinds=("flows",),
)
