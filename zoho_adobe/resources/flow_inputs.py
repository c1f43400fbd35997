"""From the inputs of a dataflow to what is asked of Flow Service. Imported late, since it needs the HTTP library."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from zoho_adobe.api.flow_request import FlowRequest, mapping_op

if TYPE_CHECKING:
    from zoho_adobe.api.flows import Flow
    from zoho_adobe.resources.lifecycle import Props


def request_of(props: Props, full_name: str) -> FlowRequest:
    """Returns the dataflow that inputs ask for.

    Args:
        props: the inputs.
        full_name: its full name.
    """
    schedule = props["schedule"]
    options = {
        "errorDiagnosticsEnabled": props.get("error_diagnostics"),
        "partialIngestionPercent": props.get("partial_ingestion_percent"),
    }
    return FlowRequest(
        name=full_name,
        description=props.get("description", ""),
        source_id=props["source_connection_id"],
        target_id=props["target_connection_id"],
        mapping_set_id=props["mapping_set_id"],
        delta_column=props.get("delta_column", ""),
        frequency=schedule["frequency"],
        interval=schedule.get("interval", 0),
        backfill=schedule.get("backfill"),
        options={key: value for key, value in options.items() if value is not None},
    )


def patch_ops(
    olds: Props, news: Props, full_name: Callable[[Props], str], look: Callable[[], Flow]
) -> list[dict[str, Any]]:
    """Returns what to change of a dataflow, as JSON Patch.

    Args:
        olds: its properties as they are.
        news: the inputs as they are to be.
        full_name: gives the full name of either.
        look: reads the dataflow as it is at Adobe.
    """
    ops: list[dict[str, Any]] = []
    if full_name(olds) != full_name(news):
        ops.append({"op": "replace", "path": "/name", "value": full_name(news)})
    old, new = olds.get("description", ""), news.get("description", "")
    if old != new:
        # Flow Service wants a value in every instruction, also in one that needs none.
        op = "remove" if not new else "replace" if old else "add"
        ops.append({"op": op, "path": "/description", "value": new or old})
    before, after = olds["schedule"], news["schedule"]
    for key, path in (("frequency", "frequency"), ("interval", "interval"), ("backfill", "backfill")):
        if key in after and before.get(key) != after[key]:
            ops.append({"op": "replace", "path": f"/scheduleParams/{path}", "value": after[key]})
    if "start" in after and after["start"] not in (before.get("start"), olds.get("start")):
        ops.append({"op": "replace", "path": "/scheduleParams/startTime", "value": after["start"]})
    if olds["mapping_set_id"] != news["mapping_set_id"]:
        ops.append(mapping_op(look().transformations, news["mapping_set_id"]))
    return ops


def unexpected(found: Flow, olds: Props, news: Props, full_name: Callable[[Props], str]) -> list[str]:
    """Returns what is neither as the state has it nor as the program wants it.

    Args:
        found: the dataflow as it is.
        olds: its properties in the state.
        news: the inputs as they are to be.
        full_name: gives the full name of either.
    """

    def both(pick: Callable[[Props], Any]) -> tuple[Any, Any]:
        return pick(olds), pick(news)

    seen = {
        "name": (found.name, both(full_name)),
        "description": (found.description, both(lambda props: props.get("description", ""))),
        "frequency": (found.frequency, both(lambda props: props["schedule"]["frequency"])),
        "interval": (found.interval, both(lambda props: props["schedule"].get("interval", 0))),
        "mapping set": (found.mapping_set_id, both(lambda props: props["mapping_set_id"])),
    }
    return [f"{field} is {now!r}" for field, (now, expected) in seen.items() if now not in expected]
