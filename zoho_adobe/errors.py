"""Everything that can go wrong, as a tree of classes.

```
ZohoAdobeError                    anything this package raises on purpose
├── InputError                    a value in the program is missing or wrong
│   └── SettingError              a setting of the provider is missing, wrong or contradicted
│       └── ForeignHostError      a host that is not Zoho's was named; nothing was sent to it
├── ApiError                      a service answered, and the answer is not what was asked for
│   ├── AuthenticationError       the credentials are not accepted (401, or IMS refuses them)
│   ├── PermissionDeniedError     the credentials are good, but may not do this (403)
│   ├── NotFoundError             the object does not exist (404)
│   ├── SandboxNotFoundError      the sandbox does not exist, which says nothing of the object
│   ├── EtagMismatchError         the object changed since the etag was read (412)
│   ├── RejectedError             the request itself is refused (400, 405, 409, 422)
│   ├── ThrottledError            too many requests (429)
│   ├── ServerError               the service failed (5xx)
│   ├── UnreadableAnswerError     the answer is not JSON, or is cut off
│   ├── ZohoOAuthError            Zoho refuses the credentials, or what they are used for
│   │   ├── ZohoClientError       client id or secret are not known there
│   │   ├── ZohoCodeError         a code is not valid
│   │   │   ├── ZohoGrantTokenError     a grant token: expired, used, or of another data center
│   │   │   └── ZohoRefreshTokenError   a refresh token: revoked, pushed out, or of another data center
│   │   ├── ZohoRedirectError     the redirect URI is not the registered one
│   │   ├── ZohoNoRefreshTokenError     the exchange gave an access token alone
│   │   ├── ZohoDeniedError       a person said no
│   │   ├── ZohoDeviceCodeError   nobody approved the device in time
│   │   ├── ZohoScopeError        the token may not do this
│   │   ├── ZohoThrottledError    too many token requests: wait, do not retry
│   │   ├── ZohoStaleTokenError   an access token is no longer valid; a refresh decides
│   │   └── ZohoWrongApiError     a fresh access token is not known at this API
│   └── ZohoCrmError              Zoho CRM refused for another reason than the token
│       ├── ZohoApiAccessError    the user's profile may not use the API
│       ├── ZohoCreditsError      no API credits or concurrency left
│       └── ZohoFieldError        Bulk Read does not give a field
├── ZohoRegionError               accounts URL, API domain and endpoint are in different data centers
├── ConsentError                  nobody gave consent
│   ├── PortInUseError            the port of the redirect URI is taken
│   ├── NoBrowserError            this machine has no browser
│   └── NoConsentError            nobody answered in time
├── StackError                    the stack's config could not be read or written
├── NewerStateError               the state was written by a newer release of this package
├── NoAnswerError                 no answer came
│   ├── UnreachableError          the request surely did not arrive
│   │   └── OutOfTimeError        the operation's time was up before it was sent
│   └── LostAnswerError           the request may have been carried out
│       └── StillAtWorkError      it may even be carried out later
├── ExportError                   rows could not be moved into the landing zone; the next run goes on
│   ├── ZoneError                 the landing zone's storage refuses
│   │   └── ZoneConflictError     somebody else wrote there meanwhile
│   ├── ResultError               what Zoho gave is not what it announced
│   ├── HeldError                 another exporter is at work on the table
│   └── FewerRowsError            the token's user sees fewer records than before
└── ConnectionStateError          what was asked does not fit what exists at Adobe
    ├── NameTakenError            another connection has this name
    ├── AdoptionError             the connection to adopt is not the one described
    ├── ChangedElsewhereError     somebody else wrote to it since
    ├── InUseError                dataflows still depend on it
    └── VerificationError         it was made, but Adobe's own test of it fails
```

Every error carries its facts as attributes; `str()` gives one line: what is wrong, what to do, and the
service's request id. Values that could be secret never become part of a message.
"""

from __future__ import annotations

from typing import Self


class ZohoAdobeError(Exception):
    """Base of all errors of this package.

    Args:
        message: what is wrong, one sentence.
        remedy: what to do about it, one sentence, or empty where the message says it.
    """

    def __init__(self, message: str, *, remedy: str = "") -> None:
        self.message = message
        self.remedy = remedy
        super().__init__(message)

    def __str__(self) -> str:
        return " ".join(part for part in (_sentence(self.message), _sentence(self.remedy)) if part)

    def with_remedy(self, *sentences: str) -> Self:
        """Return the same error with other advice on what to do."""
        error = type(self).__new__(type(self), *self.args)
        error.__dict__.update(self.__dict__)
        error.remedy = " ".join(map(_sentence, filter(None, sentences)))
        return error


class InputError(ZohoAdobeError):
    """A value in the program is missing or wrong.

    Args:
        field: the argument's name, as the program writes it.
        message: what is wrong with it.
        remedy: what to write instead.
    """

    def __init__(self, field: str, message: str, *, remedy: str = "") -> None:
        self.field = field
        super().__init__(f"{field}: {message}", remedy=remedy)


class SettingError(InputError):
    """A setting of the provider is missing, wrong, or given twice with different values."""


class ForeignHostError(SettingError):
    """A URL names a host that is not Zoho's, so nothing was sent to it."""


class ApiError(ZohoAdobeError):
    """A service answered, and the answer is not what was asked for.

    Args:
        message: what is wrong, with the service's own words where it gave any.
        service: the service's name, such as "Flow Service".
        status: the HTTP status.
        code: the service's own error code, empty if it gave none.
        request_id: the service's id of the request, for its support; empty if it gave none.
        remedy: what to do.
    """

    def __init__(
        self,
        message: str,
        *,
        service: str,
        status: int,
        code: str = "",
        request_id: str = "",
        remedy: str = "",
    ) -> None:
        self.service = service
        self.status = status
        self.code = code
        self.request_id = request_id
        super().__init__(message, remedy=remedy)

    def __str__(self) -> str:
        line = super().__str__()
        return f"{line} (request id {self.request_id})" if self.request_id else line


class AuthenticationError(ApiError):
    """The credentials are not accepted."""


class PermissionDeniedError(ApiError):
    """The credentials are good, but their owner may not do this."""


class NotFoundError(ApiError):
    """The object does not exist."""


class SandboxNotFoundError(ApiError):
    """The sandbox does not exist; nothing is known of the object."""


class EtagMismatchError(ApiError):
    """The object changed since its etag was read."""


class RejectedError(ApiError):
    """The service refuses the request itself."""


class ThrottledError(ApiError):
    """Too many requests in too short a time."""


class ServerError(ApiError):
    """The service failed."""


class UnreadableAnswerError(ApiError):
    """The answer is not JSON, or is cut off."""


class ZohoOAuthError(ApiError):
    """Zoho refuses the credentials or what they are used for, mostly with HTTP 200 and an error in the body.

    Attributes:
        location: the code of the data center that Zoho sends the caller to, empty if it does not.
    """

    location = ""


class ZohoClientError(ZohoOAuthError):
    """Client id or client secret are not known at this accounts server."""


class ZohoCodeError(ZohoOAuthError):
    """A code that Zoho gave is expired, used, revoked, or of another data center."""


class ZohoGrantTokenError(ZohoCodeError):
    """The grant token is expired, used, or of another data center."""


class ZohoRefreshTokenError(ZohoCodeError):
    """The refresh token is revoked, pushed out by newer ones, or of another data center."""


class ZohoRedirectError(ZohoOAuthError):
    """The redirect URI is not the one that is registered with the client."""


class ZohoNoRefreshTokenError(ZohoOAuthError):
    """The exchange gave an access token, but no refresh token to renew it with."""


class ZohoDeniedError(ZohoOAuthError):
    """A person said no, or the client has asked for consent too often."""


class ZohoDeviceCodeError(ZohoOAuthError):
    """The device code expired before anybody approved it."""


class ZohoScopeError(ZohoOAuthError):
    """The token's scopes do not cover the call."""


class ZohoThrottledError(ZohoOAuthError):
    """Too many token requests; another one before ten minutes have passed makes it worse."""


class ZohoStaleTokenError(ZohoOAuthError):
    """An access token is expired, or was pushed out by newer ones: only a refresh tells whether anything is wrong."""


class ZohoWrongApiError(ZohoOAuthError):
    """An access token that was just made is not known at this API: another host, data center or environment."""


class ZohoCrmError(ApiError):
    """Zoho CRM refuses a call for another reason than the token."""


class ZohoApiAccessError(ZohoCrmError):
    """The user's profile in Zoho CRM does not have the permission to use the API."""


class ZohoCreditsError(ZohoCrmError):
    """The CRM account has used up its API credits, or has too many calls at once."""


class ZohoFieldError(ZohoCrmError):
    """Bulk Read does not give a field.

    Args:
        message: what Zoho says.
        service: the service's name.
        status: the HTTP status.
        name: the API name of the field.
    """

    def __init__(self, message: str, *, service: str, status: int, name: str) -> None:
        self.name = name
        super().__init__(message, service=service, status=status)


class ZohoRegionError(ZohoAdobeError):
    """Accounts URL, API domain and endpoint are in different data centers of Zoho."""


class ConsentError(ZohoAdobeError):
    """Nobody gave consent."""


class PortInUseError(ConsentError):
    """Another program listens on the port of the redirect URI."""


class NoBrowserError(ConsentError):
    """This machine has no browser that could be opened."""


class NoConsentError(ConsentError):
    """Nobody answered in time."""


class StackError(ZohoAdobeError):
    """The config of a stack could not be read or written."""


class NewerStateError(ZohoAdobeError):
    """The state was written by a newer release of this package, whose properties this one does not know."""


class NoAnswerError(ZohoAdobeError):
    """No answer came."""


class UnreachableError(NoAnswerError):
    """The request surely did not arrive: it is safe to send it again."""


class OutOfTimeError(UnreachableError):
    """The time of the operation was up before the request was sent."""


class LostAnswerError(NoAnswerError):
    """The request may have been carried out: look before sending it again.

    Args:
        message: what happened.
        remedy: what to do.
        wait: seconds that the service wants to be left alone.
    """

    def __init__(self, message: str, *, remedy: str = "", wait: float = 0.0) -> None:
        self.wait = wait
        super().__init__(message, remedy=remedy)


class StillAtWorkError(LostAnswerError):
    """No answer came in time: the request may still be carried out, so that sending it again could do it twice."""


class ExportError(ZohoAdobeError):
    """Rows could not be moved into the landing zone; the next run goes on where this one stopped."""


class ZoneError(ExportError):
    """The landing zone's storage refuses."""


class ZoneConflictError(ZoneError):
    """A file in the landing zone is not as it was left: somebody else wrote it."""


class ResultError(ExportError):
    """The result of a Bulk Read job failed, is cut off, or is not what Zoho announced."""


class HeldError(ExportError):
    """Another exporter is at work on the table."""


class FewerRowsError(ExportError):
    """The token's user sees fewer records than before, and not because they were deleted."""


class ConnectionStateError(ZohoAdobeError):
    """What was asked does not fit what exists at Adobe.

    Args:
        message: what is wrong.
        object_id: the id of the object at Adobe that it is about, empty if there is none.
        remedy: what to do.
    """

    def __init__(self, message: str, *, object_id: str = "", remedy: str = "") -> None:
        self.object_id = object_id
        super().__init__(message, remedy=remedy)


class NameTakenError(ConnectionStateError):
    """Another object has this name."""


class AdoptionError(ConnectionStateError):
    """The connection to adopt is not the one that the program describes."""


class ChangedElsewhereError(ConnectionStateError):
    """Somebody else wrote to the object since this stack last did."""


class InUseError(ConnectionStateError):
    """Other objects still depend on the object."""


class VerificationError(ConnectionStateError):
    """The connection was made, but Adobe's own test of it fails."""


def _sentence(text: str) -> str:
    text = text.strip()
    return text if not text or text[-1] in ".!?" else f"{text}."
