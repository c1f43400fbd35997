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


NAMES = [f"crm-{number}" for number in range(100)]


def spread(names: list[str], size: int) -> dict[str, str]:
    pool = pool_of(size)
    return {name: instance(pool, name) for name in names}


def test_the_name_decides() -> None:
    # These are in users' states: another choice would move every resource.
    assert list(spread(NAMES[:4], 4).values()) == ["adobe-2", "adobe-2", "adobe-3", "adobe-0"]
    assert spread(["crm"], 1) == {"crm": "adobe-0"}


def test_a_name_has_one_instance() -> None:
    pool = pool_of(4)
    assert instance(pool, "crm") == instance(pool, "crm")
    assert spread([*NAMES, *NAMES], 4) == spread(NAMES, 4)


@pytest.mark.parametrize("size", [2, 4, 8, 16])
def test_the_instances_have_about_equally_many(size: int) -> None:
    used = Counter(spread(NAMES, size).values())
    assert len(used) == size
    assert max(used.values()) - min(used.values()) <= 5


@pytest.mark.parametrize("size", [2, 4, 8])
def test_few_move_when_one_is_added(size: int) -> None:
    before = spread(NAMES, size)
    assert before.items() <= spread([*NAMES, "new"], size).items()
    after = spread(["new", *NAMES], size)
    assert sum(after[name] != before[name] for name in NAMES) <= 25


@pytest.mark.parametrize("size", [0, -1, 17])
def test_a_size_that_makes_no_sense_is_refused(size: int) -> None:
    with pytest.raises(ValueError, match="size"):
        pool_of(size)
