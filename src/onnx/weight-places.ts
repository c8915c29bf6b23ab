import { realpathSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, relative, resolve } from 'node:path';
import type { OnnxModel } from './graph.js';

/** Where a model's weights are read from, as onnxruntime asks it. */
export interface WeightPlaces {
  /** The folder that locations of weights are relative to. */
  readonly folder: string;
  /** By the name of the model file, and by each location that it names: the location of the same bytes in `folder`. */
  readonly names: ReadonlyMap<string, string>;
}

/**
 * Where the weights of a model lie once links are followed: onnxruntime refuses weights that a link leads out of their folder,
 * as all links of the hub's cache do. Without such links it is the model's own folder and its own locations. A location that
 * itself leads out of the folder stays as it is, to be refused.
 */
export function weightPlaces({ file, graph }: OnnxModel): WeightPlaces {
  const folder = dirname(resolve(file));
  const beside = graph.initializers.flatMap(({ external }) => external?.location ?? []);
  const locations = [...new Set([basename(file), ...beside])];
  const own = { folder, names: new Map(locations.map((location) => [location, location])) };
  try {
    const real = locations.map((location) => realpathSync(join(folder, location)));
    const isWithin = (path: string, parent: string): boolean => !leadsOut(relative(parent, path));
    const home = realpathSync(folder);
    if (locations.some(leadsOut) || real.every((path) => isWithin(path, home))) return own;
    let common = dirname(real[0] ?? folder);
    while (!real.every((path) => isWithin(path, common))) common = dirname(common);
    const names = locations.map(
      (location, index) => [location, relative(common, real[index] ?? '').replaceAll('\\', '/')] as const,
    );
    return { folder: common, names: new Map(names) };
  } catch {
    // A file that is not there is for onnxruntime to miss.
    return own;
  }
}

function leadsOut(location: string): boolean {
  return isAbsolute(location) || location.split(/[\\/]/).includes('..');
}
