"""What each command does, free of parsing and printing, so that a notebook or the web application can call the same."""
