/**
 * A text as it is compared in a search: without case, accents and umlauts' dots, ß as ss, blanks made single spaces. The
 * same for NFC and NFD. "ue" stays "ue", which is not always an umlaut.
 */
export const fold = (text: string): string =>
  text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll('ß', 'ss')
    .replaceAll('ς', 'σ')
    .replace(/\s+/gu, ' ')
    .trim()
