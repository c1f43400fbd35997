"""Every operation of every resource with every fault at every request: what is left, known and shown afterwards.

A cell is one operation during which one request meets one fault, and then the same operation once more without a
fault, as a person would run the command again. What counts is the end: exactly the objects that there should be, known
to the state as they are, nothing else touched, and no secret in any message.
"""
