"""A consent at Zoho as a resource: a grant token, exchanged once for tokens that the stack keeps.

Source: https://www.zoho.com/accounts/protocol/oauth/self-client/authorization-code-flow.html
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, TypedDict

import pulumi
from pulumi.dynamic import ReadResult

from zoho_adobe.errors import InputError, SettingError
from zoho_adobe.redaction import protect
from zoho_adobe.resources.call import Call
from zoho_adobe.resources.checks import Props, known, require_text
from zoho_adobe.resources.engine_life import require_engine
from zoho_adobe.resources.inputs import Declaration, Given, Input, NeededForGood, Output
from zoho_adobe.resources.lifecycle import Lifecycle
from zoho_adobe.resources.managed import ManagedResource, secret_output
from zoho_adobe.resources.zoho_inputs import complete_data_center
from zoho_adobe.settings import Reach, check_named_url, read_reach

if TYPE_CHECKING:
    from zoho_adobe.api.zoho_accounts import ZohoAccounts


class GrantProps(TypedDict, total=False):
    """The properties of a grant."""

    client_id: NeededForGood
    client_secret: Annotated[str, Input(required=True, secret=True)]
    # Both matter to the exchange alone.
    code: Annotated[str, Input(secret=True, checked=False)]
    redirect_uri: Annotated[str, Input(checked=False)]
    data_center: Annotated[str, Input(completed=True, checked=False)]
    accounts_url: Annotated[str, Input(completed=True, checked=False, replaces=True)]
    revoke_on_delete: Annotated[bool, Input(default=False)]
    access_token: Annotated[str, Output(secret=True)]
    refresh_token: Annotated[str, Output(secret=True)]
    api_domain: Given
    scopes: Annotated[list[str], Output()]


DECLARATION = Declaration("ZohoGrant", "ZOHO_GRANT", GrantProps)


class ZohoGrantLifecycle(Lifecycle[Call[GrantProps]]):
    """The lifecycle of grants."""

    declaration = DECLARATION
    noun = "grant"
    calls = Call[GrantProps]

    def __init__(self) -> None:
        super().__init__()
        self._lock = threading.Lock()
        self._spent: set[str] = set()
        self._to_exchange: set[str] = set()

    def examine(self, olds: Props, _news: Props, inputs: Props, problems: list[InputError]) -> None:
        """Keep what mattered to the exchange alone, and complete the data center."""
        self._carry_on(olds, inputs, problems)
        if "redirect_uri" in inputs:
            require_text(inputs, ("redirect_uri",), problems)
        try:
            complete_data_center(inputs, self._reach().allowed_hosts, problems)
        except SettingError as error:
            problems.append(error)

    def _carry_on(self, olds: Props, inputs: Props, problems: list[InputError]) -> None:
        """Keep the code that was exchanged: it is spent, so another one, or none, is not a change.

        A replacement is checked as if nothing had been there before, so it takes the program's code, which must be new.
        """
        if known(olds.get("code")):
            with self._lock:
                self._spent.add(_digest(olds["code"]))
            # What the program no longer gives, the engine would not mark as secret by itself.
            inputs["code"] = olds["code"] if "code" in inputs else secret_output(olds["code"])
            inputs.pop("redirect_uri", None)
            if "redirect_uri" in olds:
                inputs["redirect_uri"] = olds["redirect_uri"]
            return
        require_text(inputs, ("code",), problems)
        if not known(inputs.get("code")):
            return
        with self._lock:
            self._to_exchange.add(_digest(str(inputs["code"])))
            spent = _digest(str(inputs["code"])) in self._spent
        if spent:
            problems.append(_needs_new_code())

    def make(self, call: Call[GrantProps]) -> tuple[str, Props]:
        """Exchange the grant token, once: whatever becomes of the answer, it is spent."""
        require_engine()
        props = call.news
        tokens = self._accounts(props).exchange(
            props["client_id"], props["client_secret"], props["code"], redirect_uri=props.get("redirect_uri", "")
        )
        check_named_url("api_domain", tokens.access.api_domain, props["accounts_url"], self._reach().allowed_hosts)
        given = {
            "access_token": tokens.access.value,
            "refresh_token": tokens.refresh_token,
            "api_domain": tokens.access.api_domain,
            "scopes": list(tokens.access.scopes),
        }
        return f"{props['client_id']}/{_digest(tokens.refresh_token)[:16]}", self._outputs(props, given)

    def show(self, call: Call[GrantProps]) -> ReadResult:
        """Return what the state has: to ask Zoho would spend the client's budget."""
        if not call.olds.get("refresh_token"):
            raise InputError("id", "a grant cannot be looked up: Zoho gives its tokens once, to whoever exchanges it")
        return ReadResult(call.id, self._outputs(call.olds, call.olds))

    def patch(self, call: Call[GrantProps]) -> Props:
        """Take over a rotated client secret, or another wish for the delete; the tokens stay."""
        return self._outputs(call.news, call.olds)

    def remove(self, call: Call[GrantProps]) -> None:
        """Forget the tokens, and revoke them only where the program says so."""
        with self._lock:
            replaced_by_itself = _digest(str(call.olds.get("code"))) in self._to_exchange
        if replaced_by_itself:
            # A replacement that somebody forces is checked without a look at what is there, so it shows only here.
            raise _needs_new_code()
        if call.olds.get("revoke_on_delete"):
            self._accounts(call.olds).revoke(call.olds["refresh_token"])

    def _reach(self) -> Reach:
        return read_reach(self.configured)

    def _accounts(self, props: GrantProps) -> ZohoAccounts:
        from zoho_adobe.api.zoho_accounts import ZohoAccounts

        return ZohoAccounts(props["accounts_url"], timeout=self._reach().request_timeout)

    def _outputs(self, inputs: GrantProps, given: Mapping[str, Any]) -> Props:
        """Return everything the state keeps, with the tokens as secrets."""
        protect(*(given.get(key) for key in DECLARATION.secret_outputs))
        outputs = self.outputs(inputs, **{key: given.get(key) for key in DECLARATION.outputs})
        marked = {key: secret_output(outputs[key]) for key in ("code", *DECLARATION.secret_outputs) if key in outputs}
        return {**outputs, **marked}


def _needs_new_code() -> InputError:
    return InputError(
        "code",
        "this grant token was exchanged before, and a replacement needs one of its own",
        remedy="Make a new grant token and run the command again before it expires",
    )


def _digest(value: str) -> str:
    return hashlib.sha256(value.encode()).hexdigest()


class ZohoGrant(ManagedResource):
    """A consent that a person gave at Zoho, exchanged for a refresh token that the stack keeps, encrypted.

    The grant token is good for a few minutes, once. After the exchange the resource keeps its tokens: another code in
    the program, or none, changes nothing. To consent anew, pass a new code and replace the resource
    (`pulumi up --target-replace <its URN>`). A run that is cut off during the exchange has spent the code.

    Args:
        resource_name: the logical name in the stack.
        client_id: the client id registered at Zoho's API console.
        client_secret: its secret.
        code: the grant token; only the exchange needs it.
        redirect_uri: the redirect URI that the code came to; left out for a self client, which has none.
        data_center: the code of Zoho's data center, such as "eu"; one of this and accounts_url is needed.
        accounts_url: the URL of Zoho's accounts server, instead of a code.
        revoke_on_delete: whether deleting the resource revokes the tokens; it cuts off whatever uses them, Adobe too.
        opts: the resource's options; deleting before replacing is always on.

    Attributes:
        refresh_token: the refresh token, a secret.
        access_token: the access token that came with it, a secret; good for an hour and not renewed here.
        api_domain: the base URL of the account's API.
        scopes: what the consent covers.
        data_center: the code of Zoho's data center, where it is one of the known ones.
        accounts_url: the URL of Zoho's accounts server.
        client_id: the client's id.
    """

    declaration = DECLARATION

    refresh_token: pulumi.Output[str]
    access_token: pulumi.Output[str]
    api_domain: pulumi.Output[str]
    scopes: pulumi.Output[list[str]]
    data_center: pulumi.Output[str | None]
    accounts_url: pulumi.Output[str]
    client_id: pulumi.Output[str]

    def __init__(
        self,
        resource_name: str,
        *,
        client_id: pulumi.Input[str],
        client_secret: pulumi.Input[str],
        code: pulumi.Input[str] | None = None,
        redirect_uri: pulumi.Input[str] | None = None,
        data_center: pulumi.Input[str] | None = None,
        accounts_url: pulumi.Input[str] | None = None,
        revoke_on_delete: pulumi.Input[bool] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        self.register(resource_name, locals(), opts)
