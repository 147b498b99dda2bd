"""The reference: outside packages that the facts come from and that the rules are checked against.

Nothing here is needed to predict or to serve; it is used to build the Pokédex snapshot and to compare results.
"""
