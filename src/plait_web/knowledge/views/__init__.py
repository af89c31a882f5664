"""Pages of the data map and its registers."""
