import { textColumn, textsColumn, column } from './doc-value.js';
import type { PyDict } from '../../python/value.js';
import type { FamilyHooks } from './hook.js';

function lettered(doc: PyDict, columns: readonly string[]): string {
  return columns
    .map((name, index) => `${String.fromCharCode(65 + index)}. ${textColumn(doc, name)}\n`)
    .join('');
}

const PUBMEDQA: FamilyHooks = {
  doc_to_text: {
    doc_to_text: (doc) =>
      `Abstract: ${textsColumn(doc, 'CONTEXTS').join('\n')}\nQuestion: ${textColumn(doc, 'QUESTION')}\nAnswer:`,
  },
};

const MEDQA: FamilyHooks = {
  doc_to_text: {
    doc_to_text: (doc) =>
      `Question: ${textColumn(doc, 'sent1')}\n${lettered(doc, ['ending0', 'ending1', 'ending2', 'ending3'])}Answer:`,
  },
  doc_to_target: { doc_to_target: (doc) => column(doc, 'label') },
};

const MEDMCQA: FamilyHooks = {
  doc_to_text: {
    doc_to_text: (doc) =>
      `Question: ${textColumn(doc, 'question')}\nChoices:\n${lettered(doc, ['opa', 'opb', 'opc', 'opd'])}Answer:`,
  },
};

/** Medical questions. */
export const MEDICINE: Readonly<Record<string, FamilyHooks>> = {
  pubmedqa: PUBMEDQA,
  medqa: MEDQA,
  medmcqa: MEDMCQA,
};
