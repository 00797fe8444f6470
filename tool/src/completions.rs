//! `ami completions`: prints the completions of a shell.

use std::io::Write;

use clap::{Args, CommandFactory};
use clap_complete::Shell;

use crate::args::Cli;
use crate::failure::Failure;
use crate::output::Printer;

/// Shown by `ami completions --help`.
pub(crate) const AFTER_HELP: &str = "\
To try them in this shell:

  source <(ami completions bash)

The places for the completions of all users, and of one user:

  bash  /usr/share/bash-completion/completions/ami
        ~/.local/share/bash-completion/completions/ami
  zsh   /usr/share/zsh/site-functions/_ami
        a folder of $fpath, with the name _ami
  fish  /usr/share/fish/vendor_completions.d/ami.fish
        ~/.config/fish/completions/ami.fish";

#[derive(Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct Options {
    /// Shell that reads the completions
    #[arg(value_enum)]
    shell: Shell,
}

pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    let mut script = Vec::new();
    clap_complete::generate(options.shell, &mut Cli::command(), "ami", &mut script);
    // The script of a shell is not a text of a server, so nothing in it is escaped.
    let mut out = Printer::plain().out;
    out.write_all(&script)?;
    Ok(out.flush()?)
}
