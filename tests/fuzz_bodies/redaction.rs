use std::fmt::{Debug, Display};
use std::io::{self, Read, Write};
use std::time::Duration;

use defmt::Format;
use embedded_ami::action::{
    self, Change, DbPut, Filter, Key, Login, Originate, Raw, Redirect, UpdateConfig, UserEvent,
};
use embedded_ami::classes::Classes;
use embedded_ami::client::{self, Credentials, IdKey, Slot};
use embedded_ami::event::response::GetConfig;
use embedded_ami::event::{BridgeEnter, Event, RtcpReceived};
use embedded_ami::io::blocking;
use embedded_ami::server::{self, Account, EncodedEvent, Request, Secret};
use embedded_ami::wire::{Decoder, Dialect, Message, MessageBuf, Outbox, OwnedMessage, Part, Step};

use super::input::{Input, last_value};

/// Returns the bytes that `defmt` logs for a value.
pub trait Log {
    /// Logs a value.
    fn log<T: Format>(&mut self, value: &T) -> Vec<u8>;
}

/// Headers whose value is a secret, or allows one to be guessed.
const NAMES: [&str; 21] = [
    "Secret",
    "key",
    "Password",
    "NewPassword",
    "PasswordDigest",
    "Md5Cred",
    "MD5Secret",
    "RemoteSecret",
    "OauthSecret",
    "RefreshToken",
    "ReceivedChallenge",
    "ReceivedHash",
    "EXPECTEDRESPONSE",
    "ExpectedHash",
    "Pin",
    "Line-000000-000000",
    "Value-000000",
    "match-000001",
    "Options-000000",
    "JSON",
    "Challenge",
];
const SEPARATORS: [&str; 8] = [": ", ":", " : ", "\t:", ":\t", ": a", "\t:b: ", ":b: "];
const STARTS: [&str; 8] = [
    "Action: Login",
    "Response: Success",
    "Event: BridgeEnter",
    "Junk",
    "Response: Error",
    "Event: RTCPReceived",
    "action:Ping",
    "",
];

/// Checks that no secret is in the text of any `Debug`, `Display`, `defmt` or error, in whatever
/// way it gets in.
///
/// Input: the way (below), options, the length of the secret and the bytes that make it, text
/// around it.
pub fn redaction(data: &[u8], log: &mut impl Log) {
    let mut input = Input(data);
    let (way, options) = (input.byte(), input.byte());
    let length = 6 + usize::from(input.byte() % 16);
    // Rare enough not to be in any other text by chance, and printed as it is by `Debug`.
    const LETTERS: &[u8; 64] = b"qzxjkvwyQZXJKVWY0123456789!#$%&*+-/;<>?@^_{|}~()[].,ghfbHGFBpmPM";
    let mut secret = b"Zq".to_vec();
    secret.extend((0..length).map(|_| LETTERS[usize::from(input.byte() & 63)]));
    let secret = String::from_utf8(secret).expect("ASCII");
    let mut run = Run { forbidden: forbidden(secret.as_bytes()), secret, input, options, log };
    match way % 6 {
        0 => run.message(),
        1 => run.client(),
        2 => run.server(),
        3 => run.actions(),
        4 => run.blocking_client(),
        _ => run.text_of_the_line(),
    }
}

/// Returns the texts that must not be printed: the bytes as text, in hex and as lists of numbers.
fn forbidden(secret: &[u8]) -> Vec<Vec<u8>> {
    let list = |write: fn(&u8) -> String| secret.iter().map(write).collect::<Vec<_>>();
    let hex = list(|byte| format!("{byte:02x}"));
    vec![
        secret.to_ascii_lowercase(),
        hex.concat().into_bytes(),
        hex.join(", ").into_bytes(),
        list(u8::to_string).join(", ").into_bytes(),
        list(|byte| format!("0x{byte:x}")).join(", ").into_bytes(),
        list(|byte| format!("{:?}", char::from(*byte))).join(", ").into_bytes(),
    ]
}

struct Run<'a, L> {
    secret: String,
    forbidden: Vec<Vec<u8>>,
    input: Input<'a>,
    options: u8,
    log: &'a mut L,
}

impl<L: Log> Run<'_, L> {
    fn check(&self, text: &[u8], kind: &str) {
        let shown = text.escape_ascii();
        assert!(!self.has_secret(text), "the secret \"{}\" is in the {kind} text \"{shown}\"", self.secret);
    }

    /// Returns whether the text has the secret in one of the forms that must not be printed.
    fn has_secret(&self, text: &[u8]) -> bool {
        let lower = text.to_ascii_lowercase();
        let has = |form: &Vec<u8>| lower.windows(form.len()).any(|window| window == form);
        self.forbidden.iter().any(has)
    }

    fn debug(&self, value: &dyn Debug) {
        self.check(format!("{value:?}").as_bytes(), "Debug");
        // The other forms have line ends between the elements of lists.
        let pretty = format!("{value:#x?}");
        let dense = pretty.split_whitespace().collect::<Vec<_>>().join(" ");
        self.check(dense.as_bytes(), "pretty Debug");
    }

    fn display(&self, value: &dyn Display) {
        self.check(value.to_string().as_bytes(), "Display");
    }

    fn show<T: Debug + Format>(&mut self, value: &T) {
        self.debug(value);
        let logged = self.log.log(value);
        self.check(&logged, "defmt");
    }

    /// Text from the input, without the bytes that end a line. It is empty if it has the secret in
    /// any form, which may then be printed.
    fn noise(&mut self) -> Vec<u8> {
        let text = self.input.text();
        let text: Vec<u8> = text.iter().copied().filter(|byte| !b"\r\n\0".contains(byte)).collect();
        match self.has_secret(&text) {
            true => Vec::new(),
            false => text,
        }
    }

    /// A message that has the secret in one of the secret headers, read through any storage.
    fn message(&mut self) {
        let choice = usize::from(self.input.byte());
        let (name, separator) = (NAMES[choice % NAMES.len()], SEPARATORS[usize::from(self.options & 7)]);
        let start = STARTS[usize::from(self.options >> 3 & 7)];
        let storage = 32 + usize::from(self.input.byte()) * 2;
        let (before, inner) = (self.noise(), self.noise());
        let end = if self.options & 128 == 0 { "\r\n" } else { "\n" };
        let mut stream = Vec::new();
        for line in [start.as_bytes(), &before] {
            // An empty line would end the message, and a colon is needed after a name.
            if !line.is_empty() {
                stream.extend([line, end.as_bytes()].concat());
            }
        }
        let line = [name, separator].concat();
        stream.extend([line.as_bytes(), &inner, self.secret.as_bytes(), end.as_bytes()].concat());
        stream.extend([b"ChanVariable: a=b", end.as_bytes(), end.as_bytes()].concat());
        for is_client in [true, false] {
            let decoder = if is_client { Decoder::for_client } else { Decoder::for_server };
            let mut decoder = decoder(vec![0; storage]).expect("storage");
            let mut bytes = &stream[..];
            let mut owned = OwnedMessage::default();
            let mut whole = MessageBuf::<Vec<u8>>::default();
            loop {
                match decoder.poll() {
                    Step::Message => {
                        let message = decoder.message();
                        self.parts(&message);
                        let _ = owned.push(&message);
                        self.debug(&owned);
                        if matches!(message.part(), Part::Whole | Part::First) {
                            whole = MessageBuf::default();
                        }
                        let _ = whole.push(&message);
                        self.show(&whole);
                    }
                    Step::NeedInput if bytes.is_empty() => {
                        self.show(&decoder);
                        break;
                    }
                    Step::NeedInput => {
                        let n = decoder.feed(bytes);
                        bytes = &bytes[n..];
                    }
                    Step::End => break,
                }
            }
        }
    }

    fn parts(&mut self, message: &Message<'_>) {
        self.show(message);
        for header in message.headers() {
            self.show(&header);
        }
        for variable in message.variables() {
            self.debug(&variable);
        }
        self.debug(&message.headers());
        self.debug(&message.variables());
        self.debug(&message.output());
        self.debug(&message.get_all("Secret"));
        self.debug(&message.get_all("Username"));
        self.show(&Request::from_message(message));
        self.show(&BridgeEnter::view(*message));
        self.debug(&RtcpReceived::view(*message).reports());
        if let Some(config) = GetConfig::from_message(message) {
            self.show(&config);
            for entry in config.entries() {
                self.show(&entry);
            }
            for category in config.categories() {
                self.show(&category);
                self.debug(&category.lines());
            }
        }
    }

    /// The session of a client logs in, with or without room.
    fn client(&mut self) {
        let secret = self.secret.clone();
        let credentials = match self.options & 1 {
            0 => Credentials::new("admin", &secret),
            _ => Credentials::plain("admin", &secret),
        };
        self.show(&credentials);
        let key = Key::new(action::md5, b"123456789", secret.as_bytes()).expect("a challenge");
        self.forbidden.push(key.to_hex().to_vec());
        self.show(&key);
        let mut outbox = Outbox::for_client(vec![0; usize::from(self.input.byte()) * 3], Dialect::Current);
        let mut session = client::Session::new([Slot::FREE; 1]);
        let id = IdKey([5; 16]);
        self.show(&id);
        session.on_connected(id, 0);
        let mut stream = b"Asterisk Call Manager/11.0.0\r\n".to_vec();
        let mut decoder = Decoder::for_client([0; 256]).expect("storage");
        for _ in 0..3 {
            let _ = decoder.feed(&stream);
            while decoder.poll() == Step::Message {
                let message = decoder.message();
                let incoming = session.on_message(&message, 0).expect("storage");
                self.show(&incoming);
                if incoming == client::Incoming::LogIn {
                    if let Err(error) = session.log_in(&credentials, &message, 0, &mut outbox) {
                        self.show(&error);
                        self.display(&error);
                    }
                }
            }
            self.show(&session);
            self.show(&outbox);
            let id = last_value(outbox.pending(), b"ActionID: ");
            stream = [b"Response: Success\r\nActionID: ", id, b"\r\nChallenge: 123456789\r\n\r\n"].concat();
        }
        let owned = blocking::OwnedCredentials::new("admin", secret);
        self.debug(&owned);
        self.debug(&blocking::Follower::tcp(("127.0.0.1", 1), owned));
    }

    /// A server that knows the secret, and a client that sends it or something else.
    fn server(&mut self) {
        let secret = self.secret.clone();
        let account = match self.options & 1 {
            0 => Account::new(&secret),
            _ => Account::from_secret(Secret::Digest(action::md5(&[secret.as_bytes()]))),
        };
        self.forbidden
            .push(action::md5(&[secret.as_bytes()]).map(|byte| format!("{byte:02x}")).concat().into_bytes());
        self.debug(&account);
        self.show(&account.secret);
        let mut outbox = Outbox::for_server(vec![0; 256 + usize::from(self.input.byte()) * 4]);
        let mut session = server::Session::new("11.0.0");
        session.on_connected(0x243f_6a88, 0, &mut outbox).expect("room");
        let noise = self.noise();
        let requests = [
            &b"Action: Login\r\nUsername: admin\r\n"[..],
            if self.options & 2 == 0 { b"" } else { &noise },
            if self.options & 2 == 0 || noise.is_empty() { b"" } else { b"\r\n" },
            b"Secret: ",
            secret.as_bytes(),
            b"\r\n\r\nAction: Ask\r\nPin: ",
            secret.as_bytes(),
            b"\r\nPassword:",
            secret.as_bytes(),
            b"\r\n\r\n",
        ]
        .concat();
        let mut decoder = Decoder::for_server(vec![0; 1100]).expect("storage");
        let _ = decoder.feed(&requests);
        while decoder.poll() == Step::Message {
            let message = decoder.message();
            let incoming = session.on_message(&message, &mut outbox);
            match incoming {
                Ok(server::Incoming::LogIn(attempt)) => {
                    self.show(&attempt);
                    if let Err(error) = session.log_in(&attempt, Some(account), 0, &mut outbox) {
                        self.show(&error);
                        self.display(&error);
                    }
                }
                Ok(server::Incoming::Request(request)) => {
                    self.show(&request);
                    match session.answer(&request, &mut outbox) {
                        Ok(answer) => {
                            self.debug(&answer);
                            if let Ok(mut list) = answer.list("They will follow") {
                                let _ = list.entry("Pin", |out| out.header("Pin", &secret));
                                self.debug(&list);
                                let _ = list.complete("PinsComplete", |out| out.header("Secret", &secret));
                            }
                        }
                        Err(error) => self.display(&error),
                    }
                }
                Ok(incoming) => self.show(&incoming),
                Err(error) => {
                    self.show(&error);
                    self.display(&error);
                }
            }
            self.debug(&session);
            self.show(&outbox);
        }
        let mut event = EncodedEvent::new([0; 128]);
        let _ = event.write("Pin", Classes::CALL, |out| {
            out.header("Pin", &secret)?;
            self.debug(&out);
            Ok(())
        });
        self.show(&event);
    }

    /// Actions with the secret as a value, with bytes that no header may have.
    fn actions(&mut self) {
        let noise = String::from_utf8_lossy(self.input.text()).into_owned();
        let noise = if self.has_secret(noise.as_bytes()) { String::new() } else { noise };
        let secret = format!("{}{noise}", self.secret);
        let secret = &secret[..];
        let changes = [
            Change::NewCategory { category: "7", options: secret },
            Change::RenameCategory { category: "7", to: secret },
            Change::Update { category: "7", variable: "secret", value: secret, matches: secret },
            Change::Delete { category: "7", variable: "secret", matches: secret },
            Change::Append { category: "7", variable: "secret", value: secret },
            Change::Insert { category: "7", line: 0, variable: "secret", value: secret },
            Change::WithOptions { change: &Change::EmptyCategory { category: "7" }, options: secret },
        ];
        let mut outbox = Outbox::for_client(vec![0; usize::from(self.options) * 16], Dialect::Current);
        macro_rules! try_each {
            ($($action:expr;)*) => {$({
                let action = $action;
                self.show(&action);
                if let Err(error) = action::write(&action, "1", &mut outbox) {
                    self.show(&error);
                    self.display(&error);
                    let error = client::SessionError::from(error);
                    self.show(&error);
                    self.display(&error);
                }
                self.show(&outbox);
                outbox.clear();
            })*};
        }
        let headers = [("Secret", secret)];
        let variables = [("PIN", secret)];
        try_each! {
            Raw::new("Login", &headers);
            Login::plain("admin", secret);
            UpdateConfig::new("sip.conf", "sip.conf", &changes);
            Originate::to_application("SIP/7", "Authenticate", secret).variables(&variables);
            Redirect::new("SIP/7", "phones", secret, "1");
            UserEvent::new("Door", &headers);
            Filter::include(secret);
            DbPut::new("door", secret).val(secret);
        }
        for change in &changes {
            self.show(change);
        }
    }

    /// A blocking client, and a server that sends the secret back.
    fn blocking_client(&mut self) {
        let secret = self.secret.clone();
        let credentials = match self.options & 1 {
            0 => Credentials::new("admin", &secret),
            _ => Credentials::plain("admin", &secret),
        };
        let key = Key::new(action::md5, b"123456789", secret.as_bytes()).expect("a challenge");
        self.forbidden.push(key.to_hex().to_vec());
        let line = Echo {
            arrived: b"Asterisk Call Manager/11.0.0\r\n".to_vec(),
            written: Vec::new(),
            refuses: self.options & 2 != 0,
            noise: self.noise(),
        };
        let builder = blocking::Client::builder().timeout(Duration::from_secs(5)).boot_wait(Duration::ZERO);
        let mut client = match builder.over(line) {
            Ok(client) => client,
            Err(error) => return self.error(&error),
        };
        self.debug(&client);
        if let Err(error) = client.login(&credentials.events("on")) {
            self.error(&error);
        }
        self.debug(&client);
        match client.send(&Raw::new("Check", &[("Secret", &secret)])) {
            Ok(response) => self.debug(&response),
            Err(error) => self.error(&error),
        }
        match client.list(&Raw::new("Check", &[("Secret", &secret)])) {
            Ok(list) => {
                self.debug(&list.response());
                self.debug(&list);
            }
            Err(error) => self.error(&error),
        }
        if let Ok(Some(event)) = client.next_event(Duration::ZERO) {
            self.debug(&event);
        }
        self.debug(&client);
        if let Err(error) = client.log_off() {
            self.error(&error);
        }
    }

    fn error(&self, error: &blocking::Error) {
        self.debug(error);
        self.display(error);
        let mut source = std::error::Error::source(error);
        while let Some(error) = source {
            self.debug(&error);
            self.display(&error);
            source = error.source();
        }
    }

    /// A login that is broken off: the decoder and the outbox hold the secret.
    fn text_of_the_line(&mut self) {
        let line = [&b"Action: Login\r\nUsername: a\r\nSecret: "[..], self.secret.as_bytes()].concat();
        let cut = usize::from(self.input.byte()).min(line.len());
        let mut decoder = Decoder::for_server([0; 96]).expect("storage");
        let _ = decoder.feed(&line);
        self.show(&decoder);
        let _ = decoder.poll();
        if let Some(unfinished) = decoder.unfinished() {
            self.show(&unfinished);
        }
        decoder.abandon();
        self.show(&decoder);
        decoder.finish();
        while decoder.poll() == Step::Message {
            self.parts(&decoder.message());
        }
        let too_small = Decoder::for_client(line[..cut.min(31)].to_vec()).expect_err("too small");
        self.show(&too_small);
        self.display(&too_small);
        if let Some(message) = Message::parse(&[&line[..], b"\r\n\r\n"].concat()) {
            self.parts(&message);
        }
    }
}

/// A line to a server that answers at once, with what it was sent.
struct Echo {
    arrived: Vec<u8>,
    written: Vec<u8>,
    refuses: bool,
    noise: Vec<u8>,
}

/// Prints nothing, as a transport of an application should.
impl Debug for Echo {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Echo")
    }
}

impl Read for Echo {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        let n = Read::read(&mut &self.arrived[..], to)?;
        self.arrived.drain(..n);
        Ok(n)
    }
}

impl Write for Echo {
    fn write(&mut self, from: &[u8]) -> io::Result<usize> {
        self.written.extend_from_slice(from);
        while let Some(end) = self.written.windows(4).position(|window| window == b"\r\n\r\n") {
            let request: Vec<_> = self.written.drain(..end + 4).collect();
            let get = |name: &[u8]| last_value(&request, name).to_vec();
            let (action, id) = (get(b"Action: "), get(b"ActionID: "));
            let (secret, key) = (get(b"Secret: "), get(b"Key: "));
            let status: &[u8] = match &action[..] {
                b"Login" if self.refuses => b"Error",
                b"Logoff" => b"Goodbye",
                _ => b"Success",
            };
            // An error shows the message of a refused login, so that one is redacted.
            let message = match status {
                b"Error" => [&self.noise, &b" "[..], &secret, &key, b" ", &secret].concat(),
                _ => b"Fine".to_vec(),
            };
            let secret = [&b"\r\nSecret: "[..], &secret, &key].concat();
            self.arrived.extend(
                [
                    b"Response: ",
                    status,
                    b"\r\nActionID: ",
                    &id,
                    b"\r\nChallenge: 123456789\r\nMessage: ",
                    &message,
                    &secret,
                    b"\r\n\r\n",
                ]
                .concat(),
            );
            if action == b"Check" {
                self.arrived
                    .extend([b"Event: Checked\r\nPrivilege: call,all", &secret[..], b"\r\n\r\n"].concat());
            }
        }
        Ok(from.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
