"""The part of Zoho CRM's API that is called."""
