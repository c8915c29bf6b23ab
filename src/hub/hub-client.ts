import { datasetInfo, downloadFile, HubApiError, listFiles, modelInfo } from '@huggingface/hub';
import { SweepError } from '../errors.js';
import type { HubSettings } from './hub-settings.js';

/** A data set or a model of the hub, by name. */
export interface RepositoryName {
  readonly kind: 'dataset' | 'model';
  readonly name: string;
}

/** What a kind of repository is called in messages. */
export const NOUNS = { dataset: 'data set', model: 'model' } as const;
/** What serves without the hub, for messages. */
export const LOCAL_INSTEAD = {
  dataset: 'local files (`dataset_kwargs.data_files`)',
  model: 'a model directory that is here',
} as const;

/** A file of a repository at one commit. */
export interface HubFile {
  readonly path: string;
  readonly size: number;
  /** Git's sha1 of the content with its header, or the content's sha256 where it is stored beside git. */
  readonly digest: { readonly kind: 'git' | 'sha256'; readonly hex: string };
}

/** Asks the hub. Every failure is a SweepError that says what was asked, what came and what to do. */
export class HubClient {
  private readonly settings: HubSettings;

  constructor(settings: HubSettings) {
    this.settings = settings;
  }

  /** The commit that a revision (branch, tag or commit) of a repository stands for. */
  async commitOf(repo: RepositoryName, revision: string): Promise<string> {
    const asked = { name: repo.name, revision, ...this.access() };
    const { sha } = await this.ask(repo, revision, () =>
      repo.kind === 'dataset'
        ? datasetInfo({ ...asked, additionalFields: ['sha'] })
        : modelInfo({ ...asked, additionalFields: ['sha'] }),
    );
    return sha;
  }

  /** All files of a repository at a commit. */
  async filesOf(repo: RepositoryName, commit: string): Promise<HubFile[]> {
    return this.ask(repo, commit, async () => {
      const files: HubFile[] = [];
      const entries = listFiles({
        repo: { type: repo.kind, name: repo.name },
        recursive: true,
        revision: commit,
        ...this.access(),
      });
      for await (const { type, path, size, oid, lfs } of entries) {
        if (type !== 'file') continue;
        const digest =
          lfs === undefined
            ? { kind: 'git' as const, hex: oid ?? '' }
            : { kind: 'sha256' as const, hex: lfs.oid };
        files.push({ path, size, digest });
      }
      return files;
    });
  }

  /** The bytes of a file, as a stream. */
  async open(repo: RepositoryName, commit: string, path: string): Promise<ReadableStream<Uint8Array>> {
    return this.ask(repo, commit, async () => {
      const blob = await downloadFile({
        repo: { type: repo.kind, name: repo.name },
        path,
        revision: commit,
        ...this.access(),
      });
      if (blob === null) throw new Error(`${path} is not there`);
      return blob.stream();
    });
  }

  /** The address, and how to ask it: the token goes to the hub itself and never where it redirects to. */
  private access(): { hubUrl: string; fetch: typeof fetch } {
    const { endpoint, token } = this.settings;
    const authorization: Record<string, string> = token === null ? {} : { authorization: `Bearer ${token}` };
    return {
      hubUrl: endpoint,
      fetch: (input, init) => {
        const address = input instanceof Request ? input.url : String(input);
        const isHub = new URL(address).origin === new URL(endpoint).origin;
        const headers = new Headers(init?.headers);
        if (isHub) for (const [name, value] of Object.entries(authorization)) headers.set(name, value);
        return fetch(input, { ...init, headers });
      },
    };
  }

  private async ask<T>(repo: RepositoryName, revision: string, question: () => Promise<T>): Promise<T> {
    try {
      return await question();
    } catch (error) {
      throw error instanceof SweepError ? error : this.failure(error, repo, revision);
    }
  }

  private failure(error: unknown, { kind, name }: RepositoryName, revision: string): SweepError {
    const { endpoint, token } = this.settings;
    const noun = NOUNS[kind];
    const what = `the ${noun} ${name} (revision ${revision}) at ${endpoint}`;
    if (!(error instanceof HubApiError)) {
      const cause = error instanceof Error && error.cause instanceof Error ? `: ${error.cause.message}` : '';
      return new SweepError(
        'HUB_UNREACHABLE',
        `Expected to reach ${what}, but ${String(error)}${cause}; use ${LOCAL_INSTEAD[kind]}, or a cache ` +
          'filled earlier with HF_HUB_OFFLINE=1.',
        { cause: error },
      );
    }
    const isDenied = error.statusCode === 401 || error.statusCode === 403;
    const advice = isDenied
      ? token === null
        ? 'it does not exist, or is private or gated: set HF_TOKEN'
        : 'the token (HF_TOKEN) may not read it: ask for access on its page'
      : error.statusCode === 404
        ? `no such ${noun} or revision is there`
        : 'try again later';
    return new SweepError(
      isDenied ? 'HUB_DENIED' : error.statusCode === 404 ? 'HUB_NOT_FOUND' : 'HUB_ERROR',
      `Expected ${what}, but the hub answered ${error.statusCode}: ${advice}.`,
      { cause: error },
    );
  }
}
