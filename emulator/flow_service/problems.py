"""The shapes of Adobe's errors, and the rows that a table of errors is made of.

Bodies that Adobe's documents show are answered as shown. Of the rest only code, title and message are
documented, not their place in the JSON: those take the problem shape of the platform's other services.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from emulator.core.http import Refusal, json_answer


class Problem(Refusal):
    """An error of the documented catalogue."""

    def __init__(self, code: str, title: str, detail: str) -> None:
        status = int(code[-3:])
        self.code, self.detail = code, detail
        chain = {
            "serviceId": "flowService",
            "errorCode": code,
            "invokingServiceId": "flowService",
            "unixTimeStampMs": int(time.time() * 1000),
        }
        body = {
            "type": f"http://ns.adobe.com/aep/errors/{code}",
            "title": title,
            "status": status,
            "detail": detail,
            "error-chain": [chain],
        }
        super().__init__(json_answer(body, status))


@dataclass(frozen=True, slots=True)
class Row:
    """One error of a table. The numbered places of its text are filled where it is raised."""

    shape: Callable[[str], Refusal]
    text: str

    def __call__(self, *values: object) -> Refusal:
        return self.shape(self.text.format(*values))


def flow(code: str, text: str, title: str = "Invalid request") -> Row:
    """A row of Flow Service's own catalogue."""
    return Row(partial(Problem, f"FLOW-{code}", title), text)


def connector(code: str, text: str, title: str = "Bad Request") -> Row:
    """A row of the connectors' catalogue."""
    return Row(partial(Problem, f"CONNECTOR-{code}", title), text)


def message(status: int, text: str) -> Row:
    """An error shown as `errorMessage` and `errorDetails`."""

    def shape(detail: str) -> Refusal:
        return Refusal(json_answer({"errorMessage": detail, "errorDetails": detail}, status))

    return Row(shape, text)


def plain(status: int, text: str) -> Row:
    """An error shown as `message` alone."""
    return Row(lambda detail: Refusal(json_answer({"message": detail}, status)), text)
