/** Why a YAML text or what it says is refused; worded as kubectl's parser words it where that refuses it too. */
export class YamlError extends Error {
  /** UTF-16 offset of the problem in the document's text. */
  readonly offset: number;

  constructor(message: string, offset: number) {
    super(message);
    this.name = 'YamlError';
    this.offset = offset;
  }
}
