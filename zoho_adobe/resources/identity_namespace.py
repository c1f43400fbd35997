"""Identity namespaces: what tells an e-mail address from the id of a contact; they belong to the whole organization.

Source: https://experienceleague.adobe.com/en/docs/experience-platform/identity/features/namespaces
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Literal, get_args

import pulumi
from pulumi.dynamic import ReadResult

from zoho_adobe.columns import near
from zoho_adobe.errors import InputError, NameTakenError, NotFoundError
from zoho_adobe.resources.call import Call
from zoho_adobe.resources.checks import Props, known
from zoho_adobe.resources.edge import notice
from zoho_adobe.resources.inputs import Declaration, NeededForGood, Output, Placed, Replacing, Text
from zoho_adobe.resources.lifecycle import Lifecycle
from zoho_adobe.resources.looking import made_once
from zoho_adobe.resources.managed import ManagedResource

if TYPE_CHECKING:
    from zoho_adobe.api.identity_namespaces import Namespace

IdType = Literal["CROSS_DEVICE", "COOKIE", "DEVICE", "EMAIL", "PHONE", "MOBILE", "NON_PEOPLE"]
"""What the values of a namespace identify."""


class NamespaceProps(Placed, total=False):
    """The properties of an identity namespace."""

    code: NeededForGood
    name: Text
    id_type: Replacing
    description: Text
    custom: Annotated[bool, Output()]


DECLARATION = Declaration("IdentityNamespace", "IDENTITY_NAMESPACE", NamespaceProps)
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")


class IdentityNamespaceLifecycle(Lifecycle[Call[NamespaceProps]]):
    """The lifecycle of identity namespaces; Adobe never deletes one."""

    declaration = DECLARATION
    noun = "identity namespace"
    calls = Call[NamespaceProps]

    def examine(self, _olds: Props, _news: Props, inputs: Props, problems: list[InputError]) -> None:
        """Report codes and types that Adobe does not accept."""
        code, id_type = inputs.get("code"), inputs.get("id_type")
        if isinstance(code, str) and code and not _CODE.fullmatch(code):
            remedy = "Use letters, digits, _ . and -"
            problems.append(InputError("code", f"{code!r} is not a valid code", remedy=remedy))
        if known(id_type) and id_type not in get_args(IdType):
            types = ", ".join(get_args(IdType))
            problems.append(InputError("id_type", f"{id_type!r} is unknown", remedy=f"Use one of {types}"))
        if "name" not in inputs:
            problems += [
                InputError(field, "it needs a name", remedy="Pass name, too, or the code alone to look it up")
                for field in ("id_type", "description")
                if field in inputs
            ]

    def make(self, call: Call[NamespaceProps]) -> tuple[str, Props]:
        """Look the namespace up, or make it."""
        found = self._find(call) or self._make(call)
        self._require_fit(call, found)
        return found.id, self.outputs(call.news, custom=found.custom)

    def show(self, call: Call[NamespaceProps]) -> ReadResult | None:
        """Read the namespace, and give drift of name and description back as inputs."""
        try:
            found = call.clients.identity_namespaces(call.sandbox).namespace(call.id)
        except NotFoundError:
            return None
        drifted = self.declaration.kept(call.olds)
        if "name" in drifted:
            drifted |= {"name": found.name}
            drifted.pop("description", None)
            drifted |= {"description": found.description} if found.description else {}
        return ReadResult(call.id, self.outputs(drifted, custom=found.custom), drifted)

    def patch(self, call: Call[NamespaceProps]) -> Props:
        """Change name and description."""
        found = call.clients.identity_namespaces(call.sandbox).namespace(call.id)
        name, description = call.news.get("name"), call.news.get("description", "")
        if name is not None and (found.name, found.description) != (name, description):
            self._refuse_standard(found)
            call.clients.identity_namespaces(call.sandbox).change(found, name, description)
        return self.outputs(call.news, custom=found.custom)

    def remove(self, call: Call[NamespaceProps]) -> None:
        """Say what stays: Adobe never deletes a namespace."""
        if call.olds.get("custom"):
            notice(
                f"the identity namespace {call.olds['code']!r} stays: Adobe never deletes one, and the same program "
                "finds it again"
            )

    def _find(self, call: Call[NamespaceProps]) -> Namespace | None:
        code = call.news["code"]
        all_ = call.clients.identity_namespaces(call.sandbox).all()
        found = next((item for item in all_ if item.code == code), None)
        if found is None and "name" not in call.news:
            remedy = near(code, [item.code for item in all_])
            raise InputError(
                "code", f"there is no identity namespace {code!r}", remedy=remedy or "Pass name and id_type to make it"
            )
        return found

    def _make(self, call: Call[NamespaceProps]) -> Namespace:
        news, namespaces = call.news, call.clients.identity_namespaces(call.sandbox)
        id_type, description = news.get("id_type", "CROSS_DEVICE"), news.get("description", "")
        return made_once(
            lambda: namespaces.create(news["code"], news["name"], id_type, description), lambda: self._find(call)
        )

    def _require_fit(self, call: Call[NamespaceProps], found: Namespace) -> None:
        """Refuse a namespace that is there and another one than the program describes; nothing was written."""
        news = call.news
        if "name" not in news:
            return
        wanted = {"name": news["name"], "description": news.get("description", "")}
        wanted |= {"id_type": news["id_type"]} if "id_type" in news else {}
        differing = [
            f"{key} is {there!r} there and {value!r} in the program"
            for key, value in wanted.items()
            if (there := getattr(found, key)) != value
        ]
        if differing:
            raise NameTakenError(
                f"code: the identity namespace {found.code!r} exists already: {', '.join(differing)}",
                object_id=found.id,
                remedy="Make the program say what Adobe has, or pass the code alone to look it up",
            )

    def _refuse_standard(self, found: Namespace) -> None:
        if not found.custom:
            raise InputError(
                "name",
                f"the identity namespace {found.code!r} is Adobe's own and cannot be changed",
                remedy="Pass the code alone to look it up",
            )


class IdentityNamespace(ManagedResource):
    """An identity namespace of the organization: made if a name is passed, else looked up.

    Adobe never deletes a namespace, so it stays when the resource goes, and the same program finds it again.

    Args:
        resource_name: the logical name in the stack.
        code: its code, by which identities name it, such as "Email" or "ZohoContactId"; it never changes.
        name: its display name; if it is left out, the namespace is looked up and not managed.
        id_type: what its values identify; "CROSS_DEVICE", a person on any device, if left out.
        description: the description shown in Adobe.
        opts: the resource's options.

    Attributes:
        id: its number at Adobe.
        code: its code.
        custom: whether the organization made it, not Adobe.
    """

    declaration = DECLARATION

    code: pulumi.Output[str]
    name: pulumi.Output[str | None]
    custom: pulumi.Output[bool]

    def __init__(
        self,
        resource_name: str,
        *,
        code: pulumi.Input[str],
        name: pulumi.Input[str] | None = None,
        id_type: pulumi.Input[IdType] | None = None,
        description: pulumi.Input[str] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        self.register(resource_name, locals(), opts)
