"""Components: resources that belong together, made from a few lines."""
