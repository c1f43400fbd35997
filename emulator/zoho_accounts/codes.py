"""Grant codes and the consents behind them."""

from __future__ import annotations

import hashlib
from base64 import urlsafe_b64encode

from emulator.core.clock import Clock
from emulator.core.store import Document, Store
from emulator.zoho_accounts import exceptions
from emulator.zoho_accounts.clients import ClientType
from emulator.zoho_accounts.options import OptionsStore
from emulator.zoho_accounts.tokens import pair_of, token_value


class QuotaSpent(Exception):  # noqa: N818 - reads as what it is
    """A client has asked for too many codes in a short time."""


class Codes:
    """Codes that are waiting for their exchange."""

    def __init__(self, store: Store, clock: Clock, options: OptionsStore) -> None:
        self._store = store
        self._clock = clock
        self._options = options
        self._codes = store.collection("zoho_codes")
        self._issued = store.collection("zoho_codes_issued")
        self._consents = store.collection("zoho_consents")

    def issue(
        self,
        binding: Document,
        *,
        lifetime: float,
        offline: bool,
        redirect_uri: str | None = None,
        challenge: str | None = None,
    ) -> Document:
        """Make a code. It knows already whether there is going to be a refresh token."""
        options, now = self._options.of(binding["client_id"]), self._clock.now()
        issued = self._issued.get(binding["client_id"]) or {"at": []}
        recent = [at for at in issued["at"] if at > now - options.window]
        if len(recent) >= options.codes:
            raise QuotaSpent
        code: Document = {
            "code": token_value(),
            "binding": binding,
            "offline": offline,
            "redirect_uri": redirect_uri,
            "challenge": challenge,
            "expires_at": now + lifetime,
        }
        with self._store.transaction():
            self._issued.put(binding["client_id"], {"at": [*recent, now]})
            self._codes.put(code["code"], code)
        return code

    def redeem(self, dc: str, client: Document, form: dict[str, str]) -> Document:
        """Take a code. Any attempt of its own client spends it."""
        code = self._codes.get(form.get("code", ""))
        if code is None:
            raise exceptions.invalid_code()
        binding = code["binding"]
        if (binding["dc"], binding["client_id"]) != (dc, client["client_id"]):
            raise exceptions.invalid_code()
        self._codes.delete(code["code"])
        if code["expires_at"] <= self._clock.now():
            raise exceptions.invalid_code()
        if code["redirect_uri"] not in (None, form.get("redirect_uri")):
            raise exceptions.invalid_redirect_uri()
        challenge = code["challenge"]
        if challenge is not None and challenge != challenge_of(form.get("code_verifier", "")):
            raise exceptions.invalid_code()
        if client["type"] == ClientType.MOBILE and challenge is None and not form.get("client_secret"):
            raise exceptions.invalid_client()
        return code

    def is_new(self, binding: Document) -> bool:
        """Return whether the account has not agreed to all of this before."""
        consent = self._consents.get(pair_of(binding))
        return consent is None or not set(binding["scopes"]) <= set(consent["scopes"])

    def agree(self, binding: Document) -> None:
        """Remember a consent."""
        earlier = (self._consents.get(pair_of(binding)) or {"scopes": []})["scopes"]
        self._consents.put(pair_of(binding), {"scopes": sorted({*earlier, *binding["scopes"]})})

    def secret_values(self) -> set[str]:
        return {code["code"] for code in self._codes.all()}


def challenge_of(verifier: str) -> str:
    """Compute the S256 challenge of a PKCE verifier."""
    digest = hashlib.sha256(verifier.encode()).digest()
    return urlsafe_b64encode(digest).rstrip(b"=").decode()
