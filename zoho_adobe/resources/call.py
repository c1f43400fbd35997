"""One call of the engine about one object."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from zoho_adobe.errors import SettingError
from zoho_adobe.settings import Settings

if TYPE_CHECKING:
    from zoho_adobe.api.clients import Clients


P = TypeVar("P", bound=Mapping[str, Any])


class Call(Generic[P]):
    """One call of the engine about one object; a resource's own kind adds what its hooks share.

    `P` is the `TypedDict` of the object's properties, by which a type checker knows each of them.

    Args:
        settings: returns the provider's settings.
        id_: the object's id; empty where there is none yet.
        olds: its properties in the state; empty in a create.
        news: the inputs as they are to be; empty in a read and a delete.
    """

    def __init__(self, settings: Callable[[], Settings], id_: str, olds: P, news: P) -> None:
        self.settings = settings
        self.id = id_
        self.olds = olds
        self.news = news

    @property
    def props(self) -> P:
        """What says where the object is: the state, or the inputs where there is none yet."""
        return self.olds or self.news

    @property
    def sandbox(self) -> str:
        """The object's sandbox."""
        return str(self.props["sandbox"])

    @cached_property
    def clients(self) -> Clients:
        """The clients for the organization that the object is in.

        Raises:
            SettingError: a setting or credential is missing or malformed, or the configured organization is another.
        """
        # The HTTP library is loaded here and not with the package: the program, and most previews, need none.
        from zoho_adobe.api.clients import clients_for

        settings = self.settings()
        same_organization(settings, self.props)
        settings.require_credentials()
        return clients_for(settings)


def same_organization(settings: Settings, props: Mapping[str, Any]) -> None:
    """Make sure that the configured organization is the one that an object lives in.

    Args:
        settings: the configured settings.
        props: the object's properties in the state.

    Raises:
        SettingError: they differ; nothing may be asked of the wrong organization, whose 404 would read as "gone".
    """
    recorded = props.get("organization")
    if isinstance(recorded, str) and recorded and recorded != settings.organization:
        raise SettingError(
            "organization",
            f"the state says {recorded}, the configuration {settings.organization}",
            remedy="An object cannot move to another organization: set the organization back, or declare a resource "
            "with another name there",
        )
