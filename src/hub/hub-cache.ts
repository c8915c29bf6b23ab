import { createHash, type Hash } from 'node:crypto';
import { createWriteStream, existsSync } from 'node:fs';
import { copyFile, readFile, readdir, rename, rm, symlink } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { SweepError } from '../errors.js';
import { writeFileAtomic } from '../files/atomic-write.js';
import { makeDirectory } from '../files/make-directory.js';
import type { HubFile, RepositoryName } from './hub-client.js';

const COMMIT = /^[0-9a-f]{40}$/;

/**
 * The part of the hub's cache that belongs to one repository: `refs/<revision>` holds a commit, `snapshots/<commit>/` its
 * files, `blobs/<digest>` their bytes. What huggingface_hub has put there is found, and it finds what is put there now.
 */
export class RepositoryCache {
  private readonly folder: string;

  constructor(cache: string, { kind, name }: RepositoryName) {
    this.folder = join(cache, `${kind}s--${name.replaceAll('/', '--')}`);
  }

  /** The commit that a revision stood for when it was last asked; null where it never was. */
  async commitOf(revision: string): Promise<string | null> {
    const text = await readFile(join(this.folder, 'refs', revision), 'utf8').catch(() => '');
    if (COMMIT.test(text.trim())) return text.trim();
    return COMMIT.test(revision) && existsSync(this.snapshot(revision)) ? revision : null;
  }

  async rememberCommit(revision: string, commit: string): Promise<void> {
    if (revision === commit) return;
    makeDirectory(dirname(join(this.folder, 'refs', revision)));
    await writeFileAtomic(join(this.folder, 'refs', revision), commit);
  }

  /** All files of a commit as the hub once listed them; null where it was not asked. */
  async listedFiles(commit: string): Promise<HubFile[] | null> {
    const listing = await readFile(this.listing(commit), 'utf8').catch(() => null);
    return listing === null ? null : (JSON.parse(listing) as HubFile[]);
  }

  /** The files of a commit that are there; null where there is no such commit. */
  async presentFiles(commit: string): Promise<HubFile[] | null> {
    const names = await readdir(this.snapshot(commit), { recursive: true, withFileTypes: true }).catch(
      () => null,
    );
    if (names === null) return null;
    return names
      .filter((entry) => !entry.isDirectory())
      .map((entry) =>
        relative(this.snapshot(commit), join(entry.parentPath, entry.name)).replaceAll('\\', '/'),
      )
      .map((path) => ({ path, size: 0, digest: { kind: 'git', hex: '' } }));
  }

  async rememberFiles(commit: string, files: readonly HubFile[]): Promise<void> {
    makeDirectory(dirname(this.listing(commit)));
    await writeFileAtomic(this.listing(commit), JSON.stringify(files));
  }

  /** Where a file of a commit is, or will be. */
  pathOf(commit: string, path: string): string {
    if (path.split(/[\\/]/).some((part) => part === '..' || part === ''))
      throw new SweepError('BAD_PATH', `Expected paths within the repository, got ${JSON.stringify(path)}.`);
    return join(this.snapshot(commit), path);
  }

  /** Writes a file's bytes and checks their digest; a download that breaks off leaves no file. */
  async store(commit: string, file: HubFile, bytes: ReadableStream<Uint8Array>): Promise<string> {
    const target = this.pathOf(commit, file.path);
    const blob = join(this.folder, 'blobs', file.digest.hex);
    const temporary = `${blob}.${process.pid}.incomplete`;
    makeDirectory(dirname(blob));
    makeDirectory(dirname(target));
    const hash = hashFor(file);
    try {
      await pipeline(
        bytes,
        new Transform({ transform: (chunk: Buffer, _, done) => done(null, hash.update(chunk) && chunk) }),
        createWriteStream(temporary),
      );
      const hex = hash.digest('hex');
      if (hex !== file.digest.hex) {
        throw new SweepError(
          'HUB_DAMAGED',
          `Expected ${file.path} with the digest ${file.digest.hex.slice(0, 12)}, got ${hex.slice(0, 12)}: it was cut off or changed on the way; try again.`,
        );
      }
      await rename(temporary, blob);
    } finally {
      await rm(temporary, { force: true });
    }
    await rm(target, { force: true });
    await symlink(relative(dirname(target), blob), target).catch(() => copyFile(blob, target));
    return target;
  }

  private snapshot(commit: string): string {
    return join(this.folder, 'snapshots', commit);
  }

  private listing(commit: string): string {
    return join(this.folder, '.scalesweep', `${commit}.json`);
  }
}

// Git hashes a header before the bytes.
function hashFor({ digest, size }: HubFile): Hash {
  return digest.kind === 'sha256' ? createHash('sha256') : createHash('sha1').update(`blob ${size}\0`);
}
