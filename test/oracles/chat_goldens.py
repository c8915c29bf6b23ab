"""Chat prompts of the real programs: transformers' renderings of chat templates, and lm_eval 0.4.13 with a chat template.

Usage: python test/oracles/chat_goldens.py [-o test/fixtures/lm-eval/chat/goldens.json.gz]
"""
import argparse
import datetime
import gzip
import json
import os
import pathlib

import chat_templates
import jinja2
import lm_eval_goldens as goldens
import lm_eval_run as run
import torch
import transformers
from transformers.utils import chat_template_utils

FOLDER = pathlib.Path(__file__).resolve().parents[1] / "fixtures/lm-eval"
TASKS = ["letters", "last_word", "sums", "blank", "mutual", "pages", "trivia", "started", "begun"]
TODAY = "2024-07-26"
TOKENS = {"bos_token": "<s>", "eos_token": "</s>", "unk_token": "<unk>", "pad_token": "<unk>"}
SYSTEM = "You are a careful surveyor. "
CHATS = [
    [("user", "Hello\nthere ")],
    [("system", " Be brief.\u00a0"), ("user", "{{ not a template }} é 日本")],
    [("user", "a"), ("assistant", "b "), ("user", "  c")],
    [("system", "s"), ("user", "q?"), ("assistant", "Step 1: ")],
    [("user", "q"), ("assistant", "r"), ("user", "q"), ("assistant", "The answer is")],
    [("user", "q"), ("user", "again")],
    [("user", "tab\tend"), ("assistant", "word \u3000")],
    [("user", "q"), ("assistant", "<think>\n a \n</think>\n\n b"), ("user", "\u00a0q"), ("assistant", " c</think>\n  d")],
    [("system", "s"), ("user", "q"), ("assistant", "\n\t e")],
]


class Fixed(datetime.datetime):
    @classmethod
    def now(cls, tz=None):
        return cls.fromisoformat(TODAY)


def rendered(template, chat):
    messages = [{"role": role, "content": content} for role, content in chat]
    opened = chat[-1][0] == "assistant"
    try:
        texts, _ = chat_template_utils.render_jinja_template(
            [messages], chat_template=template, continue_final_message=opened, add_generation_prompt=not opened, **TOKENS)
        return texts[0]
    except (jinja2.exceptions.TemplateError, ValueError) as error:
        return {"error": str(error)}


def chat_model():
    tokenizer = goldens.sentence_piece()
    config = transformers.LlamaConfig(
        vocab_size=len(tokenizer), hidden_size=32, num_hidden_layers=2, num_attention_heads=4, num_key_value_heads=2,
        intermediate_size=64, max_position_embeddings=1024, bos_token_id=1, eos_token_id=2)
    torch.manual_seed(7)
    model = transformers.LlamaForCausalLM(config).float().eval()
    return model, tokenizer


def runs():
    """Task by task what lm_eval asks, under every template and both ways of showing examples."""
    for template in ("chatml", "instructions", "headers", "no_system"):
        for multiturn in (True, False):
            for system in (None, SYSTEM):
                if template in ("headers", "no_system") and (multiturn or system is None):
                    continue
                model, tokenizer = chat_model()
                tokenizer.chat_template = chat_templates.TEMPLATES[template]
                names = [n for n in TASKS if template == "chatml" or n in ("letters", "sums", "started", "begun", "blank")]
                configs = [run.task_config(FOLDER / ("chat" if n in ("started", "begun") else "tasks") / f"{n}.yaml") for n in names]
                lm, results = run.evaluate(
                    model, tokenizer, configs, limit=4, bootstrap_iters=0,
                    apply_chat_template=True, fewshot_as_multiturn=multiturn, system_instruction=system)
                yield {
                    "template": template, "multiturn": multiturn, "system": system,
                    "tasks": {
                        name: {
                            "task_hash": run.task_hash(samples),
                            "samples": [
                                {key: value for key, value in run.sample_of(sample).items() if key not in ("resps", "filtered_resps")}
                                for sample in samples],
                            "tokens": [run.token_ids(lm, sample) for sample in samples[:2]],
                            "prompts": [lm.tok_batch_encode([sample["arguments"][0][0]])[0][0].tolist()
                                        for sample in samples[:2] if results["configs"][name]["output_type"] == "generate_until"],
                        }
                        for name, samples in results["samples"].items()
                    },
                }


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("-o", default=FOLDER / "chat/goldens.json.gz", type=pathlib.Path)
    options = parser.parse_args()
    options.o = options.o.resolve()
    os.chdir(FOLDER / "tasks")
    chat_template_utils.datetime = Fixed
    tokenizer = goldens.sentence_piece()
    golden = {
        "versions": {**run.VERSIONS, "jinja2": jinja2.__version__},
        "today": TODAY,
        "special_tokens": TOKENS,
        "templates": chat_templates.TEMPLATES,
        "chats": [[{"role": role, "content": content} for role, content in chat] for chat in CHATS],
        "rendered": {name: [rendered(text, chat) for chat in CHATS] for name, text in chat_templates.TEMPLATES.items()},
        "tokenizer": json.loads(tokenizer.backend_tokenizer.to_str()),
        "runs": list(runs()),
    }
    with gzip.GzipFile(options.o, "wb", 9, mtime=0) as file:
        file.write(json.dumps(golden, ensure_ascii=False).encode())
    print(options.o, options.o.stat().st_size, "bytes;", len(golden["runs"]), "runs")


if __name__ == "__main__":
    main()
