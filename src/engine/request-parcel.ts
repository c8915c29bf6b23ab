import type { TextRequest } from '../domain/request.js';

/** Requests on their way between processes: choices of one context follow each other, and their context goes once. */
export type RequestParcel = readonly (Choices | OtherRequest)[];

type OtherRequest = Exclude<TextRequest, { kind: 'loglikelihood' }>;

interface Choices {
  readonly kind: 'choices';
  readonly context: string;
  readonly continuations: string[];
}

/** Puts requests together in their order. */
export function packRequests(requests: readonly TextRequest[]): RequestParcel {
  const parcel: (Choices | OtherRequest)[] = [];
  for (const request of requests) {
    const last = parcel.at(-1);
    if (request.kind !== 'loglikelihood') {
      parcel.push(request);
    } else if (last?.kind === 'choices' && last.context === request.context) {
      last.continuations.push(request.continuation);
    } else {
      const { context, continuation } = request;
      parcel.push({ kind: 'choices', context, continuations: [continuation] });
    }
  }
  return parcel;
}

/** The requests as they were. */
export function unpackRequests(parcel: RequestParcel): TextRequest[] {
  const requests: TextRequest[] = [];
  for (const entry of parcel) {
    if (entry.kind !== 'choices') {
      requests.push(entry);
      continue;
    }
    const { context, continuations } = entry;
    for (const continuation of continuations) requests.push({ kind: 'loglikelihood', context, continuation });
  }
  return requests;
}
