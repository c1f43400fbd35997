"""Rows that a destroy would delete, refused where it begins."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from zoho_adobe.errors import InUseError, NotFoundError

if TYPE_CHECKING:
    from zoho_adobe.api.clients import Clients
    from zoho_adobe.resources.flow_props import FlowProps

KEEP = "ZOHO_ADOBE_KEEP"
"""The environment variable with ids of datasets, separated by commas, that stay when their dataflows are deleted."""


def refuse_if_rows_go(clients: Clients, id_: str, full_name: str, props: FlowProps) -> None:
    """Refuse to begin what ends at a dataset that holds rows: the engine deletes the dataflow first.

    Args:
        clients: the clients of the organization.
        id_: the dataflow that is to be deleted.
        full_name: its full name.
        props: its properties in the state.

    Raises:
        InUseError: the dataset holds rows, and the program does not declare it.
    """
    from zoho_adobe.resources.dataset import datasets_of_the_program

    try:
        dataset_id = clients.dataflows(props["sandbox"]).target(props["target_connection_id"]).dataset_id
    except NotFoundError:
        return
    if dataset_id in datasets_of_the_program() or dataset_id in os.environ.get(KEEP, "").split(","):
        return
    if clients.catalog(props["sandbox"]).last_batch(dataset_id) is None:
        return
    raise InUseError(
        f"the dataflow {full_name!r} ({id_}) cannot be deleted: its dataset {dataset_id} would be "
        "deleted with it and holds data",
        object_id=id_,
        remedy="To lose the data, set force_destroy=True, and protect_data=False where the dataset is protected, run "
        "`pulumi up`, and try again; to keep it, take dataset "
        "and schema out of the stack with `pulumi state delete`, and run the command with "
        f"{KEEP}={dataset_id} in the environment",
    )
