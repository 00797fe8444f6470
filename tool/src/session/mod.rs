//! `ami session`: a co-process that sends actions over one login.

#[cfg(unix)]
mod engine;
#[cfg(unix)]
mod input;
#[cfg(unix)]
mod line;
#[cfg(unix)]
mod request;
#[cfg(unix)]
mod run;

use clap::Args;
use clap::builder::PossibleValuesParser;
use embedded_ami::classes::Classes;

use crate::connection;
use crate::failure::Failure;

pub(crate) const AFTER_HELP: &str = "\
Logs in once and stays logged in, as a co-process of a program in any language: the program writes
actions to standard input, a JSON object on each line, and reads messages from standard output, also
a JSON object on each line, as with --json. All of them are written at once. End standard input to
end the session.

An action is an object of its headers:
  {\"Action\":\"Getvar\",\"Variable\":\"PIN\",\"_id\":1}
  {\"Action\":\"Originate\",\"Channel\":\"PJSIP/7\",\"Exten\":100,\"Context\":\"phones\",\"Priority\":1,
   \"Async\":true,\"Variable\":{\"GREETING\":\"hello, world\"},\"_id\":\"call-7\"}     (on one line)
Values are strings, integers, true or false; an array repeats the header. An object, for Variable
only, sets channel variables, whose values arrive unchanged; a Variable of another kind is sent as it
is. The ActionID is that of the tool. _id is any string of up to 256 bytes, integer or null; an
action need not have one.

Each message of the answer to an action has its _id, and _end: true for the last one, else false.
Each line of input, except an empty one, is answered with exactly one _end: true:
  {\"_id\":1,\"_end\":true,\"Response\":\"Success\",\"ActionID\":\"...\",\"Variable\":[\"PIN\"],\"Value\":\"1234\"}
A list is a response, its entries and the event that ends it. If there is no answer, _error tells
why. It does not end the session. _executed tells whether the server has executed the action: no,
maybe or yes:
  {\"_id\":2,\"_end\":true,\"_error\":\"header Value: ...\",\"_executed\":\"no\"}
A response of Error is an answer like any other one. If it is for a missing permission, _hint names
the classes of which the user needs one. Events have no _end, and arrive only with --classes. An event
that names an action of the session, such as OriginateResponse, has its _id; this one is the outcome
of a call with Async, and needs --classes call. Messages that belong to no action, such as late
answers, have _unmatched: true. No header is mistaken for these keys: one whose name begins with an
underscore gets a second one, also in actions.

Up to 256 actions are outstanding at a time; more wait in standard input. Answers can arrive in any
order. --timeout limits the login, and then the answer to each action. Read while you write: while
8 MiB of output wait to be read, the tool neither reads actions nor listens to the server.

In Python:
  import json, subprocess, sys
  ami = subprocess.Popen([\"ami\", \"session\", \"--classes\", \"call\"], text=True, bufsize=1,
                         stdin=subprocess.PIPE, stdout=subprocess.PIPE)
  outcomes = {}                           # of calls, by _id
  def receive():                          # returns the next message
      message = json.loads(ami.stdout.readline())
      if message.get(\"Event\") == \"OriginateResponse\" and \"_id\" in message:
          outcomes[message[\"_id\"]] = message[\"Response\"]
      return message
  def send(**action):                     # returns the messages of the answer
      print(json.dumps(action), file=ami.stdin, flush=True)
      answer = []
      while not (answer and answer[-1][\"_end\"]):
          message = receive()
          if \"_end\" in message:           # events have none
              answer.append(message)
      return answer
  print(send(Action=\"Ping\")[0][\"Response\"])
  for channel in send(Action=\"CoreShowChannels\")[1:-1]:
      print(channel[\"Channel\"])
  call = send(Action=\"Originate\", Channel=\"PJSIP/7\", Exten=100, Context=\"phones\",
              Priority=1, Async=True, _id=\"call-7\")
  while call[0].get(\"Response\") == \"Success\" and \"call-7\" not in outcomes:
      receive()
  print(\"call:\", outcomes.get(\"call-7\", call[0]))
  ami.stdin.close()
  sys.exit(ami.wait())

At the end of standard input the session waits for the answers outstanding, logs off and ends with 0.
At a SIGTERM, SIGINT or SIGHUP it reports the actions outstanding as errors, logs off and ends by the
signal.
If the connection is lost, it reports them as errors, too, and ends with 3.";

#[derive(Args)]
pub(crate) struct Options {
    /// Classes of events to receive, separated by commas
    #[arg(long, default_value = "off", value_name = "LIST", value_delimiter = ',', ignore_case = true,
        value_parser = PossibleValuesParser::new(classes()))]
    classes: Vec<String>,
    #[command(flatten)]
    connection: connection::Options,
}

/// Returns the names that `--classes` takes.
fn classes() -> impl Iterator<Item = &'static str> {
    ["off", "on", "all"].into_iter().chain(Classes::LABELS.iter().map(|(label, _)| *label))
}

#[cfg(unix)]
pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    options.connection.run(&crate::output::Format::default(), |settings, printer| {
        run::run(settings, &options.classes.join(",").to_ascii_lowercase(), printer)
    })
}

#[cfg(not(unix))]
pub(crate) fn run(_options: &Options) -> Result<(), Failure> {
    Err(Failure::Local("session needs poll(2), which only Unix systems have".into()))
}
