"""Zoho's accounts servers, one per data center."""
