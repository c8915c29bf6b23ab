"""Corpus scores of sacrebleu, and Matthews and F1 of scikit-learn, over random texts and classes.

Needs sacrebleu 2.6, scikit-learn 1.9. Usage: python test/oracles/metric_goldens.py
"""
import json
import pathlib
import random

import sacrebleu
import sklearn
from sklearn.metrics import f1_score, matthews_corrcoef

OUT = pathlib.Path(__file__).resolve().parents[1] / "fixtures/score/metrics.json"
RND = random.Random(7)
WORDS = "the a cat dog sat on mat, 3.5 1,000 well-known isn't (yes) \"no\" &amp; café 日本 x. ran U.S. far 2-3 ! ... <skipped>".split()


def text(n):
    return " ".join(RND.choice(WORDS) for _ in range(n)) + RND.choice(["", ".", " ", "\n"])


def near(reference):
    words = reference.split(" ")
    for _ in range(RND.randrange(4)):
        kind, at = RND.randrange(4), RND.randrange(len(words) or 1)
        if kind == 0 and words:
            words.pop(at)
        elif kind == 1:
            words.insert(at, RND.choice(WORDS))
        elif kind == 2 and len(words) > 4:
            run = words[at:at + 3]
            del words[at:at + 3]
            place = RND.randrange(len(words) + 1)
            words[place:place] = run
        elif words:
            words[at] = RND.choice(WORDS)
    return " ".join(words)


def corpora():
    for size in (1, 1, 2, 3, 5, 8, 13):
        for _ in range(4):
            references = [text(RND.randrange(1, 25)) for _ in range(size)]
            yield references, [near(r) if RND.random() < 0.8 else text(RND.randrange(0, 20)) for r in references]
    yield ["", "a"], ["", ""]
    yield [""], ["something"]
    yield ["a b c d e f"], ["f e d c b a"]
    long = text(120)
    yield [long], [near(near(near(long)))]


def several():
    """Corpora whose texts have two to four references each."""
    for size in (1, 2, 4, 7):
        for n in (2, 2, 3, 4):
            references = [[text(RND.randrange(1, 20)) for _ in range(n)] for _ in range(size)]
            references = [[r if RND.random() < 0.5 else near(rs[0]) for r in rs] for rs in references]
            yield references, [near(RND.choice(rs)) if RND.random() < 0.8 else text(RND.randrange(0, 20)) for rs in references]
    yield [["", "a b"], ["x y z", "x"]], ["a b", "x y"]


def scores_of(preds, streams):
    return {
        "bleu": sacrebleu.corpus_bleu(preds, streams).score,
        "chrf": sacrebleu.corpus_chrf(preds, streams).score,
        "chrf++": sacrebleu.corpus_chrf(preds, streams, word_order=2).score,
        "ter": sacrebleu.corpus_ter(preds, streams).score,
    }


def main():
    texts = [
        {"references": refs, "predictions": preds, **scores_of(preds, [refs])}
        for refs, preds in corpora()
    ]
    classes = []
    for n in (2, 2, 2, 3, 5):
        for _ in range(4):
            gold = [RND.randrange(n) for _ in range(20)]
            predicted = [g if RND.random() < 0.6 else RND.randrange(n) for g in gold]
            row = {"gold": gold, "predicted": predicted, "mcc": float(matthews_corrcoef(gold, predicted))}
            classes.append({**row, "f1": float(f1_score(gold, predicted))} if n == 2 else row)
    classes.append({"gold": [1, 1], "predicted": [1, 1], "mcc": float(matthews_corrcoef([1, 1], [1, 1])), "f1": 1.0})
    texts += [{"references": refs, "predictions": preds, **scores_of(preds, [list(stream) for stream in zip(*refs)])} for refs, preds in several()]
    for gold, predicted in (([2, 1, 2], [2, 1, 1]), ([-100, 1], [1, 1]), ([2, 2], [2, 2])):  # any two classes with 1 among them
        classes.append({"gold": gold, "predicted": predicted, "mcc": float(matthews_corrcoef(gold, predicted)), "f1": float(f1_score(gold, predicted))})
    versions = {"sacrebleu": sacrebleu.__version__, "scikit-learn": sklearn.__version__}
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(json.dumps({"versions": versions, "texts": texts, "classes": classes}, ensure_ascii=False), "utf-8")


if __name__ == "__main__":
    main()
