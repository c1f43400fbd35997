"""How fast the resources are on the real engine, beside what people write today: `python -m bench`.

| module | its one job |
|---|---|
| ``subjects`` | what is measured: our programs, the naive one, the smallest ones |
| ``programs/``, ``naive/`` | their Pulumi programs |
| ``services`` | Adobe and Zoho on loopback, with a latency and counts: the emulator, or a faster stub of it |
| ``measure`` | one command: wall time, processor time, memory |
| ``stacks`` | a subject's stack, and the life it goes through |
| ``raw`` | the floor: the same requests without an engine |
| ``plan`` | which subjects run at which size and latency, interleaved |
| ``numbers`` | medians, ratios, and the fit a + bN + cN² |
| ``plot``, ``report`` | the picture and docs/performance.md |
"""
