"""NumPy's QR on the same matrices. In: {"problems": [{"rows": [[...]], "target": [...]}]} on stdin. Out, on stdout:
{"version", "fits": [{"coefficients", "standardErrors"}]}."""

import json
import sys

import numpy


def fit(rows, target):
    matrix, target = numpy.array(rows, dtype=float), numpy.array(target, dtype=float)
    q, r = numpy.linalg.qr(matrix)
    inverse = numpy.linalg.solve(r, numpy.eye(r.shape[1]))
    coefficients = inverse @ (q.T @ target)
    residuals = target - matrix @ coefficients
    variance = residuals @ residuals / (matrix.shape[0] - matrix.shape[1])
    errors = numpy.sqrt(variance * (inverse**2).sum(axis=1))
    return {"coefficients": coefficients.tolist(), "standardErrors": errors.tolist()}


problems = json.load(sys.stdin)["problems"]
fits = [fit(problem["rows"], problem["target"]) for problem in problems]
json.dump({"version": "NumPy " + numpy.__version__, "fits": fits}, sys.stdout)
