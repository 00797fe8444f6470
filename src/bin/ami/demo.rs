//! `ami demo`: a client and a small scripted server of its own, over loopback.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::time::Duration;

use embedded_ami::action::{Key, Raw, md5};
use embedded_ami::io::blocking::Client;
use embedded_ami::wire::{Decoder, Message, Outbox, Recipient, Role, Step};

use crate::Failure;

const USER: &str = "demo";
const SECRET: &str = "demo-secret";
const CHALLENGE: &str = "840415273";

pub(crate) fn run(out: &mut impl Write) -> Result<(), Failure> {
    let failed = |error: io::Error| Failure::Server(error);
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    writeln!(out, "A small server listens on {address}.")?;
    let server = std::thread::spawn(move || serve(listener.accept()?.0));

    let mut client = Client::connect(address, Duration::from_secs(5))?;
    client.login(USER, SECRET)?;
    writeln!(out, "Logged in as {USER}; the secret did not cross the wire.")?;

    for action in [Raw::bare("Ping"), Raw::new("Command", &[("Command", "core show channels")])] {
        writeln!(out, "\n{action:?}")?;
        let reply = client.send(&action)?;
        for header in reply.message().headers().filter(|header| !header.is("ActionID")) {
            writeln!(out, "  {}", header.as_bytes().escape_ascii())?;
        }
    }
    let refused = client.send(&Raw::new("Hangup", &[("Channel", "PJSIP/7\r\nAction: Logoff")]));
    if let Err(error) = refused {
        writeln!(
            out,
            "\nA line end in a value, which would smuggle in a second action, is refused:\n  {error}"
        )?;
    }
    client.log_off()?;
    writeln!(out, "\nLogged off.")?;
    server.join().unwrap_or_else(|_| Err(io::Error::other("it panicked"))).map_err(failed)
}

/// Answers one connection until it logs off, with the decoder and outbox of the library.
fn serve(mut stream: TcpStream) -> io::Result<()> {
    stream.write_all(b"Asterisk Call Manager/11.0.0\r\n")?;
    let mut decoder = Decoder::new([0; 2048], Role::Server).map_err(io::Error::other)?;
    let mut outbox = Outbox::new([0; 2048], Recipient::Client);
    loop {
        match decoder.poll() {
            Step::Message => {
                answer(&decoder.message(), &mut outbox)?;
                stream.write_all(outbox.pending())?;
                outbox.sent(usize::MAX);
            }
            Step::NeedInput => match stream.read(decoder.space())? {
                0 => decoder.finish(),
                n => decoder.advance(n),
            },
            Step::End => return Ok(()),
        }
    }
}

fn answer(action: &Message<'_>, outbox: &mut Outbox<[u8; 2048]>) -> io::Result<()> {
    let name = action.name().unwrap_or_default();
    let key_is_right = || {
        let right = Key::new(md5, CHALLENGE.as_bytes(), SECRET.as_bytes());
        let user = action.get("Username").is_some_and(|user| user == USER);
        user && action.get("Key").is_some_and(|key| key.as_bytes() == right.as_bytes())
    };
    let (response, payload): (&str, &[(&str, &str)]) = match name.to_str().unwrap_or_default() {
        "Challenge" => ("Success", &[("Challenge", CHALLENGE)]),
        "Login" if key_is_right() => ("Success", &[("Message", "Authentication accepted")]),
        "Login" => ("Error", &[("Message", "Authentication failed")]),
        "Ping" => ("Success", &[("Ping", "Pong")]),
        "Command" => (
            "Success",
            &[
                ("Message", "Command output follows"),
                ("Output", "Channel              Location             State   Application(Data)"),
                ("Output", "PJSIP/7-00000001     100@phones:1         Up      Dial(PJSIP/8)"),
                ("Output", "1 active channel"),
            ],
        ),
        "Logoff" => ("Goodbye", &[("Message", "Thanks for all the fish.")]),
        _ => ("Error", &[("Message", "Invalid/unknown command")]),
    };
    outbox
        .write(|message| {
            message.header("Response", response)?;
            if let Some(id) = action.get("ActionID") {
                message.header("ActionID", id)?;
            }
            payload.iter().try_for_each(|(name, value)| message.header(name, value))
        })
        .map_err(io::Error::other)
}
