//! The texts of `ami serve --help` that are not about a single option.

/// The usage.
pub(super) const USAGE: &str = "\
AMI_SECRET=SECRET ami serve --user USER [OPTIONS]
       ami serve --users FILE [OPTIONS]";

/// Shown after the options.
pub(crate) const AFTER_HELP: &str = "\
Example, with one user and a port that the system chooses:

  AMI_SECRET=secret ami serve --user admin --listen 127.0.0.1:0

When clients can connect, the tool prints one line, from which a script can read the port:

  listening on 127.0.0.1:40123

The PBX imitates Asterisk 22 and keeps all data in memory. SIGINT, SIGTERM and SIGHUP end it, unless
they were ignored at the start, as SIGHUP is under nohup. The clients that read events of the class
system then receive the event Shutdown. The PBX waits while the log cannot be written; a signal ends it
within a second even then.

The secret of --user comes from --secret-file, else from AMI_SECRET, else from the file that
AMI_SECRET_FILE names, else from the terminal. With --users, these variables and AMI_USER are ignored.

Calls: the contexts test, default and phones contain the same extensions:

  100  answers and waits for 60 seconds
  101  answers and echoes
  102  answers and hangs up after 0.2 seconds
  103  is busy
  104  reports congestion
  105  rings for 60 seconds

A channel is Local/EXTENSION@CONTEXT or PJSIP/NAME. A phone (PJSIP) rings and answers, with these
exceptions:

  PJSIP/busy                   is busy
  PJSIP/congestion             reports congestion
  PJSIP/silent                 rings and never answers
  PJSIP/offline, PJSIP/nobody  cannot be reached

The queues are support, which has two members, and sales, which is empty. Filters and Hangup accept
POSIX extended regular expressions without [=a=] and [.a.], and in addition \\d, \\w, \\s and *?.

The file of --users has the format of manager.conf:
  [general]
  bindaddr = 127.0.0.1         ; used only without --listen
  port = 5038                  ; used only without --listen
  authtimeout = 30             ; seconds that a client has to log in
  authlimit = 50               ; connections that have not logged in
  allowmultiplelogin = yes
  channelvars = TESTVAR        ; variables shown in the events of channels
  [admin]
  secret = very-secret
  read = all                   ; classes of events; none by default
  write = call,originate       ; classes of actions; none by default
  allowmultiplelogin = no
  eventfilter = !Event: Newexten
  setvar = TESTVAR=1           ; on the channels that the user originates
  deny = 0.0.0.0/0.0.0.0       ; addresses from which the user cannot log in
  permit = 127.0.0.1/255.255.255.0
  #include more-users.conf     ; in the folder of this file

As in Asterisk, the last network of permit and deny that contains the address of the client decides,
and networks of IPv4 contain no IPv6 address. Keys that cannot restrict a user, such as
displayconnects, writetimeout and those of TLS, have no effect. All other keys, such as acl, are
refused, and so are classes that do not exist.

The file of --script is TOML. The first rule that matches a request decides:
  [[rule]]
  on = \"Originate\"            # the action; \"connect\" is the banner, \"*\" any action after the login
  match = { Exten = \"100\" }   # only requests with these headers
  skip = 1                     # not the first 1 of those that no earlier rule has taken
  times = 2                    # 2 of them, then no more
  # The answer is one of these, or else that of the PBX:
  refuse = \"No such extension\"
  answer = { Pages = 3, Text = \"${Exten}\" }    # ${Exten} is a header of the request
  list = [{ Event = \"Agents\" }]     # and complete = { Event = \"AgentsComplete\" } or false
  output = [\"first line\"]     # of a command
  raw = \"any bytes\\r\\n\"
  silent = true                # no answer
  drop = true                  # close the connection instead
  pass = true                  # the answer of the PBX
  # Any of these can be added:
  delay = \"300ms\"            # before anything else; the units are ms, s, m and h
  garble = 7                   # invert this byte of the answer, counted from 0
  cut = 20                     # send only 20 bytes of the answer, and close the connection
  close = true                 # after the answer
  events = [{ after = \"1s\", Event = \"Alarm\", Privilege = \"call,all\" }]

Rules for actions that Asterisk does not have, and rules that were never used, cause warnings on
standard error, the former at the start and the latter at the end.

A line of --log has the form of ami decode, after the time, the number of the connection and the
address of the client:
  {\"time\":\"2026-11-27T09:30:00.125Z\",\"connection\":1,\"peer\":\"127.0.0.1:40312\",\"kind\":\"action\",
  \"name\":\"Ping\",\"headers\":[[\"Action\",\"Ping\"]]}

A file that exists is replaced once the PBX listens. Values that may be secrets are [redacted], also
all settings that UpdateConfig sends, as in Value-000000. A request that is longer than 16 KiB is
refused, and only its beginning is logged, with \"truncated\":true.

The file of --replay has the bytes that a server sent on a connection. Each client receives them after
its login, as fast as it reads, with the answers to its own requests in between. The login of the
recording is left out: all up to and including the first response with the message Authentication
accepted or, without such a response, the banner. So is a message at the end that is not complete. The
ActionIDs are those of the recording.";
