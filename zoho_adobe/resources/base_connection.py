"""The Zoho CRM base connection: the credentials with which Adobe reads Zoho.

Source: https://experienceleague.adobe.com/en/docs/experience-platform/sources/api-tutorials/create/crm/zoho
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import TYPE_CHECKING, Any, Literal, get_args

import pulumi
from pulumi.dynamic import ReadResult

from zoho_adobe.data_centers import DATA_CENTERS, DataCenter, data_center_of, is_loopback
from zoho_adobe.errors import EtagMismatchError, InputError, InUseError, NameTakenError, SettingError
from zoho_adobe.resources.adoption import Adoption, adopt
from zoho_adobe.resources.checks import Props, known
from zoho_adobe.resources.connection_change import change, put_back
from zoho_adobe.resources.connection_test import passes_test, try_made
from zoho_adobe.resources.connection_values import (
    CONNECTION_SPEC,
    CREDENTIALS,
    DECLARATION,
    ConnectionCall,
    Params,
    params_of,
    patch_of,
    prove_credentials,
    visible_credentials,
    visible_inputs,
)
from zoho_adobe.resources.edge import notice
from zoho_adobe.resources.managed import ManagedResource
from zoho_adobe.resources.named import NamedLifecycle
from zoho_adobe.resources.repeatable import ADOPT, CUT_OFF
from zoho_adobe.resources.schema_version import KEY
from zoho_adobe.resources.zoho_inputs import check_endpoint, complete_data_center
from zoho_adobe.session import current

if TYPE_CHECKING:
    from zoho_adobe.api.flow_service import Connection
    from zoho_adobe.api.platform import Made

Verify = Literal["credentials", "connection", "none"]


class BaseConnectionLifecycle(NamedLifecycle[ConnectionCall, "Connection", "Made"]):
    """The lifecycle of base connections."""

    declaration = DECLARATION
    noun = "connection"
    calls = ConnectionCall

    def __init__(self) -> None:
        super().__init__()
        self.adoption = Adoption(self.entries)

    def examine(self, olds: Props, _news: Props, inputs: Props, problems: list[InputError]) -> None:
        """Complete data center and spec, and keep what matters at one moment only."""
        verify = inputs["verify"]
        if known(verify) and verify not in get_args(Verify):
            choices = " or ".join(f'"{choice}"' for choice in get_args(Verify))
            problems.append(InputError("verify", f"{verify!r} is unknown", remedy=f"Use {choices}"))
        if verify == "connection" != olds.get("verify"):
            # The default takes no room in the state, unless it is there already and would show as taken away.
            del inputs["verify"]
        try:
            settings = self.settings()
        except SettingError:
            # It is reported with the place, and without it not all that follows can be told.
            return
        if complete_data_center(inputs, settings.allowed_hosts, problems):
            check_endpoint(inputs, problems)
        inputs["connection_spec"] = CONNECTION_SPEC
        self.adoption.check(olds, inputs, problems)
        # An access token lives for an hour: a newer one alone is not a reason for an update.
        same = all(olds.get(key) == inputs.get(key) for key in CREDENTIALS)
        if known(olds.get("access_token")) and "access_token" in inputs and same:
            inputs["access_token"] = olds["access_token"]

    def replaces(self, call: ConnectionCall) -> list[str]:
        """Refuse an adoption that is none, and a replacement while something is built on the connection."""
        self.adoption.compare(call)
        replaces = super().replaces(call)
        if replaces:
            self._refuse_if_in_use(call, f"replaced ({', '.join(replaces)} changes)")
        return replaces

    # --- create -----------------------------------------------------------------------------------------------------

    @contextlib.contextmanager
    def claimed(self, call: ConnectionCall) -> Iterator[None]:
        """Keep a name, or a connection to adopt, for one resource; it is free again if what is done inside fails."""
        adopt_id = call.news.get("adopt_id")
        with self.adoption.claimed(adopt_id) if adopt_id else super().claimed(call):
            yield

    def obtain(self, call: ConnectionCall) -> tuple[str, Props]:
        """Adopt a connection, or make one."""
        if call.news.get("adopt_id"):
            found = adopt(call)
            return found.id, self.outputs(call.news, etag=found.etag, state=found.state)
        # Zoho is asked for a token while Adobe is asked for the list: neither waits for the other's answer.
        clients, full_name = call.clients, self.full_name(call.news)

        def proven() -> Params:
            prove_credentials(clients, call.news)
            return params_of(clients, call.news)

        with ThreadPoolExecutor(1) as aside:
            asked = aside.submit(copy_context().run, proven)
            self.listing(call).named(full_name)
        call.params = asked.result()
        return super().obtain(call)

    def objects(self, call: ConnectionCall) -> Iterable[Connection]:
        """List all connections to Zoho CRM."""
        return call.flow_service.connections()

    def get(self, call: ConnectionCall, id_: str) -> Connection:
        """Read a connection."""
        return call.flow_service.connection(id_)

    def post(self, call: ConnectionCall) -> Made:
        """Make a connection."""
        self._name_what_is_left(call)
        return call.flow_service.create_connection(
            self.full_name(call.news), call.news.get("description", ""), call.params
        )

    def _name_what_is_left(self, call: ConnectionCall) -> None:
        """Name what a create of another name may have left: the suffix alone does not prove that it did."""
        own, full_name = {call.clients.settings.client_id, ""}, self.full_name(call.news)
        for found in self.listing(call).ending(call.news.get("suffix")):
            if found.name != full_name and {*self.writers(found)} <= own and not self.entries.hold(found.id):
                notice(
                    f"the connection {found.name!r} ({found.id}) ends with the suffix of {full_name!r}: delete it in "
                    "Adobe if an update that was cut off left it behind"
                )

    def discard(self, call: ConnectionCall, id_: str) -> None:
        """Delete a connection."""
        call.flow_service.delete_connection(id_)

    def take_over(self, call: ConnectionCall, found: Connection) -> Made:
        """Bring the leftover of a lost create to what is asked for now."""
        spec = f"{found.spec_id}/{found.spec_version}"
        if spec != CONNECTION_SPEC:
            raise NameTakenError(
                f"name: {found.id} has this name but another connection spec, {spec}", object_id=found.id
            )
        try:
            return self._bring_up_to_date(call, found)
        except EtagMismatchError:
            # Nobody manages a leftover, so this was the same PATCH, whose answer was lost.
            return self._bring_up_to_date(call, self.get(call, found.id))

    def _bring_up_to_date(self, call: ConnectionCall, found: Connection) -> Made:
        patch = patch_of(found.name, found.description, call.news, call.params)
        return call.flow_service.patch_connection(found.id, found.etag, patch)

    def finish(self, call: ConnectionCall, made: Connection | Made, new: bool) -> Props:
        """Let Adobe test the connection."""
        if call.news.get("verify") != "none":
            try_made(call, made, new)
        return self.outputs(call.news, etag=made.etag, state="enabled")

    def writers(self, found: Connection) -> tuple[str, ...]:
        """Return who made it and who changed it last."""
        return found.created_client, found.updated_client

    def built_on(self, call: ConnectionCall, found: Connection) -> list[str]:
        """Return the dataflows and source connections on it."""
        return [str(dependent) for dependent in call.flow_service.dependents(found.id)[:3]]

    def adopt_remedy(self, match: Connection) -> str:
        """Say how to bring a connection under management."""
        return f'bring that one under management by adopt_id="{match.id}" or {ADOPT}={match.id} in the environment'

    # --- read, update, delete ---------------------------------------------------------------------------------------

    def show(self, call: ConnectionCall) -> ReadResult | None:
        """Read the connection, or look up one that this stack does not manage."""
        return super().show(call) if "etag" in call.olds else self._look_up(call)

    def shown(self, call: ConnectionCall, found: Connection) -> ReadResult:
        """Return the object, with drift as inputs."""
        inputs = {**self.seen(call.olds, found.name, found.description), **visible_inputs(found, call.olds)}
        if "suffix" in call.olds and found.name != call.olds["name"]:
            # Of another name, the suffix is not a part that was taken away.
            inputs["suffix"] = call.olds["suffix"]
        outputs = self.outputs(inputs, full_name=found.name, etag=found.etag, state=found.state)
        return ReadResult(call.id, outputs, inputs)

    def _look_up(self, call: ConnectionCall) -> ReadResult:
        if not call.id:
            raise InputError("id", "it is empty", remedy="Pass the id of a base connection")
        settings = call.clients.settings
        found = call.clients.flow_service(settings.sandbox).connection(call.id)
        params = found.params
        inputs: Props = {
            **call.olds,
            "name": found.name,
            "accounts_url": params.get("accounts_url", ""),
            "endpoint": params.get("endpoint", ""),
            "client_id": params.get("client_id", ""),
            "sandbox": settings.sandbox,
            "organization": settings.organization,
            "connection_spec": f"{found.spec_id}/{found.spec_version}",
        }
        if found.description:
            inputs["description"] = found.description
        center = data_center_of(inputs["accounts_url"])
        if center:
            inputs["data_center"] = center.code
        return ReadResult(call.id, self.outputs(inputs, etag=found.etag, state=found.state))

    def patch(self, call: ConnectionCall) -> Props:
        """Change name, description and credentials in one PATCH."""
        olds, news = call.olds, call.news
        rotates = any(olds.get(key) != news.get(key) for key in (*CREDENTIALS, "access_token"))
        if rotates:
            prove_credentials(call.clients, news)
        params = params_of(call.clients, news) if rotates else None
        etag = change(call, str(olds.get("etag", "")), olds, news, params)
        if rotates and news.get("verify") != "none" and not passes_test(call):
            put_back(call, etag)
        return self.outputs(news, etag=etag, state=str(olds.get("state") or "enabled"))

    def remove(self, call: ConnectionCall) -> None:
        """Delete the connection, unless something is still built on it."""
        self.adoption.refuse_delete(call.id)
        self._refuse_if_in_use(call, "deleted")
        super().remove(call)

    def _refuse_if_in_use(self, call: ConnectionCall, doing: str) -> None:
        dependents = call.flow_service.dependents(call.id)
        if not dependents:
            return
        names = ", ".join(str(dependent) for dependent in dependents[:10])
        more = f" and {len(dependents) - 10} more" if len(dependents) > 10 else ""
        raise InUseError(
            f"the connection {call.id} cannot be {doing}: in use by {names}{more}",
            object_id=call.id,
            remedy="Delete these first, or leave the connection as it is"
            + (f". {CUT_OFF}" if any(item.kind == "source connection" for item in dependents) else ""),
        )

    def imported(self, found: Connection, secrets: Mapping[str, str]) -> tuple[Props, Props]:
        """Return what a state holds of a connection that exists, for an import.

        Args:
            found: the connection as Adobe shows it.
            secrets: its client_secret and refresh_token, which Adobe does not show.

        Returns:
            The inputs, as a check of the same program makes them, and the outputs.

        Raises:
            InputError: Adobe shows no value that a program could have.
        """
        problems: list[InputError] = []
        news = {"name": found.name, "description": found.description, **visible_credentials(found), **secrets}
        inputs = self.complete({}, news, problems)
        if problems:
            raise problems[0]
        return inputs, {**self.outputs(inputs, etag=found.etag, state=found.state), KEY: self.schema_version}


class BaseConnection(ManagedResource):
    """A Zoho CRM base connection in Adobe Experience Platform.

    Args:
        resource_name: the logical name in the stack.
        name: the name shown in Adobe.
        endpoint: the CRM server as Adobe wants it, such as "crm.zoho.com/crm/private"; passed on as it is.
        client_id: the client id registered at Zoho's API console.
        client_secret: its secret.
        refresh_token: a refresh token made with access type "offline".
        data_center: the code of Zoho's data center, such as "eu"; one of this and accounts_url is needed.
        accounts_url: the URL of Zoho's accounts server, instead of a code.
        access_token: a ready access token, instead of one made from the refresh token when it is needed.
        description: the description shown in Adobe.
        suffix: one seed per stack, usually the `hex` of a `pulumi_random.RandomId`; it makes the name unique and a
            repeated create safe. Without it the name is taken as it is.
        adopt_id: the id of an existing connection to bring under management, instead of making one.
        verify: "connection" lets Adobe test the connection after it is made and after its credentials change;
            "credentials" also proves them at Zoho before, by a refresh, where each cause of a failure has a message of
            its own.
        opts: the resource's options; deleting before replacing is always on.

    Attributes:
        id: the connection's id at Adobe, for dataflows to build on.
        full_name: the name with its suffix.
        etag: Adobe's version of the connection.
        state: such as "enabled".
        sandbox: the sandbox it lives in.
        organization: the organization it belongs to.
        data_center: the code of Zoho's data center, where it is one of the known ones.
        connection_spec: Adobe's connection spec, id and version.

    Raises:
        pulumi.RunError: two resources of the program would have the same full name.
    """

    declaration = DECLARATION

    name: pulumi.Output[str]
    full_name: pulumi.Output[str]
    description: pulumi.Output[str | None]
    endpoint: pulumi.Output[str]
    accounts_url: pulumi.Output[str]
    data_center: pulumi.Output[str | None]
    client_id: pulumi.Output[str]
    etag: pulumi.Output[str]
    state: pulumi.Output[str]
    sandbox: pulumi.Output[str]
    organization: pulumi.Output[str]
    connection_spec: pulumi.Output[str]

    def __init__(
        self,
        resource_name: str,
        *,
        name: pulumi.Input[str],
        endpoint: pulumi.Input[str],
        client_id: pulumi.Input[str],
        client_secret: pulumi.Input[str],
        refresh_token: pulumi.Input[str],
        data_center: pulumi.Input[str] | None = None,
        accounts_url: pulumi.Input[str] | None = None,
        access_token: pulumi.Input[str] | None = None,
        description: pulumi.Input[str] | None = None,
        suffix: pulumi.Input[str] | None = None,
        adopt_id: pulumi.Input[str] | None = None,
        verify: pulumi.Input[Verify] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        self.register(resource_name, locals(), opts)
        _warn_of_deprecation()
        _warn_of_unknown_hosts(self, data_center, accounts_url, endpoint)

    @classmethod
    def get(
        cls, resource_name: str, id: pulumi.Input[str], opts: pulumi.ResourceOptions | None = None
    ) -> BaseConnection:
        """Look up a connection that this stack does not manage, to build on it.

        Args:
            resource_name: the logical name in the stack.
            id: the connection's id at Adobe.
            opts: the resource's options, such as the provider.

        Returns:
            The connection, without its secrets.
        """
        found = cls.__new__(cls)
        found.register(resource_name, {}, pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(id=id)))
        return found


def _warn_of_deprecation() -> None:
    # Once in a program, of which a process of the Automation API may run several.
    program = pulumi.runtime.get_root_resource()
    if pulumi.Config("zoho-adobe").get_bool("silenceDeprecation") or not current().first(
        (_warn_of_deprecation, program)
    ):
        return
    pulumi.log.warn(
        "Adobe retired the Zoho CRM source at the end of May/June 2025: creating new connections may be refused.\n"
        "Its alternative is Data Landing Zone. `pulumi config set zoho-adobe:silenceDeprecation true` hides this."
    )


def _warn_of_unknown_hosts(
    resource: BaseConnection,
    data_center: pulumi.Input[str] | None,
    accounts_url: pulumi.Input[str] | None,
    endpoint: pulumi.Input[str],
) -> None:
    def warn(values: list[Any]) -> None:
        code, url, where = values
        if is_loopback(str(url or "")):
            return
        center: DataCenter | None = data_center_of(str(url)) if url else DATA_CENTERS.get(str(code))
        if center and not center.listed_by_adobe:
            pulumi.log.warn(
                f"Adobe does not list Zoho's data center {center.title} ({center.code}) for this source: "
                "the connection may be refused.",
                resource,
            )
        if where and data_center_of(str(where)) is None:
            pulumi.log.warn(
                f"endpoint: {where!r} is on no host that is known to be Zoho's: check its spelling.", resource
            )

    pulumi.Output.all(data_center, accounts_url, endpoint).apply(warn)
