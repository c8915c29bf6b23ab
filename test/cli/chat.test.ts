import { mkdtempSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { runCli, type CliResult } from '../helpers/cli.js';
import { writeSmallFamily, type SmallFamily } from '../helpers/small-family.js';

const TEMPLATE =
  "{{ bos_token }}[{{ strftime_now('%Y') }}]{% for m in messages %}<{{ m.role }}>{{ m.content }}{% endfor %}" +
  '{% if add_generation_prompt %}<assistant>{% endif %}';

const root = mkdtempSync(join(tmpdir(), 'chat-'));
let small: SmallFamily;
beforeAll(async () => {
  small = await writeSmallFamily(root, { samples: 6 });
  for (const name of readdirSync(small.family))
    writeFileSync(join(small.family, name, 'chat_template.jinja'), TEMPLATE);
});

const sweep = (out: string, ...more: string[]): Promise<CliResult> =>
  runCli(
    ['run', '--family', small.family, '--task', join(root, 'tasks', 'small_choice.yaml')].concat(
      ['--device', 'cpu', '--log-samples', '--out', join(root, out)],
      more,
    ),
  );

function readJson(...path: string[]): Record<string, unknown> {
  return JSON.parse(readFileSync(join(root, ...path), 'utf8')) as Record<string, unknown>;
}

test('prompts are conversations, and the run, its trials and its results say so', async () => {
  const chat = ['--apply-chat-template', '--system-instruction', 'Be cold.', '--chat-date', '1999-12-31'];
  expect((await sweep('chat', ...chat)).code).toBe(0);
  expect((await sweep('plain')).code).toBe(0);
  const folder = join('chat', 'results', 'small-32');
  const names = readdirSync(join(root, folder));
  const line = readFileSync(join(root, folder, names.find((name) => name.endsWith('.jsonl')) ?? ''), 'utf8');
  const sample = JSON.parse(line.split('\n')[0] ?? '') as { arguments: { gen_args_0: { arg_0: string } } };
  expect(sample.arguments.gen_args_0.arg_0).toMatch(/\[1999\]<system>Be cold\.<user>[a-z ]+<assistant>$/);
  const results = readJson(folder, names.find((name) => name.startsWith('results_')) ?? '');
  expect(results).toMatchObject({
    system_instruction: 'Be cold.',
    chat_template: TEMPLATE,
    fewshot_as_multiturn: true,
  });
  expect(results['chat_template_sha']).toMatch(/^[0-9a-f]{64}$/);
  const header = readJson('chat', 'sweep.json');
  expect(header['chat']).toMatchObject({ source: TEMPLATE, today: '1999-12-31', asMultiturn: true });
  const keysOf = (run: string) =>
    (readJson(run, 'sweep.json')['trials'] as { key: string }[]).map(({ key }) => key);
  expect(keysOf('chat')).not.toEqual(keysOf('plain'));
  expect((await runCli(['run', '--resume', '--out', join(root, 'chat')])).code).toBe(0);
});

test('a sweep whose models have other templates is refused', async () => {
  const other = join(root, 'models', 'small', 'small-64', 'chat_template.jinja');
  writeFileSync(other, `${TEMPLATE} `);
  const { code, stderr } = await sweep('mixed', '--apply-chat-template');
  writeFileSync(other, TEMPLATE);
  expect(code).toBe(2);
  expect(stderr).toMatch(
    /Expected all models of a sweep to have one chat template .* differ: run them as two sweeps/,
  );
});

test('turns without a template, and days that are none, are refused', async () => {
  const { code, stderr } = await sweep('wrong', '--fewshot-as-multiturn', '--chat-date', 'yesterday');
  expect(code).toBe(2);
  expect(stderr).toContain('Expected `fewshotAsMultiturn` together with `applyChatTemplate`');
  expect(stderr).toContain('Expected `chatDate` to be a day such as 2024-07-26, got');
});
