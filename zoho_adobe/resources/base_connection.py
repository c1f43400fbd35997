"""The Zoho CRM base connection: the credentials with which Adobe reads Zoho.

Source: https://experienceleague.adobe.com/en/docs/experience-platform/sources/api-tutorials/create/crm/zoho
"""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, ClassVar, Literal, NoReturn

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
    LostAnswerError,
    NameTakenError,
    NotFoundError,
    RejectedError,
    SettingError,
    VerificationError,
    ZohoAdobeError,
)
from zoho_adobe.resources.lifecycle import (
    Lifecycle,
    Listing,
    ManagedResource,
    Props,
    is_unknown,
    known,
    one_line,
    require_text,
    same_organization,
    secret,
)
from zoho_adobe.settings import Settings, check_zoho_url

if TYPE_CHECKING:
    from zoho_adobe.api.clients import Clients
    from zoho_adobe.api.flow_service import Connection, FlowService, Made

CONNECTION_SPEC = "929e4450-0237-4ed2-9404-b7e1e0a00309/1.0"
"""Adobe's connection spec of Zoho CRM, id and version."""

Verify = Literal["connection", "none"]

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
_LONGEST_NAME = 255

# How long a connection may take to show up in a list after its POST, when the answer to the POST was lost.
_LOOKS_AFTER_A_LOST_ANSWER = (0.0, 1.0, 2.0)


class BaseConnectionLifecycle(Lifecycle):
    """Checks, creates, reads, updates and deletes base connections for the engine."""

    secrets: ClassVar[frozenset[str]] = frozenset({"client_secret", "refresh_token", "access_token"})

    def __init__(self) -> None:
        super().__init__()
        self._lock = threading.Lock()
        self._listings: dict[tuple[str, str], Listing[Connection]] = {}
        # What this process learned, to tell a lost create's leftover from an object that some state holds already.
        self._made_here: set[str] = set()
        self._in_state: set[str] = set()
        self._names_here: set[tuple[str, str]] = set()
        self._adopted: set[str] = set()
        self._to_adopt: set[str] = set()

    def check_inputs(self, olds: Props, news: Props, problems: list[InputError]) -> Props:
        """Complete the inputs: data center, sandbox, organization and spec are written into them."""
        inputs = {key: news[key] for key in _INPUTS if news.get(key) is not None}
        require_text(inputs, ("name", "endpoint", "client_id", "client_secret", "refresh_token"), problems)
        optional = [key for key in ("suffix", "description", "access_token", "adopt_id") if key in inputs]
        require_text(inputs, [key for key in optional if key != "description" or inputs[key]], problems)
        if known(inputs.get("description")) and not inputs["description"]:
            del inputs["description"]
        _check_name(inputs, problems)
        inputs.setdefault("verify", "connection")
        if known(inputs["verify"]) and inputs["verify"] not in ("connection", "none"):
            problems.append(
                InputError("verify", f"{inputs['verify']!r} is unknown", remedy='Use "connection" or "none"')
            )
        try:
            settings = self.settings()
        except SettingError as error:
            problems.append(error)
            return inputs
        _complete_data_center(inputs, settings, problems)
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
        elif not olds and inputs.get("adopt_id") in self._adopted | self._in_state:
            # The engine checks a replacement as if nothing had been there before.
            problems.append(
                InputError(
                    "adopt_id",
                    f"the connection {inputs['adopt_id']} is managed already and would be deleted by this replacement",
                    remedy="Remove adopt_id from the program first",
                )
            )
        elif not olds and known(inputs.get("adopt_id")):
            self._to_adopt.add(inputs["adopt_id"])
        # An access token lives for an hour: a newer one alone is no reason for an update.
        same = all(olds.get(key) == inputs.get(key) for key in _CREDENTIALS)
        if known(olds.get("access_token")) and "access_token" in inputs and same:
            inputs["access_token"] = olds["access_token"]

    @one_line
    def diff(self, _id: str, _olds: Props, _news: Props) -> DiffResult:
        """Name the inputs that replace the connection; the engine compares the rest itself."""
        with self._lock:
            self._in_state.add(_id)
        adopt_id = _news.get("adopt_id")
        if known(adopt_id) and adopt_id != _id:
            raise InputError(
                "adopt_id",
                f"the resource already manages {_id}, so it cannot adopt {adopt_id}",
                remedy="Remove adopt_id, or declare a resource with another name for that connection",
            )
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
        if props.get("adopt_id"):
            found = self._adopt(flow_service, props)
            return CreateResult(found.id, _outputs(props, found.etag, found.state))
        self._claim_name(props)
        try:
            made = self._find_or_make(clients, flow_service, props)
        except BaseException:
            self._release_name(props)
            raise
        with self._lock:
            self._made_here.add(made.id)
        return CreateResult(made.id, _outputs(props, made.etag, "enabled"))

    @one_line
    def read(self, id_: str, props: Props) -> ReadResult:
        """Read the connection where the state says it is, and give drift back as inputs."""
        self.protect(props)
        clients = self.clients_of(props)
        if "etag" not in props:
            return self._look_up(clients, id_, props)
        with self._lock:
            self._in_state.add(id_)
        flow_service = clients.flow_service(props["sandbox"])
        try:
            found = self._listing(flow_service, props).for_read(id_) or flow_service.connection(id_)
        except NotFoundError:
            return ReadResult(None, {})
        drifted = {**{key: props[key] for key in _INPUTS if key in props}, **_visible_inputs(found, props)}
        if not found.description:
            drifted.pop("description", None)
        return ReadResult(id_, _outputs(drifted, found.etag, found.state), drifted)

    @one_line
    def update(self, _id: str, _olds: Props, _news: Props) -> UpdateResult:
        """Change name, description and credentials in one PATCH."""
        self.protect(_olds)
        self.protect(_news)
        with self._lock:
            self._in_state.add(_id)
        clients = self.clients_of(_olds)
        flow_service = clients.flow_service(_olds["sandbox"])
        rotates = any(_olds.get(key) != _news.get(key) for key in (*_CREDENTIALS, "access_token"))
        ops = _patch_ops(_olds, _news, _params(clients, _news) if rotates else None)
        etag = str(_olds.get("etag", ""))
        if ops:
            try:
                etag = self._patch(clients, flow_service, _id, _olds, _news, ops)
            finally:
                self._listing(flow_service, _olds).changed()
        if rotates and _news["verify"] == "connection" and not flow_service.test_connection(_id):
            self._put_back(clients, flow_service, _id, _olds, etag)
        return UpdateResult(_outputs(_news, etag, str(_olds.get("state") or "enabled")))

    @one_line
    def delete(self, _id: str, _props: Props) -> None:
        """Delete the connection, unless something is still built on it."""
        self.protect(_props)
        with self._lock:
            if _id in self._made_here:
                raise ConnectionStateError(
                    f"the connection {_id} was made a moment ago, and its predecessor's delete would take it away",
                    connection_id=_id,
                    remedy="Run `pulumi refresh`, then `pulumi up`",
                )
            if _id in self._to_adopt:
                # A forced replacement, or a resource that was renamed without an alias.
                raise AdoptionError(
                    f"adopt_id: the connection {_id} would be deleted, though the program wants to adopt it",
                    connection_id=_id,
                    remedy="Remove adopt_id from the program before a replacement; a renamed resource needs an alias",
                )
            self._in_state.add(_id)
        clients = self.clients_of(_props)
        flow_service = clients.flow_service(_props["sandbox"])
        try:
            self._refuse_if_in_use(_id, _props, "deleted")
            flow_service.delete_connection(_id)
        finally:
            self._listing(flow_service, _props).changed()
        _wait_until_gone(flow_service, _id)

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
                *((key, found.params.get(_WIRE[key], ""), props[key]) for key in _VISIBLE_CREDENTIALS),
            )
            if theirs != ours and not (field in _VISIBLE_CREDENTIALS and not theirs)
        ]
        if differences:
            raise AdoptionError(
                f"adopt_id: {id_} is not as the program describes it: {'; '.join(differences)}",
                connection_id=id_,
                remedy="Make the program say what Adobe has, adopt, and change it afterwards",
            )
        return found

    def _claim_name(self, props: Props) -> None:
        """Refuse a second resource of the same full name: each would take the other's connection for its own."""
        claim = (props["sandbox"], _full_name(props))
        with self._lock:
            if claim in self._names_here:
                raise NameTakenError(
                    f"name: two resources of this program are named {claim[1]!r} in sandbox {claim[0]!r}",
                    remedy="Give one of them another name",
                )
            self._names_here.add(claim)

    def _release_name(self, props: Props) -> None:
        with self._lock:
            self._names_here.discard((props["sandbox"], _full_name(props)))

    def _find_or_make(self, clients: Clients, flow_service: FlowService, props: Props) -> Made:
        listing = self._listing(flow_service, props)
        leftover = self._leftover(listing.named(_full_name(props)), props)
        if leftover is None:
            params = _params(clients, props)
            made = self._make(flow_service, listing, props, params)
        else:
            made = self._take_over(clients, flow_service, leftover, props)
        listing.changed()
        if props["verify"] == "connection":
            self._test(flow_service, made, props)
        return made

    def _make(self, flow_service: FlowService, listing: Listing[Connection], props: Props, params: Params) -> Made:
        """Send the POST; after an answer that never came, look what it did before sending it again."""
        from zoho_adobe.api.flow_service import Made

        full_name = _full_name(props)
        for last in (False, True):
            try:
                made = flow_service.create_connection(full_name, props.get("description", ""), params)
                if last and props.get("suffix"):
                    self._delete_twins(flow_service, listing, full_name, made)
                return made
            except LostAnswerError as error:
                for wait in _LOOKS_AFTER_A_LOST_ANSWER:
                    time.sleep(wait)
                    found = self._leftover(listing.named(full_name, fresh=True), props)
                    if found is not None:
                        # Made from this very request, so there is nothing to bring up to date.
                        return Made(found.id, found.etag)
                if last:
                    raise LostAnswerError(
                        f"{error.message}, twice, and no connection named {full_name!r} has appeared",
                        remedy="Run the same command again: it looks for the connection before making one",
                    ) from error
        raise AssertionError("unreachable")

    def _delete_twins(
        self, flow_service: FlowService, listing: Listing[Connection], full_name: str, made: Made
    ) -> None:
        """Delete what an earlier POST of this create made after all, too late to be found."""
        for twin in listing.named(full_name, fresh=True):
            if twin.id != made.id:
                flow_service.delete_connection(twin.id)

    def _leftover(self, matches: list[Connection], props: Props) -> Connection | None:
        """Tell a lost create's leftover from somebody else's connection of the same name.

        Raises:
            NameTakenError: the name is taken by a connection that is not ours to take over.
        """
        full_name = _full_name(props)
        if not matches:
            return None
        ids = ", ".join(match.id for match in matches)
        if not props.get("suffix"):
            raise NameTakenError(
                f"name: the sandbox {props['sandbox']!r} already has a connection named {full_name!r} ({ids})",
                connection_id=matches[0].id,
                remedy=f"Choose another name, pass a suffix, or bring that one under management with "
                f'adopt_id="{matches[0].id}"',
            )
        if len(matches) > 1:
            raise NameTakenError(
                f"name: the sandbox {props['sandbox']!r} has several connections named {full_name!r} ({ids})",
                connection_id=matches[0].id,
                remedy="Delete all but one of them in Adobe, then run the command again",
            )
        match = matches[0]
        with self._lock:
            managed = match.id in self._in_state | self._made_here
        if managed:
            raise NameTakenError(
                f"name: {full_name!r} is still the name of another resource of this stack ({match.id})",
                connection_id=match.id,
                remedy="Run the command again once that resource has been renamed or deleted",
            )
        return match

    def _take_over(self, clients: Clients, flow_service: FlowService, found: Connection, props: Props) -> Made:
        """Bring the leftover of a lost create to what is asked for now."""
        spec = f"{found.spec_id}/{found.spec_version}"
        if spec != CONNECTION_SPEC:
            raise NameTakenError(
                f"name: {found.id} has this name but another connection spec, {spec}", connection_id=found.id
            )
        ops = [
            {"op": "replace", "path": "/auth/params", "value": _params(clients, props)},
            *_description_ops(found.description, props.get("description", "")),
        ]
        return flow_service.patch_connection(found.id, found.etag, ops)

    def _test(self, flow_service: FlowService, made: Made, props: Props) -> None:
        """Let Adobe try the new connection, and delete it again if it does not work."""
        try:
            if flow_service.test_connection(made.id):
                return
            problem: ZohoAdobeError = _failed_test(made.id, props, "it was deleted again")
        except ZohoAdobeError as error:
            problem = VerificationError(
                f"the new connection could not be tested and was deleted again: {error}",
                connection_id=made.id,
            )
        try:
            flow_service.delete_connection(made.id)
        except ZohoAdobeError as error:
            raise VerificationError(
                f"the connection {made.id} was made but could not be tested, nor deleted again: {error}",
                connection_id=made.id,
                remedy=f"Delete it in Adobe, or keep it with "
                f'adopt_id="{made.id}"' + (" (running the command again takes it over)" if props.get("suffix") else ""),
            ) from None
        raise problem

    # --- update, delete ---------------------------------------------------------------------------------------------

    def _patch(
        self,
        clients: Clients,
        flow_service: FlowService,
        id_: str,
        olds: Props,
        news: Props,
        ops: list[dict[str, Any]],
    ) -> str:
        """Send the PATCH against the etag of the state, so that nobody's change is written over unseen."""
        try:
            return flow_service.patch_connection(id_, str(olds.get("etag", "")), ops).etag
        except EtagMismatchError:
            found = flow_service.connection(id_)
        except NotFoundError:
            raise ConnectionStateError(
                f"the connection {id_} does not exist any more in sandbox {olds['sandbox']!r}",
                connection_id=id_,
                remedy="Run `pulumi refresh`, then `pulumi up` to make it again",
            ) from None
        except RejectedError as error:
            if error.code.startswith(("1300", "1445")) or "patch" in str(error).lower():
                error.remedy = (
                    "Adobe does not let this connection be changed; `pulumi up --replace <its URN>` makes it anew, "
                    "after its dataflows are deleted"
                )
            raise
        strangers = _unexpected(found, olds, news)
        if found.updated_client == clients.settings.client_id and not strangers:
            # The last writer is this client and all it shows is old or wanted: our own PATCH, whose answer was lost.
            return flow_service.patch_connection(id_, found.etag, ops).etag
        when = datetime.fromtimestamp(found.updated_at / 1000, UTC).strftime("%Y-%m-%d %H:%M UTC")
        what = ", ".join(strangers) or "nothing that Adobe shows (perhaps a credential)"
        raise ChangedElsewhereError(
            f"the connection {id_} was changed elsewhere by {found.updated_by or found.updated_client or 'somebody'} "
            f"at {when}: {what}",
            connection_id=id_,
            remedy="Run `pulumi refresh` to see it, then `pulumi up` to set it back or after changing the program",
        )

    def _put_back(self, clients: Clients, flow_service: FlowService, id_: str, olds: Props, etag: str) -> NoReturn:
        """Give the connection its working credentials back after new ones failed Adobe's test."""
        try:
            params = _params(clients, olds)
            ops = [{"op": "replace", "path": "/auth/params", "value": params}]
            flow_service.patch_connection(id_, etag, ops)
        except ZohoAdobeError as error:
            raise VerificationError(
                f"Adobe's test of the connection {id_} fails with the new credentials, and the old ones could not be "
                f"put back: {error}",
                connection_id=id_,
                remedy="Correct the credentials and run `pulumi up` again",
            ) from None
        raise _failed_test(id_, olds, "the old credentials were put back")

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
            remedy="Delete these first, or leave the connection as it is",
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

    def _listing(self, flow_service: FlowService, props: Props) -> Listing[Connection]:
        key = (props["organization"], props["sandbox"])
        with self._lock:
            if key not in self._listings:
                self._listings[key] = Listing(flow_service.connections)
            return self._listings[key]


Params = dict[str, str]

_WIRE = {
    "endpoint": "endpoint",
    "accounts_url": "accountsUrl",
    "client_id": "clientId",
    "client_secret": "clientSecret",
    "refresh_token": "refreshToken",
}
_VISIBLE_CREDENTIALS = ("endpoint", "accounts_url", "client_id")


def _params(clients: Clients, props: Props) -> Params:
    """Give all six params of the authentication, as Flow Service wants them: a PATCH replaces them as a whole."""
    access_token = props.get("access_token")
    if not access_token:
        access_token = clients.zoho_token(
            props["accounts_url"], props["client_id"], props["client_secret"], props["refresh_token"]
        ).value
    return {**{_WIRE[key]: props[key] for key in _WIRE}, "accessToken": access_token}


def _full_name(props: Mapping[str, Any]) -> str:
    suffix = props.get("suffix")
    return f"{props['name']} {suffix}" if suffix else str(props["name"])


def _outputs(inputs: Props, etag: str, state: str) -> Props:
    """Give everything the state keeps: the engine knows only what is returned here at the next read and delete."""
    kept = {key: inputs[key] for key in _INPUTS if key in inputs}
    return {**kept, "full_name": _full_name(inputs), "etag": etag, "state": state}


def _visible_inputs(found: Connection, props: Props) -> Props:
    """Give the inputs as Adobe shows them; what it masks or leaves out stays as the state has it."""
    suffix = props.get("suffix")
    name = found.name.removesuffix(f" {suffix}") if suffix else found.name
    visible = {key: found.params[_WIRE[key]] for key in _VISIBLE_CREDENTIALS if found.params.get(_WIRE[key])}
    if found.description:
        visible["description"] = found.description
    if visible.get("accounts_url", props.get("accounts_url")) != props.get("accounts_url"):
        center = data_center_of(visible["accounts_url"])
        visible["data_center"] = center.code if center else ""
    return {**visible, "name": name}


def _patch_ops(olds: Props, news: Props, params: Params | None) -> list[dict[str, Any]]:
    ops: list[dict[str, Any]] = []
    if _full_name(olds) != _full_name(news):
        ops.append({"op": "replace", "path": "/name", "value": _full_name(news)})
    ops += _description_ops(olds.get("description", ""), news.get("description", ""))
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
        "name": (found.name, _full_name(olds), _full_name(news)),
        "description": (found.description, olds.get("description", ""), news.get("description", "")),
        **{
            key: (found.params[_WIRE[key]], olds.get(key), news.get(key))
            for key in _VISIBLE_CREDENTIALS
            if found.params.get(_WIRE[key])
        },
    }
    return [f"{field} is {now!r}" for field, (now, *expected) in seen.items() if now not in expected]


def _failed_test(id_: str, props: Props, done: str) -> VerificationError:
    minted = not props.get("access_token")
    believed = (
        "Zoho accepts the credentials, so check the endpoint and that Zoho lets Adobe's addresses of your region in"
        if minted
        else "Check the credentials, the endpoint, and that Zoho lets Adobe's addresses of your region in"
    )
    return VerificationError(
        f"Adobe's test of the connection {id_} fails; {done}",
        connection_id=id_,
        remedy=f"{believed}: https://experienceleague.adobe.com/en/docs/experience-platform/sources/"
        "ip-address-allow-list",
    )


def _wait_until_gone(flow_service: FlowService, id_: str) -> None:
    """Wait until Flow Service answers 404, as its guide tells to confirm a delete."""
    for wait in (0.0, 0.5, 1.0, 2.0, 4.0, 8.0):
        time.sleep(wait)
        try:
            flow_service.connection(id_)
        except NotFoundError:
            return
    raise ConnectionStateError(
        f"Flow Service accepted the delete of the connection {id_} but still shows it",
        connection_id=id_,
        remedy="Run the command again in a few minutes",
    )


def _check_name(inputs: Props, problems: list[InputError]) -> None:
    name = inputs.get("name")
    if not isinstance(name, str):
        return
    if len(name) > _LONGEST_NAME:
        problems.append(InputError("name", f"it has {len(name)} characters", remedy=f"Use at most {_LONGEST_NAME}"))
    if any(ord(character) < 32 for character in name):
        problems.append(InputError("name", "it has control characters", remedy="Remove them"))


def _complete_data_center(inputs: Props, settings: Settings, problems: list[InputError]) -> None:
    """Derive accounts URL and data center from each other, and report where they contradict."""
    code, url = inputs.get("data_center"), inputs.get("accounts_url")
    if is_unknown(code) or is_unknown(url):
        return
    if not code and not url:
        problems.append(
            InputError(
                "data_center",
                "it is missing",
                remedy=f"Pass one of {', '.join(DATA_CENTERS)}, or accounts_url",
            )
        )
        return
    if code is not None and code not in DATA_CENTERS:
        problems.append(
            InputError("data_center", f"{code!r} is unknown", remedy=f"Use one of {', '.join(DATA_CENTERS)}")
        )
        return
    if url is None:
        inputs["accounts_url"] = DATA_CENTERS[str(code)].accounts_url
        return
    try:
        check_zoho_url("accounts_url", str(url), settings.allowed_hosts)
    except SettingError as error:
        problems.append(error)
        return
    inputs["accounts_url"] = str(url).rstrip("/")
    center = data_center_of(str(url))
    if center and code and center.code != code:
        problems.append(
            InputError(
                "accounts_url",
                f"{url} is in Zoho's data center {center.code!r}, but data_center is {code!r}",
                remedy="Pass only one of them",
            )
        )
    elif center:
        inputs["data_center"] = center.code


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
        verify: "connection" lets Adobe test the connection after it is made and after its credentials change.
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
        super().__init__(
            "BaseConnection",
            "BASE_CONNECTION",
            resource_name,
            {
                **dict.fromkeys((*_INPUTS, *_OUTPUTS)),
                "name": name,
                "suffix": _own_suffix(suffix, resource_name),
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
        ManagedResource.__init__(
            found,
            "BaseConnection",
            "BASE_CONNECTION",
            resource_name,
            dict.fromkeys((*_INPUTS, *_OUTPUTS)),
            pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(id=id)),
        )
        return found


def _own_suffix(seed: pulumi.Input[str] | None, resource_name: str) -> pulumi.Output[str] | None:
    """Derive a resource's own suffix from the stack's seed, so that no two resources share one."""
    if seed is None:
        return None
    return pulumi.Output.from_input(seed).apply(
        lambda value: hashlib.sha256(f"{value}\n{resource_name}".encode()).hexdigest()[:8] if value else value
    )


_warned = False


def _warn_of_deprecation() -> None:
    global _warned
    if _warned or pulumi.Config("zoho-adobe").get_bool("silenceDeprecation"):
        return
    _warned = True
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
