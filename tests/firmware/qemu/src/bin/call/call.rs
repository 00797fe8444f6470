//! The steps of a call on one connection.

use embedded_ami::action::{Action, CoreShowChannels, Originate};
use embedded_ami::client::{Incoming, LoginRefused, SessionError, Ticket};
use embedded_ami::event::{
    Channel, Hangup, HangupCause, Newchannel, Newstate, OriginateReason, OriginateResponse,
};
use embedded_ami::io::embedded::Error;
use embedded_ami::wire::Message;
use firmware_qemu::board::console::{Line, print};

use crate::Client;
use crate::link::{Random, report_loss};

/// The time in milliseconds after which a call whose end was not seen is made again.
const CALL_TIMEOUT: u64 = 4_000;
/// The number of unanswered actions in a row after which the server is taken not to receive
/// anything, even if it still sends events.
const UNANSWERED: u8 = 3;

/// How a connection ended.
pub enum Outcome {
    /// All steps were done, and the server answered the logoff.
    Complete,
    /// The server refused the user or the secret.
    Refused,
    /// The connection ended early. The reason has been printed.
    Ended,
}

/// The progress of the call, which is kept when the connection is lost.
pub struct Call {
    step: Step,
    is_ready: bool,
    /// The id of the channel, which differs for each call.
    id: [u8; 16],
    /// The ticket of the outstanding action, and the time at which it was submitted.
    ticket: Option<Ticket>,
    since: u64,
    unanswered: u8,
    answered: bool,
    cleared: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Step {
    Originate,
    Events,
    List,
    Entries,
    LogOff,
    Goodbye,
}

impl Call {
    pub const fn new() -> Self {
        Self {
            step: Step::Originate,
            is_ready: false,
            id: [0; 16],
            ticket: None,
            since: 0,
            unanswered: 0,
            answered: false,
            cleared: false,
        }
    }

    /// Runs until the connection is no longer usable.
    pub fn run(&mut self, client: &mut Client<'_>, random: &mut Random) -> Outcome {
        self.step = match self.step {
            Step::Originate | Step::Events => Step::Originate,
            Step::List | Step::Entries => Step::List,
            Step::LogOff | Step::Goodbye => Step::LogOff,
        };
        self.is_ready = false;
        self.unanswered = 0;
        loop {
            match client.poll_ready() {
                Ok(None) => client.transport.rest(),
                Ok(Some(incoming)) => {
                    if let Some(outcome) = self.handle(incoming, &client.decoder.message()) {
                        return outcome;
                    }
                }
                Err(error) => {
                    report_error(error);
                    return Outcome::Ended;
                }
            }
            if self.is_ready {
                self.next(client, random);
            }
        }
    }

    /// Handles an event of the client. Returns the outcome if the connection has ended.
    fn handle(&mut self, incoming: Incoming, message: &Message<'_>) -> Option<Outcome> {
        match incoming {
            Incoming::Ready => {
                print("ready");
                self.is_ready = true;
            }
            Incoming::Refused(reason) => {
                Line::new().text("refused: ").text(reason.name()).print();
                let is_wrong_secret = reason == LoginRefused::Authentication;
                return Some(if is_wrong_secret { Outcome::Refused } else { Outcome::Ended });
            }
            Incoming::ServerTimedOut(stage) => {
                Line::new().text("silent: ").text(stage.name()).print();
                return Some(Outcome::Ended);
            }
            Incoming::LoggedOff => {
                print("goodbye");
                return Some(Outcome::Complete);
            }
            Incoming::Event { .. } => self.event(message),
            Incoming::Response { ticket, status, is_end } if Some(ticket) == self.ticket => {
                self.unanswered = 0;
                if status.is_error() {
                    self.retry("an error");
                } else if self.step == Step::Events {
                    print("originate: queued");
                    self.ticket = None;
                } else if is_end {
                    self.retry("no list");
                }
            }
            Incoming::ListComplete { ticket, entries } if Some(ticket) == self.ticket => {
                Line::new().text("channels: ").number(entries).print();
                self.step = Step::LogOff;
            }
            Incoming::ListAborted { ticket, .. } if Some(ticket) == self.ticket => self.retry("aborted"),
            Incoming::Lost { ticket, .. } => {
                report_loss(incoming);
                self.unanswered += 1;
                if self.unanswered == UNANSWERED {
                    print("the server does not receive");
                    return Some(Outcome::Ended);
                }
                if Some(ticket) == self.ticket {
                    self.retry("no answer");
                }
            }
            Incoming::Unmatched => {
                self.unanswered = 0;
                print("unmatched message");
            }
            Incoming::Shutdown => print("the server is shutting down"),
            _ => {}
        }
        None
    }

    /// Begins the next step if the current one is complete.
    fn next(&mut self, client: &mut Client<'_>, random: &mut Random) {
        let now = (client.clock)();
        match self.step {
            Step::Originate => {
                self.answered = false;
                self.cleared = false;
                let id = hexadecimal(random.next());
                let mut other_id = [0; 18];
                other_id.iter_mut().zip(id.iter().chain(b"-2")).for_each(|(place, byte)| *place = *byte);
                let originate = Originate::to_application("Local/102@test", "Wait", "2")
                    .channel_id(&id)
                    .other_channel_id(&other_id)
                    .timeout(3_000)
                    .in_background();
                self.id = id;
                self.submit(&originate, Step::Events, now, client);
            }
            Step::Events if self.answered && self.cleared => self.step = Step::List,
            Step::Events if now > self.since.saturating_add(CALL_TIMEOUT) => {
                self.ticket.map(|ticket| client.session.forget(ticket));
                self.retry("the end of the call was not seen");
            }
            Step::List => self.submit(&CoreShowChannels::new(), Step::Entries, now, client),
            Step::LogOff => match client.session.log_off(now, &mut client.outbox) {
                Ok(()) => self.step = Step::Goodbye,
                Err(error) => report_session_error(error),
            },
            Step::Events | Step::Entries | Step::Goodbye => {}
        }
    }

    fn submit(&mut self, action: &impl Action, then: Step, now: u64, client: &mut Client<'_>) {
        match client.session.submit(action, now, &mut client.outbox) {
            Ok(ticket) => {
                Line::new().text("submitted: ").text(action.name()).print();
                self.ticket = Some(ticket);
                self.since = now;
                self.step = then;
            }
            Err(error) => report_session_error(error),
        }
    }

    /// Prints the reason and repeats the current step.
    fn retry(&mut self, reason: &str) {
        Line::new().text(reason).text(": again").print();
        self.ticket = None;
        self.step = if self.step == Step::Events { Step::Originate } else { Step::List };
    }

    fn event(&mut self, message: &Message<'_>) {
        if let Some(event) = message.event::<Newchannel<'_>>() {
            self.channel("Newchannel", event.channel()).into_iter().for_each(Line::print);
        } else if let Some(event) = message.event::<Newstate<'_>>() {
            self.channel("Newstate", event.channel()).into_iter().for_each(Line::print);
        } else if let Some(event) = message.event::<Hangup<'_>>() {
            let Some(line) = self.channel("Hangup", event.channel()) else { return };
            let Some(cause) = event.cause() else { return line.text(", no cause").print() };
            let number = cause.number().unwrap_or_default();
            line.text(", cause ")
                .number(number.unsigned_abs())
                .text(" ")
                .text(cause.name().unwrap_or("?"))
                .print();
            let is_first = event.channel().uniqueid().is_some_and(|id| id.as_bytes() == self.id);
            self.cleared |= is_first && cause == HangupCause::NormalClearing;
        } else if let Some(event) = message.event::<OriginateResponse<'_>>() {
            if event.uniqueid().is_none_or(|id| id.as_bytes() != self.id) {
                return;
            }
            let reason = event.reason();
            let name = reason.and_then(OriginateReason::name).unwrap_or("?");
            Line::new().text("OriginateResponse: ").text(name).print();
            self.answered |= reason == Some(OriginateReason::Answered);
        }
    }

    /// Returns a line about the channel if it is one of the two channels of this call.
    fn channel(&self, event: &str, channel: Channel<'_>) -> Option<Line> {
        channel.uniqueid().filter(|id| id.as_bytes().starts_with(&self.id))?;
        let state = channel.state().and_then(|state| state.name()).unwrap_or("?");
        let name = channel.name().unwrap_or_default();
        Some(Line::new().text(event).text(": ").text(name).text(" ").text(state))
    }
}

fn hexadecimal(number: u64) -> [u8; 16] {
    let mut digits = [0; 16];
    let places = (0..16).rev().map(|place| (number >> (4 * place)) as u8 & 15);
    digits
        .iter_mut()
        .zip(places)
        .for_each(|(place, digit)| *place = digit + if digit < 10 { b'0' } else { b'a' - 10 });
    digits
}

fn report_error(error: Error<core::convert::Infallible>) {
    match error {
        Error::Session(error) => report_session_error(error),
        error => Line::new().text("error: ").text(error.name()).print(),
    }
}

fn report_session_error(error: SessionError) {
    Line::new().text("error: ").text(error.name()).print();
}
