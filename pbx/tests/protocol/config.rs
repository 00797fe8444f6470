//! Configurations: files with users.

use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use embedded_ami_pbx::{Config, Pbx};

use crate::Server;

/// A folder with files, which is removed at the end of its test.
struct Folder(PathBuf);

impl Folder {
    fn new(files: &[(&str, &str)]) -> Self {
        static MADE: AtomicU32 = AtomicU32::new(0);
        let number = MADE.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("embedded-ami-pbx-{}-{number}", std::process::id()));
        for (name, text) in files {
            let file = folder.join(name);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, text).unwrap();
        }
        Self(folder)
    }

    fn file(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    /// Returns the error of a configuration file, with the path relative to the folder.
    fn error(&self, name: &str) -> String {
        let error = Config::from_file(self.file(name)).expect_err(name);
        let file = error.file().and_then(|file| file.strip_prefix(&self.0).ok()).map(Path::to_path_buf);
        assert!(error.to_string().starts_with(self.0.to_str().unwrap()), "{error}");
        format!("{}:{}: {}", file.unwrap().display(), error.line(), error.reason())
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Returns the number of the line and the reason of the error in a configuration.
fn parse_error(text: &str) -> String {
    let error = Config::parse(text).expect_err(text);
    let place = if text.is_empty() { String::new() } else { format!("line {}: ", error.line()) };
    assert_eq!(error.to_string(), format!("{place}{}", error.reason()));
    format!("{}: {}", error.line(), error.reason())
}

#[test]
fn errors_name_the_line_and_the_reason() {
    let user = "[a]\nsecret = x\n";
    for (text, reason) in [
        ("", "0: the configuration has no users"),
        ("[general]\nenabled = yes\n", "2: the configuration has no users"),
        ("secret = x\n", "1: secret is outside a section"),
        ("[a]\nread = all\n[b]\nsecret = x\n", "1: user a has no secret"),
        ("[b]\nsecret = x\n\n[a]\nsecret =\n", "4: user a has no secret"),
        ("[a]\nsecret = x\n[A]\nsecret = y\n", "3: user A is defined twice"),
        ("; users\n[a](!)\n", "2: [a](!): templates are not supported"),
        ("[a](b)\nsecret = x\n", "1: [a](b): templates are not supported"),
        ("#include other.conf\n", "1: #include other.conf: only a file can include files"),
        ("#exec script\n", "1: #exec script: this directive is not supported"),
        ("[a]\nsecret\n", "2: neither a section nor key = value"),
        ("[a]\nsecret hunter2\n", "2: neither a section nor key = value"),
        ("[a\nsecret = x\n", "1: neither a section nor key = value"),
        ("\\;[a]\n", "1: neither a section nor key = value"),
        ("[a]\n;-- secret = x\n", "2: block comments (;-- to --;) are not supported"),
    ] {
        assert_eq!(parse_error(text), reason, "{text:?}");
    }
    for (key, reason) in [
        ("permit = 10.0.0.0/33", "permit = 10.0.0.0/33: \"10.0.0.0/33\" is not a network such as 10.0.0.0/8"),
        (
            "deny=10.0.0.1, 10.0.0.2",
            "deny = 10.0.0.1, 10.0.0.2: \" 10.0.0.2\" is not a network such as 10.0.0.0/8",
        ),
        ("Permit => localhost ; x", "Permit = localhost: \"localhost\" is not a network such as 10.0.0.0/8"),
        ("deny =", "deny = : \"\" is not a network such as 10.0.0.0/8"),
        ("acl => office", "acl is not supported"),
        ("Acl = office", "Acl is not supported"),
        ("raed = all", "raed is not supported; did you mean read?"),
        ("write = yes", "write = yes: not a list of classes such as call,agent or all"),
        ("write = ,call", "write = ,call: an empty word before a comma would grant every class"),
        ("Read = call,,user", "Read = call,,user: an empty word before a comma would grant every class"),
        ("read = ,", "read = ,: an empty word before a comma would grant every class"),
        ("write = a,call", "write = a,call: a is not a class, and would grant all that begin with it"),
        (
            "write = call,syst,user",
            "write = call,syst,user: syst is not a class, and would grant all that begin with it; did you mean system?",
        ),
        ("read = cal", "read = cal: cal is not a class; did you mean call?"),
        ("read = agent,Call", "read = agent,Call: Call is not a class; did you mean call?"),
        ("write = phones", "write = phones: phones is not a class"),
        ("write = system, call", "write = system, call: \" call\" is not a class; leave out the blanks"),
        ("setvar = X", "setvar = X: not a variable such as NAME=value"),
        (
            "setvar = A=1,B",
            "setvar = A=1,B: \"B\" is not a variable such as NAME=value; a comma in a value must be in double quotes",
        ),
        (
            "setvar = A=1,=2,C=3",
            "setvar = A=1,=2,C=3: \"=2\" is not a variable such as NAME=value; a comma in a value must be in double quotes",
        ),
        ("writetimeout = soon", "writetimeout = soon: not a whole number of at least 1"),
        ("displayconnects = perhaps", "displayconnects = perhaps: neither yes nor no"),
        ("read = 1", "read = 1: not a list of classes such as call,agent or all"),
        ("allowmultiplelogin = sometimes", "allowmultiplelogin = sometimes: neither yes nor no"),
        ("eventfilter = [", "[: Filter did not compile.  Check the syntax of the filter given."),
        (
            "eventfilter(name) = x",
            "x: Filter was formatted incorrectly.  Check the syntax of the filter given.",
        ),
    ] {
        assert_eq!(parse_error(&format!("{user}{key}\n")), format!("3: {reason}"));
    }
    for (key, reason) in [
        ("authtimeout = 0", "authtimeout = 0: not a whole number of at least 1"),
        ("authlimit = many", "authlimit = many: not a whole number of at least 1"),
        ("permit = 10.0.0.0/8", "permit is not supported"),
        ("deny = 10.0.0.0/8", "deny is not supported"),
        ("disabledevents = Newexten", "disabledevents is not supported"),
        ("authlimt = 5", "authlimt is not supported; did you mean authlimit?"),
        ("port = none", "port = none: not a port from 0 to 65535"),
        ("port = 65536", "port = 65536: not a port from 0 to 65535"),
        ("bindaddr = localhost", "bindaddr = localhost: not an address such as 127.0.0.1 or ::1"),
        ("bindaddr = ::1:5038:x", "bindaddr = ::1:5038:x: not an address such as 127.0.0.1 or ::1"),
        ("enabled = yess", "enabled = yess: neither yes nor no"),
        ("httptimeout = long", "httptimeout = long: not a whole number of at least 1"),
        ("allowmultiplelogin =", "allowmultiplelogin = : neither yes nor no"),
    ] {
        assert_eq!(parse_error(&format!("{user}[general]\n{key}\n")), format!("4: {reason}"));
    }
}

#[test]
fn the_configuration_of_the_real_asterisk_can_be_read() {
    let conf = include_str!("manager.conf").replace("@PORT@", "5038").replace("@TLS@", "5039");
    let server = Server::with_users(&conf);
    server.log_in("admin", "adminsecret", "off");
    server.log_in("Ünï cödé", "s:e=c r,e\"t é", "off");
    let mut setter = server.log_in("readonly", "readonlysecret", "off");
    assert_eq!(setter.ask("Setvar|Variable: X").text(), "Error: Permission denied");
}

#[test]
fn blanks_comments_arrows_and_escapes_are_read_like_asterisk() {
    let users = "\
; a comment
[general]  ; another
enabled=yes
bindaddr = ::1
port = 0
  [a]\t;comment
 secret => x\\;y=z ; not this
read=call,user
write =
[b]
secret = >x
write = all";
    let server = Server::with_users(users);
    let mut a = server.log_in("a", "x;y=z", "off");
    assert_eq!(a.ask("Hangup|Channel: x").text(), "Error: Permission denied");
    let mut b = server.log_in("B", ">x", "off");
    assert_eq!(b.ask("Hangup|Channel: x").text(), "Error: No such channel");
}

#[test]
fn a_user_without_the_class_system_may_not_start_programs() {
    let users = "[a]\nsecret = x\nwrite = originate\n[b]\nsecret = x\nwrite = originate,system\n";
    let server = Server::with_users(users);
    let forbidden = "Error: Originate Access Forbidden: app or data blacklisted";
    let success = "Success: Originate successfully queued";
    // The case of functions counts, that of the names of applications does not.
    for (headers, text) in [
        ("Application: System|Data: ls", forbidden),
        ("Application: tryEXEC", forbidden),
        ("Application: NoOp|Data: ${SHELL(ls)}", forbidden),
        ("Application: NoOp|Data: ${EVAL(${X})}", forbidden),
        ("Application: NoOp|Data: ${shell(ls)}", success),
        ("Exten: 100|Context: test|Priority: 1|Data: ${SHELL(ls)}", success),
    ] {
        let request = format!("Originate|Channel: Local/102@test|Async: true|{headers}");
        for (user, text) in [("a", text), ("b", success)] {
            let mut wire = server.log_in(user, "x", "off");
            assert_eq!(wire.ask(&request).text(), text, "{user}: {headers}");
        }
    }
}

#[test]
fn general_settings_apply_to_users_before_and_after_them() {
    let users =
        "[a]\nsecret = x\n[b]\nsecret = y\nallowmultiplelogin = yes\n[General]\nallowmultiplelogin = no\n";
    let server = Server::with_users(users);
    let (_a, _b) = (server.log_in("a", "x", "off"), server.log_in("b", "y", "off"));
    server.log_in("b", "y", "off");
    let mut again = server.connect();
    again.line();
    assert_eq!(again.ask("Login|Username: a|Secret: x").text(), "Error: Login Already In Use");
}

/// A `manager.conf` as FreePBX installs it.
const FREEPBX: &str = "\
;
; AMI of the portal
;
[general]
enabled = yes
port = 5038
bindaddr = 0.0.0.0
displayconnects=no

[portal]
secret = portal-secret
deny=0.0.0.0/0.0.0.0
permit=127.0.0.1/255.255.255.0
read = system,call,log,verbose,command,agent,user,config,command,dtmf,reporting,cdr,dialplan,originate,message
write = system,call,log,verbose,command,agent,user,config,command,dtmf,reporting,cdr,dialplan,originate,message
writetimeout = 5000

#include manager_additional.conf
#include manager_custom.conf
";

/// The users that the web interface of FreePBX writes into `manager_additional.conf`.
const ADDITIONAL: &str = "\
;--------------------------------------------------------------------------------;
; generated
;--------------------------------------------------------------------------------;
[wallboard]
secret = wallboard-secret
deny=0.0.0.0/0.0.0.0
permit=192.0.2.10/255.255.255.255
permit=198.51.100.0/255.255.255.0
read = call,agent
write = reporting
writetimeout = 100

";

#[test]
fn a_stock_configuration_of_freepbx_loads() {
    let folder = Folder::new(&[
        ("manager.conf", FREEPBX),
        ("manager_additional.conf", ADDITIONAL),
        ("manager_custom.conf", ""),
    ]);
    let config = Config::from_file(folder.file("manager.conf")).unwrap();
    assert_eq!((config.address(), config.port()), (Some([0, 0, 0, 0].into()), Some(5038)));
    let server = Server::run(Pbx::builder().config(config));
    let mut portal = server.log_in("portal", "portal-secret", "off");
    assert_eq!(portal.ask("Hangup|Channel: x").text(), "Error: No such channel");
    // The user exists and the secret is right, but the address is not permitted.
    let mut wallboard = server.connect();
    wallboard.line();
    let login = "Login|Username: wallboard|Secret: wallboard-secret";
    assert_eq!(wallboard.ask(login).text(), "Error: Authentication failed");
    assert!(wallboard.is_closed());
}

#[test]
fn permit_and_deny_decide_by_the_address_of_the_client() {
    let users = "\
[none]
secret = x
[local]
secret = x
deny = 0.0.0.0/0,::/0
permit = 127.0.0.1,::1
[elsewhere]
secret = x
deny = 127.0.0.0/8
deny = ::1
[later]
secret = x
permit = 127.0.0.1,::1
deny = 0.0.0.0/0.0.0.0
deny = ::/0
[negated]
secret = x
permit = !127.0.0.1,!::1
[four]
secret = x
deny = 0.0.0.0/0
[six]
secret = x
deny = ::/0
";
    let mut tried = 0;
    // The address of the server, the one to connect to, and the users who may not log in then. On
    // `[::]` an IPv4 client has an IPv4 address inside an IPv6 address.
    for (listen, host, refused) in [
        ("127.0.0.1:0", "127.0.0.1", ["elsewhere", "later", "negated", "four"]),
        ("[::]:0", "127.0.0.1", ["elsewhere", "later", "negated", "four"]),
        ("[::1]:0", "::1", ["elsewhere", "later", "negated", "six"]),
    ] {
        if TcpListener::bind(listen).is_err() {
            continue; // a machine without IPv6
        }
        let pbx = Pbx::builder().config(Config::parse(users).unwrap()).start(listen).unwrap();
        let address = (host.parse::<std::net::IpAddr>().unwrap(), pbx.local_addr().port()).into();
        let server = Server { _pbx: pbx, address };
        let mut waiting = Vec::new();
        for user in ["none", "local", "elsewhere", "later", "negated", "four", "six"] {
            let mut wire = server.connect();
            wire.line();
            let id = wire.send(&format!("Login|Username: {user}|Secret: x|Events: off"));
            waiting.push((user, wire, id));
        }
        for (user, mut wire, id) in waiting {
            let text = wire.answer(&id).text();
            let expected = match refused.contains(&user) {
                true => "Error: Authentication failed",
                false => "Success: Authentication accepted",
            };
            assert_eq!(text, expected, "{user} on {listen}");
            tried += 1;
        }
    }
    assert!(tried >= 7);
}

#[test]
fn files_include_others_like_asterisk() {
    let folder = Folder::new(&[
        // The section of `a` goes on in the included file, and after it.
        (
            "main.conf",
            "[a]\nsecret = x\n#include part.conf\nread = call\n#include \"users/*.conf\" \n#tryinclude none.conf\n",
        ),
        ("part.conf", "write = call\n[b]\nsecret = y\n"),
        ("users/2.conf", "[d]\nsecret = d\n"),
        // The name is relative to the folder of the first file.
        ("users/1.conf", "#include <part2.conf>\n"),
        ("users/3.txt", "not read"),
        ("users/.4.conf", "not read"),
        ("part2.conf", "[c]\nsecret = c\n"),
    ]);
    let config = Config::from_file(folder.file("main.conf")).unwrap();
    let server = Server::run(Pbx::builder().config(config));
    let mut a = server.log_in("a", "x", "call");
    assert_eq!(a.ask("Hangup|Channel: x").text(), "Error: No such channel");
    server.log_in("b", "y", "off");
    server.log_in("c", "c", "off");
    server.log_in("d", "d", "off");
}

#[test]
fn errors_of_included_files_name_the_file_and_the_line() {
    let user = "[a]\nsecret = x\n";
    let folder = Folder::new(&[
        ("missing.conf", &format!("{user}#include none.conf\n")),
        ("no-match.conf", &format!("{user}#include none/*.conf\n")),
        ("pattern.conf", &format!("{user}#include */a.conf\n")),
        ("class.conf", &format!("{user}#include [ab].conf\n")),
        ("nameless.conf", &format!("{user}#include \"\"\n")),
        ("cycle.conf", &format!("{user}#include again.conf\n")),
        ("again.conf", "#include again.conf\n"),
        ("outer.conf", &format!("{user}\n#include inner.conf\n")),
        ("inner.conf", "read = call\nacl = office\n"),
        ("twice.conf", &format!("{user}#include user.conf\n#include user.conf\n")),
        ("user.conf", "[b]\nsecret = y\n"),
        ("secretless.conf", &format!("{user}#include lost.conf\n")),
        ("lost.conf", "; no secret\n[c]\nread = all\n"),
        ("empty.conf", "\n"),
        ("folder.conf", &format!("{user}#include users\n")),
        ("users/none", ""),
    ]);
    for (file, error) in [
        ("missing.conf", "missing.conf:3: #include none.conf: the file does not exist"),
        ("no-match.conf", "no-match.conf:3: #include none/*.conf: the file does not exist"),
        (
            "pattern.conf",
            "pattern.conf:3: #include */a.conf: the only pattern that is supported is * in the name of the file",
        ),
        (
            "class.conf",
            "class.conf:3: #include [ab].conf: the only pattern that is supported is * in the name of the file",
        ),
        ("nameless.conf", "nameless.conf:3: #include \"\": the name of the file is missing"),
        ("cycle.conf", "again.conf:1: #include again.conf: more than 10 files include each other"),
        ("outer.conf", "inner.conf:2: acl is not supported"),
        ("twice.conf", "user.conf:1: user b is defined twice"),
        ("secretless.conf", "lost.conf:2: user c has no secret"),
        ("empty.conf", "empty.conf:1: the configuration has no users"),
    ] {
        assert_eq!(folder.error(file), error);
    }
    assert!(folder.error("folder.conf").starts_with("folder.conf:3: #include users: "));
    assert!(folder.error("no-such.conf").starts_with("no-such.conf:0: "));
}

#[test]
fn keys_of_asterisk_that_restrict_nobody_are_accepted() {
    let users = "\
[general]
enabled = yes
webenabled = no
httptimeout = 60
block-sockets = no
displayconnects = no
displaysystemname = yes
timestampevents = yes
debug = on
brokeneventsaction = yes
tlsenable = no
tlsbindaddr = 0.0.0.0:5039
tlscipher = x
tlscafile = x
sslbindport = 5039
[a]
secret = x
displayconnects = yes
writetimeout = 5000
read = none,call,hookresponse,message,
write = system,none,
";
    let server = Server::with_users(users);
    let mut a = server.log_in("a", "x", "off");
    assert_eq!(a.ask("Originate|Channel: x").text(), "Error: Permission denied");
    assert_eq!(a.ask("Hangup|Channel: x").text(), "Error: No such channel"); // it is system, too
}
