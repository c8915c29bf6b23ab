import { dirname } from 'node:path';
import { InferenceSession } from 'onnxruntime-node';
import { writeProgram, type ProgramKind } from '../onnx/program/write-program.js';
import type { Feeds, Outputs, SessionSpec } from './decoder-session.js';
import { openingError, sessionOptions } from './execution-provider.js';

/** A program of a model, opened on a device: the graph from memory, the weights mapped from the model's own files. */
export class ProgramSession {
  readonly #session: InferenceSession;
  #runningMs = 0;

  private constructor(session: InferenceSession) {
    this.#session = session;
  }

  static async open({ modelFile, device, threads }: SessionSpec, kind: ProgramKind): Promise<ProgramSession> {
    const options = sessionOptions(device, threads);
    const folder = { model_external_initializers_file_folder_path: dirname(modelFile) };
    const program = writeProgram(modelFile, kind);
    const session = await InferenceSession.create(program, { ...options, extra: { session: folder } }).catch(
      (error: unknown) => {
        throw openingError(device, modelFile, error);
      },
    );
    return new ProgramSession(session);
  }

  /** Time in the runtime so far, in milliseconds. */
  get runningMs(): number {
    return this.#runningMs;
  }

  async run(feeds: Feeds, fetches: readonly string[]): Promise<Outputs> {
    const started = performance.now();
    const outputs = await this.#session.run(feeds, [...fetches]);
    this.#runningMs += performance.now() - started;
    return outputs;
  }

  async release(): Promise<void> {
    await this.#session.release();
  }
}
