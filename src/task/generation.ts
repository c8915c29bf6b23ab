import { SweepError } from '../errors.js';
import { isDict, isList, isNumeric, pyFloat, toNumber, type PyDict, type PyValue } from '../python/value.js';
import type { TaskConfig } from './task-config.js';

const DEFAULT_MAX_NEW_TOKENS = 256;
// lm-eval's names for the same bound, the first that is given counts.
const MAX_TOKEN_NAMES = ['max_gen_toks', 'max_new_tokens', 'max_tokens', 'max_completion_tokens'] as const;
const GREEDY_NAMES = ['until', 'do_sample', 'temperature', 'top_p', 'top_k', ...MAX_TOKEN_NAMES];

/** How a task wants its answers generated: greedily, up to a stop or a number of tokens. */
export interface Generation {
  readonly until: readonly string[];
  readonly maxNewTokens: number;
}

/** lm-eval's `generation_kwargs` with its defaults, as they stand in its sample logs. */
export function generationKwargs(config: TaskConfig): PyDict {
  const given = config.generationKwargs;
  if (given === null) {
    return {
      temperature: pyFloat(0),
      do_sample: false,
      max_gen_toks: DEFAULT_MAX_NEW_TOKENS,
      until: [config.fewshotDelimiter],
    };
  }
  return withFloatTemperature(
    given['until'] === undefined ? { ...given, until: [config.fewshotDelimiter] } : given,
  );
}

// As lm-eval's TaskConfig reads it.
function withFloatTemperature(kwargs: PyDict): PyDict {
  const temperature = kwargs['temperature'] ?? null;
  if (temperature === null) return kwargs;
  return {
    ...kwargs,
    temperature: pyFloat(isNumeric(temperature) ? toNumber(temperature) : Number(temperature)),
  };
}

/** True where a task asks for sampled answers: its prompts can be shown, but it cannot be run. */
export function asksForSampling(config: TaskConfig): boolean {
  if (config.outputType !== 'generate_until') return false;
  const kwargs = generationKwargs(config);
  return (kwargs['do_sample'] ?? toNumber(kwargs['temperature'] ?? 0) > 0) === true;
}

/** Throws SweepError where a task asks for sampled answers. */
export function refuseSampling(config: TaskConfig): void {
  if (asksForSampling(config))
    throw refuse(config, '`do_sample` or a temperature above 0: answers are generated greedily');
}

/** Reads `generation_kwargs`. Options that change a greedy answer are refused by name. */
export function resolveGeneration(config: TaskConfig): Generation {
  const kwargs = generationKwargs(config);
  for (const name of Object.keys(kwargs)) {
    if (!GREEDY_NAMES.includes(name) && !isOneBeam(name, kwargs[name]))
      throw refuse(config, `\`${name}\` is not supported`);
  }
  const until = kwargs['until'] ?? [];
  const stops = isList(until) ? until : [until];
  if (isDict(until) || !stops.every((stop) => typeof stop === 'string'))
    throw refuse(config, 'expected `until` to be text or a list of texts');
  const limit = MAX_TOKEN_NAMES.map((name) => kwargs[name] ?? null).find((value) => value !== null);
  const maxNewTokens =
    limit === undefined
      ? DEFAULT_MAX_NEW_TOKENS
      : Math.trunc(isNumeric(limit) ? toNumber(limit) : Number(limit));
  if (!(maxNewTokens >= 1)) throw refuse(config, 'expected `max_gen_toks` to be at least 1');
  return { until: stops.filter((stop) => typeof stop === 'string'), maxNewTokens };
}

function isOneBeam(name: string, value: PyValue | undefined): boolean {
  return name === 'num_beams' && value === 1;
}

function refuse(config: TaskConfig, reason: string): SweepError {
  return new SweepError('BAD_TASK', `\`generation_kwargs\` of the task ${config.task}: ${reason}.`);
}
