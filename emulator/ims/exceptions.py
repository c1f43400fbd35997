"""The errors of the token endpoint, in OAuth's shape."""

from __future__ import annotations

from emulator.core.http import Refusal, json_answer


class TokenRefused(Refusal):
    """An OAuth error body."""

    def __init__(self, status: int, error: str, description: str) -> None:
        super().__init__(json_answer({"error": error, "error_description": description}, status))


def unknown_client() -> TokenRefused:
    """No such client id."""
    return TokenRefused(400, "invalid_client", "invalid client_id parameter")


def wrong_secret() -> TokenRefused:
    """The client exists, its secret is another."""
    return TokenRefused(401, "invalid_client", "invalid client_secret parameter")


def bad_scope(scope: str) -> TokenRefused:
    """A scope that the credential does not have, or none at all."""
    return TokenRefused(400, "invalid_scope", f"invalid scope: {scope}" if scope else "missing scope parameter")


def bad_grant_type() -> TokenRefused:
    """Only client_credentials is emulated."""
    return TokenRefused(400, "unsupported_grant_type", "invalid grant_type parameter")
