"""Scikit-learn's isolation forest on request: a line of JSON in, a line of JSON out, until the input ends.

{"load": name, "file": float32 values row by row, "width": columns}
{"fit": name, "trees": n, "seed": n}            the time in ms
{"score": name, "rows": n or null, "to": file or null}   the time in ms; scores, high is strange, as float64
"""
import json
import sys
import time

import numpy
from sklearn.ensemble import IsolationForest

matrices = {}
forest = None

print(json.dumps({"ready": True}), flush=True)
for line in sys.stdin:
    ask = json.loads(line)
    took = 0.0
    if "load" in ask:
        matrices[ask["load"]] = numpy.fromfile(ask["file"], dtype="<f4").reshape(-1, ask["width"])
    elif "fit" in ask:
        start = time.perf_counter()
        forest = IsolationForest(n_estimators=ask["trees"], random_state=ask["seed"]).fit(matrices[ask["fit"]])
        took = time.perf_counter() - start
    else:
        rows = matrices[ask["score"]][: ask["rows"]]
        start = time.perf_counter()
        scores = -forest.score_samples(rows)
        took = time.perf_counter() - start
        if ask["to"] is not None:
            scores.astype("<f8").tofile(ask["to"])
    print(json.dumps({"ms": took * 1000}), flush=True)
