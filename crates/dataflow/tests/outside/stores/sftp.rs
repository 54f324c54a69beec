//! SFTP against asyncssh.

use std::fs;
use std::path::Path;

use serde_json::{Value as Json, json};

use super::{Server, fetches, fill, is_whole, sends, why};

/// Says its port, the fingerprint of its key, its key as a line of known hosts has it, and a private key of its user; then
/// the name of each file that it opens to write. What logs in with a password says it in the way of `sys.argv[2]`.
const SERVER: &str = r#"
import asyncio, os, sys
import asyncssh

host, user = asyncssh.generate_private_key("ssh-ed25519"), asyncssh.generate_private_key("ssh-rsa", key_size=2048)

class Door(asyncssh.SSHServer):
    def begin_auth(self, name):
        return True
    def public_key_auth_supported(self):
        return True
    def validate_public_key(self, name, key):
        return name == "team" and key == user.convert_to_public()
    def password_auth_supported(self):
        return sys.argv[2] == "password"
    def validate_password(self, name, password):
        return (name, password) == ("team", "right horse")
    def kbdint_auth_supported(self):
        return sys.argv[2] == "words"
    def get_kbdint_challenge(self, name, language, methods):
        return ("", "", "", [("Password: ", False)])
    def validate_kbdint_response(self, name, answers):
        return answers == ["right horse"]

class Files(asyncssh.SFTPServer):
    def __init__(self, chan):
        super().__init__(chan, chroot=sys.argv[1])
    def open(self, path, flags, attrs):
        if flags & asyncssh.FXF_WRITE:
            print(os.path.basename(path).decode(), flush=True)
        return super().open(path, flags, attrs)
    def rename(self, old, new):
        # As OpenSSH does.
        if os.path.exists(self.map_path(new)):
            raise asyncssh.SFTPFailure("It is there.")
        return super().rename(old, new)

async def main():
    server = await asyncssh.listen("127.0.0.1", 0, server_factory=Door, server_host_keys=[host], sftp_factory=Files)
    print(server.get_port())
    print(host.get_fingerprint())
    print(host.export_public_key().decode().strip())
    print(user.export_private_key("pkcs1-pem").decode().replace("\n", "|"), flush=True)
    await server.wait_closed()

asyncio.run(main())
"#;

struct Sftp {
    server: Server,
    params: Json,
    /// The server's key, as a line of known hosts has it after the host.
    key: String,
    /// A private key that may log in.
    user: String,
}

fn server(root: &Path, way: &str) -> Option<Sftp> {
    let mut server = Server::python("asyncssh", SERVER, &[root.to_str()?, way])?;
    let port: u16 = server.line().parse().unwrap();
    let params = json!({
        "host": "127.0.0.1", "port": port, "username": "team", "password": "right horse", "remotePath": "/in",
        "hostKey": server.line(), "timeout": 20,
    });
    let (key, user) = (server.line(), server.line().replace('|', "\n"));
    Some(Sftp { server, params, key, user })
}

#[tokio::test]
async fn files_are_sent_and_fetched() {
    for way in ["password", "words"] {
        let (root, local) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let Some(Sftp { mut server, mut params, .. }) = server(root.path(), way) else { return };
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
            sends(local.path(), "sftp", &params).await;
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
        fetches("sftp", &from, &back).await;
        is_whole(&back);
    }
}

#[tokio::test]
async fn a_private_key_logs_in_and_known_hosts_are_trusted() {
    let (root, local) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let Some(Sftp { mut params, key, user, server: _server }) = server(root.path(), "password") else {
        return;
    };
    fs::create_dir(root.path().join("in")).unwrap();
    fill(local.path());
    let known_hosts = local.path().join("known_hosts");
    fs::write(&known_hosts, format!("[127.0.0.1]:{} {key}\n", params["port"])).unwrap();
    params["password"] = json!("");
    params["privateKey"] = json!(user);
    params["hostKey"] = json!("");
    params["knownHosts"] = json!(known_hosts);
    let sent = tempfile::tempdir().unwrap();
    fill(sent.path());
    sends(sent.path(), "sftp", &params).await;
    is_whole(&root.path().join("in"));

    params["privateKey"] = json!("-----BEGIN RSA PRIVATE KEY-----\nnone\n-----END RSA PRIVATE KEY-----");
    let told = why("sftp", &params).await;
    assert_eq!(
        told,
        "step `from`: privateKey is no private key in PEM or OpenSSH format without a passphrase"
    );
}

#[tokio::test]
async fn a_server_that_is_not_known_is_not_spoken_to() {
    let (root, local) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let Some(Sftp { mut params, server: _server, .. }) = server(root.path(), "password") else { return };
    let place = format!("step `from`: 127.0.0.1:{}", params["port"]);
    let shown = params["hostKey"].as_str().unwrap().to_owned();
    let known_hosts = local.path().join("known_hosts");
    params["knownHosts"] = json!(known_hosts);

    params["hostKey"] = json!("SHA256:AAAA");
    let told = why("sftp", &params).await;
    assert_eq!(
        told,
        format!(
            "{place} is not spoken to: its key is {shown}, not the one of hostKey: it may be another machine. Ask who runs it"
        )
    );

    params["hostKey"] = json!("");
    let told = why("sftp", &params).await;
    assert!(told.starts_with(&format!("{place} is not spoken to: its key {shown} is not known.")), "{told}");
    assert!(told.contains("hostKey") && told.contains("ssh-keyscan -p"), "{told}");

    // A key of another machine, made for this test.
    let other = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJyvMIHXKB7F7ySmXABfP9PoqCIEZxF8WRfTI3WUhBHa";
    fs::write(&known_hosts, format!("other {other}\n[127.0.0.1]:{} {other}\n", params["port"])).unwrap();
    let told = why("sftp", &params).await;
    assert!(told.contains(&format!("not the one in line 2 of {}", known_hosts.display())), "{told}");
}

#[tokio::test]
async fn what_the_server_refuses_is_told() {
    let root = tempfile::tempdir().unwrap();
    let Some(Sftp { params, server, .. }) = server(root.path(), "password") else { return };
    let place = format!("step `from`: 127.0.0.1:{}", params["port"]);

    let mut wrong = params.clone();
    wrong["password"] = json!("wrong horse");
    assert_eq!(
        why("sftp", &wrong).await,
        format!("{place} refuses the login of team; check username and password")
    );

    let told = why("sftp", &params).await;
    assert!(told.starts_with(&format!("{place}, folder \"/in\": list: ")), "{told}");
    assert!(told.ends_with("; check remotePath"), "{told}");

    drop(server);
    let told = why("sftp", &params).await;
    assert!(told.starts_with(&format!("{place}: ")) && told.contains("check host and port"), "{told}");
}

#[tokio::test]
async fn a_server_that_says_nothing_is_waited_for_no_longer_than_it_may_take() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let params = json!({"host": "127.0.0.1", "port": port, "username": "u", "password": "p", "timeout": 1});
    assert_eq!(
        why("sftp", &params).await,
        format!("step `from`: 127.0.0.1:{port} does not answer within 1 s")
    );
}
