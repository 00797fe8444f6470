//! `ami action`: sends an action and prints its answer.

use std::io::Write;

use clap::Args;
use clap::builder::{NonEmptyStringValueParser, OsStringValueParser, TypedValueParser};
use embedded_ami::action;
use embedded_ami::client::ResponseStatus;
use embedded_ami::io::blocking::Error;

use crate::connection;
use crate::failure::Failure;
use crate::output::{Format, Printer};
use crate::permission;
use crate::request::{self, Given, Header};
use crate::usage::closest;

pub(crate) const AFTER_HELP: &str = "\
With -, headers are read from standard input up to its end, so that no other user of the machine
can see them in the list of processes. Each line is a header as AMI has it, Header: Value; one blank
after the colon is not part of the value. Headers in arguments precede or follow them.

  ami action Setvar Channel=PJSIP/7-00000001 Variable=PIN - < value.txt
  printf 'Value: %s\\n' \"$pin\" | ami action Setvar Variable=PIN -

A response of Error is printed like any other one, and its message is also the error on standard error.
If both are the same terminal, a response that has nothing but the message is not printed.

A value cannot have NUL, CR or LF, which AMI has no way to write. An argument that begins with a
dash must follow --.";

#[derive(Args)]
pub(crate) struct Options {
    /// Name of the action, for example CoreSettings
    #[arg(value_parser = NonEmptyStringValueParser::new())]
    name: String,
    /// Headers of the action, for example Channel=SIP/7; - reads more from standard input
    #[arg(value_name = "HEADER=VALUE|-", value_parser = OsStringValueParser::new().try_map(request::given))]
    headers: Vec<Given>,
    #[command(flatten)]
    format: Format,
    #[command(flatten)]
    connection: connection::Options,
}

pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    let headers = options.headers()?;
    options.connection.run(&options.format, |settings, printer| {
        let names: Vec<_> = headers.iter().map(Header::place).collect();
        let name = &options.name;
        let action =
            action::from_fn(name, |out| headers.iter().try_for_each(|header| header.write(name, out)));
        let mut client = settings.log_in("off", printer)?;
        printer.watch_fields();
        match client.list(&action) {
            Ok(mut list) => {
                printer.message(&list.response())?;
                list.by_ref().try_for_each(|entry| printer.answer(entry, Printer::message))?;
                list.completion().map_or(Ok(()), |completion| printer.message(&completion))?;
            }
            Err(error @ Error::Session(_)) => return Err(request::failure(error, &names)),
            Err(error) => {
                let is_unknown =
                    matches!(&error, Error::Response { status: ResponseStatus::UnknownAction, .. });
                let similar = is_unknown.then(|| similar(name)).flatten();
                let hint = match similar {
                    Some(name) => format!("; did you mean {name}?"),
                    None => permission::hint(&error, name),
                };
                let answered = printer.answer(Err(error), Printer::message);
                answered.map_err(|failure| permission::add(failure, &hint))?;
            }
        }
        printer.out.flush()?;
        printer.warn_of_missing_fields();
        Ok(())
    })
}

impl Options {
    /// Returns the headers, with those of standard input in the place of `-`.
    fn headers(&self) -> Result<Vec<Header>, Failure> {
        let is_input = |given: &&Given| matches!(given, Given::Input);
        if self.headers.iter().filter(is_input).count() > 1 {
            return Err(Failure::Usage("- is given twice, but standard input can be read once".into()));
        }
        let mut headers = Vec::new();
        for given in &self.headers {
            match given {
                Given::Header(header) => headers.push(header.clone()),
                Given::Input => headers.extend(request::read_headers()?),
            }
        }
        Ok(headers)
    }
}

/// Returns the action of Asterisk whose name is most similar to this one, if any is similar. A name
/// that Asterisk has is not one.
pub(crate) fn similar(name: &str) -> Option<&'static str> {
    closest(name, action::all().map(|info| info.name)).filter(|best| !best.eq_ignore_ascii_case(name))
}

#[cfg(test)]
mod tests {
    use super::similar;

    #[test]
    fn names_with_typing_errors_are_recognised() {
        for (given, found) in [
            ("CoreSetings", Some("CoreSettings")),
            ("coreshowchanels", Some("CoreShowChannels")),
            ("Pign", Some("Ping")),
            ("Orginate", Some("Originate")),
            ("ping", None),
            ("SIPpeers", None),
            ("x", None),
            ("Frobnicate", None),
        ] {
            assert_eq!(similar(given), found, "{given}");
        }
    }
}
