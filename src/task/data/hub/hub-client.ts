import { datasetInfo, downloadFile, HubApiError, listFiles } from '@huggingface/hub';
import { SweepError } from '../../../errors.js';
import type { HubSettings } from './hub-settings.js';

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

  /** The commit that a revision (branch, tag or commit) of a data set stands for. */
  async commitOf(name: string, revision: string): Promise<string> {
    const info = await this.ask(name, revision, () =>
      datasetInfo({ name, revision, additionalFields: ['sha'], ...this.access() }),
    );
    return info.sha;
  }

  /** All files of a data set at a commit. */
  async filesOf(name: string, commit: string): Promise<HubFile[]> {
    return this.ask(name, commit, async () => {
      const files: HubFile[] = [];
      const entries = listFiles({
        repo: { type: 'dataset', name },
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
  async open(name: string, commit: string, path: string): Promise<ReadableStream<Uint8Array>> {
    return this.ask(name, commit, async () => {
      const blob = await downloadFile({
        repo: { type: 'dataset', name },
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

  private async ask<T>(name: string, revision: string, question: () => Promise<T>): Promise<T> {
    try {
      return await question();
    } catch (error) {
      throw error instanceof SweepError ? error : this.failure(error, name, revision);
    }
  }

  private failure(error: unknown, name: string, revision: string): SweepError {
    const { endpoint, token } = this.settings;
    const what = `the data set ${name} (revision ${revision}) at ${endpoint}`;
    if (!(error instanceof HubApiError)) {
      const cause = error instanceof Error && error.cause instanceof Error ? `: ${error.cause.message}` : '';
      return new SweepError(
        'HUB_UNREACHABLE',
        `Expected to reach ${what}, but ${String(error)}${cause}; use local files (\`dataset_kwargs.data_files\`), or a cache ` +
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
        ? 'no such data set or revision is there'
        : 'try again later';
    return new SweepError(
      isDenied ? 'HUB_DENIED' : error.statusCode === 404 ? 'HUB_NOT_FOUND' : 'HUB_ERROR',
      `Expected ${what}, but the hub answered ${error.statusCode}: ${advice}.`,
      { cause: error },
    );
  }
}
