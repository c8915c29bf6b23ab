import type { Response, TextRequest } from './request.js';
import type { TrialUsage } from './usage.js';

/** One trial as an engine sees it: a model file and the requests to answer. */
export interface TrialJob {
  readonly key: string;
  /** Absolute path of the ONNX file. */
  readonly modelFile: string;
  /** The model directory: config.json, generation_config.json. */
  readonly modelDirectory: string;
  readonly tokenizerFile: string;
  readonly workloadId: string;
  readonly requests: readonly TextRequest[];
  /** One piece of a workload of many: an engine forgets its ids when it has been laid out. @default false */
  readonly isPiece?: boolean;
  /** Intra-op threads of one worker's session, from the plan. */
  readonly threads: number;
  /** Upper bound of rows x padded tokens in one batch, from the plan. */
  readonly maxBatchTokens: number;
  /** What the parts of a batch are bound to, where memory did not suffice for whole ones before. @default maxBatchTokens */
  readonly maxPartTokens?: number;
  /** Indexes of the batches that the journal already holds. */
  readonly finishedBatches: ReadonlySet<number>;
}

/** How an engine cut a trial into batches: a pure function of requests, tokenizer and job, never of timing. */
export interface TrialLayout {
  readonly nBatches: number;
  /** sha256 (hex) over the request indexes of every batch; a resumed trial must find the same. */
  readonly digest: string;
}

/** One finished batch: the answers and what they cost. */
export interface BatchResult {
  readonly index: number;
  /** Positions in the job's `requests`, in the order of `responses`. */
  readonly requests: readonly number[];
  readonly responses: readonly Response[];
  /** Wall time in the worker from first tensor to last answer, load and warm-up excluded. */
  readonly elapsedMs: number;
  /** Tokens fed as prompt (contexts and scored continuations), padding excluded. */
  readonly promptTokens: number;
  readonly generatedTokens: number;
  /** Rows x padded length actually computed at prefill. */
  readonly computedTokens: number;
  /** Rows in the batch. */
  readonly rows: number;
}

/** What a finished batch cost, without the answers. */
export interface BatchCost extends Omit<BatchResult, 'requests' | 'responses'> {
  readonly nRequests: number;
}

/** What an engine knows of a trial beside its answers. */
export interface TrialTelemetry {
  /** Time to open the session and warm it up (0 when it was open already). */
  readonly loadMs: number;
  /** Peak resident memory of the engine process so far. */
  readonly peakRssBytes: number;
  readonly workers: number;
  readonly threads: number;
  /** Execution provider that ran it, as the runtime names it. */
  readonly executionProvider: string;
  /** Remarks a reader of the numbers needs, such as "runs the plain way: ...". */
  readonly notes: readonly string[];
  /** What it used of the device; journals of earlier versions do not say. */
  readonly usage?: TrialUsage;
}

export interface TrialHandlers {
  /** Called once, before the first batch. Throwing refuses the trial. */
  readonly onLayout: (layout: TrialLayout) => void;
  /** Called for every batch in any order. */
  readonly onBatch: (batch: BatchResult) => void;
  /** Memory did not suffice: batches go in parts of so many tokens from now on, and should when the trial is resumed. */
  readonly onBound?: (maxPartTokens: number) => void;
}

/** One device at work. Several trials may be in flight; `capacity` says how many keep it busy. */
export interface Engine {
  readonly device: string;
  readonly capacity: number;
  /** Resolves when every unfinished batch was delivered; rejects with TrialError when the trial cannot be completed. */
  runTrial(job: TrialJob, handlers: TrialHandlers): Promise<TrialTelemetry>;
  /** Lets batches in flight finish, then ends the process. */
  close(): Promise<void>;
  /** Ends the process at once. */
  kill(): void;
}
