import type { ModelSettings } from './model-settings.js';

/** What bounds a batch. */
export interface LayoutLimits extends Pick<ModelSettings, 'maxLength' | 'prefixToken'> {
  /** Upper bound of rows x padded tokens in one batch, as far as one request fits it. */
  readonly maxBatchTokens: number;
  /** Rows may branch (the tree program): what they share is computed once, and counted once. */
  readonly branches: boolean;
}
