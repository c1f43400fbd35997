"""What the engine's methods do for every resource, so that no resource has to remember it."""

from __future__ import annotations

import contextlib
from typing import Any

import pytest
from pulumi.dynamic import Config, ConfigureRequest

from zoho_adobe import dynamic
from zoho_adobe.api import clients
from zoho_adobe.redaction import redact
from zoho_adobe.resources.checks import Props
from zoho_adobe.resources.edge import ProviderError
from zoho_adobe.resources.lifecycle import Lifecycle
from zoho_adobe.settings import NAMESPACE

ALL = {name: type(value) for name, value in vars(dynamic).items() if isinstance(value, Lifecycle)}
PLACED = [kind for kind in ALL.values() if kind.declaration.placed]
NAMED = [kind for kind in ALL.values() if kind.declaration.name]
CONFIG = {
    "organization": "OURS@AdobeOrg",
    "sandbox": "prod",
    "clientId": "client",
    "clientSecret": "client-secret",
    "accessToken": "access-token",
}


@pytest.fixture
def reached(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Whatever comes as far as the services."""
    found: list[Any] = []

    def clients_for(settings: Any) -> Any:
        found.append(settings)
        raise AssertionError("a service would be asked")

    monkeypatch.setattr(clients, "clients_for", clients_for)
    return found


def provider(kind: type[Lifecycle[Any]]) -> Lifecycle[Any]:
    made = kind()
    made.configure(ConfigureRequest(Config({f"{NAMESPACE}:{key}": value for key, value in CONFIG.items()}, NAMESPACE)))
    return made


def state(kind: type[Lifecycle[Any]], organization: str, entry: str = "a") -> Props:
    """Return outputs of an object, as far as the base class looks at them."""
    declared = kind.declaration
    props = {key: f"the {key}" for key in (*declared.keys, *declared.outputs)}
    columns = {"columns": {}, "fields": {}, "schedule": {"frequency": "once"}, "enabled": True, "mappings": {}}
    known = {key: value for key, value in columns.items() if key in props}
    return {**props, **known, "adopt_id": "id", "organization": organization, "sandbox": "prod", "entry": entry}


@pytest.mark.parametrize("kind", PLACED)
def test_nothing_is_asked_of_another_organization(kind: type[Lifecycle[Any]], reached: list[Any]) -> None:
    olds = state(kind, "THEIRS@AdobeOrg")
    news = {**olds, "name": "another", "title": "another"}
    with pytest.raises(ProviderError, match="organization: the state says THEIRS@AdobeOrg"):
        provider(kind).diff("id", olds, news)
    with pytest.raises(ProviderError, match="organization: the state says THEIRS@AdobeOrg"):
        provider(kind).read("id", olds)
    # Where nothing is to be sent, there is nothing to refuse.
    with contextlib.suppress(ProviderError):
        provider(kind).update("id", olds, news)
    with contextlib.suppress(ProviderError):
        provider(kind).delete("id", olds)
    assert reached == []


@pytest.mark.parametrize("kind", NAMED)
def test_what_another_entry_holds_is_left_alone(
    kind: type[Lifecycle[Any]], reached: list[Any], capfd: pytest.CaptureFixture[str]
) -> None:
    made, olds = provider(kind), state(kind, CONFIG["organization"])
    made.entries.check(olds)
    made.entries.compare("id", olds, olds, replaces=False)
    made.delete("id", {**olds, "entry": "b"})
    assert reached == []
    assert "stays: another resource of the program manages it" in capfd.readouterr().err
    with pytest.raises(ProviderError, match="a service would be asked"):
        made.delete("id", olds)


@pytest.mark.parametrize("kind", ALL.values())
@pytest.mark.parametrize("method", ["diff", "update", "read", "delete"])
def test_secrets_of_the_state_are_masked(kind: type[Lifecycle[Any]], method: str, reached: list[Any]) -> None:
    made = provider(kind)
    secrets = {key: f"value of {key}" for key in kind.declaration.secrets}
    olds = {**state(kind, "THEIRS@AdobeOrg"), **secrets}
    with contextlib.suppress(ProviderError):
        getattr(made, method)("id", olds, *([olds] if method in ("diff", "update") else []))
    with made.session.active():
        assert [redact(value) for value in secrets.values()] == ["[secret]"] * len(secrets)
    assert reached == []
