// Deutsch.

/** @param {number} n @param {string} one @param {string} many */
const count = (n, one, many) => `${n} ${n === 1 ? one : many}`;

/** @type {import('./index.js').Words} */
export const de = {
  skip: 'Zum Gespräch springen', close: 'Schließen', loading: 'Es wird gemischt…', menu: 'Menü', home: 'Parley, zur Lobby', send: 'Senden',
  you: 'du', topic: 'Thema', leave: 'Gehen', 'leave.sure': 'Wirklich gehen?', minutes: (v) => `${v.n} Min.`, 'seconds.unit': 's',
  round: 'Runde {n}', votes: (v) => count(v.n, 'Stimme', 'Stimmen'),

  'settings': 'Einstellungen', 'settings.language': 'Sprache', 'settings.theme': 'Licht', 'settings.theme.auto': 'Wie das Gerät', 'settings.theme.light': 'Tag', 'settings.theme.dark': 'Nacht',
  'settings.cues': 'Signale', 'settings.sound': 'Ton', 'settings.vibrate': 'Vibration',

  'mode.imitation': 'Spiel', 'mode.open': 'Offener Raum', 'role.agent': 'Agent', 'role.person': 'Mensch', 'role.agent.was': 'ein Agent', 'role.person.was': 'ein Mensch',

  'lobby.overline': 'Ein Gesellschaftsspiel für Menschen und Maschinen', 'lobby.headline': 'Wer hier ist kein Mensch?',
  'lobby.lead': 'Alle reden unter geborgtem Namen. Manche sind Maschinen. Du hast drei Minuten, um eine zu entlarven, ohne selbst für eine gehalten zu werden.',
  'lobby.play': 'Jetzt spielen', 'lobby.play.note': 'Du und vier Agenten. Ohne Konto, ohne Warten.',
  'lobby.picture': 'Fünf Spielkarten in einer Hand. Die mittlere liegt verdeckt.',
  'lobby.join': 'Zu Freunden setzen', 'lobby.code': 'Raumcode', 'lobby.code.go': 'Hinein', 'lobby.code.bad': 'Ein Code hat sechs Buchstaben und Ziffern, etwa K7MPQ2.',
  'lobby.or': 'oder', 'lobby.create': 'Ein Spiel anlegen', 'lobby.createOpen': 'Einen Raum zum Reden öffnen', 'lobby.tables': 'Offene Tische',
  'tables.present': (v) => `${v.n} da`, 'tables.seats': '{n} von {of} am Tisch', 'tables.locked': 'Passwort', 'tables.empty': 'Noch ist kein Tisch gedeckt.', 'tables.empty.note': 'Decke einen, dann finden ihn andere hier.',

  'create.title': 'Den Tisch decken', 'create.mode': 'Was soll es sein?', 'create.game.note': 'Anonym reden, dann abstimmen', 'create.open.note': 'Ein Gespräch unter eigenen Namen',
  'create.people': 'Menschen', 'create.agents': 'Agenten', 'create.play': 'Ich spiele mit', 'create.discussion': 'Gespräch', 'create.voting': 'Zeit zum Abstimmen', 'create.rounds': 'Runden',
  'create.topic': 'Thema', 'create.topic.hint': 'Leer lassen, um eines zu ziehen.', 'create.more': 'Sprache, Name, Sichtbarkeit, Passwort', 'create.language': 'Sprache des Gesprächs', 'create.name': 'Name des Raums',
  'create.visibility': 'Wer ihn findet', 'create.public': 'Alle', 'create.public.note': 'Er steht in der Lobby', 'create.unlisted': 'Nur wer den Link hat', 'create.unlisted.note': 'Er steht nirgends',
  'create.password': 'Passwort', 'create.password.hint': 'Leer lassen, um alle mit dem Code einzulassen.', 'create.go': 'Die Tür öffnen',

  'share.title': 'Andere einladen', 'share.others': 'Andere zuschauen lassen', 'share.code': 'Raumcode', 'share.link': 'Link zu diesem Raum', 'share.copy': 'Link kopieren', 'share.copied': 'Kopiert', 'share.pass': 'Teilen…',
  'share.watch': 'Ansicht für den Beamer', 'share.qr': 'QR-Code des Links zu diesem Raum', 'share.text': 'Komm dazu: „{title}“.',

  'join.title': 'Komm herein', 'join.name': 'Dein Name', 'join.name.empty': 'Schreib einen Namen, den die anderen sehen.', 'join.sit': 'Platz nehmen', 'join.enter': 'Eintreten',
  'join.refused': 'In diesen Raum darfst du nicht zurück.', 'join.password': 'Passwort', 'join.password.wrong': 'Das ist nicht das Passwort, oder du darfst hier nicht hinein.', 'join.password.needed': 'Dieser Raum hat ein Passwort. Frag, wer dich eingeladen hat.',
  'locked.title': 'Klopf, klopf.', 'locked.text': 'Dieser Raum hat ein Passwort. Frag, wer dich eingeladen hat.',
  'lost.title': 'Niemand da.', 'lost.text': 'Unter dieser Adresse ist kein Raum. Vielleicht ist der Link alt, oder ein Zeichen ging verloren.', 'lost.back': 'Zur Lobby',

  'people.title': 'Am Tisch', 'people.open': (v) => `Wer da ist: ${v.n}`, 'people.none': 'Noch niemand.', 'people.out': 'abgewählt', 'people.gone': 'gegangen', 'people.away': 'abwesend', out: 'Du bist nicht mehr in diesem Raum.', 'people.voted': 'hat gewählt',
  'waiting.seated': 'Du hast einen Platz', 'waiting.invited': 'Du bist eingeladen', 'waiting.as': 'Du wirst {name} sein', 'waiting.title': 'Ein Stuhl ist frei', 'waiting.count': '{n} von {of} Plätzen besetzt',
  'rules.1': 'Redet über das Thema. Niemand weiß, wer wer ist.', 'rules.2': 'Wenn die Glocke läutet, wählt jeder, wen er für einen Agenten hält.', 'rules.3': 'Dann werden die Karten umgedreht.',
  watching: 'Du schaust zu: Dieses Spiel läuft schon.', 'eliminated.note': 'Du wurdest abgewählt. Du darfst bis zum Ende zuschauen.',

  script: 'Gespräch', 'script.log': 'Was gesagt wird', 'script.earlier': 'Frühere Zeilen zeigen', 'script.new': 'Neu', 'script.jump': (v) => `${count(v.n, 'neue Zeile', 'neue Zeilen')} ↓`,
  'script.empty': 'Es ist still. Sag etwas.', 'script.empty.game': 'Stille. Jemand muss anfangen.',
  'typing.one': '{name} schreibt', 'typing.two': '{a} und {b} schreiben', 'typing.many': '{n} schreiben',
  'line.sending': 'unterwegs', 'line.failed': 'nicht gesendet', 'line.retry': 'Noch einmal', 'line.drop': 'Verwerfen',
  'composer.label': 'Schreib als {name}', 'composer.left': 'noch {n} Zeichen', 'closed.note': 'Dieser Raum ist geschlossen.',
  'direction.joined': '{name} kommt herein', 'direction.left': '{name} geht', 'direction.paused': 'Die Uhr wird angehalten', 'direction.resumed': 'Die Uhr läuft wieder',
  'direction.discussion': (v) => (v.n > 1 ? `Runde ${v.n}: Das Gespräch geht weiter` : 'Das Gespräch beginnt'), 'direction.voting': 'Die Glocke läutet: die Wahl', 'direction.reveal': 'Die Karten werden umgedreht', 'direction.closed': 'Der Raum ist geschlossen',

  'phase.waiting': 'Warten', 'phase.discussion': 'Gespräch', 'phase.voting': 'Wahl', 'phase.reveal': 'Auflösung', 'phase.closed': 'Geschlossen', 'phase.open': 'Offener Raum',
  'phase.waiting.say': 'Es wird auf Mitspieler gewartet.', 'phase.discussion.say': 'Das Gespräch beginnt. Thema: {topic}', 'phase.voting.say': 'Zeit für die Wahl: Wer ist kein Mensch?', 'phase.reveal.say': 'Die Wahl ist vorbei. Die Karten werden umgedreht.', 'phase.closed.say': 'Der Raum ist geschlossen.', 'phase.open.say': '',
  'clock.left': 'Noch {n} Sekunden', 'clock.label': 'Restzeit: {time}', 'paused.note': 'Angehalten. Die Uhr steht still.', 'paused.open': 'Angehalten. Gerade darf niemand reden.',
  'link.lost': 'Verbindung verloren. Gleich wieder da…', 'link.offline': 'Du bist offline. Was du schreibst, wird später gesendet.', 'link.back': 'Wieder verbunden.',

  'vote.question': 'Wer ist kein Mensch?', 'vote.choose': 'Wähle jemanden', 'vote.go': '{name} wählen', 'vote.note': 'Geheim und endgültig.', 'vote.sealed': 'Deine Stimme gegen {name} ist versiegelt.', 'vote.sealed.any': 'Deine Stimme ist versiegelt.', 'vote.turnout': '{n} von {of} haben gewählt',

  'winner.people': 'Die Menschen gewinnen', 'winner.agents': 'Die Agenten gewinnen', 'winner.none': 'Kein Urteil', 'winner.round.people': 'Runde {n} geht an die Menschen', 'winner.round.agents': 'Runde {n} geht an die Agenten',
  'verdict.none': 'Niemand hat gewählt, also wurde niemand beschuldigt.', 'verdict.lot': 'Das Los entschied unter {n} mit gleich vielen Stimmen.', 'verdict.agent': (v) => `${v.name} wurde mit ${v.n} von ${count(v.of, 'Stimme', 'Stimmen')} beschuldigt und ist ein Agent.`, 'verdict.person': (v) => `${v.name} wurde mit ${v.n} von ${count(v.of, 'Stimme', 'Stimmen')} beschuldigt, ist aber ein Mensch.`,
  'reveal.overline': 'Die Auflösung', 'reveal.ended': 'Das Spiel endete, bevor jemand beschuldigt wurde.', 'reveal.cast': 'Wer wer war', 'reveal.votes': 'Wer wen verdächtigt hat', 'reveal.tally': 'Die Auszählung', 'reveal.reread': 'Das Gespräch noch einmal lesen', 'reveal.score': 'Menschen {people} : {agents} Agenten',
  'cast.fate.agent': (v) => (v.n === v.of ? 'hat alle getäuscht' : v.n === 0 ? 'hat niemanden getäuscht' : `hat ${v.n} von ${v.of} getäuscht`), 'cast.fate.person': (v) => (v.n === 0 ? 'als Mensch erkannt' : `von ${v.n} von ${v.of} für eine Maschine gehalten`),
  'cast.vote': 'wählte {name}', 'cast.right': 'verdächtigte {name}: richtig', 'cast.wrong': 'verdächtigte {name}: falsch', 'cast.novote': 'hat nicht gewählt',
  'picture.title': 'Wer wen gewählt hat', 'picture.vote': '{voter} wählte {suspect}.', 'picture.round': 'Runde', 'picture.right': 'Stimme gegen einen Agenten', 'picture.wrong': 'Stimme gegen einen Menschen', 'picture.words': 'Dasselbe in Worten',
  'prizes.title': 'Ehrungen', 'prizes.sharp': (v) => (v.n > 1 ? `hat ${v.n}-mal einen Agenten durchschaut` : 'hat einen Agenten durchschaut'), 'prizes.unseen': 'hat alle getäuscht', 'prizes.caught': (v) => `wurde von ${count(v.n, 'Stimme', 'Stimmen')} ertappt`, 'prizes.doubted': (v) => `wurde von ${v.n} für eine Maschine gehalten`,
  'numbers.title': 'Das Spiel in Zahlen', 'numbers.player': 'Spieler', 'numbers.rounds': 'Runden', 'numbers.lines': 'Zeilen', 'numbers.first': 'Erste Zeile', 'numbers.right': 'Richtige Stimmen', 'numbers.fooled': 'Falsche Stimmen', 'numbers.accused': 'Verdacht', 'numbers.seconds': '{n} s',
  'numbers.export': 'Das ganze Protokoll (CSV)', 'numbers.note': 'Gezählt sind die Stimmen der Menschen: Richtige fanden einen Agenten, falsche trafen einen Menschen. Die erste Zeile zählt vom Beginn des Gesprächs.',
  again: 'Noch einmal spielen', 'again.join': 'Der nächste Tisch ist gedeckt: Platz nehmen', 'again.wait': 'Wird der nächste Tisch gedeckt, kannst du hier Platz nehmen.', 'watch.join': 'Nehmt Platz',

  'host.title': 'Du leitest den Raum', 'host.start': 'Jetzt anfangen', 'host.pause': 'Anhalten', 'host.resume': 'Weiter', 'host.skip.discussion': 'Zur Wahl läuten', 'host.skip.voting': 'Wahl schließen', 'host.skip.reveal': 'Tisch aufheben', 'host.skip.sure': 'Wirklich, für alle?', 'host.end': 'Für alle beenden', 'host.end.sure': 'Wirklich beenden?', 'host.remove': 'Jemanden hinausbitten', 'host.remove.one': 'Hinausbitten', 'host.remove.sure': 'Wirklich?',

  'error.network': 'Der Server ist nicht zu erreichen. Prüfe die Verbindung und versuch es noch einmal.', 'error.429': (v) => `Das war etwas schnell. Versuch es in ${count(v.seconds, 'Sekunde', 'Sekunden')} noch einmal.`,
  'error.401': 'Du hast keinen Platz in diesem Raum.', 'error.403': 'Das darfst du hier nicht.', 'error.404': 'Das gibt es hier nicht mehr.', 'error.409': 'Das geht gerade nicht.', 'error.413': 'Das ist zu lang.', 'error.422': 'Das nimmt der Server nicht an. Prüfe deine Eingaben.', 'error.500': 'Bei uns ist etwas schiefgegangen. Versuch es noch einmal.', 'error.other': 'Das hat nicht geklappt. Versuch es noch einmal.',
  'error.room.404': 'Unter dieser Adresse ist kein Raum. Vielleicht ist der Link alt, oder ein Zeichen ging verloren.', 'error.join.409': 'Der Name ist in diesem Raum vergeben. Wähle einen anderen.', 'error.join.422': 'Ein Name hat 1 bis 40 Zeichen.', 'error.sit.409': 'Alle Plätze sind besetzt, oder das Spiel läuft schon.',
  'error.create.people': 'Ein Spiel hat 1 bis 12 Menschen.', 'error.create.agents': 'Menschen und Agenten sind in einem Spiel zusammen 2 bis 12.', 'error.create.title': 'Der Name eines Raums hat höchstens 80 Zeichen.', 'error.create.topic': 'Ein Thema hat höchstens 280 Zeichen.', 'error.create.password': 'Ein Passwort hat höchstens 200 Zeichen.', 'error.create.name': 'Ein Name hat 1 bis 40 Zeichen.',
  'error.create.422': 'Das nimmt der Server nicht an. Prüfe die Zahl der Spieler und die Länge der Texte.', 'error.vote.409': 'Die Stimme kam zu spät, oder der Spieler ist schon draußen.', 'error.host.409': 'Das geht in dieser Phase nicht.', 'error.host.403': 'Das darf nur, wer den Raum leitet.',
  'error.send': 'Diese Zeile wurde nicht angenommen.', 'error.send.401': 'Du hast keinen Platz in diesem Raum.', 'error.send.403': 'Du hast keinen Platz mehr in diesem Raum.', 'error.send.409': 'Zu spät: Gerade darf niemand reden.', 'error.send.422': 'Eine Zeile hat 1 bis 1000 Zeichen.',
};
