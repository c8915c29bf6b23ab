import { fileURLToPath } from 'node:url';

/**
 * The absolute path of a compiled sibling module that a child process or worker thread is to run.
 * Under a test runner the importing module is src/x.ts, which Node cannot run: its compiled twin in dist/ is named instead.
 */
export function entryPoint(importer: string, sibling: string): string {
  const path = fileURLToPath(new URL(sibling, importer));
  return importer.endsWith('.ts') ? path.replace(/([\\/])src([\\/])(?!.*[\\/]src[\\/])/, '$1dist$2') : path;
}
