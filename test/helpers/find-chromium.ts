import { existsSync, realpathSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];
// What a package calls `chromium` is a script; the program and its drivers lie in one of these.
const PROGRAM_FOLDERS = ['/usr/lib/chromium', '/usr/lib/chromium-browser', '/usr/lib64/chromium-browser'];
const DRIVER = 'vk_swiftshader_icd.json';

/** What is said where a test needs a browser and there is none. */
export const NO_CHROMIUM = 'there is no chromium: install it (Debian: apt-get install chromium)';

/** Path of a Chromium or Chrome that can be started, from CHROMIUM_PATH or found on PATH; null where there is none. */
export function findChromium(): string | null {
  const named = process.env['CHROMIUM_PATH'];
  const places = (process.env['PATH'] ?? '').split(delimiter);
  const candidates = NAMES.flatMap((name) => places.map((place) => join(place, name)));
  return [named ?? '', ...candidates].find((path) => path !== '' && existsSync(path)) ?? null;
}

/**
 * Environment under which WebGPU of a child process runs on SwiftShader, the software Vulkan driver beside Chromium, with
 * Chromium's own Vulkan loader where it has one; null where there is no such driver.
 */
export function softwareVulkan(): Record<string, string> | null {
  const chromium = findChromium();
  const folders = [...(chromium === null ? [] : [dirname(realpathSync(chromium))]), ...PROGRAM_FOLDERS];
  const folder = folders.find((place) => existsSync(join(place, DRIVER)));
  if (folder === undefined) return null;
  const libraries = [process.env['LD_LIBRARY_PATH'] ?? '', folder].filter((place) => place !== '');
  return { VK_DRIVER_FILES: join(folder, DRIVER), LD_LIBRARY_PATH: libraries.join(delimiter) };
}
