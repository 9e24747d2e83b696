"""The annual plan, in the order of its making.

`inputs` (what planners decide; drafted by division in `drafting`) -> `figures` (computed from the inputs and the
directory: `workday_budget`, `year_demand`, `full_coverage` by the `optimiser`, `general_tier`) -> `document`
-> `build` (a version is stored) -> `life_cycle` (reviewed, approved, filed, its months drawn, published, closed).
`scenarios` computes the same for "what if"; `difference` compares two versions; `queries` reads for pages.
"""
