"""Zoho accounts and their CRM organizations, each at home in one data center."""

from __future__ import annotations

import secrets
from enum import StrEnum

from emulator.core.store import Document, Store

NAME = "Patricia Boyle"
COMPANY = "Zylker"


class Environment(StrEnum):
    """What kind of CRM organization it is. Tokens of one are not good in another."""

    PRODUCTION = "production"
    SANDBOX = "sandbox"
    DEVELOPER = "developer"


def _number(digits: int) -> str:
    return str(10 ** (digits - 1) + secrets.randbelow(9 * 10 ** (digits - 1)))


class Users:
    """All accounts and organizations."""

    def __init__(self, store: Store) -> None:
        self._users = store.collection("zoho_users", lambda user: str(user["organization"]))
        self._organizations = store.collection("zoho_organizations")

    def create(
        self,
        dc: str,
        *,
        name: str = NAME,
        email: str | None = None,
        organization: str | None = None,
        environment: Environment = Environment.PRODUCTION,
    ) -> Document:
        """Make an account, in an organization of its own unless one is given."""
        zuid = _number(9)
        if organization is None:
            organization = self._create_organization(dc, environment)["id"]
        first, _, last = name.rpartition(" ")
        user: Document = {
            "zuid": zuid,
            "dc": dc,
            "first_name": first,
            "last_name": last,
            "email": email or f"user.{zuid}@example.com",
            "organization": organization,
            "api_access": True,
            "hidden_modules": [],
        }
        self.save(user)
        return user

    def save(self, user: Document) -> None:
        self._users.put(user["zuid"], user)

    def get(self, zuid: str) -> Document | None:
        return self._users.get(zuid)

    def of_organization(self, organization: str) -> list[Document]:
        return [user for _, user in reversed(self._users.newest_first(organization))]

    def organization(self, identifier: str) -> Document | None:
        return self._organizations.get(identifier)

    def save_organization(self, organization: Document) -> None:
        self._organizations.put(organization["id"], organization)

    def _create_organization(self, dc: str, environment: Environment) -> Document:
        organization: Document = {
            "id": _number(8),
            "dc": dc,
            "environment": environment.value,
            "company_name": COMPANY,
            "credits": None,
        }
        self.save_organization(organization)
        return organization


def full_name(user: Document) -> str:
    """Return the name as people write it."""
    return f"{user['first_name']} {user['last_name']}".strip()
