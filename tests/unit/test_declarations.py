"""An input is declared once; constructor, documentation and provider agree with the declaration."""

from __future__ import annotations

import inspect
import re
from typing import Any

import pulumi
import pytest

from zoho_adobe import dynamic
from zoho_adobe.resources.lifecycle import Lifecycle
from zoho_adobe.resources.managed import ManagedResource

KINDS = sorted(ManagedResource.__subclasses__(), key=lambda kind: kind.__name__)


def arguments(kind: type[ManagedResource]) -> dict[str, inspect.Parameter]:
    """Return the constructor's keyword arguments."""
    parameters = inspect.signature(kind.__init__).parameters
    return {name: item for name, item in parameters.items() if item.kind is item.KEYWORD_ONLY and name != "opts"}


def test_every_provider_object_belongs_to_a_resource() -> None:
    lifecycles = {name: value for name, value in vars(dynamic).items() if isinstance(value, Lifecycle)}
    assert {kind.declaration.singleton: kind.declaration for kind in KINDS} == {
        name: value.declaration for name, value in lifecycles.items()
    }


@pytest.mark.parametrize("kind", KINDS)
def test_a_constructor_takes_what_is_declared(kind: type[ManagedResource]) -> None:
    declared = {item.name: item for item in kind.declaration.inputs if item.argument}
    assert kind.declaration.kind == kind.__name__
    assert set(arguments(kind)) == set(declared)
    required = {name for name, item in arguments(kind).items() if item.default is inspect.Parameter.empty}
    assert required == {name for name, item in declared.items() if item.required}


@pytest.mark.parametrize("kind", KINDS)
def test_every_argument_is_documented(kind: type[ManagedResource]) -> None:
    section = re.search(r"Args:\n(.*?)(?:\n\n|\Z)", inspect.getdoc(kind) or "", re.DOTALL)
    assert section
    named = re.findall(r"^ {4}(\w+): ", section.group(1), re.MULTILINE)
    assert set(named) == {"resource_name", *arguments(kind), "opts"}


@pytest.mark.parametrize("kind", KINDS)
def test_what_a_resource_gives_is_declared(kind: type[ManagedResource]) -> None:
    assert set(kind.__annotations__) <= {*kind.declaration.keys, *kind.declaration.outputs}


@pytest.mark.parametrize("kind", KINDS)
def test_secrets_leave_the_program_as_secrets(kind: type[ManagedResource], monkeypatch: pytest.MonkeyPatch) -> None:
    sent: dict[str, Any] = {}
    monkeypatch.setattr(pulumi.CustomResource, "__init__", lambda _self, _type, _name, props, _opts: sent.update(props))
    made = kind.__new__(kind)
    made.register("it", {name: f"the {name}" for name in arguments(kind)}, None)
    secret = {item.name for item in kind.declaration.inputs if item.secret}
    wrapped = {name for name, value in sent.items() if isinstance(value, pulumi.Output)}
    assert wrapped - {"suffix"} == secret
    assert set(sent) == {"__provider", *arguments(kind), *kind.declaration.keys, *kind.declaration.outputs}
