"""From the inputs of a dataflow to what is asked of Flow Service. Imported late, since it needs the HTTP library."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, cast

from zoho_adobe.api.flow_request import FlowRequest
from zoho_adobe.api.patch import Patch
from zoho_adobe.api.source_spec import SPECS
from zoho_adobe.errors import ChangedElsewhereError, EtagMismatchError
from zoho_adobe.resources.looking import changed_by
from zoho_adobe.resources.schedule import moment
from zoho_adobe.resources.settling import at_rest, settle

if TYPE_CHECKING:
    from zoho_adobe.api.clients import Clients
    from zoho_adobe.api.dataflows import Dataflows
    from zoho_adobe.api.flows import Flow
    from zoho_adobe.resources.checks import Props
    from zoho_adobe.resources.flow_props import FlowProps


def request_of(props: FlowProps, full_name: str) -> FlowRequest:
    """Returns the dataflow that inputs ask for.

    Args:
        props: the inputs.
        full_name: its full name.
    """
    schedule = props["schedule"]
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
        files=SPECS[props.get("via", "source")].changes == "files",
        error_diagnostics=props.get("error_diagnostics"),
        partial_ingestion_percent=props.get("partial_ingestion_percent"),
    )


def patch_of(
    olds: FlowProps, news: FlowProps, full_name: Callable[[FlowProps], str], look: Callable[[], Flow]
) -> Patch:
    """Returns what to change of a dataflow.

    Args:
        olds: its properties as they are.
        news: the inputs as they are to be.
        full_name: gives the full name of either.
        look: reads the dataflow as it is at Adobe.
    """
    patch = Patch()
    patch.name(full_name(olds), full_name(news))
    patch.description(olds.get("description", ""), news.get("description", ""))
    before: Mapping[str, Any] = olds["schedule"]
    schedule: Mapping[str, Any] = news["schedule"]
    if "backfill" in schedule and "backfill" not in before and (found := look()).start <= found.now:
        # Said for dataflows that are still to be made; the first run of this one is over.
        schedule = {key: schedule[key] for key in schedule if key != "backfill"}
    patch.schedule(before, schedule, started=olds.get("start"))
    if olds["mapping_set_id"] != news["mapping_set_id"]:
        patch.mapping_set(look().transformations, news["mapping_set_id"])
    return patch


def unexpected(found: Flow, olds: FlowProps, news: FlowProps, full_name: Callable[[FlowProps], str]) -> list[str]:
    """Returns what is neither as the state has it nor as the program wants it.

    Args:
        found: the dataflow as it is.
        olds: its properties in the state.
        news: the inputs as they are to be.
        full_name: gives the full name of either.
    """

    def both(pick: Callable[[FlowProps], Any]) -> tuple[Any, Any]:
        return pick(olds), pick(news)

    seen = {
        "name": (found.name, both(full_name)),
        "description": (found.description, both(lambda props: props.get("description", ""))),
        "frequency": (found.frequency, both(lambda props: props["schedule"]["frequency"])),
        "interval": (found.interval, both(lambda props: props["schedule"].get("interval", 0))),
        "mapping set": (found.mapping_set_id, both(lambda props: props["mapping_set_id"])),
    }
    return [f"{field} is {now!r}" for field, (now, expected) in seen.items() if now not in expected]


def update_flow(
    clients: Clients,
    dataflows: Dataflows,
    id_: str,
    olds: FlowProps,
    news: FlowProps,
    full_name: Callable[[FlowProps], str],
    as_inputs: Callable[[FlowProps, Flow], Props],
) -> Flow:
    """Send the PATCH against the etag of the state, so that nobody's change is written over unseen.

    Args:
        clients: the clients of the organization.
        dataflows: Flow Service's dataflows in the sandbox.
        id_: the dataflow.
        olds: its properties in the state.
        news: the inputs as they are to be.
        full_name: gives the full name of either.
        as_inputs: gives the inputs as a dataflow at Adobe shows them.

    Returns:
        The dataflow as it is now.

    Raises:
        ChangedElsewhereError: somebody else changed it.
    """
    patch = patch_of(olds, news, full_name, lambda: dataflows.flow(id_))
    if not patch:
        return dataflows.flow(id_)
    try:
        dataflows.patch_flow(id_, str(olds.get("etag", "")), patch)
    except EtagMismatchError:
        found = at_rest(dataflows, id_)
        strangers, own = unexpected(found, olds, news, full_name), clients.settings.client_id
        if strangers or found.updated_client not in (own, ""):
            raise ChangedElsewhereError(
                f"the dataflow {id_} was changed {changed_by(found.updated_by, found.updated_client, own)} at "
                f"{moment(found.updated_at / 1000)}: {', '.join(strangers) or 'nothing that the program says'}",
                object_id=id_,
                remedy="Run `pulumi refresh` to see it, then `pulumi up` to set it back or after changing the program",
            ) from None
        # All it shows is old or wanted, and this client wrote last: our own PATCH, whose answer was lost.
        there = cast("FlowProps", {**as_inputs(olds, found), "start": found.start})
        left = patch_of(there, news, full_name, lambda: found)
        if left:
            dataflows.patch_flow(id_, found.etag, left)
    return settle(dataflows, id_)
