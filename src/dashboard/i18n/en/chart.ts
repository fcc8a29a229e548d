export const chart = {
  scale: 'Y axis',
  linear: 'Linear',
  log: 'Log',
  smoothing: 'Smoothing',
  smoothed: '{name} (smoothed)',
  raw: '{name} (raw)',
  rawValue: 'raw {value}',
  latest: 'Latest values',
  touchHint: 'Tap to read values, use + and − to zoom.',
} as const
