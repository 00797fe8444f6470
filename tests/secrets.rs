//! Checks that `Debug` and `Display` of every public type print no secret, on messages and requests
//! that contain one.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;
use std::fmt::{Debug, Display};
use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::thread;
use std::time::Duration;

use embedded_ami::action::{
    self, Action, Change, Filter, Key, Login, Originate, Ping, Raw, Redirect, UpdateConfig, UserEvent,
};
use embedded_ami::classes::Classes;
use embedded_ami::client::{self, Credentials, IdKey, LoginRefused, LossReason, ResponseStatus, Slot};
use embedded_ami::event::{BridgeEnter, CallerPresentation, ChannelState, Event, RtcpReceived, response};
use embedded_ami::heapless::EventQueue;
use embedded_ami::io::{blocking, embedded};
use embedded_ami::server::{self, Account, Attempt, Secret, SessionError};
use embedded_ami::wire::{
    Decoder, Dialect, EncodeError, Message, MessageBuf, Outbox, OwnedMessage, Step, Value,
};

const SECRET: &str = "hunter2";
const CHALLENGE: &str = "840415273";

/// Headers whose value is a secret or would help to guess one.
const HEADERS: &str = "Secret: hunter2\r\nkey: hunter2\r\nPassword: hunter2\r\nNewPassword: hunter2\r\nPasswordDigest: hunter2\r\n\
    Md5Cred: hunter2\r\nMD5Secret: hunter2\r\nRemoteSecret: hunter2\r\nOauthSecret: hunter2\r\nRefreshToken: hunter2\r\n\
    Challenge: 840415273\r\nReceivedChallenge: 840415273\r\nReceivedHash: hunter2\r\nExpectedResponse: hunter2\r\n\
    ExpectedHash: hunter2\r\nPin: hunter2\r\nLine-000000-000000: secret=hunter2\r\nLine-000001-000000: hunter2\r\n\
    Value-000000: hunter2\r\nMatch-000000: hunter2\r\nJSON: {\"secret\":\"hunter2\"}\r\n\
    Secret:hunter2\r\nSecret:hunter2: hunter2\r\nSecret \t: hunter2\r\nSecret\t:hunter2: hunter2\r\n\
    \x20Secret: hunter2\r\nSecret=hunter2\r\nSecret hunter2\r\nSecret=hunter2: x\r\nEvents: off\rSecret: hunter2\r\n\
    Events: off\\r\\nKey: hunter2\r\nOutput: hunter2\r\n";

/// Types that hold neither bytes of a message nor values of a request. None has generic parameters.
const PLAIN: &str = "action::$Set action::Challenge action::Info action::Completion classes::Classes client::ActionId \
    client::ResponseStatus client::Backoff client::Incoming client::LossReason client::LoginRefused client::SessionError \
    client::Slot client::Stage client::Ticket client::Timing client::WideClock io::blocking::ClientBuilder io::blocking::Disconnect io::blocking::Protocol io::blocking::server::ConnectionId \
    io::blocking::server::LoginFailure io::blocking::server::Stats io::blocking::server::Limits io::blocking::server::SlowClientPolicy server::SessionError server::Stage \
    io::blocking::server::Ready server::Timing value::DateTime wire::EncodeError wire::Kind wire::MessageTooLarge wire::Part wire::Dialect \
    wire::Step wire::StorageTooSmall";

/// The types that macros generate, each with one that represents all of them.
const GENERATED: [(&str, &str); 4] = [
    ("action::$Name", "action::DbPut"),
    ("event::$Set", "event::ChannelState"),
    ("event::$View", "event::BridgeEnter"),
    ("event::response::$View", "event::response::GetConfig"),
];

/// A record of what the test has printed.
#[derive(Default)]
struct Printed {
    types: BTreeSet<&'static str>,
    displayed: BTreeSet<&'static str>,
    leaks: BTreeMap<&'static str, String>,
}

thread_local! {
    static PRINTED: RefCell<Printed> = RefCell::default();
}

/// `print! { module::Type = value; }` prints the value. The compiler checks that it has that type.
macro_rules! print {
    ($($module:ident $(::$more:ident)+ $(<$($of:tt),+>)? = $value:expr;)*) => {$({
        let value: &embedded_ami::$module$(::$more)+ $(<$($of),+>)? = &$value;
        debug(concat!(stringify!($module), $("::", stringify!($more)),+), value, false);
    })*};
}

/// Like `print`, for types that cannot know that they hold a secret. They may print it as text, but
/// not as a list of numbers.
macro_rules! print_value {
    ($($module:ident $(::$more:ident)+ = $value:expr;)*) => {$({
        let value: &embedded_ami::$module$(::$more)+ = &$value;
        debug(concat!(stringify!($module), $("::", stringify!($more)),+), value, true);
    })*};
}

/// Like `print`, for iterators: prints the state at the start and after each item.
macro_rules! print_states {
    ($($module:ident $(::$more:ident)+ = $value:expr;)*) => {$({
        let mut value: embedded_ami::$module$(::$more)+ = $value;
        loop {
            debug(concat!(stringify!($module), $("::", stringify!($more)),+), &value, false);
            if value.next().is_none() {
                break;
            }
        }
    })*};
}

/// Like `print`, for `Display`.
macro_rules! display {
    ($($module:ident $(::$more:ident)+ $(<$($of:tt),+>)? = $value:expr;)*) => {$({
        let value: &embedded_ami::$module$(::$more)+ $(<$($of),+>)? = &$value;
        displayed(concat!(stringify!($module), $("::", stringify!($more)),+), value);
    })*};
}

fn debug(name: &'static str, value: &dyn Debug, may_show_text: bool) {
    PRINTED.with_borrow_mut(|printed| {
        printed.types.insert(name);
        for text in
            [format!("{value:?}"), format!("{value:#?}"), format!("{value:x?}"), format!("{value:#X?}")]
        {
            assert!(!text.is_empty(), "{name} prints nothing");
            printed.check(name, &text, may_show_text);
        }
    });
}

fn displayed(name: &'static str, value: &dyn Display) {
    PRINTED.with_borrow_mut(|printed| {
        printed.displayed.insert(name);
        let text = value.to_string();
        assert!(!text.is_empty(), "{name} displays nothing");
        printed.check(name, &text, false);
    });
}

impl Printed {
    /// Records a leak if the text contains a secret.
    fn check(&mut self, name: &'static str, text: &str, may_show_text: bool) {
        let is_plain = |text: &String| [SECRET, CHALLENGE].contains(&text.as_str());
        // Remove the line ends and blanks that `{:#?}` adds.
        let dense: String = text.to_lowercase().split_whitespace().collect();
        let mut forbidden = forbidden_texts().into_iter().filter(|text| !(may_show_text && is_plain(text)));
        if let Some(at) = forbidden.find_map(|text| dense.find(&text)) {
            let excerpt = dense.chars().skip(at.saturating_sub(40)).take(80).collect();
            self.leaks.entry(name).or_insert(excerpt);
        }
    }

    fn merge(&mut self, other: Printed) {
        self.types.extend(other.types);
        self.displayed.extend(other.displayed);
        self.leaks.extend(other.leaks);
    }
}

/// Returns the texts that must not be printed: the secret, and values that would help to guess it,
/// as text, as lists of numbers and characters, and in hex.
fn forbidden_texts() -> Vec<String> {
    let key = action::md5(&[CHALLENGE.as_bytes(), SECRET.as_bytes()]);
    let mut texts = vec![SECRET.to_string(), CHALLENGE.to_string()];
    for bytes in [SECRET.as_bytes(), CHALLENGE.as_bytes(), &key, &action::md5(&[SECRET.as_bytes()])] {
        let list = |write: fn(&u8) -> String| bytes.iter().map(write).collect::<Vec<_>>();
        texts.push(list(|byte| format!("{byte:02x}")).concat());
        // Four elements of a list count as a leak.
        for list in
            [list(u8::to_string), list(|byte| format!("{byte:x}")), list(|byte| format!("0x{byte:x}"))]
        {
            texts.push(list[..4].join(","));
        }
        texts.push(list(|byte| format!("{:?}", char::from(*byte)))[..4].join(","));
    }
    texts
}

/// Prints values of all types, over bytes with secrets. With less storage than a message has, the
/// secret arrives in parts.
fn print_everything(storages: impl Iterator<Item = usize> + Clone) {
    for first in ["Action: Login", "Response: Success", "Event: BridgeEnter", "Junk"] {
        let text = format!("{first}\r\nUsername: admin\r\n{HEADERS}ChanVariable: DOOR=open\r\n\r\n");
        let text = text.as_bytes();
        for storage in storages.clone() {
            with_messages(text, storage, message);
        }
        message_buffers(text);
    }
    responses();
    rtcp_reports();
    values();
    actions();
    errors();
    client();
    server();
    blocking();
}

/// The printing itself checks this, for a type that prints a secret in few ways as for one that
/// prints none.
#[test]
fn every_public_type_prints_something() {
    print_everything([2048].into_iter());
}

#[test]
fn no_public_type_prints_a_secret() {
    print_everything((32..80).chain([2048]));

    let printed = PRINTED.take();
    let leaks: Vec<_> = printed.leaks.iter().map(|(name, text)| format!("{name}: {text}")).collect();
    assert!(leaks.is_empty(), "{} types print secrets:\n{}", leaks.len(), leaks.join("\n"));

    // Check that every public type was printed.
    let generated: BTreeMap<_, _> = GENERATED.into();
    let plain: BTreeSet<_> = PLAIN.split_whitespace().collect();
    let sources = sources();
    let found: BTreeMap<_, _> =
        sources.iter().flat_map(|(module, text)| public_types(module, text)).collect();
    assert!(found.len() > 80, "{found:?}");
    for (name, has_parameters) in &found {
        let example = *generated.get(name.as_str()).unwrap_or(&name.as_str());
        let is_covered = printed.types.contains(example) || plain.contains(example) && !has_parameters;
        assert!(is_covered, "{name} is not printed by this test");
    }
    for name in plain.iter().chain(generated.keys()) {
        assert!(found.contains_key(*name), "{name} is not a public type");
    }
    let found: BTreeSet<_> = sources
        .iter()
        .flat_map(|(module, text)| display_types(module, text))
        .filter(|name| found.contains_key(name))
        .collect();
    // A value does not know its header, so its `Display` prints the text as it is. So do a line of
    // output and the values that a set does not know.
    let texts = ["wire::Value", "wire::OutputLine", "event::$Set"];
    let expected = printed.displayed.iter().copied().chain(texts);
    assert_eq!(found, expected.map(str::to_owned).collect());
}

/// Returns the library's source files, each with the path of its public module.
fn sources() -> Vec<(String, String)> {
    fn collect(folder: &Path, module: &str, found: &mut Vec<(String, String)>) {
        let root = ["mod.rs", "lib.rs"].map(|name| folder.join(name)).into_iter().find(|path| path.exists());
        let root = std::fs::read_to_string(root.unwrap()).unwrap();
        for path in folder.read_dir().unwrap().map(|entry| entry.unwrap().path()) {
            let stem = path.file_stem().unwrap().to_str().unwrap();
            let is_public = root.lines().any(|line| line == format!("pub mod {stem};"));
            let inner = if is_public { format!("{module}{stem}::") } else { module.into() };
            if path.is_dir() && stem != "bin" {
                collect(&path, &inner, found);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push((inner, std::fs::read_to_string(&path).unwrap()));
            }
        }
    }
    let mut found = Vec::new();
    collect(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), "", &mut found);
    found
}

/// Returns the names of the public types declared in a file, and whether they have generic
/// parameters. A type that a macro generates has its name in the macro, such as `$View`.
fn public_types(module: &str, text: &str) -> Vec<(String, bool)> {
    let declared = text.lines().filter_map(|line| {
        let line = line.trim_start();
        let words = ["struct", "enum", "union"];
        words.iter().find_map(|word| line.strip_prefix("pub ")?.strip_prefix(word)?.strip_prefix(' '))
    });
    declared
        .map(|rest| {
            let end = rest.find(|char: char| !char.is_alphanumeric() && !['_', '$'].contains(&char));
            let (name, rest) = rest.split_at(end.unwrap_or(rest.len()));
            (format!("{module}{name}"), rest.starts_with('<'))
        })
        .collect()
}

/// Returns the names of the types in a file that implement `Display`, private ones too.
fn display_types(module: &str, text: &str) -> Vec<String> {
    let lines = text.lines().filter_map(|line| line.split_once("Display for ").map(|(_, rest)| rest));
    lines.map(|rest| format!("{module}{}", rest.split([' ', '<']).next().unwrap())).collect()
}

/// Calls `body` with each message, or part of one, that these bytes decode to.
fn with_messages(bytes: &[u8], storage: usize, mut body: impl FnMut(&Message<'_>)) {
    let mut rest = bytes;
    let mut decoder = Decoder::for_client(vec![0; storage]).unwrap();
    loop {
        match decoder.poll() {
            Step::Message => body(&decoder.message()),
            Step::NeedInput => {
                let n = rest.read(decoder.space()).unwrap();
                decoder.advance(n);
                print! { wire::Decoder<_> = decoder; }
                if n == 0 {
                    return;
                }
            }
            Step::End => return,
        }
    }
}

fn message(message: &Message<'_>) {
    print! { wire::Message = *message; }
    message.headers().for_each(|header| print! { wire::Header = header; });
    message.variables().for_each(|variable| print! { value::ChanVariable = variable; });
    print_states! {
        wire::Headers = message.headers();
        wire::GetAll = message.get_all("Secret");
        wire::GetAll = message.get_all("Username");
        value::Variables = message.variables();
        wire::Output = message.output();
    }
    let view = BridgeEnter::view(*message);
    print! {
        event::BridgeEnter = view;
        event::Channel = view.channel();
        event::Bridge = view.bridge();
        server::Request = server::Request::from_message(message);
    }
}

fn rtcp_reports() {
    let text = format!("Event: RTCPReceived\r\nReportCount: 1\r\nReport0SourceSSRC: 0x1\r\n{HEADERS}\r\n");
    with_messages(text.as_bytes(), 2048, |message| {
        let received = RtcpReceived::view(*message);
        print_states! { event::RtcpReports = received.reports(); }
        received.reports().for_each(|report| print! { event::RtcpReport = report; });
    });
}

fn message_buffers(text: &[u8]) {
    let mut queue = EventQueue::<2048, 2>::new();
    with_messages(text, 64, |part| {
        queue.push(part);
        print! { heapless::EventQueue<_, _> = queue; }
    });
    with_messages(text, 2048, |message| {
        let mut owned = OwnedMessage::default();
        assert!(owned.push(message).unwrap());
        print! { wire::MessageBuf<_> = owned; }
    });
    let mut partial = MessageBuf::<Vec<u8>>::default();
    with_messages(text, 64, |part| {
        let _ = partial.push(part);
        print! { wire::MessageBuf<_> = partial; }
    });
}

fn responses() {
    use response::{GetConfig, ListCategories, ListCommands, QueueRule};

    let text = format!(
        "Response: Success\r\nActionID: 1\r\nCategory-000000: general\r\nIsTemplate-000000: 1\r\nCategory-000001: 7\r\n\
        Templates-000001: phone\r\nLine-000001-000001: secret=hunter2\r\nLine-000001-000002: hunter2\r\n{HEADERS}\
        RuleList: a\r\nRule: 30,+3\r\nSecret: hunter2\r\nRuleList: b\r\nPing: Keepalive.  (Priv: <none>)\r\nSecret: hunter2\r\n\r\n"
    );
    let mut entries = 0;
    with_messages(text.as_bytes(), 2048, |message| {
        let config = GetConfig::from_message(message).unwrap();
        let rules = QueueRule::from_message(message).unwrap();
        let actions = ListCommands::from_message(message).unwrap().actions();
        print! { event::response::GetConfig = config; }
        print_states! {
            event::response::Categories = config.categories();
            event::response::Entries = config.entries();
            event::response::CategoryNames = ListCategories::from_message(message).unwrap().names();
            event::response::RuleLists = rules.lists();
            event::response::ListedActions = actions.clone();
        }
        actions.for_each(|action| print! { event::response::ListedAction = action; });
        for entry in config.entries() {
            entries += 1;
            print! { event::response::Entry = entry; }
        }
        for category in config.categories() {
            print! { event::response::Category = category; }
            print_states! { event::response::ConfigLines = category.lines(); }
        }
        for list in rules.lists() {
            print! { event::response::RuleList = list; }
            print_states! { event::response::Rules = list.rules; }
        }
    });
    assert!(entries >= 8, "{entries}");

    // The output of a command may contain settings.
    let old =
        b"Response: Follows\r\nPrivilege: Command\r\npassword : hunter2\nhunter2\n--END COMMAND--\r\n\r\n";
    let new = b"Response: Success\r\nOutput: password : hunter2\r\nOutput: hunter2\r\n\r\n";
    for text in [old.as_slice(), new] {
        for storage in [32, 2048] {
            with_messages(text, storage, |message| {
                print! { wire::Message = *message; }
                print_states! { wire::Output = message.output(); }
                message.output().for_each(|line| print_value! { wire::OutputLine = line; });
            });
        }
    }
}

fn values() {
    let value = Value::new(SECRET.as_bytes());
    let pair = Value::new(b"\"hunter2\" <840415273>");
    let mut split = Value::new(b"hunter2,hunter2").split(b',');
    print_value! { wire::Split = split; }
    split.next();
    print_value! {
        wire::Value = value;
        wire::Split = split;
        value::Unescaped = value.unescaped();
        value::PercentDecoded = value.percent_decoded();
        value::AgiLines = Value::new(b"agi_secret: hunter2\nhunter2: hunter2").agi_lines();
        value::CallerId = pair.caller_id();
        event::ChannelState = ChannelState::from_value(value);
        event::CallerPresentation = CallerPresentation::from_value(value);
    }
    with_messages(b"hunter2/840415273\r\n", 64, |message| {
        print_value! { wire::Banner = message.banner().unwrap(); }
    });
}

fn actions() {
    let key = Key::new(action::md5, CHALLENGE.as_bytes(), SECRET.as_bytes()).expect("a challenge of digits");
    let raw = Raw::new("Login", &[("Secret", SECRET)]);
    let changes = [
        Change::NewCategory { category: "7", options: SECRET },
        Change::RenameCategory { category: "7", to: SECRET },
        Change::DeleteCategory { category: "7" },
        Change::EmptyCategory { category: "7" },
        Change::Update { category: "7", variable: "secret", value: SECRET, matches: SECRET },
        Change::Delete { category: "7", variable: "secret", matches: SECRET },
        Change::Append { category: "7", variable: "secret", value: SECRET },
        Change::Insert { category: "7", line: 0, variable: "secret", value: SECRET },
        Change::DeleteLine { category: "7", line: 0 },
        Change::WithOptions { change: &Change::EmptyCategory { category: "7" }, options: SECRET },
    ];
    print! {
        action::Key = key;
        action::Login = Login::plain("admin", SECRET);
        action::Login = Login::md5("admin", key);
        action::Raw<_> = raw;
        action::FromFn<_> = action::from_fn("Login", |out| out.header("Secret", SECRET));
        action::UpdateConfig = UpdateConfig::new("sip.conf", "sip.conf", &changes);
        action::Originate = Originate::to_application("SIP/7", "Authenticate", SECRET).variables(&[("PIN", SECRET)]);
        action::Redirect = Redirect::new("SIP/7", "phones", SECRET, "1");
        action::UserEvent<_> = UserEvent::new("Door", &[("Secret", SECRET)]);
        action::Filter = Filter::include(SECRET);
        action::DbPut = action::DbPut::new("door", SECRET).val(SECRET);
        action::WithHeader<_, _> = raw.with_header("Secret", SECRET);
    }
    changes.into_iter().for_each(|change| print! { action::Change = change; });

    let mut outbox = Outbox::for_client([0; 256], Dialect::Current);
    outbox
        .write(|out| {
            out.header("Secret", SECRET)?;
            print! { wire::HeaderWriter = *out; }
            Ok(())
        })
        .unwrap();
    print! { wire::Outbox<_> = outbox; }
}

fn errors() {
    let error = Raw::new("Login", &[("Secret", "hunter2\n")]);
    let mut outbox = Outbox::for_client([0; 256], Dialect::Current);
    let error = action::write(&error, "1", &mut outbox).unwrap_err();
    let mut owned = MessageBuf::<heapless::Vec<u8, 8>>::default();
    let mut too_large = None;
    with_messages(b"Secret: hunter2\r\n\r\n", 64, |message| too_large = owned.push(message).err());
    display! {
        client::LoginRefused = LoginRefused::NoChallenge;
        client::LossReason = LossReason::CutShort { entries: 7 };
        client::ResponseStatus = ResponseStatus::Error;
        client::Stage = client::Stage::LoggingIn;
        wire::EncodeError = error;
        wire::EncodeError = EncodeError::NoHeaders;
        wire::StorageTooSmall = Decoder::for_client(*b"hunter2").unwrap_err();
        wire::MessageTooLarge = too_large.unwrap();
        client::SessionError = client::SessionError::Encode(error);
        server::SessionError = SessionError::Encode(error);
        io::blocking::Disconnect = blocking::Disconnect::Closed;
        io::blocking::Protocol = blocking::Protocol::Http;
        io::blocking::server::LoginFailure = blocking::server::LoginFailure::WrongSecret;
    }
    let error = embedded::Error::Transport(std::io::ErrorKind::TimedOut);
    print! { io::embedded::Error<_> = error; }
    display! { io::embedded::Error<_> = error; }
}

/// A transport whose input contains a secret.
struct Uart;

impl embedded_io::ErrorType for Uart {
    type Error = Infallible;
}

impl embedded_io::Read for Uart {
    fn read(&mut self, to: &mut [u8]) -> Result<usize, Infallible> {
        let text = b"Asterisk Call Manager/11.0.0\r\nEvent: A\r\nSecret: hunter2\r\n\r\n";
        to[..text.len()].copy_from_slice(text);
        Ok(text.len())
    }
}

impl embedded_io::Write for Uart {
    fn write(&mut self, from: &[u8]) -> Result<usize, Infallible> {
        Ok(from.len())
    }

    fn flush(&mut self) -> Result<(), Infallible> {
        Ok(())
    }
}

fn client() {
    for credentials in [Credentials::new("admin", SECRET), Credentials::plain("admin", SECRET)] {
        print! { client::Credentials = credentials; }
        let mut client = embedded::Client::new(
            Uart,
            Decoder::for_client([0; 256]).unwrap(),
            Outbox::for_client([0; 256], Dialect::Current),
            client::Session::new([Slot::FREE; 1]),
            credentials,
            || 0,
        );
        client.on_connected(IdKey([7; 16]));
        while !matches!(client.poll(), Ok(Some(_))) {}
        print! { io::embedded::Client<_, _, _, _, _> = client; }
    }

    let credentials = Credentials::new("admin", SECRET);
    let mut outbox = Outbox::for_client([0; 512], Dialect::Current);
    let mut session = client::Session::new([Slot::FREE; 1]);
    print! { client::IdKey = IdKey(*b"hunter2 hunter2!"); }
    session.on_connected(IdKey((0xd00d_u128 << 64).to_be_bytes()), 0);
    let responses = b"Asterisk Call Manager/11.0.0\r\nResponse: Success\r\nActionID: cd916f410414b0bcffff00000001\r\nChallenge: 840415273\r\n\r\n";
    with_messages(responses, 128, |message| {
        session.on_message(message, 0).unwrap();
        print! { client::Session<_> = session; }
        session.log_in(&credentials, message, 0, &mut outbox).unwrap();
        print! { client::Session<_> = session; wire::Outbox<_> = outbox; }
    });
    assert!(outbox.pending().windows(5).any(|window| window == b"Key: "));
}

fn server() {
    let account = Account::new(SECRET);
    print! {
        server::Account = account;
        server::Secret = account.secret;
        server::Secret = Secret::Digest(action::md5(&[SECRET.as_bytes()]));
    }
    let mut outbox = Outbox::for_server([0; 1024]);
    let mut session = server::Session::new("11.0.0");
    // This number gives the challenge 840415273.
    session.on_connected(372_514_048, 0, &mut outbox).unwrap();
    let requests = "Action: Challenge\r\nAuthType: MD5\r\n\r\nAction: Login\r\nUsername: admin\r\nSecret: hunter2\r\n\r\n\
        Action: Pin\r\nPin: hunter2\r\n\r\nAction: Pin\r\nPin: hunter2\r\n\r\n";
    with_messages(requests.as_bytes(), 256, |message| {
        let incoming = session.on_message(message, &mut outbox).unwrap();
        print! { server::Incoming = incoming; server::Session<_> = session; }
        match incoming {
            server::Incoming::LogIn(attempt) => {
                print! { server::Attempt = attempt; }
                assert!(session.log_in(&attempt, Some(account), 0, &mut outbox).unwrap());
            }
            server::Incoming::Request(request) => {
                let responder = session.answer(&request, &mut outbox).unwrap();
                print! { server::Responder<_> = responder; }
                let mut list = responder.list("They will follow").unwrap();
                list.entry("Pin", |out| out.header("Pin", SECRET)).unwrap();
                print! { server::ListWriter<_> = list; }
                list.complete("PinsComplete", |_| Ok(())).unwrap();
            }
            server::Incoming::Nothing => {}
        }
    });
    assert!(outbox.pending().windows(9).any(|window| window == CHALLENGE.as_bytes()));
    let mut event = server::EncodedEvent::new([0; 128]);
    event.write("Pin", Classes::CALL, |out| out.header("Pin", SECRET)).unwrap();
    print! { server::EncodedEvent<_> = event; }
}

/// A service whose responses and events contain secrets.
struct Door;

impl blocking::server::Service for Door {
    fn account(&mut self, attempt: &Attempt<'_>) -> Option<Account<'_>> {
        print! { server::Attempt = *attempt; }
        Some(Account::new(SECRET))
    }

    fn request(&mut self, exchange: &mut blocking::server::Exchange<'_>) -> Result<(), SessionError> {
        let is_list = exchange.request().is("List");
        if !is_list {
            return exchange.answer()?.respond("Error", |out| {
                out.header("Message", "No")?;
                out.header("Secret", SECRET)
            });
        }
        exchange.events.send("Pin", Classes::CALL, |out| out.header("Pin", SECRET))?;
        print! { io::blocking::server::Exchange = *exchange; io::blocking::server::Events = *exchange.events; }
        let mut list = exchange.answer()?.list("They will follow")?;
        list.entry("Pin", |out| out.header("Pin", SECRET))?;
        Ok(list.complete("ListComplete", |out| out.header("Pin", SECRET))?)
    }
}

fn blocking() {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let limits = blocking::server::Limits::default();
    let mut server =
        blocking::server::Server::new(listener, server::Session::new("11.0.0"), Door, limits).unwrap();
    let address = server.local_addr().unwrap();
    let stop = AtomicBool::new(false);
    let printed_by_server = thread::scope(|scope| {
        let server = scope.spawn(|| {
            while !stop.load(Relaxed) {
                server.poll_once();
                print! { io::blocking::server::Server<_> = server; }
                thread::sleep(Duration::from_millis(1));
            }
            PRINTED.take()
        });
        // Stops the server even if the test panics.
        struct Stop<'a>(&'a AtomicBool);
        impl Drop for Stop<'_> {
            fn drop(&mut self) {
                self.0.store(true, Relaxed);
            }
        }
        let stop = Stop(&stop);
        let mut client = blocking::Client::connect(address, Duration::from_secs(5)).unwrap();
        client.login(&Credentials::new("admin", SECRET).events("on")).unwrap();
        print! { io::blocking::Client<_> = client; }
        let action =
            Raw::new("List", &[("Secret", SECRET)]).with_completion(action::Completion::List("ListComplete"));
        let mut list = client.list(&action).unwrap();
        loop {
            print! { io::blocking::List<_> = list; }
            if list.next().is_none() {
                break;
            }
        }
        drop(list);
        let error = client.send(&Ping::new()).unwrap_err();
        assert!(matches!(error, blocking::Error::Response { .. }));
        print! { io::blocking::Error = error; }
        display! { io::blocking::Error = error; }
        client.next_event(Duration::ZERO).unwrap();
        print! { io::blocking::Client<_> = client; }
        drop(client);
        let owned = blocking::OwnedCredentials::new("admin", SECRET).events("on");
        print! { io::blocking::OwnedCredentials = owned; client::Credentials = owned.as_credentials(); }
        let mut follower = blocking::Follower::tcp(address, owned);
        print! { io::blocking::Follower<_> = follower; }
        loop {
            let item = follower.next_within(Duration::from_secs(5)).unwrap().unwrap();
            print! { io::blocking::Followed = item; io::blocking::Follower<_> = follower; }
            match item {
                blocking::Followed::Connected => drop(follower.client().unwrap().submit(&action).unwrap()),
                blocking::Followed::Event(event) if event.message().get("Pin").is_some() => break,
                _ => {}
            }
        }
        drop(follower);
        let _ =
            std::net::TcpStream::connect(address).and_then(|mut stream| stream.write_all(HEADERS.as_bytes()));
        drop(stop);
        server.join().unwrap()
    });
    assert!(printed_by_server.types.contains("io::blocking::server::Exchange"));
    PRINTED.with_borrow_mut(|printed| printed.merge(printed_by_server));
}
