"""The source connection of a dataflow from the landing zone: files of one format in one folder.

Source: https://experienceleague.adobe.com/en/docs/experience-platform/sources/api-tutorials/collect/cloud-storage
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

import pulumi
from pulumi.dynamic import ReadResult

from zoho_adobe.errors import InputError
from zoho_adobe.resources.accepted import require_accepted
from zoho_adobe.resources.checks import Props, known
from zoho_adobe.resources.ends import EndCall, EndLifecycle
from zoho_adobe.resources.inputs import Declaration, Input, NamedForGood, NeededForGood, Replacing
from zoho_adobe.resources.managed import ManagedResource
from zoho_adobe.resources.zone_path import check_path

if TYPE_CHECKING:
    from zoho_adobe.api.file_sources import FileSource
    from zoho_adobe.api.platform import Made

FORMATS = ("delimited", "json", "parquet")
COMPRESSIONS = ("bzip2", "gzip", "deflate", "zipDeflate", "tarGzip", "tar")


class FilesProps(NamedForGood, total=False):
    """The properties of a source connection on the landing zone."""

    container: NeededForGood
    path: NeededForGood
    format: Annotated[str, Input(default="delimited", replaces=True)]
    compression: Replacing
    delimiter: Annotated[str, Input(replaces=True, checked=False)]


DECLARATION = Declaration("LandingZoneSource", "LANDING_ZONE_SOURCE", FilesProps, name="name")


class LandingZoneSourceLifecycle(EndLifecycle["FileSource", FilesProps]):
    """The lifecycle of source connections on the landing zone."""

    declaration = DECLARATION
    noun = "source connection"
    end_of_flow: ClassVar[Literal["source", "target"]] = "source"

    def examine(self, _olds: Props, _news: Props, inputs: Props, problems: list[InputError]) -> None:
        """Report a path, format, compression or delimiter that Adobe would refuse."""
        path, form = inputs.get("path"), inputs.get("format")
        compression, delimiter = inputs.get("compression"), inputs.get("delimiter")
        if isinstance(path, str) and path.strip():
            check_path("path", path, problems)
        if isinstance(form, str) and form not in FORMATS:
            problems.append(
                InputError("format", f"{form!r} is not a format that Adobe reads", remedy=f"Use {_or(FORMATS)}")
            )
        if isinstance(compression, str) and compression not in COMPRESSIONS:
            problems.append(
                InputError(
                    "compression",
                    f"{compression!r} is not a compression that Adobe reads",
                    remedy=f"Use {_or(COMPRESSIONS)}, or leave it out for files that are not compressed",
                )
            )
        if known(compression) and form == "parquet":
            problems.append(
                InputError("compression", "files of the format 'parquet' have their own", remedy="Leave it out")
            )
        if not known(delimiter):
            return
        if form in ("json", "parquet"):
            problems.append(InputError("delimiter", f"files of the format {form!r} have none", remedy="Leave it out"))
        elif not isinstance(delimiter, str) or len(delimiter) != 1 or delimiter in '"\r\n':
            problems.append(
                InputError("delimiter", f"{delimiter!r} is not one character between two cells", remedy="Such as ';'")
            )

    def prepare(self, call: EndCall[FilesProps]) -> None:
        """Make sure that a dataflow can be made from it."""
        from zoho_adobe.api.source_spec import LANDING_ZONE

        require_accepted(call.clients.dataflows(call.sandbox, LANDING_ZONE))

    def shown(self, call: EndCall[FilesProps], found: FileSource) -> ReadResult:
        """Return the object, with drift as inputs; what Flow Service no longer shows is an input no more."""
        read = super().shown(call, found)
        gone = {key for key, value in self.fields(found).items() if not value}
        inputs = {key: value for key, value in (read.inputs or {}).items() if key not in gone}
        return ReadResult(call.id, self.outputs(inputs), inputs)

    def objects(self, call: EndCall[FilesProps]) -> Iterable[FileSource]:
        """List all source connections on the landing zone."""
        return call.clients.file_sources(call.sandbox).sources()

    def get(self, call: EndCall[FilesProps], id_: str) -> FileSource:
        """Read a source connection."""
        return call.clients.file_sources(call.sandbox).source(id_)

    def post(self, call: EndCall[FilesProps]) -> Made:
        """Make a source connection."""
        from zoho_adobe.api.file_sources import Files

        props = call.news
        files = Files(
            path=f"{props['container']}/{props['path']}",
            format=props["format"],
            compression=props.get("compression", ""),
            delimiter=props.get("delimiter", ""),
        )
        return call.clients.file_sources(call.sandbox).create(
            self.full_name(props), props.get("description", ""), files
        )

    def discard(self, call: EndCall[FilesProps], id_: str) -> None:
        """Delete a source connection."""
        call.dataflows.delete_source(id_)

    def fields(self, found: FileSource) -> Props:
        """Return what it reads."""
        container, _, path = found.files.path.partition("/")
        return {
            "container": container,
            "path": path,
            "format": found.files.format,
            "compression": found.files.compression,
            "delimiter": found.files.delimiter,
        }


def _or(words: Iterable[str]) -> str:
    *most, last = words
    return f"{', '.join(most)} or {last}"


class LandingZoneSource(ManagedResource):
    """Files in the landing zone as the source of a dataflow.

    All files must have one format and the same columns; of delimited files, the first row names them. A dataflow takes
    each file once, by when it was written last: write files under new names, and never change one.

    Args:
        resource_name: the logical name in the stack.
        name: the name shown in Adobe.
        container: the zone's container, `LandingZone(...).container`.
        path: the files below the container: a folder, a file, or a pattern such as "zoho/contacts/*.csv.gz".
        format: "delimited", "json" or "parquet"; "delimited" if left out. Parquet must have the schema's own fields,
            since Adobe maps none of it.
        compression: "bzip2", "gzip", "deflate", "zipDeflate", "tarGzip" or "tar"; none if left out.
        delimiter: the character between two cells of delimited files; a comma if left out.
        description: the description shown in Adobe.
        suffix: the stack's seed, as for `BaseConnection`.
        opts: the resource's options; deleting before replacing is always on.

    Attributes:
        id: its id at Adobe, for a dataflow to build on.
        full_name: the name with its suffix.
    """

    declaration = DECLARATION

    name: pulumi.Output[str]
    full_name: pulumi.Output[str]
    container: pulumi.Output[str]
    path: pulumi.Output[str]
    format: pulumi.Output[str]

    def __init__(
        self,
        resource_name: str,
        *,
        name: pulumi.Input[str],
        container: pulumi.Input[str],
        path: pulumi.Input[str],
        format: pulumi.Input[str] | None = None,
        compression: pulumi.Input[str] | None = None,
        delimiter: pulumi.Input[str] | None = None,
        description: pulumi.Input[str] | None = None,
        suffix: pulumi.Input[str] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        self.register(resource_name, locals(), opts)
