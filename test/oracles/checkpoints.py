"""Small random checkpoints of every architecture that can be exported, with the logits and greedy text that
transformers computes for them: test/fixtures/builder/checkpoints/.

usage: checkpoints.py test/fixtures/builder/checkpoints
Made with torch 2.13.0, transformers 5.18.0, tokenizers 0.23.2. The weights are stored in the type named below;
the answers are computed in float32 from the stored weights.
"""
import json
import pathlib
import sys

import tokenizers
import torch
import transformers as t

IDS = [5, 17, 30, 2, 9, 38, 11, 0]
GATED = dict(
    vocab_size=40, hidden_size=32, intermediate_size=48, num_hidden_layers=2, num_attention_heads=4,
    num_key_value_heads=2, max_position_embeddings=64, bos_token_id=1, eos_token_id=1, pad_token_id=None,
)
PLAIN = {key: value for key, value in GATED.items() if key != "num_key_value_heads"}
LLAMA3 = {
    "rope_type": "llama3", "rope_theta": 500.0, "factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0,
    "original_max_position_embeddings": 32,
}
CASES = {
    "llama": (t.LlamaConfig(**GATED, tie_word_embeddings=False), torch.float32),
    "llama3-rope-tied": (t.LlamaConfig(**GATED, tie_word_embeddings=True, rope_parameters=LLAMA3), torch.bfloat16),
    "mistral-window": (t.MistralConfig(**GATED, head_dim=16, sliding_window=4), torch.bfloat16),
    "qwen2": (t.Qwen2Config(**GATED, tie_word_embeddings=True), torch.bfloat16),
    "qwen3": (t.Qwen3Config(**GATED, head_dim=16, tie_word_embeddings=False), torch.bfloat16),
    "olmo2": (t.Olmo2Config(**GATED), torch.float16),
    "gpt-neox": (t.GPTNeoXConfig(**PLAIN, rope_parameters={"rope_type": "default", "rope_theta": 10000.0, "partial_rotary_factor": 0.5}), torch.float16),
    "gpt-neox-sequential": (t.GPTNeoXConfig(**PLAIN, use_parallel_residual=False, rope_parameters={"rope_type": "default", "rope_theta": 10000.0, "partial_rotary_factor": 1.0}), torch.float16),
    "gpt2": (t.GPT2Config(vocab_size=40, n_embd=32, n_layer=2, n_head=4, n_positions=64, bos_token_id=1, eos_token_id=1), torch.float16),
    "opt": (t.OPTConfig(vocab_size=40, hidden_size=32, ffn_dim=48, num_hidden_layers=2, num_attention_heads=4, max_position_embeddings=64, word_embed_proj_dim=32, bos_token_id=1, eos_token_id=1, pad_token_id=1), torch.bfloat16),
}


def make(directory: pathlib.Path, config: t.PretrainedConfig, dtype: torch.dtype) -> dict[str, object]:
    torch.manual_seed(len(str(config)))
    model = t.AutoModelForCausalLM.from_config(config, attn_implementation="eager").eval()
    with torch.no_grad():
        for parameter in model.parameters():
            spread = 0.3 if parameter.ndim > 1 else 0.1
            parameter.add_(spread * torch.randn_like(parameter))
    shards = {"max_shard_size": "12KB"} if directory.name == "qwen3" else {}
    model.to(dtype).save_pretrained(directory, **shards)
    (directory / "README.md").unlink(missing_ok=True)
    vocabulary = {f"t{index}": index for index in range(40)}
    tokenizers.Tokenizer(tokenizers.models.WordLevel(vocabulary, unk_token="t0")).save(str(directory / "tokenizer.json"))
    model = t.AutoModelForCausalLM.from_pretrained(directory, dtype=torch.float32, attn_implementation="eager").eval()
    with torch.no_grad():
        logits = model(torch.tensor([IDS])).logits[0]
        greedy = model.generate(
            torch.tensor([IDS]), attention_mask=torch.ones(1, len(IDS), dtype=torch.long),
            max_new_tokens=16, min_new_tokens=16, do_sample=False, pad_token_id=0, eos_token_id=None,
        )
    rows = [[float(f"{value:.7g}") for value in row] for row in logits.tolist()]
    return {"ids": IDS, "logits": rows, "greedy": greedy[0, len(IDS):].tolist()}


if __name__ == "__main__":
    root = pathlib.Path(sys.argv[1])
    answers = {name: make(root / name, config, dtype) for name, (config, dtype) in CASES.items()}
    (root / "answers.json").write_text(json.dumps(answers))
