"""Several provider instances of the same settings, for stacks with many objects."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from zoho_adobe.provider import Provider

LARGEST = 16
"""More processes than this cost more than they save."""


class ProviderPool:
    """Spreads resources over several provider instances, so that more of them are worked on at a time.

    Pulumi's SDK lets one instance of a Python provider work on four resources at a time, in a process of its own. A
    pool of four works on sixteen, if the engine may: it has a limit of its own, four for each core, that `--parallel`
    or PULUMI_PARALLEL raises. Each process costs about 0.4 seconds of processor time in each command, so a pool pays
    from about fifty resources on, and the more the slower the answers: docs/performance.md has the figures.

    `provider_for(name)` is what a resource of that logical name gets as its option `provider`. It depends on the name
    alone: nothing moves when resources come and go. When the size changes, resources move between instances of equal
    settings, which changes nothing. Resources without a suffix must have different names: an instance does not see
    what the others are about to make.

    Args:
        resource_name: the logical name; the instances get it with "-0", "-1" and so on.
        size: how many instances.
        make: makes an instance by its logical name; pass one where the stack's config is not what is wanted.

    Raises:
        ValueError: the size is not from 1 to 16.
    """

    def __init__(self, resource_name: str, *, size: int = 4, make: Callable[[str], Provider] = Provider) -> None:
        if not 1 <= size <= LARGEST:
            raise ValueError(f"size: {size} is not from 1 to {LARGEST}")
        self.providers = tuple(make(f"{resource_name}-{number}") for number in range(size))

    def provider_for(self, resource_name: str) -> Provider:
        """Give the instance for a resource.

        Args:
            resource_name: the resource's logical name.
        """
        digest = hashlib.sha256(resource_name.encode()).digest()
        return self.providers[int.from_bytes(digest[:8]) % len(self.providers)]
