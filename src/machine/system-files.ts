import { readdirSync, readFileSync } from 'node:fs';

// Where Linux tells of itself (/proc, /sys): what a kernel, a container or a user's rights leave out is simply not told.

/** The text of a file; null where it cannot be read. */
export function systemFile(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}

/** The names in a directory; none where it cannot be read. */
export function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}
