import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import type { CurveAnalysis } from '../analysis/curve-analysis.js';
import { CURVE_COLUMNS } from './columns.js';
import { curvesCsv } from './csv.js';

/** One row a curve as Parquet: the columns of the CSV with their types. */
export async function curvesParquet(curves: readonly CurveAnalysis[]): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), 'scalesweep-'));
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  try {
    const csv = join(folder, 'curves.csv');
    const parquet = join(folder, 'curves.parquet');
    await writeFile(csv, curvesCsv(curves));
    const columns = CURVE_COLUMNS.map(
      ({ name, isNumber }) => `'${name}': '${isNumber ? 'DOUBLE' : 'VARCHAR'}'`,
    );
    const source = `read_csv('${csv}', header = true, columns = {${columns.join(', ')}})`;
    await connection.run(`COPY (SELECT * FROM ${source}) TO '${parquet}' (FORMAT parquet)`);
    return await readFile(parquet);
  } finally {
    connection.closeSync();
    instance.closeSync();
    await rm(folder, { recursive: true, force: true });
  }
}
