import { readFileSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = resolve(import.meta.dirname, '..');

interface LockedPackage {
  readonly version?: string;
  readonly resolved?: string;
  readonly hasInstallScript?: boolean;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

interface Manifest {
  readonly allowScripts: Readonly<Record<string, boolean>>;
}

interface InstalledManifest {
  readonly name?: string;
  readonly scripts?: Readonly<Record<string, string>>;
}

function readJson(...path: string[]): unknown {
  return JSON.parse(readFileSync(join(ROOT, ...path), 'utf8'));
}

const { packages } = readJson('package-lock.json') as { packages: Record<string, LockedPackage> };
const { allowScripts } = readJson('package.json') as Manifest;

/** Directories of the top level of node_modules, scoped ones included. */
function installedPackages(): string[] {
  return readdirSync(join(ROOT, 'node_modules')).flatMap((name) =>
    name.startsWith('@')
      ? readdirSync(join(ROOT, 'node_modules', name)).map((child) => join(name, child))
      : name.startsWith('.')
        ? []
        : [name],
  );
}

test('no dependency runs a script at install: the lock file marks none, so that npm 10 starts none', () => {
  const marked = Object.keys(packages).filter((path) => path !== '' && packages[path]?.hasInstallScript);
  // A lock file made from nothing marks them again: take "hasInstallScript" out of these entries by hand.
  expect(marked).toEqual([]);
});

test('every dependency that has an install script is refused by name, for npm 11 and later', () => {
  const having = installedPackages().filter((name) => {
    const { scripts = {} } = readJson('node_modules', name, 'package.json') as InstalledManifest;
    return ['preinstall', 'install', 'postinstall'].some((script) => script in scripts);
  });
  expect(having).toContain('onnxruntime-node');
  expect(having.filter((name) => allowScripts[name] !== false)).toEqual([]);
});

test('the lock file names no registry host', () => {
  expect(Object.keys(packages).filter((path) => packages[path]?.resolved !== undefined)).toEqual([]);
});

test('the lock file holds every platform of every dependency, which `npm ci` demands', () => {
  const missing = Object.values(packages).flatMap(({ optionalDependencies = {} }) =>
    Object.keys(optionalDependencies).filter((name) => !(`node_modules/${name}` in packages)),
  );
  expect(missing).toEqual([]);
});
