//! Each public call of the embedded API as a function of its own, and a `static` of the size of
//! each public type. The program is linked and inspected, not run. The stack below a call includes
//! the space for its result in the caller.

#![no_std]
#![no_main]

use core::hint::black_box;

use embedded_ami::action::{Originate, Raw};
use embedded_ami::classes::Classes;
use embedded_ami::client::{self, Backoff, Credentials, IdKey, Incoming, Slot, Ticket};
use embedded_ami::event::Hangup;
use embedded_ami::io::embedded::{self, Error};
use embedded_ami::server::{self, Account, Attempt, EncodedEvent};
use embedded_ami::wire::{self, EncodeError, Header, Message, Step, Value};
use firmware::{Uart, clock, show};

type Bytes = &'static mut [u8];
type Decoder = wire::Decoder<Bytes>;
type Outbox = wire::Outbox<Bytes>;
type Session = client::Session<&'static mut [Slot]>;
type Client = embedded::Client<'static, Uart, fn() -> u64>;
type Server = server::Session<&'static str>;
type ServerResult<T> = Result<T, server::SessionError>;

/// Defines functions that are exported as `call_NAME`, and an entry point that keeps them in the
/// program.
macro_rules! calls {
    ($($name:ident $(<$a:lifetime>)? ($($arg:ident: $Arg:ty),*) $(-> $Result:ty)? $body:block)*) => {
        $(
            #[unsafe(export_name = concat!("call_", stringify!($name)))]
            #[inline(never)]
            fn $name $(<$a>)? ($($arg: $Arg),*) $(-> $Result)? $body
        )*

        #[unsafe(no_mangle)]
        extern "C" fn _start() -> ! {
            loop {
                $(black_box($name as *const ());)*
                sizes();
            }
        }
    };
}

calls! {
    decoder_for_client(storage: Bytes) -> Option<Decoder> { Decoder::for_client(storage).ok() }
    decoder_poll(decoder: &mut Decoder) -> Step { decoder.poll() }
    decoder_space(decoder: &mut Decoder) -> &mut [u8] { decoder.space() }
    decoder_advance(decoder: &mut Decoder, n: usize) { decoder.advance(n) }
    decoder_finish(decoder: &mut Decoder) { decoder.finish() }
    decoder_reset(decoder: &mut Decoder) { decoder.reset() }
    decoder_message(decoder: &Decoder) -> Message<'_> { decoder.message() }

    message_kind(message: &Message<'_>) -> wire::Kind { message.kind() }
    message_name<'a>(message: &Message<'a>) -> Option<Value<'a>> { message.name() }
    message_get<'a>(message: &Message<'a>) -> Option<Value<'a>> { message.get("Channel") }
    message_headers(message: &Message<'_>) { message.headers().for_each(|header| show(header.value().as_bytes().len())) }
    message_variables(message: &Message<'_>) { message.variables().for_each(|variable| show(variable.value.as_bytes().len())) }
    message_output(message: &Message<'_>) { message.output().for_each(|line| show(line.as_bytes().len())) }
    message_banner<'a>(message: &Message<'a>) -> Option<wire::Banner<'a>> { message.banner() }
    event_view(message: &Message<'_>) -> Option<i32> { message.event::<Hangup<'_>>()?.cause()?.number() }

    value_to_i32(value: Value<'_>) -> Option<i32> { value.to_i32() }
    value_to_u64(value: Value<'_>) -> Option<u64> { value.to_u64() }
    value_to_seconds(value: Value<'_>) -> Option<core::time::Duration> { value.to_seconds() }
    value_to_bool(value: Value<'_>) -> Option<bool> { value.to_bool() }

    outbox_write(outbox: &mut Outbox, value: &[u8]) -> Result<(), EncodeError> { outbox.write(|headers| headers.header("Action", value)) }
    outbox_write_int(outbox: &mut Outbox, value: i64) -> Result<(), EncodeError> { outbox.write(|headers| headers.header_int("Cause", value)) }
    outbox_write_variable(outbox: &mut Outbox, value: &[u8]) -> Result<(), EncodeError> { outbox.write(|headers| headers.variable("DOOR", value)) }
    outbox_advance(outbox: &mut Outbox, n: usize) { outbox.advance(n) }

    credentials_new(secret: &'static str) -> Credentials<'static> {
        Credentials::new("admin", secret)
    }
    session_on_connected(session: &mut Session, key: IdKey) { session.on_connected(key, clock()) }
    session_log_in(session: &mut Session, message: &Message<'_>, credentials: &Credentials<'_>, outbox: &mut Outbox) -> Option<()> {
        session.log_in(credentials, message, clock(), outbox).ok().map(|_| ())
    }
    session_on_message(session: &mut Session, message: &Message<'_>) -> Option<Incoming> { session.on_message(message, clock()).ok() }
    session_submit(session: &mut Session, outbox: &mut Outbox, value: Value<'_>) -> Option<Ticket> {
        session.submit(&Raw::new("Hangup", &[("Channel", value)]), clock(), outbox).ok()
    }
    session_submit_typed(session: &mut Session, outbox: &mut Outbox) -> Option<Ticket> {
        session.submit(&Originate::to_extension("PJSIP/7", "default", "100", "1").timeout(20_000), clock(), outbox).ok()
    }
    session_on_timeout(session: &mut Session, outbox: &mut Outbox) -> Option<Incoming> { session.on_timeout(clock(), outbox).ok()? }
    session_log_off(session: &mut Session, outbox: &mut Outbox) -> bool { session.log_off(clock(), outbox).is_ok() }
    session_on_closed(session: &mut Session, outbox: &Outbox) -> Option<Incoming> { session.on_closed(outbox) }
    session_deadline(session: &Session) -> Option<u64> { session.deadline() }
    session_forget(session: &mut Session, ticket: Ticket) -> bool { session.forget(ticket) }
    backoff_next(backoff: &mut Backoff, random: u32) -> u32 { backoff.next(random) }

    client_on_connected(client: &mut Client, key: IdKey) { client.on_connected(key) }
    client_poll(client: &mut Client) -> Result<Option<Incoming>, Error<core::convert::Infallible>> { client.poll() }
    client_poll_ready(client: &mut Client) -> Result<Option<Incoming>, Error<core::convert::Infallible>> { client.poll_ready() }
    client_on_closed(client: &mut Client) -> Option<Incoming> { client.on_closed() }

    server_on_connected(server: &mut Server, outbox: &mut Outbox) -> Result<(), EncodeError> { server.on_connected(7, clock(), outbox) }
    server_on_message<'m>(server: &mut Server, message: &'m Message<'m>, outbox: &mut Outbox) -> ServerResult<server::Incoming<'m>> {
        server.on_message(message, outbox)
    }
    server_log_in(server: &mut Server, attempt: &Attempt<'_>, outbox: &mut Outbox) -> ServerResult<()> {
        server.log_in(attempt, Some(Account::new("secret")), clock(), outbox).map(|_| ())
    }
    server_on_timeout(server: &mut Server, message: &Message<'_>, outbox: &mut Outbox) -> ServerResult<()> { Ok(server.on_timeout(message, clock(), outbox)?) }
    server_success_with(server: &mut Server, request: &server::Request<'_>, outbox: &mut Outbox) -> ServerResult<()> {
        server.answer(request, outbox)?.success_with(|headers| headers.header("Ping", "Pong"))
    }
    server_list(server: &mut Server, request: &server::Request<'_>, outbox: &mut Outbox) -> ServerResult<()> {
        let mut list = server.answer(request, outbox)?.list("Doors will follow")?;
        list.entry("Door", |headers| headers.header_int("Number", 1))?;
        Ok(list.complete("DoorsComplete", |_| Ok(()))?)
    }
    server_command(server: &mut Server, request: &server::Request<'_>, outbox: &mut Outbox) -> ServerResult<()> {
        server.answer(request, outbox)?.command(true, ["one", "two"])
    }
    server_event(event: &mut EncodedEvent<Bytes>, outbox: &mut Outbox) -> Result<(), EncodeError> {
        event.write("DoorOpened", Classes::CALL, |headers| headers.header_int("Number", 1))?;
        event.copy_to(outbox)
    }
}

/// Defines a static of the size of each type. Types with storage are measured without it.
macro_rules! sizes {
    ($($name:ident: $Type:ty;)*) => {
        fn sizes() {
            $({
                #[unsafe(no_mangle)]
                static $name: [u8; size_of::<$Type>()] = [1; size_of::<$Type>()];
                black_box(&$name);
            })*
        }
    };
}

sizes! {
    size_of_decoder: wire::Decoder<[u8; 0]>;
    size_of_outbox: wire::Outbox<[u8; 0]>;
    size_of_message: Message<'_>;
    size_of_header: Header<'_>;
    size_of_value: Value<'_>;
    size_of_client_session: client::Session<[Slot; 0]>;
    size_of_slot: Slot;
    size_of_credentials: Credentials<'_>;
    size_of_incoming: Incoming;
    size_of_backoff: Backoff;
    size_of_server_session: server::Session<&'static str>;
    size_of_server_event: EncodedEvent<[u8; 0]>;
    size_of_encode_error: EncodeError;
}
