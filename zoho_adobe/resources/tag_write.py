"""Changes of the tag that keeps the progress of a dataset's sources, also while another process changes it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from zoho_adobe.api.deadline import held, pause
from zoho_adobe.errors import ConnectionStateError
from zoho_adobe.resources.progress import TAG, Tag, read_tag
from zoho_adobe.session import current

if TYPE_CHECKING:
    from zoho_adobe.api.catalog import Dataset
    from zoho_adobe.api.clients import Clients

_WRITES = 5
# How long another process may take from reading a tag to writing it, where one is known to write to the same tag.
_SECONDS_TO_WRITE = 1.0


def write_tag(
    clients: Clients, sandbox: str, dataset_id: str, change: Callable[[Tag], Tag], *, look: bool = True
) -> None:
    """Change a dataset's tag, and look whether the change has stayed.

    Another process may have read the tag before this write and write it back afterwards. So the look comes as late as
    such a write may: after as long as this one has taken itself, and longer where the tag has several sources.

    Args:
        clients: the clients of the organization.
        sandbox: the sandbox.
        dataset_id: the dataset.
        change: makes the new tag of the one there is; it is called for each look, and changes nothing the second time.
        look: whether to look; False where another write follows that says no less.

    Raises:
        ConnectionStateError: others write to it all the time.
    """

    def wanted(dataset: Dataset) -> dict[str, Sequence[str]]:
        there = list(dataset.tags.get(TAG, ()))
        tag = change(read_tag(there))
        return {} if tag.words() == there else {TAG: tag.words()}

    def shared(dataset: Dataset) -> bool:
        return len(change(read_tag(list(dataset.tags.get(TAG, ())))).entries) > 1

    write_tags(clients, sandbox, dataset_id, TAG, wanted, shared=shared, look=look)


def write_tags(
    clients: Clients,
    sandbox: str,
    dataset_id: str,
    named: str,
    wanted: Callable[[Dataset], Mapping[str, Sequence[str]]],
    *,
    shared: Callable[[Dataset], bool],
    look: bool = True,
) -> None:
    """Write tags of a dataset, and look whether they have stayed.

    Args:
        clients: the clients of the organization.
        sandbox: the sandbox.
        dataset_id: the dataset.
        named: the tag that a message names.
        wanted: returns the tags to write; nothing where they are as they should be.
        shared: returns whether another process is known to write tags of the dataset, too.
        look: whether to look.

    Raises:
        ConnectionStateError: others write to it all the time.
    """
    catalog, clock = clients.catalog(sandbox), current().clock
    for _ in range(_WRITES):
        began = clock.monotonic()
        with held(clients.lock(f"dataset {sandbox} {dataset_id}")):
            dataset = catalog.dataset(dataset_id)
            tags = wanted(dataset)
            if not tags:
                return
            catalog.tag_dataset(dataset, tags)
        if not look:
            return
        pause(max(clock.monotonic() - began, _SECONDS_TO_WRITE if shared(dataset) else 0))
    raise ConnectionStateError(
        f"the tag {named} of the dataset {dataset_id} is changed again and again by somebody else",
        remedy="Run the command again once no other one is at work on this dataset",
    )
