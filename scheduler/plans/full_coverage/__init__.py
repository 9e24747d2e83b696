"""Key visits over the months: what is asked, what a plan gives, capacity, shortages and what would mend them."""
