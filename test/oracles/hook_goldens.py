"""Answers of lm_eval 0.4.13's own task functions to invented documents.

Usage: python test/oracles/hook_goldens.py
"""
import importlib.util
import json
import pathlib

import lm_eval_stubs

lm_eval_stubs.install()
import lm_eval  # noqa: E402

TASKS = pathlib.Path(lm_eval.__file__).parent / "tasks"
OUT = pathlib.Path(__file__).resolve().parents[1] / "fixtures/task/hooks.json"


def module(path):
    spec = importlib.util.spec_from_file_location(path.replace("/", "_"), TASKS / path)
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return loaded


class Rows(list):
    def map(self, function):
        return Rows({**row, **function(dict(row))} for row in self)

    def filter(self, keep):
        return Rows(row for row in self if keep(row))


WINO = [{"sentence": "The box hid the ball because _ was big.", "option1": "the box", "option2": "the ball", "answer": a} for a in "12"]
COPA = [{"premise": "It rained. ", "question": q, "choice1": "The street got wet.", "choice2": "A dog slept.", "label": l} for q in ("cause", "effect") for l in (0, 1)]
WSC = [{"text": "Mark told Pete lies , and Pete did n't like ( them ) .", "span2_index": 6, "span2_text": "Pete", "span1_text": "Mark"}]
RACE = [{"article": "A day.", "problems": "[{'question': 'Who?', 'answer': 'B', 'options': ['a', 'b', 'c', 'd']}, {'question': 'It was  _  .', 'answer': 'A', 'options': ['x', \"y's\", 'z', 'w']}, {'question': 'Why?', 'answer': 'C', 'options': ['1', '2', '3', '4']}]"}]
LOGIQA = [{"context": "All men.", "question": "Then?", "options": ["one", "two", "three", "four"], "label": "c\n"}]
RECORD = [{"passage": "A text\n@highlight\nfirst\n@highlight\nsecond", "query": "the @placeholder won", "entities": ["Bob", "Al", "Bob"], "answers": ["Al", "Al"]}]
WIKI = [{"page": " = Title = \n The 1 @,@ 200 men 's ( old ) \" house \" @-@ boat , N 3 ' s ; a . b ! \n"}]
MATHQA = [{"options": "a ) 38 , b ) 27.675 , c ) 30 , d ) data inadequate , e ) none of these"}]
SWAG = [{"ctx_a": "A man [step] sits.", "ctx_b": "he IS", "activity_label": "Sit [title] down", "endings": ["goes  off [x].", " stays"], "label": "1"}]
ETHICS = [{"activity": a, "baseline": "I slept."} for a in ("I ran.", "I sang é.", "I ate.", "I won.")]
MNLI = [{"premise": "P.", "hypothesis": h} for h in (" H ", "H.")]
ARITH = [{"context": "\nQ: a\n\nA:", "completion": " 4"}]
WSC273 = [{"text": "He  said. My dog ran.", "pronoun": p, "pronoun_loc": n, "options": ["The man", "My dog"]} for p, n in (("My", 10), ("it", 5))]
TEX = [("\\frac12", "\\frac{1}{2}"), ("0.5", "1/2"), (".5", "0.5"), ("x=5", "5"), ("\\sqrt3", "\\sqrt{3}"), ("5\\text{ cm}", "5"), ("10\\%", "10"), ("a", "b"), ("3/4", "\\frac{3}{4}"), ("", ""), ("\\dfrac{1}{3}", "\\frac13"), ("50^\\circ", "50"), ("1/2/3", "1/2/3"), ("2\\left(x\\right)", "2(x)")]


def cases():
    table = [
        ("winogrande", "winogrande/preprocess_winogrande.py", ("doc_to_text", "doc_to_target", "doc_to_choice"), WINO),
        ("copa", "super_glue/copa/utils.py", ("doc_to_text", "doc_to_target", "doc_to_choice"), COPA),
        ("wsc", "super_glue/wsc/preprocess_wsc.py", ("default_doc_to_text",), WSC),
        ("race", "race/preprocess_race.py", ("doc_to_text", "doc_to_target", "doc_to_choice"), RACE),
        ("logiqa", "logiqa/utils_logiqa.py", ("doc_to_text", "doc_to_target"), LOGIQA),
        ("wikitext", "wikitext/preprocess_wikitext.py", ("wikitext_detokenizer",), WIKI),
        ("mathqa", "mathqa/utils.py", ("doc_to_choice",), MATHQA),
        ("hendrycks_ethics", "hendrycks_ethics/utils.py", ("doc_to_text", "doc_to_target"), ETHICS),
        ("mnli", "glue/mnli/utils.py", ("doc_to_text",), MNLI),
    ]
    for family, path, names, docs in table:
        for name in names:
            function = getattr(module(path), name)
            kind = "doc_to_target" if name == "wikitext_detokenizer" else name.replace("default_", "")
            for doc in docs:
                yield {"family": family, "kind": kind, "name": name, "doc": doc, "expected": function(json.loads(json.dumps(doc)))}
    for family, path, name, docs in (
        ("hellaswag", "hellaswag/utils.py", "process_docs", SWAG),
        ("arithmetic", "arithmetic/utils.py", "process_docs", ARITH),
        ("wsc273", "wsc273/utils.py", "process_doc", WSC273),
    ):
        rows = Rows(json.loads(json.dumps(docs)))
        yield {"family": family, "kind": "process_docs", "name": name, "doc": docs, "expected": list(getattr(module(path), name)(rows))}


def main():
    is_equiv = module("hendrycks_math/utils.py").is_equiv
    tex = [{"a": a, "b": b, "expected": is_equiv(a, b)} for a, b in TEX]
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(json.dumps({"lm_eval": "0.4.13", "cases": list(cases()), "tex": tex}, ensure_ascii=False), "utf-8")


if __name__ == "__main__":
    main()
