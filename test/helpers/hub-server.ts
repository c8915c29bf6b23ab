import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Content of a file. */
export type HubContent = string | Buffer;

/** A data set or model as the server holds it: revisions and the files of each, `lfs` ones stored beside git. */
export interface HubRepo {
  readonly name: string;
  readonly revisions: Readonly<Record<string, Readonly<Record<string, HubContent>>>>;
  readonly lfs?: readonly string[];
  readonly token?: string;
  /** Another name under which it is known; the server redirects from it. */
  readonly formerly?: string;
}

export interface HubServer {
  readonly endpoint: string;
  /** Method and path of every request, in order. */
  readonly requests: string[];
  /** Cut the next download short. */
  breakNext: boolean;
  close(): void;
}

/** The commit that the server gives a revision: any name works, a commit is itself. */
export function commitOf(revision: string): string {
  return /^[0-9a-f]{40}$/.test(revision) ? revision : createHash('sha1').update(revision).digest('hex');
}

const PAGE = 2;

/** A server on 127.0.0.1 that answers as the hub does: information, file lists in pages, files with redirects and ETags. */
export async function startHub(repos: readonly HubRepo[]): Promise<HubServer> {
  const state = { endpoint: '', requests: [] as string[], breakNext: false, close: () => undefined as void };
  const server = createServer((request, response) => {
    state.requests.push(`${request.method ?? ''} ${request.url ?? ''}`);
    new Answer(state, repos, { request, response }).send();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  state.endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  state.close = () => {
    server.closeAllConnections();
    server.close();
  };
  return state;
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

class Answer {
  private readonly state: HubServer;
  private readonly repos: readonly HubRepo[];
  private readonly request: IncomingMessage;
  private readonly response: ServerResponse;
  private readonly url: URL;

  constructor(state: HubServer, repos: readonly HubRepo[], { request, response }: Exchange) {
    this.state = state;
    this.repos = repos;
    this.request = request;
    this.response = response;
    this.url = new URL(request.url ?? '/', state.endpoint);
  }

  send(): void {
    const path = decodeURIComponent(this.url.pathname);
    const moved = this.repos.find(
      ({ formerly }) => formerly !== undefined && path.includes(`/datasets/${formerly}/`),
    );
    if (moved !== undefined) {
      const location = `${this.url.pathname.replace(`/${moved.formerly ?? ''}/`, `/${moved.name}/`)}${this.url.search}`;
      return this.end(307, '', { location });
    }
    const repo = this.repos.find(({ name }) => path.includes(`/${name}/`) || path.includes(`/cdn/${name}/`));
    if (repo === undefined)
      return this.json(404, { error: 'Repository not found' }, { 'x-error-code': 'RepoNotFound' });
    if (
      repo.token !== undefined &&
      !path.startsWith('/cdn/') &&
      this.request.headers.authorization !== `Bearer ${repo.token}`
    )
      return this.json(
        401,
        { error: 'Access to this data set is restricted' },
        { 'x-error-code': 'GatedRepo' },
      );
    const [, kind = '', rest = ''] = /\/(revision|tree|resolve|cdn)\/(.*)$/.exec(path) ?? [];
    if (kind === 'revision') return this.info(repo, rest);
    if (kind === 'tree') return this.tree(repo, rest);
    if (kind === 'resolve') return this.resolve(repo, rest);
    return this.bytes(repo, rest.slice(repo.name.length + 1));
  }

  private filesAt(repo: HubRepo, revision: string): Readonly<Record<string, HubContent>> | undefined {
    return Object.entries(repo.revisions).find(
      ([name]) => name === revision || commitOf(name) === revision,
    )?.[1];
  }

  private info(repo: HubRepo, revision: string): void {
    if (this.filesAt(repo, revision) === undefined)
      return this.json(404, { error: `Invalid rev id: ${revision}` }, { 'x-error-code': 'RevisionNotFound' });
    this.json(200, {
      _id: '1',
      id: repo.name,
      sha: commitOf(revision),
      lastModified: '2026-01-01T00:00:00.000Z',
    });
  }

  private tree(repo: HubRepo, revision: string): void {
    const files = Object.entries(this.filesAt(repo, revision) ?? {});
    const start = Number(this.url.searchParams.get('cursor') ?? 0);
    const page = files.slice(start, start + PAGE).map(([path, text]) => ({
      type: 'file',
      path,
      size: Buffer.byteLength(text),
      oid: gitDigest(text),
      ...(repo.lfs?.includes(path) === true
        ? { lfs: { oid: sha256(text), size: Buffer.byteLength(text), pointerSize: 130 } }
        : {}),
    }));
    const next = new URL(this.url);
    next.searchParams.set('cursor', String(start + PAGE));
    const link = start + PAGE < files.length ? { link: `<${next.href}>; rel="next"` } : {};
    this.json(200, start === 0 ? [{ type: 'directory', path: 'x', size: 0, oid: '' }, ...page] : page, link);
  }

  private resolve(repo: HubRepo, rest: string): void {
    const [revision = '', ...parts] = rest.split('/');
    const path = parts.join('/');
    const text = this.filesAt(repo, revision)?.[path];
    if (text === undefined) return this.end(404, '', { 'x-error-code': 'EntryNotFound' });
    if (repo.lfs?.includes(path) !== true) return this.content(text, gitDigest(text));
    this.end(302, '', {
      location: `${this.state.endpoint}/cdn/${repo.name}/${revision}/${path}`,
      'x-linked-size': String(Buffer.byteLength(text)),
      'x-linked-etag': `"${sha256(text)}"`,
    });
  }

  private bytes(repo: HubRepo, rest: string): void {
    const [revision = '', ...parts] = rest.split('/');
    const text = this.filesAt(repo, revision)?.[parts.join('/')] ?? '';
    this.content(text, sha256(text));
  }

  private content(text: HubContent, etag: string): void {
    const whole = Buffer.isBuffer(text) ? text : Buffer.from(text);
    const range = /bytes=(\d+)-(\d*)/.exec(this.request.headers.range ?? '');
    const end =
      range?.[2] === undefined || range[2] === ''
        ? whole.length - 1
        : Math.min(Number(range[2]), whole.length - 1);
    const part = range === null ? whole : whole.subarray(Number(range[1]), end + 1);
    const isProbe = this.request.method === 'HEAD' || part.length <= 1;
    if (this.state.breakNext && !isProbe) {
      this.state.breakNext = false;
      return this.end(200, part.subarray(0, part.length - 2).toString(), { etag: `"${etag}"` });
    }
    this.end(range === null ? 200 : 206, part, {
      etag: `"${etag}"`,
      'accept-ranges': 'bytes',
      ...(range === null ? {} : { 'content-range': `bytes ${range[1] ?? 0}-${end}/${whole.length}` }),
    });
  }

  private json(status: number, value: unknown, headers: Readonly<Record<string, string>> = {}): void {
    this.end(status, JSON.stringify(value), { 'content-type': 'application/json', ...headers });
  }

  private end(status: number, body: string | Buffer, headers: Readonly<Record<string, string>>): void {
    const isHead = this.request.method === 'HEAD';
    this.response.writeHead(status, { 'content-length': String(Buffer.byteLength(body)), ...headers });
    this.response.end(isHead ? undefined : body);
  }
}

const sha256 = (text: HubContent): string => createHash('sha256').update(text).digest('hex');
const gitDigest = (text: HubContent): string =>
  createHash('sha1')
    .update(`blob ${Buffer.byteLength(text)}\0`)
    .update(text)
    .digest('hex');
