"""Identities of a schema: which of its fields tell whose data a row has.

Source: https://experienceleague.adobe.com/en/docs/experience-platform/xdm/ui/fields/identity
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NotRequired, TypedDict

import pulumi
from pulumi.output import contains_unknowns

from zoho_adobe.columns import DATE_TYPES, near, xdm_field
from zoho_adobe.errors import InputError
from zoho_adobe.resources.checks import Props, are_texts, is_unknown, known
from zoho_adobe.resources.edge import notice
from zoho_adobe.resources.fields import own_name

STANDARD = (
    "AdCloud",
    "AAID",
    "CORE",
    "ECID",
    "Email",
    "Email_LC_SHA256",
    "GAID",
    "IDFA",
    "Phone",
    "Phone_E.164",
    "WAID",
)
"""Codes of Adobe's namespaces that a schema can use.

Source: https://experienceleague.adobe.com/en/docs/experience-platform/identity/features/namespaces
"""


class IdentityProps(TypedDict):
    """An identity as a property of a schema."""

    namespace: str
    primary: NotRequired[bool]


@dataclass(frozen=True)
class Identity:
    """A field whose values identify a person.

    Attributes:
        namespace: the code of the identity namespace, such as "Email", or that of an `IdentityNamespace`.
        primary: whether it is the schema's primary identity; a schema has at most one, and Profile needs it.
    """

    namespace: pulumi.Input[str]
    primary: bool = False

    def as_input(self) -> dict[str, Any]:
        """Return it as a resource's input."""
        return {"namespace": self.namespace, **({"primary": True} if self.primary else {})}


def as_inputs(identities: pulumi.Input[Mapping[str, Any]] | None) -> Any:
    """Return identities as a resource's input.

    Args:
        identities: the identity of each field; what is an input already stays as it is.
    """
    if not isinstance(identities, Mapping):
        return identities
    return {field: item.as_input() if isinstance(item, Identity) else item for field, item in identities.items()}


def check_identities(inputs: Props, problems: list[InputError]) -> None:
    """Report identities that Adobe does not accept, and Profile without a primary one.

    Args:
        inputs: the inputs of a schema; values may be unknown.
        problems: where to report.
    """
    identities = inputs.get("identities") or {}
    if not known(identities):
        return
    if not isinstance(identities, dict):
        problems.append(InputError("identities", 'pass a dictionary, such as {"email": Identity("Email")}'))
        return
    for field, item in identities.items():
        if not known(item):
            continue
        namespace = item.get("namespace") if isinstance(item, dict) else ""
        if known(namespace) and not (isinstance(namespace, str) and namespace.strip()):
            problems.append(_problem(field, "it has no namespace", 'Pass one, such as Identity("Email")'))
        elif isinstance(namespace, str):
            meant = [code for code in STANDARD if code.lower() == namespace.lower() and code != namespace]
            if meant:
                problems.append(_problem(field, f"Adobe writes the namespace {namespace!r} as {meant[0]!r}"))
        _check_field(field, inputs.get("fields"), problems)
    primary = primary_of(identities)
    if len(primary) > 1:
        named = " and ".join(map(repr, sorted(primary)))
        problems.append(
            InputError("identities", f"{named} are both primary", remedy="A schema has one primary identity")
        )
    unknown = any(contains_unknowns(item) for item in identities.values())
    if inputs.get("profile") is True and not primary and not unknown:
        problems.append(
            InputError(
                "profile",
                "no identity is primary, so Profile could not tell whose data a row has",
                remedy='Pass one, such as identities={"email": Identity("Email", primary=True)}',
            )
        )


def tell_of_profile(noun: str, name: str, olds: Mapping[str, Any], news: Mapping[str, Any]) -> None:
    """Say in the preview that Profile is switched on for good.

    Args:
        noun: what the object is called.
        name: its name.
        olds: its inputs of the last update.
        news: its inputs as they are to be.
    """
    if news.get("profile") is True and olds.get("profile") is not True:
        notice(f"the {noun} {name!r} is enabled for Real-Time Customer Profile, which Adobe never undoes")


def primary_of(identities: Mapping[str, Any]) -> list[str]:
    """Return the fields that are declared as primary identities.

    Args:
        identities: the identities, as a resource's input.
    """
    return [field for field, item in identities.items() if isinstance(item, Mapping) and item.get("primary") is True]


def refuse_change(olds: Mapping[str, Any], news: Mapping[str, Any]) -> None:
    """Refuse what Adobe does not undo once Profile takes a schema's data.

    Args:
        olds: the schema's properties in the state.
        news: its inputs as they are to be.

    Raises:
        InputError: Profile would be switched off, or an identity changed or removed.
    """
    if olds.get("profile") is not True:
        return
    if not is_unknown(news.get("profile")) and news.get("profile") is not True:
        raise InputError(
            "profile",
            "Adobe never switches Profile off for a schema or a dataset once it is on",
            remedy="Set profile=True again; to have the data without Profile, make another schema and dataset",
        )
    before, after = olds.get("identities") or {}, news.get("identities") or {}
    if not known(after):
        return
    for field in sorted(before):
        if field not in after:
            raise _problem(field, "an identity cannot be removed once Profile is on", "Declare it again")
        there, wanted = before[field], after[field]
        if contains_unknowns(wanted):
            continue
        if there != wanted:
            raise _problem(
                field,
                f"an identity cannot change once Profile is on: it is {_text(there)}",
                "Set it back, and give a new field the new identity",
            )


def _text(item: Mapping[str, Any]) -> str:
    return f"{item.get('namespace')!r}{', primary' if item.get('primary') else ', not primary'}"


def _check_field(field: str, fields: object, problems: list[InputError]) -> None:
    """Report one of the schema's own fields that is not there, or is not text; Adobe knows those of field groups."""
    name = own_name(field)
    if name is None or not are_texts(fields):
        return
    if name not in fields:
        problems.append(_problem(field, "the schema has no such field", near(name, fields) or "Add it to fields"))
    elif known(fields[name]) and not _is_text(str(fields[name])):
        problems.append(_problem(field, f"it is {fields[name]}, and only text identifies anybody", "Choose a text"))


def _is_text(word: str) -> bool:
    field = xdm_field(word)
    return field["type"] == "string" and field.get("format") not in DATE_TYPES


def _problem(field: str, message: str, remedy: str = "") -> InputError:
    return InputError("identities", f"{field!r}: {message}", remedy=remedy)
