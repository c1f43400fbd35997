"""The Data Landing Zone of a sandbox: read-only, for source connections and the exporter to build on.

Source: https://experienceleague.adobe.com/en/docs/experience-platform/sources/api-tutorials/create/cloud-storage/data-landing-zone
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import pulumi
from pulumi.dynamic import ReadResult

from zoho_adobe.resources.call import Call
from zoho_adobe.resources.checks import Props
from zoho_adobe.resources.edge import notice
from zoho_adobe.resources.inputs import Declaration, Given, Output, Placed
from zoho_adobe.resources.lifecycle import Lifecycle
from zoho_adobe.resources.managed import ManagedResource

if TYPE_CHECKING:
    from zoho_adobe.api.landing_zone import ZonePlace


class ZoneProps(Placed, total=False):
    """The properties of a landing zone."""

    container: Given
    provider: Given
    days_to_live: Annotated[int, Output()]
    platform_url: Given
    ims_url: Given


DECLARATION = Declaration("LandingZone", "LANDING_ZONE", ZoneProps)


class LandingZoneLifecycle(Lifecycle[Call[ZoneProps]]):
    """Looks landing zones up for the engine; nothing is ever written, and no credentials are asked for."""

    declaration = DECLARATION
    noun = "landing zone"
    calls = Call[ZoneProps]

    def make(self, call: Call[ZoneProps]) -> tuple[str, Props]:
        """Look the zone up."""
        place = call.clients.landing_zones(call.sandbox).place()
        return f"{call.sandbox}/{place.container}", self._outputs(call, call.news, place)

    def show(self, call: Call[ZoneProps]) -> ReadResult | None:
        """Look the zone up again; another container is another zone."""
        place = call.clients.landing_zones(call.sandbox).place()
        if f"{call.sandbox}/{place.container}" != call.id:
            notice(f"the landing zone of sandbox {call.sandbox!r} is another one now: {place.container}")
            return None
        return ReadResult(call.id, self._outputs(call, call.olds, place))

    def patch(self, call: Call[ZoneProps]) -> Props:
        """Keep what was read: there is no input that could change."""
        return self.outputs(call.news, **{key: call.olds.get(key) for key in DECLARATION.outputs})

    def remove(self, _call: Call[ZoneProps]) -> None:
        """Do nothing: the zone is the sandbox's."""

    def _outputs(self, call: Call[ZoneProps], inputs: ZoneProps, place: ZonePlace) -> Props:
        settings = call.clients.settings
        return self.outputs(
            inputs,
            container=place.container,
            provider=place.provider,
            days_to_live=place.days_to_live,
            platform_url=settings.platform_url,
            ims_url=settings.ims_url,
        )


class LandingZone(ManagedResource):
    """The Data Landing Zone of the sandbox: the cloud storage that Adobe gives each sandbox for files.

    It is looked up when it is first declared and at each refresh; nothing is written, and deleting it deletes nothing.
    Its credentials are neither read nor renewed: whoever writes files asks Adobe for them.

    Args:
        resource_name: the logical name in the stack.
        opts: the resource's options.

    Attributes:
        container: the container's name on Azure, the bucket's on AWS.
        provider: "azure" or "aws".
        days_to_live: how many days Adobe keeps a file.
        platform_url: base URL of the APIs of Adobe Experience Platform that it was looked up by.
        ims_url: base URL of Adobe's identity service.
        organization: the organization that it belongs to.
        sandbox: the sandbox that it belongs to.
    """

    declaration = DECLARATION

    container: pulumi.Output[str]
    provider: pulumi.Output[str]
    days_to_live: pulumi.Output[int]
    platform_url: pulumi.Output[str]
    ims_url: pulumi.Output[str]
    organization: pulumi.Output[str]
    sandbox: pulumi.Output[str]

    def __init__(self, resource_name: str, *, opts: pulumi.ResourceOptions | None = None) -> None:
        self.register(resource_name, locals(), opts)
