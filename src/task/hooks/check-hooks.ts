import { FunctionRef } from '../function-ref.js';
import type { TaskConfig } from '../task-config.js';
import { findHook } from './find-hook.js';
import type { HookKind } from './hook.js';

/** Finds every hook that a task names. Throws SweepError UNKNOWN_HOOK for the first that is not known. */
export function checkHooks(config: TaskConfig): void {
  const { fewshot } = config;
  const uses: readonly (readonly [HookKind, unknown])[] = [
    ['process_docs', config.processDocs],
    ['process_docs', fewshot.processDocs],
    ['doc_to_text', config.docToText],
    ['doc_to_text', fewshot.docToText],
    ['doc_to_target', config.docToTarget],
    ['doc_to_target', fewshot.docToTarget],
    ['doc_to_choice', config.docToChoice],
    ['doc_to_choice', fewshot.docToChoice],
    ['process_results', config.processResults],
    ['samples', fewshot.samples],
    ...(config.metricList ?? []).flatMap(({ metric, aggregation }) => [
      ['metric', metric] as const,
      ['aggregation', aggregation] as const,
    ]),
    ...(config.filterList ?? []).flatMap(({ steps }) => steps.map(({ name }) => ['filter', name] as const)),
  ];
  for (const [kind, use] of uses) {
    if (use instanceof FunctionRef) findHook(kind, use, config.task);
  }
}
