"""What every resource of this package shares on the side of the program."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from typing import Any

import pulumi

from zoho_adobe.resources.inputs import Declaration


def provider_reference(singleton: str) -> str:
    """Return the reference to a provider object that goes into the state.

    The SDK would pickle the object, and the bytes change with Python's version; this is the same reference in pickle's
    oldest protocol, the same for ever, about sixty characters.

    Args:
        singleton: the object's name in `zoho_adobe.dynamic`.
    """
    return base64.b64encode(f"czoho_adobe.dynamic\n{singleton}\n.".encode()).decode()


class ManagedResource(pulumi.CustomResource):
    """Base of the resources: a dynamic resource whose provider is named by reference."""

    declaration: Declaration

    def register(self, resource_name: str, arguments: Mapping[str, Any], opts: pulumi.ResourceOptions | None) -> None:
        """Register the resource; no `__init__`, since the SDK takes the third one for the line that declares it.

        Args:
            resource_name: the logical name.
            arguments: what the program passes, by the names of the inputs; nothing for a look-up by id.
            opts: the resource's options.
        """
        declared = self.declaration
        props: dict[str, Any] = dict.fromkeys((*declared.keys, *declared.outputs))
        for item in declared.inputs if arguments else ():
            if item.argument:
                props[item.name] = secret(arguments[item.name]) if item.secret else arguments[item.name]
        if props.get("suffix") is not None:
            props["suffix"] = own_suffix(props["suffix"], resource_name)
        super().__init__(
            f"pulumi-python:dynamic/zoho-adobe:{self.declaration.kind}",
            resource_name,
            {"__provider": provider_reference(self.declaration.singleton), **props},
            # Deleting first is forced here since the provider's own wish is lost with --replace and with taint, and
            # creating first would find the live object by its name and then delete it.
            pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(delete_before_replace=True)),
        )


# How the engine's protocol marks a value as secret: https://www.pulumi.com/docs/iac/concepts/secrets/
_SIGNATURE, _IS_SECRET = "4dabf18193072939515e22adb298388d", "1b47061264138c4ac30d75fd1eb44270"


def secret_output(value: Any) -> Any:
    """Mark a value as secret on its way from the provider to the state.

    The engine does so by itself only for what is a secret among the program's inputs, under the same key.

    Args:
        value: the value in clear, or None.
    """
    return None if value is None else {_SIGNATURE: _IS_SECRET, "value": value}


def secret_plaintext(value: str) -> dict[str, str]:
    """Mark a value as secret in a list for an import, where the engine reads it as it writes states with secrets shown.

    Args:
        value: the value in clear.
    """
    return {_SIGNATURE: _IS_SECRET, "plaintext": json.dumps(value)}


def own_suffix(seed: pulumi.Input[str], resource_name: str) -> pulumi.Output[str]:
    """Derive a resource's own suffix from the stack's seed, so that no two resources share one.

    Args:
        seed: the stack's seed.
        resource_name: the resource's logical name.
    """
    return pulumi.Output.from_input(seed).apply(
        lambda value: hashlib.sha256(f"{value}\n{resource_name}".encode()).hexdigest()[:8] if value else value
    )


def secret(value: pulumi.Input[str] | None) -> pulumi.Output[str] | None:
    """Mark an input as secret, and leave a missing one missing."""
    return None if value is None else pulumi.Output.secret(value)
