import { dirname } from 'node:path';
import { writeProgram, type ProgramKind } from '../onnx/program/write-program.js';
import type { Feeds, Outputs } from './decoder-session.js';
import { DeviceSession, type SessionSpec } from './device-session.js';

/** A program of a model, opened on a device: the graph from memory, the weights mapped from the model's own files. */
export class ProgramSession {
  readonly #session: DeviceSession;

  private constructor(session: DeviceSession) {
    this.#session = session;
  }

  /**
   * Opens a program, written anew or as `written` gives it; outputs named in `onDevice` stay in the memory of a WebGPU device.
   * Throws SweepError.
   */
  static async open(
    spec: SessionSpec,
    kind: ProgramKind,
    { onDevice = [], written }: { readonly onDevice?: readonly string[]; readonly written?: Uint8Array } = {},
  ): Promise<ProgramSession> {
    const folder = { model_external_initializers_file_folder_path: dirname(spec.modelFile) };
    const locations = Object.fromEntries(onDevice.map((name) => [name, 'gpu-buffer' as const]));
    const session = await DeviceSession.open(
      written ?? writeProgram(spec.modelFile, kind, spec.device),
      spec,
      {
        extra: { session: folder },
        ...(onDevice.length === 0 ? {} : { preferredOutputLocation: locations }),
      },
    );
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
