"""Flow Service's errors.

Bodies that Adobe's documents show are answered as shown. Of the rest only code, title and message are
documented, not their place in the JSON: those take the problem shape of the platform's other services.
"""

from __future__ import annotations

import time
from collections.abc import Iterable

from emulator.core.http import Refusal, json_answer

FLOW, CONNECTOR = "FLOW", "CONNECTOR"
INVALID, BAD = "Invalid request", "Bad Request"


class Problem(Refusal):
    """An error of the documented catalogue."""

    def __init__(self, code: str, title: str, detail: str, layer: str = FLOW) -> None:
        name, status = f"{layer}-{code}", int(code[-3:])
        chain = {
            "serviceId": "flowService",
            "errorCode": name,
            "invokingServiceId": "flowService",
            "unixTimeStampMs": int(time.time() * 1000),
        }
        body = {
            "type": f"http://ns.adobe.com/aep/errors/{name}",
            "title": title,
            "status": status,
            "detail": detail,
            "error-chain": [chain],
        }
        super().__init__(json_answer(body, status))


class Message(Refusal):
    """An error shown as `errorMessage` and `errorDetails`."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(json_answer({"errorMessage": message, "errorDetails": message}, status))


# Organization, sandbox, permission


def organization_missing() -> Problem:
    """No x-gw-ims-org-id, or an empty one."""
    return Problem(
        "2001-401",
        "Header is missing or empty",
        "The header x-gw-ims-org-id is either missing or empty. Please update the header value and try again.",
    )


def organization_refused() -> Problem:
    """The token belongs to another organization."""
    return Problem(
        "2000-401",
        "Invalid authorization token",
        "The authorization token does not have access to this organization or the organization does not "
        "exist. Please ensure that the organization exists or contact your administrator to gain access.",
    )


def sandbox_missing() -> Problem:
    """No x-sandbox-name."""
    return Problem(
        "2105-400",
        "Header is missing",
        "The header x-sandbox-name is missing in the request. Please add the header in the request and try again.",
    )


def sandbox_unknown(name: str) -> Problem:
    """A sandbox that the organization does not have."""
    return Problem(
        "2100-404",
        "Sandbox not found",
        f"The sandbox with the name '{name}' could not be found. "
        "Please ensure that the sandbox name is correct and try again.",
    )


def write_missing() -> Problem:
    """A client without any permission writes."""
    return Problem(
        "2118-403",
        "Missing permission",
        "The permission write is missing. Please contact your administrator to resolve permissions and try again.",
    )


def read_missing() -> Problem:
    """A client without any permission reads."""
    return Problem(
        "2120-403",
        "Forbidden",
        "You do not have sufficient permissions to perform the operation. "
        "Please contact your administrator to resolve permissions and try again.",
    )


def manage_denied() -> Problem:
    """A client that may only view writes."""
    return Problem(
        "2121-403",
        "Forbidden",
        "The permission manage is denied on resource Enterprise Source. "
        "Please contact your administrator to resolve permissions and try again.",
    )


# Objects


def not_found(kind: str, identifier: str) -> Message:
    """An id that is not there, or no longer."""
    return Message(404, f"{kind} not found with id = [{identifier}]")


def version_mismatch(supplied: str, current: str) -> Message:
    """If-Match names another version than the current one, or lacks its quotes."""
    return Message(412, f"Supplied version=[{supplied}] does not match the current version on entity=[{current}]")


def if_match_missing() -> Problem:
    """A PATCH without If-Match."""
    return Problem(
        "1403-400",
        "Header is missing",
        "The header 'If-Match' is missing in the request. Please provide the header and try again.",
    )


def body_missing() -> Problem:
    """A write without a body."""
    return Problem(
        "1405-400",
        INVALID,
        "The request body cannot be null or empty. Please provide a request body and try again.",
    )


def field_missing(field: str) -> Problem:
    """A mandatory field that is absent, empty or of the wrong type."""
    return Problem(
        "1304-400",
        BAD,
        f"The mandatory field {field} is not provided. Please provide the {field} and try again.",
        CONNECTOR,
    )


def spec_unknown() -> Refusal:
    """A connection spec id that no catalogue has."""
    return Refusal(json_answer({"message": "Please provide a valid spec id"}, 400))


def spec_retired() -> Problem:
    """A connection spec that this organization may no longer use."""
    return Problem(
        "1413-400", INVALID, "The spec ID provided is  invalid. Please provide a valid spec ID and try again."
    )


def spec_version_missing() -> Refusal:
    """A connection spec without its version."""
    return Refusal(json_answer({"message": "'version' is required for spec info"}, 422))


def spec_fixed() -> Problem:
    """A PATCH of the connection spec."""
    return Problem("1414-400", INVALID, "The connection spec of a connection cannot be updated.")


def auth_spec_unknown(name: str, spec: str) -> Problem:
    """An auth spec that the connection spec does not have."""
    return Problem(
        "1415-400",
        INVALID,
        f"The auth spec '{name}' could not be found for the connection spec ID {spec}.",
    )


def connection_in_use(identifier: str) -> Problem:
    """A delete of a base connection that flows use."""
    return Problem(
        "1418-400",
        INVALID,
        f"The base connection with the ID {identifier} cannot be deleted because the base connection is "
        "being used in one or more flows. Please ensure that corresponding flows are deleted "
        "before deleting a base connection.",
    )


def state_invalid(state: object) -> Problem:
    """A state that a create request may not ask for."""
    return Problem(
        "1456-400",
        INVALID,
        f"State {state} is not a valid value. Allowed values are [enabled, disabled, initializing].",
    )


# PATCH


def operation_unsupported(operation: object) -> Problem:
    """An op other than add, replace, remove."""
    return Problem(
        "1434-400",
        INVALID,
        f"Unsupported operation '{operation}' received. Please use one of the supported operation types and try again.",
    )


def patch_invalid(reason: str) -> Problem:
    """Patch instructions that cannot be followed."""
    return Problem("1455-400", INVALID, f"An error has occurred while validating patch instructions: {reason}.")


# Listing


def limit_and_count() -> Problem:
    """Both limit and count in one request."""
    return Problem(
        "1401-400",
        INVALID,
        "The limit and count parameters cannot be given together in the same request. "
        "Please provide either only the limit or the count parameter and try again.",
    )


def order_unknown(field: str, known: Iterable[str]) -> Problem:
    """A field that cannot be sorted by."""
    name = field or "#"
    return Problem("1433-400", INVALID, f"Incorrect field= {name} passed in orderBy, example are {', '.join(known)}.")


def operator_unknown(operator: str) -> Problem:
    """A filter operator that does not exist."""
    return Problem("1450-400", INVALID, f"Invalid operator {operator} in filter params.")


def operator_multiple(operator: str) -> Problem:
    """A comparison with several values."""
    return Problem("1443-400", INVALID, f"Operator '{operator}' is not allowed for multiple values.")


def operator_on_id(operator: str) -> Problem:
    """A comparison of ids."""
    return Problem("1448-400", INVALID, f"Operator {operator} not supported for field id.")


def filter_field_unknown(field: str) -> Problem:
    """A field that the entity does not have."""
    return Problem("1449-400", INVALID, f"Invalid field {field} in filter params.")


def parameter_unknown(name: str) -> Problem:
    """A query parameter that does not exist."""
    return Problem("1451-400", INVALID, f"Invalid params {name} provided in query params.")


def value_invalid(value: str, field: str) -> Problem:
    """A value that its field or parameter cannot have."""
    return Problem("1452-400", INVALID, f"Invalid value {value} for field {field}.")


def query_value_invalid(value: str) -> Problem:
    """A filter or token that cannot be read."""
    return Problem("1453-400", INVALID, f"Invalid query value {value} provided in query param.")
