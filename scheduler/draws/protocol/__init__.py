"""THE KERNEL: the draw protocol `double-random/1` as pure functions over the standard library.

Read it in this order; each module opens with the numbered rules it enforces.

- `errors`, `encoding`, `tables`, `merkle`: how anything is written down, hashed and refused
- `sources`, `manifest`, `inputs`: what is frozen before the randomness exists (sections 2 and 3)
- `seed`, `selection`: transcript, keys, tickets, and everyone's lot (sections 4 and 5)
- `eligibility`, `assignment`: who may visit whom, and who does (sections 2 and 6)
- `draw`, `result`: all of it together, and what is published (section 7)
- `events`: what happens afterwards (section 8); `lottery`: months and days of a plan (section 13)

No clock, no files, no chance, no float: the same bytes in give the same bytes out, anywhere.
"""
