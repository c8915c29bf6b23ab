import type { Architecture, Dimensions } from './dimensions.js';

/** The config.json of a synthetic model: what transformers would write for the same model. */
export function syntheticConfig(
  architecture: Architecture,
  dimensions: Dimensions,
  size: { readonly vocabulary: number; readonly context: number },
): Record<string, unknown> {
  const common = { torch_dtype: 'float32', bos_token_id: 0, eos_token_id: 0, vocab_size: size.vocabulary };
  switch (architecture) {
    case 'llama':
      return {
        model_type: 'llama',
        architectures: ['LlamaForCausalLM'],
        ...common,
        ...widths(dimensions, size.context),
        num_key_value_heads: dimensions.kvHeads,
        head_dim: dimensions.hidden / dimensions.heads,
        hidden_act: 'silu',
        rms_norm_eps: 1e-5,
        rope_theta: 10_000,
        tie_word_embeddings: false,
      };
    case 'gpt-neox':
      return {
        model_type: 'gpt_neox',
        architectures: ['GPTNeoXForCausalLM'],
        ...common,
        ...widths(dimensions, size.context),
        hidden_act: 'gelu',
        layer_norm_eps: 1e-5,
        rotary_pct: 0.25,
        rotary_emb_base: 10_000,
        use_parallel_residual: true,
        tie_word_embeddings: false,
      };
    case 'gpt2':
      return {
        model_type: 'gpt2',
        architectures: ['GPT2LMHeadModel'],
        ...common,
        n_embd: dimensions.hidden,
        n_layer: dimensions.layers,
        n_head: dimensions.heads,
        n_inner: dimensions.intermediate,
        n_positions: size.context,
        activation_function: 'gelu_new',
        layer_norm_epsilon: 1e-5,
        tie_word_embeddings: true,
      };
  }
}

function widths(dimensions: Dimensions, context: number): Record<string, number> {
  return {
    hidden_size: dimensions.hidden,
    intermediate_size: dimensions.intermediate,
    num_hidden_layers: dimensions.layers,
    num_attention_heads: dimensions.heads,
    max_position_embeddings: context,
  };
}
