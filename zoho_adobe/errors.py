"""Everything that can go wrong, as a tree of classes.

```
ZohoAdobeError                    anything this package raises on purpose
├── InputError                    a value in the program is missing or wrong
├── SettingError                  a setting of the provider is missing, wrong or contradicted
├── ApiError                      a service answered, and the answer is not what was asked for
│   ├── AuthenticationError       the credentials are not accepted (401, or IMS refuses them)
│   ├── PermissionDeniedError     the credentials are good, but may not do this (403)
│   ├── NotFoundError             the object does not exist (404)
│   ├── SandboxNotFoundError      the sandbox does not exist, which says nothing of the object
│   ├── EtagMismatchError         the object changed since the etag was read (412)
│   ├── RejectedError             the request itself is refused (400, 405, 409, 422)
│   ├── ThrottledError            too many requests (429)
│   ├── ServerError               the service failed (5xx)
│   ├── UnreadableAnswerError     the answer is no JSON, or is cut off
│   └── ZohoOAuthError            Zoho's accounts server refused, in its own words
│       ├── ZohoClientError       client id or secret are not known there
│       ├── ZohoCodeError         a grant token or refresh token is not valid
│       ├── ZohoRedirectError     the redirect URI is not the registered one
│       ├── ZohoScopeError        the token may not do this
│       └── ZohoThrottledError    too many token requests: wait, do not retry
├── NoAnswerError                 no answer came
│   ├── UnreachableError          the request surely did not arrive
│   └── LostAnswerError           the request may have been carried out
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
    """The answer is no JSON, or is cut off."""


class ZohoOAuthError(ApiError):
    """Zoho's accounts server refused; it answers most refusals with HTTP 200 and an error in the body."""


class ZohoClientError(ZohoOAuthError):
    """Client id or client secret are not known at this accounts server."""


class ZohoCodeError(ZohoOAuthError):
    """The grant token or refresh token is expired, used, revoked, or of another data center."""


class ZohoRedirectError(ZohoOAuthError):
    """The redirect URI is not the one that is registered with the client."""


class ZohoScopeError(ZohoOAuthError):
    """The token's scopes do not cover the call."""


class ZohoThrottledError(ZohoOAuthError):
    """Too many token requests; another one before ten minutes have passed makes it worse."""


class NoAnswerError(ZohoAdobeError):
    """No answer came."""


class UnreachableError(NoAnswerError):
    """The request surely did not arrive: it is safe to send it again."""


class LostAnswerError(NoAnswerError):
    """The request may have been carried out: look before sending it again."""


class ConnectionStateError(ZohoAdobeError):
    """What was asked does not fit what exists at Adobe.

    Args:
        message: what is wrong.
        connection_id: the id of the connection at Adobe that it is about, empty if there is none.
        remedy: what to do.
    """

    def __init__(self, message: str, *, connection_id: str = "", remedy: str = "") -> None:
        self.connection_id = connection_id
        super().__init__(message, remedy=remedy)


class NameTakenError(ConnectionStateError):
    """Another connection has this name."""


class AdoptionError(ConnectionStateError):
    """The connection to adopt is not the one that the program describes."""


class ChangedElsewhereError(ConnectionStateError):
    """Somebody else wrote to the connection since this stack last did."""


class InUseError(ConnectionStateError):
    """Dataflows or source connections still depend on the connection."""


class VerificationError(ConnectionStateError):
    """The connection was made, but Adobe's own test of it fails."""


def _sentence(text: str) -> str:
    text = text.strip()
    return text if not text or text[-1] in ".!?" else f"{text}."
