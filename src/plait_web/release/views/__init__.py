"""Pages of releases and of the ledger."""
