//! The actions in the response to `ListCommands`.

use super::views::ListCommands;
use crate::classes::Classes;
use crate::wire::{Header, Headers, Value};

impl<'a> ListCommands<'a> {
    /// Returns an iterator over the actions. Each header has the name of one and its synopsis.
    ///
    /// ```
    /// use embedded_ami::classes::Classes;
    /// use embedded_ami::event::response::ListCommands;
    /// # let message = embedded_ami::wire::Message::parse(b"Response: Success\r\nActionID: 1\r\n\
    /// #     Ping: Keepalive command.  (Priv: <none>)\r\n\
    /// #     Park: Park a channel.  (Priv: call,all)\r\n\r\n").unwrap();
    /// let commands = ListCommands::from_message(&message).unwrap();
    /// let park = commands.actions().find(|action| action.name == "Park").unwrap();
    /// assert_eq!(park.synopsis, "Park a channel.");
    /// assert_eq!(park.classes, Classes::CALL);
    /// ```
    pub fn actions(&self) -> ListedActions<'a> {
        ListedActions(self.message().headers())
    }
}

/// An iterator over the listed actions, from [`ListCommands::actions`].
#[derive(Debug, Clone)]
pub struct ListedActions<'a>(Headers<'a>);

impl<'a> Iterator for ListedActions<'a> {
    type Item = ListedAction<'a>;

    fn next(&mut self) -> Option<ListedAction<'a>> {
        self.0.find_map(|header| ListedAction::from_header(&header))
    }
}

/// An action that the user may perform, from [`ListCommands::actions`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ListedAction<'a> {
    /// The name of the action.
    pub name: Value<'a>,
    /// The synopsis, without trailing blanks.
    pub synopsis: Value<'a>,
    /// The privilege classes of the action. A user needs any one of them, up to Asterisk 1.4 all of
    /// them; if there are none, every user may perform the action.
    pub classes: Classes,
}

impl<'a> ListedAction<'a> {
    fn from_header(header: &Header<'a>) -> Option<Self> {
        const MARK: &[u8] = b"(Priv: ";
        let name = header.name().filter(|_| !header.is_cut() && !header.is("ActionID"))?;
        let text = header.value().as_bytes().strip_suffix(b")")?;
        let at = text.windows(MARK.len()).rposition(|window| window == MARK)?;
        let (synopsis, mark) = text.split_at_checked(at)?;
        Some(Self {
            name: Value::new(name),
            synopsis: Value::new(synopsis.trim_ascii_end()),
            classes: Classes::from_privilege(Value::new(mark.strip_prefix(MARK)?)),
        })
    }
}
