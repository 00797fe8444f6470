//! Standard output: the formats of messages, and the escaping of what a terminal could obey.

mod color;
pub(crate) mod escape;
mod fields;
pub(crate) mod flat;
mod json;
mod printer;
pub(crate) mod redact;
pub(crate) mod stamp;

use std::borrow::Cow;

use clap::{Args, ValueEnum};
use embedded_ami::wire::Header;

pub(crate) use self::printer::{Printer, for_error};
use crate::connection::secret::Secret;

/// The text before the explanation of the formats, in a help that has much other text before it.
#[cfg(any(feature = "calls", feature = "man"))]
pub(crate) const FORMATS: &str = "The formats of all commands that print messages:\n\n";

/// The explanation of the formats. It is part of the help of every command that has [`Format`]. A
/// command with an `after_help` of its own replaces it, and should append it there.
pub(crate) const AFTER_HELP: &str = r##"Text, the default, is the lines of each message and an empty line. With --time or --tag, a line such
as --- 2026-11-27T09:30:00.125Z pbx1 --- precedes them. It is coloured on a terminal, unless NO_COLOR
is set or TERM is dumb.

--json prints one object per message and line. Its keys are the names of the headers, in their order:
  {"Event":"Hangup","Channel":"PJSIP/7-00000001","Cause":"16"}
Values are strings. A name that is repeated, in the same or another case, has an array of its values.
Output, Variable and names that end with ChanVariable always have an array, and so has "", the key of
lines without a name. Lines of old servers that follow "Response: Follows" belong to Output. Bytes that
are not UTF-8 become U+FFFD. The keys _time, _tag, _gap and _incomplete are those of the tool: a header
whose name begins with an underscore gets a second one. For example, to print ended calls:
  ami events --json | jq -r 'select(.Event == "Hangup") | .Channel'

--json=full loses nothing. Lines without a name have null as the name, and bytes that are not UTF-8 are
{"hex":"..."}:
  {"kind":"event","name":"Hangup","headers":[["Event","Hangup"],["Cause","16"]]}

--fields prints the values of these headers, separated by tabs: one line per message, after the columns
of --time and --tag. A tab, line end or backslash inside a value becomes \t, \n, \r or \\. The values of
a repeated header are joined with \n. A missing header leaves its column empty, and a message that has
none of the headers is not printed. A # that begins a line becomes \#.

If events may have been lost, for example after a lost connection, a line tells the reason:
  --- gap: REASON ---              text
  {"_gap":"REASON"}                --json
  {"kind":"gap","reason":"REASON"} --json=full
  # gap: REASON                    --fields"##;

/// The options of every command that prints messages.
#[derive(Args, Default, Clone)]
#[command(next_help_heading = "Output", after_help = AFTER_HELP)]
pub(crate) struct Format {
    /// Print each message as a JSON object on one line: flat (the default) or full
    #[arg(long, value_name = "FORM", num_args = 0..=1, require_equals = true, default_missing_value = "flat", hide_possible_values = true)]
    pub(crate) json: Option<Json>,
    /// Print the values of these headers, separated by tabs, one line per message
    #[arg(long, value_name = "HEADERS", value_delimiter = ',', value_parser = fields::name, conflicts_with = "json")]
    pub(crate) fields: Vec<String>,
    /// Add the time of arrival, in UTC
    #[arg(long)]
    pub(crate) time: bool,
    /// Add this text, for example to tell several servers apart
    #[arg(long, value_name = "TEXT", value_parser = stamp::tag)]
    pub(crate) tag: Option<String>,
}

/// The two forms of JSON.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Json {
    // Without doc comments, which would make the help of every command much longer.
    Flat,
    Full,
}

impl Format {
    /// Returns whether messages are printed as text, so that a command may print something shorter
    /// instead.
    pub(crate) fn is_text(&self) -> bool {
        self.json.is_none() && self.fields.is_empty()
    }

    /// Returns the format, with lossless JSON in place of text.
    pub(crate) fn or_full(&self) -> Self {
        Self { json: self.json.or(self.is_text().then_some(Json::Full)), ..self.clone() }
    }
}

/// Returns the value of a header without the secret.
fn hidden_value<'t>(secret: Option<&Secret>, header: &Header<'t>) -> Cow<'t, [u8]> {
    secret.map_or(Cow::Borrowed(header.value().as_bytes()), |secret| secret.hide_in_header(header))
}

/// Returns a part of a message without the secret.
fn hidden<'t>(secret: Option<&Secret>, data: &'t [u8]) -> Cow<'t, [u8]> {
    secret.map_or(Cow::Borrowed(data), |secret| secret.hide_in_data(data))
}
