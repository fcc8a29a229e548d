import type { connect as english } from '../en/connect.ts'
import type { TextsLike } from '../message.ts'

export const connect: TextsLike<typeof english> = {
  title: 'Runner verbinden',
  needs:
    'Unter Linux oder macOS, mit Node.js ab Version 20. Der Rechner fragt über HTTPS an und braucht keinen offenen Port. Führen Sie den Befehl im Ordner Ihres Trainingsskripts aus.',
  access:
    'Vor dieser Adresse steht Cloudflare Access, das einen Runner nicht durchlässt: Er sendet kein Dienst-Token von Access. Setzen Sie im Befehl eine Adresse ein, vor der es nicht steht.',
  tokenStep: '1. Token',
  commandStep: '2. Befehl',
  arrivalStep: '3. Verbindung',
  tokenText: 'Der Runner meldet sich mit einem Token an, mit dem er Jobs übernehmen kann und sonst nichts.',
  name: 'Name des Tokens',
  nameHint: 'Für welchen Rechner oder Cluster es ist, etwa gpu-1. Mehrere Runner können dasselbe verwenden.',
  adminsOnly:
    'Nur Administratoren erstellen Token. Bitten Sie um eines mit der Rolle „{role}“; der Befehl unten fragt danach.',
  noTokenNeeded: 'Auf diesem Rechner braucht ein Runner kein Token.',
  created: 'Token „{name}“ erstellt',
  createdText: 'Kopieren Sie es jetzt: Es wird nicht noch einmal angezeigt. Der Befehl fragt danach.',
  another: 'Weiteres Token erstellen',
  place: 'Wo der Runner läuft',
  shell: 'Shell',
  systemd: 'systemd',
  slurm: 'Slurm',
  training: 'Trainingsbefehl',
  trainingHint: 'Womit ein Job trainiert wird, so wie Sie es in diesem Ordner eingeben würden',
  trainingMissing: 'Geben Sie den Befehl ein, der trainiert.',
  trainingTooLong: 'Höchstens {max} Zeichen.',
  trainingLines: 'Geben Sie den Befehl in einer Zeile und ohne Steuerzeichen ein.',
  shellText: 'Für bash und zsh. Der Runner läuft im Terminal; Strg+C gibt den Job zurück.',
  systemdText:
    'Richtet einen Dienst Ihres Benutzers ein, der im aktuellen Ordner mit dem aktuellen PATH läuft und mit dem Rechner sowie nach einem Absturz startet. Seine Ausgabe:',
  slurmText:
    'Schreibt stellwerk-runner.sbatch und reicht es ein: ein Runner für einen Job. Passen Sie die #SBATCH-Zeilen an Ihr Cluster an. Zwei Minuten vor dem Zeitlimit speichert der Runner einen Checkpoint und gibt den Job zurück.',
  asks: 'Der Befehl fragt nach dem Token, das beim Einfügen nicht angezeigt wird, und legt es in einer Datei ab, die nur Sie lesen können.',
  again: 'Ab dem zweiten Mal genügt die letzte Zeile.',
  command: 'Befehl, der einen Runner verbindet',
  copy: 'Befehl kopieren',
  copied: 'Befehl kopiert.',
  waiting: 'Warten auf den Runner. Diese Seite zeigt an, wenn er verbunden ist.',
  arrived: '{names} ist verbunden',
  arrivedMore: '{names} sind verbunden',
  arrivedText: 'Ein Job für Runner startet dort, sobald er einen Slot hat.',
  newJob: 'Neuer Job',
  createFirst: 'Sobald das Token erstellt ist, zeigt diese Seite an, wenn der Runner verbunden ist.',
}
