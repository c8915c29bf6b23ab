import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { SweepError } from '../errors.js';

const scale = z.strictObject({
  path: z.string().min(1),
  name: z.string().min(1).optional(),
  nParams: z.int().positive().optional(),
  nParamsNonEmbedding: z.int().nonnegative().optional(),
  trainingTokens: z.number().nonnegative().nullish(),
  seed: z.int().nullish(),
  notes: z.string().nullish(),
  /** Distinct training examples, of a family that varies them. */
  distinctExamples: z.int().positive().nullish(),
});
const schema = z.strictObject({
  name: z.string().min(1).optional(),
  description: z.string().optional(),
  scales: z.array(scale).min(1),
});

/** One scale as family.json tells it; what it leaves out is derived from the model. */
export type ScaleEntry = z.infer<typeof scale>;
export type FamilyFile = z.infer<typeof schema>;

/** Reads family.json of a directory; null where there is none. */
export function readFamilyFile(directory: string): FamilyFile | null {
  const file = join(directory, 'family.json');
  if (!existsSync(file)) return null;
  const parsed = schema.safeParse(parseJson(file));
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(
    ({ path, message }) => `${path.join('.') || 'the file'}: ${message}`,
  );
  throw new SweepError(
    'BAD_FAMILY',
    `Expected ${file} to list the scales of a family, but ${problems.join('; ')}.`,
  );
}

/** A JSON file's content. Throws SweepError BAD_JSON with the file's name. */
export function parseJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new SweepError(
      'BAD_JSON',
      `Expected ${file} to be JSON, but it cannot be read: ${(error as Error).message}.`,
      {
        cause: error,
      },
    );
  }
}
