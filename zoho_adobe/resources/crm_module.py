"""A module of Zoho CRM as Bulk Read exports it: read-only, for schemas, mappings and exports to build on.

Sources: https://www.zoho.com/crm/developer/docs/api/v8/modules-api.html and
https://www.zoho.com/crm/developer/docs/api/v8/field-meta.html
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, TypedDict

import pulumi
from pulumi.dynamic import ReadResult

from zoho_adobe.columns import is_date
from zoho_adobe.data_centers import host_of
from zoho_adobe.errors import InputError, SettingError, ZohoClientError, ZohoRefreshTokenError
from zoho_adobe.resources.call import Call
from zoho_adobe.resources.checks import Props
from zoho_adobe.resources.edge import notice
from zoho_adobe.resources.inputs import Declaration, Given, Input, NeededForGood, Output, Secret, Text
from zoho_adobe.resources.lifecycle import Lifecycle
from zoho_adobe.resources.managed import ManagedResource
from zoho_adobe.resources.zoho_inputs import check_credentials_together, complete_data_center, reading_credentials
from zoho_adobe.settings import Reach, read_reach
from zoho_adobe.zoho_fields import ID

if TYPE_CHECKING:
    from zoho_adobe.api.zoho_modules import DescribedModule


class ModuleProps(TypedDict, total=False):
    """The properties of a module."""

    module: NeededForGood
    data_center: Annotated[str, Input(completed=True, checked=False)]
    accounts_url: Annotated[str, Input(completed=True, checked=False, replaces=True)]
    client_id: Text
    client_secret: Secret
    refresh_token: Secret
    columns: Annotated[dict[str, str], Output()]
    types: Annotated[dict[str, str], Output()]
    date_columns: Annotated[list[str], Output()]
    left_out: Annotated[dict[str, str], Output()]
    api_url: Given


DECLARATION = Declaration("CrmModule", "CRM_MODULE", ModuleProps)


class CrmModuleLifecycle(Lifecycle[Call[ModuleProps]]):
    """Reads modules for the engine; nothing is ever written."""

    declaration = DECLARATION
    noun = "module"
    calls = Call[ModuleProps]

    def examine(self, _olds: Props, _news: Props, inputs: Props, problems: list[InputError]) -> None:
        """Complete the data center, and report credentials that are passed in part."""
        check_credentials_together(inputs, problems)
        try:
            complete_data_center(inputs, self._reach().allowed_hosts, problems)
        except SettingError as error:
            problems.append(error)

    def make(self, call: Call[ModuleProps]) -> tuple[str, Props]:
        """Read the module."""
        outputs = self._read(call.news)
        if outputs["left_out"]:
            named = ", ".join(sorted(outputs["left_out"]))
            notice(f"Bulk Read does not give these fields of the module {call.news['module']!r}: {named}")
        return f"{host_of(call.news['accounts_url'])}/{call.news['module']}", outputs

    def show(self, call: Call[ModuleProps]) -> ReadResult | None:
        """Read the module again: what Zoho's administrators changed shows as a change of the columns."""
        props, module = call.olds, call.olds["module"]
        try:
            outputs = self._read(props)
        except SettingError:
            # Missing credentials say nothing of the module.
            raise
        except InputError as error:
            # An error would end the whole refresh; the next update ends with the same words, once it needs the module.
            notice(str(error))
            return None
        except (ZohoClientError, ZohoRefreshTokenError) as error:
            # With credentials that Zoho no longer takes nothing can be read, and a rotation must not fail for it.
            notice(f"{error} The columns of {module!r} stay in the state as they were read before.")
            kept: Mapping[str, Any] = props
            return ReadResult(call.id, self.outputs(props, **{key: kept[key] for key in DECLARATION.outputs}))
        before, after = set(props["columns"]), set(outputs["columns"])
        for column in sorted(before - after):
            notice(f"the module {module!r} no longer has the column {column!r}")
        for column in sorted(after - before):
            notice(f"the module {module!r} has a new column {column!r}")
        return ReadResult(call.id, outputs)

    def patch(self, call: Call[ModuleProps]) -> Props:
        """Read the module with the new credentials: another user may see other fields."""
        return self._read(call.news)

    def remove(self, _call: Call[ModuleProps]) -> None:
        """Do nothing: the module is Zoho's."""

    def _read(self, inputs: ModuleProps) -> Props:
        from zoho_adobe.api.zoho_modules import describe_module

        credentials = reading_credentials(inputs, os.environ)
        return self._outputs(inputs, describe_module(credentials, self._reach(), inputs["module"]))

    def _outputs(self, inputs: ModuleProps, found: DescribedModule) -> Props:
        given = {field.name: field for field in found.fields if field.word is not None}
        # Bulk Read adds the id to every file, whether the fields name it or not.
        columns = {ID: "string", **{name: field.word for name, field in given.items()}}
        return self.outputs(
            inputs,
            columns=columns,
            types={ID: "bigint", **{name: field.type for name, field in given.items()}},
            date_columns=sorted(name for name, word in columns.items() if is_date(str(word))),
            left_out={field.name: field.type for field in found.fields if field.word is None},
            api_url=found.api_url,
        )

    def _reach(self) -> Reach:
        return read_reach(self.configured)


class CrmModule(ManagedResource):
    """A module of Zoho CRM, with the columns that an export by Bulk Read gives of it.

    It is read from Zoho's own metadata when it is first declared, at each refresh, and when its credentials change;
    nothing is written, and deleting it deletes nothing. `columns` is what `Table` gives for a base connection, so a
    schema or a mapping set can use either. Lookups are ids. What Bulk Read does not give is in `left_out`.

    Zoho's credentials are read from the environment first: ZOHO_CLIENT_ID, ZOHO_CLIENT_SECRET and ZOHO_REFRESH_TOKEN,
    where `client_id` is not passed or is the same. Those that are passed are then in the state, encrypted; a refresh
    or destroy without the environment's uses them.

    Args:
        resource_name: the logical name in the stack.
        module: the module's API name, such as "Contacts", or that of a custom module.
        data_center: the code of Zoho's data center, such as "eu"; one of this and accounts_url is needed.
        accounts_url: the URL of Zoho's accounts server, instead of a code.
        client_id: the id of the client that Zoho is read with; left out, the environment has all three.
        client_secret: its secret.
        refresh_token: the refresh token of the user whose view of the module counts.
        opts: the resource's options; deleting before replacing is always on.

    Attributes:
        columns: each column's type by its name, such as {"id": "string", "Modified_Time": "date-time"}.
        types: each column's data type in Zoho by its name, such as {"id": "bigint", "Modified_Time": "datetime"}.
        date_columns: the columns that hold dates or times.
        left_out: the data types of the fields that Bulk Read does not give, by name.
        api_url: the base URL of the API that has the module.
        module: the module's API name.
        data_center: the code of Zoho's data center, where it is one of the known ones.
        accounts_url: the URL of Zoho's accounts server.
    """

    declaration = DECLARATION

    columns: pulumi.Output[dict[str, str]]
    types: pulumi.Output[dict[str, str]]
    date_columns: pulumi.Output[list[str]]
    left_out: pulumi.Output[dict[str, str]]
    api_url: pulumi.Output[str]
    module: pulumi.Output[str]
    data_center: pulumi.Output[str | None]
    accounts_url: pulumi.Output[str]

    def __init__(
        self,
        resource_name: str,
        *,
        module: pulumi.Input[str],
        data_center: pulumi.Input[str] | None = None,
        accounts_url: pulumi.Input[str] | None = None,
        client_id: pulumi.Input[str] | None = None,
        client_secret: pulumi.Input[str] | None = None,
        refresh_token: pulumi.Input[str] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        self.register(resource_name, locals(), opts)
