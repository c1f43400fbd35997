"""Moves the rows of Zoho CRM into the landing zone. Knows nothing of Pulumi: a document tells it everything."""
