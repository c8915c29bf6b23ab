"""Prompts with worked examples of BIG-bench JSON tasks, by the rules of lm-eval's former port, with numpy's generator.

Usage: python test/oracles/bigbench_goldens.py
"""
import json
import pathlib

import numpy as np

OUT = pathlib.Path(__file__).resolve().parents[1] / "fixtures/task/bigbench.json"
CHOICES = {
    "name": "pets", "metrics": ["multiple_choice_grade"], "task_prefix": "Pets.",
    "examples": [{"input": f"q{i}", "target_scores": {"dog": i % 2, "cat": 1 - i % 2, "fish": i % 3 // 2 or 1, "É": 0}} for i in range(9)],
}
TEXTS = {"name": "echo", "metrics": ["exact_str_match"], "few_shot_example_separator": "\n--", "examples": [{"input": f"say {i}", "target": str(i)} for i in range(7)]}


def prompt(task, example):
    shown = ""
    if "target_scores" in example:
        order = np.random.RandomState(42).permutation(sorted(example["target_scores"]))
        shown = "".join(f"\n  choice: {choice}" for choice in order)
    return f"\nQ: {example['input']}{shown}\nA: "


def answer(example, rng):
    if "target_scores" not in example:
        return example["target"]
    top = max(example["target_scores"].values())
    return str(rng.choice([choice for choice, score in example["target_scores"].items() if score == top]))


def contexts(task, shots):
    rng, found = np.random.RandomState(42), {}
    examples, separator = task["examples"], task.get("few_shot_example_separator", "\n")
    for index in rng.choice(len(examples), len(examples), replace=False):
        others = [i for i in range(len(examples)) if i != index]
        drawn = [others[i] for i in rng.choice(len(others), shots, replace=False)]
        worked = [prompt(task, examples[i]) + answer(examples[i], rng) for i in drawn]
        found[int(index)] = task.get("task_prefix", "") + separator.join([*worked, prompt(task, examples[index])])
    return [found[i] for i in range(len(examples))]


def main():
    cases = [{"task": task, "shots": shots, "contexts": contexts(task, shots)} for task in (CHOICES, TEXTS) for shots in (1, 2, 5)]
    OUT.write_text(json.dumps({"numpy": np.__version__, "cases": cases}, ensure_ascii=False), "utf-8")


if __name__ == "__main__":
    main()
