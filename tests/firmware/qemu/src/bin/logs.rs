//! Logs a value of each public type that implements `defmt::Format`; of the typed actions, events
//! and responses, which macros generate, one each. A line has the type, a tab and the value;
//! tests/firmware/qemu/logs.txt has the decoded lines.
//!
//! Values that can hold a secret hold `hunter2`, which must not be in the log. Neither must the
//! challenge 840415273 and the key for it, which would help to guess the secret.

#![no_std]
#![no_main]

use cortex_m_rt::entry;
use defmt::println;
use defmt_semihosting as _;
use embedded_ami::action::{self, Action as _, Change, Key, Login, Ping};
use embedded_ami::classes::Classes;
use embedded_ami::client::{
    self, Backoff, Credentials, IdKey, Incoming, LoginRefused, LossReason, ResponseStatus, Session, Slot,
    Stage, Timing, WideClock,
};
use embedded_ami::event::response::{GetConfig, ListCommands, QueueRule};
use embedded_ami::event::{BridgeEnter, CallerPresentation, ChannelState, RtcpReceived};
use embedded_ami::heapless::{EventQueue, OwnedMessage};
use embedded_ami::io::embedded;
use embedded_ami::server::{self, Account};
use embedded_ami::value::CallerId;
use embedded_ami::wire::{Decoder, Dialect, EncodeError, Message, Outbox, Step, Value};
use firmware_qemu::board::{Uart, clock, end};

const SECRET: &str = "hunter2";
const CHALLENGE: &str = "840415273";

/// `log! { module::Type = value; }` logs the value. The compiler checks that it has that type.
macro_rules! log {
    ($($module:ident $(::$more:ident)+ $(<$($of:tt),+>)? = $value:expr;)*) => {$({
        let value: &embedded_ami::$module$(::$more)+ $(<$($of),+>)? = &$value;
        println!("{=str}\t{}", concat!(stringify!($module), $("::", stringify!($more)),+), value);
    })*};
}

/// Logs one variant of each enum.
macro_rules! log_names {
    ($($module:ident::$Type:ident: $Variant:ident;)*) => {
        $(log! { $module::$Type = embedded_ami::$module::$Type::$Variant; })*
    };
}

#[entry]
fn main() -> ! {
    end(log().is_some())
}

/// Logs all values. `None` if a value could not be made.
fn log() -> Option<()> {
    plain_enums();
    value_sets();
    values()?;
    messages()?;
    responses()?;
    parts()?;
    actions();
    errors();
    client()?;
    server()
}

fn plain_enums() {
    log_names! {
        wire::Kind: Other;
        wire::Part: Middle;
        wire::Step: NeedInput;
        wire::Dialect: V1_4;
        client::Stage: LoggingIn;
        client::LoginRefused: Authentication;
        client::ResponseStatus: PermissionDenied;
        server::Stage: LoggedIn;
        action::AckCall: Always;
        action::AocBillingId: CallForwardBusy;
        action::AocChargeType: Currency;
        action::AocChargedItem: CallSetup;
        action::AocChargingType: Continuous;
        action::AocMessageType: D;
        action::AocMultiplier: OneTenth;
        action::AocRateType: Flat;
        action::AocTimeScale: OneHundredthSecond;
        action::AocTotalType: SubTotal;
        action::AocVolumeUnit: Octet;
        action::Control: Pause;
        action::DebugLevel: Intense;
        action::Direction: Out;
        action::LoadType: Reload;
        action::OnOff: Off;
        action::Side: Both;
        action::Tone: Nobody;
        action::YesNo: No;
    }
}

fn value_sets() {
    log_names! {
        event::AmaFlags: Billing;
        event::ChannelState: DialingOffHook;
        event::ContactState: Reachable;
        event::DeviceState: RingInUse;
        event::DialStatus: NoAnswer;
        event::Disposition: Answered;
        event::ExtensionState: InUseAndRinging;
        event::HangupCause: NormalClearing;
        event::OriginateReason: Answered;
        event::PeerState: Registered;
        event::PresenceState: Away;
    }
    log! { event::ChannelState = ChannelState::from_value(Value::new(b"77")); }
}

fn values() -> Option<()> {
    let value = |text: &'static str| Value::new(text.as_bytes());
    log! {
        wire::Value = value("Alice");
        wire::Value = value("Café");
        wire::Value = Value::new(b"Caf\xe9");
        wire::Value = value("\x1b[31mred");
        value::CallerId = value("\"Alice\" <100>").caller_id();
        value::CallerId = CallerId::default();
        value::DateTime = value("2026-11-23T14:27:07.123-0130").to_date_time()?;
        value::DateTime = value("2026-11-23 14:27:07").to_date_time()?;
        classes::Classes = Classes::CALL | Classes::SYSTEM;
        classes::Classes = Classes::NONE;
        action::Completion = action::Completion::Event("WaitEventComplete");
        action::Info = action::all().find(|info| info.name == "QueueAdd")?;
        action::Info = action::all().find(|info| info.name == "Agents")?;
        wire::StorageTooSmall = Decoder::for_client([0; 1]).err()?;
        event::CallerPresentation = CallerPresentation::from_value(value("35 (Presentation Prohibited)"));
        action::Key = Key::new(action::md5, CHALLENGE.as_bytes(), SECRET.as_bytes()).expect("a challenge of digits");
    }
    Some(())
}

/// Calls `body` with the only message in these bytes, which a client sent.
fn with_request(bytes: &[u8], body: impl FnOnce(Message<'_>) -> Option<()>) -> Option<()> {
    let mut decoder = Decoder::for_server([0; 768]).ok()?;
    decoder.space().get_mut(..bytes.len())?.copy_from_slice(bytes);
    decoder.advance(bytes.len());
    if decoder.poll() == Step::Message { body(decoder.message()) } else { None }
}

/// Calls `body` with the only message in these bytes, which a server sent.
fn with_message(bytes: &[u8], body: impl FnOnce(Message<'_>) -> Option<()>) -> Option<()> {
    body(Message::parse(bytes)?)
}

/// Every header whose value is a secret.
const SECRETS: &[u8] = b"Action: Login\r\nUsername: admin\r\nSecret: hunter2\r\nkey: hunter2\r\nPassword: hunter2\r\nNewPassword: hunter2\r\n\
    PasswordDigest: hunter2\r\nMd5Cred: hunter2\r\nMD5Secret: hunter2\r\nRemoteSecret: hunter2\r\nOauthSecret: hunter2\r\nRefreshToken: hunter2\r\n\
    Challenge: 840415273\r\nReceivedChallenge: 840415273\r\nReceivedHash: hunter2\r\nExpectedResponse: hunter2\r\nExpectedHash: hunter2\r\n\
    Pin: hunter2\r\nLine-000000-000000: secret=hunter2\r\nValue-000000: hunter2\r\nMatch-000000: hunter2\r\nJSON: {\"secret\":\"hunter2\"}\r\n\
    Secret:hunter2: hunter2\r\n\r\n";

fn messages() -> Option<()> {
    with_request(SECRETS, |message| {
        log! { wire::Message = message; }
        message.headers().for_each(|header| log! { wire::Header = header; });
        Some(())
    })?;
    with_message(b"Asterisk Call Manager/11.0.0\r\n", |message| {
        log! { wire::Message = message; wire::Banner = message.banner()?; }
        Some(())
    })?;
    let output = b"Response: Success\r\nOutput: one\r\nOutput: two\r\n\r\n";
    with_message(output, |message| {
        message.output().for_each(|line| log! { wire::OutputLine = line; });
        Some(())
    })?;
    let event = b"Event: BridgeEnter\r\nBridgeUniqueid: 8b6f\r\nChannel: PJSIP/7-00000001\r\nno colon\r\n\
        ChanVariable: DOOR=open\r\nDestChanVariable(SIP/8): A=\r\n\r\n";
    with_message(event, |message| {
        message.variables().for_each(|variable| log! { value::ChanVariable = variable; });
        let view = message.event::<BridgeEnter<'_>>()?;
        let mut owned = OwnedMessage::<256>::default();
        owned.push(&message).ok()?;
        let mut queue = EventQueue::<256, 1>::new();
        queue.push(&message);
        queue.push(&message);
        log! {
            event::BridgeEnter = view;
            event::Channel = view.channel();
            event::Bridge = view.bridge();
            wire::MessageBuf<_> = owned;
            wire::MessageTooLarge = OwnedMessage::<16>::default().push(&message).err()?;
            heapless::EventQueue<_, _> = queue;
        }
        Some(())
    })
}

fn responses() -> Option<()> {
    let rtcp = b"Event: RTCPReceived\r\nReportCount: 1\r\nReport0SourceSSRC: 0x1e5\r\nReport0FractionLost: 3\r\n\r\n";
    with_message(rtcp, |message| {
        log! { event::RtcpReport = message.event::<RtcpReceived<'_>>()?.reports().next()?; }
        Some(())
    })?;
    let config =
        b"Response: Success\r\nCategory-000000: general\r\nIsTemplate-000000: 1\r\nCategory-000001: 7\r\n\
        Templates-000001: general\r\nLine-000001-000000: secret=hunter2\r\n\r\n";
    with_message(config, |message| {
        let config = GetConfig::from_message(&message)?;
        log! { event::response::GetConfig = config; }
        config.entries().for_each(|entry| log! { event::response::Entry = entry; });
        config.categories().for_each(|category| log! { event::response::Category = category; });
        Some(())
    })?;
    let lists =
        b"Response: Success\r\nPing: Keepalive command.  (Priv: <none>)\r\nRuleList: rush\r\nRule: 30,+3\r\n\r\n";
    with_message(lists, |message| {
        ListCommands::from_message(&message)?
            .actions()
            .for_each(|action| log! { event::response::ListedAction = action; });
        QueueRule::from_message(&message)?
            .lists()
            .for_each(|list| log! { event::response::RuleList = list; });
        Some(())
    })
}

/// Logs the parts of a message with a secret that is longer than the storage.
fn parts() -> Option<()> {
    let mut decoder = Decoder::for_server([0; 32]).ok()?;
    let message = b"Action: Login\r\nSecret: hunter2hunter2hunter2hunter2\r\nUsername: admin\r\n\r\n";
    for &byte in message {
        while decoder.poll() == Step::Message {
            log! { wire::Message = decoder.message(); }
        }
        *decoder.space().first_mut()? = byte;
        decoder.advance(1);
    }
    if decoder.poll() != Step::Message {
        return None;
    }
    log! { wire::Message = decoder.message(); wire::Decoder<_> = decoder; }
    Some(())
}

fn actions() {
    let changes = [
        Change::RenameCategory { category: "7", to: SECRET },
        Change::Append { category: "7", variable: "secret", value: SECRET },
    ];
    log! {
        action::Challenge = action::Challenge;
        action::DbPut = action::DbPut::new("door", SECRET).val(SECRET);
        action::Filter = action::Filter::include(SECRET);
        action::FromFn<_> = action::from_fn("Login", |headers| headers.header("Secret", SECRET));
        action::Login = Login::plain("admin", SECRET);
        action::Originate = action::Originate::to_application("SIP/7", "Authenticate", SECRET);
        action::Raw<_> = action::Raw::new("Login", &[("Secret", SECRET)]);
        action::Redirect = action::Redirect::new("SIP/7", "phones", SECRET, "1");
        action::UpdateConfig = action::UpdateConfig::new("sip.conf", "sip.conf", &changes);
        action::UserEvent<_> = action::UserEvent::new("Door", &[("Secret", SECRET)]);
        action::WithHeader<_, _> = Ping::new().with_header("Secret", SECRET);
    }
    changes.iter().for_each(|change| log! { action::Change = *change; });
}

fn errors() {
    let (line, at, byte) = (2, 7, b'\n');
    log! {
        wire::EncodeError = EncodeError::NoHeaders;
        wire::EncodeError = EncodeError::EmptyName { line };
        wire::EncodeError = EncodeError::NameByte { line, at, byte };
        wire::EncodeError = EncodeError::ValueByte { line, at, byte };
        wire::EncodeError = EncodeError::LineTooLong { line, length: 2_000, limit: 1_022 };
        wire::EncodeError = EncodeError::TooManyLines { limit: 128 };
        wire::EncodeError = EncodeError::ActionIdTooLong { line, length: 70 };
        wire::EncodeError = EncodeError::ActionIdByte { line, at, byte };
        wire::EncodeError = EncodeError::VariableByte { line, at };
        wire::EncodeError = EncodeError::Reserved { line };
        wire::EncodeError = EncodeError::TooLarge { storage: 256 };
        client::SessionError = client::SessionError::Stage(Stage::Closed);
        client::SessionError = client::SessionError::Encode(EncodeError::Full);
        client::SessionError = client::SessionError::SlotsFull;
        server::SessionError = server::SessionError::Encode(EncodeError::Follows);
        server::SessionError = server::SessionError::ListBegun;
        io::embedded::Error<u8> = embedded::Error::Transport(5);
        io::embedded::Error<u8> = embedded::Error::Session(client::SessionError::Busy);
    }
}

fn client() -> Option<()> {
    let credentials = Credentials::new("admin", SECRET).events("call");
    let mut outbox = Outbox::for_client([0; 256], Dialect::Current);
    let mut slots = [Slot::FREE; 2];
    let mut session = Session::new(&mut slots);
    let key = IdKey((0xd00d_u128 << 64).to_be_bytes());
    log! { client::IdKey = key; }
    session.on_connected(key, 0);
    with_message(b"Asterisk Call Manager/11.0.0\r\n", |banner| {
        log! { client::Incoming = session.on_message(&banner, 0).ok()?; }
        session.log_in(&credentials, &banner, 0, &mut outbox).ok()
    })?;
    let challenge =
        b"Response: Success\r\nActionID: cd916f410414b0bcffff00000001\r\nChallenge: 840415273\r\n\r\n";
    with_message(challenge, |message| {
        session.on_message(&message, 0).ok()?;
        outbox.clear();
        session.log_in(&credentials, &message, 0, &mut outbox).ok()
    })?;
    log! { client::Credentials = credentials; client::Session<_> = session; wire::Outbox<_> = outbox; }
    let accepted = b"Response: Success\r\nActionID: 33701352d28e3dedffff00000002\r\nMessage: Authentication accepted\r\n\r\n";
    with_message(accepted, |message| session.on_message(&message, 0).ok().map(|_| ()))?;
    let ticket = session.submit(&Ping::new(), 0, &mut outbox).ok()?;
    let mut backoff = Backoff::new(500, 60_000);
    backoff.next(0);
    let client = embedded::Client::new(
        Uart::new(),
        Decoder::for_client([0; 64]).ok()?,
        Outbox::for_client([0; 64], Dialect::Current),
        Session::new([Slot::FREE; 1]),
        credentials,
        clock::milliseconds,
    );
    log! {
        client::Session<_> = session;
        client::Ticket = ticket;
        client::ActionId = session.action_id(ticket);
        client::Timing = Timing::DEFAULT;
        client::Backoff = backoff;
        client::WideClock = WideClock::new();
        client::LossReason = LossReason::TimedOut;
        client::Incoming = Incoming::Refused(LoginRefused::NotAsterisk);
        client::Incoming = Incoming::Event { ticket: None };
        client::Incoming = Incoming::Event { ticket: Some(ticket) };
        client::Incoming = Incoming::Response { ticket, status: ResponseStatus::Success, is_end: true };
        client::Incoming = Incoming::ListEntry { ticket, is_end: false };
        client::Incoming = Incoming::ListComplete { ticket, entries: 3 };
        client::Incoming = Incoming::ListAborted { ticket, entries: 4 };
        client::Incoming = Incoming::Lost { ticket, reason: LossReason::CutShort { entries: 5 } };
        client::Incoming = Incoming::ServerTimedOut(Stage::Connecting);
        io::embedded::Client<_, _, _, _, _> = client;
    }
    slots.iter().for_each(|slot| log! { client::Slot = *slot; });
    Some(())
}

fn server() -> Option<()> {
    let mut outbox = Outbox::for_server([0; 512]);
    let mut session = server::Session::new("11.0.0");
    // This number gives the challenge 840415273.
    session.on_connected(372_514_048, 0, &mut outbox).ok()?;
    let account = Account::new(SECRET).read(Classes::CALL).write(Classes::NONE);
    log! {
        server::Secret = account.secret;
        server::Secret = server::Secret::Digest(action::md5(&[SECRET.as_bytes()]));
        server::Account = account;
        server::Timing = server::Timing::DEFAULT;
    }
    with_request(b"Action: Challenge\r\nAuthType: MD5\r\n\r\n", |message| {
        log! { server::Incoming = session.on_message(&message, &mut outbox).ok()?; }
        Some(())
    })?;
    let key = Key::new(action::md5, CHALLENGE.as_bytes(), SECRET.as_bytes()).expect("a challenge of digits");
    let mut login = Outbox::for_client([0; 128], Dialect::Current);
    action::write(&Login::md5("admin", key), "6", &mut login).ok()?;
    with_request(login.pending(), |message| {
        let incoming = session.on_message(&message, &mut outbox).ok()?;
        let server::Incoming::LogIn(attempt) = incoming else { return None };
        log! { server::Incoming = incoming; server::Attempt = attempt; server::Session<_> = session; }
        session.log_in(&attempt, Some(account), 0, &mut outbox).ok().filter(|&is_in| is_in).map(|_| ())
    })?;
    with_request(b"Action: Ping\r\nActionID: 7\r\n\r\n", |message| {
        let incoming = session.on_message(&message, &mut outbox).ok()?;
        let server::Incoming::Request(request) = incoming else { return None };
        log! { server::Incoming = incoming; server::Request = request; server::Session<_> = session; }
        Some(())
    })?;
    let mut event = server::EncodedEvent::new([0; 128]);
    event.write("Ring", Classes::CALL, |headers| headers.header("Secret", SECRET)).ok()?;
    log! { server::EncodedEvent<_> = event; }
    Some(())
}
