"""THE KERNEL: the draw protocol `double-random/1` as pure functions over the standard library; begin with `draw`."""
