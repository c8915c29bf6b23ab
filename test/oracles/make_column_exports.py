"""Makes test/fixtures/models/columns/: decoders of transformers whose attention goes by columns, and what PyTorch says of them.

bloom     weighs what it sees by the distance (ALiBi)
gpt_neo   looks back 16 tokens in its second layer; its cache holds all
mistral   looks back 16 tokens in both; its cache is cut to them where it comes out

Files and weights as in make_transformers_exports.py. Written with torch 2.13, transformers 5.18, onnxscript 0.7, onnx 1.23:
python test/oracles/make_column_exports.py
"""
import random
import warnings

import torch
import transformers

import make_tiny_models as tiny
import make_transformers_exports as exports

DIRECTORY = tiny.FIXTURES / 'columns'
WINDOW, LAYERS = 16, 2
SIZES = {**exports.SIZES, 'num_hidden_layers': LAYERS}
ARCHITECTURES = {
    'bloom': transformers.BloomConfig(
        vocab_size=SIZES['vocab_size'], hidden_size=exports.WIDTH, n_layer=LAYERS, n_head=exports.HEADS,
        bos_token_id=0, eos_token_id=0, pad_token_id=0,
    ),
    'gpt_neo': transformers.GPTNeoConfig(
        vocab_size=SIZES['vocab_size'], hidden_size=exports.WIDTH, num_layers=LAYERS, num_heads=exports.HEADS, window_size=WINDOW,
        attention_types=[[['global', 'local'], 1]], max_position_embeddings=exports.CONTEXT, bos_token_id=0, eos_token_id=0,
    ),
    'mistral': transformers.MistralConfig(**SIZES, num_key_value_heads=2, sliding_window=WINDOW),
}


def questions(model, rng):
    """Choices behind contexts that begin alike: branches of one row lie farther apart than the window."""
    letters = lambda low, high: ''.join(rng.choices('abcdefghij', k=rng.randint(low, high)))
    cases, shots = [], letters(36, 36)
    for _ in range(6):
        context = shots + letters(4, 9)
        for _ in range(4):
            request = {'kind': 'loglikelihood', 'context': context, 'continuation': letters(5, 9)}
            ids = [0, *tiny.encode(context + request['continuation'])]
            response = tiny.score(model, ids, len(ids) - len(request['continuation']))
            cases.append({'request': request, 'response': {'kind': 'loglikelihood', **response}})
    return cases


def main():
    warnings.simplefilter('ignore')
    exports.LAYERS = LAYERS
    for seed, (architecture, config) in enumerate(ARCHITECTURES.items()):
        torch.manual_seed(seed)
        directory = DIRECTORY / architecture
        directory.mkdir(parents=True, exist_ok=True)
        model = exports.Decoder(config).eval()
        with torch.no_grad():
            exports.export(model, directory, architecture)
        tiny.write_companions(directory, model, exports.CONTEXT)
        (directory / 'tokenizer.json').unlink()  # that of the other exports serves
        rng = random.Random(seed)
        tiny.write_json(directory / 'goldens.json', {
            'made': f'test/oracles/make_column_exports.py, torch {torch.__version__}, transformers {transformers.__version__}',
            'nParams': sum(parameter.numel() for parameter in model.parameters()),
            'cases': [*tiny.goldens(model, exports.CONTEXT, rng), *questions(model, rng)],
        })


if __name__ == '__main__':
    main()
