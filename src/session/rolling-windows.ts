/** One window of a long text: `targets` are predicted, each once, by what `context` holds and the targets before it. */
export interface Window {
  readonly context: Uint32Array;
  readonly targets: Uint32Array;
}

/**
 * Cuts a text into windows of at most `maxLength` predicted tokens, so that every token is scored once and with as
 * much context as fits (lm-evaluation-harness, utils.get_rolling_token_windows with context_len 1, then
 * make_disjoint_window). The first window starts from the prefix token.
 */
export function rollingWindows(tokens: Uint32Array, prefixToken: number, maxLength: number): Window[] {
  if (tokens.length === 0) return [];
  const first = Math.min(maxLength, tokens.length);
  const windows: Window[] = [{ context: Uint32Array.of(prefixToken), targets: tokens.subarray(0, first) }];
  for (let done = first; done < tokens.length;) {
    const end = Math.min(done + maxLength, tokens.length);
    const start = end - maxLength - 1;
    windows.push({ context: tokens.subarray(start, done), targets: tokens.subarray(done, end) });
    done = end;
  }
  return windows;
}
