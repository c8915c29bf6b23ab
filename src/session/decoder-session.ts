import { env, Tensor } from 'onnxruntime-node';
import { decoderSignature, type DecoderSignature } from '../onnx/decoder-signature.js';
import { readModelFile } from '../onnx/read-model.js';
import { DeviceSession, type SessionSpec } from './device-session.js';
import { emptyCache, IdMatrix, scalar } from './tensors.js';

export type Feeds = Record<string, Tensor>;
export type Outputs = Readonly<Record<string, Tensor>>;

/** One forward pass: ids with their mask and positions, after a cache (null for none). */
export interface Pass {
  readonly ids: IdMatrix;
  /** Columns: cache length plus ids. */
  readonly mask: IdMatrix | null;
  readonly positions: IdMatrix | null;
  readonly cache: Outputs | null;
}

// What goes wrong is thrown; onnxruntime need not print it as well.
env.logLevel = 'fatal';

/** A model as exported, opened on a device. */
export class DecoderSession {
  readonly signature: DecoderSignature;
  /** Rows of different length may be padded on the left. */
  readonly padsLeft: boolean;
  readonly #session: DeviceSession;

  private constructor(session: DeviceSession, signature: DecoderSignature, padsLeft: boolean) {
    this.#session = session;
    this.signature = signature;
    this.padsLeft = padsLeft;
  }

  /** Opens a model by path, so that external weights are mapped, not copied. Throws SweepError. */
  static async open(
    spec: SessionSpec,
    { padsLeft }: { readonly padsLeft: boolean },
  ): Promise<DecoderSession> {
    const signature = decoderSignature(readModelFile(spec.modelFile));
    return new DecoderSession(await DeviceSession.open(spec.modelFile, spec, {}), signature, padsLeft);
  }

  /** Time in the runtime so far, in milliseconds. */
  get runningMs(): number {
    return this.#session.runningMs;
  }

  /** Runs a row of `columns` tokens, so that the first batch is not slower than the others; gives what the device left to the CPU. */
  async warmUp(columns: number): Promise<string[]> {
    const mask = this.matrix('attentionMask', 1, columns);
    mask?.fill(0, 0, columns, 1);
    const positions = this.matrix('positionIds', 1, columns);
    await this.run({ ids: this.ids(1, columns), mask, positions, cache: null }, { cache: false });
    return this.#session.checkPlacement();
  }

  /** A matrix for one of the integer inputs, null where the model has no such input. */
  matrix(input: 'attentionMask' | 'positionIds', rows: number, columns: number): IdMatrix | null {
    const port = this.signature[input];
    return port === null ? null : new IdMatrix(rows, columns, port.elementType);
  }

  ids(rows: number, columns: number): IdMatrix {
    return new IdMatrix(rows, columns, this.signature.inputIds.elementType);
  }

  /** Runs a pass; gives the logits [rows, columns, vocabulary] and, if asked, the cache under the names of the inputs it feeds. */
  async run(pass: Pass, wants: { readonly cache: boolean }): Promise<{ logits: Tensor; cache: Outputs }> {
    const { logits, cache } = this.signature;
    const presents = wants.cache ? cache.map(({ present }) => present) : [];
    const feeds = this.#feeds(pass);
    const outputs = await this.#session.run(feeds, [logits.name, ...presents]);
    const next: Feeds = {};
    for (const { past, present } of cache) {
      const tensor = outputs[present];
      if (tensor !== undefined) next[past] = tensor;
    }
    return { logits: outputs[logits.name] as Tensor, cache: next };
  }

  async release(): Promise<void> {
    await this.#session.release();
  }

  #feeds({ ids, mask, positions, cache }: Pass): Feeds {
    const { signature } = this;
    const feeds: Feeds = { [signature.inputIds.name]: ids.tensor() };
    if (signature.attentionMask !== null && mask !== null)
      feeds[signature.attentionMask.name] = mask.tensor();
    if (signature.positionIds !== null && positions !== null)
      feeds[signature.positionIds.name] = positions.tensor();
    if (signature.rowsToKeep !== null) feeds[signature.rowsToKeep.name] = scalar(signature.rowsToKeep, 0);
    if (signature.useCacheBranch !== null) {
      feeds[signature.useCacheBranch] = new Tensor('bool', Uint8Array.of(cache === null ? 0 : 1), [1]);
    }
    for (const entry of signature.cache)
      feeds[entry.past] = cache?.[entry.past] ?? emptyCache(entry, ids.rows);
    return feeds;
  }
}
