"""Makes the small local data sets of test/fixtures/lm-eval/tasks/data, with the edges that trip other programs.

Everything is invented here from a seed; nothing is taken from a published data set.
Usage: python test/oracles/lm_eval_data.py
"""
import csv
import json
import pathlib
import random

import pyarrow
import pyarrow.parquet

OUT = pathlib.Path(__file__).resolve().parents[1] / "fixtures/lm-eval/tasks/data"
RND = random.Random(20)
ENDINGS = ["again", "today", "café", "now\u00a0then"]
PAGE_END = "\u2003end\x1fword"
NOUNS = ["river", "stone", "cat", "café", "lamp", "tower", "日本", "naïve plan", "bird", "O'Neil's dog", 'the "old" key', "x\\y"]
VERBS = ["sees", "breaks", "finds", "moves", "likes"]


def sentence():
    return f"The {RND.choice(NOUNS)} {RND.choice(VERBS)} the {RND.choice(NOUNS)}."


def lines(name, rows):
    with open(OUT / name, "w", encoding="utf-8") as file:
        for row in rows:
            file.write(json.dumps(row, ensure_ascii=False) + "\n")


def main():
    OUT.mkdir(parents=True, exist_ok=True)
    mmlu = lambda n, subject: [
        {"question": f"  {sentence()} Which? \n" if i % 3 else f"{sentence()} Which?", "subject": subject,
         "choices": RND.sample(NOUNS, 4), "answer": RND.randrange(4)} for i in range(n)]
    lines("letters_test.jsonl", mmlu(24, "tiny_things"))
    lines("letters_dev.jsonl", mmlu(5, "tiny_things"))
    lines("letters_other.jsonl", mmlu(13, "other_things"))
    arc = [{"id": f"q{i}", "question": sentence(), "answerKey": RND.choice("ABC" if i % 4 else "12"[:1] + "1"),
            "choices": {"text": [RND.choice(NOUNS) + " " * (j == 1) for j in range(3)],
                        "label": ["A", "B", "C"] if i % 4 else ["1", "2", "3"]}, "weight": i / 4 if i % 2 else float(i)}
           for i in range(20)]
    lines("science.jsonl", arc + arc[:4])  # copies: a draw can meet the document itself twice
    lines("boolean.jsonl", [{"passage": sentence() + " " + sentence(), "question": sentence().rstrip("."),
                             "label": RND.randrange(2), "score": RND.choice([1, 2.5, 3])} for _ in range(30)])
    lines("blank.jsonl", [{"sentence": f"The {RND.choice(NOUNS)} was too big for the box because _ was {RND.choice(['huge', 'small'])}.",
                           "option1": "the box", "option2": RND.choice(NOUNS), "answer": str(RND.randrange(1, 3))} for _ in range(16)])
    lines("several.jsonl", [{"q": sentence(), "opts": RND.sample(NOUNS, 4), "right": sorted(RND.sample(range(4), 2))} for _ in range(12)])
    lines("last_word.jsonl", [{"text": f"{sentence()} {sentence().rstrip('.')} {RND.choice(ENDINGS)}",
                               "note": None if i % 3 else "n", "day": f"2024-01-{i + 1:02d}"} for i in range(21)])
    lines("pages.jsonl", [{"page": " \n ".join(sentence() for _ in range(RND.randrange(1, 9))) + (PAGE_END if i == 3 else "")}
                          for i in range(9)])
    lines("sums.jsonl", [{"question": f"What is {a} plus {b}?", "answer": f"Add {a} and {b}.\n#### {a + b:,}"}
                         for a, b in ((RND.randrange(1, 2000), RND.randrange(1, 2000)) for _ in range(18))])
    lines("trivia.jsonl", [{"question": sentence(), "answer": {"aliases": RND.sample(NOUNS, RND.randrange(1, 4)), "value": i}} for i in range(14)])
    lines("translation.jsonl", [{"en": sentence(), "xx": sentence().lower().replace("the", "le")} for _ in range(12)])
    with open(OUT / "table.csv", "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "prompt", "good", "bad", "gold", "rate", "note"])
        for i in range(15):
            writer.writerow([i, f'{sentence()}, "{RND.choice(NOUNS)}"\nnext line', RND.choice(NOUNS), RND.choice(NOUNS),
                             RND.randrange(2), RND.choice(["0.5", "1", "2e3"]), "" if i % 2 else "kept"])
    table = {"text": [sentence() for _ in range(11)], "label": [RND.randrange(3) for _ in range(11)],
             "score": [RND.random() if i % 2 else float(i) for i in range(11)],
             "tags": [[RND.choice(NOUNS)] * (i % 3) for i in range(11)],
             "meta": [{"a": i, "b": f"v{i}"} for i in range(11)], "big": [2**53 + i for i in range(11)]}
    pyarrow.parquet.write_table(pyarrow.table(table), OUT / "table.parquet")
    lines("odd.jsonl", [{"a": 1, "s": "x", "t": "2024-05-01"}, {"s": "y", "b": 2**60, "f": 1e-7, "t": "2024-05-02"}, {"a": 2, "f": 5, "n": {"k": 1}, "s": "z"},
                        {"a": None, "n": {"m": "q"}, "l": [], "s": "1", "e": ""}, {"l": [1, 2.5], "s": "\u2028line\u0085", "f": 1e16, "y": "2024"},
                        {"s": "end", "f": -0.0, "y": "2023", "l": [3]}])


if __name__ == "__main__":
    main()
