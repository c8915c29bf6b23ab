import type { PyDict } from '../../python/value.js';
import type { DataSource } from './data-source.js';
import { readingOf } from './data-reading.js';
import { chooseFiles, type DataRepo, type DataRequest } from './repo/choose-files.js';
import { readDatasetCard, type DatasetCard } from './repo/dataset-card.js';
import { HubRepository } from '../../hub/hub-repository.js';
import type { HubSettings } from '../../hub/hub-settings.js';

/** A data set on the hub, by name. */
export interface HubRequest extends DataRequest {
  readonly name: string;
  /** Branch, tag or commit; null for the main branch. */
  readonly revision: string | null;
  readonly kwargs: PyDict;
  /** The task's file, for messages. */
  readonly file: string;
}

const MAIN = 'main';
/** The branch on which the hub keeps every data set as Parquet, also those that a script would make. */
const PARQUET_EXPORT = 'refs/convert/parquet';

/**
 * Finds a data set on the hub: its files are listed and its card is read now, its data are fetched when they are read.
 * Data sets that are made by a script are taken from the hub's Parquet export. Throws SweepError where it is not to be had.
 */
export async function findOnHub(request: HubRequest, settings: HubSettings): Promise<DataSource> {
  const { name } = request;
  const dataset = await HubRepository.open({ kind: 'dataset', name }, request.revision ?? MAIN, settings);
  if (dataset.paths.includes(`${name.split('/').at(-1) ?? name}.py`)) {
    const exported = await HubRepository.open({ kind: 'dataset', name }, PARQUET_EXPORT, settings);
    const repo = { name, files: exported.paths, card: exportCard(exported.paths) };
    return sourceOf(exported, repo, request);
  }
  const [readme, standalone] = [
    await dataset.readText('README.md'),
    await dataset.readText('.huggingface.yaml'),
  ];
  return sourceOf(
    dataset,
    { name, files: dataset.paths, card: readDatasetCard(readme, standalone, name) },
    request,
  );
}

function sourceOf(dataset: HubRepository, repo: DataRepo, request: HubRequest): DataSource {
  const chosen = chooseFiles(repo, request);
  const pathAt = new Map<string, string>();
  const splits: Record<string, string[]> = {};
  for (const [split, paths] of Object.entries(chosen.splits)) {
    splits[split] = paths.map((path) => {
      const place = dataset.placeOf(path);
      pathAt.set(place, path);
      return place;
    });
  }
  return {
    ...readingOf(chosen, request),
    splits,
    origin: { name: dataset.repo.name, config: chosen.config, revision: dataset.commit },
    fetch: async (place) => {
      const path = pathAt.get(place);
      if (path !== undefined) await dataset.fetch(path);
    },
  };
}

/** The export has a folder a configuration and in it a folder a split; `partial-` ones hold a part of a split only. */
function exportCard(paths: readonly string[]): DatasetCard {
  const splits = new Map<string, Map<string, string[]>>();
  for (const path of paths) {
    const [config, split, file] = path.split('/');
    if (config === undefined || split === undefined || file?.endsWith('.parquet') !== true) continue;
    if (split.startsWith('partial-')) continue;
    const ofConfig = splits.get(config) ?? new Map<string, string[]>();
    splits.set(config, ofConfig.set(split, [...(ofConfig.get(split) ?? []), path]));
  }
  return {
    features: {},
    configs: [...splits].map(([name, dataFiles]) => ({
      name,
      isDefault: name === 'default',
      dataFiles: Object.fromEntries(dataFiles),
      dataDir: null,
      options: {},
    })),
  };
}
