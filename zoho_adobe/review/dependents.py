"""Which resources are built on which."""

from __future__ import annotations

from collections import defaultdict

from zoho_adobe.review.model import Preview, Resource
from zoho_adobe.review.values import strings

DATAFLOW = "Dataflow"


class Dependents:
    """The resources of a preview, by what they are built on.

    Pulumi's own list of dependencies counts, and so does an id in a resource's inputs: the stream of events
    has no such list, and a program may name an id by hand.

    Args:
        preview: the preview.
    """

    def __init__(self, preview: Preview) -> None:
        self._by_id = {item.state.id: item for item in preview.resources if item.state.id}
        self._resources = {item.urn: item for item in preview.resources}
        self._direct: dict[str, set[str]] = defaultdict(set)
        for item in preview.resources:
            for state in (item.old, item.new):
                if state is None:
                    continue
                named = {self._by_id[text].urn for text in strings(dict(state.inputs)) if text in self._by_id}
                for urn in (state.dependencies | named) & self._resources.keys() - {item.urn}:
                    self._direct[urn].add(item.urn)
                if state.parent in self._resources:
                    # Who depends on a component depends on what is in it.
                    self._direct[item.urn].add(state.parent)

    def with_id(self, id_: object) -> Resource | None:
        """Find a resource by its id at the service.

        Args:
            id_: the id, as an input names it.

        Returns:
            The resource, or None where the preview has none of that id.
        """
        return self._by_id.get(id_) if isinstance(id_, str) else None

    def flows(self, resource: Resource) -> list[Resource]:
        """Find the dataflows that are built on a resource, directly or by others in between.

        Args:
            resource: the resource.

        Returns:
            The dataflows, in order of name.
        """
        found: set[str] = set()
        open_ = [resource.urn]
        while open_:
            for urn in self._direct[open_.pop()] - found:
                found.add(urn)
                open_.append(urn)
        dependents = (self._resources[urn] for urn in found - {resource.urn})
        return sorted((item for item in dependents if item.own == DATAFLOW), key=lambda item: (item.name, item.urn))
