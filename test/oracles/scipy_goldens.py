"""Makes test/fixtures/scaling/scipy.json: the statistics of src/stats by SciPy, on seeded data.

Run with numpy 2.4.6 and scipy 1.17 (any of 1.13 or later):  python test/oracles/scipy_goldens.py
"""

import csv
import gzip
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


def sigmoid():
    """The second step of the OLMo ladder on PIQA and MMLU's largest part, every tenth checkpoint, without smoothing."""
    with gzip.open(HERE / "ladder_runs.csv.gz", "rt") as file:
        rows = [r for r in csv.DictReader(file) if not r["run"].startswith("peteish")][::10]
    cases = []
    for task in ("piqa_val", "mmlu_humanities_test"):
        x = np.array([float(r[task + "_bpb"]) for r in rows] + [0.0])
        y = np.array([float(r[task + "_acc"]) for r in rows] + [1.0])

        def curve(x, a, x0, k, b):
            return a / (1 + np.exp(-k * (x - x0))) + b

        found = min((optimize.least_squares(lambda p: curve(x, *p) - y, [f - 1, m, k, 0.97],
                                            bounds=([-1, 0, 0, 0], [0, np.inf, np.inf, 1]), xtol=1e-15, ftol=1e-15)
                     for f in (0.2, 0.5) for m in (0.8, 1.2, 2.0) for k in (1, 3, 10)), key=lambda r: r.cost)
        cases.append({"task": task, "error": float(2 * found.cost), "at1": float(curve(1.0, *found.x))})
    return cases


def gadre():
    with open(HERE / "gadre_redpajama.csv") as file:
        rows = [r for r in csv.DictReader(file) if r["arch"].startswith("d=")]
    n = np.array([float(r["params"]) for r in rows])
    d = np.array([float(r["tokens"]) for r in rows])
    loss = np.array([float(r["c4_loss"]) for r in rows])
    found = min((optimize.least_squares(lambda p: p[0] + p[1] * (n / 1e8) ** -p[3] + p[2] * (d / 1e9) ** -p[3] - loss,
                                        [e, 1, 1, g], xtol=1e-15, ftol=1e-15)
                 for e in (1.0, 2.0) for g in (0.1, 0.3, 0.6)), key=lambda r: r.cost)
    return {"error": float(2 * found.cost), "E": float(found.x[0]), "gamma": float(found.x[3])}


def logistic():
    x = np.array([1.0, 1.5, 2.0, 2.5, 3.0, 3.5])
    n = np.array([50, 80, 60, 70, 90, 40])
    k = np.array([1, 5, 12, 38, 77, 38])

    def loss(b):
        eta = b[0] + b[1] * x
        return np.sum(n * np.logaddexp(0, eta) - k * eta) + b[1] ** 2 / 2 / 20**2

    found = optimize.minimize(loss, [0, 0], method="BFGS", options={"gtol": 1e-10})
    eta = found.x[0] + found.x[1] * x
    p = 1 / (1 + np.exp(-eta))
    w = n * p * (1 - p)
    information = np.array([[w.sum(), (w * x).sum()], [(w * x).sum(), (w * x * x).sum() + 1 / 20**2]])
    dispersion = max(1.0, float(np.sum((k - n * p) ** 2 / w) / (len(x) - 2)))
    stderrs = np.sqrt(dispersion * np.diag(np.linalg.inv(information)))
    return {"x": list(x), "n": n.tolist(), "k": k.tolist(), "coefficients": found.x.tolist(), "stderrs": stderrs.tolist()}


def signs():
    return [{"up": u, "down": d, "p": float(stats.binomtest(u, u + d, 0.5).pvalue)}
            for u, d in ((10, 0), (3, 9), (40, 61), (500, 420))]


golden = {"numpy": np.__version__, "scipy": scipy.__version__, "wilson": wilson(), "isotonic": isotonic(),
          "corrections": corrections(), "ranks": ranks(), "chinchilla": chinchilla(), "sigmoid": sigmoid(), "gadre": gadre(),
          "logistic": logistic(), "signs": signs()}
(HERE / "scipy.json").write_text(json.dumps(golden, indent=1) + "\n")
