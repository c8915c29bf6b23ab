import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A page on the loopback interface that is told when it is out of date. */
export interface LiveServer {
  /** Where it listens: http://127.0.0.1:PORT/. */
  readonly url: string;
  /** Pages that are open now. */
  readonly nPages: () => number;
  /** Tells every open page to take the newest version in. */
  changed(): void;
  /** Tells every open page that nothing more will come, and stops listening. */
  close(): Promise<void>;
}

/**
 * Takes the newest page in when told to, one at a time, and keeps what the reader has chosen (`takeNewer` of the page's
 * own script). When the sweep has ended, or its process is gone, the page stays as it is and says so.
 */
const LIVE_SCRIPT = `<script>
(() => {
  const source = new EventSource('/events');
  let isAsking = false, isStale = false;
  const ask = async () => {
    isStale = true;
    if (isAsking) return;
    isAsking = true;
    try {
      while (isStale) {
        isStale = false;
        const answer = await fetch('/');
        if (answer.ok) takeNewer(await answer.text());
      }
    } catch { end(); }
    isAsking = false;
  };
  const end = () => { source.close(); document.documentElement.dataset.live = 'ended'; };
  source.onmessage = ask;
  source.addEventListener('ended', end);
  source.onerror = end;
  document.documentElement.dataset.live = 'open';
})();
</script>`;

/**
 * Serves what `render` returns, made anew for every request, on 127.0.0.1 at a free port. Requests by another name
 * (which a rebound DNS name would carry), from another origin, or that are no GET are refused.
 */
export async function openLiveServer(render: () => Promise<string>): Promise<LiveServer> {
  const listeners = new Set<ServerResponse>();
  const tell = (message: string): void => listeners.forEach((response) => response.write(message));
  const server = createServer((request, response) => {
    const { port } = server.address() as AddressInfo;
    const refusal = refusalOf(request, port);
    if (refusal !== null) {
      response.writeHead(refusal, { 'content-type': 'text/plain' }).end('refused\n');
    } else if (request.url === '/events') {
      response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
      response.write('retry: 2000\n\n');
      listeners.add(response);
      response.on('close', () => listeners.delete(response));
    } else void answer(response, render);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    nPages: () => listeners.size,
    changed: () => tell('data: changed\n\n'),
    close: () =>
      new Promise((resolve) => {
        tell('event: ended\ndata: ended\n\n');
        listeners.forEach((response) => response.end());
        server.close(() => resolve());
        server.closeIdleConnections();
        setTimeout(() => server.closeAllConnections(), 500).unref();
      }),
  };
}

/** The status that refuses a request, or null. */
function refusalOf({ headers, method, url }: IncomingMessage, port: number): number | null {
  const own = [`127.0.0.1:${port}`, `localhost:${port}`];
  if (!own.includes(headers.host ?? '')) return 403;
  if (headers.origin !== undefined && !own.map((host) => `http://${host}`).includes(headers.origin))
    return 403;
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return 403;
  if (method !== 'GET') return 405;
  return url === '/' || url === '/events' ? null : 404;
}

async function answer(response: ServerResponse, render: () => Promise<string>): Promise<void> {
  try {
    const page = (await render())
      .replace('img-src data:', "img-src data:; connect-src 'self'")
      .replace('</body>', `${LIVE_SCRIPT}\n</body>`);
    response
      .writeHead(200, {
        'content-type': 'text/html; charset=utf-8',
        'cache-control': 'no-store',
        'cross-origin-resource-policy': 'same-origin',
        'x-frame-options': 'DENY',
      })
      .end(page);
  } catch (error) {
    response.writeHead(500, { 'content-type': 'text/plain' }).end(`${String(error)}\n`);
  }
}
