import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { SweepError } from '../../../errors.js';
import { DatasetCache } from './hub-cache.js';
import { HubClient, type HubFile } from './hub-client.js';
import type { HubSettings } from './hub-settings.js';

const COMMIT = /^[0-9a-f]{40}$/;

/**
 * A data set of the hub at one commit: listed, its files fetched when they are needed and kept in the cache. Without a
 * network (HF_HUB_OFFLINE, or none that answers) it is what the cache holds.
 */
export class HubDataset {
  readonly name: string;
  readonly commit: string;
  private readonly files: ReadonlyMap<string, HubFile>;
  private readonly cache: DatasetCache;
  private readonly client: HubClient | null;

  private constructor(
    name: string,
    commit: string,
    parts: { files: readonly HubFile[]; cache: DatasetCache; client: HubClient | null },
  ) {
    this.name = name;
    this.commit = commit;
    this.files = new Map(parts.files.map((file) => [file.path, file]));
    this.cache = parts.cache;
    this.client = parts.client;
  }

  /** Finds a revision (branch, tag or commit) and lists its files. Throws SweepError where it cannot be had. */
  static async open(name: string, revision: string, settings: HubSettings): Promise<HubDataset> {
    const cache = new DatasetCache(settings.cache, name);
    if (settings.isOffline) return HubDataset.fromCache(name, revision, { cache, settings });
    const client = new HubClient(settings);
    try {
      const commit = COMMIT.test(revision) ? revision : await client.commitOf(name, revision);
      const listed = await cache.listedFiles(commit);
      const files = listed ?? (await client.filesOf(name, commit));
      await cache.rememberCommit(revision, commit);
      if (listed === null) await cache.rememberFiles(commit, files);
      return new HubDataset(name, commit, { files, cache, client });
    } catch (error) {
      const isReachable = !(error instanceof SweepError) || error.code !== 'HUB_UNREACHABLE';
      if (isReachable || (await cache.commitOf(revision)) === null) throw error;
      return HubDataset.fromCache(name, revision, { cache, settings });
    }
  }

  private static async fromCache(
    name: string,
    revision: string,
    { cache, settings }: { readonly cache: DatasetCache; readonly settings: HubSettings },
  ): Promise<HubDataset> {
    const commit = await cache.commitOf(revision);
    const files =
      commit === null ? null : ((await cache.listedFiles(commit)) ?? (await cache.presentFiles(commit)));
    if (commit === null || files === null) throw notCached(name, revision, settings);
    return new HubDataset(name, commit, { files, cache, client: null });
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
        `Expected ${path} of the data set ${this.name} in the cache, but it is not there; run once without HF_HUB_OFFLINE.`,
      );
    }
    return this.cache.store(this.commit, file, await this.client.open(this.name, this.commit, path));
  }
}

function notCached(name: string, revision: string, { cache }: HubSettings): SweepError {
  return new SweepError(
    'HUB_OFFLINE',
    `Expected the data set ${name} (revision ${revision}) in ${cache}, since HF_HUB_OFFLINE is set, but it is not there; ` +
      'run once without that, or use local files (`dataset_kwargs.data_files`).',
  );
}
