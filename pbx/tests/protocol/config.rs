//! Files with users.

use embedded_ami_pbx::Config;

use crate::Server;

/// Returns the number of the wrong line and the reason.
fn refused(text: &str) -> String {
    let error = Config::parse(text).expect_err(text);
    assert_eq!(error.to_string(), format!("line {}: {}", error.line(), error.reason()));
    format!("{}: {}", error.line(), error.reason())
}

#[test]
fn bad_files() {
    let user = "[a]\nsecret = x\n";
    for (text, why) in [
        ("", "0: there is no user"),
        ("[general]\nenabled = yes\n", "2: there is no user"),
        ("secret = x\n", "1: secret stands in no section"),
        ("[a]\nread = all\n[b]\nsecret = x\n", "1: user a has no secret"),
        ("[b]\nsecret = x\n\n[a]\nsecret =\n", "4: user a has no secret"),
        ("[a]\nsecret = x\n[A]\nsecret = y\n", "3: there is a user A already"),
        ("; users\n[a](!)\n", "2: [a](!): templates are not supported"),
        ("[a](b)\nsecret = x\n", "1: [a](b): templates are not supported"),
        ("#include other.conf\n", "1: #include other.conf: directives are not supported"),
        ("[a]\nsecret\n", "2: secret: neither a section nor key = value"),
        ("[a\nsecret = x\n", "1: [a: neither a section nor key = value"),
        ("\\;[a]\n", "1: neither a section nor key = value"),
        ("[a]\n;-- secret = x\n", "2: comments of several lines (;-- to --;) are not supported"),
    ] {
        assert_eq!(refused(text), why, "{text:?}");
    }
    for (key, why) in [
        ("permit = 127.0.0.1/32", "permit is not supported"),
        ("deny=0.0.0.0/0.0.0.0", "deny is not supported"),
        ("acl => office", "acl is not supported"),
        ("Permit => 127.0.0.1/32 ; office", "Permit is not supported"),
        ("raed = all", "raed is not supported"),
        ("write = yes", "write = yes: not a list of classes, as in call,agent or all"),
        ("read = 1", "read = 1: not a list of classes, as in call,agent or all"),
        ("allowmultiplelogin = sometimes", "allowmultiplelogin = sometimes: neither yes nor no"),
        ("eventfilter = [", "[: Filter did not compile.  Check the syntax of the filter given."),
        (
            "eventfilter(name) = x",
            "x: Filter was formatted incorrectly.  Check the syntax of the filter given.",
        ),
    ] {
        assert_eq!(refused(&format!("{user}{key}\n")), format!("3: {why}"));
    }
    for (key, why) in [
        ("authtimeout = 0", "authtimeout = 0: not a number of at least 1"),
        ("authlimit = many", "authlimit = many: not a number of at least 1"),
        ("disabledevents = Newexten", "disabledevents is not supported"),
        ("allowmultiplelogin =", "allowmultiplelogin = : neither yes nor no"),
    ] {
        assert_eq!(refused(&format!("{user}[general]\n{key}\n")), format!("4: {why}"));
    }
}

#[test]
fn the_file_of_the_real_server_can_be_read() {
    let conf = include_str!("../../../tests/asterisk/conf/manager.conf");
    let server = Server::with_users(conf);
    server.log_in("admin", "adminsecret", "off");
    server.log_in("Ünï cödé", "s:e=c r,e\"t é", "off");
    let mut setter = server.log_in("readonly", "readonlysecret", "off");
    assert_eq!(setter.ask("Setvar|Variable: X").text(), "Error: Permission denied");
}

#[test]
fn forms() {
    let users = "\
; a comment
[general]  ; another
enabled=yes
bindaddr = ::1
port = none
  [a]\t;comment
 secret => x\\;y=z ; not this
read=cal,user
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
fn what_stands_last_counts_for_all() {
    let users =
        "[a]\nsecret = x\n[b]\nsecret = y\nallowmultiplelogin = yes\n[General]\nallowmultiplelogin = no\n";
    let server = Server::with_users(users);
    let (_a, _b) = (server.log_in("a", "x", "off"), server.log_in("b", "y", "off"));
    server.log_in("b", "y", "off");
    let mut again = server.connect();
    again.line();
    assert_eq!(again.ask("Login|Username: a|Secret: x").text(), "Error: Login Already In Use");
}
