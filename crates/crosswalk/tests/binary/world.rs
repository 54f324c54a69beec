//! What the local worlds take on the command line: clock, pace and faults.

use super::home::{Home, Ran, Served, adds_up, credentials};

fn import(home: &Home, served: &Served, file: &str) -> Ran {
    let url = served.text("url");
    let mut command = home.command(&["migrate", file, "--to", &url, "--run", "r", "--json"]);
    credentials(&mut command, served);
    command.output().unwrap().into()
}

#[test]
fn an_import_survives_a_served_tenant_with_faults_of_a_file() {
    let home = Home::new();
    let sample = home.path("sample.json").to_str().unwrap().to_owned();
    home.run(&["sample", "--accounts", "300", "-o", &sample]).expect(0);
    let faults = home.file(
        "faults.toml",
        "seed = 3\n[[rule]]\nfault = \"reset-after\"\non = \"POST /api/v2/jobs/*\"\nfirst = 1\n\
         [[rule]]\nfault = \"503\"\nchance = 0.1\n",
    );
    let data = home.path("tenant");
    let served = Served::start(&home, &data, &["--faults", &faults, "--clock", "60"]);
    let ran = import(&home, &served, &sample);
    let report = ran.expect(1).json();
    adds_up(&report);
    assert_eq!(report["counters"]["imported"], report["counters"]["packed"]);
    assert_eq!(report["counters"]["failed"], 0);
}

#[test]
fn what_is_not_understood_is_wrong_usage_and_says_where() {
    let home = Home::new();
    for (args, what) in [
        (["--faults", "503; sloow 2s"], "at character 6: \"sloow\" is no fault of this world"),
        (["--faults", "nowhere.toml"], "nowhere.toml cannot be read"),
        (["--clock", "0"], "a number above 0"),
        (["--pace", "gold"], "enterprise-nonprod"),
    ] {
        let mut all = vec!["tenant", "serve", "--data", "t"];
        all.extend_from_slice(&args);
        let ran = home.run(&all).expect(2);
        assert!(ran.stderr.contains(what), "{}", ran.stderr);
    }
}

#[test]
fn the_help_tells_the_language_of_faults() {
    let help = Home::new().run(&["tenant", "serve", "--help"]).expect(0).stdout;
    for word in
        ["reset-after", "job-stuck", "search-blind", "every N", "seed N", "--pace <TIER>", "--clock <FACTOR>"]
    {
        assert!(help.contains(word), "{word}");
    }
}
