"""Adobe Real-Time Customer Profile, as far as profiles are looked up."""
