//! `ami demo`: a client logs in at a miniature PBX over loopback, makes a call and follows it.

use std::io::Write;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use clap::Args;
use embedded_ami::action::{Originate, Raw};
use embedded_ami::client::Credentials;
use embedded_ami::event;
use embedded_ami::io::blocking::Client;
use embedded_ami::wire::{Message, Value};
use embedded_ami_pbx::Pbx;

use crate::failure::Failure;
use crate::output::{Printer, escape::escape};

const USER: &str = "demo";
const SECRET: &str = "demo-secret";

#[derive(Args)]
pub(crate) struct Options {}

pub(crate) fn run(_: &Options) -> Result<(), Failure> {
    let out = &mut Printer::plain().out;
    let pbx = Pbx::builder().user(USER, SECRET).start((Ipv4Addr::LOCALHOST, 0));
    let pbx = pbx.map_err(|error| Failure::Local(format!("cannot start the miniature PBX: {error}")))?;
    let address = pbx.local_addr();
    writeln!(out, "A miniature PBX is listening on {address}.")?;
    make_call(address, out).map_err(|failure| failure.at(&address.to_string()))?;
    pbx.stop();
    Ok(out.flush()?)
}

fn make_call(address: SocketAddr, out: &mut impl Write) -> Result<(), Failure> {
    let mut client = Client::connect(address, Duration::from_secs(5))?;
    client.login(&Credentials::new(USER, SECRET).events("call,dialplan"))?;
    writeln!(out, "Logged in as {USER}. The secret was not sent: it answers an MD5 challenge.")?;

    writeln!(out, "\nCalling Local/102@test and connecting it to extension 101.")?;
    let call = Originate::to_extension("Local/102@test", "test", "101", "1").in_background();
    let ticket = client.submit(&call)?;
    client.wait(ticket)?;
    writeln!(out, "\nChannels:")?;
    for line in client.command("core show channels")?.message().output() {
        writeln!(out, "  {}", escape(line.as_bytes().trim_ascii_end()))?;
    }
    writeln!(out, "\nEvents:")?;
    let mut left = 2;
    while left > 0 {
        let Some(event) = client.next_event(Duration::from_secs(5))? else {
            return Err(Failure::Timeout("the call of the demo did not end within 5 seconds".into()));
        };
        let event = event.message();
        if let Some(line) = describe(&event) {
            writeln!(out, "  {line}")?;
        }
        left -= usize::from(event.event::<event::Hangup<'_>>().is_some());
    }

    if let Err(error) = client.send(&Raw::new("Hangup", &[("Channel", "PJSIP/7\r\nAction: Logoff")])) {
        writeln!(
            out,
            "\nA line end in a value could smuggle in a second action. The client refuses to send it:\n  {error}"
        )?;
    }
    client.log_off()?;
    writeln!(out, "\nLogged off.")?;
    Ok(())
}

/// Returns a line for the events that the demo shows, and `None` for all others.
fn describe(message: &Message<'_>) -> Option<String> {
    let text = |value: Option<Value<'_>>| value.unwrap_or_default().to_string_lossy().into_owned();
    if let Some(event) = message.event::<event::Newchannel<'_>>() {
        return Some(format!("{} was created", text(event.channel().name())));
    }
    if let Some(event) = message.event::<event::Newexten<'_>>() {
        let (exten, application) = (text(event.channel().exten()), text(event.application()));
        return Some(format!("{} runs {application} in extension {exten}", text(event.channel().name())));
    }
    if let Some(event) = message.event::<event::Newstate<'_>>() {
        let state = text(event.channel().state_text());
        return Some(format!("{} is {state}", text(event.channel().name())));
    }
    if let Some(event) = message.event::<event::OriginateResponse<'_>>() {
        return Some(format!("OriginateResponse: {}, {:?}", text(event.response()), event.reason()?));
    }
    let event = message.event::<event::Hangup<'_>>()?;
    Some(format!("{} was hung up: {}", text(event.channel().name()), text(event.cause_txt())))
}
