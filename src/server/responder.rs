use core::fmt;

use super::response::{put_action_id, respond};
use super::turn::Turn;
use super::{Request, SessionError};
use crate::wire::{EncodeError, HeaderWriter, Outbox};

/// The answer to one request. Each of its methods but [`list`](Responder::list) writes the whole
/// answer.
///
/// If the outbox has no room, nothing is written. Send the pending bytes, then get another
/// responder from [`Session::answer`](super::Session::answer) and try again.
///
/// Once a [list](Responder::list) has begun, only list entries can follow. The other methods then
/// return [`SessionError::ListBegun`].
///
/// An answer may repeat text from the request. CR, LF and NUL, which a header cannot have, are left
/// out of `Message` and ActionID.
///
/// ```
/// use embedded_ami::server::{Account, Incoming, Session, SessionError};
/// # use embedded_ami::wire::{Message, Outbox};
/// # let mut outbox = Outbox::for_server([0; 512]);
/// # let mut session = Session::without_md5("11.0.0");
/// # session.on_connected(0, 0, &mut outbox)?;
/// # let login = b"Action: Login\r\nUsername: admin\r\nSecret: s\r\nEvents: off\r\n\r\n";
/// # let login = Message::parse(login).unwrap();
/// # if let Incoming::LogIn(attempt) = session.on_message(&login, &mut outbox)? {
/// #     session.log_in(&attempt, Some(Account::new("s")), 0, &mut outbox)?;
/// # }
/// # outbox.clear();
/// # let ping = Message::parse(b"Action: Ping\r\nActionID: 7\r\n\r\n").unwrap();
///
/// if let Incoming::Request(request) = session.on_message(&ping, &mut outbox)? {
///     let responder = session.answer(&request, &mut outbox)?;
///     if request.is("Ping") {
///         responder.success_with(|headers| headers.header("Ping", "Pong"))?;
///     } else {
///         responder.unknown()?;
///     }
/// }
/// assert_eq!(outbox.pending(), b"Response: Success\r\nActionID: 7\r\nPing: Pong\r\n\r\n");
/// # Ok::<(), SessionError>(())
/// ```
pub struct Responder<'a, B> {
    request: Request<'a>,
    outbox: &'a mut Outbox<B>,
    turn: &'a mut Turn,
    /// Whether the output of commands has the form of Asterisk 13 and earlier.
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

    /// Answers `Success` with `text` as the `Message`.
    ///
    /// # Errors
    ///
    /// - [`SessionError::Encode`] with [`EncodeError::Full`] if the answer does not fit beside the
    ///   pending bytes: send them, then answer again.
    /// - [`SessionError::Encode`] with [`EncodeError::TooLarge`] if no bytes are pending and the
    ///   answer is larger than the whole outbox. The request waits for another answer.
    /// - [`SessionError::ListBegun`] if a list has begun.
    pub fn success(self, text: impl AsRef<[u8]>) -> Result<(), SessionError> {
        self.respond("Success", |out| out.header_sanitized("Message", &[text.as_ref()]))
    }

    /// Answers `Success` with these headers.
    ///
    /// # Errors
    ///
    /// Those of [`success`](Responder::success), and [`SessionError::Encode`] with the first error
    /// that writing a header returned.
    pub fn success_with(
        self,
        headers: impl FnOnce(&mut HeaderWriter<'_>) -> Result<(), EncodeError>,
    ) -> Result<(), SessionError> {
        self.respond("Success", headers)
    }

    /// Answers `Error` with `text` as the `Message`.
    ///
    /// # Errors
    ///
    /// Those of [`success`](Responder::success).
    pub fn error(self, text: impl AsRef<[u8]>) -> Result<(), SessionError> {
        self.respond("Error", |out| out.header_sanitized("Message", &[text.as_ref()]))
    }

    /// Answers that the user may not do this. [`Session::permits`](super::Session::permits) tells.
    ///
    /// # Errors
    ///
    /// Those of [`success`](Responder::success).
    pub fn denied(self) -> Result<(), SessionError> {
        self.error("Permission denied")
    }

    /// Answers that the action does not exist.
    ///
    /// # Errors
    ///
    /// Those of [`success`](Responder::success).
    pub fn unknown(self) -> Result<(), SessionError> {
        // Asterisk's buffer ends here, and cuts its answer.
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

    /// Answers with a response of this kind, for example `Goodbye`, and these headers.
    ///
    /// # Errors
    ///
    /// Those of [`success_with`](Responder::success_with).
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

    /// Checks that no part of the answer has been written.
    fn begin(&self) -> Result<(), SessionError> {
        if *self.turn == Turn::Request { Ok(()) } else { Err(SessionError::ListBegun) }
    }

    /// Answers a console command with its output, one item for each line, without line ends.
    ///
    /// `is_success` is whether the command succeeded. AMI up to version 2.10 cannot report that a
    /// command failed, so a session of such a version leaves it out. If the lines do not fit the
    /// outbox, the rest of them is not read.
    ///
    /// # Errors
    ///
    /// Those of [`success_with`](Responder::success_with).
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

    /// Begins a list with `text` as the `Message`. If the list has begun already, continues it and
    /// writes nothing.
    ///
    /// # Errors
    ///
    /// [`SessionError::Encode`] with [`EncodeError::Full`] or [`EncodeError::TooLarge`].
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

/// A writer for the entries of a list, which counts them.
///
/// [`write_all`](ListWriter::write_all) writes the whole list, in as many rounds as the outbox
/// takes. Use [`entry`](ListWriter::entry) and [`complete`](ListWriter::complete) for lists that it
/// does not fit: whose items change between two rounds, or whose last message has headers.
///
/// Dropping the writer does not end the list: [`Responder::list`] continues it, and
/// [`entries`](ListWriter::entries) returns the number of entries written.
///
/// ```
/// use embedded_ami::server::{Account, Incoming, Session, SessionError};
/// # use embedded_ami::wire::{Message, Outbox};
/// # let mut outbox = Outbox::for_server([0; 512]);
/// # let mut session = Session::without_md5("11.0.0");
/// # session.on_connected(0, 0, &mut outbox)?;
/// # let login = b"Action: Login\r\nUsername: admin\r\nSecret: s\r\nEvents: off\r\n\r\n";
/// # let login = Message::parse(login).unwrap();
/// # if let Incoming::LogIn(attempt) = session.on_message(&login, &mut outbox)? {
/// #     session.log_in(&attempt, Some(Account::new("s")), 0, &mut outbox)?;
/// # }
/// # outbox.clear();
/// # let message = Message::parse(b"Action: Agents\r\nActionID: 7\r\n\r\n").unwrap();
///
/// if let Incoming::Request(request) = session.on_message(&message, &mut outbox)? {
///     let mut list = session.answer(&request, &mut outbox)?.list("Agents will follow")?;
///     list.entry("Agents", |entry| entry.header("Agent", "1001"))?;
///     list.entry("Agents", |entry| entry.header("Agent", "1002"))?;
///     list.complete("AgentsComplete", |_| Ok(()))?;
/// }
/// assert_eq!(
///     outbox.pending(),
///     b"Response: Success\r\nActionID: 7\r\nEventList: start\r\n\
///       Message: Agents will follow\r\n\r\n\
///       Event: Agents\r\nActionID: 7\r\nAgent: 1001\r\n\r\n\
///       Event: Agents\r\nActionID: 7\r\nAgent: 1002\r\n\r\n\
///       Event: AgentsComplete\r\nActionID: 7\r\nEventList: Complete\r\nListItems: 2\r\n\r\n"
/// );
/// # Ok::<(), SessionError>(())
/// ```
pub struct ListWriter<'a, B> {
    request: Request<'a>,
    outbox: &'a mut Outbox<B>,
    turn: &'a mut Turn,
    entries: u32,
}

impl<B: AsRef<[u8]> + AsMut<[u8]>> ListWriter<'_, B> {
    /// Writes an entry, which is an event with this name and these headers.
    ///
    /// # Errors
    ///
    /// Those of [`Outbox::write`]. The entry is then neither written nor counted. After
    /// [`EncodeError::Full`] write it again when there is room: the session remembers the list, and
    /// [`Responder::list`] continues it.
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

    /// Writes an entry for each item, with the name of its event and the headers that `headers`
    /// writes, and ends the list with an event named `complete`.
    ///
    /// If the outbox has no room for all of them, this writes as many as fit and succeeds. The
    /// session stays [busy](super::Session::is_busy): send the pending bytes, and call
    /// [`Responder::list`] and this again with the same items. It then skips the items that have
    /// been written, by their number. A list of any length thus takes no more memory than the
    /// outbox has. In a `Service` of the blocking server one call is enough, since the server calls
    /// the service again when there is room.
    ///
    /// ```
    /// use embedded_ami::server::{Responder, SessionError};
    ///
    /// /// Answers with a list of doors.
    /// fn doors<B: AsRef<[u8]> + AsMut<[u8]>>(
    ///     responder: Responder<'_, B>,
    ///     doors: &[&str],
    /// ) -> Result<(), SessionError> {
    ///     let items = doors.iter().map(|door| ("Door", door));
    ///     let list = responder.list("Doors will follow")?;
    ///     Ok(list.write_all("DoorsComplete", items, |door, out| out.header("Name", door))?)
    /// }
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`Outbox::write`] but [`EncodeError::Full`]. The list has not ended then.
    pub fn write_all<'n, T>(
        mut self,
        complete: &str,
        items: impl IntoIterator<Item = (&'n str, T)>,
        mut headers: impl FnMut(T, &mut HeaderWriter<'_>) -> Result<(), EncodeError>,
    ) -> Result<(), EncodeError> {
        let written = usize::try_from(self.entries).unwrap_or(usize::MAX);
        let rest = items.into_iter().skip(written);
        let mut all = rest.map(|(name, item)| self.entry(name, |out| headers(item, out)));
        match all.find(Result::is_err).unwrap_or(Ok(())).and_then(|()| self.complete(complete, |_| Ok(()))) {
            Err(EncodeError::Full) => Ok(()),
            result => result,
        }
    }

    /// Returns the number of entries written so far.
    #[must_use]
    pub fn entries(&self) -> u32 {
        self.entries
    }

    /// Ends the list with an event that has this name, the number of entries and then these
    /// headers.
    ///
    /// # Errors
    ///
    /// Those of [`Outbox::write`]. The list has not ended then.
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
