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
        self.code, self.detail = name, detail
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


# Source and target connections


def resource_missing() -> Problem:
    """A body refers to an object that is not there."""
    return Problem(
        "1101-404",
        "Resource not found",
        "The requested resource is not found. Error from flow provider: Resource with given id does not exist.",
    )


def reference_missing(detail: str) -> Problem:
    """A body refers to an object of another service that is not there."""
    return Problem("1102-404", "Resource not found", f"The requested resource is not found. {detail}", CONNECTOR)


def used_by_flows(identifier: str) -> Problem:
    """A delete of a source or target connection that a flow has."""
    return Problem("1447-400", INVALID, f"Found active flows containing id {identifier}.")


def format_unsupported(given: object, allowed: str) -> Problem:
    """A data format that a source of tables does not have."""
    return Problem(
        "1327-400",
        BAD,
        f"The format of source data supplied={given} in SourceConnection is not supported. The allowed values are: "
        f"[{allowed}]. Please provide allowed values and try again.",
        CONNECTOR,
    )


def no_columns(table: str) -> Problem:
    """A table that does not exist, or none of whose columns was given."""
    return Problem(
        "1330-400",
        BAD,
        f"No columns were found for table {table}. Please provide a valid table name and try again.",
        CONNECTOR,
    )


def filter_unsupported() -> Problem:
    """Row filters, which this connector does not have."""
    return Problem(
        "1353-400",
        BAD,
        "The filter at source is not yet supported for zoho-crm connector. Please check the supported connectors in "
        "the documentation: https://experienceleague.adobe.com/docs/experience-platform/sources/api-tutorials/"
        "filter.html.",
        CONNECTOR,
    )


def param_invalid(value: object, name: str) -> Problem:
    """A value that makes no sense where it stands."""
    return Problem(
        "1312-400",
        BAD,
        f"The provided param value {value} is not a valid input for property={name}. "
        "Please provide a valid param value and try again.",
        CONNECTOR,
    )


def target_spec_invalid(spec: object) -> Problem:
    """A target connection to anything but the data lake."""
    return Problem(
        "1307-400",
        BAD,
        f"The target connection spec ID is not valid={spec}. "
        "The allowed value is: `c604ff05-7f1a-43c0-8e18-33bf874cb11c`.",
        CONNECTOR,
    )


def base_connection_refused(spec: str) -> Problem:
    """A base connection where none belongs."""
    return Problem(
        "1332-400",
        BAD,
        f"The source connection request with the connectionSpecId: {spec} cannot have a baseConnectionId. "
        "Please remove the baseConnectionId and try again.",
        CONNECTOR,
    )


def dataset_missing(target: object) -> Problem:
    """A target connection without its dataset."""
    return Problem(
        "1325-400",
        BAD,
        f"The dataSetId param cannot be null or empty in target connection: {target}. "
        "Please provide valid dataSetId param and try again.",
        CONNECTOR,
    )


def schema_mismatch(dataset: str, other: str) -> Problem:
    """Two schemas where one is expected."""
    return Problem(
        "1425-400",
        INVALID,
        f"Error while matching schema in target dataset {dataset} with schema in mapping {other}. "
        "Schema with same id and version must be used in both mapping and target dataset.",
    )


def source_failed(message: str) -> Problem:
    """The source itself refused."""
    return Problem("1308-400", BAD, f"The request could not be processed. Error message: {message}", CONNECTOR)


# Explore


def object_type_invalid() -> Problem:
    """An objectType that a source of tables does not have."""
    return Problem(
        "1358-400",
        BAD,
        "The provided param 'objectType' is invalid. Please provide a valid objectType and try again.",
        CONNECTOR,
    )


def query_param_empty(name: str, object_type: str) -> Problem:
    """A query parameter without which there is nothing to explore."""
    return Problem(
        "1337-400",
        BAD,
        f"The {name} cannot be empty for objectType={object_type}. Please provide valid {name} and try again.",
        CONNECTOR,
    )


# Flows


def state_not_allowed() -> Problem:
    """A create request of a flow that asks for a state."""
    return Problem("1410-400", INVALID, "`State` is not allowed in the create flow request.")


def mode_not_allowed() -> Problem:
    """A draft of a flow."""
    return Problem(
        "1368-400", BAD, "Mode is not allowed in flow request. Please check your request and try again.", CONNECTOR
    )


def ids_empty(kind: str) -> Problem:
    """A flow without a source or a target connection."""
    return Problem(
        "1320-400", BAD, f"The {kind} cannot be null or empty. Please provide valid {kind} and try again.", CONNECTOR
    )


def ids_not_one(kind: str, size: int) -> Problem:
    """A flow with several of them."""
    return Problem(
        "1321-400",
        BAD,
        f"The length of {kind} should be one, supplied size is {size}. Please provide valid size and try again.",
        CONNECTOR,
    )


def param_missing(name: str) -> Problem:
    """A parameter that must be there."""
    return Problem(
        "1359-400",
        BAD,
        f"The param {name} is missing in the request. Please provide a valid {name} and try again.",
        CONNECTOR,
    )


def flow_updating(state: str) -> Problem:
    """A change of a flow that is being changed."""
    return Problem("1420-400", INVALID, f"The current state {state} cannot be updated.")


def flow_transitioning(state: str) -> Problem:
    """An action on a flow that is being changed."""
    return Problem("1421-400", INVALID, f"The current state {state} cannot be transitioned.")


def action_refused(action: str, state: str) -> Problem:
    """An action that the flow's state does not allow."""
    return Problem(
        "1422-400",
        INVALID,
        f"The action {action} cannot be applied on the current state {state}. Please update the action and try again.",
    )


def action_unsupported(action: str) -> Problem:
    """An action other than enable and disable."""
    return Problem(
        "1398-400",
        BAD,
        f"The provided operation : {action} is unsupported. Please check the operation provided and try again.",
        CONNECTOR,
    )


def sub_operation_unsupported(sub_operation: str, action: str) -> Problem:
    """A sub operation, which only providers have."""
    return Problem("1436-400", INVALID, f"Unsupported sub operation {sub_operation} received for operation {action}.")


def delete_refused(state: str) -> Problem:
    """A delete of a flow that is being changed."""
    return Problem("1458-400", INVALID, f"Operation delete cannot be applied in state {state}.")


def path_invalid(path: object) -> Problem:
    """A path of a flow that cannot be patched."""
    return Problem(
        "1365-400",
        BAD,
        f"The path {path} provided in ops is invalid. Please provide valid path {path} and try again.",
        CONNECTOR,
    )


# Schedule


def schedule_empty() -> Problem:
    """A flow without a schedule."""
    return Problem(
        "1317-400",
        BAD,
        "The provided schedule params are empty but should not be empty. "
        "Please provide valid schedule params and try again.",
        CONNECTOR,
    )


def time_unreadable(value: object) -> Problem:
    """A time that is no number of seconds."""
    return Problem(
        "1340-400",
        BAD,
        f"An error occurred while parsing {value}. Please check the time format provided in the request and try again.",
        CONNECTOR,
    )


def start_in_past() -> Problem:
    """A first run that would have been due already."""
    return Problem(
        "1360-400",
        BAD,
        "The start time cannot be set in the past. Please provide a valid start time and try again.",
        CONNECTOR,
    )


def start_passed() -> Problem:
    """A change of a start time that has occurred."""
    return Problem(
        "1366-400", BAD, "The start time has passed and the update operation is no longer allowed.", CONNECTOR
    )


def frequency_fixed() -> Problem:
    """A change to once after the start."""
    return Problem(
        "1403-400",
        BAD,
        "The start time has passed and you can no longer change the frequency to once.",
        CONNECTOR,
    )


def backfill_fixed() -> Problem:
    """A change of backfill after the start."""
    return Problem("1404-400", BAD, "The start time has passed and you can no longer update backfill.", CONNECTOR)


def frequency_invalid(frequency: object) -> Problem:
    """A frequency that does not exist."""
    return Problem(
        "1397-400",
        BAD,
        f"The provided frequency : {frequency} is invalid. Please provide a valid frequency and try again.",
        CONNECTOR,
    )


def interval_with_once() -> Problem:
    """An interval where there is one run only."""
    return Problem(
        "1361-400",
        BAD,
        "Interval is not allowed with one time ingestion. Please remove interval or change frequency and then "
        "try again.",
        CONNECTOR,
    )


def interval_too_small(minimum: int) -> Problem:
    """Runs that would follow each other too soon."""
    return Problem(
        "1362-400",
        BAD,
        f"Interval cannot be less than {minimum}. Please provide a valid interval value and try again.",
        CONNECTOR,
    )


def interval_invalid(interval: object, frequency: str) -> Problem:
    """An interval that is no whole number."""
    return Problem(
        "1363-400",
        BAD,
        f"Interval {interval} is not allowed with frequency: {frequency}. "
        "Please provide a valid interval value and try again.",
        CONNECTOR,
    )


def backfill_with_once() -> Problem:
    """Backfill where there is one run only."""
    return Problem(
        "1364-400",
        BAD,
        "The backfill flag is not allowed when frequency is set to one. "
        "Please remove the backfill flag when frequency is set to once and try again.",
        CONNECTOR,
    )


# Transformations


def transformations_unreadable(flow: str) -> Problem:
    """Transformations that the flow spec does not have."""
    return Problem(
        "1392-400",
        BAD,
        f"Failed to parse Transformations in flow request for flowId={flow}. "
        "Please check the transformations in your request and try again.",
        CONNECTOR,
    )


def delta_column_required() -> Problem:
    """A repeated copy that could not tell what is new."""
    return Problem(
        "1367-400",
        BAD,
        "The delta column is required in copy transformation when creating a CRM connector. "
        "Please provide delta column and try again.",
        CONNECTOR,
    )


def delta_column_with_once() -> Problem:
    """A delta column where everything is copied once."""
    return Problem(
        "1369-400",
        BAD,
        "The delta column in copy transform is not allowed when frequency is set to once. "
        "Please remove the delta column and try again.",
        CONNECTOR,
    )


def mapping_missing() -> Problem:
    """A flow that does not say where its columns go."""
    return Problem(
        "1370-400",
        BAD,
        "The source columns could not be fetched for ingestion because the mapping transformation is missing. "
        "Please add the mapping transformation and try again.",
        CONNECTOR,
    )


def mapping_version_invalid() -> Problem:
    """A mapping version that is no number."""
    return Problem("1412-400", INVALID, "Invalid Mapping Version in request. Please provide correct mapping version.")


def mapping_invalid(identifier: object, version: object) -> Problem:
    """A mapping set that is not there in that version."""
    return Problem(
        "1419-400",
        INVALID,
        f"Error while validating mapping with id {identifier}, version {version}. This could be because of "
        "inadequate permissions on mapped fields. Please check your mapping or contact your admin.",
    )


# Runs


def run_failed(message: str) -> Problem:
    """A run that cannot even begin."""
    return Problem("1380-400", BAD, f"Failed to create flow run. Error message: {message}", CONNECTOR)


def window_reversed(start: int, end: int) -> Problem:
    """A window that ends before it begins."""
    return Problem(
        "1381-400",
        BAD,
        f"WindowEndTime={end} cannot be before Window StartTime={start}. "
        "Please provide a valid end time and try again.",
        CONNECTOR,
    )


def delta_column_differs() -> Problem:
    """A run by another delta column than the flow's."""
    return Problem(
        "1382-400",
        BAD,
        "The delta column should match the value present in the flow's Copy transformations. "
        "Please provide a valid delta column and try again.",
        CONNECTOR,
    )


def run_delta_column_missing() -> Problem:
    """The first run on demand without a delta column."""
    return Problem(
        "1383-400",
        BAD,
        "The delta column is missing in the params received for creating a flow run. "
        "Please provide delta column in params and try again.",
        CONNECTOR,
    )


def run_params_invalid(params: object) -> Problem:
    """A run on demand without its params."""
    return Problem(
        "1384-400",
        BAD,
        f"The params={params} provided for creating flow run are invalid or empty. "
        "Please provide valid params and try again.",
        CONNECTOR,
    )


def run_frequency_unsupported(flow: str, frequency: str) -> Problem:
    """A run on demand of a flow that has a schedule."""
    return Problem(
        "1386-400",
        BAD,
        f"The flowId={flow} with scheduleParams frequency={frequency} is not supported for creating flow runs. "
        "Please provide a valid frequency and try again.",
        CONNECTOR,
    )


def run_state_invalid(run: str, state: str) -> Problem:
    """A run that did not fail is triggered again."""
    return Problem(
        "1387-400",
        BAD,
        f"The flowRunId={run} is in an invalid state={state} for re-triggering. "
        "Please try again after some time and contact customer support if the problem persists.",
        CONNECTOR,
    )


def run_of_disabled(flow: str, state: str) -> Problem:
    """A run of a flow that does not run is triggered again."""
    return Problem(
        "1388-400",
        BAD,
        f"The flow={flow} is in state={state} and cannot be re-triggered. "
        "The flow must be in enabled state for re-triggering.",
        CONNECTOR,
    )


def run_action_unsupported(action: str) -> Problem:
    """An action on a run other than to trigger it again."""
    return Problem(
        "1401-400",
        BAD,
        f"The provided flow run action={action} is not supported. "
        "Please provide a valid flow run action and try again.",
        CONNECTOR,
    )


def flow_unknown(identifier: object) -> Problem:
    """A run of a flow that is not there."""
    return Problem("1430-400", INVALID, f"Flow not found with id {identifier}.")
