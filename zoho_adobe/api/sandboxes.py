"""Adobe's sandboxes, as far as a credential reaches them.

Source: https://experienceleague.adobe.com/en/docs/experience-platform/sandbox/api/available
"""

from __future__ import annotations

from collections.abc import Iterator

from zoho_adobe.api.ims import Ims
from zoho_adobe.api.platform import PlatformService
from zoho_adobe.settings import Settings

_PAGE = 100


class Sandboxes(PlatformService):
    """The sandboxes of an organization.

    Args:
        settings: the organization's settings.
        ims: where access tokens come from.
        sandbox: any sandbox that the credential reaches.
    """

    def __init__(self, settings: Settings, ims: Ims, sandbox: str) -> None:
        super().__init__("Sandbox Management", "/data/foundation/sandbox-management", settings, ims, sandbox)

    def names(self) -> Iterator[str]:
        """List the names of the active sandboxes that the credential reaches, page by page."""
        offset = 0
        while True:
            params = [("limit", str(_PAGE)), ("offset", str(offset))]
            answer = self.call("GET", "/", "a list of sandboxes", params=params)
            found = answer.json_object().get("sandboxes")
            if not isinstance(found, list):
                raise answer.unreadable("no list of sandboxes")
            for item in found:
                if isinstance(item, dict) and item.get("name") and item.get("state", "active") == "active":
                    yield str(item["name"])
            if len(found) < _PAGE:
                return
            offset += _PAGE
