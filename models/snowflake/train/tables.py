"""Write the README's tables of measured results: `python tables.py` fills the text between markers."""

import json
import re
from collections.abc import Callable

from families import MODELS
from ladder import LADDER

README = MODELS / "snowflake" / "README.md"
CHANCE = {
    "snowflake_facts": 1 / 8,
    "snowflake_addition_digits": 1 / 10,
    "snowflake_cue": 1 / 2,
    "snowflake_plain": 1 / 2,
    "snowflake_hop_direct": 1 / 5,
    "snowflake_hop_2_direct": 1 / 5,
    "snowflake_hop_cot": 1 / 5,
    "snowflake_hop_hard_cot": 1 / 4,
    "snowflake_sum_direct": 1 / 10,
    "snowflake_sum_cot": 1 / 10,
    "snowflake_sum_hard_cot": 1 / 10,
}
Result = dict[str, object]


def read(family: str) -> list[Result]:
    return json.loads((MODELS / family / "results.json").read_text())


def primary(result: Result, task: str) -> float:
    """The task's first metric."""
    return next(iter(result["results"][task].values()))["value"]


def spread(values: list[float]) -> str:
    mean = f"{sum(values) / len(values):.2f}"
    return mean if len(values) == 1 else f"{mean} ({min(values):.2f}–{max(values):.2f})"


def table(header: list[str], rows: list[list[str]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def in_order(task: str) -> list[object]:
    """Numbers within names sort as numbers."""
    return [int(part) if part.isdigit() else part for part in re.split(r"(\d+)", task)]


def by_column(results: list[Result], column: Callable[[Result], str]) -> str:
    """Tasks by columns; results of one column (seeds) are averaged, with their range."""
    groups: dict[str, list[Result]] = {}
    for result in results:
        groups.setdefault(column(result), []).append(result)
    rows = []
    for task in sorted(results[0]["results"], key=in_order):
        chance = 1 / 4 if "_icl_" in task else CHANCE.get(task)
        cells = [spread([primary(result, task) for result in group]) for group in groups.values()]
        rows.append([task.removeprefix("snowflake_"), f"{chance:.2f}" if chance else "", *cells])
    return table(["task", "chance", *groups], rows)


def scale_of(result: Result) -> str:
    return result["name"].split("-")[1]


def tokens_of(result: Result) -> str:
    return f"{result['trainingTokens'] / 1e6:.1f}M"


def shapes(results: list[Result]) -> str:
    header = ["scale", "parameters", "without embedding", "width", "layers", "heads", "feed-forward", "seeds"]
    rows = []
    for name, shape in LADDER.items():
        seeds = ", ".join(str(result["seed"]) for result in results if scale_of(result) == name)
        sizes = [f"{size:,}" for size in (shape.parameters, shape.non_embedding)]
        rows.append([name, *sizes, *map(str, (shape.width, shape.layers, shape.heads, shape.hidden)), seeds])
    return table(header, rows)


def tables() -> dict[str, str]:
    checkpoints, main_results = read("snowflake-checkpoints"), read("snowflake")
    filled = {"shapes": shapes(main_results), "scales": by_column(main_results, scale_of)}
    for scale in dict.fromkeys(map(scale_of, checkpoints)):
        filled[f"checkpoints {scale}"] = by_column([r for r in checkpoints if scale_of(r) == scale], tokens_of)
    axis = read("snowflake-data")
    filled["data"] = by_column(axis, lambda result: str(result["distinctExamples"]))
    return filled


def main() -> None:
    text = README.read_text()
    for name, content in tables().items():
        marked = re.compile(rf"(<!-- {name} -->\n).*?(<!-- end -->)", re.DOTALL)
        assert marked.search(text), name
        text = marked.sub(lambda found: found[1] + content + "\n" + found[2], text)
    README.write_text(text)


if __name__ == "__main__":
    main()
