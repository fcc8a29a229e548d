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
  notFinite: { one: '{name}: {value} at {at}', other: '{name}: {value} from {at}, {count} points' },
} as const
