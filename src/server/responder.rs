use core::fmt;

use super::response::{put_action_id, respond};
use super::turn::Turn;
use super::{Request, SessionError};
use crate::wire::{EncodeError, HeaderWriter, Outbox};

/// Answers one request, once. If there is no room in the outbox, nothing is written: send what is pending, and ask the session for
/// the answer [again](super::Session::answer).
///
/// When a [list](Responder::list) has begun, it is all of the answer: any other is [`SessionError::ListBegun`].
///
/// What stands in an answer may come from the request: `Message` and ActionID are written without the bytes that no header can have.
pub struct Responder<'a, B> {
    request: Request<'a>,
    outbox: &'a mut Outbox<B>,
    turn: &'a mut Turn,
    /// The output of commands has the form of Asterisk 13 and before.
    is_old: bool,
}

impl<'a, B: AsRef<[u8]> + AsMut<[u8]>> Responder<'a, B> {
    pub(super) fn new(
        request: Request<'a>,
        outbox: &'a mut Outbox<B>,
        turn: &'a mut Turn,
        is_old: bool,
    ) -> Self {
        Self { request, outbox, turn, is_old }
    }

    /// Success, with this `Message`.
    ///
    /// # Errors
    ///
    /// [`SessionError::Encode`], with [`EncodeError::Full`] or [`EncodeError::TooLarge`]; [`SessionError::ListBegun`].
    pub fn success(self, text: impl AsRef<[u8]>) -> Result<(), SessionError> {
        self.respond("Success", |out| out.header_sanitized("Message", &[text.as_ref()]))
    }

    /// Success, with these headers.
    ///
    /// # Errors
    ///
    /// As [`success`](Responder::success), and with any other that a header has.
    pub fn success_with(
        self,
        headers: impl FnOnce(&mut HeaderWriter<'_>) -> Result<(), EncodeError>,
    ) -> Result<(), SessionError> {
        self.respond("Success", headers)
    }

    /// Error, with this `Message`.
    ///
    /// # Errors
    ///
    /// As [`success`](Responder::success).
    pub fn error(self, text: impl AsRef<[u8]>) -> Result<(), SessionError> {
        self.respond("Error", |out| out.header_sanitized("Message", &[text.as_ref()]))
    }

    /// The user may not do that: see [`Session::permits`](super::Session::permits).
    ///
    /// # Errors
    ///
    /// As [`success`](Responder::success).
    pub fn denied(self) -> Result<(), SessionError> {
        self.error("Permission denied")
    }

    /// There is no such action.
    ///
    /// # Errors
    ///
    /// As [`success`](Responder::success).
    pub fn unknown(self) -> Result<(), SessionError> {
        // Asterisk's buffer, and so its answer, ends here.
        let mut room = 511_usize;
        let action = self.request.action().unwrap_or_default();
        let pieces = [
            b"Invalid/unknown command: ".as_slice(),
            action.as_bytes(),
            b". Use Action: ListCommands to show available commands.",
        ];
        let pieces = pieces.map(|piece| {
            let piece = piece.get(..room).unwrap_or(piece);
            room = room.saturating_sub(piece.len());
            piece
        });
        self.respond("Error", |out| out.header_sanitized("Message", &pieces))
    }

    /// A response of this kind, with these headers.
    ///
    /// # Errors
    ///
    /// As [`success_with`](Responder::success_with).
    pub fn respond(
        self,
        kind: &str,
        headers: impl FnOnce(&mut HeaderWriter<'_>) -> Result<(), EncodeError>,
    ) -> Result<(), SessionError> {
        self.begin()?;
        respond(&self.request, kind, self.outbox, headers)?;
        *self.turn = Turn::Client;
        Ok(())
    }

    /// Nothing has been answered so far.
    fn begin(&self) -> Result<(), SessionError> {
        if *self.turn == Turn::Request { Ok(()) } else { Err(SessionError::ListBegun) }
    }

    /// What a command of the console printed, and whether it did what it should. Lines have no line ends. To clients of
    /// AMI up to 2.10 nobody says that a command failed.
    ///
    /// # Errors
    ///
    /// As [`success_with`](Responder::success_with).
    pub fn command<L: AsRef<[u8]>>(
        self,
        is_success: bool,
        lines: impl IntoIterator<Item = L>,
    ) -> Result<(), SessionError> {
        if self.is_old {
            self.begin()?;
            let id = self.request.action_id();
            self.outbox.write(|out| out.follows(id, lines))?;
            *self.turn = Turn::Client;
            return Ok(());
        }
        self.respond(if is_success { "Success" } else { "Error" }, |out| {
            out.header("Message", "Command output follows")?;
            let mut lines = lines.into_iter().peekable();
            if lines.peek().is_none() {
                return out.header("Output", "");
            }
            lines.try_for_each(|line| out.header("Output", line))
        })
    }

    /// Begins a list, with this `Message`; for a list that has begun, goes on with it.
    ///
    /// # Errors
    ///
    /// As [`success`](Responder::success).
    pub fn list(self, text: impl AsRef<[u8]>) -> Result<ListWriter<'a, B>, SessionError> {
        let entries = match *self.turn {
            Turn::List { entries } => entries,
            _ => {
                respond(&self.request, "Success", self.outbox, |out| {
                    out.header("EventList", "start")?;
                    out.header_sanitized("Message", &[text.as_ref()])
                })?;
                0
            }
        };
        *self.turn = Turn::List { entries };
        Ok(ListWriter { request: self.request, outbox: self.outbox, turn: self.turn, entries })
    }
}

impl<B: AsRef<[u8]> + AsMut<[u8]>> fmt::Debug for Responder<'_, B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Responder").field("request", &self.request).finish_non_exhaustive()
    }
}

/// Writes the entries of a list, and counts them.
pub struct ListWriter<'a, B> {
    request: Request<'a>,
    outbox: &'a mut Outbox<B>,
    turn: &'a mut Turn,
    entries: u32,
}

impl<B: AsRef<[u8]> + AsMut<[u8]>> ListWriter<'_, B> {
    /// Writes an entry: an event of that name, with these headers.
    ///
    /// # Errors
    ///
    /// Those of [`Outbox::write`]; then the entry is not in the list. On [`EncodeError::Full`] write it again when there is room:
    /// the session remembers the list, and [`Responder::list`] goes on with it.
    pub fn entry(
        &mut self,
        name: &str,
        headers: impl FnOnce(&mut HeaderWriter<'_>) -> Result<(), EncodeError>,
    ) -> Result<(), EncodeError> {
        self.outbox.write(|out| {
            out.header("Event", name)?;
            put_action_id(&self.request, out)?;
            headers(out)
        })?;
        self.entries = self.entries.saturating_add(1);
        *self.turn = Turn::List { entries: self.entries };
        Ok(())
    }

    /// How many entries the list has so far.
    pub fn entries(&self) -> u32 {
        self.entries
    }

    /// Ends the list: an event of that name says how many entries there were, and then has these headers.
    ///
    /// # Errors
    ///
    /// Those of [`Outbox::write`]; then the list goes on.
    pub fn complete(
        self,
        name: &str,
        headers: impl FnOnce(&mut HeaderWriter<'_>) -> Result<(), EncodeError>,
    ) -> Result<(), EncodeError> {
        self.outbox.write(|out| {
            out.header("Event", name)?;
            put_action_id(&self.request, out)?;
            out.header("EventList", "Complete")?;
            out.header_int("ListItems", self.entries.into())?;
            headers(out)
        })?;
        *self.turn = Turn::Client;
        Ok(())
    }
}

impl<B: AsRef<[u8]> + AsMut<[u8]>> fmt::Debug for ListWriter<'_, B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ListWriter").field("entries", &self.entries).finish_non_exhaustive()
    }
}
