import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InferenceSession, type Tensor } from 'onnxruntime-node';
import { TrialError } from '../errors.js';
import {
  executionProviderName,
  openingError,
  sessionOptions,
  threadAffinities,
} from './execution-provider.js';
import { strayNodes } from './placement.js';

export interface SessionSpec {
  readonly modelFile: string;
  readonly device: string;
  readonly threads: number;
  /** Nodes that a GPU leaves to the CPU are remarked upon instead of refused. @default false */
  readonly allowCpuNodes?: boolean;
  /** Processors that the threads of a session on the CPU stay on; none: wherever the system places them. */
  readonly processors?: readonly number[];
}

type Values = Readonly<Record<string, Tensor>>;
type Options = InferenceSession.SessionOptions;

/** A graph opened on a device. Off the CPU, what runs before `checkPlacement` is profiled: it shows which node ran where. */
export class DeviceSession {
  readonly #session: InferenceSession;
  readonly #spec: SessionSpec;
  /** Directory of the profile while it is being written. */
  #profile: string | null;
  #runningMs = 0;

  private constructor(session: InferenceSession, spec: SessionSpec, profile: string | null) {
    this.#session = session;
    this.#spec = spec;
    this.#profile = profile;
  }

  /** Opens a file, or a graph from memory. Throws SweepError. */
  static async open(graph: string | Uint8Array, spec: SessionSpec, more: Options): Promise<DeviceSession> {
    const { device, threads, modelFile, processors = [] } = spec;
    const extra = { session: { ...extraSession(more), ...threadAffinities(threads, processors) } };
    const options = { ...sessionOptions(device, threads), ...more, extra };
    const profile = device === 'cpu' ? null : mkdtempSync(join(tmpdir(), 'scalesweep-profile-'));
    const profiling =
      profile === null ? {} : { enableProfiling: true, profileFilePrefix: join(profile, 'run') };
    const opened =
      typeof graph === 'string'
        ? InferenceSession.create(graph, { ...options, ...profiling })
        : InferenceSession.create(graph, { ...options, ...profiling });
    const session = await opened.catch((error: unknown) => {
      if (profile !== null) rmSync(profile, { recursive: true });
      throw openingError(device, modelFile, error);
    });
    return new DeviceSession(session, spec, profile);
  }

  /** Time in the runtime so far, in milliseconds. */
  get runningMs(): number {
    return this.#runningMs;
  }

  async run(feeds: Values, fetches: readonly string[]): Promise<Values> {
    const started = performance.now();
    const outputs = await this.#session.run(feeds, [...fetches]);
    this.#runningMs += performance.now() - started;
    return outputs;
  }

  /**
   * To be asked once, after a probe run: the nodes that the device left to the CPU, beyond the arithmetic of shapes. Throws
   * TrialError NODES_ON_CPU where there are any and they are not allowed. Runs are not profiled any more afterwards.
   */
  checkPlacement(): string[] {
    const { device, modelFile, allowCpuNodes = false } = this.#spec;
    if (this.#profile === null) return [];
    this.#session.endProfiling();
    const stray = readdirSync(this.#profile).flatMap((file) =>
      strayNodes(readFileSync(join(this.#profile ?? '', file), 'utf8'), executionProviderName(device)),
    );
    this.#forgetProfile();
    if (stray.length > 0 && !allowCpuNodes) throw onCpu(device, modelFile, stray);
    return stray;
  }

  async release(): Promise<void> {
    await this.#session.release();
    this.#forgetProfile();
  }

  #forgetProfile(): void {
    if (this.#profile !== null) rmSync(this.#profile, { recursive: true });
    this.#profile = null;
  }
}

function extraSession({ extra }: Options): Readonly<Record<string, unknown>> {
  return (extra as { session?: Record<string, unknown> } | undefined)?.session ?? {};
}

const SHOWN = 6;

/** Some nodes by name, and how many more there are. */
export function listNodes(nodes: readonly string[]): string {
  const more = nodes.length > SHOWN ? ` and ${nodes.length - SHOWN} more` : '';
  return `${nodes.slice(0, SHOWN).join(', ')}${more}`;
}

function onCpu(device: string, modelFile: string, nodes: readonly string[]): TrialError {
  return new TrialError(
    'NODES_ON_CPU',
    `Expected ${device} to run all of ${modelFile}, but it leaves ${nodes.length} node${nodes.length === 1 ? '' : 's'} to the CPU: ${listNodes(nodes)}; ` +
      `use another export or precision, or --allow-cpu-nodes to run it all the same.`,
  );
}
