//! Configurations: files with users.

use embedded_ami_pbx::Config;

use crate::Server;

/// Returns the number of the line and the reason of the error in a configuration.
fn parse_error(text: &str) -> String {
    let error = Config::parse(text).expect_err(text);
    assert_eq!(error.to_string(), format!("line {}: {}", error.line(), error.reason()));
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
        ("#include other.conf\n", "1: #include other.conf: directives are not supported"),
        ("[a]\nsecret\n", "2: neither a section nor key = value"),
        ("[a]\nsecret hunter2\n", "2: neither a section nor key = value"),
        ("[a\nsecret = x\n", "1: neither a section nor key = value"),
        ("\\;[a]\n", "1: neither a section nor key = value"),
        ("[a]\n;-- secret = x\n", "2: block comments (;-- to --;) are not supported"),
    ] {
        assert_eq!(parse_error(text), reason, "{text:?}");
    }
    for (key, reason) in [
        ("permit = 127.0.0.1/32", "permit is not supported"),
        ("deny=0.0.0.0/0.0.0.0", "deny is not supported"),
        ("acl => office", "acl is not supported"),
        ("Permit => 127.0.0.1/32 ; office", "Permit is not supported"),
        ("raed = all", "raed is not supported"),
        ("write = yes", "write = yes: not a list of classes such as call,agent or all"),
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
        ("disabledevents = Newexten", "disabledevents is not supported"),
        ("allowmultiplelogin =", "allowmultiplelogin = : neither yes nor no"),
    ] {
        assert_eq!(parse_error(&format!("{user}[general]\n{key}\n")), format!("4: {reason}"));
    }
}

#[test]
fn the_configuration_of_the_real_asterisk_can_be_read() {
    let conf = include_str!("manager.conf");
    let server = Server::with_users(conf);
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
