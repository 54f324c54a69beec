//! `crosswalk serve`.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use super::home::{Home, Served};

/// What the server answers to a GET, head and body.
fn get(served: &Served, path: &str, cookie: &str) -> String {
    let host = served.text("url").strip_prefix("http://").unwrap().to_owned();
    let mut stream = TcpStream::connect(&host).unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nhost: {host}\r\ncookie: {cookie}\r\nconnection: close\r\n\r\n")
        .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn the_link_lets_one_browser_in_and_ctrl_c_ends_it_well() {
    let home = Home::new();
    let served = Served::page(&home, &["--port", "0"]);
    let link = served.text("link");
    let path = link.strip_prefix(&served.text("url")).unwrap();
    assert!(path.starts_with("/enter?token="));
    assert!(get(&served, "/", "").starts_with("HTTP/1.1 403"));
    let entered = get(&served, path, "");
    assert!(entered.starts_with("HTTP/1.1 200"), "{entered}");
    let cookie = entered.lines().find_map(|line| line.strip_prefix("set-cookie: ")).unwrap();
    let cookie = cookie.split(';').next().unwrap();
    assert!(get(&served, "/", cookie).contains("Overview"));
    assert!(get(&served, path, "").starts_with("HTTP/1.1 403"), "the link is good once");
    let session = home.path(".crosswalk/page/session");
    let mode = std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(session).unwrap().permissions());
    assert_eq!(mode & 0o777, 0o600);
    let port = served.text("url").rsplit(':').next().unwrap().to_owned();
    served.signal("INT");
    assert_eq!(served.wait(), 0);

    let again = Served::page(&home, &["--port", &port]);
    assert!(get(&again, "/", cookie).contains("Overview"), "the browser goes on");
    let ran = home.run(&["serve", "--port", &port]).expect(3);
    assert!(ran.stderr.contains("in use"), "{}", ran.stderr);
    let ran = home.run(&["serve", "--port", "0"]).expect(3);
    assert!(ran.stderr.contains("another `crosswalk serve` works in"), "{}", ran.stderr);
}
