import type { welcome as english } from '../en/welcome.ts'
import type { TextsLike } from '../message.ts'

export const welcome: TextsLike<typeof english> = {
  title: 'Willkommen bei Stellwerk',
  text: 'Stellwerk startet Trainingsjobs, verfolgt sie live und verwaltet die Modellversionen, die daraus entstehen. Jeder laufende Job erscheint hier als Zug auf seinem Gleis.',
  create: 'Ersten Job anlegen',
  terminal: 'Dasselbe im Terminal',
  docs: 'API-Referenz',
}
