import type { CurvePoint } from '../points.js';
import { familyInName, scaleInName, sizeInName } from './scale-name.js';

/** What a results file tells of its model. */
export interface ModelFields {
  readonly config?: Readonly<Record<string, unknown>>;
  readonly model_name?: string;
}

/** The family of a model, and all of a point but its value. */
export interface NamedModel {
  readonly family: string;
  readonly point: Omit<CurvePoint, 'value' | 'stderr' | 'n'>;
}

const STEP = /[-_ ]?step[-_ ]?(\d+)/i;

/**
 * The model of a results file: its name from `model_name` or from `pretrained=` in the arguments, else from the file's
 * own name and folders. A checkpoint (`revision=step1000`) is of a family of its own. The size comes from the count of
 * parameters, else from the name.
 */
export function modelOf({ config, model_name }: ModelFields, file: string): NamedModel {
  const argument = textOf(config?.['model_args']);
  const given =
    nonEmpty(model_name) ?? /(?:^|,)(?:pretrained|model|engine)=([^,]+)/.exec(argument)?.[1] ?? null;
  const name = given === null ? nameInPath(file) : given.replace(/\/+$/, '');
  const revision =
    /(?:^|,)revision=([^,]+)/.exec(argument)?.[1] ?? (given === null ? STEP.exec(file)?.[0] : undefined);
  const step =
    revision === undefined || revision === 'main' ? null : revision.replace(/^[-_ ]?step[-_ ]?/i, '');
  const counted = config?.['model_num_parameters'];
  const nParams = typeof counted === 'number' && counted > 0 ? counted : sizeInName(name);
  return {
    family: familyInName(name) + (step === null ? '' : ` step ${step}`),
    point: {
      scale: scaleInName(name),
      nParams: nParams ?? Number.NaN,
      trainingTokens: null,
      seed: null,
      chance: null,
    },
  };
}

/** The file's name where it is one of a model, else the nearest folder that names a size: `pythia-70m/zero-shot/70m_step9.json`. */
function nameInPath(file: string): string {
  const parts = file.replace(/\.jsonl?$/, '').split(/[\\/]/);
  const own = (parts.at(-1) ?? file).replace(STEP, '');
  if (sizeInName(own) !== null && familyInName(own) !== own) return own;
  const folder = parts
    .slice(0, -1)
    .findLast((part) => sizeInName(part) !== null && familyInName(part) !== part);
  // lm-eval names folders by models, with "__" for a slash.
  return folder?.replace(STEP, '').replace('__', '/') ?? own;
}

/** The argument as the command line gave it; newer versions write an object. */
function textOf(modelArguments: unknown): string {
  if (typeof modelArguments === 'string') return modelArguments;
  if (typeof modelArguments !== 'object' || modelArguments === null) return '';
  return Object.entries(modelArguments)
    .map(([name, value]) => `${name}=${String(value)}`)
    .join(',');
}

function nonEmpty(text: string | undefined): string | null {
  return text === undefined || text === '' ? null : text;
}
