import type { Positions } from './decoder-shape.js';
import { ModelConfig } from './model-config.js';

/** The rotary embedding of a config, in transformers 4's keys (rope_theta, rope_scaling) or 5's (rope_parameters). */
export function rotaryOf(config: ModelConfig, headDim: number, rotaryDim: number): Positions {
  const parameters = settingsOf(config);
  const theta = Number(
    parameters['rope_theta'] ?? config.values['rope_theta'] ?? config.values['rotary_emb_base'] ?? 10_000,
  );
  const type = new ModelConfig({ type: parameters['rope_type'] ?? parameters['type'] }, config.path).text(
    'type',
    'default',
  );
  config.refuseUnless(
    rotaryDim > 0 && rotaryDim % 2 === 0,
    'rotary_pct',
    `an even share of head size ${headDim}`,
  );
  const plain = Array.from({ length: rotaryDim / 2 }, (_, index) => theta ** ((-2 * index) / rotaryDim));
  return { kind: 'rotary', rotaryDim, inverseFrequencies: scaled(plain, { config, parameters, type }) };
}

type Settings = Readonly<Record<string, unknown>>;

function settingsOf({ values }: ModelConfig): Settings {
  return (values['rope_parameters'] ?? values['rope_scaling'] ?? {}) as Settings;
}

function scaled(
  frequencies: readonly number[],
  rope: { readonly config: ModelConfig; readonly parameters: Settings; readonly type: string },
): readonly number[] {
  const { config, parameters, type } = rope;
  switch (type) {
    case 'default':
      return frequencies;
    case 'linear':
      return frequencies.map((frequency) => frequency / Number(parameters['factor']));
    case 'llama3':
      return frequencies.map((frequency) => llama3Frequency(frequency, parameters));
    default:
      config.refuseUnless(
        false,
        'rope_parameters' in config.values ? 'rope_parameters' : 'rope_scaling',
        'a rotary embedding of type default, linear or llama3',
      );
      return frequencies;
  }
}

/** Llama 3.1's scaling: long wavelengths are stretched by `factor`, short ones kept, and between them it is blended. */
function llama3Frequency(frequency: number, parameters: Settings): number {
  const factor = Number(parameters['factor']);
  const low = Number(parameters['low_freq_factor']);
  const high = Number(parameters['high_freq_factor']);
  const original = Number(parameters['original_max_position_embeddings']);
  const turns = (original * frequency) / (2 * Math.PI);
  const blend = Math.min(1, Math.max(0, (turns - low) / (high - low)));
  return (1 - blend) * (frequency / factor) + blend * frequency;
}
