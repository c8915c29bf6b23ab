"""Makes exports of many architectures of transformers with random weights, and what PyTorch says of them.

usage: python test/oracles/make_architectures.py DIR [NAME...]
then:  SCALESWEEP_TEST_EXPORTS=DIR npx vitest run test/engine/transformers-exports.test.ts

DIR/NAME/script.onnx and dynamo.onnx, as in make_transformers_exports.py; a form that torch cannot export is left out and told.
Names that end in -whole keep all tokens in the cache, as optimum has it, where layers look at a window; those that end in -again
take no cache. 12 MB, some minutes. Written with torch 2.13, transformers 5.18, onnxscript 0.7, onnx 1.23.
"""
import pathlib
import random
import sys
import warnings

import torch
import transformers

import make_column_exports as columns
import make_tiny_models as tiny
import make_transformers_exports as exports

LAYERS, HEADS, WINDOW = 2, exports.HEADS, 8
SIZES = {**exports.SIZES, 'num_hidden_layers': LAYERS}
PARTLY = {'rope_parameters': {**SIZES['rope_parameters'], 'partial_rotary_factor': 0.5}}
ENDS = {'bos_token_id': 0, 'eos_token_id': 0}
COMMON = {'vocab_size': SIZES['vocab_size'], 'hidden_size': exports.WIDTH, **ENDS}
OLD = {'vocab_size': SIZES['vocab_size'], 'n_embd': exports.WIDTH, 'n_layer': LAYERS, 'n_head': HEADS, 'n_positions': 64, **ENDS}
GROUPED = {**SIZES, 'num_key_value_heads': 2}


def configs():
    t = transformers
    gemma = {**GROUPED, 'head_dim': 8, 'query_pre_attn_scalar': 8, 'sliding_window': WINDOW}
    falcon = {**COMMON, 'num_hidden_layers': LAYERS, 'num_attention_heads': HEADS, 'multi_query': True, 'parallel_attn': True}
    neo = {'num_layers': LAYERS, 'num_heads': HEADS, 'attention_types': [[['global', 'local'], 1]], 'window_size': WINDOW}
    windows = {
        'gemma2': t.Gemma2Config(**gemma),
        'gemma3': t.Gemma3TextConfig(
            **{name: value for name, value in gemma.items() if name != 'rope_parameters'},
            layer_types=['sliding_attention', 'full_attention'],
        ),
        'mistral': t.MistralConfig(**GROUPED, sliding_window=WINDOW),
        'starcoder2': t.Starcoder2Config(**GROUPED, sliding_window=WINDOW),
    }
    again = {
        'gpt2': t.GPT2Config(**OLD),
        'gpt_neo': t.GPTNeoConfig(**COMMON, **neo, max_position_embeddings=64),
        'qwen2': t.Qwen2Config(**GROUPED),
    }
    others = {
        'bloom': t.BloomConfig(**COMMON, n_layer=LAYERS, n_head=HEADS, pad_token_id=0),
        'falcon': t.FalconConfig(**falcon, rope_parameters=SIZES['rope_parameters'], max_position_embeddings=64),
        'gemma': t.GemmaConfig(**SIZES, num_key_value_heads=1, head_dim=8),
        'glm': t.GlmConfig(**{**GROUPED, **PARTLY}, head_dim=8),
        'gpt_bigcode': t.GPTBigCodeConfig(**OLD, multi_query=True),
        'gptj': t.GPTJConfig(**OLD, rotary_dim=4),
        'granite': t.GraniteConfig(
            **GROUPED, embedding_multiplier=2.0, residual_multiplier=0.5, logits_scaling=2.0, attention_multiplier=0.3,
        ),
        'cohere': t.CohereConfig(**GROUPED),
        'mpt': t.MptConfig(vocab_size=SIZES['vocab_size'], d_model=exports.WIDTH, n_layers=LAYERS, n_heads=HEADS, max_seq_len=64),
        'nemotron': t.NemotronConfig(**{**GROUPED, **PARTLY}),
        'olmo': t.OlmoConfig(**GROUPED),
        'olmo2': t.Olmo2Config(**GROUPED),
        'opt': t.OPTConfig(
            **COMMON, ffn_dim=48, num_hidden_layers=LAYERS, num_attention_heads=HEADS, max_position_embeddings=64,
            word_embed_proj_dim=exports.WIDTH, pad_token_id=0,
        ),
        'phi3': t.Phi3Config(**GROUPED),
        'smollm3': t.SmolLM3Config(**GROUPED, no_rope_layers=[1, 0]),
        'stablelm': t.StableLmConfig(**{**SIZES, **PARTLY}, num_key_value_heads=4),
    }
    whole = {f'{name}-whole': config for name, config in windows.items()}
    return {**windows, **whole, **again, **{f'{name}-again': config for name, config in again.items()}, **others}


class Whole(transformers.DynamicCache):
    """The cache of a model without windows."""

    def __init__(self, config=None):
        super().__init__()


class Again(torch.nn.Module):
    """A decoder that reads its text from the start every time."""

    def __init__(self, decoder):
        super().__init__()
        self.decoder = decoder

    def forward(self, input_ids, attention_mask, position_ids):
        given = {'input_ids': input_ids, 'attention_mask': attention_mask, 'position_ids': position_ids}
        return self.decoder.model(**given, use_cache=False).logits


def make(directory, name, config, seed):
    torch.manual_seed(seed)
    model = exports.Decoder(config).eval()
    if getattr(config, 'num_key_value_heads', None) is None:
        model.heads = 1 if getattr(config, 'multi_query', False) else HEADS
    directory.mkdir(parents=True, exist_ok=True)
    tiny.write_companions(directory, model, exports.CONTEXT)
    rng = random.Random(seed)
    tiny.write_json(directory / 'goldens.json', {
        'made': f'test/oracles/make_architectures.py, torch {torch.__version__}, transformers {transformers.__version__}',
        'nParams': sum(parameter.numel() for parameter in model.parameters()),
        'cases': [*tiny.goldens(model, exports.CONTEXT, rng), *columns.questions(model, rng)],
    })
    transformers.DynamicCache = Whole if name.endswith('-whole') else WINDOWED
    has_cache = not name.endswith('-again')
    for form in ('script', 'dynamo'):
        try:
            with torch.no_grad():
                exports.export(model if has_cache else Again(model), directory, name, (form,), has_cache)
        except Exception as error:  # whatever torch fails with
            print(f'{name}: no {form}: {str(error).splitlines()[0]:.120}')


WINDOWED = transformers.DynamicCache


def main():
    warnings.simplefilter('ignore')
    exports.LAYERS = LAYERS
    where, only = pathlib.Path(sys.argv[1]), sys.argv[2:]
    for seed, (name, config) in enumerate(configs().items()):
        if not only or name in only:
            make(where / name, name, config, seed)


if __name__ == '__main__':
    main()
