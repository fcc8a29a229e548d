import type { simulated as english } from '../en/simulated.ts'
import type { TextsLike } from '../message.ts'

export const simulated: TextsLike<typeof english> = {
  trainer: 'Simulierter Trainer',
  trainerText: 'Er trainiert kein Modell: Fortschritt und Metriken stammen aus einer Formel.',
  ocr: 'Simulierte OCR',
  ocrText: 'Es werden keine Bilder gelesen: Die Ergebnisse sind Beispiele.',
}
