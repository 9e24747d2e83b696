"""The general tier: its draw batches of a year, how long it takes to be covered, and the drafts of its draws."""
