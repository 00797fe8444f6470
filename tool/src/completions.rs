//! `ami completions`: prints the completions of a shell.

use std::io::Write;

use clap::builder::PossibleValuesParser;
use clap::{Arg, Args, Command, CommandFactory};
use clap_complete::Shell;
use embedded_ami::{action, event};

use crate::args::Cli;
use crate::failure::Failure;
use crate::output::Printer;

/// The place of the names of profiles in a script.
const PROFILES: &str = "AMI-PROFILES";

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
        ~/.config/fish/completions/ami.fish

Commands, options and their values, such as events and classes, are completed, in bash and zsh also the
names of actions. bash and fish complete the names of profiles, for which they run ami profiles. In bash
this works after an equals sign and within lists, too, as in --classes=call,sys.";

#[derive(Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct Options {
    /// Shell that reads the completions
    #[arg(value_enum)]
    shell: Shell,
}

pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    let mut script = Vec::new();
    clap_complete::generate(
        options.shell,
        &mut with_values(Cli::command(), options.shell),
        "ami",
        &mut script,
    );
    let script = with_profiles(String::from_utf8_lossy(&script).into_owned(), options.shell);
    let script = if options.shell == Shell::Bash { with_words(&script, &Cli::command()) } else { script };
    // The script of a shell is not a text of a server, so nothing in it is escaped.
    let mut out = Printer::plain().out;
    out.write_all(script.as_bytes())?;
    Ok(out.flush()?)
}

/// Adds the values that an option or argument usually has, but of which others are accepted, too.
fn with_values(mut ami: Command, shell: Shell) -> Command {
    let actions: Vec<_> = action::all().map(|info| info.name).collect();
    let events: Vec<_> = event::names().collect();
    let mut both = [&actions[..], &events[..]].concat();
    both.sort_unstable();
    both.dedup();
    for (command, argument, values) in [
        ("action", "name", &actions),
        ("events", "only", &events),
        ("events", "not", &events),
        ("explain", "name", &both),
    ] {
        // Builds can lack a command.
        if ami.find_subcommand(command).is_some() {
            let values = PossibleValuesParser::new(values.iter().copied());
            let add = |option: Arg| match option.get_id() == argument {
                true => option.value_parser(values.clone()),
                false => option,
            };
            // Unlike `mut_arg`, this keeps the order of the arguments.
            ami = ami.mut_subcommand(command, |own| own.mut_args(add));
        }
    }
    if !matches!(shell, Shell::Bash | Shell::Fish) {
        return ami;
    }
    ami.mut_subcommands(|command| {
        let has_profile = command.get_arguments().any(|option| option.get_id() == "profile");
        if has_profile { command.mut_arg("profile", |own| own.value_parser([PROFILES])) } else { command }
    })
}

/// Replaces the place of the names of profiles in the script by a command that prints them, so that
/// they are those of the time at which the shell asks. The other shells complete no profiles.
fn with_profiles(script: String, shell: Shell) -> String {
    const COMMAND: &str = "ami profiles 2>/dev/null | cut -f 1";
    match shell {
        Shell::Bash => script.replace(PROFILES, &format!("$({COMMAND})")),
        Shell::Fish => script.replace(&format!("{PROFILES}\\t''"), &format!("({COMMAND})")),
        _ => script,
    }
}

/// The function that splits the words of a command line before the generated one completes the
/// last of them. Bash takes an equals sign for a word of its own.
const WORDS: &str = r#"
_ami_words() {
    local cur="${COMP_WORDS[COMP_CWORD]}" prev="${COMP_WORDS[COMP_CWORD-1]}" before="" equals=""
    if [[ "${cur}" == "=" ]]; then
        cur=""
        equals=1
    elif [[ "${prev}" == "=" && COMP_CWORD -ge 2 ]]; then
        prev="${COMP_WORDS[COMP_CWORD-2]}"
        equals=1
    elif [[ "${cur}" == --*=* ]]; then
        prev="${cur%%=*}"
        before="${prev}="
        cur="${cur#*=}"
        equals=1
    fi
    # HEADER=VALUE has no known values.
    if [[ -n "${equals}" && "${prev}" != -* ]]; then
        COMPREPLY=()
        return 0
    fi
    case "${prev}" in
        @EQUALS@)
            [[ -n "${equals}" ]] || prev=""
            ;;
        @LISTS@)
            if [[ "${cur}" == *,* ]]; then
                before="${before}${cur%,*},"
                cur="${cur##*,}"
            fi
            ;;
    esac
    COMP_WORDS[COMP_CWORD]="${cur}"
    _ami "$1" "${cur}" "${prev}"
    COMPREPLY=("${COMPREPLY[@]/#/${before}}")
}
"#;

/// Adds the completion of values after an equals sign, and of the last value of a list.
fn with_words(script: &str, ami: &Command) -> String {
    let longs = |is_one: fn(&Arg) -> bool| {
        let options = ami.get_subcommands().flat_map(Command::get_arguments).filter(|option| is_one(option));
        let mut longs: Vec<_> = options.filter_map(Arg::get_long).map(|long| format!("--{long}")).collect();
        longs.sort_unstable();
        longs.dedup();
        longs.join("|")
    };
    let words = WORDS
        .replace("@EQUALS@", &longs(Arg::is_require_equals_set))
        .replace("@LISTS@", &longs(|option| option.get_value_delimiter() == Some(',')));
    // The function has to precede the lines that register it.
    match script.split_once("\nif [[ \"${BASH_VERSINFO[0]}\" -eq 4 ") {
        Some((functions, rest)) => {
            let rest = rest.replace("complete -F _ami ", "complete -F _ami_words ");
            format!("{functions}{words}\nif [[ \"${{BASH_VERSINFO[0]}}\" -eq 4 {rest}")
        }
        None => script.into(),
    }
}
