"""Identities and labels of a schema's fields at Adobe: descriptors of their own, beside those that others made."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, TypeVar

from zoho_adobe.columns import near
from zoho_adobe.data_usage_labels import is_custom, registry_label, wrong_label
from zoho_adobe.errors import ConnectionStateError, InputError, NotFoundError
from zoho_adobe.resources.checks import Props, known
from zoho_adobe.resources.field_groups import SchemaCall
from zoho_adobe.resources.fields import descriptor_path, own_name
from zoho_adobe.resources.looking import made_once

if TYPE_CHECKING:
    from zoho_adobe.api.descriptors import Descriptors, FieldIdentity, FieldLabels

M = TypeVar("M", "FieldIdentity", "FieldLabels")


def check_labels(inputs: Props, problems: list[InputError]) -> None:
    """Report labels that Adobe does not have, and fields that the schema does not have.

    Args:
        inputs: the inputs of a schema; values may be unknown.
        problems: where to report.
    """
    labels, fields = inputs.get("labels") or {}, inputs.get("fields")
    if known(labels) and not isinstance(labels, dict):
        problems.append(InputError("labels", 'pass a dictionary, such as {"email": ["I1"]}'))
        return
    for field, names in labels.items() if known(labels) else ():
        name = own_name(field)
        if name is not None and isinstance(fields, dict) and name not in fields:
            remedy = near(name, fields) or "Add it to fields"
            problems.append(InputError("labels", f"{field!r}: the schema has no such field", remedy=remedy))
        if known(names) and not isinstance(names, list):
            problems.append(InputError("labels", f"{field!r}: pass a list, such as [{str(names)!r}]"))
            continue
        for label in names if known(names) else ():
            if known(label) and (wrong := wrong_label(label)):
                problems.append(InputError("labels", f"{field!r}: {wrong}"))


class FieldMarks:
    """What a call has to do with identities and labels.

    Args:
        call: the call.
    """

    def __init__(self, call: SchemaCall) -> None:
        self._call = call

    @property
    def _descriptors(self) -> Descriptors:
        return self._call.clients.descriptors(self._call.sandbox)

    def require_names(self) -> None:
        """Make sure, before anything is written, that Adobe has the namespaces and labels that are new in the program.

        Raises:
            InputError: it does not have one.
        """
        olds, news, sandbox = self._call.olds, self._call.news, self._call.sandbox
        wanted = {field: item["namespace"] for field, item in (news.get("identities") or {}).items()}
        had = {item["namespace"] for item in (olds.get("identities") or {}).values()}
        if not set(wanted.values()) <= had:
            codes = [namespace.code for namespace in self._call.clients.identity_namespaces(sandbox).all()]
            for field, code in wanted.items():
                if code not in codes:
                    remedy = near(code, codes) or "Make it with IdentityNamespace, and pass that one's code"
                    raise InputError("identities", f"{field!r}: there is no identity namespace {code!r}", remedy=remedy)
        labelled = {label for names in (olds.get("labels") or {}).values() for label in names}
        for field, names in (news.get("labels") or {}).items():
            for name in names:
                if name in labelled or not is_custom(name):
                    continue
                try:
                    self._call.clients.usage_labels(sandbox).custom(name)
                except NotFoundError:
                    raise InputError(
                        "labels",
                        f"{field!r}: sandbox {sandbox!r} has no data usage label {name!r}",
                        remedy="Make it with UsageLabel, and pass that one's name",
                    ) from None
                labelled.add(name)

    def apply(self, schema_id: str) -> None:
        """Make the descriptors what the program says of its fields, and leave the others as they are.

        Args:
            schema_id: the schema's `$id`.

        Raises:
            ConnectionStateError: another field was made the primary identity elsewhere.
            LostAnswerError: two answers were lost, and nothing has appeared.
        """
        if self._said("identities"):
            self._apply_identities(schema_id)
        if self._said("labels"):
            self._apply_labels(schema_id)

    def shown(self, schema_id: str) -> Props:
        """Return identities and labels as they are at Adobe, as far as the state has any.

        Args:
            schema_id: the schema's `$id`.
        """
        props = self._call.olds
        shown: Props = {}
        if props.get("identities"):
            by_path = {item.path: item for item in self._descriptors.identities(schema_id)}
            shown["identities"] = {
                field: _as_input(by_path[path])
                for field in props["identities"]
                if (path := descriptor_path(field, schema_id)) in by_path
            }
        if props.get("labels"):
            there = self._labels_there(schema_id, props["labels"])
            found: dict[str, list[str]] = {}
            for field, names in props["labels"].items():
                found[field] = [name for name in names if registry_label(name) in there[field]]
            # A field of which nothing is left is no longer labelled.
            shown["labels"] = {field: names for field, names in found.items() if names}
        return shown

    def clear(self, schema_id: str) -> None:
        """Delete the descriptors of a schema that is gone with its field group.

        Args:
            schema_id: the schema's `$id`.
        """
        props = self._call.olds
        left: list[FieldIdentity | FieldLabels] = []
        if props.get("identities"):
            left += self._descriptors.identities(schema_id)
        for holder in sorted({self._holder(field, schema_id) for field in props.get("labels") or {}}):
            left += self._descriptors.labels(holder)
        for item in left:
            self._descriptors.delete(item.id)

    # --- identities ---------------------------------------------------------------------------------------------------

    def _apply_identities(self, schema_id: str) -> None:
        from zoho_adobe.api.descriptors import FieldIdentity

        there = {item.path: item for item in self._descriptors.identities(schema_id)}
        had = {descriptor_path(field, schema_id) for field in self._call.olds.get("identities") or {}}
        wanted = {
            path: FieldIdentity(schema_id, path, item["namespace"], item.get("primary") is True)
            for field, item in (self._call.news.get("identities") or {}).items()
            for path in (descriptor_path(field, schema_id),)
        }
        primary = [path for path, item in wanted.items() if item.primary]
        strange = [path for path, item in there.items() if item.primary and path not in {*had, *wanted}]
        if primary and strange:
            raise ConnectionStateError(
                f"identities: the field {strange[0]} of the schema {schema_id} was made the primary identity elsewhere",
                object_id=schema_id,
                remedy="Declare that one as the primary identity, or take it away in Adobe first",
            )
        for path in sorted(had - set(wanted)):
            if path in there:
                self._descriptors.delete(there[path].id)
        # The one that stops being primary goes first: a schema never has two.
        for path, item in sorted(wanted.items(), key=lambda pair: pair[1].primary):
            if path not in there:
                self._create(item, self._descriptors.identities)
            elif (there[path].namespace, there[path].primary) != (item.namespace, item.primary):
                if self._call.id and path not in had:
                    raise ConnectionStateError(
                        f"identities: the field {path} of the schema {schema_id} was made an identity of the namespace "
                        f"{there[path].namespace!r} elsewhere",
                        object_id=schema_id,
                        remedy="Declare it as it is, or take it away in Adobe first",
                    )
                self._descriptors.replace(there[path].id, item)

    # --- labels -------------------------------------------------------------------------------------------------------

    def _apply_labels(self, schema_id: str) -> None:
        from zoho_adobe.api.descriptors import FieldLabels

        olds, news = self._call.olds.get("labels") or {}, self._call.news.get("labels") or {}
        there = self._descriptors_of_labels(schema_id, {*olds, *news})
        for field in sorted({*olds, *news}):
            holder, path = self._holder(field, schema_id), descriptor_path(field, schema_id)
            wanted = {registry_label(name) for name in news.get(field) or ()}
            dropped = {registry_label(name) for name in olds.get(field) or ()} - wanted
            found = there[field]
            missing = wanted - {label for item in found for label in item.labels}
            for at, item in enumerate(found):
                labels = {*item.labels} - dropped | (missing if at == 0 else set())
                if not labels:
                    self._descriptors.delete(item.id)
                elif labels != {*item.labels}:
                    self._descriptors.replace(item.id, FieldLabels(holder, path, tuple(sorted(labels))))
            if missing and not found:
                made = FieldLabels(holder, path, tuple(sorted(missing)))
                self._create(made, self._descriptors.labels)

    def _labels_there(self, schema_id: str, fields: Iterable[str]) -> dict[str, set[str]]:
        found = self._descriptors_of_labels(schema_id, fields)
        return {field: {label for item in items for label in item.labels} for field, items in found.items()}

    def _descriptors_of_labels(self, schema_id: str, fields: Iterable[str]) -> dict[str, list[FieldLabels]]:
        fields = set(fields)
        by_holder = {
            holder: self._descriptors.labels(holder)
            for holder in sorted({self._holder(field, schema_id) for field in fields})
        }
        return {
            field: [
                item
                for item in by_holder[self._holder(field, schema_id)]
                if item.path == descriptor_path(field, schema_id)
            ]
            for field in fields
        }

    # ------------------------------------------------------------------------------------------------------------------

    def _said(self, key: str) -> bool:
        return bool(self._call.olds.get(key) or self._call.news.get(key))

    def _holder(self, field: str, schema_id: str) -> str:
        """Return what the labels of a field are put on: a label on a field group holds wherever that is used."""
        return schema_id if own_name(field) is None else self._call.group_id or schema_id

    def _create(self, wanted: M, there: Callable[[str], Iterable[M]]) -> None:
        def appeared() -> str | None:
            return next((item.id for item in there(wanted.schema_id) if item.path == wanted.path), None)

        made_once(lambda: self._descriptors.create(wanted), appeared)


def _as_input(item: FieldIdentity) -> dict[str, Any]:
    return {"namespace": item.namespace, **({"primary": True} if item.primary else {})}
