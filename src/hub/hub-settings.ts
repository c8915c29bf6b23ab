import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** How the hub is reached, by the environment variables that its own tools follow. */
export interface HubSettings {
  /** Base address, without a slash at the end. */
  readonly endpoint: string;
  readonly token: string | null;
  /** Folder of `datasets--org--name/` and `models--org--name/`, laid out as huggingface_hub lays it out. */
  readonly cache: string;
  /** Nothing is asked of the network. */
  readonly isOffline: boolean;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Reads HF_ENDPOINT, HF_TOKEN (or the token file of `hf auth login`), HF_HUB_CACHE, HF_HOME and HF_HUB_OFFLINE. */
export function readHubSettings(environment: Environment = process.env): HubSettings {
  const home =
    environment['HF_HOME'] ?? join(environment['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'huggingface');
  return {
    endpoint: (environment['HF_ENDPOINT'] || 'https://huggingface.co').replace(/\/+$/, ''),
    token: tokenOf(environment, home),
    cache: environment['HF_HUB_CACHE'] ?? environment['HUGGINGFACE_HUB_CACHE'] ?? join(home, 'hub'),
    isOffline: isOn(environment['HF_HUB_OFFLINE']) || isOn(environment['HF_DATASETS_OFFLINE']),
  };
}

const isOn = (value: string | undefined): boolean => /^(1|on|yes|true)$/i.test(value ?? '');

function tokenOf(environment: Environment, home: string): string | null {
  const given = environment['HF_TOKEN'] ?? environment['HUGGING_FACE_HUB_TOKEN'];
  const file = environment['HF_TOKEN_PATH'] ?? join(home, 'token');
  const text = given ?? (existsSync(file) ? readFileSync(file, 'utf8') : '');
  return text.trim() === '' ? null : text.trim();
}
