"""The fuzzer of program edits: a stack on the real engine is edited at random, and after each step all is compared."""
