"""An input is declared once; constructor, documentation and provider agree with the declaration."""

from __future__ import annotations

import inspect
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any, Literal, get_args, get_origin, get_type_hints

import pulumi
import pytest

from tests.support.stack import PROJECT
from zoho_adobe import dynamic
from zoho_adobe.resources.identity import Identity, IdentityProps
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


WRONG = """
from zoho_adobe.resources.call import Call
from zoho_adobe.resources.dataset import DatasetProps
from zoho_adobe.api.catalog import Catalog

def misspelt(call: Call[DatasetProps]) -> str:
    return call.news["shema_id"]

def of_another_kind(call: Call[DatasetProps]) -> str:
    return call.news["force_destroy"]

def to_the_wire(call: Call[DatasetProps], catalog: Catalog) -> None:
    catalog.create_dataset(call.news["name"], call.news["profile"], call.news["schema_id"])

def right(call: Call[DatasetProps], catalog: Catalog) -> None:
    catalog.create_dataset(call.news["name"], call.news["description"], call.news["schema_id"])
"""


def test_a_type_checker_follows_an_input_to_the_wire(tmp_path: Path) -> None:
    (tmp_path / "wrong.py").write_text(WRONG)
    command = [sys.executable, "-m", "mypy", "--strict", "--cache-dir", str(tmp_path), "--no-pretty", "wrong.py"]
    env = {**os.environ, "MYPYPATH": str(PROJECT)}
    done = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True, check=False)
    found = re.findall(r"^wrong\.py:\d+: error: .*\[([\w-]+)\]$", done.stdout, re.MULTILINE)
    assert found == ["no-any-return", "typeddict-item", "return-value", "arg-type"], done.stdout


def taken(kind: type[ManagedResource], name: str) -> Any:
    """Return what an argument takes, without `pulumi.Input` and None."""
    text = str(kind.__init__.__annotations__[name]).removesuffix(" | None")
    inner = r"(?:[^\[\]]|\[(?:[^\[\]]|\[[^\[\]]*\])*\])*"
    while text != (text := re.sub(rf"pulumi\.Input\[({inner})\]", r"\1", text)):
        pass
    text = text.replace("Mapping[", "dict[").replace("Sequence[", "list[").replace(" | None", "")
    found = eval(text, vars(sys.modules[kind.__module__]))  # noqa: S307 - an annotation of our own
    return str if get_origin(found) is Literal else found


@pytest.mark.parametrize("kind", KINDS)
def test_an_argument_has_the_type_that_is_declared(kind: type[ManagedResource]) -> None:
    declared = get_type_hints(kind.declaration.properties)
    by_class = {Identity: IdentityProps}
    for name in arguments(kind):
        found = taken(kind, name)
        if get_args(found)[1:] and get_args(found)[1] in by_class:
            found = dict[str, by_class[get_args(found)[1]]]  # type: ignore[misc]
        assert found == declared[name] or declared[name] is object, name


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
