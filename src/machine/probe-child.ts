/**
 * Runs in a child process, since what it tries may take the process down: loads the addon, or opens a session on one
 * execution provider and adds two numbers there.
 *
 * usage: node probe-child.js addon FILE | node probe-child.js cpu|webgpu|cuda [DEVICE_ID]
 * Prints one JSON line last: {"works":true} or {"works":false,"reason":"..."}.
 */
/** An ONNX graph of one node, y = x + x over two floats (opset 17). */
const TINY_MODEL =
  'CAgSADo5Cg4KAXgKAXgSAXkiA0FkZBIFcHJvYmVaDwoBeBIKCggIARIECgIIAmIPCgF5EgoKCAgBEgQKAggCQgQKABAR';
const LOG_FATAL = 4;

async function probeProvider(name: string, deviceId: number): Promise<void> {
  const { InferenceSession, Tensor } = await import('onnxruntime-node');
  const session = await InferenceSession.create(Buffer.from(TINY_MODEL, 'base64'), {
    executionProviders: [name === 'cuda' ? { name, deviceId } : name],
    logSeverityLevel: LOG_FATAL,
    // Without this a provider that refuses the node would pass it to the CPU, and seem to work.
    extra: { session: { disable_cpu_ep_fallback: name === 'cpu' ? '0' : '1' } },
  });
  const { y } = await session.run({ x: new Tensor('float32', [1, 2], [2]) });
  const sum = Array.from((y?.data ?? []) as Float32Array);
  if (sum[0] !== 2 || sum[1] !== 4) throw new Error(`computed ${sum.join(', ')} where 2, 4 was expected`);
  await session.release();
}

async function probe([subject = '', argument = '0']: readonly string[]): Promise<void> {
  if (subject === 'addon') process.dlopen({ exports: {} }, argument);
  else await probeProvider(subject, Number(argument));
}

try {
  await probe(process.argv.slice(2));
  process.stdout.write('{"works":true}\n');
} catch (error) {
  const reason = error instanceof Error ? error.message : String(error);
  process.stdout.write(`${JSON.stringify({ works: false, reason })}\n`);
}
