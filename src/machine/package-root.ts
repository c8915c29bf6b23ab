import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';

/** What a package.json says that this program reads. */
export interface PackageManifest {
  readonly name: string;
  readonly version: string;
  readonly dependencies?: Readonly<Record<string, string>>;
}

/** The directory of this package, whether it runs from src/, from dist/ or from node_modules. */
export const PACKAGE_ROOT = resolve(import.meta.dirname, '../..');

/** Reads the package.json of a directory. */
export function readManifest(directory: string): PackageManifest {
  return JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8')) as PackageManifest;
}

/** The directory of an installed package, null where it is not installed. */
export function installedPackage(name: string): string | null {
  const folders = createRequire(join(PACKAGE_ROOT, 'package.json')).resolve.paths(name) ?? [];
  const directories = folders.map((folder) => join(folder, name));
  return directories.find((directory) => existsSync(join(directory, 'package.json'))) ?? null;
}

/** Versions of this package, of Node and of every direct dependency: what can change a number. */
export function readVersions(): Record<string, string> {
  const { name, version, dependencies = {} } = readManifest(PACKAGE_ROOT);
  const installed = Object.keys(dependencies).flatMap((dependency) => {
    const directory = installedPackage(dependency);
    return directory === null ? [] : [[dependency, readManifest(directory).version] as const];
  });
  return { [name]: version, node: process.versions.node, ...Object.fromEntries(installed) };
}

/** True in a git checkout of this package, false where it was installed from a registry. */
export function isCheckout(): boolean {
  return existsSync(join(PACKAGE_ROOT, '.git'));
}
