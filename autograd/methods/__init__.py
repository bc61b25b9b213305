"""The operators and methods of the public surface, written once for all carriers of arrays."""
