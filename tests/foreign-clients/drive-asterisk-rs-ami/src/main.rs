//! Drives asterisk-rs-ami, which uses tokio and typed events. It logs in with the MD5 challenge
//! only.

use std::env;
use std::error::Error;
use std::fmt::Display;
use std::process;
use std::time::Duration;

use asterisk_rs_ami::action::{
    CoreShowChannelsAction, HangupAction, LogoffAction, OriginateAction, next_action_id,
};
use asterisk_rs_ami::{AmiClient, AmiEvent};
use asterisk_rs_core::config::{ConnectionState, ReconnectPolicy};
use asterisk_rs_core::event::{EventReceive, EventSubscription};
use tokio::time::{sleep, timeout};

type Outcome<T> = Result<T, Box<dyn Error>>;

const LIMIT: Duration = Duration::from_secs(10);

macro_rules! ensure {
    ($condition:expr, $seen:expr) => {
        if !$condition {
            return Err(format!("not {}: {:?}", stringify!($condition), $seen).into());
        }
    };
}

/// Returns the version of asterisk-rs-ami in Cargo.lock.
fn version() -> &'static str {
    let entry =
        include_str!("../../../../Cargo.lock").split("name = \"asterisk-rs-ami\"\nversion = \"").nth(1);
    entry.and_then(|entry| entry.split('"').next()).unwrap_or("of unknown version")
}

/// Runs a step with a limit of 10 s. If it fails, prints the step and the reason and exits.
async fn step<T>(name: &str, work: impl Future<Output = Outcome<T>>) -> T {
    let fail = |reason: &dyn Display| -> ! {
        eprintln!("asterisk-rs-ami {}: {name}: {reason}", version());
        process::exit(1)
    };
    match timeout(LIMIT, work).await {
        Ok(Ok(outcome)) => outcome,
        Ok(Err(error)) => fail(&error),
        Err(_) => fail(&"not done in 10 s"),
    }
}

async fn login() -> Outcome<AmiClient> {
    Ok(AmiClient::builder()
        .host(env::var("AMI_HOST")?)
        .port(env::var("AMI_PORT")?.parse()?)
        .credentials(env::var("AMI_USER")?, env::var("AMI_SECRET")?)
        .require_challenge(true)
        .reconnect(ReconnectPolicy::none())
        .build()
        .await?)
}

async fn ping(client: &AmiClient) -> Outcome<()> {
    let response = client.ping().await?;
    ensure!(response.success && response.get("Ping") == Some("Pong"), response);
    Ok(())
}

async fn originate(client: &AmiClient) -> Outcome<String> {
    let call = OriginateAction::new("Local/102@test").context("test").extension("102").priority(1);
    let response = client.originate(call.async_originate(true)).await?;
    ensure!(response.success, response);
    Ok(response.action_id)
}

/// Reads events up to the Hangup of the call whose OriginateResponse has this ActionID. Returns the
/// number of events of the call.
async fn events(events: &mut EventSubscription<AmiEvent>, id: &str) -> Outcome<usize> {
    let mut seen = Vec::new();
    let mut name = String::new();
    loop {
        let EventReceive::Event(event) = events.recv().await else { return Err("events were lost".into()) };
        if let AmiEvent::OriginateResponse { action_id: Some(action_id), channel, response, .. } = &event
            && action_id == id
        {
            ensure!(response == "Success", event);
            name.clone_from(channel);
        }
        seen.push(event);
        let began =
            |event: &AmiEvent| matches!(event, AmiEvent::NewChannel { channel, .. } if *channel == name);
        let ended = |event: &AmiEvent| matches!(event, AmiEvent::Hangup { channel, .. } if *channel == name);
        if seen.iter().any(began) && seen.iter().any(ended) {
            // The name without its last digit matches both halves of the Local channel.
            let both = &name[..name.len() - 1];
            return Ok(seen.iter().filter_map(channel).filter(|channel| channel.starts_with(both)).count());
        }
    }
}

/// Returns the channel of an event, if it has one. Events without a type of their own have it in
/// the headers.
fn channel(event: &AmiEvent) -> Option<&str> {
    match event {
        AmiEvent::Unknown { headers, .. } => headers.get("Channel").map(String::as_str),
        AmiEvent::Malformed { headers, .. } => headers.get("Channel").map(String::as_str),
        _ => event.channel(),
    }
}

async fn list(client: &AmiClient) -> Outcome<usize> {
    // Repeat until a list has both channels of a call.
    for _ in 0..10 {
        originate(client).await?;
        sleep(Duration::from_millis(50)).await;
        let list = client.send_collecting(&CoreShowChannelsAction).await?;
        ensure!(list.response.success, list.response);
        let Some((last, entries)) = list.events.split_last() else { return Err("no events".into()) };
        let entry = |event: &AmiEvent| matches!(event, AmiEvent::CoreShowChannel { .. });
        ensure!(entries.iter().all(entry), entries);
        let AmiEvent::CoreShowChannelsComplete { listed_channels } = last else {
            return Err(format!("at its end: {last:?}").into());
        };
        ensure!(entries.len() == usize::try_from(*listed_channels)?, last);
        if entries.len() > 1 {
            return Ok(entries.len());
        }
    }
    Err("no call in it".into())
}

async fn command(client: &AmiClient) -> Outcome<()> {
    let response = client.command("core show version").await?;
    // Its `output` is only set by a Follows response. If there are several Output headers, it keeps
    // the last.
    ensure!(
        response.success && response.get("Output").is_some_and(|line| line.contains("Asterisk")),
        response
    );
    Ok(())
}

async fn error(client: &AmiClient) -> Outcome<()> {
    let response = client.hangup(HangupAction::new("Local/102@test-none;1")).await?;
    ensure!(!response.success && response.response_type == "Error", response);
    ensure!(response.message.as_deref() == Some("No such channel"), response);
    Ok(())
}

async fn logoff(client: &AmiClient) -> Outcome<()> {
    // It treats every response except Success and Follows as a failure, so check the response
    // itself.
    let response = client.send_action(&LogoffAction).await?;
    ensure!(response.response_type == "Goodbye", response);
    while client.connection_state() != ConnectionState::Disconnected {
        sleep(Duration::from_millis(10)).await;
    }
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    // Its ActionIDs are 1, 2, 3. Every session receives every OriginateResponse, so start at
    // another number to recognize those of this session.
    for _ in 0..process::id() {
        next_action_id();
    }
    let client = step("login md5", login()).await;
    let mut subscription = client.subscribe();
    step("ping", ping(&client)).await;
    let id = step("originate", originate(&client)).await;
    let events = step("events", events(&mut subscription, &id)).await;
    let entries = step("list", list(&client)).await;
    step("command", command(&client)).await;
    step("error", error(&client)).await;
    step("logoff", logoff(&client)).await;
    let version = version();
    println!(
        "asterisk-rs-ami {version}: login md5, ping, originate, {events} events, list of {entries} entries, \
         command, error, logoff: ok"
    );
}
