"""What the platform's gateway checks of a request before any service sees it."""

from __future__ import annotations

from dataclasses import dataclass

from emulator.core.http import JSON, Refusal, Request, json_answer
from emulator.core.store import Document
from emulator.ims.models import Ims


class GatewayRefused(Refusal):
    """A gateway error body. Documents disagree on the type of `error_code`, so both types are answered:
    a number with 401, as Flow Service's own document has it, a string elsewhere."""

    def __init__(self, status: int, code: int | str, message: str) -> None:
        super().__init__(json_answer({"error_code": code, "message": message}, status))


class BadRequest(Refusal):
    """The gateway's answer to a request that it cannot read."""

    def __init__(self, detail: str) -> None:
        body = {"type": "/placeholder/type/uri", "status": 400, "title": "BadRequestError", "detail": detail}
        super().__init__(json_answer(body, 400))


@dataclass(frozen=True, slots=True)
class Caller:
    """A client that proved who it is."""

    client: Document

    @property
    def client_id(self) -> str:
        return str(self.client["client_id"])

    @property
    def organization(self) -> str:
        return str(self.client["organization"])

    def has(self, permission: str) -> bool:
        return permission in self.client["permissions"]


def authenticate(ims: Ims, request: Request) -> Caller:
    """Check token and API key; the organization's header is the service's business."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if not token.strip():
        raise GatewayRefused(403, "403010", "Oauth token is missing")
    client = ims.client_of(token) if scheme == "Bearer" else None
    if client is None:
        raise GatewayRefused(401, 401013, "Oauth token is not valid")
    api_key = request.headers.get("x-api-key", "")
    if not api_key:
        raise GatewayRefused(403, "403000", "Api Key is required")
    if api_key != client["client_id"]:
        raise GatewayRefused(403, "403003", "Api Key is invalid")
    if request.body and request.media_type() != JSON:
        raise BadRequest("A valid content-type must be specified.")
    return Caller(client)
