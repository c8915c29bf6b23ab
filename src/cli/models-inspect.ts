import { relative } from 'node:path';
import { Command } from 'commander';
import { loadFamily } from '../catalog/load-family.js';
import { digestOfModel } from '../catalog/model-digest.js';
import type { Model, Precision } from '../domain/model.js';
import { describeModelFile, type FileDescription } from '../session/describe-model.js';
import { readModelSettings } from '../session/model-settings.js';
import { Tokenizer } from '../tokenizer/tokenizer.js';

interface PrecisionReport extends FileDescription {
  readonly precision: Precision;
  readonly digest: string;
}

interface ModelReport {
  readonly model: Model;
  readonly contextLength: number;
  readonly tokenizer: {
    readonly vocabularySize: number;
    readonly prefixToken: number;
    readonly endTokens: readonly number[];
  };
  readonly precisions: readonly PrecisionReport[];
}

/** `scalesweep models inspect`: what model directories hold. */
export function modelsInspectCommand(): Command {
  return new Command('inspect')
    .description(
      'tell what a model directory or family holds: parameters, precisions, inputs and outputs, tokenizer, digest',
    )
    .argument('<dir>', 'family or model directory')
    .option('--json', 'print the findings as JSON')
    .action(async (directory: string, { json = false }: { json?: boolean }) => {
      const { models } = await loadFamily(directory);
      const reports: ModelReport[] = [];
      for (const model of models) reports.push(await inspect(model));
      process.stdout.write(
        json ? `${JSON.stringify(reports, null, 2)}\n` : `${reports.map(render).join('\n\n')}\n`,
      );
    });
}

async function inspect(model: Model): Promise<ModelReport> {
  const tokenizer = Tokenizer.fromFile(model.tokenizerFile);
  const { maxLength, prefixToken, endTokens } = readModelSettings(model.directory, tokenizer);
  const precisions: PrecisionReport[] = [];
  for (const [precision, file] of Object.entries(model.files) as [Precision, string][]) {
    precisions.push({ precision, ...describeModelFile(file), digest: await digestOfModel(model, precision) });
  }
  const { vocabularySize } = tokenizer;
  return {
    model,
    contextLength: maxLength,
    tokenizer: { vocabularySize, prefixToken, endTokens },
    precisions,
  };
}

function render({ model, contextLength, tokenizer, precisions }: ModelReport): string {
  const { name, nParams, nParamsNonEmbedding, trainingTokens, seed } = model;
  const ends = tokenizer.endTokens.join(', ') || 'none';
  return [
    `${name}  (${model.directory})`,
    `  parameters  ${count(nParams)}, ${count(nParamsNonEmbedding)} without embeddings`,
    ...(trainingTokens === null
      ? []
      : [`  trained on  ${count(trainingTokens)} tokens${seed === null ? '' : `, seed ${seed}`}`]),
    `  context     ${count(contextLength)} tokens`,
    `  tokenizer   ${count(tokenizer.vocabularySize)} tokens, prefix ${tokenizer.prefixToken}, end ${ends}`,
    ...precisions.flatMap((precision) => renderFile(model.directory, precision)),
  ].join('\n');
}

function renderFile(directory: string, report: PrecisionReport): string[] {
  const { precision, file, bytes, opset, producer, digest, programs } = report;
  const refused = Object.entries(programs).flatMap(([kind, reason]) =>
    reason === null ? [] : [`${kind}: ${reason}`],
  );
  return [
    `  ${precision.padEnd(10)}  ${relative(directory, file)}, ${(bytes / 1e6).toFixed(1)} MB, opset ${opset}${producer === '' ? '' : `, by ${producer}`}`,
    `              ${portsOf(report)}`,
    `              programs: ${refused.length === 0 ? 'score, shared contexts, generate' : `not ${refused.join('; not ')}`}`,
    `              sha256 ${digest}`,
  ];
}

function portsOf({ signature }: FileDescription): string {
  const { inputIds, attentionMask, positionIds, useCacheBranch, rowsToKeep, cache, logits, vocabularySize } =
    signature;
  const ports = [inputIds, attentionMask, positionIds, rowsToKeep].flatMap((port) =>
    port === null ? [] : [port.name],
  );
  const branch = useCacheBranch === null ? [] : [useCacheBranch];
  const kept = cache[0] === undefined ? 'no cache' : `${cache.length} ${cache[0].elementType} cache tensors`;
  return `${[...ports, ...branch].join(', ')}, ${kept} -> ${logits.elementType} logits over ${vocabularySize ?? 'an open number of'} ids`;
}

function count(value: number): string {
  return value.toLocaleString('en-US');
}
