"""Brings connections that exist under management, many at once, without writing to any.

Python dynamic providers cannot import by type and id, since the engine's read comes without the provider's reference
(https://github.com/pulumi/pulumi/issues/16175); a list with inputs and outputs can be imported.
"""

from __future__ import annotations

import builtins
import json
import keyword
import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from zoho_adobe.errors import AdoptionError, InputError
from zoho_adobe.redaction import protect
from zoho_adobe.resources.base_connection import BaseConnectionLifecycle
from zoho_adobe.resources.inputs import Declaration
from zoho_adobe.resources.managed import provider_reference, secret_plaintext

if TYPE_CHECKING:
    from zoho_adobe.api.flow_service import Connection

TYPE = "pulumi-python:dynamic/zoho-adobe:BaseConnection"
PROVIDER_TYPE = "pulumi:providers:pulumi-python"
SECRETS = ("client_secret", "refresh_token")

_CONFIG_KEYS = {"client_secret": "zohoClientSecret", "refresh_token": "zohoRefreshToken"}
_WORDS = frozenset((*keyword.kwlist, *keyword.softkwlist, *dir(builtins)))
# What a program that has the printed lines uses itself.
USED = frozenset(
    (
        *("pulumi", "random", "config", "seed", "zoho_adobe", "BaseConnection", "Provider", "Dataflow", "Dataset"),
        *("MappingSet", "Schema", "SourceConnection", "TargetConnection", "Identity"),
    )
)
_ARGUMENTS = ("name", "description", "data_center", "accounts_url", "endpoint", "client_id")


@dataclass(frozen=True)
class Candidate:
    """A connection of the sandbox.

    Attributes:
        connection: the connection as Adobe shows it.
        resource: its logical name: that of the resource which manages it, or the one proposed.
        managed: whether a resource of the stack manages it already.
    """

    connection: Connection
    resource: str
    managed: bool


@dataclass(frozen=True)
class Chosen:
    """A connection that is going to be imported.

    Attributes:
        candidate: the connection.
        config_keys: the keys of the stack's config that hold its secrets, by argument.
        secrets: the values, by argument.
    """

    candidate: Candidate
    config_keys: Mapping[str, str]
    secrets: Mapping[str, str]

    def __repr__(self) -> str:
        return f"Chosen({self.candidate.connection.id})"


def candidates(found: Iterable[Connection], resources: Iterable[Mapping[str, Any]]) -> list[Candidate]:
    """Return for each connection a logical name that is free in the stack.

    Args:
        found: the connections of the sandbox.
        resources: the resources of the stack's state.

    Returns:
        The connections by name.
    """
    urns = {str(item.get("urn") or ""): str(item.get("id") or "") for item in resources if not item.get("external")}
    managed = {id_: logical_name(urn) for urn, id_ in urns.items() if id_ and f"{TYPE}::" in urn}
    taken = {logical_name(urn) for urn in urns}
    result = []
    for connection in sorted(found, key=lambda item: (item.name, item.id)):
        name = managed.get(connection.id) or free_name(connection.name, taken)
        taken.add(name)
        result.append(Candidate(connection, name, connection.id in managed))
    return result


def choose(found: Sequence[Candidate], ids: Sequence[str]) -> list[Candidate]:
    """Pick what is to be imported.

    Args:
        found: all that exists.
        ids: the ids of some, or nothing for all that no resource manages yet.

    Raises:
        AdoptionError: an id does not exist, or is managed already.
    """
    if not ids:
        return [item for item in found if not item.managed]
    by_id = {item.connection.id: item for item in found}
    for id_ in ids:
        if id_ not in by_id:
            raise AdoptionError(f"the sandbox has no Zoho CRM connection {id_}", remedy="Leave out the ids for a list")
        if by_id[id_].managed:
            raise AdoptionError(f"the stack manages {id_} already, as {by_id[id_].resource!r}", object_id=id_)
    return [by_id[id_] for id_ in dict.fromkeys(ids)]


def ambiguous_clients(found: Iterable[Candidate], resources: Iterable[Mapping[str, Any]]) -> set[str]:
    """Find the Zoho clients of several connections, each of which may have a refresh token of its own.

    Args:
        found: all connections of the sandbox.
        resources: the resources of the stack's state, which may be in other sandboxes.

    Returns:
        The client ids.
    """
    by_id = {item.connection.id: item.connection.params.get("client_id", "") for item in found}
    for item in resources:
        client_id = (item.get("inputs") or {}).get("client_id")
        if item.get("type") == TYPE and isinstance(client_id, str):
            by_id.setdefault(str(item.get("id") or ""), client_id)
    return {client_id for client_id, count in Counter(by_id.values()).items() if count > 1}


def config_keys(chosen: Sequence[Candidate], usual_client: str, apart: Collection[str]) -> dict[str, dict[str, str]]:
    """Name the keys of the stack's config that hold the secrets of each connection.

    Args:
        chosen: what is to be imported.
        usual_client: the client id whose secrets are under the project's own keys, empty if there is none yet.
        apart: the clients whose connections each get a key for a refresh token of their own.

    Returns:
        The key by argument, by connection id.
    """
    of_client: dict[str, dict[str, str]] = {}
    keys: dict[str, dict[str, str]] = {}
    for item in chosen:
        client_id = item.connection.params.get("client_id", "")
        usual_client = usual_client or client_id
        own = client_id == usual_client
        shared = of_client.setdefault(
            client_id,
            {argument: key if own else f"{item.resource}-{key}" for argument, key in _CONFIG_KEYS.items()},
        )
        token = {"refresh_token": f"{item.resource}-{_CONFIG_KEYS['refresh_token']}"} if client_id in apart else {}
        keys[item.connection.id] = {**shared, **token}
    return keys


@dataclass(frozen=True)
class Given:
    """Secrets of one Zoho client, as a program pipes them in; None or absent where they are not given."""

    client_secret: str | None = field(repr=False)
    refresh_token: str | None = field(repr=False)
    refresh_tokens: Mapping[str, str] = field(repr=False)


PIPED = '{"<client id>": {"client_secret": "…", "refresh_token": "…"}}'
PIPED_APART = '{"<client id>": {"client_secret": "…", "refresh_tokens": {"<connection id>": "…"}}}'


def read_secrets(text: str) -> dict[str, Given]:
    """Read secrets as a program pipes them in.

    Args:
        text: JSON: by client id, an object with "client_secret" and either "refresh_token" or "refresh_tokens", the
            latter by connection id.

    Raises:
        InputError: it is something else.
    """
    try:
        found: Any = json.loads(text)
    except ValueError:
        found = None
    if not isinstance(found, dict) or not all(map(_is_given, found.values())):
        raise InputError("standard input", "it is not the JSON of secrets", remedy=f"Pipe in {PIPED}, or {PIPED_APART}")
    given = {
        client_id: Given(entry.get("client_secret"), entry.get("refresh_token"), entry.get("refresh_tokens") or {})
        for client_id, entry in found.items()
    }
    for entry in given.values():
        protect(entry.client_secret, entry.refresh_token, *entry.refresh_tokens.values())
    return given


def _is_given(entry: Any) -> bool:
    if not isinstance(entry, dict) or not entry:
        return False
    tokens = entry.get("refresh_tokens", {})
    texts = [entry[key] for key in SECRETS if key in entry]
    return isinstance(tokens, dict) and all(isinstance(text, str) and text for text in [*texts, *tokens.values()])


def document(
    chosen: Sequence[Chosen],
    lifecycle: BaseConnectionLifecycle,
    provider: tuple[str, str] | None,
    more: Sequence[Mapping[str, Any]] = (),
) -> str:
    """Write the list that `pulumi import --file` reads. It holds secrets in clear: it belongs into no file.

    Args:
        chosen: what is imported.
        lifecycle: the provider, configured as the stack's is.
        provider: name and URN of an explicit provider, None for the stack's default one.
        more: further entries, which have no secrets; see `entry_of`.

    Raises:
        AdoptionError: Adobe shows a value that no program could have.
    """
    entries = []
    for item in chosen:
        inputs, outputs = _as_in_a_program(item, lifecycle)
        resource, id_ = item.candidate.resource, item.candidate.connection.id
        entries.append(entry_of(lifecycle.declaration, resource, id_, _marked(inputs), _marked(outputs)))
    named = {"provider": provider[0]} if provider else {}
    resources = [{**entry, **named} for entry in (*entries, *more)]
    return json.dumps({"resources": resources, "nameTable": dict([provider] if provider else [])})


def entry_of(
    declaration: Declaration, resource: str, id_: str, inputs: Mapping[str, Any], outputs: Mapping[str, Any]
) -> dict[str, Any]:
    """Return an entry of the list that `pulumi import --file` reads.

    Args:
        declaration: the kind of resource.
        resource: its logical name.
        id_: the object's id.
        inputs: its inputs, as a check of the program makes them.
        outputs: its outputs.
    """
    reference = {"__provider": provider_reference(declaration.singleton)}
    return {
        "type": f"pulumi-python:dynamic/zoho-adobe:{declaration.kind}",
        "name": resource,
        "id": id_,
        "inputs": {**inputs, **reference},
        "outputs": {**outputs, **reference},
    }


def program(
    chosen: Sequence[Chosen], lifecycle: BaseConnectionLifecycle, *, provider: str = "", protected: bool = False
) -> str:
    """Write the lines of the program that describe what was imported.

    Args:
        chosen: what was imported.
        lifecycle: the provider, configured as the stack's is.
        provider: the logical name of an explicit provider, empty for the default one.
        protected: whether the state protects them.
    """
    blocks = []
    variable = identifier(provider, set()) if provider else ""
    variables = variables_of(chosen, provider)
    for item in chosen:
        inputs, _ = _as_in_a_program(item, lifecycle)
        if "data_center" in inputs:
            del inputs["accounts_url"]
        given = {key: inputs[key] for key in _ARGUMENTS if key in inputs}
        options = [f"provider={variable}"] if provider else []
        options += ["protect=True"] if protected else []
        lines = [
            f"{variables[item.candidate.connection.id]} = BaseConnection(",
            f"    {quoted(item.candidate.resource)},",
            *(f"    {key}={quoted(value)}," for key, value in given.items()),
            *(f"    {key}=config.require_secret({quoted(item.config_keys[key])})," for key in SECRETS),
            *([f"    opts=pulumi.ResourceOptions({', '.join(options)}),"] if options else []),
            ")",
        ]
        blocks.append("\n".join(lines))
    return "\n".join(blocks)


def variables_of(chosen: Sequence[Chosen], provider: str) -> dict[str, str]:
    """Return the variable of each connection in the program, by the connection's id.

    Args:
        chosen: what is imported.
        provider: the logical name of an explicit provider, empty for the default one.
    """
    taken = {identifier(provider, set()) if provider else "", *USED}
    return {item.candidate.connection.id: identifier(item.candidate.resource, taken) for item in chosen}


def refusal(candidate: Candidate, lifecycle: BaseConnectionLifecycle) -> str:
    """Return why no program can describe a connection, such as for a space at its name's end; empty if one can.

    Args:
        candidate: the connection.
        lifecycle: the provider, configured as the stack's is.
    """
    try:
        lifecycle.imported(candidate.connection, dict.fromkeys(SECRETS, "asked-for-later"))
    except InputError as error:
        return str(error)
    return ""


def _as_in_a_program(item: Chosen, lifecycle: BaseConnectionLifecycle) -> tuple[dict[str, Any], dict[str, Any]]:
    connection = item.candidate.connection
    try:
        return lifecycle.imported(connection, item.secrets)
    except InputError as error:
        raise AdoptionError(
            f"{connection.name!r} ({connection.id}): {error.message}", object_id=connection.id, remedy=error.remedy
        ) from None


def _marked(props: Mapping[str, Any]) -> dict[str, Any]:
    return {key: secret_plaintext(value) if key in SECRETS else value for key, value in props.items()}


def logical_name(urn: str) -> str:
    """Return the logical name that a URN ends with."""
    return urn.rsplit("::", 1)[-1]


def free_name(name: str, taken: set[str]) -> str:
    """Make a logical name of a name at Adobe, which the stack does not have yet.

    Args:
        name: the name at Adobe.
        taken: the logical names that are taken.
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    wanted = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60] or "connection"
    free, number = wanted, 1
    while free in taken:
        number += 1
        free = f"{wanted}-{number}"
    return free


def identifier(name: str, taken: set[str]) -> str:
    """Make a variable of a logical name that is not a Python keyword, and hides nothing that the program uses."""
    word = re.sub(r"\W+", "_", unicodedata.normalize("NFKC", name)).strip("_")
    wanted = word if word.isidentifier() and word not in _WORDS | taken else f"connection_{word}".rstrip("_")
    free, number = wanted, 1
    while free in taken:
        number += 1
        free = f"{wanted}_{number}"
    taken.add(free)
    return free


def quoted(text: str) -> str:
    """Write a text as Python does, all that has no form of its own escaped."""
    escaped = (f"\\{char}" if char in '"\\' else char if char.isprintable() else ascii(char)[1:-1] for char in text)
    return f'"{"".join(escaped)}"'
