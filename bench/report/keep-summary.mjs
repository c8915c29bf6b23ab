// What a run measured, without its costs and samples, as the fixture that test/snowflake/classes.test.ts reads.
// usage: scalesweep run --out RUN && node bench/report/keep-summary.mjs RUN > test/fixtures/report/snowflake.json
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const [directory] = process.argv.slice(2);
if (directory === undefined) throw new Error('Expected the directory of a run');
const { run, trials } = JSON.parse(readFileSync(join(directory, 'summary.json'), 'utf8'));
const rounded = (value) => (value === null ? null : Number(value.toPrecision(6)));

const models = run.models.map(({ family, name, nParams, nParamsNonEmbedding, trainingTokens, seed }) => ({
  family,
  name,
  nParams,
  nParamsNonEmbedding,
  trainingTokens,
  seed,
}));
const tasks = run.tasks.map(({ name, shots, metrics, nSamples }) => {
  const own = models.map((model) =>
    trials.find((trial) => trial.task === name && trial.shots === shots && trial.model === model.name),
  );
  return {
    name,
    shots,
    n: nSamples,
    metrics: metrics.map((metric) => ({
      ...metric,
      // One pair of value and standard error a model.
      values: own.map((trial) => {
        const found = trial?.metrics?.[metric.name];
        return found === undefined ? null : [rounded(found.value), rounded(found.stderr)];
      }),
    })),
  };
});
const line = (value) => JSON.stringify(value);
process.stdout.write(
  `{\n"versions": ${line({ scalesweep: run.versions.scalesweep, 'onnxruntime-node': run.versions['onnxruntime-node'] })},\n` +
    `"models": [\n${models.map(line).join(',\n')}\n],\n"tasks": [\n${tasks.map(line).join(',\n')}\n]\n}\n`,
);
