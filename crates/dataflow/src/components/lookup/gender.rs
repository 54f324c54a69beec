//! `datasource.lookup.gender`

use schemars::JsonSchema;
use serde::Deserialize;

use crate::component::{Built, Component, Kind, Setup, Then, each};
use record::{Path, Value};

/// Guesses a person's gender from the first name: `m`, `f`, or `u` where the name does not say.
///
/// Gigya asks a service of its own. Here a short list of names that are common in Europe and America decides; names that
/// both sexes bear are left at `u`, as are all names that it does not hold. A record without a first name stays as it is.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Gender {
    /// Dotted path of the first name.
    #[serde(default = "first_name")]
    first_name_field: Path,
    /// Dotted path of the member to set.
    #[serde(default = "gender")]
    target_field: Path,
}

fn first_name() -> Path {
    path("profile.firstName")
}

fn gender() -> Path {
    path("profile.gender")
}

fn path(text: &str) -> Path {
    Path::parse(text).unwrap_or_else(|_| Path::name(text))
}

impl Component for Gender {
    const TYPE: &'static str = "datasource.lookup.gender";
    const TAKES: Kind = Kind::Records;
    const GIVES: Kind = Kind::Records;

    fn build(self, _: &Setup<'_>) -> Built {
        each(move |mut record| {
            let name = record.find(&self.first_name_field).map(|name| name.to_plain());
            if let Some(name) = name.filter(|name| !name.trim().is_empty()) {
                record.set(&self.target_field, Value::from(guess(&name)));
            }
            Ok(Then::Pass(record))
        })
    }
}

/// The first of several names decides.
fn guess(name: &str) -> &'static str {
    let first = name.trim().split([' ', '-']).next().unwrap_or_default().to_lowercase();
    let among = |names: &str| names.split_ascii_whitespace().any(|one| one == first);
    if among(WOMEN) {
        "f"
    } else if among(MEN) {
        "m"
    } else {
        "u"
    }
}

const WOMEN: &str = "
    ada adele agnes aisha alba alice alicia alina alma amanda amelia amy ana anastasia andreea angela anita anja ann anna anne
    annette antonia astrid barbara beatrice beatriz bella birgit brigitte camila camilla carla carmen carolina caroline catarina
    catherine cecilia charlotte chiara christina christine clara claudia cristina daniela deborah diana donna dorothy edith
    elena elisa elisabeth elizabeth ella elsa emilia emily emma erika esther eva fatima fiona francesca freya frida gabriela
    gertrud giulia grace greta hannah heather heidi helen helena hilde ida ines ingrid irene iris isabel isabella jana jane
    janet jennifer jessica joanna johanna josefine joyce judith julia juliana karen karin katarina kate katharina katherine
    kathleen katja kristina larissa laura lea lena leonie lina linda lisa lucia lucy luisa madeleine magdalena maja manuela
    margaret margarita maria mariana marie marina marta martha martina mary mathilde melanie melissa mia michelle miriam
    monica monika nadia nadine nancy natalia natalie nicole nina nora olga olivia pamela patricia paula petra rachel rebecca
    regina renate rita rosa rosemary roxana ruth sabine samantha sandra sara sarah silvia simone sofia sofie sonja sophia
    sophie stefanie stephanie susan susanne svetlana sylvia tanja tatiana teresa theresa tina ursula valentina valeria
    vanessa vera veronica victoria virginia viktoria yasmin yvonne zoe";

const MEN: &str = "
    aaron adam adrian ahmed alan albert alberto alejandro alexander alfred ali anders andreas andres andrew andrzej antoine
    anton antonio arne arthur august axel benjamin bernd bernhard bjorn boris brian bruno carl carlos charles christian
    christoph christopher claus daniel david dennis diego dieter dimitri dirk dominik donald edward edgar emil enrico eric erik
    ernst eugen felix ferdinand fernando filip florian francesco francisco frank franz frederik friedrich fritz gabriel
    george georg gerald gerhard gilbert giovanni giuseppe gregor guido gunter gustav hannes hans harald harry heinrich heinz
    helmut henrik henry hermann holger horst hugo ian igor ivan jack jacob jaime jakob jakub james jan javier jeffrey jens
    joachim joao johan johann johannes john jonas jorge jose josef joseph juan julian julius jurgen karl kenneth kevin klaus
    konrad kurt lars lauri laurence lawrence leon leonard leonardo lorenzo louis luca lucas luigi luis lukas magnus manfred
    marc marcel marco marcus mario mark markus martin mateo matteo matthew matthias max maximilian michael miguel mikael
    mohamed mohammed moritz nicolas niels nikolai nils noah olaf ole oliver oscar otto pablo patrick paul pavel pedro peter
    philip philipp pierre rafael ralf ralph raymond reinhard ricardo richard robert roberto roger roland rolf ronald ruben
    rudolf ryan samuel santiago sebastian sergei sergio simon stefan stephan stephen steven sven thomas thorsten tim timothy
    tobias tom torsten ulrich uwe victor viktor vincent vladimir walter werner wilhelm william wolfgang";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_in_one_list_only() {
        assert!(
            WOMEN
                .split_ascii_whitespace()
                .all(|name| !MEN.split_ascii_whitespace().any(|other| name == other))
        );
    }

    #[test]
    fn names_that_say_nothing_are_left_unknown() {
        for (name, guessed) in
            [("Anna", "f"), ("Hans-Peter", "m"), (" maria José ", "f"), ("Kim", "u"), ("Xq", "u")]
        {
            assert_eq!(guess(name), guessed, "{name}");
        }
    }
}
