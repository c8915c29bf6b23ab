import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { SweepError } from '../errors.js';
import { RepositoryCache } from './hub-cache.js';
import { HubClient, LOCAL_INSTEAD, NOUNS, type HubFile, type RepositoryName } from './hub-client.js';
import type { HubSettings } from './hub-settings.js';

const COMMIT = /^[0-9a-f]{40}$/;

/**
 * A repository of the hub at one commit: listed, its files fetched when they are needed and kept in the cache. Without a
 * network (HF_HUB_OFFLINE, or none that answers) it is what the cache holds.
 */
export class HubRepository {
  readonly repo: RepositoryName;
  readonly commit: string;
  private readonly files: ReadonlyMap<string, HubFile>;
  private readonly cache: RepositoryCache;
  private readonly client: HubClient | null;

  private constructor(
    repo: RepositoryName,
    commit: string,
    parts: { files: readonly HubFile[]; cache: RepositoryCache; client: HubClient | null },
  ) {
    this.repo = repo;
    this.commit = commit;
    this.files = new Map(parts.files.map((file) => [file.path, file]));
    this.cache = parts.cache;
    this.client = parts.client;
  }

  /** Finds a revision (branch, tag or commit) and lists its files. Throws SweepError where it cannot be had. */
  static async open(repo: RepositoryName, revision: string, settings: HubSettings): Promise<HubRepository> {
    const cache = new RepositoryCache(settings.cache, repo);
    if (settings.isOffline) return HubRepository.fromCache(repo, revision, { cache, settings });
    const client = new HubClient(settings);
    try {
      const commit = COMMIT.test(revision) ? revision : await client.commitOf(repo, revision);
      const listed = await cache.listedFiles(commit);
      const files = listed ?? (await client.filesOf(repo, commit));
      await cache.rememberCommit(revision, commit);
      if (listed === null) await cache.rememberFiles(commit, files);
      return new HubRepository(repo, commit, { files, cache, client });
    } catch (error) {
      const isReachable = !(error instanceof SweepError) || error.code !== 'HUB_UNREACHABLE';
      if (isReachable || (await cache.commitOf(revision)) === null) throw error;
      return HubRepository.fromCache(repo, revision, { cache, settings });
    }
  }

  private static async fromCache(
    repo: RepositoryName,
    revision: string,
    { cache, settings }: { readonly cache: RepositoryCache; readonly settings: HubSettings },
  ): Promise<HubRepository> {
    const commit = await cache.commitOf(revision);
    const files =
      commit === null ? null : ((await cache.listedFiles(commit)) ?? (await cache.presentFiles(commit)));
    if (commit === null || files === null) throw notCached(repo, revision, settings);
    return new HubRepository(repo, commit, { files, cache, client: null });
  }

  get paths(): readonly string[] {
    return [...this.files.keys()];
  }

  /** The text of a small file; empty where there is none of that name. */
  async readText(path: string): Promise<string> {
    return this.files.has(path) ? readFile(await this.fetch(path), 'utf8') : '';
  }

  /** Where a file will be once it is fetched. */
  placeOf(path: string): string {
    return this.cache.pathOf(this.commit, path);
  }

  /** Fetches a file unless it is there, and returns its place. */
  async fetch(path: string): Promise<string> {
    const place = this.placeOf(path);
    if (existsSync(place)) return place;
    const file = this.files.get(path);
    if (file === undefined || this.client === null) {
      throw new SweepError(
        'HUB_OFFLINE',
        `Expected ${path} of the ${NOUNS[this.repo.kind]} ${this.repo.name} in the cache, but it is not there; run once without HF_HUB_OFFLINE.`,
      );
    }
    return this.cache.store(this.commit, file, await this.client.open(this.repo, this.commit, path));
  }
}

function notCached({ kind, name }: RepositoryName, revision: string, { cache }: HubSettings): SweepError {
  return new SweepError(
    'HUB_OFFLINE',
    `Expected the ${NOUNS[kind]} ${name} (revision ${revision}) in ${cache}, since HF_HUB_OFFLINE is set, but it is not there; ` +
      `run once without that, or use ${LOCAL_INSTEAD[kind]}.`,
  );
}
