"""scikit-learn's k-means. In: {"rows": [[...]], "clusterCount", "starts", "seeds"} on stdin. Out, on stdout:
{"version", "inertias": one a seed, "seconds": of the first}."""

import json
import sys
import time

import numpy
import sklearn
from sklearn.cluster import KMeans

problem = json.load(sys.stdin)
rows = numpy.array(problem["rows"], dtype=float)
inertias, seconds = [], []
for seed in problem["seeds"]:
    started = time.perf_counter()
    model = KMeans(problem["clusterCount"], n_init=problem["starts"], random_state=seed).fit(rows)
    inertias.append(float(model.inertia_))
    seconds.append(time.perf_counter() - started)
version = "scikit-learn " + sklearn.__version__
json.dump({"version": version, "inertias": inertias, "seconds": seconds[0]}, sys.stdout)
