"""What there is of Zoho in an organization: read, judged and shown; nothing is changed."""
