import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ask } from '../helpers/ask.js';
import { startCli } from '../helpers/cli.js';
import { writeSmallFamily, type SmallFamily } from '../helpers/small-family.js';

const root = mkdtempSync(join(tmpdir(), 'scalesweep-watch-'));
let small: SmallFamily;
beforeAll(async () => {
  small = await writeSmallFamily(root, { widths: [32, 48, 64], samples: 40 });
}, 60_000);
afterAll(() => rmSync(root, { recursive: true, force: true }));

const sweep = (out: string, ...more: string[]): string[] => [
  'run',
  '--family',
  small.family,
  '--task',
  small.tasks,
  '--device',
  'cpu',
  '--out',
  join(root, out),
  ...more,
];

test('a sweep that is watched tells its address on stderr, and serves its page to this machine alone', async () => {
  const run = startCli(sweep('watched', '--watch'));
  const url = await addressOf(run.child.stderr);
  expect(new URL(url).hostname).toBe('127.0.0.1');
  expect(await ask(url)).toMatchObject({ status: 200, body: expect.stringContaining('<h1>') as string });
  expect(await ask(url, { headers: { origin: 'https://example.org' } })).toMatchObject({ status: 403 });
  expect(await ask(url, { headers: { host: 'rebound.example.org' } })).toMatchObject({ status: 403 });
  expect(listeningOf(run.pid)).toEqual([`127.0.0.1:${new URL(url).port}`]);
  const { code, stdout } = await run.result;
  expect(code).toBe(0);
  expect(stdout).toContain('small');
});

test('a sweep that is not watched listens nowhere', async () => {
  const run = startCli(sweep('alone'));
  let heard = '';
  run.child.stderr?.on('data', (text: string) => (heard += text));
  await expect.poll(() => heard, { timeout: 20_000 }).toContain('trials on cpu');
  expect(listeningOf(run.pid)).toEqual([]);
  expect((await run.result).stderr).not.toContain('http://');
});

test('a wrong request ends at once though it is watched', async () => {
  const { code, stderr } = await startCli(['run', '--family', join(root, 'nowhere'), '--watch']).result;
  expect(code).toBe(2);
  expect(stderr).toContain('nowhere');
});

function addressOf(stream: NodeJS.ReadableStream | null): Promise<string> {
  return new Promise((resolve) => {
    stream?.on('data', (text: string) => {
      const found = /http:\/\/127\.0\.0\.1:\d+\//.exec(text);
      if (found !== null) resolve(found[0]);
    });
  });
}

/** Addresses at which a process listens for TCP, by what Linux tells of its sockets; empty elsewhere. */
function listeningOf(pid: number): string[] {
  if (process.platform !== 'linux') return [];
  const folder = `/proc/${pid}/fd`;
  const sockets = new Set(
    readdirSync(folder).flatMap((name) => {
      try {
        return /^socket:\[(\d+)\]$/.exec(readlinkSync(join(folder, name)))?.[1] ?? [];
      } catch {
        return [];
      }
    }),
  );
  return ['tcp', 'tcp6'].flatMap((kind) =>
    readFileSync(`/proc/${pid}/net/${kind}`, 'utf8')
      .split('\n')
      .map((line) => line.trim().split(/\s+/))
      .filter((cells) => cells[3] === LISTENS && sockets.has(cells[9] ?? ''))
      .map((cells) => readable(cells[1] ?? '')),
  );
}

/** State of a listening socket in /proc/net/tcp. */
const LISTENS = '0A';

/** `0100007F:1F90` as `127.0.0.1:8080`: an IPv4 address is one little-endian word there. */
function readable(address: string): string {
  const [host = '', port = ''] = address.split(':');
  const bytes = host.match(/../g)?.toReversed() ?? [];
  return `${bytes.map((byte) => Number.parseInt(byte, 16)).join('.')}:${Number.parseInt(port, 16)}`;
}
