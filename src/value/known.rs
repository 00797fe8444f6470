use crate::wire::{Buffer, Message, MessageBuf, Value};

/// The texts that replace a missing value, in lower case. Their case is ignored.
const PLACEHOLDERS: [&str; 9] =
    ["", "<unknown>", "<no name>", "<null>", "<none>", "<not set>", "(null)", "-none-", "n/a"];

impl<'a> Value<'a> {
    /// Returns the value itself, or `None` if it is empty or one of the texts that Asterisk writes
    /// in place of a value that it does not have.
    ///
    /// | text | headers that have it | Asterisk |
    /// |---|---|---|
    /// | empty | all kinds | all |
    /// | `<unknown>` | Numbers and names of callers and connected lines, any prefix | 1.2 to 23 |
    /// | | `BridgeName`, `BridgeCreator` | 12 to 23 |
    /// | | `Uniqueid` of `OriginateResponse` | 13 to 23 |
    /// | `<Unknown>` | `CallerID`, `CallerIDName` of `Newcallerid` | 1.2, 1.4 |
    /// | `unknown` | Numbers and names in `QueueEntry` | 1.2 to 23 |
    /// | | Numbers and names in `Join`, `AgentCalled` | 1.2 to 11 |
    /// | `<no name>` | Names in `MeetmeList` | 1.6 to 23 |
    /// | | Names in `ConfbridgeList` | 10 to 12 |
    /// | `<null>` | `Uniqueid` of `OriginateFailure` | 1.2 |
    /// | | `Uniqueid` of `OriginateResponse` | 1.4 to 12 |
    /// | `<none>` | `Privilege` of an event that has no class | 1.2 to 23 |
    /// | `<Not set>` | `ToneZone` of `SIPshowpeer` | 11 to 20 |
    /// | `-none-` | `IPaddress` in `SIPpeers` | 1.2 to 20 |
    /// | `n/a` | `LoggedInChan`, `TalkingTo`, `TalkingToChan` in `Agents` | 1.2 to 11 |
    /// | `N/A` | `Marked` in `MeetmeListRooms` | 10 to 23 |
    /// | | `RoundtripUsec` of `ContactStatusDetail` | 13 to 23 |
    /// | `(null)` | Headers of many kinds: the C library prints a missing string like this | all |
    ///
    /// ASCII case is ignored, except that `unknown` without brackets must be in lower case. A text
    /// that differs from these in any other way is a value. Words with a meaning of their own are
    /// values, too: `Unknown` (a state, a cause, or a name that a telephone company sends) and
    /// `none` (a mode, or the `Channel` of a `VarSet` that sets a global variable).
    ///
    /// Callers choose their names. One that calls itself `<unknown>` cannot be told from one
    /// without a name.
    ///
    /// ```
    /// use embedded_ami::wire::Value;
    ///
    /// assert_eq!(Value::new(b"<unknown>").known(), None);
    /// assert_eq!(Value::new(b"").known(), None);
    /// assert!(Value::new(b"100").known().is_some_and(|number| number == "100"));
    /// ```
    #[must_use]
    pub fn known(self) -> Option<Value<'a>> {
        let is_placeholder =
            self == "unknown" || PLACEHOLDERS.iter().any(|text| self.eq_ignore_ascii_case(text));
        if is_placeholder { None } else { Some(self) }
    }
}

impl<'a> Message<'a> {
    /// Returns the value of the first header of this name, or `None` if the header is absent or
    /// its value is empty or a placeholder such as `<unknown>`: [`Value::known`] of
    /// [`get`](Message::get).
    ///
    /// ```
    /// use embedded_ami::wire::Message;
    ///
    /// let event = Message::parse(
    ///     b"Event: Newchannel\r\nCallerIDNum: 100\r\nCallerIDName: <unknown>\r\n\r\n",
    /// ).unwrap();
    /// let caller = event.known("CallerIDName").or(event.known("CallerIDNum"));
    /// assert_eq!(caller.unwrap_or("anonymous".into()), "100");
    /// ```
    #[must_use]
    pub fn known(&self, name: &str) -> Option<Value<'a>> {
        self.get(name)?.known()
    }
}

impl<V: Buffer> MessageBuf<V> {
    /// Returns the value of the first header of this name, or `None` if the header is absent or
    /// has a placeholder: [`Message::known`] of [`message`](MessageBuf::message).
    #[must_use]
    pub fn known(&self, name: &str) -> Option<Value<'_>> {
        self.message().known(name)
    }
}
