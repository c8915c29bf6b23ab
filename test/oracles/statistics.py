"""Makes test/fixtures/scaling/scipy.json: the statistics of src/stats by SciPy, on seeded data.

Run with numpy 2.4.6 and scipy 1.17 (any of 1.13 or later):  python test/oracles/statistics.py
"""

import csv
import json
import pathlib

import numpy as np
import scipy
from scipy import optimize, stats

HERE = pathlib.Path(__file__).parent.parent / "fixtures" / "scaling"
rng = np.random.default_rng(20260101)


def wilson():
    cases = [(0, 20), (1, 20), (81, 263), (150, 205), (205, 205), (3, 10000)]
    ci = [stats.binomtest(k, n).proportion_ci(0.95, method="wilson") for k, n in cases]
    return [{"k": k, "n": n, "low": c.low, "high": c.high} for (k, n), c in zip(cases, ci)]


def isotonic():
    cases = []
    for n in (4, 8, 12):
        y, w = rng.random(n), 0.5 + rng.random(n)
        up = optimize.isotonic_regression(y, weights=w, increasing=True).x
        down = optimize.isotonic_regression(y, weights=w, increasing=False).x
        cases.append({"y": list(y), "weights": list(w),
                      "up": float(np.sum(w * (y - up) ** 2)), "down": float(np.sum(w * (y - down) ** 2))})
    return cases


def corrections():
    p = list(rng.random(12) ** 3)
    return {"p": p, "bh": list(stats.false_discovery_control(p, method="bh"))}


def ranks():
    a, b = list(rng.normal(0, 1, 12).round(1)), list(rng.normal(0.8, 1, 15).round(1))
    found = stats.mannwhitneyu(a, b, alternative="two-sided", method="asymptotic")
    return {"a": a, "b": b, "p": float(found.pvalue)}


def chinchilla():
    with open(HERE / "chinchilla_epoch_extracted.csv") as file:
        rows = [(float(r["Model Size"]), float(r["Training FLOP"]), float(r["loss"])) for r in csv.DictReader(file)]
    n, c, loss = np.array(sorted(rows, key=lambda r: r[2])[:-5]).T
    d = c / 6 / n

    def objective(x):
        a, b, e, alpha, beta = x
        predicted = np.logaddexp(np.logaddexp(a - alpha * np.log(n), b - beta * np.log(d)), e)
        r = np.abs(predicted - np.log(loss))
        return np.sum(np.where(r <= 1e-3, r**2 / 2, 1e-3 * (r - 5e-4))) * 1e3

    best = min((optimize.minimize(objective, [a, b, e, al, be], method="L-BFGS-B",
                                  options={"maxiter": 5000, "maxfun": 100000, "ftol": 1e-15, "gtol": 1e-10})
                for a in (5, 10) for b in (5, 10) for e in (0, 0.5) for al in (0.3, 0.6) for be in (0.3, 0.6)),
               key=lambda found: found.fun)
    a, b, e, alpha, beta = best.x
    return {"E": float(np.exp(e)), "alpha": float(alpha), "beta": float(beta), "objective": float(best.fun / 1e3)}


golden = {"numpy": np.__version__, "scipy": scipy.__version__, "wilson": wilson(), "isotonic": isotonic(),
          "corrections": corrections(), "ranks": ranks(), "chinchilla": chinchilla()}
(HERE / "scipy.json").write_text(json.dumps(golden, indent=1) + "\n")
