"""The errors of the Blob service, one a line: HTTP status, code, message."""

# The table reads by line, as Microsoft's list does.
# ruff: noqa: E501

from __future__ import annotations

from dataclasses import dataclass
from xml.sax.saxutils import escape

from emulator.core.http import Answer, Refusal


@dataclass(frozen=True, slots=True)
class Row:
    """One error of the table. The numbered places of its message are filled where it is raised."""

    status: int
    code: str
    message: str

    def __call__(self, *values: object) -> Refusal:
        return Refusal(answer(self.status, self.code, self.message.format(*values)))


def answer(status: int, code: str, message: str) -> Answer:
    """An error as Azure shows it: in a header, and in XML."""
    text = f"<Error><Code>{code}</Code><Message>{escape(message)}</Message></Error>"
    body = f'<?xml version="1.0" encoding="utf-8"?>{text}'.encode("utf-8-sig")
    return Answer(status, body, {"Content-Type": "application/xml", "x-ms-error-code": code})


def plain(status: int) -> Answer:
    """What Azure answers in the way of an error whose reason is not told."""
    known = {500: ("InternalError", "Server encountered an internal error. Please try again after some time."), 503: ("ServerBusy", "The server is busy.")}  # fmt: skip
    return answer(status, *known.get(status, ("OperationTimedOut", "The operation could not be completed.")))


def expired() -> Answer:
    """What Azure answers to a signature that is no longer good."""
    return authentication_failed().answer


# fmt: off

# Who may do what
no_authentication = Row(401, "NoAuthenticationInformation", "Server failed to authenticate the request. Please refer to the information in the www-authenticate header.")
authentication_failed = Row(403, "AuthenticationFailed", "Server failed to authenticate the request. Make sure the value of Authorization header is formed correctly including the signature.")
not_authorized = Row(403, "AuthorizationFailure", "This request is not authorized to perform this operation.")
permission_mismatch = Row(403, "AuthorizationPermissionMismatch", "This request is not authorized to perform this operation using this permission.")

# What is asked for
container_not_found = Row(404, "ContainerNotFound", "The specified container does not exist.")
blob_not_found = Row(404, "BlobNotFound", "The specified blob does not exist.")
invalid_header = Row(400, "InvalidHeaderValue", "The value for one of the HTTP headers is not in the correct format: {0}.")
missing_header = Row(400, "MissingRequiredHeader", "An HTTP header that's mandatory for this request is not specified: {0}.")
invalid_parameter = Row(400, "InvalidQueryParameterValue", "Value for one of the query parameters specified in the request URI is invalid: {0}.")
out_of_range = Row(400, "OutOfRangeQueryParameterValue", "One of the query parameters specified in the request URI is outside the permissible range: {0}.")
invalid_name = Row(400, "InvalidResourceName", "The specified resource name contains invalid characters: {0}.")
invalid_metadata = Row(400, "InvalidMetadata", "The metadata specified is invalid. It has characters that are not permitted.")
invalid_xml = Row(400, "InvalidXmlDocument", "XML specified is not syntactically valid.")
invalid_range = Row(416, "InvalidRange", "The range specified is invalid for the current size of the resource.")
md5_mismatch = Row(400, "Md5Mismatch", "The MD5 value specified in the request did not match with the MD5 value calculated by the server.")
not_implemented = Row(501, "NotImplemented", "The requested operation is not emulated: {0}.")

# Blocks
invalid_block_id = Row(400, "InvalidBlobOrBlock", "The specified blob or block content is invalid.")
invalid_block_list = Row(400, "InvalidBlockList", "The specified block list is invalid.")

# Blobs as they are
already_exists = Row(409, "BlobAlreadyExists", "The specified blob already exists.")
condition_not_met = Row(412, "ConditionNotMet", "The condition specified using HTTP conditional header(s) is not met.")
hierarchical = Row(409, "BlobTypeNotSupported", "Page blob is not yet supported for hierarchical namespace accounts.")
type_mismatch = Row(409, "ResourceTypeMismatch", "The specified resource type does not match the type of the existing resource: {0}.")
directory_not_empty = Row(409, "DirectoryIsNotEmpty", "This operation is not permitted on a non-empty directory.")

# Leases
lease_taken = Row(409, "LeaseAlreadyPresent", "There is already a lease present.")
lease_breaking = Row(409, "LeaseIsBreakingAndCannotBeAcquired", "The lease ID matched, but the lease is currently in breaking state and cannot be acquired until it is broken.")
lease_breaking_fixed = Row(409, "LeaseIsBreakingAndCannotBeChanged", "The lease ID matched, but the lease is currently in breaking state and cannot be changed.")
lease_broken = Row(409, "LeaseIsBrokenAndCannotBeRenewed", "The lease ID matched, but the lease has been broken explicitly and cannot be renewed.")
lease_absent = Row(409, "LeaseNotPresentWithLeaseOperation", "There is currently no lease on the blob.")
lease_other = Row(409, "LeaseIdMismatchWithLeaseOperation", "The lease ID specified did not match the lease ID for the blob.")
lease_needed = Row(412, "LeaseIdMissing", "There is currently a lease on the blob and no lease ID was specified in the request.")
lease_mismatch = Row(412, "LeaseIdMismatchWithBlobOperation", "The lease ID specified did not match the lease ID for the blob.")
lease_lost = Row(412, "LeaseLost", "A lease ID was specified, but the lease for the blob has expired.")
lease_not_present = Row(412, "LeaseNotPresentWithBlobOperation", "There is currently no lease on the blob.")
# fmt: on
