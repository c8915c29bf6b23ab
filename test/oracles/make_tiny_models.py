"""Makes test/fixtures/models/: models of a few thousand random weights, and what PyTorch says of them.

Written with torch 2.13, onnx 1.22: python test/oracles/make_tiny_models.py
"""
import json
import pathlib
import random

import onnx
import torch
from torch import nn

FIXTURES = pathlib.Path(__file__).resolve().parent.parent / 'fixtures' / 'models'
END = '<|end|>'
ROPE_BASE = 100.0


def byte_alphabet():
    """GPT-2's printable stand-ins for the 256 bytes, in order of bytes."""
    kept = [*range(ord('!'), ord('~') + 1), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    extra = iter(range(256, 512))
    return [chr(byte) if byte in kept else chr(next(extra)) for byte in range(256)]


VOCABULARY = {END: 0, **{char: index + 1 for index, char in enumerate(byte_alphabet())}}


def encode(text):
    return [byte + 1 for byte in text.encode()]


class Norm(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.weight = nn.Parameter(torch.rand(width) + 0.5)

    def forward(self, x):
        return x * torch.rsqrt((x * x).mean(-1, keepdim=True) + 1e-5) * self.weight


class Block(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads, self.size = heads, width // heads
        self.attention_norm, self.mlp_norm = Norm(width), Norm(width)
        self.qkv = nn.Linear(width, 3 * width, bias=False)
        self.out = nn.Linear(width, width, bias=False)
        self.gate = nn.Linear(width, 2 * width, bias=False)
        self.up = nn.Linear(width, 2 * width, bias=False)
        self.down = nn.Linear(2 * width, width, bias=False)

    def forward(self, x, mask, angles, past_key, past_value):
        rows, steps, width = x.shape
        split = lambda part: part.reshape(rows, steps, self.heads, self.size).transpose(1, 2)
        query, key, value = (split(part) for part in self.qkv(self.attention_norm(x)).split(width, -1))
        query, key = rotate(query, angles), rotate(key, angles)
        key, value = torch.cat((past_key, key), 2), torch.cat((past_value, value), 2)
        scores = query @ key.transpose(2, 3) * self.size**-0.5 + mask
        mixed = (scores.softmax(-1) @ value).transpose(1, 2).reshape(rows, steps, width)
        x = x + self.out(mixed)
        h = self.mlp_norm(x)
        return x + self.down(nn.functional.silu(self.gate(h)) * self.up(h)), key, value


def rotate(x, angles):
    half = x.shape[-1] // 2
    left, right = x[..., :half], x[..., half:]
    cos, sin = angles.cos(), angles.sin()
    return torch.cat((left * cos - right * sin, right * cos + left * sin), -1)


class Decoder(nn.Module):
    """Llama in small: RMS norms, rotary positions, gated MLP, tied embedding."""

    def __init__(self, width, layers, heads):
        super().__init__()
        self.width, self.layers, self.heads = width, layers, heads
        self.embed = nn.Embedding(len(VOCABULARY), width)
        self.blocks = nn.ModuleList(Block(width, heads) for _ in range(layers))
        self.norm = Norm(width)
        half = width // heads // 2
        self.register_buffer('rotary', ROPE_BASE ** (-torch.arange(half).float() / half), persistent=False)
        for parameter in self.parameters():
            if parameter.ndim == 2:
                nn.init.normal_(parameter, std=1.5 * parameter.shape[1] ** -0.5)
        # Letters and the end come up often, so that generations are readable and some of them end.
        common = [0, *encode('abcdefghij \n')]
        with torch.no_grad():
            self.embed.weight[[row for row in range(len(VOCABULARY)) if row not in common]] *= 0.2

    def forward(self, input_ids, attention_mask, position_ids, *past):
        x = self.embed(input_ids)
        total, steps = attention_mask.shape[1], input_ids.shape[1]
        seen = torch.arange(total)[None, :] <= (torch.arange(steps) + (total - steps))[:, None]
        visible = seen[None, None] & (attention_mask[:, None, None, :] > 0)
        mask = torch.where(visible, torch.tensor(0.0), torch.tensor(-1e9))
        angles = (position_ids[:, :, None].float() * self.rotary)[:, None]
        presents = []
        for index, block in enumerate(self.blocks):
            x, key, value = block(x, mask, angles, past[2 * index], past[2 * index + 1])
            presents += [key, value]
        return (nn.functional.linear(self.norm(x), self.embed.weight), *presents)

    def empty(self, rows):
        return [torch.zeros(rows, self.heads, 0, self.width // self.heads)] * (2 * self.layers)

    @torch.no_grad()
    def log_probabilities(self, ids):
        row = torch.tensor([ids])
        logits = self(row, torch.ones_like(row), torch.arange(len(ids))[None], *self.empty(1))[0]
        return logits[0].double().log_softmax(-1)


def export(model, file):
    rows, steps, before = 2, 5, 3
    ids = torch.randint(0, len(VOCABULARY), (rows, steps))
    past = [torch.zeros(rows, model.heads, before, model.width // model.heads)] * (2 * model.layers)
    mask = torch.ones(rows, before + steps, dtype=torch.long)
    positions = torch.arange(before, before + steps)[None].repeat(rows, 1)
    names = [f'{layer}.{part}' for layer in range(model.layers) for part in ('key', 'value')]
    axes = {name: {0: 'batch', 1: 'sequence'} for name in ('input_ids', 'position_ids', 'logits')}
    axes['attention_mask'] = {0: 'batch', 1: 'total'}
    axes |= {f'past_key_values.{name}': {0: 'batch', 2: 'past'} for name in names}
    axes |= {f'present.{name}': {0: 'batch', 2: 'total'} for name in names}
    torch.onnx.export(
        model, (ids, mask, positions, *past), file, dynamo=False, opset_version=16, do_constant_folding=False,
        input_names=['input_ids', 'attention_mask', 'position_ids', *(f'past_key_values.{n}' for n in names)],
        output_names=['logits', *(f'present.{n}' for n in names)], dynamic_axes=axes,
    )
    loaded = onnx.load(file)
    for node in loaded.graph.node:
        node.ClearField('doc_string')
    onnx.save(loaded, file)


def write_json(file, value):
    file.write_text(json.dumps(value, indent=2, ensure_ascii=False) + '\n')


def write_companions(directory, model, context_length):
    special = {'id': 0, 'content': END, 'single_word': False, 'lstrip': False, 'rstrip': False, 'normalized': False, 'special': True}
    template = [{'SpecialToken': {'id': END, 'type_id': 0}}]
    write_json(directory / 'tokenizer.json', {
        'version': '1.0', 'truncation': None, 'padding': None, 'added_tokens': [special], 'normalizer': None,
        'pre_tokenizer': {'type': 'ByteLevel', 'add_prefix_space': False, 'trim_offsets': True, 'use_regex': False},
        'post_processor': {
            'type': 'TemplateProcessing',
            'single': [*template, {'Sequence': {'id': 'A', 'type_id': 0}}],
            'pair': [*template, {'Sequence': {'id': 'A', 'type_id': 0}}, {'Sequence': {'id': 'B', 'type_id': 1}}],
            'special_tokens': {END: {'id': END, 'ids': [0], 'tokens': [END]}},
        },
        'decoder': {'type': 'ByteLevel', 'add_prefix_space': True, 'trim_offsets': True, 'use_regex': True},
        'model': {
            'type': 'BPE', 'dropout': None, 'unk_token': None, 'continuing_subword_prefix': None,
            'end_of_word_suffix': None, 'fuse_unk': False, 'byte_fallback': False, 'ignore_merges': False,
            'vocab': VOCABULARY, 'merges': [],
        },
    })
    write_json(directory / 'config.json', {
        'architectures': ['LlamaForCausalLM'], 'model_type': 'llama', 'hidden_size': model.width,
        'num_hidden_layers': model.layers, 'num_attention_heads': model.heads, 'vocab_size': len(VOCABULARY),
        'max_position_embeddings': context_length, 'tie_word_embeddings': True, 'bos_token_id': 0, 'eos_token_id': 0,
    })
    write_json(directory / 'tokenizer_config.json', {'bos_token': END, 'eos_token': END, 'tokenizer_class': 'PreTrainedTokenizerFast'})
    write_json(directory / 'generation_config.json', {'bos_token_id': 0, 'eos_token_id': 0, 'pad_token_id': 0})


def score(model, ids, start):
    """Sum over ids[start:] of their log-probabilities, and whether each came first."""
    table = model.log_probabilities(ids[:-1])[start - 1 :]
    targets = torch.tensor(ids[start:])
    picked = table.gather(1, targets[:, None])[:, 0]
    return {'loglikelihood': picked.sum().item(), 'isGreedy': bool((table.argmax(-1) == targets).all()), 'nTokens': len(targets)}


def generate(model, ids, until, limit):
    new = []
    for _ in range(limit):
        new.append(int(model.log_probabilities(ids + new)[-1].argmax()))
        text = bytes(token - 1 for token in new if token).decode(errors='replace')
        if new[-1] == 0 or any(stop in text for stop in until):
            break
    for stop in until:
        text = text.split(stop)[0]
    ended = 'stop' if new[-1] == 0 or any(stop in bytes(t - 1 for t in new if t).decode(errors='replace') for stop in until) else 'length'
    return {'text': text, 'nTokens': len(new), 'ended': ended}


def goldens(model, context_length, rng):
    words = lambda count: ' '.join(''.join(rng.choices('abcdefghij', k=rng.randint(1, 6))) for _ in range(count))
    cases = []

    def add(request, response):
        cases.append({'request': request, 'response': {'kind': request['kind'], **response}})

    for index in range(40):
        context, continuation = words(1 + index % 7), ' ' + words(1 + index % 3)
        ids = [0, *encode(context), *encode(continuation)]
        kept = ids[-(context_length + 1) :]
        request = {'kind': 'loglikelihood', 'context': context, 'continuation': continuation}
        add(request, score(model, kept, len(kept) - len(encode(continuation))))
    for letter in 'abcd':  # one-token continuations of one context
        context = 'pick a letter:'
        request = {'kind': 'loglikelihood', 'context': context, 'continuation': letter}
        add(request, score(model, [0, *encode(context + letter)], 1 + len(context)))
    add({'kind': 'loglikelihood', 'context': '', 'continuation': 'alone'}, score(model, [0, *encode('alone')], 1))
    for length in (1, 20, context_length, 2 * context_length + 7):
        text = words(length)[:length]
        tokens, total, done = [0, *encode(text)], 0.0, 0
        first = tokens[:context_length]
        total += score(model, [0, *first], 1)['loglikelihood']
        done = len(first)
        while done < len(tokens):
            end = min(done + context_length, len(tokens))
            window = tokens[end - context_length - 1 : end]
            total += score(model, window, len(window) - (end - done))['loglikelihood']
            done = end
        add({'kind': 'loglikelihood_rolling', 'text': text}, {'loglikelihood': total, 'nTokens': len(tokens)})
    for index in range(12):
        context, until, limit = words(1 + index % 6), (['\n'], ['a', 'zz'])[index % 2], (12, 30)[index % 3 == 0]
        prompt = [0, *encode(context)][-(context_length - limit) :]
        request = {'kind': 'generate_until', 'context': context, 'until': until, 'maxNewTokens': limit}
        add(request, generate(model, prompt, until, limit))
    return cases


def make(name, seed, width, layers, heads, context_length=64):
    torch.manual_seed(seed)
    directory = FIXTURES / 'tiny' / name
    directory.mkdir(parents=True, exist_ok=True)
    model = Decoder(width, layers, heads).eval()
    export(model, str(directory / 'model.onnx'))
    write_companions(directory, model, context_length)
    write_json(directory / 'goldens.json', {
        'made': f'test/oracles/make_tiny_models.py, torch {torch.__version__}',
        'nParams': sum(parameter.numel() for parameter in model.parameters()),
        'cases': goldens(model, context_length, random.Random(seed)),
    })


if __name__ == '__main__':
    make('small', seed=1, width=8, layers=1, heads=2)
    make('large', seed=2, width=16, layers=2, heads=4)
