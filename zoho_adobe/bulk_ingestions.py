"""Brings dataflows that exist under management, each with all that it joins, without writing to any.

What a program would not describe as it is, is refused with the reason: a preview after an import is empty.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from zoho_adobe.bulk_import import USED, entry_of, free_name, identifier, logical_name, quoted
from zoho_adobe.errors import AdoptionError, InputError
from zoho_adobe.resources import schema_version
from zoho_adobe.resources.dataflow import DataflowLifecycle
from zoho_adobe.resources.dataset import DatasetLifecycle
from zoho_adobe.resources.fields import TENANT
from zoho_adobe.resources.lifecycle import Lifecycle
from zoho_adobe.resources.mapping_set import MappingSetLifecycle
from zoho_adobe.resources.schema import SchemaLifecycle
from zoho_adobe.resources.schema_props import PROFILE_CLASS
from zoho_adobe.resources.source_connection import SourceConnectionLifecycle
from zoho_adobe.resources.target_connection import TargetConnectionLifecycle

if TYPE_CHECKING:
    from zoho_adobe.api.clients import Clients
    from zoho_adobe.inventory.model import Pipe

_LIFECYCLES = (
    SchemaLifecycle,
    DatasetLifecycle,
    TargetConnectionLifecycle,
    SourceConnectionLifecycle,
    MappingSetLifecycle,
    DataflowLifecycle,
)
_TYPE = "pulumi-python:dynamic/zoho-adobe:"
_WIDTH = 100


@dataclass(frozen=True)
class Piece:
    """One object of a dataflow that is going to be imported.

    Attributes:
        lifecycle: what manages it.
        resource: its logical name.
        id: its id.
        given: what the program says of it, by argument.
        inputs: its inputs, as a check of the program makes them.
        outputs: its outputs.
    """

    lifecycle: Lifecycle[Any]
    resource: str
    id: str
    given: Mapping[str, Any]
    inputs: Mapping[str, Any]
    outputs: Mapping[str, Any]

    @property
    def kind(self) -> str:
        """The class that a program uses."""
        return self.lifecycle.declaration.kind

    def entry(self) -> dict[str, Any]:
        """Return it as `pulumi import --file` reads it."""
        return entry_of(self.lifecycle.declaration, self.resource, self.id, self.inputs, self.outputs)


@dataclass
class Importer:
    """Collects the pieces of dataflows; what several of them share is one piece.

    Attributes:
        clients: the clients of the organization.
        sandbox: the sandbox.
        properties: the provider's configuration, as the stack has it.
        resources: the resources of the stack's state.
    """

    clients: Clients
    sandbox: str
    properties: Mapping[str, str]
    resources: Iterable[Mapping[str, Any]]
    pieces: dict[str, Piece] = field(default_factory=dict)
    """What was collected, by id, in the order in which a program declares it."""

    def __post_init__(self) -> None:
        """Configure what manages each kind, and see what the stack has already."""
        from pulumi.dynamic import Config, ConfigureRequest

        from zoho_adobe.settings import NAMESPACE

        self._lifecycles: dict[str, Lifecycle[Any]] = {}
        for kind in _LIFECYCLES:
            lifecycle: Lifecycle[Any] = kind()
            lifecycle.configure(ConfigureRequest(Config(dict(self.properties), NAMESPACE)))
            self._lifecycles[lifecycle.declaration.kind] = lifecycle
        self._taken: set[str] = set()
        self.managed: dict[str, str] = {}
        for item in self.resources:
            urn = str(item.get("urn") or "")
            self._taken.add(logical_name(urn))
            if _TYPE in urn and item.get("id"):
                self.managed[str(item["id"])] = logical_name(urn)

    def add(self, pipe: Pipe) -> None:
        """Collect a dataflow with all that it joins, or nothing of it.

        Args:
            pipe: the dataflow.

        Raises:
            AdoptionError: no program describes it as it is.
        """
        before = dict(self.pieces)
        try:
            self._add(pipe)
        except InputError as error:
            self.pieces = before
            raise AdoptionError(error.message, object_id=pipe.flow.id, remedy=error.remedy) from None
        except AdoptionError:
            self.pieces = before
            raise

    def _add(self, pipe: Pipe) -> None:
        flow, source, target, dataset = pipe.flow, pipe.source, pipe.target, pipe.dataset
        if source is None or target is None or dataset is None:
            raise AdoptionError(
                "what it joins is not all there", object_id=flow.id, remedy="Retire it: see docs/tasks/retire.md"
            )
        steps = [str(part.get("name")) for part in flow.transformations]
        strange = [name for name in steps if name not in ("Copy", "Mapping")]
        if strange or not flow.mapping_set_id:
            what = f"it has the transformations {', '.join(strange)}" if strange else "it has no mapping set"
            raise AdoptionError(what, object_id=flow.id, remedy="Leave it as it is, and make another one")
        self._schema(dataset.schema_id, flow.name)
        tags = {"profile": True} if dataset.profile else {}
        given = {**_described(dataset.name, dataset.description), "schema_id": dataset.schema_id, **tags}
        self._piece("Dataset", dataset.id, dataset.name, given)
        given = {**_described(target.name, target.description), "dataset_id": dataset.id, "schema_id": target.schema_id}
        self._piece("TargetConnection", target.id, f"{flow.name} target", given)
        given = {
            **_described(source.name, source.description),
            "base_connection_id": source.base_connection_id,
            "table": source.table,
            "columns": source.columns,
        }
        self._piece("SourceConnection", source.id, f"{flow.name} source", given, all_columns=False)
        self._mapping_set(flow.mapping_set_id, dataset.schema_id, flow.name)
        schedule: dict[str, Any] = {"frequency": flow.frequency}
        schedule |= {"interval": flow.interval} if flow.frequency != "once" else {}
        given = {
            **_described(flow.name, flow.description),
            "source_connection_id": source.id,
            "target_connection_id": target.id,
            "mapping_set_id": flow.mapping_set_id,
            **({"delta_column": flow.delta_column} if flow.delta_column else {}),
            "schedule": schedule,
            **({} if flow.state == "enabled" else {"enabled": False}),
            **_options(flow.options),
        }
        shown = {"etag": flow.etag, "state": flow.state, "start": flow.start}
        self._piece("Dataflow", flow.id, flow.name, given, **shown)

    def _schema(self, schema_id: str, name: str) -> None:
        if schema_id in self.pieces or schema_id in self.managed:
            return
        found = self.clients.schema_registry(self.sandbox).schema(schema_id)
        class_, *groups = found.parts
        given = {
            **_described(found.name, found.description, "title"),
            **({} if class_ == PROFILE_CLASS else {"schema_class": class_}),
            "field_groups": groups,
            **self._identities(schema_id),
            **({"profile": True} if found.profile else {}),
        }
        self._piece("Schema", schema_id, f"{name} schema", given, field_group_id="")

    def _identities(self, schema_id: str) -> dict[str, Any]:
        found = self.clients.descriptors(self.sandbox).identities(schema_id)
        named = {
            _as_written(item.path[1:].replace("/", "."), schema_id): {
                "namespace": item.namespace,
                **({"primary": True} if item.primary else {}),
            }
            for item in found
        }
        return {"identities": named} if named else {}

    def _mapping_set(self, id_: str, schema_id: str, name: str) -> None:
        if id_ in self.pieces or id_ in self.managed:
            return
        found = self.clients.data_prep(self.sandbox).mapping_set(id_)
        mappings = {_as_written(path, schema_id): source for path, source in sorted(found.mappings.items())}
        self._piece("MappingSet", id_, f"{name} mapping", {"schema_id": found.schema_id, "mappings": mappings})

    def _piece(self, kind: str, id_: str, name: str, given: Mapping[str, Any], **more: Any) -> None:
        if id_ in self.pieces or id_ in self.managed:
            return
        lifecycle, problems = self._lifecycles[kind], list[InputError]()
        inputs = lifecycle.complete({}, dict(given), problems)
        if problems:
            raise problems[0]
        outputs = {**lifecycle.outputs(inputs, **more), schema_version.KEY: lifecycle.schema_version}
        resource = free_name(name, self._taken)
        self._taken.add(resource)
        self.pieces[id_] = Piece(lifecycle, resource, id_, given, inputs, outputs)


def program(
    pieces: Sequence[Piece], connections: Mapping[str, str], *, provider: str = "", protected: bool = False
) -> str:
    """Write the lines of the program that describe what was imported.

    Args:
        pieces: what was imported.
        connections: the variables of base connections that the program declares, by id.
        provider: the logical name of an explicit provider, empty for the default one.
        protected: whether the state protects them.
    """
    options = [f"provider={identifier(provider, set())}"] if provider else []
    options += ["protect=True"] if protected else []
    variables, taken = dict(connections), {*connections.values(), *USED}
    blocks = []
    for piece in pieces:
        variable = variables[piece.id] = identifier(piece.resource, taken)
        lines = [f"{variable} = {piece.kind}(", f"    {quoted(piece.resource)},"]
        for argument, value in piece.given.items():
            if isinstance(value, str) and value in variables and argument.endswith("_id"):
                lines.append(f"    {argument}={variables[value]}.id,")
            elif argument == "identities":
                lines.append(f"    {argument}={_identities_literal(value)},")
            else:
                lines.append(f"    {argument}={_literal(value)},")
        lines += [f"    opts=pulumi.ResourceOptions({', '.join(options)}),"] if options else []
        blocks.append("\n".join([*lines, ")"]))
    return "\n".join(blocks)


def kinds_of(pieces: Iterable[Piece]) -> list[str]:
    """Return the classes that a program has to import for pieces.

    Args:
        pieces: what was imported.
    """
    found = {piece.kind for piece in pieces}
    return sorted(found | ({"Identity"} if any("identities" in piece.given for piece in pieces) else set()))


def _described(name: str, description: str, key: str = "name") -> dict[str, str]:
    return {key: name, **({"description": description} if description else {})}


def _options(options: Mapping[str, Any]) -> dict[str, Any]:
    from zoho_adobe.api.flow_request import run_options

    kept, percent = run_options(options)
    return {
        **({} if kept is None else {"error_diagnostics": kept}),
        **({} if percent is None else {"partial_ingestion_percent": percent}),
    }


def _as_written(path: str, schema_id: str) -> str:
    """Return a path as a program writes it, so that it fits every organization."""
    from zoho_adobe.api.schema_registry import tenant_of

    own = f"_{tenant_of(schema_id)}."
    return f"{TENANT}.{path.removeprefix(own)}" if path.startswith(own) else path


def _literal(value: Any) -> str:
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, Mapping):
        pairs = [f"{quoted(str(key))}: {_literal(item)}" for key, item in value.items()]
        return _in_lines("{", pairs, "}")
    if isinstance(value, list | tuple):
        return _in_lines("[", [_literal(item) for item in value], "]")
    return repr(value)


def _identities_literal(value: Mapping[str, Mapping[str, Any]]) -> str:
    pairs = [
        f"{quoted(name)}: Identity({quoted(item['namespace'])}{', primary=True' if item.get('primary') else ''})"
        for name, item in value.items()
    ]
    return _in_lines("{", pairs, "}")


def _in_lines(opening: str, parts: Sequence[str], closing: str) -> str:
    whole = f"{opening}{', '.join(parts)}{closing}"
    if len(whole) <= _WIDTH and "\n" not in whole:
        return whole
    inner = "".join(f"        {part},\n" for part in parts)
    return f"{opening}\n{inner}    {closing}"
