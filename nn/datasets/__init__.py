"""Small data sets and the preparation that an example needs before it can train."""

from nn.datasets.iris import IRIS_FEATURES, IRIS_SPECIES, load_iris
from nn.datasets.scaling import StandardScaler
from nn.datasets.splitting import train_test_split

__all__ = ["IRIS_FEATURES", "IRIS_SPECIES", "StandardScaler", "load_iris", "train_test_split"]
