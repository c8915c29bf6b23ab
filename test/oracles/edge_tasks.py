"""Task files at the edges of lm-eval's rules, each with a handful of documents: one peculiarity a task.

`write_edges(folder)` writes them and gives their names. A document's `say` is what the pretend model answers to it.
"""
import gzip
import json
import pathlib

import yaml

CASES = []


def case(name, docs, *, files=None, yaml_text=None, **fields):
    """A task over documents (JSON lines, split `test`), or over files given as text or bytes."""
    CASES.append((name, docs, files, yaml_text, fields))


def choice(name, docs, **fields):
    case(name, docs, **{"output_type": "multiple_choice", "doc_to_text": "{{q}}", "doc_to_choice": "opts", "doc_to_target": "gold", **fields})


def text(name, docs, **fields):
    case(name, docs, **{"output_type": "generate_until", "doc_to_text": "{{q}}", "doc_to_target": "ans", **fields})


def pipe(*steps):
    return [{"name": "own", "filter": [{"function": name, **options} for name, options in steps]}]


TWO = [{"q": "One?", "opts": ["a", "bb"], "gold": 0}, {"q": "Two?", "opts": ["ccc", "d"], "gold": 1}, {"q": "Three?", "opts": ["e", "ff"], "gold": 0}]
SAYS = [{"q": "One?", "ans": "1", "say": "1"}, {"q": "Two?", "ans": "2", "say": "two"}, {"q": "Three?", "ans": "three", "say": " Three "}]
ALL_CHOICE = [{"metric": name} for name in ("acc", "acc_norm", "acc_bytes", "exact_match", "brier_score", "mcc", "f1", "acc_mutual_info")]


def metrics(*names, **options):
    return [{"metric": name, "aggregation": "mean", "higher_is_better": True, **options} for name in names]


# --- targets ---
choice("gold_bool", [{**d, "gold": bool(d["gold"])} for d in TWO])
choice("gold_bool_template", [{**d, "gold": bool(d["gold"])} for d in TWO], doc_to_target="{{gold}}")
choice("gold_bool_int_template", [{**d, "gold": bool(d["gold"])} for d in TWO], doc_to_target="{{gold|int}}")
choice("gold_text_digits", [{**d, "gold": str(d["gold"])} for d in TWO])
choice("gold_text_digits_choices", [{**d, "opts": ["0", "1"], "gold": str(d["gold"])} for d in TWO])
choice("gold_negative", [{**d, "gold": d["gold"] - 1} for d in TWO], metric_list=ALL_CHOICE[:4])
choice("gold_negative_literal", TWO, doc_to_target=-1, metric_list=ALL_CHOICE[:4])
choice("gold_too_large", [{**d, "gold": 5} for d in TWO], metric_list=ALL_CHOICE[:4])
choice("gold_list", [{**d, "gold": [0, 1]} for d in TWO], metric_list=ALL_CHOICE[:4])
choice("gold_list_first_empty", [{**d, "gold": [] if i == 0 else [0]} for i, d in enumerate(TWO)], metric_list=ALL_CHOICE[:3])
choice("gold_list_second_empty", [{**d, "gold": [] if i == 1 else [0]} for i, d in enumerate(TWO)], metric_list=ALL_CHOICE[:4])
choice("gold_list_bool", [{**d, "gold": [True, False]} for d in TWO], metric_list=ALL_CHOICE[:4])
choice("gold_list_template", [{**d, "gold": [0, 7]} for d in TWO], doc_to_target="{{gold}}", metric_list=ALL_CHOICE[:4])
choice("gold_list_literal", TWO, doc_to_target=[0, 1], metric_list=ALL_CHOICE[:4])
choice("gold_leading_zeros", [{**d, "g": "00"} for d in TWO], doc_to_target="{{g}}")
choice("gold_spaced", TWO, doc_to_target=" {{gold}}")
choice("gold_float", [{**d, "gold": float(d["gold"])} for d in TWO])
choice("gold_null", [{**d, "gold": None} for d in TWO], metric_list=ALL_CHOICE[:1])
choice("gold_text", TWO, doc_to_target="{{opts[gold]}}", metric_list=ALL_CHOICE)
choice("gold_letter", TWO, doc_to_target="{{'ab'[gold]}}", doc_to_choice=["a", "b"], metric_list=ALL_CHOICE)
choice("gold_text_not_there", TWO, doc_to_target="zzz", metric_list=ALL_CHOICE[:4])
choice("all_metrics", TWO, metric_list=ALL_CHOICE)
choice("target_choice_digits", [{**d, "opts": ["10", "20"], "gold": "20"} for d in TWO], doc_to_target="{{gold}}")
choice("few_gold_bool", [{**d, "gold": bool(d["gold"])} for d in TWO], num_fewshot=1)
choice("few_gold_list", [{**d, "gold": [0, 1]} for d in TWO], num_fewshot=1, doc_to_target="{{gold}}")
choice("few_gold_negative", [{**d, "gold": -1} for d in TWO], num_fewshot=1, metric_list=ALL_CHOICE[:1])
choice("few_target_digits", [{**d, "ans": "7"} for d in TWO], num_fewshot=1, fewshot_config={"doc_to_target": "ans"})

# --- choices ---
choice("choices_dict", TWO, doc_to_choice={"x": "no", "y": "yes"})
choice("choices_dict_int_keys", TWO, doc_to_choice={2: "two", 1: "one"})
choice("choices_literal_text", TWO, doc_to_choice="['yes', 'no']")
choice("choices_double_quotes", TWO, doc_to_choice='["it\'s", "say \\"x\\""]')
choice("choices_tuple", TWO, doc_to_choice="{{(opts[0], opts[1])}}")
choice("choices_of_numbers", [{**d, "opts": [1, 22]} for d in TWO])
choice("choices_empty_text", [{**d, "opts": ["", "bb"]} for d in TWO])
choice("choices_one", [{**d, "opts": ["only"], "gold": 0} for d in TWO], metric_list=ALL_CHOICE[:5])
choice("choices_same", [{**d, "opts": ["same", "same"]} for d in TWO], doc_to_target="{{opts[1]}}", metric_list=ALL_CHOICE)
choice("choices_differ_in_number", [{"q": "a?", "opts": list("abcd"[: 2 + i % 3]), "gold": i % 2} for i in range(7)], metric_list=ALL_CHOICE[:4])
choice("choices_spaced", [{**d, "opts": [" a", "  b "]} for d in TWO], target_delimiter="", metric_list=ALL_CHOICE)
choice("choices_unicode", [{**d, "opts": ["日本語", "é👍🏽", "ﬁ"]} for d in TWO], metric_list=ALL_CHOICE)
choice("choices_surrogates", [{**d, "opts": ["👨‍👩‍👧‍👦", "\U0001d518x"]} for d in TWO], metric_list=ALL_CHOICE)
choice("choices_columns", [{"q": "x", "a": "it's", "b": 'say "so"', "gold": 1} for _ in range(3)], doc_to_choice="{{[a, b]}}")
choice("choices_newlines", [{"q": "x", "a": "l1\nl2", "b": "tab\t\\n\u2028", "gold": 1} for _ in range(3)], doc_to_choice="{{[a, b]}}")
choice("choices_range", TWO, doc_to_choice="{{range(3)|map('string')|list}}")
choice("choices_split", [{"q": "x", "c": "a;b;c", "gold": 2} for _ in range(2)], doc_to_choice="{{c.split(';')}}")
choice("choices_nested", [{"q": "x", "c": {"text": ["p", "q"], "label": ["A", "B"]}, "key": "B"} for _ in range(2)], doc_to_choice="{{c.text}}", doc_to_target="{{c.label.index(key)}}")
choice("choices_null", [{**d, "opts": [None, "b"]} for d in TWO])

# --- several inputs ---
INPUT = [{"s1": "The cat sat on", "s2": "The dog sat on", "end": "the mat.", "gold": i % 2} for i in range(4)]
case("inputs_int", INPUT, output_type="multiple_choice", doc_to_text="gold", doc_to_target="end", doc_to_choice="{{[s1, s2]}}")
case("inputs_bool", [{**d, "gold": bool(d["gold"])} for d in INPUT], output_type="multiple_choice", doc_to_text="gold", doc_to_target="end", doc_to_choice="{{[s1, s2]}}")
case("inputs_few", INPUT, output_type="multiple_choice", doc_to_text="{{gold}}", doc_to_target="end", doc_to_choice="{{[s1, s2]}}", num_fewshot=2, description="Say:\n")
case("inputs_few_bool", [{**d, "gold": bool(d["gold"])} for d in INPUT], output_type="multiple_choice", doc_to_text="gold", doc_to_target="end", doc_to_choice="{{[s1, s2]}}", num_fewshot=1)
case("inputs_mutual", INPUT, output_type="multiple_choice", doc_to_text="gold", doc_to_target="end", doc_to_choice="{{[s1, s2]}}", metric_list=ALL_CHOICE)
case("inputs_prefix", INPUT, output_type="multiple_choice", doc_to_text="gold", doc_to_target="end", doc_to_choice="{{[s1, s2]}}", gen_prefix="So", target_delimiter="_")
case("inputs_target_digits", [{**d, "end": "7"} for d in INPUT], output_type="multiple_choice", doc_to_text="{{gold}}", doc_to_target="{{end}}", doc_to_choice="{{[s1, s2]}}")
choice("text_digits", [{**d, "q": "12"} for d in TWO])
case("text_digits_no_choice", [{"q": "12", "ans": "5", "say": "5"}] * 2, output_type="generate_until", doc_to_text="{{q}}", doc_to_target="{{ans}}")
choice("text_unicode_digits", [{**d, "q": "²"} for d in TWO])
choice("text_arabic_digits", [{**d, "q": "٣"} for d in TWO])
choice("text_null", [{**d, "q": None} for d in TWO], doc_to_text="q")
choice("text_null_template", [{**d, "q": None} for d in TWO])
choice("text_int_column", [{**d, "n": 1} for d in TWO], doc_to_text="n")
choice("text_float", [{**d, "q": 1.0} for d in TWO], doc_to_text="{{q}} {{q/3}} {{q*2}} {{2**0.5}}")
choice("text_list", [{**d, "q": ["a", 1.5, None, True]} for d in TWO], doc_to_text="{{q}} {{opts}}")

# --- generated answers ---
text("exact", SAYS)
text("exact_number_target", [{"q": "x", "ans": i, "say": str(i)} for i in range(3)])
text("exact_float_target", [{"q": "x", "ans": a, "say": s} for a, s in ((1.0, "1.0"), (0.1, "0.1"), (1e20, "1e+20"), (1e-7, "1e-07"), (3.0, "3"))])
text("exact_bool_target", [{"q": "x", "ans": a, "say": s} for a, s in ((True, "True"), (False, "no"), (True, "true"))])
text("exact_null_target", [{"q": "x", "ans": a, "say": s} for a, s in ((None, "None"), ("b", "b"))])
text("exact_dict_target", [{"q": "x", "ans": {"a": 1}, "say": "{'a': 1}"}] * 2)
text("exact_big_target", [{"q": "x", "ans": 2**60 + i, "say": str(2**60)} for i in range(3)])
text("several", [{"q": "x", "ans": ["a", "b"], "say": s} for s in ("a", "b", "c", "")])
text("several_first_empty", [{"q": "x", "ans": a, "say": s} for a, s in (([], "[]"), (["a", "b"], "a"), (["a"], "['a']"))])
text("several_later_empty", [{"q": "x", "ans": a, "say": s} for a, s in ((["a"], "a"), ([], ""), (["a", "b"], "b"))], metric_list=metrics("exact_match"))
text("several_ints", [{"q": "x", "ans": [1, 2], "say": s} for s in ("1", "2", "c", "")])
text("several_floats", [{"q": "x", "ans": [1.5, 2.0], "say": s} for s in ("1.5", "2.0", "2", "")])
text("several_bools", [{"q": "x", "ans": [True], "say": s} for s in ("True", "1", "")])
text("several_mixed", [{"q": "x", "a": "1", "say": s} for s in ("1", "z", "")], doc_to_target="{{['z', 1]}}")
text("several_literal", [{"q": "x", "say": s} for s in ("1", "z", "")], doc_to_target=["1", "z"])
text("several_literal_ints", [{"q": "x", "say": s} for s in ("1", "z", "")], doc_to_target=[1, 2])
text("several_null", [{"q": "x", "ans": ["a", None], "say": s} for s in ("a", "None", "")])
text("several_then_text", [{"q": "x", "say": s, "t": t} for s, t in (("a", "['a', 'b']"), ("c", "cd"), ("[c]", "[c]"), ("cd", "cd"))], doc_to_target="{{t}}")
text("several_repeats", [{"q": "x", "ans": ["a", "b"], "say": s} for s in ("a", "b", "c")], repeats=2, filter_list=pipe(("take_first_k", {"k": 2})))
text("several_options", [{"q": "x", "ans": ["A.", "b 1"], "say": s} for s in ("a", "B", "c")], metric_list=metrics("exact_match", ignore_case=True, ignore_punctuation=True, ignore_numbers=True, regexes_to_ignore=[r"\s+$"]))
text("literal_target", [{"q": "x", "t": t, "say": s} for t, s in (("['x' 'y']", "xy"), ("[1, 2", "[1, 2"), ("[x]", "[x]"), ("[1][0]", "[1][0]"), ("[01]", "[01]"))][1:], doc_to_target="{{t}}")
text("with_choices", [{"q": "x", "gold": 1, "say": s} for s in ("b", "a")], doc_to_choice=["a", "b"], doc_to_target="gold")
text("with_choices_text", [{"q": "x", "gold": 1, "say": s} for s in ("b", "a")], doc_to_choice=["a", "b"], doc_to_target="{{gold}}")
text("with_choices_bool", [{"q": "x", "gold": True, "say": s} for s in ("b", "a")], doc_to_choice=["a", "b"], doc_to_target="gold")
text("with_choices_numbers", [{"q": "x", "gold": 1, "say": s} for s in ("4", "3")], doc_to_choice=[3, 4], doc_to_target="gold")
text("nul_answers", [{"q": "x", "ans": "a\0", "say": "a"}, {"q": "x", "ans": "a\0b", "say": "a\0b"}, {"q": "y", "ans": "", "say": "\0"}])
text("case_folding", [{"q": "x", "ans": a, "say": s} for a, s in (("İ", "i̇"), ("ΣΑΣ", "σας"), ("ẞ", "ß"), ("Straße", "STRASSE"), ("ǅ", "ǆ"))], metric_list=metrics("exact_match", ignore_case=True))
text("punctuation", [{"q": "x", "ans": a, "say": s} for a, s in (("a.b", "ab"), ("¿a?", "a"), ("a—b", "ab"), ("$5", "5"), ("“x”", "x"))], metric_list=metrics("exact_match", ignore_punctuation=True))
text("numbers_ignored", [{"q": "x", "ans": a, "say": s} for a, s in (("a1", "a"), ("a²", "a"), ("٣a", "a"))], metric_list=metrics("exact_match", ignore_numbers=True))
text("options_false", SAYS, metric_list=metrics("exact_match", ignore_case=False, ignore_punctuation=False, regexes_to_ignore=None))
text("options_truthy", SAYS, metric_list=metrics("exact_match", ignore_case=1, ignore_punctuation="yes"))
text("regexes_one_text", [{"q": "x", "ans": "abc", "say": "ac"}, {"q": "x", "ans": "b", "say": "a"}], metric_list=metrics("exact_match", regexes_to_ignore="ab"))
text("two_spellings", SAYS, metric_list=[{"metric": "exact_match"}, {"metric": "exact_match", "aggregation": "median", "ignore_case": True}])
text("one_document", SAYS[:1])
choice("one_document_choice", TWO[:1], metric_list=ALL_CHOICE[:4])

# --- filters ---
text("map_text", SAYS, filter_list=pipe(("map", {"mapping_dict": {"1": "one", "two": "2"}, "default_value": "none"}), ("take_first", {})))
text("map_int_keys", SAYS, filter_list=pipe(("map", {"mapping_dict": {1: "1", 2: "2"}, "default_value": "none"}), ("take_first", {})))
text("map_to_int", SAYS[:2], filter_list=pipe(("map", {"mapping_dict": {"1": 1, "two": 2}, "default_value": 0}), ("take_first", {})))
text("map_to_float", SAYS[:2], filter_list=pipe(("map", {"mapping_dict": {"1": 1.0, "two": 2.5}, "default_value": 0.0}), ("take_first", {})))
text("map_to_bool", SAYS[:2], filter_list=pipe(("map", {"mapping_dict": {"1": True, "two": False}, "default_value": False}), ("take_first", {})))
text("map_no_default", [{"q": "x", "ans": "one", "say": "1"}] * 2, filter_list=pipe(("map", {"mapping_dict": {"1": "one"}}), ("take_first", {})))
text("regex_default", [{"q": "x", "ans": a, "say": s} for a, s in (("5", "#### 5"), ("-1,000.5", "x #### -1,000.5\n"), ("7", "7"), ("[invalid]", "q"))], filter_list=pipe(("regex", {}), ("take_first", {})))
text("regex_last", [{"q": "x", "ans": "3", "say": s} for s in ("1 2 3", "3 2", "", "x")], filter_list=pipe(("regex", {"regex_pattern": r"(\d+)", "group_select": -1}), ("take_first", {})))
text("regex_groups", [{"q": "x", "ans": "3", "say": s} for s in ("a3", "b3", "ab", "")], filter_list=pipe(("regex", {"regex_pattern": r"a(\d*)|b(\d*)", "fallback": " none "}), ("take_first", {})))
text("regex_after_first", [{"q": "x", "ans": "3", "say": s} for s in ("a3", "3")], filter_list=pipe(("take_first", {}), ("regex", {"regex_pattern": r"\d"})))
text("regex_lookbehind", [{"q": "x", "ans": "3", "say": s} for s in ("a3", "b3")], filter_list=pipe(("regex", {"regex_pattern": r"(?<=a)\d(?!\d)"}), ("take_first", {})))
text("regex_named", [{"q": "x", "ans": "3", "say": s} for s in ("<3>", "3")], filter_list=pipe(("regex", {"regex_pattern": r"<(?P<n>\d)>"}), ("take_first", {})))
text("refused_regex_verbose", [{"q": "x", "ans": "3", "say": s} for s in ("n = 3", "3")], filter_list=pipe(("regex", {"regex_pattern": "(?x) n \\s = \\s (\\d) # the number"}), ("take_first", {})))
text("regex_multiline", [{"q": "x", "ans": "b", "say": s} for s in ("a\nb", "ab", "b\n")], filter_list=pipe(("regex", {"regex_pattern": r"(?m)^b$"}), ("take_first", {})))
text("regex_dollar", [{"q": "x", "ans": "b", "say": s} for s in ("b\n", "ab\n\n", "b")], filter_list=pipe(("regex", {"regex_pattern": r"b$"}), ("take_first", {})))
text("regex_az", [{"q": "x", "ans": "b", "say": s} for s in ("b\n", "ab", "b")], filter_list=pipe(("regex", {"regex_pattern": r"\Ab\Z"}), ("take_first", {})))
text("regex_unicode", [{"q": "x", "ans": "é", "say": s} for s in ("é!", "٣é", "ß")], filter_list=pipe(("regex", {"regex_pattern": r"[^\W\d]"}), ("take_first", {})))
text("regex_unicode_case", [{"q": "x", "ans": "É", "say": s} for s in ("É!", "é", "K")], filter_list=pipe(("regex", {"regex_pattern": r"(?i)é|k"}), ("take_first", {})))
text("regex_empty", [{"q": "x", "ans": "", "say": s} for s in ("abc", "")], filter_list=pipe(("regex", {"regex_pattern": r"x*"}), ("take_first", {})))
text("regex_boxed", [{"q": "x", "ans": "3", "say": s} for s in (r"\boxed{3}", r"so \boxed{ 3 }", "3")], filter_list=pipe(("regex", {"regex_pattern": r"\\boxed\{([^}]*)\}"}), ("take_first", {})))
text("upper_lower", [{"q": "x", "ans": "STRASSE", "say": s} for s in ("straße", "STRASSE", "ŉ", "ﬃ")], filter_list=[{"name": "up", "filter": [{"function": "uppercase"}, {"function": "take_first"}]}, {"name": "down", "filter": [{"function": "lowercase"}, {"function": "take_first"}]}])
text("strip_kinds", [{"q": "x", "ans": "a", "say": s} for s in ("\u00a0a\u2003", "\ufeffa", "\x1ca\x85", "\u180ea", "\u200ba")], filter_list=pipe(("remove_whitespace", {}), ("take_first", {})))
text("vote", [{"q": "x", "ans": "a", "say": s} for s in ("a", "b")], repeats=3, filter_list=pipe(("majority_vote", {}), ("take_first", {})))
text("first_k_of_text", [{"q": "x", "ans": "ab", "say": s} for s in ("abc", "abd")], filter_list=pipe(("take_first", {}), ("take_first_k", {"k": 2})))
text("first_k_then_more", [{"q": "x", "ans": "ab", "say": s} for s in ("ab", "abd")], repeats=3, filter_list=pipe(("take_first_k", {"k": 2}), ("majority_vote", {}), ("take_first", {})))
text("no_take_first", [{"q": "x", "ans": "ab", "say": s} for s in ("ab", "abd")], repeats=2, filter_list=pipe(("lowercase", {})))
text("vote_only", [{"q": "x", "ans": "ab", "say": s} for s in ("ab", "abd")], filter_list=pipe(("majority_vote", {})))
text("spans", [{"q": "x", "ans": "per: bob", "say": s} for s in ("Person: Bob $$ Location: none", "PER: Bob, Al $ date: 5", "x person : a\nplaces: b, None")], filter_list=pipe(("format_span", {}), ("take_first", {})))
text("pos_tags", [{"q": "x", "ans": "['N', 'V']", "say": s} for s in ("[('a', 'N'), ('b', 'V')]", "none")], filter_list=pipe(("regex_pos", {}), ("take_first", {})))
PICK = [{"q": "x", "choices": ["red car", "blue", "Red"], "ans": "(B)", "say": s} for s in ("(B)", "it is blue", "Answer: B", "RED CAR!", "the red", "nothing", ": Z", "Blue.")]
text("choice_regex", PICK, filter_list=pipe(("multi_choice_regex", {"regex_pattern": r"(\([A-Z]\))"}), ("take_first", {})))
text("choice_regex_loose", PICK, filter_list=pipe(("multi_choice_regex", {"regex_pattern": r"(\([A-Z]\))", "ignore_case": True, "ignore_punctuation": True, "group_select": -1, "regexes_to_ignore": ["[xyz]"]}), ("take_first", {})))
choice("filter_on_choices", TWO, filter_list=[{"name": "a", "filter": [{"function": "take_first"}]}, {"name": "b", "filter": [{"function": "take_first"}]}])
choice("repeated_choices", TWO, repeats=2)
case("filter_on_likelihood", [{"q": "a", "t": " b"}] * 3, output_type="loglikelihood", doc_to_text="{{q}}", doc_to_target="{{t}}", filter_list=[{"name": "z", "filter": [{"function": "take_first"}]}], repeats=2)

# --- generation_kwargs ---
for index, kwargs in enumerate(({}, {"until": "\n"}, {"until": []}, {"until": [""]}, {"temperature": 0}, {"temperature": "0"}, {"temperature": 0.0, "do_sample": False, "max_gen_toks": 5}, {"max_new_tokens": 7, "until": ["a", "b"]},
                                {"do_sample": False, "temperature": 0.7}, {"until": ["\n"], "num_beams": 1}, {"max_gen_toks": "12"}, {"do_sample": False, "top_p": 0.9, "until": None}, {"max_gen_toks": 8.0}, {"temperature": False}), 1):
    text(f"kwargs_{index}", SAYS, generation_kwargs=kwargs)
choice("kwargs_on_choices", TWO, generation_kwargs={"until": ["\n"], "temperature": 0})
text("kwargs_delimiter", SAYS, fewshot_delimiter="##", generation_kwargs={"max_gen_toks": 3})
text("kwargs_none_delimiter", SAYS, fewshot_delimiter="##")

# --- prompts ---
for index, (delimiter, few, prefix, description) in enumerate((("", "", None, ""), ("\n", "###", "So", "D"), (" ", "\n", " So ", "D\n"), ("\t", "\u00a0", "So\n", " "), ("x", "\n\n\n", "", "D {{q}}"), (": ", "\x1c", "\x1cSo", "q"), (0, 5, 7, 9)), 1):
    fields = {"target_delimiter": delimiter, "fewshot_delimiter": few, "description": description, "num_fewshot": 2}
    if prefix is not None:
        fields["gen_prefix"] = prefix
    choice(f"joints_choice_{index}", TWO, **fields)
    text(f"joints_text_{index}", SAYS, **fields)
choice("prefix_column", [{**d, "pre": "So:" if d["gold"] else ""} for d in TWO], gen_prefix="pre", num_fewshot=1)
choice("prefix_null_column", [{**d, "pre": "So:" if d["gold"] else None} for d in TWO], gen_prefix="pre", num_fewshot=1)
choice("prefix_empty", TWO, gen_prefix="", num_fewshot=1)
choice("description_column", [{**d, "why": "Because." if d["gold"] else None} for d in TWO], description="why", num_fewshot=1)
choice("description_null", TWO, description=None)
choice("question_empty", [{**d, "q": ""} for d in TWO], num_fewshot=1, description="Hi")
choice("question_blank", [{**d, "q": " \n"} for d in TWO], num_fewshot=1)
text("answer_empty_few", [{**d, "ans": ""} for d in SAYS], num_fewshot=1)
text("answer_empty_few_prefix", [{**d, "ans": ""} for d in SAYS], num_fewshot=1, gen_prefix="So")
text("answer_blank_few", [{**d, "ans": " x"} for d in SAYS], num_fewshot=1, gen_prefix="So")
choice("newline_kept", TWO, doc_to_text="{{q}}\n")
choice("blocks", TWO, doc_to_text="{% if gold %}\n  yes {{q}}\n{% else %}\n  no\n{% endif %}\n\n")
choice("comment", TWO, doc_to_text="a{# no #}b {{- q -}} c\n")
choice("raw", TWO, doc_to_text="{% raw %}{{q}}{% endraw %} {{ '{{' }}")
choice("many_fewshot", [{"q": f"q{i}?", "opts": ["a", "b"], "gold": i % 2} for i in range(60)], num_fewshot=25)
choice("fewshot_all", [{"q": f"q{i}?", "opts": ["a", "b"], "gold": i % 2} for i in range(6)], num_fewshot=5, fewshot_split="test")
choice("fewshot_too_many", TWO, num_fewshot=3, fewshot_split="test")
choice("fewshot_copies", [{"q": f"q{i % 2}?", "opts": ["a", "b"], "gold": i % 2} for i in range(8)], num_fewshot=3, fewshot_split="test")
choice("fewshot_copies_few", [{"q": f"q{i // 4}?", "opts": ["a", "b"], "gold": 0} for i in range(6)], num_fewshot=2, fewshot_split="test")
choice("fewshot_first_n_same", [{"q": f"q{i % 3}?", "opts": ["a", "b"], "gold": i % 2} for i in range(8)], num_fewshot=2, fewshot_split="test", fewshot_config={"sampler": "first_n"})
choice("fewshot_int", TWO, num_fewshot="2")
choice("fewshot_nan", [{**d, "x": float(i) if i else None} for i, d in enumerate(TWO)], num_fewshot=2, fewshot_split="test")
INLINE = [{"q": "Inline?", "opts": ["a", "z"], "gold": 1}, {"q": "Two?", "opts": ["y", "z"], "gold": 0}]
choice("inline", TWO, num_fewshot=1, fewshot_config={"samples": INLINE})
choice("inline_first_n", TWO, num_fewshot=2, fewshot_config={"samples": INLINE, "sampler": "first_n"})
choice("inline_too_many", TWO, num_fewshot=2, fewshot_config={"samples": INLINE})
choice("inline_test_split_only", TWO, num_fewshot=2, fewshot_config={"samples": INLINE, "split": None})
choice("inline_and_split", TWO, num_fewshot=2, fewshot_split="test", fewshot_config={"samples": INLINE})
choice("inline_less_columns", TWO, num_fewshot=1, fewshot_config={"samples": [{"q": "x", "gold": 1}], "doc_to_choice": ["m", "n"]})
choice("inline_target", TWO, num_fewshot=1, fewshot_config={"samples": [{"q": "x", "t": "T"}], "doc_to_target": "{{t}}", "doc_to_choice": None})
choice("few_null_fields", TWO, num_fewshot=1, fewshot_config={"doc_to_text": None, "doc_to_target": None, "sampler": "default"})
choice("few_null_choice", TWO, num_fewshot=1, fewshot_config={"doc_to_choice": None, "doc_to_target": "{{opts[gold]}}"})
choice("few_empty_choice", TWO, num_fewshot=1, fewshot_config={"doc_to_choice": "", "doc_to_target": "q"})
choice("few_int_target", TWO, num_fewshot=1, fewshot_config={"doc_to_target": 1})
choice("few_delimiters", TWO, num_fewshot=2, fewshot_config={"fewshot_delimiter": "", "target_delimiter": ""})
choice("few_prefix", TWO, num_fewshot=2, fewshot_config={"gen_prefix": "P:"})
choice("few_prefix_null", TWO, num_fewshot=2, gen_prefix="G", fewshot_config={"gen_prefix": None})
choice("few_text_column", [{**d, "other": "O?"} for d in TWO], num_fewshot=1, fewshot_config={"doc_to_text": "other"})
choice("few_sampler_null", TWO, num_fewshot=1, fewshot_config={"sampler": None})
choice("shots_none", TWO, num_fewshot=None)
choice("config_empty", TWO, fewshot_config={})

# --- loglikelihood and rolling ---
case("likelihood_empty_text", [{"q": "", "t": "word"}] * 2, output_type="loglikelihood", doc_to_text="{{q}}", doc_to_target="{{t}}")
case("likelihood_few", [{"q": f"a{i}", "t": f" w{i}"} for i in range(5)], output_type="loglikelihood", doc_to_text="{{q}}", doc_to_target="{{t}}", num_fewshot=2, target_delimiter="|")
case("likelihood_choice", [{"q": "a", "t": 1}] * 2, output_type="loglikelihood", doc_to_text="{{q}}", doc_to_target="t", doc_to_choice=["a", "b"])
PAGES = [{"page": p} for p in ("one two", " lead", "trail \n", "\u00a0\u3000x\u2028y", "a\x1cb\x1dc\x1ed\x1fe\x85f", "", "日本 語", "\ufeffbom x", "a\u200bb\u180ec")]
case("rolling", PAGES, output_type="loglikelihood_rolling", doc_to_text="", doc_to_target="{{page}}")
case("rolling_column", PAGES, output_type="loglikelihood_rolling", doc_to_text="", doc_to_target="page")
case("rolling_few", [{"page": f"p {i}"} for i in range(4)], output_type="loglikelihood_rolling", doc_to_text="x", doc_to_target="page", num_fewshot=2)
case("rolling_mean", PAGES[:3], output_type="loglikelihood_rolling", doc_to_text="", doc_to_target="page", metric_list=[{"metric": "bits_per_byte", "aggregation": "weighted_perplexity"}, {"metric": "word_perplexity", "aggregation": "bits_per_byte", "higher_is_better": None}])

# --- documents ---
choice("key_integers", [{"10": "x", "2": "y", **d} for d in TWO])
choice("key_integers_nested", [{**d, "m": {"10": "x", "2": {"b": 1, "7": 2, "1": [{"9": 1, "3": 2}]}}} for d in TWO], doc_to_text="{{m}} {{q}}")
choice("key_integer_columns_only", [{"0": "Q", "1": ["a", "b"], "2": 1}] * 3, doc_to_text="0", doc_to_choice="1", doc_to_target="2")
choice("key_proto", [{**d, "__proto__": "p", "constructor": "c", "toString": "t", "hasOwnProperty": "h"} for d in TWO], doc_to_text="{{q}} {{constructor}}")
choice("key_proto_nested", [{**d, "m": {"__proto__": "p", "b": 1}} for d in TWO], doc_to_text="{{m}} {{m.b}}")
choice("key_spaces", [{**d, "a b": "x", "": "empty", "ü": "u", "a.b": "dot"} for d in TWO], doc_to_text="{{q}}")
choice("key_named_like_jinja", [{**d, "range": "r", "loop": "l", "dict": "d", "self": "s", "namespace": "n"} for d in TWO], doc_to_text="{{range}} {{loop}} {{dict}} {{namespace}}")
choice("key_get", [{**d, "m": {"x": None, "y": 2}} for d in TWO], doc_to_text="{{m.get('x')}} {{m.get('z', 5)}} {{m.values()|list}} {{m.items()|list}}")
choice("numbers", [{**d, "f": f, "i": i} for d, f, i in zip(TWO, (0.1, 1e20, 1e-320), (2**53 + 1, -(2**63), 7))], doc_to_text="{{f}} {{i}} {{f + 1}} {{i + 1}} {{i // 2}} {{i % 7}} {{f * 3}}")
choice("numbers_big", [{**d, "i": i} for d, i in zip(TWO, (2**63, 2**64 - 1, 1))], doc_to_text="{{i}} {{i * i}}")
choice("numbers_huge", [{**d, "i": i} for d, i in zip(TWO, (10**30, 2**64, 1))], doc_to_text="{{i}}")
choice("booleans", [{**d, "b": b} for d, b in zip(TWO, (True, False, None))], doc_to_text="{{b}} {{b is none}} {{not b}} {{b == True}} {{b|string}} {{'y' if b else 'n'}} {{b|tojson}}")
choice("dates", [{**d, "t": t} for d, t in zip(TWO, ("2024-01-10", "2023-12-31", "1999-02-28"))], doc_to_text="{{t}} {{t.year}}")
choice("dates_times", [{**d, "t": t} for d, t in zip(TWO, ("2024-01-10T05:06:07", "2023-12-31 00:00:00", "1999-02-28T23:59:59"))], doc_to_text="{{t}}")
choice("dates_zone", [{**d, "t": t} for d, t in zip(TWO, ("2024-01-10T05:06:07Z", "2023-12-31T00:00:00Z", "1999-02-28T23:59:59Z"))], doc_to_text="{{t}}")
choice("dates_offset", [{**d, "t": t} for d, t in zip(TWO, ("2024-01-10T05:06:07+02:00", "2023-12-31T00:00:00+01:00", "1999-02-28T23:59:59-05:00"))], doc_to_text="{{t}}")
choice("dates_fraction", [{**d, "t": t} for d, t in zip(TWO, ("2024-01-10T05:06:07.123", "2023-12-31T00:00:00.5", "1999-02-28T23:59:59.25"))], doc_to_text="{{t}}")
choice("dates_null", [{**d, "t": t} for d, t in zip(TWO, ("2024-01-10", None, "1999-02-28"))], doc_to_text="{{t}}")
choice("dates_in_list", [{**d, "t": [t]} for d, t in zip(TWO, ("2024-01-10", "2023-12-31", "1999-02-28"))], doc_to_text="{{t}}")
choice("dates_in_dict", [{**d, "t": {"d": t}} for d, t in zip(TWO, ("2024-01-10", "2023-12-31", "1999-02-28"))], doc_to_text="{{t}}")
choice("dates_choices", [{"q": "when?", "opts": ["2024-01-10", "1999-02-28"], "gold": 1}] * 2)
choice("dates_targets", [{"q": "when?", "opts": ["2024-01-10", "1999-02-28"], "gold": "1999-02-28"}] * 2)
choice("times_only", [{**d, "t": t} for d, t in zip(TWO, ("05:06", "23:59", "00:00"))], doc_to_text="{{t}}")
choice("mixed_types", [{**d, "m": m} for d, m in zip(TWO, (1, "x", [1]))], doc_to_text="{{m}}")
choice("mixed_numbers", [{**d, "m": m} for d, m in zip(TWO, (1, 2.5, None))], doc_to_text="{{m}}")
choice("mixed_bool_int", [{**d, "m": m} for d, m in zip(TWO, (1, True, 0))], doc_to_text="{{m}}")
choice("lists_of_dicts", [{**d, "m": [{"a": 1}, {"b": 2}]} for d in TWO], doc_to_text="{{m}}")
choice("lists_of_lists", [{**d, "m": [[1, 2], [], [3]]} for d in TWO], doc_to_text="{{m}}")
choice("lists_empty", [{**d, "m": []} for d in TWO], doc_to_text="{{m}}")
choice("dicts_empty", [{**d, "m": {}} for d in TWO], doc_to_text="{{m}}")
choice("nulls_everywhere", [{**d, "m": None, "n": {"x": None}, "l": [None]} for d in TWO], doc_to_text="{{m}} {{n}} {{l}}")
choice("late_columns", [{**TWO[0]}, {**TWO[1], "late": "x"}, {**TWO[2], "early": 1, "late": "y"}], doc_to_text="{{late}} {{early}}")
choice("late_columns_order", [{"gold": 0, "q": "z", "opts": ["a", "b"]}, {"q": "y", "opts": ["a", "b"], "gold": 1, "b": 1, "a": 2}])
choice("late_nested", [{**TWO[0], "m": {"a": 1}}, {**TWO[1], "m": {"b": "x"}}, {**TWO[2], "m": None}], doc_to_text="{{m}}")
choice("odd_text", [{**d, "q": t} for d, t in zip(TWO, ("a\u0000b", "\u2028\u2029\x7f\x85", "\ud83d\ude00é́"))])
choice("escapes", [{**d, "q": t} for d, t in zip(TWO, ("tab\tquote\"back\\slash/", "\b\f\r\n", "<&>'"))], doc_to_text="{{q}} {{q|e}} {{q|tojson}} {{[q]}}")
choice("mixed_texts", [{**d, "m": m} for d, m in zip(TWO, (1, "5", "[1]"))], doc_to_text="{{m}}")
choice("mixed_texts_odd", [{**d, "m": m} for d, m in zip(TWO, ("05", True, "x"))], doc_to_text="{{m}}")
choice("mixed_nested", [{**d, "m": {"a": m}} for d, m in zip(TWO, (1, "5", [1]))], doc_to_text="{{m}}")
choice("long_text", [{**d, "q": "x" * 70000} for d in TWO])

# --- files ---
MEMBER = {"output_type": "multiple_choice", "doc_to_text": "{{q}} {{x}}", "doc_to_choice": ["a", "b"], "doc_to_target": "gold"}


def table(name, *rows, head="q,x,gold", split="test", **more):
    """A CSV file whose column x holds the rows' texts."""
    body = f"{head}\n" + "".join(f"q{i},{row},{i % 2}\n" for i, row in enumerate(rows))
    case(name, None, files={f"{name}.csv": body}, **{"dataset_path": "csv", "dataset_kwargs": {"data_files": {split: f"{name}.csv"}}, "test_split": split, **MEMBER, **more})


for index, cells in enumerate((
    ("1", "2", "3"), ("1", "", "3"), ("1.0", "2", "3"), ("1e5", "2", "3"), ("True", "False", "true"), ("True", "", "False"), ("TRUE", "1", "0"), ("a", "1", "2.0"), ("NA", "x", "null"),
    ("", "", ""), ("0x10", "2", "3"), ("1_000", "2", "3"), ('"1,000"', "2", "3"), (" 1", "2 ", "3"), ("+1", "-2", "3"), ("007", "010", "1"), ("9223372036854775807", "1", "2"),
    ("9223372036854775808", "1", "2"), ("18446744073709551615", "1", "2"), ("18446744073709551616", "1", "2"), ("123456789012345678901234567890", "1", "2"), ("0.1", "0.2", "0.30000000000000004"),
    ("3.141592653589793238", "2.718281828459045", "1.4142135623730951"), ("1e-320", "1e308", "1e309"), ("inf", "-inf", "1"), ("Infinity", "infinity", "1"), ("nan", "1", "2"), ("-0", "0", "1"), ("-0.0", "0.0", "1.0"),
    ("1.", ".5", "2"), ("1e400", "2", "3"), ("2024-01-10", "2023-12-31", "1999-02-28"), ('"a ""q"" b"', "'s'", "x"), ('" lead"', '"trail "', "x"), ('"l1\nl2"', "x", "y"), ('"l1\r\nl2"', "x", "y"),
    ('"1"', '"2"', '"3"'), ('""', "x", "y"), ("é", "日本", "👍"), ("N/A", "n/a", "<NA>"), ("None", "none", "NONE"), ("-", "--", "x"), ("1j", "2", "3"), ("1d5", "2", "3"), ("1e+5", "1E5", "1e"), ("\t1", "2\t", "3"), ("yes", "no", "yes"), ("t", "f", "t"),
    ("0.1234567890123456789", "123456789.123456789", "1e22"), ("1e23", "8.41e21", "9007199254740993"), ("5e-324", "2.2250738585072011e-308", "1.7976931348623157e308"), ("179769313486231580793e289", "0.000001", "123456.7e-3"),
), 1):
    table(f"csv_{index}", *cells)
table("csv_blank_lines", "1", "2\n\n", "3")
table("csv_short_rows", "1", "2", "3", head="q,x,gold,more")
table("csv_same_names", "1", "2", head="q,x,gold,q,x")
table("csv_no_name", "1", "2", head="q,x,gold,")
table("csv_spaced_names", "1", "2", head="q,x,gold, y ")
REFUSED_OPTIONS = {"names", "escapechar", "quotechar", "skiprows", "keep_default_na", "column_names", "skipinitialspace", "decimal", "encoding"}
for index, (body, kwargs) in enumerate((
    ("q;x;gold\na;1,5;0\nb;2;1\n", {"sep": ";"}), ("q\tx\tgold\na\t1\t0\n", {"sep": "\t"}), ("q|x|gold\na|b|0\n", {"delimiter": "|"}), ("\ufeffq,x,gold\na,b,0\n", {}), ("q,x,gold\r\na,b,0\r\nc,d,1\r\n", {}),
    ("q,x,gold\ra,b,0\rc,d,1\r", {}), ("q,x,gold\na,b,0", {}), ('q,x,gold\n"a"b,c"d,0\n', {}), ("q,x,gold\na,b,0\n\n \nc,d,1\n", {}), ("q,x,gold\n#a,b,0\n", {}), ('"q","x","gold"\na,b,0\n', {}), ("q,x,gold\na,b,0\nc,d,1\n", {"names": ["q", "x", "gold"]}),
    ("q,x,gold\na\\,b,0\n", {"escapechar": "\\"}), ("q,x,gold\n'a,b',c,0\n", {"quotechar": "'"}), ("skip\nq,x,gold\na,b,0\n", {"skiprows": 1}), ("q,x,gold\nNA,null,0\n", {"keep_default_na": False}), ("a,b,0\n", {"column_names": ["q", "x", "gold"]}),
    ("q,x,gold\na, b,0\n", {"skipinitialspace": True}), ("q,x,gold\na,1.5,0\n", {"decimal": "."}), ("q,x,gold\na,b,0\n", {"encoding": "utf-8"}), ("q,x,gold\na,b,0,\nc,d,1,\n", {}), ("q,x,gold\na,,0\n,b,1\n", {}),
), 1):
    name = f"refused_csv_{index}" if REFUSED_OPTIONS & set(kwargs) else f"csv_file_{index}"
    case(name, None, files={f"{name}.csv": body}, dataset_path="csv", dataset_kwargs={"data_files": {"test": f"{name}.csv"}, **kwargs}, test_split="test", **MEMBER)


def splits(name, path, files, **more):
    suffix = {"csv": "csv", "json": "jsonl"}[path]
    named = {split: f"{name}_{split}.{suffix}" for split in files}
    case(name, None, files={named[split]: body for split, body in files.items()}, **{"dataset_path": path, "dataset_kwargs": {"data_files": named}, "test_split": "test", "fewshot_split": "train", "num_fewshot": 2, **MEMBER, **more})


PAIRS = (("1", "a"), ("1", "1.5"), ("1", "2.0"), ("1.5", "2"), ("a", "1"), ("a", "1.5"), ("a", "2.0"), ("a", "1e20"), ("a", "1e-7"), ("a", "True"), ("True", "a"), ("True", "1"), ("True", "5"), ("1", "True"), ("1.5", "True"), ("", "a"), ("", "1"), ("", "1.5"), ("a", ""), ("1", ""),
         ("True", ""), ("1.5", ""), ("a", "123456789012345678"), ("1.5", "123456789012345678"), ("1.5", "9007199254740993"), ("1", "1e20"), ("a", "0.1"), ("a", "100000.0"), ("a", "1234567.0"), ("a", "1e15"), ("a", "1e16"), ("a", "12345678901234567.0"), ("a", "-0.0"), ("a", "inf"), ("a", "0.0001"), ("a", "0.00001"), ("a", "1.7976931348623157e308"))
for index, (first, second) in enumerate(PAIRS, 1):
    for order in (("train", "test"), ("test", "train")):
        bodies = {"first": f"q,x,gold\nq0,{first},0\nq1,{first},1\nq2,{first},0\n", "second": f"q,x,gold\nr0,{second},0\nr1,{second},1\nr2,{second},1\n"}
        splits(f"csv_cast_{index}_{order[0]}", "csv", {order[0]: bodies["first"], order[1]: bodies["second"]})


def rows(value, n=3):
    return "".join(json.dumps({"q": f"q{i}", "x": value, "gold": i % 2}) + "\n" for i in range(n))


VALUES = (1, 2.5, 2.0, "a", "5", True, None, "2024-01-10", [1], [1.5], ["a"], [], {"a": 1}, {"a": "x"}, {"b": 1}, {"a": 1, "b": 2}, {"b": 2, "a": 1}, 2**60, 1e20, [None], {"a": None}, {}, [{"a": 1}], [{"a": 2.5}])
for first in range(len(VALUES)):
    for second in range(len(VALUES)):
        if first != second:
            splits(f"json_cast_{first}_{second}", "json", {"train": rows(VALUES[first]), "test": rows(VALUES[second])})
splits("json_columns_differ", "json", {"train": rows(1), "test": rows(1).replace('"x"', '"y"')}, doc_to_text="{{q}}")
splits("json_columns_more", "json", {"train": rows(1), "test": rows(1).replace('"x"', '"z": 3, "x"')}, doc_to_text="{{q}}")
splits("json_columns_less", "json", {"train": rows(1).replace('"x"', '"z": 3, "x"'), "test": rows(1)}, doc_to_text="{{q}}")
splits("json_columns_moved", "json", {"train": rows(1), "test": "".join(json.dumps({"gold": i % 2, "x": i, "q": "q"}) + "\n" for i in range(3))})
splits("csv_columns_moved", "csv", {"train": "q,x,gold\na,1,0\nb,2,1\n", "test": "gold,x,q\n0,1,a\n1,2,b\n"})
splits("csv_columns_more", "csv", {"train": "q,x,gold\na,1,0\nb,2,1\n", "test": "q,x,gold,y\na,1,0,5\nb,2,1,6\n"})
splits("csv_columns_less", "csv", {"train": "q,x,gold,y\na,1,0,5\nb,2,1,6\n", "test": "q,x,gold\na,1,0\nb,2,1\n"})
case("two_files", None, files={"two_a.jsonl": rows(1), "two_b.jsonl": rows(2.5)}, dataset_path="json", dataset_kwargs={"data_files": {"test": ["two_a.jsonl", "two_b.jsonl"]}}, test_split="test", **MEMBER)
case("two_csv_files", None, files={"two_a.csv": "q,x,gold\na,1,0\n", "two_b.csv": "q,x,gold\nb,2.5,1\n"}, dataset_path="csv", dataset_kwargs={"data_files": {"test": ["two_a.csv", "two_b.csv"]}}, test_split="test", **MEMBER)
case("two_csv_text", None, files={"tw_a.csv": "q,x,gold\na,z,0\n", "tw_b.csv": "q,x,gold\nb,2.5,1\n"}, dataset_path="csv", dataset_kwargs={"data_files": {"test": ["tw_a.csv", "tw_b.csv"]}}, test_split="test", **MEMBER)
case("json_array", None, files={"arr.json": json.dumps([json.loads(line) for line in rows(1).splitlines()], indent=2)}, dataset_path="json", dataset_kwargs={"data_files": {"test": "arr.json"}}, test_split="test", **MEMBER)
case("json_field", None, files={"field.json": json.dumps({"version": 1, "data": [json.loads(line) for line in rows(1).splitlines()]})}, dataset_path="json", dataset_kwargs={"data_files": {"test": "field.json"}, "field": "data"}, test_split="test", **MEMBER)
case("json_columns", None, files={"cols.json": json.dumps({"q": ["a", "b"], "x": [1, 2], "gold": [0, 1]})}, dataset_path="json", dataset_kwargs={"data_files": {"test": "cols.json"}}, test_split="test", **MEMBER)
case("json_bom", None, files={"bom.jsonl": "\ufeff" + rows(1)}, dataset_path="json", dataset_kwargs={"data_files": {"test": "bom.jsonl"}}, test_split="test", **MEMBER)
case("json_crlf", None, files={"crlf.jsonl": rows(1).replace("\n", "\r\n")}, dataset_path="json", dataset_kwargs={"data_files": {"test": "crlf.jsonl"}}, test_split="test", **MEMBER)
case("json_blank_lines", None, files={"blank.jsonl": "\n" + rows(1).replace("\n", "\n\n") + "\n \n"}, dataset_path="json", dataset_kwargs={"data_files": {"test": "blank.jsonl"}}, test_split="test", **MEMBER)
case("json_pretty", None, files={"pretty.json": "".join(json.dumps(json.loads(line), indent=1) + "\n" for line in rows(1).splitlines())}, dataset_path="json", dataset_kwargs={"data_files": {"test": "pretty.json"}}, test_split="test", **MEMBER)
case("json_nan", None, files={"nan.jsonl": rows(1).replace('"x": 1', '"x": NaN')}, dataset_path="json", dataset_kwargs={"data_files": {"test": "nan.jsonl"}}, test_split="test", **MEMBER)
case("json_infinity", None, files={"infinity.jsonl": rows(1).replace('"x": 1', '"x": -Infinity')}, dataset_path="json", dataset_kwargs={"data_files": {"test": "infinity.jsonl"}}, test_split="test", **MEMBER)
case("json_same_keys", None, files={"same.jsonl": rows(1).replace('"x": 1', '"x": 1, "x": 2')}, dataset_path="json", dataset_kwargs={"data_files": {"test": "same.jsonl"}}, test_split="test", **MEMBER)
case("json_exponents", None, files={"exp.jsonl": rows(1).replace('"x": 1', '"x": 1E+2')}, dataset_path="json", dataset_kwargs={"data_files": {"test": "exp.jsonl"}}, test_split="test", **MEMBER)
case("json_exponents_big", None, files={"expb.jsonl": rows(1).replace('"x": 1', '"x": 1e400')}, dataset_path="json", dataset_kwargs={"data_files": {"test": "expb.jsonl"}}, test_split="test", **MEMBER)
case("json_negative_zero", None, files={"negz.jsonl": rows(1).replace('"x": 1', '"x": -0')}, dataset_path="json", dataset_kwargs={"data_files": {"test": "negz.jsonl"}}, test_split="test", **MEMBER)
case("json_long_decimals", None, files={"dec.jsonl": rows(1).replace('"x": 1', '"x": 0.1000000000000000055511151231257827')}, dataset_path="json", dataset_kwargs={"data_files": {"test": "dec.jsonl"}}, test_split="test", **MEMBER)
case("json_lone_surrogate", None, files={"sur.jsonl": rows(1).replace('"x": 1', '"x": "\\ud83d"')}, dataset_path="json", dataset_kwargs={"data_files": {"test": "sur.jsonl"}}, test_split="test", **MEMBER)
case("json_gz", None, files={"zip.jsonl.gz": gzip.compress(rows(1).encode(), mtime=0)}, dataset_path="json", dataset_kwargs={"data_files": {"test": "zip.jsonl.gz"}}, test_split="test", **MEMBER)
case("csv_gz", None, files={"zip.csv.gz": gzip.compress(b"q,x,gold\na,b,0\n", mtime=0)}, dataset_path="csv", dataset_kwargs={"data_files": {"test": "zip.csv.gz"}}, test_split="test", **MEMBER)
case("text_file", None, files={"lines.txt": "one\ntwo \n\nthree"}, dataset_path="text", dataset_kwargs={"data_files": {"test": "lines.txt"}}, test_split="test", output_type="loglikelihood_rolling", doc_to_text="", doc_to_target="text")
case("text_crlf", None, files={"crlf.txt": "one\r\ntwo\x0bx\u2028y\r\n"}, dataset_path="text", dataset_kwargs={"data_files": {"test": "crlf.txt"}}, test_split="test", output_type="loglikelihood_rolling", doc_to_text="", doc_to_target="text")
case("refused_text_paragraphs", None, files={"para.txt": "one\ntwo\n\nthree\n"}, dataset_path="text", dataset_kwargs={"data_files": {"test": "para.txt"}, "sample_by": "paragraph"}, test_split="test", output_type="loglikelihood_rolling", doc_to_text="", doc_to_target="text")
case("files_one_path", None, files={"one.jsonl": rows(1)}, dataset_path="json", dataset_kwargs={"data_files": "one.jsonl"}, test_split="train", **MEMBER)
case("files_list", None, files={"l1.jsonl": rows(1), "l2.jsonl": rows(2)}, dataset_path="json", dataset_kwargs={"data_files": ["l1.jsonl", "l2.jsonl"]}, test_split="train", **MEMBER)
case("files_glob", None, files={"g_1.jsonl": rows(1), "g_2.jsonl": rows(2), "g_10.jsonl": rows(10)}, dataset_path="json", dataset_kwargs={"data_files": {"test": "g_*.jsonl"}}, test_split="test", **MEMBER)
case("process_nothing", None, files={"pn.jsonl": rows(1)}, dataset_path="json", dataset_kwargs={"data_files": {"test": "pn.jsonl"}, "trust_remote_code": True}, test_split="test", **MEMBER)

# --- YAML as PyYAML reads it ---
for index, line in enumerate((
    "doc_to_choice: [yes, no]", "doc_to_choice: ['yes', \"n\\u00e9\"]", "doc_to_choice: [y, n]", "target_delimiter: \"\\t\"", "description: |\n  two\n  lines\n\n", "description: |-\n  two\n  lines\n\n", "description: |+\n  two\n  lines\n\n", "description: >\n  two\n  lines\n\n  para\n   more\n",
    "description: >-\n  folded\n  text\n", "description: plain\n  goes on\n  here", "description: 'single ''q''\n\n  on'", "description: \"double \\\n   joined \\x41 \\u263a \\e \\_ \\N\"", "num_fewshot: 0x1", "num_fewshot: 01", "num_fewshot: +1", "num_fewshot: 1.0", "num_fewshot: '1'", "description: 2024-01-10", "description: 1:30", "description: 1_000",
    "description: 1e3", "description: 1.5e+3", "description: .5", "description: ~", "description: !!str 5", "description: null", "description: off", "description: \"\"", "description: &a x\ntask_alias: *a", "doc_to_choice: &c [p, q]\nfewshot_config: {doc_to_choice: *c}", "metadata: {version: 1.0, date: 2024-01-10, when: 2024-01-10 05:06:07, n: 010, x: 0o10, s: 1:30, e: 1e3, inf: .inf, nan: .NaN, big: 123456789012345678901234567890, neg: -0, f: 1., y: yes, 'quoted': n}",
    "metadata: [1, 2]", "metadata: text", "metadata:\n  version: 2\n  nested: {a: [1, {b: null}]}", "tag: [x, y]", "tag: x", "doc_to_text: {{q}}", "doc_to_text: '{{q}}'\ndoc_to_text: 'again {{q}}'", "doc_to_choice: {b: x, a: y}", "doc_to_choice: {10: x, 9: y}", "doc_to_choice:\n- p\n-  q\n",
    "doc_to_choice: [' p', 'q ']", "doc_to_choice: [1, 2]", "doc_to_choice: [1.0, null]", "description: 'a: b # c'", "description: a #b", "description: a#b", "description: '\\n'", "description: \"\\n\"", "%TAG ! tag:x,2000:\n---\ndescription: x", "---\ndescription: x\n...", "description: \"a\\\n  b\"", "description: \u00e9\u3000\u2028x", "metric_list:\n  - metric: acc\n  - metric: acc_norm\n    higher_is_better: no",
    "metric_list: [{metric: acc, aggregation: mean, higher_is_better: true, extra: 5}]", "repeats: 2", "repeats: null", "should_decontaminate: true\ndoc_to_decontamination_query: '{{q}}'", "process_docs: null", "filter_list: null", "generation_kwargs: null", "use_prompt: null", "unsafe_code: false", "<<: {description: merged}", "base: &b {x: 1}", "dataset_name: null", "validation_split: test", "training_split: null",
    "target_delimiter: null", "fewshot_delimiter: null", "gen_prefix: null", "description: [a]", "doc_to_target: 1", "doc_to_target: '1'", "doc_to_target: true", "doc_to_text: 1", "doc_to_text: true", "output_type: multiple_choice ", "num_fewshot: null", "fewshot_config: null", "fewshot_config:\n  sampler: first_n\nnum_fewshot: 2", "metric_list: null",
), 1):
    name = f"yaml_{index}"
    base = f"dataset_path: json\ndataset_kwargs: {{data_files: {{test: {name}.jsonl}}}}\ntest_split: test\noutput_type: multiple_choice\ndoc_to_text: '{{{{q}}}}'\ndoc_to_choice: opts\ndoc_to_target: gold\ntask: {name}\n"
    owned = {part.split(":")[0] for part in line.split("\n")}
    kept = "".join(part + "\n" for part in base.splitlines() if part.split(":")[0] not in owned or part.startswith("dataset"))
    case(name, TWO, yaml_text=f"{line}\n{kept}" if line.startswith(("%", "---\n")) and not line.endswith("...") else f"{kept}{line}\n")


def write_edges(folder):
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    for name, docs, files, yaml_text, fields in CASES:
        fields = {"task": name, **fields}
        if docs is not None:
            (folder / f"{name}.jsonl").write_bytes("".join(json.dumps(doc) + "\n" for doc in docs).encode())
            if yaml_text is None:
                fields = {"dataset_path": "json", "dataset_kwargs": {"data_files": {"test": f"{name}.jsonl"}}, "test_split": "test", **fields}
        for path, body in (files or {}).items():
            (folder / path).write_bytes(body if isinstance(body, bytes) else body.encode())
        (folder / f"{name}.yaml").write_text(yaml_text or yaml.safe_dump(fields, allow_unicode=True, sort_keys=False), "utf-8")
    return [name for name, *_ in CASES]
