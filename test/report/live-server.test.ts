import { request } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openLiveServer, type LiveServer } from '../../src/report/live-server.js';
import { ask } from '../helpers/ask.js';

let server: LiveServer;
beforeAll(async () => {
  server = await openLiveServer(() => Promise.resolve('<body>img-src data:</body>'));
});
afterAll(() => server.close());

test('the page is served on the loopback interface, and may ask its own server only', async () => {
  expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
  const { status, body } = await ask(server.url);
  expect(status).toBe(200);
  expect(body).toContain("connect-src 'self'");
  expect(body).toContain('EventSource');
});

test.each([
  ['another origin', '/', { headers: { origin: 'https://example.org' } }, 403],
  ['another name of this host', '/', { headers: { host: 'rebound.example.org' } }, 403],
  ['a page of another site', '/', { headers: { 'sec-fetch-site': 'cross-site' } }, 403],
  ['a POST', '/', { method: 'POST' }, 405],
  ['another path', '/etc/passwd', {}, 404],
])('%s is refused', async (_name, path, options, expected) => {
  expect((await ask(new URL(path, server.url), options)).status).toBe(expected);
});

test('open pages are told of changes', async () => {
  const heard = new Promise<string>((resolve) => {
    request(new URL('/events', server.url), (response) => {
      response.setEncoding('utf8').on('data', (chunk: string) => {
        if (chunk.includes('data:')) {
          resolve(chunk);
          response.destroy();
        } else server.changed();
      });
    }).end();
  });
  expect(await heard).toContain('data: changed');
});
