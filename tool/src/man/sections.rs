//! The sections of ami(1) that are not part of any --help. Empty lines separate paragraphs, and
//! lines that begin with two blanks are examples. They name only commands that the build has.

const DESCRIPTION: &str = "\
Asterisk offers the Asterisk Manager Interface (AMI) on TCP port 5038: actions, with which a program
controls calls, queues and the server itself, and events, which report what happens. The tool ami
makes both available to shell scripts and to programs in any language.

The server has to know a user. Its file manager.conf names the user, the secret and the permissions.";

/// Returns the section DESCRIPTION.
pub(super) fn description() -> String {
    let mut text = DESCRIPTION.to_owned();
    if cfg!(feature = "explain") {
        text.push_str("\nThe command explain names the permission that an action or event needs.");
    }
    if cfg!(feature = "serve") {
        text.push_str("\nThe command demo shows a login and a call without a server.");
    }
    text
}

/// Returns the paragraph that precedes the list of variables.
pub(super) fn environment_note() -> String {
    let profile = if cfg!(feature = "profiles") { " the profile," } else { "" };
    format!(
        "A setting is taken from the first of these that has it: an option, the file of --manager-conf, the \
         environment,{profile} the default. A variable that is empty counts as not set. One whose name is like \
         one of these, as AMI_PRT, is a warning."
    )
}

/// The variables that the tool reads or sets. A test compares the names with the sources.
pub(super) const ENVIRONMENT: &[(&str, &str)] = &[
    ("AMI_HOST", "The server, as the option --host."),
    ("AMI_PORT", "The TCP port, as the option --port."),
    ("AMI_USER", "The name of the manager user, as the option --user."),
    ("AMI_SECRET", "The secret. Other processes of the same user can read it; a file is the better place."),
    ("AMI_SECRET_FILE", "A file whose first line is the secret, as the option --secret-file."),
    #[cfg(feature = "tls")]
    ("AMI_TLS", "Whether to use TLS, yes or no, as the option --tls."),
    #[cfg(feature = "tls")]
    ("AMI_CA", "A file with the certificates to trust, as the option --ca."),
    #[cfg(feature = "tls")]
    ("AMI_SERVER_NAME", "The name in the certificate of the server, as the option --server-name."),
    ("AMI_TIMEOUT", "The time limit in seconds, as the option --timeout."),
    #[cfg(feature = "profiles")]
    ("AMI_CONFIG", "The only file whose profiles count."),
    #[cfg(feature = "profiles")]
    ("AMI_PROFILE", "The profile of the configuration file, as the option --profile."),
    ("AMI_H_*", "The headers of the event, for the program of the option --exec of ami events."),
    ("AMI_EVENT", "The name of the event, for that program."),
    ("AMI_TIME", "The time at which the event arrived, for that program."),
    ("AMI_TAG", "The text of the option --tag, for that program."),
    ("NO_COLOR", "If it is set and not empty, nothing is coloured."),
];

pub(super) const FILES: &[(&str, &str)] = &[
    #[cfg(feature = "profiles")]
    (
        "~/.config/ami/config.toml",
        "The profiles of the user. If XDG_CONFIG_HOME is set, it replaces ~/.config.",
    ),
    #[cfg(feature = "profiles")]
    ("/etc/ami.toml", "The profiles of all users of the machine."),
    (
        "/etc/asterisk/manager.conf",
        "The users of the server. The option --manager-conf reads a secret from it on the machine of the server.",
    ),
];

/// Returns the sections after that of the exit status, each with its heading.
pub(super) fn more() -> [(&'static str, String); 3] {
    [("OUTPUT", OUTPUT.into()), ("EXAMPLES", examples()), ("SECURITY", SECURITY.into())]
}

fn examples() -> String {
    let explain = if cfg!(feature = "explain") { EXAMPLE_OF_EXPLAIN } else { "" };
    let serve = if cfg!(feature = "serve") { EXAMPLE_OF_SERVE } else { "" };
    format!("{EXAMPLES}{explain}{serve}")
}

const OUTPUT: &str = "\
Messages are printed as they arrive, in the formats below. Standard error has one line for each error
or warning, which begins with ami: and a blank.";

const EXAMPLES: &str = "\
Check that the server responds:

  ami --host pbx.example --user admin ping

Perform an action:

  ami action QueueAdd Queue=support Interface=PJSIP/7

Call a telephone, connect it to extension 100, and act on the outcome:

  ami originate PJSIP/7 --context phones --exten 100 || echo \"the call failed\"

Print calls that end:

  ami events --classes call --only Hangup --json";

const EXAMPLE_OF_EXPLAIN: &str = "

Show what an action needs:

  ami explain QueueAdd";

const EXAMPLE_OF_SERVE: &str = "

Try all this without a server:

  AMI_SECRET=secret ami serve --user admin";

const SECURITY: &str = "\
The secret is never part of the command line, since other users of the machine can read that. It comes
from a file, from the environment, or from a prompt on the terminal. By default the secret is not
sent: an MD5 digest answers a challenge of the server. Neither errors nor the programs that the tool
starts receive the secret. If the server sends it back in a message, [redacted] is printed in its place. A
secret shorter than six bytes could be an ordinary word or number of the message: it is replaced only in
errors, with --verbose, and in headers made for secrets, such as Secret, Key and Password.

The protocol itself is not encrypted. Outside of a trusted network use TLS, or let ssh(1) carry the
connection:

  ssh -N -L 5038:127.0.0.1:5038 pbx.example";
