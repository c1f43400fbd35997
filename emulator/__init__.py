"""A loopback program that stands in for Adobe IMS, Adobe Flow Service and Zoho."""
