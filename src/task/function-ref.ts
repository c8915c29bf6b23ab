/** A `!function module.name` of a task file: a hook that is to be found among ours. */
export class FunctionRef {
  /** As written, such as `utils.process_docs`. */
  readonly text: string;
  /** Absolute path of the YAML file it stands in. */
  readonly file: string;

  constructor(text: string, file: string) {
    this.text = text;
    this.file = file;
  }

  /** The function's own name. */
  get name(): string {
    return this.text.slice(this.text.lastIndexOf('.') + 1);
  }
}
