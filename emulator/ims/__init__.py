"""Adobe IMS: access tokens for server-to-server clients."""
