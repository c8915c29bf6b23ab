import { availableParallelism } from 'node:os';
import type { TrialTelemetry } from '../domain/engine.js';
import { TrialError } from '../errors.js';
import { digestOfFile } from '../files/digest.js';
import { peakRssBytes } from '../machine/process-memory.js';
import { processorNodes } from '../machine/processor-nodes.js';
import type { DecoderDimensions } from '../onnx/decoder-work.js';
import { executionProviderName } from '../session/execution-provider.js';
import type { ModelSettings } from '../session/model-settings.js';
import { TimedCodec } from '../session/timed-codec.js';
import { Tokenizer } from '../tokenizer/tokenizer.js';
import { BatchQueue, type QueuedBatch } from './batch-queue.js';
import { resultOf, tokensOf, workOf } from './batch-results.js';
import type { BatchReply } from './batch-task.js';
import { fromFailure, toFailure } from './failure.js';
import { ModelFactsCache } from './model-facts.js';
import { mayOpenAhead } from './model-lanes.js';
import type { EngineSettings, FromEngine, JobTicket } from './protocol.js';
import type { Outbox } from './outbox.js';
import { RequestMail } from './request-mail.js';
import { UsageMeter } from './usage-meter.js';
import { layoutOf, WorkloadStore, type PackedLayout } from './workload-store.js';

const CORES = availableParallelism();

/** A tokenizer, by the first file that held it. */
interface OpenTokenizer {
  readonly tokenizer: Tokenizer;
  /** sha256 (hex) of the file. */
  readonly digest: string;
  readonly file: string;
}

/** Everything needed to run one trial's batches. */
interface OpenTrial {
  readonly job: JobTicket;
  readonly layout: PackedLayout;
  /** The first file seen with the trial's tokenizer. */
  readonly tokenizerFile: string;
  readonly settings: ModelSettings;
  readonly modelBytes: number;
  /** Its model may be opened while another one answers. */
  readonly opensAhead: boolean;
  readonly dimensions: DecoderDimensions;
  /** What making its ids took; 0 where another trial had the same texts before. */
  readonly tokenizerMs: number;
  readonly queued: QueuedBatch[];
  maxPartTokens: number;
  remaining: number;
  isMetered: boolean;
  loadMs: number;
  readonly notes: Set<string>;
}

const IN_PARTS = 'runs batches in smaller parts because memory did not suffice';

/** Where an engine process takes trials in: it makes ids and batches, queues them, and reports every answer. */
export class TrialDesk {
  readonly mail: RequestMail;
  readonly #settings: EngineSettings;
  readonly #outbox: Outbox<FromEngine>;
  readonly #queue: BatchQueue;
  readonly #workloads = new WorkloadStore();
  readonly #facts = new ModelFactsCache();
  readonly #tokenizerDigests = new Map<string, Promise<string>>();
  readonly #tokenizers = new Map<string, OpenTokenizer>();
  readonly #open = new Map<string, OpenTrial>();
  readonly #usage: UsageMeter;

  constructor(settings: EngineSettings, outbox: Outbox<FromEngine>) {
    this.#settings = settings;
    this.#outbox = outbox;
    this.#usage = new UsageMeter(settings.device);
    // The conductor has to know what was in a process that ends.
    this.#queue = new BatchQueue({ ...settings, nodes: settings.affinity ? processorNodes() : null }, () =>
      outbox.flush(),
    );
    this.mail = new RequestMail((key, workloadId) => outbox.post({ type: 'want-requests', key, workloadId }));
  }

  /** Starts a trial; what becomes of it is sent. */
  async run(job: JobTicket): Promise<void> {
    try {
      const trial = await this.#prepare(job);
      this.#outbox.post({
        type: 'layout',
        key: job.key,
        layout: { nBatches: trial.layout.batches.length, digest: trial.layout.digest },
      });
      this.#open.set(job.key, trial);
      trial.remaining = trial.queued.length;
      this.#queue.add(trial.queued);
      this.#finishIfDone(trial);
    } catch (error) {
      this.#outbox.post({ type: 'failed', key: job.key, failure: toFailure(error) });
    }
  }

  /** Forgets a trial; what runs of it is not reported. */
  drop(key: string): void {
    const trial = this.#open.get(key);
    if (trial === undefined) return;
    this.#open.delete(key);
    this.#usage.drop(key);
    const queued = new Set(trial.queued);
    this.#queue.remove((batch) => queued.has(batch));
  }

  /** Resolves when the running batches are back and the threads are gone. */
  async close(): Promise<void> {
    await this.#queue.close();
  }

  async #prepare(job: JobTicket): Promise<OpenTrial> {
    executionProviderName(this.#settings.device);
    const facts = this.#facts.of(job.modelFile, job.modelDirectory);
    const { tokenizer, digest, file: tokenizerFile } = await this.#tokenizerOf(job.tokenizerFile);
    const settings = this.#facts.settingsOf(job.modelDirectory, tokenizer);
    const key = { tokenizerDigest: digest, workloadId: job.workloadId, settings };
    const codec = new TimedCodec(tokenizer);
    const encoded = await this.#workloads.encoded(key, async () => ({
      requests: await this.mail.request(job.key, job.workloadId),
      codec,
    }));
    const shares = this.#settings.programs ? facts.shares : 'nothing';
    const limits = { ...settings, maxBatchTokens: job.maxBatchTokens, shares };
    const layout = layoutOf(encoded, limits, { ...facts, modelFile: job.modelFile });
    // The pieces of a workload come one after another: by the next model, the first would be gone again.
    if (job.isPiece === true) this.#workloads.forget(key);
    const trial: OpenTrial = {
      job,
      layout,
      tokenizerFile,
      settings,
      modelBytes: facts.bytes,
      opensAhead: mayOpenAhead(
        { device: this.#settings.device, threads: job.threads, bytes: facts.bytes },
        CORES,
      ),
      dimensions: facts.dimensions,
      tokenizerMs: codec.spentMs,
      queued: [],
      maxPartTokens: job.maxPartTokens,
      remaining: 0,
      isMetered: false,
      loadMs: 0,
      notes: new Set<string>(),
    };
    const finished = new Set(job.finishedBatches);
    layout.batches.forEach((_, index) => {
      const wanted = job.onlyBatch === null ? !finished.has(index) : index === job.onlyBatch;
      if (wanted) trial.queued.push(this.#queuedBatch(trial, index));
    });
    return trial;
  }

  #queuedBatch(trial: OpenTrial, index: number): QueuedBatch {
    const { job, settings, layout } = trial;
    const { key } = job;
    const batch = layout.batches[index];
    if (batch === undefined)
      throw new TrialError('BAD_LAYOUT', `Expected a batch ${index} in trial ${key}, but there is none.`);
    return {
      threads: Math.min(job.threads, this.#settings.workers),
      alone: job.onlyBatch !== null,
      size: { kind: batch.kind, tokens: tokensOf(batch), modelBytes: trial.modelBytes },
      modelFile: job.modelFile,
      opensAhead: trial.opensAhead,
      task: () => ({
        modelFile: job.modelFile,
        tokenizerFile: trial.tokenizerFile,
        device: this.#settings.device,
        threads: job.threads,
        programs: this.#settings.programs,
        allowCpuNodes: this.#settings.allowCpuNodes,
        modelBytes: trial.modelBytes,
        endTokens: settings.endTokens,
        endText: settings.endText,
        work: workOf(batch, trial.maxPartTokens),
      }),
      onDispatch: () => {
        this.#meter(trial);
        this.#outbox.post({ type: 'dispatched', key, index });
      },
      onReply: (reply) => this.#takeReply(trial, index, reply),
      onHang: (elapsedMs) => this.#outbox.post({ type: 'hung', key, index, elapsedMs }),
    };
  }

  // What a trial uses is counted from its first batch on, not while it waits for those before it.
  #meter(trial: OpenTrial): void {
    if (trial.isMetered) return;
    trial.isMetered = true;
    this.#usage.open(trial.job.key, trial);
  }

  #takeReply(trial: OpenTrial, index: number, reply: BatchReply): void {
    const { key } = trial.job;
    if (this.#open.get(key) !== trial) return;
    const batch = trial.layout.batches[index];
    if (!reply.ok || batch === undefined) {
      this.drop(key);
      this.#outbox.post({
        type: 'failed',
        key,
        failure: reply.ok ? toFailure(new Error('no batch')) : toFailure(fromFailure(reply.failure)),
      });
      return;
    }
    trial.loadMs = Math.max(trial.loadMs, reply.loadMs);
    for (const note of reply.notes) trial.notes.add(note);
    if (reply.maxPartTokens < trial.maxPartTokens) {
      trial.maxPartTokens = reply.maxPartTokens;
      this.#outbox.post({ type: 'bound', key, maxPartTokens: reply.maxPartTokens });
    }
    trial.remaining--;
    this.#usage.count(key, { batch, ...reply });
    const result = resultOf({ index, batch }, reply.answer, reply.elapsedMs);
    this.#outbox.post({ type: 'batch', key, batch: result });
    this.#finishIfDone(trial);
  }

  #finishIfDone(trial: OpenTrial): void {
    if (trial.remaining > 0) return;
    this.#meter(trial);
    this.#open.delete(trial.job.key);
    this.#outbox.post({ type: 'finished', key: trial.job.key, telemetry: this.#telemetryOf(trial) });
  }

  #telemetryOf({ job, loadMs, notes, maxPartTokens }: OpenTrial): TrialTelemetry {
    const { workers, device } = this.#settings;
    const usage = this.#usage.close(job.key);
    return {
      ...(usage === null ? {} : { usage }),
      loadMs,
      peakRssBytes: peakRssBytes(),
      workers: Math.max(1, Math.floor(workers / job.threads)),
      threads: job.threads,
      executionProvider: executionProviderName(device),
      notes: [...notes, ...(maxPartTokens < job.maxBatchTokens ? [IN_PARTS] : [])],
    };
  }

  // Models of a family carry copies of one tokenizer: it is loaded once, here and in every worker.
  async #tokenizerOf(file: string): Promise<OpenTokenizer> {
    const digest = this.#tokenizerDigests.get(file) ?? digestOfFile(file);
    this.#tokenizerDigests.set(file, digest);
    const known = this.#tokenizers.get(await digest) ?? {
      tokenizer: Tokenizer.fromFile(file),
      digest: await digest,
      file,
    };
    this.#tokenizers.set(known.digest, known);
    return known;
  }
}
