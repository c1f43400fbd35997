"""Adobe Catalog: datasets, and the batches of rows that were written to them."""
