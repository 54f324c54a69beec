//! FTP against pyftpdlib.

use std::fs;
use std::path::Path;

use serde_json::{Value as Json, json};

use super::{Server, fetches, fill, is_whole, sends, why};

/// Says its port, then the name of each file that it received. An `old` server has no listing for programs and does not
/// rename onto a file that is there.
const SERVER: &str = r#"
import os, sys
from pyftpdlib.authorizers import DummyAuthorizer
from pyftpdlib.handlers import FTPHandler
from pyftpdlib.servers import FTPServer

class Handler(FTPHandler):
    authorizer = DummyAuthorizer()
    def on_file_received(self, path):
        print(os.path.basename(path), flush=True)
    def ftp_RNTO(self, path):
        if sys.argv[2] == "old" and os.path.exists(path):
            self.respond("553 It is there.")
        else:
            return super().ftp_RNTO(path)

Handler.authorizer.add_user("team", "right horse", sys.argv[1], perm="elradfmwMT")
if sys.argv[2] == "old":
    Handler.proto_cmds = {name: how for name, how in Handler.proto_cmds.items() if name not in ("MLSD", "MLST")}
server = FTPServer(("127.0.0.1", 0), Handler)
print(server.address[1], flush=True)
server.serve_forever()
"#;

pub(super) fn server(root: &Path, age: &str) -> Option<(Server, Json)> {
    let mut server = Server::python("pyftpdlib", SERVER, &[root.to_str()?, age])?;
    let port: u16 = server.line().parse().unwrap();
    let params = json!({
        "host": "127.0.0.1", "port": port, "username": "team", "password": "right horse", "remotePath": "in",
    });
    Some((server, params))
}

#[tokio::test]
async fn files_are_sent_and_fetched() {
    for age in ["old", "new"] {
        let (root, local) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let Some((mut server, mut params)) = server(root.path(), age) else { return };
        let remote = root.path().join("in");
        fs::create_dir(&remote).unwrap();
        fill(local.path());
        // What is there gives way.
        fs::write(remote.join("lärge 1.csv"), "an older one").unwrap();
        for (temporary, expected) in [
            (false, [".a b+ü%.csv.part", ".empty.csv.part", ".lärge 1.csv.part"]),
            (true, ["a b+ü%.csv.tmp", "empty.csv.tmp", "lärge 1.csv.tmp"]),
        ] {
            params["temporaryUploadExtension"] = json!(temporary);
            sends(local.path(), "ftp", &params).await;
            let mut names = [server.line(), server.line(), server.line()];
            names.sort();
            assert_eq!(names, expected);
            is_whole(&remote);
        }

        let mut from = params.clone();
        from.as_object_mut().unwrap().remove("temporaryUploadExtension");
        from["fileNameRegex"] = json!(r".*\.csv");
        fs::create_dir(remote.join("below.csv")).unwrap();
        for left in ["other.txt", ".half.csv"] {
            fs::write(remote.join(left), "not wanted").unwrap();
        }
        let back = local.path().join("back");
        fetches("ftp", &from, &back).await;
        is_whole(&back);
    }
}

#[tokio::test]
async fn what_the_server_refuses_is_told() {
    let root = tempfile::tempdir().unwrap();
    let Some((server, params)) = server(root.path(), "new") else { return };
    let place = format!("step `from`: 127.0.0.1:{}", params["port"]);

    let mut wrong = params.clone();
    wrong["password"] = json!("wrong horse");
    assert_eq!(
        why("ftp", &wrong).await,
        format!("{place} refuses the login of team; check username and password")
    );

    let mut nowhere = params.clone();
    nowhere["remotePath"] = json!("nowhere");
    let told = why("ftp", &nowhere).await;
    assert!(told.starts_with(&format!("{place}, folder \"nowhere\": list: ")), "{told}");

    drop(server);
    let told = why("ftp", &params).await;
    assert!(told.starts_with(&format!("{place}: list: ")) && told.contains("check host and port"), "{told}");
}
