/**
 * Builds the tokenizer addon (binding.gyp) into build/Release, when it is older than its sources.
 *
 * usage: node native/build.mjs          build if stale: the package's install script
 *        node native/build.mjs --check  the same, then load the addon and say so: part of `npm test`
 *
 * node-gyp's log goes to build/node-gyp.log, and its end to stderr when the build fails.
 */
import { spawnSync } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  statSync,
  utimesSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '..');
const ADDON = join(ROOT, 'build', 'Release', 'tokenizer.node');
const LOG = join(ROOT, 'build', 'node-gyp.log');
const LOG_LINES_SHOWN = 30;
const require = createRequire(import.meta.url);

/** What installs a compiler, make and Python, by platform. */
const INSTALL_TOOLS = {
  linux:
    'install them with `apt-get install g++ make python3` (Debian, Ubuntu) or `dnf install gcc-c++ make python3` (Fedora)',
  darwin: 'install them with `xcode-select --install`',
  win32: 'install Python 3 and the "Desktop development with C++" workload of Visual Studio',
};

class BuildError extends Error {}

function isRunnable(command) {
  const [file, ...args] = command.split(' ');
  return spawnSync(file, [...args, '--version'], { stdio: 'ignore' }).status === 0;
}

/** node-gyp on Windows finds Visual Studio in its own way; elsewhere these three are what it starts. */
function missingTools() {
  if (process.platform === 'win32') return [];
  const { env } = process;
  const pythons = [env.npm_config_python, env.NODE_GYP_FORCE_PYTHON, env.PYTHON, 'python3', 'python'];
  const compiler = env.CXX ?? 'g++';
  const tools = [
    { name: `the compiler ${compiler}`, commands: [compiler] },
    { name: 'make', commands: [env.MAKE ?? 'make', 'gmake'] },
    { name: 'python3', commands: pythons.filter(Boolean) },
  ];
  return tools.filter(({ commands }) => !commands.some(isRunnable)).map(({ name }) => name);
}

function mendingSentence(problem) {
  const how = INSTALL_TOOLS[process.platform] ?? 'install a C++20 compiler, make and Python 3';
  return `Building the tokenizer addon needs a C++20 compiler, make and Python 3, but ${problem}: ${how}, then run \`npm run build:native\`.`;
}

function newestSource() {
  const sources = readdirSync(join(ROOT, 'native'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  return Math.max(...[...sources, join(ROOT, 'binding.gyp')].map((file) => statSync(file).mtimeMs));
}

function loadAddon() {
  const module = { exports: {} };
  process.dlopen(module, ADDON);
  return module.exports;
}

/** Newer than every source, and made for this platform: a build directory copied from another machine is not. */
function isFresh() {
  if (!existsSync(ADDON) || statSync(ADDON).mtimeMs <= newestSource()) return false;
  try {
    loadAddon();
    return true;
  } catch {
    return false;
  }
}

/** The directory whose include/node/ holds the headers of the running Node, or null where they are not installed. */
function findHeaders() {
  const major = process.versions.node.split('.')[0];
  const prefixes = [dirname(dirname(process.execPath)), '/usr', '/usr/local'];
  const isOurs = (prefix) => {
    const include = join(prefix, 'include', 'node');
    if (!existsSync(join(include, 'node_api.h')) || !existsSync(join(include, 'common.gypi'))) return false;
    const version = readFileSync(join(include, 'node_version.h'), 'utf8');
    return new RegExp(`#define NODE_MAJOR_VERSION ${major}\\b`).test(version);
  };
  return prefixes.find(isOurs) ?? null;
}

function nodeGyp() {
  try {
    return join(dirname(require.resolve('node-gyp/package.json')), 'bin', 'node-gyp.js');
  } catch (cause) {
    throw new BuildError('node-gyp is not installed here: run `npm ci` in the package first.', { cause });
  }
}

function build() {
  const missing = missingTools();
  if (missing.length > 0) {
    throw new BuildError(
      mendingSentence(
        `${missing.join(' and ')} ${missing.length > 1 ? 'were' : 'was'} not found on the PATH`,
      ),
    );
  }
  const headers = findHeaders();
  const args = [nodeGyp(), 'configure', 'build', '--release', '--jobs=max'];
  mkdirSync(dirname(LOG), { recursive: true });
  const log = openSync(LOG, 'w');
  const result = spawnSync(process.execPath, headers === null ? args : [...args, `--nodedir=${headers}`], {
    cwd: ROOT,
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  if (result.status !== 0) explainFailure();
  // make leaves an addon alone whose sources were touched but not changed: it is fresh all the same.
  utimesSync(ADDON, new Date(), new Date());
}

function explainFailure() {
  const lines = readFileSync(LOG, 'utf8').trimEnd().split('\n');
  process.stderr.write(`${lines.slice(-LOG_LINES_SHOWN).join('\n')}\n`);
  const tooOld = lines.some((line) => /(unrecognized|unknown).*c\+\+20/.test(line));
  throw new BuildError(
    tooOld
      ? mendingSentence('this compiler does not know C++20 (GCC 10 and clang 11 do)')
      : `The tokenizer addon could not be built: the end of node-gyp's log is above, the whole of it in ${LOG}.`,
  );
}

function main() {
  const started = performance.now();
  const fresh = isFresh();
  if (!fresh) build();
  const exported = Object.keys(loadAddon());
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  if (!fresh) console.log(`tokenizer addon: built in ${seconds} s`);
  if (process.argv.includes('--check')) console.log(`tokenizer addon: loads, exports ${exported.join(', ')}`);
}

try {
  main();
} catch (error) {
  console.error(error instanceof BuildError ? error.message : error);
  process.exitCode = 1;
}
