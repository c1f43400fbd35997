"""Adobe Sandbox Management: which sandboxes a credential reaches."""
