"""scikit-learn's k-means and logistic regression on one thread. In: {"task": "k-means" | "logistic", "rows": a file of float64,
"rowCount", "columnCount", …} on stdin. Out, on stdout: CPU seconds, the least of three runs, beside what was found."""

import json
import os
import sys
import time

for library in ("OMP", "OPENBLAS", "MKL", "BLIS"):
    os.environ[library + "_NUM_THREADS"] = "1"

import numpy
import sklearn
from sklearn.cluster import KMeans
from sklearn.linear_model import LogisticRegression

problem = json.load(sys.stdin)
shape = problem["rowCount"], problem["columnCount"]
rows = numpy.fromfile(problem["rows"]).reshape(shape)


def least_cpu(run, runs=3):
    least = float("inf")
    for _ in range(runs):
        started = time.process_time()
        answer = run()
        least = min(least, time.process_time() - started)
    return least, answer


def k_means():
    count = problem["clusterCount"]
    start = numpy.array(problem["start"]).reshape(count, -1)

    def descend(iterations):
        return KMeans(count, init=start, n_init=1, max_iter=iterations, tol=0).fit(rows)

    short, _ = least_cpu(lambda: descend(problem["short"]))
    long, descended = least_cpu(lambda: descend(problem["long"]))
    whole, model = least_cpu(lambda: KMeans(count, n_init=problem["starts"], random_state=0).fit(rows), problem["runs"])
    return {
        "secondsAnIteration": (long - short) / (problem["long"] - problem["short"]),
        "descendedInertia": float(descended.inertia_),
        "seconds": whole,
        "inertia": float(model.inertia_),
    }


def logistic():
    labels = numpy.fromfile(problem["labels"])
    model = LogisticRegression(C=problem["c"], tol=problem["tolerance"], max_iter=1000)
    seconds, fitted = least_cpu(lambda: model.fit(rows, labels))
    return {
        "seconds": seconds,
        "weights": fitted.coef_[0].tolist() + [float(fitted.intercept_[0])],
        "iterations": int(fitted.n_iter_[0]),
    }


answer = {"k-means": k_means, "logistic": logistic}[problem["task"]]()
json.dump({"version": "scikit-learn " + sklearn.__version__, **answer}, sys.stdout)
