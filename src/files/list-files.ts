import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

const SKIPPED = new Set(['__pycache__', '.ipynb_checkpoints', '.git', 'node_modules']);

/** Every file under a folder whose name has the ending, as paths below `folder`, sorted. Folders of caches are skipped. */
export async function listFiles(folder: string, ending: string): Promise<string[]> {
  const found: string[] = [];
  const visit = async (directory: string): Promise<void> => {
    for (const entry of await readdir(directory, { withFileTypes: true })) {
      const path = join(directory, entry.name);
      if (entry.isDirectory() && !SKIPPED.has(entry.name)) await visit(path);
      else if ((entry.isFile() || entry.isSymbolicLink()) && entry.name.endsWith(ending)) found.push(path);
    }
  };
  await visit(folder);
  return found.sort();
}
