"""The workday budget: person-days of the bureau and its divisions, exact, and what earlier years propose for it."""
