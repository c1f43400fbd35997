"""Changes of the tag that keeps the progress of a dataset's sources, also while another process changes it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from zoho_adobe.api.deadline import held, pause
from zoho_adobe.errors import ConnectionStateError
from zoho_adobe.resources.progress import TAG, Tag, read_tag
from zoho_adobe.session import current

if TYPE_CHECKING:
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
    catalog, clock = clients.catalog(sandbox), current().clock
    for _ in range(_WRITES):
        began = clock.monotonic()
        with held(clients.lock(f"dataset {sandbox} {dataset_id}")):
            dataset = catalog.dataset(dataset_id)
            there = list(dataset.tags.get(TAG, ()))
            tag = change(read_tag(there))
            if tag.words() == there:
                return
            catalog.tag_dataset(dataset, TAG, tag.words())
        if not look:
            return
        pause(max(clock.monotonic() - began, _SECONDS_TO_WRITE if len(tag.entries) > 1 else 0))
    raise ConnectionStateError(
        f"the tag {TAG} of the dataset {dataset_id} is changed again and again by somebody else",
        remedy="Run the command again once no other one is at work on this dataset",
    )
