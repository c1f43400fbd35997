"""Adobe's Catalog: datasets, and the batches of rows in them.

Source: https://experienceleague.adobe.com/en/docs/experience-platform/catalog/api/getting-started
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from zoho_adobe.api.ims import Ims
from zoho_adobe.api.platform import PlatformService
from zoho_adobe.api.transport import Answer, time_of
from zoho_adobe.errors import NotFoundError
from zoho_adobe.settings import Settings

SCHEMA_FORM = "application/vnd.adobe.xed-full-notext+json; version=1"
"""The form in which a dataset names its schema's version; it stands for the newest minor one."""

_PAGE = 100
_FOR_PROFILE = {"unifiedProfile": ("enabled:true",), "unifiedIdentity": ("enabled:true",)}


@dataclass(frozen=True, slots=True)
class Dataset:
    """A dataset as Catalog shows it.

    Attributes:
        id: its id.
        name: its name, which Adobe does not keep unique.
        description: its description, empty if it has none.
        schema_id: the `$id` of its schema.
        created_client: the client id that made it, empty where Catalog does not show it.
        tags: its tags, each a list of words by name.
        written_tags: its tags as they are, whatever others have put into them.
        created: when it was made, in seconds since 1970; 0 if that is not said.
        now: the time at Adobe when it was read.
    """

    id: str
    name: str
    description: str
    schema_id: str
    created_client: str
    tags: Mapping[str, Sequence[str]]
    written_tags: Mapping[str, Any]
    created: int = 0
    now: float = 0.0

    @property
    def profile(self) -> bool:
        """Whether Real-Time Customer Profile takes its rows."""
        return all(set(words) <= set(self.tags.get(tag, ())) for tag, words in _FOR_PROFILE.items())

    @property
    def profile_tags(self) -> dict[str, Sequence[str]]:
        """The tags that let Profile take its rows, with what others have put into them.

        Source: https://experienceleague.adobe.com/en/docs/experience-platform/profile/tutorials/dataset-configuration
        """
        return {
            tag: [*words, *(word for word in self.tags.get(tag, ()) if not word.startswith("enabled:"))]
            for tag, words in _FOR_PROFILE.items()
        }


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows that were written into a dataset together.

    Attributes:
        started: when their writing began, in seconds since 1970; 0 if that is not said.
        client: who wrote them.
    """

    started: int
    client: str


SOURCES_CLIENT = "acp_foundation_connectors"
"""The client that dataflows write their batches as."""


@dataclass(frozen=True, slots=True)
class MadeDataset:
    """What Catalog answers to a request that made or changed a dataset.

    Attributes:
        id: the dataset's id.
    """

    id: str


class Catalog(PlatformService):
    """Datasets and their batches, in one sandbox.

    Args:
        settings: the organization's settings.
        ims: where access tokens come from.
        sandbox: the sandbox to work in.
    """

    def __init__(self, settings: Settings, ims: Ims, sandbox: str) -> None:
        super().__init__("Catalog", "/data/foundation/catalog", settings, ims, sandbox)

    def datasets_named(self, name: str) -> list[Dataset]:
        """List the datasets with exactly this name."""
        answer = self.call("GET", "/dataSets", "a list of datasets", params=[("name", name), ("limit", "100")])
        found = [_dataset(key, item) for key, item in answer.json_object().items() if isinstance(item, dict)]
        return [dataset for dataset in found if dataset.name == name]

    def datasets_of(self, schema_id: str) -> Iterator[Dataset]:
        """List the datasets of a schema."""
        return (dataset for dataset in self.datasets() if dataset.schema_id == schema_id)

    def datasets(self) -> Iterator[Dataset]:
        """List all datasets of the sandbox, page by page."""
        start = 0
        while True:
            params = [("limit", str(_PAGE)), ("start", str(start))]
            page = self.call("GET", "/dataSets", "a list of datasets", params=params).json_object()
            for key, item in page.items():
                if isinstance(item, dict):
                    yield _dataset(key, item)
            if len(page) < _PAGE:
                return
            start += _PAGE

    def create_dataset(self, name: str, description: str, schema_id: str, *, profile: bool = False) -> MadeDataset:
        """Make a dataset.

        Args:
            name: its full name.
            description: its description, or empty for none.
            schema_id: the `$id` of its schema.
            profile: whether Real-Time Customer Profile takes its rows.

        Raises:
            LostAnswerError: no whole answer came, so it may have been made.
            ApiError: Catalog refused.
        """
        body = {
            "name": name,
            **({"description": description} if description else {}),
            "schemaRef": {"id": schema_id, "contentType": SCHEMA_FORM},
            **({"tags": {tag: list(words) for tag, words in _FOR_PROFILE.items()}} if profile else {}),
        }
        params = [("requestDataSource", "true")]
        return self.post("/dataSets", f"the dataset {name!r}", body, _made, params=params)

    def dataset(self, dataset_id: str) -> Dataset:
        """Read a dataset.

        Raises:
            NotFoundError: it does not exist in this sandbox.
        """
        answer = self.call("GET", f"/dataSets/{dataset_id}", f"reading the dataset {dataset_id}")
        item = answer.json_object().get(dataset_id)
        if not isinstance(item, dict):
            raise answer.unreadable("no dataset")
        return replace(_dataset(dataset_id, item), now=time_of(answer))

    def change_dataset(self, dataset_id: str, **changes: str) -> None:
        """Change a dataset's name or description, and nothing else of it.

        Args:
            dataset_id: its id.
            **changes: the new "name" or "description".

        Raises:
            NotFoundError: it does not exist.
        """
        _made(self.call("PATCH", f"/dataSets/{dataset_id}", f"a change of the dataset {dataset_id}", body=changes))

    def tag_dataset(self, dataset: Dataset, tags: Mapping[str, Sequence[str]]) -> None:
        """Write tags of a dataset, and leave the others as they were read.

        Catalog documents no precondition for a PATCH (no If-Match), so the caller reads what came of it.

        Args:
            dataset: the dataset, read a moment ago.
            tags: the words of each tag to write.

        Raises:
            NotFoundError: it does not exist.
        """
        body = {"tags": {**dataset.written_tags, **{tag: list(words) for tag, words in tags.items()}}}
        _made(self.call("PATCH", f"/dataSets/{dataset.id}", f"a tag of the dataset {dataset.id}", body=body))

    def delete_dataset(self, dataset_id: str) -> None:
        """Delete a dataset with all that is in it; it may be gone already."""
        try:
            self.call("DELETE", f"/dataSets/{dataset_id}", f"deleting the dataset {dataset_id}")
        except NotFoundError:
            return

    def has_batches(self, dataset_id: str) -> bool:
        """Return whether anything was ever written into a dataset."""
        doing = f"the batches of the dataset {dataset_id}"
        answer = self.call("GET", "/batches", doing, params=[("dataSet", dataset_id), ("limit", "1")])
        return bool(answer.json_object())

    def last_batch(self, dataset_id: str) -> Batch | None:
        """Find the last batch that brought rows into a dataset.

        Args:
            dataset_id: the dataset's id.

        Returns:
            The batch, or None if no rows were ever written.
        """
        doing = f"the batches of the dataset {dataset_id}"
        params = [("dataSet", dataset_id), ("status", "success"), ("orderBy", "desc:created"), ("limit", "1")]
        found = self.call("GET", "/batches", doing, params=params).json_object()
        for item in found.values():
            batch = item if isinstance(item, dict) else {}
            metrics = batch.get("metrics")
            began = metrics.get("startTime") if isinstance(metrics, dict) else None
            return Batch(_seconds(began) or _seconds(batch.get("created")), str(batch.get("createdClient") or ""))
        return None


def _seconds(milliseconds: Any) -> int:
    return milliseconds // 1000 if isinstance(milliseconds, int) and milliseconds > 0 else 0


def _made(answer: Answer) -> MadeDataset:
    body = answer.json()
    if not isinstance(body, list) or not body or not str(body[0]).startswith("@/dataSets/"):
        raise answer.unreadable("no dataset's id")
    return MadeDataset(str(body[0]).rsplit("/", 1)[1])


def _dataset(dataset_id: str, item: dict[str, Any]) -> Dataset:
    schema, tags = item.get("schemaRef"), item.get("tags")
    written = tags if isinstance(tags, dict) else {}
    return Dataset(
        id=dataset_id,
        name=str(item.get("name") or ""),
        description=str(item.get("description") or ""),
        schema_id=str(schema.get("id") or "") if isinstance(schema, dict) else "",
        created_client=str(item.get("createdClient") or ""),
        tags={
            key: [str(word) for word in words] if isinstance(words, list) else [str(words)]
            for key, words in written.items()
        },
        written_tags=written,
        created=_seconds(item.get("created")),
    )
