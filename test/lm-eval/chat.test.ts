import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { hashTask } from '../../src/lm-eval/sample-lines.js';
import { encodeRequests } from '../../src/session/encode-requests.js';
import { ChatRenderer, type ChatMessage } from '../../src/task/chat/chat-template.js';
import { loadTasks } from '../../src/task/load-tasks.js';
import { prepareWorkload } from '../../src/task/prepare-workload.js';
import { Tokenizer } from '../../src/tokenizer/tokenizer.js';
import {
  argumentsOf,
  firstFilter,
  hashesOf,
  readGolden,
  type GoldenTask,
} from '../helpers/lm-eval-golden.js';

interface ChatGolden {
  readonly today: string;
  readonly special_tokens: Readonly<Record<string, string>>;
  readonly templates: Readonly<Record<string, string>>;
  readonly chats: readonly (readonly ChatMessage[])[];
  readonly rendered: Readonly<Record<string, readonly (string | { readonly error: string })[]>>;
  readonly tokenizer: unknown;
  readonly runs: readonly {
    readonly template: string;
    readonly multiturn: boolean;
    readonly system: string | null;
    readonly tasks: Readonly<
      Record<
        string,
        GoldenTask & {
          readonly tokens: readonly (readonly (readonly [number[], number[]])[])[];
          readonly prompts: readonly (readonly number[])[];
        }
      >
    >;
  }[];
}

const FOLDER = join(import.meta.dirname, '../fixtures/lm-eval');
const golden = readGolden(join(FOLDER, 'chat/goldens.json.gz')) as ChatGolden;
const tasks = await loadTasks([join(FOLDER, 'tasks'), join(FOLDER, 'chat')], { includePaths: [] });
const tokenizer = Tokenizer.fromBuffer(Buffer.from(JSON.stringify(golden.tokenizer)));
const templateOf = (name: string) => ({
  source: golden.templates[name] ?? '',
  specialTokens: golden.special_tokens,
  today: golden.today,
});

describe.each(Object.keys(golden.templates))('the template %s', (name) => {
  const renderer = new ChatRenderer(templateOf(name));
  test.each(golden.chats.map((chat, index) => [index, chat] as const))(
    'renders conversation %i as transformers does',
    (index, chat) => {
      const expected = golden.rendered[name]?.[index] ?? '';
      const withoutSystem = chat.filter(({ role }) => role !== 'system');
      const isOpen = chat.at(-1)?.role === 'assistant';
      if (typeof expected === 'string') expect(renderer.render(chat, isOpen)).toBe(expected);
      else if (withoutSystem.length < chat.length)
        expect(renderer.render(chat, isOpen)).toBe(renderer.render(withoutSystem, isOpen));
      else expect(() => renderer.render(chat, isOpen)).toThrow(/^Expected the chat template to/);
    },
  );
});

const cells = golden.runs.flatMap((run) =>
  Object.keys(run.tasks).map((task) => ({
    ...run,
    task,
    name: `${run.template} ${run.multiturn} ${run.system ?? ''}`,
  })),
);

test.each(cells)('$task as a conversation of $name has lm-eval’s prompts, hashes and ids', async (cell) => {
  const task = tasks.find(({ name }) => name === cell.task);
  const expected = cell.tasks[cell.task];
  if (task === undefined || expected === undefined) throw new Error(`no task ${cell.task}`);
  const workload = await prepareWorkload(task, {
    shots: task.defaultShots,
    limit: 4,
    seed: 1234,
    systemInstruction: cell.system,
    chat: { template: templateOf(cell.template), asMultiturn: cell.multiturn },
  });
  const samples = firstFilter(expected);
  expect([...workload.samples].map(({ requests }) => requests.map(argumentsOf))).toEqual(
    samples.map((sample) => sample.arguments),
  );
  expect(hashesOf(workload)).toEqual(
    samples.map((sample) => ({
      docHash: sample.doc_hash,
      promptHash: sample.prompt_hash,
      targetHash: sample.target_hash,
    })),
  );
  expect(hashTask({ workload })).toBe(expected.task_hash);
  expect(idsOf([...workload.samples].slice(0, 2).map(({ requests }) => requests))).toEqual(
    expected.prompts.length > 0 ? expected.prompts.map((ids) => [[ids, []]]) : expected.tokens,
  );
});

/** The ids of every request as lm-eval splits them; a prompt alone for generations, nothing for rolling ones. */
function idsOf(samples: readonly (readonly Parameters<typeof encodeRequests>[0][number][])[]) {
  const settings = { prefixToken: 1, prefixText: '<s>' };
  return samples.map((requests) =>
    encodeRequests(requests, tokenizer, settings).flatMap((request) => {
      if (request.kind === 'loglikelihood_rolling') return [];
      if (request.kind === 'generate_until') return [[[...request.prompt], []]];
      return [[[...request.context], [...request.continuation]]];
    }),
  );
}
