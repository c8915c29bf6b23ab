"""Makes test/fixtures/models/transformers/: decoders of transformers as torch's exporters write them, and what PyTorch says of them.

ARCHITECTURE/script.onnx   by TorchScript, the way of optimum and of most files on the hub
ARCHITECTURE/dynamo.onnx   by torch.export

llama rotates whole heads and groups queries, qwen3 norms queries and keys before, neox rotates half of what is cut from one
projection, phi half of each of three; gpt2 and opt take no positions, which they count and look up in a table. Random weights. Written with torch 2.13, transformers 5.18, onnxscript 0.7, onnx 1.23:
python test/oracles/make_transformers_exports.py
"""
import pathlib
import random
import warnings

import onnx
import torch
import transformers

import make_tiny_models as tiny

DIRECTORY = tiny.FIXTURES / 'transformers'
WIDTH, LAYERS, HEADS, CONTEXT = 32, 1, 4, 64
SIZES = {
    'vocab_size': len(tiny.VOCABULARY), 'hidden_size': WIDTH, 'intermediate_size': 48, 'num_hidden_layers': LAYERS,
    'num_attention_heads': HEADS, 'max_position_embeddings': CONTEXT, 'bos_token_id': 0, 'eos_token_id': 0, 'pad_token_id': 0,
    'tie_word_embeddings': True, 'rope_parameters': {'rope_type': 'default', 'rope_theta': tiny.ROPE_BASE},
}
PARTLY = {'rope_parameters': {**SIZES['rope_parameters'], 'partial_rotary_factor': 0.5}}
ARCHITECTURES = {
    'llama': transformers.LlamaConfig(**SIZES, num_key_value_heads=2),
    'qwen3': transformers.Qwen3Config(**SIZES, num_key_value_heads=2, head_dim=8),
    'neox': transformers.GPTNeoXConfig(**{**SIZES, **PARTLY}),
    'phi': transformers.PhiConfig(**{**SIZES, **PARTLY}),
    'gpt2': transformers.GPT2Config(
        vocab_size=SIZES['vocab_size'], n_embd=WIDTH, n_layer=LAYERS, n_head=HEADS, n_positions=CONTEXT, bos_token_id=0, eos_token_id=0,
    ),
    'opt': transformers.OPTConfig(
        vocab_size=SIZES['vocab_size'], hidden_size=WIDTH, ffn_dim=48, num_hidden_layers=LAYERS, num_attention_heads=HEADS,
        max_position_embeddings=CONTEXT, word_embed_proj_dim=WIDTH, bos_token_id=0, eos_token_id=0, pad_token_id=0,
    ),
}
# With the forms that torch can write of them.
COUNTING = {'gpt2': ('script', 'dynamo'), 'opt': ('script',)}
# The operator sets that optimum chooses for older and newer files.
SCRIPT_OPSETS = {'llama': 14, 'qwen3': 18, 'neox': 17, 'phi': 14}


class Decoder(torch.nn.Module):
    """A model of transformers with its cache as tensors, in and out."""

    def __init__(self, config):
        super().__init__()
        self.model = transformers.AutoModelForCausalLM.from_config(config).eval()
        self.heads = getattr(config, 'num_key_value_heads', None) or HEADS
        self.size = getattr(config, 'head_dim', None) or WIDTH // HEADS
        self.width, self.layers = WIDTH, LAYERS
        with torch.no_grad():
            for name, parameter in self.named_parameters():
                if parameter.ndim == 2:
                    torch.nn.init.normal_(parameter, std=1.5 * parameter.shape[1] ** -0.5)
                else:
                    parameter.copy_(torch.rand_like(parameter) + (0.5 if 'norm' in name and 'weight' in name else -0.5))
            table = self.model.get_input_embeddings().weight
            common = [0, *tiny.encode('abcdefghij \n')]
            table[[row for row in range(len(tiny.VOCABULARY)) if row not in common]] *= 0.2

    def forward(self, input_ids, attention_mask, position_ids, *past):
        cache = transformers.DynamicCache(config=self.model.config)
        for layer in range(LAYERS):
            cache.update(past[2 * layer], past[2 * layer + 1], layer)
        given = {'input_ids': input_ids, 'attention_mask': attention_mask, 'position_ids': position_ids}
        out = self.model(**given, past_key_values=cache, use_cache=True)
        return out.logits, *(part for layer in out.past_key_values.layers for part in (layer.keys, layer.values))

    @torch.no_grad()
    def log_probabilities(self, ids):
        return self.model(torch.tensor([ids])).logits[0].double().log_softmax(-1)


class Counting(torch.nn.Module):
    """A decoder that counts positions itself."""

    def __init__(self, decoder):
        super().__init__()
        self.decoder, self.heads, self.size = decoder, decoder.heads, decoder.size

    def forward(self, input_ids, attention_mask, *past):
        return self.decoder(input_ids, attention_mask, None, *past)


def export(model, directory, architecture, forms=('script', 'dynamo'), has_cache=True):
    counts = isinstance(model, Counting)
    before = 3 if has_cache else 0
    ids, positions = torch.randint(0, len(tiny.VOCABULARY), (2, 5)), torch.arange(before, before + 5)[None].repeat(2, 1)
    mask = torch.ones(2, before + 5, dtype=torch.long)
    # One tensor given twice would be one input to torch.export.
    names = [f'{layer}.{part}' for layer in range(LAYERS) for part in ('key', 'value')] if has_cache else []
    past = [torch.zeros(2, model.heads, before, model.size) for _ in names]
    pasts, presents = [f'past_key_values.{name}' for name in names], [f'present.{name}' for name in names]
    given = {'input_ids': ids, 'attention_mask': mask, **({} if counts else {'position_ids': positions})}
    inputs, outputs = [*given, *pasts], ['logits', *presents]
    arguments, named = (*given.values(), *past), {'input_names': inputs, 'output_names': outputs}
    axes = {name: {0: 'batch', 1: 'sequence'} for name in ('input_ids', 'position_ids', 'logits')}
    axes |= {'attention_mask': {0: 'batch', 1: 'total'}, **{name: {0: 'batch', 2: 'past'} for name in pasts}}
    axes |= {name: {0: 'batch', 2: 'total'} for name in presents}
    axes = {name: axes[name] for name in [*inputs, *outputs]}
    auto = torch.export.Dim.AUTO
    shapes = [{0: auto, 1: auto}] * len(given)
    if has_cache:
        shapes.append(tuple({0: auto, 2: auto} for _ in past))
    how = {
        'script': {'dynamo': False, 'opset_version': SCRIPT_OPSETS.get(architecture, 17), 'dynamic_axes': axes},
        'dynamo': {'dynamo': True, 'external_data': False, 'dynamic_shapes': tuple(shapes)},
    }
    for form in forms:
        file = directory / f'{form}.onnx'
        torch.onnx.export(model, arguments, str(file), **how[form], **named)
        shorten(file)


def shorten(file):
    """What torch notes about where each node came from is larger than the model."""
    model = onnx.load(file)
    for node in model.graph.node:
        node.ClearField('doc_string')
        node.ClearField('metadata_props')
    for value in [*model.graph.input, *model.graph.output, *model.graph.initializer]:
        value.ClearField('metadata_props')
    del model.graph.value_info[:], model.graph.metadata_props[:]
    onnx.save(model, file)


def main():
    warnings.simplefilter('ignore')
    for seed, (architecture, config) in enumerate(ARCHITECTURES.items()):
        torch.manual_seed(seed)
        directory = DIRECTORY / architecture
        directory.mkdir(parents=True, exist_ok=True)
        model = Decoder(config).eval()
        with torch.no_grad():
            if architecture in COUNTING:
                export(Counting(model).eval(), directory, architecture, COUNTING[architecture])
            else:
                export(model, directory, architecture)
        tiny.write_companions(directory, model, CONTEXT)
        if seed > 0:  # one tokenizer serves all
            (directory / 'tokenizer.json').unlink()
        tiny.write_json(directory / 'goldens.json', {
            'made': f'test/oracles/make_transformers_exports.py, torch {torch.__version__}, transformers {transformers.__version__}',
            'nParams': sum(parameter.numel() for parameter in model.parameters()),
            'cases': tiny.goldens(model, CONTEXT, random.Random(seed)),
        })


if __name__ == '__main__':
    main()
