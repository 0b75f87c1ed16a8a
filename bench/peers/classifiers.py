"""XGBoost (hist), scikit-learn's HistGradientBoosting and logistic regression on given folds; settings are chosen inside
each training fold. In: {"rows": [[number or null]], "labels", "categorical": column indices, "folds": [fold by row, one
list a seed], "foldCount"} on stdin. Out, on stdout: {"models": [{"name", "predictions": one list a seed,
"seconds": CPU, all folds}]}."""

import json
import multiprocessing
import os
import sys
import time

# One thread a process: folds run beside each other instead.
os.environ["OMP_NUM_THREADS"] = "1"

import numpy
import sklearn
import xgboost
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.compose import make_column_transformer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegressionCV
from sklearn.metrics import log_loss
from sklearn.model_selection import StratifiedKFold, train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

# The shapes, steps and shares that our own boosting chooses from, and as many models in its bag.
XGBOOST = [
    {"max_depth": 4, "min_child_weight": 1},
    {"max_depth": 6, "max_leaves": 20, "grow_policy": "lossguide", "min_child_weight": 4, "colsample_bytree": 0.8},
]
XGBOOST_STEP = {"eta": 0.03, "subsample": 0.7, "objective": "binary:logistic", "tree_method": "hist", "nthread": 1}
BAG = 3
HISTOGRAM = [
    {"learning_rate": 0.05, "max_leaf_nodes": 15, "min_samples_leaf": 20},
    {"learning_rate": 0.05, "max_leaf_nodes": 31, "min_samples_leaf": 50},
]


def boost_xgboost(rows, labels, fresh, categorical, seed):
    types = ["c" if column in categorical else "q" for column in range(rows.shape[1])]
    matrix = xgboost.DMatrix(rows, labels, feature_types=types, enable_categorical=True)
    inner = list(StratifiedKFold(5, shuffle=True, random_state=seed).split(rows, labels))
    tried = []
    for options in XGBOOST:
        options = {**XGBOOST_STEP, **options, "seed": seed}
        cv = xgboost.cv(
            options, matrix, 500, folds=inner, metrics="logloss", early_stopping_rounds=40, as_pandas=False
        )
        means = cv["test-logloss-mean"]
        tried.append((min(means), means.index(min(means)) + 1, options))
    _, rounds, options = min(tried, key=lambda each: each[0])
    fresh = xgboost.DMatrix(fresh, feature_types=types, enable_categorical=True)
    bag = [xgboost.train({**options, "seed": 100 * seed + each}, matrix, rounds) for each in range(BAG)]
    odds = sum(model.predict(fresh, output_margin=True).astype(float) for model in bag) / BAG
    return 1 / (1 + numpy.exp(-odds))


def boost_histogram(rows, labels, fresh, categorical, seed):
    def build(options):
        return HistGradientBoostingClassifier(
            **options, max_iter=500, early_stopping=True, n_iter_no_change=20, categorical_features=categorical, random_state=seed
        )

    learn, check, learn_labels, check_labels = train_test_split(
        rows, labels, test_size=0.2, stratify=labels, random_state=seed
    )
    losses = [
        log_loss(check_labels, build(options).fit(learn, learn_labels).predict_proba(check)[:, 1]) for options in HISTOGRAM
    ]
    return build(HISTOGRAM[int(numpy.argmin(losses))]).fit(rows, labels).predict_proba(fresh)[:, 1]


def fit_logistic(rows, labels, fresh, categorical, seed):
    numeric = [column for column in range(rows.shape[1]) if column not in categorical]
    columns = make_column_transformer(
        (make_pipeline(SimpleImputer(strategy="median"), StandardScaler()), numeric),
        (OneHotEncoder(handle_unknown="infrequent_if_exist", min_frequency=20), categorical),
    )
    inner = StratifiedKFold(5, shuffle=True, random_state=seed)
    model = LogisticRegressionCV(Cs=[0.01, 0.1, 1], cv=inner, scoring="neg_log_loss", max_iter=2000)
    return make_pipeline(columns, model).fit(rows, labels).predict_proba(fresh)[:, 1]


RIVALS = {
    f"XGBoost {xgboost.__version__} hist, bag of {BAG}": boost_xgboost,
    f"scikit-learn {sklearn.__version__} HistGradientBoosting": boost_histogram,
    f"scikit-learn {sklearn.__version__} logistic": fit_logistic,
}


def cap_categories(rows, categorical):
    """At most 254 codes a column, the commonest: the limit of HistGradientBoosting."""
    for column in categorical:
        codes, counts = numpy.unique(rows[:, column][~numpy.isnan(rows[:, column])], return_counts=True)
        kept = {code: place for place, code in enumerate(sorted(codes[numpy.argsort(-counts, kind="stable")][:254]))}
        rows[:, column] = [kept.get(value, numpy.nan) for value in rows[:, column]]
    return rows


def answer_fold(job):
    seed, fold = job
    test = numpy.array(problem["folds"][seed]) == fold
    answers = {}
    for name, fit in RIVALS.items():
        started = time.process_time()
        said = fit(rows[~test], labels[~test], rows[test], categorical, 1000 * seed + fold)
        answers[name] = (said.tolist(), time.process_time() - started)
    return seed, test.nonzero()[0].tolist(), answers


if __name__ == "__main__":
    problem = json.load(sys.stdin)
    categorical = problem["categorical"]
    rows = cap_categories(numpy.array(problem["rows"], dtype=float), categorical)
    labels = numpy.array(problem["labels"], dtype=float)
    seeds = range(len(problem["folds"]))
    predictions = {name: [[0.0] * len(labels) for _ in seeds] for name in RIVALS}
    seconds = dict.fromkeys(RIVALS, 0.0)
    jobs = [(seed, fold) for seed in seeds for fold in range(problem["foldCount"])]
    with multiprocessing.get_context("fork").Pool(os.cpu_count()) as pool:
        for seed, places, answers in pool.imap_unordered(answer_fold, jobs):
            for name, (said, taken) in answers.items():
                seconds[name] += taken
                for place, value in zip(places, said):
                    predictions[name][seed][place] = value
    models = [{"name": name, "predictions": predictions[name], "seconds": seconds[name]} for name in RIVALS]
    json.dump({"models": models}, sys.stdout)
