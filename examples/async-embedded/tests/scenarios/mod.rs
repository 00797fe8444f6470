//! Tests of a client over real sockets. The test that includes this file has a module `stack` with
//! the transport, the executor and the path of the program.

use std::io::Read;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::thread::{self, JoinHandle};

use embedded_ami::action::Raw;
use embedded_ami::client::{
    Credentials, IdKey, Incoming, LoginRefused, LossReason, Session, Slot, Stage, Timing,
};
use embedded_ami_pbx::Pbx;
use example_async_embedded::{Client, Clock, Error};

use super::stack::{self, EXECUTABLE, block_on, clock, halves};
use program::{SECRET, Server, program, run};

#[path = "../../../../tests/common/program.rs"]
#[allow(dead_code, reason = "these tests use only part of it")]
mod program;

/// A macro in place of a function, whose return type would differ between the transports.
macro_rules! client {
    ($socket:ident, $credentials:expr, $timing:expr) => {{
        let (reader, writer) = halves(&$socket);
        let session = Session::new([Slot::FREE; 2]).timing($timing);
        Client::new(reader, writer, clock(), session, IdKey([7; 16]), $credentials)
    }};
}

fn start() -> Pbx {
    let pbx = Pbx::builder().user("admin", SECRET).speed(20);
    pbx.start((Ipv4Addr::LOCALHOST, 0)).expect("a port")
}

/// Starts a server for one connection. Returns its address and its thread.
fn serve(script: impl FnOnce(&mut Server<TcpStream>) + Send + 'static) -> (SocketAddr, JoinHandle<()>) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
    let address = listener.local_addr().expect("an address");
    (address, thread::spawn(move || script(&mut Server(listener.accept().expect("a client").0))))
}

fn run_against(address: SocketAddr, channel: &str) -> (Option<i32>, String, String) {
    run(program(EXECUTABLE)
        .arg(channel)
        .env("AMI_HOST", address.ip().to_string())
        .env("AMI_PORT", address.port().to_string()))
}

const CREDENTIALS: Credentials<'_> = Credentials::new("admin", SECRET).events("call,system");

#[test]
fn the_program_calls_and_hangs_up() {
    let pbx = start();
    let (status, stdout, stderr) = run_against(pbx.local_addr(), "Local/100@default");
    assert_eq!((status, &stderr[..]), (Some(0), ""), "{stdout}");
    let events: Vec<_> = stdout.lines().collect();
    let at = |name| events.iter().position(|event| *event == name).expect(name);
    assert!(
        at("Newchannel") < at("OriginateResponse") && at("OriginateResponse") < at("Hangup"),
        "{events:?}"
    );
}

#[test]
fn the_program_reports_failures() {
    let pbx = start();
    let (status, _, stderr) = run_against(pbx.local_addr(), "PJSIP/busy");
    assert_eq!((status, &stderr[..]), (Some(1), "Error: NoAnswer\n"));
    pbx.stop();
    let nobody = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).and_then(|listener| listener.local_addr());
    let (status, stdout, stderr) = run_against(nobody.expect("an address"), "PJSIP/7");
    assert_eq!((status, &stdout[..], stderr.lines().count()), (Some(1), "", 1), "{stderr}");
}

#[test]
fn a_refused_login_is_reported() {
    let (address, server) = serve(|server| server.refuse());
    block_on(async {
        let socket = stack::connect(address).await;
        let mut client = client!(socket, &CREDENTIALS, Timing::DEFAULT);
        let mut incoming = Incoming::Internal;
        while incoming == Incoming::Internal {
            incoming = client.next().await.expect("a connection");
        }
        assert_eq!(incoming, Incoming::Refused(LoginRefused::Authentication));
    });
    server.join().expect("a login");
}

/// The server closes the connection while an action is outstanding.
#[test]
fn a_server_that_dies_is_reported_with_the_outstanding_action() {
    let (address, server) = serve(|server| {
        server.accept();
        server.receive("Originate");
    });
    block_on(async {
        let socket = stack::connect(address).await;
        let mut client = client!(socket, &CREDENTIALS, Timing::DEFAULT);
        while client.next().await.expect("a connection") != Incoming::Ready {}
        let action = Raw::new("Originate", &[("Channel", "Local/105@default")]);
        let ticket = client.session.submit(&action, client.clock.now(), &mut client.outbox);
        let ticket = ticket.expect("a free slot");
        let mut lost = None;
        let error = loop {
            match client.next().await {
                Ok(Incoming::Lost { ticket, reason }) => lost = Some((ticket, reason)),
                Ok(_) => {}
                Err(error) => break error,
            }
        };
        assert_eq!(lost, Some((ticket, LossReason::OutcomeUnknown)));
        assert!(matches!(error, Error::Closed), "{error}");
    });
    server.join().expect("an action");
}

#[test]
fn a_server_that_shuts_down_announces_it() {
    let pbx = start();
    block_on(async {
        let socket = stack::connect(pbx.local_addr()).await;
        let mut client = client!(socket, &CREDENTIALS, Timing::DEFAULT);
        while client.next().await.expect("a connection") != Incoming::Ready {}
        pbx.stop();
        let mut is_announced = false;
        let error = loop {
            match client.next().await {
                Ok(incoming) => is_announced |= incoming == Incoming::Shutdown,
                Err(error) => break error,
            }
        };
        assert!(is_announced && matches!(error, Error::Closed), "{error}");
    });
}

#[test]
fn a_silent_server_is_found_by_the_keepalive() {
    let (address, server) = serve(|server| {
        server.accept();
        server.receive("Ping"); // and does not answer it
        let _ = server.0.read(&mut [0]);
    });
    block_on(async {
        let socket = stack::connect(address).await;
        let mut client = client!(socket, &CREDENTIALS, Timing::DEFAULT.keepalive(20).pong(30));
        while client.next().await.expect("a connection") != Incoming::Ready {}
        let incoming = client.next().await.expect("a connection");
        assert_eq!(incoming, Incoming::ServerTimedOut(Stage::Ready));
    });
    server.join().expect("a Ping");
}
