"""Adobe's landing zone: where it is, and the credentials that open it.

A refresh ends every credential of the sandbox that was given out before, whoever uses it: nothing but the command that
asks a person first calls it.
Source: https://experienceleague.adobe.com/en/docs/experience-platform/sources/api-tutorials/create/cloud-storage/data-landing-zone
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import parse_qs, urlsplit

from zoho_adobe.api.ims import Ims
from zoho_adobe.api.platform import PlatformService
from zoho_adobe.api.transport import Answer
from zoho_adobe.data_centers import is_loopback
from zoho_adobe.redaction import protect
from zoho_adobe.settings import Settings

_AWS = "Amazon S3"
_USER_ZONE = (("type", "user_drop_zone"),)


@dataclass(frozen=True, slots=True)
class ZonePlace:
    """Where a zone is.

    Attributes:
        container: the container's name on Azure, the bucket's on AWS.
        provider: who stores the files.
        days_to_live: how many days a file is kept.
    """

    container: str
    provider: Literal["azure", "aws"]
    days_to_live: int


@dataclass(frozen=True, slots=True)
class AzureAccess:
    """What opens a zone on Azure.

    Attributes:
        container: the container's name.
        uri: the container's URL with its signature.
    """

    container: str
    uri: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class AwsAccess:
    """What opens a zone on AWS.

    Attributes:
        bucket: the bucket's name.
        folder: the folder in it that is the zone.
        key_id: the id of the access key.
        secret: the access key's secret.
        session_token: the token of the session.
    """

    bucket: str
    folder: str
    key_id: str
    secret: str = field(repr=False)
    session_token: str = field(repr=False)


class LandingZones(PlatformService):
    """The landing zone of a sandbox.

    Args:
        settings: the organization's settings.
        ims: where access tokens come from.
        sandbox: the sandbox.
    """

    def __init__(self, settings: Settings, ims: Ims, sandbox: str) -> None:
        super().__init__("Landing Zone", "/data/foundation/connectors", settings, ims, sandbox)

    def place(self) -> ZonePlace:
        """Return where the zone is; this asks for no credentials.

        Raises:
            ApiError: Adobe refuses.
        """
        answer = self.call("GET", "/landingzone", "the landing zone", params=_USER_ZONE)
        body = answer.json_object()
        on_aws = body.get("dlzProvider") == _AWS
        path, lifetime = _object(body.get("dlzPath")), _object(body.get("dataTTL"))
        container = path.get("bucketName") if on_aws else body.get("containerName")
        days = lifetime.get("timeQuantity") if on_aws else body.get("containerTTL")
        # On Azure it is a number in a text.
        if not isinstance(container, str) or not container or not str(days).isdecimal():
            raise answer.unreadable("no landing zone")
        if on_aws and lifetime.get("timeUnit") != "days":
            raise answer.unreadable("no number of days")
        return ZonePlace(container, "aws" if on_aws else "azure", int(str(days)))

    def access(self) -> AzureAccess | AwsAccess:
        """Return credentials that are good now.

        Raises:
            ApiError: Adobe refuses.
        """
        doing = "the credentials of the landing zone"
        answer = self.call("GET", "/landingzone/credentials", doing, params=_USER_ZONE)
        body = answer.json_object()
        return _aws(answer, body) if body.get("dlzProvider") == _AWS else _azure(answer, body)

    def refresh(self) -> None:
        """End all credentials and make new ones, which are not returned.

        Raises:
            LostAnswerError: no whole answer came, so they may have ended.
            ApiError: Adobe refuses, as it does for a zone on AWS.
        """
        params = [*_USER_ZONE, ("action", "refresh")]
        doing = "the refresh of the landing zone's credentials"
        self.post("/landingzone/credentials", doing, None, Answer.json_object, params=params)


def _azure(answer: Answer, body: dict[str, Any]) -> AzureAccess:
    container, uri = body.get("containerName"), body.get("SASUri")
    if not isinstance(container, str) or not isinstance(uri, str):
        raise answer.unreadable("no credentials of a zone")
    signature = parse_qs(urlsplit(uri).query).get("sig", [""])[0]
    protect(uri, urlsplit(uri).query, signature, str(body.get("SASToken") or ""))
    if not (uri.startswith("https://") or is_loopback(uri)) or not signature:
        raise answer.unreadable("no signed https URL")
    return AzureAccess(container, uri)


def _aws(answer: Answer, body: dict[str, Any]) -> AwsAccess:
    given, place = body.get("credentials"), body.get("dlzPath")
    texts = [
        source.get(key) if isinstance(source, dict) else None
        for source, key in (
            (place, "bucketName"),
            (place, "dlzFolder"),
            (given, "awsAccessKeyId"),
            (given, "awsSecretAccessKey"),
            (given, "awsSessionToken"),
        )
    ]
    protect(*(text for text in texts[3:] if isinstance(text, str)))
    if not all(isinstance(text, str) and text for text in texts):
        raise answer.unreadable("no credentials of a zone")
    return AwsAccess(*map(str, texts))


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
