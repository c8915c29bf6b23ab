import { loadFamily } from '../catalog/load-family.js';
import { PRECISIONS } from '../domain/model.js';
import { SweepError } from '../errors.js';
import { checkNumerics, type NumericsRow } from '../engine/check-numerics.js';
import { findDevices } from '../machine/find-devices.js';

/** What `scalesweep doctor --model` prints: how far the ways of running a model lie apart, on every usable device. */
export async function numericsReport(directory: string, json: boolean): Promise<string> {
  const { models } = await loadFamily(directory);
  const devices = (await findDevices()).filter(({ works }) => works).map(({ device }) => device);
  const reports: { model: string; precision: string; rows: NumericsRow[] }[] = [];
  for (const model of models) {
    for (const precision of PRECISIONS.filter((name) => model.files[name] !== undefined)) {
      reports.push({
        model: model.name,
        precision,
        rows: await checkNumerics(model, { precision, devices }),
      });
    }
  }
  if (reports.length === 0)
    throw new SweepError('NO_MODEL', `Expected a model in ${directory}, but there is none.`);
  if (json) return `${JSON.stringify(reports, null, 2)}\n`;
  return `${reports.map(({ model, precision, rows }) => [`${model} ${precision}, against full logits on cpu, a context at a time`, ...rows.map(render)].join('\n')).join('\n\n')}\n`;
}

function render(row: NumericsRow): string {
  const { device, way, maxDifference, flipped, questions, differentGenerations, generations, notes } = row;
  const numbers = [
    `${maxDifference.toExponential(1)} nats a token`,
    `${flipped} of ${questions} answers flipped`,
    `${differentGenerations} of ${generations} generations differ`,
  ];
  const reasons = notes.filter((note) => !note.endsWith('programs are switched off'));
  return [
    `  ${device.padEnd(8)} ${way.padEnd(30)} ${numbers.join(', ')}`,
    ...reasons.map((note) => `           (${note})`),
  ].join('\n');
}
