import type { TextRequest } from '../domain/request.js';

/** The requests of one sample as a line of text; what several ask about one context holds it once. */
export function packRequests(requests: readonly TextRequest[]): string {
  let before: string | null = null;
  return JSON.stringify(
    requests.map((request) => {
      if (request.kind === 'loglikelihood_rolling') return request;
      const isSame = request.context === before;
      before = request.context;
      return isSame ? { ...request, context: null } : request;
    }),
  );
}

type Packed = TextRequest & { context?: string | null };

/** The requests that were packed into a line. */
export function unpackRequests(line: string): TextRequest[] {
  let before = '';
  return (JSON.parse(line) as Packed[]).map((request) => {
    if (request.kind === 'loglikelihood_rolling') return request;
    const context = request.context ?? before;
    before = context;
    return { ...request, context };
  });
}
