//! `ami profiles`: lists the profiles of the configuration files.

use std::io::Write;

use clap::Args;
use serde_json::json;

use crate::connection::profile::{self, Profile};
use crate::failure::Failure;
use crate::output::{Printer, escape::escape};

/// Shown by `ami profiles --help`.
pub(crate) const AFTER_HELP: &str = "\
A profile has the settings of one server. --profile NAME or the variable AMI_PROFILE chooses it; without
them, the profile named default is used if there is one. A profile is looked up in
$XDG_CONFIG_HOME/ami/config.toml (~/.config/ami/config.toml if that variable is not set), then in
/etc/ami.toml. If the variable AMI_CONFIG names a file, only that file counts. The first file that has the
profile decides: profiles of the same name are not combined.

The secret of a profile is only sent to the server of that profile. If an option or a variable names
another host or port, the tool refuses to use it: give --secret-file or AMI_SECRET, too. A profile that
has neither host nor port is for any server.

The files are TOML. All keys are optional:

  [office]
  host = \"pbx.example.com\"       # or any other form of --host
  port = 5039
  user = \"monitor\"
  secret-file = \"office.secret\"  # in the folder of this file; ~ is the home of the user
  #secret = \"very-secret\"        # instead; then run chmod 600 on this file
  tls = true
  ca = \"office-ca.crt\"           # as secret-file
  server-name = \"pbx\"
  insecure = false
  timeout = 5                    # seconds, as --timeout
  connect-timeout = 2.5
  retry = 3
  plain = false";

#[derive(Args)]
pub(crate) struct Options {
    /// Print each profile as a JSON object on one line
    #[arg(long)]
    json: bool,
}

/// Prints a line for each profile: its name, the server, the user and the file, separated by tabs.
/// A profile that is hidden by one of the same name is left out.
pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    let profiles = profile::all().map_err(Failure::Usage)?;
    let mut out = Printer::plain().out;
    for (place, profile) in profiles.iter().enumerate() {
        if profiles.iter().take(place).any(|earlier| earlier.name == profile.name) {
            continue;
        }
        let Profile { name, file, .. } = profile;
        let (server, user) = (profile.server(), profile.user());
        if options.json {
            let file = file.display().to_string();
            let object = json!({ "profile": name, "server": server, "user": user, "file": file });
            writeln!(out, "{object}")?;
        } else {
            let fields = [name, &server, user.unwrap_or("-"), &file.display().to_string()];
            writeln!(out, "{}", fields.map(|field| escape(field.as_bytes())).join("\t"))?;
        }
    }
    Ok(out.flush()?)
}
