"""How fast the resources are on the real engine, beside what people write today: `python -m bench`.

| module | its one job |
|---|---|
| ``subjects`` | what is measured: our programs, the naive one, the smallest ones |
| ``programs/``, ``naive/`` | their Pulumi programs |
| ``services`` | Adobe and Zoho on loopback, with a latency and counts: the emulator, or a faster stub of it |
| ``measure`` | one command: wall time, processor time, memory |
| ``stacks`` | a subject's stacks, and the life that one goes through |
| ``split`` | one stack of many tables beside the same tables in several stacks |
| ``raw`` | the floor: the same requests without an engine |
| ``plan`` | which subjects run at which size and latency, interleaved |
| ``samples`` | the figures, medians and ratios |
| ``fit`` | the fit a + bN + cN² |
| ``plot``, ``report`` | the picture and docs/performance.md |
"""
