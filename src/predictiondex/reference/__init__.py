"""The reference: outside packages that the facts come from and that the rules are checked against.

Nothing here is needed to predict or to serve; it builds the Pokédex snapshot and lets results be compared.
"""
