"""Token requests in, token answers out."""

from __future__ import annotations

from emulator.core.http import Answer, Request, json_answer
from emulator.ims.models import Ims


class ImsResponses:
    """HTTP of the emulated IMS."""

    def __init__(self, ims: Ims) -> None:
        self._ims = ims

    def token(self, request: Request) -> Answer:
        form = request.form()
        issued = self._ims.issue(
            form.get("grant_type", ""),
            form.get("client_id", ""),
            form.get("client_secret", ""),
            form.get("scope", ""),
        )
        return json_answer(
            {"access_token": issued.access_token, "token_type": "bearer", "expires_in": issued.expires_in},
            headers={"Cache-Control": "no-store"},
        )
