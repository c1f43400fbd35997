"""Which instance of a pool a resource gets."""

from __future__ import annotations

from collections import Counter

import pytest

from zoho_adobe import Provider, ProviderPool


class Instance:
    """Stands for a provider: only its name matters here."""

    def __init__(self, name: str) -> None:
        self.name = name


def pool_of(size: int) -> ProviderPool:
    return ProviderPool("adobe", size=size, make=Instance)  # type: ignore[arg-type]


def instance(pool: ProviderPool, name: str) -> str:
    provider: Provider | Instance = pool.provider_for(name)
    assert isinstance(provider, Instance)
    return provider.name


def test_the_name_alone_decides() -> None:
    # These are in users' states: another choice would move every resource.
    found = [instance(pool_of(4), f"crm-{number}") for number in range(4)]
    assert found == ["adobe-2", "adobe-2", "adobe-3", "adobe-0"]
    assert instance(pool_of(1), "crm") == "adobe-0"


@pytest.mark.parametrize("size", [2, 4, 8, 16])
def test_the_work_is_spread_evenly(size: int) -> None:
    pool = pool_of(size)
    used = Counter(instance(pool, f"crm-{number}") for number in range(100 * size))
    assert len(used) == size
    assert max(used.values()) <= 130


@pytest.mark.parametrize("size", [0, -1, 17])
def test_a_size_that_makes_no_sense_is_refused(size: int) -> None:
    with pytest.raises(ValueError, match="size"):
        pool_of(size)
