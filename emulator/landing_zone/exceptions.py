"""The landing zone's errors, one a line."""

# The table reads by line, as Adobe's catalogue does: lines are as long as the texts.
# ruff: noqa: E501

from __future__ import annotations

from emulator.flow_service.problems import connector

# fmt: off
inactive = connector("1701-400", "The provided landing zone is inactive. Please activate the landing zone and try again.")
sas_type_refused = connector("1702-400", "The SAS Type={0} provided for the landing zone is not allowed. Please provide a valid SAS and try again.")
refresh_refused = connector("1703-400", "The refresh of Credentials is not allowed.")
action_unsupported = connector("1705-400", "The provided data landing zone action is unsupported. Please provide a valid action and try again.")
type_unsupported = connector("1710-400", "The provided landing zone of type: {0} is not supported. Please provide a valid landing zone type and try again.")
action_refused = connector("1712-400", "The provided landing zone action : {0} is not allowed. Please provide a valid data landing zone action and try again.")
client_refused = connector("1714-400", "The clientId={0} is not allowed to perform this operation. Please check your request with permissions and try again.")
# fmt: on
