/** Largest float tensor that a probe run may leave on the CPU: its attention mask, 2 rows x 2 tokens. The states of any model are larger. */
const MASK_ELEMENTS = 4;

const FLOATS = new Set(['float', 'float16', 'bfloat16', 'double']);

/** One entry of onnxruntime's profile, as far as it is read here. */
interface ProfileEvent {
  readonly cat?: string;
  readonly name?: string;
  readonly args?: {
    readonly op_name?: string;
    readonly provider?: string;
    /** One object a tensor: its element type and its dimensions. */
    readonly output_type_shape?: readonly Readonly<Record<string, readonly number[]>>[];
  };
}

/**
 * The nodes, as "operator name", that another provider than `provider` ran in the profile of a probe run (at most 2 rows x 2 tokens).
 * onnxruntime keeps the arithmetic of shapes, positions and masks on the CPU on purpose: nodes that give integers, or no more
 * floats than a mask has, are not counted. Throws SyntaxError for what is no profile.
 */
export function strayNodes(profile: string, provider: string): string[] {
  const events = JSON.parse(profile) as readonly ProfileEvent[];
  const stray = events.filter(
    ({ cat, args }) =>
      cat === 'Node' && args?.provider !== undefined && args.provider !== provider && givesStates(args),
  );
  const names = stray.map(
    ({ name = '', args }) => `${args?.op_name ?? '?'} ${name.replace(/_kernel_time$/, '')}`,
  );
  return [...new Set(names)];
}

function givesStates({ output_type_shape: outputs = [] }: NonNullable<ProfileEvent['args']>): boolean {
  return outputs.some((output) =>
    Object.entries(output).some(
      ([type, dims]) => FLOATS.has(type) && dims.reduce((product, dim) => product * dim, 1) > MASK_ELEMENTS,
    ),
  );
}
