/** What is simulated, for those who would take samples for results. */
export const simulated = {
  trainer: 'Simulated trainer',
  trainerText: 'It trains no model: progress and metrics come from a formula.',
  ocr: 'Simulated OCR',
  ocrText: 'No images are read: the results are samples.',
} as const
