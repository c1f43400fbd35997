"""Several provider instances of the same settings, for stacks with many objects."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from zoho_adobe.provider import Provider

LARGEST = 16
"""More processes than this cost more than they save."""

# How many resources more than the emptiest instance one may have. By names alone the fullest of four would have a third
# more than its share; with fewer, more resources would move when one is added before them.
_UNEVEN = 3


class ProviderPool:
    """Spreads resources over several provider instances, so that more of them are worked on at a time.

    Pulumi's SDK lets one instance of a Python provider work on four resources at a time, in a process of its own. A
    pool of four works on sixteen, if the engine may: it has a limit of its own, four for each core, that `--parallel`
    or PULUMI_PARALLEL raises. Make it 100 or more, so that a busy instance never keeps the engine from the others. Each
    process costs about 0.4 seconds of processor time in each command, so a pool pays from about fifty resources on, and
    the more the slower the answers: `make bench` measures it.

    `provider_for(name)` is what a resource of that logical name gets as its option `provider`. The name decides, as
    long as the instances have about equally many: nothing moves when resources are added at the end of the program, and
    few do elsewhere. A move, also by another size, is between instances of equal settings and changes nothing.
    Resources without a suffix must have different names: an instance does not see what the others are about to make.

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
        self._chosen: dict[str, int] = {}
        self._given = [0] * size

    def provider_for(self, resource_name: str) -> Provider:
        """Give the instance for a resource.

        Args:
            resource_name: the resource's logical name.
        """
        if resource_name not in self._chosen:
            digest = hashlib.sha256(resource_name.encode()).digest()
            choice, least = int.from_bytes(digest[:8]) % len(self.providers), min(self._given)
            if self._given[choice] > least + _UNEVEN:
                choice = self._given.index(least)
            self._given[choice] += 1
            self._chosen[resource_name] = choice
        return self.providers[self._chosen[resource_name]]
