"""Pages of the calendar and of returns: request in, response out."""
