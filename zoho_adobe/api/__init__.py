"""Clients of the services behind a Zoho CRM source: they know HTTP, and nothing of Pulumi."""
