/** Says what happens: a name for programs, a sentence for people, and facts. */
export type Say = (event: string, text: string, facts?: object) => void

/** A line for a person at a terminal, a line of JSON elsewhere. */
export function sayTo(out: NodeJS.WriteStream): Say {
  return (event, text, facts = {}) => {
    const now = new Date()
    out.write(
      out.isTTY
        ? `${now.toTimeString().slice(0, 8)}  ${printable(text)}\n`
        : `${JSON.stringify({ time: now.toISOString(), event, ...facts, text })}\n`,
    )
  }
}

/** Names come from elsewhere, and must not steer the terminal. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
export const printable = (text: string): string => text.replace(/[\u0000-\u001f\u007f-\u009f]/g, '�')
