"""Adobe Policy Service: data usage labels."""
