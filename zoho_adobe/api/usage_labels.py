"""Adobe's Policy Service: the data usage labels that fields can have.

Source: https://experienceleague.adobe.com/en/docs/experience-platform/data-governance/api/labels
"""

from __future__ import annotations

from dataclasses import dataclass

from zoho_adobe.api.ims import Ims
from zoho_adobe.api.platform import PlatformService
from zoho_adobe.api.transport import Answer
from zoho_adobe.settings import Settings


@dataclass(frozen=True, slots=True)
class CustomLabel:
    """A label that the organization defined.

    Attributes:
        name: its name.
        title: its display name.
        description: its description, empty if it has none.
    """

    name: str
    title: str
    description: str


class UsageLabels(PlatformService):
    """The organization's data usage labels, in one sandbox.

    Args:
        settings: the organization's settings.
        ims: where access tokens come from.
        sandbox: the sandbox to work in.
    """

    def __init__(self, settings: Settings, ims: Ims, sandbox: str) -> None:
        super().__init__("Policy Service", "/data/foundation/dulepolicy", settings, ims, sandbox)

    def custom(self, name: str) -> CustomLabel:
        """Read a label.

        Raises:
            NotFoundError: it does not exist.
        """
        return _read(self.call("GET", f"/labels/custom/{name}", f"reading the data usage label {name!r}"))

    def write(self, label: CustomLabel) -> None:
        """Make or change a label; Adobe never deletes it.

        Raises:
            RejectedError: the service does not accept it.
        """
        body = {
            "name": label.name,
            "category": "Custom",
            "friendlyName": label.title,
            "description": label.description,
        }
        _read(self.call("PUT", f"/labels/custom/{label.name}", f"the data usage label {label.name!r}", body=body))


def _read(answer: Answer) -> CustomLabel:
    item = answer.json_object()
    if not isinstance(item.get("name"), str) or not item["name"]:
        raise answer.unreadable("no label")
    return CustomLabel(item["name"], str(item.get("friendlyName") or ""), str(item.get("description") or ""))
