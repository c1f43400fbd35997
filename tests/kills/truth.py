"""Compares all that exists at Adobe with what a state knows: nothing lost, nothing left over, nothing wrongly told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from tests.support.crm import Crm
from tests.support.stack import Stack

Item = Mapping[str, Any]
Facts = Callable[[Item], dict[str, Any]]

KINDS = {
    "BaseConnection": "connections",
    "SourceConnection": "sourceConnections",
    "LandingZoneSource": "sourceConnections",
    "TargetConnection": "targetConnections",
    "Schema": "schemas",
    "Dataset": "datasets",
    "MappingSet": "mappingSets",
    "Dataflow": "flows",
}
"""The kinds of objects at Adobe by the resources that have them."""

# Adobe documents no way to delete a mapping set, a namespace or a label; runs belong to their dataflow, and descriptors
# to their schema.
_MAY_BE_UNKNOWN = ("mappingSets", "runs", "namespaces", "labels", "descriptors")


def untruths(stack: Stack) -> list[str]:
    """List what of a state is not so, and what exists without being in it."""
    return untruths_of(stack.resources(), Crm.of(stack.tenant).objects())


def untruths_of(
    resources: Sequence[Item], objects: Mapping[str, Sequence[Item]], strangers: Collection[str] = ()
) -> list[str]:
    """List what of a state is not so, and what exists without being in it.

    Args:
        resources: the resources of the state.
        objects: what exists, by kind.
        strangers: the ids of objects that are not the stack's.
    """
    known = _of_package(resources)
    there = {
        kind: {id_: item for item in items if (id_ := id_of(item)) not in strangers} for kind, items in objects.items()
    }
    return [*_strays(known, there), *_lies(known, there), *_wrong_marks(known, there.get("descriptors", {}))]


def id_of(item: Item) -> str:
    """Return the id by which a state knows an object; that of a schema is its `$id`."""
    return str(item.get("$id") or item["id"])


def of_package(stack: Stack) -> list[tuple[str, Item]]:
    """List the resources of this package in a stack's state, each with its kind."""
    return _of_package(stack.resources())


def _of_package(resources: Sequence[Item]) -> list[tuple[str, Item]]:
    mark = ":dynamic/zoho-adobe:"
    return [(item["type"].rpartition(mark)[2], item) for item in resources if mark in item["type"]]


def _strays(known: list[tuple[str, Item]], there: Mapping[str, Mapping[str, Item]]) -> list[str]:
    """List what only one side has."""
    recorded: dict[str, list[str]] = {kind: [] for kind in there}
    for resource, item in known:
        if resource in KINDS:
            recorded[KINDS[resource]].append(item["id"])
        if resource == "Schema":
            recorded["fieldGroups"].append(item["outputs"]["field_group_id"])
    problems = []
    for kind, ids in recorded.items():
        exist = sorted(there[kind] if kind not in _MAY_BE_UNKNOWN else set(ids) & set(there[kind]))
        lost, over = (sorted((Counter(one) - Counter(other)).elements()) for one, other in ((ids, exist), (exist, ids)))
        problems += [f"lost: the state knows {lost} of {kind}, which do not exist or are there twice"] if lost else []
        problems += [f"left over: {over} of {kind} exist, and the state does not know them"] if over else []
    # A mapping set stays, but none is made where an equal one is.
    equal = Counter((item["xdmSchema"], _mappings(item)) for item in there["mappingSets"].values())
    problems += [
        f"left over: {count} equal mapping sets of {schema}" for (schema, _), count in equal.items() if count > 1
    ]
    return problems


def _wrong_marks(known: list[tuple[str, Item]], descriptors: Mapping[str, Item]) -> list[str]:
    """List where identities and labels of a schema's own fields are others than the state says."""
    said = []
    for resource, item in known:
        outputs = item["outputs"]
        for field, identity in (outputs.get("identities") or {}).items() if resource == "Schema" else ():
            said.append((item["id"], field, f"{identity['namespace']} {identity.get('primary', False)}"))
        for field, labels in (outputs.get("labels") or {}).items() if resource == "Schema" else ():
            said.append((outputs["field_group_id"], field, f"{sorted(labels)}"))
    found = []
    for item in descriptors.values():
        field = item["xdm:sourceProperty"].rpartition("/")[2]
        if item["@type"] == "xdm:descriptorIdentity":
            what = f"{item['xdm:namespace']} {item['xdm:isPrimary']}"
        else:
            what = f"{sorted(label.partition('/')[2] for label in item['xdm:labels'])}"
        found.append((item["xdm:sourceSchema"], field, what))
    lost, over = (sorted((Counter(one) - Counter(other)).elements()) for one, other in ((said, found), (found, said)))
    return [f"lost: the state knows {lost} of fields"] * bool(lost) + [f"left over: {over} of fields"] * bool(over)


def _mappings(mapping_set: Item) -> tuple[tuple[str, str], ...]:
    return tuple(sorted((part["destination"], part["source"]) for part in mapping_set["mappings"]))


def _lies(known: list[tuple[str, Item]], there: Mapping[str, Mapping[str, Item]]) -> list[str]:
    """List where the state tells of an object what is not so."""
    problems = []
    for resource, item in known:
        found = there[KINDS[resource]].get(item["id"]) if resource in _FACTS else None
        if found is None:
            continue
        said, true = _FACTS[resource][0](item["outputs"]), _FACTS[resource][1](found)
        problems += [
            f"{resource} {item['id']}: {fact} is {true[fact]!r}, the state says {said[fact]!r}"
            for fact in said
            if said[fact] != true[fact]
        ]
    return problems


def _named(outputs: Item) -> dict[str, Any]:
    return {
        "name": outputs.get("full_name") or outputs.get("full_title"),
        "description": outputs.get("description") or None,
        "sandbox": outputs["sandbox"],
    }


def _really_named(found: Item) -> dict[str, Any]:
    return {
        "name": found.get("name") or found.get("title"),
        "description": found.get("description") or None,
        "sandbox": found["sandboxName"],
    }


def _mapping_id(flow: Item) -> str:
    return str(flow["transformations"][-1]["params"]["mappingId"])


# What the state says of an object, and what is true of it.
_FACTS: dict[str, tuple[Facts, Facts]] = {
    "BaseConnection": (
        lambda outputs: {**_named(outputs), "etag": outputs["etag"]},
        lambda found: {**_really_named(found), "etag": found["etag"]},
    ),
    "SourceConnection": (
        lambda outputs: {
            **_named(outputs),
            "base": outputs["base_connection_id"],
            "table": outputs["table"],
            "columns": sorted(outputs["columns"]),
        },
        lambda found: {
            **_really_named(found),
            "base": found["baseConnectionId"],
            "table": found["params"]["tableName"],
            "columns": sorted(column["name"] for column in found["params"]["columns"]),
        },
    ),
    "LandingZoneSource": (
        lambda outputs: {**_named(outputs), "path": f"{outputs['container']}/{outputs['path']}"},
        lambda found: {**_really_named(found), "path": found["params"]["path"]},
    ),
    "TargetConnection": (
        lambda outputs: {**_named(outputs), "dataset": outputs["dataset_id"]},
        lambda found: {**_really_named(found), "dataset": found["params"]["dataSetId"]},
    ),
    "Schema": (
        lambda outputs: {**_named(outputs), "group": True},
        lambda found: {**_really_named(found), "group": len(found["allOf"]) > 1},
    ),
    "Dataset": (
        lambda outputs: {**_named(outputs), "schema": outputs["schema_id"]},
        lambda found: {**_really_named(found), "schema": found["schemaRef"]["id"]},
    ),
    "Dataflow": (
        lambda outputs: {
            **_named(outputs),
            "etag": outputs["etag"],
            "state": outputs["state"],
            "source": outputs["source_connection_id"],
            "target": outputs["target_connection_id"],
            "mapping set": outputs["mapping_set_id"],
            "interval": str(int(outputs["schedule"]["interval"])),
        },
        lambda found: {
            **_really_named(found),
            "etag": found["etag"],
            "state": found["state"],
            "source": found["sourceConnectionIds"][0],
            "target": found["targetConnectionIds"][0],
            "mapping set": _mapping_id(found),
            "interval": found["scheduleParams"]["interval"],
        },
    ),
}
