import type { runners as english } from '../en/runners.ts'
import type { TextsLike } from '../message.ts'

export const runners: TextsLike<typeof english> = {
  title: 'Runner',
  intro:
    'Ein Runner ist ein Programm auf einem eigenen Rechner. Er fragt Stellwerk nach Jobs und trainiert jeden mit Ihrem Trainingsskript.',
  none: 'In den letzten 24 Stunden hat kein Runner nach einem Job gefragt',
  noneText: 'Jobs für Runner warten, bis einer danach fragt.',
  noneThere: 'Kein Runner ist verbunden',
  caption: 'Runner und was sie tun',
  runner: 'Runner',
  status: 'Status',
  job: 'Job',
  since: 'Seit',
  heard: 'Zuletzt gehört',
  token: 'Token',
  idle: 'Wartet auf einen Job',
  busy: 'Hat einen Job',
  silent: 'Nicht gehört',
  stalled: 'Ohne Fortschritt',
  ended: 'Beendet',
  unheard: 'Fragt nicht mehr nach Jobs',
  version: 'Version {version}',
  noJob: 'keiner',
  lastJob: 'Zuletzt:',
  'ended-completed': 'abgeschlossen',
  'ended-failed': 'fehlgeschlagen',
  'ended-paused': 'pausiert',
  'ended-cancelled': 'abgebrochen',
  'ended-released': 'zurückgegeben',
  endedUnknown: 'Ende nicht gemeldet',
  heardWithin: '{at} oder bis zu 10 Minuten später',
  gone: {
    one: '{count} Runner, der beendet ist oder nicht mehr gehört wird',
    other: '{count} Runner, die beendet sind oder nicht mehr gehört werden',
  },
  goneCaption: 'Runner, die beendet sind oder nicht mehr gehört werden',
}
