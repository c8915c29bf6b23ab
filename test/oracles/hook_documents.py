"""Random documents and answers for the functions of hook_goldens.py: FUNCTIONS lists (family, module, kind, name, draw, n).

`draw(random)` gives the arguments: {"doc": ...}, {"docs": [...]}, {"doc", "results"}, {"items"}, {"prediction",
"reference"} or {"answers", "doc", "options"}.
"""
WORDS = ["the", "a", "an", "cat", "Café", "river", "O'Neil's", "12", "3.5", "-7", "1,000", "well-known", "日本", "(x)", "U.S.", "not", "can't", "high", "100", "8.0", "No.", "Yes", "I", "have", "comment", "İ", "straße", "50%", "two", "x\\y", "\u00a0nbsp", "[note]", "~"]
NAMES = ["Bob", "Al", "Ann", "The Who", "M. Night", "Émile"]
LETTERS = "ABCDEFGHIJ"


def text(r, low=1, high=8):
    return " ".join(r.choice(WORDS) for _ in range(r.randint(low, high))) + r.choice(["", ".", "?", " ", " .", "\n", "!"])


def texts(r, low=1, high=4):
    return [text(r) for _ in range(r.randint(low, high))]


def doc(**fields):
    return lambda r: {"doc": {name: draw(r) for name, draw in fields.items()}}


def docs(n=4, **fields):
    def draw(r):
        return {"docs": [{name: make(r) for name, make in fields.items()} for _ in range(r.randint(1, n))]}

    return draw


def choice(*values):
    return lambda r: r.choice(values)


def pairs(r, n):
    lls = [-round(r.random() * 30, 6) for _ in range(n)]
    if n > 1 and r.random() < 0.1:
        lls[1] = lls[0]
    return [[ll, r.random() < 0.3] for ll in lls]


def wsc(r):
    words = [r.choice(WORDS[:12] + ["( x )", "n't", '"', "'"]) for _ in range(r.randint(4, 9))]
    at = r.randrange(1, len(words) - 1)
    words = " ".join(words).split()
    at = min(at, len(words) - 2)
    return {"doc": {"text": " ".join(words), "span2_index": at, "span2_text": words[at], "span1_text": r.choice(NAMES)}}


def race(r):
    problems = [{"question": r.choice([text(r), "It was  _  ."]), "answer": r.choice("ABCD"), "options": [text(r) for _ in range(4)]} for _ in range(r.randint(1, 4))]
    return {"doc": {"article": text(r, 3, 20), "problems": str(problems)}}


def coqa(r):
    n = r.randint(1, 4)
    answers = lambda: {"input_text": [text(r, 1, 3) for _ in range(n)]}
    return {"story": text(r, 5, 20), "questions": {"input_text": [text(r) for _ in range(n)]}, "answers": answers(), "additional_answers": {str(i): answers() for i in range(r.randint(1, 3))}}


def coqa_results(r):
    document = coqa(r)
    said = r.choice([text(r, 1, 3), document["answers"]["input_text"][-1], document["answers"]["input_text"][-1].upper()])
    return {"doc": document, "results": [r.choice(["", " "]) + said + r.choice(["", "\nmore"])]}


def record(r):
    entities = [r.choice(NAMES) for _ in range(r.randint(2, 6))]
    return {"passage": text(r) + "".join(f"{r.choice(['.', '', '!'])}\n@highlight\n{text(r)}" for _ in range(r.randint(0, 3))), "query": f"{text(r)} @placeholder won", "entities": entities, "answers": [r.choice(entities) for _ in range(r.randint(1, 3))]}


def record_results(r):
    document = record(r)
    return {"doc": document, "results": pairs(r, len(document["entities"]))}


def drop_answer(r):
    date = {"day": r.choice(["", "3"]), "month": r.choice(["", "May"]), "year": r.choice(["", "1999"])}
    kind = r.randrange(3)
    return {"number": r.choice(["8", "3.5", "1,000"]) if kind == 0 else "", "date": date, "spans": [text(r, 1, 3) for _ in range(r.randint(1, 3))] if kind == 1 else [], "hit_id": "", "worker_id": ""}


def drop(r):
    more = [drop_answer(r) for _ in range(r.randint(0, 3))]
    return {"query_id": str(r.randrange(99)), "passage": text(r), "question": text(r), "answer": drop_answer(r), "validated_answers": {k: [m[k] for m in more] for k in ("number", "date", "spans")}}


def drop_results(r):
    golds = [r.choice([["8"], [text(r, 1, 3)], texts(r, 2, 3), [""], ["3 May 1999"], ["the cat"]]) for _ in range(r.randint(1, 3))]
    gold = r.choice(golds)
    said = r.choice([text(r, 1, 4), gold[0], " ".join(gold), "8.0", "The " + gold[0].upper(), gold[0] + "-" + gold[-1], ""])
    return {"doc": {"answers": golds}, "results": [said]}


UNKNOWN = ["Unknown", "Cannot answer", "Can't be determined", "Not known", "Undetermined", "Not enough info"]
GROUPS = ["M-Black", "F-Black", "lowSES-African", "highSES-Latino", "nonObese", "obese", "woman", "man", "girl", "boy", "nonTrans", "Christian", "old", "nonOld", "Hispanic"]
CATEGORIES = ["Age", "Disability_status", "Gender_identity", "Nationality", "Physical_appearance", "Race_ethnicity", "Race_x_gender", "Race_x_SES", "Religion", "SES", "Sexual_orientation"]


def bbq(r):
    answers = [f"The {r.choice(GROUPS)} one", r.choice(["Bob", "the Latina", "grandfather", "African"]), r.choice(UNKNOWN)]
    r.shuffle(answers)
    info = {f"ans{i}": [f"x{i}", "unknown"] if a in UNKNOWN else ["", ""] if "Latina" in a and r.random() < 0.5 else [r.choice(["x", "Bob"]), r.choice(GROUPS)] for i, a in enumerate(answers)}
    return {"example_id": r.randrange(99), "question_polarity": r.choice(["neg", "nonneg"]), "context_condition": r.choice(["ambig", "disambig"]), "category": r.choice(CATEGORIES), "answer_info": info, "additional_metadata": {"stereotyped_groups": [r.choice(GROUPS).lower() for _ in range(r.randint(1, 3))], "source": "x"}, "context": text(r), "question": text(r), **{f"ans{i}": a for i, a in enumerate(answers)}, "label": r.randrange(3)}


def bbq_ready(r):
    document = bbq(r)
    names = [document[f"ans{i}"] for i in range(3)]
    groups = {f"ans{i}_groups": ["unknown"] if names[i] in UNKNOWN else r.choice([["bob"], ["x", "old"], ["african", "low ses"]]) for i in range(3)}
    return {**document, "biased_answers": [n for n in names if r.random() < 0.4], **groups}


def bbq_choice_results(r):
    return {"doc": bbq_ready(r), "results": pairs(r, 12)}


def bbq_written_results(r):
    document = bbq_ready(r)
    said = r.choice([text(r, 1, 4), "Bob", "the bob", "It is not known.", "Don't know", "African people", "OLD x", document["ans0"], document["ans1"] + ".", ""])
    return {"doc": document, "results": [said]}


def nan_or(r, value):
    return float("nan") if r.random() < 0.2 else value


def bbq_items(r, width):
    n = r.randint(1, 12)
    items = []
    for _ in range(n):
        flag = float(r.random() < 0.5)
        if width == 2:
            items.append([float(r.random() < 0.5), flag])
        elif r.random() < 0.25:
            items.append([float(r.random() < 0.5), float("nan"), float("nan"), float("nan")])
        else:
            items.append([float(r.random() < 0.5), float(r.random() < 0.4), float(r.random() < 0.7), flag])
    return {"items": items}


def truthful(r):
    return {"question": f" {text(r)} ", "correct_answers": texts(r) + r.choice([[], [""], ["I have no comment"], ["I have no comment."]]), "incorrect_answers": texts(r)}


def truthful_results(r):
    document = {"correct_answers": texts(r, 1, 3), "incorrect_answers": texts(r, 1, 3)}
    said = r.choice([text(r, 0, 10), document["correct_answers"][0], document["incorrect_answers"][0] + " . " + text(r), "", text(r) + " . " + text(r) + "\n" + text(r)])
    return {"doc": document, "results": [said]}


def mc2(r):
    n = r.randint(2, 6)
    labels = [1] * r.randint(1, n - 1)
    labels += [0] * (n - len(labels))
    return {"doc": {"mc2_targets": {"labels": labels, "choices": [text(r) for _ in labels]}}, "results": pairs(r, n)}


def gpqa(r):
    wild = lambda: r.choice([text(r), " [title] x", "a [b] c", "two  blanks"])
    return {"Question": text(r), "Correct Answer": wild() + " right", **{f"Incorrect Answer {i}": wild() + f" {i}" for i in (1, 2, 3)}}


def gold_pairs(r):
    n = r.randint(2, 5)
    return {"doc": {"choices": [text(r) for _ in range(n)], "gold": r.choice([[r.randrange(n)], [0, n - 1]])}, "results": pairs(r, n)}


TEX = ["\\frac12", "0.5", "\\boxed{3}", "$x=5$", "the answer is $\\frac{1}{2}$.", "5", "x = 7", "\\sqrt3", "\\text{cm}", "12 cm", "", "3/4", "so \\boxed{x=\\frac12}", "= 8.", "no number", "\\fbox{2}", "about 3.5 or 4", "$a$ and $b=2$"]


def agi_math(r):
    return {"doc": {"answer": r.choice(TEX + ["5", "7", "3", "8"])}, "results": [r.choice(TEX)]}


def hendrycks_results(r):
    answer = r.choice(["5", "\\frac{1}{2}", "x", "12", "\\sqrt{3}"])
    return {"doc": {"solution": f"So it is $\\boxed{{{answer}}}$."}, "results": [r.choice([answer, f"${answer}$", "\\frac12", f"the ${answer}$ and $y$", text(r), "$", ""])]}


def eq(r):
    names = ["Anger", "Joy", "Fear", "Hope"]
    reference = {**{f"emotion{i + 1}": n for i, n in enumerate(names)}, **{f"emotion{i + 1}_score": r.choice([str(r.randrange(11)), r.randrange(11)]) for i in range(4)}}
    said = "".join(f"{r.choice(names) if r.random() < 0.1 else n}:{r.choice([' ', chr(10)])}{r.randrange(11)}\n" for n in names[: r.choice([4, 4, 4, 3])])
    return {"doc": {"reference_answer_fullscale": str(reference)}, "results": [said + r.choice(["", "Total: 5", "x"])]}


def mutual_results(r):
    return {"doc": {"answers": r.choice("ABCD")}, "results": pairs(r, 4)}


def qasper(r):
    def blob():
        kind = r.randrange(5)
        return {"unanswerable": kind == 0, "yes_no": True if kind == 1 else False if kind == 2 else None, "free_form_answer": text(r) if kind == 3 else "", "extractive_spans": texts(r) if kind == 4 else []}

    n = r.randint(1, 3)
    return {"docs": [{"id": str(i), "title": text(r), "abstract": text(r), "qas": {"question": [text(r) for _ in range(n)], "answers": [{"answer": [blob() for _ in range(r.randint(1, 3))]} for _ in range(n)]}} for i in range(r.randint(1, 3))]}


def english_number(r):
    words = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen eighteen nineteen twenty thirty forty fifty sixty eighty ninety hundred thousand million billion and , - point & trillion".split()
    return r.choice([" ", " ", "  ", "-"]).join(r.choice(words) for _ in range(r.randint(1, 6))).replace(" ,", ",")


def bbh(r, kind):
    options = {"group_select": r.choice([0, -1])}
    document = {"input": f"Which?\nOptions:\n(A) {text(r, 1, 2)}\n(B) {text(r, 1, 2)}\n(C) the cat\nList: pear apple zoo fig's", "target": "(A)"}
    if kind == "choice":
        options |= {"ignore_case": True, "ignore_punctuation": True, "regex_pattern": "(\\([A-Z]\\))"}
        said = r.choice(["(B)", "It is (A) or (C).", "The Cat!", "answer: B", "so: C", text(r), document["input"].split("(A) ")[1].split("\n")[0]])
    elif kind == "map":
        options |= {"ignore_case": r.random() < 0.7, "regex_pattern_to_value": {"\\b(no|does not tell the truth)\\b": "no", "\\b(yes|tells the truth)\\b": "yes"}}
        said = r.choice(["Yes.", "no", "She does not tell the truth", "he tells the truth, no", text(r)])
    elif kind == "sort":
        options = {}
        said = r.choice(["apple fig's pear zoo", "pear pear apple", text(r), "apple, zoo; apple"])
    else:
        options |= {"regex_pattern": "([-0-9]+)"}
        said = r.choice(["There are 12", "-7 or 8", "7", english_number(r), f"so {english_number(r)} and {english_number(r)}."])
    return {"answers": [said, r.choice([said, text(r)])], "doc": document, "options": options}


def multirc(r):
    return {"prediction": r.choice(["True", "False", "maybe"]), "reference": f"{r.randrange(3)}_{r.choice(['True', 'False'])}"}


def t5_record_items(r):
    return {"items": [[r.choice(NAMES + [text(r, 1, 3)]), f"{r.randrange(3)}_{r.choice(NAMES)}"] for _ in range(r.randint(1, 8))]}


def wsc_written(r):
    span = r.choice(["Bob", "the cat", "Bob's hat", "my old friend", "bunny"])
    return {"doc": {"span1_text": span, "label": r.randrange(2)}, "results": [r.choice([span, span.upper(), "the " + span, "fuzzy bunny", text(r, 1, 2), "Bob's", " "])]}


def page(r):
    parts = [" @-@ ", " @,@ ", " = ", " ( old ) ", ' " house " ', " 's ", " ; ", " : ", " N ", "s '", " \n ", " ° ", " [ x ] ", " ! ", " . ", " '", "/' 7/"]
    return "".join(r.choice(WORDS) + r.choice(parts) for _ in range(r.randint(3, 20)))


def page_results(r):
    return {"doc": {"page": page(r)}, "results": [-round(r.random() * 100, 5)]}


def text_results(r):
    return {"doc": {"text": page(r)}, "results": [-round(r.random() * 100, 5)]}


def subjects(r):
    names = ["biology", "computer science", "law", "math", "other"]
    return {"docs": [{"category": r.choice(names), "question": text(r), "options": texts(r, 2, 10), "cot_content": "A: Let's think step by step. " + text(r)} for _ in range(6)]}


def exam(r):
    return {"doc": subjects(r)["docs"][0]}


def wsc273(r):
    return {"docs": [{"text": f"He  said{r.choice(['.', ','])} My dog ran.", "pronoun": r.choice(["My", "it", "He"]), "pronoun_loc": r.choice([10, 5, 9]), "options": [r.choice(["The man", "My dog", "A cat"]), r.choice(["Her hat", "She"])]} for _ in range(3)]}


def crows(r):
    return {"docs": [{"bias_type": r.choice(["race-color", "age", "gender", "socioeconomic", "autre"]), "sent_more": text(r), "sent_less": text(r)} for _ in range(5)]}


WINO = doc(sentence=lambda r: text(r, 1, 4) + "_" + text(r, 1, 4), option1=text, option2=text, answer=choice("1", "2"))
COPA = doc(premise=text, question=choice("cause", "effect"), choice1=text, choice2=text, label=choice(0, 1))
LOGIQA = doc(context=text, question=text, options=lambda r: [text(r) for _ in range(4)], label=choice("a\n", "b", " c ", "d"))
RECORD = lambda r: {"doc": {**record(r)}}
N = 40

FUNCTIONS = [
    *(("winogrande", "winogrande/preprocess_winogrande.py", k, k, WINO, N) for k in ("doc_to_text", "doc_to_target", "doc_to_choice")),
    *(("copa", "super_glue/copa/utils.py", k, k, COPA, N) for k in ("doc_to_text", "doc_to_target", "doc_to_choice")),
    ("wsc", "super_glue/wsc/preprocess_wsc.py", "doc_to_text", "default_doc_to_text", wsc, N),
    ("super_glue/wsc", "super_glue/wsc/t5_utils.py", "doc_to_text", "doc_to_text", wsc, N),
    ("super_glue/wsc", "super_glue/wsc/t5_utils.py", "process_results", "process_results", wsc_written, N),
    *(("race", "race/preprocess_race.py", k, k, race, N) for k in ("doc_to_text", "doc_to_target", "doc_to_choice")),
    *(("logiqa", "logiqa/utils_logiqa.py", k, k, LOGIQA, N) for k in ("doc_to_text", "doc_to_target")),
    ("logiqa2", "logiqa2/utils_logiqa2.py", "doc_to_text", "doc_to_text", doc(text=text, question=text, options=lambda r: texts(r, 2, 5)), N),
    *(("record", "super_glue/record/util.py", k, k, RECORD, N) for k in ("doc_to_text", "doc_to_target", "doc_to_choice")),
    ("record", "super_glue/record/util.py", "process_docs", "process_docs", lambda r: {"docs": [record(r) for _ in range(3)]}, N),
    ("record", "super_glue/record/util.py", "process_results", "process_results", record_results, N),
    ("record", "super_glue/record/t5_utils.py", "doc_to_text", "doc_to_text", RECORD, N),
    ("record", "super_glue/record/t5_utils.py", "process_docs", "process_docs", lambda r: {"docs": [record(r) for _ in range(3)]}, N),
    ("record", "super_glue/record/t5_utils.py", "aggregation", "squad_em_agg", t5_record_items, N),
    ("record", "super_glue/record/t5_utils.py", "aggregation", "squad_f1_agg", t5_record_items, N),
    ("wikitext", "wikitext/preprocess_wikitext.py", "doc_to_target", "wikitext_detokenizer", lambda r: {"doc": {"page": page(r)}}, 80),
    ("wikitext", "wikitext/preprocess_wikitext.py", "process_results", "process_results", page_results, N),
    ("c4", "c4/preprocess_c4.py", "doc_to_target", "c4_detokenizer", lambda r: {"doc": {"text": page(r)}}, N),
    ("c4", "c4/preprocess_c4.py", "process_results", "process_results", text_results, N),
    ("paloma", "paloma/paloma_utils.py", "doc_to_target", "doc_to_target", doc(text=text), 5),
    ("mathqa", "mathqa/utils.py", "doc_to_choice", "doc_to_choice", doc(options=lambda r: " , ".join(f"{l} ) {text(r, 1, 2).strip()}" for l in "abcde")), N),
    *(("hendrycks_ethics", "hendrycks_ethics/utils.py", k, k, doc(activity=text, baseline=text), N) for k in ("doc_to_text", "doc_to_target")),
    ("mnli", "glue/mnli/utils.py", "doc_to_text", "doc_to_text", doc(premise=text, hypothesis=text), N),
    ("toxigen", "toxigen/utils.py", "doc_to_target", "doc_to_target", doc(toxicity_ai=lambda r: r.random() * 5, toxicity_human=lambda r: r.random() * 5), N),
    ("hellaswag", "hellaswag/utils.py", "process_docs", "process_docs", docs(ctx_a=lambda r: f" {text(r)} [title]", ctx_b=lambda r: r.choice(["he IS", "", "éTÉ x"]), activity_label=text, endings=lambda r: [f"{text(r)} [x] y  z" for _ in range(4)], label=choice("0", "1", "3")), N),
    ("arithmetic", "arithmetic/utils.py", "process_docs", "process_docs", docs(context=lambda r: f"\nQ: {text(r)}\n\nA:", completion=text), N),
    ("wsc273", "wsc273/utils.py", "process_docs", "process_doc", wsc273, N),
    *(("webqs", "webqs/utils.py", k, k, doc(answers=lambda r: r.sample(["a", "ab", "b", "bc", "abc", "É", "z"], 3)), N) for k in ("doc_to_choice", "doc_to_target")),
    *(("coqa", "coqa/utils.py", k, k, lambda r: {"doc": coqa(r)}, N) for k in ("doc_to_text", "doc_to_target")),
    ("coqa", "coqa/utils.py", "process_results", "process_results", coqa_results, 80),
    ("drop", "drop/utils.py", "process_docs", "process_docs", lambda r: {"docs": [drop(r) for _ in range(2)]}, N),
    ("drop", "drop/utils.py", "process_results", "process_results", drop_results, 200),
    *(("bbq", "bbq/utils.py", "process_docs", n, lambda r: {"docs": [bbq(r) for _ in range(3)]}, N) for n in ("process_docs", "process_docs_ambig", "process_docs_disambig")),
    ("bbq", "bbq/utils.py", "doc_to_choice", "doc_to_choice", lambda r: {"doc": bbq(r)}, N),
    ("bbq", "bbq/utils.py", "doc_to_target", "doc_to_target", lambda r: {"doc": bbq(r)}, N),
    ("bbq", "bbq/utils.py", "process_results", "process_results_multiple_choice", bbq_choice_results, N),
    ("bbq", "bbq/utils.py", "process_results", "process_results_generate_until", bbq_written_results, 80),
    *(("bbq", "bbq/utils.py", "aggregation", n, lambda r: bbq_items(r, 2), N) for n in ("agg_accuracy_amb", "agg_accuracy_disamb")),
    *(("bbq", "bbq/utils.py", "aggregation", n, lambda r: bbq_items(r, 4), 80) for n in ("agg_amb_bias_scores", "agg_disamb_bias_scores")),
    *(("crows_pairs", "crows_pairs/utils.py", "process_docs", f"filter_{n}", crows, 10) for n in ("race_color", "socio", "gender", "age", "autre")),
    ("crows_pairs", "crows_pairs/utils.py", "doc_to_choice", "doc_to_choice", doc(sent_more=text, sent_less=text), 5),
    ("crows_pairs", "crows_pairs/utils.py", "process_results", "process_results", lambda r: {"doc": {}, "results": pairs(r, 2)}, N),
    *(("winogender", "winogender/utils.py", "process_docs", f"filter_{n}", docs(6, gender=choice("male", "female", "neutral"), q=text), 10) for n in ("male", "female", "neutral")),
    ("truthfulqa", "truthfulqa/utils.py", "process_docs", "process_docs_gen", lambda r: {"docs": [truthful(r) for _ in range(3)]}, N),
    ("truthfulqa", "truthfulqa/utils.py", "process_results", "process_results_mc2", mc2, N),
    ("truthfulqa", "truthfulqa/utils.py", "process_results", "process_results_gen", truthful_results, 120),
    ("gpqa", "gpqa/cot_zeroshot/utils.py", "process_docs", "process_docs", lambda r: {"docs": [gpqa(r) for _ in range(4)]}, N),
    ("gpqa/zeroshot", "gpqa/zeroshot/utils.py", "process_docs", "process_docs", lambda r: {"docs": [gpqa(r) for _ in range(4)]}, N),
    ("leaderboard/gpqa", "leaderboard/gpqa/utils.py", "process_docs", "process_docs", lambda r: {"docs": [gpqa(r) for _ in range(4)]}, N),
    ("agieval", "agieval/utils.py", "process_results", "process_results_mcqa", gold_pairs, N),
    ("agieval", "agieval/utils.py", "process_results", "process_results", agi_math, 200),
    ("hendrycks_math", "hendrycks_math/utils.py", "process_results", "process_results", hendrycks_results, 100),
    ("hendrycks_math", "hendrycks_math/utils.py", "process_docs", "process_docs", docs(problem=text, solution=lambda r: f"{text(r)} \\boxed{{{r.choice(['5', 'x^{2}', '']) }}} {r.choice(['', '$'])}"), N),
    *(("mmlu_pro", "mmlu_pro/utils.py", k, n, exam, N) for k, n in (("doc_to_text", "doc_to_text"), ("doc_to_text", "fewshot_to_text"), ("doc_to_target", "fewshot_to_target"))),
    *(("mmlu_pro", "mmlu_pro/utils.py", "process_docs", f"process_{n}", subjects, 10) for n in ("biology", "computer_science", "law")),
    ("mmlu-pro-plus", "mmlu-pro-plus/utils.py", "doc_to_text", "doc_to_text", exam, N),
    *(("leaderboard/mmlu_pro", "leaderboard/mmlu_pro/utils.py", k, k, exam, N) for k in ("doc_to_text", "doc_to_choice")),
    *(("leaderboard/musr", "leaderboard/musr/utils.py", k, k, doc(choices=lambda r: str(texts(r, 2, 4)), narrative=text, question=text), N) for k in ("doc_to_text", "doc_to_choice")),
    ("mmlusr", "mmlusr/question_and_answer/utils.py", "process_docs", "process_docs", docs(question=text, **{f"choice{i}": lambda r: r.choice([text(r), None]) for i in range(1, 5)}, answer=choice("A", " B ", "C\n")), N),
    ("medqa", "medqa/preprocess_medqa.py", "doc_to_text", "doc_to_text", doc(sent1=text, **{f"ending{i}": text for i in range(4)}, label=choice(0, 3)), N),
    ("medqa", "medqa/preprocess_medqa.py", "doc_to_target", "doc_to_target", doc(label=choice(0, 3)), 5),
    ("medmcqa", "medmcqa/utils_medmcqa.py", "doc_to_text", "doc_to_text", doc(question=text, opa=text, opb=text, opc=text, opd=text), N),
    ("pubmedqa", "pubmedqa/preprocess_pubmedqa.py", "doc_to_text", "doc_to_text", doc(CONTEXTS=texts, QUESTION=text), N),
    ("mutual", "mutual/utils.py", "process_docs", "process_docs", docs(article=page, options=lambda r: [page(r) for _ in range(4)]), N),
    ("mutual", "mutual/utils.py", "process_results", "process_results", mutual_results, 80),
    ("qasper", "qasper/utils.py", "process_docs", "process_docs_bool", qasper, N),
    ("qasper", "qasper/utils.py", "process_docs", "process_docs_freeform", qasper, N),
    ("qasper", "qasper/metrics.py", "metric", "f1_abstractive", lambda r: {"prediction": text(r), "reference": text(r)}, 80),
    ("eq_bench", "eq_bench/utils.py", "process_results", "calculate_score_fullscale", eq, 80),
    *(("bbh", "bbh/cot_zeroshot/utils.py", "filter", n, lambda r, k=k: bbh(r, k), 80) for n, k in (("MultiChoiceRegexFilter", "choice"), ("MapRegexFilter", "map"), ("WordSortFilter", "sort"))),
    ("bbh", "bbh/cot_zeroshot/utils.py", "filter", "NumberParseRegexFilter", lambda r: bbh(r, "number"), 300),
    ("cb", "super_glue/cb/aggregate.py", "aggregation", "cb_multi_fi", lambda r: {"items": [[r.randrange(3), r.randrange(3)] for _ in range(r.randint(1, 9))]}, N),
    ("cb", "super_glue/cb/t5_utils.py", "aggregation", "agg_mean_3class_f1", lambda r: {"items": [[r.randrange(3), r.randrange(3)] for _ in range(r.randint(1, 9))]}, N),
    ("cb", "super_glue/cb/t5_utils.py", "metric", "mean_3class_f1", lambda r: {"prediction": r.choice(["neutral", "x", "entailment"]), "reference": r.choice(["neutral", "contradiction"])}, 10),
    *(("multirc", "super_glue/multirc/t5_utils.py", "metric", n, multirc, 20) for n in ("f1", "em")),
    ("multirc", "super_glue/multirc/t5_utils.py", "aggregation", "agg_f1", lambda r: {"items": [[r.randrange(2), r.randrange(2)] for _ in range(r.randint(1, 9))]}, N),
    ("multirc", "super_glue/multirc/t5_utils.py", "aggregation", "agg_em", lambda r: {"items": [[str(r.randrange(3)), r.randrange(2), r.randrange(2)] for _ in range(r.randint(1, 9))]}, N),
    ("bigbench", "bigbench/utils.py", "process_docs", "filter_multiple_choice", docs(6, multiple_choice_targets=lambda r: r.choice([[], ["a", "b"]]), inputs=text), 10),
]
