//! Messages on standard output.

use std::borrow::Cow;
use std::io::{self, IsTerminal, StdoutLock, Write, stderr};
use std::mem::take;
use std::time::SystemTime;

use embedded_ami::io::blocking::Error;
use embedded_ami::wire::{Header, Message, OwnedMessage, Value};

use super::escape::{Screen, escape, escape_except};
use super::stamp::{self, Stamp};
use super::{Format, Json, color, fields, flat, hidden, hidden_value, json};
use crate::connection::secret::Secret;
use crate::failure::{Failure, warn};
use crate::usage::closest;

/// The number of bytes that a printer holds at most, if it may hold any.
const HELD: usize = 64 * 1024;
/// The number of names of headers that are kept for suggestions.
const MOST_NAMES: usize = 500;

/// Standard output, and the way to print messages there.
///
/// Each message is written in one piece, so that the lines of several programs that write to the
/// same pipe are not mixed up as long as the system keeps a piece whole.
pub(crate) struct Printer {
    pub(crate) out: Screen<StdoutLock<'static>>,
    format: Format,
    has_color: bool,
    /// The secret, once it is known. It is replaced if the server sends it back.
    pub(crate) secret: Option<Secret>,
    /// The time of arrival of what is printed next, unless it is the present time.
    pub(crate) arrival: Option<SystemTime>,
    /// The headers of `--fields` that no message has had, if the printer is to tell of them.
    unseen: Vec<String>,
    /// The names of headers that messages have had, for suggestions.
    seen: Vec<String>,
    /// Bytes that have not been written.
    buffer: Vec<u8>,
    is_held: bool,
}

impl Printer {
    /// Returns a printer for text that is not a message of a server.
    pub(crate) fn plain() -> Self {
        Self::new(&Format::default())
    }

    pub(crate) fn new(format: &Format) -> Self {
        let out = io::stdout().lock();
        let is_terminal = out.is_terminal();
        Self {
            out: Screen::new(out, is_terminal),
            format: format.clone(),
            has_color: is_terminal && color::is_wanted(),
            secret: None,
            arrival: None,
            unseen: Vec::new(),
            seen: Vec::new(),
            buffer: Vec::new(),
            is_held: false,
        }
    }

    /// Returns a printer that writes several messages in one piece, up to the next
    /// [`flush`](Printer::flush). Nothing else may use `out`.
    pub(crate) fn holding(format: &Format) -> Self {
        Self { is_held: true, ..Self::new(format) }
    }

    /// Prints a response or list entry with `print`. A response of Error is printed, too, and then
    /// returned as the failure. It is not printed if the failure tells the same on the same
    /// terminal.
    pub(crate) fn answer(
        &mut self,
        result: Result<OwnedMessage, Error>,
        print: impl FnOnce(&mut Self, &Message<'_>) -> io::Result<()>,
    ) -> Result<(), Failure> {
        match result {
            Ok(message) => Ok(print(self, &message.message())?),
            Err(Error::Response { response, .. }) => {
                let response = response.message();
                let is_on_screen = self.format.is_text() && self.out.is_terminal() && stderr().is_terminal();
                if !is_on_screen || !is_brief(&response) {
                    print(self, &response)?;
                }
                // If a console command fails, its output has the reason, and `Message` only
                // announces the output.
                let output =
                    response.output().map(|line| Value::new(line.as_bytes())).find(|line| !line.is_empty());
                let text = output.or(response.get("Message")).unwrap_or_default();
                Err(Failure::ErrorResponse(self.for_error(text)))
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Prints a message in the format of the user.
    pub(crate) fn message(&mut self, message: &Message<'_>) -> io::Result<()> {
        self.note_names(message);
        let mut out = take(&mut self.buffer);
        let (stamp, secret) = (self.stamp(), self.secret.as_ref());
        match (self.format.json, &self.format.fields[..]) {
            (Some(Json::Flat), _) => flat::write(message, &stamp, secret, &mut out)?,
            (Some(Json::Full), _) => json::write(message, &stamp, secret, &mut out)?,
            (None, []) => {
                self.add_heading(&stamp, &mut out);
                message.headers().for_each(|header| self.add_header(&header, &mut out));
                // Output that arrived in headers has just been printed with them.
                if message.get("Output").is_none() {
                    message.output().for_each(|line| self.add_line(line.as_bytes(), &mut out));
                }
                out.push(b'\n');
            }
            (None, names) => fields::write(message, names, &stamp, secret, &mut out),
        }
        self.write(out)
    }

    /// Looks in all messages from now on for the headers of `--fields`.
    pub(crate) fn watch_fields(&mut self) {
        self.unseen.clone_from(&self.format.fields);
    }

    fn note_names(&mut self, message: &Message<'_>) {
        if self.unseen.is_empty() {
            return;
        }
        let has = |name: &str| {
            message.headers().any(|header| header.is(name))
                || name.eq_ignore_ascii_case("Output") && message.output().next().is_some()
        };
        self.unseen.retain(|name| !has(name));
        for name in message.headers().filter_map(|header| header.name()) {
            if self.seen.len() < MOST_NAMES && !self.seen.iter().any(|seen| seen.as_bytes() == name) {
                self.seen.push(String::from_utf8_lossy(name).into_owned());
            }
        }
    }

    /// Warns of headers of `--fields` that no message has had since
    /// [`watch_fields`](Printer::watch_fields), so that their columns are empty.
    pub(crate) fn warn_of_missing_fields(&self) {
        for name in self.unseen.iter().filter(|_| !self.seen.is_empty()) {
            let hint = match closest(name, self.seen.iter().map(String::as_str)) {
                Some(close) => format!("; a similar one is {close}"),
                None => String::new(),
            };
            warn(&format!("--fields {name}: no message had this header{hint}"));
        }
    }

    /// Marks a gap between the events, for example after a lost connection.
    pub(crate) fn gap(&mut self, reason: &str) -> io::Result<()> {
        let mut out = take(&mut self.buffer);
        self.add_gap(reason, &mut out)?;
        self.write(out)
    }

    /// Prints the lines of the output of a command as text.
    pub(crate) fn output(&mut self, message: &Message<'_>) -> io::Result<()> {
        let mut out = take(&mut self.buffer);
        self.add_heading(&self.stamp(), &mut out);
        message.output().for_each(|line| self.add_line(line.as_bytes(), &mut out));
        self.write(out)
    }

    /// Prints the line with the time and the tag that precedes text, if they are wanted.
    pub(crate) fn heading(&mut self) -> io::Result<()> {
        let mut out = take(&mut self.buffer);
        self.add_heading(&self.stamp(), &mut out);
        self.write(out)
    }

    /// Prints a line of text after the time and the tag, if they are wanted.
    #[cfg(feature = "calls")]
    pub(crate) fn stamped(&mut self, text: &str) -> io::Result<()> {
        let mut out = take(&mut self.buffer);
        let stamp = self.stamp();
        let line: Vec<&str> = stamp.iter().chain([text]).collect();
        self.add_line(line.join("  ").as_bytes(), &mut out);
        self.write(out)
    }

    /// Prints bytes unchanged.
    pub(crate) fn raw(&mut self, bytes: &[u8]) -> io::Result<()> {
        let mut out = take(&mut self.buffer);
        out.extend_from_slice(bytes);
        self.write(out)
    }

    /// Writes everything that is held.
    pub(crate) fn flush(&mut self) -> io::Result<()> {
        let held = take(&mut self.buffer);
        self.out.write_all(&held)?;
        self.out.flush()
    }

    /// Writes what has been added to the buffer, or holds it.
    fn write(&mut self, mut added: Vec<u8>) -> io::Result<()> {
        if self.is_held && added.len() < HELD {
            self.buffer = added;
            return Ok(());
        }
        match self.format.is_text() && self.out.is_terminal() && !self.is_held {
            true => self.out.write_escaped(&added)?,
            false => self.out.write_all(&added)?,
        }
        added.clear();
        added.shrink_to(HELD);
        self.buffer = added;
        Ok(())
    }

    fn stamp(&self) -> Stamp<'_> {
        let time = self.format.time.then(|| stamp::text(self.arrival.unwrap_or_else(SystemTime::now)));
        Stamp {
            time,
            tag: self.format.tag.as_deref(),
            #[cfg(all(unix, feature = "session"))]
            keys: &[],
        }
    }

    fn add_heading(&self, stamp: &Stamp<'_>, out: &mut Vec<u8>) {
        if stamp.iter().next().is_some() {
            self.add_note(stamp.iter(), out);
        }
    }

    /// Adds a line of the tool.
    fn add_note<'a>(&self, words: impl Iterator<Item = &'a str>, out: &mut Vec<u8>) {
        let words: Vec<&str> = words.collect();
        self.add_colored(color::NOTE, format!("--- {} ---", words.join(" ")).as_bytes(), out);
        out.push(b'\n');
    }

    fn add_gap(&self, reason: &str, out: &mut Vec<u8>) -> io::Result<()> {
        let stamp = self.stamp();
        match self.format.json {
            Some(Json::Flat) => return flat::write_gap(reason, &stamp, out),
            Some(Json::Full) => return json::write_gap(reason, &stamp, out),
            None if self.format.is_text() => {
                let reason = format!("gap: {}", escape(reason.as_bytes()));
                self.add_note(stamp.iter().chain([&*reason]), out);
                out.push(b'\n');
            }
            None => fields::write_gap(reason, &stamp, out),
        }
        Ok(())
    }

    fn add_header(&self, header: &Header<'_>, out: &mut Vec<u8>) {
        let mut line = hidden(self.secret.as_ref(), header.as_bytes());
        // A short secret is hidden in some values only.
        let value = hidden_value(self.secret.as_ref(), header);
        if let (Cow::Borrowed(shown), Cow::Owned(value)) = (&line, &value) {
            let own = header.value().as_bytes();
            let before = shown.strip_suffix(own).unwrap_or_default();
            line = Cow::Owned([before, value].concat());
        }
        let name = header.name().filter(|name| self.has_color && line.starts_with(name));
        let Some((name, rest)) = name.and_then(|name| line.split_at_checked(name.len())) else {
            self.add_text(&line, out);
            out.push(b'\n');
            return;
        };
        self.add_colored(color::NAME, name, out);
        let is_name = ["Event", "Response", "Action"].iter().any(|name| header.is(name));
        match rest.strip_prefix(b": ").filter(|_| is_name) {
            Some(value) => {
                out.extend_from_slice(b": ");
                self.add_colored(color::VALUE, value, out);
            }
            None => self.add_text(rest, out),
        }
        out.push(b'\n');
    }

    fn add_line(&self, line: &[u8], out: &mut Vec<u8>) {
        self.add_text(&hidden(self.secret.as_ref(), line), out);
        out.push(b'\n');
    }

    fn add_colored(&self, color: &str, text: &[u8], out: &mut Vec<u8>) {
        if !self.has_color {
            return self.add_text(text, out);
        }
        out.extend_from_slice(color.as_bytes());
        self.add_text(text, out);
        out.extend_from_slice(color::END.as_bytes());
    }

    /// Adds text of the server, escaped for a terminal.
    fn add_text(&self, text: &[u8], out: &mut Vec<u8>) {
        match self.out.is_terminal() {
            true => out.extend_from_slice(escape_except(text, "\t").as_bytes()),
            false => out.extend_from_slice(text),
        }
    }

    /// Returns a text of the server, without the secret, as part of an error.
    pub(crate) fn for_error(&self, text: Value<'_>) -> String {
        for_error(text, self.secret.as_ref())
    }
}

/// Returns whether one line has everything that a response of Error tells.
fn is_brief(response: &Message<'_>) -> bool {
    let is_usual =
        |header: Header<'_>| ["Response", "ActionID", "Message", "Output"].iter().any(|name| header.is(name));
    response.headers().all(is_usual)
        && response.get_all("Message").count() <= 1
        && response.output().filter(|line| !line.as_bytes().is_empty()).count() <= 1
}

/// Returns a text of the server, without the secret, as part of an error.
pub(crate) fn for_error(text: Value<'_>, secret: Option<&Secret>) -> String {
    let text = text.as_bytes().trim_ascii_end();
    secret.map_or_else(|| escape(text), |secret| escape(&secret.hide(text)))
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    /// A command with the options of the format alone.
    #[derive(Parser)]
    struct Command {
        #[command(flatten)]
        format: Format,
    }

    #[test]
    fn a_gap_is_marked_in_each_format_on_one_line() {
        let reason = "10.0.0.1:5038: closed\r\n\t\u{202e}\\";
        for (arguments, expected) in [
            (&[][..], "--- gap: 10.0.0.1:5038: closed\\r\\n\\t\\u{202e}\\ ---\n\n"),
            (&["--tag=pbx 1"], "--- pbx 1 gap: 10.0.0.1:5038: closed\\r\\n\\t\\u{202e}\\ ---\n\n"),
            (
                &["--tag=pbx 1", "--json"],
                r#"{"_tag":"pbx 1","_gap":"10.0.0.1:5038: closed\r\n\t\u202e\\"}
"#,
            ),
            (
                &["--tag=pbx 1", "--json=full"],
                r#"{"tag":"pbx 1","kind":"gap","reason":"10.0.0.1:5038: closed\r\n\t\u202e\\"}
"#,
            ),
            (
                &["--tag=pbx 1", "--fields", "Channel"],
                "# pbx 1 gap: 10.0.0.1:5038: closed\\r\\n\\t\u{202e}\\\\\n",
            ),
        ] {
            let command = [&["ami"], arguments].concat();
            let format = Command::try_parse_from(command).map_err(|error| error.to_string()).unwrap().format;
            let mut printer = Printer::new(&format);
            printer.out = Screen::new(io::stdout().lock(), false);
            printer.has_color = false;
            let mut out = Vec::new();
            printer.add_gap(reason, &mut out).unwrap();
            assert_eq!(String::from_utf8(out).unwrap(), expected);
        }
    }
}
