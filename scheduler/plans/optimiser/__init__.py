"""The optimiser of the annual plan: key visits over the months, goal after goal, each with its proof."""
