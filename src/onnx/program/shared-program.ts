import { bytesField, joinBytes, stringField } from '../encode-wire.js';
import { copyUnder, type DecoderGraph } from './body-copy.js';
import { constantNames } from './constant-names.js';
import { liveNodes } from './live-nodes.js';
import { scoreHead, statesOf } from './score-head.js';
import { newNode } from './source-parts.js';
import { standIns } from './stand-ins.js';
import { commonConstants, flattenRows, gather, graphInput, OWN } from './vocabulary.js';

/** The inputs of one of the two passes. */
export interface PassPorts {
  readonly ids: string;
  /** Over the cache and the ids of the pass. */
  readonly mask: string;
  readonly positions: string;
}

/** Names at the boundary of the shared-context program, beside SCORE_PORTS. */
export const SHARED_PORTS = {
  context: passPorts('context'),
  rest: passPorts('rest'),
  /** int64 [rows of the rest]: the context that each row follows. */
  owners: `${OWN}owners`,
} as const;

function passPorts(pass: string): PassPorts {
  return { ids: `${OWN}${pass}/ids`, mask: `${OWN}${pass}/mask`, positions: `${OWN}${pass}/positions` };
}

/**
 * A model twice in one graph, with one set of weights: contexts go through the first copy, and the cache that they leave is handed
 * to all rows that follow them in the second. Scored rows are picked from the states of both, contexts first. The
 * model must have a cache, a mask and positions.
 */
export function sharedProgram(decoder: DecoderGraph): Uint8Array {
  const { parts, signature, tail } = decoder;
  const { graph } = parts.model;
  const constants = constantNames(graph);
  const presents = signature.cache.map(({ present }) => present);
  const tailNodes = new Set(tail.nodes);
  const live = (wanted: readonly string[]) => liveNodes(graph, wanted).filter((node) => !tailNodes.has(node));
  const isConstant = (node: { outputs: readonly string[] }): boolean =>
    node.outputs.every((name) => constants.has(name));
  const everything = live([...tail.inputs, ...presents, ...tail.nodes.flatMap(({ inputs }) => inputs)]);
  const copy = (pass: 'context' | 'rest', wanted: readonly string[]): Uint8Array[] =>
    copyUnder(
      live(wanted).filter((node) => !isConstant(node)),
      { parts, prefix: `${OWN}${pass}:`, bound: bindings(decoder, pass), constants },
    );
  return joinBytes([
    parts.frame(),
    bytesField(
      7,
      joinBytes([
        stringField(2, 'score behind shared contexts'),
        ...inputsOf('context'),
        ...inputsOf('rest'),
        graphInput(SHARED_PORTS.owners, 'int64', ['rest_rows']),
        ...commonConstants(),
        ...parts.initializers(),
        ...standIns(signature, SHARED_PORTS.context.ids, (name) => `${OWN}context:${name}`),
        ...everything.filter(isConstant).map((node) => parts.node(node)),
        ...copy('context', [...tail.inputs, ...presents]),
        ...signature.cache.map(({ past, present }) =>
          gather(`${OWN}context:${present}`, SHARED_PORTS.owners, { output: `${OWN}rest:${past}` }),
        ),
        ...copy('rest', tail.inputs),
        ...states(tail.inputs),
        ...scoreHead(decoder),
      ]),
    ),
  ]);
}

/** The states of both passes, contexts first. */
function states(inputs: readonly string[]): Uint8Array[] {
  const stateOf = (pass: 'context' | 'rest', name: string): string => `${OWN}${pass}_states/${name}`;
  const ofPass = (pass: 'context' | 'rest'): Uint8Array[] =>
    flattenRows(inputs, {
      ids: SHARED_PORTS[pass].ids,
      from: (name) => `${OWN}${pass}:${name}`,
      nameOf: (name) => stateOf(pass, name),
    });
  const joined = inputs.map((name) =>
    newNode({
      op: 'Concat',
      inputs: [stateOf('context', name), stateOf('rest', name)],
      outputs: [statesOf(name)],
      attributes: { axis: { int: 0 } },
    }),
  );
  return [...ofPass('context'), ...ofPass('rest'), ...joined];
}

function inputsOf(pass: 'context' | 'rest'): Uint8Array[] {
  const { ids, mask, positions } = SHARED_PORTS[pass];
  return [
    graphInput(ids, 'int64', [`${pass}_rows`, `${pass}_length`]),
    graphInput(mask, 'int64', [`${pass}_rows`, `${pass}_total`]),
    graphInput(positions, 'int64', [`${pass}_rows`, `${pass}_length`]),
  ];
}

function bindings({ signature }: DecoderGraph, pass: 'context' | 'rest'): Map<string, string> {
  const { ids, mask, positions } = SHARED_PORTS[pass];
  const bound = new Map([[signature.inputIds.name, ids]]);
  if (signature.attentionMask !== null) bound.set(signature.attentionMask.name, mask);
  if (signature.positionIds !== null) bound.set(signature.positionIds.name, positions);
  // Switches are constants of the whole program.
  for (const own of [signature.useCacheBranch, signature.rowsToKeep?.name]) if (own) bound.set(own, own);
  return bound;
}
