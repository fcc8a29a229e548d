-- Some 300 made-up documents for trying things out. Does nothing when the dataset holds any document already.
WITH
  -- Each Bundesland has the first so many of the works.
  laender (at, code, name, works) AS (
    SELECT key, value ->> 0, value ->> 1, value ->> 2
    FROM json_each('[
      ["BW","Baden-Württemberg",23], ["BY","Bayern",24],       ["BE","Berlin",18],          ["BB","Brandenburg",17],
      ["HB","Bremen",13],            ["HH","Hamburg",16],      ["HE","Hessen",21],
      ["MV","Mecklenburg-Vorpommern",16], ["NI","Niedersachsen",22], ["NW","Nordrhein-Westfalen",24],
      ["RP","Rheinland-Pfalz",19],   ["SL","Saarland",14],     ["SN","Sachsen",19],         ["ST","Sachsen-Anhalt",17],
      ["SH","Schleswig-Holstein",18], ["TH","Thüringen",17]
    ]')
  ),
  works (at, doc_type, slug, title, chunks) AS (
    SELECT key, value ->> 0, value ->> 1, value ->> 2, value ->> 3
    FROM json_each('[
      ["verordnung",   "zeugnisse-grundschule",   "Verordnung über Zeugnisse und Versetzung in der Grundschule", 14],
      ["schulordnung", "grundschulen",            "Schulordnung für die Grundschulen", 31],
      ["verordnung",   "zeugnisse-sek1",          "Verordnung über Zeugnisse und Versetzung in der Sekundarstufe I", 22],
      ["handreichung", "klausuren",               "Handreichung: Klausuren mit Operatoren erstellen und bewerten", 16],
      ["verordnung",   "klausuren-oberstufe",     "Verordnung über Klausuren in der gymnasialen Oberstufe", 26],
      ["schulordnung", "gymnasien",               "Schulordnung für die Gymnasien", 44],
      ["verordnung",   "abiturpruefung",          "Verordnung über die Abiturprüfung", 38],
      ["erlass",       "zeugnisformulare",        "Erlass über Zeugnisformulare und Zeugnisausgabe", 6],
      ["verordnung",   "leistungsbewertung-sek1", "Verordnung über die Leistungsbewertung in der Sekundarstufe I", 17],
      ["schulordnung", "berufsschulen",           "Schulordnung für die Berufsschulen", 33],
      ["verordnung",   "mittlerer-abschluss",     "Verordnung über die Prüfung zum mittleren Schulabschluss", 24],
      ["handreichung", "lernentwicklung",         "Handreichung: Lernentwicklungsberichte verfassen", 11],
      ["verordnung",   "nachteilsausgleich",      "Verordnung über Nachteilsausgleich und Notenschutz", 9],
      ["schulordnung", "gesamtschulen",           "Schulordnung für Gesamt- und Gemeinschaftsschulen", 36],
      ["verordnung",   "notenbildung",            "Verordnung über Bildung und Gewichtung der Noten", 12],
      ["erlass",       "klassenarbeiten",         "Erlass zu Zahl und Korrektur der Klassenarbeiten und Klausuren", 7],
      ["verordnung",   "zeugnisse-berufsschulen", "Verordnung über die Zeugnisse der Berufsschulen", 19],
      ["schulordnung", "foerderschulen",          "Schulordnung für die Förderschulen", 28],
      ["verordnung",   "abschlusszeugnisse",      "Verordnung über Abschluss- und Abgangszeugnisse", 15],
      ["handreichung", "leistungsbewertung",      "Handreichung zur kriteriengeleiteten Leistungsbewertung", 13],
      ["verordnung",   "versetzung-oberstufe",    "Verordnung über Leistungsbewertung und Versetzung in der Oberstufe", 21],
      ["schulordnung", "abendgymnasien",          "Schulordnung für Abendgymnasien und Kollegs", 25],
      ["verordnung",   "externenpruefung",        "Verordnung über die Abschlussprüfung für Externe", 10],
      ["handreichung", "muendliche-leistung",     "Handreichung: Mündliche Leistungen bewerten", 8]
    ]')
  )
INSERT INTO documents (id, title, bundesland, doc_type, chunks, training_allowed)
SELECT
  lower(l.code) || '-' || w.doc_type || '-' || w.slug,
  w.title || ' (' || l.name || ', ' || (2009 + (l.at * 5 + w.at * 3) % 16) || ')',
  l.code,
  w.doc_type,
  w.chunks + (l.at * 7 + w.at * 11) % 9,
  (l.at * 3 + w.at) % 5 <> 0
FROM laender l JOIN works w ON w.at < l.works
WHERE (SELECT documents FROM dataset_totals) = 0;
