"""What a client asks a person for, checked before anybody is shown anything."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from emulator.core.store import Document
from emulator.zoho_accounts import scopes
from emulator.zoho_accounts.clients import REDIRECTING, Clients, ClientType

MANDATORY = ("client_id", "response_type", "redirect_uri", "scope")


class BadAsk(Exception):  # noqa: N818 - reads as what it is
    """A request that is answered with a page, as there is no place that it could be trusted to redirect to."""

    def __init__(self, title: str, text: str) -> None:
        super().__init__(text)
        self.title = title
        self.text = text


@dataclass(frozen=True, slots=True)
class Ask:
    """A valid authorization request."""

    client: Document
    scopes: list[str]
    redirect_uri: str
    state: str | None
    offline: bool
    prompt: bool
    challenge: str | None

    @property
    def wants_token(self) -> bool:
        return bool(self.client["type"] == ClientType.JAVASCRIPT)

    def redirect(self, fields: dict[str, str]) -> str:
        """Return the URL that brings these fields to the client."""
        if self.state is not None:
            fields = {"state": self.state, **fields}
        mark = "&" if "?" in self.redirect_uri else "?"
        return self.redirect_uri + ("#" if self.wants_token else mark) + urlencode(fields)


def read_ask(clients: Clients, dc: str, query: dict[str, str]) -> Ask:
    """Check an authorization request."""
    missing = [name for name in MANDATORY if not query.get(name)]
    if missing:
        raise BadAsk("Missing Parameter", f"The request lacks {', '.join(missing)}.")
    client = clients.at(dc, query["client_id"])
    if client is None:
        raise BadAsk("Invalid Client", "The transmitted client ID does not exist in this data center.")
    if client["type"] not in REDIRECTING:
        raise BadAsk("Invalid Client", f"A client of the type {client['type']} does not get its tokens here.")
    if query["redirect_uri"] not in client["redirect_uris"]:
        raise BadAsk("Invalid Redirect URI", "The redirect URI is not one that was registered for this client.")
    asked = scopes.parse(query["scope"])
    if asked is None:
        raise BadAsk("Invalid OAuth Scope", "A requested scope does not exist. Scopes are separated by commas.")
    expected = "token" if client["type"] == ClientType.JAVASCRIPT else "code"
    if query["response_type"] != expected:
        raise BadAsk("Invalid Response Type", f"A client of the type {client['type']} can only ask for a {expected}.")
    access_type = query.get("access_type", "online")
    if access_type not in ("online", "offline"):
        raise BadAsk("Invalid Access Type", "The access type is either online or offline.")
    return Ask(
        client=client,
        scopes=asked,
        redirect_uri=query["redirect_uri"],
        state=query.get("state"),
        offline=access_type == "offline" and expected == "code",
        prompt=query.get("prompt", "").lower() == "consent",
        challenge=_challenge(client, query),
    )


def _challenge(client: Document, query: dict[str, str]) -> str | None:
    # PKCE is documented for public clients; others have their secret.
    if client["type"] != ClientType.MOBILE or "code_challenge" not in query:
        return None
    if query.get("code_challenge_method") != "S256":
        raise BadAsk("Invalid Code Challenge Method", "The only code challenge method is S256.")
    return query["code_challenge"]
