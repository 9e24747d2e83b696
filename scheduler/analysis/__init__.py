"""Looking at plans and past draws with numbers: simulated years, coverage forecast, fairness. Reads, never writes."""
