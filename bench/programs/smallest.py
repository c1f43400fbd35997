"""One dynamic resource that does nothing, and one RandomId."""

import pulumi_random as random
from pulumi.dynamic import CreateResult, Resource, ResourceProvider


class NothingProvider(ResourceProvider):
    """Does nothing."""

    def create(self, props: dict[str, object]) -> CreateResult:
        """Make nothing."""
        return CreateResult("nothing", props)


class Nothing(Resource):
    """A resource of nothing."""

    def __init__(self, name: str) -> None:
        super().__init__(NothingProvider(), name, {})


random.RandomId("seed", byte_length=8)
Nothing("nothing")
