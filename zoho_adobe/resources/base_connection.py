"""The Zoho CRM base connection: the credentials with which Adobe reads Zoho.

Source: https://experienceleague.adobe.com/en/docs/experience-platform/sources/api-tutorials/create/crm/zoho
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, ClassVar, Literal, NoReturn, get_args

import pulumi
from pulumi.dynamic import CreateResult, DiffResult, ReadResult, UpdateResult

from zoho_adobe.data_centers import DATA_CENTERS, DataCenter, data_center_of, is_loopback
from zoho_adobe.errors import (
    AdoptionError,
    ChangedElsewhereError,
    ConnectionStateError,
    EtagMismatchError,
    InputError,
    InUseError,
    NameTakenError,
    NotFoundError,
    RejectedError,
    SettingError,
    VerificationError,
    ZohoAdobeError,
)
from zoho_adobe.resources.connection_test import (
    NEW_ONES_STAY,
    after_lost_put_back,
    failed_test,
    is_there,
    passes_test,
)
from zoho_adobe.resources.lifecycle import (
    ManagedResource,
    Props,
    check_name,
    known,
    one_line,
    own_suffix,
    require_text,
    same_organization,
    secret,
)
from zoho_adobe.resources.repeatable import CUT_OFF, RepeatableLifecycle, wait_until_gone
from zoho_adobe.resources.schema_version import KEY
from zoho_adobe.resources.zoho_inputs import complete_data_center, zoho_credentials
from zoho_adobe.session import current

if TYPE_CHECKING:
    from zoho_adobe.api.clients import Clients
    from zoho_adobe.api.flow_service import Connection, FlowService
    from zoho_adobe.api.platform import Made

CONNECTION_SPEC = "929e4450-0237-4ed2-9404-b7e1e0a00309/1.0"
"""Adobe's connection spec of Zoho CRM, id and version."""

Verify = Literal["credentials", "connection", "none"]

_INPUTS = (
    "name",
    "suffix",
    "description",
    "data_center",
    "accounts_url",
    "endpoint",
    "client_id",
    "client_secret",
    "refresh_token",
    "access_token",
    "adopt_id",
    "verify",
    "sandbox",
    "organization",
    "connection_spec",
)
_OUTPUTS = ("full_name", "etag", "state")

_REPLACED_BY = ("connection_spec", "sandbox")
_CREDENTIALS = ("accounts_url", "endpoint", "client_id", "client_secret", "refresh_token")


class BaseConnectionLifecycle(RepeatableLifecycle["Connection"]):
    """Checks, creates, reads, updates and deletes base connections for the engine."""

    noun: ClassVar[str] = "connection"
    secrets: ClassVar[frozenset[str]] = frozenset({"client_secret", "refresh_token", "access_token"})

    def __init__(self) -> None:
        super().__init__()
        self._adopted: set[str] = set()
        self._to_adopt: set[str] = set()
        self._adopting: set[str] = set()

    def check_inputs(self, olds: Props, news: Props, problems: list[InputError]) -> Props:
        """Complete the inputs: data center, sandbox, organization and spec are written into them."""
        inputs = {key: news[key] for key in _INPUTS if news.get(key) is not None}
        require_text(inputs, ("name", "endpoint", "client_id", "client_secret", "refresh_token"), problems)
        optional = [key for key in ("suffix", "description", "access_token", "adopt_id") if key in inputs]
        require_text(inputs, [key for key in optional if key != "description" or inputs[key]], problems)
        if known(inputs.get("description")) and not inputs["description"]:
            del inputs["description"]
        check_name(inputs, "name", problems)
        inputs.setdefault("verify", "connection")
        if known(inputs["verify"]) and inputs["verify"] not in get_args(Verify):
            choices = " or ".join(f'"{choice}"' for choice in get_args(Verify))
            problems.append(InputError("verify", f"{inputs['verify']!r} is unknown", remedy=f"Use {choices}"))
        if inputs["verify"] == "connection" != olds.get("verify"):
            # The default takes no room in the state, unless it is there already and would show as taken away.
            del inputs["verify"]
        try:
            settings = self.settings()
        except SettingError as error:
            problems.append(error)
            return inputs
        if complete_data_center(inputs, settings.allowed_hosts, problems):
            _check_endpoint(inputs, problems)
        inputs["sandbox"] = settings.sandbox
        inputs["organization"] = settings.organization
        inputs["connection_spec"] = CONNECTION_SPEC
        self._carry_on(olds, inputs, problems)
        return inputs

    def _carry_on(self, olds: Props, inputs: Props, problems: list[InputError]) -> None:
        """Keep what matters at one moment only: it must not show as a change for ever after."""
        if known(olds.get("adopt_id")):
            self._adopted.add(olds["adopt_id"])
            inputs.setdefault("adopt_id", olds["adopt_id"])
        elif not olds and isinstance(inputs.get("adopt_id"), str):
            self._plan_adoption(inputs["adopt_id"], problems)
        # An access token lives for an hour: a newer one alone is no reason for an update.
        same = all(olds.get(key) == inputs.get(key) for key in _CREDENTIALS)
        if known(olds.get("access_token")) and "access_token" in inputs and same:
            inputs["access_token"] = olds["access_token"]

    def _plan_adoption(self, adopt_id: str, problems: list[InputError]) -> None:
        # The engine checks a replacement as if nothing had been there before.
        if adopt_id not in self._adopted and not self.entries.declare(adopt_id):
            self._to_adopt.add(adopt_id)
            return
        problems.append(
            InputError(
                "adopt_id",
                f"the connection {adopt_id} is managed already, by another resource of the program or by this one, "
                "which would be replaced",
                remedy="Remove adopt_id from the program first",
            )
        )

    @one_line
    def diff(self, _id: str, _olds: Props, _news: Props) -> DiffResult:
        """Name the inputs that replace the connection; the engine compares the rest itself."""
        adopt_id = _news.get("adopt_id")
        if known(adopt_id) and adopt_id != _id:
            raise InputError(
                "adopt_id",
                f"the resource already manages {_id}, so it cannot adopt {adopt_id}",
                remedy="Remove adopt_id, or declare a resource with another name for that connection",
            )
        if _id in self._to_adopt and self.entries.checked(_news):
            raise InputError(
                "adopt_id",
                f"two resources of the program hold the connection {_id}: this one manages it, another one adopts it",
                remedy="Take one of the two out of the program",
            )
        self.protect(_olds)
        same_organization(self.settings(), _olds)
        replaces = [key for key in _REPLACED_BY if known(_news.get(key)) and _olds.get(key) not in (None, _news[key])]
        if replaces:
            self._refuse_if_in_use(_id, _olds, f"replaced ({', '.join(replaces)} changes)")
        return DiffResult(changes=None, replaces=replaces)

    @one_line
    def create(self, props: Props) -> CreateResult:
        """Make the connection, or take over what a create made whose answer was lost."""
        self.protect(props)
        clients = self.clients_of(props)
        flow_service = clients.flow_service(props["sandbox"])
        with self.claimed(props):
            if props.get("adopt_id"):
                found = self._adopt(flow_service, props)
                return CreateResult(found.id, _outputs(props, found.etag, found.state))
            made = self._find_or_make(clients, flow_service, props)
        return CreateResult(made.id, _outputs(props, made.etag, "enabled"))

    @one_line
    def read(self, id_: str, props: Props) -> ReadResult:
        """Read the connection where the state says it is, and give drift back as inputs."""
        self.protect(props)
        clients = self.clients_of(props)
        if "etag" not in props:
            return self._look_up(clients, id_, props)
        flow_service = clients.flow_service(props["sandbox"])
        try:
            found = self.listing(props, flow_service.connections).for_read(id_) or flow_service.connection(id_)
        except NotFoundError:
            return ReadResult(None, {})
        drifted = {**{key: props[key] for key in _INPUTS if key in props}, **_visible_inputs(found, props)}
        if not found.description:
            drifted.pop("description", None)
        if found.name == props["name"]:
            # Only the suffix was taken away by hand, which the name alone would not show.
            drifted.pop("suffix", None)
        outputs = {**_outputs(drifted, found.etag, found.state), "full_name": found.name}
        return ReadResult(id_, outputs, drifted)

    @one_line
    def update(self, _id: str, _olds: Props, _news: Props) -> UpdateResult:
        """Change name, description and credentials in one PATCH."""
        self.protect(_olds)
        self.protect(_news)
        clients = self.clients_of(_olds)
        flow_service = clients.flow_service(_olds["sandbox"])
        rotates = any(_olds.get(key) != _news.get(key) for key in (*_CREDENTIALS, "access_token"))
        if rotates:
            _verify_credentials(clients, _news)
        params = _params(clients, _news) if rotates else None
        try:
            etag = self._patch(clients, flow_service, _id, str(_olds.get("etag", "")), _olds, _news, params)
        finally:
            self.listing(_olds, flow_service.connections).changed()
        if rotates and _news.get("verify") != "none" and not passes_test(flow_service, _id):
            self._put_back(clients, flow_service, _id, etag, _olds, _news)
        return UpdateResult(_outputs(_news, etag, str(_olds.get("state") or "enabled")))

    @one_line
    def delete(self, _id: str, _props: Props) -> None:
        """Delete the connection, unless something is still built on it."""
        self.protect(_props)
        if self.belongs_to_another(_id, _props):
            return
        if _id in self._to_adopt:
            # A replacement that is forced, or a resource of another name whose adoption has failed.
            raise AdoptionError(
                f"adopt_id: the connection {_id} would be deleted, though the program wants to adopt it",
                connection_id=_id,
                remedy="Remove adopt_id from the program before a replacement",
            )
        clients = self.clients_of(_props)
        flow_service = clients.flow_service(_props["sandbox"])
        try:
            self._refuse_if_in_use(_id, _props, "deleted")
            flow_service.delete_connection(_id)
        finally:
            self.listing(_props, flow_service.connections).changed()
        wait_until_gone(self.noun, _id, lambda: flow_service.connection(_id))

    def imported(self, found: Connection, secrets: Mapping[str, str]) -> tuple[Props, Props]:
        """Give what a state holds of a connection that exists, for an import.

        Args:
            found: the connection as Adobe shows it.
            secrets: its client_secret and refresh_token, which Adobe does not show.

        Returns:
            The inputs, as a check of the same program makes them, and the outputs.

        Raises:
            InputError: Adobe shows no value that a program could have.
        """
        problems: list[InputError] = []
        news = {"name": found.name, "description": found.description, **_visible_credentials(found), **secrets}
        inputs = self.check_inputs({}, news, problems)
        if problems:
            raise problems[0]
        return inputs, {**_outputs(inputs, found.etag, found.state), KEY: self.schema_version}

    # --- create -----------------------------------------------------------------------------------------------------

    def _adopt(self, flow_service: FlowService, props: Props) -> Connection:
        """Bring an existing connection under management without writing to it."""
        id_ = props["adopt_id"]
        try:
            found = flow_service.connection(id_)
        except NotFoundError:
            raise AdoptionError(
                f"adopt_id: the sandbox {props['sandbox']!r} has no connection {id_}",
                remedy="Check the id and the provider's sandbox",
            ) from None
        spec = f"{found.spec_id}/{found.spec_version}"
        if spec != CONNECTION_SPEC:
            raise AdoptionError(
                f"adopt_id: {id_} is no Zoho CRM connection; its connection spec is {spec}", connection_id=id_
            )
        place = (found.organization or props["organization"], found.sandbox or props["sandbox"])
        if place != (props["organization"], props["sandbox"]):
            raise AdoptionError(f"adopt_id: {id_} lives in {place[0]}, sandbox {place[1]!r}", connection_id=id_)
        differences = [
            f"{field} is {theirs!r} at Adobe and {ours!r} in the program"
            for field, theirs, ours in (
                ("name", found.name, _full_name(props)),
                ("description", found.description, props.get("description", "")),
                *((key, theirs, props[key]) for key, theirs in _visible_credentials(found).items()),
            )
            if theirs != ours
        ]
        if differences:
            raise AdoptionError(
                f"adopt_id: {id_} is not as the program describes it: {'; '.join(differences)}",
                connection_id=id_,
                remedy="Make the program say what Adobe has, adopt, and change it afterwards",
            )
        return found

    @contextlib.contextmanager
    def claimed(self, props: Props) -> Iterator[None]:
        """Keep a name, or a connection to adopt, for one resource; it is free again if what is done inside fails."""
        adopt_id = props.get("adopt_id")
        if not adopt_id:
            with super().claimed(props):
                yield
            return
        with self._lock:
            taken = adopt_id in self._adopting
            self._adopting.add(adopt_id)
        if taken:
            raise AdoptionError(
                f"adopt_id: two resources of this program adopt the connection {adopt_id}",
                connection_id=adopt_id,
                remedy="Keep it in one of them",
            )
        try:
            yield
        except BaseException:
            with self._lock:
                self._adopting.discard(adopt_id)
            raise

    def adopt_remedy(self, match: Connection) -> str:
        """Says how to bring a connection under management."""
        return f'bring that one under management with adopt_id="{match.id}"'

    def writers(self, _props: Props, found: Connection) -> tuple[str, ...]:
        """Returns who made it and who changed it last."""
        return found.created_client, found.updated_client

    def built_on(self, props: Props, found: Connection) -> list[str]:
        """Returns the dataflows and source connections on it."""
        dependents = self.clients_of(props).flow_service(props["sandbox"]).dependents(found.id)
        return [str(dependent) for dependent in dependents[:3]]

    def _find_or_make(self, clients: Clients, flow_service: FlowService, props: Props) -> Made:
        from zoho_adobe.api.platform import Made

        full_name, listing = _full_name(props), self.listing(props, flow_service.connections)
        # Zoho is asked for a token while Adobe is asked for the list: neither waits for the other's answer.
        with ThreadPoolExecutor(1) as aside:
            asked = aside.submit(copy_context().run, _proven_params, clients, props)
            listing.named(full_name)
        params, taken_over = asked.result(), False

        def take_over(found: Connection) -> Made:
            nonlocal taken_over
            taken_over = True
            return self._take_over(flow_service, found, props, params)

        made = self.find_or_make(
            props,
            find=lambda fresh: listing.named(full_name, fresh=fresh),
            make=lambda: flow_service.create_connection(full_name, props.get("description", ""), params),
            take_over=take_over,
            # Made from this very request, so there is nothing to bring up to date.
            as_made=lambda found: Made(found.id, found.etag),
            remove=flow_service.delete_connection,
        )
        listing.changed()
        if props.get("verify") != "none":
            self._test(clients, flow_service, made, props, new=not taken_over)
        return made

    def _take_over(self, flow_service: FlowService, found: Connection, props: Props, params: Params) -> Made:
        """Bring the leftover of a lost create to what is asked for now."""
        spec = f"{found.spec_id}/{found.spec_version}"
        if spec != CONNECTION_SPEC:
            raise NameTakenError(
                f"name: {found.id} has this name but another connection spec, {spec}", connection_id=found.id
            )
        try:
            return flow_service.patch_connection(
                found.id, found.etag, _patch_ops(found.name, found.description, props, params)
            )
        except EtagMismatchError:
            # Nobody manages a leftover, so this was the same PATCH, whose answer was lost.
            now = flow_service.connection(found.id)
            return flow_service.patch_connection(now.id, now.etag, _patch_ops(now.name, now.description, props, params))

    def _test(self, clients: Clients, flow_service: FlowService, made: Made, props: Props, *, new: bool) -> None:
        """Let Adobe try the connection, and delete it again if it does not work and this create made it."""
        problem = None
        try:
            if flow_service.test_connection(made.id):
                return
        except ZohoAdobeError as error:
            problem = error
        if not new:
            done = "it was there before and stays"
            if problem:
                raise VerificationError(
                    f"the connection {made.id} could not be tested; {done}: {problem}", connection_id=made.id
                )
            raise failed_test(clients, made.id, props, done)
        try:
            flow_service.delete_connection(made.id)
        except ZohoAdobeError as error:
            there = is_there(flow_service, made.id)
            if there is not False:
                what, and_ = ("could not be tested", "nor") if problem else ("fails Adobe's test", "and could not be")
                left = f"{and_} deleted again" if there else "and may not have been deleted again"
                raise VerificationError(
                    f"the connection {made.id} was made but {what}, {left}: {error}",
                    connection_id=made.id,
                    remedy=f"Delete it in Adobe, or keep it with "
                    f'adopt_id="{made.id}"'
                    + (" (running the command again takes it over)" if props.get("suffix") else ""),
                ) from None
        if problem:
            raise VerificationError(
                f"the new connection could not be tested and was deleted again: {problem}", connection_id=made.id
            )
        raise failed_test(clients, made.id, props, "it was deleted again")

    # --- update, delete ---------------------------------------------------------------------------------------------

    def _patch(
        self,
        clients: Clients,
        flow_service: FlowService,
        id_: str,
        etag: str,
        olds: Props,
        news: Props,
        params: Params | None,
    ) -> str:
        """Send the PATCH against a known etag, so that nobody's change is written over unseen; give the new etag."""
        ops = _patch_ops(str(olds.get("full_name") or _full_name(olds)), olds.get("description", ""), news, params)
        if not ops:
            return etag
        try:
            return flow_service.patch_connection(id_, etag, ops).etag
        except EtagMismatchError:
            found = flow_service.connection(id_)
        except NotFoundError:
            raise ConnectionStateError(
                f"the connection {id_} does not exist any more in sandbox {olds['sandbox']!r}",
                connection_id=id_,
                remedy="Run `pulumi refresh`, then `pulumi up` to make it again",
            ) from None
        except RejectedError as error:
            if re.search(r"\b(1300|1445)\b", error.code) or "patch" in str(error).lower():
                error.remedy = (
                    "Adobe does not let this connection be changed; `pulumi up --replace <its URN>` makes it anew, "
                    "after its dataflows are deleted"
                )
            raise
        strangers = _unexpected(found, olds, news)
        if found.updated_client == clients.settings.client_id and not strangers:
            # The last writer is this client and all it shows is old or wanted: our own PATCH, whose answer was lost.
            ops = _patch_ops(found.name, found.description, news, params)
            return flow_service.patch_connection(id_, found.etag, ops).etag if ops else found.etag
        when = datetime.fromtimestamp(found.updated_at / 1000, UTC).strftime("%Y-%m-%d %H:%M UTC")
        what = ", ".join(strangers) or "nothing that Adobe shows (perhaps a credential)"
        raise ChangedElsewhereError(
            f"the connection {id_} was changed elsewhere by {found.updated_by or found.updated_client or 'somebody'} "
            f"at {when}: {what}",
            connection_id=id_,
            remedy="Run `pulumi refresh` to see it, then `pulumi up` to set it back or after changing the program",
        )

    def _put_back(
        self, clients: Clients, flow_service: FlowService, id_: str, etag: str, olds: Props, news: Props
    ) -> NoReturn:
        """Make the connection what the state says it is, after its new credentials failed Adobe's test."""
        stands = NEW_ONES_STAY
        try:
            params = _params(clients, olds)
            stands = ""
            self._patch(clients, flow_service, id_, etag, news, olds, params)
        except ZohoAdobeError as error:
            stands = stands or after_lost_put_back(clients, flow_service, id_, etag)
            if stands:
                raise VerificationError(
                    f"Adobe's test of the connection {id_} fails with the new credentials, and {stands}: {error}",
                    connection_id=id_,
                    remedy="Correct the credentials and run `pulumi up` again",
                ) from None
        raise failed_test(clients, id_, news, "the old credentials were put back")

    def _refuse_if_in_use(self, id_: str, props: Props, doing: str) -> None:
        flow_service = self.clients_of(props).flow_service(props["sandbox"])
        dependents = flow_service.dependents(id_)
        if not dependents:
            return
        names = ", ".join(str(dependent) for dependent in dependents[:10])
        more = f" and {len(dependents) - 10} more" if len(dependents) > 10 else ""
        raise InUseError(
            f"the connection {id_} cannot be {doing}: in use by {names}{more}",
            connection_id=id_,
            remedy="Delete these first, or leave the connection as it is"
            + (f". {CUT_OFF}" if any(item.kind == "source connection" for item in dependents) else ""),
        )

    # --- read -------------------------------------------------------------------------------------------------------

    def _look_up(self, clients: Clients, id_: str, props: Props) -> ReadResult:
        """Read a connection that this stack does not manage."""
        settings = clients.settings
        if not id_:
            raise InputError("id", "it is empty", remedy="Pass the id of a base connection")
        found = clients.flow_service(settings.sandbox).connection(id_)
        outputs = {
            **props,
            "name": found.name,
            "accounts_url": found.params.get("accountsUrl", ""),
            "endpoint": found.params.get("endpoint", ""),
            "client_id": found.params.get("clientId", ""),
            "sandbox": settings.sandbox,
            "organization": settings.organization,
            "connection_spec": f"{found.spec_id}/{found.spec_version}",
        }
        if found.description:
            outputs["description"] = found.description
        center = data_center_of(outputs["accounts_url"])
        if center:
            outputs["data_center"] = center.code
        return ReadResult(id_, _outputs(outputs, found.etag, found.state))


Params = dict[str, str]

_WIRE = {
    "endpoint": "endpoint",
    "accounts_url": "accountsUrl",
    "client_id": "clientId",
    "client_secret": "clientSecret",
    "refresh_token": "refreshToken",
}


def _params(clients: Clients, props: Props) -> Params:
    """Give all six params of the authentication, as Flow Service wants them: a PATCH replaces them as a whole."""
    access_token = props.get("access_token") or clients.zoho_token(zoho_credentials(props)).value
    return {**{_WIRE[key]: props[key] for key in _WIRE}, "accessToken": access_token}


def _proven_params(clients: Clients, props: Props) -> Params:
    _verify_credentials(clients, props)
    return _params(clients, props)


def _verify_credentials(clients: Clients, props: Props) -> None:
    """Prove the credentials at Zoho before Adobe gets them, where the program asks for it."""
    if props.get("verify") == "credentials":
        # Loads the HTTP library, which the program does without.
        from zoho_adobe.verification import require_working

        require_working(zoho_credentials(props), clients.settings)


def _full_name(props: Mapping[str, Any]) -> str:
    suffix = props.get("suffix")
    return f"{props['name']} {suffix}" if suffix else str(props["name"])


def _outputs(inputs: Props, etag: str, state: str) -> Props:
    """Give everything the state keeps: the engine knows only what is returned here at the next read and delete."""
    kept = {key: inputs[key] for key in _INPUTS if key in inputs}
    return {**kept, "full_name": _full_name(inputs), "etag": etag, "state": state}


def _visible_credentials(found: Connection) -> Props:
    """Give what Adobe shows of the credentials; a URL's last slash means nothing, and check takes it away."""
    shown = {key: found.params.get(_WIRE[key], "") for key in ("endpoint", "accounts_url", "client_id")}
    shown["accounts_url"] = shown["accounts_url"].rstrip("/")
    return {key: value for key, value in shown.items() if value}


def _visible_inputs(found: Connection, props: Props) -> Props:
    """Give the inputs as Adobe shows them; what it masks or leaves out stays as the state has it."""
    suffix = props.get("suffix")
    name = found.name.removesuffix(f" {suffix}") if suffix else found.name
    visible = _visible_credentials(found)
    if found.description:
        visible["description"] = found.description
    if visible.get("accounts_url", props.get("accounts_url")) != props.get("accounts_url"):
        center = data_center_of(visible["accounts_url"])
        visible["data_center"] = center.code if center else ""
    return {**visible, "name": name}


def _patch_ops(name: str, description: str, news: Props, params: Params | None) -> list[dict[str, Any]]:
    """Give the instructions that make a connection with this name and description what is asked for."""
    ops: list[dict[str, Any]] = []
    if name != _full_name(news):
        ops.append({"op": "replace", "path": "/name", "value": _full_name(news)})
    ops += _description_ops(description, news.get("description", ""))
    if params is not None:
        ops.append({"op": "replace", "path": "/auth/params", "value": params})
    return ops


def _description_ops(old: str, new: str) -> list[dict[str, Any]]:
    if old == new:
        return []
    if not new:
        # Flow Service wants a value in every instruction, also in one that needs none.
        return [{"op": "remove", "path": "/description", "value": old}]
    return [{"op": "replace" if old else "add", "path": "/description", "value": new}]


def _unexpected(found: Connection, olds: Props, news: Props) -> list[str]:
    """List the visible fields that are neither as the state has them nor as the program wants them."""
    seen = {
        "name": (found.name, olds.get("full_name"), _full_name(olds), _full_name(news)),
        "description": (found.description, olds.get("description", ""), news.get("description", "")),
        **{key: (now, olds.get(key), news.get(key)) for key, now in _visible_credentials(found).items()},
    }
    return [f"{field} is {now!r}" for field, (now, *expected) in seen.items() if now not in expected]


def _check_endpoint(inputs: Props, problems: list[InputError]) -> None:
    """Report an endpoint in another data center than the accounts URL: the tokens of one are unknown in the other."""
    endpoint, code = inputs.get("endpoint"), inputs.get("data_center")
    if not (isinstance(endpoint, str) and isinstance(code, str)):
        return
    center = data_center_of(endpoint)
    if center and center.code != code:
        problems.append(
            InputError(
                "endpoint",
                f"{endpoint!r} is in Zoho's data center {center.code!r}, but the accounts URL is in {code!r}",
                remedy="Take both from the data center where the Zoho account lives",
            )
        )


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
        self.register(
            "BaseConnection",
            "BASE_CONNECTION",
            resource_name,
            {
                **dict.fromkeys((*_INPUTS, *_OUTPUTS)),
                "name": name,
                "suffix": own_suffix(suffix, resource_name),
                "description": description,
                "data_center": data_center,
                "accounts_url": accounts_url,
                "endpoint": endpoint,
                "client_id": client_id,
                "client_secret": secret(client_secret),
                "refresh_token": secret(refresh_token),
                "access_token": secret(access_token),
                "adopt_id": adopt_id,
                "verify": verify,
            },
            opts,
        )
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
        found.register(
            "BaseConnection",
            "BASE_CONNECTION",
            resource_name,
            dict.fromkeys((*_INPUTS, *_OUTPUTS)),
            pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(id=id)),
        )
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
