"""Adobe Data Prep: mapping sets, from columns to fields of a schema."""
