//! `ami decode` on streams whose lines a simpler reader gets wrong.

use std::io::Write;
use std::process::Stdio;
use std::thread;

use crate::ami;

/// Decodes the stream with storages of several sizes and compares the lines of JSON.
fn decodes_to(stream: &[u8], expected: &[&str]) {
    for buffer in ["32", "33", "100", "65536"] {
        let mut command = ami("1", &["decode", "--buffer", buffer]);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("ami runs");
        let mut stdin = child.stdin.take().expect("a pipe");
        let bytes = stream.to_vec();
        let writer = thread::spawn(move || stdin.write_all(&bytes).expect("a reader"));
        let output = child.wait_with_output().expect("output");
        writer.join().expect("no panic");
        let text = String::from_utf8(output.stdout).expect("UTF-8");
        assert_eq!(text.lines().collect::<Vec<_>>(), expected, "with {buffer} bytes of storage");
        assert!(output.status.success());
    }
}

#[test]
fn lines_of_a_user_event_as_asterisk_22_relays_them() {
    decodes_to(
        b"Asterisk Call Manager/11.0.0\r\n\
        Event: UserEvent\r\nPrivilege: user,all\r\nUserEvent: Order\r\nData:{\"id\": 17, \"item\": \"a: b\"}\r\n\
        Url:http://192.0.2.1/x?y=1: z\r\nPlain:x\r\n\r\n\
        Event: UserEvent\r\nPrivilege: user,all\r\nAccountCode: \r\nChanVariable: CHANNEL(language)=en\r\n\
        ChanVariable(SIP/10.0.0.1:5060-1a): a=b\r\nData: {id: 17, k: 2}\r\nNote: two: three\r\n\r\n",
        &[
            r#"{"kind":"banner","product":"Asterisk Call Manager","version":"11.0.0"}"#,
            r#"{"kind":"event","name":"UserEvent","headers":[["Event","UserEvent"],["Privilege","user,all"],["UserEvent","Order"],["Data","{\"id\": 17, \"item\": \"a: b\"}"],["Url","http://192.0.2.1/x?y=1: z"],["Plain","x"]]}"#,
            r#"{"kind":"event","name":"UserEvent","headers":[["Event","UserEvent"],["Privilege","user,all"],["AccountCode",""],["ChanVariable","CHANNEL(language)=en"],["ChanVariable(SIP/10.0.0.1:5060-1a)","a=b"],["Data","{id: 17, k: 2}"],["Note","two: three"]]}"#,
        ],
    );
}

#[test]
fn a_payload_ends_where_astmanproxy_ends_it() {
    decodes_to(
        b"Asterisk Call Manager Proxy/1.30.0\r\n\
        Response: Follows\r\nPrivilege: Command\r\nActionID: c1\r\nName/username   Host  Port\r\n\
        alice           (Unspecified)  0\r\n--END COMMAND--\r\nServer: pbx1\r\n\r\n\
        Response: Success\r\nPing: Pong\r\nActionID: p2\r\nServer: pbx1\r\n\r\n\
        Event: Hangup\r\nPrivilege: call,all\r\nChannel: SIP/1-1\r\nServer: pbx1\r\n\r\n\
        ProxyResponse: Success\r\nAutoFilter: 1\r\n\r\n",
        &[
            r#"{"kind":"banner","product":"Asterisk Call Manager Proxy","version":"1.30.0"}"#,
            r#"{"kind":"response","name":"Follows","headers":[["Response","Follows"],["Privilege","Command"],["ActionID","c1"]],"output":["Name/username   Host  Port","alice           (Unspecified)  0"]}"#,
            r#"{"kind":"response","name":"Success","headers":[["Response","Success"],["Ping","Pong"],["ActionID","p2"],["Server","pbx1"]]}"#,
            r#"{"kind":"event","name":"Hangup","headers":[["Event","Hangup"],["Privilege","call,all"],["Channel","SIP/1-1"],["Server","pbx1"]]}"#,
            r#"{"kind":"other","name":null,"headers":[["ProxyResponse","Success"],["AutoFilter","1"]]}"#,
        ],
    );
}

#[test]
fn a_payload_without_an_end_mark_goes_on_to_the_end_of_the_stream() {
    decodes_to(
        b"Response: Follows\r\nPrivilege: Command\r\nActionID: c1\r\nUptime: 1\r\n\r\nEvent: Hangup\r\n\r\n",
        &[
            r#"{"kind":"response","name":"Follows","headers":[["Response","Follows"],["Privilege","Command"],["ActionID","c1"]],"output":["Uptime: 1","","Event: Hangup",""],"incomplete":true}"#,
        ],
    );
}

#[test]
fn escape_sequences_for_a_terminal_stay_data() {
    decodes_to(
        b"Event: NewCallerid\r\nPrivilege: call,all\r\nCallerIDName: \x1b]0;owned\x07\x1b[31mx\r\n\
        Caller\xc2\x9bName: \xe2\x80\xaex\x7f\xe2\x81\xa6\r\nRaw: \x9b31m\r\n\r\n",
        &[
            r#"{"kind":"event","name":"NewCallerid","headers":[["Event","NewCallerid"],["Privilege","call,all"],["CallerIDName","\u001b]0;owned\u0007\u001b[31mx"],["Caller\u009bName","\u202ex\u007f\u2066"],["Raw",{"hex":"9b33316d"}]]}"#,
        ],
    );
}

#[test]
fn debug_headers_and_lines_without_a_colon_are_kept() {
    decodes_to(
        b"Asterisk Call Manager/9.0.0\r\n\
        Event: MessageWaiting\r\nPrivilege: call,all\r\nSequenceNumber: 165\r\nFile: manager_mwi.c\r\nLine: 144\r\n\
        Func: mwi_update_cb\r\nMailbox: 100@default\r\nWaiting: 0\r\n\r\n\
        Event: RTCPReceived\r\nPrivilege: reporting,all\r\nFrom: 192.0.2.1:4001\r\nMES: 84.4\r\nPT: 201(RR)\r\n\r\n\
        Event: UserEvent\r\nPrivilege: user,all\r\nUserEvent: Two\r\nBody\r\n with\r\n XXX\r\n\r\n",
        &[
            r#"{"kind":"banner","product":"Asterisk Call Manager","version":"9.0.0"}"#,
            r#"{"kind":"event","name":"MessageWaiting","headers":[["Event","MessageWaiting"],["Privilege","call,all"],["SequenceNumber","165"],["File","manager_mwi.c"],["Line","144"],["Func","mwi_update_cb"],["Mailbox","100@default"],["Waiting","0"]]}"#,
            r#"{"kind":"event","name":"RTCPReceived","headers":[["Event","RTCPReceived"],["Privilege","reporting,all"],["From","192.0.2.1:4001"],["MES","84.4"],["PT","201(RR)"]]}"#,
            r#"{"kind":"event","name":"UserEvent","headers":[["Event","UserEvent"],["Privilege","user,all"],["UserEvent","Two"],[null,"Body"],[null," with"],[null," XXX"]]}"#,
        ],
    );
}
