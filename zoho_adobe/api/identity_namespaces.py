"""Adobe's Identity Service: the namespaces that identities are told apart by, shared by all sandboxes.

Source: https://experienceleague.adobe.com/en/docs/experience-platform/identity/api/list-namespaces
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from zoho_adobe.api.ims import Ims
from zoho_adobe.api.platform import PlatformService
from zoho_adobe.api.transport import Answer
from zoho_adobe.settings import Settings

_PATH = "/identities"


@dataclass(frozen=True, slots=True)
class Namespace:
    """An identity namespace.

    Attributes:
        id: its number.
        code: the short name that descriptors and profiles name it by.
        name: its display name.
        id_type: what its values identify, such as "CROSS_DEVICE".
        description: its description, empty if it has none.
        custom: whether the organization made it; the others are Adobe's.
    """

    id: str
    code: str
    name: str
    id_type: str
    description: str
    custom: bool


class IdentityNamespaces(PlatformService):
    """The organization's identity namespaces.

    Args:
        settings: the organization's settings.
        ims: where access tokens come from.
        sandbox: a sandbox; every one shows the same namespaces.
    """

    def __init__(self, settings: Settings, ims: Ims, sandbox: str) -> None:
        super().__init__("Identity Service", "/data/core/idnamespace", settings, ims, sandbox)

    def all(self) -> list[Namespace]:
        """List Adobe's namespaces and the organization's own."""
        answer = self.call("GET", _PATH, "a list of identity namespaces")
        items = answer.json()
        if not isinstance(items, list):
            raise answer.unreadable("no list of namespaces")
        return [_namespace(item) for item in items if isinstance(item, dict) and item.get("code")]

    def namespace(self, namespace_id: str) -> Namespace:
        """Read a namespace.

        Raises:
            NotFoundError: it does not exist.
        """
        return _read(self.call("GET", f"{_PATH}/{namespace_id}", f"reading the identity namespace {namespace_id}"))

    def create(self, code: str, name: str, id_type: str, description: str) -> Namespace:
        """Make a namespace; Adobe never deletes it.

        Raises:
            LostAnswerError: no whole answer came, so it may have been made.
            RejectedError: the service does not accept it, such as for a code that is taken.
        """
        body = {"code": code, "name": name, "idType": id_type, "description": description}
        return self.post(_PATH, f"the identity namespace {code!r}", body, _read)

    def change(self, there: Namespace, name: str, description: str) -> Namespace:
        """Change a namespace's name and description.

        Args:
            there: the namespace as it was read.
            name: its new name.
            description: its new description, or empty for none.
        """
        body = {"code": there.code, "name": name, "idType": there.id_type, "description": description}
        doing = f"a change of the identity namespace {there.code!r}"
        return _read(self.call("PUT", f"{_PATH}/{there.id}", doing, body=body))


def _read(answer: Answer) -> Namespace:
    item = answer.json_object()
    if not item.get("code") or item.get("id") is None:
        raise answer.unreadable("no namespace")
    return _namespace(item)


def _namespace(item: dict[str, Any]) -> Namespace:
    return Namespace(
        id=str(item.get("id")),
        code=str(item["code"]),
        name=str(item.get("name") or ""),
        # Older pages write Cross_device.
        id_type=str(item.get("idType") or "").upper(),
        description=str(item.get("description") or ""),
        custom=item.get("custom") is True,
    )
