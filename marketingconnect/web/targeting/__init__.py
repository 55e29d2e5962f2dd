"""What the targeting screens of the client area and of the back office share.

The screen is one form. Its `State` is what its fields hold, by name; it is kept as criteria (the
tree of `targeting.criteria`), and two people may change it at once.
"""
