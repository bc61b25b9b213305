"""Fisher's Iris: 150 flowers of three species, bundled as iris.csv."""

import csv
from pathlib import Path

import numpy as np

IRIS_FEATURES = (
    "sepal length (cm)",
    "sepal width (cm)",
    "petal length (cm)",
    "petal width (cm)",
)
IRIS_SPECIES = ("setosa", "versicolor", "virginica")


def load_iris() -> tuple[np.ndarray, np.ndarray]:
    """Return (features, labels) of the 150 flowers, 50 of each species in turn.

    features (150, 4) float64, in centimetres, columns as in IRIS_FEATURES; labels (150,)
    int64, positions in IRIS_SPECIES. The arrays are the caller's own.
    Values and order are scikit-learn's and R's; the UCI copy differs in two rows.
    Source: Fisher 1936, "The use of multiple measurements in taxonomic problems",
    Annals of Eugenics 7, 179-188; public domain.
    """
    with Path(__file__).with_name("iris.csv").open(newline="", encoding="utf-8") as file:
        _header, *rows = csv.reader(file)
    features = np.array([row[:4] for row in rows], dtype=np.float64)
    labels = np.array([IRIS_SPECIES.index(row[4]) for row in rows], dtype=np.int64)
    return features, labels
