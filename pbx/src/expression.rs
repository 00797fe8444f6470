//! Regular expressions whose cost is bounded.

use std::fmt;

use regex_automata::dfa::{Automaton, StartKind, dense};
use regex_automata::nfa::thompson::{self, WhichCaptures};
use regex_automata::util::syntax;
use regex_automata::{Anchored, Input};

/// The memory limits of an expression while it is compiled, in bytes. They also limit the time that
/// this takes: about 10 ms for the worst expression.
const MAX_NFA_SIZE: usize = 32 * 1024;
const MAX_WORK_SIZE: usize = 256 * 1024;
/// The memory limit of a compiled expression, in bytes.
pub(crate) const MAX_SIZE: usize = 128 * 1024;

/// A compiled regular expression: a table with one look-up for each byte of the text, whatever the
/// expression. One that needs a larger table than [`MAX_SIZE`] cannot be compiled.
pub(crate) struct Expression(Box<dense::DFA<Vec<u32>>>);

impl Expression {
    /// Compiles a regular expression for bytes. As in POSIX, a dot matches every byte, including
    /// line ends. Returns `None` if the expression is malformed or too large.
    pub(crate) fn compile(expression: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(expression).ok()?;
        let nfa = thompson::Config::new()
            .utf8(false)
            .nfa_size_limit(Some(MAX_NFA_SIZE))
            .which_captures(WhichCaptures::None);
        let dfa = dense::Config::new()
            .start_kind(StartKind::Unanchored)
            .accelerate(false)
            .determinize_size_limit(Some(MAX_WORK_SIZE))
            .dfa_size_limit(Some(MAX_SIZE));
        let syntax = syntax::Config::new().unicode(false).utf8(false).dot_matches_new_line(true);
        let dfa = dense::Builder::new().syntax(syntax).thompson(nfa).configure(dfa).build(text).ok()?;
        Some(Self(Box::new(dfa)))
    }

    /// Returns whether the expression matches a part of the text.
    pub(crate) fn is_match(&self, text: &[u8]) -> bool {
        let input = Input::new(text).anchored(Anchored::No).earliest(true);
        // The only errors are those of features that the table was not built with.
        matches!(self.0.try_search_fwd(&input), Ok(Some(_)))
    }

    /// Returns the memory that the table takes, in bytes.
    pub(crate) fn size(&self) -> usize {
        self.0.memory_usage()
    }
}

impl fmt::Debug for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Expression").field("size", &self.size()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_expressions_match_like_those_of_asterisk() {
        for (expression, text, matches) in [
            ("Event: Newchannel", "Event: Newchannel\r\n", true),
            ("Event: Newchannel", "Event: Newstate\r\n", false),
            ("A.*Z", "A\r\nZ", true),
            ("^Event: (Hangup|VarSet)\r", "Event: VarSet\r\n", true),
            ("^Channel", "Event: X\r\nChannel: y", false),
            ("Channel: PJSIP/[0-9]{3,5}-", "Channel: PJSIP/1001-00000001", true),
            ("Channel: PJSIP/[0-9]{3,5}-", "Channel: PJSIP/10-00000001", false),
            ("[[:alpha:]]+@[[:alnum:].]+", "x@b.c", true),
            ("\\bwas\\b", "it was", true),
            ("\\d\\s\\w", "1 a", true),
            ("(?i)event", "EVENT", true),
            ("(a|b)*c$", "xababüc", true),
            ("", "", true),
        ] {
            let compiled = Expression::compile(expression.as_bytes()).expect(expression);
            assert_eq!(compiled.is_match(text.as_bytes()), matches, "{expression} {text:?}");
        }
        let any = Expression::compile(b"X.Y").unwrap();
        assert!(any.is_match(b"\xffX\xffY") && any.is_match(b"X\0Y") && !any.is_match(b"XY"));
        // An alternative for every event that a call has.
        let names = "Newchannel|Hangup|Newstate|Newexten|DialBegin|DialEnd|BridgeEnter|BridgeLeave|BridgeCreate|\
                     BridgeDestroy|QueueCallerJoin|QueueCallerLeave|QueueMemberStatus|AgentCalled|AgentConnect|\
                     AgentComplete|VarSet|RTCPSent|RTCPReceived|PeerStatus|ContactStatus|ExtensionStatus|Hold|\
                     Unhold|MusicOnHoldStart|MusicOnHoldStop|LocalBridge|LocalOptimizationBegin|OriginateResponse|\
                     SoftHangupRequest|HangupRequest|NewConnectedLine|NewCallerid|NewAccountCode|Cdr|DTMFBegin";
        let many =
            Expression::compile(format!("^Event: ({names})\r").as_bytes()).expect("an ordinary expression");
        assert!(many.is_match(b"Event: DTMFBegin\r\n") && !many.is_match(b"Event: DTMF\r\n"));
    }

    /// Every expression either takes little memory, and then one step for each byte, or is refused.
    #[test]
    fn the_size_of_expressions_is_bounded() {
        let mut refused = 0;
        let counts = [1, 2, 5, 10, 20, 50, 200, 999];
        let shapes: [fn(u32) -> String; 9] = [
            |n| format!(".{{0,{n}}}.{{0,{n}}}z"),
            |n| format!("[ab].{{{n}}}z"),
            |n| format!("(a|b|ab)*.{{{n}}}c"),
            |n| format!("(.*a){{{n}}}"),
            |n| format!("(((a?){{{n}}}){{{n}}}){{{n}}}z"),
            |n| format!("([a-z]+ ?){{{n}}}"),
            |n| "x*".repeat(n as usize),
            |n| "(a|".repeat(n as usize) + &")".repeat(n as usize),
            |n| (0..n).map(|at| format!("(\\x{:02x}|.{{{}}})", at % 256, at % 9)).collect(),
        ];
        for shape in shapes {
            for expression in counts.map(shape) {
                match Expression::compile(expression.as_bytes()) {
                    Some(compiled) => assert!(compiled.size() <= MAX_SIZE, "{expression}"),
                    None => refused += 1,
                }
            }
        }
        assert!((10..60).contains(&refused), "{refused}");
    }
}
