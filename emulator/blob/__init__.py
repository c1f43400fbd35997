"""Azure Blob storage, as far as a landing zone lets its clients use it."""
