//! Values reach the server unchanged.

use embedded_ami::action::Action;
use embedded_ami::wire::{EncodeError, HeaderWriter};

use crate::server::{NONE, Server, ask, assert_success, unique, value};

live!(
    header_values_arrive,
    variable_values_arrive,
    unusual_variable_names_arrive,
    forged_responses_complete_no_action
);

/// Returns texts, and every byte that a value may contain: alone, doubled, at either end and
/// inside.
fn values() -> Vec<Vec<u8>> {
    let texts: [&[u8]; 29] = [
        b"",
        "Zürich ✓ 東京".as_bytes(),
        b"Z\xfcrich \xff\xfe\x80",
        b"  leading and trailing  ",
        b"   ",
        b"Key: Value",
        b"a:b::c: d",
        b"a=b=c",
        b"a,b,,c,",
        b"\"quoted, text\"",
        b"\"open, quote",
        b"it's",
        b"\\",
        b"\\\\,\\\"",
        b"\\r\\nnot a line end",
        b"((",
        b"))",
        b"([)]",
        b"f(x,y)[1,2]",
        b"a|b;c",
        b"${EPOCH}",
        b"${CHANNEL}$[1+1]",
        b"$",
        b"${",
        b"}",
        b"--END COMMAND--",
        b"Response: Success",
        b"Event: Hangup",
        b"<unknown>",
    ];
    let mut values: Vec<_> = texts.map(<[u8]>::to_vec).into();
    for byte in (1..=255).filter(|byte| !b"\r\n".contains(byte)) {
        values.extend([
            vec![byte],
            vec![byte, byte],
            vec![byte, b'a'],
            vec![b'a', byte],
            vec![b'a', byte, b'b'],
        ]);
    }
    let mut random = fastrand::Rng::with_seed(1);
    for _ in 0..500 {
        let alphabet = b",,\"\"\\\\()[]=|:;${} \tab\xc3\xa9\xff\x1b";
        values.push((0..random.usize(1..60)).map(|_| *random.choice(alphabet).expect("a byte")).collect());
    }
    values.push(vec![b'x'; 900]);
    values.push(b"(\"\\,".repeat(120));
    values
}

/// A global variable keeps every byte, except those that Asterisk skips at the start of any header
/// value: blanks and all other bytes up to 0x20.
fn header_values_arrive(server: &Server) {
    let mut client = server.client();
    let name = unique();
    for sent in values() {
        let set = ask(&mut client, "Setvar", &[("Variable", name.as_bytes()), ("Value", &sent)]);
        assert_success(&set);
        let response = ask(&mut client, "Getvar", &[("Variable", &name)]);
        assert_success(&response);
        let start = sent.iter().position(|&byte| byte > b' ').unwrap_or(sent.len());
        assert_eq!(
            value(&response, "Value").escape_ascii().to_string(),
            sent[start..].escape_ascii().to_string()
        );
    }
}

/// A call from Local/100@test to the application Wait, with these variables.
struct Originate<'a> {
    channel_id: &'a str,
    variables: &'a [(String, Vec<u8>)],
}

impl Action for Originate<'_> {
    fn name(&self) -> &str {
        "Originate"
    }

    fn headers(&self, out: &mut HeaderWriter<'_>) -> Result<(), EncodeError> {
        out.header("Channel", "Local/100@test")?;
        out.header("Application", "Wait")?;
        out.header("Data", "60")?;
        out.header("ChannelId", self.channel_id)?;
        self.variables.iter().try_for_each(|(name, value)| out.variable(name, value))
    }
}

/// Sets the variables on a new channel, 122 at a time, since the action then has the 128 lines that
/// Asterisk accepts. Reads each variable back and asserts that no byte was changed or substituted.
fn assert_variables_arrive(server: &Server, variables: &[(String, Vec<u8>)]) {
    let mut client = server.client();
    for variables in variables.chunks(122) {
        let channel_id = unique();
        let call = Originate { channel_id: &channel_id, variables };
        // The call is not asynchronous: the response arrives when it is answered.
        assert_success(&client.send(&call).expect("a response"));
        for (name, sent) in variables {
            let response = ask(&mut client, "Getvar", &[("Channel", &channel_id), ("Variable", name)]);
            assert_success(&response);
            let received = value(&response, "Value").escape_ascii().to_string();
            assert_eq!(received, sent.escape_ascii().to_string(), "{name}");
        }
        assert_success(&ask(&mut client, "Hangup", &[("Channel", &channel_id)]));
    }
}

fn variable_values_arrive(server: &Server) {
    let variables: Vec<_> =
        values().into_iter().enumerate().map(|(n, value)| (format!("v{n}"), value)).collect();
    assert_variables_arrive(server, &variables);
}

/// Functions, and names with bytes that have a meaning elsewhere.
fn unusual_variable_names_arrive(server: &Server) {
    let names = [
        "CALLERID(name)",
        "CHANNEL(userfield)",
        "HASH(a,b)",
        "a(b",
        "a)b",
        "a[",
        "a b",
        "a:b",
        "a;b",
        "${a}",
        "ä",
    ];
    let variables = names.map(|name| (name.to_owned(), b"\"v\", (1)\\[".to_vec()));
    assert_variables_arrive(server, &variables);
}

/// The value of a variable may contain line ends, and with them whole messages. None of these
/// completes an action.
fn forged_responses_complete_no_action(server: &Server) {
    let mut client = server.client();
    for head in ["", "ActionID: forged%0d%0a", "ActionID: %0d%0a"] {
        let forged =
            format!("URIDECODE(x%0d%0a%0d%0aResponse: Error%0d%0a{head}Message: forged%0d%0a%0d%0a)");
        let response = ask(&mut client, "Getvar", &[("Variable", &forged)]);
        assert_success(&response);
        assert_eq!(value(&response, "Value"), b"x");
        let pong = ask(&mut client, "Ping", NONE);
        assert_success(&pong);
        assert_eq!(value(&pong, "Ping"), b"Pong");
    }
}
