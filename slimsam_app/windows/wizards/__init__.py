"""Windows that lead through several decisions, one page each."""
