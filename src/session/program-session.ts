import { writeProgram, type ProgramKind } from '../onnx/program/write-program.js';
import { readModelFile } from '../onnx/read-model.js';
import { weightPlaces } from '../onnx/weight-places.js';
import type { Feeds, Outputs } from './decoder-session.js';
import { DeviceSession, type SessionSpec } from './device-session.js';

/** A program's bytes, and the folder that the locations of its weights are relative to. */
interface ReadyProgram {
  readonly written: Uint8Array;
  readonly folder: string;
}

interface OpeningOptions {
  readonly onDevice?: readonly string[];
  readonly ready?: ReadyProgram;
}

function writtenAnew({ modelFile, device }: SessionSpec, kind: ProgramKind): ReadyProgram {
  const { folder } = weightPlaces(readModelFile(modelFile));
  return { written: writeProgram(modelFile, kind, device), folder };
}

/** A program of a model, opened on a device: the graph from memory, the weights mapped from the model's own files. */
export class ProgramSession {
  readonly #session: DeviceSession;

  private constructor(session: DeviceSession) {
    this.#session = session;
  }

  /**
   * Opens a program, written anew or as `ready` gives it, with the folder of its weights; outputs named in `onDevice` stay in the
   * memory of a WebGPU device. Throws SweepError.
   */
  static async open(
    spec: SessionSpec,
    kind: ProgramKind,
    { onDevice = [], ready = writtenAnew(spec, kind) }: OpeningOptions = {},
  ): Promise<ProgramSession> {
    const locations = Object.fromEntries(onDevice.map((name) => [name, 'gpu-buffer' as const]));
    const session = await DeviceSession.open(ready.written, spec, {
      extra: { session: { model_external_initializers_file_folder_path: ready.folder } },
      ...(onDevice.length === 0 ? {} : { preferredOutputLocation: locations }),
    });
    return new ProgramSession(session);
  }

  /** Time in the runtime so far, in milliseconds. */
  get runningMs(): number {
    return this.#session.runningMs;
  }

  async run(feeds: Feeds, fetches: readonly string[]): Promise<Outputs> {
    return await this.#session.run(feeds, fetches);
  }

  /** To be asked once, after a probe run: what the device left to the CPU. Throws TrialError NODES_ON_CPU. */
  checkPlacement(): string[] {
    return this.#session.checkPlacement();
  }

  async release(): Promise<void> {
    await this.#session.release();
  }
}
