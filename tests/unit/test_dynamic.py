"""The provider objects in users' states: found for ever under the same path, by the same bytes."""

from __future__ import annotations

import base64
import pickle

import pytest

from zoho_adobe import dynamic
from zoho_adobe.resources.lifecycle import Lifecycle
from zoho_adobe.resources.managed import provider_reference

# Only ever longer: each line is in somebody's state.
REFERENCES = {
    "BASE_CONNECTION": "Y3pvaG9fYWRvYmUuZHluYW1pYwpCQVNFX0NPTk5FQ1RJT04KLg==",
    "ZOHO_GRANT": "Y3pvaG9fYWRvYmUuZHluYW1pYwpaT0hPX0dSQU5UCi4=",
    "TABLE": "Y3pvaG9fYWRvYmUuZHluYW1pYwpUQUJMRQou",
    "SOURCE_CONNECTION": "Y3pvaG9fYWRvYmUuZHluYW1pYwpTT1VSQ0VfQ09OTkVDVElPTgou",
    "TARGET_CONNECTION": "Y3pvaG9fYWRvYmUuZHluYW1pYwpUQVJHRVRfQ09OTkVDVElPTgou",
    "SCHEMA": "Y3pvaG9fYWRvYmUuZHluYW1pYwpTQ0hFTUEKLg==",
    "DATASET": "Y3pvaG9fYWRvYmUuZHluYW1pYwpEQVRBU0VUCi4=",
    "MAPPING_SET": "Y3pvaG9fYWRvYmUuZHluYW1pYwpNQVBQSU5HX1NFVAou",
    "DATAFLOW": "Y3pvaG9fYWRvYmUuZHluYW1pYwpEQVRBRkxPVwou",
    "LANDING_ZONE": "Y3pvaG9fYWRvYmUuZHluYW1pYwpMQU5ESU5HX1pPTkUKLg==",
    "CRM_MODULE": "Y3pvaG9fYWRvYmUuZHluYW1pYwpDUk1fTU9EVUxFCi4=",
    "LANDING_ZONE_SOURCE": "Y3pvaG9fYWRvYmUuZHluYW1pYwpMQU5ESU5HX1pPTkVfU09VUkNFCi4=",
    "IDENTITY_NAMESPACE": "Y3pvaG9fYWRvYmUuZHluYW1pYwpJREVOVElUWV9OQU1FU1BBQ0UKLg==",
    "USAGE_LABEL": "Y3pvaG9fYWRvYmUuZHluYW1pYwpVU0FHRV9MQUJFTAou",
    "RELATIONSHIP": "Y3pvaG9fYWRvYmUuZHluYW1pYwpSRUxBVElPTlNISVAKLg==",
}


@pytest.mark.parametrize(("name", "reference"), REFERENCES.items())
def test_the_bytes_in_the_state_lead_to_the_object(name: str, reference: str) -> None:
    assert provider_reference(name) == reference
    assert pickle.loads(base64.b64decode(reference)) is getattr(dynamic, name)  # noqa: S301


def test_every_provider_object_is_pinned_here() -> None:
    objects = {name for name, value in vars(dynamic).items() if isinstance(value, Lifecycle)}
    assert objects == set(REFERENCES)
