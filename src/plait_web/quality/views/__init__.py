"""Pages of gaps, figures against practice, the same cases, and what returns were like."""
