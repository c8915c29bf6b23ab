"""Random task files of lm-eval with random local data: every output_type, many fields, odd texts, copies, nulls.

`write_tasks(seed, folder, n)` writes n tasks and gives their names, with columns of other types in other splits on request; `write_groups(folder)` writes groups of groups.
"""
import csv
import json
import pathlib
import random

import pyarrow
import pyarrow.parquet
import yaml

WORDS = ["river","stone","cat","café","lamp","tower","日本","naïve plan","bird","O'Neil's dog",'the "old" key',"x\\y","🎉 party","a\u00a0b","two  spaces","ÅNGSTRÖM","straße","İstanbul","don't","3.5","1,000","-7","0","12","TRUE","(B)","B","A.","yes","No","€5","end.","tab\there","ΣΑΣ"]
def words(r, a, b): return " ".join(r.choice(WORDS) for _ in range(r.randint(a,b)))
def sentence(r):
    s = words(r,2,7)
    return r.choice(["","  ","\n",""]) + s + r.choice([".","?"," ","\n","",":"," \n\n","\u3000"])

def make_docs(r, n, shape):
    rows=[]
    for i in range(n):
        k = shape["k"] if shape["fixed"] else r.choice([2,3,4])
        opts = r.sample(WORDS, k)
        g = r.randrange(k)
        d = {"q": sentence(r), "opts": opts, "gold": g, "goldtext": opts[g], "ctx": words(r,0,9),
             "a": opts[0], "b": opts[1 % k], "label": r.choice("ABCD"[:k]), "ans": str(r.choice([r.randrange(-50,2000), words(r,1,3), f"{r.randrange(1000):,}"])),
             "aliases": r.sample(WORDS, r.randint(1,3)), "flag": r.random()<0.5, "num": r.choice([1,2.5,3.0,1e-7,1e16,-0.0,7]) ,
             "note": None if r.random()<0.3 else words(r,1,2), "meta": {"t": words(r,1,2), "n": r.randrange(5)},
             "golds": sorted(r.sample(range(k), r.randint(1,k-1 or 1))), "two": g % 2, "page": "\n".join(sentence(r) for _ in range(r.randint(1,5))) or "x",
             "date": f"2024-0{r.randrange(1,9)}-1{r.randrange(9)}", "choices": opts}
        if not d["page"].strip(): d["page"]="x y"
        rows.append(d)
    if r.random()<0.3 and n>3:  # copies
        for _ in range(r.randint(1,3)): rows.insert(r.randrange(len(rows)), json.loads(json.dumps(rows[0])))
    if r.random()<0.3: r.shuffle(rows)
    return rows

TEXTS = ["q", "ctx", "{{q}}", "{{ctx}} {{q}}\nAnswer:", "Q: {{q.strip()}}\n{% for o in opts %}{{loop.index}}. {{o}}\n{% endfor %}A:", "{{q|trim}}:{{meta.t|upper}}", "{% if flag %}Yes: {% else %}No {% endif %}{{q}}\n", "{{opts[0]}} or {{opts[-1]}}?\n\n", "", "{{note}}", "  {{q}}  ", "{{num}} {{flag}} {{aliases}} {{meta}}", "{{date}} {{q[:7]}}", "{{q.split(' ')[0]}} {{aliases|join(', ')}} {{opts|length}}\t", "{{'%s-%s'|format(a,b)}}", "{{q|replace('a','4')|lower}}", "{{gold}}", "{{meta['t']}}\n{{ctx}}\n"]
CHOICES = ["opts", "{{opts}}", "{{[a, b]}}", ["yes","no"], ["A","B","C","D"], {"x":"no","y":"yes","z":"maybe"}, "{{opts|reverse|list}}", "{{[a, b, 'neither']}}", [" true"," false"], "['x', 'y\\'s']", "{{opts|map('upper')|list}}"]
DELIMS = [" ", " ", "", "\n", ": ", "\t", "::", "\u00a0", " => "]

def metric(r, name, **kw):
    m={"metric":name}
    if r.random()<0.8: m["aggregation"]={"perplexity":"perplexity","word_perplexity":"weighted_perplexity","byte_perplexity":"weighted_perplexity","bits_per_byte":"bits_per_byte","mcc":"matthews_corrcoef","f1":"f1","brier_score":"brier_score","bleu":"bleu","chrf":"chrf","chrf++":"chrf++","ter":"ter"}.get(name, r.choice(["mean","mean","mean","median","nanmean"]))
    if r.random()<0.7: m["higher_is_better"]=r.random()<0.8
    m.update(kw); return m

def fewshot_cfg(r, c, splits):
    f={}
    if r.random()<0.4: f["sampler"]=r.choice(["default","first_n"])
    if r.random()<0.2: f["doc_to_text"]=r.choice(TEXTS[:14])
    if r.random()<0.1: f["doc_to_target"]=r.choice(["goldtext","{{goldtext}}","{{opts[gold]}}"])
    if r.random()<0.15 and "doc_to_choice" in c: f["doc_to_choice"]=r.choice(["opts","{{opts}}"])
    if r.random()<0.15: f["gen_prefix"]=r.choice(["So:","So: ","{{label}}","label","\n"])
    if r.random()<0.2: f["fewshot_delimiter"]=r.choice(["\n","\n\n","###","","\n--\n"])
    if r.random()<0.2: f["target_delimiter"]=r.choice(DELIMS)
    if r.random()<0.15: f["samples"]=[{"q":"Sample one?","opts":["p","q"],"gold":0,"goldtext":"p","ctx":"c","a":"p","b":"q","label":"A","ans":"5","aliases":["p"],"flag":True,"num":1,"note":"n","meta":{"t":"t","n":1},"golds":[0],"two":0,"page":"pg","date":"2024-01-01","choices":["p","q"]},{"q":"Sample two?","opts":["é","z"],"gold":1,"goldtext":"z","ctx":"","a":"é","b":"z","label":"B","ans":"-5","aliases":["z"],"flag":False,"num":2.0,"note":None,"meta":{"t":"u","n":2},"golds":[1],"two":1,"page":"pg","date":"2024-01-01","choices":["é","z"]}]
    if r.random()<0.15: f["split"]=r.choice(splits)
    if r.random()<0.1: f["fewshot_indices"]=[0,1]
    return f

FILTERS=[{"function":"take_first"},{"function":"remove_whitespace"},{"function":"lowercase"},{"function":"uppercase"},{"function":"majority_vote"},{"function":"regex","regex_pattern":r"(-?[0-9][0-9.,]*)","group_select":-1},{"function":"regex","regex_pattern":r"(?i)the answer is ([^.\n]*)|answer: (.*)","fallback":"none"},{"function":"regex"},{"function":"map","mapping_dict":{"A":"yes","B":"no","12":"twelve"},"default_value":"dunno"},{"function":"multi_choice_regex","regex_pattern":r"\b([A-D])\b","group_select":0,"ignore_case":True,"ignore_punctuation":True},{"function":"multi_choice_regex","regex_pattern":r"(\([A-Z]\))","group_select":-1,"regexes_to_ignore":[r"\s"]},{"function":"regex","regex_pattern":r"\w+","group_select":0},{"function":"format_span"},{"function":"take_first_k","k":1}]

def task(r, name, files, shape, many):
    kind=r.choice(["multiple_choice","multiple_choice","loglikelihood","loglikelihood_rolling","generate_until","generate_until"])
    c={"task":name,"dataset_path":files["format"],"dataset_kwargs":{"data_files":files["files"]},"output_type":kind}
    splits=list(files["files"])
    if "test" in splits and r.random()<0.8: c["test_split"]="test"
    else: c["validation_split"]=splits[-1]
    if "train" in splits and r.random()<0.6: c["training_split"]="train"
    if r.random()<0.5: c["fewshot_split"]=r.choice(splits)
    if r.random()<0.3: c["target_delimiter"]=r.choice(DELIMS)
    if r.random()<0.3: c["fewshot_delimiter"]=r.choice(["\n","\n\n","###","\n---\n","\n\n\n"])
    if r.random()<0.3: c["description"]=r.choice(["Answer the question.\n\n","{{label}} things:","note","  ","Solve: ","{{meta.t}}\n"])
    if r.random()<0.2 and kind!="loglikelihood_rolling": c["gen_prefix"]=r.choice(["The answer is","The answer is ","{{label}}:","label"])
    if r.random()<0.6: c["num_fewshot"]=r.choice([0,1,2,3,4,many])
    texts=[t for t in TEXTS if files["format"]!="csv" or not any(x in t for x in ("opts","aliases","meta"))]
    c["doc_to_text"]=r.choice(texts)
    if kind=="multiple_choice":
        c["doc_to_choice"]=r.choice(CHOICES if files["format"]!="csv" else CHOICES[3:6])
        c["doc_to_target"]=r.choice(["gold","{{gold}}","goldtext","{{goldtext}}","two",0,1,"{{golds}}","golds","label","{{opts.index(goldtext)}}"])
        if r.random()<0.15: # multiple input
            c["doc_to_text"]=r.choice(["two","{{two}}"]); c["doc_to_target"]=r.choice(["q","{{ctx}} end","ans"]); c["doc_to_choice"]=r.choice(["{{[a + ' is', b + ' is']}}", "{{[q ~ a, q ~ b]}}"])
        if r.random()<0.8:
            c["metric_list"]=[metric(r,m) for m in r.sample(["acc","acc_norm","acc_bytes","acc_mutual_info","exact_match","brier_score","mcc","f1"], r.randint(1,4))]
    elif kind=="loglikelihood":
        c["doc_to_target"]=r.choice(["goldtext","{{' '+goldtext}}","ans"," {{a}} {{b}}","{{q}}"])
        if r.random()<0.5: c["metric_list"]=[metric(r,m) for m in r.sample(["acc","perplexity"], r.randint(1,2))]
    elif kind=="loglikelihood_rolling":
        c["doc_to_target"]=r.choice(["page","{{page}}","{{page|trim}}\n"]); c["doc_to_text"]=""
        if r.random()<0.5: c["metric_list"]=[metric(r,m) for m in r.sample(["word_perplexity","byte_perplexity","bits_per_byte"], r.randint(1,3))]
    else:
        c["doc_to_target"]=r.choice(["ans","{{ans}}","aliases","{{aliases}}","goldtext","label","{{'#### ' ~ ans}}","num","gold","{{note}}"])
        if r.random()<0.1: c["doc_to_choice"]=r.choice(CHOICES); c["doc_to_target"]=r.choice(["gold","{{gold}}",0,-1])
        if r.random()<0.7:
            ms=[]
            for m in r.sample(["exact_match","exact_match","bleu","chrf","ter","chrf++"], r.randint(1,2)):
                if m in [x["metric"] for x in ms]: continue
                kw={}
                if m=="exact_match":
                    if r.random()<0.5: kw["ignore_case"]=True
                    if r.random()<0.5: kw["ignore_punctuation"]=True
                    if r.random()<0.3: kw["ignore_numbers"]=True
                    if r.random()<0.4: kw["regexes_to_ignore"]=r.choice([[","],[r"\$",r"(?s).*#### ",r"\.$"],[r"\s+"],["(?i)the "]])
                ms.append(metric(r,m,**kw))
            c["metric_list"]=ms
        if r.random()<0.6:
            g={"until":r.choice([["\n"],["\n\n","Q:"],[],"\n",["</s>"],["."]])}
            if r.random()<0.2: g={}
            if r.random()<0.5: g["do_sample"]=False
            if r.random()<0.4: g["temperature"]=r.choice([0,0.0])
            if r.random()<0.7: g[r.choice(["max_gen_toks","max_new_tokens","max_tokens","max_completion_tokens"])]=r.choice([4,8,16])
            else: g["max_gen_toks"]=6
            c["generation_kwargs"]=g
        else: pass
        if r.random()<0.6:
            c["filter_list"]=[{"name":n,"filter":[json.loads(json.dumps(r.choice(FILTERS))) for _ in range(r.randint(1,3))]+([{"function":"take_first"}] if r.random()<0.7 else [])} for n in r.sample(["none","strict","flex-ible","get response"], r.randint(1,2))]
        if r.random()<0.15: c["repeats"]=r.choice([2,3])
    if kind!="loglikelihood_rolling" and r.random()<0.5:
        f=fewshot_cfg(r,c,splits)
        if f: c["fewshot_config"]=f
    if r.random()<0.3: c["task_alias"]="alias of "+name
    if r.random()<0.5: c["metadata"]={"version":r.choice([1.0,"2.1",3])}
    if r.random()<0.2: c["should_decontaminate"]=True; c["doc_to_decontamination_query"]="q"
    return c

def flat(rows):  # csv
    return [{k:v for k,v in d.items() if not isinstance(v,(list,dict))} for d in rows]

def write_tasks(seed, folder, n, mixed_types=False):
    r=random.Random(seed); folder=pathlib.Path(folder); folder.mkdir(parents=True,exist_ok=True)
    names=[]
    for t in range(n):
        name=f"t{seed}_{t}"
        shape={"k":r.choice([2,3,4]),"fixed":r.random()<0.75}
        fmt=r.choice(["json","json","json","csv","parquet"])
        files={}
        nt=r.choice([2,5,9,14])
        splits=r.choice([["test"],["train","test"],["train","test"],["train","validation","test"],["validation"]])
        for s in splits:
            rows=make_docs(r, nt if s!="train" else r.choice([4,6,25,40]), shape)
            if len(splits)>1 and not mixed_types:  # one type for a column in all splits
                rows[0].update(ans="words",num=2.5,note="n",ctx="c")
            fn=f"{name}_{s}.{ {'json':r.choice(['jsonl','json']),'csv':'csv','parquet':'parquet'}[fmt]}"
            if fmt=="csv":
                rows=flat(rows)
                with open(folder/fn,"w",newline="",encoding="utf-8") as f:
                    w=csv.DictWriter(f,list(rows[0])); w.writeheader(); w.writerows(rows)
            elif fmt=="parquet":
                for d in rows: d["num"]=float(d["num"])
                pyarrow.parquet.write_table(pyarrow.Table.from_pylist(rows), folder/fn)
            else:
                with open(folder/fn,"w",encoding="utf-8") as f:
                    if fn.endswith(".jsonl") or r.random()<0.5:
                        for d in rows: f.write(json.dumps(d,ensure_ascii=r.random()<0.3)+"\n")
                    else: json.dump(rows,f,ensure_ascii=False)
            files[s]=fn
        c=task(r,name,{"format":fmt,"files":files},shape,r.choice([5,8]))
        (folder/f"{name}.yaml").write_text(yaml.safe_dump(c,allow_unicode=True,sort_keys=False),"utf-8")
        names.append(name)
    return names


CHOICE_TASK = """dataset_path: json
dataset_kwargs: {{data_files: {{test: {file}.jsonl}}}}
test_split: test
output_type: multiple_choice
doc_to_text: '{{{{q}}}}'
doc_to_choice: opts
doc_to_target: gold
metadata: {{version: {version}}}
"""
TEXT_TASK = """dataset_path: json
dataset_kwargs: {data_files: {test: a.jsonl}}
test_split: test
output_type: generate_until
doc_to_text: '{{q}}'
doc_to_target: ans
generation_kwargs: {until: ["\\n"], max_gen_toks: 4}
filter_list:
  - {name: strict, filter: [{function: regex, regex_pattern: '(\\d)'}, {function: take_first}]}
  - {name: loose, filter: [{function: take_first}]}
"""
GROUPS = {
    "top": """group: top
group_alias: The Top
task:
  - a
  - {task: b, num_fewshot: 1, task_alias: b again}
  - group: inner
    task: [c]
    aggregate_metric_list: [{metric: acc, weight_by_size: false}]
  - group: gens
aggregate_metric_list:
  - {metric: acc, aggregation: mean, weight_by_size: false}
  - {metric: acc_norm, filter_list: none}
  - {metric: exact_match}
metadata: {version: 3}
""",
    "gens": """group: gens
task: [g, h]
aggregate_metric_list: {metric: exact_match, weight_by_size: true, filter_list: [strict, loose]}
""",
    "over": """group: over
task: [both, {task: c, doc_to_text: '{{q}} now', metric_list: [{metric: acc}]}]
target_delimiter: ': '
aggregate_metric_list: [{metric: acc}]
""",
    "plain": "group: plain\ntask: [gamma, a]\n",
    "twice": "group: twice\ntask: [a, b, a]\naggregate_metric_list: [{metric: acc}]\n",
    "missing": """group: missing
task: [a, g]
aggregate_metric_list: [{metric: acc}, {metric: exact_match, filter_list: strict}, {metric: nothere}]
""",
    "deep": """group: deep
task:
  - {group: inner1, task: [a, b], aggregate_metric_list: [{metric: acc}]}
  - group: inner2
    task:
      - {group: inner3, task: [c], aggregate_metric_list: [{metric: acc}]}
      - b
    aggregate_metric_list: [{metric: acc, weight_by_size: false}]
aggregate_metric_list: [{metric: acc}]
""",
    "override": """group: override
task: [{group: gens, generation_kwargs: {until: ['x'], max_gen_toks: 2}}, a]
aggregate_metric_list: [{metric: exact_match, filter_list: [loose]}]
""",
}
SELECTIONS = (["top"], ["over"], ["plain"], ["both"], ["gens"], ["a", "c"], ["twice"], ["missing"], ["deep"], ["override"], ["plain", "gens"])


def write_groups(folder):
    r = random.Random(5)
    folder.mkdir(parents=True, exist_ok=True)
    for name, n in (("a", 11), ("b", 7), ("c", 4)):
        rows = [{"q": f"{name}{i}?", "opts": ["x", "yy", "zzz"], "gold": r.randrange(3), "ans": str(r.randrange(5))} for i in range(n)]
        (folder / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    files = {
        "a": "task: a\ntag: [alpha, both]\n" + CHOICE_TASK.format(file="a", version="1.0"),
        "b": "task: b\ntag: both\nnum_fewshot: 2\ntask_alias: the b\n" + CHOICE_TASK.format(file="b", version="2"),
        "c": "task: c\ntag: gamma\nnum_fewshot: 0\n" + CHOICE_TASK.format(file="c", version="'x'"),
        "g": "task: g\n" + TEXT_TASK,
        "h": "task: h\nmetric_list: [{metric: exact_match, aggregation: mean, higher_is_better: true}, {metric: bleu}]\n" + TEXT_TASK,
        **GROUPS,
    }
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text)
