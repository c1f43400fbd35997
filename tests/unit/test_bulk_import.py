"""The program that an import prints runs, whatever a connection is called."""

from __future__ import annotations

import builtins
import json
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pulumi.dynamic import Config, ConfigureRequest

from zoho_adobe import bulk_import
from zoho_adobe.api.flow_service import Connection
from zoho_adobe.api.source_spec import ZOHO_CRM
from zoho_adobe.errors import AdoptionError, InputError
from zoho_adobe.resources.base_connection import BaseConnectionLifecycle

PARAMS = {"accounts_url": "https://accounts.zoho.eu", "endpoint": "crm.zoho.eu/crm/private", "client_id": "1000.A"}
SECRETS = {"client_secret": "a-client-secret", "refresh_token": "a-refresh-token"}
KEYS = {"client_secret": "zohoClientSecret", "refresh_token": "zohoRefreshToken"}


def lifecycle() -> BaseConnectionLifecycle:
    """Return a provider that is configured."""
    made = BaseConnectionLifecycle()
    place = {"zoho-adobe:organization": "X@AdobeOrg", "zoho-adobe:sandbox": "dev"}
    made.configure(ConfigureRequest(Config(place, "zoho-adobe")))
    return made


LIFECYCLE = lifecycle()


def connection(id_: str, name: str, client_id: str = "1000.A", description: str = "") -> Connection:
    """Return a connection as Adobe shows it."""
    params = {**PARAMS, "client_id": client_id}
    return Connection(
        id_, name, description, ZOHO_CRM.id, "1.0", params, "enabled", '"e"', "dev", "X@AdobeOrg", "", "", "", 0
    )


def ran(names: list[str], *, provider: str = "", description: str = "") -> list[dict[str, Any]]:
    """Run the program of connections with these names, and return what it declares."""
    found = [connection(f"id-{number}", name, description=description) for number, name in enumerate(names)]
    chosen = [bulk_import.Chosen(item, KEYS, SECRETS) for item in bulk_import.candidates(found, [])]
    text = bulk_import.program(chosen, LIFECYCLE, provider=provider)
    # It is written to a file, or copied from a terminal.
    text.encode()
    declared: list[dict[str, Any]] = []

    def make(resource_name: str, **inputs: Any) -> object:
        declared.append({"resource": resource_name, **inputs})
        return object()

    mine = {
        "BaseConnection": make,
        "config": SimpleNamespace(require_secret=str.upper),
        "pulumi": SimpleNamespace(ResourceOptions=dict),
        **({provider: "the provider"} if provider else {}),
    }
    space = dict(mine)
    exec(compile(text, "program", "exec"), space)  # noqa: S102 - that it runs is what is tested
    assert {key: space[key] for key in mine} == mine
    assert len(space.keys() - mine.keys() - {"__builtins__"}) == len(names)
    # No variable hides a function of Python's.
    assert not set(dir(builtins)) & (space.keys() - {"__builtins__", *mine})
    return declared


ODD = [
    *(
        "Global",
        "Class",
        "Config",
        "Pulumi",
        "BaseConnection",
        "Random",
        "Seed",
        "None",
        "match",
        "print",
        "str",
        "type",
    ),
    *(
        "Stage",
        "_",
        "___",
        "1st",
        "Zürich",
        "顧客",
        "Клиенты",
        "😀",
        "-",
        '"',
        "'",
        "both ' and \"",
        "back\\slash",
        "a\\",
    ),
    *("{braces}", "{0}", "%s", "$x", '"""', "'''", "# no", "a\u2028b", "a\u202eb", "a\x7fb", "a\x85b", "x" * 255),
    *("A b", "a B", "a-b", "a_b", "connection", "connection 2", "zoho_adobe", "__import__", "ﬁ"),
]


def test_names_of_all_kinds_side_by_side() -> None:
    declared = ran(ODD, description='two\nlines, "quoted" \\ {x} \t\x00\u2029.')
    assert sorted(item["name"] for item in declared) == sorted(ODD)
    assert {item["description"] for item in declared} == {'two\nlines, "quoted" \\ {x} \t\x00\u2029.'}
    assert len({item["resource"] for item in declared}) == len(ODD)


@pytest.mark.parametrize("name", ODD)
def test_a_name_alone(name: str) -> None:
    ((declared),) = ran([name], provider="stage")
    assert declared["name"] == name
    assert declared["opts"] == {"provider": "the provider"}
    assert declared["client_secret"] == "ZOHOCLIENTSECRET"


@given(
    st.lists(st.text(st.characters(exclude_categories=["Cs"], min_codepoint=32), min_size=1, max_size=40), max_size=5)
)
def test_any_names(names: list[str]) -> None:
    names = [name.strip() or "x" for name in names]
    assert sorted(item["name"] for item in ran(names)) == sorted(names)


@pytest.mark.parametrize("name", ["Trailing ", " leading", "two\nlines", "x" * 256, " ", ""])
def test_what_no_program_can_say_is_named_by_its_id(name: str) -> None:
    (candidate,) = bulk_import.candidates([connection("id-1", name)], [])
    assert bulk_import.refusal(candidate, LIFECYCLE)
    with pytest.raises(AdoptionError, match="id-1"):
        bulk_import.program([bulk_import.Chosen(candidate, KEYS, SECRETS)], LIFECYCLE)


def test_each_connection_of_a_client_has_a_key_of_its_own_unless_they_share_one() -> None:
    found = [connection("1", "First"), connection("2", "Second"), connection("3", "Alone", "1000.B")]
    all_of = bulk_import.candidates(found, [])
    apart = bulk_import.ambiguous_clients(all_of, [])
    assert apart == {"1000.A"}
    keys = bulk_import.config_keys(all_of, "1000.A", apart)
    assert keys == {
        "1": {"client_secret": "zohoClientSecret", "refresh_token": "first-zohoRefreshToken"},
        "2": {"client_secret": "zohoClientSecret", "refresh_token": "second-zohoRefreshToken"},
        "3": {"client_secret": "alone-zohoClientSecret", "refresh_token": "alone-zohoRefreshToken"},
    }
    shared = bulk_import.config_keys(all_of, "1000.A", set())
    assert {shared[id_]["refresh_token"] for id_ in "12"} == {"zohoRefreshToken"}


def test_a_connection_that_the_stack_manages_elsewhere_counts_too() -> None:
    (candidate,) = bulk_import.candidates([connection("1", "First")], [])
    managed = {"type": bulk_import.TYPE, "id": "other", "inputs": {"client_id": "1000.A"}}
    assert bulk_import.ambiguous_clients([candidate], [managed]) == {"1000.A"}
    assert bulk_import.ambiguous_clients([candidate], [{**managed, "id": "1"}]) == set()


@pytest.mark.parametrize(
    "entry",
    [
        "x",
        {},
        [],
        {"client_secret": ""},
        {"refresh_token": 1},
        {"refresh_tokens": ["a"]},
        {"refresh_tokens": {"1": ""}},
    ],
)
def test_what_is_piped_in_has_a_shape(entry: Any) -> None:
    with pytest.raises(InputError, match="not the JSON of secrets"):
        bulk_import.read_secrets(json.dumps({"1000.A": entry}))


def test_secrets_do_not_show() -> None:
    given_ = {"1000.A": {"client_secret": "hidden-1", "refresh_tokens": {"1": "hidden-2"}}}
    assert "hidden" not in repr(bulk_import.read_secrets(json.dumps(given_)))
