import { InferenceSession, Tensor } from 'onnxruntime-node';
import { expect, test } from 'vitest';
import { bytesField, integerField, joinBytes, stringField } from '../../src/onnx/encode-wire.js';
import { argMax } from '../../src/onnx/program/arg-max.js';
import { commonConstants, graphInput, graphOutput } from '../../src/onnx/program/vocabulary.js';

/** A model that is nothing but `argMax`. */
function model(width: number, opset: number): Uint8Array {
  const graph = joinBytes([
    stringField(2, 'arg-max'),
    graphInput('x', 'float32', ['rows', width]),
    ...commonConstants(),
    ...argMax('x', { output: 'y', width, opset }),
    graphOutput('y', 'int64', ['rows', 1]),
  ]);
  return joinBytes([
    integerField(1, 8),
    bytesField(7, graph),
    bytesField(8, joinBytes([stringField(1, ''), integerField(2, opset)])),
  ]);
}

function firstOfLargest(row: Float32Array): number {
  return row.indexOf(row.reduce((most, value) => Math.max(most, value), -Infinity));
}

// 29 x 1733, 64 x 64, a prime, less than a block.
test.each([
  [50_257, 13],
  [4096, 13],
  [4096, 18],
  [97, 18],
  [6, 13],
])('the first of the largest of %i numbers, in operator set %i', async (width, opset) => {
  const rows = 12;
  const data = new Float32Array(rows * width);
  let state = 1;
  // Few different numbers: the largest stands in many places.
  for (let index = 0; index < data.length; index++) {
    state = (state * 48_271) % 2_147_483_647;
    data[index] = index % 3 === 0 ? (state % 50) - 60 : -100;
  }
  data.fill(-Infinity, 0, width);
  data[width - 1] = -1e30;
  const session = await InferenceSession.create(model(width, opset), { logSeverityLevel: 4 });
  const { y } = await session.run({ x: new Tensor('float32', data, [rows, width]) });
  const expected = Array.from({ length: rows }, (_, row) =>
    firstOfLargest(data.subarray(row * width, (row + 1) * width)),
  );
  expect(Array.from(y?.data as BigInt64Array, Number)).toEqual(expected);
  await session.release();
});
