//! Names and places, with the ASCII form that goes into an email.

/// First names: as the person writes it, as the email has it, gender.
pub(crate) const FIRST: [(&str, &str, &str); 32] = [
    ("Anna", "anna", "f"),
    ("Zoë", "zoe", "f"),
    ("Jürgen", "juergen", "m"),
    ("François", "francois", "m"),
    ("José", "jose", "m"),
    ("Łukasz", "lukasz", "m"),
    ("Søren", "soren", "m"),
    ("Mária", "maria", "f"),
    ("Олена", "olena", "f"),
    ("Дмитрий", "dmitri", "m"),
    ("花子", "hanako", "f"),
    ("伟", "wei", "m"),
    ("Ελένη", "eleni", "f"),
    ("Siobhán", "siobhan", "f"),
    ("Emma", "emma", "f"),
    ("Liam", "liam", "m"),
    ("Noah", "noah", "m"),
    ("Mia", "mia", "f"),
    ("Lea", "lea", "f"),
    ("Tom", "tom", "m"),
    ("Ingrid", "ingrid", "f"),
    ("Paul", "paul", "m"),
    ("Marta", "marta", "f"),
    ("Omar", "omar", "m"),
    ("Fatima", "fatima", "f"),
    ("Kenji", "kenji", "m"),
    ("Priya", "priya", "f"),
    ("Arjun", "arjun", "m"),
    ("Sofia", "sofia", "f"),
    ("Mateo", "mateo", "m"),
    ("Chloé", "chloe", "f"),
    ("Anaïs", "anais", "f"),
];

/// Last names: as written, as in an email.
pub(crate) const LAST: [(&str, &str); 32] = [
    ("Müller", "mueller"),
    ("García", "garcia"),
    ("O'Brien", "obrien"),
    ("Nowak", "nowak"),
    ("Dvořák", "dvorak"),
    ("Ångström", "angstrom"),
    ("Коваленко", "kovalenko"),
    ("Иванов", "ivanov"),
    ("山田", "yamada"),
    ("王", "wang"),
    ("Παπαδόπουλος", "papadopoulos"),
    ("Smith", "smith"),
    ("Jones", "jones"),
    ("Taylor", "taylor"),
    ("Martin", "martin"),
    ("Bernard", "bernard"),
    ("Rossi", "rossi"),
    ("Silva", "silva"),
    ("Jensen", "jensen"),
    ("de Vries", "devries"),
    ("Novák", "novak"),
    ("Kowalska", "kowalska"),
    ("Yılmaz", "yilmaz"),
    ("Haddad", "haddad"),
    ("Singh", "singh"),
    ("Patel", "patel"),
    ("Kim", "kim"),
    ("Nguyễn", "nguyen"),
    ("Andersson", "andersson"),
    ("Lefèvre", "lefevre"),
    ("Schröder", "schroeder"),
    ("Baker", "baker"),
];

/// Country, city, locale, time zone, calling code.
pub(crate) const PLACES: [(&str, &str, &str, &str, &str); 10] = [
    ("Germany", "Köln", "de", "Europe/Berlin", "+4915"),
    ("France", "Besançon", "fr", "Europe/Paris", "+336"),
    ("Spain", "A Coruña", "es", "Europe/Madrid", "+346"),
    ("Poland", "Łódź", "pl", "Europe/Warsaw", "+485"),
    ("Israel", "Haifa", "he", "Asia/Jerusalem", "+97255"),
    ("Japan", "東京", "ja", "Asia/Tokyo", "+8190"),
    ("United States", "Portland", "en-us", "America/Los_Angeles", "+1503"),
    ("United Kingdom", "Leeds", "en", "Europe/London", "+447"),
    ("Brazil", "São Paulo", "pt-br", "America/Sao_Paulo", "+5511"),
    ("Türkiye", "İzmir", "tr", "Europe/Istanbul", "+905"),
];

/// Mail domains that nobody owns.
pub(crate) const DOMAINS: [&str; 5] =
    ["example.com", "example.net", "example.org", "mail.example.com", "post.example.net"];

/// What people buy.
pub(crate) const THINGS: [&str; 12] = [
    "running shoes",
    "café crème",
    "garden hose",
    "USB-C cable",
    "30\" monitor",
    "crème brûlée set",
    "A4 paper\\white",
    "tent & pegs",
    "Ölfilter",
    "green tea",
    "board game",
    "bicycle bell",
];
