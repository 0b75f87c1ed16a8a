"""XGBoost (hist) with fixed settings on given rows, one thread, CPU time. In, on stdin: {"rows": [[number or null]], "labels",
"categorical": column indices, "parts": [{"train": row indices, "test": row indices}], "settings": [{"treeCount", "learningRate",
"maxDepth", "minChildWeight", "l2", "maxBins"}], "repeats"}. Out, on stdout: {"version", "answers": one a setting, of one a part:
{"predictions", "fitSeconds": of each repeat, "predictSeconds"}}."""

import json
import os
import sys
import time

os.environ["OMP_NUM_THREADS"] = "1"

import numpy
import xgboost

problem = json.load(sys.stdin)
rows = numpy.array(problem["rows"], dtype=float)
labels = numpy.array(problem["labels"], dtype=float)
types = ["c" if column in problem["categorical"] else "q" for column in range(rows.shape[1])]


def answer(settings, part):
    options = {
        "objective": "binary:logistic",
        "tree_method": "hist",
        "nthread": 1,
        "eta": settings["learningRate"],
        "max_depth": settings["maxDepth"],
        "min_child_weight": settings["minChildWeight"],
        "lambda": settings["l2"],
        "max_bin": settings["maxBins"],
    }
    train, test = part["train"], part["test"]
    learned, asked = rows[train], rows[test]
    fits = []
    for _ in range(problem["repeats"]):
        started = time.process_time()
        matrix = xgboost.DMatrix(learned, labels[train], feature_types=types, enable_categorical=True, nthread=1)
        model = xgboost.train(options, matrix, settings["treeCount"])
        fits.append(time.process_time() - started)
    started = time.process_time()
    fresh = xgboost.DMatrix(asked, feature_types=types, enable_categorical=True, nthread=1)
    said = model.predict(fresh)
    return {"predictions": said.tolist(), "fitSeconds": fits, "predictSeconds": time.process_time() - started}


answers = [[answer(settings, part) for part in problem["parts"]] for settings in problem["settings"]]
json.dump({"version": "XGBoost " + xgboost.__version__, "answers": answers}, sys.stdout)
