import { bytesField, joinBytes, stringField } from '../encode-wire.js';
import type { DecoderGraph } from './body-copy.js';
import { liveNodes } from './live-nodes.js';
import { scoreHead, statesOf } from './score-head.js';
import { standIns } from './stand-ins.js';
import { commonConstants, flattenRows } from './vocabulary.js';

/**
 * A model as a scoring program: rows of states are picked before the language-model head, and what comes back is a
 * log-probability and a greedy id for each scored token instead of logits for every position. The inputs keep the
 * model's names, without its cache; SCORE_PORTS says what is added.
 */
export function scoreProgram(decoder: DecoderGraph): Uint8Array {
  const { parts, signature, tail } = decoder;
  const { graph } = parts.model;
  const { inputIds, attentionMask, positionIds } = signature;
  const kept = [inputIds, attentionMask, positionIds].flatMap((port) => (port === null ? [] : [port.name]));
  const wanted = [...tail.inputs, ...tail.nodes.flatMap(({ inputs }) => inputs)];
  const tailNodes = new Set(tail.nodes);
  return joinBytes([
    parts.frame(),
    bytesField(
      7,
      joinBytes([
        stringField(2, 'score'),
        ...graph.inputs.filter(({ name }) => kept.includes(name)).map((input) => parts.value(11, input)),
        ...commonConstants(),
        ...parts.initializers(),
        ...standIns(signature, inputIds.name, (name) => name),
        ...liveNodes(graph, wanted)
          .filter((node) => !tailNodes.has(node))
          .map((node) => parts.node(node)),
        ...flattenRows(tail.inputs, { ids: inputIds.name, nameOf: statesOf }),
        ...scoreHead(decoder),
      ]),
    ),
  ]);
}
