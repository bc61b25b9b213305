"""The functions of nn.functional, by theme; `nn.functional` has their names."""
