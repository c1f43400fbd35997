"""Flow Service's errors, one a line: code, text, and the title where it is not the usual one."""

# The table reads by line, as Adobe's catalogue does: lines are as long as the texts.
# ruff: noqa: E501

from __future__ import annotations

from emulator.flow_service.problems import connector, flow, message, plain

# fmt: off

# Organization, sandbox, permission
organization_missing = flow("2001-401", "The header x-gw-ims-org-id is either missing or empty. Please update the header value and try again.", "Header is missing or empty")
organization_refused = flow("2000-401", "The authorization token does not have access to this organization or the organization does not exist. Please ensure that the organization exists or contact your administrator to gain access.", "Invalid authorization token")
sandbox_missing = flow("2105-400", "The header x-sandbox-name is missing in the request. Please add the header in the request and try again.", "Header is missing")
sandbox_unknown = flow("2100-404", "The sandbox with the name '{0}' could not be found. Please ensure that the sandbox name is correct and try again.", "Sandbox not found")
write_missing = flow("2118-403", "The permission write is missing. Please contact your administrator to resolve permissions and try again.", "Missing permission")
read_missing = flow("2120-403", "You do not have sufficient permissions to perform the operation. Please contact your administrator to resolve permissions and try again.", "Forbidden")
manage_denied = flow("2121-403", "The permission manage is denied on resource Enterprise Source. Please contact your administrator to resolve permissions and try again.", "Forbidden")

# Objects
not_found = message(404, "{0} not found with id = [{1}]")
version_mismatch = message(412, "Supplied version=[{0}] does not match the current version on entity=[{1}]")
if_match_missing = flow("1403-400", "The header 'If-Match' is missing in the request. Please provide the header and try again.", "Header is missing")
body_missing = flow("1405-400", "The request body cannot be null or empty. Please provide a request body and try again.")
field_missing = connector("1304-400", "The mandatory field {0} is not provided. Please provide the {0} and try again.")
spec_unknown = plain(400, "Please provide a valid spec id")
spec_retired = flow("1413-400", "The spec ID provided is  invalid. Please provide a valid spec ID and try again.")
spec_version_missing = plain(422, "'version' is required for spec info")
spec_fixed = flow("1414-400", "The connection spec of a connection cannot be updated.")
auth_spec_unknown = flow("1415-400", "The auth spec '{0}' could not be found for the connection spec ID {1}.")
connection_in_use = flow("1418-400", "The base connection with the ID {0} cannot be deleted because the base connection is being used in one or more flows. Please ensure that corresponding flows are deleted before deleting a base connection.")
state_invalid = flow("1456-400", "State {0} is not a valid value. Allowed values are [enabled, disabled, initializing].")

# PATCH
operation_unsupported = flow("1434-400", "Unsupported operation '{0}' received. Please use one of the supported operation types and try again.")
patch_invalid = flow("1455-400", "An error has occurred while validating patch instructions: {0}.")

# Listing
limit_and_count = flow("1401-400", "The limit and count parameters cannot be given together in the same request. Please provide either only the limit or the count parameter and try again.")
order_unknown = flow("1433-400", "Incorrect field= {0} passed in orderBy, example are {1}.")
operator_unknown = flow("1450-400", "Invalid operator {0} in filter params.")
operator_multiple = flow("1443-400", "Operator '{0}' is not allowed for multiple values.")
operator_on_id = flow("1448-400", "Operator {0} not supported for field id.")
filter_field_unknown = flow("1449-400", "Invalid field {0} in filter params.")
parameter_unknown = flow("1451-400", "Invalid params {0} provided in query params.")
value_invalid = flow("1452-400", "Invalid value {0} for field {1}.")
query_value_invalid = flow("1453-400", "Invalid query value {0} provided in query param.")

# Source and target connections
resource_missing = flow("1101-404", "The requested resource is not found. Error from flow provider: Resource with given id does not exist.", "Resource not found")
reference_missing = connector("1102-404", "The requested resource is not found. {0}", "Resource not found")
used_by_flows = flow("1447-400", "Found active flows containing id {0}.")
format_unsupported = connector("1327-400", "The format of source data supplied={0} in SourceConnection is not supported. The allowed values are: [{1}]. Please provide allowed values and try again.")
no_columns = connector("1330-400", "No columns were found for table {0}. Please provide a valid table name and try again.")
filter_unsupported = connector("1353-400", "The filter at source is not yet supported for zoho-crm connector. Please check the supported connectors in the documentation: https://experienceleague.adobe.com/docs/experience-platform/sources/api-tutorials/filter.html.")
param_invalid = connector("1312-400", "The provided param value {0} is not a valid input for property={1}. Please provide a valid param value and try again.")
target_spec_invalid = connector("1307-400", "The target connection spec ID is not valid={0}. The allowed value is: `c604ff05-7f1a-43c0-8e18-33bf874cb11c`.")
base_connection_refused = connector("1332-400", "The source connection request with the connectionSpecId: {0} cannot have a baseConnectionId. Please remove the baseConnectionId and try again.")
dataset_missing = connector("1325-400", "The dataSetId param cannot be null or empty in target connection: {0}. Please provide valid dataSetId param and try again.")
schema_mismatch = flow("1425-400", "Error while matching schema in target dataset {0} with schema in mapping {1}. Schema with same id and version must be used in both mapping and target dataset.")
source_failed = connector("1308-400", "The request could not be processed. Error message: {0}")

delimiter_too_long = connector("1331-400", "Column Delimiter cannot be more than one character in SourceConnection: {0}. Please provide valid column delimiter and try again.")

# Explore
explore_refused = connector("1372-400", "The current operation is not allowed. Explore via connection spec is not allowed for connection spec ID={0}.")
properties_twice = connector("1374-400", "The query parameters provided are invalid. You cannot have the determineProperties flag and user-defined properties in the same request. Please correct your request and try again.")
properties_undetected = connector("1375-400", "The file properties detection failed. Please enter properties manually.")
detection_unsupported = connector("1376-400", "The file properties detection is not supported for connection spec id={0}. Please provide the file properties manually.")
file_type_missing = connector("1399-400", "A valid requestFileType could not be found. Please provide a valid requestFileType and try again.")
object_type_invalid = connector("1358-400", "The provided param 'objectType' is invalid. Please provide a valid objectType and try again.")
query_param_empty = connector("1337-400", "The {0} cannot be empty for objectType={1}. Please provide valid {0} and try again.")

# Flows
state_not_allowed = flow("1410-400", "`State` is not allowed in the create flow request.")
mode_not_allowed = connector("1368-400", "Mode is not allowed in flow request. Please check your request and try again.")
ids_empty = connector("1320-400", "The {0} cannot be null or empty. Please provide valid {0} and try again.")
ids_not_one = connector("1321-400", "The length of {0} should be one, supplied size is {1}. Please provide valid size and try again.")
param_missing = connector("1359-400", "The param {0} is missing in the request. Please provide a valid {0} and try again.")
flow_updating = flow("1420-400", "The current state {0} cannot be updated.")
flow_transitioning = flow("1421-400", "The current state {0} cannot be transitioned.")
action_refused = flow("1422-400", "The action {0} cannot be applied on the current state {1}. Please update the action and try again.")
action_unsupported = connector("1398-400", "The provided operation : {0} is unsupported. Please check the operation provided and try again.")
sub_operation_unsupported = flow("1436-400", "Unsupported sub operation {0} received for operation {1}.")
delete_refused = flow("1458-400", "Operation delete cannot be applied in state {0}.")
path_invalid = connector("1365-400", "The path {0} provided in ops is invalid. Please provide valid path {0} and try again.")

public_key_missing = connector("1309-400", "The encryption transformation provided is invalid because {0} is missing in the params. Please provide {0} and try again.")
public_key_invalid = connector("1311-400", "The publicKeyId provided in params is invalid. Please provide a valid publicKeyId and try again.")

# Schedule
schedule_empty = connector("1317-400", "The provided schedule params are empty but should not be empty. Please provide valid schedule params and try again.")
time_unreadable = connector("1340-400", "An error occurred while parsing {0}. Please check the time format provided in the request and try again.")
start_in_past = connector("1360-400", "The start time cannot be set in the past. Please provide a valid start time and try again.")
start_passed = connector("1366-400", "The start time has passed and the update operation is no longer allowed.")
frequency_fixed = connector("1403-400", "The start time has passed and you can no longer change the frequency to once.")
backfill_fixed = connector("1404-400", "The start time has passed and you can no longer update backfill.")
frequency_invalid = connector("1397-400", "The provided frequency : {0} is invalid. Please provide a valid frequency and try again.")
interval_with_once = connector("1361-400", "Interval is not allowed with one time ingestion. Please remove interval or change frequency and then try again.")
interval_too_small = connector("1362-400", "Interval cannot be less than {0}. Please provide a valid interval value and try again.")
interval_invalid = connector("1363-400", "Interval {0} is not allowed with frequency: {1}. Please provide a valid interval value and try again.")
backfill_with_once = connector("1364-400", "The backfill flag is not allowed when frequency is set to one. Please remove the backfill flag when frequency is set to once and try again.")

# Transformations
transformations_unreadable = connector("1392-400", "Failed to parse Transformations in flow request for flowId={0}. Please check the transformations in your request and try again.")
delta_column_required = connector("1367-400", "The delta column is required in copy transformation when creating a CRM connector. Please provide delta column and try again.")
delta_column_with_once = connector("1369-400", "The delta column in copy transform is not allowed when frequency is set to once. Please remove the delta column and try again.")
mapping_missing = connector("1370-400", "The source columns could not be fetched for ingestion because the mapping transformation is missing. Please add the mapping transformation and try again.")
mapping_version_invalid = flow("1412-400", "Invalid Mapping Version in request. Please provide correct mapping version.")
mapping_invalid = flow("1419-400", "Error while validating mapping with id {0}, version {1}. This could be because of inadequate permissions on mapped fields. Please check your mapping or contact your admin.")

# Runs
run_failed = connector("1380-400", "Failed to create flow run. Error message: {0}")
window_reversed = connector("1381-400", "WindowEndTime={1} cannot be before Window StartTime={0}. Please provide a valid end time and try again.")
delta_column_differs = connector("1382-400", "The delta column should match the value present in the flow's Copy transformations. Please provide a valid delta column and try again.")
run_delta_column_missing = connector("1383-400", "The delta column is missing in the params received for creating a flow run. Please provide delta column in params and try again.")
run_params_invalid = connector("1384-400", "The params={0} provided for creating flow run are invalid or empty. Please provide valid params and try again.")
run_frequency_unsupported = connector("1386-400", "The flowId={0} with scheduleParams frequency={1} is not supported for creating flow runs. Please provide a valid frequency and try again.")
run_state_invalid = connector("1387-400", "The flowRunId={0} is in an invalid state={1} for re-triggering. Please try again after some time and contact customer support if the problem persists.")
run_of_disabled = connector("1388-400", "The flow={0} is in state={1} and cannot be re-triggered. The flow must be in enabled state for re-triggering.")
run_action_unsupported = connector("1401-400", "The provided flow run action={0} is not supported. Please provide a valid flow run action and try again.")
flow_unknown = flow("1430-400", "Flow not found with id {0}.")
# fmt: on
