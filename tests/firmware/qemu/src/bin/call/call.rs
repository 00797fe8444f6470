//! What is done on a connection.

use embedded_ami::action::{Action, CoreShowChannels, Originate};
use embedded_ami::client::{Incoming, LoginRefused, SessionError, Ticket};
use embedded_ami::event::{
    Channel, Hangup, HangupCause, Newchannel, Newstate, OriginateReason, OriginateResponse,
};
use embedded_ami::io::embedded::Error;
use embedded_ami::wire::Message;
use firmware_qemu::board::console::{Line, say};

use crate::Client;
use crate::link::{Random, report_loss};

/// A call that was not seen to its end after so many milliseconds is made anew.
const PATIENCE: u64 = 4_000;
/// When so many actions in a row have no answer, the server does not hear, whatever it says.
const UNANSWERED: u8 = 3;

/// How a connection ended.
pub enum Outcome {
    /// All was done, and the server said good-bye.
    Complete,
    /// User or secret was refused.
    Refused,
    /// Too early; why is said.
    Over,
}

/// How far it has come; what was seen stays seen when the connection is lost.
pub struct Call {
    step: Step,
    is_ready: bool,
    /// Names the channel; another for each call.
    id: [u8; 16],
    /// Of the action that is awaited.
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

    /// Until the connection is of no more use.
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
                    if let Some(outcome) = self.take(incoming, &client.decoder.message()) {
                        return outcome;
                    }
                }
                Err(error) => {
                    report_error(error);
                    return Outcome::Over;
                }
            }
            if self.is_ready {
                self.next(client, random);
            }
        }
    }

    /// How the connection has ended, if it has.
    fn take(&mut self, incoming: Incoming, message: &Message<'_>) -> Option<Outcome> {
        match incoming {
            Incoming::Ready => {
                say("ready");
                self.is_ready = true;
            }
            Incoming::Refused(why) => {
                Line::new().text("refused: ").text(why.name()).say();
                let is_ours = why == LoginRefused::Authentication;
                return Some(if is_ours { Outcome::Refused } else { Outcome::Over });
            }
            Incoming::ServerTimedOut(stage) => {
                Line::new().text("silent: ").text(stage.name()).say();
                return Some(Outcome::Over);
            }
            Incoming::LoggedOff => {
                say("goodbye");
                return Some(Outcome::Complete);
            }
            Incoming::Event { .. } => self.event(message),
            Incoming::Response { ticket, status: answer, is_end } if Some(ticket) == self.ticket => {
                self.unanswered = 0;
                if answer.is_error() {
                    self.again("an error");
                } else if self.step == Step::Events {
                    say("originate: queued");
                    self.ticket = None;
                } else if is_end {
                    self.again("no list");
                }
            }
            Incoming::ListComplete { ticket, entries: items } if Some(ticket) == self.ticket => {
                Line::new().text("channels: ").number(items).say();
                self.step = Step::LogOff;
            }
            Incoming::ListAborted { ticket, .. } if Some(ticket) == self.ticket => self.again("aborted"),
            Incoming::Lost { ticket, .. } => {
                report_loss(incoming);
                self.unanswered += 1;
                if self.unanswered == UNANSWERED {
                    say("the server does not hear");
                    return Some(Outcome::Over);
                }
                if Some(ticket) == self.ticket {
                    self.again("no answer");
                }
            }
            Incoming::Unmatched => {
                self.unanswered = 0;
                say("unmatched message");
            }
            Incoming::Shutdown => say("the server is shutting down"),
            _ => {}
        }
        None
    }

    /// The next step, if it is time for it.
    fn next(&mut self, client: &mut Client<'_>, random: &mut Random) {
        let now = (client.clock)();
        match self.step {
            Step::Originate => {
                self.answered = false;
                self.cleared = false;
                let id = hexadecimal(random.next());
                let mut other_id = [0; 18];
                other_id.iter_mut().zip(id.iter().chain(b"-2")).for_each(|(to, from)| *to = *from);
                let originate = Originate::to_application("Local/102@test", "Wait", "2")
                    .channel_id(&id)
                    .other_channel_id(&other_id)
                    .timeout(3_000)
                    .in_background();
                self.id = id;
                self.submit(&originate, Step::Events, now, client);
            }
            Step::Events if self.answered && self.cleared => self.step = Step::List,
            Step::Events if now > self.since.saturating_add(PATIENCE) => {
                self.ticket.map(|ticket| client.session.forget(ticket));
                self.again("the end of the call was not seen");
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
                Line::new().text("submitted: ").text(action.name()).say();
                self.ticket = Some(ticket);
                self.since = now;
                self.step = then;
            }
            Err(error) => report_session_error(error),
        }
    }

    fn again(&mut self, why: &str) {
        Line::new().text(why).text(": again").say();
        self.ticket = None;
        self.step = if self.step == Step::Events { Step::Originate } else { Step::List };
    }

    fn event(&mut self, message: &Message<'_>) {
        if let Some(event) = message.event::<Newchannel<'_>>() {
            self.channel("Newchannel", event.channel()).into_iter().for_each(Line::say);
        } else if let Some(event) = message.event::<Newstate<'_>>() {
            self.channel("Newstate", event.channel()).into_iter().for_each(Line::say);
        } else if let Some(event) = message.event::<Hangup<'_>>() {
            let Some(line) = self.channel("Hangup", event.channel()) else { return };
            let Some(cause) = event.cause() else { return line.text(", no cause").say() };
            let number = cause.number().unwrap_or_default();
            line.text(", cause ")
                .number(number.unsigned_abs())
                .text(" ")
                .text(cause.name().unwrap_or("?"))
                .say();
            let is_first = event.channel().uniqueid().is_some_and(|id| id.as_bytes() == self.id);
            self.cleared |= is_first && cause == HangupCause::NormalClearing;
        } else if let Some(event) = message.event::<OriginateResponse<'_>>() {
            if event.uniqueid().is_none_or(|id| id.as_bytes() != self.id) {
                return;
            }
            let reason = event.reason();
            let name = reason.and_then(OriginateReason::name).unwrap_or("?");
            Line::new().text("OriginateResponse: ").text(name).say();
            self.answered |= reason == Some(OriginateReason::Answered);
        }
    }

    /// A line about the channel, if it is a half of this call.
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
        .for_each(|(to, digit)| *to = digit + if digit < 10 { b'0' } else { b'a' - 10 });
    digits
}

fn report_error(error: Error<core::convert::Infallible>) {
    match error {
        Error::Session(error) => report_session_error(error),
        error => Line::new().text("error: ").text(error.name()).say(),
    }
}

fn report_session_error(error: SessionError) {
    Line::new().text("error: ").text(error.name()).say();
}
