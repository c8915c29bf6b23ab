import type { ModelSettings } from './model-settings.js';

/**
 * What is computed once, and counted once: nothing; the context of continuations, where rows may branch (the tree program); what
 * many contexts begin with as well, where a model also goes on behind a cache: prefixes of some length, or any beginning that spares
 * work, where several rows may follow it side by side.
 */
export type Shares = 'nothing' | 'contexts' | 'prefixes' | 'beginnings';

/** What bounds a batch. */
export interface LayoutLimits extends Pick<ModelSettings, 'maxLength' | 'prefixToken'> {
  /** Upper bound of rows x padded tokens in one batch, as far as one request fits it. */
  readonly maxBatchTokens: number;
  readonly shares: Shares;
}
