"""The provider: an organization and sandbox, with the credentials to work in it."""

from __future__ import annotations

from typing import Any

import pulumi

from zoho_adobe.settings import NAMESPACE


class Provider(pulumi.ProviderResource):
    """An Adobe organization and sandbox that resources are made in.

    A stack needs one only for a second sandbox or organization: without it, resources use the stack's config and the
    environment. Whatever is not passed is taken from there too. Credentials in the environment come before those
    passed here, so that a rotation reaches refreshes and deletes.

    Args:
        resource_name: the logical name in the stack.
        organization: the IMS organization id, ending in "@AdobeOrg".
        sandbox: the sandbox's name, in lower case.
        platform_url: base URL of Adobe Experience Platform's APIs.
        ims_url: base URL of Adobe's identity service.
        scopes: OAuth scopes of the credential, separated by commas.
        region: the code of the region where the organization lives, such as "VA7"; messages name it.
        client_id: the credential's client id.
        client_secret: its secret; it is then in the state, encrypted.
        access_token: a ready access token instead of a secret; it is then in the state, encrypted.
        client_id_env: name of the environment variable that holds the client id, by default ADOBE_CLIENT_ID.
        client_secret_env: name of the one that holds the secret, by default ADOBE_CLIENT_SECRET.
        access_token_env: name of the one that holds an access token, by default ADOBE_ACCESS_TOKEN.
        opts: the resource's options.
    """

    def __init__(
        self,
        resource_name: str,
        *,
        organization: pulumi.Input[str] | None = None,
        sandbox: pulumi.Input[str] | None = None,
        platform_url: pulumi.Input[str] | None = None,
        ims_url: pulumi.Input[str] | None = None,
        scopes: pulumi.Input[str] | None = None,
        region: pulumi.Input[str] | None = None,
        client_id: pulumi.Input[str] | None = None,
        client_secret: pulumi.Input[str] | None = None,
        access_token: pulumi.Input[str] | None = None,
        client_id_env: str | None = None,
        client_secret_env: str | None = None,
        access_token_env: str | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        config = pulumi.Config(NAMESPACE)

        def plain(passed: pulumi.Input[str] | None, key: str) -> pulumi.Input[str] | None:
            configured = config.get(key)
            if isinstance(passed, pulumi.Output):
                # An output that another stack does not give is None, which is as good as not passed.
                return passed.apply(lambda value: configured if value is None else value)
            return configured if passed is None else passed

        def secret(passed: pulumi.Input[str] | None, key: str, variable: str | None) -> pulumi.Output[str] | None:
            if passed is not None:
                return pulumi.Output.secret(passed)
            # A named variable is the one source then: the stack's own secret belongs to other credentials.
            return None if variable else config.get_secret(key)

        props: dict[str, Any] = {
            "organization": plain(organization, "organization"),
            "sandbox": plain(sandbox, "sandbox"),
            "platformUrl": plain(platform_url, "platformUrl"),
            "imsUrl": plain(ims_url, "imsUrl"),
            "scopes": plain(scopes, "scopes"),
            "region": plain(region, "region"),
            "requestTimeout": config.get("requestTimeout"),
            "allowedHosts": config.get("allowedHosts"),
            "clientId": client_id if client_id is not None else (None if client_id_env else config.get("clientId")),
            "clientSecret": secret(client_secret, "clientSecret", client_secret_env),
            "accessToken": secret(access_token, "accessToken", access_token_env),
            "clientIdEnv": client_id_env,
            "clientSecretEnv": client_secret_env,
            "accessTokenEnv": access_token_env,
        }
        super().__init__(
            "pulumi-python",
            resource_name,
            {f"{NAMESPACE}:{key}": value for key, value in props.items() if value is not None},
            opts,
        )
